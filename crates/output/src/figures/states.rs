//! Figure `states`: the share of trials in each state over time, for every state beside the doctrine's level.

use super::areas::{self, Layer};
use super::axis::{horizon, value_axis};
use super::fonts::Font;
use super::multiples::{self, Across, Cell, Multiples};
use super::table::{calendar_field, field, time_column};
use super::{Context, Figure, FigureError};
use detente_report::summary::{SeriesKind, Summary};

/// Names on the areas.
const NAME_FONT: Font = Font::bold(7.0);

/// Draws all series of states; none where there are none.
///
/// # Errors
/// A torn series, or a failure of the drawing library.
pub fn draw(summary: &Summary, context: &Context) -> Result<Vec<Figure>, FigureError> {
    let end = horizon(context);
    let mut cells = Vec::new();
    let (mut widest, mut said): (f64, Vec<String>) = (0.0, Vec::new());
    let series = summary.series.iter();
    for (name, series) in series.filter(|(_, series)| series.kind == SeriesKind::State) {
        let layers = areas::stacked(series, end)?;
        if layers.first().is_none_or(|layer| layer.rows.is_empty()) {
            continue;
        }
        widest = widest.max(areas::widest_half_width(&layers, summary.trials));
        said.push(series.title.clone());
        cells.push(Cell {
            title: series.title.clone(),
            says: Vec::new(),
            across: Across::Time,
            value: value_axis(0.0, 100.0, 0.0, "share of trials (%)".to_owned()),
            right: None,
            legend: (areas::AT_THE_END, areas::entries(&layers, summary.trials)),
            rows: rows(name, &series.title, &layers, summary.trials, context),
            draw: Box::new(move |canvas, panel| {
                areas::draw(canvas, panel, &layers, (NAME_FONT, end))
            }),
        });
    }
    let note = "The highest state lies at the bottom of each panel, so that \u{201c}this state or a higher one\u{201d} can be \
                read off its axis.";
    let columns = [
        "series",
        "title",
        &time_column(context),
        "calendar_year",
        "state",
        "share",
        "share_at_or_above",
        "share_at_or_above_low95",
        "share_at_or_above_high95",
    ];
    let multiples = Multiples {
        name: "states",
        what: "States over time",
        description: format!("Stacked areas of: {}.", said.join(", ")),
        notes: vec![areas::with_half_width(note, widest)],
        keys: Vec::new(),
        columns: columns.map(str::to_owned).to_vec(),
        cells,
        said_heading: "",
        said: Vec::new(),
    };
    multiples::draw(multiples, summary.trials, context)
}

fn rows(
    name: &str,
    title: &str,
    layers: &[Layer],
    trials: u64,
    context: &Context,
) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for (index, layer) in layers.iter().enumerate() {
        for &[time, _, with, share] in &layer.rows {
            let [low, high] = areas::boundary_fields(index, with, trials);
            rows.push(vec![
                name.to_owned(),
                title.to_owned(),
                field(Some(time)),
                calendar_field(context, time),
                layer.name.clone(),
                field(Some(share)),
                field(Some(with)),
                low,
                high,
            ]);
        }
    }
    rows
}
