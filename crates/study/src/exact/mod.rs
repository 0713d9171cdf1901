//! The exact solution of a program whose clocks have no memory, by mathematics instead of trials.
//!
//! Such a program is a Markov chain in continuous time between the dates of its calendars. Its reachable states are found
//! from the first on through the program's own guards and effects (`space`, `step`), so that solver and simulator share
//! the model and nothing else; the chain is then solved by uniformisation (`transient`), and outcomes are read off its
//! distribution over time, or that of copies whose states end a passage (`measures`).
//!
//! Jensen 1953, <https://doi.org/10.1080/03461238.1953.10419459>; Stewart 1994, Introduction to the Numerical Solution of
//! Markov Chains, chapter 8.

mod chain;
mod class;
mod measures;
mod report;
mod space;
mod step;
mod transient;

pub use class::Refusal;
pub(super) use class::refusals;
pub use measures::{ExactKind, ExactOutcome, ExactSeries};
pub use report::report;

use detente_sim::program::Program;
pub(super) use space::{Reached, Space, reached};
use thiserror::Error;
use transient::Solver;

/// Most states that are looked for.
pub const MOST_STATES: usize = 2_000_000;

/// Largest error of any probability that cutting off Poisson's law may bring.
pub const TOLERANCE: f64 = 1e-10;

/// The exact solution.
#[derive(Debug, Clone, PartialEq)]
pub struct Exact {
    /// Reachable states, in which no instant event is about to fire.
    pub states: usize,
    /// Transitions between them.
    pub transitions: usize,
    /// A limit to the error of every probability at every time.
    pub error: f64,
    /// One entry an outcome, in the order of the program.
    pub outcomes: Vec<ExactOutcome>,
    /// One entry a series, in the order of the program.
    pub series: Vec<ExactSeries>,
}

/// Why there is no exact solution.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ExactError {
    /// The program is not of the class that can be solved.
    #[error("{} clocks or rules have a memory", .0.len())]
    NotMarkovian(Vec<Refusal>),
    /// An outcome is no number, or neither true nor false, in some state.
    #[error(
        "`{0}` is not a finite number in a state that can be reached; look in it for a division by 0, or ln and sqrt of negative numbers"
    )]
    NotANumber(String),
    /// There are too many states.
    #[error("more than {MOST_STATES} states can be reached; {0}")]
    TooManyStates(String),
    /// A state breaks a rule of the formalism, as a trial that comes there would.
    #[error("a reachable state cannot go on: {part}: {problem}; there {state}")]
    Broken {
        /// The event, factor or rule.
        part: String,
        /// What is wrong.
        problem: String,
        /// The values of the variables that change.
        state: String,
    },
}

/// Solves a program.
///
/// # Errors
/// Where the program has clocks with a memory, too many states, or a state that no trial could go on from.
pub fn solve(program: &Program) -> Result<Exact, ExactError> {
    let refusals = refusals(program);
    if !refusals.is_empty() {
        return Err(ExactError::NotMarkovian(refusals));
    }
    let space = Space::explore(program, MOST_STATES)?;
    let mut solver = Solver::new(program, &space);
    let (outcomes, series) = measures::measure(program, &space, &mut solver)?;
    Ok(Exact {
        states: space.states(),
        transitions: space.chain.transitions(),
        error: solver.error(),
        outcomes,
        series,
    })
}
