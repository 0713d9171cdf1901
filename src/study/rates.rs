//! The rates that a scenario implies, beside those observed.

use super::failure::RunFailure;
use super::load::Loaded;
use super::text::{counted, set_in, wrapped};
use super::text_table::TextTable;
use detente_output::figures::{self, Context, Figure, RateRow, png};
use detente_sim::ensemble::{self, Plan};
use detente_stats::{Ratio, decimals_for};
use serde::Serialize;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// Every rate of a scenario, implied and observed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RatesReport {
    /// The line that says what this is not.
    pub honesty: String,
    /// The scenario's title.
    pub scenario: String,
    /// The policy's name.
    pub policy: String,
    /// Trials run.
    pub trials: u64,
    /// Their seed.
    pub seed: u64,
    /// The rates, in the order of the file.
    pub rates: Vec<RateReport>,
}

/// One rate or share, implied and observed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RateReport {
    /// Its name in the file.
    pub name: String,
    /// What tables and figures call it.
    pub title: String,
    /// Its unit.
    pub unit: Option<String>,
    /// What the model implies; nothing where there was nothing to count by.
    pub implied: Option<f64>,
    /// Its 95 % interval, of simulation error.
    pub implied_ci95: Option<[f64; 2]>,
    /// What was observed.
    pub observed: f64,
    /// Its 95 % interval.
    pub observed_ci95: [f64; 2],
    /// Whether the two intervals overlap; nothing where there was nothing to count by.
    pub overlaps: Option<bool>,
    /// Where the observed one is from.
    pub source: Option<String>,
    /// What is to be said of the difference.
    pub note: Option<String>,
}

/// Runs the trials of a plan and counts: of each rate the events per exposure over all trials.
///
/// # Errors
/// The first failure in the order of trials.
pub fn rates(loaded: &Loaded, plan: Plan) -> Result<RatesReport, RunFailure> {
    let rates = loaded.scenario.rates();
    let mut ratios = vec![Ratio::default(); rates.len()];
    let never = AtomicBool::new(false);
    let found = ensemble::run(&loaded.program, plan, &never, |checkpoint| {
        let rows = checkpoint.columns.first().map_or(0, Vec::len);
        for (rate, ratio) in rates.iter().zip(&mut ratios) {
            for row in 0..rows {
                let sum = |places: &[usize]| -> f64 {
                    places
                        .iter()
                        .map(|place| checkpoint.columns[*place][row])
                        .sum()
                };
                ratio.add(sum(&rate.count), sum(&rate.per));
            }
        }
        Ok(())
    })
    .map_err(|error| loaded.failed(error, plan.seed))?;
    let reports = rates.iter().zip(&ratios).map(|(rate, ratio)| {
        let implied = ratio.estimate();
        let [low, high] = rate.interval;
        RateReport {
            name: rate.name.clone(),
            title: rate.title.clone(),
            unit: rate.unit.clone(),
            implied: implied.map(|implied| implied.value),
            implied_ci95: implied.map(|implied| implied.interval),
            observed: rate.observed,
            observed_ci95: rate.interval,
            overlaps: implied
                .map(|implied| implied.interval[0] <= high && low <= implied.interval[1]),
            source: rate.source.clone(),
            note: rate.note.clone(),
        }
    });
    Ok(RatesReport {
        honesty: loaded.honesty(),
        scenario: loaded.scenario.title().to_owned(),
        policy: loaded.policy.name().to_owned(),
        trials: found.tally.trials,
        seed: plan.seed,
        rates: reports.collect(),
    })
}

/// The rates as JSON.
///
/// # Errors
/// None that is known: all its numbers are finite.
pub fn rates_json(report: &RatesReport) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(report).map(|text| text + "\n")
}

