//! The differences of a comparison, a row each.

use crate::draws::Draws;
use detente_report::comparison::{Comparison, ComparisonRow};
use detente_stats::mean_interval;

/// The rows of a comparison: every outcome and pair at the parameters' own values, then under each draw the differences from
/// the baseline.
#[must_use]
pub fn rows(comparison: &Comparison, draws: Option<&Draws<'_>>) -> Vec<ComparisonRow> {
    let mut rows = Vec::new();
    for (outcome, compared) in &comparison.outcomes {
        rows.extend(compared.pairs.iter().map(|pair| ComparisonRow {
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
        ComparisonRow {
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
