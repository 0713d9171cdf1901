//! What keeps a scenario out of a class that is analysed, shown at its place in the file.

use super::load::{Loaded, Loader};
use detente_model::diagnostic::Span;
use detente_study::exact::Refusal;

/// What the class asks for.
pub(super) struct Objection {
    /// What is wrong with each part that is refused.
    pub label: &'static str,
    /// What the class is for.
    pub help: &'static str,
}

/// Shows each event, rule and variable that is refused, a family's members as one.
pub(super) fn tell(
    refusals: &[Refusal],
    loaded: &Loaded,
    loader: &mut Loader,
    objection: &Objection,
) {
    let scenario = &loaded.scenario;
    let mut told: Vec<(Span, &str)> = Vec::new();
    for Refusal { name, reason } in refusals {
        let event = scenario.events.iter().find(|event| event.name == *name);
        let rule = loaded.policy.rules.iter().find(|rule| rule.name == *name);
        let mut variables = scenario.variables.iter();
        let variable = variables.find(|variable| variable.name == *name);
        let place = event.map(|event| (event.span, event.family.as_str()));
        let place = place.or(rule.map(|rule| (rule.span, rule.name.as_str())));
        let place = place.or(variable.map(|variable| (variable.span, variable.family.as_str())));
        let Some((span, shown)) = place else { continue };
        if told.contains(&(span, reason)) {
            continue;
        }
        told.push((span, reason));
        loader
            .found
            .diagnostics
            .error(span, format!("`{shown}` {reason}"), objection.label)
            .help(objection.help);
    }
}
