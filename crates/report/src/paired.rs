//! One trial under two policies: the form that `trace --against --json` prints and the paired timeline draws.
//!
//! A pair of values, steps or the like is that under the first policy, then that under the second.

use super::trajectory::{Held, Trajectory};
use serde::{Deserialize, Serialize};

/// Two trajectories of one trial, where they part and why, and how they come to end differently.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PairedTrial {
    /// The trajectories.
    pub trajectories: [Trajectory; 2],
    /// The choices and settings that differ, and what else does at t = 0, before anything fires.
    pub at_start: Vec<Difference>,
    /// The names of the policies' rules.
    pub rules: [Vec<String>; 2],
    /// Pairs of steps that are the same firing, or the choice of a rule of the same name, at the same time.
    pub shared: Vec<[usize; 2]>,
    /// The first firing that is not the same in both; none where all are.
    pub parting: Option<Link>,
    /// The steps of the chains below, in the order of time.
    pub links: Vec<Link>,
    /// The outcomes that differ, in the order of the scenario.
    pub outcomes: Vec<OutcomeDifference>,
}

/// A lever, parameter, variable or the like that has two values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// What it is.
    pub kind: DifferenceKind,
    /// Its name.
    pub name: String,
    /// Its values.
    pub values: [Held; 2],
    /// The steps since which it differs without a break; none since the start.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub since: Option<Steps>,
}

/// What can differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DifferenceKind {
    /// A choice.
    Lever,
    /// A constant of the trial.
    Parameter,
    /// A part of the state.
    Variable,
    /// A factor of the doctrine.
    Factor,
    /// The doctrine's level.
    Level,
}

/// Steps by index in each trajectory: both where they are shared, else that of the one in which it happens.
pub type Steps = [Option<usize>; 2];

/// A step that is not the same in both trajectories, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// When, in time units.
    pub t: f64,
    /// Where it stands.
    pub steps: Steps,
    /// Of a clock's firing that happens in one trajectory alone, the step that is the same firing of that event, counted
    /// from the start, in the other; none where the other has none by its end.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub counterpart: Option<usize>,
    /// Why; none where what is recorded does not say.
    pub reason: Option<Reason>,
}

/// Why a step is not the same under both policies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// What differed.
    pub kind: ReasonKind,
    /// The factor or the level whose condition it is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// What it was, in the language of scenarios; of a guard the part that decides.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expression: Option<String>,
    /// Its values.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub values: Option<[Held; 2]>,
    /// Since when it differed, or when it was read, in time units.
    pub t: f64,
    /// Its values when the step came, where they were others by then.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub values_then: Option<[Held; 2]>,
    /// The random number that both policies share and that a probability was held against.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub drawn: Option<f64>,
    /// The names through which the difference came; those that matter most first.
    pub through: Vec<Difference>,
    /// The steps that it follows directly.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub follows: Option<Steps>,
}

impl Reason {
    /// A reason of a kind, with nothing else known.
    #[must_use]
    pub fn bare(kind: ReasonKind, t: f64) -> Self {
        Self {
            kind,
            name: None,
            expression: None,
            values: None,
            t,
            values_then: None,
            drawn: None,
            through: Vec::new(),
            follows: None,
        }
    }
}

/// What can make a step differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonKind {
    /// A guard held under one policy alone.
    Guard,
    /// A rate.
    Rate,
    /// A hazard ratio.
    HazardRatio,
    /// A speed.
    Speed,
    /// An argument of a clock's law, read when the clock started.
    Law,
    /// A date.
    Date,
    /// The guard of a consequence when its cause fired.
    ConsequenceGuard,
    /// The probability of a consequence.
    Probability,
    /// An argument of a consequence's delay.
    Delay,
    /// The guard of a consequence when it was due.
    Lapse,
    /// Its cause fired under one policy alone.
    Cause,
    /// Its clock is out of step since an earlier firing.
    Clock,
    /// It, or its cause, is another firing by number, and so has other random numbers, since an earlier one.
    Number,
    /// What made its guard hold happened under one policy alone.
    Enabled,
    /// The probability of a branch.
    Branch,
    /// The value that it assigned.
    Effect,
    /// The condition of a factor.
    Factor,
    /// A rule of the doctrine.
    Level,
    /// A rule that only one policy has.
    Rule,
    /// The condition of a rule, which is another one under each policy.
    RuleCondition,
    /// The condition of a rule, the same under both, which held under one alone.
    RuleHeld,
    /// The delay of a rule: another law, or an argument that it read when the condition came to hold.
    RuleDelay,
    /// What a rule chooses.
    RuleChoice,
    /// The other trial could not go on.
    Failure,
}

/// An outcome that has two values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutcomeDifference {
    /// Its name.
    pub name: String,
    /// Its values; null where it was not reached.
    pub values: [Option<f64>; 2],
    /// The states that it was reached in, of one with a `by`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub by: Option<[Option<String>; 2]>,
    /// How it comes to differ: a chain for each trajectory in which it is decided, one where it is decided in both at once.
    pub chains: Vec<Chain>,
}

/// What led to a difference in an outcome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chain {
    /// When it was decided, in time units.
    pub t: f64,
    /// The names that the outcome reads and that differ then; those that matter most first.
    pub reads: Vec<Difference>,
    /// Indices in `links`, in the order of time; none where the difference comes from the start itself.
    pub links: Vec<usize>,
}
