//! A scenario without memory as a model in the language of PRISM, which Storm reads too, so that a model checker that shares
//! nothing with this program can confirm its numbers.
//!
//! The text is made from the scenario's expressions, names kept, not from the states that `exact` finds; of those it takes
//! the first one, and ranges of variables without bounds. Only where that text would be too long, it is made from the states (`explicit`). Every way that a firing can end is a command of its own: what its
//! effects do one after the other becomes one simultaneous update, a branch a share of the rate. Outcomes become labels and
//! reward structures; the properties that ask for them stand as comments at the end.
//!
//! Kwiatkowska, Norman & Parker 2011, <https://doi.org/10.1007/978-3-642-22110-1_47>; Hensel et al. 2022,
//! <https://doi.org/10.1007/s10009-021-00633-z>.

mod explicit;
mod model;
mod symbolic;
mod text;
mod transitions;

use super::exact::{ExactError, Refusal, reached, refusals};
use detente_model::scenario::{Policy, Scenario, VariableKind};
use detente_sim::program::{Clock, Program};
use model::Model;
use thiserror::Error;
use transitions::Firing;

/// Why there is no export.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum PrismError {
    /// Parts of the scenario cannot be said in PRISM's language.
    #[error("{} parts of the scenario cannot be said in PRISM's language", .0.len())]
    Refused(Vec<Refusal>),
    /// Its states cannot be found.
    #[error(transparent)]
    States(#[from] ExactError),
    /// At t = 0 chance decides where the world begins.
    #[error(
        "at t = 0 branches make {0} states possible; a model has one first state. `detente exact` solves it"
    )]
    Beginnings(usize),
    /// Effects and instant events, written out, are too long, and there are too many states to write them one by one.
    #[error(
        "written out as simultaneous updates, effects or runs of instant events are too long, and more than {} states are too many to be \
         written one by one; `detente exact` may solve it",
        explicit::MOST_STATES
    )]
    TooLong,
    /// A value that the model needs is the time, or no finite number.
    #[error("a derived value, rate or outcome reads `time` or is not a finite number")]
    NotFinite,
}

/// A model's text.
#[derive(Debug, Clone, PartialEq)]
pub struct Export {
    /// The text.
    pub text: String,
    /// The number of states where the model is by the number of its state, since updates would be too long.
    pub by_state: Option<usize>,
}

/// The model of a scenario under a policy.
///
/// # Errors
/// Where the scenario has clocks with a memory, dates, a policy with rules, variables that hold real numbers, more states than can
/// be looked at or written or several at t = 0; where a value in it is the time or no finite number.
pub fn export(
    scenario: &Scenario,
    policy: &Policy,
    program: &Program,
) -> Result<Export, PrismError> {
    let mut refused = refusals(program);
    refused.extend(not_sayable(scenario, program));
    if !refused.is_empty() {
        return Err(PrismError::Refused(refused));
    }
    let reached = reached(program)?;
    if reached.beginnings != 1 {
        return Err(PrismError::Beginnings(reached.beginnings));
    }
    match Firing::all(scenario, policy, program, &reached) {
        Ok(transitions) => Ok(Export {
            text: Model::write(scenario, policy, program, &reached, &transitions)?,
            by_state: None,
        }),
        Err(PrismError::TooLong) => {
            let (text, states) = explicit::write(scenario, policy, program)?;
            Ok(Export {
                text,
                by_state: Some(states),
            })
        }
        Err(error) => Err(error),
    }
}

/// The comments at the head of a model.
fn head(scenario: &Scenario, policy: &Policy) -> String {
    format!(
        "// Scenario {} under policy {}, exported by detente {}.\n// {}\n// Time is in units of a {}.\n",
        scenario.name,
        one_line(&policy.name),
        env!("CARGO_PKG_VERSION"),
        scenario.honesty(),
        one_line(&scenario.time_unit)
    )
}

/// A text for a comment.
fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

/// What is in the class that can be solved, but not in PRISM's language.
fn not_sayable(scenario: &Scenario, program: &Program) -> Vec<Refusal> {
    let dates = program
        .events
        .iter()
        .filter(|event| matches!(event.clock, Clock::Calendar(_)));
    let dates = dates.map(|event| Refusal {
        name: event.name.clone(),
        reason: "has dates, and a Markov chain in PRISM's language has none".to_owned(),
    });
    let reals = scenario
        .variables
        .iter()
        .filter(|variable| variable.kind == VariableKind::Real);
    let reals = reals.map(|variable| Refusal {
        name: variable.name.clone(),
        reason: "holds real numbers, and variables in PRISM's language are whole".to_owned(),
    });
    dates.chain(reals).collect()
}
