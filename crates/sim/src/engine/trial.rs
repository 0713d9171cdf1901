//! One trial, from t = 0 to the horizon.

use super::failure::{
    Part, Problem, Step, TrialFailure, check_probability, check_rate, fails, holds, out_of_bounds,
};
use super::hazard_clock::HazardClock;
use super::law_clock::{Driven, LawClock};
use super::observer::{Cause, Firing, Observer};
use super::pending::Pending;
use super::schedule::Schedule;
use super::steps::Steps;
use super::timer::Timer;
use super::touched::Touched;
use crate::program::{Clock, Drive, Effect, LawSource, Memory, Program, Slot, Touch};
use crate::stream::{Block, EventKey, Purpose, TrialStreams};
use detente_model::lifetime::Law;
use std::sync::atomic::AtomicBool;

/// Runs trials of a program, one after another, in buffers of its own.
#[derive(Debug, Clone)]
pub struct Engine<'p> {
    program: &'p Program,
    event_keys: Vec<EventKey>,
    rule_keys: Vec<EventKey>,
    /// Each event's words for its lifetimes.
    lifetimes: Vec<Block>,
    memory: Vec<f64>,
    timers: Vec<Timer>,
    /// Clocks with a law, once they have been started.
    law_clocks: Vec<Option<LawClock<'p>>>,
    /// Firings of each event so far; of a calendar event also the dates passed, in `dates_passed`.
    fired: Vec<u64>,
    dates_passed: Vec<u64>,
    /// How often each event's clock was halted when it was due and then started anew.
    redrawn: Vec<u64>,
    /// For how many instant events the guard holds.
    instants_ready: usize,
    rule_holds: Vec<bool>,
    rule_turned: Vec<u64>,
    policy_begun: bool,
    schedule: Schedule,
    pending: Pending,
    /// Slots changed by the firing under way.
    changed: Vec<Slot>,
    /// Clocks that read them.
    touched: Touched,
    streams: TrialStreams,
    now: f64,
    /// Events fired.
    events: u64,
    steps: Steps<'p>,
}

/// What happens next, and when.
enum Next {
    Clock(f64, u32),
    Instance(f64),
}

impl<'p> Engine<'p> {
    /// An engine for a program.
    #[must_use]
    pub fn new(program: &'p Program) -> Self {
        let events = program.events.len();
        let rules = program.policy_rules.len();
        Self {
            program,
            event_keys: program
                .events
                .iter()
                .map(|e| EventKey::of_event(&e.name))
                .collect(),
            rule_keys: program
                .policy_rules
                .iter()
                .map(|r| EventKey::of_rule(&r.name))
                .collect(),
            lifetimes: vec![Block::EMPTY; events],
            memory: program.memory.clone(),
            timers: program.events.iter().map(Timer::new).collect(),
            law_clocks: vec![None; events],
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
            touched: Touched::new(events),
            streams: TrialStreams::new(0, 0),
            now: 0.0,
            events: 0,
            steps: Steps::new(),
        }
    }

    /// An engine whose trials end as stopped soon after `stop` is set.
    #[must_use]
    pub fn stopping_at(self, stop: &'p AtomicBool) -> Self {
        Self {
            steps: self.steps.stopping_at(stop),
            ..self
        }
    }

    /// Runs trial `trial` under `seed` and returns how many events fired.
    ///
    /// # Errors
    /// Where the trial breaks a rule of the formalism: trial, time, event and state.
    pub fn run(
        &mut self,
        seed: u64,
        trial: u64,
        observer: &mut impl Observer,
    ) -> Result<u64, Box<TrialFailure>> {
        self.streams = TrialStreams::new(seed, trial);
        match self.trajectory(observer) {
            Ok(()) => Ok(self.events),
            Err(failed) => Err(Box::new(TrialFailure::new(
                self.program,
                &self.memory,
                trial,
                self.now,
                *failed,
            ))),
        }
    }

    fn trajectory(&mut self, observer: &mut impl Observer) -> Step {
        let program = self.program;
        self.reset();
        self.read_doctrine_anew()?;
        observer.begin(program, &self.memory);
        self.start()?;
        self.fire_instants(observer)?;
        self.begin_policy(observer)?;
        loop {
            let next = self.next();
            let (Next::Clock(time, _) | Next::Instance(time)) = next;
            if time > self.now {
                observer.hold(program, &mut self.memory, time.min(program.horizon));
                if time > program.horizon {
                    break;
                }
                self.now = time;
                self.memory[program.time_slot as usize] = time;
                self.steps.time_passes();
            }
            match next {
                Next::Clock(_, event) => self.ring(event, observer)?,
                Next::Instance(_) => self.complete(observer)?,
            }
            self.fire_instants(observer)?;
        }
        observer.end(program, &mut self.memory, &self.fired);
        Ok(())
    }

