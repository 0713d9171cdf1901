//! Trials in parallel: chunks, merging, stopping.
//!
//! Trials are cut into chunks of a constant size. Threads take chunks in order and finish them in any; the
//! caller's thread hands them to a callback in order and merges them in a fixed tree. So nothing that comes
//! out depends on the number of threads, and the first n trials of a longer run are the run of n.

mod chunk;
mod draws;
mod estimate;
mod failure;
mod found;
mod in_order;
mod merging;
mod plan;
mod precision;
mod tally;
mod ticket_lock;

pub use crate::program::{By, Outcome, OutcomeKind, Program, Series};
pub use draws::run_draws;
pub use estimate::Estimate;
pub use failure::{EnsembleError, Failure};
pub use found::{Checkpoint, Found, Look};
pub use plan::{CHUNK_TRIALS, Plan, Sampler};
pub use precision::{FIRST_LOOK, Precision};
pub use tally::{OutcomeTally, SeriesTally, Tally};

use chunk::{Chunk, Worker};
use in_order::in_order;
use merging::Merging;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

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
