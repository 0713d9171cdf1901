//! Parameters, variables, levers, obligations and the doctrine.

use super::Expression;
use super::document::{Node, Table, Value};
use super::expressions::expression;
use super::law;
use super::lint;
use super::model::{Doctrine, Factor, Lever, Obligation, Parameter, Variable, VariableKind};
use super::names::{Names, Scope};
use super::reader::{
    Entry, Reader, as_list, as_number, as_table, entries, require_name, wrong_kind,
};
use crate::diagnostic::{Diagnostics, Quoted};
use crate::expr::{Bindings, Expr, Type, check_state_name};
use std::collections::BTreeSet;

fn reader<'a>(
    entry: &Entry<'a>,
    what: &'static str,
    diagnostics: &mut Diagnostics,
) -> Option<Reader<'a>> {
    let table = as_table(entry.node, diagnostics)?;
    let mut reader = Reader::new(table, what, entry.bindings.clone());
    reader.take("for");
    Some(reader)
}

/// The type that a variable's `states` or a lever's `options` give it; a number without them. Mistakes in
/// the table itself are reported when it is resolved.
pub(super) fn declared_type(
    entry: &Entry<'_>,
    key: &'static str,
    names: &mut Names,
    diagnostics: &mut Diagnostics,
) -> Type {
    let Value::Table(table) = &entry.node.value else {
        return Type::Number;
    };
    let mut reader = Reader::new(table, "", entry.bindings.clone());
    match state_names(&mut reader, key, diagnostics) {
        Some(states) => Type::State(names.list(states)),
        None => Type::Number,
    }
}

/// A list of distinct states.
fn state_names(
    reader: &mut Reader<'_>,
    key: &'static str,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<String>> {
    let texts = reader.texts(key, diagnostics)?;
    if texts.is_empty() {
        diagnostics.error(
            reader.span(),
            format!("`{key}` is empty"),
            "name at least one",
        );
    }
    let mut states: Vec<String> = Vec::with_capacity(texts.len());
    let mut known = BTreeSet::new();
    for text in texts {
        if require_name(&text.text, text.span, diagnostics) && !known.insert(text.text.clone()) {
            diagnostics.error(
                text.span,
                format!("`{}` stands twice in this list", text.text),
                "a second time",
            );
        }
        states.push(text.text);
    }
    Some(states)
}

pub(super) fn parameters(
    entries: &[Entry<'_>],
    names: &Names,
    diagnostics: &mut Diagnostics,
) -> Vec<Parameter> {
    entries
        .iter()
        .filter_map(|entry| parameter(entry, names, diagnostics))
        .collect()
}

fn parameter(entry: &Entry<'_>, names: &Names, diagnostics: &mut Diagnostics) -> Option<Parameter> {
    let mut reader = reader(entry, "a parameter", diagnostics)?;
    reader.require_all(&["value", "unit"], diagnostics);
    let value = reader.number("value", diagnostics);
    reader.text("unit", diagnostics);
    reader.text("title", diagnostics);
    let neutral = reader.number("neutral", diagnostics);
    let source = reader.text("source", diagnostics).map(|text| text.text);
    let source = source.filter(|source| !source.trim().is_empty());
    let distribution = reader
        .take("distribution")
        .and_then(|node| law::law(node, names, &entry.bindings, diagnostics));
    let range = reader
        .take("range")
        .and_then(|node| range_from(node, value, &entry.bindings, diagnostics));
    reader.finish(diagnostics);
    if source.is_none() {
        diagnostics
            .warning(
                lint::SOURCES,
                entry.key.span,
                format!("parameter `{}` has no source", entry.name),
                "where is its value from?",
            )
            .help("write source = \"…\", or source = \"assumed: why\"");
    }
    Some(Parameter {
        name: entry.name.clone(),
        span: entry.key.span,
        value: value?,
        neutral,
        range,
        distribution,
        source,
    })
}

/// A range is [low, high] and holds the value.
fn range_from(
    node: &Node,
    value: Option<f64>,
    bindings: &Bindings,
    diagnostics: &mut Diagnostics,
) -> Option<[f64; 2]> {
    let Some([low, high]) = as_list(node, diagnostics) else {
        diagnostics.error(
            node.span,
            "a range is [low, high]",
            "two numbers belong here",
        );
        return None;
    };
    let mut end = |node: &Node| as_number(node, bindings, diagnostics);
    let (low, high) = (end(low)?, end(high)?);
    if low > high {
        diagnostics.error(
            node.span,
            format!("the range is inverted: {low} is above {high}"),
            "write [low, high]",
        );
    } else if let Some(value) = value
        && !(low..=high).contains(&value)
    {
        diagnostics.error(
            node.span,
            format!("the value {value} lies outside its range"),
            "widen the range or mend the value",
        );
    }
    Some([low, high])
}

/// The node that holds a derived name's expression: the entry itself, or `value` of its table.
pub(super) fn derived_value<'a>(
    entry: &Entry<'a>,
    diagnostics: &mut Diagnostics,
) -> Option<&'a Node> {
    if !matches!(entry.node.value, Value::Table(_)) {
        return Some(entry.node);
    }
    let mut reader = reader(entry, "a derived name", diagnostics)?;
    let value = reader.require("value", diagnostics);
    reader.text("title", diagnostics);
    reader.text("unit", diagnostics);
    reader.finish(diagnostics);
    value
}

