//! Figure `levels`: the share of trials at each doctrine level over time, as stacked areas.

use super::areas::{self, Layer};
use super::axis::{horizon, value_axis};
use super::canvas::{Sheet, draw_page};
use super::fonts::Font;
use super::legend::Legend;
use super::page::{self, Frame, MARGIN, WIDTH};
use super::panel::{ABOVE, BELOW, Panel};
use super::table::{calendar_field, field, time_column};
use super::{Context, Figure, FigureError, ticks::number};
use crate::store::Csv;
use detente_report::summary::{SeriesKind, Summary};

const NAME: &str = "levels";
/// Height of the panel in millimetres.
const HEIGHT: f64 = 58.0;
/// Width that the legend may take in millimetres.
const LEGEND_WIDTH: f64 = 55.0;
/// Space between panel and legend in millimetres.
const GUTTER: f64 = 5.0;
/// Names on the areas.
const NAME_FONT: Font = Font::bold(8.0);

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
    let levels = areas::stacked(series, horizon(context))?;
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
    let legend = Legend::narrow(
        areas::AT_THE_END,
        areas::entries(&levels, summary.trials),
        LEGEND_WIDTH,
    )?;
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
        areas::draw(canvas, &panel, &levels, (NAME_FONT, horizon(context)))?;
        panel.draw_axes(canvas)?;
        legend.draw(canvas, (legend_left, top - 1.0))
    })?;
    Ok(Some(Figure {
        name: NAME.to_owned(),
        svg,
        csv: csv(&levels, summary.trials, context),
    }))
}

/// How sure the boundaries are, and how they were drawn.
fn note(levels: &[Layer], trials: u64) -> String {
    let times = levels.first().map_or(0, |level| level.rows.len());
    let between = if times > 1 {
        format!("Shares at {times} grid times, straight lines between them.")
    } else {
        "Shares at one time.".to_owned()
    };
    areas::with_half_width(&between, areas::widest_half_width(levels, trials))
}

/// A sentence for those who cannot see the areas.
fn describe(levels: &[Layer]) -> String {
    let shares = levels.iter().rev().filter_map(|level| {
        let [_, _, _, share] = level.rows.last()?;
        Some(format!("{} {} %", level.name, number(100.0 * share, 1)))
    });
    format!(
        "Stacked areas. Share of trials at the last time shown: {}.",
        shares.collect::<Vec<_>>().join(", ")
    )
}

fn csv(levels: &[Layer], trials: u64, context: &Context) -> String {
    let time = time_column(context);
    let mut table = Csv::new([
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
            let [low, high] = areas::boundary_fields(index, with, trials);
            table.row([
                field(Some(time)),
                calendar_field(context, time),
                level.name.clone(),
                field(Some(share)),
                field(Some(with)),
                low,
                high,
            ]);
        }
    }
    table.into_text()
}
