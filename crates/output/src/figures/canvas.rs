//! The drawing surface: millimetres in, one self-contained SVG out.
//!
//! plotters counts in whole units, so a page has 100 of them a millimetre.

use std::collections::BTreeSet;
use std::fmt::{Display, Write as _};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use plotters::backend::{DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{
    Color as _, FontDesc, FontFamily, FontTransform, RGBColor, ShapeStyle, TextStyle,
};

use super::FigureError;
use super::fonts::{FAMILY, Face, Font};
use super::palette::{Rgb, WHITE};
use super::stroke::{self, Marker, Point, Stroke};

/// Units of the view box in a millimetre.
const UNITS_PER_MM: f64 = 100.0;

/// plotters divides a font's size by this before it writes it.
const PLOTTERS_FONT_SCALE: f64 = 1.24;

/// plotters writes a text this many ems below the point it is given.
const PLOTTERS_BASELINE_EM: f64 = 0.76;

/// A page without its drawing.
#[derive(Debug, Clone, Copy)]
pub struct Sheet<'a> {
    /// Identifier of the SVG element.
    pub name: &'a str,
    /// Title for screen readers.
    pub title: &'a str,
    /// Description for screen readers.
    pub description: &'a str,
    /// Width in millimetres.
    pub width: f64,
    /// Height in millimetres.
    pub height: f64,
}

/// Where a text lies relative to its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// To the right of it.
    Left,
    /// Around it.
    Centre,
    /// To the left of it.
    Right,
}

/// A page being drawn on; all places are in millimetres from the top left corner.
pub struct Canvas<'a> {
    backend: SVGBackend<'a>,
    faces: BTreeSet<Face>,
}

/// Draws a page and wraps it up with its title, its description and the font faces it uses.
///
/// # Errors
/// Whatever `draw` meets.
pub fn draw_page(
    sheet: &Sheet,
    draw: impl FnOnce(&mut Canvas) -> Result<(), FigureError>,
) -> Result<String, FigureError> {
    let (width, height) = (units(sheet.width), units(sheet.height));
    let mut drawn = String::new();
    let mut canvas = Canvas {
        backend: SVGBackend::with_string(&mut drawn, (width.unsigned_abs(), height.unsigned_abs())),
        faces: BTreeSet::new(),
    };
    draw(&mut canvas)?;
    canvas.backend.present().map_err(refused)?;
    let faces = std::mem::take(&mut canvas.faces);
    drop(canvas);
    let (_, body) = drawn
        .split_once('>')
        .ok_or_else(|| FigureError::Drawing("no SVG element".to_owned()))?;
    Ok(opening(sheet, (width, height), &faces) + body)
}

/// The opening tag and what stands before the first shape.
fn opening(sheet: &Sheet, (width, height): (i32, i32), faces: &BTreeSet<Face>) -> String {
    let name = sheet.name;
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"{name}\" role=\"img\" \
         aria-labelledby=\"{name}-title {name}-desc\" width=\"{}mm\" height=\"{}mm\" viewBox=\"0 0 {width} {height}\">\n\
         <title id=\"{name}-title\">{}</title>\n<desc id=\"{name}-desc\">{}</desc>\n<style>\n",
        f64::from(width) / UNITS_PER_MM,
        f64::from(height) / UNITS_PER_MM,
        escape(sheet.title),
        escape(sheet.description),
    );
    for face in faces {
        let _ = writeln!(
            text,
            "@font-face{{font-family:\"{FAMILY}\";font-weight:{};src:url(data:font/ttf;base64,{}) format(\"truetype\")}}",
            face.weight(),
            STANDARD.encode(face.bytes()),
        );
    }
    let _ = write!(text, "#{name} polyline{{stroke-linejoin:round}}\n</style>");
    text
}

