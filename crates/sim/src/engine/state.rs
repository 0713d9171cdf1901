//! All that changes in a trial.

use super::failure::{Fallible, Part, holds};
use super::law_clock::LawClock;
use super::pending::Pending;
use super::schedule::Schedule;
use super::steps::Steps;
use super::timer::Timer;
use super::touched::Touched;
use crate::program::{CodeId, Program, Slot};
use crate::stream::{Block, Purpose, TrialStreams};

/// A trial between two steps: what has happened so far, as far as it matters for what comes. It can be cloned and continued, stored,
/// and given other random numbers for what is to come.
///
/// It belongs to one program; an [`Engine`] of that program starts, advances and reads it.
#[derive(Debug, Clone)]
pub struct TrialState {
    /// Slots, then constants, then room for intermediate values.
    pub(super) memory: Vec<f64>,
    pub(super) timers: Vec<Timer>,
    /// Clocks with a law, once they have been started.
    pub(super) law_clocks: Vec<Option<LawClock>>,
    /// Each event's words for its lifetimes.
    pub(super) lifetimes: Vec<Block>,
    /// Firings of each event so far.
    pub(super) fired: Vec<u64>,
    /// Dates passed of each calendar event.
    pub(super) dates_passed: Vec<u64>,
    /// How often each event's clock got a new unit exponential before it had fired.
    pub(super) redrawn: Vec<u64>,
    /// For how many instant events the guard holds.
    pub(super) instants_ready: usize,
    pub(super) rule_holds: Vec<bool>,
    pub(super) rule_turned: Vec<u64>,
    pub(super) policy_begun: bool,
    pub(super) schedule: Schedule,
    pub(super) pending: Pending,
    /// Slots changed by the firing under way, and how many of them the derived names know of.
    pub(super) changed: Vec<Slot>,
    pub(super) derived_up_to: usize,
    /// The derived names to compute again, one bit each.
    pub(super) underived: Vec<u64>,
    /// Clocks that read changed slots.
    pub(super) touched: Touched,
    pub(super) streams: TrialStreams,
    pub(super) now: f64,
    /// Whether the horizon has been reached.
    pub(super) over: bool,
    /// Events fired.
    pub(super) events: u64,
    pub(super) steps: Steps,
}

impl TrialState {
    /// Room for trials of a program.
    pub(super) fn new(program: &Program) -> Self {
        let events = program.events.len();
        let rules = program.policy_rules.len();
        Self {
            memory: program.memory.clone(),
            timers: vec![Timer::IDLE; events],
            law_clocks: vec![None; events],
            lifetimes: vec![Block::EMPTY; events],
            fired: vec![0; events],
            dates_passed: vec![0; events],
            redrawn: vec![0; events],
            instants_ready: 0,
            rule_holds: vec![false; rules],
            rule_turned: vec![0; rules],
            policy_begun: false,
            schedule: Schedule::new(events),
            pending: Pending::default(),
            changed: Vec::new(),
            derived_up_to: 0,
            underived: vec![0; program.derived.len().div_ceil(64)],
            touched: Touched::new(events),
            streams: TrialStreams::new(0, 0),
            now: 0.0,
            over: false,
            events: 0,
            steps: Steps::new(),
        }
    }

    /// Forgets the trial before, and has the random numbers of another.
    pub(super) fn reset(&mut self, program: &Program, streams: TrialStreams) {
        self.memory.copy_from_slice(&program.memory);
        self.timers.fill(Timer::IDLE);
        self.law_clocks.fill(None);
        self.lifetimes.fill(Block::EMPTY);
        self.fired.fill(0);
        self.dates_passed.fill(0);
        self.redrawn.fill(0);
        self.instants_ready = 0;
        self.rule_holds.fill(false);
        self.rule_turned.fill(0);
        self.policy_begun = false;
        self.schedule.clear();
        self.pending.clear();
        self.forget_changes();
        self.underived.fill(0);
        self.touched.clear();
        self.streams = streams;
        self.now = 0.0;
        self.over = false;
        self.events = 0;
        self.steps.clear();
    }

    /// The trial's time, in time units.
    #[must_use]
    pub fn now(&self) -> f64 {
        self.now
    }

