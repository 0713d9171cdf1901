//! The numbers behind a figure as CSV (RFC 4180, UTF-8, one header line).

use super::Context;
use super::axis::calendar_epoch;
use crate::store::csv_field;

/// A CSV file being written.
#[derive(Debug)]
pub struct Table {
    text: String,
}

impl Table {
    /// A table with its header.
    pub fn new(columns: &[&str]) -> Self {
        let mut table = Self {
            text: String::new(),
        };
        table.row(columns.iter().map(|&column| column.to_owned()));
        table
    }

    /// Adds a row of finished fields.
    pub fn row(&mut self, fields: impl IntoIterator<Item = String>) {
        for (index, field) in fields.into_iter().enumerate() {
            if index > 0 {
                self.text.push(',');
            }
            self.text.push_str(&csv_field(&field));
        }
        self.text.push('\n');
    }

    /// The file's text.
    pub fn into_text(self) -> String {
        self.text
    }
}

/// A number in the shortest form that reads back as the same number; empty where there is none.
pub fn field(value: Option<f64>) -> String {
    value
        .filter(|value| value.is_finite())
        .map_or_else(String::new, |value| value.to_string())
}

/// Name of the column of times, with their unit.
pub fn time_column(context: &Context) -> String {
    let unit: String = context
        .time_unit
        .trim()
        .chars()
        .map(|letter| {
            if letter.is_alphanumeric() {
                letter
            } else {
                '_'
            }
        })
        .collect();
    if unit.is_empty() {
        "time".to_owned()
    } else {
        format!("time_{unit}")
    }
}

/// The decimal year at a time, where the axis shows calendar years.
pub fn calendar_field(context: &Context, time: f64) -> String {
    field(calendar_epoch(context).map(|epoch| epoch + time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        let mut table = Table::new(&["a", "b, c"]);
        table.row(["say \"x\"".to_owned(), field(Some(0.1))]);
        table.row([field(None), field(Some(f64::NAN))]);
        assert_eq!(table.into_text(), "a,\"b, c\"\n\"say \"\"x\"\"\",0.1\n,\n");
    }
}
