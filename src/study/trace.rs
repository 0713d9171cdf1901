//! One trial of a run, told step by step.

use super::failure::RunFailure;
use super::load::Loaded;
use detente_output::figures::{Figure, png, timeline};
use detente_output::store::DrawnFigure;
use detente_report::trajectory::{
    Change, Cut, FactorInfo, FactorTurn, Held, LevelChange, Step, StepCause, Titles, Trajectory,
};
use detente_sim::engine::{Engine, Happening, LogStep, SlotChange, TrialLog, Trigger};
use indexmap::IndexMap;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Steps of a trial that are kept where nobody asks for another number.
pub const TRACED_STEPS: usize = 10_000;

/// Runs trial `trial` under `seed`, as a run does, and keeps its first steps, at most so many; the others are counted. A trial that
/// fails is told up to its failure.
#[must_use]
pub fn trace(loaded: &Loaded, seed: u64, trial: u64, most_steps: usize) -> Trajectory {
    let (log, failure) = logged(loaded, seed, trial, most_steps);
    trajectory(loaded, [seed, trial], &log, failure)
}

/// The log of a trial, and why it could not go on, where it could not.
pub(super) fn logged(
    loaded: &Loaded,
    seed: u64,
    trial: u64,
    most_steps: usize,
) -> (TrialLog, Option<String>) {
    let mut log = TrialLog::new(&loaded.program, most_steps);
    let engine = Engine::new(&loaded.program);
    let ended = engine.run(&mut engine.state(), seed, trial, &mut log);
    let failure = ended.err().map(|failure| failure.to_string());
    (log, failure)
}

/// A log in words.
pub(super) fn trajectory(
    loaded: &Loaded,
    [seed, trial]: [u64; 2],
    log: &TrialLog,
    failure: Option<String>,
) -> Trajectory {
    let (scenario, program) = (&loaded.scenario, &loaded.program);
    let words = Words::new(loaded);
    let doctrine = scenario.doctrine.as_ref();
    let levels = doctrine.map_or(&[][..], |doctrine| scenario.names.states(doctrine.levels));
    let factors = doctrine.into_iter().flat_map(|doctrine| &doctrine.factors);
    let initial = log.start.iter().enumerate().take(words.first_factor);
    let on = |(index, _): &(usize, &FactorInfo)| log.start[words.first_factor + index] != 0.0;
    let factors: Vec<FactorInfo> = factors
        .map(|factor| FactorInfo {
            name: factor.name.clone(),
            title: factor.title.clone().unwrap_or_else(|| factor.name.clone()),
            level: levels[factor.level].clone(),
        })
        .collect();
    let mut told = Trajectory {
        scenario: scenario.name().to_owned(),
        policy: loaded.policy.name().to_owned(),
        titles: Titles {
            scenario: scenario.title().to_owned(),
            policy: loaded.policy.title().to_owned(),
        },
        seed,
        trial,
        time_unit: scenario.time_unit().to_owned(),
        epoch: scenario.epoch().map(|date| date.to_string()),
        horizon: scenario.horizon(),
        honesty: loaded.honesty(),
        levels: levels.to_vec(),
        initial: initial
            .map(|(slot, value)| (program.slots[slot].name.clone(), words.held(slot, *value)))
            .collect(),
        initial_level: words.level(log.start[program.level_slot as usize]),
        initial_factors: factors
            .iter()
            .enumerate()
            .filter(on)
            .map(|(_, factor)| factor.name.clone())
            .collect(),
        factors,
        steps: Vec::with_capacity(log.steps.len()),
        cut: log.cut.map(|cut| Cut {
            steps_in_all: cut.steps_in_all,
            t: cut.time,
        }),
        outcomes: None,
        by: IndexMap::new(),
        failure,
    };
    let steps = log.steps.iter().enumerate();
    told.steps
        .extend(steps.map(|(place, step)| words.step(step, log.changes(place))));
    if told.failure.is_none() {
        let outcomes = || program.outcomes().iter();
        let values = outcomes().zip(log.recorder.outcomes());
        let values =
            values.map(|(of, value)| (of.name.clone(), value.is_finite().then_some(*value)));
        told.outcomes = Some(values.collect());
        let kinds = outcomes().zip(log.recorder.kinds());
        told.by = kinds
            .filter_map(|(of, kind)| {
                let state = of.by.as_ref()?.state_at(*kind)?;
                Some((of.name.clone(), state.to_owned()))
            })
            .collect();
        let failure = log.recorder.failure(program, trial);
        told.failure = failure.map(|failure| failure.to_string());
    }
    told
}

