//! Stopping once every interval is narrow enough.

use super::estimate::Estimate;
use std::fmt;
use std::str::FromStr;

/// How narrow the 95 % interval of every outcome is to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Precision {
    /// Half-widths of at most so much.
    Absolute(f64),
    /// Half-widths of at most this part of the mean.
    Relative(f64),
}

/// Trials before the first look; each further look comes after twice as many.
pub const FIRST_LOOK: u64 = 10_000;

impl Precision {
    /// The numbers of trials at which they are looked at, up to so many.
    pub fn looks_up_to(trials: u64) -> impl Iterator<Item = u64> {
        let looks = std::iter::successors(Some(FIRST_LOOK), |look| look.checked_mul(2));
        looks.take_while(move |look| *look <= trials)
    }

    /// Whether trials are looked at once there are so many.
    #[must_use]
    pub fn looks_at(trials: u64) -> bool {
        Self::looks_up_to(trials).last() == Some(trials)
    }

    /// Whether an outcome is known well enough. One that was equal in all trials has no interval that more trials would
    /// narrow, and holds nothing up.
    #[must_use]
    pub fn is_reached(self, estimate: &Estimate) -> bool {
        let allowed = match self {
            Self::Absolute(width) => width,
            Self::Relative(part) => part * estimate.mean.abs(),
        };
        estimate
            .half_width()
            .map_or(estimate.constant.is_some(), |half| half <= allowed)
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absolute(width) => write!(f, "{width}"),
            // Ten digits leave out what the way through a part of 1 has added behind them.
            Self::Relative(part) => write!(f, "{}%", (part * 1e12).round() / 1e10),
        }
    }
}

impl FromStr for Precision {
    type Err = String;

    /// `0.01` is absolute, `5%` relative.
    fn from_str(text: &str) -> Result<Self, String> {
        let (number, relative) = match text.trim().strip_suffix('%') {
            Some(number) => (number.trim_end(), true),
            None => (text.trim(), false),
        };
        match number.parse::<f64>() {
            Ok(value) if value > 0.0 && value.is_finite() => Ok(if relative {
                Self::Relative(value / 100.0)
            } else {
                Self::Absolute(value)
            }),
            _ => Err(
                "a half-width of the 95 % intervals is a number above 0, such as 0.01, or a part of the mean, such as 5%"
                    .to_owned(),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_come_at_doubling_numbers() {
        let looks: Vec<u64> = (0..=200)
            .map(|k| k * 1_000)
            .filter(|n| Precision::looks_at(*n))
            .collect();
        assert_eq!(looks, [10_000, 20_000, 40_000, 80_000, 160_000]);
    }

    #[test]
    fn precisions_are_read() {
        assert_eq!("0.01".parse(), Ok(Precision::Absolute(0.01)));
        assert_eq!(" 5 %".parse(), Ok(Precision::Relative(0.05)));
        for shown in ["0.01", "7%", "29%", "0.5%"] {
            assert_eq!(shown.parse::<Precision>().unwrap().to_string(), shown);
        }
        for wrong in ["", "0", "-1", "nan", "inf", "5%%", "x", "%"] {
            assert!(wrong.parse::<Precision>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn half_widths_are_judged() {
        let of = |mean, interval, constant| Estimate {
            mean,
            interval,
            constant,
        };
        let estimate = of(2.0, Some([1.5, 2.5]), None);
        assert!(Precision::Absolute(0.5).is_reached(&estimate));
        assert!(!Precision::Absolute(0.4).is_reached(&estimate));
        assert!(Precision::Relative(0.25).is_reached(&estimate));
        assert!(!Precision::Relative(0.2).is_reached(&estimate));
        // Never happened: its upper limit can be narrow enough, but no part of 0 is.
        let never = of(0.0, Some([0.0, 0.02]), Some(0.0));
        assert!(Precision::Absolute(0.01).is_reached(&never));
        assert!(!Precision::Relative(0.5).is_reached(&never));
        assert!(Precision::Absolute(1e-9).is_reached(&of(7.0, None, Some(7.0))));
        assert!(!Precision::Absolute(1e9).is_reached(&of(7.0, None, None)));
    }
}
