//! The Belarus scenario: its doctrine moves, and nothing is decided beforehand.

use crate::support::{columns, load_beside, study};
use detente::study::{Loaded, Overrides, Plan, Sampler, load};
use std::path::{Path, PathBuf};

const POLICIES: [&str; 6] = [
    "multi-vector",
    "csto-integration",
    "nato-turn",
    "armed-neutrality",
    "passive",
    "hedge",
];

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("configs/belarus-2019.toml")
}

fn table() -> toml::Table {
    std::fs::read_to_string(file()).unwrap().parse().unwrap()
}

fn under(policy: &str, set: &[String]) -> Loaded {
    let overrides = Overrides {
        horizon: None,
        set: set.to_vec(),
    };
    load(&file(), Some(policy), &overrides).unwrap()
}

fn plan(trials: u64, seed: u64) -> Plan {
    Plan {
        seed,
        trials,
        threads: 2,
        sampler: Sampler::Engine,
        precision: None,
    }
}

/// Each factor of danger and of threat becomes active and ends again within trials, under the course of 2019; and how many
/// are active differs from trial to trial.
#[test]
fn every_factor_turns_on_and_off() {
    let factors = [
        "use_of_force",
        "alliance_expansion",
        "offensive_capability",
        "readiness",
        "weak_organisations",
        "concentration",
        "demonstration",
    ];
    let known = table()["doctrine"]["factors"].as_table().unwrap().len();
    assert_eq!(known, factors.len());
    let mut text = format!("[scenario]\nextends = {:?}\n[outcomes]\n", file());
    for factor in factors {
        text += &format!("on_{factor} = {{ entries = \"active({factor})\" }}\n");
        text += &format!("off_{factor} = {{ entries = \"not active({factor})\" }}\n");
    }
    let summary = study(&load_beside(&text, &[], None), 2_000, 7);
    for factor in factors {
        for turn in ["on", "off"] {
            let outcome = &summary.outcomes[&format!("{turn}_{factor}")];
            assert!(outcome.mean > 0.01, "{turn} {factor}: {}", outcome.mean);
        }
    }
    let active = &summary.outcomes["active_factors"];
    let sd = active.se.unwrap() * 2_000_f64.sqrt();
    assert!(active.mean > 1.0 && sd > 0.3, "{} {sd}", active.mean);
}

/// No built-in conclusion: with every mechanism at its neutral value the six policies meet the same conflicts, threats
/// and dangers, to the bit, trial by trial. Costs and obligations may differ.
#[test]
fn without_mechanisms_no_policy_differs() {
    let table = table();
    let neutral: Vec<String> = table["parameters"]
        .as_table()
        .unwrap()
        .iter()
        .filter_map(|(name, parameter)| Some(format!("{name}={}", parameter.get("neutral")?)))
        .collect();
    assert!(neutral.len() > 30);
    let shared = [
        "conflict",
        "threat_free_years",
        "share_danger",
        "share_threat",
        "threat_episodes",
        "first_threat",
        "active_factors",
        "danger_factors",
        "first_conflict",
        "nato_russia_war",
        "russian_aggression",
        "through_ukraine",
    ];
    let of = |policy: &str| -> Vec<Vec<u64>> {
        let loaded = under(policy, &neutral);
        let outcomes = loaded.program.outcomes();
        let columns = columns(&loaded, plan(1_000, 2));
        let bits = |name: &&str| {
            let place = outcomes.iter().position(|outcome| outcome.name == *name);
            let column = &columns[place.unwrap()];
            column.iter().map(|value| value.to_bits()).collect()
        };
        shared.iter().map(bits).collect()
    };
    let multi_vector = of("multi-vector");
    for policy in POLICIES {
        assert!(of(policy) == multi_vector, "{policy}");
    }
}
