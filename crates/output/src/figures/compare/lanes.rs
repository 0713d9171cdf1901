//! Panels of rows: a name at the left, a mark on a horizontal axis, a number at the right.

use super::names;
use super::scale::Scale;
use super::sheets::Part;
use crate::figures::axis::Axis;
use crate::figures::canvas::{Align, Canvas};
use crate::figures::fonts::Font;
use crate::figures::page::{MARGIN, WIDTH, write_lines};
use crate::figures::palette::{INK, MUTED, Rgb, STRENGTHS};
use crate::figures::panel::{LABEL, TICK};
use crate::figures::stack::Block;
use crate::figures::stroke::{Marker, Stroke};
use crate::figures::{Context, FigureError};

/// Rows of a panel, at most.
pub const MOST_LANES: usize = 44;
/// Height of a row in millimetres, at least.
const STEP: f64 = 4.0;
/// Room for tick labels below the rows, without the label of the axis, in millimetres.
const BELOW: f64 = 4.6;
/// Space between names, panels and numbers in millimetres.
const GAP: f64 = 2.5;
/// Space between two panels in millimetres.
const GUTTER: f64 = 5.0;
/// Largest width of names in millimetres.
const MOST_NAME: f64 = 38.0;
/// How far the outermost tick label may stand out of its panel, in millimetres.
const OVERHANG: f64 = 2.0;
/// Title of a panel.
const TITLE: Font = Font::bold(7.5);
/// Names and numbers.
const ROW: Font = Font::regular(7.0);
/// Colour of guides behind the marks.
const FAINT: Rgb = Rgb(0xDC, 0xDC, 0xDC);
/// Colours of bars, apart in grey as well.
const BELOW_0: Rgb = STRENGTHS[2];
const ABOVE_0: Rgb = Rgb(0xF2, 0xB9, 0x4D);
/// Colour of the side that is better, or worse.
const SHADE: Rgb = Rgb(0xE9, 0xEF, 0xF5);

/// What stands in a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    /// Nothing.
    None,
    /// A value with its interval, if it has one, as a filled or an open sign.
    Point {
        /// The value.
        value: f64,
        /// Its 95 % interval.
        ends: Option<[f64; 2]>,
        /// Whether the sign is filled.
        filled: bool,
    },
    /// What the others are held against: a sign on the line.
    Baseline {
        /// Whether the sign is filled.
        filled: bool,
    },
    /// A value without an interval, by its nature.
    Dot(f64),
    /// A bar from 0 with an interval.
    Bar {
        /// The value.
        value: f64,
        /// Its 95 % interval.
        ends: [f64; 2],
    },
    /// From a low to a high value, with one between them.
    Span([f64; 3]),
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct Lane {
    /// What stands at the left.
    pub name: String,
    /// What is drawn.
    pub mark: Mark,
    /// What stands at the right.
    pub number: String,
}

/// A side of the line that a panel has, and what is said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Side {
    /// Whether it is the one at the right.
    pub right: bool,
    /// What is said.
    pub words: String,
}

/// A panel of rows.
#[derive(Debug, Clone, PartialEq)]
pub struct RowPanel {
    /// Its title.
    pub title: String,
    /// Its axis.
    pub scale: Scale,
    /// The value at which a line stands.
    pub line: f64,
    /// The side that is shaded.
    pub side: Option<Side>,
    /// Its rows.
    pub lanes: Vec<Lane>,
    /// The rows of the table.
    pub rows: Vec<Vec<String>>,
}

/// Panels side by side.
struct Band {
    panels: Vec<RowPanel>,
    titles: Vec<Vec<String>>,
    axes: Vec<Axis>,
    labels: Vec<Vec<String>>,
    /// Left edge of each panel's names or, where they are shared, of its axis.
    lefts: Vec<f64>,
    plan: Plan,
    /// Lines of each name, one list a panel, or one alone where all share it.
    names: Vec<Vec<Vec<String>>>,
    heights: Vec<f64>,
}

/// The widths that all panels of a figure share.
#[derive(Debug, Clone, Copy)]
struct Plan {
    /// Whether the names stand at the left edge only.
    shared: bool,
    names: f64,
    numbers: f64,
    /// Width of a panel, its names included where they are not shared.
    panel: f64,
}

