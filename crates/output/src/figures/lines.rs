//! Curves with their bands in one panel.

use super::canvas::Canvas;
use super::panel::Panel;
use super::stroke::Stroke;
use super::{FigureError, curve};

/// Opacity of the bands: several lie over each other.
const BAND_OPACITY: f64 = 0.22;

/// One curve.
#[derive(Debug, Clone)]
pub struct Line {
    /// How it looks.
    pub stroke: Stroke,
    /// (time, value, lower and upper end of its interval); the ends may be no numbers.
    pub rows: Vec<[f64; 4]>,
}

/// Rows of shares as rows of percent.
pub fn percent(rows: &[[f64; 4]]) -> Vec<[f64; 4]> {
    rows.iter()
        .map(|&[time, share, low, high]| [time, 100.0 * share, 100.0 * low, 100.0 * high])
        .collect()
}

/// Draws the bands, then the curves over them, the first on top.
///
/// # Errors
/// The SVG backend refuses a shape.
pub fn draw(
    canvas: &mut Canvas,
    panel: &Panel,
    lines: &[Line],
    horizon: f64,
) -> Result<(), FigureError> {
    for line in lines {
        let bands = line
            .rows
            .split(|row| row[2].is_nan() || row[3].is_nan())
            .filter(|rows| !rows.is_empty());
        for rows in bands {
            let band: Vec<[f64; 3]> = rows
                .iter()
                .map(|&[time, _, low, high]| [time, low, high])
                .collect();
            let band = curve::visible(&band, horizon);
            panel.band(canvas, &band, line.stroke.colour, BAND_OPACITY)?;
        }
    }
    for (index, line) in lines.iter().enumerate().rev() {
        let rows: Vec<[f64; 2]> = line
            .rows
            .iter()
            .map(|&[time, value, _, _]| [time, value])
            .collect();
        panel.curve(canvas, &curve::visible(&rows, horizon), &line.stroke)?;
        if let Some(marker) = line.stroke.marker {
            let offset = (index as f64 + 0.5) / lines.len() as f64;
            panel.markers(canvas, &rows, marker, line.stroke.colour, offset)?;
        }
    }
    Ok(())
}
