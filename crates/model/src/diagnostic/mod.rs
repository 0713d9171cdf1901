//! Spans, carets, did-you-mean: how a mistake in an input is shown.
//!
//! Every reader collects its mistakes into one [`Diagnostics`] and goes on; the caller shows all of them
//! at once. Nothing here knows what a scenario is.

mod hostile;
mod render;
mod similar;
mod span;

use std::collections::BTreeSet;

pub use hostile::{escaped, is_hostile};
pub use render::render;
pub use similar::{nearest, some_of};
pub use span::{FileId, Quoted, Sources, Span};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth a look; the input is used as it is.
    Warning,
    /// The input cannot be used.
    Error,
}

/// One mistake: where, what, why, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one line.
    pub message: String,
    /// The place, where there is one, and the words beside its caret.
    pub place: Option<(Span, String)>,
    /// What to do about it.
    pub help: Option<String>,
    /// Of a warning the name by which an input may switch off its kind.
    pub lint: Option<&'static str>,
}

/// Names that were probably meant are looked for beside so many mistakes: among many names each takes long.
const SUGGESTED_AT_MOST: usize = 100;

/// All mistakes of an input, in the order they were found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    errors: usize,
}

impl Diagnostics {
    /// No mistakes yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an error at `span`; `label` stands beside the caret.
    pub fn error(
        &mut self,
        span: Span,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> &mut Diagnostic {
        self.push(Severity::Error, Some((span, label.into())), message.into())
    }

    /// Adds an error about a whole input, with no place in it.
    pub fn error_without_place(&mut self, message: impl Into<String>) -> &mut Diagnostic {
        self.push(Severity::Error, None, message.into())
    }

    /// Adds a warning of the kind `lint` at `span`.
    pub fn warning(
        &mut self,
        lint: &'static str,
        span: Span,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> &mut Diagnostic {
        let warning = self.push(
            Severity::Warning,
            Some((span, label.into())),
            message.into(),
        );
        warning.lint = Some(lint);
        warning
    }

    /// Whether there are so few mistakes that names which were probably meant are still looked for.
    #[must_use]
    pub fn suggests(&self) -> bool {
        self.errors < SUGGESTED_AT_MOST
    }

    /// The candidate that `name` was probably meant to be, if one is near enough and [`Self::suggests`].
    #[must_use]
    pub fn did_you_mean<'a>(
        &self,
        name: &str,
        candidates: impl IntoIterator<Item = &'a str>,
    ) -> Option<&'a str> {
        self.suggests().then(|| nearest(name, candidates)).flatten()
    }

    /// Only the warnings of a kind, without those in a file.
    #[must_use]
    pub fn only(&self, lint: &str, but_in: Option<FileId>) -> Self {
        let of_kind = self.list.iter().filter(|of| of.lint == Some(lint));
        let elsewhere = |of: &&Diagnostic| {
            let place = of.place.as_ref();
            place.is_none_or(|(span, _)| Some(span.file) != but_in)
        };
        Self {
            list: of_kind.filter(elsewhere).cloned().collect(),
            errors: 0,
        }
    }

    /// Forgets all warnings of a kind.
    pub fn allow(&mut self, lint: &str) {
        self.list.retain(|diagnostic| diagnostic.lint != Some(lint));
    }

    fn push(
        &mut self,
        severity: Severity,
        place: Option<(Span, String)>,
        message: String,
    ) -> &mut Diagnostic {
        self.errors += usize::from(severity == Severity::Error);
        self.list.push(Diagnostic {
            severity,
            message,
            place,
            help: None,
            lint: None,
        });
        let last = self.list.len() - 1;
        &mut self.list[last]
    }

    /// Adds all of `others`, found in other inputs.
    pub fn append(&mut self, others: Self) {
        self.list.extend(others.list);
        self.errors += others.errors;
    }

    /// Forgets all warnings.
    pub fn keep_errors(&mut self) {
        self.list
            .retain(|diagnostic| diagnostic.severity == Severity::Error);
    }

    /// How many warnings there are.
    #[must_use]
    pub fn warnings(&self) -> usize {
        self.sorted()
            .iter()
            .filter(|d| d.severity == Severity::Warning)
            .count()
    }

    /// Whether the input cannot be used.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// All of them, in the order of their places, those without a place first. The same mistake at the
    /// same place (a family's table is read once for each element) stands once.
    #[must_use]
    pub fn sorted(&self) -> Vec<&Diagnostic> {
        let mut seen = BTreeSet::new();
        let mut sorted: Vec<&Diagnostic> = Vec::with_capacity(self.list.len());
        for diagnostic in &self.list {
            let place = diagnostic.place.as_ref().map(|(span, _)| *span);
            if place.is_none() || seen.insert((diagnostic.severity, diagnostic.lint, place)) {
                sorted.push(diagnostic);
            }
        }
        sorted.sort_by_key(|d| d.place.as_ref().map(|p| p.0));
        sorted
    }
}

impl Diagnostic {
    /// Says what to do about it.
    pub fn help(&mut self, help: impl Into<String>) {
        self.help = Some(help.into());
    }

    /// Says what to do about it, if there is anything to say.
    pub fn maybe_help(&mut self, help: Option<String>) {
        self.help = help;
    }
}
