//! One trial of a run, told step by step.

use super::failure::RunFailure;
use super::load::Loaded;
use detente_output::figures::{Figure, png, timeline};
use detente_output::store::DrawnFigure;
use detente_report::trajectory::{
    Change, Cut, FactorInfo, FactorTurn, Held, LevelChange, Step, StepCause, Titles, Trajectory,
};
use detente_sim::engine::{Cause, Engine, Firing, Observer, Recorder};
use detente_sim::program::{Clock, Program, Slot};
use indexmap::IndexMap;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Steps of a trial that are kept where nobody asks for another number.
pub const TRACED_STEPS: usize = 10_000;

/// Runs trial `trial` under `seed`, as a run does, and keeps its first steps, at most so many; the others are counted. A trial that
/// fails is told up to its failure.
#[must_use]
pub fn trace(loaded: &Loaded, seed: u64, trial: u64, most_steps: usize) -> Trajectory {
    let mut teller = Teller::new(loaded, seed, trial, most_steps);
    let engine = Engine::new(&loaded.program);
    let ended = engine.run(&mut engine.state(), seed, trial, &mut teller);
    let mut told = teller.told;
    match ended {
        Ok(_) => {
            let outcomes = loaded.program.outcomes().iter();
            let values = outcomes.zip(teller.recorder.outcomes());
            let failure = teller.recorder.failure(&loaded.program, trial);
            told.failure = failure.map(|failure| failure.to_string());
            told.outcomes = Some(
                values
                    .map(|(of, value)| (of.name.clone(), value.is_finite().then_some(*value)))
                    .collect(),
            );
            let outcomes = loaded.program.outcomes().iter();
            told.by = outcomes
                .zip(teller.recorder.kinds())
                .filter_map(|(of, kind)| {
                    let state = of.by.as_ref()?.state_at(*kind)?;
                    Some((of.name.clone(), state.to_owned()))
                })
                .collect();
        }
        Err(failure) => told.failure = Some(failure.to_string()),
    }
    told
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

/// Watches a trial and tells it.
struct Teller<'a> {
    loaded: &'a Loaded,
    recorder: Recorder,
    told: Trajectory,
    /// Steps to keep, at most.
    most_steps: usize,
    /// The state before the next step.
    before: Vec<f64>,
    /// For each event the steps that were its firings.
    firings: Vec<Vec<usize>>,
    /// For each rule of the policy the steps at which its condition became true; none at t = 0.
    turns: Vec<Vec<Option<usize>>>,
}

impl<'a> Teller<'a> {
    fn new(loaded: &'a Loaded, seed: u64, trial: u64, most_steps: usize) -> Self {
        let (scenario, program) = (&loaded.scenario, &loaded.program);
        let doctrine = scenario.doctrine.as_ref();
        let levels = doctrine.map_or(&[][..], |doctrine| scenario.names.states(doctrine.levels));
        let factors = doctrine.into_iter().flat_map(|doctrine| &doctrine.factors);
        Self {
            loaded,
            recorder: Recorder::new(),
            told: Trajectory {
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
                factors: factors
                    .map(|factor| FactorInfo {
                        name: factor.name.clone(),
                        title: factor.title.clone().unwrap_or_else(|| factor.name.clone()),
                        level: levels[factor.level].clone(),
                    })
                    .collect(),
                initial: IndexMap::new(),
                initial_level: None,
                initial_factors: Vec::new(),
                steps: Vec::new(),
                cut: None,
                outcomes: None,
                by: IndexMap::new(),
                failure: None,
            },
            most_steps,
            before: Vec::new(),
            firings: vec![Vec::new(); program.event_names().count()],
            turns: vec![Vec::new(); program.rule_names().count()],
        }
    }

    /// Variables and levers stand first in memory, then factors, then the level.
    fn first_factor(&self) -> usize {
        self.loaded.scenario.variables.len() + self.loaded.scenario.levers.len()
    }

    fn last_step(&self) -> Option<usize> {
        self.told.steps.len().checked_sub(1)
    }

    fn held(&self, slot: usize, value: f64) -> Held {
        match self.loaded.program.slots[slot].state(value) {
            Some(state) => Held::State(state.to_owned()),
            None => Held::Number(value),
        }
    }

    fn level(&self, memory: &[f64]) -> Option<String> {
        let slot = self.loaded.program.level_slot as usize;
        let level = self.loaded.program.slots[slot].state(memory[slot]);
        level.map(str::to_owned)
    }

    /// Whether the next step is kept; if not, it is counted.
    fn keeps(&mut self, time: f64) -> bool {
        let kept = self.told.steps.len();
        if kept < self.most_steps {
            return true;
        }
        let cut = self.told.cut.get_or_insert(Cut {
            steps_in_all: kept as u64,
            t: time,
        });
        cut.steps_in_all += 1;
        false
    }

