//! Small panels of one kind in rows, as many pages as they need.

use super::axis::{Axis, across_axis, time_axis};
use super::canvas::Canvas;
use super::fonts::Font;
use super::legend::{Entry, KEY_WIDTH, Legend, draw_key};
use super::page::{self, MARGIN, WIDTH, write_lines};
use super::palette::{INK, MUTED};
use super::panel::{ABOVE, BELOW, LABEL, Panel, TICK};
use super::stack::{self, Block, Texts, Words};
use super::{Context, Figure, FigureError};
use crate::store::Csv;

/// Panels on a page, at most.
const MOST_PANELS: usize = 12;
/// Height of all rows of a page in millimetres, unless one alone is higher.
const MOST_HEIGHT: f64 = 225.0;
/// Lines that the label of an axis may take.
const LABEL_LINES: usize = 2;
/// Space between what is said and the label of the vertical axis, in millimetres.
const BELOW_SAID: f64 = 0.8;
/// Space between two columns in millimetres.
const GUTTER: f64 = 6.0;
/// Space between a panel and its legend in millimetres.
const ABOVE_LEGEND: f64 = 1.0;
/// Width that a legend may take in millimetres.
const MOST_LEGEND: f64 = 62.0;
/// Space between two keys on a line in millimetres.
const BETWEEN_KEYS: f64 = 5.0;
/// Space between key and name in millimetres.
const AFTER_KEY: f64 = 1.2;
/// Title of a panel.
const TITLE: Font = Font::bold(7.5);
/// What is said below the title, and names of keys.
const TEXT: Font = Font::regular(7.0);

/// The horizontal axis of a panel.
#[derive(Debug, Clone)]
pub enum Across {
    /// Time from 0 to the horizon.
    Time,
    /// Values between two ends.
    Values {
        /// The ends of the axis.
        ends: (f64, f64),
        /// Room without ticks before the lower end, as a share of the distance between them.
        before: f64,
        /// Ticks are no closer.
        smallest_step: f64,
        /// What the axis shows.
        label: String,
    },
    /// An axis with its ticks.
    Ready(Axis),
}

/// How a panel is filled.
pub type Draw<'a> = Box<dyn Fn(&mut Canvas, &Panel) -> Result<(), FigureError> + 'a>;

/// One panel.
pub struct Cell<'a> {
    /// Its title.
    pub title: String,
    /// What is said below the title, a line each if it fits.
    pub says: Vec<String>,
    /// Its horizontal axis.
    pub across: Across,
    /// Its vertical axis.
    pub value: Axis,
    /// An axis of its own at the right.
    pub right: Option<Axis>,
    /// Heading and entries of a legend below it; none where they are empty.
    pub legend: (&'static str, Vec<Entry>),
    /// Fills it.
    pub draw: Draw<'a>,
    /// Its rows of the table.
    pub rows: Vec<Vec<String>>,
}

/// Something said in words instead of a panel.
#[derive(Debug, Clone)]
pub struct Said {
    /// The sentence.
    pub sentence: String,
    /// Its row of the table.
    pub row: Vec<String>,
}

/// A figure of small panels.
pub struct Multiples<'a> {
    /// Stem of the file names; with several pages a number follows.
    pub name: &'static str,
    /// What the figure shows.
    pub what: &'static str,
    /// Description for screen readers.
    pub description: String,
    /// Paragraphs of the caption.
    pub notes: Vec<String>,
    /// Keys that hold for all panels.
    pub keys: Vec<Entry>,
    /// Columns of the table.
    pub columns: Vec<String>,
    /// The panels.
    pub cells: Vec<Cell<'a>>,
    /// Heading of what is said in words.
    pub said_heading: &'static str,
    /// What is said in words, on the last page.
    pub said: Vec<Said>,
}

