//! A pair of axes on the page.

use super::axis::{Axis, time_axis};
use super::canvas::{Align, Canvas};
use super::fonts::Font;
use super::palette::{INK, MUTED, Rgb};
use super::stroke::{Marker, Point, Stroke};
use super::{Context, FigureError};

/// Font of tick labels.
pub const TICK: Font = Font::regular(7.0);
/// Font of axis labels.
pub const LABEL: Font = Font::regular(7.5);

/// Room for the label of the vertical axis above the panel, in millimetres.
pub const ABOVE: f64 = 5.0;
/// Room for the ticks and the label of the time axis below the panel, in millimetres.
pub const BELOW: f64 = 9.5;

/// How far the last tick label may stand out at the right, in millimetres.
const OVERHANG: f64 = 2.0;
/// Length of a tick in millimetres.
const TICK_LENGTH: f64 = 1.0;
/// Colour of grid lines, laid thinly over fills.
const GRID: Rgb = Rgb(0x40, 0x40, 0x40);

/// The rectangle that curves are drawn in.
#[derive(Debug, Clone)]
pub struct Panel {
    /// Left edge of the tick labels.
    outer_left: f64,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    time: Axis,
    value: Axis,
}

impl Panel {
    /// A panel between two edges of the page, with room for its tick labels.
    ///
    /// # Errors
    /// The embedded font is unreadable.
    pub fn new(
        (outer_left, outer_right): (f64, f64),
        (top, bottom): (f64, f64),
        value: Axis,
        context: &Context,
    ) -> Result<Self, FigureError> {
        let tick_width = Self::tick_width(&value)?;
        Self::with_tick_width(
            (outer_left, outer_right),
            (top, bottom),
            value,
            tick_width,
            context,
        )
    }

    /// A panel with room for tick labels of a given width, so that it can lie flush with another one.
    ///
    /// # Errors
    /// The embedded font is unreadable.
    pub fn with_tick_width(
        (outer_left, outer_right): (f64, f64),
        (top, bottom): (f64, f64),
        value: Axis,
        tick_width: f64,
        context: &Context,
    ) -> Result<Self, FigureError> {
        let left = outer_left + tick_width + TICK_LENGTH + 1.0;
        let time = time_axis(context, outer_right - left, TICK)?;
        let right = match time.ticks.last() {
            Some(last) => {
                let x = time.place(last.value, left, outer_right);
                outer_right - (x + TICK.width(&last.label)? / 2.0 - outer_right - OVERHANG).max(0.0)
            }
            None => outer_right,
        };
        Ok(Self {
            outer_left,
            left,
            right,
            top,
            bottom,
            time,
            value,
        })
    }

    /// Width of the widest tick label of a vertical axis in millimetres.
    ///
    /// # Errors
    /// The embedded font is unreadable.
    pub fn tick_width(value: &Axis) -> Result<f64, FigureError> {
        TICK.widest(value.ticks.iter().map(|tick| tick.label.as_str()))
    }

    /// Where a value at a time lies on the page.
    pub fn at(&self, time: f64, value: f64) -> Point {
        (
            self.time.place(time, self.left, self.right),
            self.value.place(value, self.bottom, self.top),
        )
    }

    /// The time that lies at a place of the page.
    pub fn time_at(&self, x: f64) -> f64 {
        self.time.low
            + (x - self.left) / (self.right - self.left) * (self.time.high - self.time.low)
    }

    /// Fills the band between two curves, given as (time, lower value, upper value).
    ///
    /// # Errors
    /// The SVG backend refuses a shape.
    pub fn band(
        &self,
        canvas: &mut Canvas,
        rows: &[[f64; 3]],
        colour: Rgb,
        opacity: f64,
    ) -> Result<(), FigureError> {
        let upper = rows.iter().map(|&[time, _, upper]| self.at(time, upper));
        let lower = rows
            .iter()
            .rev()
            .map(|&[time, lower, _]| self.at(time, lower));
        canvas.fill(&upper.chain(lower).collect::<Vec<_>>(), colour, opacity)
    }

    /// Draws a curve, given as (time, value), with its markers.
    ///
    /// # Errors
    /// The SVG backend refuses a shape.
    pub fn curve(
        &self,
        canvas: &mut Canvas,
        rows: &[[f64; 2]],
        stroke: &Stroke,
    ) -> Result<(), FigureError> {
        canvas.line(
            &rows
                .iter()
                .map(|&[time, value]| self.at(time, value))
                .collect::<Vec<_>>(),
            stroke,
        )
    }

