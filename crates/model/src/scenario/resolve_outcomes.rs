//! Outcomes and series.

use super::document::Node;
use super::expressions::{expression, parsed};
use super::model::{By, Measure, Outcome, Series};
use super::names::{Names, Scope};
use super::reader::{Entry, Reader, as_table};
use super::resolve_events::find_event;
use crate::diagnostic::Diagnostics;
use crate::expr::{Type, infer};
use detente_stats::Direction;
use std::collections::BTreeMap;

/// The keys that measure something; an outcome has one of them.
pub(super) const MEASURES: [&str; 11] = [
    "ever",
    "first_time",
    "time_share",
    "entries",
    "time_average",
    "integral",
    "maximum",
    "minimum",
    "initial",
    "final",
    "firings",
];

/// The keys that belong to one measure, and that measure.
const COMPANIONS: [(&str, &str); 2] = [("by", "first_time"), ("when", "firings")];

/// The keys that belong to a measure.
pub(super) const MEASURE_COMPANIONS: [&str; 2] = [COMPANIONS[0].0, COMPANIONS[1].0];

pub(super) fn outcomes(
    entries: &[Entry<'_>],
    event_places: &BTreeMap<&str, usize>,
    names: &Names,
    diagnostics: &mut Diagnostics,
) -> Vec<Outcome> {
    let outcomes: Vec<Outcome> = entries
        .iter()
        .filter_map(|entry| outcome(entry, event_places, names, diagnostics))
        .collect();
    let named: BTreeMap<&str, &Entry<'_>> = entries
        .iter()
        .map(|entry| (entry.name.as_str(), entry))
        .collect();
    for outcome in &outcomes {
        let column = format!("{}_by", outcome.name);
        let clash = named.get(column.as_str());
        if let (Measure::FirstTime(_, Some(_)), Some(clash)) = (&outcome.measure, clash) {
            diagnostics.error(
                clash.key.span,
                format!(
                    "no outcome may be called `{column}` beside `{}`",
                    outcome.name
                ),
                "the table of trials has a column of that name for its `by`",
            );
        }
    }
    outcomes
}

fn outcome(
    entry: &Entry<'_>,
    event_places: &BTreeMap<&str, usize>,
    names: &Names,
    diagnostics: &mut Diagnostics,
) -> Option<Outcome> {
    let table = as_table(entry.node, diagnostics)?;
    if entry.name == "trial" {
        diagnostics.error(
            entry.key.span,
            "no outcome may be called `trial`",
            "the table of trials has a column of that name already",
        );
    }
    let mut reader = Reader::new(table, "an outcome", entry.bindings.clone());
    reader.take("for");
    let title = reader.text("title", diagnostics);
    let unit = reader.text("unit", diagnostics).map(|text| text.text);
    let better = reader
        .text("better", diagnostics)
        .and_then(|text| match text.text.as_str() {
            "lower" => Some(Direction::Lower),
            "higher" => Some(Direction::Higher),
            _ => {
                diagnostics.error(
                    text.span,
                    "`better` is \"lower\" or \"higher\"",
                    "neither of them",
                );
                None
            }
        });
    let given: Vec<(&'static str, &Node)> = MEASURES
        .iter()
        .filter_map(|key| reader.take(key).map(|node| (*key, node)))
        .collect();
    let companions = COMPANIONS.map(|(key, measure)| {
        let node = reader.take(key);
        if let Some(node) = node
            && !given.iter().any(|(given, _)| *given == measure)
        {
            let message = format!("`{key}` belongs to outcomes with `{measure}`");
            diagnostics.error(node.span, message, "no use here");
        }
        node
    });
    let [by, when] = companions;
    let measure = match given.as_slice() {
        [("first_time", node)] => first_time(node, by, &reader, names, diagnostics),
        [("firings", node)] => firings(node, when, &reader, event_places, names, diagnostics),
        [(key, node)] => measure(key, node, &reader, names, diagnostics),
        [] => {
            diagnostics
                .error(
                    entry.key.span,
                    format!("outcome `{}` measures nothing", entry.name),
                    "a measure is missing",
                )
                .help(format!("give it one of {}", MEASURES.join(", ")));
            None
        }
        [(one, _), (other, node), ..] => {
            diagnostics.error(
                node.span,
                format!(
                    "outcome `{}` has two measures, `{one}` and `{other}`",
                    entry.name
                ),
                "an outcome has exactly one",
            );
            None
        }
    };
    reader.finish(diagnostics);
    Some(Outcome {
        name: entry.name.clone(),
        title: title.map_or_else(|| entry.name.clone(), |text| text.text),
        unit,
        better,
        measure: measure?,
    })
}

fn measure(
    key: &str,
    node: &Node,
    reader: &Reader<'_>,
    names: &Names,
    diagnostics: &mut Diagnostics,
) -> Option<Measure> {
    let conditional = matches!(key, "ever" | "time_share" | "entries");
    let expected = if conditional {
        Type::Truth
    } else {
        Type::Number
    };
    let value = expression(
        node,
        expected,
        Scope::Guard,
        names,
        &reader.bindings,
        diagnostics,
    )?;
    Some(match key {
        "ever" => Measure::Ever(value),
        "time_share" => Measure::TimeShare(value),
        "entries" => Measure::Entries(value),
        "time_average" => Measure::TimeAverage(value),
        "integral" => Measure::Integral(value),
        "maximum" => Measure::Maximum(value),
        "minimum" => Measure::Minimum(value),
        "initial" => Measure::Initial(value),
        _ => Measure::Final(value),
    })
}

fn firings(
    node: &Node,
    when: Option<&Node>,
    reader: &Reader<'_>,
    event_places: &BTreeMap<&str, usize>,
    names: &Names,
    diagnostics: &mut Diagnostics,
) -> Option<Measure> {
    let text = reader.as_text(node, diagnostics)?;
    let event = find_event(&text.text, &text, event_places, diagnostics);
    let bindings = &reader.bindings;
    let when = when.map(|node| {
        expression(
            node,
            Type::Truth,
            Scope::Guard,
            names,
            bindings,
            diagnostics,
        )
    });
    match when {
        None => Some(Measure::Firings(event?, None)),
        Some(when) => Some(Measure::Firings(event?, Some(when?))),
    }
}

fn first_time(
    node: &Node,
    by: Option<&Node>,
    reader: &Reader<'_>,
    names: &Names,
    diagnostics: &mut Diagnostics,
) -> Option<Measure> {
    let bindings = &reader.bindings;
    let condition = expression(
        node,
        Type::Truth,
        Scope::Guard,
        names,
        bindings,
        diagnostics,
    );
    let Some(node) = by else {
        return Some(Measure::FirstTime(condition?, None));
    };
    let (ast, text) = parsed(node, diagnostics)?;
    let view = names.seen_from(Scope::Guard);
    let (state, found) = infer(&ast, &text, &view, bindings, diagnostics)?;
    let Type::State(list) = found else {
        diagnostics
            .error(
                text.span,
                "`by` tells first times apart by a state, and this is none",
                "not a state",
            )
            .help("give the variable with `states` that says which kind it was");
        return None;
    };
    let by = By { state, list };
    Some(Measure::FirstTime(condition?, Some(by)))
}

pub(super) fn series(
    entries: &[Entry<'_>],
    names: &Names,
    diagnostics: &mut Diagnostics,
) -> Vec<Series> {
    entries
        .iter()
        .filter_map(|entry| one_series(entry, names, diagnostics))
        .collect()
}

fn one_series(entry: &Entry<'_>, names: &Names, diagnostics: &mut Diagnostics) -> Option<Series> {
    let table = as_table(entry.node, diagnostics)?;
    let mut reader = Reader::new(table, "a series", entry.bindings.clone());
    reader.take("for");
    let title = reader.text("title", diagnostics);
    let unit = reader.text("unit", diagnostics).map(|text| text.text);
    reader.require_all(&["value", "every"], diagnostics);
    let value = reader.take("value");
    let every = reader.number("every", diagnostics);
    if let (Some(every), Some(node)) = (every, reader.take("every"))
        && every <= 0.0
    {
        diagnostics.error(
            node.span,
            "the step of a series must be above 0",
            "not positive",
        );
    }
    reader.finish(diagnostics);
    let (ast, text) = parsed(value?, diagnostics)?;
    let view = names.seen_from(Scope::Guard);
    let (value, value_type) = infer(&ast, &text, &view, &entry.bindings, diagnostics)?;
    if value_type == Type::Truth {
        diagnostics
            .error(
                text.span,
                "a series follows a number or a state, not a truth",
                "a truth",
            )
            .help("write if(…, 1, 0)");
        return None;
    }
    Some(Series {
        name: entry.name.clone(),
        span: entry.key.span,
        title: title.map_or_else(|| entry.name.clone(), |text| text.text),
        unit,
        value,
        value_type,
        every: every?,
    })
}
