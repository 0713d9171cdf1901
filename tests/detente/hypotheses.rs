//! Claims judged: effects known exactly, every verdict, and those of Belarus with their mechanisms off.

use crate::support::{config_path, options};
use detente::study::{Claims, HypothesesReport, Overrides, RunOptions, hypotheses, load_claims};
use detente_model::scenario::Hypothesis;
use detente_report::hypotheses::{Left, WithoutMechanism};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use tempfile::TempDir;

/// Hits are Poisson, of rate 0.5 + 0.2 a + 0.3 b + 0.25 a b over 2 years; one at least comes with probability 1 − exp(−2 rate).
const POISSON: &str = r#"
[scenario]
name      = "poisson"
time_unit = "year"
horizon   = 2.0

[parameters]
base  = { value = 0.5, unit = "1/year", range = [0.4, 0.6], source = "assumed: a test" }
one   = { value = 0.2, unit = "1/year", neutral = 0, range = [-0.1, 0.3], source = "assumed: a test" }
other = { value = 0.3, unit = "1/year", neutral = 0, source = "assumed: a test" }
cross = { value = 0.25, unit = "1/year", neutral = 0, source = "assumed: a test" }

[levers]
a = { options = ["no", "yes"], default = "no" }
b = { options = ["no", "yes"], default = "no" }
c = { options = ["low", "high"], default = "low" }

[variables]
seen = { states = ["no", "yes"], initial = "no" }

[derived]
with_a = "if(a == yes, 1, 0)"
with_b = "if(b == yes, 1, 0)"
scale  = "if(c == high, -1, 1)"

[events]
hit = { rate = "base + scale * one * with_a + other * with_b + cross * with_a * with_b", do = ["seen = yes"] }

[outcomes]
hits  = { firings = "hit" }
ever  = { ever = "seen == yes" }
first = { first_time = "seen == yes" }
"#;

fn judged(claims: &Claims, options: &RunOptions) -> HypothesesReport {
    let never = AtomicBool::new(false);
    hypotheses(claims, options, &never, |_| ()).unwrap()
}

/// The claims of the model above, beside a policy that has both levers at yes.
fn claims_of(folder: &Path, claims: &str) -> Claims {
    std::fs::create_dir_all(folder.join("policies")).unwrap();
    let policy = "name = \"bo-th\"\nchoose = { a = \"yes\", b = \"yes\" }\n";
    std::fs::write(folder.join("policies/bo-th.toml"), policy).unwrap();
    let path = folder.join("s.toml");
    std::fs::write(&path, format!("{POISSON}{claims}")).unwrap();
    load_claims(&path, None, &[], &Overrides::default()).unwrap()
}

/// A claim that nothing depends on.
fn claim(name: &str, compare: &str, further: &str) -> String {
    format!("[hypotheses.{name}]\nclaim = \"{name}\"\ncompare = \"{compare}\"\n{further}\n")
}

fn rate(a: f64, b: f64) -> f64 {
    0.5 + 0.2 * a + 0.3 * b + 0.25 * a * b
}

#[test]
fn intervals_hold_the_exact_value() {
    let folder = TempDir::new().unwrap();
    let happens = |rate: f64| 1.0 - libm::exp(-2.0 * rate);
    let free = |rate: f64| (1.0 - libm::exp(-2.0 * rate)) / rate;
    let expected = [
        ("effect", "outcome(hits, a = yes) - outcome(hits)", 0.4),
        (
            "interaction",
            "(outcome(hits, bo-th) - outcome(hits, b = yes)) - (outcome(hits, a = yes) - outcome(hits))",
            0.5,
        ),
        (
            "chance",
            "outcome(ever, b = yes) - outcome(ever)",
            happens(rate(0.0, 1.0)) - happens(rate(0.0, 0.0)),
        ),
        (
            "weighted",
            "2 * outcome(ever, a = yes) - outcome(hits) / 4 - 1",
            2.0 * happens(rate(1.0, 0.0)) - 0.25 - 1.0,
        ),
        (
            "waiting",
            "outcome(first) - outcome(first, bo-th)",
            free(rate(0.0, 0.0)) - free(rate(1.0, 1.0)),
        ),
        // Two that are equal: what the least of means is most wrong about.
        (
            "least",
            "min(outcome(hits, a = yes), outcome(hits, base = 0.7), outcome(hits, bo-th)) - outcome(hits)",
            0.4,
        ),
    ];
    let texts: Vec<String> = expected
        .iter()
        .map(|(name, compare, _)| claim(name, compare, "expect = \"> 0\""))
        .collect();
    let claims = claims_of(folder.path(), &texts.concat());
    let mut held: BTreeMap<&str, u32> = BTreeMap::new();
    for seed in 0..200 {
        let out = folder.path().join("out");
        let report = judged(&claims, &options(out, 400, seed, 1));
        for (name, _, exact) in &expected {
            let [low, high] = report.hypotheses.hypotheses[*name].effect.ci95.unwrap();
            let holds = low <= *exact && *exact <= high;
            *held.entry(name).or_default() += u32::from(holds);
        }
    }
    for (name, held) in &held {
        let most = if *name == "least" { 200 } else { 198 };
        assert!((180..=most).contains(held), "{held} of 200: {name}");
    }
}

