//! Null control: where there is nothing to find, p-values are uniform. The oracle against itself on seeds that differ, again
//! and again, through each of the statistics that the gauntlet uses.

use super::statistics::{same_counts, two_samples, uniform, unit_exponential};
use super::{Effort, Row, passes};
use crate::support::scenario;
use detente::study::Loaded;
use detente_sim::engine::{Oracle, Recorder};

/// Repeats for each seed of the effort.
const REPEATS: u64 = 100;

/// Trials of the two samples, whose sizes have no factor in common, so that distances have many values.
const SIZES: [u64; 2] = [200, 251];

const MODEL: &str = r#"
    [variables]
    x = { initial = 0, min = 0 }
    [events]
    up = { rate = 2, do = ["x += 1"] }
    down = { rate = "0.5 * x", do = ["x -= 1"] }
    [outcomes]
    first = { first_time = "x > 0" }
    area = { integral = "x" }
    x = { final = "x" }
    "#;

/// The outcomes of the oracle's trials, a column each.
fn outcomes(loaded: &Loaded, seed: u64, trials: u64) -> [Vec<f64>; 3] {
    let mut oracle = Oracle::new(&loaded.program);
    let mut recorder = Recorder::plain();
    let mut columns = [const { Vec::new() }; 3];
    for trial in 0..trials {
        oracle.run(seed, trial, &mut recorder).unwrap();
        for (column, outcome) in columns.iter_mut().zip(recorder.outcomes()) {
            column.push(*outcome);
        }
    }
    columns
}

pub fn rows(effort: Effort) -> Vec<Row> {
    let loaded = scenario(12.0, MODEL);
    let statistics = [
        "Kolmogorov–Smirnov of two samples",
        "χ² of two samples",
        "Anderson–Darling",
    ];
    let mut p_values = vec![Vec::new(); statistics.len()];
    for seed in effort.seeds() {
        for repeat in 0..REPEATS {
            let first = (seed << 20) + 2 * repeat;
            let a = outcomes(&loaded, first, SIZES[0]);
            let b = outcomes(&loaded, first + 1, SIZES[1]);
            p_values[0].push(two_samples(&a[1], &b[1]).1);
            p_values[1].push(same_counts(&a[2], &b[2]).2);
            // Up to the first event the hazard is 2; that it comes by the horizon is certain but for exp(−24).
            let spent: Vec<f64> = b[0].iter().map(|time| 2.0 * time).collect();
            p_values[2].push(unit_exponential(&spent).1);
        }
    }
    let rows = statistics
        .iter()
        .zip(&p_values)
        .map(|(statistic, p_values)| {
            let (distance, p) = uniform(p_values);
            Row {
                test: "null control",
                model: "oracle against itself".to_owned(),
                statistic: format!(
                    "{statistic}: {} p-values against uniform, Kolmogorov–Smirnov {distance:.3}",
                    p_values.len()
                ),
                p,
            }
        });
    rows.collect()
}

/// False-alarm rate 1e-6 a row.
#[test]
fn p_values_of_nothing_are_uniform() {
    passes(&rows(super::SHORT));
}

/// The oracle against an oracle whose hazard is a tenth higher is found out: the control has power.
#[test]
fn p_values_of_something_are_not() {
    let right = scenario(12.0, MODEL);
    let wrong = scenario(12.0, &MODEL.replace("rate = 2", "rate = 2.2"));
    let a = outcomes(&right, 1, 4_000);
    let b = outcomes(&wrong, 2, 4_000);
    assert!(two_samples(&a[1], &b[1]).1 < 1e-9);
    assert!(same_counts(&a[2], &b[2]).2 < 1e-6);
    let spent: Vec<f64> = b[0].iter().map(|time| 2.0 * time).collect();
    assert!(unit_exponential(&spent).1 < 1e-6);
}
