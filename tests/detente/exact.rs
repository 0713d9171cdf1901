//! `detente exact`: against closed forms, against published solutions, and against trials.

use crate::support::{SIX_NINES, columns, config, load_with_policy, scenario};
use detente::study::{Loaded, Plan, Sampler};
use detente_study::exact::{Exact, ExactError, ExactSeries, solve};

/// What closed forms leave to rounding and to the cut tails of Poisson's law.
const CLOSE: f64 = 2e-10;

fn solved(loaded: &Loaded) -> Exact {
    solve(&loaded.program).unwrap_or_else(|error| panic!("{error}"))
}

fn place(loaded: &Loaded, name: &str) -> usize {
    let mut outcomes = loaded.program.outcomes().iter();
    outcomes.position(|outcome| outcome.name == name).unwrap()
}

#[track_caller]
fn mean(loaded: &Loaded, exact: &Exact, name: &str, expected: f64) {
    let found = exact.outcomes[place(loaded, name)].mean.unwrap();
    assert!(
        (found - expected).abs() <= CLOSE * expected.abs().max(1.0),
        "{name}: {found}, not {expected}"
    );
}

#[track_caller]
fn sd(loaded: &Loaded, exact: &Exact, name: &str, expected: f64) {
    let found = exact.outcomes[place(loaded, name)].sd.unwrap();
    assert!(
        (found - expected).abs() < 1e-7,
        "{name}: {found}, not {expected}"
    );
}

/// Two states, rates a and b: everything has a closed form. Cox & Miller 1965, The Theory of Stochastic Processes, 4.2.
#[test]
fn a_switch() {
    let body = r#"
        [variables]
        x = { states = ["off", "on"], initial = "off" }
        [events]
        rise = { when = "x == off", rate = 0.7, do = ["x = on"] }
        fall = { when = "x == on", clock = "exponential(mean = 2)", hazard_ratio = "3", do = ["x = off"] }
        [outcomes]
        ever    = { ever = "x == on" }
        first   = { first_time = "x == on", by = "x" }
        share   = { time_share = "x == on" }
        total   = { integral = "if(x == on, 1, 0)" }
        average = { time_average = "if(x == on, 2, 0)" }
        entries = { entries = "x == on" }
        rises   = { firings = "rise" }
        falls   = { firings = "fall", when = "x == off" }
        none    = { firings = "fall", when = "x == on" }
        last    = { final = "if(x == on, 1, 0)" }
        begin   = { initial = "if(x == on, 1, 0)" }
        most    = { maximum = "if(x == on, 3, 1)" }
        least   = { minimum = "if(x == on, 1, 4)" }
        [series]
        x = { value = "x", every = 0.5 }
        n = { value = "if(x == on, 10, 0)", every = 0.5 }
    "#;
    let loaded = scenario(4.0, body);
    let exact = solved(&loaded);
    let (a, b, t) = (0.7, 1.5, 4.0);
    let on = |t: f64| a / (a + b) * -libm::expm1(-(a + b) * t);
    let held = a / (a + b) * (t + libm::expm1(-(a + b) * t) / (a + b));
    let reached = -libm::expm1(-a * t);
    mean(&loaded, &exact, "ever", reached);
    mean(&loaded, &exact, "first", reached / a);
    mean(&loaded, &exact, "share", held / t);
    mean(&loaded, &exact, "total", held);
    mean(&loaded, &exact, "average", 2.0 * held / t);
    mean(&loaded, &exact, "entries", a * (t - held));
    mean(&loaded, &exact, "rises", a * (t - held));
    mean(&loaded, &exact, "falls", b * held);
    mean(&loaded, &exact, "none", 0.0);
    mean(&loaded, &exact, "last", on(t));
    sd(&loaded, &exact, "last", (on(t) * (1.0 - on(t))).sqrt());
    mean(&loaded, &exact, "begin", 0.0);
    mean(&loaded, &exact, "most", 1.0 + 2.0 * reached);
    sd(
        &loaded,
        &exact,
        "most",
        2.0 * (reached * (1.0 - reached)).sqrt(),
    );
    mean(&loaded, &exact, "least", 4.0 - 3.0 * reached);
    assert_eq!((exact.states, exact.transitions), (2, 2));
    assert!(exact.error < 1e-10);
    let first = &exact.outcomes[place(&loaded, "first")];
    let survival = first.survival.as_ref().unwrap();
    assert_eq!(survival.len(), 401);
    for [time, later] in survival {
        assert!((later - libm::exp(-a * time)).abs() < CLOSE);
    }
    let by = first.by.as_ref().unwrap();
    let ends: Vec<(&str, f64)> = by
        .iter()
        .map(|kind| (kind.state.as_str(), kind.incidence[400][1]))
        .collect();
    assert_eq!(ends.len(), 1);
    assert!(ends[0].0 == "on" && (ends[0].1 - reached).abs() < CLOSE);
    let (ExactSeries::States(states), ExactSeries::Number { mean, sd }) =
        (&exact.series[0], &exact.series[1])
    else {
        panic!()
    };
    for step in 0..=8_u32 {
        let at = step as usize;
        let p = on(f64::from(step) * 0.5);
        assert!((states[1][at] - p).abs() < CLOSE && (states[0][at] - 1.0 + p).abs() < CLOSE);
        assert!((mean[at] - 10.0 * p).abs() < CLOSE * 10.0);
        assert!((sd[at] - 10.0 * (p * (1.0 - p)).sqrt()).abs() < 1e-6);
    }
}

