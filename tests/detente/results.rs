//! What a run leaves says what its trials say: every number of the summary again, from the trials themselves.

use crate::support::{columns, config, scenario, study};
use detente::study::{
    Loaded, Overrides, Plan, Precision, RunOptions, RunReport, Sampler, Summary, load, run,
    simulate, trace,
};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use std::sync::atomic::AtomicBool;

const LEVELS: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

fn plan(trials: u64, threads: usize) -> Plan {
    Plan {
        seed: 5,
        trials,
        threads,
        sampler: Sampler::Engine,
        precision: None,
    }
}

/// A scenario with every kind of outcome, under a policy with a rule.
fn contents() -> Loaded {
    let inputs = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/detente/inputs");
    let policy = inputs.join("policies/step-back.toml");
    load(
        &inputs.join("contents.toml"),
        policy.to_str(),
        &Overrides::default(),
    )
    .unwrap()
}

fn run_into(loaded: &Loaded, plan: Plan, out: &Path) -> RunReport {
    let options = RunOptions {
        plan,
        out: out.to_owned(),
        parameter_draws: 0,
        figures: false,
        trace: true,
        command_line: Vec::new(),
    };
    run(loaded, &options, &AtomicBool::new(false), |_| ()).unwrap()
}

/// Quantiles are the values at their ranks, intervals bracket them, and cells hold what they say, for real and whole
/// outcomes, censored ones and such as are mostly 0.
#[test]
fn quantiles_and_distributions_are_those_of_the_trials() {
    let belarus = config("belarus-2019", Some("multi-vector"));
    let mut distributions = 0;
    for (loaded, trials) in [
        (contents(), 3_333),
        (belarus, 2_100),
        (config("ladder.toml", None), 90),
    ] {
        let summary = study(&loaded, trials, 5);
        let columns = columns(&loaded, plan(trials, 2));
        for ((name, outcome), column) in summary.outcomes.iter().zip(&columns) {
            let mut sorted: Vec<f64> = column.iter().copied().filter(|v| !v.is_nan()).collect();
            sorted.sort_by(f64::total_cmp);
            let found = [
                outcome.quantiles.q05,
                outcome.quantiles.q25,
                outcome.quantiles.q50,
                outcome.quantiles.q75,
                outcome.quantiles.q95,
            ];
            let limits = [
                outcome.quantiles_ci95.q05,
                outcome.quantiles_ci95.q25,
                outcome.quantiles_ci95.q50,
                outcome.quantiles_ci95.q75,
                outcome.quantiles_ci95.q95,
            ];
            for ((p, found), [lo, hi]) in LEVELS.iter().zip(found).zip(limits) {
                let rank = (p * trials as f64).ceil() as usize;
                assert_eq!(found, sorted.get(rank - 1).copied(), "{name} at {p}");
                // An end is a value within four standard deviations of the rank.
                let far = (4.0 * (p * (1.0 - p) * trials as f64).sqrt()) as usize + 2;
                if let (Some(lo), Some(found)) = (lo, found) {
                    assert!(
                        lo <= found && lo >= sorted[rank.saturating_sub(far + 1)],
                        "{name}"
                    );
                }
                if let Some(hi) = hi {
                    assert!(
                        hi >= found.unwrap() && hi <= sorted[(rank + far).min(sorted.len()) - 1],
                        "{name}"
                    );
                }
                let few = trials < 100 && (*p < 0.1 || *p > 0.9);
                assert!(lo.is_some() || found.is_none() || few, "{name} at {p}");
            }
            let Some(distribution) = &outcome.distribution else {
                assert!(["ever", "first_time"].contains(&outcome.kind.key()));
                continue;
            };
            distributions += 1;
            let zeros = column.iter().filter(|value| **value == 0.0).count();
            assert_eq!(distribution.zeros, zeros as u64, "{name}");
            assert_eq!(distribution.counts.len() + 1, distribution.edges.len());
            let last = distribution.counts.len() - 1;
            for (cell, count) in distribution.counts.iter().enumerate() {
                let [low, high] = [distribution.edges[cell], distribution.edges[cell + 1]];
                let inside = |v: &&f64| **v >= low && (**v < high || (cell == last && **v <= high));
                let inside = column.iter().filter(inside).count();
                assert_eq!(*count, inside as u64, "{name}, cell {cell}");
            }
            assert_eq!(distribution.counts.iter().sum::<u64>(), trials);
        }
    }
    assert!(distributions > 30, "{distributions}");
}

