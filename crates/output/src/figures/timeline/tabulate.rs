//! The steps of a trial as CSV.

use crate::figures::table::field;
use crate::store::Csv;
use detente_report::paired::PairedTrial;
use detente_report::trajectory::{Held, Step, StepCause, Trajectory};
use std::collections::BTreeMap;

/// The columns of a step.
const COLUMNS: [&str; 13] = [
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
];

/// A row a step; `step` counts from 0, and `caused_by` names another row's `step`.
pub fn csv(trajectory: &Trajectory) -> String {
    let mut table = Csv::new(COLUMNS);
    for row in rows(trajectory) {
        table.row(row);
    }
    table.into_text()
}

/// A row a step, those under the first policy first; `other` is the step of the other trajectory that is the same, and
/// `parts` marks where the two part.
pub fn paired_csv(told: &PairedTrial) -> String {
    let mut columns = vec!["policy", "other", "parts"];
    columns.extend(COLUMNS);
    let mut table = Csv::new(columns);
    let parting = told
        .parting
        .as_ref()
        .map_or([None, None], |link| link.steps);
    for (side, trajectory) in told.trajectories.iter().enumerate() {
        let shared: BTreeMap<usize, usize> = told
            .shared
            .iter()
            .map(|steps| (steps[side], steps[1 - side]))
            .collect();
        for (step, row) in rows(trajectory).enumerate() {
            let other = shared.get(&step);
            let before = [
                trajectory.policy.clone(),
                other.map_or_else(String::new, usize::to_string),
                if parting[side] == Some(step) {
                    "yes"
                } else {
                    ""
                }
                .to_owned(),
            ];
            table.row(before.into_iter().chain(row));
        }
    }
    table.into_text()
}

fn rows(trajectory: &Trajectory) -> impl Iterator<Item = [String; 13]> {
    let mut level = trajectory.initial_level.clone().unwrap_or_default();
    trajectory
        .steps
        .iter()
        .enumerate()
        .map(move |(index, step)| {
            let before = match &step.level {
                Some(change) => change.from.clone(),
                None => level.clone(),
            };
            level = match &step.level {
                Some(change) => change.to.clone(),
                None => before.clone(),
            };
            [
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
            ]
        })
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
    all.collect::<Vec<_>>().join(", ")
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
    all.collect::<Vec<_>>().join(",")
}
