//! A column of keys, names and numbers.

use super::FigureError;
use super::canvas::{Align, Canvas};
use super::fonts::{self, Font};
use super::page::write_lines;
use super::palette::{INK, MUTED, Rgb, STRENGTHS};
use super::stroke::{Marker, Stroke};

/// Font of a legend.
pub const FONT: Font = Font::regular(7.0);

/// Width of a key in millimetres.
pub const KEY_WIDTH: f64 = 9.0;
/// Space between key, name and number in millimetres.
pub const GAP: f64 = 1.5;
/// Space between entries in millimetres.
const BETWEEN: f64 = 0.6;

/// The sign of an entry.
#[derive(Debug, Clone, Copy)]
pub enum Key {
    /// A filled area.
    Area(Rgb),
    /// A line.
    Line(Stroke),
    /// A sign, filled or open.
    Sign(Marker, bool),
}

/// One entry as it is asked for.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its sign.
    pub key: Key,
    /// Its name.
    pub name: String,
    /// The number at its right; may be empty.
    pub number: String,
}

/// A legend broken into lines.
#[derive(Debug, Clone)]
pub struct Legend {
    width: f64,
    header: Vec<String>,
    entries: Vec<(Entry, Vec<String>)>,
}

impl Legend {
    /// Fits entries into a width; names take two lines at most. The header stands above the numbers.
    ///
    /// # Errors
    /// The embedded font is unreadable.
    pub fn new(header: &str, entries: Vec<Entry>, width: f64) -> Result<Self, FigureError> {
        let numbers = FONT.widest(entries.iter().map(|entry| entry.number.as_str()))?;
        let room =
            (width - KEY_WIDTH - GAP - if numbers > 0.0 { numbers + GAP } else { 0.0 }).max(10.0);
        let entries = entries
            .into_iter()
            .map(|entry| {
                let name = FONT.wrap(&entry.name, room, 2)?;
                Ok((entry, name))
            })
            .collect::<Result<_, FigureError>>()?;
        Ok(Self {
            width,
            header: FONT.wrap(header, width, 3)?,
            entries,
        })
    }

    /// A legend no wider than its entries need, and no wider than `most`.
    ///
    /// # Errors
    /// The embedded font is unreadable.
    pub fn narrow(header: &str, entries: Vec<Entry>, most: f64) -> Result<Self, FigureError> {
        let names = FONT.widest(entries.iter().map(|entry| entry.name.as_str()))?;
        let numbers = FONT.widest(entries.iter().map(|entry| entry.number.as_str()))?;
        let words = FONT.widest(fonts::words(header))?;
        let width = (KEY_WIDTH + names + numbers + 3.0 * GAP)
            .max(words)
            .min(most);
        Self::new(header, entries, width)
    }

    /// Its width in millimetres.
    pub fn width(&self) -> f64 {
        self.width
    }

    /// Its height in millimetres.
    pub fn height(&self) -> f64 {
        let names = self
            .entries
            .iter()
            .map(|(_, name)| name.len().max(1) as f64 * FONT.leading() + BETWEEN);
        self.header_height() + names.sum::<f64>()
    }

    fn header_height(&self) -> f64 {
        if self.header.is_empty() {
            0.0
        } else {
            self.header.len() as f64 * FONT.leading() + 2.0 * BETWEEN
        }
    }

    /// Draws it from its top left corner.
    ///
    /// # Errors
    /// The SVG backend refuses an element.
    pub fn draw(&self, canvas: &mut Canvas, (left, top): (f64, f64)) -> Result<(), FigureError> {
        for (index, line) in self.header.iter().enumerate() {
            let baseline = top + FONT.size + index as f64 * FONT.leading();
            canvas.text(
                line,
                (left + self.width, baseline),
                FONT,
                MUTED,
                Align::Right,
            )?;
        }
        let mut top = top + self.header_height();
        for (entry, name) in &self.entries {
            let baseline = top + FONT.size;
            draw_key(
                canvas,
                &entry.key,
                (left, baseline - FONT.cap_height() / 2.0),
            )?;
            canvas.text(
                &entry.number,
                (left + self.width, baseline),
                FONT,
                INK,
                Align::Right,
            )?;
            write_lines(canvas, name, (left + KEY_WIDTH + GAP, top), FONT, INK)?;
            top += name.len().max(1) as f64 * FONT.leading() + BETWEEN;
        }
        Ok(())
    }
}

/// Draws a sign of [`KEY_WIDTH`] from the middle of its left edge.
///
/// # Errors
/// The SVG backend refuses a shape.
pub fn draw_key(
    canvas: &mut Canvas,
    key: &Key,
    (left, middle): (f64, f64),
) -> Result<(), FigureError> {
    let right = left + KEY_WIDTH;
    match key {
        Key::Area(colour) => {
            let (top, bottom) = (middle - 1.1, middle + 1.1);
            canvas.rectangle((left, top), (right, bottom), *colour)?;
            let outline = [
                (left, top),
                (right, top),
                (right, bottom),
                (left, bottom),
                (left, top),
            ];
            canvas.line(&outline, &Stroke::full(MUTED, 0.1))
        }
        Key::Sign(marker, filled) => {
            let place = (f64::midpoint(left, right), middle);
            canvas.sign(*marker, place, STRENGTHS[3], *filled)
        }
        Key::Line(stroke) => {
            canvas.line(&[(left, middle), (right, middle)], stroke)?;
            match stroke.marker {
                Some(marker) => canvas.fill(
                    &marker.corners((f64::midpoint(left, right), middle)),
                    stroke.colour,
                    1.0,
                ),
                None => Ok(()),
            }
        }
    }
}
