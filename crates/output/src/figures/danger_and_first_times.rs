//! Figure `danger-and-first-times`: active factors at the left, first times at the right; those that are
//! rare beside the others have a panel of their own.

use super::canvas::{Sheet, draw_page};
use super::columns::{self, Surroundings};
use super::first_times::FirstTime;
use super::page::{self, Frame, MARGIN, WIDTH};
use super::part::{Content, Part};
use super::table::time_column;
use super::{Context, Figure, FigureError, factors, first_times, rarity};
use crate::store::Csv;
use detente_report::summary::Summary;

const NAME: &str = "danger-and-first-times";
/// Height of the page in millimetres that panels below each other keep to if they can.
const HEIGHT: f64 = 160.0;
/// Space between the columns in millimetres.
const GUTTER: f64 = 9.0;
/// Letters of the panels, in reading order down the columns.
const LETTERS: [&str; 3] = ["(a)", "(b)", "(c)"];

/// Draws the panels that there is data for; none if there is none for either.
///
/// # Errors
/// A torn curve, or a failure of the drawing library.
pub fn draw(summary: &Summary, context: &Context) -> Result<Option<Figure>, FigureError> {
    let columns = read(summary, context)?;
    let contents: Vec<&Content> = columns.iter().flatten().collect();
    let Some(last) = contents.last() else {
        return Ok(None);
    };
    let title = title(&contents, context);
    let description = contents
        .iter()
        .map(|content| content.describe())
        .collect::<Vec<_>>()
        .join(" ");
    let csv = tabulate(&contents, context);
    let notes: Vec<String> = matches!(last, Content::RareFirstTimes(_))
        .then(|| rarity::note(LETTERS[contents.len() - 1]))
        .into_iter()
        .collect();
    let frame = Frame::new(&title, summary.trials, context, &notes)?;

    let columns = lay_out(columns)?;
    let surroundings: Vec<Vec<Surroundings>> = columns
        .iter()
        .map(|column| column.iter().map(Part::surroundings).collect())
        .collect();
    let ends = (frame.header_height(), HEIGHT - frame.footer_height());
    let places = columns::place(&surroundings, ends);
    let columns_end = surroundings
        .iter()
        .zip(&places)
        .filter_map(|(column, places)| Some(places.last()?.bottom + column.last()?.below))
        .fold(0.0, f64::max);
    let height = columns_end + frame.footer_height();
    let sheet = Sheet {
        name: NAME,
        title: &title,
        description: &description,
        width: WIDTH,
        height,
    };
    let svg = draw_page(&sheet, |canvas| {
        frame.draw(canvas, height)?;
        for (column, places) in columns.iter().zip(&places) {
            // Room for the widest labels of the column, so that its panels lie flush.
            let tick_width = column.iter().try_fold(0.0, |widest: f64, part| {
                Ok::<_, FigureError>(widest.max(part.tick_width()?))
            })?;
            for (part, &place) in column.iter().zip(places) {
                part.draw(canvas, (place, tick_width), context)?;
            }
        }
        Ok(())
    })?;
    Ok(Some(Figure {
        name: NAME.to_owned(),
        svg,
        csv,
    }))
}

/// What there is data for, by columns: the factors, and beside them the first times, the rare ones below
/// the others. Without factors the rare ones stand beside the others.
fn read(summary: &Summary, context: &Context) -> Result<Vec<Vec<Content>>, FigureError> {
    let factors = factors::read(summary, context)?.map(Content::Factors);
    let (frequent, rare) =
        rarity::split(first_times::read(summary, context)?, FirstTime::upper_end);
    let frequent = (!frequent.is_empty()).then_some(Content::FirstTimes(frequent));
    let rare = (!rare.is_empty()).then_some(Content::RareFirstTimes(rare));
    let columns = match factors {
        Some(factors) => [vec![factors], frequent.into_iter().chain(rare).collect()],
        None => [frequent, rare].map(|content| content.into_iter().collect()),
    };
    Ok(columns
        .into_iter()
        .filter(|column| !column.is_empty())
        .collect())
}

fn title(contents: &[&Content], context: &Context) -> String {
    let what = match contents {
        [Content::Factors(_)] => "Active factors",
        [Content::Factors(_), ..] => "Active factors and first times",
        _ => "First times",
    };
    page::title(what, context)
}

/// Gives every column its part of the page's width, and every panel its letter unless it is alone.
fn lay_out(columns: Vec<Vec<Content>>) -> Result<Vec<Vec<Part>>, FigureError> {
    let count = columns.len() as f64;
    let width = (WIDTH - 2.0 * MARGIN - GUTTER * (count - 1.0)) / count;
    let alone = columns.iter().flatten().count() == 1;
    let mut letters = LETTERS.iter().map(|letter| if alone { "" } else { letter });
    let mut parts = Vec::new();
    for (index, column) in columns.into_iter().enumerate() {
        let left = MARGIN + index as f64 * (width + GUTTER);
        let column = column
            .into_iter()
            .zip(&mut letters)
            .map(|(content, letter)| Part::new(content, letter, (left, left + width)))
            .collect::<Result<_, _>>()?;
        parts.push(column);
    }
    Ok(parts)
}

fn tabulate(contents: &[&Content], context: &Context) -> String {
    let time = time_column(context);
    let columns = [
        "measure",
        "name",
        "title",
        &time,
        "calendar_year",
        "estimate",
        "low95",
        "high95",
        "q05",
        "q25",
        "q75",
        "q95",
    ];
    let mut table = Csv::new(columns);
    for content in contents {
        content.tabulate(&mut table, context);
    }
    table.into_text()
}