/// Dates, a guard that makes one pass, branches, an instant event, a consequence with exponential delay, a factor's latch.
/// A date at 0 belongs to the beginning, one at the horizon to the end.
#[test]
fn dates_instants_and_consequences() {
    let body = r#"
        [variables]
        n     = { initial = 0, min = 0, max = 9 }
        spark = { initial = 0, min = 0, max = 1 }
        fires = { initial = 0, min = 0, max = 9 }
        late  = { initial = 0, min = 0, max = 9 }
        [events]
        yearly  = { every = 1, first = 0, when = "n != 2", do = ["n += 1"] }
        roll    = { at = ["1.5", "4"], do = [], branches = [
            { probability = 0.25, do = ["spark = 1"] }, { probability = 0.75, do = [] } ] }
        burn    = { instant = true, when = "spark == 1", do = ["spark = 0", "fires += 1"] }
        follows = { after = "burn", probability = 0.6, delay = "exponential(mean = 2)", do = ["late += 1"] }
        [doctrine]
        levels = ["calm", "alarm"]
        [doctrine.factors.hot]
        level = "alarm"
        active_when = "n == 1"
        clears_when = "fires > 0"
        [doctrine.rules]
        alarm = "count(alarm) > 0"
        [outcomes]
        begin   = { initial = "n" }
        last    = { final = "n" }
        yearly  = { firings = "yearly" }
        burns   = { firings = "burn" }
        late    = { final = "late" }
        entries = { entries = "fires > 0" }
        twos    = { entries = "n == 2" }
        alarm   = { time_share = "doctrine == alarm" }
        first   = { first_time = "fires > 0" }
        held    = { integral = "n" }
    "#;
    let loaded = scenario(4.0, body);
    let exact = solved(&loaded);
    // 1 at t = 0, 2 from t = 1 on; later dates are skipped.
    mean(&loaded, &exact, "begin", 1.0);
    mean(&loaded, &exact, "last", 2.0);
    mean(&loaded, &exact, "yearly", 2.0);
    mean(&loaded, &exact, "held", 7.0);
    mean(&loaded, &exact, "twos", 1.0);
    mean(&loaded, &exact, "burns", 0.5);
    mean(&loaded, &exact, "entries", 0.25 + 0.75 * 0.25);
    let late = -libm::expm1(-2.5 / 2.0);
    mean(&loaded, &exact, "late", 0.25 * 0.6 * late);
    mean(&loaded, &exact, "first", 0.25 * 1.5 + 0.75 * 4.0);
    // On at t = 0, no longer active from 1 on, off with the first fire.
    mean(&loaded, &exact, "alarm", (1.5 + 0.75 * 2.5) / 4.0);
}

/// Consequences under way are counted, and lapse where their guard fails when they are due: a queue with infinitely many
/// servers, binomial at every time.
#[test]
fn consequences_under_way() {
    let body = r#"
        [variables]
        left = { initial = 5, min = 0, max = 5 }
        back = { initial = 0, min = 0, max = 5 }
        shut = { states = ["no", "yes"], initial = "no" }
        [events]
        leaves = { rate = "0.8 * left", do = ["left -= 1"] }
        comes  = { after = "leaves", delay = "exponential(mean = 0.5)", when = "shut == no", do = ["back += 1"] }
        shuts  = { at = ["1"], do = ["shut = yes"] }
        [outcomes]
        back = { final = "back" }
    "#;
    let loaded = scenario(1.0, body);
    let exact = solved(&loaded);
    // Each of five comes back by 1 with the probability of a sum of two exponential times.
    let (a, b) = (0.8, 2.0);
    let p = 1.0 - (b * libm::exp(-a) - a * libm::exp(-b)) / (b - a);
    mean(&loaded, &exact, "back", 5.0 * p);
    sd(&loaded, &exact, "back", (5.0 * p * (1.0 - p)).sqrt());
    let later = scenario(3.0, body);
    mean(&later, &solved(&later), "back", 5.0 * p);
}

