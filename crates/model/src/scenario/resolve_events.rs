//! Events: guards, effects, branches.

use super::Expression;
use super::calendar::Calendar;
use super::document::{Node, Value};
use super::expressions::expression;
use super::lint;
use super::model::{Branch, Effect, Event, Variable, VariableKind};
use super::names::{Names, Scope, Symbol};
use super::reader::{Entry, Reader, as_list, as_table, wrong_kind};
use crate::diagnostic::{Diagnostics, Quoted};
use crate::expr::{AssignmentKind, Bindings, Expr, Function, Type, check, parse_assignment};
use std::collections::BTreeMap;

/// What resolving an event needs to know.
pub(super) struct Events<'a> {
    pub names: &'a Names,
    variables: &'a [Variable],
    pub event_places: BTreeMap<&'a str, usize>,
    pub calendar: Option<Calendar>,
}

pub(super) fn events(
    entries: &[Entry<'_>],
    variables: &[Variable],
    names: &Names,
    calendar: Option<Calendar>,
    diagnostics: &mut Diagnostics,
) -> Vec<Event> {
    let events = Events {
        names,
        variables,
        event_places: places(entries),
        calendar,
    };
    entries
        .iter()
        .filter_map(|entry| events.event(entry, diagnostics))
        .collect()
}

impl Events<'_> {
    fn event(&self, entry: &Entry<'_>, diagnostics: &mut Diagnostics) -> Option<Event> {
        let table = as_table(entry.node, diagnostics)?;
        let bindings = &entry.bindings;
        let mut reader = Reader::new(table, "an event", bindings.clone());
        reader.take("for");
        let title = reader.text("title", diagnostics);
        let actor = reader.text("actor", diagnostics);
        for key in ["source", "group"] {
            reader.text(key, diagnostics);
        }
        let when = reader.take("when").map(|node| {
            expression(
                node,
                Type::Truth,
                Scope::Guard,
                self.names,
                bindings,
                diagnostics,
            )
        });
        let priority = match reader.take("priority") {
            None => 0,
            Some(Node {
                value: Value::Integer(priority),
                ..
            }) => *priority,
            Some(other) => {
                wrong_kind(other, "a whole number", diagnostics);
                0
            }
        };
        let clock = self.clock(&mut reader, entry, diagnostics);
        let effects = reader
            .take("do")
            .map(|node| self.effects(node, bindings, diagnostics));
        let branches = reader
            .take("branches")
            .map(|node| self.branches(node, bindings, diagnostics));
        if effects.is_none() && branches.is_none() {
            diagnostics
                .error(
                    entry.key.span,
                    format!("event `{}` has neither `do` nor `branches`", entry.name),
                    "it would change nothing",
                )
                .help("write do = [] if that is meant");
        }
        reader.finish(diagnostics);
        Some(Event {
            name: entry.name.clone(),
            family: entry.key.text.clone(),
            title: title.map(|text| text.text),
            actor: actor.map(|text| text.text),
            span: entry.key.span,
            priority,
            when: match when {
                Some(when) => Some(when?),
                None => None,
            },
            clock: clock?,
            effects: effects.unwrap_or_default(),
            branches: branches.unwrap_or_default(),
        })
    }

    fn effects(
        &self,
        node: &Node,
        bindings: &Bindings,
        diagnostics: &mut Diagnostics,
    ) -> Vec<Effect> {
        let items = match &node.value {
            Value::Text(_) => std::slice::from_ref(node),
            _ => as_list(node, diagnostics).unwrap_or_default(),
        };
        items
            .iter()
            .filter_map(|item| match &item.value {
                Value::Text(text) => self.effect(text, bindings, diagnostics),
                _ => {
                    wrong_kind(item, "an effect, as \"x += 1\"", diagnostics);
                    None
                }
            })
            .collect()
    }

    fn effect(
        &self,
        text: &Quoted,
        bindings: &Bindings,
        diagnostics: &mut Diagnostics,
    ) -> Option<Effect> {
        let assignment = match parse_assignment(&text.text) {
            Ok(assignment) => assignment,
            Err(failure) => {
                diagnostics.error(text.span_of(failure.span), failure.message, "here");
                return None;
            }
        };
        let place = text.span_of(assignment.target_span.clone());
        let target = match assignment.target.resolve(bindings) {
            Ok(target) => target,
            Err(message) => {
                diagnostics.error(place, message, "a placeholder without a value");
                return None;
            }
        };
        let variable = match self.names.symbols.get(&target) {
            Some((Symbol::Variable(variable), _)) => *variable,
            Some(_) => {
                diagnostics
                    .error(
                        place,
                        format!("`{target}` is not a variable, so no event can change it"),
                        "not a variable",
                    )
                    .help("levers are chosen by policies, parameters are constant, derived names follow");
                return None;
            }
            None => {
                let variables = self.variables.iter().map(|v| v.name.as_str());
                let near = diagnostics.did_you_mean(&target, variables);
                diagnostics
                    .error(
                        place,
                        format!("`{target}` is not defined"),
                        "no such variable",
                    )
                    .maybe_help(near.map(|near| format!("did you mean `{near}`?")));
                return None;
            }
        };
        let expected = match self.variables[variable].kind {
            VariableKind::State(list) => Type::State(list),
            _ => Type::Number,
        };
        if assignment.kind != AssignmentKind::Set && expected != Type::Number {
            diagnostics.error(
                place,
                format!("`{target}` holds a state, which has no sum"),
                "assign a state with `=`",
            );
            return None;
        }
        let view = self.names.seen_from(Scope::Effect);
        lint::literals(&assignment.value, text, diagnostics);
        let right = check(
            &assignment.value,
            text,
            &view,
            bindings,
            expected,
            diagnostics,
        )?;
        let left = Expr::Symbol(Symbol::Variable(variable));
        let value = match assignment.kind {
            AssignmentKind::Set => right,
            AssignmentKind::Increase => Expr::Apply(Function::Add, vec![left, right]),
            AssignmentKind::Decrease => Expr::Apply(Function::Subtract, vec![left, right]),
        };
        Some(Effect { variable, value })
    }

    pub(super) fn probability(
        &self,
        node: &Node,
        bindings: &Bindings,
        diagnostics: &mut Diagnostics,
    ) -> Option<Expression> {
        let (number, effect) = (Type::Number, Scope::Effect);
        let found = expression(node, number, effect, self.names, bindings, diagnostics)?;
        let value = found.plain_value();
        if let Some(value) = value.filter(|value| !(0.0..=1.0).contains(value)) {
            diagnostics.error(
                node.span,
                format!("a probability is {value}; probabilities lie between 0 and 1"),
                "outside 0 to 1",
            );
        }
        Some(found)
    }

    fn branches(
        &self,
        node: &Node,
        bindings: &Bindings,
        diagnostics: &mut Diagnostics,
    ) -> Vec<Branch> {
        let items = as_list(node, diagnostics).unwrap_or_default();
        let mut branches = Vec::with_capacity(items.len());
        for item in items {
            let Some(table) = as_table(item, diagnostics) else {
                continue;
            };
            let mut reader = Reader::new(table, "a branch", bindings.clone());
            reader.text("title", diagnostics);
            reader.require_all(&["probability", "do"], diagnostics);
            let probability = reader.take("probability");
            let effects = reader.take("do");
            reader.finish(diagnostics);
            let probability = probability.and_then(|node| {
                lint::literals_in_expression(node, diagnostics);
                self.probability(node, bindings, diagnostics)
            });
            let effects = effects.map(|node| self.effects(node, bindings, diagnostics));
            if let (Some(probability), Some(effects)) = (probability, effects) {
                branches.push(Branch {
                    probability,
                    effects,
                });
            }
        }
        if let Some(total) = constant_total(&branches)
            && branches.len() == items.len()
            && (total - 1.0).abs() > 1e-9
        {
            diagnostics.error(
                node.span,
                format!("the probabilities of the branches sum to {total}, not 1"),
                "one branch is taken at each firing",
            );
        }
        branches
    }
}

/// The sum of the branches' probabilities where all are plain numbers.
fn constant_total(branches: &[Branch]) -> Option<f64> {
    branches
        .iter()
        .map(|branch| match branch.probability {
            Expr::Constant(probability) => Some(probability),
            _ => None,
        })
        .sum()
}

/// Each event's place in the file, families unrolled.
pub(super) fn places<'a>(entries: &'a [Entry<'_>]) -> BTreeMap<&'a str, usize> {
    let names = entries.iter().map(|entry| entry.name.as_str());
    names.zip(0..).collect()
}

pub(super) fn find_event(
    name: &str,
    text: &Quoted,
    event_places: &BTreeMap<&str, usize>,
    diagnostics: &mut Diagnostics,
) -> Option<usize> {
    let found = event_places.get(name).copied();
    if found.is_none() {
        let near = diagnostics.did_you_mean(name, event_places.keys().copied());
        diagnostics
            .error(
                text.span,
                format!("there is no event `{name}`"),
                "no such event",
            )
            .maybe_help(near.map(|near| format!("did you mean `{near}`?")));
    }
    found
}
