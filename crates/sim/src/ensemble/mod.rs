//! Trials in parallel: chunks, merging, stopping.
//!
//! Trials are cut into chunks of a constant size. Threads take chunks in order and finish them in any; the
//! caller's thread hands them to a callback in order and merges them in a fixed tree. So nothing that comes
//! out depends on the number of threads, and the first n trials of a longer run are the run of n.

mod chunk;
mod draws;
mod estimate;
mod in_order;
mod merging;
mod precision;
mod tally;
mod turnstile;

pub use crate::program::{By, Obligation, Outcome, OutcomeKind, Program, Series, Subject};
pub use draws::run_draws;
pub use estimate::Estimate;
pub use precision::{FIRST_LOOK, Precision};
pub use tally::{OutcomeTally, SeriesTally, Tally};

use crate::engine::TrialFailure;
pub use crate::engine::{Part, Problem};
use chunk::{Chunk, Worker};
use in_order::in_order;
use merging::Merging;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use thiserror::Error;

/// Trials in a chunk. A constant, because the bits of merged sums depend on it.
pub const CHUNK_TRIALS: u64 = 1_000;

/// Which trials to run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// The seed that all trials share.
    pub seed: u64,
    /// Trials 0 to `trials - 1` are run.
    pub trials: u64,
    /// Threads, at least one.
    pub threads: usize,
    /// What runs a trial.
    pub sampler: Sampler,
    /// Where given, trials end early at the first look at which every outcome is known so well.
    pub precision: Option<Precision>,
}

/// The two ways to run a trial. They give the same events, causes and states, and the same times up to rounding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sampler {
    /// The fast one, which touches only the clocks that depend on what has changed.
    Engine,
    /// First reaction, which looks at everything again after each event: slow, and plainly right.
    Oracle,
}

/// The next chunk in order, as the callback sees it.
#[derive(Debug)]
pub struct Checkpoint<'a> {
    /// Trials finished, this chunk's included.
    pub done: u64,
    /// Events fired in them.
    pub events: u64,
    /// A column an outcome, a value a trial of this chunk; NaN where a first time was not reached. Behind them two columns an
    /// obligation: whether it was ever breached, and its share of time.
    pub columns: &'a [Vec<f64>],
    /// A column an outcome with a `by`: the position of its state, NaN where the first time was not reached.
    pub kinds: &'a [Vec<f64>],
}

/// What the trials of a run showed.
#[derive(Debug)]
pub struct Found {
    /// All of them together.
    pub tally: Tally,
    /// What the first trials said of every outcome, for some numbers of trials that rise; the last are all.
    pub looks: Vec<Look>,
}

