//! Typed access to a table: each key is asked for once, and what nobody asked for is a mistake.

use super::document::{Node, Table, Value};
use super::names::Sets;
use crate::diagnostic::{Diagnostics, Quoted, Span};
use crate::expr::{Bindings, Element, fill, is_name};
use indexmap::IndexMap;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A table being read.
pub(super) struct Reader<'a> {
    table: &'a Table,
    /// What the table describes, for messages: "an event".
    what: &'static str,
    asked: Vec<&'static str>,
    /// What placeholders in this table stand for.
    pub bindings: Bindings,
}

impl<'a> Reader<'a> {
    pub fn new(table: &'a Table, what: &'static str, bindings: Bindings) -> Self {
        Self {
            table,
            what,
            asked: Vec::new(),
            bindings,
        }
    }

    /// Where the table stands.
    pub fn span(&self) -> Span {
        self.table.span
    }

    /// The value of a key, if it is there.
    pub fn take(&mut self, key: &'static str) -> Option<&'a Node> {
        if !self.asked.contains(&key) {
            self.asked.push(key);
        }
        self.table
            .entries
            .iter()
            .find(|(name, _)| name.text == key)
            .map(|(_, node)| node)
    }

    /// As [`Self::take`], and a mistake if it is not there.
    pub fn require(
        &mut self,
        key: &'static str,
        diagnostics: &mut Diagnostics,
    ) -> Option<&'a Node> {
        let node = self.take(key);
        if node.is_none() {
            diagnostics.error(
                self.table.span,
                format!("{} needs `{key}`", self.what),
                format!("`{key}` is missing"),
            );
        }
        node
    }

    /// One mistake that names every key of these that is not there.
    pub fn require_all(&mut self, keys: &[&'static str], diagnostics: &mut Diagnostics) {
        let mut missing = Vec::new();
        for key in keys {
            if self.take(key).is_none() {
                missing.push(format!("`{key}`"));
            }
        }
        if !missing.is_empty() {
            let are = if missing.len() == 1 { "is" } else { "are" };
            let missing = missing.join(", ");
            diagnostics.error(
                self.table.span,
                format!("{} needs {missing}", self.what),
                format!("{missing} {are} missing"),
            );
        }
    }

    /// A text with its placeholders filled.
    pub fn text(&mut self, key: &'static str, diagnostics: &mut Diagnostics) -> Option<Quoted> {
        let node = self.take(key)?;
        self.as_text(node, diagnostics)
    }

    /// A list of texts with their placeholders filled.
    pub fn texts(
        &mut self,
        key: &'static str,
        diagnostics: &mut Diagnostics,
    ) -> Option<Vec<Quoted>> {
        let node = self.take(key)?;
        let items = as_list(node, diagnostics)?;
        Some(
            items
                .iter()
                .filter_map(|item| self.as_text(item, diagnostics))
                .collect(),
        )
    }

    pub fn as_text(&self, node: &Node, diagnostics: &mut Diagnostics) -> Option<Quoted> {
        let Value::Text(text) = &node.value else {
            wrong_kind(node, "a text", diagnostics);
            return None;
        };
        let text = filled(text, &self.bindings, diagnostics)?;
        if text.text.len() > MOST_TEXT {
            let message = format!("a text has {} bytes", text.text.len());
            let label = format!("texts have at most {MOST_TEXT}");
            diagnostics.error(text.span, message, label);
            return None;
        }
        Some(text)
    }

    /// A finite number.
    pub fn number(&mut self, key: &'static str, diagnostics: &mut Diagnostics) -> Option<f64> {
        let node = self.take(key)?;
        as_number(node, &self.bindings, diagnostics)
    }

    pub fn table(&mut self, key: &'static str, diagnostics: &mut Diagnostics) -> Option<&'a Table> {
        let node = self.take(key)?;
        as_table(node, diagnostics)
    }

    /// Reports every key that nobody asked for.
    pub fn finish(self, diagnostics: &mut Diagnostics) {
        for (key, _) in &self.table.entries {
            if self.asked.contains(&key.text.as_str()) {
                continue;
            }
            let help = match diagnostics.did_you_mean(&key.text, self.asked.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("{} may have: {}", self.what, self.asked.join(", ")),
            };
            diagnostics
                .error(
                    key.span,
                    format!("{} has no key `{}`", self.what, key.text),
                    "unknown key",
                )
                .help(help);
        }
    }
}

/// Most bytes of a name: names become names of files and folders, with more before and behind.
const MOST_NAME: usize = 100;

/// Most bytes of a text for readers.
const MOST_TEXT: usize = 10_000;

/// Whether a text is a name; complains at `span` if it is none.
pub(super) fn require_name(name: &str, span: Span, diagnostics: &mut Diagnostics) -> bool {
    if !is_name(name) {
        diagnostics.error(
            span,
            format!("`{name}` is not a name"),
            "names are letters, digits and `_`, and do not begin with a digit",
        );
        return false;
    }
    if name.len() > MOST_NAME {
        too_long_a_name(name, span, diagnostics);
        return false;
    }
    true
}

/// Complains about a name that cannot be a folder under results/ on every system.
pub(super) fn require_folder_name(name: &Quoted, diagnostics: &mut Diagnostics) {
    let mut letters = name.text.chars();
    let begins = letters.next().is_some_and(|c| c.is_ascii_alphanumeric());
    if !begins || !letters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')) {
        diagnostics.error(
            name.span,
            format!("`{}` cannot name a result folder", name.text),
            "use letters, digits, `-`, `_` and `.`, beginning with a letter or digit",
        );
    } else if name.text.len() > MOST_NAME {
        too_long_a_name(&name.text, name.span, diagnostics);
    }
}

fn too_long_a_name(name: &str, span: Span, diagnostics: &mut Diagnostics) {
    let message = format!("a name has {} bytes", name.len());
    let label = format!("names have at most {MOST_NAME} bytes, because they name files");
    diagnostics.error(span, message, label);
}

/// One named entry of a section, families unrolled.
pub(super) struct Entry<'a> {
    /// The name, placeholders filled.
    pub name: String,
    /// Where the key stands.
    pub key: Quoted,
    pub node: &'a Node,
    pub bindings: Bindings,
}

