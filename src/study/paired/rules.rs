//! Why a rule of a policy acts on one path alone, or chooses otherwise there: what differs of the two policies' rules of
//! that name, or of the world that they read.

use super::pair::Pair;
use detente_model::scenario::PolicyRule;
use detente_report::paired::{Reason, ReasonKind};
use detente_report::trajectory::Held;

/// The rules of one name under each policy.
type Rules<'r> = [&'r PolicyRule; 2];

impl Pair<'_> {
    /// Why a rule's choice is not the same on both paths; nothing where it is, or where what is recorded does not say.
    pub fn chosen(
        &self,
        joint: usize,
        (rule, side, step): (usize, usize, usize),
    ) -> Option<Reason> {
        let own = &self.paths[side].loaded.policy.rules[rule];
        let mut others = self.paths[1 - side].loaded.policy.rules.iter();
        let began = self.paths[side].steps()[step].caused_by;
        let began = began.map(|step| self.joint_of(side, step));
        // The state in which its condition came to hold.
        let (at, t) = began.map_or((0, 0.0), |joint| (joint + 1, self.joints[joint].t));
        let Some(other) = others.find(|other| other.name == own.name) else {
            let follows = began.map(|joint| self.joints[joint].steps);
            return Some(Reason {
                expression: Some(self.scenario.wording(&own.when)),
                follows: follows.filter(|steps| steps[1 - side].is_none()),
                ..Reason::bare(ReasonKind::Rule, t)
            });
        };
        let rules = if side == 0 {
            [own, other]
        } else {
            [other, own]
        };
        if self.joints[joint].steps.iter().all(Option::is_some) {
            return self.choices(rules, self.joints[joint].t);
        }
        if self.turns(1 - side, other, at) {
            return self
                .delays(rules, at, t)
                .or_else(|| self.another_turn(own, joint));
        }
        let world = |at: usize| self.condition(ReasonKind::RuleHeld, &own.when, at, t);
        // Where it holds on both paths by then, it did before on the other.
        let world = world(at).or_else(|| world(at.checked_sub(1)?));
        let conditions = rules.map(|rule| self.scenario.wording(&rule.when));
        if conditions[0] == conditions[1] {
            return world;
        }
        Some(Reason {
            values: Some(conditions.map(Held::State)),
            through: world.map_or_else(Vec::new, |world| world.through),
            ..Reason::bare(ReasonKind::RuleCondition, t)
        })
    }

    /// Whether a rule's condition comes to hold on a path by what leads to a state.
    fn turns(&self, side: usize, rule: &PolicyRule, at: usize) -> bool {
        let holds = |at: usize| self.value(side, &rule.when, at, 0.0) != 0.0;
        holds(at) && !at.checked_sub(1).is_some_and(holds)
    }

    /// Delays that are not the same, or read something that is not.
    fn delays(&self, rules: Rules<'_>, at: usize, t: f64) -> Option<Reason> {
        let laws = rules.map(|rule| self.scenario.wording_of_law(&rule.delay));
        if laws[0] == laws[1] {
            return self.argument(ReasonKind::RuleDelay, &rules[0].delay, at, t);
        }
        Some(Reason {
            values: Some(laws.map(Held::State)),
            ..Reason::bare(ReasonKind::RuleDelay, t)
        })
    }

    /// Choices that are not the same.
    fn choices(&self, rules: Rules<'_>, t: f64) -> Option<Reason> {
        let choices = rules.map(|rule| {
            let mut choices = rule.choices.clone();
            choices.sort_unstable();
            let named = choices.into_iter().map(|(lever, option)| {
                let (lever, option) = self.scenario.lever_option(lever, option);
                format!("{lever} = {option}")
            });
            named.collect::<Vec<_>>().join(", ")
        });
        (choices[0] != choices[1]).then(|| Reason {
            values: Some(choices.map(Held::State)),
            ..Reason::bare(ReasonKind::RuleChoice, t)
        })
    }

    /// A turn of a rule that has another random number, and so another delay, since an earlier one came on one path alone.
    fn another_turn(&self, rule: &PolicyRule, joint: usize) -> Option<Reason> {
        let mut earlier = self.joints[..joint].iter();
        let alone = earlier.find(|joint| {
            let mut sides = joint.steps.iter().zip(&self.paths);
            let acts = sides.any(|(step, path)| {
                step.is_some_and(|step| path.chooses(step) && path.steps()[step].name == rule.name)
            });
            acts && joint.steps.iter().any(Option::is_none)
        })?;
        Some(Reason {
            follows: Some(alone.steps),
            ..Reason::bare(ReasonKind::Number, alone.t)
        })
    }
}
