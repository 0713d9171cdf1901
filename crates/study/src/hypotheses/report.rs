//! What is found out about a claim, as it stands in `hypotheses.json`.

use super::{Left, Verdict};
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
    /// One-sided p-value of the contrary of the claim; for `= 0` of an effect as large as the smallest of interest; 1 without an
    /// interval.
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
    /// Its 95 % interval; null where all trials show the same and nothing is known of how far another may lie from them.
    pub ci95: Option<[f64; 2]>,
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
    /// What is left of it; null where no smallest effect of interest is stated.
    pub left: Option<Left>,
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
    /// Parameters drawn.
    pub parameters: u64,
    /// Trials of each setting in each draw.
    pub trials_per_draw: u64,
    /// Share of draws in which the estimate is above 0.
    pub above: f64,
    /// In which it is exactly 0.
    pub equal: f64,
    /// In which it is below 0.
    pub below: f64,
    /// Share of draws in which the estimate is where the claim has it; for `= 0` within the smallest effect of interest, null
    /// where so few trials cannot show it.
    pub share: Option<f64>,
    /// Its 95 % interval (Wilson).
    pub share_ci95: Option<[f64; 2]>,
    /// Share of draws in which the estimate is there by the smallest effect of interest or more; null for `= 0`, without one, and
    /// where one trial in which something happens would be as much.
    pub share_that_matters: Option<f64>,
    /// Its 95 % interval (Wilson).
    pub share_that_matters_ci95: Option<[f64; 2]>,
    /// Mean of the estimates over draws.
    pub mean: f64,
    /// 5 %, 50 % and 95 % quantiles of the estimates.
    pub quantiles: [f64; 3],
}
