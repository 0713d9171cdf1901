//! Figure `survival-differences`: for each first time the difference of the survival curves from the baseline's, a panel a policy.

use super::sheets::{self, Part, Sheets};
use super::{chosen, measure};
use crate::figures::axis::{horizon, value_axis};
use crate::figures::curve;
use crate::figures::lines::{self, Line};
use crate::figures::multiples::{Across, Cell, into_pages};
use crate::figures::palette::STRENGTHS;
use crate::figures::stack::Block;
use crate::figures::stroke::Stroke;
use crate::figures::table::{calendar_field, field, time_column};
use crate::figures::{Context, Figure, FigureError};
use detente_model::scenario::Direction;
use detente_report::comparison::{Comparison, OutcomeComparison, SurvivalDifference};

/// A policy's curve.
struct Curve<'c> {
    policy: &'c str,
    /// (time, difference, its 95 % interval), in percentage points.
    rows: Vec<[f64; 4]>,
}

/// Draws the curves of all first times; none where there is no first time.
///
/// # Errors
/// A torn curve, or a failure of the drawing library.
pub fn draw(comparison: &Comparison, context: &Context) -> Result<Vec<Figure>, FigureError> {
    let (mut parts, mut said) = (Vec::new(), Vec::new());
    let drawn = chosen::policies(comparison);
    for (name, outcome) in &comparison.outcomes {
        let mut curves = Vec::new();
        let pairs = measure::from_baseline(outcome, comparison);
        for pair in pairs.filter(|pair| drawn.contains(&&pair.policy_a)) {
            if let Some(survival) = &pair.survival {
                let rows = read(&outcome.title, survival, horizon(context))?;
                if !rows.is_empty() {
                    curves.push(Curve {
                        policy: &pair.policy_a,
                        rows,
                    });
                }
            }
        }
        said.extend(describe(outcome, &curves));
        let cells = cells((name, outcome), curves, comparison, context);
        for row in into_pages(cells)?.into_iter().flatten() {
            let rows = row.table().cloned().collect();
            let block: Box<dyn Block> = Box::new(row);
            parts.push(Part { block, rows });
        }
    }
    let baseline = &comparison.baseline;
    let mut notes = vec![format!(
        "Share of trials not there yet, less that under {baseline}, over the same trials. Bands: pointwise 95 % intervals (Tango) of simulation error. \
         Panels of one outcome have one axis."
    )];
    notes.extend(chosen::left_out(comparison));
    let sheets = Sheets {
        name: "survival-differences",
        what: "Differences of survival curves",
        description: format!(
            "Share of trials not there yet less that under {baseline}, at the end, percentage points. {}.",
            said.join(". ")
        ),
        notes,
        keys: Vec::new(),
        columns: sheets::columns(&[
            "outcome",
            "title",
            "policy",
            "baseline",
            &time_column(context),
            "calendar_year",
            "difference",
            "low95",
            "high95",
        ]),
    };
    sheets::draw(&sheets, sheets::pack(parts), context)
}

fn read(
    title: &str,
    survival: &SurvivalDifference,
    horizon: f64,
) -> Result<Vec<[f64; 4]>, FigureError> {
    let columns: [(&str, &[f64]); 3] = [
        ("d", &survival.d),
        ("lo", &survival.lo),
        ("hi", &survival.hi),
    ];
    Ok(lines::percent(&curve::rows(
        title,
        &survival.t,
        columns,
        horizon,
    )?))
}

/// A panel a policy, all with the same axis.
fn cells<'c>(
    (name, outcome): (&str, &OutcomeComparison),
    curves: Vec<Curve<'c>>,
    comparison: &Comparison,
    context: &Context,
) -> Vec<Cell<'c>> {
    let ends = curves.iter().flat_map(|curve| &curve.rows);
    let ends = ends.flat_map(|row| row[1..].iter().copied());
    let (low, high) = ends.fold((0.0, 0.0), |(low, high), end| {
        (f64::min(low, end), f64::max(high, end))
    });
    let end = horizon(context);
    let cells = curves.into_iter().map(|curve| {
        let label = "difference (percentage points)".to_owned();
        let rows = curve.rows.iter().map(|&[time, difference, low, high]| {
            let names = [name, &outcome.title, curve.policy, &comparison.baseline];
            let mut row: Vec<String> = names.map(str::to_owned).to_vec();
            row.extend([field(Some(time)), calendar_field(context, time)]);
            row.extend([difference, low, high].map(|value| field(Some(value / 100.0))));
            row
        });
        let rows = rows.collect();
        let line = Line {
            stroke: Stroke::full(STRENGTHS[3], 0.4),
            rows: curve.rows,
        };
        let better = match outcome.better {
            Some(Direction::Higher) => "above 0: later, which is better",
            Some(Direction::Lower) => "below 0: sooner, which is better",
            None => "above 0: later",
        };
        Cell {
            title: format!("{}: {}", outcome.title, curve.policy),
            says: vec![better.to_owned()],
            across: Across::Time,
            value: value_axis(low, high, 0.0, label),
            right: None,
            legend: ("", Vec::new()),
            rows,
            draw: Box::new(move |canvas, panel| {
                panel.draw_grid(canvas)?;
                let zero = [panel.at(0.0, 0.0), panel.at(end, 0.0)];
                canvas.line(&zero, &Stroke::full(STRENGTHS[2], 0.3))?;
                lines::draw(canvas, panel, std::slice::from_ref(&line), end)
            }),
        }
    });
    cells.collect()
}

fn describe(outcome: &OutcomeComparison, curves: &[Curve]) -> Option<String> {
    let ends = curves.iter().filter_map(|curve| {
        let &[_, difference, low, high] = curve.rows.last()?;
        let text = measure::written(difference, Some([low, high]), 1.0);
        Some(format!("{} {text}", curve.policy))
    });
    let ends: Vec<String> = ends.collect();
    (!ends.is_empty()).then(|| format!("{}: {}", outcome.title, ends.join(", ")))
}
