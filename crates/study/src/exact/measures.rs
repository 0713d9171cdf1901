//! Outcomes and series of an exact solution.

use super::ExactError;
use super::space::Space;
use super::transient::{Moment, Solver, passage_times};
use detente_sim::program::{CodeId, Outcome, OutcomeKind, Program};

/// Most different values of a number whose largest or smallest is found, each of which takes a solution.
const MOST_VALUES: usize = 400;

/// One outcome.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ExactOutcome {
    /// Its mean; of a first time the restricted mean up to the horizon. Nothing where it is not found.
    pub mean: Option<f64>,
    /// Its standard deviation, where it is found.
    pub sd: Option<f64>,
    /// Of a first time: (time, probability that it is later).
    pub survival: Option<Vec<[f64; 2]>>,
    /// Of a first time that is told apart: each state that is possible then.
    pub by: Option<Vec<ExactKind>>,
}

/// First times of one kind.
#[derive(Debug, Clone, PartialEq)]
pub struct ExactKind {
    /// The state's name.
    pub state: String,
    /// (time, probability that the first time has come and is of this kind).
    pub incidence: Vec<[f64; 2]>,
}

/// One series on its grid.
#[derive(Debug, Clone, PartialEq)]
pub enum ExactSeries {
    /// Of a number: mean and standard deviation at each time.
    Number {
        /// Means.
        mean: Vec<f64>,
        /// Standard deviations.
        sd: Vec<f64>,
    },
    /// Of a state: for each state the probability of being in it at each time.
    States(Vec<Vec<f64>>),
}

/// What a solution that ends nowhere shows.
struct Free {
    /// The distribution at t = 0 and at the horizon.
    ends: [Vec<f64>; 2],
    /// How long each state is held in the mean.
    held: Vec<f64>,
    /// Firings expected at t = 0 and at dates, by counting outcome.
    counts: Vec<f64>,
    /// For each outcome with `entries` its place, whether its condition holds in each state, and entries expected at dates.
    entries: Vec<(usize, Vec<bool>, f64)>,
    series: Vec<ExactSeries>,
}

/// Measures everything.
pub(super) fn measure(
    program: &Program,
    space: &Space<'_>,
    solver: &mut Solver<'_, '_>,
) -> Result<(Vec<ExactOutcome>, Vec<ExactSeries>), ExactError> {
    defined(program, space)?;
    let free = Free::follow(program, space, solver);
    let mut outcomes = Vec::with_capacity(program.outcomes().len());
    for (index, outcome) in program.outcomes().iter().enumerate() {
        let found = measured(program, (index, outcome), space, &free, solver);
        if found.mean.is_some_and(|mean| !mean.is_finite()) {
            return Err(ExactError::NotANumber(outcome.name.clone()));
        }
        outcomes.push(found);
    }
    Ok((outcomes, free.series))
}

/// Refuses conditions that are neither true nor false in some state, and series that are no number there.
fn defined(program: &Program, space: &Space<'_>) -> Result<(), ExactError> {
    let is_nan = |code: CodeId| space.values(code).iter().any(|value| value.is_nan());
    for outcome in program.outcomes() {
        let condition = matches!(
            outcome.kind,
            OutcomeKind::Ever
                | OutcomeKind::FirstTime
                | OutcomeKind::TimeShare
                | OutcomeKind::Entries
        );
        let by = outcome.by.as_ref().map(|by| by.state);
        if (condition && is_nan(outcome.value)) || by.is_some_and(is_nan) {
            return Err(ExactError::NotANumber(outcome.name.clone()));
        }
    }
    for series in &program.series {
        let values = space.values(series.value);
        if values.iter().any(|value| !value.is_finite()) {
            return Err(ExactError::NotANumber(series.name.clone()));
        }
    }
    Ok(())
}

