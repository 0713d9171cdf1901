//! Probabilities of the binomial distribution, to nearly all digits for counts up to 10^9.

/// P(B ≤ last), for `last` below the mean, by its terms from the largest on.
pub(super) fn sum_to(last: u64, n: u64, p: f64, q: f64) -> f64 {
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
pub(super) fn probability(k: u64, n: u64, p: f64, q: f64) -> f64 {
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

    /// Against mpmath in Python with 40 digits, by loggamma, the last by whole numbers; these p are exact in binary.
    #[test]
    fn probabilities_keep_their_digits() {
        for (n, k, p, expected) in [
            (20, 3, 0.25, 0.133_895_615_199_435_3),
            (1_000_000, 900, 1.0 / 1024.0, 6.078_260_209_359_044e-4),
            (1_000_000_000, 249_973_162, 0.25, 4.268_127_906_973_741e-6),
            (1_000_000_000, 499_969_009, 0.5, 3.695_818_795_135_171e-6),
            (1_000_000_000, 500_000_000, 0.5, 2.523_132_521_389_377e-5),
            (1_000, 10, 0.5, 2.458_305_595_450_807_4e-278),
        ] {
            let found = probability(k, n, p, 1.0 - p);
            assert!((found / expected - 1.0).abs() < 1e-12, "{n} {k}: {found}");
        }
    }
}
