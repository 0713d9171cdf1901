//! Outcomes and series of one trial, measured on its right-continuous path.
//!
//! A watched value is read again only after a slot that it reads has changed, and an integral advances only
//! when its integrand takes other bits: adding something unrelated leaves every bit of the rest. Values that nobody
//! needs are not read: of a series those between two grid times, of an outcome those after it is settled.

use super::failure::{Part, Problem, TrialFailure};
use super::observer::{Firing, Observer};
use crate::program::{CodeId, OutcomeKind, Program, Slot};
use std::ops::ControlFlow;

/// Measures every outcome and series of a program, trial after trial.
#[derive(Debug, Clone, Default)]
pub struct Recorder {
    reading: Reading,
    watches: Vec<Watch>,
    dirty: Vec<u32>,
    /// Start of the interval that the next `hold` describes.
    now: f64,
    begun: bool,
    /// The earliest grid time of any series not yet recorded.
    next_grid_time: f64,
    outcomes: Vec<f64>,
    /// Of each first time with a `by` its state then.
    kinds: Vec<f64>,
    series: Vec<Trace>,
    /// Firings of each group of events in each period, period by period for one group after the other.
    firings: Vec<u64>,
    /// The period of the last firing.
    period: usize,
    fault: Option<Fault>,
}

/// The first value of a trial that is none: whose and when, with the state there.
#[derive(Debug, Clone)]
struct Fault {
    part: Part,
    problem: Problem,
    time: f64,
    memory: Vec<f64>,
}

/// How expressions are read.
#[derive(Debug, Clone, Copy, Default)]
enum Reading {
    /// With tables.
    #[default]
    Quick,
    /// Without.
    Plain,
}

impl Reading {
    fn value(self, program: &Program, code: CodeId, memory: &mut [f64]) -> f64 {
        match self {
            Self::Quick => program.value(code, memory),
            Self::Plain => program.plain_value(code, memory),
        }
    }
}

/// An outcome's value between two changes.
#[derive(Debug, Clone, Copy)]
struct Watch {
    value: f64,
    since: f64,
    /// Integral up to `since`, extreme value, count or first time, as the outcome's kind has it.
    result: f64,
    /// Whether a change is no news: the next `hold` reads it anyway, or nothing can alter the outcome any more.
    dirty: bool,
}

/// A series on its grid, recorded up to `recorded`.
#[derive(Debug, Clone, Default)]
struct Trace {
    values: Vec<f64>,
    recorded: usize,
    value: f64,
    /// Whether a slot that it reads has changed since `value` was read.
    stale: bool,
}

impl Recorder {
    /// A recorder with empty buffers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A recorder that computes everything without tables, for the oracle.
    #[must_use]
    pub fn plain() -> Self {
        Self {
            reading: Reading::Plain,
            ..Self::default()
        }
    }

    /// The outcomes of the last trial, in the order of the program, then of each obligation whether it was breached and for what
    /// share of time; NaN where a first time was not reached.
    #[must_use]
    pub fn outcomes(&self) -> &[f64] {
        &self.outcomes
    }

    /// For each outcome of the last trial the position of its `by`'s state; NaN where there is none or the first time was
    /// not reached.
    #[must_use]
    pub fn kinds(&self) -> &[f64] {
        &self.kinds
    }

    /// A series of the last trial, on its grid.
    #[must_use]
    pub fn series(&self, index: usize) -> &[f64] {
        &self.series[index].values
    }

    /// Firings of the last trial in each of the program's periods, for one group of events after the other.
    #[must_use]
    pub fn firings(&self) -> &[u64] {
        &self.firings
    }

    /// Why the last trial, of that number, has no outcomes, where one of them or a series has a value that is none.
    #[must_use]
    pub fn failure(&self, program: &Program, trial: u64) -> Option<Box<TrialFailure>> {
        let fault = self.fault.as_ref()?;
        let at_fault = (fault.part, fault.problem.clone());
        let failure = TrialFailure::new(program, &fault.memory, trial, fault.time, at_fault);
        Some(Box::new(failure))
    }

