//! Trials under several draws of what is uncertain in a program: few for each draw, and summed up on the thread that runs them.

use super::chunk::Worker;
use super::failure::{EnsembleError, Failure};
use super::in_order::in_order;
use super::plan::{CHUNK_TRIALS, Plan};
use super::tally::Tally;
use crate::program::Program;
use std::ops::ControlFlow;
use std::sync::atomic::AtomicBool;

/// Runs `plan.trials` trials of each program that `make` gives for each of the draws 0 to `draws - 1`: draw m has trials m · n to
/// (m + 1) · n − 1 of n, the same under all its programs, so that no two draws share random numbers and any trial can be run
/// again alone. `add` gets the trials of a draw, of each program a column an outcome as a
/// [`Checkpoint`](super::Checkpoint) has them, at most [`CHUNK_TRIALS`] at a time; `take` gets what it made of each draw, in
/// order. Once `stop` is set the draws under way end unfinished; those done that form a prefix count. The plan's precision is not
/// looked at.
///
/// # Errors
/// The first failure in the order of draws, or a failure of the callback.
pub fn run_draws<T: Default + Send>(
    draws: u64,
    plan: Plan,
    stop: &AtomicBool,
    make: impl Fn(u64) -> Result<Vec<Program>, EnsembleError> + Sync,
    add: impl Fn(&mut T, &[&[Vec<f64>]]) + Sync,
    mut take: impl FnMut(T) -> Result<(), std::io::Error>,
) -> Result<(), Failure> {
    let draw = |(): &mut (), draw: u64| -> Result<T, Failure> {
        let programs = make(draw)?;
        let worker = |of| Worker::new(of, plan, Tally::default(), stop);
        let mut workers: Vec<Worker<'_>> = programs.iter().map(worker).collect();
        let (mut next, end) = (draw * plan.trials, (draw + 1) * plan.trials);
        let mut made = T::default();
        while next < end {
            let trials = next..(next + CHUNK_TRIALS).min(end);
            next = trials.end;
            let chunk = |(program, worker): (usize, &mut Worker<'_>)| {
                let chunk = worker.run(trials.clone());
                chunk.map_err(|error| Failure::of(program, error))
            };
            let chunks = workers.iter_mut().enumerate().map(chunk);
            let chunks = chunks.collect::<Result<Vec<_>, Failure>>()?;
            let columns: Vec<&[Vec<f64>]> = chunks
                .iter()
                .map(|chunk| chunk.columns.as_slice())
                .collect();
            add(&mut made, &columns);
        }
        Ok(made)
    };
    in_order(
        draws,
        plan.threads,
        stop,
        || (),
        draw,
        |made| {
            match made {
                Err(Failure {
                    error: EnsembleError::Stopped,
                    ..
                }) => return Ok(ControlFlow::Break(())),
                made => take(made?)?,
            }
            Ok::<_, Failure>(ControlFlow::Continue(()))
        },
    )
}
