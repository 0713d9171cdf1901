//! The laws that studies draw parameters from.

use super::LawSource;
use detente_model::lifetime::Law;

/// What is known of a parameter beyond its value.
#[derive(Debug, Clone)]
pub enum ParameterLaw {
    /// Anything between two numbers, equally likely: a `range`.
    Uniform([f64; 2]),
    /// A `distribution`, its arguments read at the parameters' own values.
    Law(ParameterDistribution),
}

/// A distribution that a scenario states.
#[derive(Debug, Clone)]
pub struct ParameterDistribution(LawSource);

impl ParameterLaw {
    /// A distribution, where its arguments are known before any trial.
    pub(super) fn of(law: LawSource) -> Option<Self> {
        match law {
            LawSource::Read { .. } => None,
            known => Some(Self::Law(ParameterDistribution(known))),
        }
    }

    /// The value below which a share `u`, between 0 and 1, of the law lies; in the parameter's unit.
    #[must_use]
    pub fn quantile(&self, u: f64) -> f64 {
        match self {
            Self::Uniform([low, high]) => low + u * (high - low),
            Self::Law(ParameterDistribution(law)) => {
                // A unit exponential below which a share u lies.
                let spent = -libm::log1p(-u);
                match law {
                    LawSource::Known(law) => law.age_at(spent),
                    LawSource::Observed(sorted) => {
                        Law::empirical(sorted).map_or(f64::NAN, |law| law.age_at(spent))
                    }
                    LawSource::Read { .. } => f64::NAN,
                }
            }
        }
    }
}
