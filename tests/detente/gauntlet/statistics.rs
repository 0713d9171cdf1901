//! Test statistics and their p-values.

use statrs::distribution::{ChiSquared, ContinuousCDF};

/// Two-sided, of a standard normal.
pub fn of_normal(z: f64) -> f64 {
    libm::erfc(z.abs() / std::f64::consts::SQRT_2)
}

/// The upper tail of chi-square.
pub fn of_chi_square(statistic: f64, degrees: usize) -> f64 {
    ChiSquared::new(degrees as f64).unwrap().sf(statistic)
}

/// Expected number below which a cell joins the next one.
const SMALL_CELL: f64 = 10.0;

/// Chi-square of counts against probabilities, with small cells joined: statistic, degrees of freedom, p-value.
pub fn chi_square(counts: &[u64], probabilities: &[f64]) -> (f64, usize, f64) {
    let n = counts.iter().sum::<u64>() as f64;
    let mut cells: Vec<(f64, f64)> = Vec::new();
    let (mut observed, mut expected) = (0.0, 0.0);
    for (cell, probability) in probabilities.iter().enumerate() {
        observed += counts.get(cell).map_or(0.0, |count| *count as f64);
        expected += n * probability;
        if expected >= SMALL_CELL {
            cells.push((observed, expected));
            (observed, expected) = (0.0, 0.0);
        }
    }
    let beyond: u64 = counts.iter().skip(probabilities.len()).sum();
    let last = cells.last_mut().unwrap();
    last.0 += observed + beyond as f64;
    last.1 += expected;
    let statistic = cells
        .iter()
        .map(|(o, e)| (o - e) * (o - e) / e)
        .sum::<f64>();
    let degrees = cells.len() - 1;
    (statistic, degrees, of_chi_square(statistic, degrees))
}

/// Chi-square of homogeneity of two samples of few values, small cells joined.
pub fn same_counts(a: &[f64], b: &[f64]) -> (f64, usize, f64) {
    let mut values: Vec<f64> = a.iter().chain(b).copied().collect();
    values.sort_unstable_by(f64::total_cmp);
    values.dedup();
    let count = |of: &[f64]| {
        let mut counts = vec![0.0; values.len()];
        for value in of {
            counts[values.partition_point(|v| v < value)] += 1.0;
        }
        counts
    };
    let (of_a, of_b) = (count(a), count(b));
    let share = a.len() as f64 / (a.len() + b.len()) as f64;
    let mut cells: Vec<(f64, f64)> = Vec::new();
    let mut cell = (0.0, 0.0);
    for (a, b) in of_a.iter().zip(&of_b) {
        cell = (cell.0 + a, cell.1 + b);
        if (cell.0 + cell.1) * share.min(1.0 - share) >= SMALL_CELL {
            cells.push(cell);
            cell = (0.0, 0.0);
        }
    }
    match cells.last_mut() {
        Some(last) => *last = (last.0 + cell.0, last.1 + cell.1),
        None => cells.push(cell),
    }
    let degrees = cells.len() - 1;
    if degrees == 0 {
        return (0.0, 0, 1.0);
    }
    let statistic: f64 = cells
        .iter()
        .map(|(a, b)| {
            let expected = (a + b) * share;
            (a - expected) * (a - expected) / (expected * (1.0 - share))
        })
        .sum();
    (statistic, degrees, of_chi_square(statistic, degrees))
}

/// Kolmogorov's law, the upper tail, with Stephens's correction for a sample of effective size `n`.
fn of_kolmogorov(distance: f64, n: f64) -> f64 {
    let root = n.sqrt();
    let x = (root + 0.12 + 0.11 / root) * distance;
    if x < 0.2 {
        return 1.0;
    }
    let mut sum = 0.0;
    let mut sign = 1.0;
    for k in 1..=100 {
        let k = f64::from(k);
        sum += sign * libm::exp(-2.0 * k * k * x * x);
        sign = -sign;
    }
    (2.0 * sum).clamp(0.0, 1.0)
}

/// Kolmogorov–Smirnov of numbers that should be uniform on (0, 1): distance and p-value.
pub fn uniform(sample: &[f64]) -> (f64, f64) {
    let mut sorted = sample.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let n = sorted.len() as f64;
    let distance = sorted
        .iter()
        .enumerate()
        .map(|(i, u)| (u - i as f64 / n).max((i + 1) as f64 / n - u))
        .fold(0.0, f64::max);
    (distance, of_kolmogorov(distance, n))
}

