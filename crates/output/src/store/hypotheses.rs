//! `hypotheses.json`, and the same as tables.

use super::comparison::design_csv;
use super::delimited::{Csv, ends, number};
use super::error::StoreError;
use super::file_names::{HYPOTHESES_DRAWS, HYPOTHESES_FILE, HYPOTHESES_TABLE};
use super::folder::ResultFolder;
use detente_report::draws::Design;
use detente_report::hypotheses::{ClaimEstimates, Effect, Hypotheses, HypothesisReport};
use indexmap::IndexMap;

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

fn draws_csv(drawn: &ClaimEstimates) -> String {
    let mut csv = Csv::new(["hypothesis", "draw", "estimate", "se"]);
    for (name, estimates) in drawn {
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
    /// Writes `hypotheses.json` and the same as a table; with draws each claim's estimates and standard errors, and
    /// the parameters' values.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub fn write_hypotheses(
        &self,
        hypotheses: &Hypotheses,
        drawn: Option<(&ClaimEstimates, &Design)>,
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
