//! The JSON files of a run.

use super::error::StoreError;
use super::file_names::TRAJECTORY_FILE;
use super::folder::ResultFolder;
use super::listing::sha256;
use detente_report::manifest::{Input, RunManifest};
use detente_report::summary::Summary;
use detente_report::trajectory::Trajectory;

/// An input file whose resolved text, which stands in the result folder, is `text`.
#[must_use]
pub fn input(name: &str, title: &str, file: Option<String>, text: &str) -> Input {
    Input {
        name: name.to_owned(),
        title: title.to_owned(),
        file,
        sha256: sha256(text),
    }
}

impl ResultFolder {
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
    pub fn manifest(&self) -> Result<RunManifest, StoreError> {
        self.read_json("manifest.json")
    }
}
