//! Laws of age by other formulas than the program's: survival in closed form or by statrs, and what follows from it.

use statrs::distribution as s;
use statrs::distribution::{Continuous, ContinuousCDF};

/// A law of age, with arguments as a scenario has them by position.
#[derive(Debug, Clone)]
pub enum Law {
    Exponential(f64),
    Weibull(f64, f64),
    Gamma(f64, f64),
    Lognormal(f64, f64),
    Normal(f64, f64),
    Uniform(f64, f64),
    Triangular(f64, f64, f64),
    Beta(f64, f64, f64, f64),
    /// Ages that are equally likely, in order; of `fixed` a single one.
    Atoms(Vec<f64>),
}

impl Law {
    /// The probability of an age above this one, and the density at it.
    fn survival_and_density(&self, age: f64) -> (f64, f64) {
        match *self {
            Self::Exponential(rate) => {
                let survival = libm::exp(-rate * age);
                (survival, rate * survival)
            }
            Self::Weibull(shape, scale) => {
                let survival = libm::exp(-libm::pow(age / scale, shape));
                let hazard = shape / scale * libm::pow(age / scale, shape - 1.0);
                (survival, hazard * survival)
            }
            Self::Gamma(shape, scale) => {
                both(&s::Gamma::new(shape, 1.0 / scale).unwrap(), 1.0, age)
            }
            Self::Lognormal(median, sigma) => both(
                &s::LogNormal::new(libm::log(median), sigma).unwrap(),
                1.0,
                age,
            ),
            Self::Normal(mean, sd) => {
                let law = s::Normal::new(mean, sd).unwrap();
                let (survival, density) = both(&law, 1.0, age);
                let above = law.sf(0.0);
                (survival / above, density / above)
            }
            Self::Uniform(low, high) => {
                let width = high - low;
                let density = if age >= low && age < high {
                    1.0 / width
                } else {
                    0.0
                };
                (((high - age) / width).clamp(0.0, 1.0), density)
            }
            Self::Triangular(low, mode, high) => {
                both(&s::Triangular::new(low, high, mode).unwrap(), 1.0, age)
            }
            Self::Beta(a, b, low, high) => {
                let share = ((age - low) / (high - low)).clamp(0.0, 1.0);
                both(&s::Beta::new(a, b).unwrap(), high - low, share)
            }
            Self::Atoms(ref ages) => {
                let above = ages
                    .iter()
                    .filter(|value| **value > age + TOLERANCE)
                    .count();
                (above as f64 / ages.len() as f64, 0.0)
            }
        }
    }

    /// The probability of an age above this one.
    pub fn survival(&self, age: f64) -> f64 {
        self.survival_and_density(age).0
    }

    /// −ln of survival.
    pub fn cumulative_hazard(&self, age: f64) -> f64 {
        -libm::log(self.survival(age))
    }

    pub fn hazard(&self, age: f64) -> f64 {
        let (survival, density) = self.survival_and_density(age);
        density / survival
    }

    /// Survival just before an age that is an atom, up to rounding; none if it is none.
    pub fn survival_before_atom(&self, age: f64) -> Option<f64> {
        let Self::Atoms(ages) = self else { return None };
        let at_or_above = ages
            .iter()
            .filter(|value| **value > age - TOLERANCE)
            .count();
        let above = ages
            .iter()
            .filter(|value| **value > age + TOLERANCE)
            .count();
        (above < at_or_above).then(|| at_or_above as f64 / ages.len() as f64)
    }

    pub fn has_density(&self) -> bool {
        !matches!(self, Self::Atoms(_))
    }
}

/// How far rounding may take an age from an atom.
const TOLERANCE: f64 = 1e-9;

/// Survival and density at a scaled age.
fn both(
    law: &(impl ContinuousCDF<f64, f64> + Continuous<f64, f64>),
    scale: f64,
    age: f64,
) -> (f64, f64) {
    (law.sf(age), law.pdf(age) / scale)
}
