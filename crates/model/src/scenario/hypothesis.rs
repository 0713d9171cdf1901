//! Claims about outcomes under stated settings, once everything in their tables is resolved.

use super::comparison::{Comparison, Linear};
use super::model::{Lever, Policy, Scenario};
use super::names::Names;
use crate::diagnostic::{Quoted, Span};

/// A claim, and what is compared to judge it.
#[derive(Debug, Clone)]
pub struct Hypothesis {
    /// The name in the scenario.
    pub name: String,
    /// The claim in words.
    pub claim: String,
    /// The comparison as it is written.
    pub compare: String,
    /// What is compared.
    pub comparison: Comparison<Linear>,
    /// What the comparison's terms are taken under, each once.
    pub settings: Vec<Setting>,
    /// What the claim expects of it.
    pub expect: Expectation,
    /// The smallest effect of interest; 0 where none is stated.
    pub smallest: f64,
    /// The effect's unit.
    pub unit: Option<String>,
    /// Parameters at whose neutral values the effect should be gone.
    pub neutral: Vec<usize>,
    /// Levers over whose options the claim is judged again.
    pub across: Vec<usize>,
    /// Where all that stands.
    pub places: Places,
}

/// Where parts of a claim stand.
#[derive(Debug, Clone)]
pub struct Places {
    /// The comparison.
    pub compare: Span,
    /// Each lever of `across`.
    pub across: Vec<Span>,
}

/// Which effects a claim expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expectation {
    /// Above 0.
    Above,
    /// Below 0.
    Below,
    /// Smaller than the smallest effect of interest.
    Equal,
}

impl Expectation {
    /// As it is written.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Above => "> 0",
            Self::Below => "< 0",
            Self::Equal => "= 0",
        }
    }
}

/// What an outcome is taken under.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Setting {
    /// The policy, by the name as written; that of the defaults where there is none.
    pub policy: Option<Quoted>,
    /// Levers and their options, in the levers' order; all else as the policy has it.
    pub(crate) choices: Vec<(usize, usize)>,
    /// Parameters and their values, in the parameters' order.
    pub(crate) values: Vec<(usize, f64)>,
}

impl Setting {
    /// The same with a lever at an option.
    pub fn choose(&mut self, lever: usize, option: usize) {
        put(&mut self.choices, lever, option);
    }

    /// The same with a parameter at a value.
    pub fn set(&mut self, parameter: usize, value: f64) {
        put(&mut self.values, parameter, value);
    }
}

/// Gives a key its value in a list that is sorted by keys.
fn put<V>(list: &mut Vec<(usize, V)>, key: usize, value: V) {
    match list.binary_search_by_key(&key, |(known, _)| *known) {
        Ok(place) => list[place].1 = value,
        Err(place) => list.insert(place, (key, value)),
    }
}

impl Policy {
    /// The policy with a setting's choices and values, which take the place of its own.
    #[must_use]
    pub fn under(&self, setting: &Setting) -> Self {
        let mut policy = self.clone();
        for (lever, option) in &setting.choices {
            policy.choices[*lever] = *option;
        }
        for (parameter, value) in &setting.values {
            policy.settings.retain(|(known, _)| known != parameter);
            policy.settings.push((*parameter, *value));
        }
        policy
    }

    /// Whether it chooses and sets what another does; rules are not looked at.
    #[must_use]
    pub fn is_as(&self, other: &Self) -> bool {
        let sorted = |of: &Self| {
            let mut settings = of.settings.clone();
            settings.sort_by_key(|(parameter, _)| *parameter);
            settings
        };
        self.choices == other.choices && sorted(self) == sorted(other)
    }
}

impl Scenario {
    /// The claims, in the order of the file.
    #[must_use]
    pub fn hypotheses(&self) -> &[Hypothesis] {
        &self.hypotheses
    }

    /// The same scenario with some of its claims, by position.
    #[must_use]
    pub fn with_hypotheses(mut self, wanted: &[usize]) -> Self {
        self.hypotheses = wanted
            .iter()
            .map(|place| self.hypotheses[*place].clone())
            .collect();
        self
    }

    /// Every combination of some levers' options, the last lever's changing fastest: lever and option, by position.
    #[must_use]
    pub fn crossed(&self, levers: &[usize]) -> Vec<Vec<(usize, usize)>> {
        let mut crossed = vec![Vec::new()];
        for lever in levers {
            let options = self.names.states(self.levers[*lever].options).len();
            let longer = crossed.iter().flat_map(|before: &Vec<(usize, usize)>| {
                (0..options).map(|option| [before.as_slice(), &[(*lever, option)]].concat())
            });
            crossed = longer.collect();
        }
        crossed
    }

    /// The first lever that has an option.
    #[must_use]
    pub fn lever_with_option(&self, option: &str) -> Option<&str> {
        let has = |lever: &&Lever| {
            let options = self.names.states(lever.options);
            options.iter().any(|known| known == option)
        };
        self.levers
            .iter()
            .find(has)
            .map(|lever| lever.name.as_str())
    }

    /// The neutral values of those of some parameters that have one.
    #[must_use]
    pub fn neutral_values(&self, parameters: &[usize]) -> Vec<(usize, f64)> {
        let values = parameters.iter().filter_map(|place| {
            let neutral = self.parameters[*place].neutral?;
            Some((*place, neutral))
        });
        values.collect()
    }

    /// A setting in words.
    #[must_use]
    pub fn setting_text(&self, setting: &Setting) -> String {
        let policy = setting.policy.as_ref();
        let policy = policy.map_or("default", |policy| policy.text.as_str());
        let mut words = vec![policy.to_owned()];
        if !setting.choices.is_empty() {
            words.push(self.choices_text(&setting.choices));
        }
        for (parameter, value) in &setting.values {
            let name = self.parameters[*parameter].name();
            words.push(format!("{name} = {value}"));
        }
        words.join(", ")
    }

    /// Levers and their options in words.
    #[must_use]
    pub fn choices_text(&self, choices: &[(usize, usize)]) -> String {
        let words = choices.iter().map(|(lever, option)| {
            let (lever, option) = self.lever_option(*lever, *option);
            format!("{lever} = {option}")
        });
        words.collect::<Vec<_>>().join(", ")
    }

    /// A lever's name and an option's.
    #[must_use]
    pub fn lever_option(&self, lever: usize, option: usize) -> (&str, &str) {
        let names: &Names = &self.names;
        let of = &self.levers[lever];
        (&of.name, &names.states(of.options)[option])
    }
}

impl Hypothesis {
    /// The name that the command line uses.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}
