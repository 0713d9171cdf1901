//! Random scenarios that use every feature of the language, for the comparison of engine and oracle.
//!
//! Whole numbers x0..x2 stay in 0..6 because every effect clamps them, instants only ever lower one of them,
//! and rates are bounded, so that every scenario can run.

use proptest::prelude::*;
use proptest::sample::select;
use std::fmt::Write;

/// A scenario and a policy for it.
#[derive(Debug, Clone)]
pub struct Random {
    pub scenario: String,
    pub policy: String,
}

fn guard() -> impl Strategy<Value = String> {
    let whole = (0..3, select(vec!["<", ">", "!=", ">="]), 1..5)
        .prop_map(|(x, op, k)| format!("x{x} {op} {k}"));
    let state = (0..2, select(vec!["==", "!=", "<", ">="]), 0..3)
        .prop_map(|(m, op, s)| format!("m{m} {op} s{s}"));
    let read = select(vec![
        "doctrine >= mid",
        "doctrine != high",
        "active(latched)",
        "not active(plain)",
        "course == soft",
        "breached(promise)",
        "tense",
        "any(pair, x{pair} > 3)",
        "z < 3",
        "wary",
        "dread > 0.3",
    ])
    .prop_map(str::to_owned);
    let simple = prop_oneof![3 => whole, 3 => state, 2 => read];
    prop_oneof![
        3 => simple.clone(),
        1 => (simple.clone(), simple.clone()).prop_map(|(a, b)| format!("{a} and {b}")),
        1 => (simple.clone(), simple).prop_map(|(a, b)| format!("({a} or {b})")),
    ]
}

/// A number between about 0.05 and 5, often 0 where `zero`.
fn number(zero: bool) -> impl Strategy<Value = String> {
    let zero = if zero { 2 } else { 0 };
    prop_oneof![
        3 => (1..30).prop_map(|n| format!("{:?}", f64::from(n) / 10.0)),
        3 => (0..3, 1..5).prop_map(|(x, k)| format!("0.1 + 0.{k} * x{x}")),
        2 => (0..3, 1..4).prop_map(|(x, k)| format!("min(exp(0.{k} * (x{x} - 2)), 5)")),
        2 => (0..2, 0..3, 1..20).prop_map(|(m, s, n)| format!("if(m{m} == s{s}, {:?}, 0.4)", f64::from(n) / 10.0)),
        1 => Just("base + 0.1 * count(mid) + logistic(z)".to_owned()),
        1 => Just("if(course == hard, 2, 0.5)".to_owned()),
        1 => Just("0.1 + sum(pair, 0.1 * x{pair})".to_owned()),
        3 => select(vec!["strain", "alarm", "0.2 + dread", "exp(alarm - 1) * strain"]).prop_map(str::to_owned),
        zero => (0..2, 0..3).prop_map(|(m, s)| format!("if(m{m} == s{s}, 0, 1.5)")),
    ]
}

fn effect() -> impl Strategy<Value = String> {
    prop_oneof![
        (0..3).prop_map(|x| format!("x{x} = min(x{x} + 1, 6)")),
        (0..3).prop_map(|x| format!("x{x} = max(x{x} - 1, 0)")),
        (0..3, 0..3).prop_map(|(x, y)| format!("x{x} = (x{x} + x{y}) % 6")),
        (0..2, 0..3).prop_map(|(m, s)| format!("m{m} = s{s}")),
        (0..2, guard()).prop_map(|(m, g)| format!("m{m} = if({g}, s2, m{})", 1 - m)),
        (0..3).prop_map(|x| format!("z = 0.5 * z + 0.1 * x{x}")),
        Just("z += 0.01 * time".to_owned()),
        select(vec![
            "z = 0.9 * z + 0.1 * strain",
            "z = min(0.5 * z + dread, 9)",
            "z -= 0.1 * late",
            "x1 = if(wary, 5, x1)"
        ])
        .prop_map(str::to_owned),
        (0..3).prop_map(|x| format!("x{x} += if(x{x} < 6, 1, 0)")),
        (0..3).prop_map(|x| format!("x{x} -= if(x{x} > 0, 1, 0)")),
    ]
}

fn effects() -> impl Strategy<Value = String> {
    proptest::collection::vec(effect(), 0..4).prop_map(|effects| format!("{effects:?}"))
}

