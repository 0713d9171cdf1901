//! Rates that were observed, and which outcomes say what the model makes of them.

use super::document::{Node, Value};
use super::model::{Measure, Outcome, Rate};
use super::names::Names;
use super::names::Sets;
use super::reader::{Entry, Reader, as_list, as_number, as_table, wrong_kind};
use crate::diagnostic::{Diagnostics, Quoted};
use crate::expr::{Bindings, fill};
use std::collections::BTreeMap;

/// Where each outcome stands.
type Places<'a> = BTreeMap<&'a str, (usize, &'a Outcome)>;

pub(super) fn rates(
    entries: &[Entry<'_>],
    outcomes: &[Outcome],
    names: &Names,
    diagnostics: &mut Diagnostics,
) -> Vec<Rate> {
    let places = outcomes.iter().enumerate();
    let places = places.map(|(place, outcome)| (outcome.name.as_str(), (place, outcome)));
    let places: Places<'_> = places.collect();
    entries
        .iter()
        .filter_map(|entry| rate(entry, &places, &names.sets, diagnostics))
        .collect()
}

fn rate(
    entry: &Entry<'_>,
    places: &Places<'_>,
    sets: &Sets,
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
    let interval_span = interval.map(|node| node.span);
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
    let problem = if low < 0.0 {
        Some(format!("{low} is below 0, as no rate or share is"))
    } else if low > high {
        Some(format!("the lower end {low} is above the upper end {high}"))
    } else if !(low <= rate.observed && rate.observed <= high) {
        let observed = rate.observed;
        Some(format!(
            "`observed`, {observed}, is not between {low} and {high}"
        ))
    } else {
        None
    };
    if let (Some(problem), Some(span)) = (problem, interval_span) {
        diagnostics
            .error(span, problem, "this interval")
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
    places: &Places<'_>,
    sets: &Sets,
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
            let place = find(text, &bindings, places, diagnostics)?;
            if found.contains(&place) {
                let message = "an outcome is counted once";
                diagnostics.error(text.span, message, "counted a second time");
                return None;
            }
            found.push(place);
        }
    }
    Some(found)
}

fn find(
    text: &Quoted,
    bindings: &Bindings,
    places: &Places<'_>,
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
    let Some((place, outcome)) = places.get(name.as_str()) else {
        let near = diagnostics.did_you_mean(&name, places.keys().copied());
        let message = format!("there is no outcome `{name}`");
        diagnostics
            .error(text.span, message, "no such outcome")
            .maybe_help(near.map(|near| format!("did you mean `{near}`?")));
        return None;
    };
    if let Measure::FirstTime(..) = outcome.measure {
        diagnostics
            .error(
                text.span,
                format!("`{name}` is a first time, which is no number where it never comes"),
                "cannot be summed",
            )
            .help("count whether it comes, by `ever`");
        return None;
    }
    Some(*place)
}

/// Every way to fill the sets that a text names and nothing is bound to yet.
fn spread(text: &str, sets: &Sets, bindings: &Bindings) -> Vec<Bindings> {
    let named = text.split('{').skip(1).filter_map(|behind| {
        let set = &behind[..behind.find(['}', '.'])?];
        let free = bindings.value(set).is_err();
        sets.get_index_of(set).filter(|_| free)
    });
    let Some((set, elements)) = named.min().and_then(|first| sets.get_index(first)) else {
        return vec![bindings.clone()];
    };
    let bound = elements.iter().map(|element| bindings.with(set, element));
    bound
        .flat_map(|bindings| spread(text, sets, &bindings))
        .collect()
}
