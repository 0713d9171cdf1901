//! What happened, in rows: one an event where the events are few, else one an actor; the policy's choices in their own.

use indexmap::IndexMap;
use std::collections::BTreeSet;

use crate::figures::page::plain;
use crate::figures::ticks::number;
use detente_report::trajectory::{Step, StepCause, Trajectory};

/// Heading of the rows.
pub const HEADING: &str = "what happened";
/// Up to so many events have a row each.
const MOST_EVENTS: usize = 12;

/// Times in a row.
#[derive(Debug, Clone, PartialEq)]
pub struct EventRow {
    name: String,
    /// When it happened.
    pub times: Vec<f64>,
    /// The steps at which it did.
    pub steps: Vec<usize>,
}

impl EventRow {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its name with its number of ticks.
    pub fn label(&self) -> String {
        format!("{} ({})", self.name, number(self.times.len() as f64, 0))
    }
}

/// Whose row a step belongs to; in the order in which they stand below each other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Whose {
    Event(String),
    Actor(String),
    NoActor,
    Policy,
}

/// The rows: events in the order of their first firing, or actors by name; then what has no actor; then the policy.
pub fn rows(trajectory: &Trajectory) -> Vec<EventRow> {
    rows_as(trajectory, few_events([trajectory]))
}

/// Whether the events of some trials are few enough for a row each.
pub fn few_events<'t>(trajectories: impl IntoIterator<Item = &'t Trajectory>) -> bool {
    let steps = trajectories.into_iter().flat_map(|one| &one.steps);
    let names: BTreeSet<&str> = steps
        .filter(|step| !is_choice(step))
        .map(|step| step.name.as_str())
        .collect();
    names.len() <= MOST_EVENTS
}

/// The rows, by event or by actor.
pub fn rows_as(trajectory: &Trajectory, by_event: bool) -> Vec<EventRow> {
    let mut titles: IndexMap<&str, &str> = IndexMap::new();
    for step in trajectory.steps.iter().filter(|step| !is_choice(step)) {
        titles.entry(&step.name).or_insert(&step.title);
    }
    let mut rows: IndexMap<Whose, Vec<usize>> = IndexMap::new();
    for (index, step) in trajectory.steps.iter().enumerate() {
        let actor = step.actor.as_deref().map_or("", str::trim);
        let whose = match () {
            () if is_choice(step) => Whose::Policy,
            () if by_event => Whose::Event(step.name.clone()),
            () if actor.is_empty() => Whose::NoActor,
            () => Whose::Actor(actor.to_owned()),
        };
        rows.entry(whose).or_default().push(index);
    }
    if by_event {
        rows.sort_by_key(|whose, _| *whose == Whose::Policy);
    } else {
        rows.sort_unstable_keys();
    }
    rows.into_iter()
        .map(|(whose, steps)| EventRow {
            name: match whose {
                Whose::Event(name) => match titles.get(name.as_str()) {
                    Some(title) if !title.trim().is_empty() && *title != name => {
                        (*title).to_owned()
                    }
                    _ => plain(&name),
                },
                Whose::Actor(name) => plain(&name),
                Whose::NoActor => "no actor".to_owned(),
                Whose::Policy => "choices of the policy".to_owned(),
            },
            times: steps.iter().map(|step| trajectory.steps[*step].t).collect(),
            steps,
        })
        .collect()
}

fn is_choice(step: &Step) -> bool {
    step.cause == StepCause::Rule
}