/// The rates as a table, a mark where the intervals do not overlap, and the notes below.
#[must_use]
pub fn rates_table(report: &RatesReport) -> String {
    let mut text = wrapped(&report.honesty);
    let _ = writeln!(
        text,
        "\n{}\npolicy {} · {} · seed {}\n",
        report.scenario,
        report.policy,
        counted(report.trials, "trial"),
        report.seed
    );
    let mut table = TextTable::default()
        .left("   rate or share", 0)
        .right("implied", 9)
        .right("95 % interval", 18)
        .right("observed", 9)
        .right("95 % interval", 18)
        .left("unit", 0);
    for rate in &report.rates {
        let mark = if rate.overlaps == Some(false) {
            '≠'
        } else {
            ' '
        };
        let interval = |ends: Option<[f64; 2]>| {
            ends.map_or("-".to_owned(), |[low, high]| {
                format!("{} to {}", shown(low), shown(high))
            })
        };
        table.row([
            format!(" {mark} {}", rate.title),
            rate.implied.map_or("-".to_owned(), shown),
            interval(rate.implied_ci95),
            // As it was written: these digits are its own.
            rate.observed.to_string(),
            format!("{} to {}", rate.observed_ci95[0], rate.observed_ci95[1]),
            rate.unit.clone().unwrap_or_default(),
        ]);
    }
    text += &table.text();
    let with = |overlaps| {
        let rates = report.rates.iter();
        rates.filter(|rate| rate.overlaps == overlaps).count()
    };
    let _ = writeln!(
        text,
        "\n{} of {} intervals overlap; ≠ marks those that do not. Implied intervals are of simulation error alone.",
        with(Some(true)),
        with(Some(true)) + with(Some(false)),
    );
    if with(None) > 0 {
        text.push_str("A dash: there was nothing to count by.\n");
    }
    for rate in &report.rates {
        if let Some(note) = &rate.note {
            let _ = write!(
                text,
                "\n{}\n{}",
                rate.title,
                set_in(std::slice::from_ref(note))
            );
        }
    }
    text
}

/// Draws the rates into a folder and returns where the SVG stands; PNG and CSV stand beside it.
///
/// # Errors
/// Where drawing or writing fails.
pub fn draw_rates(
    loaded: &Loaded,
    report: &RatesReport,
    path: &Path,
    command_line: Vec<String>,
) -> Result<PathBuf, RunFailure> {
    let rows: Vec<RateRow<'_>> = report
        .rates
        .iter()
        .map(|rate| RateRow {
            name: &rate.name,
            title: &rate.title,
            unit: rate.unit.as_deref().unwrap_or(""),
            implied: rate.implied.zip(rate.implied_ci95),
            observed: (rate.observed, rate.observed_ci95),
            overlaps: rate.overlaps,
        })
        .collect();
    let context = Context {
        scenario_title: loaded.scenario.title(),
        policy_title: loaded.policy.title(),
        subtitle: None,
        time_unit: loaded.scenario.time_unit(),
        epoch_year: None,
        horizon: loaded.scenario.horizon(),
        honesty: &report.honesty,
    };
    let stem = format!("rates-seed-{}", report.seed);
    if let Some(Figure { svg, csv, .. }) = figures::rates(&rows, report.trials, &context)? {
        let files: [(&str, &[u8]); 3] = [
            ("csv", csv.as_bytes()),
            ("png", &png(&svg)?),
            ("svg", svg.as_bytes()),
        ];
        let drawn = loaded.drawn_figure(command_line);
        drawn.write(path, &stem, &files)?;
    }
    Ok(path.join(format!("{stem}.svg")))
}

/// Three digits.
fn shown(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    match decimals_for(value.abs() / 99.95, 7) {
        Some(decimals) if value.abs() < 1e6 => format!("{value:.decimals$}"),
        _ => format!("{value:.2e}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits() {
        for (value, text) in [
            (0.0, "0"),
            (0.117_8, "0.118"),
            (12.34, "12.3"),
            (1234.0, "1234"),
            (0.000_28, "0.000280"),
            (1.5e-7, "1.50e-7"),
            (2.5e7, "2.50e7"),
        ] {
            assert_eq!(shown(value), text);
        }
    }
}
