//! Figure `rates`: rates implied by a model over those observed, with the intervals of both, a row each.

use super::canvas::{Align, Canvas, Sheet, draw_page};
use super::fonts::Font;
use super::interval::significant;
use super::page::{self, Frame, MARGIN, WIDTH};
use super::palette::{INK, MUTED, Rgb, STRENGTHS};
use super::stroke::{Marker, Stroke};
use super::table::field;
use super::{Context, Figure, FigureError};
use crate::store::Csv;

const NAME: &str = "rates";
/// Fonts of the rows and of what stands above and below them.
const ROW: Font = Font::regular(7.0);
const HEAD: Font = Font::regular(7.5);
/// Height of a row in millimetres.
const STEP: f64 = 4.2;
/// Room above the rows for the heads of the columns, and below for the axis.
const ABOVE: f64 = 6.0;
const BELOW: f64 = 9.0;
/// Room between columns.
const GAP: f64 = 3.0;
/// Largest share of the page's width for titles.
const TITLES: f64 = 0.36;
/// Largest factor that the axis reaches to on either side of 1.
const FARTHEST: f64 = 10.0;
/// Colour of the sign where intervals do not overlap.
const APART: Rgb = Rgb(0xD1, 0x55, 0x2C);

/// One rate.
#[derive(Debug, Clone, PartialEq)]
pub struct RateRow<'a> {
    /// Its name in the file.
    pub name: &'a str,
    /// What it is called.
    pub title: &'a str,
    /// Its unit.
    pub unit: &'a str,
    /// What the model implies, with its interval.
    pub implied: Option<(f64, [f64; 2])>,
    /// What was observed, with its interval.
    pub observed: (f64, [f64; 2]),
    /// Whether the intervals overlap; nothing where nothing is implied.
    pub overlaps: Option<bool>,
}

impl RateRow<'_> {
    /// What all is divided by: what was observed, or its upper limit where nothing was, or 1.
    fn reference(&self) -> f64 {
        let (observed, [_, high]) = self.observed;
        let above_0 = [observed, high].into_iter().find(|value| *value > 0.0);
        above_0.unwrap_or(1.0)
    }

    /// The ends of both intervals over the reference.
    fn ratios(&self) -> impl Iterator<Item = f64> + '_ {
        let implied = self.implied.iter().flat_map(|(_, ends)| ends);
        let ends = implied.chain(&self.observed.1);
        ends.map(|end| end / self.reference())
    }
}

