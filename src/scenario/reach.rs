//! Which values the parts of a scenario's state can come to hold, whatever the levers, as far as intervals show.

use super::Expression;
use super::interval::{Interval, apply};
use super::model::{By, Clock, Effect, Policy, Scenario, VariableKind};
use super::names::Symbol;
use crate::expr::Expr;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// Rounds after which what still grows is taken to its bounds at once.
const PATIENCE: usize = 8;

/// What can happen in a scenario.
pub(super) struct Reach<'a> {
    scenario: &'a Scenario,
    parameters: Vec<Interval>,
    variables: Vec<Interval>,
    /// Definitions as read since anything last grew.
    known: RefCell<BTreeMap<Symbol, Interval>>,
    /// Whether each event can ever fire.
    pub events: Vec<bool>,
    /// Whether each factor can ever be on.
    pub factors: Vec<bool>,
}

/// Cases that a condition is split into at most.
const MOST_CASES: usize = 64;

/// Symbols that a condition which is split into cases stands on at most, each counted as often as it is read. With more,
/// a large family would take minutes.
const MOST_READ: usize = 256;

/// Expressions read with what is known so far; some of the symbols may be held at a value.
struct Reading<'r, 'a> {
    reach: &'r Reach<'a>,
    held: Vec<(Symbol, f64)>,
    known: BTreeMap<Symbol, Interval>,
}

impl<'a> Reach<'a> {
    /// Starts from the initial values and lets every event that can fire do so until nothing grows any more. Parameters
    /// may have any value that a study or one of the policies may give them.
    pub fn of(scenario: &'a Scenario, policies: &[Policy]) -> Self {
        let factors = scenario.doctrine.iter().flat_map(|d| &d.factors).count();
        let mut reach = Self {
            scenario,
            parameters: parameters(scenario, policies),
            variables: Vec::new(),
            known: RefCell::default(),
            events: vec![false; scenario.events.len()],
            factors: vec![false; factors],
        };
        for variable in &scenario.variables {
            let initial = reach.reading().value(&variable.initial);
            reach.variables.push(initial.numbers());
        }
        reach.forget();
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
            if !self.factors[index] && self.can_hold(&factor.active_when) {
                self.factors[index] = true;
                self.forget();
            }
        }
        for (index, event) in scenario.events.iter().enumerate() {
            let caused = match event.clock {
                Clock::After { cause, .. } => self.events[cause],
                _ => true,
            };
            let guard = event.when.as_ref();
            let allowed = self.events[index] || guard.is_none_or(|when| self.can_hold(when));
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
        let new = within(new, bounds).hull(old);
        if new != old {
            self.variables[effect.variable] = new;
            self.forget();
        }
    }

    fn forget(&mut self) {
        self.known.get_mut().clear();
    }

    /// The least and the largest value that each variable can come to hold.
    pub fn extents(&self) -> Vec<[f64; 2]> {
        let all = self.variables.iter();
        all.map(|values| [values.low, values.high]).collect()
    }

    /// Whether a condition can hold: each combination of the levers and states that it reads is tried, while they are few.
    fn can_hold(&self, condition: &Expression) -> bool {
        if !self.reading().value(condition).can_hold() {
            return false;
        }
        let Some(symbols) = self.scenario.few_symbols_below(condition) else {
            return true;
        };
        let discrete = symbols.into_iter().filter_map(|symbol| {
            let list = match symbol {
                Symbol::Lever(index) => self.scenario.levers[index].options,
                Symbol::Variable(index) => match self.scenario.variables[index].kind {
                    VariableKind::State(list) => list,
                    _ => return None,
                },
                _ => return None,
            };
            let reached = self.reading().symbol(symbol);
            let positions = 0..self.scenario.names.states(list).len();
            let values = positions.map(|position| position as f64);
            let values = values.filter(|v| (reached.low..=reached.high).contains(v));
            Some((symbol, values.collect::<Vec<f64>>()))
        });
        let mut cases = vec![Vec::new()];
        for (symbol, values) in discrete {
            if cases.len() * values.len() > MOST_CASES {
                continue;
            }
            let split = cases.iter().flat_map(|case: &Vec<(Symbol, f64)>| {
                values.iter().map(|value| {
                    let mut case = case.clone();
                    case.push((symbol, *value));
                    case
                })
            });
            cases = split.collect();
        }
        cases.into_iter().any(|held| {
            let mut reading = Reading {
                held,
                ..self.reading()
            };
            reading.value(condition).can_hold()
        })
    }

    /// The states, by position, that `by` can have when a condition holds.
    fn states_where(&self, condition: &Expression, by: &By) -> Vec<usize> {
        let all = 0..self.scenario.names.states(by.list).len();
        let Expr::Symbol(symbol) = by.state else {
            return all.collect();
        };
        let reachable = self.reading().symbol(symbol);
        all.filter(|position| {
            let value = *position as f64;
            let mut reading = Reading {
                held: vec![(symbol, value)],
                ..self.reading()
            };
            (reachable.low..=reachable.high).contains(&value) && reading.value(condition).can_hold()
        })
        .collect()
    }