    fn reset(&mut self) {
        self.memory.copy_from_slice(&self.program.memory);
        self.lifetimes.fill(Block::EMPTY);
        for timer in &mut self.timers {
            timer.hazard = HazardClock::IDLE;
            timer.enabled = false;
        }
        self.law_clocks.fill(None);
        self.fired.fill(0);
        self.dates_passed.fill(0);
        self.redrawn.fill(0);
        self.instants_ready = 0;
        self.rule_holds.fill(false);
        self.rule_turned.fill(0);
        self.policy_begun = false;
        self.schedule.clear();
        self.pending.clear();
        self.changed.clear();
        self.touched.clear();
        self.now = 0.0;
        self.events = 0;
        self.steps.clear();
    }

    /// Reads factors and level at t = 0, where factors have no past.
    fn read_doctrine_anew(&mut self) -> Step {
        let program = self.program;
        for (place, factor) in (0..).zip(&program.factors) {
            let active = program.value(factor.active_when.quick, &mut self.memory);
            if holds(Part::Factor(place), "active_when", active)? {
                self.memory[factor.slot as usize] = 1.0;
            }
        }
        self.memory[program.level_slot as usize] = self.level()?;
        Ok(())
    }

    /// Starts every clock.
    fn start(&mut self) -> Step {
        let program = self.program;
        for (place, event) in program.events.iter().enumerate() {
            let place = place_u32(place);
            match &event.clock {
                Clock::Rate(_) | Clock::Law { .. } | Clock::Instant => {
                    self.touched.add(place, Touch::GUARD.and(Touch::HAZARD));
                }
                Clock::Every(_) | Clock::At(_) => self.await_next_date(place),
                Clock::After { .. } => {}
            }
        }
        self.refresh_touched()
    }

    fn next(&mut self) -> Next {
        let (time, event) = self.schedule.next();
        match self.pending.next() {
            Some(instance) if (instance.due, instance.rank) < (time, event) => {
                Next::Instance(instance.due)
            }
            _ => Next::Clock(time, event),
        }
    }

    /// A clock or calendar has reached its time.
    fn ring(&mut self, event: u32, observer: &mut impl Observer) -> Step {
        let place = event as usize;
        let definition = &self.program.events[place];
        match definition.clock {
            Clock::Rate(_) => {
                // Drawn at once, so that the logarithm is under way while the firing takes its course.
                let left = self.lifetime(place, self.fired[place] + 1);
                self.timers[place].hazard = HazardClock::renewed(left);
                return self.fire(event, Cause::Clock, observer);
            }
            Clock::Law { .. } => {
                self.law_clocks[place] = None;
                self.schedule.set(event, f64::INFINITY);
                return self.fire(event, Cause::Clock, observer);
            }
            _ => {}
        }
        self.dates_passed[place] += 1;
        self.await_next_date(event);
        if self.guard_holds(event)? {
            return self.fire(event, Cause::Clock, observer);
        }
        self.steps.count(self.program, event)
    }

    /// An instance is due: a consequence fires unless its guard fails, a choice is made.
    fn complete(&mut self, observer: &mut impl Observer) -> Step {
        let Some(instance) = self.pending.take() else {
            return Ok(());
        };
        let events = self.program.events.len();
        match (instance.rank as usize).checked_sub(events) {
            None if self.guard_holds(instance.rank)? => {
                let (event, firing) = (instance.cause, instance.firing);
                self.fire(instance.rank, Cause::Event { event, firing }, observer)
            }
            None => Ok(()),
            Some(rule) => {
                self.steps.count(self.program, instance.rank)?;
                for (lever, option) in &self.program.policy_rules[rule].choices {
                    self.assign(*lever, *option);
                }
                self.read_doctrine()?;
                observer.chosen(place_u32(rule), instance.firing, self.now, &self.memory);
                self.refresh_clocks(None, observer)?;
                self.follow_policy(observer)?;
                self.changed.clear();
                Ok(())
            }
        }
    }

    /// Instant events fire while a guard holds, the first in order first.
    fn fire_instants(&mut self, observer: &mut impl Observer) -> Step {
        while self.instants_ready > 0 {
            let mut instants = self.program.instants.iter().copied();
            let Some(event) = instants.find(|event| self.timers[*event as usize].enabled) else {
                break;
            };
            self.fire(event, Cause::Guard, observer)?;
        }
        Ok(())
    }

