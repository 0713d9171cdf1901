//! The parts of a [`Program`], and what can only be judged once all parameters have values.

use super::assemble::Parts;
use super::instruction::Code;
use super::lower::{Layout, Lowering, MOST_OPERATIONS};
use super::{
    Branch, By, Clock, Drive, Effect, Event, Factor, LawSource, Outcome, OutcomeKind, ParameterLaw,
    PolicyRule, Program, Progression, Series, Slot, SlotInfo, Subject,
};
use detente_model::expr::{Expr, Type};
use detente_model::lifetime::{Family, Law};
use detente_model::scenario::{
    self, Better, Expression, LawSpec, Measure, Policy, Scenario, Schedule, Span, Symbol,
    VariableKind,
};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use thiserror::Error;

/// Why a scenario cannot run under a policy and its parameter values.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{owner}: {problem}")]
pub struct ProgramError {
    /// What the problem belongs to: "event `x`".
    pub owner: String,
    /// Where that is named in its file.
    pub span: Span,
    /// What is wrong.
    pub problem: String,
}

/// Compiles a scenario under a policy.
///
/// # Errors
/// All values that do not fit: initial values out of bounds, rates below 0, probabilities outside 0..1, laws with
/// impossible arguments, as far as parameters alone decide.
pub fn compile(scenario: &Scenario, policy: &Policy) -> Result<Program, Vec<ProgramError>> {
    let mut parameters: Vec<f64> = scenario.parameters.iter().map(|p| p.value).collect();
    for (parameter, value) in &policy.settings {
        parameters[*parameter] = *value;
    }
    let mut fixed_levers: Vec<Option<usize>> = policy.choices.iter().copied().map(Some).collect();
    for rule in &policy.rules {
        for (lever, _) in &rule.choices {
            fixed_levers[*lever] = None;
        }
    }
    let compiler = Compiler {
        lowering: Lowering::new(Layout {
            scenario,
            parameters,
            fixed_levers,
        }),
        scenario,
        policy,
        errors: Vec::new(),
        effects: Vec::new(),
        branches: Vec::new(),
    };
    compiler.program()
}

/// What a problem belongs to, and where it is named.
struct Owner {
    name: String,
    span: Span,
}

impl Owner {
    fn new(kind: &str, name: &str, span: Span) -> Self {
        Self {
            name: format!("{kind} `{name}`"),
            span,
        }
    }
}

struct Compiler<'a> {
    lowering: Lowering<'a>,
    scenario: &'a Scenario,
    policy: &'a Policy,
    errors: Vec<ProgramError>,
    effects: Vec<Effect>,
    branches: Vec<Branch>,
}

