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

mod error;
mod explicit;
mod head;
mod model;
mod symbolic;
mod text;
mod transitions;

pub use error::PrismError;

use super::exact::{Refusal, reached, refusals};
use detente_model::scenario::{Policy, Scenario, VariableKind};
use detente_sim::program::{Clock, Program};
use model::Model;
use transitions::Firing;

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
