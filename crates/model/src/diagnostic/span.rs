//! Places in input files.

use std::ops::Range;

/// A file among [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileId(u32);

/// A range of bytes in one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The bytes as a range.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// The input files read so far, by name and text.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<(String, String)>,
}

impl Sources {
    /// No files yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps a file's text under the name that messages show.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        self.files.push((name.into(), text.into()));
        FileId(u32::try_from(self.files.len() - 1).unwrap_or(u32::MAX))
    }

    /// The name that messages show.
    #[must_use]
    pub fn name(&self, file: FileId) -> &str {
        &self.files[file.0 as usize].0
    }

    /// The file's text.
    #[must_use]
    pub fn text(&self, file: FileId) -> &str {
        &self.files[file.0 as usize].1
    }
}

/// A text that stands in a file, and where: the value of a TOML string, say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quoted {
    /// The text itself, escapes resolved.
    pub text: String,
    /// The place of the whole value, quotes included.
    pub span: Span,
    /// Where the first byte of `text` stands, if the text stands in the file letter by letter.
    verbatim_start: Option<usize>,
}

impl Quoted {
    /// A text whose letters do not stand in the file one by one: places inside it point at the whole.
    #[must_use]
    pub fn opaque(text: impl Into<String>, span: Span) -> Self {
        Self {
            text: text.into(),
            span,
            verbatim_start: None,
        }
    }

    /// The value `text` of the token at `span` of a file's `source`. Where the token holds the text letter
    /// by letter, places inside it are exact; with escapes they point at the whole token.
    #[must_use]
    pub fn in_source(text: &str, span: Span, source: &str) -> Self {
        let token = &source[span.range()];
        let verbatim_start = ["\"\"\"", "'''", "\"", "'", ""].iter().find_map(|quote| {
            let quoted = token.strip_prefix(quote)?.strip_suffix(quote)?;
            // TOML drops a line's end right behind three quotes.
            let inner = match quoted.strip_suffix(text)? {
                "" => quoted,
                "\n" | "\r\n" if quote.len() == 3 => text,
                _ => return None,
            };
            Some(span.end - quote.len() - inner.len())
        });
        Self {
            text: text.to_owned(),
            span,
            verbatim_start,
        }
    }

    /// The place of a range of the text.
    #[must_use]
    pub fn span_of(&self, range: Range<usize>) -> Span {
        match self.verbatim_start {
            Some(start) => Span {
                file: self.span.file,
                start: start + range.start,
                end: start + range.end,
            },
            None => self.span,
        }
    }
}
