//! `extends`: a scenario that starts from another file, adds to its tables and replaces single keys.

use super::document::{self, Node, Table, Value};
use super::resolve_clocks::{CLOCK_COMPANIONS, CLOCKS, DRIVES};
use super::resolve_outcomes::{MEASURE_COMPANIONS, MEASURES};
use crate::diagnostic::{Diagnostics, FileId, Quoted, Sources};
use std::collections::BTreeMap;
use toml_edit::{Array, DocumentMut, InlineTable, Item, Value as Written};

/// The file that a scenario's file extends, as written there. What is wrong with the file is told when the scenario is
/// read.
#[must_use]
pub fn extended_file(file: FileId, sources: &Sources) -> Option<Quoted> {
    let document = document::read(file, sources, &mut Diagnostics::new())?;
    let Value::Table(header) = &find(&document, "scenario")?.value else {
        return None;
    };
    match &find(header, "extends")?.value {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    }
}

/// Whether a scenario has a table of a name, as its files say together.
#[must_use]
pub fn has_table(name: &str, files: &[FileId], sources: &Sources) -> bool {
    let document = merged(files, sources, &mut Diagnostics::new());
    document.is_some_and(|document| find(&document, name).is_some())
}

/// Where and why a file is no TOML, without a word of what stands there.
#[must_use]
pub fn is_no_toml(file: FileId, sources: &Sources) -> Option<String> {
    let mut found = Diagnostics::new();
    if document::read(file, sources, &mut found).is_some() {
        return None;
    }
    let first = found.sorted().into_iter().next()?;
    let (span, _) = first.place.as_ref()?;
    let before = &sources.text(file)[..span.start];
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .map_or(0, |line| line.chars().count())
        + 1;
    let cause = first.message.trim_start_matches("not TOML: ");
    Some(format!("line {line}, column {column}: {cause}"))
}

/// The document of a scenario whose files are given from itself to the last that is extended.
pub(super) fn merged(
    files: &[FileId],
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) -> Option<Table> {
    let documents: Vec<Option<Table>> = files
        .iter()
        .map(|file| document::read(*file, sources, diagnostics))
        .collect();
    let documents: Option<Vec<Table>> = documents.into_iter().collect();
    documents?.into_iter().rev().reduce(|mut base, own| {
        extend(&mut base, own, &mut Vec::new());
        base
    })
}

/// Adds to a table, key by key: what both have as tables is merged, all else replaced. `path` are the keys that lead
/// here.
fn extend(base: &mut Table, own: Table, path: &mut Vec<String>) {
    drop_what_excludes(base, &own, path);
    base.span = own.span;
    // A key stands once in a table, so those added on the way are met no more.
    let known = base.entries.iter().map(|(name, _)| name.text.clone());
    let known: BTreeMap<String, usize> = known.zip(0..).collect();
    for (key, node) in own.entries {
        let Some(&known) = known.get(&key.text) else {
            base.entries.push((key, node));
            continue;
        };
        path.push(key.text.clone());
        let (name, old) = &mut base.entries[known];
        match (&mut old.value, node) {
            (
                Value::Table(old_table),
                Node {
                    span,
                    value: Value::Table(table),
                },
            ) => {
                extend(old_table, table, path);
                old.span = span;
            }
            (_, node) => *old = node,
        }
        *name = key;
        path.pop();
    }
}

/// An event has one clock, which one thing may drive, and an outcome one measure: another one takes the place of the old,
/// with what belongs to it.
fn drop_what_excludes(base: &mut Table, own: &Table, path: &[String]) {
    let (kinds, companions): (&[&str], &[&str]) = match path {
        [section, _] if section == "events" => (&CLOCKS, &CLOCK_COMPANIONS),
        [section, _] if section == "outcomes" => (&MEASURES, &MEASURE_COMPANIONS),
        _ => return,
    };
    if DRIVES.iter().any(|drive| find(own, drive).is_some()) {
        remove(base, &DRIVES);
    }
    let Some(new) = kinds.iter().find(|kind| find(own, kind).is_some()) else {
        return;
    };
    if find(base, new).is_none() {
        remove(base, kinds);
        remove(base, companions);
    }
}