    /// Puts `count` signs on a curve, evenly along the panel, the first after `offset` of a gap.
    ///
    /// # Errors
    /// The SVG backend refuses a shape.
    pub fn markers(
        &self,
        canvas: &mut Canvas,
        rows: &[[f64; 2]],
        marker: Marker,
        colour: Rgb,
        offset: f64,
    ) -> Result<(), FigureError> {
        const COUNT: usize = 4;
        for index in 0..COUNT {
            let time = self.time.low
                + (index as f64 + offset) / COUNT as f64 * (self.time.high - self.time.low);
            let inside = rows.first().is_some_and(|row| row[0] <= time)
                && rows.last().is_some_and(|row| row[0] >= time);
            if inside {
                canvas.fill(
                    &marker.corners(self.at(time, value_at(rows, time))),
                    colour,
                    1.0,
                )?;
            }
        }
        Ok(())
    }

    /// Draws the horizontal grid lines.
    ///
    /// # Errors
    /// The SVG backend refuses a line.
    pub fn draw_grid(&self, canvas: &mut Canvas) -> Result<(), FigureError> {
        for tick in &self.value.ticks {
            let (_, y) = self.at(self.time.low, tick.value);
            let corners = [
                (self.left, y - 0.06),
                (self.right, y - 0.06),
                (self.right, y + 0.06),
                (self.left, y + 0.06),
            ];
            canvas.fill(&corners, GRID, 0.18)?;
        }
        Ok(())
    }

    /// Draws the vertical grid lines at the ticks of the time axis.
    ///
    /// # Errors
    /// The SVG backend refuses a line.
    pub fn draw_time_grid(&self, canvas: &mut Canvas) -> Result<(), FigureError> {
        for tick in &self.time.ticks {
            let (x, _) = self.at(tick.value, self.value.low);
            let corners = [
                (x - 0.06, self.top),
                (x + 0.06, self.top),
                (x + 0.06, self.bottom),
                (x - 0.06, self.bottom),
            ];
            canvas.fill(&corners, GRID, 0.18)?;
        }
        Ok(())
    }

    /// Draws the axes with ticks and labels.
    ///
    /// # Errors
    /// The SVG backend refuses an element.
    pub fn draw_axes(&self, canvas: &mut Canvas) -> Result<(), FigureError> {
        let line = Stroke::full(INK, 0.2);
        canvas.line(
            &[(self.left, self.bottom), (self.right, self.bottom)],
            &line,
        )?;
        canvas.line(&[(self.left, self.top), (self.left, self.bottom)], &line)?;
        for tick in &self.time.ticks {
            let (x, _) = self.at(tick.value, self.value.low);
            canvas.line(&[(x, self.bottom), (x, self.bottom + TICK_LENGTH)], &line)?;
            let baseline = self.bottom + TICK_LENGTH + 0.7 + TICK.cap_height();
            canvas.text(&tick.label, (x, baseline), TICK, INK, Align::Centre)?;
        }
        for tick in &self.value.ticks {
            let (_, y) = self.at(self.time.low, tick.value);
            canvas.line(&[(self.left - TICK_LENGTH, y), (self.left, y)], &line)?;
            let place = (self.left - TICK_LENGTH - 0.6, y + TICK.cap_height() / 2.0);
            canvas.text(&tick.label, place, TICK, INK, Align::Right)?;
        }
        let width = self.right - self.left;
        let place = (
            f64::midpoint(self.left, self.right),
            self.bottom + BELOW - 1.5,
        );
        canvas.text(
            &LABEL.shorten(&self.time.label, width)?,
            place,
            LABEL,
            MUTED,
            Align::Centre,
        )?;
        let place = (self.outer_left, self.top - ABOVE + 2.4);
        canvas.text(
            &LABEL.shorten(&self.value.label, width)?,
            place,
            LABEL,
            MUTED,
            Align::Left,
        )
    }
}

/// The value of a curve at a time, on the straight line between its neighbours.
pub fn value_at(rows: &[[f64; 2]], time: f64) -> f64 {
    let after = rows.partition_point(|row| row[0] < time);
    match (
        after.checked_sub(1).and_then(|before| rows.get(before)),
        rows.get(after),
    ) {
        (Some(&[from, low]), Some(&[to, high])) if to > from => {
            low + (high - low) * (time - from) / (to - from)
        }
        (_, Some(row)) | (Some(row), None) => row[1],
        (None, None) => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn between_grid_times_a_curve_is_straight() {
        let rows = [[0.0, 1.0], [2.0, 3.0], [2.0, 5.0], [4.0, 5.0]];
        assert_eq!(value_at(&rows, 1.0), 2.0);
        assert_eq!(value_at(&rows, -1.0), 1.0);
        assert_eq!(value_at(&rows, 9.0), 5.0);
        assert_eq!(value_at(&[], 1.0), 0.0);
    }
}
