//! Figure `levels`: the share of trials at each doctrine level over time, as stacked areas.

use super::axis::{horizon, value_axis};
use super::canvas::{Align, Canvas, Sheet, draw_page};
use super::fonts::Font;
use super::interval::{decimals_for, percent_with_interval};
use super::legend::{Entry, Key, Legend};
use super::page::{self, Frame, MARGIN, WIDTH};
use super::palette::{self, WHITE};
use super::panel::{ABOVE, BELOW, Panel, value_at};
use super::stroke::Stroke;
use super::table::{Table, calendar_field, field, time_column};
use super::{Context, Figure, FigureError, curve, ticks::number};
use crate::stats::wilson_of_share;
use crate::store::{SeriesKind, SeriesSummary, Summary};

const NAME: &str = "levels";
/// Height of the panel in millimetres.
const HEIGHT: f64 = 58.0;
/// Width that the legend may take in millimetres.
const LEGEND_WIDTH: f64 = 55.0;
/// Space between panel and legend in millimetres.
const GUTTER: f64 = 5.0;
/// Names on the areas.
const NAME_FONT: Font = Font::bold(8.0);

/// One level, lowest first.
struct Level {
    name: String,
    /// (time, share of trials above it, share of trials at it or above it, share of trials at it).
    rows: Vec<[f64; 4]>,
}

/// Draws the first series of doctrine levels; none if there is none.
///
/// # Errors
/// A torn series, or a failure of the drawing library.
pub fn draw(summary: &Summary, context: &Context) -> Result<Option<Figure>, FigureError> {
    let Some(series) = summary
        .series
        .values()
        .find(|series| series.kind == SeriesKind::Doctrine)
    else {
        return Ok(None);
    };
    let levels = stacked(series, horizon(context))?;
    if levels.first().is_none_or(|level| level.rows.is_empty()) {
        return Ok(None);
    }
    let title = page::title("Doctrine level over time", context);
    let frame = Frame::new(
        &title,
        summary.trials,
        context,
        &[note(&levels, summary.trials)],
    )?;
    let legend = legend(&levels, summary.trials)?;
    let top = frame.header_height() + ABOVE;
    let height = top + HEIGHT.max(legend.height()) + BELOW + frame.footer_height();
    let value = value_axis(
        0.0,
        100.0,
        0.0,
        "share of trials (%), highest level at the bottom".to_owned(),
    );
    let legend_left = WIDTH - MARGIN - legend.width();
    let panel = Panel::new(
        (MARGIN, legend_left - GUTTER),
        (top, top + HEIGHT),
        value,
        context,
    )?;
    let sheet = Sheet {
        name: NAME,
        title: &title,
        description: &describe(&levels),
        width: WIDTH,
        height,
    };
    let svg = draw_page(&sheet, |canvas| {
        frame.draw(canvas, height)?;
        draw_areas(canvas, &panel, &levels, context)?;
        panel.draw_axes(canvas)?;
        legend.draw(canvas, (legend_left, top - 1.0))
    })?;
    Ok(Some(Figure {
        name: NAME.to_owned(),
        svg,
        csv: csv(&levels, summary.trials, context),
    }))
}

/// Adds the shares up from the highest level.
fn stacked(series: &SeriesSummary, horizon: f64) -> Result<Vec<Level>, FigureError> {
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
    let mut levels = Vec::with_capacity(states.len());
    for (state, shares) in states.iter().rev() {
        let rows: Vec<[f64; 4]> = known
            .iter()
            .zip(&above)
            .map(|(&index, &above)| [series.t[index], above, above + shares[index], shares[index]])
            .collect();
        above = rows.iter().map(|row| row[2]).collect();
        levels.push(Level {
            name: state.replace('_', " "),
            rows,
        });
    }
    levels.reverse();
    Ok(levels)
}

/// How sure the boundaries are, and how they were drawn.
fn note(levels: &[Level], trials: u64) -> String {
    let times = levels.first().map_or(0, |level| level.rows.len());
    let between = if times > 1 {
        format!("Shares at {times} grid times, straight lines between them.")
    } else {
        "Shares at one time.".to_owned()
    };
    let boundaries = levels.iter().skip(1).flat_map(|level| &level.rows);
    let widest = boundaries
        .map(|row| half_width(row[2], trials))
        .fold(0.0, f64::max);
    if widest > 0.0 {
        let points = number(100.0 * widest, decimals_for(100.0 * widest));
        format!(
            "{between} Boundaries: pointwise 95 % half-width (Wilson) at most {points} percentage points."
        )
    } else {
        between
    }
}

