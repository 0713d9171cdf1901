//! Which values the parts of a scenario's state can come to hold, whatever the levers, as far as intervals show.

use super::Expression;
use super::interval::{Interval, apply};
use super::model::{By, Clock, Effect, Factor, Measure, Policy, Scenario, VariableKind};
use super::names::Symbol;
use crate::expr::Expr;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

/// Rounds after which what still grows is taken to its bounds at once.
const PATIENCE: usize = 8;

/// What can happen in a scenario.
pub(super) struct Reach<'a> {
    scenario: &'a Scenario,
    parameters: Vec<Interval>,
    variables: Vec<Interval>,
    /// Definitions as read since what they read last grew. One that is known reads only definitions that are known.
    known: RefCell<BTreeMap<Symbol, Interval>>,
    /// Who reads each symbol that can grow.
    readers: BTreeMap<Symbol, Vec<Reader>>,
    /// The events that follow each event.
    followers: Vec<Vec<usize>>,
    /// Factors and events to be looked at: in which round, and their numbers, events behind factors.
    queue: BTreeSet<(usize, usize)>,
    /// The one that is looked at.
    at: (usize, usize),
    /// Operations that may still be read.
    work_left: Cell<usize>,
    /// Whether each event can ever fire.
    pub events: Vec<bool>,
    /// Whether each factor can ever be on.
    pub factors: Vec<bool>,
}

/// Who reads a symbol: a factor or event by its number, or a definition.
#[derive(Debug, Clone, Copy)]
enum Reader {
    Part(usize),
    Definition(Symbol),
}

/// Cases that a condition is split into at most.
const MOST_CASES: usize = 64;

/// Symbols that a condition which is split into cases stands on at most, each counted as often as it is read. With more,
/// a large family would take minutes.
const MOST_READ: usize = 256;

/// Operations that are read at most, about a second's work. Where they do not suffice everything is taken to be possible.
const MOST_WORK: usize = 1 << 26;

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
        let factors = factors(scenario).len();
        let parts = factors + scenario.events.len();
        let mut reach = Self {
            scenario,
            parameters: parameters(scenario, policies),
            variables: Vec::new(),
            known: RefCell::default(),
            readers: readers(scenario),
            followers: followers(scenario),
            queue: (0..parts).map(|part| (0, part)).collect(),
            at: (0, 0),
            work_left: Cell::new(MOST_WORK),
            events: vec![false; scenario.events.len()],
            factors: vec![false; factors],
        };
        for variable in &scenario.variables {
            let initial = reach.reading().value(&variable.initial);
            reach.variables.push(initial.numbers());
        }
        reach.known.get_mut().clear();
        while let Some(at) = reach.queue.pop_first() {
            reach.at = at;
            let (round, part) = at;
            match part.checked_sub(factors) {
                None => reach.look_at_factor(part),
                Some(event) => reach.look_at_event(event, round >= PATIENCE),
            }
            if reach.work_left.get() == 0 {
                reach.give_up();
                break;
            }
        }
        reach
    }

    fn look_at_factor(&mut self, index: usize) {
        let factor = &factors(self.scenario)[index];
        if !self.factors[index] && self.can_hold(&factor.active_when) {
            self.factors[index] = true;
            self.grown(Symbol::Factor(index));
        }
    }

    fn look_at_event(&mut self, index: usize, at_once: bool) {
        let event = &self.scenario.events[index];
        let caused = match event.clock {
            Clock::After { cause, .. } => self.events[cause],
            _ => true,
        };
        let guard = event.when.as_ref();
        let allowed = self.events[index] || guard.is_none_or(|when| self.can_hold(when));
        if !(caused && allowed) {
            return;
        }
        if !self.events[index] {
            self.events[index] = true;
            for place in 0..self.followers[index].len() {
                let follower = self.factors.len() + self.followers[index][place];
                self.look_again_at(follower);
            }
        }
        let branches = event.branches.iter().flat_map(|branch| &branch.effects);
        for effect in event.effects.iter().chain(branches) {
            self.affect(effect, at_once);
        }
    }

    fn affect(&mut self, effect: &Effect, at_once: bool) {
        let value = self.reading().value(&effect.value);
        let old = self.variables[effect.variable];
        let mut new = old.hull(value);
        if at_once && new.low < old.low {
            new.low = f64::NEG_INFINITY;
        }
        if at_once && new.high > old.high {
            new.high = f64::INFINITY;
        }
        let new = within(new, self.bounds(effect.variable)).hull(old);
        if new != old {
            self.variables[effect.variable] = new;
            self.grown(Symbol::Variable(effect.variable));
        }
    }

    /// The values that a variable may have at all: a trial that leaves its bounds ends in an error.
    fn bounds(&self, variable: usize) -> Interval {
        let variable = &self.scenario.variables[variable];
        if let VariableKind::State(list) = variable.kind {
            return states(self.scenario, list);
        }
        let bound = |bound: &Option<Expression>| {
            let value = bound.as_ref().map(|bound| self.reading().value(bound));
            value.unwrap_or(Interval::WHOLE)
        };
        Interval::new(bound(&variable.min).low, bound(&variable.max).high)
    }

    /// Has everything looked at again that reads a symbol, directly or by definitions.
    fn grown(&mut self, symbol: Symbol) {
        let mut grown = vec![symbol];
        while let Some(symbol) = grown.pop() {
            for place in 0..self.readers.get(&symbol).map_or(0, Vec::len) {
                match self.readers[&symbol][place] {
                    Reader::Part(part) => self.look_again_at(part),
                    Reader::Definition(definition) => {
                        if self.known.get_mut().remove(&definition).is_some() {
                            grown.push(definition);
                        }
                    }
                }
            }
        }
    }

    /// Has a factor or event looked at again: in this round, if its turn is still to come.
    fn look_again_at(&mut self, part: usize) {
        let (round, at) = self.at;
        let round = if part > at { round } else { round + 1 };
        self.queue.insert((round, part));
    }

    /// Takes everything to be possible.
    fn give_up(&mut self) {
        self.work_left.set(usize::MAX);
        self.events.fill(true);
        self.factors.fill(true);
        for variable in 0..self.variables.len() {
            self.variables[variable] = self.bounds(variable).hull(self.variables[variable]);
        }
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
            let values = values.skip_while(move |v| *v < reached.low);
            let values = values.take_while(move |v| *v <= reached.high);
            // One more than can be tried tells too many.
            Some((symbol, values.take(MOST_CASES + 1).collect::<Vec<f64>>()))
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

    /// Of every outcome the states, by position, that its `by` can have when its condition holds.
    pub(crate) fn kinds_of_first_times(&self) -> Vec<Vec<usize>> {
        let mut reach = None;
        let kinds = self.outcomes.iter().map(|outcome| match &outcome.measure {
            Measure::FirstTime(condition, Some(by)) => {
                let reach = reach.get_or_insert_with(|| Reach::of(self, &[]));
                reach.states_where(condition, by)
            }
            _ => Vec::new(),
        });
        kinds.collect()
    }
}

