//! `manifest.json`: how a result came about. Every kind of result has the same head.

use serde::{Deserialize, Serialize};
use std::ops::Deref;

/// The whole of a `manifest.json` but for the list of files at its end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest<T> {
    /// `detente`
    pub program: String,
    /// Its version.
    pub version: String,
    /// What the numbers are not; every table and figure says it.
    pub honesty: String,
    /// The scenario as it was run.
    pub scenario: Input,
    /// The fields that only this kind of result has.
    #[serde(flatten)]
    pub details: T,
}

impl<T> Manifest<T> {
    /// A manifest of this version of the program.
    #[must_use]
    pub fn new(honesty: String, scenario: Input, details: T) -> Self {
        Self {
            program: "detente".to_owned(),
            // All crates have the workspace's version.
            version: env!("CARGO_PKG_VERSION").to_owned(),
            honesty,
            scenario,
            details,
        }
    }
}

/// As flat as the file: a field of the details is read as one of the manifest.
impl<T> Deref for Manifest<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.details
    }
}

/// The manifest of a run.
pub type RunManifest = Manifest<RunDetails>;
/// The manifest of a comparison or a selection.
pub type ComparisonManifest = Manifest<ComparisonDetails>;
/// The manifest of a game.
pub type GameManifest = Manifest<GameDetails>;
/// The manifest of judged claims.
pub type HypothesesManifest = Manifest<HypothesesDetails>;
/// The manifest of an exact solution.
pub type ExactManifest = Manifest<ExactDetails>;

/// A run of one policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunDetails {
    /// The policy as it was run.
    pub policy: Input,
    /// The scenario's time unit.
    pub time_unit: String,
    /// The date of t = 0.
    pub epoch: Option<String>,
    /// The end of every trial, in time units.
    pub horizon: f64,
    /// How the trials were run.
    pub run: Run,
    /// Files covered by the promise of same bytes.
    pub same_bytes: Vec<String>,
}

/// A comparison of policies, or a selection among them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComparisonDetails {
    /// The policies as they were run; in a comparison each has a folder of its name.
    pub policies: Vec<Input>,
    /// The end of every trial, in time units.
    pub horizon: f64,
    /// How the trials were run; events are those of all policies together.
    pub run: Run,
    /// Files covered by the promise of same bytes.
    pub same_bytes: Vec<String>,
}

/// A game. Its scenario is that with the payoffs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GameDetails {
    /// The file of the payoffs, where it is another than the scenario's.
    pub payoffs: Option<String>,
    /// The policies.
    pub policies: Vec<Input>,
    /// How the trials were run; events are those of all profiles together.
    pub run: Run,
    /// Files covered by the promise of same bytes.
    pub same_bytes: Vec<String>,
}

/// Claims, judged. Their scenario is that with the claims.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HypothesesDetails {
    /// The file of the claims, where it is another than the scenario's.
    pub claims: Option<String>,
    /// The policies that the claims name.
    pub policies: Vec<Input>,
    /// The distinct settings, each in words.
    pub settings: Vec<String>,
    /// How the trials were run; events are those of all settings together.
    pub run: Run,
    /// Files covered by the promise of same bytes.
    pub same_bytes: Vec<String>,
}

/// An exact solution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExactDetails {
    /// The policy as it was solved.
    pub policy: Input,
    /// The scenario's time unit.
    pub time_unit: String,
    /// The date of t = 0.
    pub epoch: Option<String>,
    /// The end of time, in time units.
    pub horizon: f64,
    /// How it was solved.
    pub exact: ExactSolution,
}

/// An input file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// Its name, inside.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Where it was read, as given; none for the policy of defaults.
    pub file: Option<String>,
    /// SHA-256 of the resolved text that stands in the result folder.
    pub sha256: String,
}

/// How the trials were run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// The seed.
    pub seed: u64,
    /// Whether all trials asked for are done.
    pub complete: bool,
    /// Trials asked for.
    pub trials_asked: u64,
    /// Trials done.
    pub trials_done: u64,
    /// Trials in a chunk, which sums depend on.
    pub chunk_trials: u64,
    /// Threads.
    pub threads: usize,
    /// What `--precision` asked for and whether it was met, where it was given.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub precision: Option<PrecisionReport>,
    /// What ran the trials: `engine`, or `oracle` where a test asked for it.
    pub sampler: String,
    /// Seconds that the trials took.
    pub wall_seconds: f64,
    /// Seconds of all processors that they took.
    pub cpu_seconds: f64,
    /// Events fired.
    pub events: u64,
    /// Events fired in a second of `wall_seconds`.
    pub events_per_second: f64,
    /// The command line.
    pub command_line: Vec<String>,
}

/// How narrow intervals were to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrecisionReport {
    /// The half-width of the 95 % intervals, as it was asked for: `0.01`, or `5%` of the mean.
    pub asked: String,
    /// Numbers of trials after which the intervals were judged. They hold for one look; after several the chance that
    /// one misses is somewhat higher than 5 %.
    pub looks: Vec<u64>,
    /// Outcomes whose intervals are still wider, in the order of the scenario.
    pub not_reached: Vec<String>,
}

/// How a scenario was solved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExactSolution {
    /// Reachable states, in which no instant event is about to fire.
    pub states: usize,
    /// Transitions between them.
    pub transitions: usize,
    /// A limit to the error of every probability at every time, rounding aside.
    pub error: f64,
    /// Seconds that it took.
    pub wall_seconds: f64,
    /// The command line.
    pub command_line: Vec<String>,
}
