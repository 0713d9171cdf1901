//! Events, outcomes and series.

use super::Expression;
use super::document::{Node, Value};
use super::law;
use super::model::{
    Better, Branch, Clock, Effect, Event, Measure, Outcome, Schedule, Series, Variable,
    VariableKind,
};
use super::names::{Names, Scope, Symbol};
use super::reader::{Entry, Reader, as_list, as_table, wrong_kind};
use super::resolve::{Calendar, expression, parsed, time_of};
use crate::diagnostic::{Diagnostics, Quoted, did_you_mean};
use crate::expr::{AssignmentKind, Bindings, Expr, Function, Type, check, infer, parse_assignment};

/// What resolving an event needs to know.
struct Events<'a> {
    names: &'a Names,
    variables: &'a [Variable],
    event_names: Vec<&'a str>,
    calendar: Option<Calendar>,
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
        event_names: entries.iter().map(|entry| entry.name.as_str()).collect(),
        calendar,
    };
    entries
        .iter()
        .filter_map(|entry| events.event(entry, diagnostics))
        .collect()
}

const CLOCKS: [&str; 6] = ["rate", "every", "at", "after", "instant", "clock"];

impl Events<'_> {
    fn event(&self, entry: &Entry<'_>, diagnostics: &mut Diagnostics) -> Option<Event> {
        let table = as_table(entry.node, diagnostics)?;
        let bindings = &entry.bindings;
        let mut reader = Reader::new(table, "an event", bindings.clone());
        reader.take("for");
        for key in ["title", "actor", "source", "group"] {
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

    fn clock(
        &self,
        reader: &mut Reader<'_>,
        entry: &Entry<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Clock> {
        let given: Vec<(&'static str, &Node)> = CLOCKS
            .iter()
            .filter_map(|key| reader.take(key).map(|node| (*key, node)))
            .collect();
        let probability = reader.take("probability");
        let delay = reader.take("delay");
        let first = reader.take("first");
        let (key, node) = match given.as_slice() {
            [one] => *one,
            [] => {
                diagnostics
                    .error(
                        entry.key.span,
                        format!("event `{}` has no clock", entry.name),
                        "nothing would make it fire",
                    )
                    .help("give it one of `rate`, `every`, `at`, `after`, `instant`");
                return None;
            }
            [(one, _), (other, node), ..] => {
                diagnostics.error(
                    node.span,
                    format!(
                        "event `{}` has two clocks, `{one}` and `{other}`",
                        entry.name
                    ),
                    "an event has exactly one clock",
                );
                return None;
            }
        };
        for (belongs, node, name) in [
            ("after", probability, "probability"),
            ("after", delay, "delay"),
            ("every", first, "first"),
        ] {
            if let Some(node) = node
                && key != belongs
            {
                diagnostics.error(
                    node.span,
                    format!("`{name}` belongs to events with `{belongs}`"),
                    "no use here",
                );
            }
        }
        let bindings = &entry.bindings;
        match key {
            "rate" => expression(
                node,
                Type::Number,
                Scope::Guard,
                self.names,
                bindings,
                diagnostics,
            )
            .map(Clock::Rate),
            "every" => {
                let period = self.moment(node, bindings, false, diagnostics);
                let first = first.map(|node| self.moment(node, bindings, true, diagnostics));
                Some(Clock::Calendar(Schedule::Every {
                    first: match first {
                        Some(first) => Some(first?),
                        None => None,
                    },
                    period: period?,
                }))
            }
            "at" => {
                let items = match &node.value {
                    Value::List(items) => items.as_slice(),
                    _ => std::slice::from_ref(node),
                };
                let times: Option<Vec<Expression>> = items
                    .iter()
                    .map(|item| self.moment(item, bindings, true, diagnostics))
                    .collect();
                Some(Clock::Calendar(Schedule::At(times?)))
            }
            "after" => self.consequence(node, probability, delay, reader, diagnostics),
            "instant" => match node.value {
                Value::Truth(true) => Some(Clock::Instant),
                _ => {
                    wrong_kind(node, "true", diagnostics);
                    None
                }
            },
            _ => {
                diagnostics.error(
                    node.span,
                    "general clocks are not built yet",
                    "use `rate`, `every`, `at`, `after` or `instant`",
                );
                None
            }
        }
    }

    /// A time or a span of time: a number, an expression over parameters or, for a time, a date.
    fn moment(
        &self,
        node: &Node,
        bindings: &Bindings,
        dates: bool,
        diagnostics: &mut Diagnostics,
    ) -> Option<Expression> {
        let Value::Date(date) = node.value else {
            return expression(
                node,
                Type::Number,
                Scope::Constant,
                self.names,
                bindings,
                diagnostics,
            );
        };
        if !dates {
            wrong_kind(node, "a span of time", diagnostics);
            return None;
        }
        let Some(calendar) = self.calendar else {
            diagnostics
                .error(node.span, "a date without an epoch", "which time is this?")
                .help("give [scenario] an `epoch`, the date of t = 0, and a time_unit of hour, day, week, month or year");
            return None;
        };
        let time = time_of(date, calendar);
        if time < 0.0 {
            diagnostics.error(
                node.span,
                format!("{date} lies before the epoch {}", calendar.epoch),
                "trials begin at the epoch",
            );
            return None;
        }
        Some(Expr::Constant(time))
    }

    fn consequence(
        &self,
        node: &Node,
        probability: Option<&Node>,
        delay: Option<&Node>,
        reader: &mut Reader<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Clock> {
        let bindings = reader.bindings.clone();
        let cause = reader
            .as_text(node, diagnostics)
            .and_then(|text| find_event(&text.text, &text, &self.event_names, diagnostics));
        let probability = probability.map(|node| {
            expression(
                node,
                Type::Number,
                Scope::Effect,
                self.names,
                &bindings,
                diagnostics,
            )
        });
        let delay = match delay {
            Some(node) => reader
                .as_text(node, diagnostics)
                .and_then(|text| law::law(&text, self.names, &bindings, diagnostics)),
            None => {
                diagnostics
                    .error(
                        node.span,
                        "a consequence needs `delay`",
                        "when does it follow?",
                    )
                    .help("write delay = \"fixed(0)\" for at once");
                None
            }
        };
        Some(Clock::After {
            cause: cause?,
            probability: match probability {
                Some(probability) => Some(probability?),
                None => None,
            },
            delay: delay?,
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
                let near = did_you_mean(&target, variables);
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
                expression(
                    node,
                    Type::Number,
                    Scope::Effect,
                    self.names,
                    bindings,
                    diagnostics,
                )
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

fn find_event(
    name: &str,
    text: &Quoted,
    event_names: &[&str],
    diagnostics: &mut Diagnostics,
) -> Option<usize> {
    let found = event_names.iter().position(|known| *known == name);
    if found.is_none() {
        let near = did_you_mean(name, event_names.iter().copied());
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

const MEASURES: [&str; 11] = [
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

pub(super) fn outcomes(
    entries: &[Entry<'_>],
    event_names: &[&str],
    names: &Names,
    diagnostics: &mut Diagnostics,
) -> Vec<Outcome> {
    entries
        .iter()
        .filter_map(|entry| outcome(entry, event_names, names, diagnostics))
        .collect()
}

fn outcome(
    entry: &Entry<'_>,
    event_names: &[&str],
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
            "lower" => Some(Better::Lower),
            "higher" => Some(Better::Higher),
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
    let measure = match given.as_slice() {
        [(key, node)] => measure(key, node, &reader, event_names, names, diagnostics),
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
    event_names: &[&str],
    names: &Names,
    diagnostics: &mut Diagnostics,
) -> Option<Measure> {
    if key == "firings" {
        let text = reader.as_text(node, diagnostics)?;
        return find_event(&text.text, &text, event_names, diagnostics).map(Measure::Firings);
    }
    let conditional = matches!(key, "ever" | "first_time" | "time_share" | "entries");
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
        "first_time" => Measure::FirstTime(value),
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
        title: title.map_or_else(|| entry.name.clone(), |text| text.text),
        unit,
        value,
        value_type,
        every: every?,
    })
}
