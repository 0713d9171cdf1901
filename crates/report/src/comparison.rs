//! What a comparison says, as it stands in `comparison.json` and in the table beside it.

use crate::draws::DrawsReport;
use crate::summary::ObligationSummary;
use detente_model::scenario::{Direction, MeasureKind};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// The whole of `comparison.json`. Outcomes stand in the order of the scenario, policies in that of the command line, the
/// baseline before them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// What the numbers are not.
    pub honesty: String,
    /// The scenario's title.
    pub scenario: String,
    /// The policies' titles, by name.
    pub policies: IndexMap<String, String>,
    /// The policy that the others are held against.
    pub baseline: String,
    /// The seed that all policies share.
    pub seed: u64,
    /// Trials of each policy.
    pub trials: u64,
    /// The scenario's time unit.
    pub time_unit: String,
    /// The date of t = 0, where the scenario has one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub epoch: Option<String>,
    /// The end of every trial, in time units.
    pub horizon: f64,
    /// One entry an outcome.
    pub outcomes: IndexMap<String, OutcomeComparison>,
    /// How each policy keeps each obligation, by obligation and policy; absent where the scenario has none.
    #[serde(skip_serializing_if = "IndexMap::is_empty", default)]
    pub obligations: IndexMap<String, IndexMap<String, ObligationSummary>>,
    /// The policies that no other beats on all of some outcomes, where two outcomes or more have a better direction.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub front: Option<Front>,
    /// The same over draws of the parameters, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub draws: Option<DrawsReport>,
}

/// One outcome under all policies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutcomeComparison {
    /// The kind of measure.
    pub kind: MeasureKind,
    /// What figures call it.
    pub title: String,
    /// Unit of its values.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
    /// Which direction is better, where the scenario says so.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub better: Option<Direction>,
    /// Each policy by itself, by name.
    pub policies: IndexMap<String, Standing>,
    /// Each pair of policies, the later one less the earlier one; so the baseline, which comes first, is always taken off.
    pub pairs: Vec<PairComparison>,
}

/// One policy on one outcome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// Mean over trials; of a `first_time` that of the smaller of it and the horizon.
    pub mean: f64,
    /// Its standard error; null for one trial.
    pub se: Option<f64>,
    /// Where one direction is better: how it stands to the best.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rank: Option<Rank>,
}

/// How a policy stands to the best on one outcome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rank {
    /// Whether it cannot be told from the best: no other policy is better by the paired differences at a level of 5 % over
    /// all the others (one-sided, Bonferroni). The truly best one is among those with a chance of at least 95 %.
    pub may_be_best: bool,
    /// How much worse its mean is than the best policy's; 0 for the best.
    pub regret: f64,
    /// The simultaneous 95 % interval of `regret` over all the others (Bonferroni).
    pub regret_ci95: [f64; 2],
}

/// Two policies on one outcome, trial by trial.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PairComparison {
    /// The policy whose value counts positive.
    pub policy_a: String,
    /// The policy whose value is taken off.
    pub policy_b: String,
    /// Mean of a − b over trials; of first times, of the smaller of each and the horizon.
    pub estimate: f64,
    /// Its standard error over trials; null for one trial.
    pub se: Option<f64>,
    /// Its 95 % interval: Tango's score interval for `ever`, else Student's. Where no trial differs, what so many trials
    /// cannot exclude; null where that has no bound, and where all trials differ by the same.
    pub ci95: Option<[f64; 2]>,
    /// Two-sided p-value of no difference: the exact test of `McNemar` for `ever`, else by the standard error. Null where the trials show no
    /// spread from which to judge.
    pub p: Option<f64>,
    /// The same adjusted over all pairs of this outcome (Holm 1979).
    pub p_holm: Option<f64>,
    /// Trials in which the two have different values.
    pub trials_that_differ: u64,
    /// What sharing random numbers brought.
    pub sharing: Sharing,
    /// Of `ever`: the probability under a over that under b.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ratio: Option<RiskRatio>,
    /// Where one direction is better, but not of `ever`: whether one policy's outcomes dominate the other's.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dominance: Option<DominancePair>,
    /// Of a `first_time`, against the baseline: the difference of the survival curves.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub survival: Option<SurvivalDifference>,
}

/// What it brought that both policies ran on the same random numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sharing {
    /// Of the two policies' values over trials; null where one has no spread.
    pub correlation: Option<f64>,
    /// Variance of the difference of independent runs over that of the paired one; null where no trial differs, or both
    /// have no spread.
    pub variance_ratio: Option<f64>,
    /// Trials of each policy that independent runs would need more for the same standard error; below 0 where they would need
    /// fewer. Null as `variance_ratio`.
    pub trials_saved: Option<f64>,
    /// The same in a sentence.
    pub says: String,
}

/// Stochastic dominance between two policies, tested at 5 % for each claim by itself (Davidson & Duclos 2013).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DominancePair {
    /// Of a over b.
    pub a_over_b: DominanceClaim,
    /// Of b over a.
    pub b_over_a: DominanceClaim,
}

/// Whether one policy's outcomes dominate another's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DominanceClaim {
    /// The order that is shown: `first`, where at every threshold a better outcome is more probable, so that it is better for
    /// everyone who wants better outcomes; `second`, where it is for everyone who also avoids risk; null where neither is.
    pub shown: Option<String>,
    /// The p-value of first order: the largest over the thresholds, one-sided.
    pub p_first: f64,
    /// The p-value of second order.
    pub p_second: f64,
}

/// A ratio of probabilities.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RiskRatio {
    /// a over b; null where it never happened under b.
    pub estimate: Option<f64>,
    /// Its 95 % interval (Bonett & Price 2006), null where it has no end.
    pub ci95: [Option<f64>; 2],
}

/// The probability of not having got there by time t under a, less that under b.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SurvivalDifference {
    /// Times from 0 to the horizon.
    pub t: Vec<f64>,
    /// Differences.
    pub d: Vec<f64>,
    /// Lower 95 % limits at each time by itself (Tango).
    pub lo: Vec<f64>,
    /// Upper 95 % limits.
    pub hi: Vec<f64>,
}

/// Policies that no other beats on all of some outcomes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Front {
    /// The outcomes.
    pub outcomes: Vec<String>,
    /// Every policy, by name.
    pub policies: IndexMap<String, FrontMember>,
    /// How often the trials were resampled.
    pub resamples: u64,
}

/// One policy and the front.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FrontMember {
    /// Whether it is on the front: no other policy is as good in every outcome and better in one, by the means.
    pub on_front: bool,
    /// The share of resamples of the trials in which it is: it shows simulation error alone, and goes to 0 or 1 with more
    /// trials.
    pub share_of_resamples: f64,
    /// The policies that beat it, by the means.
    pub beaten_by: Vec<String>,
}

/// A difference of two policies on one outcome: a row of `comparison.csv` and `comparison.parquet`.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparisonRow {
    /// The outcome.
    pub outcome: String,
    /// The policy whose value counts positive.
    pub policy_a: String,
    /// The policy whose value is taken off.
    pub policy_b: String,
    /// The draw of the parameters, counted from 0; none at the parameters' own values.
    pub draw: Option<u64>,
    /// Mean difference over trials.
    pub estimate: f64,
    /// Its standard error.
    pub se: Option<f64>,
    /// Its 95 % interval.
    pub ci95: Option<[f64; 2]>,
}