/// Solutions that stand elsewhere: of the ladder by a matrix exponential, of the arms race by an independent solver.
#[test]
fn the_benchmark_models() {
    let ladder = config("ladder.toml", None);
    let exact = solved(&ladder);
    let conflict = exact.outcomes[place(&ladder, "conflict")].mean.unwrap();
    assert!((conflict - 0.162_360).abs() < 5e-7, "{conflict}");
    let arms = config("arms-race.toml", None);
    let exact = solved(&arms);
    assert_eq!(exact.states, 3_528);
    let top = exact.outcomes[place(&arms, "top")].mean.unwrap();
    assert!((top - 0.276_046).abs() < 5e-7, "{top}");
}

/// Trials of an unequal arms race with a low cap, in which swapped sides, guards off by one and forgotten dependants would
/// show, agree with its exact solution in mean and spread.
#[test]
fn trials_agree_with_it() {
    let body = r#"
        [variables]
        w = { initial = 3, min = 0, max = 4 }
        e = { initial = 1, min = 0, max = 6 }
        due = { initial = 0, min = 0, max = 1 }
        [events]
        w_builds = { when = "w < 4", rate = "0.5 * (1 + 0.3 * e)", do = ["w += 1"] }
        e_builds = { when = "e < 6", rate = "0.2 * (1 + 0.9 * w)", do = ["e += 1"] }
        w_scraps = { when = "w >= 2", rate = "0.4 * w", do = ["w -= 1"] }
        e_scraps = { rate = "0.1 * e * e", do = ["e -= 1"] }
        both     = { every = 2.5, when = "w + e < 9 and e < 6", do = [], branches = [
            { probability = "0.1 * w", do = ["e += 1"] }, { probability = "1 - 0.1 * w", do = ["w = 2"] } ] }
        drill    = { when = "due == 0", rate = 0.8, do = ["due = 1"] }
        answer   = { after = "drill", delay = "exponential(mean = 0.7)", when = "e < 5", do = ["due = 0", "e += 2"] }
        [doctrine]
        levels = ["calm", "alarm"]
        [doctrine.factors.high]
        level = "alarm"
        active_when = "w + e >= 8"
        clears_when = "w + e <= 5"
        [doctrine.rules]
        alarm = "count(alarm) > 0"
        [outcomes]
        final_w = { final = "w" }
        final_e = { final = "e" }
        peak    = { maximum = "w + 2 * e" }
        low     = { minimum = "w - e" }
        alarm   = { time_share = "doctrine == alarm" }
        rises   = { entries = "doctrine == alarm" }
        top     = { ever = "w + e >= 10" }
        first   = { first_time = "w + e >= 9" }
        answers = { firings = "answer" }
        strong  = { firings = "answer", when = "e == 6" }
        scraps  = { firings = "w_scraps" }
        sum     = { integral = "w * e" }
    "#;
    let loaded = scenario(8.0, body);
    let exact = solved(&loaded);
    const TRIALS: u64 = 100_000;
    let plan = Plan {
        seed: 11,
        trials: TRIALS,
        threads: 2,
        sampler: Sampler::Engine,
        precision: None,
    };
    let columns = columns(&loaded, plan);
    for ((outcome, exact), column) in loaded
        .program
        .outcomes()
        .iter()
        .zip(&exact.outcomes)
        .zip(columns)
    {
        let n = TRIALS as f64;
        let values: Vec<f64> = column
            .iter()
            .map(|v| if v.is_nan() { 8.0 } else { *v })
            .collect();
        let found = values.iter().sum::<f64>() / n;
        let squares: Vec<f64> = values.iter().map(|v| (v - found) * (v - found)).collect();
        let variance = squares.iter().sum::<f64>() / n;
        let expected = exact.mean.unwrap();
        let z = (found - expected) / (variance / n).sqrt();
        assert!(
            z.abs() < SIX_NINES,
            "{}: {found} against {expected}, z = {z}",
            outcome.name
        );
        if let Some(sd) = exact.sd {
            let spread = squares
                .iter()
                .map(|s| (s - variance) * (s - variance))
                .sum::<f64>()
                / n;
            let z = (variance - sd * sd) / (spread / n).sqrt();
            assert!(
                z.abs() < SIX_NINES,
                "{}: variance {variance} against {}",
                outcome.name,
                sd * sd
            );
        }
    }
}

