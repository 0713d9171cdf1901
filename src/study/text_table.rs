//! A table in letters of one width, in lines of at most 100 where its texts can be broken.

use super::text::{WIDTH, wrapped_within};
use std::fmt::Write;

/// Letters between two columns.
const GAP: usize = 2;
/// The least width of a last column of texts, which is broken into lines within what the other columns leave.
const LEAST_TEXT: usize = 20;

/// A table with a heading over each column. A column is as wide as its widest cell, and at least as wide as is asked for.
#[derive(Debug, Default)]
pub(super) struct TextTable {
    headings: Vec<Heading>,
    rows: Vec<Vec<String>>,
}

/// The head of a column, and how its cells are set.
#[derive(Debug)]
struct Heading {
    text: String,
    to_the_right: bool,
    least: usize,
    most: usize,
}

impl TextTable {
    /// Adds a column of texts.
    pub fn left(self, heading: &str, least: usize) -> Self {
        self.column(heading, false, [least, usize::MAX])
    }

    /// Adds a column of names, which are shortened beyond a width.
    pub fn names(self, heading: &str, least: usize, most: usize) -> Self {
        self.column(heading, false, [least, most])
    }

    /// Adds a column of numbers.
    pub fn right(self, heading: &str, least: usize) -> Self {
        self.column(heading, true, [least, usize::MAX])
    }

    fn column(mut self, heading: &str, to_the_right: bool, [least, most]: [usize; 2]) -> Self {
        self.headings.push(Heading {
            text: shortened(heading, most),
            to_the_right,
            least,
            most,
        });
        self
    }

    /// Adds a row; cells that are missing at its end are empty.
    pub fn row<T: Into<String>>(&mut self, cells: impl IntoIterator<Item = T>) {
        let cells = cells.into_iter().zip(&self.headings);
        let cells = cells.map(|(cell, heading)| shortened(&cell.into(), heading.most));
        self.rows.push(cells.collect());
    }

    /// The table, a line's end behind each row.
    pub fn text(&self) -> String {
        let widths: Vec<usize> = (0..self.headings.len()).map(|at| self.width(at)).collect();
        let headings: Vec<String> = self.headings.iter().map(|of| of.text.clone()).collect();
        let mut text = String::new();
        for cells in [&headings].into_iter().chain(&self.rows) {
            text += &self.line(cells, &widths);
        }
        text
    }

    fn width(&self, column: usize) -> usize {
        let Heading { text, least, .. } = &self.headings[column];
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        let letters = cells.chain([text]).map(|cell| cell.chars().count());
        letters.fold(*least, usize::max)
    }

    fn line(&self, cells: &[String], widths: &[usize]) -> String {
        let mut line = String::new();
        for (at, (cell, heading)) in cells.iter().zip(&self.headings).enumerate() {
            let width = widths[at];
            if heading.to_the_right {
                let _ = write!(line, "{cell:>width$}");
            } else if at + 1 == widths.len() {
                let before = line.chars().count();
                let broken = wrapped_within(cell, before.min(WIDTH - LEAST_TEXT));
                let next = format!("\n{}", " ".repeat(before));
                line += &broken.trim_end().replace('\n', &next);
            } else {
                let _ = write!(line, "{cell:width$}");
            }
            line += &" ".repeat(GAP);
        }
        line.truncate(line.trim_end_matches(' ').len());
        line + "\n"
    }
}

/// A name with its end cut off beyond a width.
pub(super) fn shortened(name: &str, width: usize) -> String {
    if name.chars().count() <= width {
        return name.to_owned();
    }
    name.chars().take(width - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_set_shortened_and_broken() {
        let table = TextTable::default();
        let mut table = table
            .names("name", 6, 8)
            .right("number", 8)
            .left("what is to be said", 0);
        table.row(["short", "1.5", "one two"]);
        table.row(["much_too_long", "1234567890", &"word ".repeat(17)]);
        table.row(["alone"]);
        let next = " ".repeat(22);
        let words = format!("{}word\n{next}word word", "word ".repeat(14));
        let lines = format!(
            "name          number  what is to be said\n\
             short            1.5  one two\n\
             much_to…  1234567890  {words}\n\
             alone\n"
        );
        assert_eq!(table.text(), lines);
    }
}
