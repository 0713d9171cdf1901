//! Trials that part for reasons known by construction, those first that the command line's tests have not.

use super::{PairedTrial, paired_text, trace_pair};
use crate::study::{Overrides, load_pair};
use detente_report::paired::{Reason, ReasonKind};
use detente_report::trajectory::{Held, StepCause};
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
    between(body, ["", policy], trial)
}

/// Policies of the given texts.
fn between(body: &str, policies: [&str; 2], trial: u64) -> PairedTrial {
    let folder = TempDir::new().unwrap();
    let scenario = folder.path().join("scenario.toml");
    fs::write(&scenario, format!("{HEAD}{body}")).unwrap();
    let [one, other] = [("one", policies[0]), ("other", policies[1])].map(|(name, policy)| {
        let file = folder.path().join(format!("{name}.toml"));
        fs::write(&file, format!("name = \"{name}\"\n{policy}")).unwrap();
        file
    });
    let loaded = load_pair(
        &scenario,
        [one.to_str(), other.to_str()],
        &Overrides::default(),
    );
    let told = trace_pair(&loaded.unwrap(), 1, trial, usize::MAX).unwrap();
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

const CLIMB: &str = "
    [events]
    up = { at = [1, 2], do = [\"x += 1\"] }
    late = { after = \"up\", when = \"l == a\", delay = \"fixed(0.3)\", do = [\"gate += 1\"] }
    [outcomes]
    gate = { final = \"gate\" }
    ";

fn step_rule(when: &str, delay: &str, option: &str) -> String {
    format!("[rules.step]\nwhen = \"{when}\"\ndelay = \"{delay}\"\nchoose = {{ l = \"{option}\" }}")
}

/// Where a rule made the trials part, the way begins with its step, and what differs of the two rules is named.
#[test]
fn what_differs_of_two_rules() {
    let usual = || step_rule("x >= 1", "fixed(0.1)", "b");
    let set = |p: &str, rule: String| format!("set = {{ p = {p} }}\n{rule}");
    let reading = |p: &str| set(p, step_rule("x >= p", "fixed(0.1)", "b"));
    let waiting = |p: &str| set(p, step_rule("x >= 1", "fixed(p)", "b"));
    for (policies, kind, said, through) in [
        (
            [usual(), step_rule("x >= 1", "fixed(0.7)", "b")],
            ReasonKind::RuleDelay,
            "its delay is fixed(0.1) under A and fixed(0.7) under B",
            None,
        ),
        (
            [
                usual(),
                step_rule("x >= 1", "uniform(low = 0.4, high = p)", "b"),
            ],
            ReasonKind::RuleDelay,
            "its delay is fixed(0.1) under A and uniform(low = 0.4, high = p) under B",
            None,
        ),
        (
            [usual(), step_rule("x >= 1", "empirical([0.5, 0.6])", "b")],
            ReasonKind::RuleDelay,
            "its delay is fixed(0.1) under A and empirical([0.5, 0.6]) under B",
            None,
        ),
        (
            [waiting("0.1"), waiting("0.7")],
            ReasonKind::RuleDelay,
            "when its condition came to hold at t = 1 its delay read `p` as 0.1 under A and 0.7 under B",
            Some("p"),
        ),
        (
            [usual(), step_rule("x >= 2", "fixed(0.1)", "b")],
            ReasonKind::RuleCondition,
            "its condition is `x >= 1` under A and `x >= 2` under B",
            None,
        ),
        (
            [
                reading("1"),
                set("2", step_rule("x >= 2 * p", "fixed(0.1)", "b")),
            ],
            ReasonKind::RuleCondition,
            "its condition is `x >= p` under A and `x >= 2 * p` under B",
            Some("p"),
        ),
        (
            [usual(), step_rule("x >= 1", "fixed(0.1)", "a")],
            ReasonKind::RuleChoice,
            "it chooses l = b under A and l = a under B",
            None,
        ),
        (
            [reading("1"), reading("2")],
            ReasonKind::RuleHeld,
            "at t = 1 its condition `x >= p` held under A and not under B",
            Some("p"),
        ),
        (
            [usual(), String::new()],
            ReasonKind::Rule,
            "only A has this rule; its condition `x >= 1` came to hold",
            None,
        ),
    ] {
        let told = between(CLIMB, policies.each_ref().map(String::as_str), 0);
        assert_eq!(reason(&told).kind, ReasonKind::Lapse, "{said}");
        let links = told.outcomes[0].chains[0].links.iter();
        let [step, late] = links.map(|at| &told.links[*at]).collect::<Vec<_>>()[..] else {
            panic!("{said}: {:?}", told.outcomes);
        };
        assert_eq!(Some(late), told.parting.as_ref());
        let named = |at: usize| &told.trajectories[0].steps[at].name;
        assert_eq!(step.steps[0].map(named).unwrap(), "step");
        let reason = step.reason.as_ref().unwrap();
        assert_eq!(reason.kind, kind, "{said}");
        let names = reason.through.iter().map(|one| one.name.as_str());
        assert_eq!(names.collect::<Vec<_>>(), Vec::from_iter(through));
        // Lines are broken where they get long.
        let text = paired_text(&told);
        let text: Vec<&str> = text.split_whitespace().collect();
        assert!(
            text.join(" ").contains(&format!("because {said}")),
            "{text:?}"
        );
    }
}

/// Of the later of two turns the earlier one is told, and that the same choice under both is the same.
#[test]
fn a_condition_that_held_before_and_a_choice_of_both() {
    let body = "
        [events]
        up = { at = [1, 2], do = [\"x += 1\"] }
        [outcomes]
        when = { first_time = \"l == b\" }
        ";
    let reading = |p: &str| {
        let rule = step_rule("x >= p", "fixed(0.1)", "b");
        format!("set = {{ p = {p} }}\n{rule}")
    };
    let policies = [reading("1"), reading("2")];
    let text = paired_text(&between(body, policies.each_ref().map(String::as_str), 0));
    let later = "because until t = 2 its condition `x >= p` held under A and not under B\n";
    assert!(text.contains(later), "{text}");

    let body = "
        [events]
        up = { at = [1], do = [\"x += 1\"] }
        [outcomes]
        high = { ever = \"l == b and p == 2\" }
        ";
    let policies = ["1", "2"].map(|p| {
        let rule = step_rule("x >= 1", "fixed(0.1)", "b");
        format!("set = {{ p = {p} }}\n{rule}")
    });
    let told = between(body, policies.each_ref().map(String::as_str), 0);
    let [link] = &told.links[..] else {
        panic!("{:?}", told.links);
    };
    assert_eq!((link.steps, &link.reason), ([Some(1), Some(1)], &None));
    assert!(paired_text(&told).contains("        the same under both\n"));
}

/// A rule that turned earlier under one policy alone waits by another random number ever after.
#[test]
fn another_turn_of_a_rule() {
    let body = "
        [events]
        up = { at = [1, 2, 2.6], do = [\"x += 1\"] }
        shut = { at = [1.5, 2.5], do = [\"gate = 0\"] }
        open = { at = [1.75, 2.75], do = [\"gate = 1\"] }
        [outcomes]
        share = { time_share = \"l == b and x == 3\" }
        ";
    let policies = ["1", "2"].map(|p| {
        let rule = step_rule("gate == 1 and x >= p", "exponential(mean = 0.1)", "b");
        let back =
            "[rules.back]\nwhen = \"gate == 0\"\ndelay = \"fixed(0.05)\"\nchoose = { l = \"a\" }";
        format!("set = {{ p = {p} }}\n{rule}\n{back}")
    });
    let mut seen = 0;
    for trial in 0..20 {
        let told = between(body, policies.each_ref().map(String::as_str), trial);
        let [outcome] = &told.outcomes[..] else {
            continue;
        };
        let links = outcome.chains[0].links.iter();
        let kinds = links.map(|at| told.links[*at].reason.as_ref().map(|reason| reason.kind));
        let kinds: Vec<ReasonKind> = kinds.flatten().collect();
        seen += usize::from(kinds == [ReasonKind::RuleHeld, ReasonKind::Number]);
    }
    assert!(seen > 10, "{seen}");
}

#[test]
fn a_level_is_named() {
    let body = "
        [events]
        up = { at = [1], do = [\"x += 1\"] }
        [doctrine]
        levels = [\"calm\", \"alarm\", \"war\"]
        [doctrine.factors]
        high = { level = \"war\", active_when = \"x > 2\" }
        [doctrine.rules]
        alarm = \"x >= 1 and l == b\"
        war = \"active(high)\"
        ";
    let told = paired(body, CHOOSES, 0);
    let reason = reason(&told);
    assert_eq!(
        (reason.kind, reason.name.as_deref()),
        (ReasonKind::Level, Some("alarm"))
    );
    let said = "because the rule `l == b` of level alarm then holds under B and not under A\n";
    assert!(paired_text(&told).contains(said), "{}", paired_text(&told));
}
