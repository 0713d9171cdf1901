//! The signs of nodes and edges, and the legend that explains them: kinds differ by shape, and in grey by shade.

use std::f64::consts::FRAC_1_SQRT_2;

use super::{Edge, EdgeKind, InfluenceGraph, NodeKind};
use crate::figures::FigureError;
use crate::figures::canvas::{Align, Canvas};
use crate::figures::fonts::Font;
use crate::figures::palette::{self, INK, MUTED, Rgb, STRENGTHS, WHITE};
use crate::figures::stroke::{Point, Stroke};

/// Font of labels and legend.
pub const FONT: Font = Font::regular(7.0);
/// Colour of what is read: muted, since there is most of it.
const READ: Rgb = STRENGTHS[2];
/// Colour of what is changed.
const CHANGED: Rgb = INK;
/// How far the tips of a factor's box stand out, in millimetres.
const TIP: f64 = 1.6;

/// Length of an arrow's head in millimetres.
const HEAD: f64 = 1.7;
/// Width of a sign in the legend in millimetres.
const KEY: f64 = 8.0;
/// Height of a line of the legend in millimetres.
const LINE: f64 = 4.6;
/// Space between entries of the legend in millimetres.
const GAP: f64 = 5.0;

/// An upright rectangle of the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    /// Left edge.
    pub left: f64,
    /// Upper edge.
    pub top: f64,
    /// Right edge.
    pub right: f64,
    /// Lower edge.
    pub bottom: f64,
}

/// Draws the box of a node.
///
/// # Errors
/// The SVG backend refuses a shape.
pub fn draw_box(canvas: &mut Canvas, kind: NodeKind, frame: Frame) -> Result<(), FigureError> {
    let mut corners = corners(kind, frame);
    canvas.fill(&corners, fill(kind), 1.0)?;
    corners.extend(corners.first().copied());
    let stroke = match kind {
        NodeKind::Lever => Stroke {
            dashes: &[0.9, 0.6],
            ..Stroke::full(INK, 0.25)
        },
        NodeKind::Factor => Stroke::full(INK, 0.45),
        _ => Stroke::full(INK, 0.2),
    };
    canvas.line(&corners, &stroke)
}

/// Colour inside a box.
fn fill(kind: NodeKind) -> Rgb {
    match kind {
        NodeKind::Lever | NodeKind::Event => WHITE,
        NodeKind::Variable => STRENGTHS[0],
        NodeKind::Factor => palette::level(1, 4),
        NodeKind::Level => palette::level(3, 4),
    }
}

fn corners(kind: NodeKind, frame: Frame) -> Vec<Point> {
    let Frame {
        left,
        top,
        right,
        bottom,
    } = frame;
    let middle = f64::midpoint(top, bottom);
    match kind {
        NodeKind::Lever | NodeKind::Event | NodeKind::Level => {
            vec![(left, top), (right, top), (right, bottom), (left, bottom)]
        }
        NodeKind::Factor => {
            let tip = TIP.min((right - left) / 3.0);
            vec![
                (left, middle),
                (left + tip, top),
                (right - tip, top),
                (right, middle),
                (right - tip, bottom),
                (left + tip, bottom),
            ]
        }
        NodeKind::Variable => rounded(frame, 1.2),
    }
}

/// The outline of a rectangle with round corners.
fn rounded(frame: Frame, radius: f64) -> Vec<Point> {
    /// Sines of 0°, 22.5°, 45°, 67.5° and 90°.
    const SINES: [f64; 5] = [0.0, 0.382_683_4, FRAC_1_SQRT_2, 0.923_879_5, 1.0];
    let Frame {
        left,
        top,
        right,
        bottom,
    } = frame;
    let radius = radius.min((right - left) / 2.0).min((bottom - top) / 2.0);
    let (inner_left, inner_right) = (left + radius, right - radius);
    let (inner_top, inner_bottom) = (top + radius, bottom - radius);
    let mut outline = Vec::with_capacity(20);
    for (x, y, first, second) in [
        (inner_right, inner_top, (0.0, -1.0), (1.0, 0.0)),
        (inner_right, inner_bottom, (1.0, 0.0), (0.0, 1.0)),
        (inner_left, inner_bottom, (0.0, 1.0), (-1.0, 0.0)),
        (inner_left, inner_top, (-1.0, 0.0), (0.0, -1.0)),
    ] {
        for place in 0..SINES.len() {
            let (to, from) = (
                SINES[place] * radius,
                SINES[SINES.len() - 1 - place] * radius,
            );
            outline.push((
                x + first.0 * from + second.0 * to,
                y + first.1 * from + second.1 * to,
            ));
        }
    }
    outline
}