impl Free {
    fn follow(program: &Program, space: &Space<'_>, solver: &mut Solver<'_, '_>) -> Self {
        let outcomes = program.outcomes().iter().enumerate();
        let entries = outcomes.filter(|(_, outcome)| outcome.kind == OutcomeKind::Entries);
        let mut entries: Vec<(usize, Vec<bool>, f64)> = entries
            .map(|(index, outcome)| (index, holds(space, outcome.value), 0.0))
            .collect();
        let followed: Vec<Followed> = program
            .series
            .iter()
            .map(|series| Followed {
                values: space.values(series.value),
                places: series
                    .times
                    .iter()
                    .map(|time| solver.place(*time))
                    .collect(),
                states: series.states.len(),
            })
            .collect();
        let mut series: Vec<ExactSeries> = followed.iter().map(Followed::nothing_yet).collect();
        let mut counts = space.first_counts.clone();
        let mut first = Vec::new();
        let mut last = Vec::new();
        let held = solver.follow(None, |moment| match moment {
            Moment::Date { time, jump, before } => {
                let ends = &space.jumps[jump].ends;
                let met = before.iter().zip(ends).enumerate();
                for (state, (mass, ends)) in met.filter(|(_, (mass, _))| **mass > 0.0) {
                    let Some(ends) = ends else { continue };
                    for (sum, count) in counts.iter_mut().zip(&ends.counts) {
                        *sum += mass * count;
                    }
                    for (_, condition, sum) in entries.iter_mut().filter(|_| time > 0.0) {
                        let into = ends.states.iter().filter(|(to, _)| condition[*to as usize]);
                        let into: f64 = into.map(|(_, probability)| probability).sum();
                        *sum += if condition[state] { 0.0 } else { mass * into };
                    }
                }
            }
            Moment::Grid(place, now) => {
                if place == 0 {
                    first = now.to_vec();
                }
                last.clear();
                last.extend_from_slice(now);
                for (followed, series) in followed.iter().zip(&mut series) {
                    if followed.places.binary_search(&place).is_ok() {
                        followed.record(now, series);
                    }
                }
            }
        });
        Self {
            ends: [first, last],
            held,
            counts,
            entries,
            series,
        }
    }
}

/// A series on its way.
struct Followed {
    /// In every state.
    values: Vec<f64>,
    /// The places of its times in the grid, rising.
    places: Vec<usize>,
    /// How many states it tells apart; none if it follows a number.
    states: usize,
}

impl Followed {
    fn nothing_yet(&self) -> ExactSeries {
        match self.states {
            0 => ExactSeries::Number {
                mean: Vec::new(),
                sd: Vec::new(),
            },
            states => ExactSeries::States(vec![Vec::new(); states]),
        }
    }

    fn record(&self, now: &[f64], series: &mut ExactSeries) {
        match series {
            ExactSeries::Number { mean, sd } => {
                let of = spread(now, &self.values);
                mean.push(of.mean);
                sd.push(of.sd);
            }
            ExactSeries::States(states) => {
                for (state, shares) in (0_u32..).zip(states) {
                    shares.push(mass_where(now, |at| self.values[at] == f64::from(state)));
                }
            }
        }
    }
}

/// A number's mean and standard deviation.
#[derive(Debug, Clone, Copy)]
struct Spread {
    mean: f64,
    sd: f64,
}

fn spread(distribution: &[f64], values: &[f64]) -> Spread {
    let mean = expected(distribution, values);
    let squares = distribution.iter().zip(values);
    let squares = squares.filter(|(mass, _)| **mass > 0.0);
    let variance: f64 = squares
        .map(|(mass, value)| mass * (value - mean) * (value - mean))
        .sum();
    Spread {
        mean,
        sd: variance.max(0.0).sqrt(),
    }
}

/// The sum of values with weights; a value without weight does not count, whatever it is.
fn expected(weights: &[f64], values: &[f64]) -> f64 {
    let weighted = weights
        .iter()
        .zip(values)
        .filter(|(weight, _)| **weight > 0.0);
    weighted.map(|(weight, value)| weight * value).sum()
}

fn mass_where(distribution: &[f64], holds: impl Fn(usize) -> bool) -> f64 {
    let masses = distribution.iter().enumerate();
    let sum: f64 = masses
        .filter(|(state, _)| holds(*state))
        .map(|(_, mass)| mass)
        .sum();
    // The sum of nothing is -0.
    sum + 0.0
}

/// Whether a condition holds in each state.
fn holds(space: &Space<'_>, condition: CodeId) -> Vec<bool> {
    space
        .values(condition)
        .iter()
        .map(|value| *value != 0.0)
        .collect()
}

