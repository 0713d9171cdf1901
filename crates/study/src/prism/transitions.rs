//! Everything that can happen between two dates, each with its condition, its rate and what it does: sequences of effects as
//! one simultaneous update, branches and consequences as transitions of their own, instant events run through.

use super::error::PrismError;
use super::symbolic::{Cell, State, Term, combined, constant, unchanged};
use crate::exact::Reached;
use detente_model::scenario::{self, Effect, Expr, Function, Measure, Policy, Scenario};
use detente_sim::program::{Clock, LawSource, Program};

/// Most parts of one value that is written, and of all.
const MOST_IN_ONE: f64 = 1e4;
const MOST_IN_ALL: f64 = 1e6;

/// Something that can happen, on a condition, at a rate.
#[derive(Debug, Clone)]
pub(super) struct Transition {
    /// The event's place in the scenario.
    pub event: usize,
    /// Conditions that all hold before it.
    pub guard: Vec<Term>,
    /// Factors of its rate.
    pub rate: Vec<Term>,
    /// The state that it leaves.
    pub after: State,
    /// Outcomes that count a firing, each with its condition before the firing.
    pub counted: Vec<(usize, Term)>,
    /// Events fired.
    steps: u64,
}

/// A number's sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sign {
    Unknown,
    NotNegative,
    Positive,
}

/// Makes transitions.
pub(super) struct Firing<'a> {
    scenario: &'a Scenario,
    policy: &'a Policy,
    program: &'a Program,
    reached: &'a Reached,
    /// Instant events in the order in which they fire, by place in the scenario.
    instants: Vec<usize>,
    transitions: Vec<Transition>,
    /// The parts of all transitions.
    length: f64,
}

impl<'a> Firing<'a> {
    /// All transitions, in the order of the scenario's events.
    pub fn all(
        scenario: &'a Scenario,
        policy: &'a Policy,
        program: &'a Program,
        reached: &'a Reached,
    ) -> Result<Vec<Transition>, PrismError> {
        let place = |name: &str| scenario.events.iter().position(|event| event.name == name);
        let instants = program.instants.iter();
        let instants = instants.filter_map(|event| place(&program.events[*event as usize].name));
        let mut firing = Firing {
            instants: instants.collect(),
            scenario,
            policy,
            program,
            reached,
            transitions: Vec::new(),
            length: 0.0,
        };
        for event in 0..scenario.events.len() {
            firing.event(event)?;
        }
        Ok(firing.transitions)
    }

    /// An event's place in the program.
    fn place(&self, event: usize) -> usize {
        let name = &self.scenario.events[event].name;
        let mut events = self.program.events.iter();
        events.position(|event| event.name == *name).unwrap_or(0)
    }

    fn event(&mut self, event: usize) -> Result<(), PrismError> {
        let definition = &self.scenario.events[event];
        let before = unchanged(self.scenario, self.reached.consequences.len());
        let start = |rate: Vec<Term>| Transition {
            event,
            guard: Vec::new(),
            rate,
            after: before.clone(),
            counted: Vec::new(),
            steps: 0,
        };
        match &definition.clock {
            scenario::Clock::Rate(rate) => {
                let rate = before.read(rate, self.scenario);
                self.begin(start(vec![rate]))
            }
            scenario::Clock::Law { drive, .. } => {
                let Clock::Law { law, .. } = &self.program.events[self.place(event)].clock else {
                    return Ok(());
                };
                let mut rate = vec![hazard(self.program, law)];
                if let scenario::Drive::HazardRatio(by) | scenario::Drive::Speed(by) = drive {
                    rate.push(before.read(by, self.scenario));
                }
                self.begin(start(rate))
            }
            scenario::Clock::After { .. } => {
                let Some(number) = self.consequence(event) else {
                    return Ok(());
                };
                let each = Expr::Constant(self.reached.consequences[number].rate);
                let under_way = Expr::Symbol(Cell::UnderWay(number));
                let mut way = start(vec![under_way.clone(), each]);
                way.guard.push(combined(
                    Function::Greater,
                    vec![under_way, Expr::Constant(0.0)],
                ));
                way.after.under_way[number] = -1;
                let (lapses, fires) = self.split(way, event);
                if let Some(way) = lapses {
                    self.push(way)?;
                }
                fires.map_or(Ok(()), |way| self.fire(way, event))
            }
            scenario::Clock::Calendar(_) | scenario::Clock::Instant => Ok(()),
        }
    }