#[test]
fn what_cannot_be_solved_is_named() {
    let refused = |body: &str, policy: Option<&str>| {
        let text = format!("[scenario]\nname = \"t\"\ntime_unit = \"year\"\nhorizon = 1.0\n{body}");
        match solve(&load_with_policy(&text, policy).program) {
            Err(ExactError::NotMarkovian(refusals)) => {
                let told = refusals
                    .iter()
                    .map(|of| format!("{} {}", of.name, of.reason));
                told.collect::<Vec<_>>().join("; ")
            }
            other => panic!("{other:?}"),
        }
    };
    let head = "[variables]\nx = { initial = 0 }\n[levers]\nl = { options = [\"a\", \"b\"], default = \"a\" }\n[events]\n";
    assert_eq!(
        refused(
            &format!(
                "{head}e = {{ clock = \"weibull(shape = 2, scale = 1)\", do = [] }}\nf = {{ rate = 1, do = [] }}\n\
                          g = {{ after = \"f\", delay = \"fixed(1)\", do = [\"x = time\"] }}\n"
            ),
            None
        ),
        "e has a weibull clock: its age is part of the state; g has a fixed delay: its age is part of the state; g reads `time`"
    );
    assert_eq!(
        refused(
            &format!("{head}e = {{ clock = \"exponential(mean = 1 + x)\", do = [\"x += 1\"] }}\n"),
            None
        ),
        "e has an exponential clock: its arguments are read when it starts"
    );
    let rule = "name = \"p\"\n[rules.r]\nwhen = \"x > 1\"\ndelay = \"exponential(mean = 1)\"\nchoose = { l = \"b\" }\n";
    assert_eq!(
        refused(
            &format!("{head}e = {{ rate = 1, do = [\"x += 1\"] }}\n"),
            Some(rule)
        ),
        "r is a rule, whose choices under way are part of the state"
    );
}

/// Dates are multiples of decimals: the third tenth is at the horizon of 0.3.
#[test]
fn dates_are_decimal() {
    let loaded = scenario(
        0.3,
        "[variables]\nx = { initial = 0, min = 0, max = 9 }\n[events]\ntick = { every = 0.1, do = [\"x += 1\"] }\n[outcomes]\nx = { final = \"x\" }\n",
    );
    mean(&loaded, &solved(&loaded), "x", 3.0);
}

/// Where a trial would end because a condition compares 0 / 0, there is no solution.
#[test]
fn conditions_that_are_neither_true_nor_false_are_told() {
    let of = |body: &str| {
        let text = format!(
            "[variables]\nx = {{ initial = 1, min = 0, max = 1 }}\n[events]\nleave = {{ when = \"x == 1\", rate = 1, do = [\"x = 0\"] }}\n{body}"
        );
        solve(&scenario(1.0, &text).program)
            .unwrap_err()
            .to_string()
    };
    let outcome = "[outcomes]\nx = { final = \"x\" }\n";
    let guard = of(&format!(
        "g = {{ when = \"x / x > 2\", rate = 1, do = [] }}\n{outcome}"
    ));
    assert!(
        guard.contains("cannot go on: event `g`: its when is neither true nor false"),
        "{guard}"
    );
    assert!(guard.ends_with("there x = 0"), "{guard}");
    let factor = of(&format!(
        "{outcome}[doctrine]\nlevels = [\"a\", \"b\"]\n[doctrine.factors.f]\nlevel = \"b\"\nactive_when = \"x / x > 2\"\n[doctrine.rules]\nb = \"active(f)\"\n"
    ));
    assert!(factor.contains("factor `f`"), "{factor}");
    let ever = of("[outcomes]\nx = { ever = \"x / x > 2\" }\n");
    assert!(ever.contains("`x` is not a finite number"), "{ever}");
}

#[test]
fn broken_states_and_endless_ones_are_told() {
    let broken = scenario(
        1.0,
        "[variables]\nx = { initial = 0, min = 0, max = 2 }\n[events]\nup = { rate = 1, do = [\"x += 1\"] }\n[outcomes]\nx = { final = \"x\" }\n",
    );
    let error = solve(&broken.program).unwrap_err().to_string();
    assert_eq!(
        error,
        "a reachable state cannot go on: event `up`: afterwards `x` is 3, above its max 2; there x = 3"
    );
}