impl Compiler<'_> {
    fn program(mut self) -> Result<Program, Vec<ProgramError>> {
        let slots = self.slots();
        let order = self.event_order();
        let groups = groups(&self.scenario.events);
        let group_places = groups.iter().map(String::as_str).zip(0..).collect();
        let events: Vec<Event> = order
            .iter()
            .map(|index| self.event(*index, &group_places))
            .collect();
        let mut place_of = vec![0; order.len()];
        for (place, index) in order.iter().enumerate() {
            place_of[*index] = index_u32(place);
        }
        let factors = self.factors();
        let level_rules = self.level_rules();
        let policy_rules: Vec<PolicyRule> = (0..self.policy.rules.len())
            .map(|index| self.policy_rule(index))
            .collect();
        let parameter_laws = self.parameter_laws();
        let mut outcomes = self.outcomes(&place_of);
        outcomes.extend(self.breaches());
        let series = self.series();
        if self.lowering.is_exhausted() {
            let file = self.scenario.file;
            let span = Span {
                file,
                start: 0,
                end: 0,
            };
            let owner = Owner::new("scenario", &self.scenario.name, span);
            let problem = format!(
                "with derived names written out wherever they are read, its expressions have more than {MOST_OPERATIONS} \
                 operations; let fewer of them read long sums"
            );
            // What else is wrong may come of the expressions that were left out.
            self.errors.clear();
            self.error(&owner, problem);
        }
        if !self.errors.is_empty() {
            return Err(self.errors);
        }
        let parts = Parts {
            slots,
            events,
            groups,
            periods: periods(self.scenario.horizon),
            order,
            factors,
            level_rules,
            policy_rules,
            parameter_laws,
            outcomes,
            series,
            effects: self.effects,
            branches: self.branches,
        };
        Ok(parts.assemble(self.lowering, self.scenario))
    }

    fn error(&mut self, owner: &Owner, problem: impl Into<String>) {
        self.errors.push(ProgramError {
            owner: owner.name.clone(),
            span: owner.span,
            problem: problem.into(),
        });
    }

    /// The value of an expression over parameters.
    fn constant(&mut self, expression: &Expression) -> f64 {
        let code = self.lowering.code(expression);
        self.lowering.constant_value(code).unwrap_or(f64::NAN)
    }

    /// Each slot's value at t = 0, and what it holds.
    fn slots(&mut self) -> Vec<(f64, SlotInfo)> {
        let scenario = self.scenario;
        let mut slots = Vec::with_capacity(self.lowering.layout.slots());
        for variable in &scenario.variables {
            let mut bound = |bound: &Option<Expression>, otherwise: f64| {
                bound
                    .as_ref()
                    .map_or(otherwise, |bound| self.constant(bound))
            };
            let low = bound(&variable.min, f64::NEG_INFINITY);
            let high = bound(&variable.max, f64::INFINITY);
            let initial = self.constant(&variable.initial) + 0.0;
            if low.is_nan() || high.is_nan() {
                let owner = Owner::new("variable", &variable.name, variable.span);
                self.error(&owner, "one of its bounds is not a number");
            }
            let whole = variable.kind == VariableKind::Integer;
            let most = if whole { MOST_WHOLE } else { f64::INFINITY };
            let info = SlotInfo {
                name: variable.name.clone(),
                low: low.max(-most),
                high: high.min(most),
                whole,
                states: match variable.kind {
                    VariableKind::State(list) => scenario.names.states(list).to_vec(),
                    _ => Vec::new(),
                },
            };
            if let Some(problem) = info.refuses(initial) {
                let owner = Owner::new("variable", &variable.name, variable.span);
                self.error(&owner, format!("at t = 0 {problem}"));
            }
            slots.push((initial, info));
        }
        let state_slot = |name: &str, states: &[String]| SlotInfo {
            name: name.to_owned(),
            low: f64::NEG_INFINITY,
            high: f64::INFINITY,
            whole: false,
            states: states.to_vec(),
        };
        for (lever, choice) in scenario.levers.iter().zip(&self.policy.choices) {
            let options = scenario.names.states(lever.options);
            slots.push((
                f64::from(index_u32(*choice)),
                state_slot(&lever.name, options),
            ));
        }
        let off_on = ["off".to_owned(), "on".to_owned()];
        for factor in scenario.doctrine.iter().flat_map(|d| &d.factors) {
            slots.push((0.0, state_slot(&factor.name, &off_on)));
        }
        let levels = scenario
            .doctrine
            .as_ref()
            .map_or(&[][..], |doctrine| scenario.names.states(doctrine.levels));
        slots.push((0.0, state_slot("doctrine", levels)));
        slots.push((0.0, state_slot("time", &[])));
        slots
    }

    /// Ties are broken by priority, higher first, then by the bytes of the name.
    fn event_order(&self) -> Vec<usize> {
        let events = &self.scenario.events;
        let mut order: Vec<usize> = (0..events.len()).collect();
        order.sort_by(|a, b| {
            let (a, b) = (&events[*a], &events[*b]);
            b.priority
                .cmp(&a.priority)
                .then_with(|| a.name.as_bytes().cmp(b.name.as_bytes()))
        });
        order
    }

    fn event(&mut self, index: usize, groups: &BTreeMap<&str, u32>) -> Event {
        let event = &self.scenario.events[index];
        let actor = event.actor.as_deref().unwrap_or(OTHER);
        let group = groups.get(actor).copied();
        let owner = Owner::new("event", &event.name, event.span);
        let guard = event.when.as_ref().map(|when| self.lowering.code(when));
        let clock = match &event.clock {
            scenario::Clock::Rate(rate) => {
                let rate = self.lowering.code(rate);
                if let Some(value) = self.lowering.constant_value(rate)
                    && !(value >= 0.0 && value.is_finite())
                {
                    self.error(
                        &owner,
                        format!("its rate is {value}; rates are finite and not below 0"),
                    );
                }
                Clock::Rate(rate)
            }
            scenario::Clock::Law { law, drive, memory } => Clock::Law {
                law: self.law(law, &owner),
                drive: match drive {
                    scenario::Drive::None => Drive::None,
                    scenario::Drive::HazardRatio(ratio) => {
                        Drive::HazardRatio(self.multiplier(ratio, "hazard_ratio", &owner))
                    }
                    scenario::Drive::Speed(speed) => {
                        Drive::Speed(self.multiplier(speed, "speed", &owner))
                    }
                },
                memory: *memory,
            },
            scenario::Clock::Calendar(schedule) => self.calendar(schedule, &owner),
            scenario::Clock::After {
                probability, delay, ..
            } => Clock::After {
                probability: probability
                    .as_ref()
                    .map(|probability| self.probability(probability, &owner)),
                delay: self.law(delay, &owner),
            },
            scenario::Clock::Instant => Clock::Instant,
        };
        let effects = self.effect_range(&event.effects);
        let mut branches = Vec::with_capacity(event.branches.len());
        let mut total = Some(0.0);
        for branch in &event.branches {
            let probability = self.probability(&branch.probability, &owner);
            total = total
                .zip(self.lowering.constant_value(probability))
                .map(|(sum, value)| sum + value);
            branches.push(Branch {
                probability,
                effects: self.effect_range(&branch.effects),
            });
        }
        if let Some(total) = total
            && !branches.is_empty()
            && (total - 1.0).abs() > 1e-9
        {
            self.error(
                &owner,
                format!("the probabilities of its branches sum to {total}, not 1"),
            );
        }
        let first_branch = index_u32(self.branches.len());
        self.branches.extend(branches);
        Event {
            name: event.name.clone(),
            guard,
            clock,
            effects,
            branches: first_branch..index_u32(self.branches.len()),
            consequences: 0..0,
            group: group.unwrap_or(0),
        }
    }

    fn multiplier(&mut self, expression: &Expression, key: &str, owner: &Owner) -> Code {
        let code = self.lowering.code(expression);
        if let Some(value) = self.lowering.constant_value(code)
            && !(value >= 0.0 && value.is_finite())
        {
            self.error(
                owner,
                format!("its {key} is {value}; it must be finite and not below 0"),
            );
        }
        code
    }

    fn calendar(&mut self, schedule: &Schedule, owner: &Owner) -> Clock {
        match schedule {
            Schedule::Every { first, period } => {
                let period = self.constant(period);
                let first = first.as_ref().map_or(period, |first| self.constant(first));
                if !(period > 0.0 && period.is_finite()) {
                    self.error(
                        owner,
                        format!("its period is {period}; periods are above 0"),
                    );
                }
                if !(first >= 0.0 && first.is_finite()) {
                    self.error(
                        owner,
                        format!("its first time is {first}; times begin at 0"),
                    );
                }
                Clock::Every(Progression::new(first, period))
            }
            Schedule::At(times) => {
                let mut times: Vec<f64> = times.iter().map(|time| self.constant(time)).collect();
                if let Some(bad) = times.iter().find(|t| !(**t >= 0.0 && t.is_finite())) {
                    let problem = format!("it is to fire at {bad}; times begin at 0");
                    self.error(owner, problem);
                }
                times.sort_by(f64::total_cmp);
                Clock::At(times)
            }
        }
    }

    fn probability(&mut self, expression: &Expression, owner: &Owner) -> Code {
        let code = self.lowering.code(expression);
        if let Some(value) = self.lowering.constant_value(code)
            && !(0.0..=1.0).contains(&value)
        {
            self.error(
                owner,
                format!("a probability is {value}; probabilities lie between 0 and 1"),
            );
        }
        code
    }

    fn law(&mut self, law: &LawSpec, owner: &Owner) -> LawSource {
        let arguments: Vec<Code> = law
            .arguments
            .iter()
            .map(|a| self.lowering.code(a))
            .collect();
        let known: Option<Vec<f64>> = arguments
            .iter()
            .map(|code| self.lowering.constant_value(*code))
            .collect();
        if law.family == Family::Empirical {
            let mut observed = known.unwrap_or_default();
            observed.sort_by(f64::total_cmp);
            if let Err(error) = Law::empirical(&observed) {
                self.error(owner, error.to_string());
            }
            return LawSource::Observed(observed);
        }
        if let Some(values) = known {
            match Law::new(law.family, law.signature, &values) {
                Ok(law) => return LawSource::Known(law),
                Err(error) => self.error(owner, error.to_string()),
            }
        }
        LawSource::Read {
            family: law.family,
            signature: law.signature,
            arguments,
        }
    }

    fn effect_range(&mut self, effects: &[scenario::Effect]) -> Range<u32> {
        let start = index_u32(self.effects.len());
        for effect in effects {
            let value = self.lowering.code(&effect.value);
            let slot = self.lowering.layout.variable(effect.variable);
            self.effects.push(Effect { slot, value });
        }
        start..index_u32(self.effects.len())
    }

    fn factors(&mut self) -> Vec<Factor> {
        let factors = self.scenario.doctrine.iter().flat_map(|d| &d.factors);
        factors
            .enumerate()
            .map(|(index, factor)| Factor {
                slot: self.lowering.layout.factor(index),
                active_when: self.lowering.code(&factor.active_when),
                clears_when: factor.clears_when.as_ref().map(|c| self.lowering.code(c)),
            })
            .collect()
    }

    fn level_rules(&mut self) -> Vec<(f64, Code)> {
        let rules = self.scenario.doctrine.iter().flat_map(|d| &d.rules).rev();
        rules
            .map(|(level, rule)| (f64::from(index_u32(*level)), self.lowering.code(rule)))
            .collect()
    }

    fn policy_rule(&mut self, index: usize) -> PolicyRule {
        let rule = &self.policy.rules[index];
        let owner = Owner::new("the policy's rule", &rule.name, rule.span);
        PolicyRule {
            name: rule.name.clone(),
            when: self.lowering.code(&rule.when),
            delay: self.law(&rule.delay, &owner),
            choices: rule
                .choices
                .iter()
                .map(|(lever, option)| {
                    (
                        self.lowering.layout.lever(*lever),
                        f64::from(index_u32(*option)),
                    )
                })
                .collect(),
        }
    }

    /// The law that studies draw each parameter from; none where none is stated.
    fn parameter_laws(&mut self) -> Vec<Option<ParameterLaw>> {
        let parameters = self.scenario.parameters.iter();
        parameters
            .map(
                |parameter| match (&parameter.distribution, parameter.range) {
                    (Some(law), _) => {
                        let owner = Owner::new("parameter", &parameter.name, parameter.span);
                        let law = ParameterLaw::of(self.law(law, &owner));
                        if law.is_none() {
                            let problem = "its distribution may read parameters only";
                            self.error(&owner, problem);
                        }
                        law
                    }
                    (None, Some(range)) => Some(ParameterLaw::Uniform(range)),
                    (None, None) => None,
                },
            )
            .collect()
    }

    fn outcomes(&mut self, place_of: &[u32]) -> Vec<Outcome> {
        let outcomes = self.scenario.outcomes.iter();
        let possible = self.scenario.kinds_of_first_times();
        outcomes
            .zip(possible)
            .map(|(outcome, possible)| {
                let (kind, value) = match &outcome.measure {
                    Measure::Ever(e) => (OutcomeKind::Ever, Some(e)),
                    Measure::FirstTime(e, _) => (OutcomeKind::FirstTime, Some(e)),
                    Measure::TimeShare(e) => (OutcomeKind::TimeShare, Some(e)),
                    Measure::Entries(e) => (OutcomeKind::Entries, Some(e)),
                    Measure::TimeAverage(e) => (OutcomeKind::TimeAverage, Some(e)),
                    Measure::Integral(e) => (OutcomeKind::Integral, Some(e)),
                    Measure::Maximum(e) => (OutcomeKind::Maximum, Some(e)),
                    Measure::Minimum(e) => (OutcomeKind::Minimum, Some(e)),
                    Measure::Initial(e) => (OutcomeKind::Initial, Some(e)),
                    Measure::Final(e) => (OutcomeKind::Final, Some(e)),
                    Measure::Firings(event, None) => (OutcomeKind::Firings(place_of[*event]), None),
                    Measure::Firings(event, Some(when)) => {
                        (OutcomeKind::FiringsWhen(place_of[*event]), Some(when))
                    }
                };
                Outcome {
                    name: outcome.name.clone(),
                    title: outcome.title.clone(),
                    unit: outcome.unit.clone(),
                    better: outcome.better.map(|better| match better {
                        Better::Lower => "lower",
                        Better::Higher => "higher",
                    }),
                    kind,
                    value: match value {
                        Some(value) => self.lowering.code(value),
                        None => self.lowering.constant_code(0.0),
                    },
                    by: match &outcome.measure {
                        Measure::FirstTime(_, Some(by)) => Some(self.by(by, possible)),
                        _ => None,
                    },
                }
            })
            .collect()
    }

    /// Of each obligation whether it is ever breached, and its share of time.
    fn breaches(&mut self) -> Vec<Outcome> {
        let obligations = self.scenario.obligations.iter();
        obligations
            .flat_map(|obligation| {
                let value = self.lowering.code(&obligation.breached_when);
                [OutcomeKind::Ever, OutcomeKind::TimeShare].map(|kind| Outcome {
                    name: obligation.name.clone(),
                    title: obligation.name.clone(),
                    unit: None,
                    better: None,
                    kind,
                    value,
                    by: None,
                })
            })
            .collect()
    }

    fn by(&mut self, by: &scenario::By, possible: Vec<usize>) -> By {
        By {
            state: self.lowering.code(&by.state),
            states: self.scenario.names.states(by.list).to_vec(),
            possible,
        }
    }

    fn series(&mut self) -> Vec<Series> {
        const MOST_TIMES: f64 = 10_000.0;
        let horizon = self.scenario.horizon;
        for series in &self.scenario.series {
            if horizon / series.every > MOST_TIMES {
                self.error(
                    &Owner::new("series", &series.name, series.span),
                    format!("its grid has more than {MOST_TIMES} times; choose a longer step"),
                );
            }
        }
        if !self.errors.is_empty() {
            return Vec::new();
        }
        let series = self.scenario.series.iter();
        series
            .map(|series| Series {
                name: series.name.clone(),
                title: series.title.clone(),
                unit: series.unit.clone(),
                times: grid(series.every, horizon),
                states: match series.value_type {
                    Type::State(list) => self.scenario.names.states(list).to_vec(),
                    _ => Vec::new(),
                },
                subject: subject(&series.value, series.value_type),
                value: self.lowering.code(&series.value),
            })
            .collect()
    }
}

