//! Figure `exact`: what trials found over time, over the exact solution.

use super::axis::{horizon, value_axis};
use super::canvas::Canvas;
use super::legend::{Entry, Key};
use super::multiples::{self, Across, Cell, Multiples};
use super::panel::Panel;
use super::stroke::{Marker, Stroke};
use super::table::{calendar_field, field, time_column};
use super::{Context, Figure, FigureError};
use detente_report::exact::ExactSummary;
use detente_report::summary::Summary;
use detente_stats::{Z_95, wilson_of_share};

/// Times at which trials are shown, at most.
const MOST_DISCS: usize = 16;

/// One quantity over time.
struct Curve {
    name: String,
    stroke: Stroke,
    /// (time, exact value, the trials' value, the ends of its 95 % interval).
    rows: Vec<[f64; 5]>,
}

/// Draws every first time and series of an exact solution with what trials found; none where there is nothing.
///
/// # Errors
/// A failure of the drawing library.
pub fn exact(
    solution: &ExactSummary,
    run: &Summary,
    context: &Context,
) -> Result<Vec<Figure>, FigureError> {
    let mut cells = Vec::new();
    for (name, exact) in &solution.outcomes {
        let found = run.outcomes.get(name).and_then(|of| of.survival.as_ref());
        if let (Some(exact_curve), Some(found)) = (&exact.survival, found) {
            let there = |shares: &[f64]| shares.iter().map(|share| 1.0 - share).collect();
            let curve = shares(
                "got there",
                0,
                &exact_curve.t,
                (there(&exact_curve.s), there(&found.s)),
                run.trials,
            );
            let label = "share that got there (%)".to_owned();
            cells.push(cell(name, &exact.title, label, vec![curve], context));
        }
    }
    for (name, exact) in &solution.series {
        let Some(found) = run.series.get(name) else {
            continue;
        };
        let label = exact.unit.clone();
        if let (Some(mean), Some(found), Some(sd)) = (&exact.mean, &found.mean, &found.sd) {
            let n = (run.trials as f64).sqrt();
            let rows = exact.t.iter().zip(mean).zip(found.iter().zip(sd));
            let rows = rows.map(|((time, exact), (mean, sd))| {
                let half = Z_95 * sd / n;
                [*time, *exact, *mean, mean - half, mean + half]
            });
            let curve = Curve {
                name: "mean".to_owned(),
                stroke: Stroke::of_category(0),
                rows: rows.collect(),
            };
            let label = label.unwrap_or_else(|| "mean".to_owned());
            cells.push(cell(name, &exact.title, label, vec![curve], context));
        } else if let (Some(exact_states), Some(states)) = (&exact.states, &found.states) {
            let pairs = exact_states.iter().enumerate();
            let curves = pairs.filter_map(|(index, (state, exact_shares))| {
                let found = states.get(state)?;
                let both = (exact_shares.clone(), found.clone());
                Some(shares(state, index, &exact.t, both, run.trials))
            });
            let label = "share of trials (%)".to_owned();
            cells.push(cell(name, &exact.title, label, curves.collect(), context));
        }
    }
    let columns = [
        "name",
        "title",
        "curve",
        &time_column(context),
        "calendar_year",
        "exact",
        "run",
        "low95",
        "high95",
    ];
    let multiples = Multiples {
        name: "exact",
        what: "Trials over the exact solution",
        description: "Lines: exact values over time. Discs: what trials found, with 95 % intervals."
            .to_owned(),
        notes: vec![
            "Lines: the exact solution. Discs with bars: the trials, with pointwise 95 % intervals of simulation error."
                .to_owned(),
        ],
        keys: Vec::new(),
        columns: columns.map(str::to_owned).to_vec(),
        cells,
        said_heading: "",
        said: Vec::new(),
    };
    multiples::draw(multiples, run.trials, context)
}

/// A curve of shares, in percent.
fn shares(
    name: &str,
    index: usize,
    times: &[f64],
    (exact, found): (Vec<f64>, Vec<f64>),
    trials: u64,
) -> Curve {
    let rows = times.iter().zip(exact.into_iter().zip(found));
    let rows = rows.map(|(time, (exact, found))| {
        let [low, high] = wilson_of_share(found, trials);
        [
            *time,
            100.0 * exact,
            100.0 * found,
            100.0 * low,
            100.0 * high,
        ]
    });
    Curve {
        name: name.to_owned(),
        stroke: Stroke::of_category(index),
        rows: rows.collect(),
    }
}

fn cell<'a>(
    name: &str,
    title: &str,
    label: String,
    curves: Vec<Curve>,
    context: &Context,
) -> Cell<'a> {
    let values = curves.iter().flat_map(|curve| &curve.rows);
    let values = values.flat_map(|row| [row[1], row[3], row[4]]);
    let (low, high) = values.fold((0.0, f64::MIN), |(low, high), value| {
        (f64::min(low, value), f64::max(high, value))
    });
    let high = if high > low { high } else { low + 1.0 };
    let rows = curves
        .iter()
        .flat_map(|curve| {
            curve.rows.iter().map(|row| {
                let names = [name, title, &curve.name].map(str::to_owned);
                let time = [field(Some(row[0])), calendar_field(context, row[0])];
                let numbers = row[1..].iter().map(|number| field(Some(*number)));
                names.into_iter().chain(time).chain(numbers).collect()
            })
        })
        .collect();
    let entry = |curve: &Curve| Entry {
        key: Key::Line(curve.stroke),
        name: curve.name.clone(),
        number: String::new(),
    };
    let legend = if curves.len() > 1 {
        curves.iter().map(entry).collect()
    } else {
        Vec::new()
    };
    let end = horizon(context);
    Cell {
        title: title.to_owned(),
        says: Vec::new(),
        across: Across::Time,
        value: value_axis(low, high, 0.0, label).with_headroom(),
        right: None,
        legend: ("", legend),
        rows,
        draw: Box::new(move |canvas, panel| draw(canvas, panel, &curves, end)),
    }
}

fn draw(canvas: &mut Canvas, panel: &Panel, curves: &[Curve], end: f64) -> Result<(), FigureError> {
    panel.draw_grid(canvas)?;
    for (index, curve) in curves.iter().enumerate() {
        let rows: Vec<&[f64; 5]> = curve.rows.iter().filter(|row| row[0] <= end).collect();
        let line: Vec<[f64; 2]> = rows.iter().map(|row| [row[0], row[1]]).collect();
        panel.curve(canvas, &line, &curve.stroke)?;
        // Evenly spaced, and curves at times of their own where there are several.
        let step = rows.len().div_ceil(MOST_DISCS).max(1);
        for row in rows.iter().skip(index % step).step_by(step) {
            let &[time, _, found, low, high] = *row;
            let bar = [panel.at(time, low), panel.at(time, high)];
            canvas.line(&bar, &Stroke::full(curve.stroke.colour, 0.3))?;
            let marker = [Marker::Disc, Marker::Square, Marker::Triangle][index % 3];
            let corners = marker.corners(panel.at(time, found));
            canvas.fill(&corners, curve.stroke.colour, 1.0)?;
        }
    }
    Ok(())
}