    fn reading(&self) -> Reading<'_, 'a> {
        Reading {
            reach: self,
            held: Vec::new(),
            known: BTreeMap::new(),
        }
    }
}

impl Scenario {
    /// Everything that an expression reads, through derived names and obligations.
    pub(crate) fn symbols_below(&self, expression: &Expression, found: &mut BTreeSet<Symbol>) {
        expression.for_each_symbol(&mut |symbol| {
            if !found.insert(symbol) {
                return;
            }
            match symbol {
                Symbol::Derived(index) => {
                    self.symbols_below(&self.derived[index].expression, found);
                }
                Symbol::Obligation(index) => {
                    self.symbols_below(&self.obligations[index].breached_when, found);
                }
                _ => {}
            }
        });
    }

    /// The same, if it is no more than `MOST_READ` symbols that are read.
    fn few_symbols_below(&self, expression: &Expression) -> Option<BTreeSet<Symbol>> {
        let mut found = BTreeSet::new();
        let mut left = MOST_READ;
        self.collect_symbols(expression, &mut found, &mut left);
        (left > 0).then_some(found)
    }

    fn collect_symbols(
        &self,
        expression: &Expression,
        found: &mut BTreeSet<Symbol>,
        left: &mut usize,
    ) {
        expression.for_each_symbol(&mut |symbol| {
            *left = left.saturating_sub(1);
            if *left == 0 || !found.insert(symbol) {
                return;
            }
            match symbol {
                Symbol::Derived(index) => {
                    self.collect_symbols(&self.derived[index].expression, found, left);
                }
                Symbol::Obligation(index) => {
                    self.collect_symbols(&self.obligations[index].breached_when, found, left);
                }
                _ => {}
            }
        });
    }

    /// The states, by position, that `by` can have when a condition holds.
    pub(crate) fn states_possible_where(&self, condition: &Expression, by: &By) -> Vec<usize> {
        Reach::of(self, &[]).states_where(condition, by)
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
        if let Some((_, value)) = self.held.iter().find(|(held, _)| *held == symbol) {
            return Interval::point(*value);
        }
        match symbol {
            Symbol::Parameter(index) => self.reach.parameters[index],
            Symbol::Variable(index) => {
                let known = self.reach.variables.get(index);
                known.copied().unwrap_or(Interval::WHOLE)
            }
            Symbol::Lever(index) => states(scenario, scenario.levers[index].options),
            Symbol::Derived(index) => self.remember(symbol, &scenario.derived[index].expression),
            Symbol::Obligation(index) => {
                self.remember(symbol, &scenario.obligations[index].breached_when)
            }
            Symbol::Factor(index) => {
                Interval::new(0.0, f64::from(u8::from(self.reach.factors[index])))
            }
            Symbol::Level => self.level(),
            Symbol::Time => Interval::new(0.0, scenario.horizon),
        }
    }

    /// Definitions may stand on one another in any number, so each is read once.
    fn remember(&mut self, symbol: Symbol, expression: &Expression) -> Interval {
        if let Some(known) = self.recall(symbol) {
            return known;
        }
        let value = self.value(expression);
        self.keep(symbol, value);
        value
    }

    fn level(&mut self) -> Interval {
        if let Some(known) = self.recall(Symbol::Level) {
            return known;
        }
        let rules = self.reach.scenario.doctrine.iter().flat_map(|d| &d.rules);
        let mut all = Interval::point(0.0);
        for (level, rule) in rules {
            if self.value(rule).can_hold() {
                all = all.hull(Interval::point(*level as f64));
            }
        }
        self.keep(Symbol::Level, all);
        all
    }

    /// What was read with nothing held is shared by all readings; the rest is of this one alone.
    fn recall(&self, symbol: Symbol) -> Option<Interval> {
        if self.held.is_empty() {
            return self.reach.known.borrow().get(&symbol).copied();
        }
        self.known.get(&symbol).copied()
    }

    fn keep(&mut self, symbol: Symbol, value: Interval) {
        if self.held.is_empty() {
            self.reach.known.borrow_mut().insert(symbol, value);
        } else {
            self.known.insert(symbol, value);
        }
    }
}

/// The values that a study, or one of the policies, may give each parameter.
fn parameters(scenario: &Scenario, policies: &[Policy]) -> Vec<Interval> {
    let known = scenario.parameters.iter().map(|parameter| {
        let value = Interval::point(parameter.value);
        match (&parameter.distribution, parameter.range) {
            (Some(_), _) => Interval::WHOLE,
            (None, Some([low, high])) => value.hull(Interval::new(low, high)),
            (None, None) => value,
        }
    });
    let mut all: Vec<Interval> = known.collect();
    for (parameter, value) in policies.iter().flat_map(|policy| &policy.settings) {
        all[*parameter] = all[*parameter].hull(Interval::point(*value));
    }
    all
}

fn states(scenario: &Scenario, list: usize) -> Interval {
    let last = scenario.names.states(list).len().saturating_sub(1);
    Interval::new(0.0, last as f64)
}

fn within(values: Interval, bounds: Interval) -> Interval {
    Interval::new(values.low.max(bounds.low), values.high.min(bounds.high))
}
