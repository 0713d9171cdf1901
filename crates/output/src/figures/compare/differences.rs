//! Figure `differences`: for each outcome every policy's paired difference from the baseline, with its interval.

use super::lanes::{Lane, MOST_LANES, Mark, RowPanel, Side, into_parts};
use super::measure;
use super::scale::Scale;
use super::sheets::{self, Sheets};
use crate::figures::legend::{Entry, Key};
use crate::figures::stroke::Marker;
use crate::figures::table::field;
use crate::figures::{Context, Figure, FigureError};
use detente_report::comparison::{Comparison, OutcomeComparison, PairComparison};

/// Columns of the table.
const COLUMNS: [&str; 14] = [
    "outcome",
    "title",
    "kind",
    "unit",
    "better",
    "policy",
    "baseline",
    "difference",
    "low95",
    "high95",
    "p_holm",
    "trials_that_differ",
    "mean",
    "may_be_best",
];

/// Draws the forest plots; none where there is nothing to hold against the baseline.
///
/// # Errors
/// A failure of the drawing library.
pub fn draw(comparison: &Comparison, context: &Context) -> Result<Vec<Figure>, FigureError> {
    let names: Vec<&String> = comparison.policies.keys().collect();
    let (mut panels, mut without) = (Vec::new(), false);
    for policies in names.chunks(MOST_LANES) {
        for (name, outcome) in measure::shown(comparison) {
            let panel = panel((name, outcome), policies, comparison, context);
            without |= measure::from_baseline(outcome, comparison).any(|pair| pair.ci95.is_none());
            panels.extend(panel);
        }
    }
    let columns = if panels.len() > 1 { 2 } else { 1 };
    let judged = measure::shown(comparison).any(|(_, outcome)| outcome.better.is_some());
    let baseline = &comparison.baseline;
    let mut notes = vec![format!(
        "Paired differences from {baseline} over the same trials, with 95 % intervals of simulation error (Tango’s score interval for shares of trials, else \
         Student’s t), each by itself. The baseline’s row gives its own mean with its interval."
    )];
    if judged {
        notes.push(
            "May be the best: no other policy is better at 5 % over all the others (one-sided, Bonferroni), so the best one is among them with a chance of \
             at least 95 %."
                .to_owned(),
        );
    }
    if without {
        notes.push(
            "Squares have no interval: no trial differs from the baseline’s, or all differ by the same, so that these trials show no spread to judge by; that is \
             not certainty."
                .to_owned(),
        );
    }
    let sheets = Sheets {
        name: "differences",
        what: "Differences between policies",
        description: describe(comparison, context),
        notes,
        keys: if judged { keys() } else { Vec::new() },
        columns: sheets::columns(&COLUMNS),
    };
    let pages = sheets::pack(into_parts(panels, columns)?);
    sheets::draw(&sheets, pages, context)
}

fn keys() -> Vec<Entry> {
    [
        (true, "may be the best"),
        (false, "another policy is better"),
    ]
    .map(|(filled, name)| Entry {
        key: Key::Sign(Marker::Disc, filled),
        name: name.to_owned(),
        number: String::new(),
    })
    .to_vec()
}

/// A panel of some policies; none where there is no difference to show.
fn panel(
    (name, outcome): (&str, &OutcomeComparison),
    policies: &[&String],
    comparison: &Comparison,
    context: &Context,
) -> Option<RowPanel> {
    let factor = measure::factor(outcome);
    let all = || measure::from_baseline(outcome, comparison);
    all().next()?;
    let ends = all().flat_map(|pair| {
        let ends = pair.ci95.into_iter().flatten();
        ends.chain([pair.estimate]).map(|end| factor * end)
    });
    let unit = measure::unit_of_difference(outcome, context);
    let scale = Scale::around_0(
        ends,
        format!("difference from {} ({unit})", comparison.baseline),
    );
    let mut panel = RowPanel {
        title: outcome.title.clone(),
        scale,
        line: 0.0,
        side: measure::better(outcome).map(|(right, words)| Side { right, words }),
        lanes: Vec::new(),
        rows: Vec::new(),
    };
    for policy in policies {
        let pair = all().find(|pair| pair.policy_a == **policy);
        if pair.is_some() || **policy == comparison.baseline {
            let of = (name, outcome);
            panel.lanes.push(lane(outcome, policy, pair, comparison));
            panel.rows.push(row(of, policy, pair, comparison));
        }
    }
    Some(panel)
}

fn lane(
    outcome: &OutcomeComparison,
    policy: &str,
    pair: Option<&PairComparison>,
    comparison: &Comparison,
) -> Lane {
    let factor = measure::factor(outcome);
    let standing = outcome.policies.get(policy);
    let rank = standing.and_then(|standing| standing.rank.as_ref());
    let filled = rank.is_none_or(|rank| rank.may_be_best);
    let Some(pair) = pair else {
        let mean = standing.map(|standing| measure::mean(standing, outcome, comparison.trials));
        return Lane {
            name: policy.to_owned(),
            mark: Mark::Baseline { filled },
            number: mean.map_or(String::new(), |(mean, interval)| {
                let sign = if factor == 1.0 { "" } else { " %" };
                format!("mean {}{sign}", measure::written(mean, interval, factor))
            }),
        };
    };
    Lane {
        name: policy.to_owned(),
        mark: Mark::Point {
            value: factor * pair.estimate,
            ends: pair.ci95.map(|ends| ends.map(|end| factor * end)),
            filled,
        },
        number: measure::difference(pair, factor),
    }
}

fn row(
    (name, outcome): (&str, &OutcomeComparison),
    policy: &str,
    pair: Option<&PairComparison>,
    comparison: &Comparison,
) -> Vec<String> {
    let standing = outcome.policies.get(policy);
    let rank = standing.and_then(|standing| standing.rank.as_ref());
    let ends = pair.and_then(|pair| pair.ci95);
    let mut row = vec![
        name.to_owned(),
        outcome.title.clone(),
        outcome.kind.to_string(),
        outcome.unit.clone().unwrap_or_default(),
        outcome
            .better
            .map_or_else(String::new, |better| better.to_string()),
        policy.to_owned(),
        comparison.baseline.clone(),
        field(pair.map(|pair| pair.estimate)),
    ];
    row.extend([0, 1].map(|end| field(ends.map(|ends| ends[end]))));
    row.push(field(pair.and_then(|pair| pair.p_holm)));
    row.push(pair.map_or(String::new(), |pair| pair.trials_that_differ.to_string()));
    row.push(field(standing.map(|standing| standing.mean)));
    row.push(rank.map_or(String::new(), |rank| rank.may_be_best.to_string()));
    row
}

/// What the figure says for those who cannot see it.
fn describe(comparison: &Comparison, context: &Context) -> String {
    let outcomes = measure::shown(comparison).map(|(_, outcome)| {
        let factor = measure::factor(outcome);
        let pairs = measure::from_baseline(outcome, comparison);
        let pairs =
            pairs.map(|pair| format!("{} {}", pair.policy_a, measure::difference(pair, factor)));
        let unit = measure::unit_of_difference(outcome, context);
        let pairs: Vec<String> = pairs.collect();
        format!("{} ({unit}): {}", outcome.title, pairs.join(", "))
    });
    let outcomes: Vec<String> = outcomes.collect();
    let baseline = &comparison.baseline;
    format!("Differences from {baseline}. {}.", outcomes.join(". "))
}
