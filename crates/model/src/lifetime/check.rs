//! What arguments a law can have, and what a bad one is told.

use std::error::Error;
use std::fmt;

use super::family::Family;

/// An argument that no law of its family can have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LawError {
    /// The family that was asked for.
    pub family: Family,
    /// The name of the argument at fault.
    pub argument: &'static str,
    /// The value it was given.
    pub value: f64,
    /// What it must be, to be read after "must be".
    pub requirement: &'static str,
}

impl fmt::Display for LawError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {} must be {}, got ",
            self.family, self.argument, self.requirement
        )?;
        let size = self.value.abs();
        if size > 0.0 && size < f64::INFINITY && !(1e-6..1e9).contains(&size) {
            write!(f, "{:e}", self.value)
        } else {
            write!(f, "{}", self.value)
        }
    }
}

impl Error for LawError {}

/// Checks the arguments of one family, one at a time.
#[derive(Clone, Copy)]
pub(super) struct Check(pub(super) Family);

impl Check {
    /// `value`, if `accepted`.
    pub(super) fn that(
        self,
        accepted: bool,
        argument: &'static str,
        value: f64,
        requirement: &'static str,
    ) -> Result<f64, LawError> {
        if accepted {
            Ok(value)
        } else {
            Err(LawError {
                family: self.0,
                argument,
                value,
                requirement,
            })
        }
    }

    /// A rate, a scale, or another positive quantity with a unit of time.
    pub(super) fn positive(self, argument: &'static str, value: f64) -> Result<f64, LawError> {
        self.that(
            value > 0.0 && value.is_finite(),
            argument,
            value,
            "positive and finite",
        )?;
        self.that(
            (1e-100..=1e100).contains(&value),
            argument,
            value,
            "between 1e-100 and 1e100",
        )
    }

    /// A pure number that gives a law its form, between 0.01 and a million.
    pub(super) fn shape(self, argument: &'static str, value: f64) -> Result<f64, LawError> {
        self.that(
            value > 0.0 && value.is_finite(),
            argument,
            value,
            "positive and finite",
        )?;
        self.that(
            (0.01..=1e6).contains(&value),
            argument,
            value,
            "between 0.01 and 1000000",
        )
    }

    /// An age: finite and not negative.
    pub(super) fn age(self, argument: &'static str, value: f64) -> Result<f64, LawError> {
        self.that(
            value >= 0.0 && value.is_finite(),
            argument,
            value,
            "finite and not negative",
        )?;
        self.that(value <= 1e100, argument, value, "at most 1e100")
    }

    /// The ends of a bounded law, `low` below `high`.
    pub(super) fn interval(self, low: f64, high: f64) -> Result<Interval, LawError> {
        let low = self.age("low", low)?;
        let high = self.age("high", high)?;
        self.that(high > low, "high", high, "greater than low")?;
        let width = high - low;
        self.that(
            width >= 1e-100,
            "high",
            high,
            "greater than low by 1e-100 or more",
        )?;
        Ok(Interval { low, high, width })
    }
}

/// The support of a bounded law: `low` ≤ age ≤ `high`.
///
/// Positions in it are kept as two shares, below and above, so that neither end loses digits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Interval {
    low: f64,
    high: f64,
    width: f64,
}

impl Interval {
    pub(super) fn low(self) -> f64 {
        self.low
    }

    pub(super) fn high(self) -> f64 {
        self.high
    }

    pub(super) fn width(self) -> f64 {
        self.width
    }

    /// Shares of the interval below and above `age`; each is relatively exact.
    pub(super) fn shares(self, age: f64) -> (f64, f64) {
        (
            (age - self.low) / self.width,
            (self.high - age) / self.width,
        )
    }

    /// The age with the share `below` under it and `above` over it, reckoned from the nearer end.
    pub(super) fn age(self, below: f64, above: f64) -> f64 {
        let age = if below <= above {
            self.low + self.width * below
        } else {
            self.high - self.width * above
        };
        age.clamp(self.low, self.high)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Family, Law};
    use super::LawError;

    /// Reckoned from the nearer end, an age close to it keeps its digits.
    #[test]
    fn ages_close_to_an_end_keep_their_digits() {
        let law = Law::new(Family::Uniform, 0, &[0.0, 3.0]).expect("good arguments");
        assert!((law.age_at(1e-20) / 3e-20 - 1.0).abs() < 1e-15);
    }