impl Plan {
    fn new(panels: &[RowPanel], columns: usize) -> Result<Self, FigureError> {
        let names = |panel: &RowPanel| -> Vec<String> {
            panel.lanes.iter().map(|lane| lane.name.clone()).collect()
        };
        let shared = panels.chunks(columns).all(|band| {
            let first = band.first().map(names);
            band.iter().all(|panel| Some(names(panel)) == first)
        });
        let lanes = || panels.iter().flat_map(|panel| &panel.lanes);
        let name_width = ROW.widest(lanes().map(|lane| lane.name.as_str()))?;
        let names = name_width.min(MOST_NAME);
        let numbers = ROW.widest(lanes().map(|lane| lane.number.as_str()))?;
        let gutters = GUTTER * columns.saturating_sub(1) as f64;
        let outside = if shared { names + GAP } else { 0.0 };
        Ok(Self {
            shared,
            names,
            numbers,
            panel: (WIDTH - 2.0 * MARGIN - gutters - outside) / columns as f64,
        })
    }

    /// Left and right end of the axis of a panel that begins at a place.
    fn axis(&self, left: f64) -> (f64, f64) {
        let names = if self.shared { 0.0 } else { self.names + GAP };
        let numbers = if self.numbers > 0.0 {
            self.numbers + GAP
        } else {
            OVERHANG
        };
        (left + names, left + self.panel - numbers)
    }

    fn left(&self, index: usize) -> f64 {
        let names = if self.shared { self.names + GAP } else { 0.0 };
        MARGIN + names + index as f64 * (self.panel + GUTTER)
    }
}

/// Puts panels side by side, so many in a row of the page; all have the same widths.
///
/// # Errors
/// The embedded font is unreadable.
pub fn into_parts<'a>(panels: Vec<RowPanel>, columns: usize) -> Result<Vec<Part<'a>>, FigureError> {
    let plan = Plan::new(&panels, columns)?;
    let mut parts = Vec::new();
    let mut panels = panels.into_iter().peekable();
    while panels.peek().is_some() {
        let mut band: Vec<RowPanel> = panels.by_ref().take(columns).collect();
        let rows = band
            .iter_mut()
            .flat_map(|panel| std::mem::take(&mut panel.rows));
        let rows = rows.collect();
        parts.push(Part {
            block: Box::new(Band::new(band, plan)?),
            rows,
        });
    }
    Ok(parts)
}

impl Band {
    fn new(panels: Vec<RowPanel>, plan: Plan) -> Result<Self, FigureError> {
        let (mut titles, mut axes, mut labels, mut lefts) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut all_names = Vec::new();
        for (index, panel) in panels.iter().enumerate() {
            let left = plan.left(index);
            let (from, to) = plan.axis(left);
            titles.push(TITLE.wrap(&panel.title, plan.panel, 2)?);
            axes.push(panel.scale.axis(to - from)?);
            labels.push(LABEL.wrap(&panel.scale.label, plan.panel, 2)?);
            lefts.push(left);
            if index == 0 || !plan.shared {
                let lines = panel.lanes.iter();
                let lines = lines.map(|lane| names::wrap(ROW, &lane.name, plan.names + 0.01, 2));
                all_names.push(lines.collect::<Result<Vec<_>, _>>()?);
            }
        }
        let count = panels.iter().map(|panel| panel.lanes.len()).max();
        let height = |place: usize| {
            let lines = all_names
                .iter()
                .filter_map(|names: &Vec<Vec<String>>| names.get(place));
            let most = lines.map(Vec::len).max().unwrap_or(1).max(1);
            STEP.max(most as f64 * ROW.leading() + 0.8)
        };
        Ok(Self {
            heights: (0..count.unwrap_or(0)).map(height).collect(),
            panels,
            titles,
            axes,
            labels,
            lefts,
            plan,
            names: all_names,
        })
    }

    fn above(&self) -> f64 {
        let titles = self.titles.iter().map(Vec::len).max().unwrap_or(0);
        let said = self.panels.iter().any(|panel| panel.side.is_some());
        let said = if said { ROW.leading() + 0.6 } else { 0.6 };
        titles as f64 * TITLE.leading() + said
    }

