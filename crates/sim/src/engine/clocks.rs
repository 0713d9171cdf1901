//! Clocks brought up to date with a change of the state.

use super::failure::{Fallible, Problem, check_rate, fails, holds};
use super::hazard_clock::HazardClock;
use super::law_clock::{Driven, LawClock};
use super::observer::Observer;
use super::state::TrialState;
use crate::program::{Clock, Drive, LawSource, Memory, Program, StartedLaw, Touch};
use crate::stream::Purpose;

impl TrialState {
    /// Starts every clock.
    pub(super) fn start_clocks(&mut self, program: &Program) -> Fallible {
        for (place, event) in (0..).zip(&program.events) {
            match &event.clock {
                Clock::Rate(_) | Clock::Law { .. } | Clock::Instant => {
                    self.touched.add(place, Touch::GUARD.and(Touch::HAZARD));
                }
                Clock::Calendar(_) => self.await_next_date(program, place),
                Clock::After { .. } => {}
            }
        }
        self.refresh_touched(program)
    }

    /// Brings the clocks and those who watch up to date with the slots that have changed. The clock of the event that
    /// fired starts anew.
    pub(super) fn refresh_clocks(
        &mut self,
        program: &Program,
        fired: Option<u32>,
        observer: &mut impl Observer,
    ) -> Fallible {
        for slot in &self.changed {
            observer.changed(program, *slot);
        }
        let mut renewed = fired.filter(|event| program.events[*event as usize].clock.renews());
        // One slot has each reader once, which need not be collected first.
        if let [slot] = self.changed[..] {
            for reader in program.clocks_reading.of(slot) {
                let (clock, touch) = Touch::unpacked(*reader);
                self.refresh(program, clock, touch)?;
                if touch.has_hazard() && renewed == Some(clock) {
                    renewed = None;
                }
            }
            return match renewed {
                Some(event) => self.refresh(program, event, Touch::HAZARD),
                None => Ok(()),
            };
        }
        for slot in &self.changed {
            self.touched.add_all(program.clocks_reading.of(*slot));
        }
        if let Some(event) = renewed {
            self.touched.add(event, Touch::HAZARD);
        }
        self.refresh_touched(program)
    }

    fn refresh_touched(&mut self, program: &Program) -> Fallible {
        for at in 0..self.touched.count() {
            let (clock, touch) = self.touched.take(at);
            self.refresh(program, clock, touch)?;
        }
        self.touched.done();
        Ok(())
    }

    /// Whether an event's guard holds.
    pub(super) fn guard_holds(&mut self, program: &Program, event: u32) -> Fallible<bool> {
        match program.timers[event as usize].guard {
            Some(guard) => {
                let guard = program.quick_value(guard, &mut self.memory);
                holds(event, "when", guard)
            }
            None => Ok(true),
        }
    }

    /// Reads what was touched of an event's guard and hazard again; a hazard with the same bits leaves its clock alone.
    fn refresh(&mut self, program: &Program, event: u32, touch: Touch) -> Fallible {
        let place = event as usize;
        let code = &program.timers[place];
        let was_enabled = self.timers[place].enabled;
        let mut enabled = was_enabled;
        if touch.has_guard() {
            enabled = match code.guard {
                Some(guard) => {
                    let guard = program.quick_value(guard, &mut self.memory);
                    holds(event, "when", guard)?
                }
                None => true,
            };
            self.timers[place].enabled = enabled;
        }
        if enabled == was_enabled && !(enabled && touch.has_hazard()) {
            return Ok(());
        }
        let Some(rate) = code.rate else {
            return self.refresh_other(program, event, was_enabled);
        };
        let hazard = if enabled {
            program.quick_value(rate, &mut self.memory) + 0.0
        } else {
            0.0
        };
        check_rate(event, "rate", hazard)?;
        let timer = &mut self.timers[place];
        let first = timer.hazard.left.is_nan();
        let due = timer.hazard.drive(hazard, self.now, || {
            let (block, key) = (&mut self.lifetimes[place], program.event_keys[place]);
            let number = self.fired[place];
            self.streams
                .exponential_in(block, key, Purpose::Lifetime, number)
        });
        if first {
            timer.drawn = timer.hazard.left;
        }
        if first || (enabled && !was_enabled) {
            timer.left_when_enabled = timer.hazard.left;
        }
        if let Some(due) = due {
            self.schedule.set(event, due);
        }
        Ok(())
    }

