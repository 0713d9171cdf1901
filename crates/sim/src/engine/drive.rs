//! A trial driven from outside: the next firing and its time are given.

use super::engine::{Advance, Engine, Next, Noting, Occurrence};
use super::failure::TrialFailure;
use super::firing::{BranchTaken, rank_of_rule};
use super::log::Happening;
use super::observer::Observer;
use super::pending::Instance;
use super::state::TrialState;
use crate::program::Clock;
use thiserror::Error;

/// Why a trial cannot go on as it is given.
#[derive(Debug, Error)]
pub enum DriveError {
    /// The time lies before the trial's, or behind its horizon.
    #[error("t = {given} does not lie between the trial's time, {now}, and its horizon")]
    Time {
        /// The time given, in time units.
        given: f64,
        /// The trial's time.
        now: f64,
    },
    /// A date, a consequence or choice under way, or a clock that is due, comes before.
    #[error("`{step}` comes before, at t = {time}")]
    Missed {
        /// The event or rule.
        step: String,
        /// When, in time units.
        time: f64,
    },
    /// The program has no such event or rule.
    #[error("there is no such event or rule")]
    Unknown,
    /// It cannot happen then.
    #[error("`{step}` cannot happen at t = {time}: {why}")]
    Impossible {
        /// The event or rule.
        step: String,
        /// When, in time units.
        time: f64,
        /// Why.
        why: &'static str,
    },
    /// The trial broke a rule of the formalism.
    #[error(transparent)]
    Trial(#[from] Box<TrialFailure>),
}

impl Engine<'_> {
    /// Advances a trial to a time and lets happen what is given, as if its clock had run out or its delay had ended then. Instant
    /// events fire before and after as ever, dates and consequences whose guards do not hold pass. The clocks that would have run
    /// out before have not: what is left of their unit exponentials is drawn anew, which is exact given that they have not.
    ///
    /// What is given of a consequence or choice is the one under way that is due, else the first that will be. Whether the observer wants
    /// to see more is not asked.
    ///
    /// A trial that is driven with its own firings and choices comes to the same state, to the bit.
    ///
    /// # Errors
    /// Where what is given cannot happen then, or something comes before that does not hang on chance. The state is then good for
    /// nothing but another trial.
    pub fn drive(
        &self,
        state: &mut TrialState,
        time: f64,
        given: Happening,
        observer: &mut impl Observer,
    ) -> Result<Occurrence, DriveError> {
        if self.rank(given) as usize >= self.program.events.len() + self.program.policy_rules.len()
        {
            return Err(DriveError::Unknown);
        }
        self.settle(state, observer)?;
        if !(time >= state.now && time <= self.program.horizon) || state.over {
            let now = state.now;
            return Err(DriveError::Time { given: time, now });
        }
        self.pass(state, time, given, observer)?;
        self.hold(state, time, observer);
        let mut noting = Noting::new(observer);
        self.happen(state, given, &mut noting)?;
        let happened = noting.noted.unwrap_or(Occurrence::Horizon);
        self.settle(state, observer)?;
        Ok(happened)
    }

    /// Fires instant events until no guard holds; at t = 0 the policy's rules then look at the world.
    fn settle(
        &self,
        state: &mut TrialState,
        observer: &mut impl Observer,
    ) -> Result<(), DriveError> {
        self.told(state, |engine, state| {
            while engine.fire_instant(state, observer)?.is_some() {}
            if !state.policy_begun {
                state.begin_policy(engine.program, observer)?;
            }
            Ok(())
        })?;
        Ok(())
    }

    fn rank(&self, given: Happening) -> u32 {
        match given {
            Happening::Firing { event, .. } if event as usize >= self.program.events.len() => {
                u32::MAX
            }
            Happening::Firing { event, .. } => event,
            Happening::Choice { rule } => rank_of_rule(self.program, rule),
        }
    }

    fn impossible(&self, state: &TrialState, rank: u32, why: &'static str) -> DriveError {
        DriveError::Impossible {
            step: self.program.step_name(rank).to_owned(),
            time: state.now,
            why,
        }
    }

    fn missed(&self, rank: u32, time: f64) -> DriveError {
        let step = self.program.step_name(rank).to_owned();
        DriveError::Missed { step, time }
    }