fn half_width(share: f64, trials: u64) -> f64 {
    let [low, high] = wilson_of_share(share, trials);
    if trials > 0 { (high - low) / 2.0 } else { 0.0 }
}

/// A sentence for those who cannot see the areas.
fn describe(levels: &[Level]) -> String {
    let shares = levels.iter().rev().filter_map(|level| {
        let [_, _, _, share] = level.rows.last()?;
        Some(format!("{} {} %", level.name, number(100.0 * share, 1)))
    });
    format!(
        "Stacked areas. Share of trials at the last time shown: {}.",
        shares.collect::<Vec<_>>().join(", ")
    )
}

fn legend(levels: &[Level], trials: u64) -> Result<Legend, FigureError> {
    let entries = levels.iter().enumerate().map(|(index, level)| {
        let share = level.rows.last().map_or(0.0, |row| row[3]);
        let number = if trials > 0 {
            percent_with_interval(share, wilson_of_share(share, trials))
        } else {
            String::new()
        };
        Entry {
            key: Key::Area(palette::level(index, levels.len())),
            name: level.name.clone(),
            number,
        }
    });
    Legend::narrow(
        "at the end: %\u{A0}of\u{A0}trials (95\u{A0}%\u{A0}interval)",
        entries.collect(),
        LEGEND_WIDTH,
    )
}

fn draw_areas(
    canvas: &mut Canvas,
    panel: &Panel,
    levels: &[Level],
    context: &Context,
) -> Result<(), FigureError> {
    let horizon = horizon(context);
    let percent = |level: &Level| -> Vec<[f64; 3]> {
        curve::visible(&level.rows, horizon)
            .iter()
            .map(|&[time, above, with, _]| [time, 100.0 * above, 100.0 * with])
            .collect()
    };
    let areas: Vec<Vec<[f64; 3]>> = levels.iter().map(percent).collect();
    for (index, area) in areas.iter().enumerate() {
        panel.band(canvas, area, palette::level(index, levels.len()), 1.0)?;
    }
    for area in areas.iter().skip(1) {
        let boundary: Vec<[f64; 2]> = area.iter().map(|&[time, _, with]| [time, with]).collect();
        panel.curve(canvas, &boundary, &Stroke::full(WHITE, 0.25))?;
    }
    for (index, (level, area)) in levels.iter().zip(&areas).enumerate() {
        let colour = palette::readable_on(palette::level(index, levels.len()));
        if let Some(place) = room_for_name(panel, area, NAME_FONT.width(&level.name)?) {
            canvas.text(&level.name, place, NAME_FONT, colour, Align::Centre)?;
        }
    }
    Ok(())
}

/// The middle of the baseline of a name `width` millimetres wide, where the area has most room for it.
fn room_for_name(panel: &Panel, area: &[[f64; 3]], width: f64) -> Option<(f64, f64)> {
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
        if room >= 1.5 * NAME_FONT.size && best.is_none_or(|(most, _)| score > most) {
            best = Some((score, (x, (floor + ceiling + NAME_FONT.cap_height()) / 2.0)));
        }
    }
    best.map(|(_, place)| place)
}

fn csv(levels: &[Level], trials: u64, context: &Context) -> String {
    let time = time_column(context);
    let mut table = Table::new(&[
        &time,
        "calendar_year",
        "level",
        "share",
        "share_at_or_above",
        "share_at_or_above_low95",
        "share_at_or_above_high95",
    ]);
    for (index, level) in levels.iter().enumerate() {
        for &[time, _, with, share] in &level.rows {
            // Every trial is at the lowest level or above it: that is no estimate.
            let interval = (index > 0 && trials > 0).then(|| wilson_of_share(with, trials));
            table.row([
                field(Some(time)),
                calendar_field(context, time),
                level.name.clone(),
                field(Some(share)),
                field(Some(with)),
                field(interval.map(|[low, _]| low)),
                field(interval.map(|[_, high]| high)),
            ]);
        }
    }
    table.into_text()
}
