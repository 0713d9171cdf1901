//! The oracle: a sampler that is slow and plainly right, on the same streams as the engine.
//!
//! First reaction: after every event it reads every guard and every hazard again, drives every clock with them, and takes
//! the clock that is due first. It keeps no schedule, knows no dependants and shares no state with
//! [`Engine`](super::Engine), so that a clock forgotten, a stale time or a wrong tie there shows as a
//! difference here. When one clock is due under one history of its hazard is computed by the code that the engine uses
//! (`hazard_clock.rs`, `law_clock.rs`), so that the two agree to the bit; known answers check that code. Where two events
//! fail at one instant the two samplers may name either.

use super::engine::Ended;
use super::failure::{Fallible, Problem, TrialFailure, check_rate, fails};
use super::hazard_clock::HazardClock;
use super::law_clock::{Driven, LawClock};
use super::observer::{Cause, Firing, Observer};
use super::steps::Steps;
use crate::program::{Clock, CodeId, Drive, LawSource, Memory, Program, Slot, StartedLaw};
use crate::stream::{EventKey, Purpose, TrialStreams};
use std::sync::atomic::AtomicBool;

/// Runs trials of a program the slow way.
#[derive(Debug)]
pub struct Oracle<'p> {
    program: &'p Program,
    streams: TrialStreams,
    now: f64,
    memory: Vec<f64>,
    clocks: Vec<OracleClock>,
    fired: Vec<u64>,
    pending: Vec<OracleInstance>,
    started: u64,
    rule_held: Vec<bool>,
    rule_turned: Vec<u64>,
    events: u64,
    steps: Steps,
    stop: &'p AtomicBool,
    /// Whether the observer has seen enough.
    seen_enough: bool,
}

/// What the oracle remembers of an event's clock.
#[derive(Debug, Clone, Copy)]
struct OracleClock {
    hazard: HazardClock,
    law: Option<LawClock>,
    due: f64,
    /// How often it was halted when it was due and then started anew.
    redrawn: u64,
    dates_passed: u64,
}

impl OracleClock {
    const UNBORN: Self = Self {
        hazard: HazardClock::IDLE,
        law: None,
        due: f64::INFINITY,
        redrawn: 0,
        dates_passed: 0,
    };
}

/// A consequence or choice under way.
#[derive(Debug, Clone, Copy)]
struct OracleInstance {
    due: f64,
    rank: usize,
    number: u64,
    cause: usize,
    firing: u64,
}

/// What comes first.
#[derive(Debug, Clone, Copy, PartialEq)]
enum First {
    Clock(usize),
    Date(usize),
    Instance(usize),
}

impl<'p> Oracle<'p> {
    /// An oracle for a program.
    #[must_use]
    pub fn new(program: &'p Program) -> Self {
        Self {
            program,
            streams: TrialStreams::new(0, 0),
            now: 0.0,
            memory: Vec::new(),
            clocks: Vec::new(),
            fired: Vec::new(),
            pending: Vec::new(),
            started: 0,
            rule_held: Vec::new(),
            rule_turned: Vec::new(),
            events: 0,
            steps: Steps::new(),
            stop: &super::steps::NEVER,
            seen_enough: false,
        }
    }

    /// An oracle whose trials end as stopped soon after `stop` is set.
    #[must_use]
    pub fn stopping_at(self, stop: &'p AtomicBool) -> Self {
        Self { stop, ..self }
    }

    /// Runs a trial until its horizon, or until the observer has seen enough.
    ///
    /// # Errors
    /// Where the trial breaks a rule of the formalism: trial, time, event and state.
    pub fn run(
        &mut self,
        seed: u64,
        trial: u64,
        observer: &mut impl Observer,
    ) -> Result<Ended, Box<TrialFailure>> {
        self.reset(seed, trial);
        match self.trajectory(observer) {
            Ok(()) => Ok(Ended {
                events: self.events,
                at_horizon: !self.seen_enough,
            }),
            Err(failed) => Err(Box::new(TrialFailure::new(
                self.program,
                &self.memory,
                trial,
                self.now,
                *failed,
            ))),
        }
    }

    fn trajectory(&mut self, observer: &mut impl Observer) -> Fallible {
        let program = self.program;
        program.read_doctrine_plainly(&mut self.memory, true)?;
        observer.begin(program, &self.memory);
        self.first()?;
        self.fire_instants(observer, false)?;
        if self.seen_enough {
            return Ok(());
        }
        self.follow_policy(observer)?;
        loop {
            let (time, first) = self.first()?;
            if time > self.now {
                observer.hold(program, &mut self.memory, time.min(program.horizon));
                if time > program.horizon {
                    break;
                }
                self.now = time;
                self.memory[program.time_slot as usize] = time;
                self.steps.time_passes();
            }
            self.happen(first, observer)?;
            self.fire_instants(observer, true)?;
            if self.seen_enough {
                return Ok(());
            }
        }
        observer.end(program, &mut self.memory, &self.fired);
        Ok(())
    }

