//! Figure `series`: how each number spreads over the trials as time goes on.

use super::axis::{Axis, horizon, snug_axis};
use super::canvas::Canvas;
use super::legend::{Entry, Key};
use super::multiples::{self, Across, Cell, Multiples};
use super::palette::STRENGTHS;
use super::panel::Panel;
use super::stroke::Stroke;
use super::table::{calendar_field, field, time_column};
use super::{Context, Figure, FigureError, curve};
use detente_report::summary::{SeriesKind, SeriesSummary, Summary};

/// The dashes of the mean.
const DASHES: &[f64] = &[1.6, 0.8];

/// One number over time.
struct Fan {
    /// (time, 5 %, 25 %, 50 %, 75 %, 95 %) over trials.
    quantiles: Vec<[f64; 6]>,
    /// (time, mean over trials).
    mean: Vec<[f64; 2]>,
    /// Whether the trials have whole numbers only, so that quantiles jump.
    whole: bool,
}

/// Draws all series of numbers but the doctrine's factors; none where there are none.
///
/// # Errors
/// A torn series, or a failure of the drawing library.
pub fn draw(summary: &Summary, context: &Context) -> Result<Vec<Figure>, FigureError> {
    let end = horizon(context);
    let mut cells = Vec::new();
    let mut titles = Vec::new();
    let series = summary.series.iter();
    for (name, series) in series.filter(|(_, series)| series.kind == SeriesKind::Number) {
        let fan = read(series, end)?;
        if fan.mean.is_empty() && fan.quantiles.is_empty() {
            continue;
        }
        titles.push(series.title.clone());
        cells.push(Cell {
            title: series.title.clone(),
            says: Vec::new(),
            across: Across::Time,
            value: fan.axis(series.unit.as_deref().unwrap_or("value")),
            right: None,
            legend: ("", Vec::new()),
            rows: fan.rows(name, series, context),
            draw: Box::new(move |canvas, panel| fan.draw(canvas, panel, end)),
        });
    }
    let [most, middle, _, median] = STRENGTHS;
    let entry = |key, name: &str| Entry {
        key,
        name: name.to_owned(),
        number: String::new(),
    };
    let columns = [
        "series",
        "title",
        "unit",
        &time_column(context),
        "calendar_year",
        "mean",
        "q05",
        "q25",
        "q50",
        "q75",
        "q95",
    ];
    let multiples = Multiples {
        name: "series",
        what: "Numbers over time",
        description: format!(
            "Median, mean, middle half and middle nine tenths of the trials over time, of: {}.",
            titles.join(", ")
        ),
        notes: vec![
            "Quantiles over the trials at each grid time; a line need not be the way of any one trial."
                .to_owned(),
        ],
        keys: vec![
            entry(Key::Line(Stroke::full(median, 0.45)), "median"),
            entry(Key::Line(mean_stroke()), "mean"),
            entry(Key::Area(middle), "middle half of the trials (25–75 %)"),
            entry(Key::Area(most), "nine tenths of the trials (5–95 %)"),
        ],
        columns: columns.map(str::to_owned).to_vec(),
        cells,
        said_heading: "",
        said: Vec::new(),
    };
    multiples::draw(multiples, summary.trials, context)
}

fn mean_stroke() -> Stroke {
    Stroke {
        dashes: DASHES,
        ..Stroke::full(super::palette::category(1), 0.4)
    }
}

fn read(series: &SeriesSummary, end: f64) -> Result<Fan, FigureError> {
    let mean = match &series.mean {
        Some(mean) => curve::rows(&series.title, &series.t, [("mean", mean)], end)?,
        None => Vec::new(),
    };
    let quantiles = curve::quantiles(series, end)?;
    let whole = series.whole == Some(true);
    Ok(Fan {
        quantiles,
        mean,
        whole,
    })
}

impl Fan {
    fn axis(&self, unit: &str) -> Axis {
        let values = self.quantiles.iter().flat_map(|row| row[1..].iter());
        let values = values.chain(self.mean.iter().map(|row| &row[1]));
        let (low, high) = values.fold((f64::MAX, f64::MIN), |(low, high), &value| {
            (low.min(value), high.max(value))
        });
        let smallest_step = if self.whole { 1.0 } else { 0.0 };
        snug_axis(low, high, smallest_step, unit.to_owned()).with_headroom()
    }

    fn draw(&self, canvas: &mut Canvas, panel: &Panel, end: f64) -> Result<(), FigureError> {
        let [most, middle, _, median] = STRENGTHS;
        let rows = curve::visible(&self.quantiles, end);
        let rows = if self.whole {
            curve::stairs(&rows)
        } else {
            rows
        };
        for (low, high, colour) in [(1, 5, most), (2, 4, middle)] {
            let band: Vec<[f64; 3]> = rows
                .iter()
                .map(|row| [row[0], row[low], row[high]])
                .collect();
            panel.band(canvas, &band, colour, 1.0)?;
            // A band without width is still there.
            for edge in [1, 2] {
                let line: Vec<[f64; 2]> = band.iter().map(|row| [row[0], row[edge]]).collect();
                panel.curve(canvas, &line, &Stroke::full(colour, 0.2))?;
            }
        }
        panel.draw_grid(canvas)?;
        let line: Vec<[f64; 2]> = rows.iter().map(|row| [row[0], row[3]]).collect();
        panel.curve(canvas, &line, &Stroke::full(median, 0.45))?;
        panel.curve(canvas, &curve::visible(&self.mean, end), &mean_stroke())
    }

    fn rows(&self, name: &str, series: &SeriesSummary, context: &Context) -> Vec<Vec<String>> {
        let times = if self.mean.is_empty() {
            self.quantiles.iter().map(|row| row[0]).collect()
        } else {
            self.mean.iter().map(|row| row[0]).collect::<Vec<f64>>()
        };
        let row = |time: f64| {
            let mean = self.mean.iter().find(|row| row[0] == time);
            let quantiles = self.quantiles.iter().find(|row| row[0] == time);
            let mut fields = vec![
                name.to_owned(),
                series.title.clone(),
                series.unit.clone().unwrap_or_default(),
                field(Some(time)),
                calendar_field(context, time),
                field(mean.map(|row| row[1])),
            ];
            fields.extend((1..=5).map(|place| field(quantiles.map(|row| row[place]))));
            fields
        };
        times.into_iter().map(row).collect()
    }
}
