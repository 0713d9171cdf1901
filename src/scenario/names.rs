//! Who bears which name, and what may be read where.

use super::Expression;
use crate::expr::{Element, Environment, Expr, Function, Refusal, Type};
use std::collections::BTreeMap;

/// A value of the world that expressions read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Symbol {
    /// A parameter, by index.
    Parameter(usize),
    /// A variable, by index.
    Variable(usize),
    /// A lever, by index.
    Lever(usize),
    /// A derived expression, by index.
    Derived(usize),
    /// The condition of an obligation, by index.
    Obligation(usize),
    /// Whether a factor is active, by index.
    Factor(usize),
    /// The doctrine's level.
    Level,
    /// The time.
    Time,
}

/// Where an expression stands, which decides what it may read. Later scopes may read more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Scope {
    /// Initial values, bounds, calendars: parameters only.
    Constant,
    /// Factors: the world, but not what is read off it.
    Factor,
    /// The doctrine's rules: factors too, but not the level.
    Rule,
    /// Guards, rates, outcomes, series, conditions: all but the time.
    Guard,
    /// Effects, probabilities, delays: all.
    Effect,
}

/// The scope that reading a symbol needs.
fn needed(symbol: Symbol, names: &Names) -> Scope {
    match symbol {
        Symbol::Parameter(_) => Scope::Constant,
        Symbol::Variable(_) | Symbol::Lever(_) => Scope::Factor,
        Symbol::Factor(_) => Scope::Rule,
        Symbol::Level => Scope::Guard,
        Symbol::Time => Scope::Effect,
        Symbol::Derived(index) => names.derived_needs[index],
        Symbol::Obligation(index) => names.obligation_needs[index],
    }
}

/// All names of a scenario.
#[derive(Debug, Clone, Default)]
pub struct Names {
    pub(super) symbols: BTreeMap<String, (Symbol, Type)>,
    /// Lists of ordered states; equal lists are one.
    pub(super) lists: Vec<Vec<String>>,
    pub(super) sets: Vec<(String, Vec<Element>)>,
    /// The list of the doctrine's levels.
    pub(super) levels: Option<usize>,
    /// Each factor's name and level.
    pub(super) factors: Vec<(String, usize)>,
    pub(super) obligations: Vec<String>,
    pub(super) derived_needs: Vec<Scope>,
    pub(super) obligation_needs: Vec<Scope>,
}

impl Names {
    /// The index of a list of states, new or known.
    pub(super) fn list(&mut self, states: Vec<String>) -> usize {
        if let Some(known) = self.lists.iter().position(|list| *list == states) {
            return known;
        }
        self.lists.push(states);
        self.lists.len() - 1
    }

    /// Gives a name that stands for `symbol` its type.
    pub(super) fn set_type(&mut self, name: &str, symbol: Symbol, found: Type) {
        if let Some(entry) = self.symbols.get_mut(name)
            && entry.0 == symbol
        {
            entry.1 = found;
        }
    }

    /// The ordered states of a list.
    #[must_use]
    pub fn states(&self, list: usize) -> &[String] {
        &self.lists[list]
    }

    /// The scope that an expression needs.
    pub(super) fn scope_of(&self, expression: &Expression) -> Scope {
        let mut scope = Scope::Constant;
        expression.for_each_symbol(&mut |symbol| scope = scope.max(needed(symbol, self)));
        scope
    }

    pub(super) fn seen_from(&self, scope: Scope) -> View<'_> {
        View { names: self, scope }
    }
}

/// What to do where the time may not be read.
const TIME_BY_CALENDAR: &str =
    "let a calendar event (`every` or `at`) change a variable, and read that variable here";

/// The names as an expression in a certain place sees them.
pub(super) struct View<'a> {
    names: &'a Names,
    scope: Scope,
}

impl View<'_> {
    /// Why a symbol that needs `needed` may not be read here.
    fn refusal(&self, name: &str, needed: Scope) -> Option<Refusal> {
        if needed <= self.scope {
            return None;
        }
        let (message, help) = match (self.scope, needed) {
            (Scope::Constant, _) => (
                format!("only parameters may be read here, and `{name}` is not one"),
                "what is fixed before t = 0 cannot depend on the state",
            ),
            (_, Scope::Effect) if name == "time" => (
                "the time may not be read in a guard, rate or condition".to_owned(),
                TIME_BY_CALENDAR,
            ),
            (_, Scope::Effect) => (
                format!("`{name}` reads the time, which a guard, rate or condition may not"),
                TIME_BY_CALENDAR,
            ),
            (Scope::Factor, _) => (
                format!("a factor may not read `{name}`, which is read off the factors"),
                "read the variables behind it",
            ),
            _ => (
                format!("the doctrine's rules may not read `{name}`: they define it"),
                "use count(…), active(…) or the variables behind it",
            ),
        };
        Some((message, Some(help.to_owned())))
    }
}

