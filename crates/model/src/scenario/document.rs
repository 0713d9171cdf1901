//! A TOML text → a tree that remembers where everything stands.

use crate::diagnostic::{Diagnostics, FileId, Quoted, Sources, Span, is_hostile};
use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value and its place.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub span: Span,
    pub value: Value,
}

/// The values that scenario and policy files are made of.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Text(Quoted),
    Integer(i64),
    Real(f64),
    Truth(bool),
    Date(Date),
    List(Vec<Node>),
    Table(Table),
    /// Something that has been complained about already.
    Refused,
}

/// Keys and values in the order written.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub span: Span,
    pub entries: Vec<(Quoted, Node)>,
}

impl Value {
    pub fn describe(&self) -> String {
        let kind = match self {
            Self::Text(_) => "a text",
            Self::Integer(integer) => return format!("the whole number {integer}"),
            Self::Real(real) => return format!("the number {real}"),
            Self::Truth(truth) => return truth.to_string(),
            Self::Date(date) => return format!("the date {date}"),
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
            Self::Refused => "nothing usable",
        };
        kind.to_owned()
    }
}

/// Reads a file's text. What is no TOML goes to `diagnostics`, and then there is no table; single values that cannot be
/// used go there too, and are marked as refused.
pub(super) fn read(
    file: FileId,
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) -> Option<Table> {
    let source = sources.text(file);
    let (root, errors) = DeTable::parse_recoverable(source);
    let sound = errors.is_empty();
    for error in errors {
        let Some(range) = error.span() else {
            let name = sources.name(file);
            diagnostics.error_without_place(format!("{name} is not TOML: {}", error.message()));
            continue;
        };
        let span = Span {
            file,
            start: range.start.min(source.len()),
            end: range.end.min(source.len()),
        };
        diagnostics.error(span, format!("not TOML: {}", error.message()), "");
    }
    let mut reader = DocumentReader {
        file,
        source,
        diagnostics,
    };
    let table = reader.table(root.get_ref(), root.span());
    sound.then_some(table)
}

struct DocumentReader<'a> {
    file: FileId,
    source: &'a str,
    diagnostics: &'a mut Diagnostics,
}

impl DocumentReader<'_> {
    fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span {
            file: self.file,
            start: range.start,
            end: range.end,
        }
    }

    fn table(&mut self, table: &DeTable<'_>, range: std::ops::Range<usize>) -> Table {
        let mut entries = Vec::with_capacity(table.len());
        for (key, value) in table {
            let key_span = self.span(key.span());
            let key = Quoted::in_source(key.get_ref(), key_span, self.source);
            self.is_harmless(&key);
            entries.push((key, self.node(value)));
        }
        Table {
            span: self.span(range),
            entries,
        }
    }

    fn node(&mut self, value: &Spanned<DeValue<'_>>) -> Node {
        let span = self.span(value.span());
        let value = match value.get_ref() {
            DeValue::String(text) => {
                let text = Quoted::in_source(text, span, self.source);
                if self.is_harmless(&text) {
                    Value::Text(text)
                } else {
                    Value::Refused
                }
            }
            DeValue::Integer(integer) => {
                match i64::from_str_radix(integer.as_str(), integer.radix()) {
                    Ok(integer) => Value::Integer(integer),
                    Err(_) => self.refuse(span, "this whole number is out of range"),
                }
            }
            DeValue::Float(real) => match real.as_str().parse::<f64>() {
                Ok(real) if real.is_finite() => Value::Real(real),
                _ => self.refuse(span, "numbers must be finite"),
            },
            DeValue::Boolean(truth) => Value::Truth(*truth),
            DeValue::Datetime(datetime) => match datetime.date {
                Some(date) if datetime.time.is_none() => {
                    let date = Date::new(
                        i16::try_from(date.year).unwrap_or(i16::MAX),
                        i8::try_from(date.month).unwrap_or(0),
                        i8::try_from(date.day).unwrap_or(0),
                    );
                    match date {
                        Ok(date) => Value::Date(date),
                        Err(_) => self.refuse(span, "there is no such day"),
                    }
                }
                _ => self.refuse(span, "only plain dates, as 2019-09-01, are used here"),
            },
            DeValue::Array(array) => {
                Value::List(array.iter().map(|item| self.node(item)).collect())
            }
            DeValue::Table(table) => Value::Table(self.table(table, span.range())),
        };
        Node { span, value }
    }

    /// Whether a text has no characters that steer a terminal or disguise it; complains of the first. A line may end as on
    /// Windows.
    fn is_harmless(&mut self, text: &Quoted) -> bool {
        let plain = text.text.replace("\r\n", "\n");
        let Some(letter) = plain.chars().find(|letter| is_hostile(*letter)) else {
            return true;
        };
        let message = format!(
            "a text holds the control character U+{:04X}",
            u32::from(letter)
        );
        self.diagnostics.error(
            text.span,
            message,
            "it would steer a terminal or disguise the text",
        );
        false
    }

    fn refuse(&mut self, span: Span, message: &str) -> Value {
        self.diagnostics.error(span, message, "");
        Value::Refused
    }
}