/// The named entries of a section; a table with `for` once for each element of its set.
pub(super) fn entries<'a>(
    section: Option<&'a Table>,
    sets: &Sets,
    diagnostics: &mut Diagnostics,
) -> Vec<Entry<'a>> {
    let mut entries: Vec<Entry<'a>> = Vec::new();
    let mut names = BTreeSet::new();
    for (key, node) in section.map_or(&[][..], |table| &table.entries) {
        for bindings in family(node, sets, diagnostics) {
            let Some(name) = filled(key, &bindings, diagnostics) else {
                continue;
            };
            if !require_name(&name.text, key.span, diagnostics) {
                continue;
            }
            if names.insert(name.text.clone()) {
                entries.push(Entry {
                    name: name.text,
                    key: key.clone(),
                    node,
                    bindings,
                });
            } else {
                diagnostics.error(
                    key.span,
                    format!("`{}` stands twice in this section", name.text),
                    "defined a second time",
                );
            }
        }
    }
    entries
}

/// What a table's placeholders stand for, once for each repetition: one empty binding without `for`.
fn family(node: &Node, sets: &Sets, diagnostics: &mut Diagnostics) -> Vec<Bindings> {
    let Value::Table(table) = &node.value else {
        return vec![Bindings::none()];
    };
    let Some((_, over)) = table.entries.iter().find(|(key, _)| key.text == "for") else {
        return vec![Bindings::none()];
    };
    let Value::Text(set) = &over.value else {
        wrong_kind(over, "the name of a set", diagnostics);
        return Vec::new();
    };
    match sets.get_key_value(&set.text) {
        Some((name, elements)) => elements
            .iter()
            .map(|element| Bindings::none().with(name, element))
            .collect(),
        None => {
            let near = diagnostics.did_you_mean(&set.text, sets.keys().map(String::as_str));
            diagnostics
                .error(
                    over.span,
                    format!("there is no set `{}`", set.text),
                    "no such set",
                )
                .help(near.map_or("sets stand under [sets]".to_owned(), |near| {
                    format!("did you mean `{near}`?")
                }));
            Vec::new()
        }
    }
}

fn filled(text: &Quoted, bindings: &Bindings, diagnostics: &mut Diagnostics) -> Option<Quoted> {
    match fill(&text.text, bindings) {
        Ok(filled) if filled == text.text => Some(text.clone()),
        Ok(filled) => Some(Quoted::opaque(filled, text.span)),
        Err((range, message)) => {
            diagnostics.error(
                text.span_of(range),
                message,
                "a placeholder without a value",
            );
            None
        }
    }
}