fn measured(
    program: &Program,
    (index, outcome): (usize, &Outcome),
    space: &Space<'_>,
    free: &Free,
    solver: &mut Solver<'_, '_>,
) -> ExactOutcome {
    let horizon = program.horizon;
    let values = || space.values(outcome.value);
    let of_mean = |mean: f64| ExactOutcome {
        mean: Some(mean),
        ..ExactOutcome::default()
    };
    let of_spread = |Spread { mean, sd }: Spread| ExactOutcome {
        mean: Some(mean),
        sd: Some(sd),
        ..ExactOutcome::default()
    };
    match outcome.kind {
        OutcomeKind::Ever => {
            let reached = probability_of_reaching(&holds(space, outcome.value), solver);
            of_spread(Spread {
                mean: reached,
                sd: (reached * (1.0 - reached)).max(0.0).sqrt(),
            })
        }
        OutcomeKind::FirstTime => first_time(outcome, space, solver, horizon),
        OutcomeKind::TimeShare | OutcomeKind::TimeAverage => {
            of_mean(expected(&free.held, &values()) / horizon)
        }
        OutcomeKind::Integral => of_mean(expected(&free.held, &values())),
        OutcomeKind::Entries => {
            let entries = free.entries.iter().find(|(of, ..)| *of == index);
            of_mean(entries.map_or(0.0, |(_, condition, at_dates)| {
                at_dates + entries_between_dates(space, &free.held, condition)
            }))
        }
        OutcomeKind::Firings(_) | OutcomeKind::FiringsWhen(_) => {
            let number = space.counting().position(|of| of == index).unwrap_or(0);
            of_mean(free.counts[number] + expected(&free.held, &space.count_rates[number]))
        }
        OutcomeKind::Initial => of_spread(spread(&free.ends[0], &values())),
        OutcomeKind::Final => of_spread(spread(&free.ends[1], &values())),
        OutcomeKind::Maximum => {
            extreme(&values(), solver).map_or_else(ExactOutcome::default, of_spread)
        }
        OutcomeKind::Minimum => {
            let negative: Vec<f64> = values().iter().map(|value| -value).collect();
            let found = extreme(&negative, solver);
            found.map_or_else(ExactOutcome::default, |Spread { mean, sd }| {
                of_spread(Spread { mean: -mean, sd })
            })
        }
    }
}

/// The probability that a condition holds at any time up to the horizon: that of being held where it does, once such states
/// are never left.
fn probability_of_reaching(condition: &[bool], solver: &mut Solver<'_, '_>) -> f64 {
    let mut reached = 0.0;
    solver.follow(Some(condition), |moment| {
        if let Moment::Grid(_, now) = moment {
            reached = mass_where(now, |state| condition[state]);
        }
    });
    reached
}

fn first_time(
    outcome: &Outcome,
    space: &Space<'_>,
    solver: &mut Solver<'_, '_>,
    horizon: f64,
) -> ExactOutcome {
    let condition = holds(space, outcome.value);
    let places: Vec<usize> = passage_times(horizon)
        .map(|time| solver.place(time))
        .collect();
    let kinds = outcome.by.as_ref().map(|by| space.values(by.state));
    let mut by: Option<Vec<ExactKind>> = outcome.by.as_ref().map(|by| {
        let possible = by.possible.iter();
        let kind = |state: &usize| ExactKind {
            state: by.states[*state].clone(),
            incidence: Vec::new(),
        };
        possible.map(kind).collect()
    });
    let mut survival = Vec::with_capacity(places.len());
    let times = solver.times.clone();
    let held = solver.follow(Some(&condition), |moment| {
        let Moment::Grid(place, now) = moment else {
            return;
        };
        if places.binary_search(&place).is_err() {
            return;
        }
        survival.push([times[place], mass_where(now, |state| !condition[state])]);
        if let (Some(kinds), Some(by), Some(of)) = (&kinds, &mut by, &outcome.by) {
            for (kind, state) in by.iter_mut().zip(&of.possible) {
                let position = *state as f64;
                let share = mass_where(now, |at| condition[at] && kinds[at] == position);
                kind.incidence.push([times[place], share]);
            }
        }
    });
    let before: Vec<f64> = condition
        .iter()
        .map(|holds| f64::from(u8::from(!holds)))
        .collect();
    ExactOutcome {
        mean: Some(expected(&held, &before)),
        sd: None,
        survival: Some(survival),
        by,
    }
}

/// How often a condition becomes true other than at dates.
fn entries_between_dates(space: &Space<'_>, held: &[f64], condition: &[bool]) -> f64 {
    let outside = held
        .iter()
        .enumerate()
        .filter(|(state, _)| !condition[*state]);
    let entries = outside.map(|(state, held)| {
        let into = space
            .chain
            .of(state)
            .filter(|(to, _)| condition[*to as usize]);
        held * into.map(|(_, rate)| rate).sum::<f64>()
    });
    entries.sum()
}

/// Mean and standard deviation of the largest value ever held: the sum over all values of the steps up to them, each times
/// the probability of coming so far. Nothing where there are too many values.
fn extreme(values: &[f64], solver: &mut Solver<'_, '_>) -> Option<Spread> {
    let mut steps: Vec<f64> = values.to_vec();
    steps.sort_by(f64::total_cmp);
    steps.dedup();
    if steps.len() > MOST_VALUES {
        return None;
    }
    let least = *steps.first()?;
    let (mut mean, mut square) = (least, least * least);
    for pair in steps.windows(2) {
        let [below, step] = [pair[0], pair[1]];
        let so_far: Vec<bool> = values.iter().map(|value| *value >= step).collect();
        let probability = probability_of_reaching(&so_far, solver);
        mean += (step - below) * probability;
        square += (step * step - below * below) * probability;
    }
    Some(Spread {
        mean,
        sd: (square - mean * mean).max(0.0).sqrt(),
    })
}
