//! What is found out about a program beyond running its trials.

mod batches;
pub mod compare;
pub mod draws;
pub mod exact;
pub mod game;
pub mod hypotheses;
pub mod prism;
pub mod select;