impl SlotInfo {
    /// The name of the state that a value stands for, if the slot holds states.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a state's position"
    )]
    pub fn state(&self, value: f64) -> Option<&str> {
        self.states.get(value as usize).map(String::as_str)
    }

    /// Why the slot cannot hold a value, if it cannot.
    pub fn refuses(&self, value: f64) -> Option<String> {
        if !value.is_finite() {
            Some(format!("`{}` is {value}, not a finite number", self.name))
        } else if self.whole && value.abs() > MOST_WHOLE {
            Some(format!(
                "`{}` is {value}; whole numbers are exact from -(2^53 - 1) to 2^53 - 1 only",
                self.name
            ))
        } else if value < self.low {
            Some(format!(
                "`{}` is {value}, below its min {}",
                self.name, self.low
            ))
        } else if value > self.high {
            Some(format!(
                "`{}` is {value}, above its max {}",
                self.name, self.high
            ))
        } else if self.whole && value.fract() != 0.0 {
            Some(format!(
                "`{}` is {value}, but holds whole numbers",
                self.name
            ))
        } else {
            None
        }
    }
}

/// The largest whole number all of whose predecessors, and whose successor, are doubles: a count that reaches 2^53 would
/// stand still when 1 is added.
const MOST_WHOLE: f64 = ((1_u64 << 53) - 1) as f64;

