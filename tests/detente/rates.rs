//! `detente rates`: the rates implied against mathematics, and those of Belarus beside what was observed.

use crate::support::{SIX_NINES, config_path, load_beside, near, scenario, study};
use detente::study::{
    Loaded, Overrides, Plan, RateReport, RatesReport, Sampler, load_with_rates, rates,
};
use detente_stats::Z_95;
use std::path::PathBuf;

fn of(loaded: &Loaded, trials: u64) -> RatesReport {
    let plan = Plan {
        seed: 1,
        trials,
        threads: 2,
        sampler: Sampler::Engine,
        precision: None,
    };
    rates(loaded, plan).unwrap()
}

fn rate<'a>(report: &'a RatesReport, name: &str) -> &'a RateReport {
    report.rates.iter().find(|rate| rate.name == name).unwrap()
}

/// The implied rate is `expected`, up to 4.9 standard errors of its logarithm, of which `resolution` are the most.
#[track_caller]
fn implied(report: &RatesReport, name: &str, expected: f64, resolution: f64) {
    let found = rate(report, name);
    let (value, [low, high]) = (found.implied.unwrap(), found.implied_ci95.unwrap());
    let se = libm::log(high / low) / (2.0 * Z_95);
    let z = libm::log(value / expected) / se;
    assert!(
        z.abs() <= SIX_NINES,
        "{name}: {value} is {z} from {expected}"
    );
    assert!(
        SIX_NINES * se <= resolution,
        "{name}: resolves {}",
        SIX_NINES * se
    );
}

/// A condition is read in the state that the firing leaves: after its effects and its branch, before instant events.
#[test]
fn firings_on_a_condition() {
    let body = r#"
        [variables]
        n    = { initial = 0, min = 0, max = 3 }
        kind = { states = ["none", "small", "large"], initial = "none" }
        last = { states = ["none", "small", "large"], initial = "none" }
        [events]
        step  = { rate = 1, do = ["n = if(n == 3, 0, n + 1)"], branches = [
            { probability = 0.3, do = ["kind = large"] },
            { probability = 0.7, do = ["kind = small"] } ] }
        clear = { instant = true, when = "kind != none", do = ["last = kind", "kind = none"] }
        [outcomes]
        all    = { firings = "step" }
        large  = { firings = "step", when = "kind == large" }
        full   = { firings = "step", when = "n == 3" }
        again  = { firings = "step", when = "kind == large and last == large" }
        always = { firings = "step", when = "n >= 0" }
        never  = { firings = "step", when = "n > 3" }
    "#;
    let loaded = scenario(40.0, body);
    let summary = study(&loaded, 20_000, 3);
    near(&summary, "all", 40.0, 0.3);
    // Thinned Poisson processes; the state before is that of the last step, of which there is none before the first.
    near(&summary, "large", 12.0, 0.2);
    near(&summary, "again", 0.3 * (12.0 - 0.3), 0.2);
    assert_eq!(
        summary.outcomes["always"].mean,
        summary.outcomes["all"].mean
    );
    assert_eq!(summary.outcomes["never"].mean, 0.0);
    // Every fourth step, the third being the first: E⌊(N + 1)/4⌋ for N of Poisson's law with mean 40.
    let mut term = libm::exp(-40.0);
    let mut expected = 0.0;
    for n in 0..200 {
        expected += term * f64::from((n + 1) / 4);
        term *= 40.0 / f64::from(n + 1);
    }
    near(&summary, "full", expected, 0.1);
}

/// Peace ends at rate 0.2 and comes back at rate 1: a war per 5 years of peace, whatever the horizon cuts. Of its wars a share
/// of 0.25 is large. What never happens has Poisson's limit.
#[test]
fn against_a_renewal_process() {
    let body = r#"
        [sets]
        front = ["north", "south"]
        [variables."war_{front}"]
        for     = "front"
        states  = ["none", "small", "large"]
        initial = "none"
        [events."attack_{front}"]
        for  = "front"
        when = "war_{front} == none"
        rate = 0.2
        branches = [
            { probability = 0.25, do = ["war_{front} = large"] },
            { probability = 0.75, do = ["war_{front} = small"] } ]
        [events."peace_{front}"]
        for   = "front"
        after = "attack_{front}"
        delay = "exponential(mean = 1)"
        do    = ["war_{front} = none"]
        [events.never]
        when = "any(front, war_{front} == large) and all(front, war_{front} == small)"
        rate = 1
        do   = []
        [outcomes."wars_{front}"]
        for     = "front"
        firings = "attack_{front}"
        [outcomes."large_{front}"]
        for     = "front"
        firings = "attack_{front}"
        when    = "war_{front} == large"
        [outcomes."calm_{front}"]
        for      = "front"
        integral = "if(war_{front} == none, 1, 0)"
        [outcomes]
        never = { firings = "never" }
        years = { integral = "1" }
        [rates]
        wars  = { count = "wars_{front}", per = "calm_{front}", observed = 0.2, interval = [0.1, 0.4] }
        south = { count = ["wars_south"], per = ["calm_south"], observed = 2, interval = [1, 3] }
        large = { count = "large_{front}", per = ["wars_north", "wars_south"], observed = 0.3, interval = [0.26, 0.4] }
        never = { count = "never", per = "years", observed = 0, interval = [0, 1] }
        by_none = { count = "years", per = "never", observed = 0, interval = [0, 1] }
        itself = { count = "years", per = "years", observed = 1, interval = [1, 1] }
    "#;
    let report = of(&scenario(10.0, body), 20_000);
    implied(&report, "wars", 0.2, 0.04);
    implied(&report, "south", 0.2, 0.05);
    implied(&report, "large", 0.25, 0.04);
    let marks: Vec<Option<bool>> = report.rates.iter().map(|rate| rate.overlaps).collect();
    assert_eq!(
        marks,
        [
            Some(true),
            Some(false),
            Some(false),
            Some(true),
            None,
            Some(true)
        ]
    );
    let never = rate(&report, "never");
    assert_eq!(never.implied, Some(0.0));
    assert_eq!(
        never.implied_ci95,
        Some([0.0, -libm::log(0.025) / 200_000.0])
    );
}

