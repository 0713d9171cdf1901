//! Shares of trials in ordered states, as areas stacked over time with the highest state at the bottom.

use super::canvas::{Align, Canvas};
use super::fonts::Font;
use super::interval::{decimals_for, percent_with_interval};
use super::legend::{Entry, Key};
use super::palette::{self, WHITE};
use super::panel::{Panel, value_at};
use super::stroke::Stroke;
use super::table::field;
use super::ticks::number;
use super::{FigureError, curve};
use detente_report::summary::SeriesSummary;
use detente_stats::wilson_of_share;

/// What stands above the numbers of a legend.
pub const AT_THE_END: &str = "at the end: %\u{A0}of\u{A0}trials (95\u{A0}%\u{A0}interval)";

/// One state, lowest first.
#[derive(Debug, Clone)]
pub struct Layer {
    /// What it is called.
    pub name: String,
    /// (time, share of trials above it, share of trials in it or above it, share of trials in it).
    pub rows: Vec<[f64; 4]>,
}

/// Adds the shares of a series of states up from the highest state.
///
/// # Errors
/// A torn series.
pub fn stacked(series: &SeriesSummary, horizon: f64) -> Result<Vec<Layer>, FigureError> {
    let Some(states) = &series.states else {
        return Ok(Vec::new());
    };
    for (state, shares) in states {
        curve::check_length(&series.title, &series.t, state, shares)?;
    }
    let known: Vec<usize> = (0..series.t.len())
        .filter(|&index| curve::is_on_axis(series.t[index], horizon))
        .filter(|&index| states.values().all(|shares| shares[index].is_finite()))
        .collect();
    let mut above = vec![0.0; known.len()];
    let mut layers = Vec::with_capacity(states.len());
    for (state, shares) in states.iter().rev() {
        let rows: Vec<[f64; 4]> = known
            .iter()
            .zip(&above)
            .map(|(&index, &above)| [series.t[index], above, above + shares[index], shares[index]])
            .collect();
        above = rows.iter().map(|row| row[2]).collect();
        layers.push(Layer {
            name: state.replace('_', " "),
            rows,
        });
    }
    layers.reverse();
    Ok(layers)
}

/// The largest half-width of the pointwise 95 % intervals of the boundaries; 0 where there are none.
pub fn widest_half_width(layers: &[Layer], trials: u64) -> f64 {
    let half_width = |share: f64| {
        let [low, high] = wilson_of_share(share, trials);
        if trials > 0 { (high - low) / 2.0 } else { 0.0 }
    };
    let boundaries = layers.iter().skip(1).flat_map(|layer| &layer.rows);
    boundaries.map(|row| half_width(row[2])).fold(0.0, f64::max)
}

/// A note that says how sure the boundaries are.
pub fn with_half_width(note: &str, widest: f64) -> String {
    if widest > 0.0 {
        let points = number(100.0 * widest, decimals_for(100.0 * widest));
        format!(
            "{note} Boundaries: pointwise 95 % half-width (Wilson) at most {points} percentage points."
        )
    } else {
        note.to_owned()
    }
}

/// The 95 % interval of the share in a state or above it, as fields of a table. Every trial is in the lowest
/// state or above it: that is no estimate.
pub fn boundary_fields(index: usize, share: f64, trials: u64) -> [String; 2] {
    let interval = (index > 0 && trials > 0).then(|| wilson_of_share(share, trials));
    [
        field(interval.map(|[low, _]| low)),
        field(interval.map(|[_, high]| high)),
    ]
}

/// The keys of the areas with their shares at the end.
pub fn entries(layers: &[Layer], trials: u64) -> Vec<Entry> {
    let entry = |(index, layer): (usize, &Layer)| {
        let share = layer.rows.last().map_or(0.0, |row| row[3]);
        let number = if trials > 0 {
            percent_with_interval(share, wilson_of_share(share, trials))
        } else {
            String::new()
        };
        Entry {
            key: Key::Area(palette::level(index, layers.len())),
            name: layer.name.clone(),
            number,
        }
    };
    layers.iter().enumerate().map(entry).collect()
}

/// Draws the areas with the names that have room on them.
///
/// # Errors
/// The SVG backend refuses a shape.
pub fn draw(
    canvas: &mut Canvas,
    panel: &Panel,
    layers: &[Layer],
    (font, horizon): (Font, f64),
) -> Result<(), FigureError> {
    let percent = |layer: &Layer| -> Vec<[f64; 3]> {
        curve::visible(&layer.rows, horizon)
            .iter()
            .map(|&[time, above, with, _]| [time, 100.0 * above, 100.0 * with])
            .collect()
    };
    let areas: Vec<Vec<[f64; 3]>> = layers.iter().map(percent).collect();
    for (index, area) in areas.iter().enumerate() {
        panel.band(canvas, area, palette::level(index, layers.len()), 1.0)?;
    }
    for area in areas.iter().skip(1) {
        let boundary: Vec<[f64; 2]> = area.iter().map(|&[time, _, with]| [time, with]).collect();
        panel.curve(canvas, &boundary, &Stroke::full(WHITE, 0.25))?;
    }
    for (index, (layer, area)) in layers.iter().zip(&areas).enumerate() {
        let colour = palette::readable_on(palette::level(index, layers.len()));
        if let Some(place) = room_for_name(panel, area, font, font.width(&layer.name)?) {
            canvas.text(&layer.name, place, font, colour, Align::Centre)?;
        }
    }
    Ok(())
}

/// The middle of the baseline of a name `width` millimetres wide, where the area has most room for it.
fn room_for_name(panel: &Panel, area: &[[f64; 3]], font: Font, width: f64) -> Option<(f64, f64)> {
    /// Places tried along the panel, and along the name at each of them.
    const TRIED: usize = 120;
    const ALONG: usize = 24;
    /// Room that counts as plenty, so that the name rather stands in the middle.
    const PLENTY: f64 = 12.0;
    let lower: Vec<[f64; 2]> = area.iter().map(|&[time, lower, _]| [time, lower]).collect();
    let upper: Vec<[f64; 2]> = area.iter().map(|&[time, _, upper]| [time, upper]).collect();
    let (from, to) = (
        panel.at(area.first()?[0], 0.0).0,
        panel.at(area.last()?[0], 0.0).0,
    );
    let reach = width / 2.0 + 1.0;
    let mut best: Option<(f64, (f64, f64))> = None;
    for index in 0..=TRIED {
        let x = from + (to - from) * index as f64 / TRIED as f64;
        if x - reach < from || x + reach > to {
            continue;
        }
        let (mut ceiling, mut floor) = (f64::MIN, f64::MAX);
        for step in 0..=ALONG {
            let time = panel.time_at(x - reach + 2.0 * reach * step as f64 / ALONG as f64);
            ceiling = ceiling.max(panel.at(time, value_at(&upper, time)).1);
            floor = floor.min(panel.at(time, value_at(&lower, time)).1);
        }
        let room = floor - ceiling;
        let score = room.min(PLENTY) - 0.02 * (x - f64::midpoint(from, to)).abs();
        if room >= 1.5 * font.size && best.is_none_or(|(most, _)| score > most) {
            best = Some((score, (x, (floor + ceiling + font.cap_height()) / 2.0)));
        }
    }
    best.map(|(_, place)| place)
}
