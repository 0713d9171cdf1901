//! The policies that are drawn where each takes a panel, or a row on many pages: not too many, the most telling ones.

use detente_report::comparison::Comparison;
use std::cmp::Reverse;

/// Policies besides the baseline, at most.
const MOST_POLICIES: usize = 12;

/// The policies to draw, in the order of the comparison, the baseline among them.
pub fn policies(comparison: &Comparison) -> Vec<&String> {
    let is_baseline = |name: &&String| **name == comparison.baseline;
    let others = comparison.policies.keys().filter(|name| !is_baseline(name));
    let mut others: Vec<&String> = others.collect();
    // Equal ones stay in their order.
    others.sort_by_key(|name| Reverse(promise(name, comparison)));
    others.truncate(MOST_POLICIES);
    let drawn = |name: &&String| is_baseline(name) || others.contains(name);
    comparison.policies.keys().filter(drawn).collect()
}

/// Whether a policy is on the front, and on how many outcomes it may be the best.
fn promise(name: &str, comparison: &Comparison) -> (bool, usize) {
    let front = comparison.front.as_ref();
    let member = front.and_then(|front| front.policies.get(name));
    let ranks = comparison.outcomes.values();
    let ranks = ranks.filter_map(|outcome| outcome.policies.get(name)?.rank.as_ref());
    (
        member.is_some_and(|member| member.on_front),
        ranks.filter(|rank| rank.may_be_best).count(),
    )
}

/// What is said where some are not drawn.
pub fn left_out(comparison: &Comparison) -> Option<String> {
    let others = comparison.policies.len().saturating_sub(1);
    (others > MOST_POLICIES).then(|| {
        format!(
            "{MOST_POLICIES} of {others} policies besides the baseline are drawn: those on the front, then those that may be the best on \
             most outcomes; comparison.json has all."
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::compare::fixtures::{Made, names};

    #[test]
    fn the_most_telling_policies_are_drawn() {
        let few = Made {
            policies: names(13),
            ..Made::default()
        };
        let few = few.comparison();
        assert_eq!(policies(&few).len(), 13);
        assert_eq!(left_out(&few), None);
        let many = Made {
            policies: names(40),
            ..Made::default()
        };
        let mut many = many.comparison();
        // Two members of the front, and others that may be the best: every third one, of which ten fit.
        let front = many.front.as_mut().unwrap();
        for (place, member) in front.policies.values_mut().enumerate() {
            member.on_front = place == 39 || place == 38;
        }
        let drawn = policies(&many);
        let all: Vec<&String> = many.policies.keys().collect();
        let expected = [0, 1, 4, 7, 10, 13, 16, 19, 22, 25, 28, 38, 39];
        assert_eq!(drawn, expected.map(|place| all[place]));
        let said = left_out(&many).unwrap();
        assert!(said.starts_with("12 of 39 policies"), "{said}");
    }
}
