//! `extends`: a scenario that starts from another is the scenario that says all of it by itself.

use crate::support::{columns, load_beside, load_text, near, study};
use detente::study::{Loaded, Plan, Sampler};

const BASE: &str = r#"
[scenario]
name = "base"
title = "The base"
time_unit = "year"
epoch = 2020-01-01
horizon = 5.0
[sets]
side = { nato = { rate = 0.5 }, rus = { rate = 0.25 } }
[parameters]
build = { value = 0.4, unit = "1/year", source = "assumed" }
[variables."x_{side}"]
for = "side"
initial = 0
[variables.treaty]
states = ["in_force", "ended"]
initial = "in_force"
[events."up_{side}"]
for = "side"
rate = "{side.rate} * build"
do = ["x_{side} += 1"]
[events.lapse]
when = "treaty == in_force"
clock = "weibull(shape = 2, scale = 3)"
hazard_ratio = "1 + 0.1 * x_nato"
memory = "resume"
do = ["treaty = ended"]
[outcomes]
total = { final = "sum(side, x_{side})" }
ended = { first_time = "treaty == ended", by = "treaty", title = "End" }
"#;

const MIDDLE: &str = r#"
[scenario]
extends = "base.toml"
name = "middle"
[sets.side.blr]
rate = 0.125
[parameters]
build = { value = 0.8 }
"#;

const OWN: &str = r#"
[scenario]
extends = "middle.toml"
horizon = 6.0
[events.lapse]
rate = "0.2 * build"
[outcomes.ended]
ever = "treaty == ended"
[outcomes.builds]
firings = "up_blr"
"#;

/// The same, written out by hand.
const WHOLE: &str = r#"
[scenario]
name = "middle"
title = "The base"
time_unit = "year"
epoch = 2020-01-01
horizon = 6.0
[sets]
side = { nato = { rate = 0.5 }, rus = { rate = 0.25 }, blr = { rate = 0.125 } }
[parameters]
build = { value = 0.8, unit = "1/year", source = "assumed" }
[variables."x_{side}"]
for = "side"
initial = 0
[variables.treaty]
states = ["in_force", "ended"]
initial = "in_force"
[events."up_{side}"]
for = "side"
rate = "{side.rate} * build"
do = ["x_{side} += 1"]
[events.lapse]
when = "treaty == in_force"
rate = "0.2 * build"
do = ["treaty = ended"]
[outcomes]
total = { final = "sum(side, x_{side})" }
ended = { ever = "treaty == ended", title = "End" }
builds = { firings = "up_blr" }
"#;

fn extended() -> Loaded {
    load_beside(OWN, &[("base.toml", BASE), ("middle.toml", MIDDLE)], None)
}

fn bits(loaded: &Loaded) -> Vec<Vec<u64>> {
    let plan = Plan {
        seed: 3,
        trials: 500,
        threads: 1,
        sampler: Sampler::Engine,
        precision: None,
    };
    let columns = columns(loaded, plan);
    let bits = columns
        .iter()
        .map(|column| column.iter().map(|v| v.to_bits()).collect());
    bits.collect()
}

#[test]
fn is_the_scenario_that_says_all_by_itself() {
    let (extended, whole) = (extended(), load_text(WHOLE));
    assert_eq!(extended.scenario.name(), "middle");
    assert_eq!(extended.scenario.title(), "The base");
    assert_eq!(bits(&extended), bits(&whole));
}

/// What the result folder holds needs no other file, and is the same scenario.
#[test]
fn the_resolved_text_stands_alone() {
    let extended = extended();
    let alone = load_text(&extended.scenario_text);
    assert!(!extended.scenario_text.contains("extends ="));
    assert_eq!(bits(&extended), bits(&alone));
    assert_eq!(alone.scenario.name(), "middle");
}

/// The result by theory: three Poisson processes of rates 0.4, 0.2 and 0.1, and a lapse at 0.16 a year.
#[test]
fn means_what_it_says() {
    let summary = study(&extended(), 100_000, 5);
    near(&summary, "total", 6.0 * 0.7, 0.04);
    near(&summary, "ended", 1.0 - libm::exp(-0.16 * 6.0), 0.008);
    near(&summary, "builds", 0.6, 0.02);
}

/// Every kind of value survives being written out: dates, lists, lists of tables, truths, texts with quotes, empty tables.
#[test]
fn every_kind_of_value_is_written_out() {
    let base = r#"
[scenario]
name = "values"
time_unit = "year"
epoch = 2020-01-01
horizon = 3.0
[sets]
none = {}
pair = ["a", "b"]
[parameters]
p = { value = 1e-3, unit = "1", range = [0, 1], source = "\"quoted\" \\ and 'so'" }
[variables]
x = { initial = -2 }
m = { states = ["off", "on"], initial = "off" }
[events]
date = { at = [2020-07-01, 2.5], do = ["x += 1"] }
once = { instant = true, when = "m == off", do = ["m = on"] }
fork = { every = 1, first = 0.5, branches = [ { probability = 0.25, do = [] }, { probability = 0.75, do = ["x += 1"] } ] }
[outcomes]
x = { final = "x + p + sum(none, 1) + sum(pair, 1)" }
"#;
    let own = "[scenario]\nextends = \"base.toml\"\n";
    let extended = load_beside(own, &[("base.toml", base)], None);
    assert_eq!(bits(&extended), bits(&load_text(base)));
    assert_eq!(bits(&extended), bits(&load_text(&extended.scenario_text)));
}

/// One thing drives a clock: another one takes its place, with a new law too.
#[test]
fn a_speed_takes_the_place_of_a_hazard_ratio() {
    let start = "[scenario]\nextends = \"base.toml\"\n[events.lapse]\n";
    let own = format!("{start}speed = 2.0\nclock = \"fixed(3)\"\n");
    let by_hand = BASE
        .replace(
            "clock = \"weibull(shape = 2, scale = 3)\"",
            "clock = \"fixed(3)\"",
        )
        .replace("hazard_ratio = \"1 + 0.1 * x_nato\"", "speed = 2.0");
    let extended = load_beside(&own, &[("base.toml", BASE)], None);
    assert_eq!(bits(&extended), bits(&load_text(&by_hand)));
}
