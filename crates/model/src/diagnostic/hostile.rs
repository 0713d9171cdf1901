//! Characters that steer a terminal, or turn the direction of the text around them, and what is shown in their place.

use std::borrow::Cow;
use std::fmt::Write;

/// Whether a character may steer a terminal or disguise a text: all control characters but tab and line feed, separators of
/// lines and paragraphs, embeddings, overrides and isolates of direction.
#[must_use]
pub fn is_hostile(letter: char) -> bool {
    (letter.is_control() && !matches!(letter, '\t' | '\n'))
        || matches!(letter, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The text with hostile characters written as `\u001b`, which a JSON reader turns back.
#[must_use]
pub fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hostile) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        if is_hostile(letter) {
            // Writing to a string cannot fail.
            let _ = write!(shown, "\\u{:04x}", u32::from(letter));
        } else {
            shown.push(letter);
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn what_steers_a_terminal_is_written_out() {
        assert_eq!(escaped("a\tb\nü – 東"), "a\tb\nü – 東");
        assert_eq!(
            escaped("\u{1b}[2J\u{7}\0\r\u{7f}\u{9b}\u{202e}\u{2066}\u{2028}"),
            "\\u001b[2J\\u0007\\u0000\\u000d\\u007f\\u009b\\u202e\\u2066\\u2028"
        );
    }
}