    fn reset(&mut self, seed: u64, trial: u64) {
        let (events, rules) = (self.program.events.len(), self.program.policy_rules.len());
        *self = Self {
            streams: TrialStreams::new(seed, trial),
            memory: self.program.memory.clone(),
            clocks: vec![OracleClock::UNBORN; events],
            fired: vec![0; events],
            rule_held: vec![false; rules],
            rule_turned: vec![0; rules],
            stop: self.stop,
            ..Self::new(self.program)
        };
    }

    fn key(&self, event: usize) -> EventKey {
        EventKey::of_event(&self.program.events[event].name)
    }

    fn guard(&mut self, event: usize) -> Fallible<bool> {
        self.program.guard_plainly(place(event), &mut self.memory)
    }

    /// Looks at every clock, starts what must start, and finds what comes first.
    fn first(&mut self) -> Fallible<(f64, First)> {
        let program = self.program;
        let mut best = (f64::INFINITY, usize::MAX, u64::MAX, First::Clock(0));
        for event in 0..program.events.len() {
            let (due, what) = match &program.events[event].clock {
                Clock::Rate(_) | Clock::Law { .. } => (self.due(event)?, First::Clock(event)),
                Clock::Calendar(calendar) => {
                    let calendar = &program.calendars[*calendar as usize];
                    let next = calendar.time(self.clocks[event].dates_passed);
                    (next, First::Date(event))
                }
                Clock::Instant => {
                    self.guard(event)?;
                    continue;
                }
                Clock::After { .. } => continue,
            };
            if (due, event) < (best.0, best.1) {
                best = (due, event, 0, what);
            }
        }
        for (index, instance) in self.pending.iter().enumerate() {
            if (instance.due, instance.rank, instance.number) < (best.0, best.1, best.2) {
                best = (
                    instance.due,
                    instance.rank,
                    instance.number,
                    First::Instance(index),
                );
            }
        }
        Ok((best.0, best.3))
    }

    /// When a memoryless or general clock would fire if nothing changed.
    fn due(&mut self, event: usize) -> Fallible<f64> {
        let program = self.program;
        let enabled = self.guard(event)?;
        let (now, number) = (self.now, self.fired[event]);
        let (streams, key) = (self.streams, self.key(event));
        let lifetime = || streams.exponential(key, Purpose::Lifetime, number);
        let due = match &program.events[event].clock {
            Clock::Rate(rate) => {
                let hazard = if enabled {
                    self.rate(event, "rate", *rate)?
                } else {
                    0.0
                };
                self.clocks[event].hazard.drive(hazard, now, lifetime)
            }
            Clock::Law { law, drive, memory } => {
                let driven = match drive {
                    _ if !enabled => None,
                    Drive::None => Some(Driven::HazardRatio(1.0)),
                    Drive::HazardRatio(ratio) => {
                        let ratio = self.rate(event, "hazard ratio", *ratio)?;
                        Some(Driven::HazardRatio(ratio))
                    }
                    Drive::Speed(speed) => Some(Driven::Speed(self.rate(event, "speed", *speed)?)),
                };
                let before = self.clocks[event].law;
                let goes_on = before.is_some_and(|b| b.runs() || *memory == Memory::Resume);
                if enabled && !goes_on {
                    let law = self.law(event, law)?;
                    let clock = &mut self.clocks[event];
                    let redraw = || {
                        clock.redrawn += 1;
                        streams.exponential(key, Purpose::Redraw, clock.redrawn - 1)
                    };
                    clock.law = Some(match before {
                        Some(before) => before.restarted(law, redraw),
                        None => LawClock::new(law, lifetime()),
                    });
                }
                let clock = self.clocks[event].law.as_mut();
                clock.and_then(|clock| clock.drive(program.law(clock.law), driven, now))
            }
            _ => None,
        };
        let clock = &mut self.clocks[event];
        clock.due = due.unwrap_or(clock.due);
        Ok(clock.due)
    }

    /// A rate, hazard ratio or speed as it is now.
    fn rate(&mut self, event: usize, key: &'static str, code: CodeId) -> Fallible<f64> {
        let rate = self.program.plain_value(code, &mut self.memory) + 0.0;
        check_rate(place(event), key, rate)
    }

    fn happen(&mut self, first: First, observer: &mut impl Observer) -> Fallible {
        match first {
            First::Clock(event) => self.fire(event, Cause::Clock, observer, true),
            First::Date(event) => {
                self.clocks[event].dates_passed += 1;
                if self.guard(event)? {
                    self.fire(event, Cause::Clock, observer, true)
                } else {
                    self.steps.count(self.program, self.stop, place(event))
                }
            }
            First::Instance(index) => {
                let instance = self.pending.remove(index);
                match instance.rank.checked_sub(self.program.events.len()) {
                    None if self.guard(instance.rank)? => {
                        let (event, firing) = (place(instance.cause), instance.firing);
                        let cause = Cause::Event { event, firing };
                        self.fire(instance.rank, cause, observer, true)
                    }
                    None => Ok(()),
                    Some(rule) => self.choose(rule, instance.firing, observer),
                }
            }
        }
    }

