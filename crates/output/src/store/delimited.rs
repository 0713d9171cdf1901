//! A field of a CSV file (RFC 4180), such that no spreadsheet takes a text for a formula.

use std::borrow::Cow;

/// A text or number as a field: a text that a spreadsheet would run has an apostrophe before it, as OWASP recommends, and quotes
/// stand around what needs them.
#[must_use]
pub fn csv_field(field: &str) -> Cow<'_, str> {
    let is_formula = match field.chars().next() {
        Some('=' | '+' | '@' | '\t' | '\r') => true,
        Some('-') => field.parse::<f64>().is_err(),
        _ => false,
    };
    let field = if is_formula {
        Cow::Owned(format!("'{field}"))
    } else {
        Cow::Borrowed(field)
    };
    if field.contains([',', '"', '\n', '\r']) {
        return Cow::Owned(format!("\"{}\"", field.replace('"', "\"\"")));
    }
    field
}

#[cfg(test)]
mod tests {
    use super::csv_field;

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
            ("", ""),
        ] {
            assert_eq!(csv_field(text), field);
        }
    }
}
