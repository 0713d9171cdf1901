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
    /// Of every symbol the definitions that are known and read it, and some that were known.
    known_by: RefCell<BTreeMap<Symbol, BTreeSet<Symbol>>>,
    /// Who reads each symbol that can grow.
    readers: BTreeMap<Symbol, Readers>,
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

/// The factors and events that read a symbol, by their numbers.
#[derive(Debug, Default)]
struct Readers {
    /// In order.
    parts: Vec<usize>,
    /// In which round, and while which part was looked at, they were last told that it had grown.
    told: Option<(usize, usize)>,
}

/// Cases that a condition is split into at most.
const MOST_CASES: usize = 64;

/// Symbols that a condition which is split into cases stands on at most, each counted as often as it is read. With more,
/// a large family would take minutes.
const MOST_READ: usize = 256;

/// Operations that are read at most, about a second's work. Where they do not suffice everything is taken to be possible.
const MOST_WORK: usize = 1 << 24;

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
        let mut reach = Self::at_the_start(scenario, policies);
        while let Some(at) = reach.queue.pop_first() {
            reach.look_at(at);
            if reach.work_left.get() == 0 {
                reach.give_up();
                break;
            }
        }
        reach
    }

    fn at_the_start(scenario: &'a Scenario, policies: &[Policy]) -> Self {
        let factors = factors(scenario).len();
        let parts = factors + scenario.events.len();
        let mut reach = Self {
            scenario,
            parameters: parameters(scenario, policies),
            variables: Vec::new(),
            known: RefCell::default(),
            known_by: RefCell::default(),
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
        reach
    }

    /// Looks at a factor or event in a round.
    fn look_at(&mut self, (round, part): (usize, usize)) {
        self.at = (round, part);
        match part.checked_sub(self.factors.len()) {
            None => self.look_at_factor(part),
            Some(event) => self.look_at_event(event, round >= PATIENCE),
        }
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
        let Self {
            readers,
            queue,
            known,
            known_by,
            at: (round, at),
            ..
        } = self;
        let mut grown = vec![symbol];
        while let Some(symbol) = grown.pop() {
            let definitions = known_by.get_mut().remove(&symbol).unwrap_or_default();
            let still_known = |of: &Symbol| known.get_mut().remove(of).is_some();
            grown.extend(definitions.into_iter().filter(still_known));
            let Some(readers) = readers.get_mut(&symbol) else {
                continue;
            };
            let up_to = |place: usize| readers.parts.partition_point(|part| *part <= place);
            // Of a round's growth those are told again that have been looked at since they were told.
            let told = match readers.told {
                Some((before, place)) if before == *round => up_to(place)..up_to(*at),
                _ => 0..readers.parts.len(),
            };
            for part in &readers.parts[told] {
                queue.insert((*round + usize::from(part <= at), *part));
            }
            readers.told = Some((*round, *at));
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

    /// What a definition reads.
    fn definition(&self, symbol: Symbol) -> Vec<&'a Expression> {
        let scenario = self.scenario;
        match symbol {
            Symbol::Derived(index) => vec![&scenario.derived[index].expression],
            Symbol::Obligation(index) => vec![&scenario.obligations[index].breached_when],
            Symbol::Level => {
                let rules = scenario.doctrine.iter().flat_map(|d| &d.rules);
                rules.map(|(_, rule)| rule).collect()
            }
            _ => Vec::new(),
        }
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
    pub fn symbols_below(&self, expression: &Expression, found: &mut BTreeSet<Symbol>) {
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
    pub fn kinds_of_first_times(&self) -> Vec<Vec<usize>> {
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
        if !self.held.is_empty() {
            self.known.insert(symbol, value);
            return;
        }
        self.reach.known.borrow_mut().insert(symbol, value);
        let mut known_by = self.reach.known_by.borrow_mut();
        for expression in self.reach.definition(symbol) {
            expression.for_each_symbol(&mut |read| {
                if can_grow(read) {
                    known_by.entry(read).or_default().insert(symbol);
                }
            });
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
fn readers(scenario: &Scenario) -> BTreeMap<Symbol, Readers> {
    let mut readers: BTreeMap<Symbol, Readers> = BTreeMap::new();
    let mut note = |part: usize, expression: &Expression| {
        expression.for_each_symbol(&mut |symbol| {
            if can_grow(symbol) {
                readers.entry(symbol).or_default().parts.push(part);
            }
        });
    };
    let factors = factors(scenario);
    for (index, factor) in factors.iter().enumerate() {
        note(index, &factor.active_when);
    }
    for (index, event) in scenario.events.iter().enumerate() {
        let part = factors.len() + index;
        event.when.iter().for_each(|when| note(part, when));
        event.all_effects().for_each(|(_, value)| note(part, value));
    }
    readers
}

fn can_grow(symbol: Symbol) -> bool {
    !matches!(
        symbol,
        Symbol::Parameter(_) | Symbol::Lever(_) | Symbol::Time
    )
}

fn states(scenario: &Scenario, list: usize) -> Interval {
    let last = scenario.names.states(list).len().saturating_sub(1);
    Interval::new(0.0, last as f64)
}

fn within(values: Interval, bounds: Interval) -> Interval {
    Interval::new(values.low.max(bounds.low), values.high.min(bounds.high))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Diagnostics, Sources};
    use crate::scenario::scenario_from_files;

    /// What can happen, found by looking at everything in every round with nothing remembered.
    fn by_looking_at_everything(scenario: &Scenario) -> Reach<'_> {
        let mut reach = Reach::at_the_start(scenario, &[]);
        let parts = reach.queue.len();
        for round in 0.. {
            let before = (reach.variables.clone(), reach.events.clone());
            let factors = reach.factors.clone();
            for part in 0..parts {
                reach.known.get_mut().clear();
                reach.look_at((round, part));
            }
            if before == (reach.variables.clone(), reach.events.clone()) && factors == reach.factors
            {
                break;
            }
        }
        reach.known.get_mut().clear();
        reach
    }

    /// To look again only at what reads something that has grown finds the same, whatever the order of the events.
    #[test]
    fn nothing_is_overlooked() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
        let mut texts: Vec<String> = [
            "configs/belarus-2019/scenario.toml",
            "configs/cold-war-1983/scenario.toml",
            "configs/arms-race.toml",
            "configs/ladder.toml",
            "tests/detente/inputs/warnings/guards.toml",
            "tests/detente/inputs/contents.toml",
        ]
        .iter()
        .map(|file| std::fs::read_to_string(format!("{root}/{file}")).unwrap())
        .collect();
        let header = "[scenario]\nname = \"t\"\ntime_unit = \"year\"\nhorizon = 1.0\n";
        for up in [1, 7, 11, 12] {
            let event = |k: usize| {
                let at = k * up % 13;
                let clock = match at % 3 {
                    0 => format!("after = \"e{}\"\ndelay = \"fixed(1)\"", (at + 12) % 13),
                    _ => "rate = 1".to_owned(),
                };
                format!(
                    "[events.e{at}]\nwhen = \"d{} > {}\"\n{clock}\ndo = [\"x{at} += x{} - 1\"]\n",
                    (at + 5) % 13,
                    at / 4,
                    (at + 12) % 13
                )
            };
            let events: Vec<String> = (0..13).map(event).collect();
            let variables: Vec<String> = (0..13)
                .map(|k| format!("x{k} = {{ initial = {k}, max = {} }}", 3 * k + 9))
                .collect();
            let derived: Vec<String> = (0..13)
                .map(|k| format!("d{k} = \"x{k} + if(d{} > 20, 1, 0)\"", (k + 1).min(12)))
                .take(12)
                .collect();
            texts.push(format!(
                "{header}[variables]\n{}\n[derived]\n{}\nd12 = \"x12\"\n{}",
                variables.join("\n"),
                derived.join("\n"),
                events.concat()
            ));
        }
        for text in texts {
            let mut sources = Sources::new();
            let file = sources.add("t.toml", text);
            let mut diagnostics = Diagnostics::new();
            let scenario = scenario_from_files(&[file], &sources, &mut diagnostics).unwrap();
            let (quick, slow) = (
                Reach::of(&scenario, &[]),
                by_looking_at_everything(&scenario),
            );
            assert_eq!(quick.variables, slow.variables);
            assert_eq!(quick.events, slow.events);
            assert_eq!(quick.factors, slow.factors);
        }
    }
}