/// A law for event (or rule) number `n`. Atoms lie where no calendar and no other event's atoms lie: a tie that hangs on
/// the last bit of a sum would be decided by rounding, in which engine and oracle may differ.
fn law(n: usize) -> impl Strategy<Value = String> {
    (number(false), number(false), 0..13).prop_map(move |(a, b, which)| match which {
        0 => format!("exponential(mean = {a})"),
        1 => format!("exponential({a})"),
        2 => format!("weibull(shape = 0.5 + {a}, scale = {b})"),
        3 => format!("gamma(shape = {a}, scale = {b})"),
        4 => format!("gamma(shape = {a}, mean = {b})"),
        5 => format!("lognormal(median = {a}, sigma = {b})"),
        6 => format!("normal(mean = {a}, sd = {b})"),
        7 => format!("uniform(low = {a}, high = 1 + {a})"),
        8 => format!("triangular({a}, 0.2 + {a}, 1 + {a})"),
        9 => format!("beta(a = {a}, b = {b}, low = 0.1, high = 1.5)"),
        10 => format!("empirical([0.2{n}71, 0.5{n}71, 0.5{n}71, 1.7{n}71])"),
        11 => format!("fixed({a} + 0.0{n}137)"),
        _ => format!("fixed(0.5{n}371)"),
    })
}

fn has_density(law: &str) -> bool {
    !(law.starts_with("fixed") || law.starts_with("empirical"))
}

/// The clock of event number `n`, and what belongs to it.
fn clock(n: usize) -> impl Strategy<Value = String> {
    let memory = select(vec!["", ", memory = \"resume\"", ", memory = \"restart\""]);
    let at = proptest::collection::vec(0..21, 1..4);
    let drive = 0..3;
    (law(n), number(true), memory, at, drive, 0..10, 0..n.max(1), 0.0_f64..1.0).prop_map(
        move |(law, number, memory, at, drive, which, cause, probability)| match which {
            0..=2 => format!("rate = \"{number}\""),
            3..=5 => {
                let drive = match drive {
                    1 if has_density(&law) => format!(", hazard_ratio = \"{number}\""),
                    2 => format!(", speed = \"{number}\""),
                    _ => String::new(),
                };
                format!("clock = \"{law}\"{drive}{memory}")
            }
            6 => "every = 0.5".to_owned(),
            7 => {
                let at: Vec<f64> = at.into_iter().map(|t| f64::from(t) / 4.0).collect();
                format!("at = {at:?}")
            }
            _ if n > 0 => format!(
                "after = \"e{cause}\", probability = \"min({probability:?} + 0.05 * x0, 1)\", delay = \"{law}\""
            ),
            _ => "every = 0.75, first = 0.25".to_owned(),
        },
    )
}

fn event(n: usize) -> impl Strategy<Value = String> {
    let branches = (effects(), effects(), 0.0_f64..1.0).prop_map(|(a, b, p)| {
        format!(", branches = [{{ probability = {p:?}, do = {a} }}, {{ probability = \"1 - {p:?}\", do = {b} }}]")
    });
    let priority = select(vec!["", ", priority = 1", ", priority = -1"]);
    (
        clock(n),
        proptest::option::of(guard()),
        effects(),
        proptest::option::weighted(0.3, branches),
        priority,
    )
        .prop_map(move |(clock, guard, effects, branches, priority)| {
            let guard = guard.map_or(String::new(), |guard| format!(", when = \"{guard}\""));
            let branches = branches.unwrap_or_default();
            format!("e{n} = {{ {clock}{guard}{priority}, do = {effects}{branches} }}\n")
        })
}

fn instant(n: usize) -> impl Strategy<Value = String> {
    (0..3, 3..7, 0..2, 0..3).prop_map(move |(x, k, m, s)| {
        format!("i{n} = {{ instant = true, when = \"x{x} >= {k}\", do = [\"x{x} = {}\", \"m{m} = s{s}\"] }}\n", k - 2)
    })
}