/// Draws the pages; none where there is neither a panel nor a sentence.
///
/// # Errors
/// A failure of the drawing library.
pub fn draw(
    multiples: Multiples,
    trials: u64,
    context: &Context,
) -> Result<Vec<Figure>, FigureError> {
    let Multiples {
        name,
        what,
        description,
        notes,
        keys,
        columns,
        cells,
        said_heading,
        said,
    } = multiples;
    let mut pages = into_pages(cells)?;
    if pages.is_empty() && !said.is_empty() {
        pages.push(Vec::new());
    }
    let count = pages.len();
    let mut figures = Vec::with_capacity(count);
    for (index, rows) in pages.into_iter().enumerate() {
        let (name, of) = page::numbered(name, index, count);
        let mut table = Csv::new(&columns);
        let mut blocks: Vec<Box<dyn Block + '_>> = Vec::new();
        if !keys.is_empty() && !rows.is_empty() {
            blocks.push(Box::new(Keys::new(&keys)?));
        }
        for row in rows {
            for fields in row.table() {
                table.row(fields.iter().cloned());
            }
            blocks.push(Box::new(row));
        }
        if index + 1 == count && !said.is_empty() {
            let sentences: Vec<String> = said.iter().map(|said| said.sentence.clone()).collect();
            blocks.push(Box::new(Words::new(said_heading, &sentences)?));
            for said in &said {
                table.row(said.row.iter().cloned());
            }
        }
        let texts = Texts {
            name,
            title: page::title(&format!("{what}{of}"), context),
            description: description.clone(),
            notes: notes.clone(),
            trials,
        };
        figures.push(stack::draw(&texts, &blocks, table.into_text(), context)?);
    }
    Ok(figures)
}

/// Columns of panels, and the height of each in millimetres.
fn shape(panels: usize) -> (usize, f64) {
    match panels {
        0 | 1 => (1, 50.0),
        2 | 4 => (2, 38.0),
        _ => (3, 26.0),
    }
}

/// Fills rows with panels, and pages with rows.
///
/// # Errors
/// The embedded font is unreadable.
pub fn into_pages(cells: Vec<Cell>) -> Result<Vec<Vec<Row>>, FigureError> {
    let (columns, height) = shape(cells.len());
    let mut pages: Vec<Vec<Row>> = Vec::new();
    let mut cells = cells.into_iter().peekable();
    let mut filled = 0.0;
    while cells.peek().is_some() {
        let row = Row::new(cells.by_ref().take(columns), (columns, height))?;
        filled += row.height();
        match pages.last_mut() {
            Some(page) if (page.len() + 1) * columns <= MOST_PANELS && filled <= MOST_HEIGHT => {
                page.push(row);
            }
            _ => {
                filled = row.height();
                pages.push(vec![row]);
            }
        }
    }
    Ok(pages)
}

/// A panel with its texts broken into lines.
struct Place<'a> {
    cell: Cell<'a>,
    title: Vec<String>,
    says: Vec<String>,
    legend: Legend,
    /// Width of the tick labels of the vertical axis.
    tick_width: f64,
    left: f64,
    right: f64,
    /// Lines of the label of the horizontal axis.
    label_lines: usize,
}

impl Place<'_> {
    fn above(&self) -> f64 {
        let said = self.says.len() as f64 * TEXT.leading() + BELOW_SAID;
        self.title.len() as f64 * TITLE.leading() + said + ABOVE
    }

    /// Room for the ticks and the label of the horizontal axis.
    fn below_axis(&self) -> f64 {
        BELOW + self.label_lines.saturating_sub(1) as f64 * LABEL.leading()
    }

    fn below(&self) -> f64 {
        self.below_axis()
            + if self.cell.legend.1.is_empty() {
                0.0
            } else {
                ABOVE_LEGEND + self.legend.height()
            }
    }

    fn draw(
        &self,
        canvas: &mut Canvas,
        (start, top, bottom): (f64, f64, f64),
        context: &Context,
    ) -> Result<(), FigureError> {
        let corner = (self.left, start);
        let below_title = write_lines(canvas, &self.title, corner, TITLE, INK)?;
        write_lines(canvas, &self.says, (self.left, below_title), TEXT, MUTED)?;
        let value = self.cell.value.clone();
        let tick_width = self.tick_width;
        let edges = (self.left, self.right);
        let width = Panel::width(edges, tick_width);
        let across = match &self.cell.across {
            Across::Time => time_axis(context, width, TICK)?,
            Across::Ready(axis) => axis.clone(),
            Across::Values {
                ends: (low, high),
                before,
                smallest_step,
                label,
            } => {
                let room = (width / (1.0 + before), TICK);
                let axis = across_axis((*low, *high), *smallest_step, label.clone(), room)?;
                Axis {
                    low: low - before * (high - low),
                    ..axis
                }
            }
        };
        let panel = Panel::over(edges, (top, bottom), (across, value), tick_width)?
            .with_label_lines(LABEL_LINES);
        panel.draw_axes(canvas)?;
        if let Some(axis) = &self.cell.right {
            panel.draw_right_axis(canvas, axis)?;
        }
        (self.cell.draw)(canvas, &panel)?;
        if self.cell.legend.1.is_empty() {
            return Ok(());
        }
        self.legend.draw(
            canvas,
            (self.left, bottom + self.below_axis() + ABOVE_LEGEND),
        )
    }
}

