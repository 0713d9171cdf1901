//! From a scenario and a policy to trials: keyed streams, the compiled program, the engine and its oracle, ensembles.

pub mod engine;
pub mod ensemble;
pub mod program;
pub mod stream;