    fn begin(&mut self, way: Transition) -> Result<(), PrismError> {
        let event = way.event;
        let Some(mut way) = self.split(way, event).1 else {
            return Ok(());
        };
        let factors = way.rate.iter();
        let positive: Vec<Term> = factors
            .filter_map(|factor| self.where_positive(factor))
            .collect();
        way.guard.extend(positive);
        self.fire(way, event)
    }

    /// What is plain of a rate's sign, in every reachable state.
    fn sign(&self, term: &Term) -> Sign {
        let of = |positive: bool, not_negative: bool| match (positive, not_negative) {
            (true, _) => Sign::Positive,
            (_, true) => Sign::NotNegative,
            _ => Sign::Unknown,
        };
        if let Some(value) = self.value(term) {
            return of(value > 0.0, value >= 0.0);
        }
        let (function, parts) = match term {
            Expr::Apply(function, parts) => (function, parts),
            Expr::Symbol(Cell::Variable(index)) => {
                let [least, _] = self.reached.ranges[*index];
                return of(least > 0.0, least >= 0.0);
            }
            _ => return Sign::Unknown,
        };
        let signs: Vec<Sign> = parts.iter().map(|part| self.sign(part)).collect();
        let all = |wanted: Sign| signs.iter().all(|sign| *sign >= wanted);
        match function {
            Function::Exp | Function::Logistic => Sign::Positive,
            Function::Multiply | Function::Divide => {
                of(all(Sign::Positive), all(Sign::NotNegative))
            }
            Function::Add => of(
                all(Sign::NotNegative) && signs.contains(&Sign::Positive),
                all(Sign::NotNegative),
            ),
            _ => Sign::Unknown,
        }
    }

    /// The value of a term that hangs on parameters and choices alone.
    fn value(&self, term: &Term) -> Option<f64> {
        match term {
            Expr::Constant(value) => Some(*value),
            Expr::Symbol(Cell::Lever(index)) => Some(self.policy.choices[*index] as f64),
            Expr::Symbol(Cell::Parameter(index)) => {
                let mut settings = self.policy.settings.iter().rev();
                let setting = settings.find(|(of, _)| of == index);
                Some(setting.map_or(self.scenario.parameters[*index].value, |(_, value)| *value))
            }
            Expr::Symbol(_) => None,
            Expr::Apply(function, parts) => {
                let values = parts
                    .iter()
                    .map(|part| self.value(part).map(Expr::Constant));
                constant(&combined(*function, values.collect::<Option<Vec<Term>>>()?))
            }
        }
    }

    /// The number of a consequence among those that the state counts.
    fn consequence(&self, event: usize) -> Option<usize> {
        let place = self.place(event);
        let mut all = self.reached.consequences.iter();
        all.position(|consequence| consequence.event as usize == place)
    }

    /// A way taken with a probability, unless that is 0.
    fn times(&self, mut way: Transition, probability: Term) -> Option<Transition> {
        match constant(&probability) {
            Some(0.0) => return None,
            Some(1.0) => return Some(way),
            _ => {}
        }
        way.guard.extend(self.where_positive(&probability));
        way.rate.push(probability);
        Some(way)
    }

    /// That a factor of a rate is above 0, where that is not plain: effects of what cannot happen may leave a variable's bounds.
    fn where_positive(&self, factor: &Term) -> Option<Term> {
        let zero = Expr::Constant(0.0);
        let above = || combined(Function::Greater, vec![factor.clone(), zero]);
        (self.sign(factor) != Sign::Positive).then(above)
    }

    /// A way on which an event's guard does not hold, and one on which it does.
    fn split(&self, way: Transition, event: usize) -> (Option<Transition>, Option<Transition>) {
        let Some(guard) = &self.scenario.events[event].when else {
            return (None, Some(way));
        };
        let guard = way.after.read(guard, self.scenario);
        match constant(&guard) {
            Some(0.0) => (Some(way), None),
            Some(_) => (None, Some(way)),
            None => {
                let mut without = way.clone();
                without
                    .guard
                    .push(combined(Function::Not, vec![guard.clone()]));
                let mut with = way;
                with.guard.push(guard);
                (Some(without), Some(with))
            }
        }
    }