    const REFUSED: [(Family, usize, &[f64], &str); 31] = [
        (
            Family::Exponential,
            0,
            &[0.0],
            "exponential: rate must be positive and finite, got 0",
        ),
        (
            Family::Exponential,
            1,
            &[-2.0],
            "exponential: mean must be positive and finite, got -2",
        ),
        (
            Family::Exponential,
            1,
            &[1e-101],
            "exponential: mean must be between 1e-100 and 1e100, got 1e-101",
        ),
        (
            Family::Weibull,
            0,
            &[0.0, 1.0],
            "weibull: shape must be positive and finite, got 0",
        ),
        (
            Family::Weibull,
            0,
            &[1e7, 1.0],
            "weibull: shape must be between 0.01 and 1000000, got 10000000",
        ),
        (
            Family::Weibull,
            0,
            &[1.0, f64::NAN],
            "weibull: scale must be positive and finite, got NaN",
        ),
        (
            Family::Gamma,
            0,
            &[-1.0, 1.0],
            "gamma: shape must be positive and finite, got -1",
        ),
        (
            Family::Gamma,
            0,
            &[1.0, f64::INFINITY],
            "gamma: scale must be positive and finite, got inf",
        ),
        (
            Family::Gamma,
            1,
            &[0.001, 1.0],
            "gamma: shape must be between 0.01 and 1000000, got 0.001",
        ),
        (
            Family::Gamma,
            1,
            &[1.0, 0.0],
            "gamma: mean must be positive and finite, got 0",
        ),
        (
            Family::Lognormal,
            0,
            &[0.0, 1.0],
            "lognormal: median must be positive and finite, got 0",
        ),
        (
            Family::Lognormal,
            0,
            &[1.0, 0.0],
            "lognormal: sigma must be positive and finite, got 0",
        ),
        (
            Family::Lognormal,
            0,
            &[1.0, 21.0],
            "lognormal: sigma must be between 0.001 and 20, got 21",
        ),
        (
            Family::Normal,
            0,
            &[f64::NAN, 1.0],
            "normal: mean must be finite, got NaN",
        ),
        (
            Family::Normal,
            0,
            &[1.0, 0.0],
            "normal: sd must be positive and finite, got 0",
        ),
        (
            Family::Normal,
            0,
            &[-2e6, 1.0],
            "normal: mean must be within a million sd of 0, got -2000000",
        ),
        (
            Family::Uniform,
            0,
            &[-1.0, 1.0],
            "uniform: low must be finite and not negative, got -1",
        ),
        (
            Family::Uniform,
            0,
            &[1.0, f64::INFINITY],
            "uniform: high must be finite and not negative, got inf",
        ),
        (
            Family::Uniform,
            0,
            &[1.0, 1.0],
            "uniform: high must be greater than low, got 1",
        ),
        (
            Family::Triangular,
            0,
            &[f64::NAN, 1.0, 2.0],
            "triangular: low must be finite and not negative, got NaN",
        ),
        (
            Family::Triangular,
            0,
            &[2.0, 2.0, 2.0],
            "triangular: high must be greater than low, got 2",
        ),
        (
            Family::Triangular,
            0,
            &[1.0, 0.5, 2.0],
            "triangular: mode must be between low and high, got 0.5",
        ),
        (
            Family::Triangular,
            0,
            &[1.0, 2.5, 2.0],
            "triangular: mode must be between low and high, got 2.5",
        ),
        (
            Family::Beta,
            0,
            &[0.0, 1.0, 0.0, 1.0],
            "beta: a must be positive and finite, got 0",
        ),
        (
            Family::Beta,
            0,
            &[1.0, -1.0, 0.0, 1.0],
            "beta: b must be positive and finite, got -1",
        ),
        (
            Family::Beta,
            0,
            &[1.0, 2e6, 0.0, 1.0],
            "beta: b must be between 0.01 and 1000000, got 2000000",
        ),
        (
            Family::Beta,
            0,
            &[1.0, 1.0, -0.5, 1.0],
            "beta: low must be finite and not negative, got -0.5",
        ),
        (
            Family::Beta,
            0,
            &[1.0, 1.0, 1.0, 0.5],
            "beta: high must be greater than low, got 0.5",
        ),
        (
            Family::Beta,
            0,
            &[1.0, 1.0, 0.0, 1e200],
            "beta: high must be at most 1e100, got 1e200",
        ),
        (
            Family::Fixed,
            0,
            &[-0.1],
            "fixed: value must be finite and not negative, got -0.1",
        ),
        (
            Family::Fixed,
            0,
            &[f64::NAN],
            "fixed: value must be finite and not negative, got NaN",
        ),
    ];

    #[test]
    fn bad_arguments_are_refused_by_name() {
        for (family, signature, args, message) in REFUSED {
            let error = Law::new(family, signature, args)
                .expect_err(message)
                .to_string();
            assert_eq!(error, message);
        }
    }

    #[test]
    fn an_error_can_be_taken_apart() {
        let error = Law::new(Family::Gamma, 1, &[4.0, -0.25]).expect_err("a negative mean");
        let expected = LawError {
            family: Family::Gamma,
            argument: "mean",
            value: -0.25,
            requirement: "positive and finite",
        };
        assert_eq!(error, expected);
    }
}