impl Reading<'_, '_> {
    fn value(&mut self, expression: &Expression) -> Interval {
        let left = &self.reach.work_left;
        left.set(left.get().saturating_sub(1));
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

fn factors(scenario: &Scenario) -> &[Factor] {
    let doctrine = scenario.doctrine.as_ref();
    doctrine.map_or(&[], |doctrine| &doctrine.factors)
}

/// The events that follow each event.
fn followers(scenario: &Scenario) -> Vec<Vec<usize>> {
    let mut followers = vec![Vec::new(); scenario.events.len()];
    for (index, event) in scenario.events.iter().enumerate() {
        if let Clock::After { cause, .. } = event.clock {
            followers[cause].push(index);
        }
    }
    followers
}

/// Who reads each symbol that can grow: of a factor its condition, of an event its guard and what it assigns.
fn readers(scenario: &Scenario) -> BTreeMap<Symbol, Vec<Reader>> {
    let mut readers: BTreeMap<Symbol, Vec<Reader>> = BTreeMap::new();
    let mut note = |reader: Reader, expression: &Expression| {
        expression.for_each_symbol(&mut |symbol| {
            if !matches!(
                symbol,
                Symbol::Parameter(_) | Symbol::Lever(_) | Symbol::Time
            ) {
                readers.entry(symbol).or_default().push(reader);
            }
        });
    };
    let factors = factors(scenario);
    for (index, factor) in factors.iter().enumerate() {
        note(Reader::Part(index), &factor.active_when);
    }
    for (index, event) in scenario.events.iter().enumerate() {
        let part = Reader::Part(factors.len() + index);
        event.when.iter().for_each(|when| note(part, when));
        event.all_effects().for_each(|(_, value)| note(part, value));
    }
    for (index, derived) in scenario.derived.iter().enumerate() {
        let definition = Reader::Definition(Symbol::Derived(index));
        note(definition, &derived.expression);
    }
    for (index, obligation) in scenario.obligations.iter().enumerate() {
        let definition = Reader::Definition(Symbol::Obligation(index));
        note(definition, &obligation.breached_when);
    }
    for (_, rule) in scenario.doctrine.iter().flat_map(|d| &d.rules) {
        note(Reader::Definition(Symbol::Level), rule);
    }
    readers
}

fn states(scenario: &Scenario, list: usize) -> Interval {
    let last = scenario.names.states(list).len().saturating_sub(1);
    Interval::new(0.0, last as f64)
}

fn within(values: Interval, bounds: Interval) -> Interval {
    Interval::new(values.low.max(bounds.low), values.high.min(bounds.high))
}
