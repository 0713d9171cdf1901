//! Draws of the parameters, and what they say as it stands in `comparison.json` and `summary.json`.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// All outcomes over draws of the parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DrawsReport {
    /// Draws of the parameters, a Latin hypercube.
    pub draws: u64,
    /// Trials of each policy in each draw.
    pub trials_per_draw: u64,
    /// The parameters drawn, in the order of the scenario.
    pub parameters: Vec<String>,
    /// Those that have a law and were not drawn, since every policy sets them.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub kept: Vec<String>,
    /// One entry an outcome.
    pub outcomes: IndexMap<String, OutcomeDraws>,
}

/// One outcome over draws of the parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutcomeDraws {
    /// Each policy, by name.
    pub policies: IndexMap<String, PolicyDraws>,
    /// Every other policy less the baseline.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub differences: Vec<DifferenceDraws>,
}

/// One outcome of one policy over draws of the parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PolicyDraws {
    /// The mean over draws and trials, how it varies, and with which parameters.
    #[serde(flatten)]
    pub spread: Spread,
    /// Where one direction is better and there are others: how often it is the best.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub best: Option<BestDraws>,
}

/// In how many draws a policy is the best, by its mean over the draw's trials.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BestDraws {
    /// The share of draws in which no other policy has a better mean; those that tie for the best all count.
    pub share: f64,
    /// Its 95 % interval (Wilson), of so many draws: the trials in a draw are few, which blurs who is best in it.
    pub ci95: [f64; 2],
    /// Mean over draws of how much worse it is than the best of the draw; the few trials make it too large.
    pub expected_regret: f64,
}

/// The difference of two policies on one outcome over draws of the parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DifferenceDraws {
    /// The policy whose value counts positive.
    pub policy_a: String,
    /// The policy whose value is taken off: the baseline.
    pub policy_b: String,
    /// The mean over draws and trials, how it varies, and with which parameters.
    #[serde(flatten)]
    pub spread: Spread,
    /// Share of draws in which a's mean is the larger.
    pub share_above_zero: f64,
    /// Its 95 % interval (Wilson).
    pub share_above_zero_ci95: [f64; 2],
    /// Share of draws in which the means are equal.
    pub share_equal: f64,
}

/// How a mean over trials varies over draws of the parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// The mean over draws and trials.
    pub mean: f64,
    /// Its standard error, with the draws' share in it, as if draws were independent. Those of a Latin hypercube lie
    /// more evenly: it is larger than need be, up to several times where the parameters' share is large and each acts by itself.
    pub se: Option<f64>,
    /// Its 95 % interval, from that standard error.
    pub ci95: Option<[f64; 2]>,
    /// 5 %, 50 % and 95 % quantiles of the draws' means, in which the noise of their few trials is.
    pub quantiles: [f64; 3],
    /// Where the variance of a trial comes from; null below three draws of two trials.
    pub variance: Option<VarianceParts>,
    /// The parameters that it goes with most, by rank correlation over draws (Spearman), the closest first; all of them stand in
    /// correlations.csv.
    pub correlations: Vec<Correlation>,
}

/// Where the variance of a trial comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VarianceParts {
    /// Variance of the expectation over draws of the parameters, the noise of trials within them taken off; an estimate without
    /// bias, so it may be below 0.
    pub parameters: f64,
    /// Mean variance of trials within a draw: chance.
    pub chance: f64,
    /// Share of the former in both.
    pub share: f64,
    /// Standard error of the share; null where there is too little to say.
    pub share_se: Option<f64>,
    /// Its 95 % interval.
    pub share_ci95: Option<[f64; 2]>,
}

/// How a parameter goes with something over draws.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Correlation {
    /// The parameter.
    pub parameter: String,
    /// Spearman's rank correlation.
    pub rho: f64,
    /// Its 95 % interval (Bonett & Wright 2000), of one correlation by itself.
    pub ci95: [f64; 2],
}

/// Correlations of the parameters with one outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct CorrelationRow {
    /// The outcome.
    pub outcome: String,
    /// The policy.
    pub policy: String,
    /// Whether of its difference from the first policy; else of its own mean.
    pub difference: bool,
    /// By parameter, the closest first.
    pub correlations: Vec<Correlation>,
}

/// Values of parameters in a number of draws.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    /// The parameters drawn, by position in the scenario, with their names.
    pub parameters: Vec<(usize, String)>,
    /// For each of them its value in every draw.
    pub values: Vec<Vec<f64>>,
    /// The parameters that have a law and keep their values all the same.
    pub kept: Vec<String>,
}

impl Design {
    /// The values in one draw, each with its parameter's position in the scenario.
    pub fn draw(&self, draw: usize) -> impl Iterator<Item = (usize, f64)> {
        let parameters = self.parameters.iter().zip(&self.values);
        parameters.map(move |((place, _), values)| (*place, values[draw]))
    }
}
