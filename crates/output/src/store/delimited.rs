//! CSV files (RFC 4180, UTF-8, one header line), such that no spreadsheet takes a text for a formula.

use csv::{Terminator, Writer, WriterBuilder};
use std::borrow::Cow;

/// A CSV file being written.
#[derive(Debug)]
pub struct Csv(Writer<Vec<u8>>);

impl Csv {
    /// A file with its header.
    pub fn new<T: AsRef<str>>(columns: impl IntoIterator<Item = T>) -> Self {
        let mut builder = WriterBuilder::new();
        builder.flexible(true).terminator(Terminator::Any(b'\n'));
        let mut csv = Self(builder.from_writer(Vec::new()));
        csv.row(columns);
        csv
    }

    /// Adds a row. A text that a spreadsheet would run has an apostrophe before it, as OWASP recommends.
    pub fn row<T: AsRef<str>>(&mut self, fields: impl IntoIterator<Item = T>) {
        for field in fields {
            // Writing to memory cannot fail.
            let _ = self.0.write_field(harmless(field.as_ref()).as_ref());
        }
        let _ = self.0.write_record(None::<&[u8]>);
    }

    /// The file's text.
    pub fn into_text(self) -> String {
        let bytes = self.0.into_inner().unwrap_or_default();
        String::from_utf8(bytes).unwrap_or_default()
    }
}

fn harmless(field: &str) -> Cow<'_, str> {
    let is_formula = match field.chars().next() {
        Some('=' | '+' | '@' | '\t' | '\r') => true,
        Some('-') => field.parse::<f64>().is_err(),
        _ => false,
    };
    if is_formula {
        Cow::Owned(format!("'{field}"))
    } else {
        Cow::Borrowed(field)
    }
}

/// A number that may be missing, as a field.
pub(super) fn number(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// The ends of an interval that may be missing, as fields.
pub(super) fn ends(interval: Option<[f64; 2]>) -> [String; 2] {
    interval.map_or_else(Default::default, |ends| ends.map(|end| end.to_string()))
}

#[cfg(test)]
mod tests {
    use super::Csv;

    #[test]
    fn formulas_are_texts_and_numbers_stay() {
        for (text, field) in [
            ("=1+1", "'=1+1"),
            ("= 0", "'= 0"),
            ("+demonstration", "'+demonstration"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-x", "'-x"),
            ("\tx", "'\tx"),
            ("\rx", "\"'\rx\""),
            ("=A1,\"B\"", "\"'=A1,\"\"B\"\"\""),
            ("-0.5", "-0.5"),
            ("-1e-7", "-1e-7"),
            ("-inf", "-inf"),
            ("a = b", "a = b"),
            (" a;b ", " a;b "),
            ("", ""),
        ] {
            let mut csv = Csv::new(["a", "b, c"]);
            csv.row([text, "1"]);
            let rows = format!("a,\"b, c\"\n{field},1\n");
            assert_eq!(csv.into_text(), rows);
        }
    }
}
