//! The files of a comparison: `comparison.json`, and the same as tables.

use super::delimited::{Csv, ends, number};
use super::error::StoreError;
use super::folder::ResultFolder;
use detente_report::comparison::{Comparison, ComparisonRow};
use detente_report::draws::{Correlation, CorrelationRow, Design};

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

/// The rows as CSV.
fn comparison_csv(rows: &[ComparisonRow]) -> String {
    let mut csv = Csv::new([
        "outcome", "policy_a", "policy_b", "draw", "estimate", "se", "lo", "hi",
    ]);
    for row in rows {
        let [lo, hi] = ends(row.ci95);
        csv.row([
            &row.outcome,
            &row.policy_a,
            &row.policy_b,
            &row.draw.map_or_else(String::new, |draw| draw.to_string()),
            &row.estimate.to_string(),
            &number(row.se),
            &lo,
            &hi,
        ]);
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
        design: &Design,
        correlations: &[CorrelationRow],
    ) -> Result<(), StoreError> {
        self.write("draws.csv", design_csv(design).as_bytes())?;
        self.write(
            "correlations.csv",
            correlations_csv(correlations).as_bytes(),
        )
    }

    /// Writes `comparison.json`, and the same as tables in `comparison.csv` and `comparison.parquet`.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub fn write_comparison(
        &self,
        comparison: &Comparison,
        rows: &[ComparisonRow],
    ) -> Result<(), StoreError> {
        self.write_json("comparison.json", comparison)?;
        self.write("comparison.csv", comparison_csv(rows).as_bytes())?;
        self.write_comparison_parquet(rows)
    }

    /// Reads `comparison.json`.
    ///
    /// # Errors
    /// Where it cannot be read or has another form.
    pub fn comparison(&self) -> Result<Comparison, StoreError> {
        self.read_json("comparison.json")
    }
}