    /// Keeps the first fault of a trial.
    #[cold]
    fn refuse(&mut self, part: Part, problem: Problem, time: f64, memory: &[f64]) {
        self.fault.get_or_insert_with(|| Fault {
            part,
            problem,
            time,
            memory: memory.to_vec(),
        });
    }

    /// Takes an outcome's value at `self.now`.
    fn take(&mut self, watch: usize, kind: OutcomeKind, value: f64) {
        let first = !self.begun;
        let watch = &mut self.watches[watch];
        watch.dirty = false;
        if !first && watch.value.to_bits() == value.to_bits() {
            return;
        }
        match kind {
            OutcomeKind::Ever if value != 0.0 => {
                watch.result = 1.0;
                watch.dirty = true;
            }
            OutcomeKind::FirstTime if value != 0.0 => {
                watch.result = self.now;
                watch.dirty = true;
            }
            OutcomeKind::Entries if !first && value != 0.0 => watch.result += 1.0,
            OutcomeKind::TimeShare | OutcomeKind::TimeAverage | OutcomeKind::Integral if !first => {
                watch.result += watch.value * (self.now - watch.since);
            }
            OutcomeKind::Maximum if value > watch.result || first => watch.result = value,
            OutcomeKind::Minimum if value < watch.result || first => watch.result = value,
            OutcomeKind::Initial => {
                watch.result = value;
                watch.dirty = true;
            }
            _ => {}
        }
        watch.value = value;
        watch.since = self.now;
    }

    /// Records every series at its grid times below `until`.
    fn record_series(&mut self, program: &Program, memory: &mut [f64], until: f64) {
        let mut next = f64::INFINITY;
        let followed = (0..).zip(program.series.iter().zip(&mut self.series));
        for (place, (series, trace)) in followed {
            while let Some(time) = series.times.get(trace.recorded) {
                if *time >= until {
                    next = next.min(*time);
                    break;
                }
                if trace.stale {
                    trace.value = self.reading.value(program, series.value, memory) + 0.0;
                    trace.stale = false;
                }
                if !trace.value.is_finite() && self.fault.is_none() {
                    self.fault = Some(Fault {
                        part: Part::Series(place),
                        problem: Problem::NotFinite(trace.value),
                        time: *time,
                        memory: memory.to_vec(),
                    });
                }
                trace.values[trace.recorded] = trace.value;
                trace.recorded += 1;
            }
        }
        self.next_grid_time = next;
    }
}

impl Observer for Recorder {
    fn begin(&mut self, program: &Program, _memory: &[f64]) {
        let idle = Watch {
            value: 0.0,
            since: 0.0,
            result: 0.0,
            dirty: true,
        };
        self.watches.clear();
        self.watches.resize(program.outcomes.len(), idle);
        self.dirty.clear();
        for ((place, watch), outcome) in (0..).zip(&mut self.watches).zip(&program.outcomes) {
            if outcome.kind == OutcomeKind::FirstTime {
                watch.result = f64::NAN;
            }
            let read_when_held = !matches!(
                outcome.kind,
                OutcomeKind::Final | OutcomeKind::Firings(_) | OutcomeKind::FiringsWhen(_)
            );
            if read_when_held {
                self.dirty.push(place);
            }
        }
        self.outcomes.resize(program.outcomes.len(), 0.0);
        self.kinds.clear();
        self.kinds.resize(program.outcomes.len(), f64::NAN);
        self.series.resize(program.series.len(), Trace::default());
        for (trace, series) in self.series.iter_mut().zip(&program.series) {
            trace.values.resize(series.times.len(), 0.0);
            trace.recorded = 0;
            trace.stale = true;
        }
        self.firings.clear();
        let periods = program.periods.len() - 1;
        self.firings.resize(program.groups.len() * periods, 0);
        self.period = 0;
        self.fault = None;
        self.now = 0.0;
        self.begun = false;
        self.next_grid_time = 0.0;
    }

