//! Confidence intervals at 95 %.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

/// The 97.5 % point of the standard normal distribution.
pub const Z_95: f64 = 1.959_963_984_540_054;

/// Wilson's score interval for a probability, from `hits` among `n` trials.
///
/// For 0 hits it runs from 0 to z²/(n + z²), about 3.84/n: what n trials without a hit cannot exclude.
/// Wilson 1927, <https://doi.org/10.1080/01621459.1927.10502953>; Brown, Cai & `DasGupta` 2001,
/// <https://doi.org/10.1214/ss/1009213286>.
#[must_use]
pub fn wilson(hits: u64, n: u64) -> [f64; 2] {
    wilson_of_share(hits as f64 / n.max(1) as f64, n)
}

/// [`wilson`] from the share of hits among `n` trials.
#[must_use]
pub fn wilson_of_share(share: f64, n: u64) -> [f64; 2] {
    wilson_at(Z_95, share, n)
}

/// [`wilson_of_share`] at any point `z` of the standard normal distribution.
pub(super) fn wilson_at(z: f64, share: f64, n: u64) -> [f64; 2] {
    if n == 0 {
        return [0.0, 1.0];
    }
    let trials = n as f64;
    let z2 = z * z;
    let centre = share + z2 / (2.0 * trials);
    let variance = (share * (1.0 - share)).max(0.0) + z2 / (4.0 * trials);
    let half = z * (variance / trials).sqrt();
    let scale = 1.0 + z2 / trials;
    [
        if share <= 0.0 {
            0.0
        } else {
            (centre - half) / scale
        },
        if share >= 1.0 {
            1.0
        } else {
            (centre + half) / scale
        },
    ]
}

/// The point of the standard normal distribution below which a share `p` of it lies, for 0 < p < 1.
///
/// Rounded to nine places, so that results do not hang on the last bits of the system's logarithm.
#[must_use]
pub fn normal_quantile(p: f64) -> f64 {
    (Normal::standard().inverse_cdf(p) * 1e9).round() / 1e9
}

/// The point of Student's t with `n - 1` degrees of freedom below which a share `p` of it lies, for n values and p of at least
/// a half; infinite below two values. Rounded as [`normal_quantile`] is.
#[must_use]
pub fn student_quantile(p: f64, n: u64) -> f64 {
    if n < 2 {
        return f64::INFINITY;
    }
    let nu = (n - 1) as f64;
    let t = if nu > 1000.0 {
        // Abramowitz & Stegun 26.7.5, whose next term is below 1e-11 here for p up to 0.99999.
        let z = if p == 0.975 { Z_95 } else { normal_quantile(p) };
        let (z3, z5, z7) = (z * z * z, z * z * z * z * z, z * z * z * z * z * z * z);
        z + (z3 + z) / (4.0 * nu)
            + (5.0 * z5 + 16.0 * z3 + 3.0 * z) / (96.0 * nu * nu)
            + (3.0 * z7 + 19.0 * z5 + 17.0 * z3 - 15.0 * z) / (384.0 * nu * nu * nu)
    } else {
        match StudentsT::new(0.0, 1.0, nu) {
            Ok(law) => law.inverse_cdf(p),
            Err(_) => f64::INFINITY,
        }
    };
    (t * 1e9).round() / 1e9
}

/// The 97.5 % point of Student's t with `n - 1` degrees of freedom, for n values; infinite below two.
#[must_use]
pub fn student_t_975(n: u64) -> f64 {
    student_quantile(0.975, n)
}

/// The two-sided p-value of a mean of 0, from an estimate and its standard error over n values, by Student's t. Rounded to nine
/// significant places.
#[must_use]
pub fn mean_p(mean: f64, se: f64, n: u64) -> f64 {
    let Ok(law) = StudentsT::new(0.0, 1.0, n.saturating_sub(1).max(1) as f64) else {
        return 1.0;
    };
    let p = 2.0 * law.cdf(-(mean / se).abs());
    significant(p.clamp(0.0, 1.0))
}

/// A number rounded to nine significant places.
fn significant(value: f64) -> f64 {
    if value == 0.0 {
        return 0.0;
    }
    let scale = libm::pow(10.0, 8.0 - libm::floor(libm::log10(value.abs())));
    if scale.is_finite() {
        (value * scale).round() / scale
    } else {
        value
    }
}

/// The interval of a mean from its standard error over n values.
#[must_use]
pub fn mean_interval(mean: f64, se: f64, n: u64) -> [f64; 2] {
    let half = student_t_975(n) * se;
    [mean - half, mean + half]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Newcombe 1998, Statistics in Medicine 17(8), 857–872, table I, method 3.
    #[test]
    fn wilson_against_newcombe() {
        for (hits, n, low, high) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ] {
            let [lo, hi] = wilson(hits, n);
            assert!(
                (lo - low).abs() < 5e-5 && (hi - high).abs() < 5e-5,
                "{hits}/{n}: {lo} {hi}"
            );
        }
        assert_eq!(wilson(7, 7)[1], 1.0);
        assert_eq!(wilson(0, 0), [0.0, 1.0]);
    }

    /// Abramowitz & Stegun, table 26.5, and the same handbook's tables of t.
    #[test]
    fn quantiles_and_p_values_against_tables() {
        for (p, z) in [
            (0.95, 1.644_853_627),
            (0.99, 2.326_347_874),
            (0.999, 3.090_232_306),
        ] {
            assert!((normal_quantile(p) - z).abs() < 2e-9, "{p}");
            assert!((student_quantile(p, 1_000_000_000) - z).abs() < 1e-8, "{p}");
        }
        for (nu, t) in [(10, 2.764), (100, 2.364), (1_000, 2.330)] {
            assert!((student_quantile(0.99, nu + 1) - t).abs() < 5.1e-4, "{nu}");
            let p = mean_p(-2.0 * student_quantile(0.99, nu + 1), 2.0, nu + 1);
            assert!((p - 0.02).abs() < 1e-8, "{nu}: {p}");
        }
        let step = student_quantile(0.999, 1001) - student_quantile(0.999, 1002);
        assert!(step > 0.0 && step < 1e-4, "the two branches meet: {step}");
        assert_eq!(mean_p(0.0, 1.0, 50), 1.0);
        assert!((0.0..1e-300).contains(&mean_p(40.0, 1.0, 1_000_000)));
    }

    /// NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2.
    #[test]
    fn t_against_tables() {
        for (nu, t) in [
            (1, 12.706),
            (2, 4.303),
            (10, 2.228),
            (30, 2.042),
            (100, 1.984),
            (1000, 1.962),
        ] {
            assert!((student_t_975(nu + 1) - t).abs() < 5.1e-4, "{nu}");
        }
        let step = student_t_975(1001) - student_t_975(1002);
        assert!(step > 0.0 && step < 1e-5, "the two branches meet: {step}");
        assert!((student_t_975(u64::MAX / 2048) - Z_95).abs() < 1e-9);
    }
}
