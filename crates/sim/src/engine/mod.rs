//! Program + streams → one trajectory, watched by observers.
//!
//! A trial is a generalised semi-Markov process (Glynn 1989, doi:10.1109/5.21067), simulated by the random
//! time change (Anderson 2007, doi:10.1063/1.2799998): event k fires for the j-th time when its integrated
//! hazard reaches the j-th point of its own unit-rate Poisson process. Only the clocks that read a changed
//! slot are touched, and of those only the ones whose hazard has other bits than before.
//!
//! The loop allocates nothing once its buffers have grown: an [`Engine`] is kept over many trials.

mod failure;
mod hazard_clock;
mod law_clock;
mod observer;
mod oracle;
mod pending;
mod recorder;
mod schedule;
mod steps;
mod timer;
mod touched;
mod trial;

pub use failure::{Problem, TrialFailure};
pub use observer::{Cause, Firing, Observer};
pub use oracle::Oracle;
pub use recorder::Recorder;
pub use trial::Engine;