/// Draws the line from a cause to its consequence, with a head at its end, where it comes in horizontally: to the right, or to
/// the left.
///
/// # Errors
/// The SVG backend refuses a shape.
pub fn follows(canvas: &mut Canvas, path: &[Point], rightwards: bool) -> Result<(), FigureError> {
    let Some((&(x, y), before)) = path.split_last() else {
        return Ok(());
    };
    let back = if rightwards { -HEAD } else { HEAD };
    let mut line = before.to_vec();
    line.push((x + 0.7 * back, y));
    let stroke = Stroke {
        dashes: &[1.2, 0.7],
        ..Stroke::full(MUTED, 0.25)
    };
    canvas.line(&line, &stroke)?;
    let head = [(x, y), (x + back, y - 0.65), (x + back, y + 0.65)];
    canvas.fill(&head, stroke.colour, 1.0)
}

/// The mark of a table: a ring for what is read, a square for what is changed, a square with a hole for both.
///
/// # Errors
/// The SVG backend refuses a shape.
pub fn mark(
    canvas: &mut Canvas,
    (x, y): Point,
    (read, changed): (bool, bool),
) -> Result<(), FigureError> {
    let around = |half: f64| Frame {
        left: x - half,
        top: y - half,
        right: x + half,
        bottom: y + half,
    };
    if changed {
        let Frame {
            left,
            top,
            right,
            bottom,
        } = around(1.2);
        canvas.rectangle((left, top), (right, bottom), CHANGED)?;
        if read {
            canvas.fill(&rounded(around(0.65), f64::MAX), WHITE, 1.0)?;
        }
    } else if read {
        canvas.fill(&rounded(around(0.95), f64::MAX), READ, 1.0)?;
        canvas.fill(&rounded(around(0.55), f64::MAX), WHITE, 1.0)?;
    }
    Ok(())
}

/// An entry of the legend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Node(NodeKind),
    Follows,
    Mark(bool, bool),
}

/// The signs in use with their words, in lines.
#[derive(Debug)]
pub struct Legend {
    entries: Vec<(Sign, String, Point)>,
    height: f64,
}

impl Legend {
    /// Explains the kinds that a graph has, in lines of a width.
    ///
    /// # Errors
    /// The embedded font is unreadable.
    pub fn new(graph: &InfluenceGraph, edges: &[Edge], width: f64) -> Result<Self, FigureError> {
        let mut signs: Vec<(Sign, String)> = NodeKind::ALL
            .into_iter()
            .filter(|&kind| graph.nodes.iter().any(|node| node.kind == kind))
            .map(|kind| (Sign::Node(kind), kind.words()[0].to_owned()))
            .collect();
        for (read, changed, words) in [
            (true, false, "row reads column"),
            (false, true, "row changes column"),
            (true, true, "row reads and changes column"),
        ] {
            signs.push((Sign::Mark(read, changed), words.to_owned()));
        }
        if edges.iter().any(|edge| edge.kind == EdgeKind::Follows) {
            signs.push((Sign::Follows, "may be followed by".to_owned()));
        }
        let (mut x, mut y) = (0.0, 0.0);
        let mut entries = Vec::with_capacity(signs.len());
        for (sign, words) in signs {
            let wide = KEY + 1.5 + FONT.width(&words)?;
            if x > 0.0 && x + wide > width {
                (x, y) = (0.0, y + LINE);
            }
            entries.push((sign, words, (x, y)));
            x += wide + GAP;
        }
        let height = if entries.is_empty() { 0.0 } else { y + LINE };
        Ok(Self { entries, height })
    }

    /// Its height in millimetres.
    pub fn height(&self) -> f64 {
        self.height
    }

    /// Draws it from its top left corner.
    ///
    /// # Errors
    /// The SVG backend refuses an element.
    pub fn draw(&self, canvas: &mut Canvas, (left, top): Point) -> Result<(), FigureError> {
        for (sign, words, (x, y)) in &self.entries {
            let (left, middle) = (left + x, top + y + LINE / 2.0);
            match *sign {
                Sign::Node(kind) => {
                    let frame = Frame {
                        left,
                        top: middle - 1.5,
                        right: left + KEY,
                        bottom: middle + 1.5,
                    };
                    draw_box(canvas, kind, frame)?;
                }
                Sign::Follows => {
                    follows(canvas, &[(left, middle), (left + KEY, middle)], true)?;
                }
                Sign::Mark(read, changed) => {
                    mark(canvas, (left + KEY - 2.0, middle), (read, changed))?;
                }
            }
            let place = (left + KEY + 1.5, middle + FONT.cap_height() / 2.0);
            canvas.text(words, place, FONT, INK, Align::Left)?;
        }
        Ok(())
    }
}