/// Panels side by side; their axes begin and end together.
pub struct Row<'a> {
    places: Vec<Place<'a>>,
    height: f64,
}

impl<'a> Row<'a> {
    fn new(
        cells: impl Iterator<Item = Cell<'a>>,
        (columns, height): (usize, f64),
    ) -> Result<Self, FigureError> {
        let gutters = GUTTER * (columns as f64 - 1.0);
        let width = (WIDTH - 2.0 * MARGIN - gutters) / columns as f64;
        let mut places = Vec::with_capacity(columns);
        for (index, mut cell) in cells.enumerate() {
            let left = MARGIN + index as f64 * (width + GUTTER);
            let (header, entries) = std::mem::take(&mut cell.legend);
            let mut says = Vec::new();
            for line in &cell.says {
                says.extend(TEXT.wrap(line, width, 2)?);
            }
            let legend = Legend::new(header, entries.clone(), width.min(MOST_LEGEND))?;
            cell.legend = (header, entries);
            let right = match &cell.right {
                Some(axis) => left + width - Panel::right_width(axis)?,
                None => left + width,
            };
            // What does not fit on one line above the axis is said on the line before.
            let mut label = LABEL.wrap(&cell.value.label, right - left, LABEL_LINES)?;
            cell.value.label = label.pop().unwrap_or_default();
            says.extend(label);
            let tick_width = Panel::tick_width(&cell.value)?;
            let panel_width = Panel::width((left, right), tick_width);
            let label = match &cell.across {
                Across::Time => "",
                Across::Ready(axis) => &axis.label,
                Across::Values { label, .. } => label,
            };
            let label_lines = LABEL.wrap(label, panel_width, LABEL_LINES)?.len().max(1);
            places.push(Place {
                title: TITLE.wrap(&cell.title, width, 2)?,
                says,
                legend,
                cell,
                tick_width,
                left,
                right,
                label_lines,
            });
        }
        Ok(Self { places, height })
    }

    /// The rows of the table behind its panels.
    pub fn table(&self) -> impl Iterator<Item = &Vec<String>> {
        self.places.iter().flat_map(|place| &place.cell.rows)
    }

    fn above(&self) -> f64 {
        self.places.iter().map(Place::above).fold(0.0, f64::max)
    }
}

impl Block for Row<'_> {
    fn height(&self) -> f64 {
        let below = self.places.iter().map(Place::below).fold(0.0, f64::max);
        self.above() + self.height + below
    }

    fn draw(&self, canvas: &mut Canvas, top: f64, context: &Context) -> Result<(), FigureError> {
        let panel_top = top + self.above();
        for place in &self.places {
            let ends = (top, panel_top, panel_top + self.height);
            place.draw(canvas, ends, context)?;
        }
        Ok(())
    }
}

/// Keys beside each other.
pub struct Keys {
    /// Lines of (left end, key with its name).
    lines: Vec<Vec<(f64, Entry)>>,
}

impl Keys {
    /// Breaks keys and names into lines.
    ///
    /// # Errors
    /// The embedded font is unreadable.
    pub fn new(entries: &[Entry]) -> Result<Self, FigureError> {
        let mut lines: Vec<Vec<(f64, Entry)>> = vec![Vec::new()];
        let mut left = MARGIN;
        for entry in entries {
            let width = KEY_WIDTH + AFTER_KEY + TEXT.width(&entry.name)?;
            if left > MARGIN && left + width > WIDTH - MARGIN {
                left = MARGIN;
                lines.push(Vec::new());
            }
            if let Some(line) = lines.last_mut() {
                line.push((left, entry.clone()));
            }
            left += width + BETWEEN_KEYS;
        }
        Ok(Self { lines })
    }
}

impl Block for Keys {
    fn height(&self) -> f64 {
        self.lines.len() as f64 * TEXT.leading()
    }

    fn draw(&self, canvas: &mut Canvas, top: f64, _: &Context) -> Result<(), FigureError> {
        let mut top = top;
        for line in &self.lines {
            for (left, entry) in line {
                let middle = top + TEXT.size - TEXT.cap_height() / 2.0;
                draw_key(canvas, &entry.key, (*left, middle))?;
                let corner = (left + KEY_WIDTH + AFTER_KEY, top);
                let name = std::slice::from_ref(&entry.name);
                write_lines(canvas, name, corner, TEXT, INK)?;
            }
            top += TEXT.leading();
        }
        Ok(())
    }
}
