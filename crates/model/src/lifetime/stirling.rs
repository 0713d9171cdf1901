//! What Stirling's formula leaves out, and the deviance: a density in parts that do not cancel.

use libm::{lgamma, log, log1p};
use std::f64::consts::TAU;

/// ln Γ(k + 1) − ln(√(2πk) (k/e)^k), to about 1e-15 absolutely.
///
/// From 16 on, the asymptotic series of Abramowitz & Stegun 6.1.41, whose first term left out is
/// below 2e-16. The split of a density into this and [`deviance`] is C. Loader's, "Fast and accurate
/// computation of binomial probabilities" (2000).
pub(super) fn stirling_error(k: f64) -> f64 {
    if k < 16.0 {
        return lgamma(k + 1.0) - (k + 0.5) * log(k) + k - 0.5 * log(TAU);
    }
    let t = 1.0 / (k * k);
    let series = 1.0 / 12.0
        - t * (1.0 / 360.0 - t * (1.0 / 1260.0 - t * (1.0 / 1680.0 - t * (1.0 / 1188.0))));
    series / k
}

/// k ln(k/x) + x − k, without cancellation near x = k.
pub(super) fn deviance(k: f64, x: f64) -> f64 {
    let excess = x - k;
    if excess < -0.5 * k {
        excess - k * log(x / k)
    } else {
        excess - k * log1p(excess / k)
    }
}

#[cfg(test)]
mod tests {
    use super::{deviance, stirling_error};

    #[test]
    fn the_formula_and_the_series_agree_where_they_meet() {
        let (below, above) = (stirling_error(16.0 - 1e-9), stirling_error(16.0));
        assert!((below - above).abs() < 1e-11);
        // ln 1! − ln(√(2π)/e), and ln 20! − ln(√(40π) (20/e)^20) with 25 digits.
        assert!((stirling_error(1.0) - 0.081_061_466_795_327_26).abs() < 1e-15);
        assert!((stirling_error(20.0) - 0.004_166_319_691_996_922).abs() < 1e-16);
    }

    #[test]
    fn the_deviance_is_half_the_squared_score_near_its_zero() {
        assert_eq!(deviance(3.0, 3.0), 0.0);
        let step = 1e-5;
        assert!((deviance(2.0, 2.0 + step) - 0.25 * step * step).abs() < 1e-15);
        for (k, x, exact) in [
            (2.0, 1.0, 2.0 * libm::log(2.0) - 1.0),
            (1.0, 4.0, 3.0 - libm::log(4.0)),
        ] {
            assert!((deviance(k, x) - exact).abs() < 1e-15);
        }
    }
}
