//! Quantiles in one pass, whatever the order of values and merges.

use super::order::rank;

/// Counts of values in fixed bins, 128 to each doubling. Quantiles are exact where the values of a bin are all
/// equal, as whole numbers up to 256 are, and within 0.4 % of the value otherwise. Unlike sketches that
/// adapt, the result depends on the values alone. −0 is taken as 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sketch {
    /// Bins in the order of their values.
    bins: Vec<Bin>,
    count: u64,
    /// Whether some value is no whole number.
    fractions: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Bin {
    key: i64,
    count: u64,
    least: f64,
    most: f64,
}

/// Between which values the value with a given rank lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct RankRange {
    /// The smallest value in its bin.
    pub least: f64,
    /// The largest value in its bin.
    pub most: f64,
    /// Values in lower bins.
    pub below: u64,
    /// Values in its bin.
    pub count: u64,
}

/// A key for the bin of a value, in the order of values: sign, exponent and seven bits of mantissa.
fn key(value: f64) -> i64 {
    const DROPPED: u32 = 52 - 7;
    let bits = value.to_bits();
    #[allow(
        clippy::cast_possible_wrap,
        reason = "the sign bit is masked or shifted off"
    )]
    let magnitude = ((bits & !(1 << 63)) >> DROPPED) as i64;
    if value.is_sign_negative() {
        -magnitude - 1
    } else {
        magnitude
    }
}

impl Sketch {
    /// No values yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds all values of a slice, which is left sorted.
    pub fn add_all(&mut self, values: &mut [f64]) {
        values.sort_unstable_by(f64::total_cmp);
        let mut bins: Vec<Bin> = Vec::new();
        for value in values.iter().map(|value| value + 0.0) {
            let key = key(value);
            match bins.last_mut() {
                Some(bin) if bin.key == key => {
                    bin.count += 1;
                    bin.most = value;
                }
                _ => bins.push(Bin {
                    key,
                    count: 1,
                    least: value,
                    most: value,
                }),
            }
        }
        self.merge(&Self {
            bins,
            count: values.len() as u64,
            fractions: values.iter().any(|value| value.fract() != 0.0),
        });
    }

    /// Adds all values that `other` has seen.
    pub fn merge(&mut self, other: &Self) {
        let mut merged = Vec::with_capacity(self.bins.len() + other.bins.len());
        let (mut a, mut b) = (self.bins.iter().peekable(), other.bins.iter().peekable());
        while let Some(next) = match (a.peek(), b.peek()) {
            (Some(x), Some(y)) if x.key == y.key => {
                let both = Bin {
                    key: x.key,
                    count: x.count + y.count,
                    least: x.least.min(y.least),
                    most: x.most.max(y.most),
                };
                a.next();
                b.next();
                Some(both)
            }
            (Some(x), Some(y)) if y.key < x.key => b.next().copied(),
            (Some(_), _) => a.next().copied(),
            (None, _) => b.next().copied(),
        } {
            merged.push(next);
        }
        self.bins = merged;
        self.count += other.count;
        self.fractions |= other.fractions;
    }

    /// Number of values.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The smallest and the largest value.
    #[must_use]
    pub fn extremes(&self) -> Option<(f64, f64)> {
        Some((self.bins.first()?.least, self.bins.last()?.most))
    }

    /// Whether all values are whole numbers.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        !self.fractions
    }

    /// The value below or at which a share `p` of `n` values lies, where the `n - count` others are all
    /// larger; none where it is one of those. This is the inverse of the empirical distribution function
    /// (type 1 of Hyndman & Fan 1996, doi:10.1080/00031305.1996.10473566).
    #[must_use]
    pub fn quantile(&self, p: f64, n: u64) -> Option<f64> {
        let range = self.range_of(rank(p, n))?;
        Some(f64::midpoint(range.least, range.most))
    }

    /// What is known of the value with a rank, from 1 for the smallest; none where there are not so many values.
    pub(super) fn range_of(&self, rank: u64) -> Option<RankRange> {
        let mut below = 0;
        for bin in &self.bins {
            if below + bin.count >= rank.max(1) {
                return Some(RankRange {
                    least: bin.least,
                    most: bin.most,
                    below,
                    count: bin.count,
                });
            }
            below += bin.count;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn whole_numbers_are_exact() {
        let mut sketch = Sketch::new();
        let mut values: Vec<f64> = (0..=256).rev().map(f64::from).collect();
        sketch.add_all(&mut values);
        assert_eq!(sketch.quantile(0.5, 257), Some(128.0));
        assert_eq!(sketch.quantile(0.05, 257), Some(12.0));
        assert_eq!(sketch.quantile(1.0, 257), Some(256.0));
        assert_eq!(sketch.quantile(0.5, 1000), None);
        assert_eq!(sketch.extremes(), Some((0.0, 256.0)));
        sketch.add_all(&mut [1_000_001.0, 1_000_002.0]);
        assert!(sketch.is_whole());
        sketch.add_all(&mut [1_000_001.5, 3.0]);
        assert!(!sketch.is_whole());
        assert_eq!(Sketch::new().quantile(0.5, 0), None);
    }

    proptest! {
        #[test]
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank")]
        fn within_the_stated_error_and_free_of_order(
            values in proptest::collection::vec(-1e4_f64..1e4, 1..300),
            cut in 0_usize..300,
            p in 0.0_f64..1.0,
        ) {
            let mut whole = Sketch::new();
            whole.add_all(&mut values.clone());
            let cut = cut.min(values.len());
            let (mut left, mut right) = (values[..cut].to_vec(), values[cut..].to_vec());
            let mut parts = Sketch::new();
            parts.add_all(&mut right);
            parts.add_all(&mut left);
            prop_assert_eq!(&parts, &whole);
            let mut sorted = values.clone();
            sorted.sort_unstable_by(f64::total_cmp);
            let n = sorted.len();
            let rank = ((p * n as f64).ceil() as usize).max(1);
            let exact = sorted[rank - 1];
            let found = whole.quantile(p, n as u64).unwrap();
            prop_assert!((found - exact).abs() <= 0.004 * exact.abs(), "{} {}", found, exact);
        }
    }
}
