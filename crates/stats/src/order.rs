//! Which order statistics estimate a quantile and bound it, whatever the distribution.

use super::binomial::{probability, sum_to};
use super::interval::Z_95;

/// What lies outside a two-sided 95 % interval on either side, and a billionth of it more, so that rounding does not
/// decide where a tail is 0.025 itself, as for n = 1 and p = 0.975.
const TAIL: f64 = 0.025 * (1.0 + 1e-9);

/// Ranks, from 1 for the smallest value, of the order statistics that estimate a quantile and bound it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ranks {
    /// Of the estimate: the smallest value at or below which a share p lies.
    pub estimate: u64,
    /// Of the lower 95 % limit; none where even the smallest value may lie above the quantile.
    pub low: Option<u64>,
    /// Of the upper 95 % limit; none where even the largest value may lie below the quantile.
    pub high: Option<u64>,
}

/// The ranks for the `p`-quantile among `n` independent values of one distribution, for p from 0 to 1.
///
/// The number B of values at or below the quantile of a continuous distribution is binomial. So the order statistic
/// of rank l lies above the quantile with probability P(B < l), and that of rank u below it with P(B ≥ u). The limits
/// are the largest l and the smallest u for which these are at most 0.025. For distributions with atoms both are
/// smaller still. Conover, Practical Nonparametric Statistics, 3rd edition 1999, section 3.2; David & Nagaraja, Order
/// Statistics, 3rd edition 2003, section 7.1.
#[must_use]
pub fn quantile_ranks(p: f64, n: u64) -> Ranks {
    let (p, q) = (p.clamp(0.0, 1.0), (1.0 - p).clamp(0.0, 1.0));
    let from_below = lower_rank(n, p, q);
    let from_above = lower_rank(n, q, p);
    Ranks {
        estimate: rank(p, n),
        low: (from_below > 0).then_some(from_below),
        high: (from_above > 0).then(|| n + 1 - from_above),
    }
}

/// The rank of the smallest value at or below which a share `p` of `n` values lies, at least 1.
///
/// Where p·n is within rounding of a whole number it is meant to be that number: as floating-point numbers, 0.07·100
/// is above 7.
#[must_use]
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts stay far below 2^53"
)]
pub(super) fn rank(p: f64, n: u64) -> u64 {
    let exact = p * n as f64;
    let whole = exact.round();
    let rank = if (exact - whole).abs() <= 4.0 * f64::EPSILON * exact {
        whole
    } else {
        exact.ceil()
    };
    (rank as u64).max(1)
}

