//! Why a trial could not go on.

use crate::program::Program;
use std::fmt;
use thiserror::Error;

/// A trial that broke a rule of the formalism: where, when and in which state.
#[derive(Debug, Clone, PartialEq, Error)]
pub struct TrialFailure {
    /// The trial.
    pub trial: u64,
    /// When, in time units.
    pub time: f64,
    /// The part of the program at fault: "event `x`", "outcome `y`".
    pub part: String,
    /// What went wrong.
    pub problem: Problem,
    /// Every slot's name and value, states by name.
    pub state: Vec<(String, String)>,
}

/// What can go wrong in a trial.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum Problem {
    /// A rate, hazard ratio or speed that is none.
    #[error("its {0} is {1}; it must be finite and not below 0")]
    Rate(&'static str, f64),
    /// A condition that compares what is not a number.
    #[error(
        "its {0} is neither true nor false: it compares what is not a number; look in it for 0 / 0, or ln and sqrt of negative \
         numbers"
    )]
    Undefined(&'static str),
    /// An outcome or series that is not a finite number.
    #[error(
        "it is {0}, not a finite number; look in it for a division by 0, or ln and sqrt of negative numbers"
    )]
    NotFinite(f64),
    /// A probability that is none.
    #[error("a probability is {0}; probabilities lie between 0 and 1")]
    Probability(f64),
    /// Branches that do not share the whole of probability.
    #[error("the probabilities of its branches sum to {0}, not 1")]
    Branches(f64),
    /// A delay's law with impossible arguments.
    #[error("{0}")]
    Law(String),
    /// A variable out of its bounds.
    #[error("afterwards {0}")]
    Bounds(String),
    /// A variable out of its bounds after a branch, counted from 1.
    #[error("after its branch {0} {1}")]
    BranchBounds(u32, String),
    /// Somebody has stopped the trials.
    #[error("the trial was stopped")]
    Stopped,
    /// Too many events in all.
    #[error(
        "it would be step number {0} of the trial, above max_events (firings, choices and dates passed count)"
    )]
    TooManyEvents(u64),
    /// Too many events at one instant.
    #[error(
        "it would be step number {0} at one instant, above max_cascade (firings, choices and dates passed count); the last of \
         them repeat {1}"
    )]
    EndlessCascade(u64, String),
}

/// A part of a program, by its place there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// An event, or behind them a rule of the policy.
    Step(u32),
    /// A factor of the doctrine.
    Factor(u32),
    /// A rule of the doctrine.
    Level(u32),
    /// An outcome.
    Outcome(u32),
    /// A series.
    Series(u32),
}

impl From<u32> for Part {
    fn from(place: u32) -> Self {
        Self::Step(place)
    }
}

impl Part {
    /// What messages call it: "event `x`".
    #[must_use]
    pub fn name(self, program: &Program) -> String {
        match self {
            Self::Step(place) if (place as usize) < program.events.len() => {
                format!("event `{}`", program.step_name(place))
            }
            Self::Step(place) => format!("the policy's rule `{}`", program.step_name(place)),
            Self::Factor(place) => {
                let slot = program.factors[place as usize].slot;
                format!("factor `{}`", program.slots[slot as usize].name)
            }
            Self::Level(place) => {
                let (level, _) = program.level_rules[place as usize];
                let name = program.slots[program.level_slot as usize].state(level);
                format!("the doctrine's rule `{}`", name.unwrap_or_default())
            }
            Self::Outcome(place) => {
                format!("outcome `{}`", program.outcomes[place as usize].name)
            }
            Self::Series(place) => format!("series `{}`", program.series[place as usize].name),
        }
    }
}

/// What a sampler did, or the part of the program at which it fails.
/// It stands in a box, so that a step that succeeds costs nothing but a null pointer.
pub type Fallible<T = ()> = Result<T, Box<(Part, Problem)>>;

/// A step that fails.
#[cold]
pub(super) fn fails<T>(part: impl Into<Part>, problem: Problem) -> Fallible<T> {
    Err(Box::new((part.into(), problem)))
}

/// Whether the condition under a key holds, by its value.
#[inline]
pub(super) fn holds(part: impl Into<Part>, key: &'static str, value: f64) -> Fallible<bool> {
    if value.is_nan() {
        return fails(part, Problem::Undefined(key));
    }
    Ok(value != 0.0)
}

impl TrialFailure {
    /// A failure of a part of the program, with the state in `memory`.
    pub(super) fn new(
        program: &Program,
        memory: &[f64],
        trial: u64,
        time: f64,
        (part, problem): (Part, Problem),
    ) -> Self {
        let shown = program.slots.iter().enumerate().filter(|(index, slot)| {
            let level_of_nothing = *index == program.level_slot as usize && slot.states.is_empty();
            *index < program.time_slot as usize && !level_of_nothing
        });
        let state = shown
            .map(|(index, slot)| {
                let value = memory[index];
                let held = slot
                    .state(value)
                    .map_or_else(|| number(value), str::to_owned);
                (slot.name.clone(), held)
            })
            .collect();
        Self {
            trial,
            time,
            part: part.name(program),
            problem,
            state,
        }
    }
}

/// A variable that left its bounds, in a branch if one was taken.
pub(super) fn out_of_bounds(event: u32, branch: Option<u32>, problem: String) -> Fallible {
    let problem = match branch {
        None => Problem::Bounds(problem),
        Some(position) => Problem::BranchBounds(position + 1, problem),
    };
    fails(event, problem)
}

/// Rates, hazard ratios and speeds are finite and not below 0.
pub(super) fn check_rate(event: u32, key: &'static str, rate: f64) -> Fallible<f64> {
    if (0.0..f64::INFINITY).contains(&rate) {
        Ok(rate)
    } else {
        fails(event, Problem::Rate(key, rate))
    }
}

/// Probabilities lie between 0 and 1.
pub(super) fn check_probability(event: u32, probability: f64) -> Fallible {
    if (0.0..=1.0).contains(&probability) {
        Ok(())
    } else {
        fails(event, Problem::Probability(probability))
    }
}

impl fmt::Display for TrialFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "trial {} cannot go on: at t = {} {} fails: {}",
            self.trial,
            number(self.time),
            self.part,
            self.problem
        )?;
        let state: Vec<String> = self
            .state
            .iter()
            .map(|(name, value)| format!("{name} = {value}"))
            .collect();
        write!(f, "the state there: {}", state.join(", "))
    }
}

/// A number, with an exponent where it would be a row of zeros.
fn number(value: f64) -> String {
    if value != 0.0 && !(1e-4..1e15).contains(&value.abs()) {
        format!("{value:e}")
    } else {
        value.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_short() {
        let written = [0.0, 1e-4, 9e-5, -9e-5, 12.5, 9e14, 1e15].map(number);
        let short = [
            "0",
            "0.0001",
            "9e-5",
            "-9e-5",
            "12.5",
            "900000000000000",
            "1e15",
        ];
        assert_eq!(written, short);
    }
}
