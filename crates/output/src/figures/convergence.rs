//! Figure `convergence`: how the mean of each outcome settled as trials were added.

use super::axis::{Axis, snug_axis};
use super::canvas::Canvas;
use super::interval::value_with_interval;
use super::legend::{Entry, Key};
use super::multiples::{self, Across, Cell, Multiples};
use super::palette::{MUTED, STRENGTHS};
use super::panel::Panel;
use super::stroke::{Marker, Stroke};
use super::table::field;
use super::ticks::{Tick, number};
use super::{Context, Figure, FigureError, curve, units};
use detente_report::summary::{OutcomeSummary, Summary};

/// Fewer looks say nothing.
const LEAST_LOOKS: usize = 3;
/// The dashes of the final value.
const DASHES: &[f64] = &[0.8, 0.8];

/// The looks at one outcome.
struct Looks {
    /// (trials, mean, ends of its 95 % interval or no numbers).
    rows: Vec<[f64; 4]>,
}

/// Draws all outcomes whose trials differ; none where there are fewer than three looks.
///
/// # Errors
/// A torn curve, or a failure of the drawing library.
pub fn draw(summary: &Summary, context: &Context) -> Result<Vec<Figure>, FigureError> {
    let mut cells = Vec::new();
    let mut constant = Vec::new();
    for (name, outcome) in &summary.outcomes {
        let looks = read(outcome)?;
        if looks.rows.len() < LEAST_LOOKS {
            continue;
        }
        if outcome.constant.is_some() {
            constant.push(outcome.title.clone());
            continue;
        }
        let last = looks.last();
        let interval = (last[2] < last[3]).then_some([last[2], last[3]]);
        cells.push(Cell {
            title: outcome.title.clone(),
            says: vec![format!("mean {}", value_with_interval(last[1], interval))],
            across: Across::Ready(looks.across()),
            value: looks.axis(units::of_mean(outcome, context)),
            right: None,
            legend: ("", Vec::new()),
            rows: looks.table(name, outcome, context),
            draw: Box::new(move |canvas, panel| looks.draw(canvas, panel)),
        });
    }
    if cells.is_empty() {
        return Ok(Vec::new());
    }
    let mut notes = vec![
        "Mean over the first n trials with its 95 % interval (Wilson for shares of trials, Student’s t otherwise); above \
         each panel the mean over all trials and its interval. Intervals of few trials are cut at the ends of the axis. \
         First times count up to the horizon."
            .to_owned(),
    ];
    if !constant.is_empty() {
        notes.push(format!(
            "Equal in all trials, so not shown: {}.",
            constant.join(", ")
        ));
    }
    let [_, middle, _, dark] = STRENGTHS;
    let entry = |key, name: &str| Entry {
        key,
        name: name.to_owned(),
        number: String::new(),
    };
    let mean = Stroke {
        marker: Some(Marker::Disc),
        ..Stroke::full(dark, 0.4)
    };
    let columns = [
        "outcome", "title", "unit", "trials", "mean", "low95", "high95",
    ];
    let multiples = Multiples {
        name: "convergence",
        what: "Means as trials were added",
        description: format!(
            "Mean of each of {} outcomes with its 95 % interval against the number of trials.",
            cells.len()
        ),
        notes,
        keys: vec![
            entry(Key::Line(mean), "mean over the first n trials"),
            entry(Key::Area(middle), "95 % interval of the mean"),
            entry(Key::Line(final_stroke()), "mean over all trials"),
        ],
        columns: columns.map(str::to_owned).to_vec(),
        cells,
        said_heading: "",
        said: Vec::new(),
    };
    multiples::draw(multiples, summary.trials, context)
}

fn final_stroke() -> Stroke {
    Stroke {
        dashes: DASHES,
        ..Stroke::full(MUTED, 0.3)
    }
}

