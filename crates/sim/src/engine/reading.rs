//! What clocks read: hazards now, and hazards integrated over the time since.

use super::state::TrialState;
use crate::program::{Clock, Program};

/// What an event's clock reads at the trial's time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClockReading {
    /// Whether the guard of a clock or instant event holds.
    pub enabled: bool,
    /// The hazard of a memoryless or general clock, per time unit; 0 while it is not enabled, and for all others.
    pub hazard: f64,
    /// The hazard integrated over the time since the clock was last enabled, or has fired while it stays so; no unit.
    pub since_enabled: f64,
    /// The hazard integrated over all time since the clock last fired, or since t = 0; no unit. When a clock runs out it is a
    /// unit exponential (Anderson 2007, doi:10.1063/1.2799998), but where the law has atoms.
    pub since_fired: f64,
}

/// The clocks of a trial at one moment.
#[derive(Debug, Clone, Copy)]
pub struct Clocks<'s> {
    program: &'s Program,
    state: &'s TrialState,
}

impl<'s> Clocks<'s> {
    pub(super) fn new(program: &'s Program, state: &'s TrialState) -> Self {
        Self { program, state }
    }

    /// The trial's time, in time units.
    #[must_use]
    pub fn now(&self) -> f64 {
        self.state.now
    }

    /// What the clock of an event, by its place in the program, reads.
    #[must_use]
    pub fn reading(&self, event: u32) -> ClockReading {
        let place = event as usize;
        let (timer, now) = (&self.state.timers[place], self.state.now);
        let (hazard, left) = match (
            &self.program.events[place].clock,
            &self.state.law_clocks[place],
        ) {
            (Clock::Rate(_), _) => (timer.hazard.hazard, timer.hazard.left_at(now)),
            (Clock::Law { .. }, Some(clock)) => {
                let law = self.program.law(clock.law);
                (clock.hazard_at(law, now), clock.left_at(law, now))
            }
            _ => (0.0, f64::NAN),
        };
        let spent = |of: f64| if left.is_nan() { 0.0 } else { of - left };
        ClockReading {
            enabled: timer.enabled,
            hazard,
            since_enabled: if timer.enabled {
                spent(timer.left_when_enabled)
            } else {
                0.0
            },
            since_fired: spent(timer.drawn),
        }
    }
}

impl TrialState {
    /// Draws what is left of an event's unit exponential anew, where it has one, given that its clock does not run out before a
    /// time if nothing changes: what will be left then is a unit exponential again. A clock that is due stays so. False where the clock
    /// cannot last that long.
    pub(super) fn redraw_clock(&mut self, program: &Program, event: u32, lasts_until: f64) -> bool {
        let (place, now) = (event as usize, self.now);
        let due = match (&program.events[place].clock, self.law_clocks[place]) {
            (Clock::Rate(_), _) => {
                let mut clock = self.timers[place].hazard;
                let left = clock.left_at(now);
                if left.is_nan() || left == 0.0 {
                    return true;
                }
                let spent = clock.hazard * (lasts_until - now);
                let due = clock.redraw(self.redraw(program, place, left, spent), now);
                self.timers[place].hazard = clock;
                due.max(lasts_until)
            }
            (Clock::Law { .. }, Some(mut clock)) => {
                let law = program.law(clock.law);
                let left = clock.left_at(law, now);
                if left == 0.0 {
                    return true;
                }
                let spent = clock.spent_between(law, now, lasts_until);
                if !spent.is_finite() {
                    return false;
                }
                let due = clock.redraw(law, self.redraw(program, place, left, spent), now);
                // Rounding must not make it run out before.
                clock.due = due.max(lasts_until);
                self.law_clocks[place] = Some(clock);
                clock.due
            }
            _ => return true,
        };
        self.schedule.set(event, due);
        true
    }
}
