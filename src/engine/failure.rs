//! Why a trial could not go on.

use crate::program::Program;
use std::fmt;
use std::sync::atomic::AtomicBool;
use thiserror::Error;

/// A trial that broke a rule of the formalism: where, when and in which state.
#[derive(Debug, Clone, PartialEq, Error)]
pub struct TrialFailure {
    /// The trial.
    pub trial: u64,
    /// When, in time units.
    pub time: f64,
    /// The event (or rule of the policy) at fault.
    pub event: String,
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
        "it would be step number {0} at one instant, above max_cascade (firings, choices and dates passed count)"
    )]
    EndlessCascade(u64),
}

/// Steps of a trial between two looks at whether it is to stop: few enough for slow steps, many enough to cost nothing.
pub(super) const STEPS_BETWEEN_LOOKS: u64 = 64;

/// What stops no trial.
pub(super) static NEVER: AtomicBool = AtomicBool::new(false);

/// What a sampler does, or the place in the program (an event, or behind them a rule of the policy) at which it fails.
/// It stands in a box, so that a step that succeeds costs nothing but a null pointer.
pub(super) type Step<T = ()> = Result<T, Box<(u32, Problem)>>;

/// A step that fails.
#[cold]
pub(super) fn fails<T>(place: u32, problem: Problem) -> Step<T> {
    Err(Box::new((place, problem)))
}

impl TrialFailure {
    /// A failure of what stands at `place` in the program, with the state in `memory`.
    pub(super) fn new(
        program: &Program,
        memory: &[f64],
        trial: u64,
        time: f64,
        (place, problem): (u32, Problem),
    ) -> Self {
        let place = place as usize;
        let event = match program.events.get(place) {
            Some(event) => event.name.clone(),
            None => format!(
                "rule {}",
                program.policy_rules[place - program.events.len()].name
            ),
        };
        let shown = program.slots.iter().enumerate().filter(|(index, slot)| {
            let level_of_nothing = *index == program.level_slot as usize && slot.states.is_empty();
            *index != program.time_slot as usize && !level_of_nothing
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
            event,
            problem,
            state,
        }
    }
}

/// A variable that left its bounds, in a branch if one was taken.
pub(super) fn out_of_bounds(event: u32, branch: Option<u32>, problem: String) -> Step {
    let problem = match branch {
        None => Problem::Bounds(problem),
        Some(position) => Problem::BranchBounds(position + 1, problem),
    };
    fails(event, problem)
}

/// Rates, hazard ratios and speeds are finite and not below 0.
pub(super) fn check_rate(event: u32, key: &'static str, rate: f64) -> Step<f64> {
    if (0.0..f64::INFINITY).contains(&rate) {
        Ok(rate)
    } else {
        fails(event, Problem::Rate(key, rate))
    }
}

/// Probabilities lie between 0 and 1.
pub(super) fn check_probability(event: u32, probability: f64) -> Step {
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
            "trial {} cannot go on: at t = {} event `{}` fails: {}",
            self.trial,
            number(self.time),
            self.event,
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