    fn draw_panel(&self, canvas: &mut Canvas, index: usize, top: f64) -> Result<(), FigureError> {
        let (panel, left) = (&self.panels[index], self.lefts[index]);
        let ends = self.plan.axis(left);
        write_lines(canvas, &self.titles[index], (left, top), TITLE, INK)?;
        let top = top + self.above();
        let shown: f64 = self.heights.iter().take(panel.lanes.len()).sum();
        let plot = Plot {
            panel,
            axis: &self.axes[index],
            ends,
            top,
            bottom: top + shown,
        };
        plot.draw_behind(canvas)?;
        let names = if self.plan.shared {
            None
        } else {
            self.names.get(index).map(|names| (names, left))
        };
        let mut start = top;
        for (place, lane) in panel.lanes.iter().enumerate() {
            let y = start + self.heights[place] / 2.0;
            let guide = [(plot.ends.0, y), (plot.ends.1, y)];
            canvas.line(&guide, &Stroke::full(FAINT, 0.1))?;
            plot.draw_mark(canvas, lane, y)?;
            let baseline = y + ROW.cap_height() / 2.0;
            let right = (left + self.plan.panel, baseline);
            canvas.text(&lane.number, right, ROW, INK, Align::Right)?;
            if let Some((names, left)) = names {
                draw_name(canvas, &names[place], (left, y))?;
            }
            start += self.heights[place];
        }
        plot.draw_axis(canvas)?;
        let middle = f64::midpoint(left, left + self.plan.panel);
        for (line, text) in self.labels[index].iter().enumerate() {
            let y = plot.bottom + BELOW + LABEL.size + line as f64 * LABEL.leading();
            canvas.text(text, (middle, y), LABEL, MUTED, Align::Centre)?;
        }
        Ok(())
    }
}

impl Block for Band {
    fn height(&self) -> f64 {
        let labels = self.labels.iter().map(Vec::len).max().unwrap_or(0);
        let rows: f64 = self.heights.iter().sum();
        self.above() + rows + BELOW + labels as f64 * LABEL.leading() + 1.0
    }

    fn draw(&self, canvas: &mut Canvas, top: f64, _: &Context) -> Result<(), FigureError> {
        if self.plan.shared {
            let mut start = top + self.above();
            for (lines, height) in self.names.iter().flatten().zip(&self.heights) {
                draw_name(canvas, lines, (MARGIN, start + height / 2.0))?;
                start += height;
            }
        }
        (0..self.panels.len()).try_for_each(|index| self.draw_panel(canvas, index, top))
    }
}

fn draw_name(
    canvas: &mut Canvas,
    lines: &[String],
    (left, middle): (f64, f64),
) -> Result<(), FigureError> {
    let height = (lines.len().max(1) - 1) as f64 * ROW.leading() + ROW.cap_height();
    let first = middle - height / 2.0 + ROW.cap_height();
    for (place, line) in lines.iter().enumerate() {
        let baseline = first + place as f64 * ROW.leading();
        canvas.text(line, (left, baseline), ROW, INK, Align::Left)?;
    }
    Ok(())
}

/// A panel's part between its axis and its title.
struct Plot<'a> {
    panel: &'a RowPanel,
    axis: &'a Axis,
    ends: (f64, f64),
    top: f64,
    bottom: f64,
}

