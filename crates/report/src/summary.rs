//! `summary.json`: what a run found, in the form other programs read.
//!
//! The types mirror the file key by key; `docs/results.md` is its dictionary.

use crate::draws::DrawsReport;
use detente_model::scenario::{Direction, MeasureKind};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// The whole of `summary.json`. Outcomes and series stand in the order of the scenario.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Trials done.
    pub trials: u64,
    /// Events fired in all trials together.
    pub events: u64,
    /// One entry an outcome.
    pub outcomes: IndexMap<String, OutcomeSummary>,
    /// One entry an obligation; absent where the scenario has none.
    #[serde(skip_serializing_if = "IndexMap::is_empty", default)]
    pub obligations: IndexMap<String, ObligationSummary>,
    /// One entry a series.
    pub series: IndexMap<String, SeriesSummary>,
    /// How often events fire over time, by the actor whose doing they are.
    pub firings: FiringsSummary,
    /// The outcomes over draws of the parameters, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub draws: Option<DrawsReport>,
}

/// One outcome over all trials.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutcomeSummary {
    /// The kind of measure.
    pub kind: MeasureKind,
    /// What a figure calls it.
    pub title: String,
    /// Unit of `mean`, `sd`, `se`, `ci95` and `quantiles`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
    /// Which direction is better, where the scenario says so.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub better: Option<Direction>,
    /// Trials that entered.
    pub n: u64,
    /// Mean over trials; of a `first_time` the restricted mean up to the horizon.
    pub mean: f64,
    /// Standard deviation over trials (n − 1); null for one trial.
    pub sd: Option<f64>,
    /// Standard error of `mean`; null for one trial.
    pub se: Option<f64>,
    /// 95 % interval of `mean`: Wilson for `ever`, Student's t otherwise; null where all trials
    /// are equal or there is only one, see `constant`.
    pub ci95: Option<[f64; 2]>,
    /// Quantiles over trials; null where a quantile lies beyond the horizon.
    pub quantiles: Quantiles<Option<f64>>,
    /// 95 % intervals of the quantiles by order statistics, which hold for any law; an end is null where n trials set no
    /// limit, or where it lies beyond the horizon.
    pub quantiles_ci95: Quantiles<[Option<f64>; 2]>,
    /// Trials in which a `first_time` was not reached by the horizon; 0 for other kinds.
    pub censored: u64,
    /// Present where all trials gave the same value: what n trials can exclude.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub constant: Option<Constant>,
    /// Present for `first_time`: share of trials not there yet.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub survival: Option<Survival>,
    /// How the trials' values lie; absent for `ever`, which has none but 0 and 1, and for `first_time`, whose survival says it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub distribution: Option<Distribution>,
    /// How the mean settled as trials were added.
    pub convergence: Convergence,
    /// Present for a `first_time` with `by`: each kind of it, by the state's name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub by: Option<IndexMap<String, KindSummary>>,
}

/// Trials counted by their value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Distribution {
    /// Trials whose value is exactly 0; they are counted in `counts` too.
    pub zeros: u64,
    /// Ends of the cells, rising: cell i holds the values from `edges[i]` up to, not including, `edges[i + 1]`; the last holds
    /// its end too. Whole numbers have a cell each, around them, as long as there are not too many.
    pub edges: Vec<f64>,
    /// Trials in each cell.
    pub counts: Vec<u64>,
}

/// The mean and its 95 % interval after the first n trials.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Convergence {
    /// Trials, rising; the last are all trials.
    pub n: Vec<u64>,
    /// Mean over the first n trials.
    pub mean: Vec<f64>,
    /// Lower end of its interval; null where the trials were all equal.
    pub lo: Vec<Option<f64>>,
    /// Upper end of its interval.
    pub hi: Vec<Option<f64>>,
}

/// How an obligation was kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ObligationSummary {
    /// The treaty that it stands in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub treaty: Option<String>,
    /// What it obliges to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub text: Option<String>,
    /// Share of trials in which it was ever breached.
    pub trials: f64,
    /// 95 % Wilson interval of it.
    pub trials_ci95: [f64; 2],
    /// Mean share of time in breach.
    pub time: f64,
    /// 95 % interval of it; null where all trials were equal.
    pub time_ci95: Option<[f64; 2]>,
}