/// 0, step, 2 step, … and the horizon.
fn grid(step: f64, horizon: f64) -> Vec<f64> {
    let multiples = Progression::new(0.0, step).times();
    // A step whose decimal is cut off, as that of 1/3, may fall just short of the horizon.
    let before = multiples.take_while(|time| horizon - time > step * 1e-9);
    before.chain([horizon]).collect()
}

/// The group of events without an actor, where others have one and where none has.
const OTHER: &str = "other";
const ALL: &str = "all";

/// The actors of events by name, then a group for events that have none.
fn groups(events: &[scenario::Event]) -> Vec<String> {
    let actors: BTreeSet<&str> = events.iter().filter_map(|e| e.actor.as_deref()).collect();
    let mut groups: Vec<String> = actors.into_iter().map(str::to_owned).collect();
    if groups.is_empty() {
        return vec![ALL.to_owned()];
    }
    if events.iter().any(|event| event.actor.is_none()) && !groups.iter().any(|g| g == OTHER) {
        groups.push(OTHER.to_owned());
    }
    groups
}

/// Ends of the periods that firings are counted in: time units, the last of which may be shorter, or 40 equal parts
/// of a horizon of few or many time units.
fn periods(horizon: f64) -> Vec<f64> {
    const PARTS: u32 = 40;
    let parts = (0..=PARTS).map(|part| horizon * (f64::from(part) / f64::from(PARTS)));
    if (3.0..=60.0).contains(&horizon) {
        grid(1.0, horizon)
    } else {
        parts.collect()
    }
}

