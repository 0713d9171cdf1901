//! Names of policies, parameters and the like, broken into lines behind hyphens and underscores.

use crate::figures::FigureError;
use crate::figures::fonts::Font;

/// Breaks a name into lines no wider than `width`: at spaces, behind hyphens and underscores, else anywhere; what does not fit
/// into `most` lines ends in `…`.
///
/// # Errors
/// The embedded font is unreadable.
pub fn wrap(font: Font, name: &str, width: f64, most: usize) -> Result<Vec<String>, FigureError> {
    let mut lines: Vec<String> = Vec::new();
    for piece in name.split_inclusive(['-', '_', ' ']) {
        let longer = match lines.last() {
            Some(line) => format!("{line}{piece}"),
            None => piece.to_owned(),
        };
        if font.width(longer.trim_end())? <= width {
            lines.pop();
            lines.push(longer);
        } else if font.width(piece.trim_end())? <= width {
            lines.push(piece.to_owned());
        } else {
            lines.extend(font.wrap(piece, width, usize::MAX)?);
        }
    }
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            *last = font.shorten(&format!("{last} …"), width)?;
        }
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_break_where_their_words_do() {
        let font = Font::regular(7.0);
        let lines = |name: &str, width: f64, most: usize| wrap(font, name, width, most).unwrap();
        assert_eq!(lines("csto-integration", 60.0, 2), ["csto-integration"]);
        assert_eq!(lines("csto-integration", 16.0, 2), ["csto-", "integration"]);
        let title = "Share of time without foreign base or active integration";
        assert_eq!(lines(title, 38.0, 9).concat(), title);
        let long = lines("none-own_pilots-far_away-for_ever", 16.0, 2);
        assert_eq!(long.len(), 2);
        assert!(long[1].ends_with('…'), "{long:?}");
        let word = lines(&"w".repeat(40), 16.0, 9);
        assert!(word.iter().all(|line| font.width(line).unwrap() <= 16.0));
        assert!(lines("", 16.0, 2).is_empty());
    }
}