impl Environment for View<'_> {
    type Symbol = Symbol;

    fn symbol(&self, name: &str) -> Result<(Symbol, Type), Option<Refusal>> {
        let found = match (name, self.names.levels) {
            ("time", _) => (Symbol::Time, Type::Number),
            ("doctrine", Some(levels)) => (Symbol::Level, Type::State(levels)),
            ("doctrine", None) => {
                return Err(Some((
                    "`doctrine` is read, but the scenario has no doctrine".to_owned(),
                    Some("add a table [doctrine] with its levels and rules".to_owned()),
                )));
            }
            _ => *self.names.symbols.get(name).ok_or(None)?,
        };
        match self.refusal(name, needed(found.0, self.names)) {
            Some(refusal) => Err(Some(refusal)),
            None => Ok(found),
        }
    }

    fn named_call(
        &self,
        function: &str,
        argument: &str,
    ) -> Option<Result<(Expression, Type), Refusal>> {
        let refused = |scope| self.refusal(&format!("{function}({argument})"), scope);
        let called = match function {
            "active" => match self.names.factors.iter().position(|(n, _)| n == argument) {
                Some(factor) => (Expr::Symbol(Symbol::Factor(factor)), Type::Truth),
                None => {
                    let names = self.names.factors.iter().map(|(name, _)| name.as_str());
                    return Some(Err(no_such("factor", argument, names)));
                }
            },
            "breached" => match self.names.obligations.iter().position(|n| n == argument) {
                Some(index) => (Expr::Symbol(Symbol::Obligation(index)), Type::Truth),
                None => {
                    let names = self.names.obligations.iter().map(String::as_str);
                    return Some(Err(no_such("obligation", argument, names)));
                }
            },
            "count" => {
                let levels = self.names.levels.map_or(&[][..], |list| self.states(list));
                let Some(level) = levels.iter().position(|level| level == argument) else {
                    let names = levels.iter().map(String::as_str);
                    return Some(Err(no_such("level of the doctrine", argument, names)));
                };
                if let Some(refusal) = refused(Scope::Rule) {
                    return Some(Err(refusal));
                }
                (self.count(level), Type::Number)
            }
            _ => return None,
        };
        if let Some(refusal) = refused(self.names.scope_of(&called.0)) {
            return Some(Err(refusal));
        }
        Some(Ok(called))
    }

    fn states(&self, list: usize) -> &[String] {
        &self.names.lists[list]
    }

    fn set(&self, name: &str) -> Option<&[Element]> {
        let (_, elements) = self.names.sets.iter().find(|(set, _)| set == name)?;
        Some(elements)
    }

    fn names(&self) -> Vec<&str> {
        self.names.symbols.keys().map(String::as_str).collect()
    }

    fn bearer_of_state(&self, state: &str) -> Option<&str> {
        let levels = self
            .names
            .levels
            .map(|list| ("doctrine", Type::State(list)));
        let bearers = self.names.symbols.iter();
        bearers
            .map(|(name, (_, kind))| (name.as_str(), *kind))
            .chain(levels)
            .find(|(_, kind)| match kind {
                Type::State(list) => self.states(*list).iter().any(|known| known == state),
                _ => false,
            })
            .map(|(name, _)| name)
    }
}

impl View<'_> {
    /// The number of active factors of a level.
    fn count(&self, level: usize) -> Expression {
        let mut flags: Vec<Expression> = Vec::new();
        for (index, (_, of)) in self.names.factors.iter().enumerate() {
            if *of == level {
                flags.push(Expr::Symbol(Symbol::Factor(index)));
            }
        }
        match flags.len() {
            0 => Expr::Constant(0.0),
            1 => flags.remove(0),
            _ => Expr::Apply(Function::Add, flags),
        }
    }
}

fn no_such<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str> + Clone) -> Refusal {
    let help = match crate::diagnostic::did_you_mean(name, known.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            let known: Vec<&str> = known.collect();
            if known.is_empty() {
                "there are none".to_owned()
            } else {
                format!("there are {}", known.join(", "))
            }
        }
    };
    (format!("there is no {what} `{name}`"), Some(help))
}
