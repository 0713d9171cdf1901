//! Diagnostics as text: file, line, caret, cause, cure.

use super::{Diagnostic, Diagnostics, Severity, Sources, Span, escaped};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::ops::Range;

/// At most so many diagnostics are shown; the rest is counted.
const SHOWN_AT_MOST: usize = 50;

/// All diagnostics as text, each with its line and a caret under the place; coloured for a terminal. What to do about several of
/// one kind is said once.
#[must_use]
pub fn render(diagnostics: &Diagnostics, sources: &Sources, coloured: bool) -> String {
    let renderer = if coloured {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let sorted = diagnostics.sorted();
    let mut text = String::new();
    let mut said = BTreeSet::new();
    for diagnostic in sorted.iter().take(SHOWN_AT_MOST) {
        let help = diagnostic.help.as_deref();
        let help = help.filter(|help| diagnostic.lint.is_none() || said.insert(*help));
        text.push_str(&shown(diagnostic, help, sources, &renderer));
        text.push_str("\n\n");
    }
    let rest = sorted.get(SHOWN_AT_MOST..).unwrap_or_default();
    let errors = rest.iter().filter(|d| d.severity == Severity::Error);
    let errors = errors.count();
    for (count, what) in [(errors, "mistake"), (rest.len() - errors, "warning")] {
        match count {
            0 => {}
            1 => {
                let _ = writeln!(text, "and 1 more {what}");
            }
            _ => {
                let _ = writeln!(text, "and {} more {what}s", grouped(count));
            }
        }
    }
    text
}

/// A number with commas between groups of three digits.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Most bytes of a message, label or help.
const MOST_TEXT: usize = 1_000;
/// Bytes of a line that are shown before a place, of the place itself, and behind it.
const MOST_BESIDE: usize = 60;
const MOST_INSIDE: usize = 120;

fn shown(
    diagnostic: &Diagnostic,
    help: Option<&str>,
    sources: &Sources,
    renderer: &Renderer,
) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let message = shortened(&diagnostic.message);
    let help = help.map(shortened);
    let mut title = level.primary_title(message.as_str());
    if let Some(lint) = diagnostic.lint {
        title = title.id(lint);
    }
    let place = diagnostic.place.as_ref().map(|(span, label)| {
        let name = escaped(sources.name(span.file));
        (name, Window::of(*span, sources), shortened(label))
    });
    let mut group = match &place {
        Some((name, window, label)) => {
            let primary = AnnotationKind::Primary.span(window.place.clone());
            let snippet = Snippet::source(window.text.as_str()).line_start(window.line);
            let snippet = snippet.annotation(primary.label(label.as_str()));
            title.element(snippet.path(name.as_ref()))
        }
        None => Group::with_title(title),
    };
    if let Some(help) = &help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    let text = renderer.render(&[group]);
    let Some((name, window, _)) = &place else {
        return text;
    };
    // The renderer counts columns in the window that it is given.
    let line = window.line;
    let [told, true_one] =
        [window.column_inside, window.column].map(|column| format!("{name}:{line}:{column}"));
    text.replacen(&told, &true_one, 1)
}

/// A text as it can be shown, of a long one the beginning.
fn shortened(text: &str) -> String {
    if text.len() <= MOST_TEXT {
        return escaped(text).into_owned();
    }
    format!("{}…", escaped(&text[..text.floor_char_boundary(MOST_TEXT)]))
}

/// The lines of a source that a place stands on, cut where they are long.
struct Window {
    text: String,
    /// The number of the first line.
    line: usize,
    /// The column of the place on its line, and in `text`.
    column: usize,
    column_inside: usize,
    /// The place in `text`.
    place: Range<usize>,
}

