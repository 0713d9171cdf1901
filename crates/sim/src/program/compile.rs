//! Scenario + Policy → [`UnboundProgram`]: the parts of a program, and which of them hang on parameters.

use super::assemble::Parts;
use super::bind::{self, BoundPart, Owner, PartKind, ProgramError, UnboundProgram};
use super::lower::{ConstantPlace, Layout, Lowering, MOST_OPERATIONS};
use super::{
    Bounds, Branch, By, Clock, CodeId, Drive, Effect, Event, Factor, LawSource, Outcome,
    OutcomeKind, ParameterLaw, PolicyRule, Progression, Series, Slot, SlotInfo, derived, table,
};
use detente_model::expr::Type;
use detente_model::lifetime::Family;
use detente_model::scenario::{
    self, Expression, LawSpec, Measure, Policy, Scenario, Schedule, Span, VariableKind,
};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

impl UnboundProgram {
    /// Lowers a scenario under a policy.
    #[must_use]
    pub fn lower(scenario: &Scenario, policy: &Policy) -> Self {
        Self::lowered(scenario, policy, false)
    }

    /// The same; with `folds` parameters have their own values, or those that the policy sets, for good.
    pub(super) fn lowered(scenario: &Scenario, policy: &Policy, folds: bool) -> Self {
        let mut parameters: Vec<f64> = scenario.parameters.iter().map(|p| p.value).collect();
        for (parameter, value) in &policy.settings {
            parameters[*parameter] = *value;
        }
        let mut fixed_levers: Vec<Option<usize>> =
            policy.choices.iter().copied().map(Some).collect();
        for rule in &policy.rules {
            for (lever, _) in &rule.choices {
                fixed_levers[*lever] = None;
            }
        }
        let layout = Layout {
            scenario,
            fixed_levers,
        };
        let compiler = Compiler {
            lowering: Lowering::new(layout, &parameters, folds),
            scenario,
            policy,
            parts: Vec::new(),
            laws: 0,
            calendars: 0,
            errors: Vec::new(),
            effects: Vec::new(),
            branches: Vec::new(),
        };
        compiler.unbound(&parameters)
    }
}

struct Compiler<'a> {
    lowering: Lowering<'a>,
    scenario: &'a Scenario,
    policy: &'a Policy,
    parts: Vec<BoundPart>,
    /// Laws and calendars among them.
    laws: u32,
    calendars: u32,
    errors: Vec<ProgramError>,
    effects: Vec<Effect>,
    branches: Vec<Branch>,
}

