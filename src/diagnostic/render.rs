//! Diagnostics as text: file, line, caret, cause, cure.

use super::{Diagnostic, Diagnostics, Severity, Sources};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::fmt::Write;

/// At most so many diagnostics are shown; the rest is counted.
const SHOWN_AT_MOST: usize = 30;

/// All diagnostics as text, each with its line and a caret under the place; coloured for a terminal.
#[must_use]
pub fn render(diagnostics: &Diagnostics, sources: &Sources, coloured: bool) -> String {
    let renderer = if coloured {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let sorted = diagnostics.sorted();
    let mut text = String::new();
    for diagnostic in sorted.iter().take(SHOWN_AT_MOST) {
        text.push_str(&renderer.render(&[group(diagnostic, sources)]));
        text.push_str("\n\n");
    }
    if sorted.len() > SHOWN_AT_MOST {
        let _ = writeln!(text, "and {} more", sorted.len() - SHOWN_AT_MOST);
    }
    text
}

fn group<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut title = level.primary_title(diagnostic.message.as_str());
    if let Some(lint) = diagnostic.lint {
        title = title.id(lint);
    }
    let mut group = match &diagnostic.place {
        Some((span, label)) => title.element(
            Snippet::source(sources.text(span.file))
                .path(sources.name(span.file))
                .annotation(
                    AnnotationKind::Primary
                        .span(span.range())
                        .label(label.as_str()),
                ),
        ),
        None => Group::with_title(title),
    };
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    group
}
