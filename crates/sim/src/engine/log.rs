//! What happened in a trial, in places of the program and bits: traces, comparisons of two trials and files are made of it.

use super::observer::{Cause, Firing, Observer};
use super::reading::Clocks;
use super::recorder::Recorder;
use crate::program::{Clock, Program, Slot};
use std::ops::{ControlFlow, Range};

/// Watches one trial and keeps its first steps; the others are counted.
#[derive(Debug, Clone)]
pub struct TrialLog {
    /// Measures the trial's outcomes on the way.
    pub recorder: Recorder,
    /// Every slot at t = 0, before anything fires.
    pub start: Vec<f64>,
    /// What happened, in order.
    pub steps: Vec<LogStep>,
    /// What is not kept, where there are more steps than were asked for.
    pub cut: Option<LogCut>,
    changes: Vec<SlotChange>,
    most_steps: usize,
    /// The state before the next step.
    before: Vec<f64>,
    /// For each event the steps that were its firings.
    firings: Vec<Vec<usize>>,
    /// For each rule of the policy the steps at which its condition became true; none before the first step.
    turns: Vec<Vec<Option<usize>>>,
}

/// A firing or a choice.
#[derive(Debug, Clone, PartialEq)]
pub struct LogStep {
    /// When, in time units.
    pub time: f64,
    /// What it was.
    pub happening: Happening,
    /// What made it happen.
    pub trigger: Trigger,
    /// The step that it follows: of a consequence its cause, of a rule the step at which its condition became true, of an instant
    /// event the step before it, which need not be the one that made its guard true.
    pub caused_by: Option<usize>,
    /// What it changed, a range of all changes.
    changes: Range<usize>,
}

/// A firing or a choice, by place in the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happening {
    /// An event fires.
    Firing {
        /// The event.
        event: u32,
        /// The branch that it takes, by position; none of an event without branches, and where a branch is still to be drawn.
        branch: Option<u32>,
    },
    /// A rule of the policy makes its choices.
    Choice {
        /// The rule.
        rule: u32,
    },
}

/// What makes a step happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// A memoryless clock.
    Rate,
    /// A clock with a law of age.
    Clock,
    /// A calendar.
    Calendar,
    /// An instant event's guard.
    Guard,
    /// An earlier firing of another event.
    Consequence,
    /// A rule of the policy.
    Rule,
}

/// A slot with other bits than before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SlotChange {
    /// The slot.
    pub slot: Slot,
    /// Its value before.
    pub from: f64,
    /// Its value after.
    pub to: f64,
}

/// The steps of a trial that are counted and not kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogCut {
    /// Steps of the trial, those kept included.
    pub steps_in_all: u64,
    /// When the first step that is not kept happened, in time units.
    pub time: f64,
}

impl TrialLog {
    /// A log of a program's trial that keeps so many steps.
    #[must_use]
    pub fn new(program: &Program, most_steps: usize) -> Self {
        Self {
            recorder: Recorder::new(),
            start: Vec::new(),
            steps: Vec::new(),
            cut: None,
            changes: Vec::new(),
            most_steps,
            before: Vec::new(),
            firings: vec![Vec::new(); program.events.len()],
            turns: vec![Vec::new(); program.policy_rules.len()],
        }
    }

    /// The variables, levers and factors, in this order, and behind them the level, that a step changed.
    #[must_use]
    pub fn changes(&self, step: usize) -> &[SlotChange] {
        &self.changes[self.steps[step].changes.clone()]
    }

    fn last_step(&self) -> Option<usize> {
        self.steps.len().checked_sub(1)
    }

    /// Whether the next step is kept; if not, it is counted.
    fn keeps(&mut self, time: f64) -> bool {
        let kept = self.steps.len();
        if kept < self.most_steps {
            return true;
        }
        let steps_in_all = kept as u64;
        let cut = self.cut.get_or_insert(LogCut { steps_in_all, time });
        cut.steps_in_all += 1;
        false
    }

    /// Keeps a step that has led from the state before to `memory`.
    fn keep(
        &mut self,
        time: f64,
        happening: Happening,
        (trigger, caused_by): (Trigger, Option<usize>),
        memory: &[f64],
    ) {
        let from = self.changes.len();
        for ((slot, before), now) in (0..).zip(&mut self.before).zip(memory) {
            if before.to_bits() != now.to_bits() {
                self.changes.push(SlotChange {
                    slot,
                    from: *before,
                    to: *now,
                });
                *before = *now;
            }
        }
        self.steps.push(LogStep {
            time,
            happening,
            trigger,
            caused_by,
            changes: from..self.changes.len(),
        });
    }
}

impl Observer for TrialLog {
    fn begin(&mut self, program: &Program, memory: &[f64]) {
        self.recorder.begin(program, memory);
        self.start = memory[..program.slots.len()].to_vec();
        // Time and derived names follow from the rest.
        self.before = memory[..program.time_slot as usize].to_vec();
    }

    fn ringing(&mut self, program: &Program, event: u32, clocks: Clocks<'_>) {
        self.recorder.ringing(program, event, clocks);
    }

    fn fired(&mut self, program: &Program, firing: Firing, memory: &mut [f64]) -> ControlFlow<()> {
        let flow = self.recorder.fired(program, firing, memory);
        if !self.keeps(firing.time) {
            return flow;
        }
        let place = firing.event as usize;
        let why = match (firing.cause, &program.events[place].clock) {
            (Cause::Event { event, firing }, _) => {
                let firings = &self.firings[event as usize];
                let cause = usize::try_from(firing).ok().and_then(|j| firings.get(j));
                (Trigger::Consequence, cause.copied())
            }
            (Cause::Guard, _) => (Trigger::Guard, self.last_step()),
            (Cause::Clock, Clock::Rate(_)) => (Trigger::Rate, None),
            (Cause::Clock, Clock::Law { .. }) => (Trigger::Clock, None),
            (Cause::Clock, _) => (Trigger::Calendar, None),
        };
        self.firings[place].push(self.steps.len());
        let (event, branch) = (firing.event, firing.branch);
        let happening = Happening::Firing { event, branch };
        self.keep(firing.time, happening, why, memory);
        flow
    }

    fn turned(&mut self, rule: u32, _turn: u64) {
        if self.cut.is_none() {
            let step = self.last_step();
            self.turns[rule as usize].push(step);
        }
    }

    fn chosen(&mut self, rule: u32, turn: u64, time: f64, memory: &[f64]) -> ControlFlow<()> {
        if self.keeps(time) {
            let turns = &self.turns[rule as usize];
            let turn = usize::try_from(turn).ok().and_then(|turn| turns.get(turn));
            let caused_by = turn.copied().flatten();
            let why = (Trigger::Rule, caused_by);
            self.keep(time, Happening::Choice { rule }, why, memory);
        }
        ControlFlow::Continue(())
    }

    fn changed(&mut self, program: &Program, slot: Slot) {
        self.recorder.changed(program, slot);
    }

    fn hold(&mut self, program: &Program, memory: &mut [f64], until: f64) {
        self.recorder.hold(program, memory, until);
    }

    fn end(&mut self, program: &Program, memory: &mut [f64], fired: &[u64]) {
        self.recorder.end(program, memory, fired);
    }
}
