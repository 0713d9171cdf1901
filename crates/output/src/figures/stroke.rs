//! How a curve is drawn: width, colour, dashes, markers.

use super::palette::{self, Rgb};

/// A point of the page, in millimetres from the top left corner.
pub type Point = (f64, f64);

/// Lengths of dash, gap, dash, gap, … in millimetres; empty for a full line.
const DASHES: [&[f64]; 6] = [
    &[],
    &[2.2, 0.9],
    &[0.5, 0.6],
    &[2.4, 0.7, 0.5, 0.7],
    &[5.5, 1.2],
    &[2.4, 0.6, 0.5, 0.6, 0.5, 0.6],
];

/// The look of one curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stroke {
    /// Colour.
    pub colour: Rgb,
    /// Width in millimetres.
    pub width: f64,
    /// Lengths of dash, gap, … in millimetres; empty for a full line.
    pub dashes: &'static [f64],
    /// Sign put on the curve here and there.
    pub marker: Option<Marker>,
}

/// A sign on a curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marker {
    /// Filled disc.
    Disc,
    /// Filled square.
    Square,
    /// Filled triangle.
    Triangle,
}

impl Stroke {
    /// A full line.
    pub const fn full(colour: Rgb, width: f64) -> Self {
        Self {
            colour,
            width,
            dashes: &[],
            marker: None,
        }
    }

    /// Look of the `index`-th of several curves; in grey alone the first twenty-four differ.
    pub fn of_category(index: usize) -> Self {
        let marker = match (index / DASHES.len()) % 4 {
            0 => None,
            1 => Some(Marker::Disc),
            2 => Some(Marker::Square),
            _ => Some(Marker::Triangle),
        };
        Self {
            colour: palette::category(index),
            width: 0.4,
            dashes: DASHES[index % DASHES.len()],
            marker,
        }
    }
}

impl Marker {
    /// Its corners around a point.
    pub fn corners(self, (x, y): Point) -> Vec<Point> {
        match self {
            Self::Square => vec![
                (x - 0.7, y - 0.7),
                (x + 0.7, y - 0.7),
                (x + 0.7, y + 0.7),
                (x - 0.7, y + 0.7),
            ],
            Self::Triangle => vec![(x, y - 0.95), (x + 0.9, y + 0.7), (x - 0.9, y + 0.7)],
            Self::Disc => {
                /// Cosine and sine of 22.5° and 45°, times the radius 0.8 mm.
                const FAR: f64 = 0.739;
                const NEAR: f64 = 0.306;
                [
                    (FAR, NEAR),
                    (NEAR, FAR),
                    (-NEAR, FAR),
                    (-FAR, NEAR),
                    (-FAR, -NEAR),
                    (-NEAR, -FAR),
                    (NEAR, -FAR),
                    (FAR, -NEAR),
                ]
                .map(|(right, down)| (x + right, y + down))
                .to_vec()
            }
        }
    }
}

/// Cuts a line into its dashes.
pub fn cut(line: &[Point], dashes: &[f64]) -> Vec<Vec<Point>> {
    if dashes.iter().sum::<f64>() <= 0.0 {
        return vec![line.to_vec()];
    }
    let mut pieces = Vec::new();
    let mut piece: Vec<Point> = line.first().copied().into_iter().collect();
    let (mut index, mut left) = (0, dashes[0]);
    for pair in line.windows(2) {
        let (mut from, to) = (pair[0], pair[1]);
        loop {
            let (right, down) = (to.0 - from.0, to.1 - from.1);
            let length = (right * right + down * down).sqrt();
            if length.is_nan() || length <= left {
                left -= length.max(0.0);
                if index % 2 == 0 {
                    piece.push(to);
                }
                break;
            }
            from = (
                from.0 + right * left / length,
                from.1 + down * left / length,
            );
            if index % 2 == 0 {
                piece.push(from);
                pieces.push(std::mem::take(&mut piece));
            } else {
                piece = vec![from];
            }
            index = (index + 1) % dashes.len();
            left = dashes[index];
        }
    }
    if piece.len() > 1 {
        pieces.push(piece);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_go_round_corners() {
        let line = [(0.0, 0.0), (3.0, 0.0), (3.0, 4.0)];
        let pieces = cut(&line, &[4.0, 2.0]);
        assert_eq!(
            pieces,
            vec![
                vec![(0.0, 0.0), (3.0, 0.0), (3.0, 1.0)],
                vec![(3.0, 3.0), (3.0, 4.0)]
            ]
        );
        assert_eq!(cut(&line, &[]), vec![line.to_vec()]);
        assert!(cut(&[], &[1.0, 1.0]).is_empty());
    }

    #[test]
    fn twelve_curves_look_different_even_in_grey() {
        let looks: Vec<_> = (0..24).map(Stroke::of_category).collect();
        for (index, look) in looks.iter().enumerate() {
            assert!(
                looks[..index]
                    .iter()
                    .all(|other| (other.dashes, other.marker) != (look.dashes, look.marker))
            );
        }
    }
}
