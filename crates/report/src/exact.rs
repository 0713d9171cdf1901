//! `summary.json` of an exact solution: the form of a run's, without what trials alone have.

use crate::summary::SeriesKind;
use detente_model::scenario::{Direction, MeasureKind};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// The whole of `summary.json`. Outcomes and series stand in the order of the scenario.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExactSummary {
    /// One entry an outcome.
    pub outcomes: IndexMap<String, ExactOutcomeSummary>,
    /// One entry a series.
    pub series: IndexMap<String, ExactSeriesSummary>,
}

/// One outcome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExactOutcomeSummary {
    /// The kind of measure.
    pub kind: MeasureKind,
    /// What a figure calls it.
    pub title: String,
    /// Unit of `mean` and `sd`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
    /// Which direction is better, where the scenario says so.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub better: Option<Direction>,
    /// The mean; of a `first_time` the restricted mean up to the horizon. Null where it is not found: the largest or smallest
    /// of more than 400 values.
    pub mean: Option<f64>,
    /// The standard deviation; null where it is not found: of integrals, counts and first times.
    pub sd: Option<f64>,
    /// Present for `first_time`: the probability that it is later.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub survival: Option<ExactSurvival>,
    /// Present for a `first_time` with `by`: each kind of it, by the state's name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub by: Option<IndexMap<String, ExactKindSummary>>,
}

/// The probability of not having got there by time t.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExactSurvival {
    /// Times from 0 to the horizon.
    pub t: Vec<f64>,
    /// Probabilities.
    pub s: Vec<f64>,
}

/// First times of one kind among several that compete.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExactKindSummary {
    /// The probability of this kind up to the horizon.
    pub probability: f64,
    /// The probability by time.
    pub incidence: ExactIncidence,
}

/// The probability of having got there in one way by time t.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExactIncidence {
    /// Times from 0 to the horizon.
    pub t: Vec<f64>,
    /// Probabilities.
    pub p: Vec<f64>,
}

/// One series on its grid of times.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExactSeriesSummary {
    /// What the series follows.
    pub kind: SeriesKind,
    /// What a figure calls it.
    pub title: String,
    /// Unit of the values of a numeric series.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
    /// Grid times.
    pub t: Vec<f64>,
    /// Numeric series: the mean at each time.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mean: Option<Vec<f64>>,
    /// Numeric series: the standard deviation at each time.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sd: Option<Vec<f64>>,
    /// State series: the probability of each state at each time, in the states' order.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub states: Option<IndexMap<String, Vec<f64>>>,
}
