//! The pages of one figure: blocks below each other with the table behind them.

use crate::figures::legend::Entry;
use crate::figures::multiples::Keys;
use crate::figures::page;
use crate::figures::stack::{self, Block, Texts};
use crate::figures::{Context, Figure, FigureError};
use crate::store::Csv;

/// Height of all blocks of a page in millimetres, unless one alone is higher.
const MOST_HEIGHT: f64 = 215.0;
/// What is reckoned between two blocks, in millimetres.
const BETWEEN: f64 = 3.0;

/// A block with its rows of the table.
pub struct Part<'a> {
    /// The block.
    pub block: Box<dyn Block + 'a>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
}

/// What all pages of a figure share.
pub struct Sheets<'a> {
    /// Stem of the file names.
    pub name: &'a str,
    /// What the figure shows.
    pub what: &'a str,
    /// Description for screen readers.
    pub description: String,
    /// Paragraphs of the caption.
    pub notes: Vec<String>,
    /// Keys that hold for all panels.
    pub keys: Vec<Entry>,
    /// Columns of the table.
    pub columns: Vec<String>,
}

/// Fills pages with parts, in their order.
pub fn pack(parts: Vec<Part<'_>>) -> Vec<Vec<Part<'_>>> {
    let mut pages: Vec<Vec<Part>> = Vec::new();
    let mut filled = 0.0;
    for part in parts {
        let height = part.block.height() + BETWEEN;
        filled += height;
        match pages.last_mut() {
            Some(page) if filled <= MOST_HEIGHT => page.push(part),
            _ => {
                filled = height;
                pages.push(vec![part]);
            }
        }
    }
    pages
}

/// Draws the pages; none where there are none.
///
/// # Errors
/// A failure of the drawing library.
pub fn draw(
    sheets: &Sheets<'_>,
    pages: Vec<Vec<Part<'_>>>,
    context: &Context,
) -> Result<Vec<Figure>, FigureError> {
    let count = pages.len();
    // A number and its sign stay on one line.
    let notes = sheets
        .notes
        .iter()
        .map(|note| note.replace(" %", "\u{A0}%"));
    let notes: Vec<String> = notes.collect();
    let mut figures = Vec::with_capacity(count);
    for (index, parts) in pages.into_iter().enumerate() {
        let (name, of) = page::numbered(sheets.name, index, count);
        let mut table = Csv::new(&sheets.columns);
        let mut blocks: Vec<Box<dyn Block + '_>> = Vec::new();
        if !sheets.keys.is_empty() {
            blocks.push(Box::new(Keys::new(&sheets.keys)?));
        }
        for Part { block, rows } in parts {
            for row in rows {
                table.row(row);
            }
            blocks.push(block);
        }
        let texts = Texts {
            name,
            title: page::title(&format!("{}{of}", sheets.what), context),
            description: sheets.description.clone(),
            notes: notes.clone(),
            trials: 0,
        };
        figures.push(stack::draw(&texts, &blocks, table.into_text(), context)?);
    }
    Ok(figures)
}

/// Names of columns, as they are owned by a figure.
pub fn columns(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}
