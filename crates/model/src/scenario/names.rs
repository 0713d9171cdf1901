//! Who bears which name, and what may be read where.

use super::Expression;
use crate::diagnostic::{nearest, some_of};
use crate::expr::{Element, Environment, Expr, Function, MAX_OPERATIONS_TOGETHER, Refusal, Type};
use indexmap::{IndexMap, IndexSet};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

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
    /// Lists of ordered states, each with the places of its states; equal lists are one.
    lists: IndexMap<Vec<String>, BTreeMap<String, usize>>,
    pub(super) sets: Sets,
    /// The list of the doctrine's levels.
    pub(super) levels: Option<usize>,
    /// Each factor's name and level.
    pub(super) factors: IndexMap<String, usize>,
    pub(super) obligations: IndexSet<String>,
    pub(super) derived_needs: Vec<Scope>,
    pub(super) obligation_needs: Vec<Scope>,
    /// Operations of all expressions read so far.
    operations: Count,
}

/// A count that grows while names are only read.
#[derive(Debug, Default)]
struct Count(AtomicUsize);

impl Clone for Count {
    fn clone(&self) -> Self {
        Self(AtomicUsize::new(self.0.load(Ordering::Relaxed)))
    }
}

/// The elements of every set.
pub(super) type Sets = IndexMap<String, Vec<Element>>;

impl Names {
    /// The index of a list of states, new or known.
    pub(super) fn list(&mut self, states: Vec<String>) -> usize {
        let entry = self.lists.entry(states);
        let place = entry.index();
        entry.or_insert_with_key(|states| {
            let last_first = states.iter().enumerate().rev();
            last_first
                .map(|(place, state)| (state.clone(), place))
                .collect()
        });
        place
    }

    /// The position of a state in a list, if it is one of its states.
    pub(super) fn state_place(&self, list: usize, state: &str) -> Option<usize> {
        self.lists[list].get(state).copied()
    }

    /// Begins to count operations anew, for another input.
    pub(super) fn begin_to_count(&self) {
        self.operations.0.store(0, Ordering::Relaxed);
    }

    /// Notes so many operations; false if there are too many together.
    pub(super) fn spend(&self, operations: usize) -> bool {
        let before = self.operations.0.fetch_add(operations, Ordering::Relaxed);
        before + operations <= MAX_OPERATIONS_TOGETHER
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
        self.lists.get_index(list).map_or(&[], |(states, _)| states)
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
        suggests: bool,
    ) -> Option<Result<(Expression, Type), Refusal>> {
        let refused = |scope| self.refusal(&format!("{function}({argument})"), scope);
        let called = match function {
            "active" => match self.names.factors.get_index_of(argument) {
                Some(factor) => (Expr::Symbol(Symbol::Factor(factor)), Type::Truth),
                None => {
                    let names = self.names.factors.keys().map(String::as_str);
                    return Some(Err(no_such("factor", argument, names, suggests)));
                }
            },
            "breached" => match self.names.obligations.get_index_of(argument) {
                Some(index) => (Expr::Symbol(Symbol::Obligation(index)), Type::Truth),
                None => {
                    let names = self.names.obligations.iter().map(String::as_str);
                    return Some(Err(no_such("obligation", argument, names, suggests)));
                }
            },
            "count" => {
                let levels = self.names.levels;
                let place = |list| self.state_place(list, argument);
                let Some(level) = levels.and_then(place) else {
                    let levels = levels.map_or(&[][..], |list| self.states(list));
                    let names = levels.iter().map(String::as_str);
                    let refusal = no_such("level of the doctrine", argument, names, suggests);
                    return Some(Err(refusal));
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
        self.names.states(list)
    }

    fn state_place(&self, list: usize, state: &str) -> Option<usize> {
        self.names.state_place(list, state)
    }

    fn set(&self, name: &str) -> Option<&[Element]> {
        self.names.sets.get(name).map(Vec::as_slice)
    }

    fn names(&self) -> Box<dyn Iterator<Item = &str> + '_> {
        Box::new(self.names.symbols.keys().map(String::as_str))
    }

    fn spend(&self, operations: usize) -> bool {
        self.names.spend(operations)
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
                Type::State(list) => self.state_place(*list, state).is_some(),
                _ => false,
            })
            .map(|(name, _)| name)
    }
}

impl View<'_> {
    /// The number of active factors of a level.
    fn count(&self, level: usize) -> Expression {
        let mut flags: Vec<Expression> = Vec::new();
        for (index, of) in self.names.factors.values().enumerate() {
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

fn no_such<'a>(
    what: &str,
    name: &str,
    known: impl ExactSizeIterator<Item = &'a str> + Clone,
    suggests: bool,
) -> Refusal {
    let near = suggests.then(|| nearest(name, known.clone()));
    let help = match near.flatten() {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.len() == 0 => "there are none".to_owned(),
        None => format!("there are {}", some_of(known)),
    };
    (format!("there is no {what} `{name}`"), Some(help))
}
