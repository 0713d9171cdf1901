//! A panel as wide as the page whose curves have their names at their ends.

use super::axis::{Axis, horizon};
use super::canvas::Canvas;
use super::fonts::Font;
use super::legend::{FONT, KEY_WIDTH, Key, draw_key};
use super::lines::{self, Line};
use super::page::{MARGIN, WIDTH, write_lines};
use super::palette::{INK, MUTED};
use super::panel::{ABOVE, BELOW, Panel};
use super::spread::spread;
use super::stack::Block;
use super::stroke::Stroke;
use super::{Context, FigureError};

/// Height of a panel in millimetres, unless its names need more.
const HEIGHT: f64 = 48.0;
/// Width that a name may take in millimetres.
const MOST_NAME: f64 = 40.0;
/// Space between the panel and the keys, for lines from the ends to the names, in millimetres.
const GUTTER: f64 = 5.0;
/// Space between key and name in millimetres.
const AFTER_KEY: f64 = 1.2;
/// Curves in a panel, at most, so that eyes can follow them.
pub const MOST_CURVES: usize = 10;
/// Space between two names in millimetres.
const BETWEEN: f64 = 0.8;
/// Heading of a panel.
const HEADING: Font = Font::bold(8.0);

/// A curve with its name.
#[derive(Debug, Clone)]
pub struct Named {
    /// What it is called.
    pub name: String,
    /// The number below the name; may be empty.
    pub number: String,
    /// The curve.
    pub line: Line,
}

/// A panel of named curves.
#[derive(Debug)]
pub struct Wide {
    heading: Vec<String>,
    axis: Axis,
    lines: Vec<Line>,
    /// Lines of the names, one entry a curve.
    names: Vec<Vec<String>>,
    name_width: f64,
    tick_width: f64,
}

impl Wide {
    /// Breaks heading and names into lines; curves lie over each other in their order, the first on top.
    ///
    /// # Errors
    /// The embedded font is unreadable.
    pub fn new(heading: &str, axis: Axis, curves: Vec<Named>) -> Result<Self, FigureError> {
        let mut names = Vec::with_capacity(curves.len());
        for curve in &curves {
            let mut name = FONT.wrap(&curve.name, MOST_NAME, 2)?;
            name.extend(FONT.wrap(&curve.number, MOST_NAME, 1)?);
            names.push(name);
        }
        Ok(Self {
            heading: HEADING.wrap(heading, WIDTH - 2.0 * MARGIN, 2)?,
            tick_width: Panel::tick_width(&axis)?,
            axis,
            name_width: FONT.widest(names.iter().flatten().map(String::as_str))?,
            names,
            lines: curves.into_iter().map(|curve| curve.line).collect(),
        })
    }

    /// Gives panels of one page the same edges.
    pub fn align(panels: &mut [Self]) {
        let widest = |width: fn(&Self) -> f64| panels.iter().map(width).fold(0.0, f64::max);
        let (names, ticks) = (
            widest(|panel| panel.name_width),
            widest(|panel| panel.tick_width),
        );
        for panel in panels {
            (panel.name_width, panel.tick_width) = (names, ticks);
        }
    }

    fn name_height(&self, index: usize) -> f64 {
        self.names[index].len().max(1) as f64 * FONT.leading()
    }

    fn panel_height(&self) -> f64 {
        let names = (0..self.names.len()).map(|index| self.name_height(index) + BETWEEN);
        HEIGHT.max(names.sum())
    }

    /// Names beside the ends of the curves, with thin lines from there where they had to give way.
    fn draw_names(&self, canvas: &mut Canvas, panel: &Panel) -> Result<(), FigureError> {
        let end = |index: usize| {
            let row = self.lines[index].rows.last().copied().unwrap_or_default();
            panel.at(row[0], row[1])
        };
        let mut order: Vec<usize> = (0..self.lines.len()).collect();
        order.sort_by(|&one, &other| end(one).1.total_cmp(&end(other).1));
        let wanted: Vec<f64> = order.iter().map(|&index| end(index).1).collect();
        let half = |place: usize| self.name_height(order[place]) / 2.0;
        let (bottom, top) = panel.ends();
        let ends = match order.len() {
            0 => return Ok(()),
            count => (top + half(0), bottom - half(count - 1)),
        };
        let places = spread(
            &wanted,
            |place| half(place - 1) + half(place) + BETWEEN,
            ends,
        );
        let left = WIDTH - MARGIN - self.name_width - AFTER_KEY - KEY_WIDTH;
        for (place, (&index, middle)) in order.iter().zip(places).enumerate() {
            let leader = [(panel.right() + 0.6, end(index).1), (left - 0.6, middle)];
            canvas.line(&leader, &Stroke::full(MUTED, 0.1))?;
            draw_key(canvas, &Key::Line(self.lines[index].stroke), (left, middle))?;
            let corner = (
                left + KEY_WIDTH + AFTER_KEY,
                middle - half(place) - 0.1 * FONT.size,
            );
            write_lines(canvas, &self.names[index], corner, FONT, INK)?;
        }
        Ok(())
    }
}

impl Block for Wide {
    fn height(&self) -> f64 {
        self.heading.len() as f64 * HEADING.leading() + ABOVE + self.panel_height() + BELOW
    }

    fn draw(&self, canvas: &mut Canvas, top: f64, context: &Context) -> Result<(), FigureError> {
        let top = write_lines(canvas, &self.heading, (MARGIN, top), HEADING, INK)? + ABOVE;
        let names = GUTTER + KEY_WIDTH + AFTER_KEY + self.name_width;
        let panel = Panel::with_tick_width(
            (MARGIN, WIDTH - MARGIN - names),
            (top, top + self.panel_height()),
            self.axis.clone(),
            self.tick_width,
            context,
        )?;
        panel.draw_axes(canvas)?;
        panel.draw_grid(canvas)?;
        lines::draw(canvas, &panel, &self.lines, horizon(context))?;
        self.draw_names(canvas, &panel)
    }
}

/// The letter of one of several panels; nothing where it is alone.
pub fn letter(index: usize, count: usize) -> String {
    if count < 2 {
        return String::new();
    }
    let letter = char::from(b'a' + index.min(25) as u8);
    format!("({letter}) ")
}
