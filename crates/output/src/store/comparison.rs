//! `comparison.json`, the same as a table in `comparison.csv`, and the `manifest.json` beside them.

use super::delimited::Csv;
use super::error::StoreError;
use super::folder::ResultFolder;
use super::manifest::{Input, Run};
use detente_report::comparison::{Front, OutcomeComparison};
use detente_report::draws::{Correlation, DrawsReport};
use detente_report::summary::ObligationSummary;
use detente_study::draws::{CorrelationRow, Design, Draws};
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

/// The whole of a comparison's `manifest.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComparisonManifest {
    /// `detente`
    pub program: String,
    /// Its version.
    pub version: String,
    /// What the numbers are not.
    pub honesty: String,
    /// The scenario as it was run.
    pub scenario: Input,
    /// The policies as they were run; each has a folder of its name.
    pub policies: Vec<Input>,
    /// The end of every trial, in time units.
    pub horizon: f64,
    /// How the trials were run; events and trials are those of all policies together.
    pub run: Run,
    /// Files covered by the promise of same bytes.
    pub same_bytes: Vec<String>,
}

/// The files of a comparison's folder that are the same bytes for the same scenario, policies, seed and trials; in each
/// policy's folder stand more.
pub(super) const SAME_BYTES_COMPARED: [&str; 7] = [
    "comparison.json",
    "comparison.csv",
    "draws.csv",
    "correlations.csv",
    "selection.json",
    "figures/*.svg",
    "figures/*.csv",
];

impl ComparisonManifest {
    /// The files covered by the promise of same bytes.
    #[must_use]
    pub fn same_bytes() -> Vec<String> {
        SAME_BYTES_COMPARED.map(str::to_owned).to_vec()
    }
}

/// The parameters' values in each draw, as a table.
pub(super) fn design_csv(design: &Design) -> String {
    let names = design.parameters.iter().map(|(_, name)| name.as_str());
    let mut csv = Csv::new(["draw"].into_iter().chain(names));
    for draw in 0..design.values.first().map_or(0, Vec::len) {
        let values = design.values.iter().map(|values| values[draw].to_string());
        csv.row([draw.to_string()].into_iter().chain(values));
    }
    csv.into_text()
}

/// How every parameter goes with outcomes, as a table.
fn correlations_csv(rows: &[CorrelationRow]) -> String {
    let mut csv = Csv::new(["outcome", "policy", "of", "parameter", "rho", "lo", "hi"]);
    for row in rows {
        let of = if row.difference { "difference" } else { "mean" };
        for Correlation {
            parameter,
            rho,
            ci95,
        } in &row.correlations
        {
            let [lo, hi] = ci95.map(|end| end.to_string());
            let rho = rho.to_string();
            csv.row([
                row.outcome.as_str(),
                &row.policy,
                of,
                parameter,
                &rho,
                &lo,
                &hi,
            ]);
        }
    }
    csv.into_text()
}

impl ResultFolder {
    /// Writes `draws.csv`, the parameters' values in each draw, and `correlations.csv`, how they go with outcomes.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub fn write_draws(
        &self,
        draws: &Draws<'_>,
        correlations: &[CorrelationRow],
    ) -> Result<(), StoreError> {
        self.write("draws.csv", design_csv(draws.design()).as_bytes())?;
        self.write(
            "correlations.csv",
            correlations_csv(correlations).as_bytes(),
        )
    }

    /// Reads `comparison.json`.
    ///
    /// # Errors
    /// Where it cannot be read or has another form.
    pub fn comparison(&self) -> Result<Comparison, StoreError> {
        self.read_json("comparison.json")
    }
}
