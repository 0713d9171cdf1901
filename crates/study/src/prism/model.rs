//! A model's text, from the constants to the properties.

use super::error::PrismError;
use super::head::head;
use super::symbolic::{State, Term, combined, constant, unchanged};
use super::text::{Given, Kind, Names, literal};
use super::transitions::Transition;
use crate::exact::Reached;
use detente_model::scenario::{Expr, Function, Measure, Policy, Scenario, VariableKind};
use detente_sim::program::Program;
use std::collections::BTreeMap;

/// Largest bound that is written as it stands: beyond it whole numbers of model checkers end.
const MOST_BOUND: f64 = 2_147_483_647.0;

/// What everything is called.
fn names(scenario: &Scenario, program: &Program, reached: &Reached) -> Names {
    let mut given = Given::default();
    let mut all = |names: &mut dyn Iterator<Item = &str>| -> Vec<String> {
        names.map(|name| given.name(name)).collect()
    };
    let factors = || scenario.doctrine.iter().flat_map(|d| &d.factors);
    let variables = all(&mut scenario.variables.iter().map(|v| v.name.as_str()));
    let parameters = all(&mut scenario.parameters.iter().map(|p| p.name.as_str()));
    let levers = all(&mut scenario.levers.iter().map(|l| l.name.as_str()));
    let derived = all(&mut scenario.derived.iter().map(|d| d.name.as_str()));
    let latches: Vec<String> = factors()
        .map(|factor| format!("active_{}", factor.name))
        .collect();
    let latches = all(&mut latches.iter().map(String::as_str));
    let consequences = reached.consequences.iter();
    let under_way: Vec<String> = consequences
        .map(|consequence| {
            format!(
                "under_way_{}",
                program.events[consequence.event as usize].name
            )
        })
        .collect();
    let under_way = all(&mut under_way.iter().map(String::as_str));
    let mut names = Names {
        variables,
        latches,
        under_way,
        parameters,
        levers,
        derived,
        derived_kinds: vec![Kind::Real; scenario.derived.len()],
        euler: given.name("euler"),
        horizon: given.name("horizon"),
        module: given.name("world"),
        ..Names::default()
    };
    // Derived values stand on others that stand before or behind them: those that are nothing but conditions are found first.
    let before = unchanged(scenario, reached.consequences.len());
    for _ in &scenario.derived {
        let kinds = scenario
            .derived
            .iter()
            .map(|derived| names.kind(&before.read(&derived.expression, scenario)));
        let kinds: Vec<Kind> = kinds.collect();
        if kinds == names.derived_kinds {
            break;
        }
        names.derived_kinds = kinds;
    }
    names
}

/// A model on its way.
pub(super) struct Model<'a> {
    scenario: &'a Scenario,
    policy: &'a Policy,
    program: &'a Program,
    reached: &'a Reached,
    names: Names,
    before: State,
    out: String,
}

impl<'a> Model<'a> {
    /// Writes the model.
    pub fn write(
        scenario: &'a Scenario,
        policy: &'a Policy,
        program: &'a Program,
        reached: &'a Reached,
        transitions: &[Transition],
    ) -> Result<String, PrismError> {
        let mut model = Model {
            names: names(scenario, program, reached),
            before: unchanged(scenario, reached.consequences.len()),
            scenario,
            policy,
            program,
            reached,
            out: String::new(),
        };
        model.module(transitions);
        let properties = model.outcomes(transitions);
        model.properties(&properties);
        let body = std::mem::take(&mut model.out);
        model.constants();
        model.formulas();
        if model.names.not_finite.get() {
            return Err(PrismError::NotFinite);
        }
        Ok(model.out + &body)
    }

    fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }

    fn constants(&mut self) {
        let (scenario, policy) = (self.scenario, self.policy);
        self.out += &head(scenario, policy);
        self.line("\nctmc\n");
        let horizon = self.names.horizon.clone();
        self.line(&format!(
            "const double {horizon} = {};",
            literal(self.program.horizon)
        ));
        let euler = self.names.euler.clone();
        self.line(&format!(
            "const double {euler} = {};",
            literal(std::f64::consts::E)
        ));
        for (index, parameter) in scenario.parameters.iter().enumerate() {
            let setting = policy.settings.iter().rev().find(|(of, _)| *of == index);
            let value = setting.map_or(parameter.value, |(_, value)| *value);
            let name = self.names.parameters[index].clone();
            self.line(&format!("const double {name} = {};", literal(value)));
        }
        for (index, lever) in scenario.levers.iter().enumerate() {
            let choice = policy.choices[index];
            let name = self.names.levers[index].clone();
            let options = scenario.names.states(lever.options);
            self.line(&format!(
                "const int {name} = {choice}; // {}",
                options[choice]
            ));
        }
    }

    /// The derived values that are read, and those that they read.
    fn formulas(&mut self) {
        let mut written = BTreeMap::new();
        loop {
            let read = self.names.read.borrow().clone();
            let Some(index) = read.into_iter().find(|index| !written.contains_key(index)) else {
                break;
            };
            let expression = &self.scenario.derived[index].expression;
            let term = self.before.read(expression, self.scenario);
            let text = match self.names.kind(&term) {
                Kind::Truth => self.names.truth(&term),
                _ => self.names.number(&term),
            };
            written.insert(index, text);
        }
        if !written.is_empty() {
            self.line("");
        }
        for (index, text) in written {
            let name = self.names.derived[index].clone();
            self.line(&format!("formula {name} = {text};"));
        }
    }

    fn module(&mut self, transitions: &[Transition]) {
        let module = self.names.module.clone();
        self.line(&format!("\nmodule {module}"));
        self.variables();
        let mut event = None;
        for transition in transitions {
            if event != Some(transition.event) {
                event = Some(transition.event);
                let name = &self.scenario.events[transition.event].name;
                self.line(&format!("\n  // {name}"));
            }
            let command = self.command(transition);
            self.line(&command);
        }
        self.line("\n  // Nothing: to Storm a state without an exit earns no more rewards.");
        self.line("  [] true -> 1 : true;");
        self.line("endmodule");
    }

    fn variables(&mut self) {
        let scenario = self.scenario;
        for (index, variable) in scenario.variables.iter().enumerate() {
            let info = &self.program.slots[index];
            let bounds = &self.program.bounds[index];
            let [least, most] = self.reached.ranges[index];
            let (low, high, states) = match variable.kind {
                VariableKind::State(_) => (
                    0.0,
                    info.states.len() as f64 - 1.0,
                    format!(" // {}", info.states.join(", ")),
                ),
                _ => (
                    if bounds.low.abs() <= MOST_BOUND {
                        bounds.low.ceil()
                    } else {
                        least
                    },
                    if bounds.high.abs() <= MOST_BOUND {
                        bounds.high.floor()
                    } else {
                        most
                    },
                    String::new(),
                ),
            };
            let name = self.names.variables[index].clone();
            self.declare(&name, [low, high], self.reached.first[index], &states);
        }
        let factors = scenario.doctrine.iter().flat_map(|d| &d.factors);
        for (index, factor) in factors
            .enumerate()
            .filter(|(_, factor)| factor.clears_when.is_some())
        {
            let first = self.reached.first[self.program.factors[index].slot as usize];
            let name = self.names.latches[index].clone();
            self.declare(
                &name,
                [0.0, 1.0],
                first,
                &format!(" // factor {} stays active until it clears", factor.name),
            );
        }
        for (index, consequence) in self.reached.consequences.iter().enumerate() {
            let name = self.names.under_way[index].clone();
            self.declare(
                &name,
                [0.0, consequence.most as f64],
                consequence.first as f64,
                "",
            );
        }
    }

    fn declare(&mut self, name: &str, [low, high]: [f64; 2], first: f64, comment: &str) {
        let (low, high, first) = (literal(low), literal(high), literal(first));
        self.line(&format!(
            "  {name} : [{low}..{high}] init {first};{comment}"
        ));
    }

    /// The condition under which a transition can happen, with others.
    fn guard(&self, transition: &Transition, others: &[&Term]) -> String {
        let terms: Vec<&Term> = transition
            .guard
            .iter()
            .chain(others.iter().copied())
            .collect();
        match terms[..] {
            [] => "true".to_owned(),
            [one] => self.names.truth(one),
            _ => {
                let terms = terms.iter().map(|term| self.names.truth_part(term));
                terms.collect::<Vec<String>>().join(" & ")
            }
        }
    }

    fn rate(&self, transition: &Transition) -> String {
        let factors = transition
            .rate
            .iter()
            .filter(|term| constant(term) != Some(1.0));
        let factors: Vec<String> = match transition.rate.len() {
            1 => factors.map(|term| self.names.number(term)).collect(),
            _ => factors.map(|term| self.names.number_part(term)).collect(),
        };
        if factors.is_empty() {
            "1".to_owned()
        } else {
            factors.join(" * ")
        }
    }

    fn command(&self, transition: &Transition) -> String {
        let names = &self.names;
        let after = &transition.after;
        let mut updates = Vec::new();
        for (index, name) in names.variables.iter().enumerate() {
            if after.variables[index].is_some() {
                updates.push(format!(
                    "({name}' = {})",
                    names.whole(&after.variable(index))
                ));
            }
        }
        for (index, name) in names.latches.iter().enumerate() {
            let now = after.latch(index);
            if now != self.before.latch(index) {
                let now = match constant(&now) {
                    Some(value) => literal(value),
                    None => format!("{} ? 1 : 0", names.truth_part(&now)),
                };
                updates.push(format!("({name}' = {now})"));
            }
        }
        for (index, name) in names.under_way.iter().enumerate() {
            if after.under_way[index] != 0 {
                updates.push(format!(
                    "({name}' = {})",
                    names.number(&after.instances(index))
                ));
            }
        }
        let guard = self.guard(transition, &[]);
        let update = if updates.is_empty() {
            "true".to_owned()
        } else {
            updates.join(" & ")
        };
        format!("  [] {guard} -> {} : {update};", self.rate(transition))
    }

    /// Labels and rewards; the properties that ask for the outcomes.
    fn outcomes(&mut self, transitions: &[Transition]) -> Vec<String> {
        let mut given = Given::default();
        let mut properties = Vec::new();
        let horizon = self.names.horizon.clone();
        let (before, scenario) = (self.before.clone(), self.scenario);
        for (index, outcome) in self.scenario.outcomes.iter().enumerate() {
            let read = |expression| before.read(expression, scenario);
            let name = given.name(&outcome.name);
            let mut rewards = Vec::new();
            let mut property = format!("\"{name}\": R{{\"{name}\"}}=? [ C<={horizon} ]");
            match &outcome.measure {
                Measure::Ever(condition) => {
                    let condition = self.names.truth(&read(condition));
                    self.line(&format!("\nlabel \"{name}\" = {condition};"));
                    properties.push(format!("\"{name}\": P=? [ F<={horizon} \"{name}\" ]"));
                    continue;
                }
                Measure::FirstTime(condition, by) => {
                    let condition = read(condition);
                    let text = self.names.truth(&condition);
                    self.line(&format!("\nlabel \"{name}\" = {text};"));
                    properties.push(format!("\"{name}\": P=? [ F<={horizon} \"{name}\" ]"));
                    let possible = self.program.outcomes[index].by.as_ref();
                    for (by, possible) in by.iter().zip(possible) {
                        let state = read(&by.state);
                        for place in &possible.possible {
                            let here = Expr::Constant(*place as f64);
                            let here = combined(Function::Equal, vec![state.clone(), here]);
                            let here = combined(Function::And, vec![condition.clone(), here]);
                            let kind = given.name(&format!("{name}_{}", possible.states[*place]));
                            let text = self.names.truth(&here);
                            self.line(&format!("label \"{kind}\" = {text};"));
                            properties.push(format!(
                                "\"{kind}\": P=? [ !\"{name}\" U<={horizon} \"{kind}\" ]"
                            ));
                        }
                    }
                    continue;
                }
                Measure::TimeShare(condition) => {
                    let condition = self.names.truth(&read(condition));
                    rewards.push(format!("{condition} : 1 / {horizon};"));
                }
                Measure::TimeAverage(value) => {
                    let value = self.names.number_part(&read(value));
                    rewards.push(format!("true : {value} / {horizon};"));
                }
                Measure::Integral(value) => {
                    rewards.push(format!("true : {};", self.names.number(&read(value))));
                }
                Measure::Initial(value) | Measure::Final(value) => {
                    rewards.push(format!("true : {};", self.names.number(&read(value))));
                    let at = match &outcome.measure {
                        Measure::Initial(_) => "0",
                        _ => horizon.as_str(),
                    };
                    property = format!("\"{name}\": R{{\"{name}\"}}=? [ I={at} ]");
                }
                Measure::Entries(condition) => {
                    let outside = combined(Function::Not, vec![read(condition)]);
                    for transition in transitions {
                        let inside = transition.after.read(condition, self.scenario);
                        rewards.extend(self.counting(transition, &[outside.clone(), inside]));
                    }
                }
                Measure::Firings(..) => {
                    for transition in transitions {
                        let counted = transition.counted.iter().filter(|(of, _)| *of == index);
                        for (_, condition) in counted {
                            rewards
                                .extend(self.counting(transition, std::slice::from_ref(condition)));
                        }
                    }
                }
                Measure::Maximum(value) | Measure::Minimum(value) => {
                    let sign = if matches!(outcome.measure, Measure::Maximum(_)) {
                        ">="
                    } else {
                        "<="
                    };
                    let value = self.names.number_part(&read(value));
                    properties.push(format!(
                        "for each k, {name} {sign} k: P=? [ F<={horizon} {value} {sign} k ]"
                    ));
                    continue;
                }
            }
            self.line(&format!("\nrewards \"{name}\""));
            if rewards.is_empty() {
                rewards.push("true : 0;".to_owned());
            }
            for reward in rewards {
                self.line(&format!("  {reward}"));
            }
            self.line("endrewards");
            properties.push(property);
            let at_start = self
                .reached
                .first_counts
                .iter()
                .find(|(of, _)| *of == index);
            if let Some((_, count)) = at_start.filter(|(_, count)| *count != 0.0) {
                properties.push(format!(
                    "and {} fired at t = 0: \"{name}\"",
                    literal(*count)
                ));
            }
        }
        properties
    }

    /// A reward that accrues at the rate at which a transition happens, on conditions.
    fn counting(&self, transition: &Transition, conditions: &[Term]) -> Option<String> {
        if conditions
            .iter()
            .any(|condition| constant(condition) == Some(0.0))
        {
            return None;
        }
        let conditions = conditions
            .iter()
            .filter(|condition| constant(condition).is_none());
        let guard = self.guard(transition, &conditions.collect::<Vec<&Term>>());
        Some(format!("{guard} : {};", self.rate(transition)))
    }

    fn properties(&mut self, properties: &[String]) {
        self.line("\n// Properties. A first time has its distribution: put any time instead of the horizon.");
        for property in properties {
            self.line(&format!("// {property};"));
        }
    }
}
