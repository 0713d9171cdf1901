//! A trajectory as a path on which expressions can be read.

use crate::study::load::Loaded;
use crate::study::trace::events_of_scenario;
use detente_model::expr::Expr;
use detente_model::scenario::{Expression, Scenario, Symbol, VariableKind};
use detente_report::trajectory::{Held, Step, Trajectory};
use detente_sim::engine::{Happening, TrialLog};
use detente_sim::program;
use std::collections::BTreeMap;

/// What a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    /// A firing of an event of the scenario.
    Event(usize),
    /// The choice of a rule of the policy.
    Rule(usize),
}

/// One trajectory under one policy.
pub(super) struct Path<'a> {
    pub loaded: &'a Loaded,
    pub told: &'a Trajectory,
    /// What each step is.
    pub deeds: Vec<Deed>,
    /// The steps that are firings of each event.
    pub firings: Vec<Vec<usize>>,
    /// The cells that each step changes.
    pub changed: Vec<Vec<usize>>,
    parameters: Vec<f64>,
    /// Of each cell its values, each with the number of steps after which it has it.
    histories: Vec<Vec<(usize, f64)>>,
}

/// Where a symbol stands in the state: variables first, then levers, factors and the level.
pub(super) fn cell(scenario: &Scenario, symbol: Symbol) -> Option<usize> {
    let levers = scenario.variables.len();
    let factors = levers + scenario.levers.len();
    match symbol {
        Symbol::Variable(index) => Some(index),
        Symbol::Lever(index) => Some(levers + index),
        Symbol::Factor(index) => Some(factors + index),
        Symbol::Level => Some(factors + factor_count(scenario)),
        _ => None,
    }
}

/// Every symbol that stands in the state, in the order of cells.
pub(super) fn cells(scenario: &Scenario) -> Vec<Symbol> {
    let variables = (0..scenario.variables.len()).map(Symbol::Variable);
    let levers = (0..scenario.levers.len()).map(Symbol::Lever);
    let factors = (0..factor_count(scenario)).map(Symbol::Factor);
    let level = scenario.doctrine.iter().map(|_| Symbol::Level);
    variables
        .chain(levers)
        .chain(factors)
        .chain(level)
        .collect()
}

fn factor_count(scenario: &Scenario) -> usize {
    let doctrine = scenario.doctrine.as_ref();
    doctrine.map_or(0, |doctrine| doctrine.factors.len())
}

/// The names of the states that a symbol can have; none of a number.
pub(super) fn states(scenario: &Scenario, symbol: Symbol) -> &[String] {
    let list = match symbol {
        Symbol::Variable(index) => match scenario.variables[index].kind {
            VariableKind::State(list) => Some(list),
            _ => None,
        },
        Symbol::Lever(index) => Some(scenario.levers[index].options),
        Symbol::Level => scenario.doctrine.as_ref().map(|doctrine| doctrine.levels),
        _ => None,
    };
    list.map_or(&[], |list| scenario.names.states(list))
}

impl<'a> Path<'a> {
    pub fn new(loaded: &'a Loaded, log: &TrialLog, told: &'a Trajectory) -> Self {
        let scenario = &loaded.scenario;
        let mut parameters: Vec<f64> = scenario.parameters.iter().map(|p| p.value).collect();
        for (parameter, value) in &loaded.policy.settings {
            parameters[*parameter] = *value;
        }
        // Cells stand as slots do.
        let cells = cells(scenario).len();
        let start = log.start.iter().take(cells);
        let mut path = Self {
            loaded,
            told,
            deeds: Vec::with_capacity(log.steps.len()),
            firings: vec![Vec::new(); scenario.events.len()],
            changed: Vec::with_capacity(log.steps.len()),
            parameters,
            histories: start.map(|value| vec![(0, *value)]).collect(),
        };
        let events = events_of_scenario(loaded);
        for (index, step) in log.steps.iter().enumerate() {
            path.deeds.push(match step.happening {
                Happening::Firing { event, .. } => {
                    let event = events[event as usize];
                    path.firings[event].push(index);
                    Deed::Event(event)
                }
                Happening::Choice { rule } => Deed::Rule(rule as usize),
            });
            let changes = log.changes(index).iter();
            let mut changed = Vec::new();
            for change in changes.filter(|change| (change.slot as usize) < cells) {
                let cell = change.slot as usize;
                path.histories[cell].push((index + 1, change.to));
                changed.push(cell);
            }
            path.changed.push(changed);
        }
        path
    }

    pub fn steps(&self) -> &'a [Step] {
        &self.told.steps
    }

    /// Whether a step is a rule's choice.
    pub fn chooses(&self, step: usize) -> bool {
        matches!(self.deeds[step], Deed::Rule(_))
    }

    /// The values of a cell, each with the number of steps after which it has it.
    pub fn history(&self, cell: usize) -> &[(usize, f64)] {
        &self.histories[cell]
    }

    /// The value of a symbol after some steps, at a time.
    pub fn leaf(&self, symbol: Symbol, done: usize, t: f64) -> f64 {
        match (symbol, cell(&self.loaded.scenario, symbol)) {
            (Symbol::Parameter(index), _) => self.parameters[index],
            (_, Some(cell)) => {
                let history = &self.histories[cell];
                let later = history.partition_point(|(steps, _)| *steps <= done);
                history[later - 1].1
            }
            _ => t,
        }
    }

    /// What a symbol holds, in words.
    pub fn held(&self, symbol: Symbol, value: f64) -> Held {
        let scenario = &self.loaded.scenario;
        if matches!(symbol, Symbol::Factor(_)) {
            return Held::State(if value == 0.0 { "off" } else { "on" }.to_owned());
        }
        let mut named = (0_u32..).zip(states(scenario, symbol));
        match named.find(|(place, _)| f64::from(*place) == value) {
            Some((_, state)) => Held::State(state.clone()),
            None => Held::Number(value),
        }
    }
}

/// The value of an expression, given those of its leaves: all symbols but derived names and obligations.
pub(super) fn evaluate(
    scenario: &Scenario,
    expression: &Expression,
    leaf: &dyn Fn(Symbol) -> f64,
) -> f64 {
    let named = BTreeMap::new();
    Evaluation {
        scenario,
        leaf,
        named,
    }
    .value(expression)
}

struct Evaluation<'e> {
    scenario: &'e Scenario,
    leaf: &'e dyn Fn(Symbol) -> f64,
    /// Derived names and obligations computed so far.
    named: BTreeMap<Symbol, f64>,
}

impl Evaluation<'_> {
    fn value(&mut self, expression: &Expression) -> f64 {
        match expression {
            Expr::Constant(value) => *value,
            Expr::Symbol(symbol) => self.symbol(*symbol),
            Expr::Apply(function, parts) => {
                let values: Vec<f64> = parts.iter().map(|part| self.value(part)).collect();
                match (program::operand_count(*function), &values[..]) {
                    (2, [first, rest @ ..]) => rest.iter().fold(*first, |sum, next| {
                        program::apply(*function, |place| [sum, *next][place])
                    }),
                    _ => program::apply(*function, |place| values[place]),
                }
            }
        }
    }

    fn symbol(&mut self, symbol: Symbol) -> f64 {
        let scenario = self.scenario;
        let expression = match symbol {
            Symbol::Derived(index) => &scenario.derived[index].expression,
            Symbol::Obligation(index) => &scenario.obligations[index].breached_when,
            _ => return (self.leaf)(symbol),
        };
        if let Some(value) = self.named.get(&symbol) {
            return *value;
        }
        let value = self.value(expression);
        self.named.insert(symbol, value);
        value
    }
}