#[test]
fn every_verdict_comes_about() {
    let folder = TempDir::new().unwrap();
    let effect = "outcome(hits, a = yes) - outcome(hits)";
    let claims = [
        claim("up", effect, "expect = \"> 0\"\nsmallest = 0.1"),
        claim("down", effect, "expect = \"< 0\"\nsmallest = 0.1"),
        claim("size", effect, "expect = \"> 0\"\nsmallest = 0.4"),
        claim("contrary", effect, "expect = \"< 0\"\nsmallest = 0.4"),
        claim("small", effect, "expect = \"> 0\"\nsmallest = 2"),
        claim("equal", effect, "expect = \"= 0\"\nsmallest = 2"),
        claim("unequal", effect, "expect = \"= 0\"\nsmallest = 0.1"),
        claim(
            "open",
            "outcome(hits, base = 0.501) - outcome(hits, base = 0.5) - 0.001",
            "expect = \"> 0\"\nsmallest = 1e-9",
        ),
        claim(
            "itself",
            "outcome(ever) - outcome(ever)",
            "expect = \"= 0\"\nsmallest = 0.1",
        ),
    ];
    // What is taken off from itself leaves nothing to compare; a setting that changes nothing is compared.
    let claims = claims.concat().replace(
        "outcome(ever) - outcome(ever)",
        "outcome(ever, c = high) - outcome(ever)",
    );
    let claims = claims_of(folder.path(), &claims);
    let report = judged(&claims, &options(folder.path().join("out"), 4_000, 1, 2));
    let verdicts: Vec<(&str, &str)> = report
        .hypotheses
        .hypotheses
        .iter()
        .map(|(name, of)| (name.as_str(), of.effect.verdict.text()))
        .collect();
    assert_eq!(
        verdicts,
        [
            ("up", "supported"),
            ("down", "contradicted"),
            ("size", "as claimed, size open"),
            ("contrary", "contrary, size open"),
            ("small", "too small to matter"),
            ("equal", "supported"),
            ("unequal", "contradicted"),
            ("open", "undecided"),
            ("itself", "supported"),
        ]
    );
    let of = |name: &str| &report.hypotheses.hypotheses[name];
    assert!(of("up").p < 1e-9 && of("up").p_holm >= of("up").p);
    assert!(of("down").p > 0.999 && of("unequal").p > 0.999);
    assert_eq!(of("itself").effect.estimate, 0.0);
    assert!(of("itself").p < 1e-9 && of("itself").effect.ci95.unwrap()[1] < 0.002);
    assert_eq!(report.hypotheses.claims, 9);
}

/// Nothing fires in any trial: how many trials it would in is not bounded by how often it would.
#[test]
fn nothing_seen_decides_nothing() {
    let folder = TempDir::new().unwrap();
    let compare = "outcome(hits, other = 0.1) - outcome(hits)";
    let further = "given = { base = 0 }\nneutral = [\"cross\"]\nacross = [\"c\"]\nsmallest = 0.1";
    let claims = [
        claim("up", compare, &format!("expect = \"> 0\"\n{further}")),
        claim("equal", compare, &format!("expect = \"= 0\"\n{further}")),
    ];
    let claims = claims_of(folder.path(), &claims.concat());
    let out = folder.path().join("out");
    let report = judged(&claims, &options(out.clone(), 2, 1, 1));
    for (name, of) in &report.hypotheses.hypotheses {
        let without = of.without_mechanism.as_ref().unwrap();
        let cells = of.across.iter().map(|cell| &cell.effect);
        for effect in cells.chain([&of.effect, &without.effect]) {
            assert_eq!((effect.estimate, effect.ci95), (0.0, None), "{name}");
            assert_eq!(effect.verdict.text(), "undecided", "{name}");
        }
        let left = without.left.unwrap().text();
        assert_eq!(left, "whether it is gone cannot be told");
        assert_eq!((of.p, of.p_holm), (1.0, 1.0));
    }
    let table = std::fs::read_to_string(out.join("hypotheses.csv")).unwrap();
    assert!(
        table.contains("\nup,,0,,,undecided,> 0,0.1,,1,1\n"),
        "{table}"
    );
}

