//! Which derived names have a slot of their own.
//!
//! A derived name (or whether an obligation is breached) that clocks, factors, rules or outcomes read is kept in a slot and
//! computed anew once something that it reads has changed; where its bits stay, nobody who reads it is looked at. It is written
//! out in the expressions that read it where it is worth a table there, where it changes with time alone, and where nobody
//! reads it but effects, delays, probabilities and series, which are read seldom. None of this alters a bit.

use super::lower::{Lowering, Meaning, slot};
use super::{Derived, Slot};
use detente_model::scenario::{
    Clock, Drive, Expression, Measure, Outcome, Policy, Scenario, Symbol,
};

/// What a derived name hangs on besides variables and levers: those of a level below are computed first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stratum {
    World,
    Factors,
    Level,
    Time,
}

/// The derived names that have a slot, in the order in which they are computed.
#[derive(Debug, Clone, Default)]
pub(super) struct DerivedSlots {
    pub list: Vec<Derived>,
    pub names: Vec<String>,
    /// How many hang on variables and levers alone, and how many on these and factors.
    pub before_factors: u32,
    pub before_level: u32,
}

/// Says of each derived name and obligation what it stands for. `tabulates` tells whether a table can have some slots.
pub(super) fn define(
    lowering: &mut Lowering<'_>,
    policy: &Policy,
    tabulates: impl Fn(&[Slot]) -> bool,
) -> DerivedSlots {
    let named = Named::of(lowering.layout.scenario, policy);
    let mut order = named.order();
    order.sort_by_key(|place| named.strata[*place]);
    let mut slots = DerivedSlots::default();
    for place in order {
        if named.strata[place] == Stratum::Time {
            continue;
        }
        let run = lowering.run(named.expressions[place]);
        let read = lowering.slots_of(run);
        if run.start == run.end {
            lowering.define(place, Meaning::At(run.result));
        } else if !named.kept[place] || tabulates(&read) {
            lowering.forget(run);
        } else {
            let own = lowering.layout.derived() + slot(slots.list.len());
            let code = lowering.keep(run);
            lowering.define(place, Meaning::At(own));
            slots.list.push(Derived { slot: own, code });
            slots.names.push(named.name(place));
            match named.strata[place] {
                Stratum::World => {
                    slots.before_factors += 1;
                    slots.before_level += 1;
                }
                Stratum::Factors => slots.before_level += 1,
                Stratum::Level | Stratum::Time => {}
            }
        }
    }
    slots
}

/// Derived names, then obligations, of a scenario.
struct Named<'a> {
    scenario: &'a Scenario,
    expressions: Vec<&'a Expression>,
    /// By place those that it reads itself.
    reads: Vec<Vec<usize>>,
    strata: Vec<Stratum>,
    /// Whether somebody reads it who is looked at whenever something changes.
    kept: Vec<bool>,
}

impl<'a> Named<'a> {
    fn of(scenario: &'a Scenario, policy: &'a Policy) -> Self {
        let derived = scenario.derived.iter().map(|of| &of.expression);
        let obligations = scenario.obligations.iter().map(|of| &of.breached_when);
        let expressions: Vec<&Expression> = derived.chain(obligations).collect();
        let mut named = Self {
            scenario,
            reads: Vec::new(),
            strata: vec![Stratum::World; expressions.len()],
            kept: vec![false; expressions.len()],
            expressions,
        };
        named.reads = named
            .expressions
            .iter()
            .map(|of| named.named_in(of))
            .collect();
        for place in named.order() {
            let mut stratum = Stratum::World;
            named.expressions[place].for_each_symbol(&mut |symbol| {
                stratum = stratum.max(match symbol {
                    Symbol::Factor(_) => Stratum::Factors,
                    Symbol::Level => Stratum::Level,
                    Symbol::Time => Stratum::Time,
                    _ => Stratum::World,
                });
            });
            let of_read = named.reads[place].iter().map(|read| named.strata[*read]);
            named.strata[place] = of_read.fold(stratum, Stratum::max);
        }
        named.keep_what_is_looked_at(policy);
        named
    }

    fn name(&self, place: usize) -> String {
        match place.checked_sub(self.scenario.derived.len()) {
            None => self.scenario.derived[place].name.clone(),
            Some(obligation) => {
                format!("breached({})", self.scenario.obligations[obligation].name)
            }
        }
    }

    /// Those that stand in an expression.
    fn named_in(&self, expression: &Expression) -> Vec<usize> {
        let mut places = Vec::new();
        expression.for_each_symbol(&mut |symbol| match symbol {
            Symbol::Derived(index) => places.push(index),
            Symbol::Obligation(index) => places.push(self.scenario.derived.len() + index),
            _ => {}
        });
        places.sort_unstable();
        places.dedup();
        places
    }

    /// All places, each behind those that it reads. No name reads itself: the scenario was checked.
    fn order(&self) -> Vec<usize> {
        let mut order = Vec::with_capacity(self.expressions.len());
        let mut begun = vec![false; self.expressions.len()];
        for first in 0..self.expressions.len() {
            let mut way = vec![(first, 0)];
            if std::mem::replace(&mut begun[first], true) {
                continue;
            }
            while let Some((place, next)) = way.last_mut() {
                match self.reads[*place].get(*next) {
                    Some(read) => {
                        *next += 1;
                        if !std::mem::replace(&mut begun[*read], true) {
                            way.push((*read, 0));
                        }
                    }
                    None => {
                        order.push(*place);
                        way.pop();
                    }
                }
            }
        }
        order
    }

    /// Marks what guards, hazards, factors, rules and outcomes read, directly or through another name.
    fn keep_what_is_looked_at(&mut self, policy: &Policy) {
        let scenario = self.scenario;
        let mut looked_at: Vec<&Expression> = Vec::new();
        for event in &scenario.events {
            looked_at.extend(&event.when);
            match &event.clock {
                Clock::Rate(rate) => looked_at.push(rate),
                Clock::Law {
                    drive: Drive::HazardRatio(driven) | Drive::Speed(driven),
                    ..
                } => looked_at.push(driven),
                _ => {}
            }
        }
        if let Some(doctrine) = &scenario.doctrine {
            for factor in &doctrine.factors {
                looked_at.push(&factor.active_when);
                looked_at.extend(&factor.clears_when);
            }
            looked_at.extend(doctrine.rules.iter().map(|(_, rule)| rule));
        }
        looked_at.extend(policy.rules.iter().map(|rule| &rule.when));
        looked_at.extend(scenario.outcomes.iter().filter_map(watched));
        let obligations =
            (0..scenario.obligations.len()).map(|index| scenario.derived.len() + index);
        let mut next: Vec<usize> = obligations.collect();
        next.extend(looked_at.into_iter().flat_map(|of| self.named_in(of)));
        while let Some(place) = next.pop() {
            if !std::mem::replace(&mut self.kept[place], true) {
                next.extend(&self.reads[place]);
            }
        }
    }
}

/// What an outcome reads whenever something changes.
fn watched(outcome: &Outcome) -> Option<&Expression> {
    match &outcome.measure {
        Measure::Ever(of)
        | Measure::FirstTime(of, _)
        | Measure::TimeShare(of)
        | Measure::Entries(of)
        | Measure::TimeAverage(of)
        | Measure::Integral(of)
        | Measure::Maximum(of)
        | Measure::Minimum(of) => Some(of),
        Measure::Initial(_) | Measure::Final(_) | Measure::Firings(..) => None,
    }
}
