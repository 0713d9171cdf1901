//! A model by the number of its state, for scenarios whose effects or runs of instant events are too long as updates. Guards,
//! effects and instants are then the solver's own, so that a model checker confirms the solution, not the states.

use super::error::{MOST_STATES, PrismError};
use super::head::head;
use super::text::{Given, literal};
use crate::exact::Space;
use detente_model::scenario::{Policy, Scenario};
use detente_sim::program::{Outcome, OutcomeKind, Program};
use std::collections::BTreeMap;
use std::fmt::Write;

/// A model on its way.
struct Explicit<'a, 'p> {
    program: &'a Program,
    space: &'a Space<'p>,
    state: String,
    horizon: String,
    given: Given,
    labels: Given,
    /// Labels and rewards.
    measures: String,
    properties: String,
}

/// The model's text and the number of its states.
pub(super) fn write(
    scenario: &Scenario,
    policy: &Policy,
    program: &Program,
) -> Result<(String, usize), PrismError> {
    let space = Space::explore(program, crate::exact::MOST_STATES)?;
    let states = space.states();
    if states > MOST_STATES {
        return Err(PrismError::TooLong);
    }
    let mut given = Given::default();
    let mut model = Explicit {
        program,
        space: &space,
        horizon: given.name("horizon"),
        state: given.name("state"),
        given,
        labels: Given::default(),
        measures: String::new(),
        properties: String::new(),
    };
    for (index, outcome) in program.outcomes.iter().enumerate() {
        model.outcome(index, outcome)?;
    }
    let mut text = head(scenario, policy);
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "// The {states} states have numbers: written out as updates, effects or runs of instant events are too long.\n\nctmc\n\n\
         const double {} = {};",
        model.horizon,
        literal(program.horizon)
    );
    text += &model.module();
    text += &model.measures;
    text += "\n// Properties. A first time has its distribution: put any time instead of the horizon.\n";
    text += &model.properties;
    Ok((text, states))
}

impl Explicit<'_, '_> {
    fn module(&mut self) -> String {
        let (space, state) = (self.space, &self.state);
        let first = space.beginning.first().map_or(0, |(state, _)| *state);
        let mut text = format!(
            "\nmodule {}\n  {state} : [0..{}] init {first};\n\n",
            self.given.name("world"),
            space.states().max(2) - 1
        );
        for from in 0..space.states() {
            let ways = space.chain.of(from);
            let ways = ways.map(|(to, rate)| format!("{} : ({state}' = {to})", literal(rate)));
            let ways: Vec<String> = ways.collect();
            if !ways.is_empty() {
                let _ = writeln!(text, "  [] {state} = {from} -> {};", ways.join(" + "));
            }
        }
        text += "\n  // Nothing: to Storm a state without an exit earns no more rewards.\n  [] true -> 1 : true;\nendmodule\n";
        text
    }

    /// The condition that the state is one of these, which rise.
    fn among(&self, states: &[usize]) -> String {
        if states.len() == self.space.states() {
            return "true".to_owned();
        }
        if states.is_empty() {
            return "false".to_owned();
        }
        let state = &self.state;
        let runs = states.chunk_by(|one, next| one + 1 == *next);
        let parts = runs.map(|run| match run {
            [one] => format!("{state} = {one}"),
            run => format!(
                "({state} >= {} & {state} <= {})",
                run[0],
                run[run.len() - 1]
            ),
        });
        parts.collect::<Vec<String>>().join(" | ")
    }

    /// The different values, each with the condition that the state has it.
    fn by_value(&self, values: &[f64]) -> Result<Vec<(f64, String)>, PrismError> {
        let mut places: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        for (state, value) in values.iter().enumerate() {
            if !value.is_finite() {
                return Err(PrismError::NotFinite);
            }
            places
                .entry((value + 0.0).to_bits())
                .or_default()
                .push(state);
        }
        let places = places.into_iter();
        let conditions = places.map(|(bits, states)| (f64::from_bits(bits), self.among(&states)));
        Ok(conditions.collect())
    }

    fn label(&mut self, name: &str, holds: impl Fn(usize) -> bool) {
        let states = (0..self.space.states()).filter(|state| holds(*state));
        let condition = self.among(&states.collect::<Vec<usize>>());
        // Writing to a string cannot fail.
        let _ = writeln!(self.measures, "label \"{name}\" = {condition};");
    }