/// Kolmogorov–Smirnov of two samples, conservative where values are tied: distance and p-value.
pub fn two_samples(a: &[f64], b: &[f64]) -> (f64, f64) {
    let sorted = |of: &[f64]| {
        let mut of = of.to_vec();
        of.sort_unstable_by(f64::total_cmp);
        of
    };
    let (a, b) = (sorted(a), sorted(b));
    let (n, m) = (a.len() as f64, b.len() as f64);
    let (mut i, mut j, mut distance) = (0, 0, 0.0_f64);
    while i < a.len() && j < b.len() {
        let value = a[i].min(b[j]);
        while i < a.len() && a[i] <= value {
            i += 1;
        }
        while j < b.len() && b[j] <= value {
            j += 1;
        }
        distance = distance.max((i as f64 / n - j as f64 / m).abs());
    }
    (distance, of_kolmogorov(distance, n * m / (n + m)))
}

/// Anderson–Darling of numbers that should be unit exponentials: A² and p-value.
pub fn unit_exponential(sample: &[f64]) -> (f64, f64) {
    assert!(sample.iter().all(|value| value.is_finite()));
    let mut sorted = sample.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let n = sorted.len();
    let sum: f64 = (0..n)
        .map(|i| {
            let below = libm::log(-libm::expm1(-sorted[i].max(1e-300)));
            let above = -sorted[n - 1 - i];
            (2 * i + 1) as f64 * (below + above)
        })
        .sum();
    let statistic = -(n as f64) - sum / n as f64;
    (statistic, of_anderson_darling(statistic))
}

/// The upper tail of the limit law of A²: by Marsaglia & Marsaglia (2004, J. Stat. Softw. 9(2)), whose error is below 2e-6, and
/// from 8 on by its largest term: A² is Σ χ²ⱼ/(j(j+1)), so the tail nears √3 erfc(√x).
fn of_anderson_darling(x: f64) -> f64 {
    let polynomial =
        |coefficients: &[f64]| coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c);
    if x <= 0.0 {
        1.0
    } else if x < 2.0 {
        let series = polynomial(&[
            2.000_12,
            0.247_105,
            -0.064_982_1,
            0.034_796_2,
            -0.011_672_0,
            0.001_686_91,
        ]);
        1.0 - libm::exp(-1.233_714_1 / x) / x.sqrt() * series
    } else if x < 8.0 {
        let series = polynomial(&[
            1.077_6,
            -2.306_95,
            0.434_24,
            -0.082_433,
            0.008_056,
            -0.000_314_6,
        ]);
        -libm::expm1(-libm::exp(series))
    } else {
        3.0_f64.sqrt() * libm::erfc(x.sqrt())
    }
}

/// The p-values of Benjamini & Hochberg (1995): rejecting those below q keeps the expected share of false rejections below q.
pub fn adjusted(p_values: &[f64]) -> Vec<f64> {
    let n = p_values.len();
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|a, b| p_values[*b].total_cmp(&p_values[*a]));
    let mut adjusted = vec![1.0; n];
    let mut least = 1.0_f64;
    for (position, index) in order.into_iter().enumerate() {
        let rank = (n - position) as f64;
        least = least.min(p_values[index] * n as f64 / rank);
        adjusted[index] = least;
    }
    adjusted
}

/// Critical values from tables: of chi-square, of A² (Anderson & Darling 1954; Marsaglia & Marsaglia 2004), of Kolmogorov's law.
#[test]
fn p_values_are_those_of_the_tables() {
    let near = |found: f64, expected: f64, tolerance: f64| {
        assert!(
            (found - expected).abs() <= tolerance,
            "{found} for {expected}"
        );
    };
    near(of_normal(1.959_964), 0.05, 1e-7);
    near(of_normal(crate::support::SIX_NINES), 1e-6, 1e-8);
    near(of_chi_square(18.307_04, 10), 0.05, 1e-7);
    for (critical, p) in [(1.933, 0.1), (2.492, 0.05), (3.878, 0.01), (5.965, 0.001)] {
        near(of_anderson_darling(critical), p, 2e-4);
    }
    near(of_anderson_darling(0.774_2), 0.5, 1e-3);
    // Both branches meet.
    let (below, above) = (of_anderson_darling(7.999_99), of_anderson_darling(8.0));
    near(below / above, 1.0, 0.05);
    for (critical, p) in [(1.358_1, 0.05), (1.627_6, 0.01)] {
        let n = 1e8_f64;
        near(of_kolmogorov(critical / n.sqrt(), n), p, 1e-4);
    }
    assert_eq!(
        adjusted(&[0.01, 0.04, 0.03, 0.5]),
        [0.04, 0.16 / 3.0, 0.16 / 3.0, 0.5]
    );
}
