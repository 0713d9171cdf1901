//! What is not a number, and what a double cannot count, ends a trial: in both samplers, with the part of the scenario at
//! fault, the time and the state.

use crate::support::{load_with_policy, scenario};
use detente::study::Loaded;
use detente_sim::engine::{Engine, Oracle, Recorder, TrialFailure};

/// Why the first trial has no outcomes, in either sampler.
fn failures(loaded: &Loaded) -> [Option<Box<TrialFailure>>; 2] {
    let program = &loaded.program;
    let (mut fast, mut slow) = (Recorder::new(), Recorder::plain());
    let engine = Engine::new(program);
    let engine = engine.run(&mut engine.state(), 5, 0, &mut fast);
    let oracle = Oracle::new(program).run(5, 0, &mut slow);
    [(engine, fast), (oracle, slow)]
        .map(|(ended, recorder)| ended.err().or_else(|| recorder.failure(program, 0)))
}

/// A scenario in which x, at first 1, becomes 0 at 1.5: with bounds, so that conditions become tables, or without.
fn with(bounded: bool, body: &str, rule: Option<&str>) -> Loaded {
    let x = if bounded {
        "{ initial = 1, min = 0, max = 3 }"
    } else {
        "{ initial = 1.0 }"
    };
    let text = format!(
        r#"
        [scenario]
        name = "t"
        time_unit = "year"
        horizon = 4.0
        [variables]
        x = {x}
        y = {{ initial = 1.0 }}
        war = {{ states = ["none", "open"], initial = "none" }}
        [levers.course]
        default = "soft"
        options = ["soft", "hard"]
        [events]
        drop = {{ at = [1.5], do = ["x = 0"] }}
        tick = {{ every = 1, do = ["y += 1"] }}
        {body}
        "#
    );
    let policy = rule.map(|when| {
        format!(
            "name = \"p\"\n[rules.r]\nwhen = \"{when}\"\ndelay = \"fixed(1)\"\nchoose = {{ course = \"hard\" }}\n"
        )
    });
    load_with_policy(&text, policy.as_deref())
}

const DOCTRINE: &str = "[doctrine]\nlevels = [\"low\", \"high\"]\n";

/// Whatever reads a condition refuses one that compares 0 / 0.
#[test]
fn a_condition_that_is_neither_true_nor_false_ends_the_trial() {
    let factor = |key: &str, other: &str| {
        format!(
            "{DOCTRINE}[doctrine.factors.f]\nlevel = \"high\"\n{key} = \"x / x > 2\"\n{other}\n[doctrine.rules]\nhigh = \"active(f)\"\n"
        )
    };
    let cases = [
        (
            "g = { when = \"x / x > 2\", rate = 1, do = [] }".to_owned(),
            "event `g`",
            1.5,
        ),
        (
            "g = { when = \"not (x / x <= 2)\", clock = \"fixed(1)\", do = [] }".to_owned(),
            "event `g`",
            1.5,
        ),
        (
            "g = { when = \"x / x > 2\", instant = true, do = [] }".to_owned(),
            "event `g`",
            1.5,
        ),
        (
            "g = { when = \"x / x > 2\", every = 2, do = [] }".to_owned(),
            "event `g`",
            2.0,
        ),
        (
            "g = { when = \"x / x > 2\", after = \"tick\", delay = \"fixed(0.1)\", do = [] }"
                .to_owned(),
            "event `g`",
            2.0,
        ),
        (factor("active_when", ""), "factor `f`", 1.5),
        (
            factor("clears_when", "active_when = \"x > 5\""),
            "factor `f`",
            1.5,
        ),
        (
            format!("{DOCTRINE}[doctrine.rules]\nhigh = \"x / x > 2\"\n"),
            "the doctrine's rule `high`",
            1.5,
        ),
        (
            "[outcomes]\no = { ever = \"x / x > 2\" }".to_owned(),
            "outcome `o`",
            1.5,
        ),
        (
            "[outcomes]\no = { first_time = \"x / x > 2\" }".to_owned(),
            "outcome `o`",
            1.5,
        ),
        (
            "[outcomes]\no = { time_share = \"x / x > 2\" }".to_owned(),
            "outcome `o`",
            1.5,
        ),
        (
            "[outcomes]\no = { entries = \"x / x > 2\" }".to_owned(),
            "outcome `o`",
            1.5,
        ),
        (
            "[outcomes]\no = { firings = \"tick\", when = \"x / x > 2\" }".to_owned(),
            "outcome `o`",
            2.0,
        ),
        (
            "[outcomes]\no = { first_time = \"x == 0\", by = \"if(x / x > 2, war, war)\" }"
                .to_owned(),
            "outcome `o`",
            1.5,
        ),
        (
            "[outcomes]\no = { time_average = \"x / x\" }".to_owned(),
            "outcome `o`",
            1.5,
        ),
        (
            "[outcomes]\no = { maximum = \"1 / x\" }".to_owned(),
            "outcome `o`",
            1.5,
        ),
        (
            "[outcomes]\no = { final = \"x / x\" }".to_owned(),
            "outcome `o`",
            4.0,
        ),
        (
            "[series]\ns = { value = \"x / x\", every = 0.8 }".to_owned(),
            "series `s`",
            1.6,
        ),
    ];
    for (body, part, time) in &cases {
        for bounded in [false, true] {
            for failure in failures(&with(bounded, body, None)) {
                let failure = failure.unwrap_or_else(|| panic!("{body}: nothing was wrong"));
                assert_eq!(
                    (failure.part.as_str(), failure.time),
                    (*part, *time),
                    "{body}"
                );
                let x = failure.state.iter().find(|(name, _)| name == "x").unwrap();
                assert_eq!(x.1, "0", "{body}");
            }
        }
    }
    for failure in failures(&with(true, "", Some("x / x > 2"))) {
        let failure = failure.unwrap();
        assert_eq!(failure.part, "the policy's rule `r`");
        let said = failure.to_string();
        assert!(
            said.contains("its when is neither true nor false"),
            "{said}"
        );
    }
}

