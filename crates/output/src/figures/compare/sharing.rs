//! Figure `sharing`: what it brought that all policies ran on the same random numbers.

use super::lanes::{Lane, MOST_LANES, Mark, RowPanel, Side, into_parts};
use super::scale::Scale;
use super::sheets::{self, Sheets};
use super::{chosen, measure};
use crate::figures::table::field;
use crate::figures::ticks::number;
use crate::figures::{Context, Figure, FigureError};
use detente_report::comparison::{Comparison, OutcomeComparison, PairComparison};

/// Columns of the table.
const COLUMNS: [&str; 7] = [
    "outcome",
    "title",
    "policy",
    "baseline",
    "correlation",
    "variance_ratio",
    "trials_saved",
];
/// Panels beside each other.
const ACROSS: usize = 3;

/// Draws the ratios of variances, a panel a policy; none where there are none.
///
/// # Errors
/// A failure of the drawing library.
pub fn draw(comparison: &Comparison, context: &Context) -> Result<Vec<Figure>, FigureError> {
    let outcomes: Vec<(&String, &OutcomeComparison)> = measure::shown(comparison).collect();
    let ratios = || {
        let pairs = outcomes.iter();
        let pairs = pairs.flat_map(|(_, of)| measure::from_baseline(of, comparison));
        pairs.filter_map(|pair| pair.sharing.variance_ratio)
    };
    if ratios().next().is_none() {
        return Ok(Vec::new());
    }
    let label = "variance of independent runs over that of these (logarithmic)".to_owned();
    let scale = Scale::ratios(ratios(), label);
    let mut panels = Vec::new();
    for outcomes in outcomes.chunks(MOST_LANES) {
        for policy in chosen::policies(comparison) {
            let mut panel = RowPanel {
                title: policy.clone(),
                scale: scale.clone(),
                line: 1.0,
                side: Some(Side {
                    right: false,
                    words: "worse".to_owned(),
                }),
                lanes: Vec::new(),
                rows: Vec::new(),
            };
            for (name, outcome) in outcomes {
                let mut pairs = measure::from_baseline(outcome, comparison);
                if let Some(pair) = pairs.find(|pair| pair.policy_a == *policy) {
                    panel.lanes.push(lane(outcome, pair));
                    panel.rows.push(row((name, outcome), pair));
                }
            }
            if !panel.lanes.is_empty() {
                panels.push(panel);
            }
        }
    }
    let worse = ratios().filter(|ratio| *ratio < 1.0).count();
    let mut notes = vec![format!(
        "Variance of the difference from {} in independent runs over that in these runs, which share their random numbers: so many times as many trials \
         would independent runs need. Left of 1, shaded: sharing made it worse than independent runs ({worse} of {}). Where no trial differs, or all \
         differ by the same, there is no ratio. Triangles point at what lies beyond the axis.",
        comparison.baseline,
        ratios().count()
    )];
    notes.extend(chosen::left_out(comparison));
    let sheets = Sheets {
        name: "sharing",
        what: "What shared random numbers brought",
        description: describe(comparison, &outcomes),
        notes,
        keys: Vec::new(),
        columns: sheets::columns(&COLUMNS),
    };
    let across = ACROSS.min(panels.len());
    let pages = sheets::pack(into_parts(panels, across)?);
    sheets::draw(&sheets, pages, context)
}

/// The ratio in words.
fn times(ratio: f64) -> String {
    match ratio {
        1e6.. => format!("×{ratio:.1e}"),
        100.0..1e6 => format!("×{}", number(ratio, 0)),
        10.0..100.0 => format!("×{ratio:.1}"),
        _ => format!("×{ratio:.2}"),
    }
}

fn lane(outcome: &OutcomeComparison, pair: &PairComparison) -> Lane {
    let ratio = pair.sharing.variance_ratio;
    let said = if pair.trials_that_differ == 0 {
        "none differs"
    } else {
        "all by the same"
    };
    Lane {
        name: outcome.title.clone(),
        mark: ratio.map_or(Mark::None, Mark::Dot),
        number: ratio.map_or_else(|| said.to_owned(), times),
    }
}

fn row((name, outcome): (&str, &OutcomeComparison), pair: &PairComparison) -> Vec<String> {
    let sharing = &pair.sharing;
    vec![
        name.to_owned(),
        outcome.title.clone(),
        pair.policy_a.clone(),
        pair.policy_b.clone(),
        field(sharing.correlation),
        field(sharing.variance_ratio),
        field(sharing.trials_saved),
    ]
}

fn describe(comparison: &Comparison, outcomes: &[(&String, &OutcomeComparison)]) -> String {
    let said = outcomes.iter().map(|(_, outcome)| {
        let pairs = measure::from_baseline(outcome, comparison);
        let pairs = pairs.map(|pair| {
            let ratio = pair.sharing.variance_ratio;
            let ratio = ratio.map_or_else(|| "no ratio".to_owned(), times);
            format!("{} {ratio}", pair.policy_a)
        });
        let pairs: Vec<String> = pairs.collect();
        format!("{}: {}", outcome.title, pairs.join(", "))
    });
    let said: Vec<String> = said.collect();
    format!("Ratios of variances. {}.", said.join(". "))
}
