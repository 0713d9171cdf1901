//! The lognormal law, and the normal law truncated at age 0.

use libm::{exp, expm1, log, log1p};

use super::check::{Check, LawError};
use super::family::Family;
use super::invert::{Local, root};
use super::tail::{above, cumulative, excess, mills, quantile};

/// Its logarithm is normal: H(a) = −ln Φ(−z) with z = ln(a / median) / sigma.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lognormal {
    median: f64,
    sigma: f64,
}

impl Lognormal {
    pub(super) fn new(median: f64, sigma: f64) -> Result<Self, LawError> {
        let check = Check(Family::Lognormal);
        let median = check.positive("median", median)?;
        check.that(
            sigma > 0.0 && sigma.is_finite(),
            "sigma",
            sigma,
            "positive and finite",
        )?;
        check.that(
            (1e-3..=20.0).contains(&sigma),
            "sigma",
            sigma,
            "between 0.001 and 20",
        )?;
        Ok(Self { median, sigma })
    }

    pub(super) fn cumulative_hazard(self, age: f64) -> f64 {
        if age <= 0.0 {
            return 0.0;
        }
        cumulative(self.score(age))
    }

    pub(super) fn age_at(self, cumulative_hazard: f64) -> f64 {
        self.median * exp(self.sigma * quantile(cumulative_hazard))
    }

    pub(super) fn hazard(self, age: f64) -> f64 {
        if age <= 0.0 {
            return 0.0;
        }
        1.0 / (mills(self.score(age)) * self.sigma * age)
    }

    pub(super) fn mean(self) -> f64 {
        self.median * exp(0.5 * self.sigma * self.sigma)
    }

    fn score(self, age: f64) -> f64 {
        log(age / self.median) / self.sigma
    }
}

/// Below this share of the shortest scale of the density, the probability passed is summed as a
/// power series.
const NEAR: f64 = 0.25;

/// Normal, given that it is positive: H(a) = ln Φ(−α) − ln Φ(−z), with α = −mean / sd and
/// z = (a − mean) / sd.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Normal {
    mean: f64,
    sd: f64,
    /// α, the standard score of age 0.
    start: f64,
    /// Mills' ratio at α, sd over the hazard at age 0.
    mills: f64,
}

impl Normal {
    pub(super) fn new(mean: f64, sd: f64) -> Result<Self, LawError> {
        let check = Check(Family::Normal);
        check.that(mean.is_finite(), "mean", mean, "finite")?;
        check.that(
            mean.abs() <= 1e100,
            "mean",
            mean,
            "between -1e100 and 1e100",
        )?;
        let sd = check.positive("sd", sd)?;
        let start = -mean / sd;
        check.that(start.abs() <= 1e6, "mean", mean, "within a million sd of 0")?;
        Ok(Self {
            mean,
            sd,
            start,
            mills: mills(start),
        })
    }

    pub(super) fn cumulative_hazard(self, age: f64) -> f64 {
        if age <= 0.0 {
            return 0.0;
        }
        if age == f64::INFINITY {
            return f64::INFINITY;
        }
        let width = age / self.sd;
        let z = (age - self.mean) / self.sd;
        if width * self.start.abs().max(1.0) < NEAR {
            -log1p(-near(self.start, width) / self.mills)
        } else if self.start > 0.0 {
            width * (self.start + 0.5 * width) + log(self.mills / mills(z))
        } else if z < 0.0 {
            -log1p(-(above(-z) - above(-self.start)) / above(self.start))
        } else {
            cumulative(z) - cumulative(self.start)
        }
    }

    pub(super) fn age_at(self, cumulative_hazard: f64) -> f64 {
        if cumulative_hazard <= 0.0 || cumulative_hazard == f64::INFINITY {
            return cumulative_hazard;
        }
        let log_target = log(cumulative_hazard);
        let log_width = root(log(self.guess(cumulative_hazard)), |log_width| {
            let width = exp(log_width);
            let age = self.sd * width;
            let cumulative = self.cumulative_hazard(age);
            let z = (age - self.mean) / self.sd;
            let hazard = 1.0 / mills(z);
            let slope = width * hazard / cumulative;
            Local {
                residual: log(cumulative) - log_target,
                slope,
                bend: 1.0 + width * (hazard - z) - slope,
            }
        });
        self.sd * exp(log_width)
    }

    pub(super) fn hazard(self, age: f64) -> f64 {
        if age < 0.0 {
            return 0.0;
        }
        1.0 / (mills((age - self.mean) / self.sd) * self.sd)
    }

    pub(super) fn mean(self) -> f64 {
        self.sd * excess(self.start)
    }

