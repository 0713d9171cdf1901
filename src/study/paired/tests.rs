//! Trials that part for reasons known by construction, those first that the command line's tests have not.

use super::{PairedTrial, paired_text, trace_pair};
use crate::store::{Held, Reason, ReasonKind, StepCause};
use crate::study::{Overrides, load_pair};
use std::fs;
use tempfile::TempDir;

const HEAD: &str = "
    [scenario]
    name = \"t\"
    time_unit = \"year\"
    horizon = 4.0
    [parameters]
    p = { value = 1, unit = \"year\" }
    [levers]
    l = { default = \"a\", options = [\"a\", \"b\"] }
    [variables]
    x = { initial = 0, min = 0, max = 3 }
    gate = { initial = 1 }
    side = { states = [\"none\", \"left\", \"right\"], initial = \"none\" }
    ";

/// The default policy against one of the given text.
fn paired(body: &str, policy: &str, trial: u64) -> PairedTrial {
    let folder = TempDir::new().unwrap();
    let [scenario, other] = ["scenario.toml", "other.toml"].map(|name| folder.path().join(name));
    fs::write(&scenario, format!("{HEAD}{body}")).unwrap();
    fs::write(&other, format!("name = \"other\"\n{policy}")).unwrap();
    let loaded = load_pair(&scenario, [None, other.to_str()], &Overrides::default());
    let told = trace_pair(&loaded.unwrap(), 1, trial);
    for line in paired_text(&told).lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
    told
}

const CHOOSES: &str = "choose = { l = \"b\" }";

fn reason(told: &PairedTrial) -> &Reason {
    told.parting.as_ref().unwrap().reason.as_ref().unwrap()
}

#[track_caller]
fn expect(told: &PairedTrial, kind: ReasonKind, values: [f64; 2], through: &str) {
    let reason = reason(told);
    assert_eq!(reason.kind, kind);
    assert_eq!(reason.values, Some(values.map(Held::Number)));
    let names: Vec<&str> = reason.through.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, [through]);
}

#[test]
fn a_hazard_ratio_and_a_speed() {
    for (key, kind) in [
        ("hazard_ratio", ReasonKind::HazardRatio),
        ("speed", ReasonKind::Speed),
    ] {
        let body = format!(
            "[events.e]\nclock = \"weibull(shape = 2, scale = 2)\"\n{key} = \"if(l == b, 3, 1)\"\ndo = []"
        );
        let told = paired(&body, CHOOSES, 0);
        expect(&told, kind, [1.0, 3.0], "l");
        assert_eq!(reason(&told).t, 0.0);
    }
}

#[test]
fn a_delay_and_a_guard_of_a_consequence() {
    let body = "
        [events]
        c = { at = [1], do = [] }
        e = { after = \"c\", delay = \"fixed(if(l == b, 2, 1))\", do = [\"x += 1\"] }
        ";
    let told = paired(body, CHOOSES, 0);
    expect(&told, ReasonKind::Delay, [1.0, 2.0], "l");
    assert_eq!(told.parting.as_ref().unwrap().t, 2.0);
    assert_eq!(reason(&told).t, 1.0);
    let body = "
        [events]
        c = { at = [1], do = [] }
        e = { after = \"c\", when = \"x < 3 and l == a\", delay = \"fixed(1)\", do = [] }
        ";
    let told = paired(body, CHOOSES, 0);
    assert_eq!(reason(&told).kind, ReasonKind::ConsequenceGuard);
    assert_eq!(reason(&told).expression.as_deref(), Some("l == a"));
    // The same guard fails only once the choice has been made, and the instance lapses.
    let rule = "[rules.r]\nwhen = \"gate == 1\"\ndelay = \"fixed(1.5)\"\nchoose = { l = \"b\" }";
    let told = paired(body, rule, 0);
    assert_eq!(reason(&told).kind, ReasonKind::Lapse);
    let [None, Some(by)] = reason(&told).through[0].since.unwrap() else {
        panic!("{told:?}");
    };
    let step = &told.trajectories[1].steps[by];
    assert_eq!((step.cause, step.t), (StepCause::Rule, 1.5));
}

#[test]
fn a_date_by_a_parameter() {
    let told = paired(
        "[events]\ne = { every = \"p\", do = [] }",
        "set = { p = 1.5 }",
        0,
    );
    expect(&told, ReasonKind::Date, [1.0, 1.5], "p");
    assert_eq!(told.at_start[0].name, "p");
}

#[test]
fn a_failure() {
    let body = "[events]\ne = { at = [1], do = [\"x += if(l == b, 5, 1)\"] }";
    let told = paired(body, CHOOSES, 0);
    assert_eq!(reason(&told).kind, ReasonKind::Failure);
    assert!(told.trajectories[1].failure.is_some() && told.outcomes.is_empty());
    assert!(paired_text(&told).contains("the other trial could not go on: "));
}

/// Rates that are the same again leave clocks out of step.
#[test]
fn a_clock_out_of_step() {
    let body = "
        [events]
        e = { when = \"x < 3\", rate = \"if(l == b and gate == 1, 3, 1)\", do = [\"x += 1\"] }
        close = { at = [1], do = [\"gate = 0\"] }
        [outcomes]
        all = { first_time = \"x == 3\" }
        ";
    let mut seen = 0;
    for trial in 0..20 {
        let told = paired(body, CHOOSES, trial);
        for link in told.links.iter().filter(|link| link.t > 1.0) {
            let reason = link.reason.as_ref().unwrap();
            if reason.kind == ReasonKind::Clock {
                assert_eq!(
                    reason.follows,
                    told.parting.as_ref().map(|parting| parting.steps)
                );
                seen += 1;
            }
        }
    }
    assert!(seen > 5, "{seen}");
}

/// The second firing here is the first there: the two take different random numbers.
#[test]
fn another_random_number() {
    let body = "
        [events]
        c = { at = [1, 2], when = \"l == a or gate == 0\", branches = [
            { probability = 0.5, do = [\"side = left\"] },
            { probability = 0.5, do = [\"side = right\"] },
        ] }
        open = { at = [1.5], do = [\"gate = 0\", \"side = none\"] }
        [outcomes]
        side = { ever = \"gate == 0 and side == right\" }
        ";
    let mut seen = 0;
    for trial in 0..20 {
        let told = paired(body, CHOOSES, trial);
        for outcome in &told.outcomes {
            let links = &outcome.chains[0].links;
            assert_eq!(links.len(), 2);
            let [first, second] = [0, 1].map(|at| &told.links[links[at]]);
            assert_eq!(Some(first), told.parting.as_ref());
            let reason = second.reason.as_ref().unwrap();
            assert_eq!((reason.kind, second.t), (ReasonKind::Number, 2.0));
            seen += 1;
        }
    }
    assert!(seen > 3, "{seen}");
}

/// At one instant a firing of one path alone comes before those that both share, whatever the order of names.
#[test]
fn instants_are_matched_within_a_moment() {
    let body = "
        [events]
        m = { at = [1], do = [\"x += 1\"] }
        a = { instant = true, when = \"x == 1 and l == b and gate == 1\", do = [\"gate = 0\"] }
        z = { instant = true, when = \"x == 1\", do = [\"x += 1\"] }
        ";
    let told = paired(body, CHOOSES, 0);
    assert_eq!(told.shared, [[0, 0], [1, 2]]);
    assert_eq!(told.parting.as_ref().unwrap().steps, [None, Some(1)]);
    assert_eq!(reason(&told).expression.as_deref(), Some("l == b"));
}
