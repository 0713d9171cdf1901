//! The differences of a comparison, a row each.

use super::comparison::Comparison;
use super::delimited::{Csv, ends, number};
use detente_stats::mean_interval;
use detente_study::draws::Draws;

/// A difference of two policies on one outcome: a row of `comparison.csv` and `comparison.parquet`.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparisonRow {
    /// The outcome.
    pub outcome: String,
    /// The policy whose value counts positive.
    pub policy_a: String,
    /// The policy whose value is taken off.
    pub policy_b: String,
    /// The draw of the parameters, counted from 0; none at the parameters' own values.
    pub draw: Option<u64>,
    /// Mean difference over trials.
    pub estimate: f64,
    /// Its standard error.
    pub se: Option<f64>,
    /// Its 95 % interval.
    pub ci95: Option<[f64; 2]>,
}

impl ComparisonRow {
    /// The rows of a comparison: every outcome and pair at the parameters' own values, then under each draw the differences from
    /// the baseline.
    #[must_use]
    pub fn all(comparison: &Comparison, draws: Option<&Draws<'_>>) -> Vec<Self> {
        let mut rows = Vec::new();
        for (outcome, compared) in &comparison.outcomes {
            rows.extend(compared.pairs.iter().map(|pair| Self {
                outcome: outcome.clone(),
                policy_a: pair.policy_a.clone(),
                policy_b: pair.policy_b.clone(),
                draw: None,
                estimate: pair.estimate,
                se: pair.se,
                ci95: pair.ci95,
            }));
        }
        let differences = draws.into_iter().flat_map(Draws::differences);
        rows.extend(differences.map(|(outcome, [a, b], draw, of)| {
            let se = of.se();
            let spread = se.filter(|se| *se > 0.0);
            Self {
                outcome: outcome.to_owned(),
                policy_a: a.to_owned(),
                policy_b: b.to_owned(),
                draw: Some(draw as u64),
                estimate: of.mean(),
                se,
                ci95: spread.map(|se| mean_interval(of.mean(), se, of.count())),
            }
        }));
        rows
    }

    /// The rows as CSV.
    pub(super) fn csv(rows: &[Self]) -> String {
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
}
