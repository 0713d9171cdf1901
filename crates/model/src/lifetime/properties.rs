//! What holds for every law: the inverse inverts, both directions rise, the hazard is the slope,
//! the mean is the integral of survival.

use super::{Family, Law};
use libm::{exp, log};
use proptest::prelude::*;

/// Any continuous law, from the whole range for which accuracy is promised.
fn any_law() -> impl Strategy<Value = Law<'static>> {
    let unit = || 0.0..=1.0;
    (0_usize..8, unit(), unit(), unit(), unit()).prop_map(|(family, p, q, r, s)| {
        let family = Family::ALL[family];
        let scale = between(0.01, 100.0, s);
        let low = if r < 0.5 {
            0.0
        } else {
            4.0 * (r - 0.5) * scale
        };
        let high = low + scale;
        match family {
            Family::Exponential => law(family, &[scale]),
            Family::Weibull => law(family, &[between(0.1, 20.0, p), scale]),
            Family::Gamma => law(family, &[between(0.05, 200.0, p), scale]),
            Family::Lognormal => law(family, &[scale, between(0.05, 4.0, p)]),
            Family::Normal => law(family, &[(16.0 * p - 8.0) * scale, scale]),
            Family::Uniform => law(family, &[low, high]),
            Family::Triangular => law(family, &[low, (low + p * scale).min(high), high]),
            Family::Beta => law(
                family,
                &[between(0.2, 50.0, p), between(0.2, 50.0, q), low, high],
            ),
            Family::Fixed | Family::Empirical => unreachable!("only the first eight are drawn"),
        }
    })
}

fn law(family: Family, args: &[f64]) -> Law<'static> {
    Law::new(family, 0, args).expect("good arguments")
}

/// Between two positive numbers, evenly in the logarithm.
fn between(low: f64, high: f64, share: f64) -> f64 {
    low * exp(share * log(high / low))
}

fn any_cumulative_hazard() -> impl Strategy<Value = f64> {
    (0.0..=1.0).prop_map(|share| between(1e-12, 700.0, share))
}

/// How many relative errors of H one relative error of the age makes.
fn condition(law: &Law, age: f64) -> f64 {
    age * law.hazard(age) / law.cumulative_hazard(age)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2_000,
        max_global_rejects: 4_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_cumulative_hazard_of_an_age_is_what_it_was_drawn_from(
        law in any_law(), h in any_cumulative_hazard()
    ) {
        let age = law.age_at(h);
        let end = law.age_at(f64::INFINITY);
        prop_assume!(age > 0.0 && age < end);
        // An age is a double, so H can be no closer than a rounding of the age allows.
        let rounding = f64::EPSILON * condition(&law, age);
        prop_assume!(rounding < 1e-3);
        let error = (law.cumulative_hazard(age) - h).abs() / h;
        prop_assert!(error < 5e-13 + 8.0 * rounding, "{law:?} at {h}: {error:e}");
    }

    #[test]
    fn the_age_of_a_cumulative_hazard_is_the_age_it_was_read_at(
        law in any_law(), h in any_cumulative_hazard(), stretch in 0.5..2.0
    ) {
        let start = law.age_at(0.0);
        let age = start + (law.age_at(h) - start) * stretch;
        let spent = law.cumulative_hazard(age);
        prop_assume!((1e-12..700.0).contains(&spent));
        let rounding = f64::EPSILON / condition(&law, age);
        let error = (law.age_at(spent) - age).abs() / age;
        prop_assert!(error < 5e-13 + 8.0 * rounding, "{law:?} at {age}: {error:e}");
    }

    #[test]
    fn ages_rise_with_the_cumulative_hazard(
        law in any_law(), h in any_cumulative_hazard(), more in any_cumulative_hazard()
    ) {
        let (age, later) = (law.age_at(h), law.age_at(h + more));
        prop_assert!(later >= age * (1.0 - 1e-12), "{law:?}: {age} at {h}, {later} at {more} more");
        prop_assert!(age >= law.age_at(0.0) && later <= law.age_at(f64::INFINITY));
    }

    #[test]
    fn cumulative_hazards_rise_with_age(
        law in any_law(), h in any_cumulative_hazard(), stretch in 1.0..1.5
    ) {
        let age = law.age_at(h);
        let (early, late) = (law.cumulative_hazard(age), law.cumulative_hazard(age * stretch));
        prop_assert!(late >= early * (1.0 - 1e-12), "{law:?}: {early} at {age}, then {late}");
    }

    #[test]
    fn the_hazard_is_the_slope_of_the_cumulative_hazard(
        law in any_law(), h in (0.0..=1.0).prop_map(|share| between(1e-6, 30.0, share))
    ) {
        let age = law.age_at(h);
        let slope = law.hazard(age);
        let step = 1e-4 * h.min(1.0) / slope;
        prop_assume!(step > 1e-9 * age);
        let rise = law.cumulative_hazard(age + step) - law.cumulative_hazard(age - step);
        // The width as it is after rounding. At the mode of a triangular law the slope has a corner.
        let width = (age + step) - (age - step);
        let error = (rise / width - slope).abs() / slope;
        prop_assert!(error < 1e-3, "{law:?} at {age}: {error:e}");
    }

    #[test]
    fn the_ends_are_where_they_belong(law in any_law(), h in any_cumulative_hazard()) {
        let (start, end) = (law.age_at(0.0), law.age_at(f64::INFINITY));
        prop_assert_eq!(law.cumulative_hazard(0.0), 0.0);
        prop_assert_eq!(law.cumulative_hazard(-1.0), 0.0);
        prop_assert_eq!(law.cumulative_hazard(start), 0.0);
        prop_assert_eq!(law.cumulative_hazard(end), f64::INFINITY);
        prop_assert_eq!(law.age_at(-h), start);
        prop_assert_eq!(law.hazard(-1.0), 0.0);
        prop_assert!(law.has_density());
    }

    /// Outside the range that is promised, all is still a number, and all ends.
    #[test]
    fn at_the_limits_of_the_arguments_all_is_a_number(
        family in 0_usize..8, p in 0.0..=1.0, q in 0.0..=1.0, e in -320.0..308.0
    ) {
        let family = Family::ALL[family];
        let (p, q) = (between(0.01, 1e6, p), between(0.01, 1e6, q));
        let law = match family {
            Family::Exponential => law(family, &[p]),
            Family::Weibull | Family::Gamma => law(family, &[p, 1e100]),
            Family::Lognormal => law(family, &[1e-100, p.clamp(0.001, 20.0)]),
            Family::Normal => law(family, &[p - q, 1.0]),
            Family::Uniform => law(family, &[p, p + q]),
            Family::Triangular => law(family, &[p, p + 0.5 * q, p + q]),
            _ => law(Family::Beta, &[p, q, 0.0, 1.0]),
        };
        let age = law.age_at(libm::exp10(e));
        prop_assert!(age >= 0.0, "{law:?} at 1e{e}: {age}");
        prop_assert!(law.cumulative_hazard(age) >= 0.0, "{law:?} at age {age}");
        prop_assume!(age < f64::INFINITY);
        prop_assert!(law.hazard(age) >= 0.0, "{law:?} at age {age}");
    }
}