/// The node that holds an obligation's condition.
pub(super) fn obligation_condition<'a>(
    entry: &Entry<'a>,
    diagnostics: &mut Diagnostics,
) -> Option<&'a Node> {
    let mut reader = reader(entry, "an obligation", diagnostics)?;
    let condition = reader.require("breached_when", diagnostics);
    for key in ["treaty", "text", "title", "source"] {
        reader.text(key, diagnostics);
    }
    reader.finish(diagnostics);
    condition
}

/// An obligation whose condition is resolved.
pub(super) fn obligation(entry: &Entry<'_>, breached_when: Expression) -> Obligation {
    // What is wrong with the texts has been told with the condition.
    let mut untold = Diagnostics::new();
    let mut text = |key| {
        let mut reader = reader(entry, "an obligation", &mut untold)?;
        reader
            .text(key, &mut Diagnostics::new())
            .map(|text| text.text)
    };
    Obligation {
        name: entry.name.clone(),
        treaty: text("treaty"),
        text: text("text"),
        breached_when,
    }
}

pub(super) fn variables(
    entries: &[Entry<'_>],
    names: &Names,
    diagnostics: &mut Diagnostics,
) -> Vec<Variable> {
    // A variable that cannot be read keeps its place, so that indices stay those of the names.
    entries
        .iter()
        .map(|entry| {
            variable(entry, names, diagnostics).unwrap_or_else(|| Variable {
                name: entry.name.clone(),
                family: entry.key.text.clone(),
                title: None,
                span: entry.key.span,
                kind: VariableKind::Real,
                initial: Expr::Constant(0.0),
                min: None,
                max: None,
            })
        })
        .collect()
}

fn variable(entry: &Entry<'_>, names: &Names, diagnostics: &mut Diagnostics) -> Option<Variable> {
    let mut reader = reader(entry, "a variable", diagnostics)?;
    let bindings = &entry.bindings;
    let initial = reader.require("initial", diagnostics);
    let states = reader.take("states");
    let kind_text = reader.text("kind", diagnostics);
    let bound = |node: Option<&Node>, diagnostics: &mut Diagnostics| {
        node.and_then(|node| {
            if states.is_some() {
                diagnostics.error(
                    node.span,
                    "a variable with states has no bounds",
                    "leave this out",
                );
            }
            expression(
                node,
                Type::Number,
                Scope::Constant,
                names,
                bindings,
                diagnostics,
            )
        })
    };
    let min = bound(reader.take("min"), diagnostics);
    let max = bound(reader.take("max"), diagnostics);
    let title = reader.text("title", diagnostics).map(|text| text.text);
    for key in ["unit", "source"] {
        reader.text(key, diagnostics);
    }
    reader.finish(diagnostics);
    let initial_node = initial?;
    let list = match names.symbols.get(&entry.name) {
        Some((_, Type::State(list))) if states.is_some() => Some(*list),
        _ => None,
    };
    let (kind, initial) = if let Some(list) = list {
        if let Some(text) = kind_text {
            diagnostics.error(
                text.span,
                "a variable with states has no `kind`",
                "leave this out",
            );
        }
        if !matches!(initial_node.value, Value::Text(_)) {
            wrong_kind(initial_node, "one of the states", diagnostics);
            return None;
        }
        let initial = expression(
            initial_node,
            Type::State(list),
            Scope::Constant,
            names,
            bindings,
            diagnostics,
        );
        (VariableKind::State(list), initial?)
    } else {
        let kind = match kind_text.as_ref().map(|text| text.text.as_str()) {
            None if matches!(initial_node.value, Value::Integer(_)) => VariableKind::Integer,
            None | Some("real") => VariableKind::Real,
            Some("integer") => VariableKind::Integer,
            Some(_) => {
                if let Some(text) = &kind_text {
                    diagnostics.error(
                        text.span,
                        format!("there is no kind `{}`", text.text),
                        "kinds are \"integer\" and \"real\"; states are given by `states`",
                    );
                }
                return None;
            }
        };
        let initial = expression(
            initial_node,
            Type::Number,
            Scope::Constant,
            names,
            bindings,
            diagnostics,
        );
        (kind, initial?)
    };
    Some(Variable {
        name: entry.name.clone(),
        family: entry.key.text.clone(),
        title,
        span: entry.key.span,
        kind,
        initial,
        min,
        max,
    })
}

pub(super) fn levers(
    entries: &[Entry<'_>],
    names: &Names,
    diagnostics: &mut Diagnostics,
) -> Vec<Lever> {
    entries
        .iter()
        .filter_map(|entry| lever(entry, names, diagnostics))
        .collect()
}

fn lever(entry: &Entry<'_>, names: &Names, diagnostics: &mut Diagnostics) -> Option<Lever> {
    let mut reader = reader(entry, "a lever", diagnostics)?;
    reader.require_all(&["options", "default"], diagnostics);
    let default = reader.text("default", diagnostics);
    let title = reader.text("title", diagnostics).map(|text| text.text);
    let actor = reader.text("actor", diagnostics).map(|text| text.text);
    reader.text("source", diagnostics);
    reader.finish(diagnostics);
    let Some((_, Type::State(list))) = names.symbols.get(&entry.name) else {
        return None;
    };
    let default = default?;
    let position = check_state_name(
        &default.text,
        "option",
        &default,
        names.states(*list),
        diagnostics,
    )?;
    Some(Lever {
        name: entry.name.clone(),
        family: entry.key.text.clone(),
        title,
        actor,
        span: entry.key.span,
        options: *list,
        default: position,
    })
}

/// Declares the doctrine's levels and factors, whose names expressions anywhere may use.
pub(super) fn declare_doctrine<'a>(
    table: Option<&'a Table>,
    names: &mut Names,
    diagnostics: &mut Diagnostics,
) -> Vec<Entry<'a>> {
    let Some(table) = table else {
        return Vec::new();
    };
    let mut reader = Reader::new(table, "[doctrine]", Bindings::none());
    reader.require("levels", diagnostics);
    let Some(levels) = state_names(&mut reader, "levels", diagnostics) else {
        return Vec::new();
    };
    let levels = names.list(levels);
    names.levels = Some(levels);
    let factors = reader.table("factors", diagnostics);
    let entries = entries(factors, &names.sets, diagnostics);
    for entry in &entries {
        let level = match &entry.node.value {
            Value::Table(table) => Reader::new(table, "", entry.bindings.clone())
                .text("level", diagnostics)
                .and_then(|text| level(&text, levels, names, diagnostics)),
            _ => None,
        };
        names.factors.insert(entry.name.clone(), level.unwrap_or(0));
    }
    entries
}

