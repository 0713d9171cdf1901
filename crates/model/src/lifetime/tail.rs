//! The standard normal law: its upper tail, the ratio of tail to density, and the quantile of a
//! cumulative hazard.

use libm::{erfc, exp, expm1, log, log1p};
use std::f64::consts::{FRAC_1_SQRT_2, LN_2, PI, TAU};

/// From here on the asymptotic series of the tail is exact to rounding.
const FAR: f64 = 12.0;

/// Φ(−z), the probability above z.
pub(super) fn above(z: f64) -> f64 {
    0.5 * erfc(z * FRAC_1_SQRT_2)
}

/// Φ(−z) / φ(z), Mills' ratio, the inverse of the standard normal hazard.
pub(super) fn mills(z: f64) -> f64 {
    if z < FAR {
        (0.5 * PI).sqrt() * erfc(z * FRAC_1_SQRT_2) * exp(0.5 * z * z)
    } else {
        let t = 1.0 / (z * z);
        (1.0 - t * shortfall(t)) / z
    }
}

/// 1/mills(z) − z, the mean excess over z in the tail above it.
pub(super) fn excess(z: f64) -> f64 {
    if z < FAR {
        1.0 / mills(z) - z
    } else {
        let t = 1.0 / (z * z);
        let g = shortfall(t);
        g / (z * (1.0 - t * g))
    }
}

/// −ln Φ(−z), the standard normal cumulative hazard.
pub(super) fn cumulative(z: f64) -> f64 {
    if z < 0.0 {
        -log1p(-above(-z))
    } else if z < FAR {
        -log(above(z))
    } else {
        0.5 * (z * z + log(TAU)) - log(mills(z))
    }
}

/// The z at which [`cumulative`] is `target`; −∞ at 0.
pub(super) fn quantile(target: f64) -> f64 {
    if target < LN_2 {
        -upper_quantile(-log(-expm1(-target)))
    } else {
        upper_quantile(target)
    }
}

/// [`quantile`] to about 5e-4.
pub(super) fn rough_quantile(target: f64) -> f64 {
    if target < LN_2 {
        -rough_upper_quantile(-log(-expm1(-target)))
    } else {
        rough_upper_quantile(target)
    }
}

/// The z ≥ 0 of a cumulative hazard of ln 2 or more, by two steps of Halley's method.
fn upper_quantile(target: f64) -> f64 {
    let mut z = rough_upper_quantile(target);
    if z == f64::INFINITY {
        return z;
    }
    for _ in 0..2 {
        let hazard = 1.0 / mills(z);
        let newton = (target - cumulative(z)) / hazard;
        z += newton / (1.0 + 0.5 * newton * (hazard - z));
    }
    z
}

/// Abramowitz & Stegun 26.2.23 (C. Hastings), absolute error below 4.5e-4.
fn rough_upper_quantile(target: f64) -> f64 {
    let t = (2.0 * target).sqrt();
    if t > 1e6 {
        return t;
    }
    let above = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let below = 1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
    t - above / below
}

/// g in Φ(−z)/φ(z) = (1 − t g)/z with t = 1/z²: 1 − 3t + 3·5t² − … (Abramowitz & Stegun 26.2.12).
///
/// Summed to t¹⁵; at z = 12 and beyond, what is left out is below 2e-16.
fn shortfall(t: f64) -> f64 {
    let mut sum = 1.0;
    let mut odd = 31.0;
    while odd > 1.0 {
        sum = 1.0 - odd * t * sum;
        odd -= 2.0;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::{FAR, above, cumulative, excess, mills, quantile, rough_quantile};

    #[test]
    fn both_forms_of_the_tail_agree_where_they_meet() {
        for (form, tolerance) in [
            (mills as fn(f64) -> f64, 1e-13),
            (cumulative, 1e-14),
            (excess, 1e-11),
        ] {
            let (near, far) = (form(FAR * (1.0 - 1e-15)), form(FAR));
            assert!((near / far - 1.0).abs() < tolerance, "{near} and {far}");
        }
    }

    #[test]
    fn tails_are_those_of_the_tables() {
        // Abramowitz & Stegun, tables 26.1 and 26.2.
        assert!((above(1.0) - 0.158_655_253_931_457).abs() < 1e-15);
        assert!((cumulative(20.0) / libm::log(10.0) - 88.560_10).abs() < 1e-4);
        assert_eq!(quantile(0.0), f64::NEG_INFINITY);
        assert_eq!(quantile(f64::INFINITY), f64::INFINITY);
    }

    #[test]
    fn the_quantile_inverts_the_cumulative_hazard() {
        for step in -740..=4000 {
            let z = f64::from(step) * 0.01;
            let spent = cumulative(z);
            assert!(
                (quantile(spent) - z).abs() < 2e-14 * z.abs().max(1.0),
                "{z}"
            );
            assert!((rough_quantile(spent) - z).abs() < 5e-4, "{z}");
        }
    }
}
