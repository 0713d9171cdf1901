//! A document → a [`Scenario`]: the order in which sections are resolved.

use super::calendar::Calendar;
use super::document::{Node, Value};
use super::model::{Limits, Scenario};
use super::names::{Names, Symbol};
use super::reader::{Entry, Reader, as_table, entries, require_folder_name, sets, wrong_kind};
use super::{
    lineage, lint, resolve_events, resolve_hypotheses, resolve_named, resolve_outcomes,
    resolve_payoffs, resolve_rates, resolve_world,
};
use crate::diagnostic::{Diagnostics, FileId, Sources};
use crate::expr::{Bindings, RESERVED, Type};
use jiff::civil::Date;

/// Reads the scenario in the first of `files`, each of which extends the next. Mistakes and warnings go to `diagnostics`;
/// there is a scenario if there are no errors among them.
pub fn scenario_from_files(
    files: &[FileId],
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) -> Option<Scenario> {
    let document = lineage::merged(files, sources, diagnostics)?;
    let mut root = Reader::new(&document, "a scenario", Bindings::none());
    let header = match root.take("scenario") {
        Some(node) => header_from(node, diagnostics),
        None => {
            diagnostics
                .error(
                    document.span,
                    "a scenario begins with a table [scenario]",
                    "it is missing",
                )
                .help("it gives the `name`, the `time_unit` and the `horizon`");
            None
        }
    };
    let mut section = |key, diagnostics: &mut Diagnostics| root.table(key, diagnostics);
    let set_table = section("sets", diagnostics);
    let parameter_table = section("parameters", diagnostics);
    let variable_table = section("variables", diagnostics);
    let derived_table = section("derived", diagnostics);
    let lever_table = section("levers", diagnostics);
    let obligation_table = section("obligations", diagnostics);
    let event_table = section("events", diagnostics);
    let doctrine_table = section("doctrine", diagnostics);
    let outcome_table = section("outcomes", diagnostics);
    let series_table = section("series", diagnostics);
    let rate_table = section("rates", diagnostics);
    let hypothesis_table = section("hypotheses", diagnostics);
    let payoff_table = section("payoffs", diagnostics);
    root.finish(diagnostics);

    let mut names = Names::default();
    names.sets = sets(set_table, diagnostics);
    let of = |table, names: &Names, diagnostics: &mut Diagnostics| {
        entries(table, &names.sets, diagnostics)
    };

    // Names first, so that an expression may read what stands further down.
    let parameter_entries = of(parameter_table, &names, diagnostics);
    let variable_entries = of(variable_table, &names, diagnostics);
    let lever_entries = of(lever_table, &names, diagnostics);
    let derived_entries = of(derived_table, &names, diagnostics);
    let obligation_entries = of(obligation_table, &names, diagnostics);
    for (index, entry) in parameter_entries.iter().enumerate() {
        declare(
            entry,
            Symbol::Parameter(index),
            Type::Number,
            &mut names,
            diagnostics,
        );
    }
    for (index, entry) in variable_entries.iter().enumerate() {
        let kind = resolve_world::declared_type(entry, "states", &mut names, diagnostics);
        declare(
            entry,
            Symbol::Variable(index),
            kind,
            &mut names,
            diagnostics,
        );
    }
    for (index, entry) in lever_entries.iter().enumerate() {
        let kind = resolve_world::declared_type(entry, "options", &mut names, diagnostics);
        declare(entry, Symbol::Lever(index), kind, &mut names, diagnostics);
    }
    for (index, entry) in derived_entries.iter().enumerate() {
        declare(
            entry,
            Symbol::Derived(index),
            Type::Number,
            &mut names,
            diagnostics,
        );
    }
    names.obligations = obligation_entries.iter().map(|e| e.name.clone()).collect();
    let factor_entries = resolve_world::declare_doctrine(doctrine_table, &mut names, diagnostics);

    let parameters = resolve_world::parameters(&parameter_entries, &names, diagnostics);
    let (derived, obligations) = resolve_named::resolve(
        &derived_entries,
        &obligation_entries,
        &mut names,
        diagnostics,
    );
    let variables = resolve_world::variables(&variable_entries, &names, diagnostics);
    let levers = resolve_world::levers(&lever_entries, &names, diagnostics);
    let doctrine = resolve_world::doctrine(doctrine_table, &factor_entries, &names, diagnostics);
    let event_entries = of(event_table, &names, diagnostics);
    let epoch = header.as_ref().and_then(Header::calendar);
    let events = resolve_events::events(&event_entries, &variables, &names, epoch, diagnostics);
    let event_places = resolve_events::places(&event_entries);
    let outcome_entries = of(outcome_table, &names, diagnostics);
    let outcomes = resolve_outcomes::outcomes(&outcome_entries, &event_places, &names, diagnostics);
    let series_entries = of(series_table, &names, diagnostics);
    let series = resolve_outcomes::series(&series_entries, &names, diagnostics);
    let rate_entries = of(rate_table, &names, diagnostics);
    let rates = resolve_rates::rates(&rate_entries, &outcomes, &names, diagnostics);
    let hypothesis_entries = of(hypothesis_table, &names, diagnostics);
    let world = resolve_hypotheses::World::new(&outcomes, &levers, &parameters, &names);
    let hypotheses = resolve_hypotheses::hypotheses(&hypothesis_entries, &world, diagnostics);
    let payoffs = resolve_payoffs::payoffs(payoff_table, &levers, &outcomes, &names, diagnostics);

    let header = header?;
    for lint in &header.allow {
        diagnostics.allow(lint);
    }
    if diagnostics.has_errors() {
        return None;
    }
    Some(Scenario {
        name: header.name,
        allow: header.allow,
        file: *files.first()?,
        title: header.title,
        time_unit: header.time_unit,
        epoch: header.epoch,
        horizon: header.horizon,
        limits: header.limits,
        parameters,
        variables,
        derived,
        levers,
        obligations,
        events,
        doctrine,
        outcomes,
        series,
        rates,
        hypotheses,
        payoffs,
        names,
    })
}

