//! What expressions say of a state that a firing has changed, in terms of the state before it.

use detente_model::scenario::{Expr, Expression, Function, Scenario, Symbol};
use detente_sim::program::{apply, operand_count};

/// What terms are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cell {
    /// A variable before the firing, by index in the scenario.
    Variable(usize),
    /// Whether a factor that clears late was active before the firing.
    Latch(usize),
    /// Instances of a consequence under way before the firing, by number.
    UnderWay(usize),
    Parameter(usize),
    Lever(usize),
    /// A derived value before the firing.
    Derived(usize),
}

pub(super) type Term = Expr<Cell>;

/// A state on its way through a firing. What is nothing is as it was before.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct State {
    pub variables: Vec<Option<Term>>,
    /// The variables when the doctrine was last read.
    seen: Vec<Option<Term>>,
    latches: Vec<Option<Term>>,
    /// By how many the instances of each consequence have changed.
    pub under_way: Vec<i64>,
}

/// The state before any firing.
pub(super) fn unchanged(scenario: &Scenario, consequences: usize) -> State {
    let factors = scenario.doctrine.iter().flat_map(|d| &d.factors);
    State {
        variables: vec![None; scenario.variables.len()],
        seen: vec![None; scenario.variables.len()],
        latches: vec![None; factors.count()],
        under_way: vec![0; consequences],
    }
}

impl State {
    fn is_unchanged(&self) -> bool {
        let cells = self.variables.iter().chain(&self.seen).chain(&self.latches);
        cells.flatten().next().is_none()
    }

    /// A variable's value.
    pub fn variable(&self, index: usize) -> Term {
        let changed = self.variables[index].clone();
        changed.unwrap_or(Expr::Symbol(Cell::Variable(index)))
    }

    /// Whether a factor that clears late is active.
    pub fn latch(&self, index: usize) -> Term {
        let changed = self.latches[index].clone();
        changed.unwrap_or(Expr::Symbol(Cell::Latch(index)))
    }

    /// How many instances of a consequence are under way.
    pub fn instances(&self, number: usize) -> Term {
        let before = Expr::Symbol(Cell::UnderWay(number));
        match self.under_way[number] {
            0 => before,
            more if more > 0 => {
                Expr::Apply(Function::Add, vec![before, Expr::Constant(more as f64)])
            }
            fewer => Expr::Apply(
                Function::Subtract,
                vec![before, Expr::Constant(-fewer as f64)],
            ),
        }
    }

    /// An expression's value.
    pub fn read(&self, expression: &Expression, scenario: &Scenario) -> Term {
        match expression {
            Expr::Constant(value) => Expr::Constant(*value),
            Expr::Symbol(symbol) => self.symbol(*symbol, scenario),
            Expr::Apply(function, parts) => {
                let parts = parts.iter().map(|part| self.read(part, scenario));
                combined(*function, parts.collect())
            }
        }
    }

    fn symbol(&self, symbol: Symbol, scenario: &Scenario) -> Term {
        match symbol {
            Symbol::Parameter(index) => Expr::Symbol(Cell::Parameter(index)),
            Symbol::Lever(index) => Expr::Symbol(Cell::Lever(index)),
            Symbol::Variable(index) => self.variable(index),
            Symbol::Derived(index) if self.is_unchanged() => Expr::Symbol(Cell::Derived(index)),
            Symbol::Derived(index) => self.read(&scenario.derived[index].expression, scenario),
            Symbol::Obligation(index) => {
                self.read(&scenario.obligations[index].breached_when, scenario)
            }
            Symbol::Factor(index) => self.factor(index, scenario),
            Symbol::Level => self.level(scenario),
            // Programs that read the time have no export.
            Symbol::Time => Expr::Constant(f64::NAN),
        }
    }

    /// The state whose variables are those that the doctrine has seen.
    fn as_seen(&self) -> Self {
        Self {
            variables: self.seen.clone(),
            ..self.clone()
        }
    }

    fn factor(&self, index: usize, scenario: &Scenario) -> Term {
        let mut factors = scenario.doctrine.iter().flat_map(|d| &d.factors);
        match factors.nth(index) {
            Some(factor) if factor.clears_when.is_some() => self.latch(index),
            Some(factor) => self.as_seen().read(&factor.active_when, scenario),
            None => Expr::Constant(0.0),
        }
    }

    fn level(&self, scenario: &Scenario) -> Term {
        let rules = scenario.doctrine.iter().flat_map(|d| &d.rules);
        let seen = self.as_seen();
        rules.fold(Expr::Constant(0.0), |below, (level, rule)| {
            let level = Expr::Constant(*level as f64);
            combined(Function::If, vec![seen.read(rule, scenario), level, below])
        })
    }

    /// Reads the doctrine: factors that clear late are kept.
    pub fn read_doctrine(&mut self, scenario: &Scenario) {
        self.seen.clone_from(&self.variables);
        let mut latches = self.latches.clone();
        let factors = scenario.doctrine.iter().flat_map(|d| &d.factors);
        for ((index, factor), latch) in factors.enumerate().zip(&mut latches) {
            let Some(clears) = &factor.clears_when else {
                continue;
            };
            let not_cleared = combined(Function::Not, vec![self.read(clears, scenario)]);
            let stays = combined(Function::And, vec![self.latch(index), not_cleared]);
            let active = self.read(&factor.active_when, scenario);
            let now = combined(Function::Or, vec![active, stays]);
            *latch = (now != Expr::Symbol(Cell::Latch(index))).then_some(now);
        }
        self.latches = latches;
    }
}

/// A function of terms, in short where constants decide it.
pub(super) fn combined(function: Function, mut parts: Vec<Term>) -> Term {
    let constants: Option<Vec<f64>> = parts.iter().map(constant).collect();
    if let Some(values) = constants {
        let value = match operand_count(function) {
            2 => values
                .into_iter()
                .reduce(|a, b| apply(function, |place| [a, b][place])),
            _ => Some(apply(function, |place| values[place])),
        };
        return Expr::Constant(value.unwrap_or(f64::NAN));
    }
    match function {
        Function::And | Function::Or => {
            let decides = f64::from(u8::from(function == Function::Or));
            if parts
                .iter()
                .filter_map(constant)
                .any(|value| f64::from(u8::from(value != 0.0)) == decides)
            {
                return Expr::Constant(decides);
            }
            parts.retain(|part| constant(part).is_none());
            match parts.len() {
                1 => parts.remove(0),
                _ => Expr::Apply(function, parts),
            }
        }
        Function::Not => match parts.remove(0) {
            Expr::Apply(Function::Equal, parts) => Expr::Apply(Function::NotEqual, parts),
            Expr::Apply(Function::NotEqual, parts) => Expr::Apply(Function::Equal, parts),
            part => Expr::Apply(function, vec![part]),
        },
        Function::If => match constant(&parts[0]) {
            Some(0.0) => parts.swap_remove(2),
            Some(_) => parts.swap_remove(1),
            None => Expr::Apply(function, parts),
        },
        _ => Expr::Apply(function, parts),
    }
}

/// The value of a term that is a number.
pub(super) fn constant(term: &Term) -> Option<f64> {
    match term {
        Expr::Constant(value) => Some(*value),
        _ => None,
    }
}