    /// Fires an event whose guard holds, and all instant events after it.
    fn fire(&mut self, mut way: Transition, event: usize) -> Result<(), PrismError> {
        let definition = &self.scenario.events[event];
        way.steps += 1;
        let before_branches = self.changed(way, &definition.effects)?;
        let mut ways = Vec::new();
        if definition.branches.is_empty() {
            ways.push(before_branches);
        } else {
            for branch in &definition.branches {
                let probability = before_branches
                    .after
                    .read(&branch.probability, self.scenario);
                if let Some(way) = self.times(before_branches.clone(), probability) {
                    ways.push(self.changed(way, &branch.effects)?);
                }
            }
        }
        for mut way in ways {
            way.after.read_doctrine(self.scenario);
            self.count(&mut way, event);
            for way in self.with_consequences(way, event) {
                self.settle(way)?;
            }
        }
        Ok(())
    }

    fn changed(&self, mut way: Transition, effects: &[Effect]) -> Result<Transition, PrismError> {
        for effect in effects {
            let value = way.after.read(&effect.value, self.scenario);
            if length(&value) > MOST_IN_ONE {
                return Err(PrismError::TooLong);
            }
            way.after.variables[effect.variable] =
                (value != Expr::Symbol(Cell::Variable(effect.variable))).then_some(value);
        }
        Ok(way)
    }

    fn count(&self, way: &mut Transition, event: usize) {
        for (index, outcome) in self.scenario.outcomes.iter().enumerate() {
            let Measure::Firings(of, condition) = &outcome.measure else {
                continue;
            };
            if *of == event {
                let condition = condition.as_ref();
                let condition = condition.map(|c| way.after.read(c, self.scenario));
                way.counted
                    .push((index, condition.unwrap_or(Expr::Constant(1.0))));
            }
        }
    }

    /// Every choice of the consequences of an event that begin.
    fn with_consequences(&self, way: Transition, event: usize) -> Vec<Transition> {
        let mut ways = vec![way];
        let followers = self.program.events[self.place(event)].consequences.clone();
        let followers =
            &self.program.consequences[followers.start as usize..followers.end as usize];
        for follower in followers {
            let name = &self.program.events[*follower as usize].name;
            let mut events = self.scenario.events.iter();
            let Some(follower) = events.position(|event| event.name == *name) else {
                continue;
            };
            let Some(number) = self.consequence(follower) else {
                continue;
            };
            let mut next = Vec::new();
            for way in ways {
                let (without, with) = self.split(way, follower);
                next.extend(without);
                let Some(way) = with else { continue };
                let scenario::Clock::After { probability, .. } =
                    &self.scenario.events[follower].clock
                else {
                    continue;
                };
                let probability = probability
                    .as_ref()
                    .map_or(Expr::Constant(1.0), |expression| {
                        way.after.read(expression, self.scenario)
                    });
                let not = combined(
                    Function::Subtract,
                    vec![Expr::Constant(1.0), probability.clone()],
                );
                next.extend(self.times(way.clone(), not));
                if let Some(mut way) = self.times(way, probability) {
                    way.after.under_way[number] += 1;
                    next.push(way);
                }
            }
            ways = next;
        }
        ways
    }

    /// Fires instant events until none is left to, as far as any reachable state makes them go.
    fn settle(&mut self, mut way: Transition) -> Result<(), PrismError> {
        for instant in self.instants.clone() {
            let (without, with) = self.split(way, instant);
            if let Some(way) = with
                && way.steps < self.reached.longest_cascade
            {
                self.fire(way, instant)?;
            }
            match without {
                Some(rest) => way = rest,
                None => return Ok(()),
            }
        }
        self.push(way)
    }

    fn push(&mut self, way: Transition) -> Result<(), PrismError> {
        let terms = way.guard.iter().chain(&way.rate);
        let changed = way.after.variables.iter().flatten();
        self.length += terms.chain(changed).map(length).sum::<f64>();
        if self.length > MOST_IN_ALL {
            return Err(PrismError::TooLong);
        }
        self.transitions.push(way);
        Ok(())
    }
}

fn hazard(program: &Program, law: &LawSource) -> Term {
    Expr::Constant(program.constant_hazard(law).unwrap_or(0.0))
}

/// How many parts a term is written with.
fn length(term: &Term) -> f64 {
    match term {
        Expr::Apply(function, parts) => {
            let parts: f64 = parts.iter().map(length).sum();
            let times = match function {
                Function::Remainder => 4.0,
                Function::Abs => 2.0,
                _ => 1.0,
            };
            1.0 + times * parts
        }
        _ => 1.0,
    }
}