#[test]
fn mechanisms_and_others_levers() {
    let folder = TempDir::new().unwrap();
    let effect = "outcome(hits, a = yes) - outcome(hits)";
    let claims = [
        claim(
            "alone",
            effect,
            "expect = \"> 0\"\nsmallest = 0.1\nneutral = [\"one\"]\nacross = [\"c\", \"b\"]",
        ),
        claim(
            "partly",
            effect,
            "expect = \"> 0\"\nsmallest = 0.1\nneutral = [\"one\"]\ngiven = { b = \"yes\", c = \"low\" }",
        ),
        claim(
            "policy",
            "outcome(hits, a = no) - outcome(hits)",
            "expect = \"< 0\"\npolicy = \"bo-th\"\nneutral = [\"one\", \"cross\"]",
        ),
    ];
    let claims = claims_of(folder.path(), &claims.concat());
    let report = judged(&claims, &options(folder.path().join("out"), 4_000, 1, 2));
    let of = |name: &str| &report.hypotheses.hypotheses[name];
    let near = |found: f64, exact: f64| assert!((found - exact).abs() < 0.08, "{found} {exact}");
    let without = of("alone").without_mechanism.as_ref().unwrap();
    let left = |without: &WithoutMechanism| without.left.map(Left::text);
    assert_eq!(
        (left(without), without.effect.estimate),
        (Some("gone"), 0.0)
    );
    assert_eq!(without.neutral, ["one"]);
    let cells: Vec<(String, f64)> = of("alone")
        .across
        .iter()
        .map(|cell| {
            let options: Vec<&str> = cell.levers.values().map(String::as_str).collect();
            (options.join(" "), cell.effect.estimate)
        })
        .collect();
    for ((options, found), (expected, exact)) in cells.iter().zip([
        ("low no", 0.4),
        ("low yes", 0.9),
        ("high no", -0.4),
        ("high yes", 0.1),
    ]) {
        assert_eq!(options, expected);
        near(*found, exact);
    }
    assert_eq!(of("alone").across[2].effect.verdict.text(), "contradicted");
    let without = of("partly").without_mechanism.as_ref().unwrap();
    near(of("partly").effect.estimate, 0.9);
    near(without.effect.estimate, 0.5);
    assert_eq!(left(without), Some("still there"));
    near(of("policy").effect.estimate, -0.9);
    let without = of("policy").without_mechanism.as_ref().unwrap();
    assert_eq!((left(without), without.effect.estimate), (None, 0.0));
}

