//! Figure `survival`: for each first time the share of trials not there yet, with the trials at risk below the axis.

use super::axis::{Axis, horizon, snug_axis, value_axis};
use super::canvas::{Align, Canvas};
use super::fonts::Font;
use super::interval::{limit, shares_at_the_end};
use super::legend::{FONT, GAP, KEY_WIDTH, Key, draw_key};
use super::lines::{self, Line};
use super::page::{self, MARGIN, WIDTH, write_lines};
use super::palette::{INK, MUTED};
use super::panel::{ABOVE, BELOW, Panel, TICK};
use super::stack::{self, Block, Texts, Words};
use super::stroke::Stroke;
use super::table::{calendar_field, field, time_column};
use super::ticks::number;
use super::wide::letter;
use super::{Context, Figure, FigureError, curve, rarity};
use crate::store::Csv;
use detente_report::summary::Summary;

/// Outcomes on a page, at most.
const MOST: usize = 12;
/// Height of a panel in millimetres.
const HEIGHT: f64 = 50.0;
/// Width that the names of outcomes take at least and at most, in millimetres.
const NAMES: (f64, f64) = (26.0, 50.0);
/// Space between two rows of the table in millimetres.
const BETWEEN: f64 = 0.8;
/// Heading of a panel.
const HEADING: Font = Font::bold(8.0);
/// Where no curve falls below this share, the axis begins above 0.
const HIGH: f64 = 0.5;
/// What the table shows.
const AT_RISK: &str = "trials not there yet";

/// One outcome that trials come to.
struct Outcome {
    name: String,
    title: String,
    n: u64,
    /// (time, share of trials not there yet, its 95 % interval).
    rows: Vec<[f64; 4]>,
    stroke: Stroke,
}

/// Draws the curves of all first times, twelve a page; none where there is no first time.
///
/// # Errors
/// A torn curve, or a failure of the drawing library.
pub fn draw(summary: &Summary, context: &Context) -> Result<Vec<Figure>, FigureError> {
    let all = read(summary, context)?;
    let pages = all.len().div_ceil(MOST);
    let mut figures = Vec::with_capacity(pages);
    for (index, outcomes) in all.chunks(MOST).enumerate() {
        let (name, of) = page::numbered("survival", index, pages);
        let (reached, never): (Vec<&Outcome>, Vec<&Outcome>) =
            outcomes.iter().partition(|outcome| outcome.last()[1] < 1.0);
        let (frequent, rare) = rarity::split(reached, |outcome| outcome.upper_end());
        let groups: Vec<Vec<&Outcome>> = [frequent, rare]
            .into_iter()
            .filter(|group| !group.is_empty())
            .collect();
        let mut panels = Vec::with_capacity(groups.len());
        for (place, group) in groups.iter().enumerate() {
            let what = if place == 0 {
                "First times"
            } else {
                "First times, rare"
            };
            let heading = match groups.len() {
                1 => String::new(),
                count => format!("{}{what}", letter(place, count)),
            };
            panels.push(AtRisk::new(&heading, group)?);
        }
        AtRisk::align(&mut panels);
        let mut blocks: Vec<Box<dyn Block>> = Vec::new();
        for panel in panels {
            blocks.push(Box::new(panel));
        }
        if !never.is_empty() {
            let sentences: Vec<String> = never.iter().map(|outcome| outcome.never()).collect();
            blocks.push(Box::new(Words::new("Reached in no trial", &sentences)?));
        }
        let texts = Texts {
            name,
            title: page::title(&format!("Trials not there yet{of}"), context),
            description: describe(outcomes),
            notes: notes(outcomes, groups.len()),
            trials: summary.trials,
        };
        let csv = csv(outcomes, context);
        figures.push(stack::draw(&texts, &blocks, csv, context)?);
    }
    Ok(figures)
}

fn read(summary: &Summary, context: &Context) -> Result<Vec<Outcome>, FigureError> {
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
        let rows = curve::rows(&outcome.title, &survival.t, columns, horizon(context))?;
        if !rows.is_empty() {
            let stroke = Stroke::of_category(all.len());
            all.push(Outcome {
                name: name.clone(),
                title: outcome.title.clone(),
                n: outcome.n,
                rows,
                stroke,
            });
        }
    }
    Ok(all)
}