/// A part that cannot change the answer may be anything: conditions protect what stands beside them, on either side, and
/// `if` what is not taken.
#[test]
fn protected_conditions_are_sound() {
    for condition in [
        "x > 0 and y / x > 1",
        "x / x > 1 and x > 0",
        "not (x == 0 or y % x > 1)",
        "if(x > 0, y / x, 0) > 1",
        "if(x > 0, x / x > 1, x > 2)",
        "x > 0 and not (x / x > 1) and 1 > 2",
        // Infinite, not undefined.
        "-1 / x > 1",
    ] {
        let body = format!(
            "g = {{ when = \"{condition}\", rate = 1, do = [] }}\n[outcomes]\no = {{ ever = \"{condition} and x < 1\" }}"
        );
        for bounded in [false, true] {
            assert_eq!(
                failures(&with(bounded, &body, None)),
                [None, None],
                "{condition}"
            );
        }
    }
    let body = "[outcomes]\no = { ever = \"1 / x > 5\" }";
    assert_eq!(failures(&with(false, body, None)), [None, None]);
}

/// 2^53 is where adding 1 changes nothing.
#[test]
fn counts_end_where_doubles_do() {
    let loaded = scenario(
        9.0,
        "[variables]\nx = { initial = 9007199254740990 }\n[events]\ntick = { every = 1, do = [\"x += 1\"] }\n",
    );
    for failure in failures(&loaded) {
        let failure = failure.unwrap();
        assert_eq!(failure.time, 2.0);
        assert!(failure.to_string().contains("whole numbers are exact"));
    }
    for (text, good) in [
        ("x + 9007199254740992", true),
        ("x + 9007199254740993", false),
        ("x + 99999999999999999999999", false),
        ("x + 9_007_199_254_740_994", false),
        ("x + 1e300", true),
    ] {
        assert_eq!(detente_model::expr::parse(text).is_ok(), good, "{text}");
    }
}

/// An instant without end names the events that repeat, not only the one at which the limit was passed.
#[test]
fn an_endless_cascade_names_its_loop() {
    let loaded = scenario(
        9.0,
        r#"
        [variables]
        x = { initial = 0 }
        [events]
        start = { at = [1], do = ["x = 1"] }
        ping  = { instant = true, when = "x == 1", do = ["x = 2"] }
        pong  = { instant = true, when = "x == 2", do = ["x = 1"] }
        "#,
    );
    for failure in failures(&loaded) {
        let said = failure.unwrap().to_string();
        let named =
            said.contains("repeat `ping`, `pong`") || said.contains("repeat `pong`, `ping`");
        assert!(named && !said.contains("`start`"), "{said}");
    }
}
