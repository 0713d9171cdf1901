//! One chunk of trials on one thread.

use super::failure::EnsembleError;
use super::plan::{Plan, Sampler};
use super::tally::{SeriesTally, Tally};
use crate::engine::{Ended, Engine, Oracle, Recorder, TrialFailure, TrialState};
use crate::program::Program;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a chunk of trials showed.
pub(super) struct Chunk {
    pub tally: Tally,
    /// A column an outcome, a value a trial.
    pub columns: Vec<Vec<f64>>,
    /// A column an outcome with a `by`.
    pub kinds: Vec<Vec<f64>>,
}

/// A thread's engine and buffers.
pub(super) struct Worker<'p> {
    program: &'p Program,
    seed: u64,
    stop: &'p AtomicBool,
    trials: Trials<'p>,
    recorder: Recorder,
    /// What a chunk's tally begins as.
    empty: Tally,
    /// For each series that is tallied and grid time the values of the chunk's trials.
    grids: Vec<Vec<Vec<f64>>>,
}

/// What runs a thread's trials.
enum Trials<'p> {
    Engine(Engine<'p>, Box<TrialState>),
    Oracle(Box<Oracle<'p>>),
}

impl Trials<'_> {
    fn run(
        &mut self,
        seed: u64,
        trial: u64,
        recorder: &mut Recorder,
    ) -> Result<Ended, Box<TrialFailure>> {
        match self {
            Self::Engine(engine, state) => engine.run(state, seed, trial, recorder),
            Self::Oracle(oracle) => oracle.run(seed, trial, recorder),
        }
    }
}

impl<'p> Worker<'p> {
    /// Chunks are tallied as far as `empty` has room.
    pub fn new(program: &'p Program, plan: Plan, empty: Tally, stop: &'p AtomicBool) -> Self {
        let tallied = program.series.iter().zip(&empty.series);
        let grids = tallied.map(|(series, _)| vec![Vec::new(); series.times.len()]);
        Self {
            program,
            seed: plan.seed,
            stop,
            trials: match plan.sampler {
                Sampler::Engine => {
                    let engine = Engine::new(program).stopping_at(stop);
                    Trials::Engine(engine, Box::new(engine.state()))
                }
                Sampler::Oracle => Trials::Oracle(Box::new(Oracle::new(program).stopping_at(stop))),
            },
            recorder: match plan.sampler {
                Sampler::Engine => Recorder::new(),
                Sampler::Oracle => Recorder::plain(),
            },
            grids: grids.collect(),
            empty,
        }
    }

    /// Runs some trials.
    ///
    /// # Errors
    /// Where one of them fails, or all are stopped before the last is done.
    pub fn run(&mut self, trials: Range<u64>) -> Result<Chunk, EnsembleError> {
        let mut columns = vec![Vec::new(); self.program.outcomes.len()];
        let mut kinds = vec![Vec::new(); self.program.kinds()];
        self.grids.iter_mut().flatten().for_each(Vec::clear);
        let mut tally = self.empty.clone();
        for trial in trials {
            if self.stop.load(Ordering::Relaxed) {
                return Err(EnsembleError::Stopped);
            }
            let ended = self.trials.run(self.seed, trial, &mut self.recorder)?;
            tally.events += ended.events;
            if let Some(failure) = self.recorder.failure(self.program, trial) {
                return Err(failure.into());
            }
            tally.trials += 1;
            for (counts, firings) in tally.firings.iter_mut().zip(self.recorder.firings()) {
                counts.add(*firings);
            }
            self.keep(&mut columns, &mut kinds);
        }
        for ((outcome, of), column) in tally
            .outcomes
            .iter_mut()
            .zip(&self.program.outcomes)
            .zip(&columns)
        {
            outcome.add_column(column, of.kind, self.program.horizon);
        }
        let cause_specific = self
            .program
            .outcomes
            .iter()
            .zip(&columns)
            .zip(&mut tally.outcomes);
        let cause_specific = cause_specific.filter(|((of, _), _)| of.by.is_some());
        for (((_, times), outcome), kinds) in cause_specific.zip(&kinds) {
            outcome.add_kinds(times, kinds, self.program.horizon);
        }
        for (series, grid) in tally.series.iter_mut().zip(&mut self.grids) {
            series.add_grid(grid);
        }
        Ok(Chunk {
            tally,
            columns,
            kinds,
        })
    }

    /// Keeps the recorder's values of one trial.
    fn keep(&mut self, columns: &mut [Vec<f64>], kinds: &mut [Vec<f64>]) {
        for (value, column) in self.recorder.outcomes().iter().zip(columns) {
            column.push(*value);
        }
        let cause_specific = self.program.outcomes.iter().zip(self.recorder.kinds());
        let cause_specific = cause_specific.filter(|(outcome, _)| outcome.by.is_some());
        for ((_, kind), column) in cause_specific.zip(kinds) {
            column.push(*kind);
        }
        for (index, grid) in self.grids.iter_mut().enumerate() {
            for (at_time, value) in grid.iter_mut().zip(self.recorder.series(index)) {
                at_time.push(*value);
            }
        }
    }
}

impl SeriesTally {
    /// Adds the values of a chunk's trials at each grid time; they are left in some other order.
    fn add_grid(&mut self, grid: &mut [Vec<f64>]) {
        match self {
            Self::Number { moments, sketches } => {
                for ((moments, sketch), values) in moments.iter_mut().zip(sketches).zip(grid) {
                    values.iter().for_each(|value| moments.add(*value));
                    sketch.add_all(values);
                }
            }
            Self::State { counts } => {
                for (counts, values) in counts.iter_mut().zip(grid) {
                    for value in values.iter() {
                        #[allow(
                            clippy::cast_possible_truncation,
                            clippy::cast_sign_loss,
                            reason = "a state's position"
                        )]
                        let state = *value as usize;
                        counts[state] += 1;
                    }
                }
            }
        }
    }
}
