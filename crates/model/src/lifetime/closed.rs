//! The laws whose cumulative hazard and its inverse are elementary.

use libm::{exp, expm1, log, log1p, pow, tgamma};

use super::check::{Check, Interval, LawError};
use super::family::Family;

/// Without memory: H(a) = a / mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exponential {
    mean: f64,
}

impl Exponential {
    pub(super) fn from_rate(rate: f64) -> Result<Self, LawError> {
        let rate = Check(Family::Exponential).positive("rate", rate)?;
        Ok(Self { mean: 1.0 / rate })
    }

    pub(super) fn from_mean(mean: f64) -> Result<Self, LawError> {
        let mean = Check(Family::Exponential).positive("mean", mean)?;
        Ok(Self { mean })
    }

    pub(super) fn cumulative_hazard(self, age: f64) -> f64 {
        age.max(0.0) / self.mean
    }

    pub(super) fn age_at(self, cumulative_hazard: f64) -> f64 {
        cumulative_hazard * self.mean
    }

    pub(super) fn hazard(self, age: f64) -> f64 {
        if age < 0.0 { 0.0 } else { 1.0 / self.mean }
    }

    pub(super) fn mean(self) -> f64 {
        self.mean
    }
}

/// A power of age: H(a) = (a / scale)^shape.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weibull {
    shape: f64,
    scale: f64,
}

impl Weibull {
    pub(super) fn new(shape: f64, scale: f64) -> Result<Self, LawError> {
        let check = Check(Family::Weibull);
        let shape = check.shape("shape", shape)?;
        let scale = check.positive("scale", scale)?;
        Ok(Self { shape, scale })
    }

    pub(super) fn cumulative_hazard(self, age: f64) -> f64 {
        pow(age.max(0.0) / self.scale, self.shape)
    }

    pub(super) fn age_at(self, cumulative_hazard: f64) -> f64 {
        self.scale * pow(cumulative_hazard, 1.0 / self.shape)
    }

    pub(super) fn hazard(self, age: f64) -> f64 {
        if age < 0.0 {
            return 0.0;
        }
        self.shape / self.scale * pow(age / self.scale, self.shape - 1.0)
    }

    pub(super) fn mean(self) -> f64 {
        self.scale * tgamma(1.0 + 1.0 / self.shape)
    }
}

/// Equally likely everywhere: 1 − F(a) = (high − a) / (high − low).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Uniform {
    support: Interval,
}

impl Uniform {
    pub(super) fn new(low: f64, high: f64) -> Result<Self, LawError> {
        let support = Check(Family::Uniform).interval(low, high)?;
        Ok(Self { support })
    }

    pub(super) fn cumulative_hazard(self, age: f64) -> f64 {
        if age <= self.support.low() {
            return 0.0;
        }
        if age >= self.support.high() {
            return f64::INFINITY;
        }
        let (below, above) = self.support.shares(age);
        minus_log_above(below, above)
    }

    pub(super) fn age_at(self, cumulative_hazard: f64) -> f64 {
        self.support
            .age(-expm1(-cumulative_hazard), exp(-cumulative_hazard))
    }

    pub(super) fn hazard(self, age: f64) -> f64 {
        if age < self.support.low() {
            0.0
        } else if age >= self.support.high() {
            f64::INFINITY
        } else {
            1.0 / (self.support.high() - age)
        }
    }

    pub(super) fn mean(self) -> f64 {
        self.support.low() + 0.5 * self.support.width()
    }
}

/// A density that rises straight to `mode` and falls straight from it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Triangular {
    support: Interval,
    mode: f64,
    /// Share of the support, and of the probability, below the mode.
    rising: f64,
    /// The cumulative hazard at the mode, −ln(1 − `rising`).
    at_mode: f64,
}

impl Triangular {
    pub(super) fn new(low: f64, mode: f64, high: f64) -> Result<Self, LawError> {
        let check = Check(Family::Triangular);
        let support = check.interval(low, high)?;
        let mode = check.age("mode", mode)?;
        check.that(
            mode >= low && mode <= high,
            "mode",
            mode,
            "between low and high",
        )?;
        check.that(
            mode <= low || mode - low >= 1e-100,
            "mode",
            mode,
            "low, or greater than low by 1e-100 or more",
        )?;
        let (rising, falling) = support.shares(mode);
        Ok(Self {
            support,
            mode,
            rising,
            at_mode: minus_log_above(rising, falling),
        })
    }

    pub(super) fn cumulative_hazard(self, age: f64) -> f64 {
        if age <= self.support.low() {
            return 0.0;
        }
        if age >= self.support.high() {
            return f64::INFINITY;
        }
        let (below, above) = self.support.shares(age);
        if age >= self.mode {
            return 2.0 * minus_log_above(below, above) - self.at_mode;
        }
        let passed = below * below / self.rising;
        if passed < 0.5 {
            return -log1p(-passed);
        }
        // 1 − below² / rising, as a sum of positive terms.
        let to_mode = (self.mode - age) / self.support.width();
        -log((to_mode + below * above) / self.rising)
    }

