//! Outcomes and series of one trial, measured on its right-continuous path.
//!
//! A watched value is read again only after a slot that it reads has changed, and an integral advances only
//! when its integrand takes other bits: adding something unrelated leaves every bit of the rest.

use super::observer::{Cause, Observer};
use crate::program::{OutcomeKind, Program, Slot};

/// Measures every outcome and series of a program, trial after trial.
#[derive(Debug, Clone, Default)]
pub struct Recorder {
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
}

/// A watched value between two changes.
#[derive(Debug, Clone, Copy)]
struct Watch {
    value: f64,
    since: f64,
    /// Integral up to `since`, extreme value, count or first time, as the outcome's kind has it.
    result: f64,
    dirty: bool,
}

/// A series on its grid, recorded up to `recorded`.
#[derive(Debug, Clone, Default)]
struct Trace {
    values: Vec<f64>,
    recorded: usize,
}

impl Recorder {
    /// A recorder with empty buffers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The outcomes of the last trial, in the order of the program; NaN where a first time was not reached.
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

    /// Takes a watched value at `self.now`.
    fn take(&mut self, watch: usize, kind: Option<OutcomeKind>, value: f64) {
        let first = !self.begun;
        let watch = &mut self.watches[watch];
        if !first && watch.value.to_bits() == value.to_bits() {
            return;
        }
        match kind {
            Some(OutcomeKind::Ever) if value != 0.0 => watch.result = 1.0,
            Some(OutcomeKind::FirstTime) if value != 0.0 && watch.result.is_nan() => {
                watch.result = self.now;
            }
            Some(OutcomeKind::Entries) if !first && value != 0.0 => watch.result += 1.0,
            Some(OutcomeKind::TimeShare | OutcomeKind::TimeAverage | OutcomeKind::Integral)
                if !first =>
            {
                watch.result += watch.value * (self.now - watch.since);
            }
            // NaN, once taken, stays: no value is larger or smaller.
            Some(OutcomeKind::Maximum) if value > watch.result || first || value.is_nan() => {
                watch.result = value;
            }
            Some(OutcomeKind::Minimum) if value < watch.result || first || value.is_nan() => {
                watch.result = value;
            }
            Some(OutcomeKind::Initial) if first => watch.result = value,
            _ => {}
        }
        watch.value = value;
        watch.since = self.now;
    }

    fn look(&mut self, program: &Program, memory: &mut [f64], watch: usize) {
        let outcomes = program.outcomes.len();
        let (kind, code) = match program.outcomes.get(watch) {
            Some(outcome) => (Some(outcome.kind), outcome.value),
            None => (None, program.series[watch - outcomes].value),
        };
        let value = program.value(code, memory) + 0.0;
        let awaited = self.watches[watch].result.is_nan();
        self.take(watch, kind, value);
        if kind == Some(OutcomeKind::FirstTime)
            && awaited
            && !self.watches[watch].result.is_nan()
            && let Some(by) = &program.outcomes[watch].by
        {
            self.kinds[watch] = program.value(by.state, memory);
        }
    }

    /// Records every series at its grid times below `until`.
    fn record_series(&mut self, program: &Program, until: f64) {
        let outcomes = program.outcomes.len();
        let mut next = f64::INFINITY;
        for (index, (series, trace)) in program.series.iter().zip(&mut self.series).enumerate() {
            let value = self.watches[outcomes + index].value;
            while let Some(time) = series.times.get(trace.recorded) {
                if *time >= until {
                    next = next.min(*time);
                    break;
                }
                trace.values[trace.recorded] = value;
                trace.recorded += 1;
            }
        }
        self.next_grid_time = next;
    }
}

impl Observer for Recorder {
    fn begin(&mut self, program: &Program, _memory: &[f64]) {
        let watches = program.outcomes.len() + program.series.len();
        let idle = Watch {
            value: 0.0,
            since: 0.0,
            result: 0.0,
            dirty: true,
        };
        self.watches.clear();
        self.watches.resize(watches, idle);
        for (watch, outcome) in self.watches.iter_mut().zip(&program.outcomes) {
            if outcome.kind == OutcomeKind::FirstTime {
                watch.result = f64::NAN;
            }
        }
        self.dirty.clear();
        self.dirty
            .extend(0..u32::try_from(watches).unwrap_or(u32::MAX));
        self.outcomes.resize(program.outcomes.len(), 0.0);
        self.kinds.clear();
        self.kinds.resize(program.outcomes.len(), f64::NAN);
        self.series.resize(program.series.len(), Trace::default());
        for (trace, series) in self.series.iter_mut().zip(&program.series) {
            trace.values.resize(series.times.len(), 0.0);
            trace.recorded = 0;
        }
        self.now = 0.0;
        self.begun = false;
        self.next_grid_time = 0.0;
    }

    fn fired(&mut self, _event: u32, _time: f64, _cause: Cause, _memory: &[f64]) {}

    #[inline]
    fn changed(&mut self, program: &Program, slot: Slot) {
        for &reader in program.watches_reading.of(slot) {
            let watch = &mut self.watches[reader as usize];
            if !watch.dirty {
                watch.dirty = true;
                self.dirty.push(reader);
            }
        }
    }

    #[inline]
    fn hold(&mut self, program: &Program, memory: &mut [f64], until: f64) {
        for at in 0..self.dirty.len() {
            let watch = self.dirty[at] as usize;
            self.watches[watch].dirty = false;
            self.look(program, memory, watch);
        }
        self.dirty.clear();
        self.begun = true;
        if self.next_grid_time < until {
            self.record_series(program, until);
        }
        self.now = until;
    }

    fn end(&mut self, program: &Program, _memory: &mut [f64], fired: &[u64]) {
        self.record_series(program, f64::INFINITY);
        let horizon = program.horizon;
        for ((result, outcome), watch) in self
            .outcomes
            .iter_mut()
            .zip(&program.outcomes)
            .zip(&self.watches)
        {
            let integral = watch.result + watch.value * (horizon - watch.since);
            *result = match outcome.kind {
                OutcomeKind::TimeShare | OutcomeKind::TimeAverage => integral / horizon,
                OutcomeKind::Integral => integral,
                OutcomeKind::Final => watch.value,
                OutcomeKind::Firings(event) => fired[event as usize] as f64,
                _ => watch.result,
            };
        }
    }
}
