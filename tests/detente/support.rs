//! What several modules need: scenarios from texts, whole small studies, and the yardstick of statistical tests.

use detente::study::{Loaded, Overrides, Plan, RunOptions, Sampler, Summary, load, simulate};
use detente_sim::ensemble;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// Two-sided normal quantile for a false-alarm rate of 1e-6 a comparison.
pub const SIX_NINES: f64 = 4.892;

/// A scenario of the given body under its default policy; the header is added.
pub fn scenario(horizon: f64, body: &str) -> Loaded {
    load_text(&format!(
        "[scenario]\nname = \"t\"\ntime_unit = \"year\"\nepoch = 2020-01-01\nhorizon = {horizon:?}\n{body}"
    ))
}

/// A scenario from its whole text.
pub fn load_text(text: &str) -> Loaded {
    load_with_policy(text, None)
}

/// A scenario and a policy from their texts.
pub fn load_with_policy(text: &str, policy: Option<&str>) -> Loaded {
    load_beside(text, &[], policy)
}

/// A scenario and a policy from their texts, beside other files.
pub fn load_beside(text: &str, others: &[(&str, &str)], policy: Option<&str>) -> Loaded {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in others {
        std::fs::write(dir.path().join(name), text).unwrap();
    }
    let path = dir.path().join("scenario.toml");
    std::fs::write(&path, text).unwrap();
    let policy_path = dir.path().join("policy.toml");
    if let Some(policy) = policy {
        std::fs::write(&policy_path, policy).unwrap();
    }
    let given = policy.map(|_| policy_path.to_str().unwrap());
    shown(load(&path, given, &Overrides::default()))
}

/// A file of the project's scenarios, or a theatre's folder.
pub fn config_path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("configs")
        .join(name)
}

/// The text of such a file.
pub fn config_text(name: &str) -> String {
    std::fs::read_to_string(config_path(name)).unwrap()
}

/// One of the project's scenarios.
pub fn config(name: &str, policy: Option<&str>) -> Loaded {
    shown(load(&config_path(name), policy, &Overrides::default()))
}

fn shown(loaded: Result<Loaded, Box<detente::study::Findings>>) -> Loaded {
    loaded.unwrap_or_else(|failure| {
        panic!(
            "{}",
            detente_model::diagnostic::render(&failure.diagnostics, &failure.sources, false)
        )
    })
}

/// How to run so many trials into a folder, without draws or figures.
pub fn options(out: PathBuf, trials: u64, seed: u64, threads: usize) -> RunOptions {
    RunOptions {
        plan: Plan {
            seed,
            trials,
            threads,
            sampler: Sampler::Engine,
            precision: None,
        },
        out,
        parameter_draws: 0,
        figures: false,
        trace: true,
        command_line: Vec::new(),
    }
}

/// A study of `trials` trials.
pub fn study(loaded: &Loaded, trials: u64, seed: u64) -> Summary {
    let plan = Plan {
        seed,
        trials,
        threads: 2,
        sampler: Sampler::Engine,
        precision: None,
    };
    simulate(loaded, plan).unwrap()
}

/// Every outcome of every trial, a column an outcome.
pub fn columns(loaded: &Loaded, plan: Plan) -> Vec<Vec<f64>> {
    let mut all: Vec<Vec<f64>> = vec![Vec::new(); loaded.program.outcomes().len()];
    let never = AtomicBool::new(false);
    ensemble::run(&loaded.program, plan, &never, |checkpoint| {
        for (column, new) in all.iter_mut().zip(checkpoint.columns) {
            column.extend(new);
        }
        Ok(())
    })
    .unwrap();
    all
}

/// The single value of an outcome that all trials share.
#[track_caller]
pub fn exactly(summary: &Summary, outcome: &str, expected: f64) {
    let found = &summary.outcomes[outcome];
    let constant = found.constant.as_ref().map(|constant| constant.value);
    assert_eq!(constant, Some(expected), "{outcome}: {found:?}");
}

/// The mean of an outcome is `expected`, up to 4.9 standard errors; `resolution` states the largest
/// difference that the test could overlook, so that it cannot be passed by being vague.
#[track_caller]
pub fn near(summary: &Summary, outcome: &str, expected: f64, resolution: f64) {
    let found = &summary.outcomes[outcome];
    let se = found.se.unwrap();
    assert!(
        (found.mean - expected).abs() <= SIX_NINES * se,
        "{outcome}: {} is {:.1} standard errors from {expected}",
        found.mean,
        (found.mean - expected) / se
    );
    assert!(
        SIX_NINES * se <= resolution,
        "{outcome}: the test resolves {} only, not {resolution}",
        SIX_NINES * se
    );
}
