//! Which order statistics estimate a quantile and bound it, whatever the distribution.

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

/// P(B ≤ last), for `last` below the mean, by its terms from the largest on.
fn sum_to(last: u64, n: u64, p: f64, q: f64) -> f64 {
    let mut term = probability(last, n, p, q);
    let mut sum = 0.0;
    let mut k = last;
    while term > sum * 1e-17 {
        sum += term;
        if k == 0 {
            break;
        }
        term *= k as f64 / (n - k + 1) as f64 * (q / p);
        k -= 1;
    }
    sum
}

/// P(B = k), for p = 1 − q strictly between 0 and 1: Loader 2000, Fast and Accurate Computation of Binomial
/// Probabilities.
///
/// Written with Stirling's formula and its error, it loses no digits between large logarithms. It rests on [`libm`]
/// alone, so that no machine finds other ranks than the next.
fn probability(k: u64, n: u64, p: f64, q: f64) -> f64 {
    let (hits, misses, trials) = (k as f64, (n - k) as f64, n as f64);
    if k == 0 {
        return libm::exp(trials * logarithm(q, p));
    }
    if k == n {
        return libm::exp(trials * logarithm(p, q));
    }
    let exponent = stirling_error(n)
        - stirling_error(k)
        - stirling_error(n - k)
        - deviance(hits, trials * p)
        - deviance(misses, trials * q);
    libm::exp(exponent) * (trials / (std::f64::consts::TAU * hits * misses)).sqrt()
}

/// ln(p) where q = 1 − p is exact if it is small.
fn logarithm(p: f64, q: f64) -> f64 {
    if q < 0.5 {
        libm::log1p(-q)
    } else {
        libm::log(p)
    }
}

/// ln(n!) less Stirling's formula n·ln(n) − n + ln(2πn)/2, for n at least 1.
fn stirling_error(n: u64) -> f64 {
    let x = n as f64;
    if n < 16 {
        let factorial = (2..=n).product::<u64>() as f64;
        return libm::log(factorial) - (x + 0.5) * libm::log(x) + x
            - 0.5 * libm::log(std::f64::consts::TAU);
    }
    let square = x * x;
    let tail = 1.0 / 1260.0 - (1.0 / 1680.0 - 1.0 / 1188.0 / square) / square;
    (1.0 / 12.0 - (1.0 / 360.0 - tail / square) / square) / x
}

/// x·ln(x/m) + m − x, by a series where x is close to m.
fn deviance(x: f64, m: f64) -> f64 {
    if (x - m).abs() >= 0.1 * (x + m) {
        return x * libm::log(x / m) + m - x;
    }
    let ratio = (x - m) / (x + m);
    let square = ratio * ratio;
    let mut power = 2.0 * x * ratio;
    let mut sum = (x - m) * ratio;
    for odd in 1..100 {
        power *= square;
        let more = sum + power / f64::from(2 * odd + 1);
        if more == sum {
            break;
        }
        sum = more;
    }
    sum
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

    /// Probabilities sum to 1 and have the binomial's mean.
    #[test]
    fn probabilities_are_a_distribution() {
        for (n, p) in [(1, 0.3), (15, 0.5), (16, 0.01), (300, 0.2), (5_000, 0.999)] {
            let (mut sum, mut mean) = (0.0, 0.0);
            for k in 0..=n {
                let term = probability(k, n, p, 1.0 - p);
                sum += term;
                mean += k as f64 * term;
            }
            assert!((sum - 1.0).abs() < 1e-12, "{n} {p} {sum}");
            assert!(
                (mean / (n as f64 * p) - 1.0).abs() < 1e-12,
                "{n} {p} {mean}"
            );
        }
    }

    /// Against mpmath in Python with 40 digits, by loggamma; these p are exact in binary.
    #[test]
    fn probabilities_keep_their_digits() {
        for (n, k, p, expected) in [
            (20, 3, 0.25, 0.133_895_615_199_435_3),
            (1_000_000, 900, 1.0 / 1024.0, 6.078_260_209_359_044e-4),
            (1_000_000_000, 249_973_162, 0.25, 4.268_127_906_973_741e-6),
            (1_000_000_000, 499_969_009, 0.5, 3.695_818_795_135_171e-6),
            (1_000_000_000, 500_000_000, 0.5, 2.523_132_521_389_377e-5),
        ] {
            let found = probability(k, n, p, 1.0 - p);
            assert!((found / expected - 1.0).abs() < 1e-12, "{n} {k}: {found}");
        }
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