/// Whole numbers have a cell each however large they are; a first time at the horizon is equal to one never reached, as far
/// as the smaller of it and the horizon goes.
#[test]
fn large_counts_and_late_times() {
    let loaded = scenario(
        10.0,
        r#"
        [variables]
        done = { states = ["no", "yes"], initial = "no" }
        [events]
        hit = { rate = 45, do = [] }
        late = { at = [10.0], branches = [
            { probability = 0.5, do = ["done = yes"] },
            { probability = 0.5, do = [] },
        ] }
        [outcomes]
        hits = { firings = "hit" }
        first = { first_time = "done == yes" }
        "#,
    );
    let summary = study(&loaded, 2_000, 5);
    let hits = summary.outcomes["hits"].distribution.as_ref().unwrap();
    assert!(hits.edges.windows(2).all(|pair| pair[1] - pair[0] == 1.0));
    assert!(hits.edges[0].fract() == 0.5 && hits.edges[0] > 300.0);
    let first = &summary.outcomes["first"];
    assert!(first.censored > 800 && first.censored < 1_200);
    assert_eq!(first.constant.as_ref().unwrap().value, 10.0);
    assert_eq!((first.mean, first.ci95), (10.0, None));
}

/// Means and their intervals, computed again from the trials: Wilson's for `ever`, else Student's, cut off where no value can
/// lie. Rare counts and shares near their ends would reach beyond.
#[test]
fn intervals_are_those_of_the_trials() {
    let rare = scenario(
        10.0,
        r#"
        [variables]
        up = { states = ["no", "yes"], initial = "no" }
        [events]
        rise = { when = "up == no", rate = 0.0005, do = ["up = yes"] }
        fall = { when = "up == yes", rate = 200, do = ["up = no"] }
        [outcomes]
        rises = { firings = "rise" }
        entries = { entries = "up == yes" }
        share_up = { time_share = "up == yes" }
        share_down = { time_share = "up == no" }
        first = { first_time = "up == yes" }
        ever = { ever = "up == yes" }
        surplus = { integral = "if(up == yes, 1, 0)" }
        "#,
    );
    let mut cut = 0;
    for (loaded, trials) in [
        (rare, 200),
        (contents(), 700),
        (config("belarus-2019", Some("multi-vector")), 500),
    ] {
        let summary = study(&loaded, trials, 5);
        let horizon = loaded.program.horizon();
        let columns = columns(&loaded, plan(trials, 2));
        for ((name, outcome), column) in summary.outcomes.iter().zip(&columns) {
            let values = column.iter().map(|v| if v.is_nan() { horizon } else { *v });
            let values: Vec<f64> = values.collect();
            let n = trials as f64;
            let mean = values.iter().sum::<f64>() / n;
            assert!(
                (outcome.mean - mean).abs() <= 1e-12 * (1.0 + mean.abs()),
                "{name}"
            );
            let Some([lo, hi]) = outcome.ci95 else {
                assert!(values.iter().all(|value| *value == values[0]), "{name}");
                continue;
            };
            let expected = if outcome.kind.key() == "ever" {
                // Wilson's limits solve (mean - p)^2 = z^2 p (1 - p) / n.
                let z2 = detente_stats::Z_95 * detente_stats::Z_95;
                let misses = |p: f64| (mean - p) * (mean - p) - z2 * p * (1.0 - p) / n;
                assert!(
                    misses(lo).abs() < 1e-12 && misses(hi).abs() < 1e-12,
                    "{name}"
                );
                assert!(lo <= mean && mean <= hi, "{name}");
                continue;
            } else {
                let squares: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
                let half = detente_stats::student_t_975(trials) * (squares / (n - 1.0) / n).sqrt();
                [mean - half, mean + half]
            };
            let [least, most] = match outcome.kind.key() {
                "entries" | "firings" => [0.0, f64::INFINITY],
                "time_share" => [0.0, 1.0],
                "first_time" => [0.0, horizon],
                _ => [f64::NEG_INFINITY, f64::INFINITY],
            };
            let within = expected.map(|end| end.clamp(least, most));
            cut += usize::from(within != expected);
            for (found, expected) in [(lo, within[0]), (hi, within[1])] {
                assert!(
                    (found - expected).abs() <= 1e-9 * (1.0 + mean.abs()),
                    "{name}: {found}, {expected}"
                );
            }
        }
    }
    assert!(cut >= 4, "{cut}");
}