/// Rates in a file of their own, by itself and laid over a scenario and over one that extends it.
#[test]
fn a_file_of_their_own() {
    let base = "[scenario]\nname = \"base\"\ntime_unit = \"year\"\nhorizon = 10.0\n[parameters]\nonset = { value = 0.2, unit = \"1/year\", \
                source = \"assumed: a test\" }\n[events]\nattack = { rate = \"onset\", do = [] }\n";
    let observed = "[scenario]\nextends = \"base.toml\"\n[outcomes]\nattacks = { firings = \"attack\" }\nyears = { integral = 1 }\n[rates]\n\
                    attacks = { count = \"attacks\", per = \"years\", observed = 0.2, interval = [0.1, 0.3] }\n";
    let variant = "[scenario]\nextends = \"base.toml\"\nname = \"variant\"\n[parameters]\nonset.value = 0.9\n";
    let elsewhere = variant.replace("base.toml", "../base.toml");
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    std::fs::create_dir(path("elsewhere")).unwrap();
    for (name, text) in [
        ("base.toml", base),
        ("observed.toml", observed),
        ("variant.toml", variant),
        ("elsewhere/variant.toml", &elsewhere),
    ] {
        std::fs::write(path(name), text).unwrap();
    }
    let found = |scenario: &str, given: Option<&str>| {
        let given = given.map(path);
        let loaded = load_with_rates(
            &path(scenario),
            given.as_deref(),
            None,
            &Overrides::default(),
        );
        loaded.map(|loaded| of(&loaded, 4_000))
    };
    let by_name = found("base.toml", None).unwrap();
    implied(&by_name, "attacks", 0.2, 0.1);
    let itself = found("observed.toml", None).unwrap();
    assert_eq!(itself, by_name);
    let overlaid = found("variant.toml", None).unwrap();
    implied(&overlaid, "attacks", 0.9, 0.1);
    assert_eq!(overlaid.rates[0].overlaps, Some(false));
    let named = found("elsewhere/variant.toml", Some("observed.toml")).unwrap();
    assert_eq!(named, overlaid);
    let failure = found("elsewhere/variant.toml", None).unwrap_err();
    assert!(failure.diagnostics.has_errors());
    // What counts may not change the model.
    for change in [
        "[parameters]\nonset.value = 5\n",
        "[events]\nattack.when = true\n",
    ] {
        std::fs::write(path("changing.toml"), format!("{observed}{change}")).unwrap();
        let failure = found("base.toml", Some("changing.toml")).unwrap_err();
        assert!(failure.diagnostics.has_errors(), "{change}");
    }
    let headed = observed.replace("extends = \"base.toml\"", "horizon = 1.0");
    std::fs::write(path("headed.toml"), headed).unwrap();
    assert!(found("base.toml", Some("headed.toml")).is_err());
}

fn belarus() -> PathBuf {
    config_path("belarus-2019/scenario.toml")
}

/// The table of docs/model.md in short: every rate that Belarus implies under the course of 2019 overlaps with the one
/// observed, or its file says why not.
#[test]
fn of_belarus_overlap_or_are_explained() {
    let loaded = load_with_rates(
        &belarus(),
        None,
        Some("multi-vector"),
        &Overrides::default(),
    )
    .unwrap();
    let report = of(&loaded, 4_000);
    assert!(report.rates.len() >= 35);
    let apart: Vec<&str> = report
        .rates
        .iter()
        .filter(|rate| rate.overlaps != Some(true))
        .map(|rate| rate.name.as_str())
        .collect();
    for name in &apart {
        assert!(
            rate(&report, name).note.is_some(),
            "{name} is not explained"
        );
    }
    assert!(apart.len() <= 4, "{apart:?}");
    for rate in &report.rates {
        assert!(rate.source.is_some(), "{} has no source", rate.name);
        assert!(rate.implied.is_some(), "{} counts by nothing", rate.name);
    }
}

/// What is written to count by changes nothing of the model.
#[test]
fn counting_changes_nothing() {
    let plain = load_beside(
        &format!("[scenario]\nextends = {:?}\n", belarus()),
        &[],
        None,
    );
    let counting = load_with_rates(&belarus(), None, None, &Overrides::default()).unwrap();
    let (plain, counting) = (study(&plain, 1_000, 5), study(&counting, 1_000, 5));
    for (name, outcome) in &plain.outcomes {
        assert_eq!(counting.outcomes[name].mean, outcome.mean, "{name}");
    }
}