    #[inline]
    fn fired(&mut self, program: &Program, firing: Firing, memory: &mut [f64]) -> ControlFlow<()> {
        let group = program.events[firing.event as usize].group as usize;
        let periods = program.periods.len() - 1;
        // An end belongs to the later period, the horizon to the last. Time does not go back.
        while self.period + 1 < periods && firing.time >= program.periods[self.period + 1] {
            self.period += 1;
        }
        self.firings[group * periods + self.period] += 1;
        for &outcome in program.counted_when.of(firing.event) {
            let condition = program.outcomes[outcome as usize].value;
            let holds = self.reading.value(program, condition, memory);
            if holds.is_nan() {
                let problem = Problem::Undefined("when");
                self.refuse(Part::Outcome(outcome), problem, firing.time, memory);
            } else if holds != 0.0 {
                self.watches[outcome as usize].result += 1.0;
            }
        }
        ControlFlow::Continue(())
    }

    #[inline]
    fn changed(&mut self, program: &Program, slot: Slot) {
        for &reader in program.watches_reading.of(slot) {
            match self.watches.get_mut(reader as usize) {
                Some(watch) if !watch.dirty => {
                    watch.dirty = true;
                    self.dirty.push(reader);
                }
                Some(_) => {}
                None => self.series[reader as usize - self.watches.len()].stale = true,
            }
        }
    }

    #[inline]
    fn hold(&mut self, program: &Program, memory: &mut [f64], until: f64) {
        for at in 0..self.dirty.len() {
            let watch = self.dirty[at] as usize;
            let outcome = &program.outcomes[watch];
            let value = self.reading.value(program, outcome.value, memory) + 0.0;
            if let Some(problem) = refused(outcome.kind, value) {
                self.refuse(Part::Outcome(self.dirty[at]), problem, self.now, memory);
            }
            self.take(watch, outcome.kind, value);
            if value != 0.0
                && let Some(by) = &outcome.by
            {
                let kind = self.reading.value(program, by.state, memory);
                if kind.is_nan() {
                    let problem = Problem::Undefined("by");
                    self.refuse(Part::Outcome(self.dirty[at]), problem, self.now, memory);
                }
                self.kinds[watch] = kind;
            }
        }
        self.dirty.clear();
        self.begun = true;
        if self.next_grid_time < until {
            self.record_series(program, memory, until);
        }
        self.now = until;
    }

    fn end(&mut self, program: &Program, memory: &mut [f64], fired: &[u64]) {
        self.record_series(program, memory, f64::INFINITY);
        let horizon = program.horizon;
        for (place, outcome) in (0..).zip(&program.outcomes) {
            let watch = &self.watches[place as usize];
            let integral = watch.result + watch.value * (horizon - watch.since);
            let result = match outcome.kind {
                OutcomeKind::TimeShare | OutcomeKind::TimeAverage => integral / horizon,
                OutcomeKind::Integral => integral,
                OutcomeKind::Final => self.reading.value(program, outcome.value, memory) + 0.0,
                OutcomeKind::Firings(event) => fired[event as usize] as f64,
                _ => watch.result,
            };
            if !result.is_finite() && outcome.kind != OutcomeKind::FirstTime {
                let problem = Problem::NotFinite(result);
                self.refuse(Part::Outcome(place), problem, horizon, memory);
            }
            self.outcomes[place as usize] = result;
        }
    }
}

/// Why an outcome cannot have a value on its way, if it cannot. A value that cannot change the result is no matter.
fn refused(kind: OutcomeKind, value: f64) -> Option<Problem> {
    let undefined = |key| value.is_nan().then_some(Problem::Undefined(key));
    let passes = match kind {
        OutcomeKind::Ever => return undefined("ever"),
        OutcomeKind::FirstTime => return undefined("first_time"),
        OutcomeKind::TimeShare => return undefined("time_share"),
        OutcomeKind::Entries => return undefined("entries"),
        OutcomeKind::Maximum => value == f64::NEG_INFINITY,
        OutcomeKind::Minimum => value == f64::INFINITY,
        _ => false,
    };
    (!passes && !value.is_finite()).then_some(Problem::NotFinite(value))
}