fn read(outcome: &OutcomeSummary) -> Result<Looks, FigureError> {
    let convergence = &outcome.convergence;
    let trials: Vec<f64> = convergence.n.iter().map(|&n| n as f64).collect();
    let or_none = |ends: &[Option<f64>]| -> Vec<f64> {
        ends.iter().map(|end| end.unwrap_or(f64::NAN)).collect()
    };
    let (low, high) = (or_none(&convergence.lo), or_none(&convergence.hi));
    for (column, values) in [("mean", &convergence.mean), ("lo", &low), ("hi", &high)] {
        curve::check_length(&outcome.title, &trials, column, values)?;
    }
    let rows = (0..trials.len())
        .map(|look| [trials[look], convergence.mean[look], low[look], high[look]])
        .filter(|row| row[0] >= 1.0 && row[1].is_finite());
    Ok(Looks {
        rows: rows.collect(),
    })
}

impl Looks {
    fn last(&self) -> [f64; 4] {
        self.rows.last().copied().unwrap_or_default()
    }

    /// The axis of trials: decimal logarithms.
    fn across(&self) -> Axis {
        let first = self.rows.first().map_or(1.0, |row| row[0]);
        let (low, high) = (libm::log10(first), libm::log10(self.last()[0]));
        // Powers of ten, and where there are fewer than two of them twice and five times as much too.
        let decades = (libm::floor(low) as i32)..=(libm::ceil(high) as i32);
        let ticks_at = |digits: &[f64]| -> Vec<f64> {
            let all = decades.clone().flat_map(|decade| {
                digits
                    .iter()
                    .map(move |digit| digit * libm::pow(10.0, f64::from(decade)))
            });
            let inside = low - 1e-9..=high + 1e-9;
            all.filter(|trials| inside.contains(&libm::log10(*trials)))
                .collect()
        };
        let mut ticks = ticks_at(&[1.0]);
        if ticks.len() < 2 {
            ticks = ticks_at(&[1.0, 2.0, 5.0]);
        }
        Axis {
            low,
            high: if high > low { high } else { low + 1.0 },
            ticks: ticks
                .into_iter()
                .map(|trials| Tick {
                    value: libm::log10(trials),
                    label: number(trials, 0),
                })
                .collect(),
            label: "trials (logarithmic)".to_owned(),
        }
    }

    /// All means, and the intervals of the later half of the looks.
    fn axis(&self, label: String) -> Axis {
        let means = self.rows.iter().map(|row| row[1]);
        let later = self.rows.iter().skip(self.rows.len() / 2);
        let ends = later.flat_map(|row| [row[2], row[3]]);
        let (low, high) = means
            .chain(ends.filter(|end| end.is_finite()))
            .fold((f64::MAX, f64::MIN), |(low, high), value| {
                (low.min(value), high.max(value))
            });
        snug_axis(low, high, 0.0, label).with_headroom()
    }

    fn draw(&self, canvas: &mut Canvas, panel: &Panel) -> Result<(), FigureError> {
        let [_, middle, _, dark] = STRENGTHS;
        let rows: Vec<[f64; 4]> = self
            .rows
            .iter()
            .map(|&[trials, mean, low, high]| [libm::log10(trials), mean, low, high])
            .collect();
        for known in rows.split(|row| row[2].is_nan() || row[3].is_nan()) {
            let band: Vec<[f64; 3]> = known
                .iter()
                .map(|&[trials, _, low, high]| [trials, low, high])
                .collect();
            panel.band(canvas, &band, middle, 1.0)?;
        }
        panel.draw_grid(canvas)?;
        let axis = panel.across();
        let last = self.last()[1];
        let level = [[axis.low, last], [axis.high, last]];
        panel.curve(canvas, &level, &final_stroke())?;
        let means: Vec<[f64; 2]> = rows.iter().map(|row| [row[0], row[1]]).collect();
        panel.curve(canvas, &means, &Stroke::full(dark, 0.4))?;
        for &[trials, mean] in &means {
            let dot = Marker::Disc.corners(panel.at(trials, mean));
            canvas.fill(&dot, dark, 1.0)?;
        }
        Ok(())
    }

    fn table(&self, name: &str, outcome: &OutcomeSummary, context: &Context) -> Vec<Vec<String>> {
        let unit = units::of_mean(outcome, context);
        self.rows
            .iter()
            .map(|&[trials, mean, low, high]| {
                let mut fields = vec![name.to_owned(), outcome.title.clone(), unit.clone()];
                fields.extend([trials, mean, low, high].map(|value| field(Some(value))));
                fields
            })
            .collect()
    }
}
