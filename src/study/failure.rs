//! Why a run left no results; of several programs, under which of them.

use super::replay::{Running, ShellCommand, trial_at_fault};
use detente_output::figures::FigureError;
use detente_output::store::StoreError;
use detente_report::kind::ResultKind;
use detente_sim::ensemble::{CHUNK_TRIALS, EnsembleError, Failure};
use std::path::PathBuf;
use thiserror::Error;

/// Why a run left no results, or none could be drawn again.
#[derive(Debug, Error)]
pub enum RunFailure {
    /// A trial could not go on or gave no number.
    #[error("{error}")]
    Trial {
        /// What went wrong.
        error: EnsembleError,
        /// The command that shows the trial.
        command: ShellCommand,
    },
    /// The trials could not be run, and no single one is at fault.
    #[error("{0}")]
    Ensemble(EnsembleError),
    /// The results could not be stored.
    #[error("{}", .0.why_not_written())]
    Store(#[from] StoreError),
    /// There is no finished run to read.
    #[error("{0}")]
    Read(StoreError),
    /// The results in a folder are of a kind that has no figures.
    #[error("{path} {reason}")]
    NothingToDrawFrom {
        /// The folder.
        path: PathBuf,
        /// What it holds.
        reason: &'static str,
    },
    /// A figure could not be drawn.
    #[error("a figure cannot be drawn: {0}")]
    Figure(#[from] FigureError),
    /// A figure was asked for by a name that none has.
    #[error("no figure of {} is called `{name}`; there are {names}", .kind.words())]
    NoSuchFigure {
        /// What it was asked of.
        kind: ResultKind,
        /// The name.
        name: String,
        /// The figures that there are.
        names: String,
    },
    /// Draws of the parameters were asked for, and none is left to be drawn.
    #[error("--parameter-draws: {}", nothing_to_draw(.file, .kept))]
    NothingToDraw {
        /// The scenario's file.
        file: String,
        /// The parameters that could be drawn if they were not set.
        kept: Vec<String>,
    },
    /// The run was stopped before a single chunk was done.
    #[error("stopped before the first {CHUNK_TRIALS} trials were done; there is nothing to keep")]
    NothingDone,
}

fn nothing_to_draw(file: &str, kept: &[String]) -> String {
    match kept {
        [] => format!(
            "no parameter of {file} has a `distribution` or `range`; write one into those that are uncertain, or leave the flag out"
        ),
        kept => format!(
            "every parameter of {file} that has a `distribution` or `range` is set to a value already: {}; take one of them out of \
             --set or of the policies, or leave the flag out",
            kept.join(", ")
        ),
    }
}

impl RunFailure {
    /// Whether what was asked for is wrong.
    #[must_use]
    pub fn is_mistake(&self) -> bool {
        matches!(
            self,
            Self::Read(_)
                | Self::NothingToDrawFrom { .. }
                | Self::NoSuchFigure { .. }
                | Self::NothingToDraw { .. }
        ) || matches!(self, Self::Store(error) if error.is_mistake())
    }

    /// Why trials could not be run, with the command that shows the trial at fault, where one is.
    pub(super) fn of(error: EnsembleError, command: impl FnOnce(u64) -> ShellCommand) -> Self {
        match trial_at_fault(&error) {
            Some(trial) => Self::Trial {
                error,
                command: command(trial),
            },
            None => Self::Ensemble(error),
        }
    }

    /// The command that shows the trial at fault, where one is.
    #[must_use]
    pub fn command(&self) -> Option<&ShellCommand> {
        match self {
            Self::Trial { command, .. } => Some(command),
            _ => None,
        }
    }
}

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
