//! The laws of a program's clocks and delays.

use super::{CodeId, LawSource, Program};
use detente_model::lifetime::{Empirical, Family, Law, LawError};

/// The most arguments that any law takes.
pub(crate) const MAX_LAW_ARGUMENTS: usize = 4;

/// A law whose arguments are known before any trial.
#[derive(Debug, Clone)]
pub(super) enum BoundLaw {
    Of(Law<'static>),
    /// Observed ages, in ascending order.
    Observed(Vec<f64>),
}

/// A law that a clock or delay has started with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum StartedLaw {
    /// One of the program, by place.
    Bound(u32),
    /// One whose arguments were read in the trial: these.
    Read {
        law: Law<'static>,
        arguments: [f64; MAX_LAW_ARGUMENTS],
    },
}

impl LawSource {
    /// The law that a clock or delay starts with now, its arguments as `value` reads them.
    pub(crate) fn start(
        &self,
        mut value: impl FnMut(CodeId) -> f64,
    ) -> Result<StartedLaw, LawError> {
        match self {
            Self::Bound(place) => Ok(StartedLaw::Bound(*place)),
            Self::Read {
                family,
                signature,
                arguments: codes,
            } => {
                let mut arguments = [0.0; MAX_LAW_ARGUMENTS];
                for (argument, code) in arguments.iter_mut().zip(codes) {
                    *argument = value(*code);
                }
                let law = Law::new(*family, *signature, &arguments[..codes.len()])?;
                Ok(StartedLaw::Read { law, arguments })
            }
        }
    }
}

impl Program {
    /// The law that a clock or delay has started with.
    pub(crate) fn law(&self, started: StartedLaw) -> Law<'_> {
        match started {
            StartedLaw::Read { law, .. } => law,
            StartedLaw::Bound(place) => match &self.laws[place as usize] {
                BoundLaw::Of(law) => *law,
                BoundLaw::Observed(ages) => Law::Empirical(Empirical::of_ascending(ages)),
            },
        }
    }

    /// The hazard of a law that has no memory and is known before any trial.
    #[must_use]
    pub fn constant_hazard(&self, source: &LawSource) -> Option<f64> {
        match source {
            LawSource::Bound(place) => match self.laws[*place as usize] {
                BoundLaw::Of(law) if law.family() == Family::Exponential => Some(law.hazard(0.0)),
                _ => None,
            },
            LawSource::Read { .. } => None,
        }
    }

    /// The name of a law's family.
    #[must_use]
    pub fn family_name(&self, source: &LawSource) -> &'static str {
        match source {
            LawSource::Bound(place) => self.law(StartedLaw::Bound(*place)).family().name(),
            LawSource::Read { family, .. } => family.name(),
        }
    }
}
