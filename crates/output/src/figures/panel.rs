//! A pair of axes on the page.

use super::axis::{Axis, time_axis};
use super::canvas::{Align, Canvas};
use super::fonts::Font;
use super::palette::{INK, MUTED, Rgb, WHITE};
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
    /// The horizontal axis, mostly of times.
    across: Axis,
    value: Axis,
    /// Lines that the label of the horizontal axis may take.
    label_lines: usize,
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
        let across = time_axis(
            context,
            Self::width((outer_left, outer_right), tick_width),
            TICK,
        )?;
        Self::over(
            (outer_left, outer_right),
            (top, bottom),
            (across, value),
            tick_width,
        )
    }

    /// A panel over any horizontal axis.
    ///
    /// # Errors
    /// The embedded font is unreadable.
    pub fn over(
        (outer_left, outer_right): (f64, f64),
        (top, bottom): (f64, f64),
        (across, value): (Axis, Axis),
        tick_width: f64,
    ) -> Result<Self, FigureError> {
        let left = outer_right - Self::width((outer_left, outer_right), tick_width);
        let right = match across.ticks.last() {
            Some(last) => {
                let x = across.place(last.value, left, outer_right);
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
            across,
            value,
            label_lines: 1,
        })
    }

    /// The panel with room for several lines of the label of its horizontal axis.
    pub fn with_label_lines(self, label_lines: usize) -> Self {
        Self {
            label_lines,
            ..self
        }
    }

    /// What tick labels of a width leave between two edges of the page, in millimetres.
    pub fn width((outer_left, outer_right): (f64, f64), tick_width: f64) -> f64 {
        outer_right - outer_left - tick_width - TICK_LENGTH - 1.0
    }

    /// Right end of the panel on the page.
    pub fn right(&self) -> f64 {
        self.right
    }

    /// Lower and upper end of the vertical axis on the page.
    pub fn ends(&self) -> (f64, f64) {
        (self.bottom, self.top)
    }

    /// The horizontal axis.
    pub fn across(&self) -> &Axis {
        &self.across
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
            self.across.place(time, self.left, self.right),
            self.value.place(value, self.bottom, self.top),
        )
    }

    /// The time that lies at a place of the page.
    pub fn time_at(&self, x: f64) -> f64 {
        self.across.low
            + (x - self.left) / (self.right - self.left) * (self.across.high - self.across.low)
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
            let time = self.across.low
                + (index as f64 + offset) / COUNT as f64 * (self.across.high - self.across.low);
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
            let (_, y) = self.at(self.across.low, tick.value);
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
        for tick in &self.across.ticks {
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
        for tick in &self.across.ticks {
            let (x, _) = self.at(tick.value, self.value.low);
            canvas.line(&[(x, self.bottom), (x, self.bottom + TICK_LENGTH)], &line)?;
            let baseline = self.bottom + TICK_LENGTH + 0.7 + TICK.cap_height();
            canvas.text(&tick.label, (x, baseline), TICK, INK, Align::Centre)?;
        }
        for tick in &self.value.ticks {
            let (_, y) = self.at(self.across.low, tick.value);
            canvas.line(&[(self.left - TICK_LENGTH, y), (self.left, y)], &line)?;
            let place = (self.left - TICK_LENGTH - 0.6, y + TICK.cap_height() / 2.0);
            canvas.text(&tick.label, place, TICK, INK, Align::Right)?;
        }
        let width = self.right - self.left;
        let place = (
            f64::midpoint(self.left, self.right),
            self.bottom + BELOW - 1.5,
        );
        for (index, line) in LABEL
            .wrap(&self.across.label, width, self.label_lines)?
            .iter()
            .enumerate()
        {
            let place = (place.0, place.1 + index as f64 * LABEL.leading());
            canvas.text(line, place, LABEL, MUTED, Align::Centre)?;
        }
        let place = (self.outer_left, self.top - ABOVE + 2.4);
        canvas.text(
            &LABEL.shorten(&self.value.label, self.right - self.outer_left)?,
            place,
            LABEL,
            MUTED,
            Align::Left,
        )
    }

    /// Draws a second vertical axis at the right, of its own values, with its label above it.
    ///
    /// # Errors
    /// The SVG backend refuses an element.
    pub fn draw_right_axis(&self, canvas: &mut Canvas, axis: &Axis) -> Result<(), FigureError> {
        let line = Stroke::full(INK, 0.2);
        canvas.line(&[(self.right, self.top), (self.right, self.bottom)], &line)?;
        let outer_right = self.right + Self::right_width(axis)?;
        for tick in &axis.ticks {
            let y = axis.place(tick.value, self.bottom, self.top);
            canvas.line(&[(self.right, y), (self.right + TICK_LENGTH, y)], &line)?;
            let place = (outer_right, y + TICK.cap_height() / 2.0);
            canvas.text(&tick.label, place, TICK, INK, Align::Right)?;
        }
        let place = (outer_right, self.top - ABOVE + 2.4);
        canvas.text(&axis.label, place, LABEL, MUTED, Align::Right)
    }

    /// What a second vertical axis takes at the right of a panel, in millimetres.
    ///
    /// # Errors
    /// The embedded font is unreadable.
    pub fn right_width(axis: &Axis) -> Result<f64, FigureError> {
        Ok(Self::tick_width(axis)? + TICK_LENGTH + 0.6)
    }

    /// Marks the vertical axis as one that does not begin at 0: two strokes across its foot.
    ///
    /// # Errors
    /// The SVG backend refuses a shape.
    pub fn draw_break(&self, canvas: &mut Canvas) -> Result<(), FigureError> {
        let (x, y) = (self.left, self.bottom - 2.0);
        let gap = [
            (x - 0.5, y + 0.75),
            (x + 0.5, y + 0.05),
            (x + 0.5, y - 0.75),
            (x - 0.5, y - 0.05),
        ];
        canvas.fill(&gap, WHITE, 1.0)?;
        for y in [y - 0.4, y + 0.4] {
            canvas.line(
                &[(x - 1.2, y + 0.8), (x + 1.2, y - 0.8)],
                &Stroke::full(INK, 0.25),
            )?;
        }
        Ok(())
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
