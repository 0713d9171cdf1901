//! `hypotheses.json`, the same as tables, and the `manifest.json` beside them.

use super::comparison::design_csv;
use super::delimited::{Csv, ends, number};
use super::error::StoreError;
use super::file_names::{HYPOTHESES_DRAWS, HYPOTHESES_FILE, HYPOTHESES_TABLE};
use super::folder::ResultFolder;
use super::manifest::{Input, Run};
use detente_report::hypotheses::{Effect, HypothesisReport};
use detente_study::draws::Design;
use detente_study::hypotheses::ClaimsDrawn;
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

/// The whole of the `manifest.json` beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HypothesesManifest {
    /// `detente`
    pub program: String,
    /// Its version.
    pub version: String,
    /// What the numbers are not.
    pub honesty: String,
    /// The scenario as it was run, with its claims.
    pub scenario: Input,
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

impl HypothesesManifest {
    /// The files covered by the promise of same bytes.
    #[must_use]
    pub fn same_bytes() -> Vec<String> {
        let files = [
            HYPOTHESES_FILE,
            HYPOTHESES_TABLE,
            HYPOTHESES_DRAWS,
            "draws.csv",
            "scenario.toml",
        ];
        files.map(str::to_owned).to_vec()
    }
}

fn csv(hypotheses: &IndexMap<String, HypothesisReport>) -> String {
    let mut csv = Csv::new([
        "hypothesis",
        "under",
        "estimate",
        "lo",
        "hi",
        "verdict",
        "expect",
        "smallest",
        "unit",
        "p",
        "p_holm",
    ]);
    for (name, of) in hypotheses {
        let smallest = number(of.smallest);
        let unit = of.unit.as_deref().unwrap_or("");
        let mut row = |under: &str, effect: &Effect, [p, p_holm]: [Option<f64>; 2]| {
            let [lo, hi] = ends(effect.ci95);
            csv.row([
                name.as_str(),
                under,
                &effect.estimate.to_string(),
                &lo,
                &hi,
                effect.verdict.text(),
                &of.expect,
                &smallest,
                unit,
                &number(p),
                &number(p_holm),
            ]);
        };
        row("", &of.effect, [Some(of.p), Some(of.p_holm)]);
        if let Some(without) = &of.without_mechanism {
            row("neutral parameters", &without.effect, [None; 2]);
        }
        for cell in &of.across {
            let levers = cell.levers.iter();
            let levers: Vec<String> = levers
                .map(|(lever, option)| format!("{lever} = {option}"))
                .collect();
            row(&levers.join(", "), &cell.effect, [None; 2]);
        }
    }
    csv.into_text()
}

fn draws_csv(drawn: &ClaimsDrawn<'_>) -> String {
    let mut csv = Csv::new(["hypothesis", "draw", "estimate", "se"]);
    for (name, estimates) in drawn.estimates() {
        for (draw, [estimate, se]) in estimates.iter().enumerate() {
            csv.row([
                name,
                &draw.to_string(),
                &estimate.to_string(),
                &se.to_string(),
            ]);
        }
    }
    csv.into_text()
}

impl ResultFolder {
    /// Writes `hypotheses.json` and the same as a table; with draws the claims' estimates and the parameters' values in each.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub fn write_hypotheses(
        &self,
        hypotheses: &Hypotheses,
        drawn: Option<(&ClaimsDrawn<'_>, &Design)>,
    ) -> Result<(), StoreError> {
        self.write_json(HYPOTHESES_FILE, hypotheses)?;
        self.write(HYPOTHESES_TABLE, csv(&hypotheses.hypotheses).as_bytes())?;
        let Some((drawn, design)) = drawn else {
            return Ok(());
        };
        self.write(HYPOTHESES_DRAWS, draws_csv(drawn).as_bytes())?;
        self.write("draws.csv", design_csv(design).as_bytes())
    }
}
