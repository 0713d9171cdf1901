//! Why a scenario cannot be exported.

use crate::exact::{ExactError, Refusal};
use thiserror::Error;

/// Most states that are written one by one.
pub(super) const MOST_STATES: usize = 100_000;

/// Why there is no export.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum PrismError {
    /// Parts of the scenario cannot be said in PRISM's language.
    #[error("{} parts of the scenario cannot be said in PRISM's language", .0.len())]
    Refused(Vec<Refusal>),
    /// Its states cannot be found.
    #[error(transparent)]
    States(#[from] ExactError),
    /// At t = 0 chance decides where the world begins.
    #[error(
        "at t = 0 branches make {0} states possible; a model has one first state. `detente exact` solves it"
    )]
    Beginnings(usize),
    /// Effects and instant events, written out, are too long, and there are too many states to write them one by one.
    #[error(
        "written out as simultaneous updates, effects or runs of instant events are too long, and more than {} states are too many to be \
         written one by one; `detente exact` may solve it",
        MOST_STATES
    )]
    TooLong,
    /// A value that the model needs is the time, or no finite number.
    #[error("a derived value, rate or outcome reads `time` or is not a finite number")]
    NotFinite,
}
