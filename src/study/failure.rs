//! Why trials of several programs left no results, and under which of them.

use super::run::RunFailure;
use crate::ensemble::Failure;
use thiserror::Error;

/// Why trials run together left no results.
#[derive(Debug, Error)]
#[error("{}{failure}", under(.program.as_ref()))]
pub struct TogetherFailure {
    /// The program at fault, where one is: its place, and what it is called in a sentence.
    pub program: Option<(usize, String)>,
    /// What went wrong.
    pub failure: RunFailure,
}

fn under(program: Option<&(usize, String)>) -> String {
    program.map_or(String::new(), |(_, called)| format!("under {called}: "))
}

impl TogetherFailure {
    /// A failure of programs that are called so.
    pub(super) fn of(failure: Failure, called: impl Fn(usize) -> String) -> Self {
        Self {
            program: failure.program.map(|place| (place, called(place))),
            failure: failure.error.into(),
        }
    }
}

impl<E: Into<RunFailure>> From<E> for TogetherFailure {
    fn from(failure: E) -> Self {
        Self {
            program: None,
            failure: failure.into(),
        }
    }
}
