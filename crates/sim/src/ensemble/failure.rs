//! Why trials could not be run.

use crate::engine::{Problem, TrialFailure};
use thiserror::Error;

/// Why a run failed.
#[derive(Debug, Error)]
pub enum EnsembleError {
    /// A trial broke a rule of the formalism, or an outcome or series of it is no finite number.
    #[error(transparent)]
    Trial(Box<TrialFailure>),
    /// The trials were stopped. Chunks that end so are left out; no run fails by it.
    #[error("the trials were stopped")]
    Stopped,
    /// The values of an outcome or series are too large to be averaged.
    #[error("the values of `{0}` are too large for their mean and spread to be computed")]
    TooLarge(String),
    /// A draw of the parameters gives no program.
    #[error("draw {draw} of the parameters cannot be run: {problem}")]
    Draw {
        /// The draw, counted from 0.
        draw: u64,
        /// Why.
        problem: String,
    },
    /// The callback could not store a chunk.
    #[error("results cannot be written: {0}")]
    Callback(#[from] std::io::Error),
    /// The threads could not be started.
    #[error("threads cannot be started: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

impl From<Box<TrialFailure>> for EnsembleError {
    fn from(failure: Box<TrialFailure>) -> Self {
        match failure.problem {
            Problem::Stopped => Self::Stopped,
            _ => Self::Trial(failure),
        }
    }
}

/// Why several programs could not be run together.
#[derive(Debug, Error)]
#[error("{error}")]
pub struct Failure {
    /// The program at fault, by position, where one is.
    pub program: Option<usize>,
    /// What went wrong.
    pub error: EnsembleError,
}

impl Failure {
    pub(super) fn of(program: usize, error: EnsembleError) -> Self {
        Self {
            program: Some(program),
            error,
        }
    }
}

impl<E: Into<EnsembleError>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self {
            program: None,
            error: error.into(),
        }
    }
}
