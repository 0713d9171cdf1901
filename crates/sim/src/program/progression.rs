//! Times at equal steps, of the decimals as they are written.
//!
//! 0.1 is not a double, and 3 times the nearest double is not the double nearest to 0.3. A calendar or a grid means the
//! decimal: its k-th time is first + k × step in decimals, rounded once.

use std::fmt::{self, Write};

/// The times first, first + step, first + 2 step, ….
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progression {
    first: f64,
    step: f64,
    decimal: Option<Decimal>,
}

/// First time and step as whole numbers of 10^−`places`.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Decimal {
    first: i128,
    step: i128,
    places: u32,
}

/// Powers of ten that are doubles.
const EXACT_POWERS: u32 = 22;
/// Whole numbers up to here are doubles.
const EXACT_WHOLE: i128 = 1 << 53;

impl Progression {
    /// The decimals are the shortest that stand for these doubles.
    pub fn new(first: f64, step: f64) -> Self {
        let decimal = Decimal::of(first, step);
        Self {
            first,
            step,
            decimal,
        }
    }

    /// Its `index`-th time, counted from 0. Where the exact decimal needs more than 38 digits it is rounded on the way.
    pub fn at(&self, index: u64) -> f64 {
        let exact = self.decimal.and_then(|decimal| decimal.at(index));
        exact.unwrap_or(self.first + index as f64 * self.step)
    }

    /// All its times, without end.
    pub fn times(self) -> impl Iterator<Item = f64> {
        (0..).map(move |index| self.at(index))
    }
}

impl Decimal {
    fn of(first: f64, step: f64) -> Option<Self> {
        let (first, first_exponent) = digits(first)?;
        let (step, step_exponent) = digits(step)?;
        let places = first_exponent.min(step_exponent).min(0).unsigned_abs();
        let shifted = |digits: i128, exponent: i32| {
            let shift = exponent.checked_add_unsigned(places)?;
            let power = 10_i128.checked_pow(u32::try_from(shift).ok()?)?;
            digits.checked_mul(power)
        };
        Some(Self {
            first: shifted(first, first_exponent)?,
            step: shifted(step, step_exponent)?,
            places,
        })
    }

    fn at(self, index: u64) -> Option<f64> {
        let whole = self.step.checked_mul(i128::from(index))?;
        let whole = whole.checked_add(self.first)?;
        if whole.abs() <= EXACT_WHOLE && self.places <= EXACT_POWERS {
            // Both are doubles, so that their quotient is rounded once.
            let power = 10_u128.pow(self.places);
            return Some(whole as f64 / power as f64);
        }
        let mut text = Text::default();
        write!(text, "{whole}e-{}", self.places).ok()?;
        text.as_str().parse().ok()
    }
}

/// The shortest decimal that stands for a finite double, as a whole number and a power of ten.
fn digits(value: f64) -> Option<(i128, i32)> {
    let mut text = Text::default();
    write!(text, "{value:e}").ok()?;
    let (mantissa, exponent) = text.as_str().split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut joined = Text::default();
    write!(joined, "{whole}{fraction}").ok()?;
    let places = i32::try_from(fraction.len()).ok()?;
    Some((joined.as_str().parse().ok()?, exponent - places))
}

/// A short text that needs no allocation: trials read dates.
struct Text {
    bytes: [u8; 64],
    length: usize,
}

impl Default for Text {
    fn default() -> Self {
        Self {
            bytes: [0; 64],
            length: 0,
        }
    }
}

impl Text {
    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }
}

impl Write for Text {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        let end = self.length + more.len();
        let room = self.bytes.get_mut(self.length..end).ok_or(fmt::Error)?;
        room.copy_from_slice(more.as_bytes());
        self.length = end;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Progression;

    /// The decimal product, written out by whole-number arithmetic and read by the standard library.
    fn written(first: u64, step: u64, index: u64, places: usize) -> f64 {
        let whole = first + index * step;
        let power = 10_u64.pow(u32::try_from(places).unwrap());
        let text = format!("{}.{:0places$}", whole / power, whole % power);
        text.parse().unwrap()
    }

    #[test]
    fn multiples_are_those_of_the_decimal() {
        let mut differ = 0;
        for (step, places) in [(1, 1), (7, 1), (3, 1), (25, 2), (1, 3), (365_250_001, 6)] {
            let value = written(0, step, 1, places);
            let times = Progression::new(value, value);
            for index in 0..2_000 {
                let exact = written(step, step, index, places);
                assert_eq!(times.at(index), exact);
                differ += u32::from((index + 1) as f64 * value != exact);
            }
        }
        assert!(differ > 1_000, "{differ}");
    }

    #[test]
    fn a_first_time_is_added_in_decimals() {
        let times = Progression::new(0.05, 0.1);
        for index in 0..2_000 {
            assert_eq!(times.at(index), written(5, 10, index, 2));
        }
        assert_eq!(Progression::new(0.0, 0.1).at(3), 0.3);
        assert_eq!(Progression::new(2.5, 4.0).times().nth(2), Some(10.5));
    }

    /// With 16 digits the quotient of two doubles will not do.
    #[test]
    fn long_decimals() {
        let third = 1.0 / 3.0;
        let times = Progression::new(third, third);
        // 0.3333333333333333 × 3000000 = 999999.9999999999.
        assert_eq!(times.at(2_999_999), 999_999.999_999_999_9);
        let tiny = Progression::new(0.0, 1e-300);
        assert_eq!(tiny.at(7), 7e-300);
        let mixed = Progression::new(1e300, 1e-300);
        assert_eq!(mixed.at(7), 1e300);
    }
}