    /// Instant events fire while a guard holds, the first in order first.
    fn fire_instants(&mut self, observer: &mut impl Observer, policy: bool) -> Fallible {
        while !self.seen_enough
            && let Some(event) = self.program.instant_plainly(&mut self.memory)?
        {
            self.fire(event as usize, Cause::Guard, observer, policy)?;
        }
        Ok(())
    }

    fn fire(
        &mut self,
        event: usize,
        cause: Cause,
        observer: &mut impl Observer,
        policy: bool,
    ) -> Fallible {
        self.steps.count(self.program, self.stop, place(event))?;
        let program = self.program;
        let number = self.fired[event];
        self.events += 1;
        self.fired[event] += 1;
        let clock = &mut self.clocks[event];
        (clock.hazard, clock.law, clock.due) = (HazardClock::IDLE, None, f64::INFINITY);
        let drawn = self
            .streams
            .uniform(self.key(event), Purpose::Branch, number);
        let before = self.memory.clone();
        let ways = program.fire_plainly(place(event), &mut self.memory, |probabilities| {
            vec![drawn_branch(probabilities, drawn)]
        });
        let mut branch = None;
        for way in ways? {
            (self.memory, branch) = (way.memory, way.branch);
        }
        let firing = Firing {
            event: place(event),
            time: self.now,
            cause,
            branch,
        };
        self.seen_enough |= observer.fired(program, firing, &mut self.memory).is_break();
        self.tell(&before, observer);
        // A guard that fails for no time halts its clock all the same.
        self.first()?;
        self.start_consequences(event, number)?;
        if policy {
            self.follow_policy(observer)?;
        }
        Ok(())
    }

    /// Tells those who watch which slots have changed.
    fn tell(&self, before: &[f64], observer: &mut impl Observer) {
        let slots = self.program.slots.len();
        for (slot, (now, before)) in self.memory.iter().zip(before).take(slots).enumerate() {
            if now.to_bits() != before.to_bits() {
                observer.changed(self.program, place(slot));
            }
        }
    }

    fn start_consequences(&mut self, cause: usize, number: u64) -> Fallible {
        let program = self.program;
        let possible = program.consequences_plainly(place(cause), &mut self.memory)?;
        for (event, chance) in possible {
            let event = event as usize;
            let Clock::After { delay, .. } = &program.events[event].clock else {
                continue;
            };
            let key = self.key(event);
            if self.streams.uniform(key, Purpose::Probability, number) < chance {
                let drawn = self.streams.exponential(key, Purpose::Delay, number);
                let law = self.law(event, delay)?;
                self.start(program.law(law).age_at(drawn), event, cause, number);
            }
        }
        Ok(())
    }

    fn start(&mut self, wait: f64, rank: usize, cause: usize, firing: u64) {
        self.pending.push(OracleInstance {
            due: self.now + wait,
            rank,
            number: self.started,
            cause,
            firing,
        });
        self.started += 1;
    }

    fn law(&mut self, rank: usize, source: &LawSource) -> Fallible<StartedLaw> {
        let (program, memory) = (self.program, &mut self.memory);
        let law = source.start(|code| program.plain_value(code, memory));
        law.or_else(|error| fails(place(rank), Problem::Law(error.to_string())))
    }

    fn follow_policy(&mut self, observer: &mut impl Observer) -> Fallible {
        let program = self.program;
        for (index, rule) in program.policy_rules.iter().enumerate() {
            let rank = program.events.len() + index;
            let holds = program.condition(place(rank), "when", rule.when, &mut self.memory)?;
            if holds && !self.rule_held[index] {
                let key = EventKey::of_rule(&rule.name);
                let turn = self.rule_turned[index];
                let drawn = self.streams.exponential(key, Purpose::Delay, turn);
                let law = self.law(rank, &rule.delay)?;
                let wait = program.law(law).age_at(drawn);
                self.rule_turned[index] += 1;
                self.start(wait, rank, rank, turn);
                observer.turned(place(index), turn);
            }
            self.rule_held[index] = holds;
        }
        Ok(())
    }

    fn choose(&mut self, rule: usize, turn: u64, observer: &mut impl Observer) -> Fallible {
        let rank = self.program.events.len() + rule;
        self.steps.count(self.program, self.stop, place(rank))?;
        let before = self.memory.clone();
        for (lever, option) in &self.program.policy_rules[rule].choices {
            self.memory[*lever as usize] = *option;
        }
        self.program
            .read_doctrine_plainly(&mut self.memory, false)?;
        let flow = observer.chosen(place(rule), turn, self.now, &self.memory);
        self.seen_enough |= flow.is_break();
        self.tell(&before, observer);
        self.first()?;
        self.follow_policy(observer)
    }
}

/// The branch that a number between 0 and 1 takes: the last one that begins at or below it, of those with a probability.
fn drawn_branch(probabilities: &[f64], drawn: f64) -> u32 {
    let (mut from, mut taken) = (0.0, None);
    for (position, probability) in probabilities.iter().enumerate() {
        if *probability > 0.0 && (taken.is_none() || from <= drawn) {
            taken = Some(position);
        }
        from += probability;
    }
    place(taken.unwrap_or(0))
}

fn place(index: usize) -> Slot {
    Slot::try_from(index).unwrap_or(Slot::MAX)
}