impl Canvas<'_> {
    /// Draws a line with its dashes and markers.
    ///
    /// # Errors
    /// The SVG backend refuses it.
    pub fn line(&mut self, points: &[Point], stroke: &Stroke) -> Result<(), FigureError> {
        let style = ShapeStyle {
            color: RGBColor(stroke.colour.0, stroke.colour.1, stroke.colour.2).to_rgba(),
            filled: false,
            stroke_width: units(stroke.width).unsigned_abs(),
        };
        for piece in stroke::cut(points, stroke.dashes) {
            let path = on_grid(&piece);
            if path.len() > 1 {
                self.backend.draw_path(path, &style).map_err(refused)?;
            }
        }
        Ok(())
    }

    /// Fills a shape.
    ///
    /// # Errors
    /// The SVG backend refuses it.
    pub fn fill(
        &mut self,
        corners: &[Point],
        colour: Rgb,
        opacity: f64,
    ) -> Result<(), FigureError> {
        let path = on_grid(corners);
        if path.len() < 3 {
            return Ok(());
        }
        self.backend
            .fill_polygon(path, &RGBColor(colour.0, colour.1, colour.2).mix(opacity))
            .map_err(refused)
    }

    /// Fills an upright rectangle.
    ///
    /// # Errors
    /// The SVG backend refuses it.
    pub fn rectangle(
        &mut self,
        (left, top): Point,
        (right, bottom): Point,
        colour: Rgb,
    ) -> Result<(), FigureError> {
        self.fill(
            &[(left, top), (right, top), (right, bottom), (left, bottom)],
            colour,
            1.0,
        )
    }

    /// Draws a sign, filled or open.
    ///
    /// # Errors
    /// The SVG backend refuses it.
    pub fn sign(
        &mut self,
        marker: Marker,
        place: Point,
        colour: Rgb,
        filled: bool,
    ) -> Result<(), FigureError> {
        let mut corners = marker.corners(place);
        self.fill(&corners, if filled { colour } else { WHITE }, 1.0)?;
        corners.extend(corners.first().copied());
        self.line(&corners, &Stroke::full(colour, 0.3))
    }

    /// Writes one line of text with its baseline through `place`.
    ///
    /// # Errors
    /// The SVG backend refuses it.
    pub fn text(
        &mut self,
        text: &str,
        (x, y): Point,
        font: Font,
        colour: Rgb,
        align: Align,
    ) -> Result<(), FigureError> {
        let top_left = (x, y - PLOTTERS_BASELINE_EM * font.size);
        self.turned(text, top_left, (font, colour), align, FontTransform::None)
    }

    /// Writes one line of text upwards from `place`, with its baseline through it.
    ///
    /// # Errors
    /// The SVG backend refuses it.
    pub fn text_upwards(
        &mut self,
        text: &str,
        (x, y): Point,
        font: Font,
        colour: Rgb,
    ) -> Result<(), FigureError> {
        let turn = FontTransform::Rotate270;
        let corner = (x - PLOTTERS_BASELINE_EM * font.size, y);
        self.turned(text, corner, (font, colour), Align::Left, turn)
    }

    fn turned(
        &mut self,
        text: &str,
        corner: Point,
        (font, colour): (Font, Rgb),
        align: Align,
        turn: FontTransform,
    ) -> Result<(), FigureError> {
        let text = printable(text);
        if text.trim().is_empty() {
            return Ok(());
        }
        self.faces.insert(font.face);
        let size = PLOTTERS_FONT_SCALE * f64::from(units(font.size));
        let described = FontDesc::new(FontFamily::Name(FAMILY), size, font.face.style());
        let h_pos = match align {
            Align::Left => HPos::Left,
            Align::Centre => HPos::Center,
            Align::Right => HPos::Right,
        };
        let colour = RGBColor(colour.0, colour.1, colour.2);
        let style = TextStyle::from(described.transform(turn))
            .color(&colour)
            .pos(Pos::new(h_pos, VPos::Top));
        self.backend
            .draw_text(&text, &style, (units(corner.0), units(corner.1)))
            .map_err(refused)
    }
}

/// Whole units, without the points that fall together with the one before.
fn on_grid(points: &[Point]) -> Vec<(i32, i32)> {
    let mut path: Vec<(i32, i32)> = points.iter().map(|&(x, y)| (units(x), units(y))).collect();
    path.dedup();
    path
}

fn units(millimetres: f64) -> i32 {
    (millimetres * UNITS_PER_MM).round() as i32
}

fn refused(error: impl Display) -> FigureError {
    FigureError::Drawing(error.to_string())
}

/// The text without characters that XML cannot hold.
fn printable(text: &str) -> String {
    text.chars()
        .map(|letter| {
            if letter.is_control() || matches!(letter, '\u{FFFE}' | '\u{FFFF}') {
                ' '
            } else {
                letter
            }
        })
        .collect()
}

/// The text as XML character data.
fn escape(text: &str) -> String {
    printable(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::palette::INK;

    fn page(draw: impl FnOnce(&mut Canvas) -> Result<(), FigureError>) -> String {
        let sheet = Sheet {
            name: "test",
            title: "a < b & \"c\"",
            description: "Минск\u{1}",
            width: 100.0,
            height: 50.0,
        };
        draw_page(&sheet, draw).unwrap()
    }

    #[test]
    fn only_faces_in_use_are_embedded() {
        let regular =
            page(|canvas| canvas.text("x", (1.0, 5.0), Font::regular(7.0), INK, Align::Left));
        assert_eq!(regular.matches("@font-face").count(), 1);
        assert_eq!(page(|_| Ok(())).matches("@font-face").count(), 0);
    }

    #[test]
    fn user_text_is_escaped() {
        let svg = page(|canvas| {
            canvas.text(
                "<&>\"'\u{0}Ы",
                (1.0, 5.0),
                Font::bold(7.0),
                INK,
                Align::Left,
            )
        });
        assert!(svg.contains("&lt;&amp;&gt;&quot;&apos; Ы"));
        assert!(svg.contains("<title id=\"test-title\">a &lt; b &amp; \"c\"</title>"));
        assert!(svg.contains("width=\"100mm\" height=\"50mm\" viewBox=\"0 0 10000 5000\""));
    }
}