/// The largest l up to n with P(B < l) at most [`TAIL`], where B counts successes of probability p = 1 − q among n.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts stay far below 2^53"
)]
fn lower_rank(n: u64, p: f64, q: f64) -> u64 {
    if q <= 0.0 {
        return n;
    }
    if n == 0 || p <= 0.0 {
        return 0;
    }
    let trials = n as f64;
    let guess = trials * p - Z_95 * (trials * p * q).sqrt() - 2.0;
    // A negative guess becomes 0. The guess is below the mean, so that the terms of the sum shrink.
    let mut last = guess as u64;
    let mut sum = sum_to(last, n, p, q);
    while sum > TAIL {
        if last == 0 {
            return 0;
        }
        last -= 1;
        sum = sum_to(last, n, p, q);
    }
    // Here P(B ≤ last) is small enough; it is 1 at n.
    while sum <= TAIL {
        last += 1;
        sum += probability(last, n, p, q);
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ranks(estimate: u64, low: impl Into<Option<u64>>, high: impl Into<Option<u64>>) -> Ranks {
        Ranks {
            estimate,
            low: low.into(),
            high: high.into(),
        }
    }

    /// From tables of the sign test: for the median of 10 values the limits are the second from either end, for 20
    /// the sixth, and up to 5 values have none: Conover 1999, table A3, or David & Nagaraja 2003, section 7.1.
    #[test]
    fn limits_of_a_median() {
        assert_eq!(quantile_ranks(0.5, 5), ranks(3, None, None));
        assert_eq!(quantile_ranks(0.5, 6), ranks(3, 1, 6));
        assert_eq!(quantile_ranks(0.5, 10), ranks(5, 2, 9));
        assert_eq!(quantile_ranks(0.5, 20), ranks(10, 6, 15));
    }

    #[test]
    fn ends() {
        assert_eq!(quantile_ranks(0.5, 1), ranks(1, None, None));
        assert_eq!(quantile_ranks(0.975, 1), ranks(1, 1, None));
        assert_eq!(quantile_ranks(0.025, 1), ranks(1, None, 1));
        assert_eq!(quantile_ranks(0.0, 7), ranks(1, None, 1));
        assert_eq!(quantile_ranks(1.0, 7), ranks(7, 7, None));
        assert_eq!(quantile_ranks(0.5, 0), ranks(1, None, None));
        assert_eq!(quantile_ranks(1e-300, 1_000_000_000).high, Some(1));
        assert_eq!(quantile_ranks(0.07, 100).estimate, 7);
        assert_eq!(quantile_ranks(0.55, 100).estimate, 55);
        assert_eq!(quantile_ranks(0.070_001, 100).estimate, 8);
    }

    /// Against sums of binomial probabilities in 40 digits, by mpmath in Python: from one term by loggamma on,
    /// downwards by their ratios.
    #[test]
    fn limits_against_forty_digits() {
        for (p, n, low, high) in [
            (0.001, 10, None, Some(1)),
            (0.05, 72, Some(1), Some(9)),
            (0.95, 72, Some(64), Some(72)),
            (0.95, 100, Some(90), Some(100)),
            (0.05, 400, Some(12), Some(30)),
            (0.5, 400, Some(180), Some(221)),
            (0.75, 400, Some(283), Some(318)),
            (0.001, 1_000, None, Some(4)),
            (0.25, 1_000, Some(223), Some(278)),
            (0.001, 1_000_000, Some(939), Some(1_063)),
            (0.05, 1_000_000, Some(49_573), Some(50_429)),
            (0.25, 1_000_000, Some(249_152), Some(250_850)),
            (0.5, 1_000_000, Some(499_020), Some(500_981)),
            (0.75, 1_000_000, Some(749_151), Some(750_849)),
            (0.95, 1_000_000, Some(949_572), Some(950_428)),
            (0.999_999, 1_000_000, Some(999_997), None),
            (0.05, 1_000_000_000, Some(49_986_492), Some(50_013_510)),
            (0.25, 1_000_000_000, Some(249_973_162), Some(250_026_839)),
            (0.5, 1_000_000_000, Some(499_969_010), Some(500_030_991)),
        ] {
            let found = quantile_ranks(p, n);
            assert_eq!((found.low, found.high), (low, high), "p = {p}, n = {n}");
        }
    }

    /// Against plain sums of binomial coefficients, for all n up to 120 and many p.
    #[test]
    fn small_numbers_against_plain_sums() {
        for n in 1..=120_u64 {
            for percent in 1..100_u32 {
                let p = f64::from(percent) / 100.0;
                let mut row = vec![1.0];
                for _ in 0..n {
                    let mut next = vec![0.0; row.len() + 1];
                    for (k, term) in row.iter().enumerate() {
                        next[k] += term * (1.0 - p);
                        next[k + 1] += term * p;
                    }
                    row = next;
                }
                let count = |terms: &mut dyn Iterator<Item = &f64>| {
                    let mut sum = 0.0;
                    terms
                        .take_while(|term| {
                            sum += **term;
                            sum <= TAIL
                        })
                        .count() as u64
                };
                let low = count(&mut row.iter());
                let high = count(&mut row.iter().rev());
                let found = quantile_ranks(p, n);
                same(found.low.unwrap_or(0), low, p, n);
                same(n + 1 - found.high.unwrap_or(n + 1), high, p, n);
            }
        }
    }

    #[track_caller]
    fn same(found: u64, expected: u64, p: f64, n: u64) {
        assert_eq!(found, expected, "p = {p}, n = {n}");
    }

    proptest! {
        #[test]
        fn limits_mirror_and_enclose(p in 0.001_f64..0.999, n in 1_u64..100_000) {
            let (here, there) = (quantile_ranks(p, n), quantile_ranks(1.0 - p, n));
            // The mirror image of p has its own rounding, which a tail at the edge of 0.025 would show.
            prop_assert_eq!(here.low, there.high.map(|rank| n + 1 - rank));
            prop_assert!(here.low.is_none_or(|low| low <= here.estimate));
            prop_assert!(here.high.is_none_or(|high| here.estimate <= high && high <= n));
        }
    }
}