/// Puts steps of a log into words.
struct Words<'a> {
    loaded: &'a Loaded,
    /// Variables and levers stand first in memory, then factors, then the level.
    first_factor: usize,
    /// By place in the program the events of the scenario.
    events: Vec<usize>,
}

impl<'a> Words<'a> {
    fn new(loaded: &'a Loaded) -> Self {
        Self {
            loaded,
            first_factor: loaded.scenario.variables.len() + loaded.scenario.levers.len(),
            events: events_of_scenario(loaded),
        }
    }

    fn held(&self, slot: usize, value: f64) -> Held {
        match self.loaded.program.slots[slot].state(value) {
            Some(state) => Held::State(state.to_owned()),
            None => Held::Number(value),
        }
    }

    fn level(&self, level: f64) -> Option<String> {
        let slot = self.loaded.program.level_slot as usize;
        let level = self.loaded.program.slots[slot].state(level);
        level.map(str::to_owned)
    }

    fn step(&self, step: &LogStep, changes: &[SlotChange]) -> Step {
        let scenario = &self.loaded.scenario;
        let (name, title, actor, branch) = match step.happening {
            Happening::Firing { event, branch } => {
                let event = &scenario.events[self.events[event as usize]];
                (&event.name, &event.title, event.actor.clone(), branch)
            }
            Happening::Choice { rule } => {
                let rule = &self.loaded.policy.rules[rule as usize];
                (&rule.name, &rule.title, None, None)
            }
        };
        let slots = &self.loaded.program.slots;
        let level_slot = self.loaded.program.level_slot as usize;
        let mut told = Step {
            t: step.time,
            date: scenario.date_of(step.time).map(|date| date.to_string()),
            name: name.clone(),
            title: title.clone().unwrap_or_else(|| name.clone()),
            actor,
            cause: cause(step.trigger),
            caused_by: step.caused_by,
            branch: branch.map(|position| position + 1),
            changes: Vec::new(),
            level: None,
            factors: Vec::new(),
        };
        for change in changes {
            let slot = change.slot as usize;
            if slot < self.first_factor {
                told.changes.push(Change {
                    name: slots[slot].name.clone(),
                    from: self.held(slot, change.from),
                    to: self.held(slot, change.to),
                });
            } else if slot < level_slot {
                told.factors.push(FactorTurn {
                    name: slots[slot].name.clone(),
                    on: change.to != 0.0,
                });
            } else {
                let levels = self.level(change.from).zip(self.level(change.to));
                told.level = levels.map(|(from, to)| LevelChange { from, to });
            }
        }
        told
    }
}

/// By place in the program the places of events in the scenario.
pub(super) fn events_of_scenario(loaded: &Loaded) -> Vec<usize> {
    let events = loaded.scenario.events.iter().zip(0..);
    let places: BTreeMap<&str, usize> = events
        .map(|(event, place)| (event.name.as_str(), place))
        .collect();
    let names = loaded.program.event_names();
    names.map(|name| places[name]).collect()
}

/// What makes a step happen, as files have it.
fn cause(trigger: Trigger) -> StepCause {
    match trigger {
        Trigger::Rate => StepCause::Rate,
        Trigger::Clock => StepCause::Clock,
        Trigger::Calendar => StepCause::Calendar,
        Trigger::Guard => StepCause::Guard,
        Trigger::Consequence => StepCause::Consequence,
        Trigger::Rule => StepCause::Rule,
    }
}

/// Writes a trajectory as JSON.
///
/// # Errors
/// Where it cannot be written.
pub fn write_trajectory_json(told: &Trajectory, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, told)?;
    out.write_all(b"\n")
}

/// Draws a trajectory over time into a folder and returns where the SVG stands; PNG and CSV stand beside it.
///
/// # Errors
/// Where drawing or writing fails.
pub fn draw_timeline(
    told: &Trajectory,
    drawn: DrawnFigure,
    path: &Path,
) -> Result<PathBuf, RunFailure> {
    write_timeline(&timeline(told)?, told.seed, drawn, path)
}

/// Writes a figure of a trial into a folder and returns where the SVG stands.
pub(super) fn write_timeline(
    figure: &Figure,
    seed: u64,
    drawn: DrawnFigure,
    path: &Path,
) -> Result<PathBuf, RunFailure> {
    let name = format!("{}-seed-{seed}", figure.name);
    let files: [(&str, &[u8]); 3] = [
        ("csv", figure.csv.as_bytes()),
        ("png", &png(&figure.svg)?),
        ("svg", figure.svg.as_bytes()),
    ];
    drawn.write(path, &name, &files)?;
    Ok(path.join(format!("{name}.svg")))
}
