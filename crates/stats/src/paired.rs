//! Two events, A and B, in the same trials: how much likelier one is than the other.
//!
//! Trials in which both happened, or neither, say nothing of the difference; those in which only one did are
//! discordant.

use super::binomial::sum_to;
use super::interval::{Z_95, wilson_at};

/// Steps towards a limit at most; about a dozen are taken, unless the limit is 0 itself.
const STEPS: u32 = 186;

/// Score interval for P(A) − P(B) at the point `z` of the standard normal distribution, above 0, from the trials in
/// which only A and only B happened among `n`.
///
/// It holds the differences d that the score test does not reject: |a − b − n·d| ≤ z·√(n·(2q + d·(1 − d))), where q
/// is the likeliest probability of only B given d, the larger root of 2n·q² − (a + b − (2n − a + b)·d)·q − b·d·(1 −
/// d) = 0. So it excludes 0 where `McNemar`'s |a − b|/√(a + b) is above z, and without discordant trials it is ±
/// z²/(n + z²). For n = 0 it is [−1, 1]. Tango 1998, Statistics in Medicine 17(8), 891–908,
/// <https://doi.org/10.1002/(SICI)1097-0258(19980430)17:8%3C891::AID-SIM780%3E3.0.CO;2-B>.
#[must_use]
pub fn paired_difference_interval(only_a: u64, only_b: u64, n: u64, z: f64) -> [f64; 2] {
    let (a, b, n) = (only_a as f64, only_b as f64, n as f64);
    // Not −0.
    [lower_limit(a, b, n, z), 0.0 - lower_limit(b, a, n, z)]
}

/// The smallest difference that is not rejected.
fn lower_limit(a: f64, b: f64, n: f64, z: f64) -> f64 {
    if b >= n {
        return -1.0;
    }
    if a + b == 0.0 {
        return -z * z / (n + z * z);
    }
    // The score falls as the difference grows, from above z at −1 to 0 at the estimate. The limit is closed in by
    // false position, with half the excess of an end that stays (Dowell & Jarratt 1971, doi:10.1007/BF01934364), and
    // every third time by halves.
    let excess = |d: f64| a - b - n * d - z * (n * variance(a, b, n, d)).sqrt();
    let (mut low, mut high) = (-1.0, (a - b) / n);
    let (mut above, mut below) = (excess(low), excess(high));
    let mut last_was_above = None;
    for step in 1..=STEPS {
        let least = 2.0 * f64::EPSILON * low.abs().max(high.abs());
        if high - low <= 2.0 * least {
            break;
        }
        let middle = if step % 3 == 0 {
            f64::midpoint(low, high)
        } else {
            let crossing = low + (high - low) * (above / (above - below));
            // Next to an end that is as good as the limit, so that the other one comes close.
            crossing.max(low + least).min(high - least)
        };
        let found = excess(middle);
        let is_above = found > 0.0;
        let stays = if last_was_above == Some(is_above) {
            0.5
        } else {
            1.0
        };
        last_was_above = Some(is_above);
        if is_above {
            (low, above, below) = (middle, found, below * stays);
        } else {
            (high, below, above) = (middle, found, above * stays);
        }
    }
    f64::midpoint(low, high)
}

/// The variance of the difference in one trial, where the difference is `d` and only B has its likeliest probability.
fn variance(a: f64, b: f64, n: f64, d: f64) -> f64 {
    let linear = a + b - (2.0 * n - a + b) * d;
    let constant = b * d * (1.0 - d);
    let root = (linear * linear + 8.0 * n * constant).max(0.0).sqrt();
    let only_b = if linear >= 0.0 {
        (linear + root) / (4.0 * n)
    } else {
        2.0 * constant / (root - linear)
    };
    (2.0 * only_b + d * (1.0 - d)).max(0.0)
}

/// Two-sided p-value for P(A) = P(B) from the trials in which only A and only B happened: `McNemar`'s test in its
/// exact form, by which each discordant trial is one or the other with probability ½. Twice the smaller tail, at most
/// 1; 1 without discordant trials.
///
/// `McNemar` 1947, doi:10.1007/BF02295996. It does not hang on how many other trials there are.
#[must_use]
pub fn paired_difference_p(only_a: u64, only_b: u64) -> f64 {
    (2.0 * half_tail(only_a.min(only_b), only_a + only_b)).min(1.0)
}

/// P(B ≤ last) where B counts heads among `n` tosses of a coin; for `last` up to n.
pub(super) fn half_tail(last: u64, n: u64) -> f64 {
    let other = n - last;
    if last < other {
        sum_to(last, n, 0.5, 0.5)
    } else if other == 0 {
        1.0
    } else {
        1.0 - sum_to(other - 1, n, 0.5, 0.5)
    }
}

