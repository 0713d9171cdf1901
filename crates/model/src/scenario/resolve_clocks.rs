//! What makes an event fire: rates, laws, calendars, consequences.

use super::Expression;
use super::document::{Node, Value};
use super::expressions::expression;
use super::law;
use super::lint;
use super::model::{Clock, Drive, Memory, Schedule};
use super::names::Scope;
use super::reader::{Entry, Reader, wrong_kind};
use super::resolve_events::{Events, find_event};
use crate::diagnostic::Diagnostics;
use crate::expr::{Bindings, Expr, Type};

/// The keys that make an event fire; an event has one of them.
pub(super) const CLOCKS: [&str; 6] = ["rate", "every", "at", "after", "instant", "clock"];

/// The keys that belong to one of them.
pub(super) const CLOCK_COMPANIONS: [&str; 6] = [
    "probability",
    "delay",
    "first",
    "hazard_ratio",
    "speed",
    "memory",
];

/// The keys that drive a clock, of which it has at most one.
pub(super) const DRIVES: [&str; 2] = ["hazard_ratio", "speed"];

impl Events<'_> {
    pub(super) fn clock(
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
        let hazard_ratio = reader.take("hazard_ratio");
        let speed = reader.take("speed");
        let memory = reader.take("memory");
        let rate = given.iter().find(|(key, _)| *key == "rate");
        let rates = [
            rate.map(|(_, node)| *node),
            hazard_ratio,
            speed,
            probability,
        ];
        for node in rates.into_iter().flatten() {
            lint::literals_in_expression(node, diagnostics);
        }
        if let Some((_, node)) = given.iter().find(|(key, _)| *key == "clock") {
            lint::literals_in_law(node, diagnostics);
        }
        let (key, node) = match given.as_slice() {
            [one] => *one,
            [] => {
                diagnostics
                    .error(
                        entry.key.span,
                        format!("event `{}` has no clock", entry.name),
                        "nothing would make it fire",
                    )
                    .help("give it one of `rate`, `clock`, `every`, `at`, `after`, `instant`");
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
            ("clock", hazard_ratio, "hazard_ratio"),
            ("clock", speed, "speed"),
            ("clock", memory, "memory"),
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
            "rate" => self
                .not_negative(node, "its rate", bindings, diagnostics)
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
            _ => self.law_clock(node, [hazard_ratio, speed, memory], reader, diagnostics),
        }
    }

    /// A clock with a law of age.
    fn law_clock(
        &self,
        node: &Node,
        [hazard_ratio, speed, memory]: [Option<&Node>; 3],
        reader: &Reader<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Clock> {
        let bindings = &reader.bindings;
        let law = law::law(node, self.names, bindings, diagnostics);
        let drive = match (hazard_ratio, speed) {
            (None, None) => Some(Drive::None),
            (Some(ratio), None) => self
                .not_negative(ratio, "its hazard_ratio", bindings, diagnostics)
                .map(Drive::HazardRatio),
            (None, Some(speed)) => self
                .not_negative(speed, "its speed", bindings, diagnostics)
                .map(Drive::Speed),
            (Some(_), Some(speed)) => {
                diagnostics.error(
                    speed.span,
                    "a clock has a `hazard_ratio` or a `speed`, not both",
                    "one of them",
                );
                None
            }
        };
        let memory = match memory {
            None => Some(Memory::Restart),
            Some(node) => memory_from(node, reader, diagnostics),
        };
        let (law, drive) = (law?, drive?);
        if matches!(drive, Drive::HazardRatio(_)) && !law.family.has_density() {
            if let Some(ratio) = hazard_ratio {
                diagnostics
                    .error(
                        ratio.span,
                        format!("`{}` has no hazard to multiply", law.family.name()),
                        "not with this law",
                    )
                    .help("`speed` drives such a clock: it makes its age grow faster or slower");
            }
            return None;
        }
        Some(Clock::Law {
            law,
            drive,
            memory: memory?,
        })
    }

    /// A rate, hazard ratio or speed.
    fn not_negative(
        &self,
        node: &Node,
        what: &str,
        bindings: &Bindings,
        diagnostics: &mut Diagnostics,
    ) -> Option<Expression> {
        let (number, guard) = (Type::Number, Scope::Guard);
        let found = expression(node, number, guard, self.names, bindings, diagnostics)?;
        if let Some(value) = found.plain_value().filter(|value| *value < 0.0) {
            diagnostics.error(
                node.span,
                format!("{what} is {value}; it must be finite and not below 0"),
                "below 0",
            );
        }
        Some(found)
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
        let time = calendar.time_of(date);
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
            .and_then(|text| find_event(&text.text, &text, &self.event_places, diagnostics));
        let probability = probability.map(|node| self.probability(node, &bindings, diagnostics));
        let delay = match delay {
            Some(node) => law::law(node, self.names, &bindings, diagnostics),
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
}

fn memory_from(node: &Node, reader: &Reader<'_>, diagnostics: &mut Diagnostics) -> Option<Memory> {
    let text = reader.as_text(node, diagnostics)?;
    match text.text.as_str() {
        "restart" => Some(Memory::Restart),
        "resume" => Some(Memory::Resume),
        _ => {
            diagnostics.error(
                text.span,
                "`memory` is \"restart\" or \"resume\"",
                "neither of them",
            );
            None
        }
    }
}
