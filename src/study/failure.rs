//! Why trials of several programs left no results, and under which of them.

use super::replay::Running;
use super::run::RunFailure;
use detente_sim::ensemble::Failure;
use thiserror::Error;

/// Why trials run together left no results.
#[derive(Debug, Error)]
#[error("{}{failure}", under(.called.as_ref()))]
pub struct TogetherFailure {
    /// What the program at fault is called in a sentence, where one is.
    pub called: Option<String>,
    /// What went wrong.
    pub failure: RunFailure,
}

fn under(called: Option<&String>) -> String {
    called.map_or(String::new(), |called| format!("under {called}: "))
}

impl TogetherFailure {
    /// A failure of policies that ran together under a seed.
    pub(super) fn of(failure: Failure, running: &[Running<'_>], seed: u64) -> Self {
        let Some(running) = failure.program.map(|place| &running[place]) else {
            return Self {
                called: None,
                failure: RunFailure::Ensemble(failure.error),
            };
        };
        Self {
            called: Some(running.called.clone()),
            failure: RunFailure::of(failure.error, |trial| running.command(seed, trial)),
        }
    }
}

impl<E: Into<RunFailure>> From<E> for TogetherFailure {
    fn from(failure: E) -> Self {
        Self {
            called: None,
            failure: failure.into(),
        }
    }
}