    fn property(&mut self, property: &str) {
        let _ = writeln!(self.properties, "// {property};");
    }

    /// Rewards of states, and the property that asks for them.
    fn rewards(&mut self, name: &str, values: &[f64], over: &str) -> Result<(), PrismError> {
        let _ = writeln!(self.measures, "\nrewards \"{name}\"\n  true : 0;");
        for (value, condition) in self.by_value(values)? {
            if value != 0.0 {
                let value = literal(value);
                let _ = writeln!(self.measures, "  {condition} : {value};");
            }
        }
        self.measures += "endrewards\n";
        self.property(&format!("\"{name}\": R{{\"{name}\"}}=? [ {over} ]"));
        Ok(())
    }

    fn outcome(&mut self, index: usize, outcome: &Outcome) -> Result<(), PrismError> {
        let (space, horizon) = (self.space, self.horizon.clone());
        let kind = outcome.by.as_ref().map(|by| by.state);
        let mut codes = std::iter::once(outcome.value).chain(kind);
        if codes.any(|code| self.program.reads(code, self.program.time_slot)) {
            return Err(PrismError::NotFinite);
        }
        let values = space.values(outcome.value);
        let over_time = format!("C<={horizon}");
        let name = self.labels.name(&outcome.name);
        let scaled = || -> Vec<f64> {
            let values = values.iter();
            values.map(|value| value / self.program.horizon).collect()
        };
        match outcome.kind {
            OutcomeKind::Ever | OutcomeKind::FirstTime => {
                self.measures.push('\n');
                self.label(&name, |state| values[state] != 0.0);
                self.property(&format!("\"{name}\": P=? [ F<={horizon} \"{name}\" ]"));
                let Some(by) = &outcome.by else { return Ok(()) };
                let kinds = space.values(by.state);
                for place in &by.possible {
                    let kind = format!("{}_{}", outcome.name, by.states[*place]);
                    let kind = self.labels.name(&kind);
                    let here = *place as f64;
                    self.label(&kind, |state| values[state] != 0.0 && kinds[state] == here);
                    let property =
                        format!("\"{kind}\": P=? [ !\"{name}\" U<={horizon} \"{kind}\" ]");
                    self.property(&property);
                }
                Ok(())
            }
            OutcomeKind::TimeShare | OutcomeKind::TimeAverage => {
                let scaled = scaled();
                self.rewards(&name, &scaled, &over_time)
            }
            OutcomeKind::Integral => self.rewards(&name, &values, &over_time),
            OutcomeKind::Initial => self.rewards(&name, &values, "I=0"),
            OutcomeKind::Final => self.rewards(&name, &values, &format!("I={horizon}")),
            OutcomeKind::Entries => {
                let inside = |state: usize| values[state] != 0.0;
                let rate = |from: usize| -> f64 {
                    let into = space.chain.of(from).filter(|(to, _)| inside(*to as usize));
                    into.map(|(_, rate)| rate).sum()
                };
                let states = 0..space.states();
                let rates = states.map(|state| if inside(state) { 0.0 } else { rate(state) });
                self.rewards(&name, &rates.collect::<Vec<f64>>(), &over_time)
            }
            OutcomeKind::Firings(_) | OutcomeKind::FiringsWhen(_) => {
                let number = space.counting().position(|of| of == index).unwrap_or(0);
                self.rewards(&name, &space.count_rates[number], &over_time)?;
                let first = space.first_counts[number];
                if first != 0.0 {
                    self.property(&format!(
                        "and {} fired at t = 0: \"{name}\"",
                        literal(first)
                    ));
                }
                Ok(())
            }
            OutcomeKind::Maximum | OutcomeKind::Minimum => {
                let formula = self.given.name(&outcome.name);
                let parts = self.by_value(&values)?.into_iter();
                let parts = parts
                    .filter(|(value, _)| *value != 0.0)
                    .map(|(value, holds)| format!("({holds} ? {} : 0)", literal(value)));
                let parts = std::iter::once("0".to_owned()).chain(parts);
                let parts = parts.collect::<Vec<String>>().join(" + ");
                let _ = writeln!(self.measures, "\nformula {formula} = {parts};");
                let sign = if outcome.kind == OutcomeKind::Maximum {
                    ">="
                } else {
                    "<="
                };
                self.property(&format!(
                    "for each k, {formula} {sign} k: P=? [ F<={horizon} {formula} {sign} k ]"
                ));
                Ok(())
            }
        }
    }
}