impl Plot<'_> {
    fn at(&self, value: f64) -> f64 {
        let value = self.panel.scale.value(value);
        self.axis.place(value, self.ends.0, self.ends.1)
    }

    /// The shaded side with its words, and guides.
    fn draw_behind(&self, canvas: &mut Canvas) -> Result<(), FigureError> {
        let line = self.at(self.panel.line);
        if let Some(side) = &self.panel.side {
            let edge = if side.right { self.ends.1 } else { self.ends.0 };
            let (left, right) = (line.min(edge), line.max(edge));
            canvas.rectangle((left, self.top), (right, self.bottom), SHADE)?;
            let baseline = self.top - 1.2;
            let middle = baseline - ROW.cap_height() / 2.0;
            let sign = if side.right { 1.0 } else { -1.0 };
            let tip = [
                (edge, middle),
                (edge - sign * 1.5, middle - 0.9),
                (edge - sign * 1.5, middle + 0.9),
            ];
            canvas.fill(&tip, MUTED, 1.0)?;
            let align = if side.right {
                Align::Right
            } else {
                Align::Left
            };
            let place = (edge - sign * 2.3, baseline);
            canvas.text(&side.words, place, ROW, MUTED, align)?;
        }
        for tick in &self.axis.ticks {
            let x = self.axis.place(tick.value, self.ends.0, self.ends.1);
            canvas.line(
                &[(x, self.top), (x, self.bottom)],
                &Stroke::full(FAINT, 0.12),
            )?;
        }
        canvas.line(
            &[(line, self.top), (line, self.bottom)],
            &Stroke::full(MUTED, 0.25),
        )
    }

    fn draw_axis(&self, canvas: &mut Canvas) -> Result<(), FigureError> {
        let line = Stroke::full(INK, 0.2);
        let ends = [(self.ends.0, self.bottom), (self.ends.1, self.bottom)];
        canvas.line(&ends, &line)?;
        for tick in &self.axis.ticks {
            let x = self.axis.place(tick.value, self.ends.0, self.ends.1);
            canvas.line(&[(x, self.bottom), (x, self.bottom + 1.0)], &line)?;
            let place = (x, self.bottom + 1.7 + TICK.cap_height());
            canvas.text(&tick.label, place, TICK, INK, Align::Centre)?;
        }
        Ok(())
    }

    fn draw_mark(&self, canvas: &mut Canvas, lane: &Lane, y: f64) -> Result<(), FigureError> {
        match &lane.mark {
            Mark::None => Ok(()),
            Mark::Point {
                value,
                ends,
                filled,
            } => {
                let marker = if ends.is_some() {
                    Marker::Disc
                } else {
                    Marker::Square
                };
                if let Some(ends) = ends {
                    self.draw_interval(canvas, *ends, y, STRENGTHS[3])?;
                }
                canvas.sign(marker, (self.at(*value), y), STRENGTHS[3], *filled)
            }
            Mark::Baseline { filled } => {
                let place = (self.at(self.panel.line), y);
                canvas.sign(Marker::Disc, place, STRENGTHS[3], *filled)
            }
            Mark::Dot(value) => {
                let x = self.at(*value);
                let (low, high) = self.panel.scale.ends;
                let corners = if (low..=high).contains(value) {
                    Marker::Disc.corners((x, y))
                } else {
                    // It points at what lies beyond the axis.
                    let out = if *value > high { 1.6 } else { -1.6 };
                    vec![(x, y), (x - out, y - 1.0), (x - out, y + 1.0)]
                };
                canvas.fill(&corners, STRENGTHS[3], 1.0)
            }
            Mark::Bar { value, ends } => {
                let (from, to) = (self.at(self.panel.line), self.at(*value));
                let colour = if *value < 0.0 { BELOW_0 } else { ABOVE_0 };
                let (left, right) = (from.min(to), from.max(to));
                canvas.rectangle((left, y - 1.2), (right, y + 1.2), colour)?;
                self.draw_interval(canvas, *ends, y, INK)
            }
            Mark::Span([low, middle, high]) => {
                let (left, right) = (self.at(*low), self.at(*high));
                canvas.rectangle((left, y - 0.9), (right, y + 0.9), STRENGTHS[2])?;
                let x = self.at(*middle);
                canvas.line(&[(x, y - 1.4), (x, y + 1.4)], &Stroke::full(INK, 0.5))
            }
        }
    }

    fn draw_interval(
        &self,
        canvas: &mut Canvas,
        ends: [f64; 2],
        y: f64,
        colour: Rgb,
    ) -> Result<(), FigureError> {
        let stroke = Stroke::full(colour, 0.3);
        let [left, right] = ends.map(|end| self.at(end));
        canvas.line(&[(left, y), (right, y)], &stroke)?;
        for x in [left, right] {
            canvas.line(&[(x, y - 0.6), (x, y + 0.6)], &stroke)?;
        }
        Ok(())
    }
}
