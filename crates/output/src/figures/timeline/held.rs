//! What held from when to when: the level, the factors, and the numbers that moved.

use std::collections::BTreeSet;

use crate::figures::curve::stairs;
use crate::figures::interval::alike;
use crate::figures::page::plain;
use detente_report::trajectory::{Held, StepCause, Trajectory};

/// Variables that are drawn.
const MOST_VARIABLES: usize = 3;

/// A time spent at one level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spell {
    /// When it begins.
    pub from: f64,
    /// When it ends.
    pub to: f64,
    /// Which level of the doctrine.
    pub level: usize,
}

/// Until when the trial is told: to its horizon, to where it is cut, or to the last step before it failed.
pub fn end(trajectory: &Trajectory, horizon: f64) -> f64 {
    if let Some(cut) = &trajectory.cut {
        return cut.t.clamp(0.0, horizon);
    }
    if trajectory.failure.is_none() {
        return horizon;
    }
    let last = trajectory.steps.last().map_or(0.0, |step| step.t);
    if last.is_finite() {
        last.clamp(0.0, horizon)
    } else {
        0.0
    }
}

/// The levels one after the other; none without a doctrine.
pub fn levels(trajectory: &Trajectory, end: f64) -> Vec<Spell> {
    let place = |name: &String| trajectory.levels.iter().position(|level| level == name);
    if trajectory.levels.is_empty() {
        return Vec::new();
    }
    let first = trajectory.initial_level.as_ref().and_then(place);
    let mut spells = vec![Spell {
        from: 0.0,
        to: end,
        level: first.unwrap_or(0),
    }];
    for step in &trajectory.steps {
        let Some(level) = step.level.as_ref().and_then(|change| place(&change.to)) else {
            continue;
        };
        let from = step.t.clamp(0.0, end);
        if let Some(before) = spells.last_mut() {
            before.to = from;
        }
        spells.push(Spell {
            from,
            to: end,
            level,
        });
    }
    spells
}

/// When a factor was on.
pub fn factor(trajectory: &Trajectory, name: &str, end: f64) -> Vec<[f64; 2]> {
    let at_first = trajectory.initial_factors.iter().any(|on| on == name);
    let mut since = at_first.then_some(0.0);
    let mut spells = Vec::new();
    for step in &trajectory.steps {
        for turn in step.factors.iter().filter(|turn| turn.name == name) {
            let time = step.t.clamp(0.0, end);
            match (since, turn.on) {
                (None, true) => since = Some(time),
                (Some(from), false) => {
                    spells.push([from, time]);
                    since = None;
                }
                _ => {}
            }
        }
    }
    spells.extend(since.map(|from| [from, end]));
    spells
}

/// A number over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    name: String,
    /// Whether it counts what happened within a window of time.
    counts_window: bool,
    /// (time, value) as stairs.
    pub rows: Vec<[f64; 2]>,
}

impl Variable {
    /// Its least and its greatest value.
    pub fn range(&self) -> [f64; 2] {
        let fold =
            |start, pick: fn(f64, f64) -> f64| self.rows.iter().map(|row| row[1]).fold(start, pick);
        [fold(f64::MAX, f64::min), fold(f64::MIN, f64::max)]
    }

    /// Itself and another of its kind as one, for the range of both.
    pub fn with(&self, other: &Self) -> Self {
        Self {
            name: self.name.clone(),
            counts_window: self.counts_window,
            rows: [&self.rows[..], &other.rows[..]].concat(),
        }
    }

    /// Its name as a reader wants it.
    pub fn label(&self) -> String {
        plain(&self.name)
    }

    /// Its range in words.
    pub fn range_label(&self) -> String {
        let [low, high] = self.range();
        let whole = low.fract() == 0.0 && high.fract() == 0.0;
        let step = (high - low) / 100.0;
        let step = if whole { step.max(1.0) } else { step };
        let [low, high] = alike([low, high], step);
        format!("{low} to {high}")
    }
}