/// Complains about everything in a file that is laid over a scenario to count by, and would change the scenario: what both
/// define, but outcomes, series, rates, hypotheses and payoffs.
pub fn refuse_changes(
    overlay: FileId,
    scenario: &[FileId],
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) {
    // What is no TOML is told when the scenario is read.
    let own = document::read(overlay, sources, &mut Diagnostics::new());
    let base = merged(scenario, sources, &mut Diagnostics::new());
    let (Some(own), Some(base)) = (own, base) else {
        return;
    };
    for (section, node) in &own.entries {
        let Value::Table(table) = &node.value else {
            continue;
        };
        let section = section.text.as_str();
        if ["outcomes", "series", "rates", "hypotheses", "payoffs"].contains(&section) {
            continue;
        }
        for (key, _) in &table.entries {
            let known = find(&base, section).is_some_and(|node| match &node.value {
                Value::Table(table) => find(table, &key.text).is_some(),
                _ => false,
            });
            if (section == "scenario" && key.text != "extends") || (section != "scenario" && known)
            {
                diagnostics
                    .error(
                        key.span,
                        format!("`{}` would change the scenario", key.text),
                        "defined there already",
                    )
                    .help("a file laid over a scenario (claims, observed rates, payoffs) adds to it: outcomes, and events and variables of its own to count by");
            }
        }
    }
}

fn remove(table: &mut Table, keys: &[&str]) {
    let stays = |(key, _): &(Quoted, Node)| !keys.contains(&key.text.as_str());
    table.entries.retain(stays);
}

fn find<'a>(table: &'a Table, key: &str) -> Option<&'a Node> {
    let found = table.entries.iter().find(|(name, _)| name.text == key);
    found.map(|(_, node)| node)
}

/// The text of one file that says what all of these say together, or nothing where one is no TOML. Comments are lost.
#[must_use]
pub fn resolved_text(files: &[FileId], sources: &Sources) -> Option<String> {
    let mut document = merged(files, sources, &mut Diagnostics::new())?;
    for (key, node) in &mut document.entries {
        if let (true, Value::Table(header)) = (key.text == "scenario", &mut node.value) {
            header.entries.retain(|(key, _)| key.text != "extends");
        }
    }
    let names: Vec<&str> = files.iter().map(|file| sources.name(*file)).collect();
    let mut text = DocumentMut::new();
    for (section, node) in &document.entries {
        text[&section.text] = item(node, 2)?;
    }
    Some(format!("# {}, resolved\n\n{text}", names.join(" extends ")))
}

/// A node as TOML, tables written out down to a depth and in one line below it.
fn item(node: &Node, depth: usize) -> Option<Item> {
    let Value::Table(table) = &node.value else {
        return Some(Item::Value(written(node)?));
    };
    if depth == 0 {
        return Some(Item::Value(written(node)?));
    }
    let mut out = toml_edit::Table::new();
    let only_tables = |(_, node): &(Quoted, Node)| matches!(node.value, Value::Table(_));
    out.set_implicit(!table.entries.is_empty() && table.entries.iter().all(only_tables));
    for (key, node) in &table.entries {
        out.insert(&key.text, item(node, depth - 1)?);
    }
    Some(Item::Table(out))
}

fn written(node: &Node) -> Option<Written> {
    Some(match &node.value {
        Value::Text(text) => text.text.as_str().into(),
        Value::Integer(integer) => (*integer).into(),
        Value::Real(real) => (*real).into(),
        Value::Truth(truth) => (*truth).into(),
        Value::Date(date) => {
            let date: toml_edit::Datetime = date.to_string().parse().ok()?;
            date.into()
        }
        Value::List(items) => {
            let items: Option<Array> = items.iter().map(written).collect();
            items?.into()
        }
        Value::Table(table) => {
            let mut out = InlineTable::new();
            for (key, node) in &table.entries {
                out.insert(&key.text, written(node)?);
            }
            out.into()
        }
        Value::Refused => return None,
    })
}