/// Estimates after the first n trials are those of a run of n, to the bit.
#[test]
fn convergence_is_that_of_smaller_runs() {
    let loaded = contents();
    let whole = simulate(&loaded, plan(7_200, 2)).unwrap();
    let looks = &whole.outcomes["forces"].convergence.n;
    assert_eq!(*looks, [1_000, 2_000, 3_000, 4_000, 6_000, 7_200]);
    for (place, trials) in looks.iter().enumerate() {
        let smaller = simulate(&loaded, plan(*trials, 1)).unwrap();
        for (name, outcome) in &smaller.outcomes {
            let course = &whole.outcomes[name].convergence;
            assert_eq!(
                course.mean[place].to_bits(),
                outcome.mean.to_bits(),
                "{name}"
            );
            let ends = [course.lo[place], course.hi[place]];
            assert_eq!(
                ends,
                outcome.ci95.map_or([None; 2], |ends| ends.map(Some)),
                "{name}"
            );
        }
    }
}

/// Firings by group and period, counted again in trials told one by one.
#[test]
fn firings_are_those_of_the_trials() {
    let inputs = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/detente/inputs");
    for (loaded, trials, groups) in [
        (contents(), 60, None),
        (config("belarus-2019", Some("multi-vector")), 25, None),
        (
            load(
                &inputs.join("contents.toml"),
                None,
                &Overrides {
                    horizon: Some(2.5),
                    set: Vec::new(),
                    ..Overrides::default()
                },
            )
            .unwrap(),
            40,
            Some(40),
        ),
    ] {
        let summary = study(&loaded, trials, 5);
        let ends = &summary.firings.t;
        assert_eq!(
            (ends[0], ends[ends.len() - 1]),
            (0.0, loaded.program.horizon())
        );
        assert!(ends.windows(2).all(|pair| pair[0] < pair[1]));
        if let Some(periods) = groups {
            assert_eq!(ends.len(), periods + 1);
        }
        let mut counts: BTreeMap<String, Vec<Vec<f64>>> = BTreeMap::new();
        for trial in 0..trials {
            let told = trace(&loaded, 5, trial, usize::MAX);
            let program = &loaded.program;
            for row in counts.values_mut() {
                row.push(vec![0.0; ends.len() - 1]);
            }
            // The choices of a policy's rules are no firings.
            let firings = told
                .steps
                .iter()
                .filter(|s| s.cause != detente_report::trajectory::StepCause::Rule);
            for step in firings {
                let group = step.actor.clone().unwrap_or_else(|| {
                    if program.groups() == ["all"] {
                        "all"
                    } else {
                        "other"
                    }
                    .to_owned()
                });
                let rows = counts
                    .entry(group)
                    .or_insert_with(|| vec![vec![0.0; ends.len() - 1]; trial as usize + 1]);
                let period = ends[1..ends.len() - 1]
                    .iter()
                    .filter(|end| step.t >= **end)
                    .count();
                rows[trial as usize][period] += 1.0;
            }
        }
        let mut seen = 0;
        for (group, firings) in &summary.firings.groups {
            for (period, length) in ends.windows(2).map(|pair| pair[1] - pair[0]).enumerate() {
                let rows = counts.get(group).into_iter().flatten();
                let values: Vec<f64> = rows.map(|row| row[period]).collect();
                let n = trials as f64;
                let mean = values.iter().sum::<f64>() / n;
                let squares: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
                assert!(
                    (firings.mean[period] - mean / length).abs() < 1e-12 * (1.0 + mean),
                    "{group}"
                );
                if squares == 0.0 {
                    assert_eq!((firings.lo[period], firings.hi[period]), (None, None));
                    continue;
                }
                let half = detente_stats::student_t_975(trials) * (squares / (n - 1.0) / n).sqrt();
                let [lo, hi] = [firings.lo[period].unwrap(), firings.hi[period].unwrap()];
                assert!(
                    (lo - ((mean - half) / length).max(0.0)).abs() < 1e-9,
                    "{group}: {lo}"
                );
                assert!((hi - (mean + half) / length).abs() < 1e-9, "{group}: {hi}");
                seen += 1;
            }
        }
        assert!(seen > 5, "{seen}");
    }
}

