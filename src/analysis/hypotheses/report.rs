//! What is found out about a claim, as it stands in `hypotheses.json`.

use super::Verdict;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// One claim, judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HypothesisReport {
    /// The claim in words.
    pub claim: String,
    /// What is compared, as it is written.
    pub compare: String,
    /// `> 0`, `< 0` or `= 0`.
    pub expect: String,
    /// The smallest effect of interest; null where none is stated.
    pub smallest: Option<f64>,
    /// The effect's unit, where it has one.
    pub unit: Option<String>,
    /// The effect with its verdict.
    #[serde(flatten)]
    pub effect: Effect,
    /// `paired`: the interval of a mean of trials; `simultaneous`: of the least or most of several, conservative.
    pub interval: String,
    /// One-sided p-value of the contrary of the claim; for `= 0` of an effect as large as the smallest of interest.
    pub p: f64,
    /// The same by Holm over all claims judged.
    pub p_holm: f64,
    /// The effect with parameters at their neutral values, where the claim names any.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub without_mechanism: Option<WithoutMechanism>,
    /// The same under every combination of the levers that the claim names in `across`.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub across: Vec<Cell>,
    /// The same over draws of the parameters, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub draws: Option<ClaimDraws>,
}

/// An effect and what it says of the claim.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// The mean over trials.
    pub estimate: f64,
    /// Its 95 % interval.
    pub ci95: [f64; 2],
    /// What it says of the claim.
    pub verdict: Verdict,
}

/// The effect with parameters at their neutral values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WithoutMechanism {
    /// The parameters.
    pub neutral: Vec<String>,
    /// The effect without them.
    #[serde(flatten)]
    pub effect: Effect,
    /// Whether its interval holds 0: the effect rests on these parameters, as far as the trials show.
    pub gone: bool,
}

/// The effect under one combination of other levers' options.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// Levers and their options.
    pub levers: IndexMap<String, String>,
    /// The effect there.
    #[serde(flatten)]
    pub effect: Effect,
}

/// A claim over draws of the parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClaimDraws {
    /// Draws.
    pub draws: u64,
    /// Trials of each setting in each draw.
    pub trials_per_draw: u64,
    /// Share of draws in which the estimate is where the claim has it; of those in which it is exactly 0, half. The trials in a
    /// draw are few, which draws the share towards a half.
    pub share: f64,
    /// Its 95 % interval (Wilson).
    pub share_ci95: [f64; 2],
    /// Share of draws in which the estimate is so and at least the smallest effect of interest; null for `= 0` and without one.
    pub share_that_matters: Option<f64>,
    /// Its 95 % interval (Wilson).
    pub share_that_matters_ci95: Option<[f64; 2]>,
    /// Mean of the estimates over draws.
    pub mean: f64,
    /// 5 %, 50 % and 95 % quantiles of the estimates.
    pub quantiles: [f64; 3],
}