/// ∫₀^∞ (1 − F(a)) da, by the trapezoidal rule in the logarithm of age.
fn integral_of_survival(law: &Law) -> f64 {
    let step = 1e-3;
    let first = log(law.age_at(1e-9)) - 30.0;
    let last = log(law.age_at(700.0)) + 1e-6;
    let mut sum = 0.5 * exp(first);
    let mut log_age = first;
    while log_age < last {
        let age = exp(log_age);
        sum += age * exp(-law.cumulative_hazard(age));
        log_age += step;
    }
    sum * step
}

#[test]
fn the_mean_is_the_integral_of_survival() {
    let laws: [(Family, &[f64]); 17] = [
        (Family::Exponential, &[0.2]),
        (Family::Weibull, &[0.8, 2.0]),
        (Family::Weibull, &[5.0, 2.0]),
        (Family::Gamma, &[0.7, 2.0]),
        (Family::Gamma, &[40.0, 0.1]),
        (Family::Lognormal, &[0.3, 0.5]),
        (Family::Lognormal, &[0.3, 1.5]),
        (Family::Normal, &[2.0, 0.5]),
        (Family::Normal, &[-2.0, 0.5]),
        (Family::Normal, &[-20.0, 1.0]),
        (Family::Normal, &[0.0, 1.0]),
        (Family::Uniform, &[1.0, 4.0]),
        (Family::Triangular, &[0.0, 1.0, 5.0]),
        (Family::Triangular, &[1.0, 3.0, 3.0]),
        (Family::Beta, &[0.5, 0.7, 0.0, 3.0]),
        (Family::Beta, &[2.0, 5.0, 1.0, 3.0]),
        (Family::Beta, &[30.0, 4.0, 0.0, 1.0]),
    ];
    for (family, args) in laws {
        let law = law(family, args);
        let (mean, integral) = (law.mean(), integral_of_survival(&law));
        assert!(
            (mean - integral).abs() < 1e-6 * mean,
            "{law:?}: mean {mean}, integral {integral}"
        );
    }
}

/// A law with a density gives age 0 no probability, however small its ages are.
#[test]
fn no_age_is_0() {
    for (family, arguments) in [
        (Family::Gamma, &[0.01, 1.0][..]),
        (Family::Weibull, &[0.01, 1.0]),
        (Family::Beta, &[0.01, 1.0, 0.0, 1.0]),
    ] {
        let law = Law::new(family, 0, arguments).unwrap();
        for spent in [1e-16, 1e-10, 1e-4, 6e-4] {
            let age = law.age_at(spent);
            assert!(age >= f64::MIN_POSITIVE, "{family}: {age} of {spent}");
        }
        assert_eq!(law.age_at(0.0), 0.0);
    }
}
