//! The gamma law, by series and continued fraction.

use libm::{exp, expm1, log, log1p, pow};
use std::f64::consts::{LN_2, TAU};

use super::check::{Check, LawError};
use super::family::Family;
use super::invert::{Local, root};
use super::stirling::{deviance, stirling_error};
use super::tail::rough_quantile;

/// Terms after which a series or fraction is cut; a shape of a million needs 9,000.
const MAX_TERMS: u32 = 20_000;

/// Below this ln x the law is a power law to rounding, whatever its shape.
const EXACT: f64 = -60.0;

/// The wait for `shape` memoryless stages: 1 − F(a) = Q(shape, a / scale).
///
/// Q is the regularised upper incomplete gamma function. Below `shape` + 1 its complement is summed
/// (Abramowitz & Stegun 6.5.29), above it Legendre's fraction is evaluated (6.5.31) by the method of
/// Lentz, as in Thompson & Barnett 1986, doi:10.1016/0021-9991(86)90046-X; compare `DiDonato` &
/// Morris 1986, doi:10.1145/22721.23109.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gamma {
    shape: f64,
    scale: f64,
    /// −ln of shape^shape e^(−shape) / Γ(shape + 1).
    depth: f64,
}

/// The law at a scaled age x: cumulative hazard, and x times the hazard.
struct Point {
    cumulative: f64,
    intensity: f64,
}

impl Gamma {
    pub(super) fn from_scale(shape: f64, scale: f64) -> Result<Self, LawError> {
        let check = Check(Family::Gamma);
        let shape = check.shape("shape", shape)?;
        let scale = check.positive("scale", scale)?;
        Ok(Self::scaled(shape, scale))
    }

    pub(super) fn from_mean(shape: f64, mean: f64) -> Result<Self, LawError> {
        let check = Check(Family::Gamma);
        let shape = check.shape("shape", shape)?;
        let mean = check.positive("mean", mean)?;
        Ok(Self::scaled(shape, mean / shape))
    }

    fn scaled(shape: f64, scale: f64) -> Self {
        let depth = stirling_error(shape) + 0.5 * log(TAU * shape);
        Self {
            shape,
            scale,
            depth,
        }
    }

    pub(super) fn cumulative_hazard(self, age: f64) -> f64 {
        if age <= 0.0 {
            return 0.0;
        }
        if age == f64::INFINITY {
            return f64::INFINITY;
        }
        self.at(age / self.scale).cumulative
    }

    pub(super) fn age_at(self, cumulative_hazard: f64) -> f64 {
        if cumulative_hazard <= 0.0 || cumulative_hazard == f64::INFINITY {
            return cumulative_hazard;
        }
        let guess = self.guess(cumulative_hazard);
        if guess < EXACT {
            return self.scale * exp(guess);
        }
        let log_target = log(cumulative_hazard);
        let log_x = root(guess, |log_x| {
            let x = exp(log_x);
            let at = self.at(x);
            let slope = at.intensity / at.cumulative;
            Local {
                residual: log(at.cumulative) - log_target,
                slope,
                bend: self.shape - x + at.intensity - slope,
            }
        });
        self.scale * exp(log_x)
    }

    pub(super) fn hazard(self, age: f64) -> f64 {
        if age < 0.0 {
            return 0.0;
        }
        let x = age / self.scale;
        if x > 0.0 {
            return self.at(x).intensity / age;
        }
        // Γ(shape) cancels against nothing here: the limit is 0, 1 / scale or infinite.
        pow(x, self.shape - 1.0) / self.scale
    }

    pub(super) fn mean(self) -> f64 {
        self.shape * self.scale
    }

    fn at(self, x: f64) -> Point {
        let k = self.shape;
        // −ln of x^k e^(−x) / Γ(k + 1)
        let depth = self.depth + deviance(k, x);
        if x < k + 1.0 {
            let density = exp(-depth);
            let passed = density * series(k, x);
            Point {
                cumulative: -log1p(-passed),
                intensity: k * density / (1.0 - passed),
            }
        } else {
            let fraction = fraction(k, x);
            Point {
                cumulative: depth - log(k * fraction),
                intensity: 1.0 / fraction,
            }
        }
    }

