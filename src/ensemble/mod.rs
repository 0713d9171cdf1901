//! Trials in parallel: chunks, merging, stopping.
//!
//! Trials are cut into chunks of a constant size. Threads take chunks in order and finish them in any; the
//! caller's thread hands them to a callback in order and merges them in a fixed tree. So nothing that comes
//! out depends on the number of threads, and the first n trials of a longer run are the run of n.

mod chunk;
mod estimate;
mod precision;
mod tally;
mod turnstile;

pub use crate::program::{By, Outcome, OutcomeKind, Program, Series, Subject};
pub use estimate::Estimate;
pub use precision::{FIRST_LOOK, Precision};
pub use tally::{OutcomeTally, SeriesTally, Tally};

use crate::engine::TrialFailure;
use crate::stats::MergeTree;
use chunk::Chunk;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use thiserror::Error;
use turnstile::Turnstile;

/// Trials in a chunk. A constant, because the bits of merged sums depend on it.
pub const CHUNK_TRIALS: u64 = 1_000;

/// Chunks that may be under way or waiting for their turn, for each thread.
const CHUNKS_IN_FLIGHT: u64 = 4;

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
    /// A column an outcome, a value a trial of this chunk; NaN where a first time was not reached.
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
    /// A trial broke a rule of the formalism.
    #[error(transparent)]
    Trial(#[from] Box<TrialFailure>),
    /// An outcome or series was not a finite number.
    #[error(
        "trial {trial}: `{name}` is not a finite number there; look in it for a division by 0, or ln and sqrt of negative numbers"
    )]
    NotANumber {
        /// The trial.
        trial: u64,
        /// The outcome or series.
        name: String,
    },
    /// The values of an outcome or series are too large to be averaged.
    #[error("the values of `{0}` are too large for their mean and spread to be computed")]
    TooLarge(String),
    /// The callback could not store a chunk.
    #[error("results cannot be written: {0}")]
    Callback(#[from] std::io::Error),
    /// The threads could not be started.
    #[error("threads cannot be started: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

/// Runs the trials of a plan and merges what they show. `on_chunk` gets every chunk in order. Once `stop` is
/// set no further chunk is begun; those finished that form a prefix count.
///
/// # Errors
/// The first failure in the order of trials, or a failure of the callback.
pub fn run(
    program: &Program,
    plan: Plan,
    stop: &AtomicBool,
    mut on_chunk: impl FnMut(&Checkpoint<'_>) -> Result<(), std::io::Error>,
) -> Result<Found, EnsembleError> {
    let chunks = plan.trials.div_ceil(CHUNK_TRIALS);
    // More threads than chunks would have nothing to do.
    let useful = usize::try_from(chunks).unwrap_or(usize::MAX).max(1);
    let threads = plan.threads.clamp(1, useful);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()?;
    let turnstile = Turnstile::new(chunks, CHUNKS_IN_FLIGHT * threads as u64);
    let (sender, receiver) = mpsc::channel();

    pool.in_place_scope(|scope| {
        for _ in 0..threads {
            let (sender, turnstile) = (sender.clone(), &turnstile);
            scope.spawn(move |_| {
                let _closing = turnstile.close_on_panic();
                let mut worker = chunk::Worker::new(program, plan);
                while !stop.load(Ordering::Relaxed)
                    && let Some(index) = turnstile.enter()
                {
                    let first = index * CHUNK_TRIALS;
                    let end = (first + CHUNK_TRIALS).min(plan.trials);
                    if sender.send((index, worker.run(first..end))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let merged = merge_in_order(
            program,
            plan.precision,
            &turnstile,
            &receiver,
            &mut on_chunk,
        );
        turnstile.close();
        merged
    })
}

/// Takes chunks as they come and passes them on in order, until they end or show enough.
fn merge_in_order(
    program: &Program,
    precision: Option<Precision>,
    turnstile: &Turnstile,
    receiver: &mpsc::Receiver<(u64, Result<Chunk, EnsembleError>)>,
    on_chunk: &mut impl FnMut(&Checkpoint<'_>) -> Result<(), std::io::Error>,
) -> Result<Found, EnsembleError> {
    let mut early = BTreeMap::new();
    let mut tree = MergeTree::default();
    let mut looks = Vec::new();
    let (mut next, mut done, mut events) = (0, 0, 0);
    'chunks: for (index, chunk) in receiver {
        early.insert(index, chunk);
        while let Some(chunk) = early.remove(&next) {
            let chunk = chunk?;
            next += 1;
            done += chunk.tally.trials;
            events += chunk.tally.events;
            on_chunk(&Checkpoint {
                done,
                events,
                columns: &chunk.columns,
                kinds: &chunk.kinds,
            })?;
            tree.push(chunk.tally, |a, b| a.merge(&b));
            turnstile.leave(next);
            let kept = is_kept(next);
            let judged = precision.filter(|_| Precision::looks_at(done));
            if kept || judged.is_some() {
                let look = look(program, &tree, done);
                let reached = |wanted: Precision| {
                    let mut estimates = look.estimates.iter();
                    estimates.all(|estimate| wanted.is_reached(estimate))
                };
                let enough = judged.is_some_and(reached);
                if kept {
                    looks.push(look);
                }
                if enough {
                    break 'chunks;
                }
            }
        }
    }
    if done > 0 && looks.last().is_none_or(|look| look.trials < done) {
        looks.push(look(program, &tree, done));
    }
    let merged = tree.finish(|a, b| a.merge(&b));
    let tally = merged.unwrap_or_else(|| Tally::new(program));
    match tally.overflown(program) {
        Some(name) => Err(EnsembleError::TooLarge(name.to_owned())),
        None => Ok(Found { tally, looks }),
    }
}

/// Whether the estimates after so many chunks are kept: 1, 2, 3, 4, 6, 8, 12, 16, …
fn is_kept(chunks: u64) -> bool {
    chunks.is_power_of_two() || (chunks.is_multiple_of(3) && (chunks / 3).is_power_of_two())
}

/// The estimates over all trials merged so far.
fn look(program: &Program, tree: &MergeTree<Tally>, trials: u64) -> Look {
    let merge = |mine: &mut Vec<OutcomeTally>, later: Vec<OutcomeTally>| {
        for (mine, later) in mine.iter_mut().zip(&later) {
            mine.merge(later);
        }
    };
    let outcomes = tree.so_far(|tally| tally.outcomes.clone(), merge);
    let pairs = program.outcomes.iter().zip(outcomes.iter().flatten());
    let estimates = pairs.map(|(of, tally)| Estimate::of(of, tally, trials, program.horizon));
    Look {
        trials,
        estimates: estimates.collect(),
    }
}
