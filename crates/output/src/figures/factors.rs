//! The panel of active factors: their mean number over time, its interval, and how trials spread.

use super::axis::{Axis, horizon, value_axis};
use super::canvas::Canvas;
use super::legend::{Entry, Key};
use super::palette::STRENGTHS;
use super::panel::Panel;
use super::stroke::Stroke;
use super::table::{calendar_field, field};
use super::{Context, FigureError, curve};
use crate::store::Csv;
use detente_report::summary::{SeriesKind, Summary};
use detente_stats::mean_interval;

/// The number of active factors over time.
pub struct Factors {
    /// What the series is called.
    pub title: String,
    /// The series' name in the scenario.
    name: String,
    /// (time, mean).
    mean: Vec<[f64; 2]>,
    /// (time, low, high): 95 % interval of the mean; empty where equal trials leave no spread.
    interval: Vec<[f64; 3]>,
    /// (time, 5 %, 25 %, 75 %, 95 %) over trials.
    quantiles: Vec<[f64; 6]>,
}

/// Reads the first series of factors that has a mean; none if there is none.
///
/// # Errors
/// A torn series.
pub fn read(summary: &Summary, context: &Context) -> Result<Option<Factors>, FigureError> {
    let end = horizon(context);
    for (name, series) in summary
        .series
        .iter()
        .filter(|(_, series)| series.kind == SeriesKind::Factors)
    {
        let Some(mean) = &series.mean else { continue };
        let mean: Vec<[f64; 2]> = curve::rows(&series.title, &series.t, [("mean", mean)], end)?;
        if mean.is_empty() {
            continue;
        }
        let interval = match (&series.mean, &series.sd) {
            (Some(mean), Some(sd)) if summary.trials > 1 => {
                let root = (summary.trials as f64).sqrt();
                let spread: Vec<[f64; 3]> =
                    curve::rows(&series.title, &series.t, [("mean", mean), ("sd", sd)], end)?;
                let spread = if spread.iter().all(|row| row[2] == 0.0) {
                    Vec::new()
                } else {
                    spread
                };
                spread
                    .iter()
                    .map(|&[time, mean, sd]| {
                        let [low, high] = mean_interval(mean, sd / root, summary.trials);
                        [time, low, high]
                    })
                    .collect()
            }
            _ => Vec::new(),
        };
        let quantiles = curve::quantiles(series, end)?;
        return Ok(Some(Factors {
            title: series.title.clone(),
            name: name.clone(),
            mean,
            interval,
            quantiles,
        }));
    }
    Ok(None)
}

impl Factors {
    /// The axis of the number of factors.
    pub fn axis(&self) -> Axis {
        let ends = self.mean.iter().map(|row| [row[1], row[1]]);
        let ends = ends.chain(self.interval.iter().map(|row| [row[1], row[2]]));
        let ends = ends.chain(self.quantiles.iter().map(|row| [row[1], row[5]]));
        let (low, high) = ends.fold((f64::MAX, f64::MIN), |(low, high), [below, above]| {
            (low.min(below), high.max(above))
        });
        value_axis(low, high, 1.0, "number of active factors".to_owned()).with_headroom()
    }

    /// The keys of what is drawn.
    pub fn entries(&self) -> Vec<Entry> {
        let [most, middle, interval, mean] = STRENGTHS;
        let entry = |key, name: &str| Entry {
            key,
            name: name.to_owned(),
            number: String::new(),
        };
        let mut entries = vec![entry(
            Key::Line(Stroke::full(mean, 0.5)),
            "mean over trials",
        )];
        if !self.interval.is_empty() {
            entries.push(entry(Key::Area(interval), "95 % interval of the mean"));
        }
        if !self.quantiles.is_empty() {
            entries.push(entry(
                Key::Area(middle),
                "middle half of the trials (25–75 %)",
            ));
            entries.push(entry(Key::Area(most), "nine tenths of the trials (5–95 %)"));
        }
        entries
    }

    /// Draws bands and mean. The bands of trials are stairs, because a number of factors is whole.
    ///
    /// # Errors
    /// The SVG backend refuses a shape.
    pub fn draw(
        &self,
        canvas: &mut Canvas,
        panel: &Panel,
        context: &Context,
    ) -> Result<(), FigureError> {
        let end = horizon(context);
        let [most, middle, interval, mean] = STRENGTHS;
        let stairs = curve::stairs(&curve::visible(&self.quantiles, end));
        for (low, high, colour) in [(1, 5, most), (2, 4, middle)] {
            let band: Vec<[f64; 3]> = stairs
                .iter()
                .map(|row| [row[0], row[low], row[high]])
                .collect();
            panel.band(canvas, &band, colour, 1.0)?;
            // A band without width is still there.
            for edge in [1, 2] {
                let line: Vec<[f64; 2]> = band.iter().map(|row| [row[0], row[edge]]).collect();
                panel.curve(canvas, &line, &Stroke::full(colour, 0.3))?;
            }
        }
        panel.draw_grid(canvas)?;
        panel.band(canvas, &curve::visible(&self.interval, end), interval, 1.0)?;
        panel.curve(
            canvas,
            &curve::visible(&self.mean, end),
            &Stroke::full(mean, 0.5),
        )
    }

    /// A sentence for those who cannot see the panel.
    pub fn describe(&self) -> String {
        let last = self.mean.last().map_or(0.0, |row| row[1]);
        format!(
            "{}: mean {} at the last time shown.",
            self.title,
            super::ticks::number(last, 2)
        )
    }

    /// Adds the panel's numbers to a table with the columns of the figure.
    pub fn tabulate(&self, table: &mut Csv, context: &Context) {
        for &[time, mean] in &self.mean {
            // Equal values in all trials are no reason for an interval without width.
            let interval = self
                .interval
                .iter()
                .find(|row| row[0] == time && row[1] < row[2]);
            let quantiles = self.quantiles.iter().find(|row| row[0] == time);
            let quantile = |place: usize| field(quantiles.map(|row| row[place]));
            table.row([
                "mean_number_of_active_factors".to_owned(),
                self.name.clone(),
                self.title.clone(),
                field(Some(time)),
                calendar_field(context, time),
                field(Some(mean)),
                field(interval.map(|row| row[1])),
                field(interval.map(|row| row[2])),
                quantile(1),
                quantile(2),
                quantile(4),
                quantile(5),
            ]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures;
    use super::*;

    /// Two trials with values 1 and 3: mean 2, standard error 1, and Student's t of one degree of freedom.
    #[test]
    fn the_interval_of_few_trials_is_students() {
        let times = [0.0, 1.0];
        let mut summary = fixtures::summary(2, &times, &[]);
        let mut series = fixtures::bare(SeriesKind::Factors, "Factors", &times);
        series.mean = Some(vec![2.0, 2.0]);
        series.sd = Some(vec![2.0_f64.sqrt(), 2.0_f64.sqrt()]);
        summary.series.clear();
        summary.series.insert("factors".to_owned(), series);
        let read = read(&summary, &fixtures::context()).unwrap().unwrap();
        let [_, low, high] = read.interval[0];
        assert!((low - (2.0 - 12.7062)).abs() < 1e-3, "{low}");
        assert!((high - (2.0 + 12.7062)).abs() < 1e-3, "{high}");
    }
}