impl Outcome {
    fn last(&self) -> [f64; 4] {
        self.rows.last().copied().unwrap_or_default()
    }

    /// Upper end of the 95 % interval of the share of trials that got there by the end.
    fn upper_end(&self) -> f64 {
        let [_, share, low, _] = self.last();
        1.0 - low.min(share)
    }

    /// What is said of an outcome that no trial came to.
    fn never(&self) -> String {
        let trials = if self.n == 1 {
            "not in the only trial".to_owned()
        } else {
            format!("in none of {} trials", number(self.n as f64, 0))
        };
        format!(
            "{}: {trials}; in at most {} of trials (upper 95 % limit).",
            self.title,
            limit(self.upper_end())
        )
    }

    /// Trials not there yet at the last grid time that is not after `time`.
    fn at_risk(&self, time: f64) -> String {
        let after = self.rows.partition_point(|row| row[0] <= time + 1e-9);
        match after.checked_sub(1).and_then(|place| self.rows.get(place)) {
            Some(row) => number(self.trials(row[1]), 0),
            None => String::new(),
        }
    }

    fn trials(&self, share: f64) -> f64 {
        (share * self.n as f64).round()
    }
}

/// A panel of curves with the table of trials at risk below it.
struct AtRisk<'a> {
    heading: Vec<String>,
    outcomes: Vec<&'a Outcome>,
    names: Vec<Vec<String>>,
    name_width: f64,
    /// Width of the widest number of the table.
    number_width: f64,
    tick_width: f64,
    axis: Axis,
}

impl<'a> AtRisk<'a> {
    fn new(heading: &str, outcomes: &[&'a Outcome]) -> Result<Self, FigureError> {
        let titles = outcomes.iter().map(|outcome| outcome.title.as_str());
        let name_width = FONT.widest(titles)?.clamp(NAMES.0, NAMES.1);
        let mut names = Vec::with_capacity(outcomes.len());
        let mut number_width: f64 = 0.0;
        for outcome in outcomes {
            names.push(FONT.wrap(&outcome.title, name_width, 2)?);
            number_width = number_width.max(FONT.width(&number(outcome.n as f64, 0))?);
        }
        let axis = axis(outcomes);
        Ok(Self {
            tick_width: Panel::tick_width(&axis)?,
            heading: HEADING.wrap(heading, WIDTH - 2.0 * MARGIN, 2)?,
            outcomes: outcomes.to_vec(),
            names,
            name_width,
            number_width,
            axis,
        })
    }

    /// Gives panels of one page the same edges.
    fn align(panels: &mut [Self]) {
        let widest = |width: fn(&Self) -> f64| panels.iter().map(width).fold(0.0, f64::max);
        let (names, ticks) = (
            widest(|panel| panel.name_width),
            widest(|panel| panel.tick_width),
        );
        let numbers = widest(|panel| panel.number_width);
        for panel in panels {
            (panel.name_width, panel.tick_width) = (names, ticks);
            panel.number_width = numbers;
        }
    }

    fn rows_height(&self) -> f64 {
        let rows = self.names.iter().map(|name| row_height(name));
        FONT.leading() + BETWEEN + rows.sum::<f64>()
    }

    /// Left edges of the key and of the names, and the two edges of the panel.
    fn edges(&self) -> (f64, (f64, f64)) {
        let names = MARGIN + KEY_WIDTH + GAP;
        let aside = self.number_width / 2.0;
        let left = names + self.name_width + aside;
        (names, (left, WIDTH - MARGIN - (aside - 2.0).max(0.0)))
    }

    /// Ticks of the time axis that have room for a number below them.
    fn columns<'p>(&self, panel: &'p Panel) -> Vec<(&'p super::ticks::Tick, f64)> {
        let ticks = panel.across().ticks.iter();
        let mut columns: Vec<(_, f64)> = Vec::new();
        for tick in ticks {
            let (x, _) = panel.at(tick.value, 0.0);
            if columns
                .last()
                .is_none_or(|(_, last)| x - last >= self.number_width + 1.0)
            {
                columns.push((tick, x));
            }
        }
        columns
    }
}

fn row_height(name: &[String]) -> f64 {
    name.len().max(1) as f64 * FONT.leading() + BETWEEN
}

