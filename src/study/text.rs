//! Text for a terminal: paragraphs and lists in lines of at most 100 letters, numbers and times in words.

use std::fmt::Write;

/// What stands in place of a table of outcomes where there are none.
pub(super) const NO_OUTCOMES: &str =
    "The scenario has no outcomes; write what is to be measured into [outcomes].";

/// How far lists and paragraphs are set in.
pub(super) const INDENT: &str = "    ";

/// Letters in a line.
pub(super) const WIDTH: usize = 100;

/// A p-value.
pub(super) fn p_shown(p: f64) -> String {
    match p {
        0.0..1e-9 => "<1e-9".to_owned(),
        0.0..0.001 => format!("{p:.0e}"),
        _ => format!("{p:.3}"),
    }
}

/// A time with its unit, in the plural where that is English.
pub(super) fn spelled(time: f64, unit: &str) -> String {
    let english = ["year", "month", "week", "day", "hour"].contains(&unit);
    let plural = if english && time != 1.0 { "s" } else { "" };
    format!("{time} {unit}{plural}")
}

/// A whole number with its thousands set apart.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// So many things of a kind, in the singular where it is one.
pub(super) fn counted(number: u64, one: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {one}{plural}", grouped(number))
}

/// A text in lines of at most `WIDTH` letters, broken between words.
pub(super) fn wrapped(text: &str) -> String {
    wrapped_within(text, 0)
}

/// The same with so many letters less in a line.
pub(super) fn wrapped_within(text: &str, indent: usize) -> String {
    let most = WIDTH.saturating_sub(indent);
    let mut lines = String::new();
    let mut used = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > most {
            lines.push('\n');
            used = 0;
        } else if used > 0 {
            lines.push(' ');
            used += 1;
        }
        lines.push_str(word);
        used += length;
    }
    lines.push('\n');
    lines
}

/// Paragraphs that are set in.
pub(super) fn set_in(paragraphs: &[String]) -> String {
    let mut text = String::new();
    for paragraph in paragraphs {
        for line in wrapped_within(paragraph, INDENT.len()).lines() {
            let _ = writeln!(text, "{INDENT}{line}");
        }
    }
    text
}

/// Adds items in lines that are set in, broken between items.
pub(super) fn listed(text: &mut String, items: impl Iterator<Item = String>) {
    const UNBROKEN: &str = "\u{a0}";
    let items: Vec<String> = items.map(|item| item.replace(' ', UNBROKEN)).collect();
    if items.is_empty() {
        return;
    }
    for line in wrapped(&items.join(", ")).lines() {
        let _ = writeln!(text, "{INDENT}{}", line.replace(UNBROKEN, " "));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_counted_and_texts_broken() {
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(999), "999");
        assert_eq!(counted(1, "trial"), "1 trial");
        assert_eq!(counted(0, "event"), "0 events");
        assert_eq!(counted(1_000, "draw"), "1,000 draws");
        let words = "aaaa ".repeat(21);
        let lines: Vec<usize> = wrapped(words.trim_end()).lines().map(str::len).collect();
        assert_eq!(lines, [99, 4]);
    }
}
