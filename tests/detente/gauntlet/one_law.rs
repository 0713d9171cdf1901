//! Law: the engine and the oracle, on seeds that differ, give outcomes of one law. On one seed they give one trajectory, which
//! `oracle.rs` compares firing by firing; here nothing is shared, so that a fault of the comparison itself would show.

use super::statistics::{same_counts, two_samples};
use super::which::RACE;
use super::{Effort, Row, passes};
use crate::support::{columns, config, load_with_policy, scenario};
use detente::study::{Loaded, Plan, Sampler};

/// Every outcome of `trials` trials for each seed.
pub fn outcomes(
    loaded: &Loaded,
    sampler: Sampler,
    seeds: impl Iterator<Item = u64>,
    trials: u64,
) -> Vec<Vec<f64>> {
    let mut all: Vec<Vec<f64>> = Vec::new();
    for seed in seeds {
        let plan = Plan {
            seed,
            trials,
            threads: 1,
            sampler,
            precision: None,
        };
        let new = columns(loaded, plan);
        all.resize(new.len(), Vec::new());
        for (all, new) in all.iter_mut().zip(new) {
            // What was not reached by the horizon is one value beyond all others.
            all.extend(
                new.into_iter()
                    .map(|value| if value.is_nan() { f64::MAX } else { value }),
            );
        }
    }
    all
}

/// Chi-square where there are few values, else Kolmogorov–Smirnov; nothing where there is one value.
pub fn compare(a: &[f64], b: &[f64]) -> Option<(String, f64)> {
    let mut values: Vec<f64> = a.iter().chain(b).copied().collect();
    values.sort_unstable_by(f64::total_cmp);
    values.dedup();
    match values.len() {
        1 => None,
        2..=60 => {
            let (statistic, degrees, p) = same_counts(a, b);
            (degrees > 0).then(|| (format!("χ² {statistic:.1} of {degrees}"), p))
        }
        _ => {
            let (distance, p) = two_samples(a, b);
            Some((format!("Kolmogorov–Smirnov {distance:.4}"), p))
        }
    }
}

const RACE_OUTCOMES: &str = r#"
    [outcomes]
    first_hot = { first_time = "mode == hot" }
    six = { first_time = "x >= 6" }
    hot = { time_share = "mode == hot" }
    sparks = { firings = "spark" }
    x = { final = "x" }
    y = { final = "y" }
    area = { integral = "x" }
    "#;

const CRISIS: &str = r#"
    [scenario]
    name = "crisis"
    time_unit = "year"
    horizon = 8.0
    [variables]
    heat = { initial = 0, min = 0 }
    war = { states = ["none", "local", "general"], initial = "none" }
    [levers.course]
    default = "soft"
    options = ["soft", "hard"]
    [events]
    incident = { rate = "0.8 + if(course == hard, 0.6, 0)", do = ["heat += 1"], branches = [
        { probability = "1 / (1 + heat)", do = [] }, { probability = "heat / (1 + heat)", do = ["heat += 1"] } ] }
    forget = { after = "incident", delay = "gamma(shape = 2, mean = 1.5)", do = ["heat = max(heat - 1, 0)"] }
    answer = { after = "incident", probability = "0.5", when = "war == none", delay = "weibull(0.8, 0.5)", do = ["heat += 1"] }
    attack = { when = "war == none and heat > 2", clock = "lognormal(median = 1, sigma = 1)", hazard_ratio = "0.2 * heat", do = ["war = local"] }
    grow = { when = "war == local", clock = "uniform(0.1, 2)", memory = "resume", do = ["war = general"] }
    truce = { when = "war != none", clock = "gamma(shape = 2, mean = 1)", do = ["war = none"] }
    review = { every = 1, when = "heat > 0", do = ["heat -= 1"] }
    spill = { instant = true, when = "heat >= 8", do = ["heat = 4", "war = if(war == none, local, war)"] }
    [doctrine]
    levels = ["calm", "danger", "conflict"]
    [doctrine.factors.hot]
    level = "danger"
    active_when = "heat >= 3"
    clears_when = "heat == 0"
    [doctrine.rules]
    danger = "active(hot)"
    conflict = "war != none"
    [outcomes]
    war = { first_time = "war != none" }
    general = { ever = "war == general" }
    danger = { time_share = "doctrine >= danger" }
    heat = { final = "heat" }
    most = { maximum = "heat" }
    wars = { entries = "war != none" }
    hard = { time_share = "course == hard" }
    "#;

const CRISIS_POLICY: &str = r#"
    name = "p"
    [rules.harden]
    when = "doctrine >= danger"
    delay = "exponential(mean = 0.4)"
    choose = { course = "hard" }
    [rules.soften]
    when = "doctrine == calm"
    delay = "fixed(0.25)"
    choose = { course = "soft" }
    "#;

/// Models, with the number of trials for each seed.
fn models() -> Vec<(&'static str, Loaded, u64)> {
    vec![
        ("ladder", config("ladder.toml", None), 5_000),
        ("arms race", config("arms-race.toml", None), 2_000),
        (
            "race of five clocks",
            scenario(12.0, &format!("{RACE}{RACE_OUTCOMES}")),
            2_000,
        ),
        (
            "crisis under a policy",
            load_with_policy(CRISIS, Some(CRISIS_POLICY)),
            2_000,
        ),
        ("Cold War, 1983", config("cold-war-1983", None), 500),
        ("Belarus, 2019", config("belarus-2019", None), 100),
    ]
}

pub fn rows(effort: Effort) -> Vec<Row> {
    let mut rows = Vec::new();
    for (name, loaded, trials) in models() {
        let effort = effort.on(name);
        let fast = outcomes(&loaded, Sampler::Engine, effort.seeds(), trials);
        let others = effort.seeds().map(|seed| seed + 500_000);
        let slow = outcomes(&loaded, Sampler::Oracle, others, trials);
        for (outcome, (a, b)) in loaded.program.outcomes().iter().zip(fast.iter().zip(&slow)) {
            if let Some((statistic, p)) = compare(a, b) {
                rows.push(Row {
                    test: "law",
                    model: name.to_owned(),
                    statistic: format!("`{}`, {} trials each: {statistic}", outcome.name, a.len()),
                    p,
                });
            }
        }
    }
    rows
}

/// False-alarm rate 1e-6 a row.
#[test]
fn engine_and_oracle_have_one_law() {
    passes(&rows(super::SHORT));
}