/// `[scenario]`.
struct Header {
    name: String,
    title: String,
    time_unit: String,
    epoch: Option<Date>,
    horizon: f64,
    limits: Limits,
    /// Kinds of warning that are switched off.
    allow: Vec<&'static str>,
}

impl Header {
    fn calendar(&self) -> Option<Calendar> {
        Calendar::new(self.epoch?, &self.time_unit)
    }
}

fn header_from(node: &Node, diagnostics: &mut Diagnostics) -> Option<Header> {
    let table = as_table(node, diagnostics)?;
    let mut reader = Reader::new(table, "[scenario]", Bindings::none());
    reader.require_all(&["name", "time_unit", "horizon"], diagnostics);
    let name = reader.text("name", diagnostics);
    let title = reader.text("title", diagnostics);
    let time_unit = reader.text("time_unit", diagnostics);
    let horizon = reader.number("horizon", diagnostics);
    let epoch = match reader.take("epoch") {
        Some(Node {
            value: Value::Date(date),
            ..
        }) => Some(*date),
        Some(other) => {
            wrong_kind(other, "a date, as 2019-09-01", diagnostics);
            None
        }
        None => None,
    };
    reader.text("extends", diagnostics);
    let mut allow = Vec::new();
    for text in reader.texts("allow", diagnostics).unwrap_or_default() {
        if let Some(known) = lint::NAMES.iter().find(|name| **name == text.text) {
            allow.push(*known);
        } else {
            let near = diagnostics.did_you_mean(&text.text, lint::NAMES);
            let help = near.map_or_else(
                || format!("the kinds are {}", lint::NAMES.join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            diagnostics
                .error(
                    text.span,
                    format!("there is no kind of warning `{}`", text.text),
                    "no such kind",
                )
                .help(help);
        }
    }
    let mut limit = |key, default, diagnostics: &mut Diagnostics| match reader.take(key) {
        None => default,
        Some(Node {
            value: Value::Integer(limit @ 1..),
            ..
        }) => limit.unsigned_abs(),
        Some(other) => {
            wrong_kind(other, "a whole number above 0", diagnostics);
            default
        }
    };
    let limits = Limits {
        max_events: limit("max_events", 10_000_000, diagnostics),
        max_cascade: limit("max_cascade", 1_000, diagnostics),
    };
    if let Some(name) = &name {
        require_folder_name(name, diagnostics);
    }
    if let (Some(horizon), Some(node)) = (horizon, reader.take("horizon"))
        && horizon <= 0.0
    {
        diagnostics.error(node.span, "the horizon must be above 0", "not positive");
    }
    reader.finish(diagnostics);
    let name = name?.text;
    Some(Header {
        title: title.map_or_else(|| name.clone(), |t| t.text),
        name,
        time_unit: time_unit?.text,
        epoch,
        horizon: horizon?,
        limits,
        allow,
    })
}

/// Gives a name of the one namespace to its symbol; clashes are reported.
fn declare(
    entry: &Entry<'_>,
    symbol: Symbol,
    kind: Type,
    names: &mut Names,
    diagnostics: &mut Diagnostics,
) {
    if RESERVED.contains(&entry.name.as_str()) {
        diagnostics.error(
            entry.key.span,
            format!("`{}` is a reserved word", entry.name),
            "choose another name",
        );
    }
    if let Some((other, _)) = names.symbols.get(&entry.name) {
        let other = match other {
            Symbol::Parameter(_) => "a parameter",
            Symbol::Variable(_) => "a variable",
            Symbol::Lever(_) => "a lever",
            _ => "a derived name",
        };
        diagnostics
            .error(
                entry.key.span,
                format!("`{}` is already the name of {other}", entry.name),
                "defined a second time",
            )
            .help("parameters, variables, derived names and levers share one namespace");
        return;
    }
    names.symbols.insert(entry.name.clone(), (symbol, kind));
}