/// A number, or a text whose placeholders leave nothing but a number.
pub(super) fn as_number(
    node: &Node,
    bindings: &Bindings,
    diagnostics: &mut Diagnostics,
) -> Option<f64> {
    match &node.value {
        Value::Integer(integer) if integer.unsigned_abs() > 1 << 53 => {
            diagnostics.error(
                node.span,
                "a whole number this large is not exact here",
                "beyond 2^53",
            );
            None
        }
        Value::Integer(integer) => Some(*integer as f64),
        Value::Real(real) => Some(*real),
        Value::Text(text) => {
            let filled = filled(text, bindings, diagnostics)?;
            match filled.text.trim().parse::<f64>() {
                Ok(number) if number.is_finite() => Some(number),
                _ => {
                    wrong_kind(node, "a number", diagnostics);
                    None
                }
            }
        }
        _ => {
            wrong_kind(node, "a number", diagnostics);
            None
        }
    }
}

pub(super) fn as_table<'a>(node: &'a Node, diagnostics: &mut Diagnostics) -> Option<&'a Table> {
    match &node.value {
        Value::Table(table) => Some(table),
        _ => {
            wrong_kind(node, "a table", diagnostics);
            None
        }
    }
}

pub(super) fn as_list<'a>(node: &'a Node, diagnostics: &mut Diagnostics) -> Option<&'a [Node]> {
    match &node.value {
        Value::List(items) => Some(items),
        _ => {
            wrong_kind(node, "a list", diagnostics);
            None
        }
    }
}

pub(super) fn wrong_kind(node: &Node, expected: &str, diagnostics: &mut Diagnostics) {
    if matches!(node.value, Value::Refused) {
        return;
    }
    diagnostics.error(
        node.span,
        format!("expected {expected}, found {}", node.value.describe()),
        format!("this should be {expected}"),
    );
}

/// Reads `[sets]`: `dyad = { a = { onset = 0.1 }, b = {} }` or `side = ["west", "east"]`.
pub(super) fn sets(section: Option<&Table>, diagnostics: &mut Diagnostics) -> Sets {
    let mut sets = Sets::new();
    for (key, node) in section.map_or(&[][..], |table| &table.entries) {
        require_name(&key.text, key.span, diagnostics);
        let elements = match &node.value {
            Value::List(items) => items
                .iter()
                .filter_map(|item| match &item.value {
                    Value::Text(name) => element_name(name, diagnostics).map(|name| Element {
                        name,
                        attributes: Arc::default(),
                    }),
                    _ => {
                        wrong_kind(item, "the name of an element", diagnostics);
                        None
                    }
                })
                .collect(),
            Value::Table(table) => table
                .entries
                .iter()
                .filter_map(|(name, node)| element(name, node, diagnostics))
                .collect(),
            _ => {
                wrong_kind(node, "a list of names or a table of elements", diagnostics);
                Vec::new()
            }
        };
        let mut names = BTreeSet::new();
        let elements: Vec<Element> = elements;
        if let Some(twice) = elements.iter().find(|element| !names.insert(&element.name)) {
            diagnostics.error(
                node.span,
                format!("`{}` stands twice in this set", twice.name),
                "an element is named once",
            );
        }
        sets.insert(key.text.clone(), elements);
    }
    sets
}

/// An element's name, which placeholders are replaced by and therefore has none.
fn element_name(name: &Quoted, diagnostics: &mut Diagnostics) -> Option<String> {
    if name.text.contains('{') {
        let message = format!("`{}` cannot name an element", name.text);
        diagnostics.error(name.span, message, "`{` here");
        return None;
    }
    Some(name.text.clone())
}

fn element(name: &Quoted, node: &Node, diagnostics: &mut Diagnostics) -> Option<Element> {
    let element = element_name(name, diagnostics)?;
    let table = as_table(node, diagnostics)?;
    let mut attributes = IndexMap::new();
    for (key, node) in &table.entries {
        let written = match &node.value {
            Value::Text(text) if text.text.contains('{') => {
                diagnostics
                    .error(
                        node.span,
                        "an attribute has no placeholders: it is written as it stands",
                        "`{` here",
                    )
                    .help("put the placeholder where the attribute is used");
                continue;
            }
            Value::Text(text) => text.text.clone(),
            Value::Integer(integer) => integer.to_string(),
            Value::Real(real) => real.to_string(),
            Value::Truth(truth) => truth.to_string(),
            _ => {
                wrong_kind(node, "a text or a number", diagnostics);
                continue;
            }
        };
        attributes.insert(key.text.clone(), written);
    }
    Some(Element {
        name: element,
        attributes: Arc::new(attributes),
    })
}
