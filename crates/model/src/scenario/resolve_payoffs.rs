//! `[payoffs]`: expressions over outcomes, one for an actor.

use super::document::Table;
use super::expressions::parsed;
use super::model::{Lever, Outcome};
use super::names::Names;
use super::payoff::Payoff;
use crate::diagnostic::{Diagnostics, some_of};
use crate::expr::{Bindings, Element, Environment, Refusal, Type, Typed, check};
use indexmap::{IndexMap, IndexSet};

pub(super) fn payoffs(
    section: Option<&Table>,
    levers: &[Lever],
    outcomes: &[Outcome],
    names: &Names,
    diagnostics: &mut Diagnostics,
) -> Vec<Payoff> {
    let places = outcomes.iter().map(|outcome| outcome.name.as_str());
    let seen = View {
        outcomes: places.zip(0..).collect(),
        names,
    };
    let actors: IndexSet<&str> = levers
        .iter()
        .filter_map(|lever| lever.actor.as_deref())
        .collect();
    let mut payoffs = Vec::new();
    for (key, node) in section.map_or(&[][..], |table| &table.entries) {
        if !actors.contains(key.text.as_str()) {
            let near = diagnostics.did_you_mean(&key.text, actors.iter().copied());
            let help = near.map_or_else(
                || match actors.len() {
                    0 => "no lever has an `actor`".to_owned(),
                    _ => format!("there are {}", some_of(actors.iter())),
                },
                |near| format!("did you mean `{near}`?"),
            );
            let message = format!("no lever is of an actor `{}`", key.text);
            diagnostics
                .error(key.span, message, "a payoff is an actor's")
                .help(help);
        }
        let Some((ast, text)) = parsed(node, diagnostics) else {
            continue;
        };
        let bindings = Bindings::none();
        let value = check(&ast, &text, &seen, &bindings, Type::Number, diagnostics);
        payoffs.extend(value.map(|value| Payoff {
            actor: key.text.clone(),
            text: text.text,
            value,
        }));
    }
    payoffs
}

/// The outcomes, as a payoff sees them.
struct View<'a> {
    /// Each outcome's position.
    outcomes: IndexMap<&'a str, usize>,
    names: &'a Names,
}

impl Environment for View<'_> {
    type Symbol = usize;

    fn symbol(&self, name: &str) -> Result<(usize, Type), Option<Refusal>> {
        if let Some(place) = self.outcomes.get(name) {
            return Ok((*place, Type::Number));
        }
        let known = ["time", "doctrine"].contains(&name) || self.names.symbols.contains_key(name);
        Err(known.then(|| {
            let message = format!("a payoff reads outcomes, and `{name}` is not one");
            let help = format!(
                "make it one, as `{name}_at_the_end = {{ final = \"{name}\" }}` under [outcomes]"
            );
            (message, Some(help))
        }))
    }

    fn named_call(&self, _: &str, _: &str, _: bool) -> Option<Result<Typed<usize>, Refusal>> {
        None
    }

    fn states(&self, list: usize) -> &[String] {
        self.names.states(list)
    }

    fn state_place(&self, list: usize, state: &str) -> Option<usize> {
        self.names.state_place(list, state)
    }

    fn set(&self, name: &str) -> Option<&[Element]> {
        self.names.sets.get(name).map(Vec::as_slice)
    }

    fn names(&self) -> Box<dyn Iterator<Item = &str> + '_> {
        Box::new(self.outcomes.keys().copied())
    }

    fn spend(&self, operations: usize) -> bool {
        self.names.spend(operations)
    }

    fn bearer_of_state(&self, _: &str) -> Option<&str> {
        None
    }
}