    /// Events fired so far.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.events
    }

    /// The value of a slot; a state by its position.
    #[must_use]
    pub fn value(&self, slot: Slot) -> f64 {
        self.memory[slot as usize]
    }

    /// Seed, trial and branch of the random numbers.
    #[must_use]
    pub fn streams(&self) -> TrialStreams {
        self.streams
    }

    /// Sets a slot.
    pub(super) fn assign(&mut self, slot: Slot, value: f64) {
        let old = &mut self.memory[slot as usize];
        if old.to_bits() != value.to_bits() {
            *old = value;
            self.changed.push(slot);
        }
    }

    /// The firing under way is over.
    pub(super) fn forget_changes(&mut self) {
        self.changed.clear();
        self.derived_up_to = 0;
    }

    /// Brings the first `count` derived names up to date with the slots that have changed.
    #[inline]
    pub(super) fn derive(&mut self, program: &Program, count: u32) {
        if !program.derived.is_empty() {
            self.derive_by(program, count, Program::value);
        }
    }

    /// Brings all derived names up to date between two assignments, when variables can be beyond their bounds: without tables.
    pub(super) fn derive_in_between(&mut self, program: &Program) {
        self.derive_by(program, u32::MAX, Program::plain_value);
    }

    fn derive_by(
        &mut self,
        program: &Program,
        count: u32,
        value: impl Fn(&Program, CodeId, &mut [f64]) -> f64,
    ) {
        for &slot in &self.changed[self.derived_up_to..] {
            mark(&mut self.underived, program.derived_reading.of(slot));
        }
        self.derived_up_to = self.changed.len();
        // A derived name marks only names behind it.
        for word in 0..self.underived.len() {
            while self.underived[word] != 0 {
                let place = word * 64 + self.underived[word].trailing_zeros() as usize;
                if place >= count as usize {
                    return;
                }
                self.underived[word] &= self.underived[word] - 1;
                let derived = program.derived[place];
                let value = value(program, derived.code, &mut self.memory);
                let old = &mut self.memory[derived.slot as usize];
                if old.to_bits() != value.to_bits() {
                    *old = value;
                    self.changed.push(derived.slot);
                    self.derived_up_to = self.changed.len();
                    mark(
                        &mut self.underived,
                        program.derived_reading.of(derived.slot),
                    );
                }
            }
        }
    }

    /// Brings all derived names up to date.
    pub(super) fn derive_all(&mut self, program: &Program) {
        self.derive(program, u32::MAX);
    }

    /// Reads factors and level at t = 0, where factors have no past.
    pub(super) fn read_doctrine_anew(&mut self, program: &Program) -> Fallible {
        for (place, factor) in (0..).zip(&program.factors) {
            let active = program.value(factor.active_when, &mut self.memory);
            if holds(Part::Factor(place), "active_when", active)? {
                self.assign(factor.slot, 1.0);
            }
        }
        self.derive(program, program.derived_before_level);
        let level = self.level(program)?;
        self.assign(program.level_slot, level);
        self.derive_all(program);
        self.forget_changes();
        Ok(())
    }

    /// Brings factors, level and derived names up to date with the slots that have changed.
    pub(super) fn read_doctrine(&mut self, program: &Program) -> Fallible {
        self.derive(program, program.derived_before_factors);
        let mut level_is_read = self.turn_factors(program, 0)?;
        if !program.derived.is_empty() {
            let looked_at = self.changed.len();
            self.derive(program, program.derived_before_level);
            level_is_read |= self.turn_factors(program, looked_at)?;
        }
        if level_is_read {
            let level = self.level(program)?;
            self.assign(program.level_slot, level);
        }
        self.derive_all(program);
        Ok(())
    }

    /// Brings factors up to date with the slots that have changed from a place of the list on; says whether the level reads one.
    #[inline]
    fn turn_factors(&mut self, program: &Program, from: usize) -> Fallible<bool> {
        let mut level_is_read = false;
        let mut at = from;
        while let Some(&slot) = self.changed.get(at) {
            at += 1;
            for reader in program.doctrine_reading.of(slot) {
                if (*reader as usize) < program.factors.len() {
                    self.turn_factor(program, *reader)?;
                } else {
                    level_is_read = true;
                }
            }
        }
        Ok(level_is_read)
    }

    /// A factor turns on where it becomes active, else off where it clears.
    fn turn_factor(&mut self, program: &Program, place: u32) -> Fallible {
        let factor = &program.factors[place as usize];
        let part = Part::Factor(place);
        let active = program.value(factor.active_when, &mut self.memory);
        let on = if holds(part, "active_when", active)? {
            1.0
        } else if let Some(clears) = factor.clears_when {
            let clears = program.value(clears, &mut self.memory);
            if holds(part, "clears_when", clears)? {
                0.0
            } else {
                self.memory[factor.slot as usize]
            }
        } else {
            0.0
        };
        self.assign(factor.slot, on);
        Ok(())
    }

    /// The highest level whose rule holds, the first where none does.
    fn level(&mut self, program: &Program) -> Fallible<f64> {
        for (place, (level, rule)) in (0..).zip(&program.level_rules) {
            let rule = program.value(*rule, &mut self.memory);
            if holds(Part::Level(place), "condition", rule)? {
                return Ok(*level);
            }
        }
        Ok(0.0)
    }

    /// The `number`-th unit exponential of an event's clock.
    pub(super) fn lifetime(&mut self, program: &Program, place: usize, number: u64) -> f64 {
        let (block, key) = (&mut self.lifetimes[place], program.event_keys[place]);
        let drawn = self
            .streams
            .exponential_in(block, key, Purpose::Lifetime, number);
        self.timers[place].drawn = drawn;
        drawn
    }

    /// What is left of a unit exponential from now on where so much of it was left, so much will be `spent`, and what will be left then
    /// is a unit exponential again.
    pub(super) fn redraw(&mut self, program: &Program, place: usize, left: f64, spent: f64) -> f64 {
        let number = self.redrawn[place];
        self.redrawn[place] += 1;
        let key = program.event_keys[place];
        let drawn = spent + self.streams.exponential(key, Purpose::Redraw, number);
        let timer = &mut self.timers[place];
        timer.drawn += drawn - left;
        timer.left_when_enabled += drawn - left;
        drawn
    }
}

/// Marks derived names.
fn mark(underived: &mut [u64], places: &[u32]) {
    for place in places {
        underived[*place as usize / 64] |= 1 << (place % 64);
    }
}