fn subject(value: &Expression, value_type: Type) -> Subject {
    let (mut symbols, mut factors) = (0, 0);
    value.for_each_symbol(&mut |symbol| {
        symbols += 1;
        factors += usize::from(matches!(symbol, Symbol::Factor(_)));
    });
    match (value, value_type) {
        (Expr::Symbol(Symbol::Level), _) => Subject::Doctrine,
        (_, Type::State(_)) => Subject::State,
        _ if symbols > 0 && symbols == factors => Subject::Factors,
        _ => Subject::Number,
    }
}

/// Indices of lists that no file can make longer than this.
pub(super) fn index_u32(index: usize) -> Slot {
    Slot::try_from(index).unwrap_or(Slot::MAX)
}

#[cfg(test)]
mod tests {
    use super::grid;

    #[test]
    fn grids_include_0_and_the_horizon_once() {
        assert_eq!(grid(0.25, 1.0), [0.0, 0.25, 0.5, 0.75, 1.0]);
        assert_eq!(grid(0.4, 1.0), [0.0, 0.4, 0.8, 1.0]);
        assert_eq!(grid(2.0, 1.0), [0.0, 1.0]);
        let tenths = grid(0.1, 1.0);
        assert_eq!((tenths.len(), tenths[3], tenths[10]), (11, 0.3, 1.0));
        assert_eq!(grid(0.1, 0.3), [0.0, 0.1, 0.2, 0.3]);
        assert_eq!(grid(1.0 / 3.0, 1.0).len(), 4);
    }
}