/// A run sums up its stored columns as a study in memory does, and `series.parquet` has the summary's series.
#[test]
fn files_say_what_the_summary_says() {
    let loaded = contents();
    let out = tempfile::tempdir().unwrap();
    run_into(&loaded, plan(2_500, 2), out.path());
    let text = fs::read_to_string(out.path().join("summary.json")).unwrap();
    let stored: Summary = serde_json::from_str(&text).unwrap();
    let studied = simulate(&loaded, plan(2_500, 2)).unwrap();
    assert_eq!(stored, studied);

    let file = File::open(out.path().join("series.parquet")).unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    let mut rows = BTreeMap::new();
    for row in reader.get_row_iter(None).unwrap() {
        let fields: Vec<Field> = row
            .unwrap()
            .into_columns()
            .into_iter()
            .map(|(_, f)| f)
            .collect();
        let [
            Field::Str(series),
            Field::Double(t),
            Field::Str(measure),
            Field::Double(value),
        ] = &fields[..]
        else {
            panic!("{fields:?}");
        };
        rows.insert((series.clone(), measure.clone(), t.to_bits()), *value);
    }
    let mut expected = BTreeMap::new();
    for (name, series) in &stored.series {
        let quantiles = series.quantiles.iter().flat_map(|q| {
            [
                ("0.05", &q.q05),
                ("0.25", &q.q25),
                ("0.5", &q.q50),
                ("0.75", &q.q75),
                ("0.95", &q.q95),
            ]
        });
        let mut columns: Vec<(String, &Vec<f64>)> = quantiles
            .map(|(measure, values)| (measure.to_owned(), values))
            .collect();
        columns.extend(series.mean.iter().map(|values| ("mean".to_owned(), values)));
        columns.extend(series.sd.iter().map(|values| ("sd".to_owned(), values)));
        for (state, share) in series.states.iter().flatten() {
            columns.push((format!("share of {state}"), share));
        }
        for (measure, values) in columns {
            for (t, value) in series.t.iter().zip(values) {
                expected.insert((name.clone(), measure.clone(), t.to_bits()), *value);
            }
        }
    }
    assert!(expected.len() > 20);
    assert_eq!(rows, expected);
}