    /// A first ln x: the power law of small ages, the cube of Wilson & Hilferty (Abramowitz &
    /// Stegun 26.4.17), or the exponential tail.
    fn guess(self, cumulative_hazard: f64) -> f64 {
        let k = self.shape;
        let cube_root =
            1.0 - 1.0 / (9.0 * k) + rough_quantile(cumulative_hazard) / (3.0 * k.sqrt());
        if cumulative_hazard > 2.0 * k + 20.0 {
            log(cumulative_hazard)
        } else if k >= 0.5 && cube_root > 0.3 {
            log(k) + 3.0 * log(cube_root)
        } else {
            let log_passed = if cumulative_hazard < LN_2 {
                log(-expm1(-cumulative_hazard))
            } else {
                log1p(-exp(-cumulative_hazard))
            };
            // Γ(k + 1) P(k, x) = x^k (1 − k x / (k + 1) + …)
            let log_x = log(k) + (log_passed + self.depth) / k - 1.0;
            log_x + exp(log_x.min(0.0)) / (k + 1.0)
        }
    }
}

/// Γ(k + 1) e^x x^(−k) P(k, x) = 1 + x/(k+1) + x²/((k+1)(k+2)) + …
fn series(k: f64, x: f64) -> f64 {
    let mut term = 1.0;
    let mut sum = 1.0;
    let mut denominator = k;
    for _ in 0..MAX_TERMS {
        denominator += 1.0;
        term *= x / denominator;
        sum += term;
        if term < sum * 1e-17 {
            break;
        }
    }
    sum
}

/// Γ(k) e^x x^(−k) Q(k, x) = 1/(x+1−k− 1(1−k)/(x+3−k− 2(2−k)/(x+5−k− …)))
fn fraction(k: f64, x: f64) -> f64 {
    let mut b = x + 1.0 - k;
    let mut d = 1.0 / b;
    let mut c = f64::INFINITY;
    let mut value = d;
    let mut n = 0.0;
    for _ in 0..MAX_TERMS {
        n += 1.0;
        let a = n * (k - n);
        b += 2.0;
        d = 1.0 / (b + a * d);
        c = b + a / c;
        let change = c * d;
        value *= change;
        if (change - 1.0).abs() <= f64::EPSILON {
            break;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::Gamma;
    use libm::{exp, expm1, log};

    fn gamma(shape: f64, scale: f64) -> Gamma {
        Gamma::from_scale(shape, scale).expect("good arguments")
    }

    #[test]
    fn one_stage_is_exponential() {
        for h in [1e-12, 0.3, 1.9, 2.1, 40.0, 700.0] {
            assert!((gamma(1.0, 2.0).age_at(h) / (2.0 * h) - 1.0).abs() < 1e-14);
            assert!((gamma(1.0, 2.0).cumulative_hazard(2.0 * h) / h - 1.0).abs() < 1e-14);
            assert!((gamma(1.0, 2.0).hazard(h) - 0.5).abs() < 1e-15);
        }
    }

    #[test]
    fn three_stages_are_a_poisson_count_below_three() {
        for x in [0.5, 3.9, 4.1, 60.0] {
            let exact = x - log(1.0 + x + 0.5 * x * x);
            assert!((gamma(3.0, 1.0).cumulative_hazard(x) / exact - 1.0).abs() < 1e-14);
            let hazard = 0.5 * x * x / (1.0 + x + 0.5 * x * x);
            assert!((gamma(3.0, 1.0).hazard(x) / hazard - 1.0).abs() < 1e-14);
        }
    }

    #[test]
    fn the_hazard_at_birth_follows_the_shape() {
        assert_eq!(gamma(0.5, 2.0).hazard(0.0), f64::INFINITY);
        assert_eq!(gamma(1.0, 2.0).hazard(0.0), 0.5);
        assert_eq!(gamma(1.5, 2.0).hazard(0.0), 0.0);
    }

    #[test]
    fn ages_too_small_for_a_double_are_zero() {
        // F(a) = a^0.01 / Γ(1.01) near 0, so half of the draws fall below 1e-30.
        let law = gamma(0.01, 1.0);
        assert_eq!(law.age_at(1e-12), 0.0);
        let passed = exp(0.01 * log(1e-30) - libm::lgamma(1.01));
        let h = -libm::log1p(-passed);
        assert!((law.age_at(h) / 1e-30 - 1.0).abs() < 1e-11);
        assert!((-expm1(-law.cumulative_hazard(1e-30)) / passed - 1.0).abs() < 1e-14);
    }
}
