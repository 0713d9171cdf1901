//! One trial told event by event: the form that `trace --json` prints and the timeline draws.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// A trial from t = 0 to the horizon, or to the step that it could not take.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trajectory {
    /// Name of the scenario.
    pub scenario: String,
    /// Name of the policy.
    pub policy: String,
    /// What figures call the scenario and the policy.
    #[serde(default)]
    pub titles: Titles,
    /// The seed.
    pub seed: u64,
    /// The trial.
    pub trial: u64,
    /// The scenario's time unit.
    pub time_unit: String,
    /// The date of t = 0.
    pub epoch: Option<String>,
    /// The end of the trial, in time units.
    pub horizon: f64,
    /// What the trajectory is not.
    pub honesty: String,
    /// The doctrine's levels, lowest first; none without a doctrine.
    pub levels: Vec<String>,
    /// The doctrine's factors, in the order of the scenario.
    pub factors: Vec<FactorInfo>,
    /// The state at t = 0, before anything fires: variables and levers.
    pub initial: IndexMap<String, Held>,
    /// The level at t = 0, before anything fires.
    pub initial_level: Option<String>,
    /// The factors on at t = 0, before anything fires.
    pub initial_factors: Vec<String>,
    /// What happened, in order; the first steps alone where there is a `cut`.
    pub steps: Vec<Step>,
    /// How much more happened than `steps` has; none where that is all.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cut: Option<Cut>,
    /// Value of each outcome; null where it was not reached. None where the trial failed.
    pub outcomes: Option<IndexMap<String, Option<f64>>>,
    /// Of each outcome with a `by` that was reached, the state that it was reached in.
    #[serde(skip_serializing_if = "IndexMap::is_empty", default)]
    pub by: IndexMap<String, String>,
    /// Why the trial could not go on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub failure: Option<String>,
}

/// The steps of a trajectory that are counted and not kept.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Cut {
    /// Steps of the trial, those kept included.
    pub steps_in_all: u64,
    /// When the first step that is not kept happened.
    pub t: f64,
}

/// Titles; empty in files of versions that did not store them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Titles {
    /// Of the scenario.
    pub scenario: String,
    /// Of the policy.
    pub policy: String,
}

impl Trajectory {
    /// What figures call the scenario: its title, or its name where that is not known.
    #[must_use]
    pub fn scenario_title(&self) -> &str {
        title_or(&self.titles.scenario, &self.scenario)
    }

    /// What figures call the policy: its title, or its name where that is not known.
    #[must_use]
    pub fn policy_title(&self) -> &str {
        title_or(&self.titles.policy, &self.policy)
    }
}

fn title_or<'a>(title: &'a str, name: &'a str) -> &'a str {
    if title.is_empty() { name } else { title }
}

/// A factor of the doctrine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactorInfo {
    /// Its name.
    pub name: String,
    /// What figures call it.
    pub title: String,
    /// The level that it belongs to.
    pub level: String,
}

/// What a variable or lever holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Held {
    /// A number.
    Number(f64),
    /// A state or an option.
    State(String),
}

/// A firing of an event, or a choice of the policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// When, in time units.
    pub t: f64,
    /// The day, where the scenario has an epoch.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub date: Option<String>,
    /// Name of the event, or of the policy's rule.
    pub name: String,
    /// What a reader calls it.
    pub title: String,
    /// Whose doing it is, where the scenario says so.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub actor: Option<String>,
    /// Why it happened.
    pub cause: StepCause,
    /// The index in `steps` of the step that it follows: of a consequence its cause, of a rule the step at which its
    /// condition became true, of an instant event the step before it, which need not be the one that made its guard true.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub caused_by: Option<usize>,
    /// The branch that it took, of an event that has branches, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub branch: Option<u32>,
    /// What it changed.
    pub changes: Vec<Change>,
    /// The level before and after, where it changed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub level: Option<LevelChange>,
    /// The factors that it turned.
    pub factors: Vec<FactorTurn>,
}

/// What makes a step happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepCause {
    /// A memoryless clock.
    Rate,
    /// A clock with a law of age.
    Clock,
    /// A calendar.
    Calendar,
    /// An instant event's guard.
    Guard,
    /// An earlier firing of another event.
    Consequence,
    /// A rule of the policy.
    Rule,
}

/// A variable or lever with another value than before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The variable or lever.
    pub name: String,
    /// Before.
    pub from: Held,
    /// After.
    pub to: Held,
}

/// A change of the doctrine's level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelChange {
    /// Before.
    pub from: String,
    /// After.
    pub to: String,
}

/// A factor turned on or off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactorTurn {
    /// The factor.
    pub name: String,
    /// Whether it is on now.
    pub on: bool,
}