    /// An event fires: effects, bounds, one branch, bounds, factors, level, clocks, consequences, rules.
    fn fire(&mut self, event: u32, cause: Cause, observer: &mut impl Observer) -> Step {
        self.steps.count(self.program, event)?;
        self.events += 1;
        let program = self.program;
        let definition = &program.events[event as usize];
        let number = self.fired[event as usize];
        self.fired[event as usize] += 1;
        self.apply(event, None, &program.effects[range(&definition.effects)])?;
        let branch = if definition.branches.is_empty() {
            None
        } else {
            self.take_branch(event, number)?
        };
        self.read_doctrine()?;
        let firing = Firing {
            event,
            time: self.now,
            cause,
            branch,
        };
        observer.fired(program, firing, &mut self.memory);
        self.refresh_clocks(Some(event), observer)?;
        for follower in &program.consequences[range(&definition.consequences)] {
            self.start_consequence(*follower, event, number)?;
        }
        self.follow_policy(observer)?;
        self.changed.clear();
        Ok(())
    }

    fn assign(&mut self, slot: Slot, value: f64) {
        let old = &mut self.memory[slot as usize];
        if old.to_bits() != value.to_bits() {
            *old = value;
            self.changed.push(slot);
        }
    }

    /// Assignments in order, then the bounds of what they touched.
    fn apply(&mut self, event: u32, branch: Option<u32>, effects: &[Effect]) -> Step {
        for effect in effects {
            // Adding 0 makes -0 the 0 that it equals, so that equal values have equal bits.
            let value = self
                .program
                .plain_value(effect.value.plain, &mut self.memory)
                + 0.0;
            self.assign(effect.slot, value);
        }
        for effect in effects {
            let value = self.memory[effect.slot as usize];
            let info = &self.program.slots[effect.slot as usize];
            let inside = value >= info.low && value <= info.high && value.is_finite();
            if !(inside && (!info.whole || value.floor() == value)) {
                let problem = info.refuses(value).unwrap_or_default();
                return out_of_bounds(event, branch, problem);
            }
        }
        Ok(())
    }

    /// Takes one of an event's branches and says which.
    fn take_branch(&mut self, event: u32, number: u64) -> Step<Option<u32>> {
        let program = self.program;
        let branches = &program.branches[range(&program.events[event as usize].branches)];
        let key = self.event_keys[event as usize];
        let drawn = self.streams.uniform(key, Purpose::Branch, number);
        let mut total = 0.0;
        let mut taken = None;
        for (position, branch) in (0..).zip(branches) {
            let probability = program.value(branch.probability.quick, &mut self.memory);
            check_probability(event, probability)?;
            if probability > 0.0 && (taken.is_none() || total <= drawn) {
                taken = Some((position, branch));
            }
            total += probability;
        }
        if (total - 1.0).abs() > 1e-9 {
            return fails(event, Problem::Branches(total));
        }
        if let Some((position, branch)) = taken {
            let effects = &program.effects[range(&branch.effects)];
            self.apply(event, Some(position), effects)?;
        }
        Ok(taken.map(|(position, _)| position))
    }

    /// Brings factors and level up to date with the slots that have changed.
    fn read_doctrine(&mut self) -> Step {
        let program = self.program;
        let mut level_is_read = false;
        let mut at = 0;
        while let Some(&slot) = self.changed.get(at) {
            at += 1;
            for reader in program.doctrine_reading.of(slot) {
                if (*reader as usize) < program.factors.len() {
                    self.turn_factor(*reader)?;
                } else {
                    level_is_read = true;
                }
            }
        }
        if level_is_read {
            let level = self.level()?;
            self.assign(program.level_slot, level);
        }
        Ok(())
    }

    /// Brings the clocks and those who watch up to date with the slots that have changed. The clock of the event that
    /// fired starts anew.
    fn refresh_clocks(&mut self, fired: Option<u32>, observer: &mut impl Observer) -> Step {
        let program = self.program;
        for slot in &self.changed {
            observer.changed(program, *slot);
        }
        let mut renewed = fired.filter(|event| program.events[*event as usize].clock.renews());
        // One slot has each reader once, which need not be collected first.
        if let [slot] = self.changed[..] {
            for reader in program.clocks_reading.of(slot) {
                let (clock, touch) = Touch::unpacked(*reader);
                self.refresh(clock, touch)?;
                if touch.has_hazard() && renewed == Some(clock) {
                    renewed = None;
                }
            }
            return match renewed {
                Some(event) => self.refresh(event, Touch::HAZARD),
                None => Ok(()),
            };
        }
        for slot in &self.changed {
            self.touched.add_all(program.clocks_reading.of(*slot));
        }
        if let Some(event) = renewed {
            self.touched.add(event, Touch::HAZARD);
        }
        self.refresh_touched()
    }

