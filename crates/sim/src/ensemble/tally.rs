//! What trials showed, in a form that merges.

use crate::program::{Outcome, OutcomeKind, Program};
use detente_stats::{Counts, FirstTimes, Moments, Sketch};

/// All outcomes and series over some trials. The default keeps the numbers of trials and events, and nothing of outcomes and
/// series however many trials are added.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tally {
    /// Trials.
    pub trials: u64,
    /// Events fired in them.
    pub events: u64,
    /// In the order of the program.
    pub outcomes: Vec<OutcomeTally>,
    /// In the order of the program.
    pub series: Vec<SeriesTally>,
    /// Firings of each group in each of the program's periods, for one group after the other.
    pub firings: Vec<Counts>,
}

/// One outcome over some trials.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OutcomeTally {
    /// Of the values; of a first time, of the smaller of it and the horizon.
    pub moments: Moments,
    /// Of the values; of a first time, of those reached.
    pub sketch: Sketch,
    /// Trials in which an `ever` held or a first time was reached; all trials for other kinds.
    pub reached: u64,
    /// When first times were reached.
    pub first_times: FirstTimes,
    /// When they were reached in each state of a `by`.
    pub by: Vec<FirstTimes>,
}

/// One series over some trials.
#[derive(Debug, Clone, PartialEq)]
pub enum SeriesTally {
    /// A number, at each grid time.
    Number {
        /// Mean and variance.
        moments: Vec<Moments>,
        /// Quantiles.
        sketches: Vec<Sketch>,
    },
    /// A state, at each grid time.
    State {
        /// Trials in each state.
        counts: Vec<Vec<u64>>,
    },
}

impl Tally {
    /// No trials yet.
    #[must_use]
    pub fn new(program: &Program) -> Self {
        let series = program.series.iter().map(|series| {
            let times = series.times.len();
            if series.states.is_empty() {
                SeriesTally::Number {
                    moments: vec![Moments::new(); times],
                    sketches: vec![Sketch::new(); times],
                }
            } else {
                SeriesTally::State {
                    counts: vec![vec![0; series.states.len()]; times],
                }
            }
        });
        Self {
            trials: 0,
            events: 0,
            outcomes: program.outcomes.iter().map(OutcomeTally::new).collect(),
            series: series.collect(),
            firings: vec![Counts::default(); program.groups.len() * (program.periods.len() - 1)],
        }
    }

    /// The first outcome or series whose moments are beyond the range of numbers.
    pub(super) fn overflown<'p>(&self, program: &'p Program) -> Option<&'p str> {
        let outcomes = program.outcomes.iter().zip(&self.outcomes);
        let series = program.series.iter().zip(&self.series);
        outcomes
            .filter(|(_, tally)| !tally.moments.is_finite())
            .map(|(of, _)| of.name.as_str())
            .chain(
                series
                    .filter(|(_, tally)| match tally {
                        SeriesTally::Number { moments, .. } => {
                            !moments.iter().all(Moments::is_finite)
                        }
                        SeriesTally::State { .. } => false,
                    })
                    .map(|(of, _)| of.name.as_str()),
            )
            .next()
    }

    /// Adds the trials of `later`, which follow these.
    pub fn merge(&mut self, later: &Self) {
        self.trials += later.trials;
        self.events += later.events;
        for (mine, theirs) in self.outcomes.iter_mut().zip(&later.outcomes) {
            mine.merge(theirs);
        }
        for (mine, theirs) in self.firings.iter_mut().zip(&later.firings) {
            mine.merge(theirs);
        }
        for (mine, theirs) in self.series.iter_mut().zip(&later.series) {
            mine.merge(theirs);
        }
    }
}

impl OutcomeTally {
    fn new(outcome: &Outcome) -> Self {
        let states = outcome.by.as_ref().map_or(0, |by| by.states.len());
        Self {
            by: vec![FirstTimes::default(); states],
            ..Self::default()
        }
    }

    /// Adds the trials of `later`, which follow these.
    pub(super) fn merge(&mut self, later: &Self) {
        self.moments.merge(&later.moments);
        self.sketch.merge(&later.sketch);
        self.reached += later.reached;
        self.first_times.merge(&later.first_times);
        for (mine, theirs) in self.by.iter_mut().zip(&later.by) {
            mine.merge(theirs);
        }
    }

    /// Adds first times, NaN where not reached, with the positions of the states that tell them apart.
    pub(super) fn add_kinds(&mut self, times: &[f64], kinds: &[f64], horizon: f64) {
        for (time, kind) in times.iter().zip(kinds).filter(|(_, kind)| !kind.is_nan()) {
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a state's position"
            )]
            let state = *kind as usize;
            self.by[state].add(*time, horizon);
        }
    }

    /// Adds a column of values, NaN where a first time was not reached.
    pub(super) fn add_column(&mut self, column: &[f64], kind: OutcomeKind, horizon: f64) {
        let mut reached: Vec<f64> = column.iter().copied().filter(|v| !v.is_nan()).collect();
        match kind {
            OutcomeKind::FirstTime => {
                for value in column {
                    self.moments
                        .add(if value.is_nan() { horizon } else { *value });
                }
                for time in &reached {
                    self.first_times.add(*time, horizon);
                }
                self.reached += reached.len() as u64;
            }
            _ => {
                column.iter().for_each(|value| self.moments.add(*value));
                self.reached += match kind {
                    OutcomeKind::Ever => column.iter().filter(|v| **v != 0.0).count() as u64,
                    _ => column.len() as u64,
                };
            }
        }
        self.sketch.add_all(&mut reached);
    }
}

impl SeriesTally {
    fn merge(&mut self, later: &Self) {
        match (self, later) {
            (
                Self::Number { moments, sketches },
                Self::Number {
                    moments: later_moments,
                    sketches: later_sketches,
                },
            ) => {
                for (mine, theirs) in moments.iter_mut().zip(later_moments) {
                    mine.merge(theirs);
                }
                for (mine, theirs) in sketches.iter_mut().zip(later_sketches) {
                    mine.merge(theirs);
                }
            }
            (Self::State { counts }, Self::State { counts: later }) => {
                for (mine, theirs) in counts.iter_mut().flatten().zip(later.iter().flatten()) {
                    *mine += theirs;
                }
            }
            _ => {}
        }
    }
}