/// Firings in periods that follow each other, by group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FiringsSummary {
    /// Ends of the periods, from 0 to the horizon: one more than there are periods.
    pub t: Vec<f64>,
    /// One entry a group: the actors of the scenario's events in alphabetical order, then `other` for events without one;
    /// `all` where no event has one.
    pub groups: IndexMap<String, GroupFirings>,
}

/// Firings of one group of events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupFirings {
    /// Mean firings in a time unit over each period.
    pub mean: Vec<f64>,
    /// Lower end of its 95 % interval; null where all trials were equal.
    pub lo: Vec<Option<f64>>,
    /// Upper end of its 95 % interval.
    pub hi: Vec<Option<f64>>,
}

/// First times of one kind among several that compete.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KindSummary {
    /// Trials whose first time was of this kind.
    pub reached: u64,
    /// Their share of all trials.
    pub probability: f64,
    /// 95 % Wilson interval of it; with no trial of this kind its end is the limit that n trials can set.
    pub ci95: [f64; 2],
    /// The share by time.
    pub incidence: Incidence,
}

/// Share of trials that have got there in one way by time t, with pointwise 95 % Wilson bands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Incidence {
    /// Times in the scenario's time unit, from 0 to the horizon.
    pub t: Vec<f64>,
    /// Share of trials.
    pub p: Vec<f64>,
    /// Lower end of the band.
    pub lo: Vec<f64>,
    /// Upper end of the band.
    pub hi: Vec<f64>,
}

/// The five quantiles that every summary gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quantiles<T> {
    /// 5 %.
    #[serde(rename = "0.05")]
    pub q05: T,
    /// 25 %.
    #[serde(rename = "0.25")]
    pub q25: T,
    /// Median.
    #[serde(rename = "0.5")]
    pub q50: T,
    /// 75 %.
    #[serde(rename = "0.75")]
    pub q75: T,
    /// 95 %.
    #[serde(rename = "0.95")]
    pub q95: T,
}

/// Which quantiles these are, in order.
pub const QUANTILES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

impl<T> Quantiles<T> {
    /// What a function says of each, by its place.
    pub fn from_fn(of: impl FnMut(usize) -> T) -> Self {
        let [q05, q25, q50, q75, q95] = [0, 1, 2, 3, 4].map(of);
        Self {
            q05,
            q25,
            q50,
            q75,
            q95,
        }
    }
}

/// What equal values in all trials do and do not show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Constant {
    /// The value that all trials share.
    pub value: f64,
    /// Upper 95 % limit (Wilson) of the probability that a trial gives another value.
    pub other_probability_upper95: f64,
}

/// Share of trials that have not got there by time t, with pointwise 95 % Wilson bands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Survival {
    /// Times in the scenario's time unit, from 0 to the horizon.
    pub t: Vec<f64>,
    /// Share of trials whose first time is later than t.
    pub s: Vec<f64>,
    /// Lower end of the band.
    pub lo: Vec<f64>,
    /// Upper end of the band.
    pub hi: Vec<f64>,
}

/// What a series follows; figures choose by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeriesKind {
    /// The doctrine's level.
    Doctrine,
    /// A number of active factors of the doctrine.
    Factors,
    /// Any other number.
    Number,
    /// Any other ordered state.
    State,
}

/// One series over all trials, on its grid of times.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeriesSummary {
    /// What the series follows.
    pub kind: SeriesKind,
    /// What a figure calls it.
    pub title: String,
    /// Unit of the values of a numeric series.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
    /// Grid times in the scenario's time unit.
    pub t: Vec<f64>,
    /// Numeric series: whether all values of all trials are whole numbers.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub whole: Option<bool>,
    /// Numeric series: mean over trials at each time.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mean: Option<Vec<f64>>,
    /// Numeric series: standard deviation over trials at each time (0 for one trial).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sd: Option<Vec<f64>>,
    /// Numeric series: quantiles over trials at each time.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub quantiles: Option<Quantiles<Vec<f64>>>,
    /// State series: share of trials in each state at each time, in the states' order.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub states: Option<IndexMap<String, Vec<f64>>>,
}

/// A column of `trials.parquet`: an outcome's values, a row a trial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialColumn {
    /// The outcome.
    pub name: String,
    /// The kind of measure.
    pub kind: MeasureKind,
    /// For a first time with a `by`, the names of its states, which have a column of their own.
    pub states: Option<Vec<String>>,
}