    pub(super) fn age_at(self, cumulative_hazard: f64) -> f64 {
        if cumulative_hazard < self.at_mode {
            let below = (-expm1(-cumulative_hazard) * self.rising).sqrt();
            let age = self.support.low() + self.support.width() * below;
            return age.min(self.mode);
        }
        let half = 0.5 * (cumulative_hazard + self.at_mode);
        self.support.age(-expm1(-half), exp(-half)).max(self.mode)
    }

    pub(super) fn hazard(self, age: f64) -> f64 {
        if age < self.support.low() {
            return 0.0;
        }
        if age >= self.support.high() {
            return f64::INFINITY;
        }
        if age >= self.mode {
            return 2.0 / (self.support.high() - age);
        }
        let (below, above) = self.support.shares(age);
        let to_mode = (self.mode - age) / self.support.width();
        2.0 * below / ((to_mode + below * above) * self.support.width())
    }

    pub(super) fn mean(self) -> f64 {
        (self.support.low() + self.mode + self.support.high()) / 3.0
    }
}

/// −ln(`above`) where `above` = 1 − `below`, from whichever share is the smaller.
fn minus_log_above(below: f64, above: f64) -> f64 {
    if below < 0.5 {
        -log1p(-below)
    } else {
        -log(above)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Family, Law};
    use super::{Triangular, Uniform, Weibull};
    use std::f64::consts::{LN_2, PI};

    fn close(value: f64, exact: f64) -> bool {
        (value - exact).abs() <= 1e-15 * exact.abs()
    }

    #[test]
    fn an_exponential_waits_for_its_rate() {
        let law = Law::new(Family::Exponential, 0, &[0.25]).expect("good arguments");
        assert_eq!(law.age_at(1.5), 6.0);
        assert_eq!(law.cumulative_hazard(6.0), 1.5);
        assert_eq!(law.hazard(6.0), 0.25);
        assert_eq!(law.mean(), 4.0);
    }

    #[test]
    fn the_hazard_of_a_weibull_falls_stays_or_rises() {
        let hazard = |shape, age| {
            Weibull::new(shape, 2.0)
                .expect("good arguments")
                .hazard(age)
        };
        assert_eq!(hazard(0.7, 0.0), f64::INFINITY);
        assert!(hazard(0.7, 1.0) > hazard(0.7, 2.0));
        assert_eq!(hazard(1.0, 0.0), 0.5);
        assert_eq!(hazard(2.0, 0.0), 0.0);
        assert!(close(hazard(2.0, 3.0), 1.5));
        let rayleigh = Weibull::new(2.0, 2.0).expect("good arguments");
        assert!(close(rayleigh.mean(), PI.sqrt()));
    }

    #[test]
    fn a_uniform_law_is_half_spent_in_the_middle() {
        let law = Uniform::new(1.0, 4.0).expect("good arguments");
        assert!(close(law.age_at(LN_2), 2.5));
        assert!(close(law.cumulative_hazard(2.5), LN_2));
        assert_eq!(law.hazard(0.5), 0.0);
        assert_eq!(law.hazard(2.0), 0.5);
        assert_eq!(law.hazard(4.0), f64::INFINITY);
        assert_eq!(law.age_at(1e-20), 1.0);
        assert_eq!(law.age_at(800.0), 4.0);
    }

    #[test]
    fn a_triangle_has_its_probability_on_both_sides_of_the_mode() {
        let law = Triangular::new(0.0, 1.0, 4.0).expect("good arguments");
        // F(1) = 1/4 and F(2) = 1 − 2²/12.
        assert!(close(law.cumulative_hazard(1.0), -libm::log(0.75)));
        assert!(close(law.cumulative_hazard(2.0), libm::log(3.0)));
        assert!(close(law.age_at(libm::log(3.0)), 2.0));
        assert!(close(law.age_at(-libm::log1p(-1.0 / 16.0)), 0.5));
        // Density 2 · 0.5/4, survival 15/16.
        assert!(close(law.hazard(0.5), 0.25 * 16.0 / 15.0));
        assert_eq!(law.hazard(2.0), 1.0);
    }

    #[test]
    fn a_mode_may_lie_at_either_end() {
        let falling = Triangular::new(0.0, 0.0, 1.0).expect("good arguments");
        assert!(close(falling.cumulative_hazard(0.5), 2.0 * LN_2));
        let rising = Triangular::new(0.0, 1.0, 1.0).expect("good arguments");
        assert!(close(rising.cumulative_hazard(0.5), -libm::log(0.75)));
    }
}
