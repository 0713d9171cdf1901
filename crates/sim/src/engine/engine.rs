//! Advances trials of a program.

use super::failure::{Fallible, TrialFailure};
use super::firing::BranchTaken;
use super::observer::{Cause, Firing, Observer};
use super::pending::Instance;
use super::reading::{ClockReading, Clocks};
use super::state::TrialState;
use crate::program::{Clock, Program, Slot};
use crate::stream::TrialStreams;
use std::ops::ControlFlow;
use std::sync::atomic::AtomicBool;

/// Advances trials of a program. It changes nothing but the [`TrialState`] that it is given, and can be shared.
///
/// ```no_run
/// # use detente_sim::engine::{Engine, Occurrence, Recorder};
/// # fn example(program: &detente_sim::program::Program) -> Result<(), Box<dyn std::error::Error>> {
/// let engine = Engine::new(program);
/// let mut state = engine.state();
/// let mut recorder = Recorder::new();
/// engine.begin(&mut state, 1, 0, &mut recorder)?;
/// while !matches!(engine.step(&mut state, &mut recorder)?, Occurrence::Horizon) {}
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Engine<'p> {
    pub(super) program: &'p Program,
    pub(super) stop: &'p AtomicBool,
}

/// What a step of a trial was.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Occurrence {
    /// An event fired.
    Fired(Firing),
    /// A rule of the policy made its choices.
    Chosen {
        /// The rule, by place in the program.
        rule: u32,
        /// Which of its times, counted from 0.
        turn: u64,
        /// When, in time units.
        time: f64,
    },
    /// A date was skipped, or a consequence lapsed, because the event's guard did not hold.
    Passed {
        /// The event, by place in the program.
        event: u32,
        /// When, in time units.
        time: f64,
    },
    /// The trial has reached its horizon.
    Horizon,
}

/// How a trial ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// Events fired.
    pub events: u64,
    /// Whether it reached its horizon; if not, its observer had seen enough.
    pub at_horizon: bool,
}

/// What a step was, in short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Advance {
    /// An event fired, or a rule chose.
    Happened(ControlFlow<()>),
    /// A date was skipped, or a consequence lapsed, of this event.
    Passed(u32),
    Horizon,
}

/// Keeps what an observer is told of a step.
pub(super) struct Noting<'o, O> {
    observer: &'o mut O,
    pub noted: Option<Occurrence>,
}

impl<'o, O: Observer> Noting<'o, O> {
    pub fn new(observer: &'o mut O) -> Self {
        let noted = None;
        Self { observer, noted }
    }
}

impl<O: Observer> Observer for Noting<'_, O> {
    fn begin(&mut self, program: &Program, memory: &[f64]) {
        self.observer.begin(program, memory);
    }

    fn ringing(&mut self, program: &Program, event: u32, clocks: Clocks<'_>) {
        self.observer.ringing(program, event, clocks);
    }

    fn fired(&mut self, program: &Program, firing: Firing, memory: &mut [f64]) -> ControlFlow<()> {
        self.noted = Some(Occurrence::Fired(firing));
        self.observer.fired(program, firing, memory)
    }

    fn turned(&mut self, rule: u32, turn: u64) {
        self.observer.turned(rule, turn);
    }

    fn chosen(&mut self, rule: u32, turn: u64, time: f64, memory: &[f64]) -> ControlFlow<()> {
        self.noted = Some(Occurrence::Chosen { rule, turn, time });
        self.observer.chosen(rule, turn, time, memory)
    }

    fn changed(&mut self, program: &Program, slot: Slot) {
        self.observer.changed(program, slot);
    }

    fn hold(&mut self, program: &Program, memory: &mut [f64], until: f64) {
        self.observer.hold(program, memory, until);
    }

    fn end(&mut self, program: &Program, memory: &mut [f64], fired: &[u64]) {
        self.observer.end(program, memory, fired);
    }
}

/// What happens next, and when.
#[derive(Clone, Copy)]
pub(super) enum Next {
    Clock(f64, u32),
    Instance(f64),
}

impl Next {
    fn time(self) -> f64 {
        let (Self::Clock(time, _) | Self::Instance(time)) = self;
        time
    }
}

impl<'p> Engine<'p> {
    /// An engine for a program.
    #[must_use]
    pub fn new(program: &'p Program) -> Self {
        Self {
            program,
            stop: &super::steps::NEVER,
        }
    }