/// Where intervals are narrow enough a run ends at a look, the same one for any number of threads, and is the run of so
/// many trials.
#[test]
fn precision_ends_a_run() {
    let loaded = config("ladder.toml", None);
    let wanted = |precision: &str, trials, threads| Plan {
        precision: Some(precision.parse::<Precision>().unwrap()),
        ..plan(trials, threads)
    };
    let mut ends = Vec::new();
    for threads in [1, 2, 3] {
        let out = tempfile::tempdir().unwrap();
        let report = run_into(&loaded, wanted("0.03", 1_000_000, threads), out.path());
        let made = fs::read(out.path().join("summary.json")).unwrap();
        ends.push((report.summary.trials, made));
        let run = report.manifest.details.run;
        let judged = run.precision.unwrap();
        assert_eq!(judged.looks, [10_000, 20_000]);
        assert!(judged.not_reached.is_empty() && run.complete);
    }
    assert!(ends.iter().all(|end| *end == ends[0]));
    assert_eq!(ends[0].0, 20_000);
    let plain = simulate(&loaded, plan(20_000, 2)).unwrap();
    let stopped: Summary = serde_json::from_slice(&ends[0].1).unwrap();
    assert_eq!(stopped, plain);
    let widest = |summary: &Summary| {
        let halves = summary
            .outcomes
            .values()
            .map(|o| o.ci95.map_or(0.0, |[lo, hi]| (hi - lo) / 2.0));
        halves.fold(0.0, f64::max)
    };
    assert!(widest(&plain) <= 0.03);
    assert!(widest(&simulate(&loaded, plan(10_000, 2)).unwrap()) > 0.03);

    // What the trials allowed did not reach is named: those whose half-width is above a hundredth of their mean.
    let out = tempfile::tempdir().unwrap();
    let report = run_into(&loaded, wanted("1%", 12_000, 2), out.path());
    let judged = report.manifest.details.run.precision.unwrap();
    assert_eq!(
        (report.summary.trials, judged.looks),
        (12_000, vec![10_000, 12_000])
    );
    let wide = report.summary.outcomes.iter().filter(|(_, outcome)| {
        let [lo, hi] = outcome.ci95.unwrap();
        (hi - lo) / 2.0 > 0.01 * outcome.mean
    });
    let wide: Vec<String> = wide.map(|(name, _)| name.clone()).collect();
    assert!(!wide.is_empty() && wide.len() < report.summary.outcomes.len());
    assert_eq!(judged.not_reached, wide);
    assert!(report.manifest.details.run.complete);
}

/// A spread that is small beside its level: 100,000 men, ten more or fewer at the rate of 5 a day each, for ten days. The number of
/// tens gained is Skellam's law with mean 0 and variance 100, whose quantiles at 5, 25, 50, 75 and 95 % are −16, −7, 0, 7 and 16.
/// The series must have the quantiles of the stored column, which are exact. They may miss the law's by one step; a miss by two is
/// more than six standard errors of the share of trials.
#[test]
fn quantiles_of_series_follow_a_small_spread() {
    let loaded = scenario(
        10.0,
        "[variables]\nmen = { initial = 100000 }\n[events]\n\
         up = { rate = 5, do = [\"men += 10\"] }\ndown = { rate = 5, do = [\"men -= 10\"] }\n\
         [series]\nmen = { value = \"men\", every = 1 }\n[outcomes]\nmen = { final = \"men\" }\n",
    );
    let summary = study(&loaded, 20_000, 1);
    let exact = &summary.outcomes["men"].quantiles;
    let exact = [exact.q05, exact.q25, exact.q50, exact.q75, exact.q95];
    let found = summary.series["men"].quantiles.as_ref().unwrap();
    let found = [&found.q05, &found.q25, &found.q50, &found.q75, &found.q95];
    let tens = [-16.0, -7.0, 0.0, 7.0, 16.0];
    for ((exact, found), tens) in exact.into_iter().zip(found).zip(tens) {
        let last = found[10];
        assert_eq!(Some(last), exact);
        assert!((last - (100_000.0 + 10.0 * tens)).abs() <= 10.0, "{last}");
    }
}
