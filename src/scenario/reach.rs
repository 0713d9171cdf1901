//! Which values the parts of a scenario's state can come to hold, whatever the levers, as far as intervals show.

use super::Expression;
use super::interval::{Interval, apply};
use super::model::{By, Clock, Effect, Parameter, Scenario, VariableKind};
use super::names::Symbol;
use crate::expr::Expr;
use std::collections::BTreeMap;

/// Rounds after which what still grows is taken to its bounds at once.
const PATIENCE: usize = 8;

/// What can happen in a scenario.
pub(super) struct Reach<'a> {
    scenario: &'a Scenario,
    variables: Vec<Interval>,
    /// Whether each event can ever fire.
    pub events: Vec<bool>,
    /// Whether each factor can ever be on.
    pub factors: Vec<bool>,
}

/// Expressions read with what is known so far; one of the symbols may be held at a value.
struct Reading<'r, 'a> {
    reach: &'r Reach<'a>,
    held: Option<(Symbol, f64)>,
    known: BTreeMap<Symbol, Interval>,
}

impl<'a> Reach<'a> {
    /// Starts from the initial values and lets every event that can fire do so until nothing grows any more.
    pub fn of(scenario: &'a Scenario) -> Self {
        let factors = scenario.doctrine.iter().flat_map(|d| &d.factors).count();
        let mut reach = Self {
            scenario,
            variables: Vec::new(),
            events: vec![false; scenario.events.len()],
            factors: vec![false; factors],
        };
        for variable in &scenario.variables {
            let initial = reach.reading().value(&variable.initial);
            reach.variables.push(initial);
        }
        for round in 0.. {
            let (variables, events) = (reach.variables.clone(), reach.events.clone());
            let factors = reach.factors.clone();
            reach.grow(round >= PATIENCE);
            if (&reach.variables, &reach.events, &reach.factors) == (&variables, &events, &factors)
            {
                break;
            }
        }
        reach
    }

    fn grow(&mut self, at_once: bool) {
        let scenario = self.scenario;
        let factors = scenario.doctrine.iter().flat_map(|d| &d.factors);
        for (index, factor) in factors.enumerate() {
            self.factors[index] |= self.reading().value(&factor.active_when).can_hold();
        }
        for (index, event) in scenario.events.iter().enumerate() {
            let caused = match event.clock {
                Clock::After { cause, .. } => self.events[cause],
                _ => true,
            };
            let guard = event.when.as_ref();
            let allowed = guard.is_none_or(|when| self.reading().value(when).can_hold());
            if !(caused && allowed) {
                continue;
            }
            self.events[index] = true;
            let branches = event.branches.iter().flat_map(|branch| &branch.effects);
            for effect in event.effects.iter().chain(branches) {
                self.affect(effect, at_once);
            }
        }
    }

    fn affect(&mut self, effect: &Effect, at_once: bool) {
        let variable = &self.scenario.variables[effect.variable];
        let value = self.reading().value(&effect.value);
        let old = self.variables[effect.variable];
        let mut new = old.hull(value);
        if at_once && new.low < old.low {
            new.low = f64::NEG_INFINITY;
        }
        if at_once && new.high > old.high {
            new.high = f64::INFINITY;
        }
        if let VariableKind::State(list) = variable.kind {
            new = within(new, states(self.scenario, list));
        }
        // A trial that leaves the bounds ends in an error.
        let bound = |bound: &Option<Expression>| {
            let value = bound.as_ref().map(|bound| self.reading().value(bound));
            value.unwrap_or(Interval::WHOLE)
        };
        let bounds = Interval::new(bound(&variable.min).low, bound(&variable.max).high);
        self.variables[effect.variable] = within(new, bounds).hull(old);
    }

    fn reading(&self) -> Reading<'_, 'a> {
        Reading {
            reach: self,
            held: None,
            known: BTreeMap::new(),
        }
    }
}

impl Scenario {
    /// The states, by position, that `by` can have when a condition holds.
    pub(crate) fn states_possible_where(&self, condition: &Expression, by: &By) -> Vec<usize> {
        let reach = Reach::of(self);
        let all = 0..self.names.states(by.list).len();
        let Expr::Symbol(symbol) = by.state else {
            return all.collect();
        };
        let reachable = reach.reading().symbol(symbol);
        all.filter(|position| {
            let value = *position as f64;
            let mut reading = Reading {
                held: Some((symbol, value)),
                ..reach.reading()
            };
            (reachable.low..=reachable.high).contains(&value) && reading.value(condition).can_hold()
        })
        .collect()
    }
}

impl Reading<'_, '_> {
    fn value(&mut self, expression: &Expression) -> Interval {
        match expression {
            Expr::Constant(value) => Interval::point(*value),
            Expr::Symbol(symbol) => self.symbol(*symbol),
            Expr::Apply(function, operands) => {
                let operands: Vec<Interval> = operands.iter().map(|o| self.value(o)).collect();
                apply(*function, &operands)
            }
        }
    }

    fn symbol(&mut self, symbol: Symbol) -> Interval {
        let scenario = self.reach.scenario;
        match (symbol, self.held) {
            (_, Some((held, value))) if held == symbol => Interval::point(value),
            (Symbol::Parameter(index), _) => parameter(&scenario.parameters[index]),
            (Symbol::Variable(index), _) => {
                let known = self.reach.variables.get(index);
                known.copied().unwrap_or(Interval::WHOLE)
            }
            (Symbol::Lever(index), _) => states(scenario, scenario.levers[index].options),
            (Symbol::Derived(index), _) => {
                self.remember(symbol, &scenario.derived[index].expression)
            }
            (Symbol::Obligation(index), _) => {
                self.remember(symbol, &scenario.obligations[index].breached_when)
            }
            (Symbol::Factor(index), _) => {
                Interval::new(0.0, f64::from(u8::from(self.reach.factors[index])))
            }
            (Symbol::Level, _) => self.level(),
            (Symbol::Time, _) => Interval::new(0.0, scenario.horizon),
        }
    }

    /// Definitions may stand on one another in any number, so each is read once.
    fn remember(&mut self, symbol: Symbol, expression: &Expression) -> Interval {
        if let Some(known) = self.known.get(&symbol) {
            return *known;
        }
        let value = self.value(expression);
        self.known.insert(symbol, value);
        value
    }

    fn level(&mut self) -> Interval {
        if let Some(known) = self.known.get(&Symbol::Level) {
            return *known;
        }
        let rules = self.reach.scenario.doctrine.iter().flat_map(|d| &d.rules);
        let mut all = Interval::point(0.0);
        for (level, rule) in rules {
            if self.value(rule).can_hold() {
                all = all.hull(Interval::point(*level as f64));
            }
        }
        self.known.insert(Symbol::Level, all);
        all
    }
}

/// A parameter may have any value that a study may give it.
fn parameter(parameter: &Parameter) -> Interval {
    if parameter.distribution.is_some() {
        return Interval::WHOLE;
    }
    let value = Interval::point(parameter.value);
    match parameter.range {
        Some([low, high]) => value.hull(Interval::new(low, high)),
        None => value,
    }
}

fn states(scenario: &Scenario, list: usize) -> Interval {
    let last = scenario.names.states(list).len().saturating_sub(1);
    Interval::new(0.0, last as f64)
}

fn within(values: Interval, bounds: Interval) -> Interval {
    Interval::new(values.low.max(bounds.low), values.high.min(bounds.high))
}
