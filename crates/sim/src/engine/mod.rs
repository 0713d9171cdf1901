//! Program + streams → one trajectory, watched by observers.
//!
//! A trial is a generalised semi-Markov process (Glynn 1989, doi:10.1109/5.21067), simulated by the random
//! time change (Anderson 2007, doi:10.1063/1.2799998): event k fires for the j-th time when its integrated
//! hazard reaches the j-th point of its own unit-rate Poisson process. Only the clocks that read a changed
//! slot are touched, and of those only the ones whose hazard has other bits than before.
//!
//! An [`Engine`] is immutable; all that changes in a trial is its [`TrialState`], which can be stepped, cloned, stored and driven.
//! The loop allocates nothing once its buffers have grown: a state serves many trials.

mod clocks;
mod drive;
#[allow(clippy::module_inception, reason = "the engine of the engine's folder")]
mod engine;
mod failure;
mod firing;
mod hazard_clock;
mod law_clock;
mod log;
mod observer;
mod oracle;
mod pending;
mod plain;
mod reading;
mod recorder;
mod schedule;
mod state;
mod steps;
mod stored;
mod timer;
mod touched;

pub use drive::DriveError;
pub use engine::{Ended, Engine, Occurrence};
pub use failure::{Fallible, Part, Problem, TrialFailure};
pub use log::{Happening, LogCut, LogStep, SlotChange, TrialLog, Trigger};
pub use observer::{Cause, Firing, Observer};
pub use oracle::Oracle;
pub use plain::Way;
pub use reading::{ClockReading, Clocks};
pub use recorder::Recorder;
pub use state::TrialState;
pub use stored::{StateError, StoredState};