/// The position of a level in the list of them.
fn level(
    named: &Quoted,
    levels: usize,
    names: &Names,
    diagnostics: &mut Diagnostics,
) -> Option<usize> {
    let place = names.state_place(levels, &named.text);
    place.or_else(|| {
        check_state_name(
            &named.text,
            "level",
            named,
            names.states(levels),
            diagnostics,
        )
    })
}

pub(super) fn doctrine(
    table: Option<&Table>,
    factor_entries: &[Entry<'_>],
    names: &Names,
    diagnostics: &mut Diagnostics,
) -> Option<Doctrine> {
    let mut reader = Reader::new(table?, "[doctrine]", Bindings::none());
    let levels = names.levels?;
    reader.take("levels");
    reader.take("factors");
    reader.text("source", diagnostics);
    reader.text("title", diagnostics);
    let mut rules = Vec::new();
    if let Some(table) = reader.table("rules", diagnostics) {
        for (key, node) in &table.entries {
            let level = level(key, levels, names, diagnostics);
            let rule = expression(
                node,
                Type::Truth,
                Scope::Rule,
                names,
                &Bindings::none(),
                diagnostics,
            );
            if let (Some(level), Some(rule)) = (level, rule) {
                rules.push((level, rule));
            }
        }
    }
    reader.finish(diagnostics);
    rules.sort_by_key(|(level, _)| *level);
    let factors = factor_entries
        .iter()
        .zip(names.factors.values())
        .filter_map(|(entry, level)| factor(entry, *level, names, diagnostics))
        .collect();
    Some(Doctrine {
        levels,
        factors,
        rules,
    })
}

fn factor(
    entry: &Entry<'_>,
    level: usize,
    names: &Names,
    diagnostics: &mut Diagnostics,
) -> Option<Factor> {
    let mut reader = reader(entry, "a factor", diagnostics)?;
    reader.require_all(&["level", "active_when"], diagnostics);
    let title = reader.text("title", diagnostics);
    for key in ["source", "text"] {
        reader.text(key, diagnostics);
    }
    let active = reader.take("active_when");
    let clears = reader.take("clears_when");
    reader.finish(diagnostics);
    let mut condition = |node: &Node| {
        expression(
            node,
            Type::Truth,
            Scope::Factor,
            names,
            &entry.bindings,
            diagnostics,
        )
    };
    let active_when = active.and_then(&mut condition);
    let clears_when = clears.map(&mut condition);
    Some(Factor {
        name: entry.name.clone(),
        family: entry.key.text.clone(),
        span: entry.key.span,
        title: title.map(|text| text.text),
        level,
        active_when: active_when?,
        clears_when: match clears_when {
            Some(clears) => Some(clears?),
            None => None,
        },
    })
}
