//! Why a step is not the same on both paths: what differed of its guard, clock, cause or effects, and through which names.

use super::clocks;
use super::pair::Pair;
use super::path::{Deed, evaluate};
use detente_model::expr::Expr;
use detente_model::scenario::{
    Clock, Effect, Event, Expression, Function, LawSpec, Schedule, Symbol,
};
use detente_report::paired::{Link, Reason, ReasonKind, Steps};
use detente_report::trajectory::Held;
use detente_sim::stream::{EventKey, Purpose, TrialStreams};
use std::collections::BTreeMap;

/// A truth in words.
pub(super) fn truths(values: [f64; 2]) -> [Held; 2] {
    values.map(|value| Held::State((value != 0.0).to_string()))
}

/// A reason that is a step.
fn following(kind: ReasonKind, t: f64, follows: Steps) -> Reason {
    Reason {
        follows: Some(follows),
        ..Reason::bare(kind, t)
    }
}

impl Pair<'_> {
    /// A joint that is not the same on both paths, and why. Of the first such joint a clock's difference is told from its
    /// beginning, of later ones as it is when the clock fires.
    pub fn link(&self, joint: usize, first: bool) -> Link {
        let steps = self.joints[joint].steps;
        let (deed, side, step) = self.deed(joint);
        let alone = steps[1 - side].is_none();
        let counterpart = match deed {
            Deed::Event(event) if alone => self.counterpart(event, side, step),
            _ => None,
        };
        let reason = match deed {
            _ if alone && self.stopped(1 - side, joint) => Some(self.failure(1 - side, joint)),
            Deed::Event(event) if alone => self.unmatched(joint, (event, side, step), first),
            Deed::Event(event) => self.matched(joint, event),
            Deed::Rule(rule) => self.chosen(joint, (rule, side, step)),
        };
        Link {
            t: self.joints[joint].t,
            steps,
            counterpart,
            reason,
        }
    }

    /// Whether a path could not go on behind what it has done by a joint.
    fn stopped(&self, side: usize, joint: usize) -> bool {
        self.paths[side].told.outcomes.is_none() && self.ended(side, joint)
    }

    fn failure(&self, side: usize, joint: usize) -> Reason {
        Reason {
            expression: self.paths[side].told.failure.clone(),
            ..Reason::bare(ReasonKind::Failure, self.joints[joint].t)
        }
    }

    /// Of a clock's firing the step of the other path that is the same by number.
    fn counterpart(&self, event: usize, side: usize, step: usize) -> Option<usize> {
        let clock = &self.scenario.events[event].clock;
        if !matches!(clock, Clock::Rate(_) | Clock::Law { .. }) {
            return None;
        }
        let other = &self.paths[1 - side].firings[event];
        other.get(self.number(event, side, step)).copied()
    }

    /// Which firing of its event a step is, counted from 0.
    pub fn number(&self, event: usize, side: usize, step: usize) -> usize {
        self.paths[side].firings[event].partition_point(|firing| *firing < step)
    }

    /// The first joint at which the firings of an event, one by one, are not the same on both paths, among the first so many.
    pub fn out_of_step(&self, event: usize, firings: usize) -> Option<usize> {
        (0..firings).find_map(|number| {
            let joints = [0, 1].map(|side| {
                let step = self.paths[side].firings[event].get(number);
                step.map(|step| self.joint_of(side, *step))
            });
            match joints {
                [Some(a), Some(b)] if a == b => None,
                _ => joints.into_iter().flatten().min(),
            }
        })
    }

    /// A firing that happens on one path alone.
    fn unmatched(
        &self,
        joint: usize,
        (event, side, step): (usize, usize, usize),
        first: bool,
    ) -> Option<Reason> {
        let definition = &self.scenario.events[event];
        let t = self.joints[joint].t;
        match &definition.clock {
            Clock::Instant => {
                let guard = self.guard(ReasonKind::Guard, definition, joint, t);
                guard.or_else(|| self.enabled(definition, side, joint))
            }
            Clock::Calendar(schedule) => {
                let guard = self.guard(ReasonKind::Guard, definition, joint, t);
                guard.or_else(|| self.dates(schedule, t))
            }
            Clock::After { cause, .. } => {
                let caused_by = self.paths[side].steps()[step].caused_by?;
                self.consequence(definition, *cause, (side, caused_by), joint)
            }
            Clock::Rate(_) | Clock::Law { .. } => {
                let number = self.number(event, side, step);
                clocks::reason(self, event, number, joint, first)
            }
        }
    }

    /// A condition that holds on one path alone.
    fn guard(&self, kind: ReasonKind, event: &Event, at: usize, t: f64) -> Option<Reason> {
        self.condition(kind, event.when.as_ref()?, at, t)
    }

    /// The part of a condition by which it holds on one path alone.
    pub fn condition(
        &self,
        kind: ReasonKind,
        condition: &Expression,
        at: usize,
        t: f64,
    ) -> Option<Reason> {
        self.differing(condition, at, t)?;
        let mut decides = condition;
        while let Expr::Apply(Function::And | Function::Or, parts) = decides {
            let differing = parts
                .iter()
                .find(|part| self.differing(part, at, t).is_some());
            match differing {
                Some(part) => decides = part,
                None => break,
            }
        }
        Some(Reason {
            expression: Some(self.scenario.wording(decides)),
            values: Some(truths(self.values(decides, at, t))),
            through: self.through(decides, at, t),
            ..Reason::bare(kind, t)
        })
    }

    /// A number that differs.
    pub fn quantity(
        &self,
        kind: ReasonKind,
        expression: &Expression,
        at: usize,
        t: f64,
    ) -> Option<Reason> {
        let values = self.differing(expression, at, t)?;
        Some(Reason {
            expression: Some(self.scenario.wording(expression)),
            values: Some(values.map(Held::Number)),
            through: self.through(expression, at, t),
            ..Reason::bare(kind, t)
        })
    }

    /// An argument of a law that differs.
    pub fn argument(&self, kind: ReasonKind, law: &LawSpec, at: usize, t: f64) -> Option<Reason> {
        let mut arguments = law.arguments.iter();
        arguments.find_map(|argument| self.quantity(kind, argument, at, t))
    }

    /// The step that made the guard of an instant event hold, which holds on both paths by now.
    fn enabled(&self, event: &Event, side: usize, joint: usize) -> Option<Reason> {
        let guard = event.when.as_ref()?;
        let made = (0..joint)
            .rev()
            .find(|at| self.value(side, guard, *at, 0.0) == 0.0)?;
        let by = self.joints[made];
        Some(Reason {
            expression: Some(self.scenario.wording(guard)),
            ..following(ReasonKind::Enabled, by.t, by.steps)
        })
    }

    fn dates(&self, schedule: &Schedule, t: f64) -> Option<Reason> {
        let mut expressions: Vec<&Expression> = Vec::new();
        match schedule {
            Schedule::Every { first, period } => expressions.extend(first.iter().chain([period])),
            Schedule::At(times) => expressions.extend(times),
        }
        let mut dates = expressions.into_iter();
        let reason = dates.find_map(|date| self.quantity(ReasonKind::Date, date, 0, 0.0))?;
        Some(Reason { t, ..reason })
    }

    /// An instance of a consequence that comes on one path alone.
    fn consequence(
        &self,
        event: &Event,
        cause: usize,
        (side, caused_by): (usize, usize),
        joint: usize,
    ) -> Option<Reason> {
        let Clock::After {
            probability, delay, ..
        } = &event.clock
        else {
            return None;
        };
        let began = self.joint_of(side, caused_by);
        let (at, t) = (began + 1, self.joints[began].t);
        let [Some(a), Some(b)] = self.joints[began].steps else {
            return Some(following(ReasonKind::Cause, t, self.joints[began].steps));
        };
        let number = self.number(cause, 0, a);
        let other_number = self.number(cause, 1, b);
        if let Some(reason) = self.guard(ReasonKind::ConsequenceGuard, event, at, t) {
            return Some(reason);
        }
        if number != other_number {
            let since = self.out_of_step(cause, number.max(other_number))?;
            let since = self.joints[since];
            return Some(following(ReasonKind::Number, since.t, since.steps));
        }
        let probability = probability.as_ref().and_then(|probability| {
            let reason = self.quantity(ReasonKind::Probability, probability, at, t)?;
            let drawn = self.drawn(event, Purpose::Probability, number);
            let [a, b] = self.values(probability, at, t).map(|value| drawn < value);
            (a != b).then_some(Reason {
                drawn: Some(drawn),
                ..reason
            })
        });
        probability
            .or_else(|| self.argument(ReasonKind::Delay, delay, at, t))
            .or_else(|| self.guard(ReasonKind::Lapse, event, joint, self.joints[joint].t))
    }

    fn drawn(&self, event: &Event, purpose: Purpose, number: usize) -> f64 {
        let told = self.paths[0].told;
        let streams = TrialStreams::new(told.seed, told.trial);
        streams.uniform(EventKey::of_event(&event.name), purpose, number as u64)
    }

    /// A firing on both paths that takes another branch or changes something else.
    fn matched(&self, joint: usize, event: usize) -> Option<Reason> {
        let [Some(a), Some(b)] = self.joints[joint].steps else {
            return None;
        };
        let definition = &self.scenario.events[event];
        let branch = self.paths[0].steps()[a].branch;
        let t = self.joints[joint].t;
        let mut assigned = Assigned::default();
        let mut written = self.written(&definition.effects, joint, &mut assigned);
        if branch != self.paths[1].steps()[b].branch {
            let mut branches = definition.branches.iter();
            let differing = branches.find_map(|branch| {
                self.assigned_value(ReasonKind::Branch, &branch.probability, joint, &assigned)
            });
            let number = self.number(event, 0, a);
            if let Some(reason) = differing {
                let drawn = Some(self.drawn(definition, Purpose::Branch, number));
                return Some(Reason { drawn, ..reason });
            }
            let since = self.out_of_step(event, number.max(self.number(event, 1, b)))?;
            let since = self.joints[since];
            return Some(following(ReasonKind::Number, since.t, since.steps));
        }
        if let Some(taken) = branch.and_then(|place| definition.branches.get(place as usize - 1)) {
            written.append(&mut self.written(&taken.effects, joint, &mut assigned));
        }
        let parted = self.parted_cells(joint);
        parted.into_iter().find_map(|symbol| match symbol {
            Symbol::Variable(index) => written.remove(&index),
            Symbol::Factor(index) => {
                let factor = &self.scenario.doctrine.as_ref()?.factors[index];
                let mut conditions = [Some(&factor.active_when), factor.clears_when.as_ref()]
                    .into_iter()
                    .flatten();
                let reason = conditions
                    .find_map(|when| self.condition(ReasonKind::Factor, when, joint + 1, t))?;
                let name = Some(factor.name.clone());
                Some(Reason { name, ..reason })
            }
            Symbol::Level => {
                let mut rules = self.scenario.doctrine.iter().flat_map(|d| &d.rules).rev();
                rules.find_map(|(level, rule)| {
                    let reason = self.condition(ReasonKind::Level, rule, joint + 1, t)?;
                    let name = self.paths[0].told.levels.get(*level).cloned();
                    Some(Reason { name, ..reason })
                })
            }
            _ => None,
        })
    }

    /// Follows assignments, each seeing those before it; of each variable that gets two values the last of them.
    fn written(
        &self,
        effects: &[Effect],
        joint: usize,
        assigned: &mut Assigned,
    ) -> BTreeMap<usize, Reason> {
        let mut written = BTreeMap::new();
        for effect in effects {
            let reason = self.assigned_value(ReasonKind::Effect, &effect.value, joint, assigned);
            if let Some(reason) = reason {
                let name = &self.scenario.variables[effect.variable].name;
                let value = reason.expression.clone().unwrap_or_default();
                let expression = Some(format!("{name} = {value}"));
                written.insert(
                    effect.variable,
                    Reason {
                        expression,
                        ..reason
                    },
                );
            }
            for side in [0, 1] {
                let value = self.after_assignments(side, &effect.value, joint, assigned);
                assigned.0[side].insert(effect.variable, value + 0.0);
            }
        }
        written
    }

    fn after_assignments(
        &self,
        side: usize,
        expression: &Expression,
        joint: usize,
        assigned: &Assigned,
    ) -> f64 {
        evaluate(self.scenario, expression, &|symbol| {
            self.assigned_leaf(side, symbol, joint, assigned)
        })
    }

    fn assigned_leaf(&self, side: usize, symbol: Symbol, joint: usize, assigned: &Assigned) -> f64 {
        let over = match symbol {
            Symbol::Variable(index) => assigned.0[side].get(&index),
            _ => None,
        };
        let t = self.joints[joint].t;
        over.copied()
            .unwrap_or_else(|| self.leaf(side, symbol, joint, t))
    }

    /// A number that differs after some assignments.
    fn assigned_value(
        &self,
        kind: ReasonKind,
        expression: &Expression,
        joint: usize,
        assigned: &Assigned,
    ) -> Option<Reason> {
        let [a, b] =
            [0, 1].map(|side| move |symbol| self.assigned_leaf(side, symbol, joint, assigned));
        let values = [
            evaluate(self.scenario, expression, &a),
            evaluate(self.scenario, expression, &b),
        ];
        (values[0].to_bits() != values[1].to_bits()).then(|| Reason {
            expression: Some(self.scenario.wording(expression)),
            values: Some(values.map(Held::Number)),
            through: self.through_leaves(expression, [&a, &b], joint),
            ..Reason::bare(kind, self.joints[joint].t)
        })
    }
}

/// The variables assigned so far on each path by the firing under way.
#[derive(Debug, Default)]
struct Assigned([BTreeMap<usize, f64>; 2]);