/// Every outcome's estimate after the first trials.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// Trials.
    pub trials: u64,
    /// In the order of the program.
    pub estimates: Vec<Estimate>,
}

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
    fn of(program: usize, error: EnsembleError) -> Self {
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

/// Runs the trials of a plan and merges what they show. `on_chunk` gets every chunk in order. Once `stop` is
/// set the chunks under way end unfinished; those finished that form a prefix count.
///
/// # Errors
/// The first failure in the order of trials, or a failure of the callback.
pub fn run(
    program: &Program,
    plan: Plan,
    stop: &AtomicBool,
    mut on_chunk: impl FnMut(&Checkpoint<'_>) -> Result<(), std::io::Error>,
) -> Result<Found, EnsembleError> {
    let found = run_together(&[program], plan, stop, |checkpoints| {
        checkpoints.iter().flatten().try_for_each(&mut on_chunk)?;
        Ok(Vec::new())
    });
    match found {
        Ok(mut found) => Ok(found.remove(0)),
        Err(failure) => Err(failure.error),
    }
}

/// Runs the same trials of several programs, which share the random numbers of every event that has one name in them, chunk
/// by chunk. `on_chunk` gets every chunk in order, of each program that still runs, and says which are to run no further; a
/// precision has to be reached by all that still run. What comes back of each program is what [`run`] gives for so many of its
/// trials.
///
/// # Errors
/// The first failure in the order of chunks, programs and trials, or a failure of the callback.
pub fn run_together(
    programs: &[&Program],
    plan: Plan,
    stop: &AtomicBool,
    mut on_chunk: impl FnMut(&[Option<Checkpoint<'_>>]) -> Result<Vec<usize>, std::io::Error>,
) -> Result<Vec<Found>, Failure> {
    together(programs, plan, stop, Tally::new, |checkpoints| {
        Ok(on_chunk(checkpoints)?)
    })
}

/// [`run_together`] to the end for the columns that `on_chunk` gets, alone: outcomes and series are not summed up, so that
/// memory does not grow with what the programs have of them. The plan's precision is not looked at. The trials of each program
/// come back, and the events of all.
///
/// # Errors
/// The first failure in the order of chunks, programs and trials, or a failure of the callback.
pub fn run_columns(
    programs: &[&Program],
    plan: Plan,
    stop: &AtomicBool,
    mut on_chunk: impl FnMut(&[&Checkpoint<'_>]) -> Result<(), std::io::Error>,
) -> Result<[u64; 2], Failure> {
    let plan = Plan {
        precision: None,
        ..plan
    };
    let none = |_: &Program| Tally::default();
    let found = together(programs, plan, stop, none, |checkpoints| {
        let checkpoints: Vec<&Checkpoint<'_>> = checkpoints.iter().flatten().collect();
        for (place, checkpoint) in checkpoints.iter().enumerate() {
            if let Some(name) = too_large(programs[place], checkpoint.columns) {
                let error = EnsembleError::TooLarge(name.to_owned());
                return Err(Failure::of(place, error));
            }
        }
        on_chunk(&checkpoints)?;
        Ok(Vec::new())
    })?;
    let trials = found.first().map_or(0, |found| found.tally.trials);
    Ok([trials, found.iter().map(|found| found.tally.events).sum()])
}

/// The first outcome whose values are too large to be squared and added.
fn too_large<'p>(program: &'p Program, columns: &[Vec<f64>]) -> Option<&'p str> {
    let squares = |column: &Vec<f64>| -> f64 {
        let reached = column.iter().filter(|value| !value.is_nan());
        reached.map(|value| value * value).sum()
    };
    let mut outcomes = program.outcomes.iter().zip(columns);
    let found = outcomes.find(|(_, column)| !squares(column).is_finite());
    found.map(|(of, _)| of.name.as_str())
}

/// Runs the same trials of several programs, each tallied as far as what `empty` gives of it has room.
fn together(
    programs: &[&Program],
    plan: Plan,
    stop: &AtomicBool,
    empty: impl Fn(&Program) -> Tally + Sync,
    mut on_chunk: impl FnMut(&[Option<Checkpoint<'_>>]) -> Result<Vec<usize>, Failure>,
) -> Result<Vec<Found>, Failure> {
    let running: Vec<AtomicBool> = programs.iter().map(|_| AtomicBool::new(true)).collect();
    let runs = |program: usize| running[program].load(Ordering::Relaxed);
    let merging = programs.iter().map(|of| Merging::new(of, empty(of)));
    let mut merging: Vec<Merging<'_>> = merging.collect();
    in_order(
        plan.trials.div_ceil(CHUNK_TRIALS),
        plan.threads,
        stop,
        || {
            let workers = programs.iter();
            let workers = workers.map(|of| Worker::new(of, plan, empty(of), stop));
            workers.collect()
        },
        |workers: &mut Vec<Worker<'_>>, index| {
            let first = index * CHUNK_TRIALS;
            let trials = first..(first + CHUNK_TRIALS).min(plan.trials);
            let chunk = |(program, worker): (usize, &mut Worker<'_>)| {
                let chunk = runs(program).then(|| worker.run(trials.clone()));
                let failed = |error| Failure::of(program, error);
                chunk.transpose().map_err(failed)
            };
            workers.iter_mut().enumerate().map(chunk).collect()
        },
        |chunks: Result<Vec<Option<Chunk>>, Failure>| {
            let mut chunks = match chunks {
                Err(Failure {
                    error: EnsembleError::Stopped,
                    ..
                }) => return Ok(ControlFlow::Break(())),
                chunks => chunks?,
            };
            for (program, chunk) in chunks.iter_mut().enumerate() {
                // It may have been begun before it was known that the program is to run no further.
                chunk.take_if(|_| !runs(program));
            }
            let parts = merging.iter().zip(&chunks);
            let checkpoints: Vec<Option<Checkpoint<'_>>> = parts
                .map(|(merging, chunk)| chunk.as_ref().map(|chunk| merging.checkpoint(chunk)))
                .collect();
            let ended = on_chunk(&checkpoints)?;
            let mut enough = plan.precision.is_some();
            for (merging, chunk) in merging.iter_mut().zip(chunks) {
                if let Some(chunk) = chunk {
                    enough &= merging.push(chunk, plan.precision);
                }
            }
            for program in ended {
                running[program].store(false, Ordering::Relaxed);
            }
            let done = enough || !(0..programs.len()).any(runs);
            let flow = if done {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            };
            Ok::<_, Failure>(flow)
        },
    )?;
    let found = merging.into_iter().enumerate().map(|(program, merging)| {
        let found = merging.finish();
        found.map_err(|error| Failure::of(program, error))
    });
    found.collect()
}