    /// Keeps a step that has led from the state before to `memory`.
    fn step(
        &mut self,
        time: f64,
        [name, title]: [String; 2],
        actor: Option<String>,
        (cause, caused_by): (StepCause, Option<usize>),
        branch: Option<u32>,
        memory: &[f64],
    ) {
        let first_factor = self.first_factor();
        let changed = |slot: &usize| memory[*slot].to_bits() != self.before[*slot].to_bits();
        let changes = (0..first_factor).filter(changed).map(|slot| Change {
            name: self.loaded.program.slots[slot].name.clone(),
            from: self.held(slot, self.before[slot]),
            to: self.held(slot, memory[slot]),
        });
        let factors = self.told.factors.iter().enumerate();
        let turned = factors
            .map(|(index, factor)| (first_factor + index, factor))
            .filter(|(slot, _)| changed(slot));
        let turned = turned.map(|(slot, factor)| FactorTurn {
            name: factor.name.clone(),
            on: memory[slot] != 0.0,
        });
        let levels = self.level(&self.before).zip(self.level(memory));
        let step = Step {
            t: time,
            date: self
                .loaded
                .scenario
                .date_of(time)
                .map(|date| date.to_string()),
            name,
            title,
            actor,
            cause,
            caused_by,
            branch: branch.map(|position| position + 1),
            changes: changes.collect(),
            level: levels
                .filter(|(from, to)| from != to)
                .map(|(from, to)| LevelChange { from, to }),
            factors: turned.collect(),
        };
        self.told.steps.push(step);
        self.before.copy_from_slice(memory);
    }
}

impl Observer for Teller<'_> {
    fn begin(&mut self, program: &Program, memory: &[f64]) {
        self.recorder.begin(program, memory);
        self.before = memory.to_vec();
        let first_factor = self.first_factor();
        for (slot, value) in memory.iter().enumerate().take(first_factor) {
            let name = program.slots[slot].name.clone();
            let held = self.held(slot, *value);
            self.told.initial.insert(name, held);
        }
        self.told.initial_level = self.level(memory);
        let factors = self.told.factors.iter().enumerate();
        self.told.initial_factors = factors
            .filter(|(index, _)| memory[first_factor + index] != 0.0)
            .map(|(_, factor)| factor.name.clone())
            .collect();
    }

    fn fired(&mut self, program: &Program, firing: Firing, memory: &mut [f64]) -> ControlFlow<()> {
        let flow = self.recorder.fired(program, firing, memory);
        if !self.keeps(firing.time) {
            return flow;
        }
        let place = firing.event as usize;
        let definition = &self.loaded.program.events[place];
        let cause = match (firing.cause, &definition.clock) {
            (Cause::Event { event, firing }, _) => {
                let firings = &self.firings[event as usize];
                let cause = usize::try_from(firing).ok().and_then(|j| firings.get(j));
                (StepCause::Consequence, cause.copied())
            }
            (Cause::Guard, _) => (StepCause::Guard, self.last_step()),
            (Cause::Clock, Clock::Rate(_)) => (StepCause::Rate, None),
            (Cause::Clock, Clock::Law { .. }) => (StepCause::Clock, None),
            (Cause::Clock, _) => (StepCause::Calendar, None),
        };
        let name = definition.name.clone();
        let written = self.loaded.scenario.events.iter().find(|e| e.name == name);
        let title = written.and_then(|event| event.title.clone());
        let actor = written.and_then(|event| event.actor.clone());
        let title = title.unwrap_or_else(|| name.clone());
        self.firings[place].push(self.told.steps.len());
        let (time, branch) = (firing.time, firing.branch);
        self.step(time, [name, title], actor, cause, branch, memory);
        flow
    }

    fn turned(&mut self, rule: u32, _turn: u64) {
        if self.told.cut.is_none() {
            let step = self.last_step();
            self.turns[rule as usize].push(step);
        }
    }

    fn chosen(&mut self, rule: u32, turn: u64, time: f64, memory: &[f64]) -> ControlFlow<()> {
        if !self.keeps(time) {
            return ControlFlow::Continue(());
        }
        let definition = &self.loaded.policy.rules[rule as usize];
        let name = definition.name.clone();
        let title = definition.title.clone().unwrap_or_else(|| name.clone());
        let turns = &self.turns[rule as usize];
        let turn = usize::try_from(turn).ok().and_then(|turn| turns.get(turn));
        let caused_by = turn.copied().flatten();
        self.step(
            time,
            [name, title],
            None,
            (StepCause::Rule, caused_by),
            None,
            memory,
        );
        ControlFlow::Continue(())
    }

    fn changed(&mut self, program: &Program, slot: Slot) {
        self.recorder.changed(program, slot);
    }

    fn hold(&mut self, program: &Program, memory: &mut [f64], until: f64) {
        self.recorder.hold(program, memory, until);
    }

    fn end(&mut self, program: &Program, memory: &mut [f64], fired: &[u64]) {
        self.recorder.end(program, memory, fired);
    }
}