    /// Lets pass what comes before a time and does not happen.
    fn pass(
        &self,
        state: &mut TrialState,
        time: f64,
        given: Happening,
        observer: &mut impl Observer,
    ) -> Result<(), DriveError> {
        let program = self.program;
        let rank = self.rank(given);
        let mut put_off = false;
        loop {
            let (due, next, instance) = match state.next() {
                Next::Clock(due, event) => (due, event, None),
                Next::Instance(due) => match state.pending.next() {
                    Some(instance) => (due, instance.rank, Some(*instance)),
                    None => return Ok(()),
                },
            };
            let by_chance = program
                .events
                .get(next as usize)
                .is_some_and(|event| event.clock.renews());
            if by_chance {
                if due >= time {
                    return Ok(());
                }
                if due <= state.now {
                    return Err(self.missed(next, due));
                }
                if !state.redraw_clock(program, next, time) {
                    return Err(self.impossible(
                        state,
                        next,
                        "its law ends before the time that is given",
                    ));
                }
                continue;
            }
            if (due, next) >= (time, rank) {
                return Ok(());
            }
            if let Some(instance) = instance
                && next == rank
                && !put_off
            {
                // What is given comes later than it would have by itself.
                put_off = true;
                state.pending.remove(&instance);
                state.pending.put_off(instance, time);
                continue;
            }
            let is_rule = next as usize >= program.events.len();
            let holds = is_rule
                || self.told(state, |engine, state| {
                    state.guard_holds(engine.program, next)
                })?;
            if holds {
                return Err(self.missed(next, due));
            }
            self.hold(state, due, observer);
            self.told(state, |engine, state| match instance {
                None => engine.ring(state, next, BranchTaken::Drawn, observer),
                Some(instance) => {
                    state.pending.remove(&instance);
                    engine.complete(state, instance, BranchTaken::Drawn, observer)
                }
            })?;
        }
    }

    /// Lets happen what is given, now.
    fn happen(
        &self,
        state: &mut TrialState,
        given: Happening,
        observer: &mut impl Observer,
    ) -> Result<(), DriveError> {
        let program = self.program;
        let rank = self.rank(given);
        let branch = match given {
            Happening::Firing {
                branch: Some(branch),
                ..
            } => BranchTaken::Given(branch),
            _ => BranchTaken::Drawn,
        };
        let impossible = |state: &TrialState, why| Err(self.impossible(state, rank, why));
        let Happening::Firing { event, .. } = given else {
            return self.complete_now(state, rank, branch, observer);
        };
        let definition = &program.events[event as usize];
        if let BranchTaken::Given(branch) = branch
            && branch >= definition.branches.end - definition.branches.start
        {
            return impossible(state, "it has no such branch");
        }
        match definition.clock {
            Clock::Rate(_) | Clock::Law { .. } if !state.timers[event as usize].enabled => {
                return impossible(state, "its guard does not hold");
            }
            Clock::Rate(_) if self.clock(state, event).hazard == 0.0 => {
                return impossible(state, "its hazard is 0");
            }
            Clock::Calendar(calendar) => {
                let date = state.dates_passed[event as usize];
                if program.calendars[calendar as usize].time(date) != state.now {
                    return impossible(state, "it is no date of its calendar");
                }
            }
            Clock::After { .. } => return self.complete_now(state, rank, branch, observer),
            Clock::Instant => return impossible(state, "instant events fire by themselves"),
            _ => {}
        }
        let advance = self.told(state, |engine, state| {
            engine.ring(state, event, branch, observer)
        })?;
        match advance {
            Advance::Passed(_) => impossible(state, "its guard does not hold"),
            _ => Ok(()),
        }
    }

    /// Completes an instance of an event or rule now: the one that is due, else the first that will be.
    fn complete_now(
        &self,
        state: &mut TrialState,
        rank: u32,
        branch: BranchTaken,
        observer: &mut impl Observer,
    ) -> Result<(), DriveError> {
        let own: Vec<Instance> = state
            .pending
            .in_order()
            .into_iter()
            .filter(|instance| instance.rank == rank)
            .collect();
        let now = state.now;
        let due = own.iter().find(|instance| instance.due == now);
        let Some(instance) = due.or(own.first()).copied() else {
            return Err(self.impossible(state, rank, "no cause of it is under way"));
        };
        state.pending.remove(&instance);
        let advance = self.told(state, |engine, state| {
            engine.complete(state, instance, branch, observer)
        })?;
        match advance {
            Advance::Passed(_) => Err(self.impossible(state, rank, "its guard does not hold")),
            _ => Ok(()),
        }
    }
}