    /// A memoryless clock that has run out gets its next unit exponential. It is drawn at once, so that the logarithm is under way
    /// while the firing takes its course.
    pub(super) fn renew(&mut self, program: &Program, event: u32) {
        let place = event as usize;
        let left = self.lifetime(program, place, self.fired[place] + 1);
        let timer = &mut self.timers[place];
        timer.hazard = HazardClock::renewed(left);
        timer.left_when_enabled = left;
    }

    /// The part of `refresh` for events that are not memoryless.
    fn refresh_other(&mut self, program: &Program, event: u32, was_enabled: bool) -> Fallible {
        let enabled = self.timers[event as usize].enabled;
        match program.events[event as usize].clock {
            Clock::Law { .. } => return self.refresh_law(program, event, was_enabled),
            Clock::Instant if enabled => self.instants_ready += 1,
            Clock::Instant => self.instants_ready -= 1,
            _ => {}
        }
        Ok(())
    }

    /// Starts, drives or halts a law's clock.
    fn refresh_law(&mut self, program: &Program, event: u32, was_enabled: bool) -> Fallible {
        let Clock::Law { law, drive, memory } = &program.events[event as usize].clock else {
            return Ok(());
        };
        let place = event as usize;
        let enabled = self.timers[place].enabled;
        let driven = match *drive {
            _ if !enabled => None,
            Drive::None => Some(Driven::HazardRatio(1.0)),
            Drive::HazardRatio(ratio) => {
                let ratio = program.value(ratio, &mut self.memory) + 0.0;
                Some(Driven::HazardRatio(check_rate(
                    event,
                    "hazard ratio",
                    ratio,
                )?))
            }
            Drive::Speed(speed) => {
                let speed = program.value(speed, &mut self.memory) + 0.0;
                Some(Driven::Speed(check_rate(event, "speed", speed)?))
            }
        };
        let before = self.law_clocks[place];
        let starts = match &before {
            None => enabled,
            Some(clock) => enabled && !clock.runs() && *memory == Memory::Restart,
        };
        let mut clock = before;
        if starts {
            let law = self.start_law(program, event, law)?;
            clock = Some(match before {
                Some(clock) => clock.restarted(law, || self.redraw(program, place, 0.0, 0.0)),
                None => LawClock::new(law, self.lifetime(program, place, self.fired[place])),
            });
        }
        let Some(mut clock) = clock else {
            return Ok(());
        };
        let due = clock.drive(program.law(clock.law), driven, self.now);
        self.law_clocks[place] = Some(clock);
        if enabled && (!was_enabled || before.is_none()) {
            self.timers[place].left_when_enabled = clock.left;
        }
        if let Some(due) = due {
            self.schedule.set(event, due);
        }
        Ok(())
    }

    /// Sets when a calendar event has its next date.
    pub(super) fn await_next_date(&mut self, program: &Program, event: u32) {
        let passed = self.dates_passed[event as usize];
        if let Clock::Calendar(calendar) = program.events[event as usize].clock {
            let due = program.calendars[calendar as usize].time(passed);
            self.schedule.set(event, due);
        }
    }

    /// The law that a clock or delay of an event or rule starts with now.
    pub(super) fn start_law(
        &mut self,
        program: &Program,
        place: u32,
        source: &LawSource,
    ) -> Fallible<StartedLaw> {
        let memory = &mut self.memory;
        let law = source.start(|code| program.plain_value(code, memory));
        law.or_else(|error| fails(place, Problem::Law(error.to_string())))
    }
}