    /// A first age / sd: the density taken as exponential near 0, or the score of the whole
    /// normal law.
    fn guess(self, cumulative_hazard: f64) -> f64 {
        let slow = -expm1(-cumulative_hazard) * self.mills;
        let bent = self.start * slow;
        let near = if bent.abs() < 1e-3 {
            slow * (1.0 + 0.5 * bent)
        } else {
            -log1p(-bent) / self.start
        };
        if near * self.start.abs().max(1.0) < NEAR {
            return near;
        }
        let score = if self.start < 0.0 && cumulative_hazard < 1.0 {
            let passed = above(-self.start) - expm1(-cumulative_hazard) * above(self.start);
            quantile(-log1p(-passed))
        } else {
            quantile(cumulative_hazard + cumulative(self.start))
        };
        score - self.start
    }
}

/// ∫₀^width exp(−αt − t²/2) dt for α `start`, by the Hermite series of the integrand.
fn near(start: f64, width: f64) -> f64 {
    let (mut previous, mut term) = (0.0, 1.0);
    let mut sum = 0.0;
    let mut n = 1.0;
    // With width and |α| width below 0.25, twenty terms reach 1e-17.
    while n <= 20.0 {
        sum += term / n;
        let next = -width * (start * term + width * previous) / n;
        previous = term;
        term = next;
        n += 1.0;
    }
    width * sum
}

#[cfg(test)]
mod tests {
    use super::{Lognormal, Normal};
    use libm::{erf, exp, log};

    fn normal(mean: f64, sd: f64) -> Normal {
        Normal::new(mean, sd).expect("good arguments")
    }

    #[test]
    fn half_of_a_lognormal_is_past_its_median() {
        let law = Lognormal::new(0.3, 0.5).expect("good arguments");
        let half = std::f64::consts::LN_2;
        assert!((law.age_at(half) / 0.3 - 1.0).abs() < 1e-15);
        assert!((law.cumulative_hazard(0.3) / half - 1.0).abs() < 1e-15);
        assert_eq!(law.hazard(0.0), 0.0);
        assert!((law.mean() / (0.3 * exp(0.125)) - 1.0).abs() < 1e-15);
    }

    #[test]
    fn around_zero_it_is_half_a_normal() {
        let law = normal(0.0, 1.0);
        for age in [1e-9, 0.249, 0.251, 1.0, 3.0] {
            let exact = -libm::log1p(-erf(age / 2.0_f64.sqrt()));
            assert!(
                (law.cumulative_hazard(age) / exact - 1.0).abs() < 1e-13,
                "{age}"
            );
        }
        let root = (2.0 / std::f64::consts::PI).sqrt();
        assert!((law.mean() / root - 1.0).abs() < 1e-15);
        assert!((law.hazard(0.0) / root - 1.0).abs() < 1e-15);
    }

    #[test]
    fn far_below_zero_it_is_nearly_exponential() {
        // Mills: the hazard at 0 is (α + 1/α − 2/α³ …) / sd.
        let law = normal(-1e5, 1.0);
        assert!((law.hazard(0.0) / (1e5 + 1e-5) - 1.0).abs() < 1e-15);
        assert!((law.age_at(1.0) / (1.0 / (1e5 + 1e-5)) - 1.0).abs() < 1e-9);
        assert!((law.mean() * 1e5 - 1.0).abs() < 1e-9);
    }

    #[test]
    fn far_above_zero_nothing_is_cut_off() {
        let law = normal(1e3, 1.0);
        assert_eq!(law.mean(), 1e3);
        assert_eq!(law.cumulative_hazard(900.0), 0.0);
        assert!((law.cumulative_hazard(1e3) - log(2.0)).abs() < 1e-15);
    }

    #[test]
    fn the_sum_near_zero_meets_the_difference_of_tails() {
        for score in [-8.0, -3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0, 8.0_f64] {
            let law = normal(score, 1.0);
            let edge = super::NEAR / score.abs().max(1.0);
            let (near, far) = (edge * (1.0 - 1e-14), edge * (1.0 + 1e-14));
            let (near, far) = (law.cumulative_hazard(near), law.cumulative_hazard(far));
            assert!(
                (near / far - 1.0).abs() < 1e-12,
                "{score}: {near} and {far}"
            );
        }
    }

    #[test]
    fn early_hazards_far_below_the_mean_are_inverted_to_the_last_digits() {
        // Here the hazard is tiny beside the score, and must not be reckoned as a difference from it.
        for step in 0..=400 {
            let law = normal(4.0 + 0.01 * f64::from(step), 1.0);
            for h in [1e-12, 1.5e-12, 1e-11, 1e-9, 1e-6] {
                let error = law.cumulative_hazard(law.age_at(h)) / h - 1.0;
                assert!(error.abs() < 1e-13, "{law:?} at {h}: {error:e}");
            }
        }
    }
}
