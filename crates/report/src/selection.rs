//! What a selection says, as it stands in `selection.json`.

use detente_model::scenario::Direction;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// A selection, as it stands in `selection.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Selection {
    /// The outcome.
    pub outcome: String,
    /// What figures call it.
    pub title: String,
    /// Unit of its values.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
    /// Which direction is better.
    pub better: Direction,
    /// The probability promised.
    pub confidence: f64,
    /// The smallest difference worth detecting.
    pub indifference: f64,
    /// The policy selected; null where the trials ended before one was left, and nothing is promised.
    pub selected: Option<String>,
    /// The policy with the best mean of those that were left.
    pub leader: String,
    /// Every policy, by name.
    pub policies: IndexMap<String, Candidate>,
    /// Trials of all policies together.
    pub trials: u64,
    /// Trials that it would have been with as many of every policy as of that which ran longest.
    pub trials_without_dropping: u64,
    /// Trials whose mean is one observation.
    pub batch_trials: u64,
    /// Observations of every policy before any was dropped.
    pub first_stage: u64,
    /// What the promise rests on.
    pub assumptions: Vec<String>,
}

/// A policy in a selection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// Trials until it was dropped, or the end.
    pub trials: u64,
    /// Mean over them; that of the one selected is likely too good, since it won.
    pub mean: f64,
    /// The policy that it lay furthest behind when it was dropped; null where it was not.
    pub dropped_by: Option<String>,
    /// Whether the two were equal in every trial that counted, and the earlier in order was kept.
    pub tie: bool,
}