impl Compiler<'_> {
    fn unbound(mut self, parameters: &[f64]) -> UnboundProgram {
        let (mut initial, mut slots) = self.slots();
        let bounds = self.expected_bounds(slots.len());
        let derived = derived::define(&mut self.lowering, self.policy, |read| {
            table::has_room(read, &slots, &bounds)
        });
        for name in &derived.names {
            initial.push(0.0);
            slots.push(SlotInfo {
                name: name.clone(),
                states: Vec::new(),
            });
        }
        let mut tabulated = bounds;
        tabulated.resize(slots.len(), Bounds::NONE);
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
                "its expressions have more than {MOST_OPERATIONS} operations, those derived names written out that only effects, delays, \
                 probabilities and series read; let fewer of them read long sums"
            );
            // What else is wrong may come of the expressions that were left out.
            self.errors = vec![owner.error(problem)];
            self.parts.clear();
        }
        let parts = Parts {
            slots,
            derived,
            events,
            groups,
            periods: periods(self.scenario.horizon),
            order,
            factors,
            level_rules,
            policy_rules,
            outcomes,
            series,
            effects: self.effects,
            branches: self.branches,
        };
        let (shape, lowered) = parts.assemble(self.lowering, self.scenario, &tabulated);
        UnboundProgram {
            shape: std::sync::Arc::new(shape),
            parameters: parameters.to_vec(),
            parameter_laws,
            errors: self.errors,
            constants: lowered.constants,
            temporaries: lowered.temporaries,
            initial,
            parts: self.parts,
            tabulated,
        }
    }

    fn part(&mut self, owner: &Owner, kind: PartKind) {
        self.parts.push(BoundPart {
            owner: owner.clone(),
            kind,
        });
    }

    /// An expression over parameters.
    fn constant(&mut self, expression: &Expression) -> ConstantPlace {
        let code = self.lowering.code(expression);
        self.lowering.constant_of(code).unwrap_or_else(|| {
            let nothing = self.lowering.literal_code(f64::NAN);
            self.lowering
                .constant_of(nothing)
                .unwrap_or(ConstantPlace(0))
        })
    }

    /// Each slot's value at t = 0 where it hangs on no parameter, and what it holds, those of derived names left out.
    fn slots(&mut self) -> (Vec<f64>, Vec<SlotInfo>) {
        let scenario = self.scenario;
        let (mut initial, mut slots) = (Vec::new(), Vec::new());
        for variable in &scenario.variables {
            let mut bound = |bound: &Option<Expression>| {
                let bound = bound.as_ref();
                bound.map(|bound| self.constant(bound))
            };
            let (low, high) = (bound(&variable.min), bound(&variable.max));
            let kind = PartKind::Variable {
                slot: index_u32(slots.len()),
                low,
                high,
                initial: self.constant(&variable.initial),
                whole: variable.kind == VariableKind::Integer,
            };
            self.part(&Owner::new("variable", &variable.name, variable.span), kind);
            initial.push(0.0);
            slots.push(SlotInfo {
                name: variable.name.clone(),
                states: match variable.kind {
                    VariableKind::State(list) => scenario.names.states(list).to_vec(),
                    _ => Vec::new(),
                },
            });
        }
        let mut state_slot = |name: &str, states: &[String], value: f64| {
            initial.push(value);
            slots.push(SlotInfo {
                name: name.to_owned(),
                states: states.to_vec(),
            });
        };
        for (lever, choice) in scenario.levers.iter().zip(&self.policy.choices) {
            let options = scenario.names.states(lever.options);
            state_slot(&lever.name, options, f64::from(index_u32(*choice)));
        }
        let off_on = ["off".to_owned(), "on".to_owned()];
        for factor in scenario.doctrine.iter().flat_map(|d| &d.factors) {
            state_slot(&factor.name, &off_on, 0.0);
        }
        let levels = scenario
            .doctrine
            .as_ref()
            .map_or(&[][..], |doctrine| scenario.names.states(doctrine.levels));
        state_slot("doctrine", levels, 0.0);
        state_slot("time", &[], 0.0);
        (initial, slots)
    }

    /// What slots can hold where parameters have the values that are expected.
    fn expected_bounds(&self, slots: usize) -> Vec<Bounds> {
        let mut all = vec![Bounds::NONE; slots];
        for part in &self.parts {
            if let PartKind::Variable {
                slot,
                low,
                high,
                whole,
                ..
            } = part.kind
            {
                let [low, high] =
                    [low, high].map(|bound| bound.map(|bound| self.lowering.expected(bound)));
                all[slot as usize] = bind::bounds(low, high, whole).unwrap_or(Bounds::NONE);
            }
        }
        all
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
                if let Some(constant) = self.lowering.constant_of(rate) {
                    self.part(&owner, PartKind::Rate(constant));
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
        let mut known = Some(Vec::new());
        for branch in &event.branches {
            let probability = self.probability(&branch.probability, &owner);
            known = known
                .zip(self.lowering.constant_of(probability))
                .map(|(known, constant)| [known, vec![constant]].concat());
            branches.push(Branch {
                probability,
                effects: self.effect_range(&branch.effects),
            });
        }
        if let Some(known) = known
            && !branches.is_empty()
        {
            self.part(&owner, PartKind::Branches(known));
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
            reads_derived: false,
            group: group.unwrap_or(0),
        }
    }

    fn multiplier(&mut self, expression: &Expression, key: &'static str, owner: &Owner) -> CodeId {
        let code = self.lowering.code(expression);
        if let Some(constant) = self.lowering.constant_of(code) {
            self.part(owner, PartKind::Multiplier(key, constant));
        }
        code
    }

    fn calendar(&mut self, schedule: &Schedule, owner: &Owner) -> Clock {
        let kind = match schedule {
            Schedule::Every { first, period } => {
                let period = self.constant(period);
                let first = first.as_ref().map_or(period, |first| self.constant(first));
                PartKind::Every { first, period }
            }
            Schedule::At(times) => {
                PartKind::At(times.iter().map(|time| self.constant(time)).collect())
            }
        };
        self.part(owner, kind);
        self.calendars += 1;
        Clock::Calendar(self.calendars - 1)
    }

    fn probability(&mut self, expression: &Expression, owner: &Owner) -> CodeId {
        let code = self.lowering.code(expression);
        if let Some(constant) = self.lowering.constant_of(code) {
            self.part(owner, PartKind::Probability(constant));
        }
        code
    }

    fn law(&mut self, law: &LawSpec, owner: &Owner) -> LawSource {
        let arguments: Vec<CodeId> = law
            .arguments
            .iter()
            .map(|a| self.lowering.plain_code(a))
            .collect();
        let known = self.constants(&arguments);
        if known.is_none() && law.family != Family::Empirical {
            return LawSource::Read {
                family: law.family,
                signature: law.signature,
                arguments,
            };
        }
        let kind = PartKind::Law {
            family: law.family,
            signature: law.signature,
            arguments: known.unwrap_or_default(),
        };
        self.part(owner, kind);
        self.laws += 1;
        LawSource::Bound(self.laws - 1)
    }

    /// The constants that expressions are, where all of them are some.
    fn constants(&self, codes: &[CodeId]) -> Option<Vec<ConstantPlace>> {
        let constants = codes.iter();
        constants
            .map(|code| self.lowering.constant_of(*code))
            .collect()
    }

    fn effect_range(&mut self, effects: &[scenario::Effect]) -> Range<u32> {
        let start = index_u32(self.effects.len());
        for effect in effects {
            let value = self.lowering.plain_code(&effect.value);
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

    fn level_rules(&mut self) -> Vec<(f64, CodeId)> {
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

    /// The law that studies draw each parameter from, its arguments read at the parameters' own values; none where none is
    /// stated.
    fn parameter_laws(&mut self) -> Vec<Option<ParameterLaw>> {
        let parameters = self.scenario.parameters.iter();
        parameters
            .map(
                |parameter| match (&parameter.distribution, parameter.range) {
                    (Some(law), _) => self.parameter_law(law, parameter),
                    (None, Some(range)) => Some(ParameterLaw::Uniform(range)),
                    (None, None) => None,
                },
            )
            .collect()
    }

    fn parameter_law(
        &mut self,
        law: &LawSpec,
        parameter: &scenario::Parameter,
    ) -> Option<ParameterLaw> {
        let arguments = law.arguments.iter();
        let codes: Vec<CodeId> = arguments.map(|a| self.lowering.code(a)).collect();
        let made = match self.constants(&codes) {
            None => Err("its distribution may read parameters only".to_owned()),
            Some(places) => {
                let places = places.into_iter();
                let values = places.map(|place| self.lowering.expected(place)).collect();
                bind::bound_law(law.family, law.signature, values)
            }
        };
        match made {
            Ok(law) => Some(ParameterLaw::of(law)),
            Err(problem) => {
                let owner = Owner::new("parameter", &parameter.name, parameter.span);
                self.errors.push(owner.error(problem));
                None
            }
        }
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
                    kind,
                    value: match value {
                        Some(value) => self.lowering.code(value),
                        None => self.lowering.literal_code(0.0),
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
        let mut refused = false;
        for series in &self.scenario.series {
            if horizon / series.every > MOST_TIMES {
                refused = true;
                let owner = Owner::new("series", &series.name, series.span);
                let problem =
                    format!("its grid has more than {MOST_TIMES} times; choose a longer step");
                self.errors.push(owner.error(problem));
            }
        }
        if refused {
            return Vec::new();
        }
        let series = self.scenario.series.iter();
        series
            .map(|series| Series {
                name: series.name.clone(),
                times: grid(series.every, horizon),
                states: match series.value_type {
                    Type::State(list) => self.scenario.names.states(list).to_vec(),
                    _ => Vec::new(),
                },
                value: self.lowering.code(&series.value),
            })
            .collect()
    }
}

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
