//! One firing of an event, or choice of a rule, and what it leads to.

use super::engine::Engine;
use super::failure::{Fallible, Problem, check_probability, fails, holds, out_of_bounds};
use super::observer::{Cause, Firing, Observer};
use super::state::TrialState;
use crate::program::{Clock, Effect, Program};
use crate::stream::Purpose;
use std::ops::{ControlFlow, Range};

/// Which branch a firing takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BranchTaken {
    /// The one that its random number says.
    Drawn,
    /// This one, by position.
    Given(u32),
}

impl TrialState {
    /// An event fires: effects, bounds, one branch, bounds, factors, level, clocks, consequences, rules. Says whether the
    /// observer wants to see more.
    pub(super) fn fire(
        &mut self,
        engine: Engine<'_>,
        event: u32,
        cause: Cause,
        branch: BranchTaken,
        observer: &mut impl Observer,
    ) -> Fallible<ControlFlow<()>> {
        let program = engine.program;
        self.steps.count(program, engine.stop, event)?;
        self.events += 1;
        let definition = &program.events[event as usize];
        let number = self.fired[event as usize];
        self.fired[event as usize] += 1;
        self.apply(program, event, None, &definition.effects)?;
        let branch = if definition.branches.is_empty() {
            None
        } else {
            self.take_branch(program, event, number, branch)?
        };
        self.read_doctrine(program)?;
        let firing = Firing {
            event,
            time: self.now,
            cause,
            branch,
        };
        let flow = observer.fired(program, firing, &mut self.memory);
        self.refresh_clocks(program, Some(event), observer)?;
        for follower in &program.consequences[range(&definition.consequences)] {
            self.start_consequence(program, *follower, event, number)?;
        }
        self.follow_policy(program, observer)?;
        self.forget_changes();
        Ok(flow)
    }

    /// Assignments in order, then the bounds of what they touched.
    fn apply(
        &mut self,
        program: &Program,
        event: u32,
        branch: Option<u32>,
        effects: &Range<u32>,
    ) -> Fallible {
        let reads_derived = program.events[event as usize].reads_derived;
        let effects: &[Effect] = &program.effects[range(effects)];
        for effect in effects {
            if reads_derived {
                self.derive_in_between(program);
            }
            // Adding 0 makes -0 the 0 that it equals, so that equal values have equal bits.
            let value = program.plain_value(effect.value, &mut self.memory) + 0.0;
            self.assign(effect.slot, value);
        }
        for effect in effects {
            let value = self.memory[effect.slot as usize];
            if !program.bounds[effect.slot as usize].allow(value) {
                let problem = program.refuses(effect.slot, value).unwrap_or_default();
                return out_of_bounds(event, branch, problem);
            }
        }
        if reads_derived {
            self.derive_all(program);
        }
        Ok(())
    }

    /// Takes one of an event's branches and says which.
    fn take_branch(
        &mut self,
        program: &Program,
        event: u32,
        number: u64,
        branch: BranchTaken,
    ) -> Fallible<Option<u32>> {
        let branches = &program.branches[range(&program.events[event as usize].branches)];
        let key = program.event_keys[event as usize];
        let drawn = self.streams.uniform(key, Purpose::Branch, number);
        let mut total = 0.0;
        let mut taken = None;
        for (position, branch) in (0..).zip(branches) {
            let probability = program.value(branch.probability, &mut self.memory);
            check_probability(event, probability)?;
            if probability > 0.0 && (taken.is_none() || total <= drawn) {
                taken = Some(position);
            }
            total += probability;
        }
        if (total - 1.0).abs() > 1e-9 {
            return fails(event, Problem::Branches(total));
        }
        if let BranchTaken::Given(position) = branch {
            taken = Some(position);
        }
        if let Some(position) = taken {
            let effects = &branches[position as usize].effects;
            self.apply(program, event, Some(position), effects)?;
        }
        Ok(taken)
    }

    /// A firing of the cause may start an instance. Its draws are numbered by the cause's firings.
    fn start_consequence(
        &mut self,
        program: &Program,
        event: u32,
        cause: u32,
        number: u64,
    ) -> Fallible {
        let Clock::After { probability, delay } = &program.events[event as usize].clock else {
            return Ok(());
        };
        if !self.guard_holds(program, event)? {
            return Ok(());
        }
        let key = program.event_keys[event as usize];
        if let Some(probability) = *probability {
            let probability = program.value(probability, &mut self.memory);
            check_probability(event, probability)?;
            let drawn = self.streams.uniform(key, Purpose::Probability, number);
            if drawn >= probability {
                return Ok(());
            }
        }
        let drawn = self.streams.exponential(key, Purpose::Delay, number);
        let law = self.start_law(program, event, delay)?;
        let wait = program.law(law).age_at(drawn);
        self.pending.start(self.now + wait, event, cause, number);
        Ok(())
    }

    /// A rule of the policy makes the choices of its `turn`-th time.
    pub(super) fn choose(
        &mut self,
        engine: Engine<'_>,
        rule: u32,
        turn: u64,
        observer: &mut impl Observer,
    ) -> Fallible<ControlFlow<()>> {
        let program = engine.program;
        let rank = rank_of_rule(program, rule);
        self.steps.count(program, engine.stop, rank)?;
        for (lever, option) in &program.policy_rules[rule as usize].choices {
            self.assign(*lever, *option);
        }
        self.read_doctrine(program)?;
        let flow = observer.chosen(rule, turn, self.now, &self.memory);
        self.refresh_clocks(program, None, observer)?;
        self.follow_policy(program, observer)?;
        self.forget_changes();
        Ok(flow)
    }

    /// Starts the choices of rules that have become true through what happened last.
    fn follow_policy(&mut self, program: &Program, observer: &mut impl Observer) -> Fallible {
        if !self.policy_begun || program.policy_rules.is_empty() {
            return Ok(());
        }
        for at in 0..self.changed.len() {
            for rule in program.policy_rules_reading.of(self.changed[at]) {
                self.turn_rule(program, *rule, observer)?;
            }
        }
        Ok(())
    }

    /// Rules look at the world from t = 0 on, after the instant events there.
    pub(super) fn begin_policy(
        &mut self,
        program: &Program,
        observer: &mut impl Observer,
    ) -> Fallible {
        self.policy_begun = true;
        for (rule, _) in (0..).zip(&program.policy_rules) {
            self.turn_rule(program, rule, observer)?;
        }
        Ok(())
    }

    fn turn_rule(
        &mut self,
        program: &Program,
        rule: u32,
        observer: &mut impl Observer,
    ) -> Fallible {
        let index = rule as usize;
        let definition = &program.policy_rules[index];
        let rank = rank_of_rule(program, rule);
        let when = program.value(definition.when, &mut self.memory);
        let holds = holds(rank, "when", when)?;
        if holds && !self.rule_holds[index] {
            let key = program.rule_keys[index];
            let turn = self.rule_turned[index];
            let drawn = self.streams.exponential(key, Purpose::Delay, turn);
            let law = self.start_law(program, rank, &definition.delay)?;
            let wait = program.law(law).age_at(drawn);
            self.rule_turned[index] += 1;
            self.pending.start(self.now + wait, rank, rank, turn);
            observer.turned(rule, turn);
        }
        self.rule_holds[index] = holds;
        Ok(())
    }
}

/// Where a rule of the policy stands behind all events.
pub(super) fn rank_of_rule(program: &Program, rule: u32) -> u32 {
    u32::try_from(program.events.len()).unwrap_or(u32::MAX) + rule
}

fn range(range: &Range<u32>) -> Range<usize> {
    range.start as usize..range.end as usize
}
