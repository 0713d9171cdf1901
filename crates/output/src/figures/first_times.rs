//! A panel of first times: for each of them the share of trials that got there by t.

use super::axis::{Axis, horizon, value_axis};
use super::canvas::Canvas;
use super::interval::{percent_with_interval, shares_at_the_end};
use super::legend::{Entry, Key};
use super::lines::{self, Line};
use super::panel::Panel;
use super::stroke::Stroke;
use super::table::{calendar_field, field};
use super::{Context, FigureError, curve};
use crate::store::Csv;
use detente_report::summary::Summary;

/// One event that trials come to.
pub struct FirstTime {
    /// The outcome's name in the scenario.
    name: String,
    /// What the outcome is called.
    title: String,
    /// (time, share of trials that got there, its 95 % interval).
    rows: Vec<[f64; 4]>,
    /// How its curve looks.
    stroke: Stroke,
}

/// Reads every outcome that is a first time, the most frequent first.
///
/// # Errors
/// A torn curve.
pub fn read(summary: &Summary, context: &Context) -> Result<Vec<FirstTime>, FigureError> {
    let mut all = Vec::new();
    for (name, outcome) in &summary.outcomes {
        let Some(survival) = &outcome.survival else {
            continue;
        };
        let columns: [(&str, &[f64]); 3] = [
            ("s", &survival.s),
            ("lo", &survival.lo),
            ("hi", &survival.hi),
        ];
        let rows: Vec<[f64; 4]> =
            curve::rows(&outcome.title, &survival.t, columns, horizon(context))?;
        if !rows.is_empty() {
            let rows = rows
                .iter()
                .map(|&[time, share, low, high]| [time, 1.0 - share, 1.0 - high, 1.0 - low])
                .collect();
            let stroke = Stroke::of_category(all.len());
            all.push(FirstTime {
                name: name.clone(),
                title: outcome.title.clone(),
                rows,
                stroke,
            });
        }
    }
    // Sorted after the looks are given out, so that an outcome looks the same under every policy.
    all.sort_by(|one, other| other.last()[1].total_cmp(&one.last()[1]));
    Ok(all)
}

/// The axis of shares in percent, as high as the highest band.
pub fn axis(all: &[FirstTime]) -> Axis {
    let highest = all
        .iter()
        .flat_map(|first| &first.rows)
        .map(|row| row[1].max(row[3]))
        .fold(0.0, f64::max);
    let highest = if highest > 0.0 {
        100.0 * highest.min(1.0)
    } else {
        1.0
    };
    value_axis(
        0.0,
        highest,
        0.0,
        "share of trials that got there by then (%)".to_owned(),
    )
    .with_headroom()
}

/// The keys of the curves, in the order in which they end.
pub fn entries(all: &[FirstTime]) -> Vec<Entry> {
    let entry = |first: &FirstTime| {
        let [_, share, low, high] = first.last();
        Entry {
            key: Key::Line(first.stroke),
            name: first.title.clone(),
            number: percent_with_interval(share, [low, high]),
        }
    };
    all.iter().map(entry).collect()
}

/// Draws the bands, then the curves over them.
///
/// # Errors
/// The SVG backend refuses a shape.
pub fn draw(
    all: &[FirstTime],
    canvas: &mut Canvas,
    panel: &Panel,
    context: &Context,
) -> Result<(), FigureError> {
    panel.draw_grid(canvas)?;
    let curves: Vec<Line> = all
        .iter()
        .map(|first| Line {
            stroke: first.stroke,
            rows: lines::percent(&first.rows),
        })
        .collect();
    lines::draw(canvas, panel, &curves, horizon(context))
}

/// A sentence for those who cannot see the panel.
pub fn describe(all: &[FirstTime]) -> String {
    let ends = all.iter().map(|first| (first.title.as_str(), first.last()));
    shares_at_the_end("that got there", ends)
}

/// Adds the panel's numbers to a table with the columns of the figure.
pub fn tabulate(all: &[FirstTime], table: &mut Csv, context: &Context) {
    for first in all {
        for &[time, share, low, high] in &first.rows {
            let numbers = [time, share, low, high].map(|number| field(Some(number)));
            let [time_field, share, low, high] = numbers;
            let before = [
                "share_of_trials_there".to_owned(),
                first.name.clone(),
                first.title.clone(),
                time_field,
            ];
            let after = [calendar_field(context, time), share, low, high].into_iter();
            table.row(
                before
                    .into_iter()
                    .chain(after)
                    .chain(std::iter::repeat_n(String::new(), 4)),
            );
        }
    }
}

impl FirstTime {
    /// The upper end of the 95 % interval of the share of trials that got there by the end.
    pub fn upper_end(&self) -> f64 {
        let [_, share, _, high] = self.last();
        share.max(high)
    }

    /// The row of the last time.
    fn last(&self) -> [f64; 4] {
        self.rows.last().copied().unwrap_or_default()
    }
}
