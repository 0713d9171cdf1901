//! The steps of a trial as CSV.

use crate::figures::table::{Table, field};
use crate::store::{Held, Step, StepCause, Trajectory};

/// A row a step; `step` counts from 0, and `caused_by` names another row's `step`.
pub fn csv(trajectory: &Trajectory) -> String {
    let mut table = Table::new(&[
        "step",
        "t",
        "date",
        "name",
        "title",
        "actor",
        "cause",
        "caused_by",
        "branch",
        "changes",
        "level_before",
        "level_after",
        "factors",
    ]);
    let mut level = trajectory.initial_level.clone().unwrap_or_default();
    for (index, step) in trajectory.steps.iter().enumerate() {
        let before = match &step.level {
            Some(change) => change.from.clone(),
            None => level,
        };
        level = match &step.level {
            Some(change) => change.to.clone(),
            None => before.clone(),
        };
        table.row([
            index.to_string(),
            field(Some(step.t)),
            step.date.clone().unwrap_or_default(),
            step.name.clone(),
            step.title.clone(),
            step.actor.clone().unwrap_or_default(),
            cause(step.cause).to_owned(),
            step.caused_by.map_or_else(String::new, |by| by.to_string()),
            step.branch
                .map_or_else(String::new, |branch| branch.to_string()),
            changes(step),
            before,
            level.clone(),
            factors(step),
        ]);
    }
    table.into_text()
}

/// The word that the JSON has for it.
fn cause(cause: StepCause) -> &'static str {
    match cause {
        StepCause::Rate => "rate",
        StepCause::Clock => "clock",
        StepCause::Calendar => "calendar",
        StepCause::Guard => "guard",
        StepCause::Consequence => "consequence",
        StepCause::Rule => "rule",
    }
}

fn changes(step: &Step) -> String {
    let all = step.changes.iter().map(|change| {
        format!(
            "{} {} → {}",
            change.name,
            held(&change.from),
            held(&change.to)
        )
    });
    all.collect::<Vec<_>>().join("; ")
}

fn held(held: &Held) -> String {
    match held {
        Held::Number(value) => value.to_string(),
        Held::State(state) => state.clone(),
    }
}

fn factors(step: &Step) -> String {
    let all = step.factors.iter().map(|turn| {
        let sign = if turn.on { '+' } else { '-' };
        format!("{sign}{}", turn.name)
    });
    all.collect::<Vec<_>>().join(";")
}