    fn refresh_touched(&mut self) -> Step {
        for at in 0..self.touched.count() {
            let (clock, touch) = self.touched.take(at);
            self.refresh(clock, touch)?;
        }
        self.touched.done();
        Ok(())
    }

    /// A factor turns on where it becomes active, else off where it clears.
    fn turn_factor(&mut self, place: u32) -> Step {
        let program = self.program;
        let factor = &program.factors[place as usize];
        let part = Part::Factor(place);
        let active = program.value(factor.active_when.quick, &mut self.memory);
        let on = if holds(part, "active_when", active)? {
            1.0
        } else if let Some(clears) = factor.clears_when {
            let clears = program.value(clears.quick, &mut self.memory);
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
    fn level(&mut self) -> Step<f64> {
        let program = self.program;
        for (place, (level, rule)) in (0..).zip(&program.level_rules) {
            let rule = program.value(rule.quick, &mut self.memory);
            if holds(Part::Level(place), "condition", rule)? {
                return Ok(*level);
            }
        }
        Ok(0.0)
    }

    fn guard_holds(&mut self, event: u32) -> Step<bool> {
        match self.timers[event as usize].guard {
            Some(guard) => holds(event, "when", self.program.value(guard, &mut self.memory)),
            None => Ok(true),
        }
    }

    /// Reads what was touched of an event's guard and hazard again; a hazard with the same bits leaves its clock alone.
    fn refresh(&mut self, event: u32, touch: Touch) -> Step {
        let program = self.program;
        let place = event as usize;
        let timer = &mut self.timers[place];
        let was_enabled = timer.enabled;
        if touch.has_guard() {
            let guard = timer.guard;
            timer.enabled = match guard {
                Some(guard) => holds(event, "when", program.value(guard, &mut self.memory))?,
                None => true,
            };
        }
        let enabled = timer.enabled;
        if enabled == was_enabled && !(enabled && touch.has_hazard()) {
            return Ok(());
        }
        let Some(rate) = timer.rate else {
            return self.refresh_other(event, enabled);
        };
        let hazard = if enabled {
            program.value(rate, &mut self.memory) + 0.0
        } else {
            0.0
        };
        check_rate(event, "rate", hazard)?;
        let draw = || {
            let block = &mut self.lifetimes[place];
            let (key, number) = (self.event_keys[place], self.fired[place]);
            self.streams
                .exponential_in(block, key, Purpose::Lifetime, number)
        };
        if let Some(due) = timer.hazard.drive(hazard, self.now, draw) {
            self.schedule.set(event, due);
        }
        Ok(())
    }

    /// The `number`-th unit exponential of an event's clock.
    fn lifetime(&mut self, place: usize, number: u64) -> f64 {
        let (block, key) = (&mut self.lifetimes[place], self.event_keys[place]);
        self.streams
            .exponential_in(block, key, Purpose::Lifetime, number)
    }

    /// A unit exponential in place of one that was used up when its clock was halted.
    fn redraw(&mut self, place: usize) -> f64 {
        let number = self.redrawn[place];
        self.redrawn[place] += 1;
        let key = self.event_keys[place];
        self.streams.exponential(key, Purpose::Redraw, number)
    }

    /// The part of `refresh` for events that are not memoryless.
    fn refresh_other(&mut self, event: u32, enabled: bool) -> Step {
        match self.program.events[event as usize].clock {
            Clock::Law { .. } => return self.refresh_law(event, enabled),
            Clock::Instant if enabled => self.instants_ready += 1,
            Clock::Instant => self.instants_ready -= 1,
            _ => {}
        }
        Ok(())
    }

    /// Starts, drives or halts a law's clock.
    fn refresh_law(&mut self, event: u32, enabled: bool) -> Step {
        let program = self.program;
        let Clock::Law { law, drive, memory } = &program.events[event as usize].clock else {
            return Ok(());
        };
        let place = event as usize;
        let driven = match drive {
            _ if !enabled => None,
            Drive::None => Some(Driven::HazardRatio(1.0)),
            Drive::HazardRatio(ratio) => {
                let ratio = program.value(ratio.quick, &mut self.memory) + 0.0;
                Some(Driven::HazardRatio(check_rate(
                    event,
                    "hazard ratio",
                    ratio,
                )?))
            }
            Drive::Speed(speed) => {
                let speed = program.value(speed.quick, &mut self.memory) + 0.0;
                Some(Driven::Speed(check_rate(event, "speed", speed)?))
            }
        };
        let starts = match &self.law_clocks[place] {
            None => enabled,
            Some(clock) => enabled && !clock.runs() && *memory == Memory::Restart,
        };
        if starts {
            let law = self.law(event, law)?;
            self.law_clocks[place] = Some(match self.law_clocks[place] {
                Some(clock) => clock.restarted(law, || self.redraw(place)),
                None => LawClock::new(law, self.lifetime(place, self.fired[place])),
            });
        }
        if let Some(clock) = &mut self.law_clocks[place]
            && let Some(due) = clock.drive(driven, self.now)
        {
            self.schedule.set(event, due);
        }
        Ok(())
    }

    fn await_next_date(&mut self, event: u32) {
        let passed = self.dates_passed[event as usize];
        let due = match &self.program.events[event as usize].clock {
            Clock::Every(times) => times.at(passed),
            Clock::At(times) => usize::try_from(passed)
                .ok()
                .and_then(|passed| times.get(passed).copied())
                .unwrap_or(f64::INFINITY),
            _ => f64::INFINITY,
        };
        self.schedule.set(event, due);
    }

    /// A firing of the cause may start an instance. Its draws are numbered by the cause's firings.
    fn start_consequence(&mut self, event: u32, cause: u32, number: u64) -> Step {
        let program = self.program;
        let Clock::After { probability, delay } = &program.events[event as usize].clock else {
            return Ok(());
        };
        if !self.guard_holds(event)? {
            return Ok(());
        }
        let key = self.event_keys[event as usize];
        if let Some(probability) = probability {
            let probability = program.value(probability.quick, &mut self.memory);
            check_probability(event, probability)?;
            let drawn = self.streams.uniform(key, Purpose::Probability, number);
            if drawn >= probability {
                return Ok(());
            }
        }
        let drawn = self.streams.exponential(key, Purpose::Delay, number);
        let wait = self.law(event, delay)?.age_at(drawn);
        self.pending.start(self.now + wait, event, cause, number);
        Ok(())
    }

    /// The law that a clock or delay starts with now.
    fn law(&mut self, place: u32, source: &'p LawSource) -> Step<Law<'p>> {
        let (program, memory) = (self.program, &mut self.memory);
        let law = source.law(|code| program.plain_value(code.plain, memory));
        law.or_else(|error| fails(place, Problem::Law(error.to_string())))
    }

    /// Starts the choices of rules that have become true through the firing under way.
    fn follow_policy(&mut self, observer: &mut impl Observer) -> Step {
        let program = self.program;
        if !self.policy_begun || program.policy_rules.is_empty() {
            return Ok(());
        }
        for at in 0..self.changed.len() {
            for rule in program.policy_rules_reading.of(self.changed[at]) {
                self.turn_rule(*rule, observer)?;
            }
        }
        Ok(())
    }

    /// Rules look at the world from t = 0 on, after the instant events there.
    fn begin_policy(&mut self, observer: &mut impl Observer) -> Step {
        self.policy_begun = true;
        for rule in 0..self.program.policy_rules.len() {
            self.turn_rule(place_u32(rule), observer)?;
        }
        Ok(())
    }

    fn turn_rule(&mut self, rule: u32, observer: &mut impl Observer) -> Step {
        let program = self.program;
        let index = rule as usize;
        let definition = &program.policy_rules[index];
        let rank = place_u32(program.events.len() + index);
        let when = program.value(definition.when.quick, &mut self.memory);
        let holds = holds(rank, "when", when)?;
        if holds && !self.rule_holds[index] {
            let key = self.rule_keys[index];
            let turn = self.rule_turned[index];
            let drawn = self.streams.exponential(key, Purpose::Delay, turn);
            let wait = self.law(rank, &definition.delay)?.age_at(drawn);
            self.rule_turned[index] += 1;
            self.pending.start(self.now + wait, rank, rank, turn);
            observer.turned(rule, turn);
        }
        self.rule_holds[index] = holds;
        Ok(())
    }
}

fn range(range: &std::ops::Range<u32>) -> std::ops::Range<usize> {
    range.start as usize..range.end as usize
}

fn place_u32(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