/// Any scenario.
pub fn scenarios() -> impl Strategy<Value = Random> {
    let events = (2_usize..9).prop_flat_map(|n| (0..n).map(event).collect::<Vec<_>>());
    let instants = (0_usize..3).prop_flat_map(|n| (0..n).map(instant).collect::<Vec<_>>());
    let rule = |n| (guard(), law(n), select(vec!["soft", "hard"]));
    let rules =
        (0_usize..3).prop_flat_map(move |n| (0..n).map(|n| rule(n + 9)).collect::<Vec<_>>());
    (events, instants, guard(), rules).prop_map(|(events, instants, extra, rules)| {
        let scenario = format!(
            r#"
[scenario]
name = "random"
time_unit = "year"
horizon = 5.0
[sets]
pair = {{ 0 = {{}}, 2 = {{}} }}
[parameters]
base = {{ value = 0.2, unit = "1" }}
[variables]
x0 = {{ initial = 2, min = 0, max = 6 }}
x1 = {{ initial = 3, min = 0, max = 6 }}
x2 = {{ initial = 0, min = 0, max = 6 }}
m0 = {{ states = ["s0", "s1", "s2"], initial = "s0" }}
m1 = {{ states = ["s0", "s1", "s2"], initial = "s1" }}
z  = {{ initial = 0.5 }}
[derived]
tense = "x1 + x2 > 5"
strain = "0.1 + abs(z) / (1 + abs(z)) + 0.05 * x0"
alarm = "strain + if(active(plain), 0.3, 0) + 0.1 * count(high)"
dread = "0.5 * alarm + if(doctrine == high, 0.4, 0.01 * strain)"
late = "dread + 0.01 * time"
wary = "strain > 0.5 and not tense"
[levers.course]
default = "soft"
options = ["soft", "hard"]
[obligations.promise]
breached_when = "course == hard and x0 > 1"
[events]
{}{}
[doctrine]
levels = ["low", "mid", "high"]
[doctrine.factors.plain]
level = "mid"
active_when = "x1 >= 4"
[doctrine.factors.latched]
level = "high"
active_when = "x0 >= 4 or x2 >= 5 or strain > 0.9"
clears_when = "x0 <= 1"
[doctrine.rules]
mid  = "count(mid) + count(high) > 0 or alarm > 1.2"
high = "active(latched)"
[outcomes]
share = {{ time_share = "{extra}" }}
first = {{ first_time = "doctrine == high", by = "m0" }}
kind  = {{ first_time = "{extra}", by = "if(x1 > 3, m0, m1)" }}
z     = {{ time_average = "z" }}
turns = {{ entries = "active(plain)" }}
dread = {{ time_average = "dread" }}
worst = {{ maximum = "alarm" }}
[series]
level = {{ value = "doctrine", every = 0.5 }}
z     = {{ value = "z", every = 0.5 }}
dread = {{ value = "dread", every = 0.5 }}
"#,
            events.concat(),
            instants.concat()
        );
        let mut policy = "name = \"random\"\n".to_owned();
        for (index, (when, delay, option)) in rules.iter().enumerate() {
            let _ = write!(policy, "[rules.r{index}]\nwhen = \"{when}\"\ndelay = \"{delay}\"\nchoose = {{ course = \"{option}\" }}\n");
        }
        Random { scenario, policy }
    })
}

/// The generator makes every kind of clock, law, memory and the rest often enough to matter.
#[test]
fn the_generator_uses_every_feature() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let texts: Vec<String> = (0..300)
        .map(|_| {
            let random = scenarios().new_tree(&mut runner).unwrap().current();
            random.scenario + &random.policy
        })
        .collect();
    for feature in [
        "rate = ",
        "clock = ",
        "every = ",
        "at = [",
        "after = ",
        "instant = true",
        "branches",
        "hazard_ratio",
        "speed = ",
        "\"resume\"",
        "\"restart\"",
        "priority",
        "clears_when",
        "by = ",
        "[rules.",
        "exponential(",
        "weibull(",
        "gamma(",
        "lognormal(",
        "normal(",
        "uniform(",
        "triangular(",
        "beta(",
        "fixed(",
        "empirical(",
        "doctrine >=",
        "active(",
        "breached(",
        "any(pair",
        "sum(pair",
        "time",
        "count(mid) +",
        "tense",
    ] {
        let with = texts.iter().filter(|text| text.contains(feature)).count();
        assert!(with >= 15, "`{feature}` stands in {with} of 300 scenarios");
    }
}
