//! Rates that were observed, and which outcomes say what the model makes of them.

use super::document::{Node, Value};
use super::model::{Outcome, Rate};
use super::names::Names;
use super::reader::{Entry, Reader, as_list, as_number, as_table, wrong_kind};
use crate::diagnostic::{Diagnostics, Quoted, did_you_mean};
use crate::expr::{Bindings, Element, fill};
use std::collections::BTreeMap;

pub(super) fn rates(
    entries: &[Entry<'_>],
    outcomes: &[Outcome],
    names: &Names,
    diagnostics: &mut Diagnostics,
) -> Vec<Rate> {
    let places = outcomes.iter().enumerate();
    let places = places.map(|(place, outcome)| (outcome.name.as_str(), place));
    let places: BTreeMap<&str, usize> = places.collect();
    entries
        .iter()
        .filter_map(|entry| rate(entry, &places, &names.sets, diagnostics))
        .collect()
}

fn rate(
    entry: &Entry<'_>,
    places: &BTreeMap<&str, usize>,
    sets: &[(String, Vec<Element>)],
    diagnostics: &mut Diagnostics,
) -> Option<Rate> {
    let table = as_table(entry.node, diagnostics)?;
    let mut reader = Reader::new(table, "a rate", entry.bindings.clone());
    reader.take("for");
    reader.require_all(&["count", "per", "observed", "interval"], diagnostics);
    let title = reader.text("title", diagnostics);
    let unit = reader.text("unit", diagnostics).map(|text| text.text);
    let source = reader.text("source", diagnostics).map(|text| text.text);
    let note = reader.text("note", diagnostics).map(|text| text.text);
    let observed = reader.number("observed", diagnostics);
    let interval = reader.take("interval");
    let interval = interval.and_then(|node| ends(node, &reader.bindings, diagnostics));
    let mut sum = |key| {
        let node = reader.take(key)?;
        summands(node, places, sets, &reader.bindings, diagnostics)
    };
    let (count, per) = (sum("count"), sum("per"));
    reader.finish(diagnostics);
    let rate = Rate {
        name: entry.name.clone(),
        title: title.map_or_else(|| entry.name.clone(), |text| text.text),
        unit,
        count: count?,
        per: per?,
        observed: observed?,
        interval: interval?,
        source,
        note,
    };
    let [low, high] = rate.interval;
    if !(low <= rate.observed && rate.observed <= high) {
        let message = format!("{} is not between {low} and {high}", rate.observed);
        diagnostics
            .error(entry.key.span, message, "this rate's `observed`")
            .help("`interval` holds the lower and the upper end around `observed`");
        return None;
    }
    Some(rate)
}

/// The two ends of an interval.
fn ends(node: &Node, bindings: &Bindings, diagnostics: &mut Diagnostics) -> Option<[f64; 2]> {
    let [low, high] = as_list(node, diagnostics)? else {
        wrong_kind_of_interval(node, diagnostics);
        return None;
    };
    let low = as_number(low, bindings, diagnostics)?;
    Some([low, as_number(high, bindings, diagnostics)?])
}

fn wrong_kind_of_interval(node: &Node, diagnostics: &mut Diagnostics) {
    diagnostics.error(
        node.span,
        "`interval` is a list of two numbers, [lower, upper]",
        "not two numbers",
    );
}

/// The outcomes whose values are summed: a name or a list of them, each once for every element of the sets in it.
fn summands(
    node: &Node,
    places: &BTreeMap<&str, usize>,
    sets: &[(String, Vec<Element>)],
    bindings: &Bindings,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<usize>> {
    let texts: Vec<&Quoted> = match &node.value {
        Value::Text(text) => vec![text],
        Value::List(items) if !items.is_empty() => {
            let texts = items.iter().map(|item| match &item.value {
                Value::Text(text) => Some(text),
                _ => {
                    wrong_kind(item, "the name of an outcome", diagnostics);
                    None
                }
            });
            texts.collect::<Option<_>>()?
        }
        _ => {
            wrong_kind(node, "the names of outcomes", diagnostics);
            return None;
        }
    };
    let mut found = Vec::new();
    for text in texts {
        for bindings in spread(&text.text, sets, bindings) {
            found.push(find(text, &bindings, places, diagnostics)?);
        }
    }
    Some(found)
}

fn find(
    text: &Quoted,
    bindings: &Bindings,
    places: &BTreeMap<&str, usize>,
    diagnostics: &mut Diagnostics,
) -> Option<usize> {
    let name = match fill(&text.text, bindings) {
        Ok(name) => name,
        Err((range, message)) => {
            diagnostics.error(
                text.span_of(range),
                message,
                "a placeholder without a value",
            );
            return None;
        }
    };
    let place = places.get(name.as_str()).copied();
    if place.is_none() {
        let near = did_you_mean(&name, places.keys().copied());
        let message = format!("there is no outcome `{name}`");
        diagnostics
            .error(text.span, message, "no such outcome")
            .maybe_help(near.map(|near| format!("did you mean `{near}`?")));
    }
    place
}

/// Every way to fill the sets that a text names and nothing is bound to yet.
fn spread(text: &str, sets: &[(String, Vec<Element>)], bindings: &Bindings) -> Vec<Bindings> {
    let free = sets.iter().find(|(set, _)| {
        let named = [format!("{{{set}}}"), format!("{{{set}.")];
        named.iter().any(|placeholder| text.contains(placeholder)) && bindings.value(set).is_err()
    });
    let Some((set, elements)) = free else {
        return vec![bindings.clone()];
    };
    let bound = elements.iter().map(|element| bindings.with(set, element));
    bound
        .flat_map(|bindings| spread(text, sets, &bindings))
        .collect()
}
