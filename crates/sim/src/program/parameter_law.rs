//! The laws that studies draw parameters from.

use super::law::BoundLaw;
use detente_model::lifetime::{Empirical, Law};

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
pub struct ParameterDistribution(BoundLaw);

impl ParameterLaw {
    /// A distribution.
    pub(super) fn of(law: BoundLaw) -> Self {
        Self::Law(ParameterDistribution(law))
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
                    BoundLaw::Of(law) => law.age_at(spent),
                    BoundLaw::Observed(ages) => {
                        Law::Empirical(Empirical::of_ascending(ages)).age_at(spent)
                    }
                }
            }
        }
    }
}
