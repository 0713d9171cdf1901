//! `manifest.json`: how a result came about.

use super::error::StoreError;
use super::file_names::TRAJECTORY_FILE;
use super::listing::sha256;
use detente_report::summary::Summary;
use detente_report::trajectory::Trajectory;
use serde::{Deserialize, Serialize};

/// The files and kinds of file that are the same bytes for the same scenario, policy, seed and number of trials
/// done, whatever the number of threads.
pub const SAME_BYTES: [&str; 6] = [
    "summary.json",
    "trial-0.json",
    "scenario.toml",
    "policy.toml",
    "figures/*.svg",
    "figures/*.csv",
];

/// The whole of `manifest.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// `detente`
    pub program: String,
    /// Its version.
    pub version: String,
    /// What the numbers are not; every table and figure says it.
    pub honesty: String,
    /// The scenario as it was run.
    pub scenario: Input,
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

impl Input {
    /// An input whose resolved text is `text`.
    #[must_use]
    pub fn new(name: &str, title: &str, file: Option<String>, text: &str) -> Self {
        Self {
            name: name.to_owned(),
            title: title.to_owned(),
            file,
            sha256: sha256(text),
        }
    }
}

impl super::ResultFolder {
    /// Writes `summary.json`.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write_summary(&self, summary: &Summary) -> Result<(), StoreError> {
        self.write_json("summary.json", summary)
    }

    /// Writes the run's first trial, told step by step.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write_trajectory(&self, told: &Trajectory) -> Result<(), StoreError> {
        self.write_json(TRAJECTORY_FILE, told)
    }

    /// Reads the run's first trial, if the run left it.
    ///
    /// # Errors
    /// Where it cannot be read or has another form.
    pub fn trajectory(&self) -> Result<Option<Trajectory>, StoreError> {
        let left = self.path().join(TRAJECTORY_FILE).exists();
        left.then(|| self.read_json(TRAJECTORY_FILE)).transpose()
    }

    /// Reads `summary.json`.
    ///
    /// # Errors
    /// Where it cannot be read or has another form.
    pub fn summary(&self) -> Result<Summary, StoreError> {
        self.read_json("summary.json")
    }

    /// Reads `manifest.json`.
    ///
    /// # Errors
    /// Where it cannot be read or has another form.
    pub fn manifest(&self) -> Result<Manifest, StoreError> {
        self.read_json("manifest.json")
    }
}
