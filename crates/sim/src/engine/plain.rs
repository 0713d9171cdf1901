//! What an event does, computed the plain way: everything is read again from its expression, and nothing is kept.
//!
//! The oracle draws which way a firing goes, the exact solution takes every way with its probability; the engine has code of its own,
//! so that the oracle can check it.

use super::failure::{Fallible, Part, Problem, check_probability, fails, holds, out_of_bounds};
use crate::program::{Clock, CodeId, Program};
use std::ops::Range;

/// One way in which a firing can go.
#[derive(Debug, Clone)]
pub struct Way {
    /// The state that it leaves, factors and level read.
    pub memory: Vec<f64>,
    /// The branch taken, of an event that has branches, by position.
    pub branch: Option<u32>,
    /// Its probability.
    pub probability: f64,
}

impl Program {
    /// The state at t = 0, before anything fires.
    ///
    /// # Errors
    /// Where a condition of the doctrine compares what is not a number.
    pub fn plain_start(&self) -> Fallible<Vec<f64>> {
        let mut memory = self.memory.clone();
        self.read_doctrine_plainly(&mut memory, true)?;
        Ok(memory)
    }

    /// Reads derived names, every factor and the level again; at the start factors have no past.
    ///
    /// # Errors
    /// Where a condition compares what is not a number.
    pub fn read_doctrine_plainly(&self, memory: &mut [f64], start: bool) -> Fallible {
        self.derive(memory);
        for (index, factor) in (0..).zip(&self.factors) {
            let part = Part::Factor(index);
            let was = memory[factor.slot as usize] != 0.0;
            let active = self.condition(part, "active_when", factor.active_when, memory)?;
            let on = match factor.clears_when {
                _ if active || start => active,
                Some(clears) => !self.condition(part, "clears_when", clears, memory)? && was,
                None => false,
            };
            memory[factor.slot as usize] = f64::from(u8::from(on));
        }
        self.derive(memory);
        let mut level = 0.0;
        for (index, (of, rule)) in (0..).zip(&self.level_rules) {
            if self.condition(Part::Level(index), "condition", *rule, memory)? {
                level = *of;
                break;
            }
        }
        memory[self.level_slot as usize] = level;
        self.derive(memory);
        Ok(())
    }

    /// Whether a condition holds.
    pub(super) fn condition(
        &self,
        part: impl Into<Part>,
        key: &'static str,
        code: CodeId,
        memory: &mut [f64],
    ) -> Fallible<bool> {
        holds(part, key, self.plain_value(code, memory))
    }

    /// Whether the guard of an event, by place in the program, holds.
    ///
    /// # Errors
    /// Where it compares what is not a number.
    pub fn guard_plainly(&self, event: u32, memory: &mut [f64]) -> Fallible<bool> {
        match self.events[event as usize].guard {
            Some(guard) => self.condition(event, "when", guard, memory),
            None => Ok(true),
        }
    }

    /// The first instant event whose guard holds.
    ///
    /// # Errors
    /// Where a guard compares what is not a number.
    pub fn instant_plainly(&self, memory: &mut [f64]) -> Fallible<Option<u32>> {
        for event in &self.instants {
            if self.guard_plainly(*event, memory)? {
                return Ok(Some(*event));
            }
        }
        Ok(None)
    }

    /// The ways in which a firing of an event can go from a state: effects, bounds, a branch, bounds, derived names, factors, level.
    /// `take` says which of the branches are taken, given the probabilities of all. Where one fails, `memory` is left as it was
    /// then.
    ///
    /// # Errors
    /// Where a variable leaves its bounds, probabilities are none, or a condition compares what is not a number.
    pub fn fire_plainly(
        &self,
        event: u32,
        memory: &mut Vec<f64>,
        take: impl FnOnce(&[f64]) -> Vec<u32>,
    ) -> Fallible<Vec<Way>> {
        let definition = &self.events[event as usize];
        self.apply_plainly(event, None, &definition.effects, memory)?;
        let branches = &self.branches[range(&definition.branches)];
        if branches.is_empty() {
            self.read_doctrine_plainly(memory, false)?;
            return Ok(vec![Way {
                memory: memory.clone(),
                branch: None,
                probability: 1.0,
            }]);
        }
        let mut probabilities = Vec::with_capacity(branches.len());
        for branch in branches {
            let probability = self.plain_value(branch.probability, memory);
            check_probability(event, probability)?;
            probabilities.push(probability);
        }
        let total: f64 = probabilities.iter().sum();
        if (total - 1.0).abs() > 1e-9 {
            return fails(event, Problem::Branches(total));
        }
        let before = memory.clone();
        let mut ways = Vec::new();
        for position in take(&probabilities) {
            memory.clone_from(&before);
            let effects = &branches[position as usize].effects;
            self.apply_plainly(event, Some(position), effects, memory)?;
            self.read_doctrine_plainly(memory, false)?;
            ways.push(Way {
                memory: memory.clone(),
                branch: Some(position),
                probability: probabilities[position as usize] / total,
            });
        }
        Ok(ways)
    }

    /// Assignments in order, each seeing those before it, then the bounds of what they touched.
    fn apply_plainly(
        &self,
        event: u32,
        branch: Option<u32>,
        effects: &Range<u32>,
        memory: &mut [f64],
    ) -> Fallible {
        let effects = &self.effects[range(effects)];
        for effect in effects {
            memory[effect.slot as usize] = self.plain_value(effect.value, memory) + 0.0;
            self.derive(memory);
        }
        for effect in effects {
            if let Some(problem) = self.refuses(effect.slot, memory[effect.slot as usize]) {
                return out_of_bounds(event, branch, problem);
            }
        }
        Ok(())
    }

    /// The consequences that a firing of an event can start in the state that it leaves, by place in the program, each with its
    /// probability.
    ///
    /// # Errors
    /// Where a probability is none, or a guard compares what is not a number.
    pub fn consequences_plainly(
        &self,
        event: u32,
        memory: &mut [f64],
    ) -> Fallible<Vec<(u32, f64)>> {
        let mut started = Vec::new();
        for follower in &self.consequences[range(&self.events[event as usize].consequences)] {
            let Clock::After { probability, .. } = &self.events[*follower as usize].clock else {
                continue;
            };
            if self.guard_plainly(*follower, memory)? {
                let chance = probability.map_or(1.0, |code| self.plain_value(code, memory));
                check_probability(*follower, chance)?;
                started.push((*follower, chance));
            }
        }
        Ok(started)
    }
}

fn range(range: &Range<u32>) -> Range<usize> {
    range.start as usize..range.end as usize
}
