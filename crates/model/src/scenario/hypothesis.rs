//! Claims about outcomes under stated settings, once everything in their tables is resolved.

use super::comparison::{Comparison, Linear};
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

impl Hypothesis {
    /// The name that the command line uses.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}