    /// An engine whose trials end as stopped soon after `stop` is set.
    #[must_use]
    pub fn stopping_at(self, stop: &'p AtomicBool) -> Self {
        Self { stop, ..self }
    }

    /// The program.
    #[must_use]
    pub fn program(&self) -> &'p Program {
        self.program
    }

    /// Room for a trial, to be begun. One state serves any number of trials, one after another, and allocates nothing more once
    /// its buffers have grown.
    #[must_use]
    pub fn state(&self) -> TrialState {
        TrialState::new(self.program)
    }

    /// Runs trial `trial` under `seed` until its horizon, or until the observer has seen enough.
    ///
    /// # Errors
    /// Where the trial breaks a rule of the formalism: trial, time, event and state.
    pub fn run(
        &self,
        state: &mut TrialState,
        seed: u64,
        trial: u64,
        observer: &mut impl Observer,
    ) -> Result<Ended, Box<TrialFailure>> {
        self.begin(state, seed, trial, observer)?;
        self.resume(state, observer)
    }

    /// Goes on with a trial until its horizon, or until the observer has seen enough.
    ///
    /// # Errors
    /// Where the trial breaks a rule of the formalism: trial, time, event and state.
    pub fn resume(
        &self,
        state: &mut TrialState,
        observer: &mut impl Observer,
    ) -> Result<Ended, Box<TrialFailure>> {
        loop {
            let advance = self.told(state, |engine, state| engine.advance(state, observer))?;
            let at_horizon = advance == Advance::Horizon;
            if at_horizon || advance == Advance::Happened(ControlFlow::Break(())) {
                return Ok(Ended {
                    events: state.events,
                    at_horizon,
                });
            }
        }
    }

    /// Begins trial `trial` under `seed`: the state at t = 0, all clocks started, before anything fires.
    ///
    /// # Errors
    /// Where the trial breaks a rule of the formalism: trial, time, event and state.
    pub fn begin(
        &self,
        state: &mut TrialState,
        seed: u64,
        trial: u64,
        observer: &mut impl Observer,
    ) -> Result<(), Box<TrialFailure>> {
        self.told(state, |engine, state| {
            let program = engine.program;
            state.reset(program, TrialStreams::new(seed, trial));
            state.read_doctrine_anew(program)?;
            observer.begin(program, &state.memory);
            state.start_clocks(program)
        })
    }

    /// The trial's next step: a firing, a choice, a date passed over, or its horizon, after which there is none.
    ///
    /// # Errors
    /// Where the trial breaks a rule of the formalism: trial, time, event and state. The state is then good for nothing but another
    /// trial.
    pub fn step(
        &self,
        state: &mut TrialState,
        observer: &mut impl Observer,
    ) -> Result<Occurrence, Box<TrialFailure>> {
        let mut noting = Noting::new(observer);
        let advance = self.told(state, |engine, state| engine.advance(state, &mut noting))?;
        Ok(match (advance, noting.noted) {
            (Advance::Happened(_), Some(noted)) => noted,
            (Advance::Passed(event), _) => {
                let time = state.now;
                Occurrence::Passed { event, time }
            }
            _ => Occurrence::Horizon,
        })
    }

    /// What the clock of an event, by its place in the program, reads now.
    #[must_use]
    pub fn clock(&self, state: &TrialState, event: u32) -> ClockReading {
        Clocks::new(self.program, state).reading(event)
    }

    /// Continues a trial on a branch of its random numbers: all draws to come are those of the branch. With `redraw` the unit
    /// exponentials that are under way are drawn anew, too, from which what is left of them does not differ in law; delays and
    /// choices that are under way keep their times.
    pub fn branch(&self, state: &mut TrialState, branch: u64, redraw: bool) {
        state.streams = state.streams.on_branch(branch);
        state.lifetimes.fill(crate::stream::Block::EMPTY);
        if redraw {
            for (event, _) in (0..).zip(&self.program.events) {
                let now = state.now;
                state.redraw_clock(self.program, event, now);
            }
        }
    }

    /// Does something with a state; a failure is told with the trial, the time and the state.
    pub(super) fn told<T>(
        &self,
        state: &mut TrialState,
        act: impl FnOnce(Self, &mut TrialState) -> Fallible<T>,
    ) -> Result<T, Box<TrialFailure>> {
        act(*self, state).map_err(|failed| {
            let [_, trial, _] = state.streams.parts();
            let (memory, now) = (&state.memory, state.now);
            Box::new(TrialFailure::new(self.program, memory, trial, now, *failed))
        })
    }

    /// One step.
    #[inline]
    fn advance(self, state: &mut TrialState, observer: &mut impl Observer) -> Fallible<Advance> {
        let program = self.program;
        if state.instants_ready > 0
            && let Some(flow) = self.fire_instant(state, observer)?
        {
            return Ok(Advance::Happened(flow));
        }
        if !state.policy_begun {
            state.begin_policy(program, observer)?;
        }
        let next = state.next();
        if !self.hold(state, next.time(), observer) {
            if !state.over {
                state.over = true;
                state.now = program.horizon;
                observer.end(program, &mut state.memory, &state.fired);
            }
            return Ok(Advance::Horizon);
        }
        match next {
            Next::Clock(_, event) => self.ring(state, event, BranchTaken::Drawn, observer),
            Next::Instance(_) => match state.pending.take() {
                Some(instance) => self.complete(state, instance, BranchTaken::Drawn, observer),
                None => Ok(Advance::Horizon),
            },
        }
    }

    /// The first instant event whose guard holds fires, if there is one.
    pub(super) fn fire_instant(
        self,
        state: &mut TrialState,
        observer: &mut impl Observer,
    ) -> Fallible<Option<ControlFlow<()>>> {
        let mut instants = self.program.instants.iter().copied();
        let Some(event) = instants.find(|event| state.timers[*event as usize].enabled) else {
            return Ok(None);
        };
        let flow = state.fire(self, event, Cause::Guard, BranchTaken::Drawn, observer)?;
        Ok(Some(flow))
    }

    /// Lets time pass; false where the horizon comes first.
    pub(super) fn hold(
        self,
        state: &mut TrialState,
        time: f64,
        observer: &mut impl Observer,
    ) -> bool {
        let program = self.program;
        if state.over {
            return false;
        }
        if time > state.now {
            observer.hold(program, &mut state.memory, time.min(program.horizon));
            if time > program.horizon {
                return false;
            }
            state.now = time;
            state.memory[program.time_slot as usize] = time;
            state.steps.time_passes();
        }
        true
    }

    /// A clock or calendar has reached its time.
    pub(super) fn ring(
        self,
        state: &mut TrialState,
        event: u32,
        branch: BranchTaken,
        observer: &mut impl Observer,
    ) -> Fallible<Advance> {
        let program = self.program;
        let place = event as usize;
        match program.events[place].clock {
            Clock::Rate(_) => {
                observer.ringing(program, event, Clocks::new(program, state));
                state.renew(program, event);
            }
            Clock::Law { .. } => {
                observer.ringing(program, event, Clocks::new(program, state));
                state.law_clocks[place] = None;
                state.schedule.set(event, f64::INFINITY);
            }
            _ => {
                state.dates_passed[place] += 1;
                state.await_next_date(program, event);
                if !state.guard_holds(program, event)? {
                    state.steps.count(program, self.stop, event)?;
                    return Ok(Advance::Passed(event));
                }
            }
        }
        let flow = state.fire(self, event, Cause::Clock, branch, observer)?;
        Ok(Advance::Happened(flow))
    }

    /// An instance is due: a consequence fires unless its guard fails, a choice is made.
    pub(super) fn complete(
        self,
        state: &mut TrialState,
        instance: Instance,
        branch: BranchTaken,
        observer: &mut impl Observer,
    ) -> Fallible<Advance> {
        let program = self.program;
        let (rank, turn) = (instance.rank, instance.firing);
        if let Some(rule) = (rank as usize).checked_sub(program.events.len()) {
            let rule = u32::try_from(rule).unwrap_or(u32::MAX);
            let flow = state.choose(self, rule, turn, observer)?;
            return Ok(Advance::Happened(flow));
        }
        if !state.guard_holds(program, rank)? {
            return Ok(Advance::Passed(rank));
        }
        let cause = Cause::Event {
            event: instance.cause,
            firing: instance.firing,
        };
        let flow = state.fire(self, rank, cause, branch, observer)?;
        Ok(Advance::Happened(flow))
    }
}

impl TrialState {
    /// What happens next if nothing changes.
    pub(super) fn next(&mut self) -> Next {
        let (time, event) = self.schedule.next();
        match self.pending.next() {
            Some(instance) if (instance.due, instance.rank) < (time, event) => {
                Next::Instance(instance.due)
            }
            _ => Next::Clock(time, event),
        }
    }
}