/// The numbers that took most values, counting only those that lasted; three at least, else they are no lines. Counts within a window
/// come last: the ticks of the events and the factors show what they count.
pub fn variables(trajectory: &Trajectory, end: f64) -> Vec<Variable> {
    const LEAST_VALUES: usize = 3;
    let mut found = numbers(trajectory, end);
    found.retain(|(values, _)| *values >= LEAST_VALUES);
    found.sort_by_key(|(values, variable)| (variable.counts_window, std::cmp::Reverse(*values)));
    found.truncate(MOST_VARIABLES);
    found.into_iter().map(|(_, variable)| variable).collect()
}

/// The numbers that differ longest between two trials; counts within a window last.
pub fn differing(trajectories: [&Trajectory; 2], ends: [f64; 2]) -> Vec<[Variable; 2]> {
    let [a, b] = [0, 1].map(|side| numbers(trajectories[side], ends[side]));
    let mut found: Vec<(f64, [Variable; 2])> = Vec::new();
    for (_, variable) in a {
        let other = b.iter().find(|(_, other)| other.name == variable.name);
        if let Some((_, other)) = other {
            let long = differs_for(&variable.rows, &other.rows);
            found.push((long, [variable, other.clone()]));
        }
    }
    found.retain(|(long, _)| *long > 0.0);
    found.sort_by(|(a, [first, _]), (b, [second, _])| {
        let windows_last = first.counts_window.cmp(&second.counts_window);
        windows_last.then(b.total_cmp(a))
    });
    found.truncate(MOST_VARIABLES);
    found.into_iter().map(|(_, pair)| pair).collect()
}

/// Whether a number counts what happened within a window of time: other events raise it, each by 1, and only consequences and dates
/// lower it, each by 1 and without changing anything else.
fn counts_window(trajectory: &Trajectory, name: &str) -> bool {
    let mut leaves = false;
    for step in &trajectory.steps {
        for change in step.changes.iter().filter(|change| change.name == name) {
            let (Held::Number(from), Held::Number(to)) = (&change.from, &change.to) else {
                return false;
            };
            let left = matches!(step.cause, StepCause::Consequence | StepCause::Calendar)
                && step.changes.len() == 1;
            leaves |= to < from;
            if (to - from).abs() != 1.0 || (to < from && !left) {
                return false;
            }
        }
    }
    leaves
}

/// How long two stairs lie apart.
fn differs_for(a: &[[f64; 2]], b: &[[f64; 2]]) -> f64 {
    let mut times: Vec<f64> = a.iter().chain(b).map(|point| point[0]).collect();
    times.sort_by(f64::total_cmp);
    let value = |rows: &[[f64; 2]], time: f64| {
        let later = rows.partition_point(|row| row[0] <= time);
        rows[later.saturating_sub(1)][1].to_bits()
    };
    let spans = times.windows(2).map(|span| (span[0], span[1] - span[0]));
    let apart = spans.filter(|(from, _)| value(a, *from) != value(b, *from));
    apart.map(|(_, length)| length).sum()
}

/// Every number that can be drawn, and how many values it took.
fn numbers(trajectory: &Trajectory, end: f64) -> Vec<(usize, Variable)> {
    let mut found = Vec::new();
    for (name, held) in &trajectory.initial {
        let Held::Number(first) = held else { continue };
        let mut points = vec![[0.0, *first]];
        for step in &trajectory.steps {
            for change in step.changes.iter().filter(|change| change.name == *name) {
                let Held::Number(value) = change.to else {
                    continue;
                };
                let time = step.t.clamp(0.0, end);
                // Of what follows at one instant only the last lasts.
                while points.last().is_some_and(|point| point[0] == time) {
                    points.pop();
                }
                points.push([time, value]);
            }
        }
        points.push([end, points.last().map_or(*first, |point| point[1])]);
        let bits: BTreeSet<u64> = points.iter().map(|point| point[1].to_bits()).collect();
        let drawable = points
            .iter()
            .all(|point| point[0].is_finite() && point[1].abs() < 1e290);
        if drawable {
            let variable = Variable {
                name: name.clone(),
                counts_window: counts_window(trajectory, name),
                rows: stairs(&points),
            };
            found.push((bits.len(), variable));
        }
    }
    found
}
