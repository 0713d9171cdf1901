//! Figure `best`: how often each policy is the best over draws of the parameters, and how its difference from the baseline varies.

use super::lanes::{Lane, Mark, RowPanel, Side, into_parts};
use super::scale::Scale;
use super::sheets::{self, Sheets};
use super::{chosen, measure};
use crate::figures::interval::{decimals_for, percent_with_interval};
use crate::figures::table::field;
use crate::figures::ticks::number;
use crate::figures::{Context, Figure, FigureError};
use detente_report::comparison::{Comparison, OutcomeComparison};
use detente_report::draws::{DifferenceDraws, DrawsReport, OutcomeDraws};

/// Columns of the table.
const COLUMNS: [&str; 14] = [
    "outcome",
    "title",
    "policy",
    "baseline",
    "share_best",
    "share_best_low95",
    "share_best_high95",
    "expected_regret",
    "difference_q05",
    "difference_q50",
    "difference_q95",
    "share_above_zero",
    "share_above_zero_low95",
    "share_above_zero_high95",
];

/// Draws two panels an outcome; none where no parameters were drawn.
///
/// # Errors
/// A failure of the drawing library.
pub fn draw(comparison: &Comparison, context: &Context) -> Result<Vec<Figure>, FigureError> {
    let Some(draws) = &comparison.draws else {
        return Ok(Vec::new());
    };
    let policies = chosen::policies(comparison);
    let mut panels = Vec::new();
    for (name, outcome) in measure::shown(comparison) {
        if let Some(drawn) = draws.outcomes.get(name)
            && !drawn.differences.is_empty()
        {
            let of = Of {
                name,
                outcome,
                drawn,
                comparison,
            };
            panels.extend(of.panels(&policies, context));
        }
    }
    let mut notes = vec![format!(
        "Left: share of {} draws in which a policy has the best mean, with 95 % intervals (Wilson) of so many draws; of ties all count. Right: bars from \
         the 5 % to the 95 % quantile of the draws’ mean differences from {}, a line at the median. Each draw has {} trials of each policy, \
         whose noise is in both: it blurs who is best and widens the bars.",
        draws.draws, comparison.baseline, draws.trials_per_draw
    )];
    notes.extend(chosen::left_out(comparison));
    let sheets = Sheets {
        name: "best",
        what: "Policies over draws of the parameters",
        description: describe(comparison, draws),
        notes,
        keys: Vec::new(),
        columns: sheets::columns(&COLUMNS),
    };
    let pages = sheets::pack(into_parts(panels, 2)?);
    sheets::draw(&sheets, pages, context)
}

/// One outcome over the draws.
struct Of<'c> {
    name: &'c str,
    outcome: &'c OutcomeComparison,
    drawn: &'c OutcomeDraws,
    comparison: &'c Comparison,
}

impl Of<'_> {
    fn panels(&self, policies: &[&String], context: &Context) -> [RowPanel; 2] {
        let factor = measure::factor(self.outcome);
        let title = &self.outcome.title;
        let unit = measure::unit_of_difference(self.outcome, context);
        let quantiles = self.drawn.differences.iter();
        let quantiles = quantiles.flat_map(|of| of.spread.quantiles);
        let mut shares = RowPanel {
            title: title.clone(),
            scale: Scale::between(
                (0.0, 100.0),
                "share of draws in which it is best (%)".to_owned(),
            ),
            line: 0.0,
            side: None,
            lanes: Vec::new(),
            rows: Vec::new(),
        };
        let mut spans = RowPanel {
            title: String::new(),
            scale: Scale::around_0(
                quantiles.map(|value| factor * value),
                format!("difference over draws ({unit})"),
            ),
            side: measure::better(self.outcome).map(|(right, words)| Side { right, words }),
            ..shares.clone()
        };
        for policy in policies {
            let drawn = self.drawn.policies.get(*policy);
            let best = drawn.and_then(|drawn| drawn.best.as_ref());
            let mut differences = self.drawn.differences.iter();
            let difference = differences.find(|of| of.policy_a == **policy);
            let name = (*policy).clone();
            shares.lanes.push(Lane {
                name: name.clone(),
                mark: best.map_or(Mark::None, |best| Mark::Point {
                    value: 100.0 * best.share,
                    ends: Some(best.ci95.map(|end| 100.0 * end)),
                    filled: true,
                }),
                number: best.map_or(String::new(), |best| {
                    percent_with_interval(best.share, best.ci95)
                }),
            });
            spans.lanes.push(Lane {
                name,
                mark: difference.map_or(Mark::Baseline { filled: true }, |of| {
                    Mark::Span(of.spread.quantiles.map(|value| factor * value))
                }),
                number: difference.map_or_else(|| "baseline".to_owned(), |of| span(of, factor)),
            });
            shares.rows.push(self.row(policy, difference));
        }
        [shares, spans]
    }

    fn row(&self, policy: &str, difference: Option<&DifferenceDraws>) -> Vec<String> {
        let drawn = self.drawn.policies.get(policy);
        let best = drawn.and_then(|drawn| drawn.best.as_ref());
        let names = [
            self.name,
            &self.outcome.title,
            policy,
            &self.comparison.baseline,
        ];
        let mut row: Vec<String> = names.map(str::to_owned).to_vec();
        row.push(field(best.map(|best| best.share)));
        row.extend([0, 1].map(|end| field(best.map(|best| best.ci95[end]))));
        row.push(field(best.map(|best| best.expected_regret)));
        row.extend([0, 1, 2].map(|at| field(difference.map(|of| of.spread.quantiles[at]))));
        row.push(field(difference.map(|of| of.share_above_zero)));
        row.extend([0, 1].map(|at| field(difference.map(|of| of.share_above_zero_ci95[at]))));
        row
    }
}

/// The ends of a span in words.
fn span(of: &DifferenceDraws, factor: f64) -> String {
    let [low, _, high] = of.spread.quantiles.map(|value| factor * value);
    let decimals = decimals_for(0.05 * (high - low));
    let [low, high] = [low, high].map(|value| number(value, decimals));
    format!("{low} to {high}")
}

fn describe(comparison: &Comparison, draws: &DrawsReport) -> String {
    let said = measure::shown(comparison).filter_map(|(name, outcome)| {
        let policies = draws.outcomes.get(name)?.policies.iter();
        let shares = policies.filter_map(|(policy, drawn)| {
            let best = drawn.best.as_ref()?;
            Some(format!(
                "{policy} {}",
                percent_with_interval(best.share, best.ci95)
            ))
        });
        let shares: Vec<String> = shares.collect();
        Some(format!("{}: {}", outcome.title, shares.join(", ")))
    });
    let said: Vec<String> = said.collect();
    format!(
        "Share of draws in which each policy is best, %. {}.",
        said.join(". ")
    )
}