/// Draws the rates that `trials` trials imply beside those observed; nothing where there are none.
///
/// # Errors
/// A failure of the drawing library.
pub fn rates(
    rows: &[RateRow<'_>],
    trials: u64,
    context: &Context,
) -> Result<Option<Figure>, FigureError> {
    if rows.is_empty() {
        return Ok(None);
    }
    let title = page::title("Rates implied over rates observed", context);
    let apart = rows
        .iter()
        .filter(|row| row.overlaps == Some(false))
        .count();
    let notes = [format!(
        "Bars: 95 % intervals of what was observed; discs: what the model implies, with 95 % intervals of simulation error where they are wider; \
         triangles: the intervals do not overlap ({apart} of {}). Arrows point at ends beyond the axis.",
        rows.len()
    )];
    let frame = Frame::new(&title, trials, context, &notes)?;
    let height =
        frame.header_height() + ABOVE + rows.len() as f64 * STEP + BELOW + frame.footer_height();
    let description = describe(rows);
    let sheet = Sheet {
        name: NAME,
        title: &title,
        description: &description,
        width: WIDTH,
        height,
    };
    let plan = Layout::new(rows, frame.header_height() + ABOVE)?;
    let svg = draw_page(&sheet, |canvas| {
        frame.draw(canvas, height)?;
        plan.draw(canvas, rows)
    })?;
    Ok(Some(Figure {
        name: NAME.to_owned(),
        svg,
        csv: tabulate(rows),
    }))
}

/// Where the columns and the axis lie.
struct Layout {
    titles: f64,
    left: f64,
    right: f64,
    /// Right edge of the implied values, then of the observed ones.
    numbers: [f64; 2],
    units: f64,
    top: f64,
    bottom: f64,
    /// The axis reaches from 1 over this to this.
    reach: f64,
}

impl Layout {
    fn new(rows: &[RateRow<'_>], top: f64) -> Result<Self, FigureError> {
        let widest_title = ROW.widest(rows.iter().map(|row| row.title))?;
        let titles = widest_title.min(TITLES * WIDTH);
        let implied: Vec<String> = rows.iter().map(implied_text).collect();
        let observed: Vec<String> = rows.iter().map(observed_text).collect();
        let heads = [HEAD.width("implied")?, HEAD.width("observed (95 %)")?];
        let implied = ROW
            .widest(implied.iter().map(String::as_str))?
            .max(heads[0]);
        let observed = ROW
            .widest(observed.iter().map(String::as_str))?
            .max(heads[1]);
        let units = ROW.widest(rows.iter().map(|row| row.unit))?;
        let units_left = WIDTH - MARGIN - units;
        let observed_right = units_left - 1.5;
        let implied_right = observed_right - observed - GAP;
        let farthest = rows
            .iter()
            .flat_map(RateRow::ratios)
            .filter(|ratio| *ratio > 0.0)
            .map(|ratio| ratio.max(1.0 / ratio))
            .fold(2.0, f64::max);
        Ok(Self {
            titles,
            left: MARGIN + titles + GAP,
            right: implied_right - implied - GAP,
            numbers: [implied_right, observed_right],
            units: units_left,
            top,
            bottom: top + rows.len() as f64 * STEP,
            reach: farthest.min(FARTHEST),
        })
    }

    /// Where a ratio lies across, and whether it is beyond the axis at the left or the right.
    fn at(&self, ratio: f64) -> (f64, Option<f64>) {
        let middle = f64::midpoint(self.left, self.right);
        let half = (self.right - self.left) / 2.0;
        let share = libm::log(ratio) / libm::log(self.reach);
        let beyond = (share.abs() > 1.0 + 1e-9).then_some(share.signum());
        (middle + half * share.clamp(-1.0, 1.0), beyond)
    }

    fn draw(&self, canvas: &mut Canvas, rows: &[RateRow<'_>]) -> Result<(), FigureError> {
        self.draw_axis(canvas)?;
        let baseline = self.top - 2.0;
        for (text, right) in ["implied", "observed (95 %)"].into_iter().zip(self.numbers) {
            canvas.text(text, (right, baseline), HEAD, MUTED, Align::Right)?;
        }
        for (index, row) in rows.iter().enumerate() {
            let y = self.top + (index as f64 + 0.5) * STEP;
            self.draw_row(canvas, row, y)?;
        }
        Ok(())
    }

    fn draw_axis(&self, canvas: &mut Canvas) -> Result<(), FigureError> {
        let line = Stroke::full(INK, 0.2);
        canvas.line(
            &[(self.left, self.bottom), (self.right, self.bottom)],
            &line,
        )?;
        for ratio in [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0] {
            let (x, beyond) = self.at(ratio);
            if beyond.is_some() {
                continue;
            }
            let faint = Stroke::full(Rgb(0xD4, 0xD4, 0xD4), 0.15);
            let strong = Stroke::full(MUTED, 0.25);
            let grid = if ratio == 1.0 { &strong } else { &faint };
            canvas.line(&[(x, self.top), (x, self.bottom)], grid)?;
            canvas.line(&[(x, self.bottom), (x, self.bottom + 1.0)], &line)?;
            let place = (x, self.bottom + 1.7 + ROW.cap_height());
            canvas.text(&ratio.to_string(), place, ROW, INK, Align::Centre)?;
        }
        let middle = f64::midpoint(self.left, self.right);
        let label = HEAD.shorten(
            "value over the observed one (logarithmic)",
            self.right - self.left,
        )?;
        let place = (middle, self.bottom + BELOW - 1.5);
        canvas.text(&label, place, HEAD, MUTED, Align::Centre)
    }

    fn draw_row(&self, canvas: &mut Canvas, row: &RateRow<'_>, y: f64) -> Result<(), FigureError> {
        let baseline = y + ROW.cap_height() / 2.0;
        let title = ROW.shorten(row.title, self.titles)?;
        canvas.text(&title, (MARGIN, baseline), ROW, INK, Align::Left)?;
        let texts = [implied_text(row), observed_text(row)];
        for (text, right) in texts.iter().zip(self.numbers) {
            canvas.text(text, (right, baseline), ROW, INK, Align::Right)?;
        }
        canvas.text(row.unit, (self.units, baseline), ROW, MUTED, Align::Left)?;
        let reference = row.reference();
        let (_, [low, high]) = row.observed;
        let [(from, _), (to, _)] = [low, high].map(|end| self.at(end / reference));
        let corners = [
            (from, y - 1.2),
            (to, y - 1.2),
            (to, y + 1.2),
            (from, y + 1.2),
        ];
        canvas.fill(&corners, STRENGTHS[1], 1.0)?;
        for end in [low, high] {
            self.draw_arrow(canvas, end / reference, y, STRENGTHS[2])?;
        }
        let Some((value, [low, high])) = row.implied else {
            return Ok(());
        };
        let ends = [low, high].map(|end| (self.at(end / reference).0, y));
        canvas.line(&ends, &Stroke::full(STRENGTHS[3], 0.35))?;
        let (x, beyond) = self.at(value / reference);
        let (marker, colour) = if row.overlaps == Some(false) {
            (Marker::Triangle, APART)
        } else {
            (Marker::Disc, STRENGTHS[3])
        };
        if beyond.is_some() {
            return self.draw_arrow(canvas, value / reference, y, colour);
        }
        canvas.fill(&marker.corners((x, y)), colour, 1.0)
    }

    /// Points outward at the end of the axis where a ratio is beyond it.
    fn draw_arrow(
        &self,
        canvas: &mut Canvas,
        ratio: f64,
        y: f64,
        colour: Rgb,
    ) -> Result<(), FigureError> {
        let (x, Some(side)) = self.at(ratio) else {
            return Ok(());
        };
        let corners = [(x + 1.6 * side, y), (x, y - 1.2), (x, y + 1.2)];
        canvas.fill(&corners, colour, 1.0)
    }
}

fn implied_text(row: &RateRow<'_>) -> String {
    row.implied
        .map_or_else(String::new, |(value, _)| significant(value))
}

fn observed_text(row: &RateRow<'_>) -> String {
    // As it was written: these digits are its own.
    let (value, [low, high]) = row.observed;
    format!("{value} ({low}–{high})")
}

/// A sentence for those who cannot see the figure.
fn describe(rows: &[RateRow<'_>]) -> String {
    let each = rows.iter().map(|row| {
        let (title, implied, observed) = (row.title, implied_text(row), observed_text(row));
        format!(
            "{title}: implied {implied}, observed {observed} {}",
            row.unit
        )
    });
    format!("{}.", each.collect::<Vec<_>>().join("; "))
}

fn tabulate(rows: &[RateRow<'_>]) -> String {
    let mut table = Csv::new([
        "name",
        "title",
        "unit",
        "implied",
        "implied_low95",
        "implied_high95",
        "observed",
        "observed_low95",
        "observed_high95",
        "overlaps",
    ]);
    for row in rows {
        let implied = row.implied.map(|(value, [low, high])| [value, low, high]);
        let implied = (0..3).map(|place| field(implied.map(|numbers| numbers[place])));
        let (value, [low, high]) = row.observed;
        let observed = [value, low, high].map(|number| field(Some(number)));
        let names = [row.name, row.title, row.unit].map(str::to_owned);
        let fields = names.into_iter().chain(implied).chain(observed);
        let overlaps = row
            .overlaps
            .map_or(String::new(), |overlaps| overlaps.to_string());
        table.row(fields.chain([overlaps]));
    }
    table.into_text()
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::context;
    use super::super::inspect::{all_text, check_page, check_points};
    use super::*;

    fn row(title: &str, implied: Option<f64>, observed: [f64; 3]) -> RateRow<'_> {
        let [value, low, high] = observed;
        RateRow {
            name: "rate",
            title,
            unit: "1/year",
            implied: implied.map(|implied| (implied, [0.9 * implied, 1.1 * implied])),
            observed: (value, [low, high]),
            overlaps: implied.map(|implied| 0.9 * implied <= high && low <= 1.1 * implied),
        }
    }

    /// Nothing observed, nothing implied, nothing to count by, far apart, a long title, many digits.
    #[test]
    fn odd_rows_are_drawn() {
        let long = "A very long title that says at great length what was counted and by whom";
        let rows = [
            row("Usual", Some(0.12), [0.1, 0.05, 0.2]),
            row("Nothing observed", Some(0.12), [0.0, 0.0, 0.2]),
            row("Nothing at all", Some(0.0), [0.0, 0.0, 0.0]),
            row("Nothing to count by", None, [0.1, 0.05, 0.2]),
            row("Far above", Some(1e5), [0.1, 0.05, 0.2]),
            row("Far below", Some(1e-9), [0.123_456_7, 0.05, 0.2]),
            row(long, Some(0.3), [0.1, 0.05, 0.2]),
        ];
        let figure = rates(&rows, 1_000, &context()).unwrap().unwrap();
        check_page("rates", &figure.svg);
        check_points("rates", &figure.svg, 7.0);
        let mut references = rows.iter().map(RateRow::reference);
        assert!(references.all(|reference| reference > 0.0));
        let text = all_text(&figure.svg);
        for part in [
            "Usual",
            "0.120",
            "0.1 (0.05–0.2)",
            "do not overlap (3 of 7)",
        ] {
            assert!(text.contains(part), "`{part}` is missing in: {text}");
        }
        assert_eq!(figure.csv.lines().count(), 8);
        assert!(figure.csv.contains("Usual,1/year,0.12,"), "{}", figure.csv);
        assert_eq!(rates(&[], 1_000, &context()).unwrap(), None);
    }

    /// A disc lies where its value over the observed one is on the logarithmic axis.
    #[test]
    fn the_axis_is_logarithmic() {
        let rows = [row("Usual", Some(0.12), [0.1, 0.02, 0.4])];
        let plan = Layout::new(&rows, 0.0).unwrap();
        assert_eq!(plan.reach, 5.0);
        let middle = f64::midpoint(plan.left, plan.right);
        assert_eq!(plan.at(1.0), (middle, None));
        assert!((plan.at(5.0).0 - plan.right).abs() < 1e-9);
        assert!((plan.at(0.2).0 - plan.left).abs() < 1e-9);
        let step = plan.at(2.0).0 - middle;
        assert!((plan.at(4.0).0 - middle - 2.0 * step).abs() < 1e-9);
        assert_eq!(plan.at(6.0).1, Some(1.0));
        assert_eq!(plan.at(0.0).1, Some(-1.0));
    }
}