/// `one` is drawn evenly from −0.1 to 0.3, so that it is above 0 in three quarters of the draws.
#[test]
fn shares_of_draws() {
    let folder = TempDir::new().unwrap();
    let effect = "outcome(hits, a = yes) - outcome(hits)";
    let chance = "outcome(ever, a = yes) - outcome(ever)";
    let claims = [
        claim("up", effect, "expect = \"> 0\"\nsmallest = 0.3"),
        claim("down", effect, "expect = \"< 0\""),
        claim("fixed", effect, "expect = \"> 0\"\ngiven = { one = 0.2 }"),
        claim("equal", effect, "expect = \"= 0\"\nsmallest = 0.2"),
        claim(
            "tied",
            &effect.replace("a = yes", "c = high"),
            "expect = \"> 0\"",
        ),
        claim("coarse", chance, "expect = \"> 0\"\nsmallest = 0.001"),
        claim(
            "coarsely_equal",
            chance,
            "expect = \"= 0\"\nsmallest = 0.001",
        ),
        claim("fine", chance, "expect = \"> 0\"\nsmallest = 0.0011"),
    ];
    let claims = claims_of(folder.path(), &claims.concat());
    let mut options = options(folder.path().join("out"), 40_000, 1, 2);
    options.parameter_draws = 40;
    let report = judged(&claims, &options);
    let of = |name: &str| report.hypotheses.hypotheses[name].draws.clone().unwrap();
    let up = of("up");
    assert_eq!(
        (up.draws, up.parameters, up.trials_per_draw),
        (40, 2, 1_000)
    );
    // A Latin hypercube has 30 of 40 draws above 0 and 15 above 0.15; the trials of a draw blur the few that are close.
    let share = up.share.unwrap();
    assert!((share - 0.75).abs() < 0.076, "{share}");
    assert_eq!(
        (Some(up.above), of("down").share),
        (up.share, Some(up.below))
    );
    assert!((up.above + up.equal + up.below - 1.0).abs() < 1e-12);
    let tied = of("tied");
    assert_eq!((tied.equal, tied.share), (1.0, Some(0.0)));
    assert!(tied.share_ci95.unwrap()[1] < 0.1);
    // One trial of a thousand is as much as the smallest effect.
    assert_eq!(of("coarse").share_that_matters, None);
    assert!(of("coarse").share.is_some() && of("coarsely_equal").share.is_none());
    assert!(of("fine").share_that_matters.is_some());
    let matters = up.share_that_matters.unwrap();
    assert!((matters - 0.375).abs() < 0.101, "{matters}");
    assert_eq!(of("fixed").share, Some(1.0));
    assert!((of("equal").share.unwrap() - 0.5).abs() < 0.101);
    let draws = std::fs::read_to_string(options.out.join("hypotheses-draws.csv")).unwrap();
    let mut rows = draws.lines();
    assert_eq!(rows.next(), Some("hypothesis,draw,estimate,se"));
    for row in rows {
        let se: f64 = row.rsplit(',').next().unwrap().parse().unwrap();
        assert!(se < 0.1 && (se == 0.0 || !row.starts_with("tied")), "{row}");
        assert!(se > 0.0 || !row.starts_with("fixed"), "{row}");
    }
    for file in [
        "hypotheses.json",
        "hypotheses.csv",
        "hypotheses-draws.csv",
        "draws.csv",
        "scenario.toml",
        "manifest.json",
    ] {
        assert!(options.out.join(file).is_file(), "{file}");
    }
}

#[test]
fn the_same_bytes_for_any_number_of_threads() {
    let folder = TempDir::new().unwrap();
    let claims = [
        claim(
            "up",
            "outcome(hits, a = yes) - outcome(hits)",
            "expect = \"> 0\"\nacross = [\"b\"]",
        ),
        claim(
            "first",
            "max(outcome(first, bo-th), outcome(first)) - 1",
            "expect = \"> 0\"",
        ),
    ];
    let claims = claims_of(folder.path(), &claims.concat());
    let mut told = Vec::new();
    for threads in [1, 2, 7] {
        let out = folder.path().join(threads.to_string());
        let mut options = options(out.clone(), 5_500, 3, threads);
        options.parameter_draws = 5;
        judged(&claims, &options);
        let read = |name: &str| std::fs::read(out.join(name)).unwrap();
        told.push(
            [
                "hypotheses.json",
                "hypotheses.csv",
                "hypotheses-draws.csv",
                "draws.csv",
            ]
            .map(read),
        );
    }
    assert_eq!(told[0], told[1]);
    assert_eq!(told[0], told[2]);
}

/// Every claim of the paper is there; where an effect can come through the named parameters alone, it is exactly 0 without them.
#[test]
fn claims_of_belarus_without_their_mechanisms() {
    let path = config_path("belarus-2019");
    let all = load_claims(&path, None, &[], &Overrides::default()).unwrap();
    let names = all.scenario.hypotheses().iter().map(Hypothesis::name);
    let names: Vec<&str> = names.collect();
    for number in 1..=10 {
        let name = format!("H{number}");
        let stated = |found: &&str| **found == name || found.starts_with(&format!("{name}_"));
        assert!(names.iter().any(stated), "{name}");
    }
    let alone = [
        "H1",
        "H8_observers",
        "H8_observers_threat",
        "H8_exercises",
        "H8_exercises_threat",
        "H9",
    ];
    let wanted = alone.map(str::to_owned);
    let claims = load_claims(&path, None, &wanted, &Overrides::default()).unwrap();
    let folder = TempDir::new().unwrap();
    let report = judged(&claims, &options(folder.path().join("out"), 300, 1, 2));
    for name in alone {
        let of = &report.hypotheses.hypotheses[name];
        let without = of.without_mechanism.as_ref().unwrap();
        let covers = |[low, high]: [f64; 2]| low <= 0.0 && 0.0 <= high;
        assert!(without.effect.ci95.is_none_or(covers), "{name}");
        assert_eq!(without.effect.estimate, 0.0, "{name}");
    }
}