/// How many times as likely A is as B.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairedRatio {
    /// P(A)/P(B) as estimated; none where B never happened.
    pub value: Option<f64>,
    /// Lower 95 % limit; 0 where A never happened.
    pub low: f64,
    /// Upper 95 % limit; none, which is infinity, where B never happened.
    pub high: Option<f64>,
}

/// P(A)/P(B) with its 95 % interval, from the trials in which both, only A, and only B happened.
///
/// Hybrid score interval of Bonett & Price 2006, doi:10.1002/sim.2440. With m = both + only a + only b, x = both +
/// only a and y = both + only b it is [l(x)/u(y), u(x)/l(y)], where l and u are the limits of
/// [`wilson`](super::wilson) for x and for y among m at z = 1.96·√((only a + only b + 2)/((x + 1)(y + 1)))/(s(x) +
/// s(y)) with s(x) = √((1 − (x + 1)/(m + 2))/(x + 1)). Trials in which neither happened say nothing of the ratio.
#[must_use]
pub fn paired_ratio(both: u64, only_a: u64, only_b: u64) -> PairedRatio {
    let any = both + only_a + only_b;
    let (hits_a, hits_b) = (both + only_a, both + only_b);
    let (x, y, m) = (hits_a as f64, hits_b as f64, any as f64);
    let error = |hits: f64| ((m + 1.0 - hits) / ((m + 2.0) * (hits + 1.0))).sqrt();
    let together = (((only_a + only_b) as f64 + 2.0) / ((x + 1.0) * (y + 1.0))).sqrt();
    let z = Z_95 * together / (error(x) + error(y));
    let share = |hits: f64| hits / m.max(1.0);
    let [low_a, high_a] = wilson_at(z, share(x), any);
    let [low_b, high_b] = wilson_at(z, share(y), any);
    let happened = hits_b > 0;
    PairedRatio {
        value: happened.then(|| x / y),
        low: low_a / high_b,
        high: happened.then(|| high_a / low_b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draws::Draws;
    use crate::wilson;
    use proptest::prelude::*;

    fn near(found: f64, expected: f64, relative: f64) -> bool {
        (found - expected).abs() <= relative * expected.abs()
    }

    /// 6 and 16 of 161: complete response of patients before and after a treatment (Cavo et al. 2012), for which the
    /// tests of `contingencytables` 3.1.0 for R, of Fagerland, Lydersen & Laake, have −0.1240 to −0.0054. The others,
    /// and all further digits, by mpmath in Python with 40 digits: the score inverted by bisection, the likeliest
    /// probability of only B by bisection of the derivative of the log-likelihood.
    #[test]
    fn differences_against_forty_digits() {
        for (a, b, n, low, high) in [
            (1, 7, 21, -0.517_232_276_421_38, -0.026_003_032_480_869),
            (7, 1, 21, 0.026_003_032_480_869, 0.517_232_276_421_38),
            (6, 16, 161, -0.124_023_432_464_07, -0.005_433_395_731_677_1),
            (40, 20, 160, 0.030_864_533_133_087, 0.218_064_244_166_82),
            (150, 86, 1_600, 0.021_361_564_754_787, 0.058_998_033_305_699),
            (0, 1, 44, -0.118_077_096_982_13, 0.059_393_231_116_628),
            (3, 0, 10, -0.060_792_639_821_756, 0.603_221_852_538_85),
            (3, 7, 10, -0.784_417_465_187_4, 0.206_443_705_077_71),
            (10, 0, 10, 0.444_934_400_274_22, 1.0),
            (1, 0, 1, -0.586_901_371_245_53, 1.0),
            (
                300,
                250,
                1_000_000,
                4.048_909_371_358_5e-6,
                9.629_733_685_822_4e-5,
            ),
            (
                1,
                0,
                1_000_000_000,
                -2.841_458_809_778_8e-9,
                5.664_934_243_297_4e-9,
            ),
            (
                200_000_000,
                199_990_000,
                1_000_000_000,
                -2.919_878_973_909_5e-5,
                4.919_878_971_989e-5,
            ),
        ] {
            let found = paired_difference_interval(a, b, n, Z_95);
            assert!(
                near(found[0], low, 2e-8) && near(found[1], high, 2e-8),
                "{a} {b} {n}: {found:?}"
            );
        }
    }

    #[test]
    fn ends_of_differences() {
        let z2 = Z_95 * Z_95;
        assert_eq!(paired_difference_interval(0, 0, 0, Z_95), [-1.0, 1.0]);
        for n in [1_u64, 50, 1_000_000_000] {
            let most = z2 / (n as f64 + z2);
            assert_eq!(paired_difference_interval(0, 0, n, Z_95), [-most, most]);
            assert_eq!(paired_difference_interval(0, n, n, Z_95)[0], -1.0);
            let [low, high] = paired_difference_interval(n, 0, n, Z_95);
            assert_eq!(high, 1.0);
            assert!((low - (n as f64 - z2) / (n as f64 + z2)).abs() < 1e-15);
        }
        // All trials discordant: only A is then a share of all, and the difference twice it less 1.
        for a in 0..=30 {
            let found = paired_difference_interval(a, 30 - a, 30, Z_95);
            for (end, share) in found.iter().zip(wilson(a, 30)) {
                assert!((end - (2.0 * share - 1.0)).abs() < 1e-14, "{a}: {found:?}");
            }
        }
    }

    /// Small counts are fractions by hand; for 6 and 16 the tests of `contingencytables` have 0.052479. Large counts
    /// by mpmath in Python with 50 digits, summed term by term.
    #[test]
    fn mcnemar_against_fifty_digits() {
        for (a, b, p) in [
            (0, 0, 1.0),
            (0, 1, 1.0),
            (5, 6, 1.0),
            (0, 5, 0.0625),
            (1, 7, 0.070_312_5),
            (6, 16, 0.052_478_790_283_203_125),
            (40, 20, 0.013_489_293_731_191_86),
            (500, 700, 8.535_366_081_034_335e-9),
            (500_000, 502_000, 0.045_824_695_263_224_316),
            (1_000_000, 1_020_000, 5.696_195_689_678_654e-45),
            (499_930_000, 500_070_000, 9.548_318_756_875_729e-6),
            (499_999_999, 500_000_001, 0.999_974_768_674_786_1),
            (0, 1_000, 1.866_527_237_006_437_8e-301),
        ] {
            let (found, mirrored) = (paired_difference_p(a, b), paired_difference_p(b, a));
            assert!(near(found, p, 1e-9), "{a} {b}: {found}");
            assert_eq!(found, mirrored);
        }
        assert_eq!(paired_difference_p(500_000_000, 500_000_000), 1.0);
        assert_eq!(paired_difference_p(10, 999_999_990), 0.0);
    }

    #[test]
    fn tails_of_a_coin_are_complements() {
        for n in 1..40 {
            for last in 0..n {
                let (left, right) = (half_tail(last, n), half_tail(n - last - 1, n));
                assert!((left + right - 1.0).abs() < 1e-14, "{last} {n}");
            }
            assert_eq!(half_tail(n, n), 1.0);
        }
    }

    /// The first by Bonett's package `statpsych` for R, `ci.ratio.prop.ps(.05, 12, 4, 26, 6)`: 3.2, 1.766544,
    /// 5.796628; the third by the tests of `contingencytables`: 0.8667, 0.7579, 0.9910. All digits and the others by
    /// mpmath in Python from the formula as both packages have it.
    #[test]
    fn ratios_against_bonett() {
        for (both, a, b, value, low, high) in [
            (
                6,
                26,
                4,
                Some(3.2),
                1.766_544_174_06,
                Some(5.796_628_326_86),
            ),
            (
                1,
                1,
                7,
                Some(0.25),
                0.067_734_001_437_7,
                Some(0.922_727_118_927),
            ),
            (
                59,
                6,
                16,
                Some(65.0 / 75.0),
                0.757_902_847_259,
                Some(0.991_038_777_368),
            ),
            (
                10_000,
                50,
                80,
                Some(10_050.0 / 10_080.0),
                0.994_804_579_965,
                Some(0.999_247_989_783),
            ),
            (
                5,
                0,
                0,
                Some(1.0),
                0.690_526_571_349,
                Some(1.448_170_195_75),
            ),
            (0, 0, 5, Some(0.0), 0.0, Some(0.768_291_764_139)),
            (0, 5, 0, None, 1.301_588_858_14, None),
            (0, 0, 0, None, 0.0, None),
        ] {
            let found = paired_ratio(both, a, b);
            assert_eq!(found.value, value);
            assert!(near(found.low, low, 1e-11), "{found:?}");
            match (found.high, high) {
                (Some(found), Some(high)) => assert!(near(found, high, 1e-11), "{found}"),
                (found, high) => assert_eq!(found, high),
            }
        }
    }

    /// Probabilities of both, only A, only B.
    type Law = [f64; 3];

    const LAWS: [Law; 6] = [
        [0.3, 0.1, 0.1],
        [0.1, 0.3, 0.1],
        [0.02, 0.15, 0.1],
        [0.6, 0.05, 0.2],
        [0.0, 0.3, 0.2],
        [0.5, 0.02, 0.02],
    ];

    fn holds(law: Law, counts: [u64; 3], n: u64) -> [bool; 2] {
        let [both, a, b] = law;
        let [low, high] = paired_difference_interval(counts[1], counts[2], n, Z_95);
        let ratio = paired_ratio(counts[0], counts[1], counts[2]);
        let truth = (both + a) / (both + b);
        [
            low <= a - b && a - b <= high,
            ratio.low <= truth && ratio.high.is_none_or(|high| truth <= high),
        ]
    }

    /// The probability that the intervals hold the truth, summed over all tables of 60 trials.
    #[test]
    fn coverage_in_few_trials_is_close_to_nominal() {
        let n = 60_u64;
        let factorial = |k: u64| libm::lgamma(k as f64 + 1.0);
        for law in LAWS {
            let neither = 1.0 - law.iter().sum::<f64>();
            let mut held = [0.0; 2];
            for both in 0..=n {
                for a in 0..=n - both {
                    for b in 0..=n - both - a {
                        let cells = [both, a, b, n - both - a - b];
                        let chances = [law[0], law[1], law[2], neither];
                        let mut exponent = factorial(n);
                        for (count, chance) in cells.iter().zip(chances) {
                            if *count > 0 {
                                exponent += *count as f64 * libm::log(chance);
                            }
                            exponent -= factorial(*count);
                        }
                        if exponent < -30.0 {
                            continue;
                        }
                        for (held, holds) in held.iter_mut().zip(holds(law, [both, a, b], n)) {
                            *held += libm::exp(exponent) * f64::from(u8::from(holds));
                        }
                    }
                }
            }
            // Where fewer than two trials of a kind are to be expected, they hold it more often than they say.
            let most = if law[2] * (n as f64) < 2.0 {
                0.999
            } else {
                0.965
            };
            for held in held {
                assert!(0.945 < held && held < most, "{law:?}: {held}");
            }
        }
    }

    /// In 4,000 runs of 3,000 trials; the bounds are 4.9 standard errors wide, beyond what the intervals miss by
    /// themselves.
    #[test]
    fn coverage_in_many_trials_is_nominal() {
        for (seed, law) in [
            (1, [0.2, 0.03, 0.05]),
            (2, [0.004, 0.002, 0.004]),
            (3, [0.05, 0.2, 0.2]),
        ] {
            let mut draws = Draws(seed);
            let mut held = [0_u32; 2];
            for _ in 0..4_000 {
                let mut counts = [0; 3];
                for _ in 0..3_000 {
                    let u = draws.uniform();
                    if u < law[0] {
                        counts[0] += 1;
                    } else if u < law[0] + law[1] {
                        counts[1] += 1;
                    } else if u < law[0] + law[1] + law[2] {
                        counts[2] += 1;
                    }
                }
                for (held, holds) in held.iter_mut().zip(holds(law, counts, 3_000)) {
                    *held += u32::from(holds);
                }
            }
            for held in held {
                let share = f64::from(held) / 4_000.0;
                assert!((share - 0.95).abs() < 0.021, "{law:?}: {share}");
            }
        }
    }

    proptest! {
        #[test]
        fn intervals_mirror_and_enclose(both in 0_u64..2_000, a in 0_u64..2_000, b in 0_u64..2_000, neither in 0_u64..2_000) {
            let n = both + a + b + neither;
            prop_assume!(n > 0);
            let [low, high] = paired_difference_interval(a, b, n, Z_95);
            prop_assert_eq!(paired_difference_interval(b, a, n, Z_95), [-high, -low]);
            let estimate = (a as f64 - b as f64) / n as f64;
            prop_assert!(-1.0 <= low && low <= estimate && estimate <= high && high <= 1.0);
            let score = (a as f64 - b as f64).abs() - Z_95 * ((a + b) as f64).sqrt();
            if score.abs() > 1e-9 {
                prop_assert_eq!(score > 0.0, low > 0.0 || high < 0.0);
            }
            let ratio = paired_ratio(both, a, b);
            if let (Some(value), Some(high)) = (ratio.value, ratio.high) {
                prop_assert!(ratio.low <= value && value <= high);
                let mirrored = paired_ratio(both, b, a);
                if mirrored.low > 0.0 {
                    prop_assert!(near(1.0 / mirrored.low, high, 1e-12));
                }
            }
        }
    }
}