impl Window {
    fn of(span: Span, sources: &Sources) -> Self {
        let source = sources.text(span.file);
        let begin = source[..span.start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = |from: usize| {
            source[from..]
                .find('\n')
                .map_or(source.len(), |at| from + at)
        };
        let end = line_end(span.end);
        let is_long = span.start - begin > 2 * MOST_BESIDE
            || end - span.end > 4 * MOST_BESIDE
            || span.end - span.start > 10 * MOST_INSIDE;
        // Of a place of many long lines only the beginning is shown.
        let (first, last, behind) = if is_long {
            let last = line_end(span.start)
                .min(span.end)
                .min(span.start + MOST_INSIDE);
            let last = source.floor_char_boundary(last);
            let behind = source.floor_char_boundary(line_end(last).min(last + MOST_BESIDE));
            let first = begin.max(span.start.saturating_sub(MOST_BESIDE));
            (source.ceil_char_boundary(first), last, behind)
        } else {
            (begin, span.end, end)
        };
        let cut = |is_cut: bool| if is_cut { "…" } else { "" };
        let before = format!(
            "{}{}",
            cut(first > begin),
            escaped(&source[first..span.start])
        );
        let inside = escaped(&source[span.start..last]);
        let after = escaped(&source[last..behind]);
        let is_cut = behind < line_end(behind);
        Self {
            text: format!("{before}{inside}{after}{}", cut(is_cut)),
            line: source[..begin].matches('\n').count() + 1,
            column: source[begin..span.start].chars().count() + 1,
            column_inside: before.chars().count() + 1,
            place: before.len()..before.len() + inside.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(text: &str, place: Range<usize>) -> String {
        let mut sources = Sources::new();
        let file = sources.add("t.toml", text);
        let mut diagnostics = Diagnostics::new();
        let (start, end) = (place.start, place.end);
        diagnostics.error(Span { file, start, end }, "wrong", "here");
        render(&diagnostics, &sources, false)
    }

    /// Of a megabyte on one line only what stands beside the place is shown, with the true line and column.
    #[test]
    fn long_lines_are_cut() {
        let text = format!(
            "a = 1\n{}wrong{}\nb = 2\n",
            "ü".repeat(500_000),
            "y".repeat(500_000)
        );
        let start = 6 + 1_000_000;
        let shown = rendered(&text, start..start + 5);
        assert!(shown.len() < 1_000, "{} bytes", shown.len());
        assert!(shown.contains("t.toml:2:500001\n"), "{shown}");
        assert!(
            shown.contains("üwrongyyy") && shown.contains("^^^^^ here"),
            "{shown}"
        );
        let shown = rendered(&text, 6..start);
        assert!(
            shown.len() < 2_000 && shown.contains("t.toml:2:1\n"),
            "{shown}"
        );
    }

    #[test]
    fn sources_cannot_steer_a_terminal() {
        let shown = rendered("a = \"\u{1b}[2J\u{202e}\" wrong\n", 13..18);
        assert!(shown.contains("\\u001b[2J\\u202e"), "{shown}");
        assert!(!shown.contains(['\u{1b}', '\u{202e}']), "{shown}");
    }

    #[test]
    fn many_mistakes_are_counted_and_cures_of_warnings_said_once() {
        let mut sources = Sources::new();
        let file = sources.add("t.toml", "x".repeat(10_000));
        let mut diagnostics = Diagnostics::new();
        for start in 0..8_000 {
            let end = start + 1;
            diagnostics.error(Span { file, start, end }, "wrong", "here");
        }
        let shown = render(&diagnostics, &sources, false);
        assert_eq!(shown.matches("error: wrong").count(), 50);
        assert!(shown.ends_with("and 7,950 more mistakes\n"), "{shown}");
        let mut diagnostics = Diagnostics::new();
        for start in 0..9 {
            let span = Span {
                file,
                start,
                end: start + 1,
            };
            diagnostics
                .warning("kind", span, "doubtful", "here")
                .help("the cure");
        }
        let shown = render(&diagnostics, &sources, false);
        assert_eq!(shown.matches("doubtful").count(), 9);
        assert_eq!(shown.matches("the cure").count(), 1);
    }
}
