//! What is found out about claims, as it stands in `hypotheses.json`.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// The whole of `hypotheses.json`. Claims stand in the order of the file or of the command line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hypotheses {
    /// What the numbers are not.
    pub honesty: String,
    /// The scenario's title.
    pub scenario: String,
    /// The seed that all settings share.
    pub seed: u64,
    /// Trials of each setting.
    pub trials: u64,
    /// Distinct settings that were run.
    pub settings: u64,
    /// The scenario's time unit.
    pub time_unit: String,
    /// The end of every trial, in time units.
    pub horizon: f64,
    /// Claims judged at once, over which p-values are adjusted.
    pub claims: u64,
    /// Each claim, by name.
    pub hypotheses: IndexMap<String, HypothesisReport>,
}

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

/// By claim, its estimate and standard error in each draw of the parameters.
pub type ClaimEstimates = IndexMap<String, Vec<[f64; 2]>>;

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

/// What the trials say of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The whole interval lies where the claim has it: by the smallest effect of interest or more, where one is stated.
    Supported,
    /// The interval lies on the claimed side of 0, but the effect may be smaller than the smallest of interest, or not.
    AsClaimedSizeOpen,
    /// The interval lies within the smallest effect of interest, on which side of 0 does not matter.
    TooSmall,
    /// The interval lies on the other side of 0, but the effect may be smaller than the smallest of interest, or not.
    ContrarySizeOpen,
    /// The whole interval lies on the other side, by the smallest effect of interest or more, where one is stated.
    Contradicted,
    /// The trials do not tell.
    Undecided,
}

/// Where a verdict has the effect, held against the claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Where the claim has it.
    Claimed,
    /// On the other side.
    Contrary,
    /// On neither.
    Neither,
}

impl Verdict {
    /// All of them, from the claim's side to the other.
    pub const ALL: [Self; 6] = [
        Self::Supported,
        Self::AsClaimedSizeOpen,
        Self::TooSmall,
        Self::ContrarySizeOpen,
        Self::Contradicted,
        Self::Undecided,
    ];

    /// Where it has the effect.
    #[must_use]
    pub fn side(self) -> Side {
        match self {
            Self::Supported | Self::AsClaimedSizeOpen => Side::Claimed,
            Self::Contradicted | Self::ContrarySizeOpen => Side::Contrary,
            Self::TooSmall | Self::Undecided => Side::Neither,
        }
    }

    /// In words.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Supported => "supported",
            Self::AsClaimedSizeOpen => "as claimed, size open",
            Self::TooSmall => "too small to matter",
            Self::ContrarySizeOpen => "contrary, size open",
            Self::Contradicted => "contradicted",
            Self::Undecided => "undecided",
        }
    }
}

/// What is left of an effect without its mechanism.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Left {
    /// The interval lies within the smallest effect of interest.
    Gone,
    /// The interval lies on one side of 0 and reaches beyond the smallest effect of interest.
    StillThere,
    /// The trials do not tell.
    CannotBeTold,
}

impl Left {
    /// In words.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::StillThere => "still there",
            Self::CannotBeTold => "whether it is gone cannot be told",
        }
    }
}
