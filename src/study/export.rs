//! A scenario in another program's language.

use super::load::{Findings, Loader, Overrides};
use super::refusals::{Objection, tell};
use detente_study::prism::{self, Export, PrismError};
use std::path::Path;
use thiserror::Error;

/// Why there is no export.
#[derive(Debug, Error)]
pub enum ExportFailure {
    /// The input is wrong, or cannot be said in the other language.
    #[error("the input cannot be exported")]
    Input(Box<Findings>),
    /// Its states break a rule of the formalism, or are too many.
    #[error(transparent)]
    Model(PrismError),
}

const NOT_SAYABLE: Objection = Objection {
    label: "cannot be exported",
    help: "an export is for hazards, exponential clocks and delays, and instants, over whole numbers and states",
};

/// A scenario under a policy as a model in the language of PRISM, and what is doubtful in the input.
///
/// # Errors
/// Where the input is wrong or cannot be said in that language.
pub fn prism(
    scenario: &Path,
    policy: Option<&str>,
    overrides: &Overrides,
) -> Result<(Export, String), ExportFailure> {
    let mut loader = Loader::default();
    let Some(loaded) = loader.load(scenario, policy, overrides) else {
        return Err(ExportFailure::Input(Box::new(loader.mistakes())));
    };
    match prism::export(&loaded.scenario, &loaded.policy, &loaded.program) {
        Ok(export) => Ok((export, loaded.cautions)),
        Err(PrismError::Refused(refusals)) => {
            tell(&refusals, &loaded, &mut loader, &NOT_SAYABLE);
            Err(ExportFailure::Input(Box::new(loader.mistakes())))
        }
        Err(error) => Err(ExportFailure::Model(error)),
    }
}