/// The axis of shares in percent: from 0, or from below the lowest band where no curve falls far.
fn axis(outcomes: &[&Outcome]) -> Axis {
    let lowest = outcomes
        .iter()
        .flat_map(|outcome| &outcome.rows)
        .map(|row| row[1].min(row[2]))
        .fold(1.0, f64::min)
        .clamp(0.0, 1.0);
    let label = "share of trials not there yet (%)";
    if (HIGH..1.0).contains(&lowest) {
        let label = format!("{label}; the axis does not begin at 0");
        snug_axis(100.0 * lowest, 100.0, 0.0, label)
    } else {
        value_axis(0.0, 100.0, 0.0, label.to_owned())
    }
}

impl Block for AtRisk<'_> {
    fn height(&self) -> f64 {
        let heading = self.heading.len() as f64 * HEADING.leading();
        heading + ABOVE + HEIGHT + BELOW + self.rows_height()
    }

    fn draw(&self, canvas: &mut Canvas, top: f64, context: &Context) -> Result<(), FigureError> {
        let top = write_lines(canvas, &self.heading, (MARGIN, top), HEADING, INK)? + ABOVE;
        let bottom = top + HEIGHT;
        let (names, edges) = self.edges();
        let panel = Panel::with_tick_width(
            edges,
            (top, bottom),
            self.axis.clone(),
            self.tick_width,
            context,
        )?;
        panel.draw_axes(canvas)?;
        panel.draw_grid(canvas)?;
        let curves: Vec<Line> = self
            .outcomes
            .iter()
            .map(|outcome| Line {
                stroke: outcome.stroke,
                rows: lines::percent(&outcome.rows),
            })
            .collect();
        lines::draw(canvas, &panel, &curves, horizon(context))?;
        if self.axis.low > 0.0 {
            panel.draw_break(canvas)?;
        }
        let mut top = bottom + BELOW;
        let head = (names, top + FONT.size);
        canvas.text(AT_RISK, head, FONT, MUTED, Align::Left)?;
        top += FONT.leading() + BETWEEN;
        let columns = self.columns(&panel);
        for (outcome, name) in self.outcomes.iter().zip(&self.names) {
            let baseline = top + FONT.size;
            let middle = baseline - FONT.cap_height() / 2.0;
            draw_key(canvas, &Key::Line(outcome.stroke), (MARGIN, middle))?;
            write_lines(canvas, name, (names, top), FONT, INK)?;
            for (tick, x) in &columns {
                let count = outcome.at_risk(tick.value);
                canvas.text(&count, (*x, baseline), TICK, INK, Align::Centre)?;
            }
            top += row_height(name);
        }
        Ok(())
    }
}

/// How sure the curves are, what the table counts, and which panel is which.
fn notes(outcomes: &[Outcome], panels: usize) -> Vec<String> {
    let times = outcomes.first().map_or(0, |outcome| outcome.rows.len());
    let mut notes = Vec::new();
    if panels > 0 {
        notes.push(format!(
            "Bands: pointwise 95 % intervals (Wilson) at {times} grid times. Below the axis: trials not there yet at its ticks, \
             counted at the last grid time up to the tick."
        ));
    }
    if panels > 1 {
        notes.push(rarity::note("(b)"));
    }
    notes
}

fn describe(outcomes: &[Outcome]) -> String {
    let ends = outcomes
        .iter()
        .map(|outcome| (outcome.title.as_str(), outcome.last()));
    shares_at_the_end("not there yet", ends)
}

fn csv(outcomes: &[Outcome], context: &Context) -> String {
    let time = time_column(context);
    let mut table = Csv::new([
        "outcome",
        "title",
        &time,
        "calendar_year",
        "share_not_there_yet",
        "low95",
        "high95",
        "trials_not_there_yet",
    ]);
    for outcome in outcomes {
        for &[time, share, low, high] in &outcome.rows {
            table.row([
                outcome.name.clone(),
                outcome.title.clone(),
                field(Some(time)),
                calendar_field(context, time),
                field(Some(share)),
                field(Some(low)),
                field(Some(high)),
                field(Some(outcome.trials(share))),
            ]);
        }
    }
    table.into_text()
}
