//! Figure `tornado`: the parameters with which each policy's difference from the baseline goes most, over draws.

use super::lanes::{Lane, Mark, RowPanel, into_parts};
use super::scale::Scale;
use super::sheets::{self, Part, Sheets};
use super::{chosen, measure};
use crate::figures::stack::Words;
use crate::figures::table::field;
use crate::figures::ticks::{counted, number};
use crate::figures::{Context, Figure, FigureError};
use detente_report::comparison::{Comparison, OutcomeComparison};
use detente_report::draws::{DifferenceDraws, DrawsReport};

/// Parameters of a panel, at most.
const MOST_PARAMETERS: usize = 12;
/// Pages, at most.
const MOST_PAGES: usize = 20;
/// Columns of the table.
const COLUMNS: [&str; 8] = [
    "outcome",
    "title",
    "policy",
    "baseline",
    "parameter",
    "rank_correlation",
    "low95",
    "high95",
];

/// Draws a panel an outcome and policy, each outcome on pages of its own; none where no parameters were drawn.
///
/// # Errors
/// A failure of the drawing library.
pub fn draw(comparison: &Comparison, context: &Context) -> Result<Vec<Figure>, FigureError> {
    let Some(draws) = &comparison.draws else {
        return Ok(Vec::new());
    };
    let policies = chosen::policies(comparison);
    let mut pages = Vec::new();
    for (name, outcome) in measure::shown(comparison) {
        let drawn = draws.outcomes.get(name);
        let differences = drawn.into_iter().flat_map(|drawn| &drawn.differences);
        let panels: Vec<RowPanel> = differences
            .filter(|of| !of.spread.correlations.is_empty() && policies.contains(&&of.policy_a))
            .map(|of| panel((name, outcome), of))
            .collect();
        if panels.is_empty() {
            continue;
        }
        let title = match measure::better(outcome) {
            Some((_, better)) => format!("{} ({better})", outcome.title),
            None => outcome.title.clone(),
        };
        let heading = || -> Result<Part<'static>, FigureError> {
            Ok(Part {
                block: Box::new(Words::new(&title, &[])?),
                rows: Vec::new(),
            })
        };
        let mut parts = vec![heading()?];
        parts.extend(into_parts(panels, 2)?);
        for (place, mut page) in sheets::pack(parts).into_iter().enumerate() {
            if place > 0 {
                page.insert(0, heading()?);
            }
            pages.push(page);
        }
    }
    let all = pages.len();
    pages.truncate(MOST_PAGES);
    let mut notes = vec![format!(
        "Spearman’s rank correlation over {} draws of {}, between each parameter and the policy’s mean difference from {}; the {MOST_PARAMETERS} \
         largest, with 95 % intervals (Bonett and Wright), each of one correlation by itself: among so many parameters some stand out by chance. \
         Above 0, amber: a larger value of the parameter goes with a larger difference.",
        draws.draws,
        counted(draws.parameters.len() as u64, "parameter"),
        comparison.baseline
    )];
    notes.extend(chosen::left_out(comparison));
    if all > MOST_PAGES {
        notes.push(format!(
            "{} more pages are not drawn; correlations.csv has all correlations.",
            all - MOST_PAGES
        ));
    }
    let sheets = Sheets {
        name: "tornado",
        what: "Parameters that differences go with",
        description: describe(comparison, draws),
        notes,
        keys: Vec::new(),
        columns: sheets::columns(&COLUMNS),
    };
    sheets::draw(&sheets, pages, context)
}

fn panel((name, outcome): (&str, &OutcomeComparison), of: &DifferenceDraws) -> RowPanel {
    let shown = || of.spread.correlations.iter().take(MOST_PARAMETERS);
    let label = "rank correlation with the difference".to_owned();
    RowPanel {
        title: format!("{} less {}", of.policy_a, of.policy_b),
        scale: Scale::between((-1.0, 1.0), label),
        line: 0.0,
        side: None,
        lanes: shown()
            .map(|found| Lane {
                name: found.parameter.clone(),
                mark: Mark::Bar {
                    value: found.rho,
                    ends: found.ci95,
                },
                number: measure::signed(number(found.rho, 2)),
            })
            .collect(),
        rows: shown()
            .map(|found| {
                let names = [
                    name,
                    &outcome.title,
                    &of.policy_a,
                    &of.policy_b,
                    &found.parameter,
                ];
                let numbers = [found.rho, found.ci95[0], found.ci95[1]];
                let names = names.map(str::to_owned).into_iter();
                names
                    .chain(numbers.map(|value| field(Some(value))))
                    .collect()
            })
            .collect(),
    }
}

fn describe(comparison: &Comparison, draws: &DrawsReport) -> String {
    let said = measure::shown(comparison).filter_map(|(name, outcome)| {
        let differences = draws.outcomes.get(name)?.differences.iter();
        let first = differences.filter_map(|of| {
            let first = of.spread.correlations.first()?;
            let (parameter, rho) = (&first.parameter, measure::signed(number(first.rho, 2)));
            Some(format!("{} {parameter} {rho}", of.policy_a))
        });
        let first: Vec<String> = first.collect();
        (!first.is_empty()).then(|| format!("{}: {}", outcome.title, first.join(", ")))
    });
    let said: Vec<String> = said.collect();
    format!(
        "The largest correlation of each policy. {}.",
        said.join(". ")
    )
}
