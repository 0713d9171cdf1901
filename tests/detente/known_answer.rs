//! Models whose answer is known: exactly, in closed form, or from an independent solver.

use crate::support::{config, exactly, load_with_policy, near, scenario, study};

/// Exact values of the four-state chain, which `ladder_by_its_forward_equations` finds anew.
#[test]
fn ladder() {
    let summary = study(&config("ladder.toml", None), 1_000_000, 1);
    near(&summary, "conflict", 0.162_360, 0.002);
    near(&summary, "share_stable", 0.302_390, 0.002);
    near(&summary, "share_danger", 0.548_370, 0.002);
    near(&summary, "share_threat", 0.123_672, 0.001);
    near(&summary, "share_conflict", 0.025_568, 0.000_5);
    near(&summary, "threat_visits", 1.798_519, 0.008);
    // The restricted mean is the integral of survival; its exact value comes from the same absorbing chain.
    near(
        &summary,
        "first_conflict",
        ladder_exact().restricted_mean,
        0.02,
    );
}

/// Exact values from an exact solver of the whole chain (2 · 21 · 21 · 4 states).
#[test]
fn arms_race() {
    let summary = study(&config("arms-race.toml", None), 200_000, 1);
    near(&summary, "top", 0.276_046, 0.006);
    near(&summary, "final_W", 3.340_739, 0.03);
    near(&summary, "final_E", 3.340_739, 0.03);
}

fn variance_of(summary: &detente::study::Summary, outcome: &str) -> f64 {
    let sd = summary.outcomes[outcome].sd.unwrap();
    sd * sd
}

struct LadderExact {
    conflict: f64,
    shares: [f64; 4],
    visits: f64,
    restricted_mean: f64,
}

/// The ladder by fourth-order Runge–Kutta on its forward equations with a step of 1/1000, whose error is below
/// 1e-9 here.
fn ladder_exact() -> LadderExact {
    const UP: [f64; 3] = [0.8, 0.3, 0.15];
    const DOWN: [f64; 3] = [0.5, 1.2, 0.6];
    // State: four probabilities of the chain, four of the chain absorbed in conflict, four occupation times,
    // the expected visits to threat, the integral of survival.
    type State = [f64; 14];
    let slope = |x: &State| {
        let mut d = [0.0; 14];
        for (base, absorbed) in [(0, false), (4, true)] {
            for rung in 0..3 {
                let mut flow = UP[rung] * x[base + rung];
                if !(absorbed && rung == 2) {
                    flow -= DOWN[rung] * x[base + rung + 1];
                }
                d[base + rung] -= flow;
                d[base + rung + 1] += flow;
            }
        }
        d[8..12].copy_from_slice(&x[..4]);
        d[12] = UP[1] * x[1] + DOWN[2] * x[3];
        d[13] = 1.0 - x[7];
        d
    };
    let add = |x: &State, d: &State, by: f64| {
        let mut y = *x;
        y.iter_mut().zip(d).for_each(|(y, d)| *y += by * d);
        y
    };
    let mut x = [0.0; 14];
    x[1] = 1.0;
    x[5] = 1.0;
    let (steps, step) = (10_000, 1e-3);
    for _ in 0..steps {
        let k1 = slope(&x);
        let k2 = slope(&add(&x, &k1, step / 2.0));
        let k3 = slope(&add(&x, &k2, step / 2.0));
        let k4 = slope(&add(&x, &k3, step));
        for i in 0..14 {
            x[i] += step / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
        }
    }
    LadderExact {
        conflict: x[7],
        shares: [x[8], x[9], x[10], x[11]].map(|time| time / 10.0),
        visits: x[12],
        restricted_mean: x[13],
    }
}

/// The exact values used above are those of the chain itself.
#[test]
fn ladder_by_its_forward_equations() {
    let exact = ladder_exact();
    let expected = [0.302_390, 0.548_370, 0.123_672, 0.025_568];
    assert!((exact.conflict - 0.162_360).abs() < 1e-6);
    assert!((exact.visits - 1.798_519).abs() < 1e-6);
    for (share, expected) in exact.shares.iter().zip(expected) {
        assert!((share - expected).abs() < 1e-6);
    }
}

/// Firings of a constant rate are Poisson: mean and variance λT; nothing by T has probability exp(−λT).
#[test]
fn poisson_process() {
    let loaded = scenario(
        4.0,
        r#"
        [variables]
        x = { initial = 0 }
        [events]
        hit = { rate = 0.5, do = ["x += 1"] }
        [outcomes]
        hits = { firings = "hit" }
        first = { first_time = "x > 0" }
        none = { ever = "x > 0" }
        mean_x = { time_average = "x" }
        area = { integral = "x" }
        "#,
    );
    let summary = study(&loaded, 200_000, 2);
    near(&summary, "hits", 2.0, 0.02);
    let variance = variance_of(&summary, "hits");
    // The variance of a sample variance of a Poisson(2) is (2 + 2·4)/n, to first order.
    assert!(
        (variance - 2.0).abs() < 4.9 * (10.0_f64 / 200_000.0).sqrt(),
        "{variance}"
    );
    near(&summary, "none", 1.0 - libm::exp(-2.0), 0.005);
    near(&summary, "first", (1.0 - libm::exp(-2.0)) / 0.5, 0.02);
    near(&summary, "mean_x", 1.0, 0.02);
    near(&summary, "area", 4.0, 0.07);
}

/// A hazard that a calendar event changes: survival is exp of minus its integral. The residual exponential is
/// kept while the guard is off (0.2 for 1 year, off for 1, 0.7 for 1).
#[test]
fn hazard_that_changes_and_pauses() {
    let loaded = scenario(
        3.0,
        r#"
        [variables]
        phase = { states = ["low", "off", "high"], initial = "low" }
        hit   = { initial = 0 }
        [events]
        pause = { at = [1], do = ["phase = off"] }
        again = { at = [2], do = ["phase = high"] }
        hit   = { when = "phase != off and hit == 0", rate = "if(phase == high, 0.7, 0.2)", do = ["hit = 1"] }
        [outcomes]
        hit   = { ever = "hit == 1" }
        early = { initial = "hit" }
        first = { first_time = "hit == 1" }
        "#,
    );
    let summary = study(&loaded, 200_000, 3);
    near(&summary, "hit", 1.0 - libm::exp(-0.9), 0.006);
    let (a, b) = (libm::exp(-0.2), libm::exp(-0.9));
    let mean = (1.0 - a) / 0.2 + a + (a - b) / 0.7;
    near(&summary, "first", mean, 0.015);
    exactly(&summary, "early", 0.0);
}

/// Births at a, deaths at b x from x0: mean a/b + (x0 − a/b) exp(−bt), and variance of a Poisson plus a binomial.
#[test]
fn immigration_and_death() {
    let loaded = scenario(
        2.0,
        r#"
        [variables]
        x = { initial = 6, min = 0 }
        [events]
        birth = { rate = 1.5, do = ["x += 1"] }
        death = { rate = "0.8 * x", do = ["x -= 1"] }
        [outcomes]
        x = { final = "x" }
        "#,
    );
    let summary = study(&loaded, 200_000, 4);
    let left = libm::exp(-1.6);
    near(&summary, "x", 1.875 * (1.0 - left) + 6.0 * left, 0.02);
    let variance = 1.875 * (1.0 - left) + 6.0 * left * (1.0 - left);
    let found = variance_of(&summary, "x");
    assert!((found - variance).abs() < 0.05, "{found} for {variance}");
}

/// M/G/∞: arrivals at λ stay for a gamma delay; the number there at T is Poisson with mean λ ∫₀ᵀ S(u) du.
#[test]
fn consequences_as_a_queue_with_many_servers() {
    let loaded = scenario(
        3.0,
        r#"
        [variables]
        there = { initial = 0, min = 0 }
        [events]
        arrive = { rate = 2, do = ["there += 1"] }
        leave  = { after = "arrive", delay = "gamma(shape = 2, mean = 1)", do = ["there -= 1"] }
        [outcomes]
        there = { final = "there" }
        "#,
    );
    let summary = study(&loaded, 200_000, 5);
    // S(u) = (1 + 2u) exp(−2u), whose integral to 3 is 1 − 4 exp(−6).
    let mean = 2.0 * (1.0 - 4.0 * libm::exp(-6.0));
    near(&summary, "there", mean, 0.02);
    let variance = variance_of(&summary, "there");
    assert!((variance - mean).abs() < 0.05, "{variance}");
}

/// Thinning: a consequence with probability p of a Poisson process is one with rate p λ.
#[test]
fn probabilities_and_branches_thin() {
    let loaded = scenario(
        2.0,
        r#"
        [variables]
        a = { initial = 0 }
        b = { initial = 0 }
        c = { initial = 0 }
        [events]
        cause = { rate = 3, branches = [
          { probability = 0.5, do = ["a += 1"] },
          { probability = 0.3, do = ["b += 1"] },
          { probability = 0.2, do = [] },
        ] }
        follow = { after = "cause", probability = 0.25, delay = "fixed(0)", do = ["c += 1"] }
        [outcomes]
        a = { final = "a" }
        b = { final = "b" }
        c = { final = "c" }
        "#,
    );
    let summary = study(&loaded, 200_000, 6);
    near(&summary, "a", 3.0, 0.02);
    near(&summary, "b", 1.8, 0.02);
    near(&summary, "c", 1.5, 0.02);
}

/// Calendars are exact: multiples by multiplication, dates by 365.25 days, events at the horizon fire, a date
/// whose guard fails is skipped and not made up for.
#[test]
fn calendars() {
    let loaded = scenario(
        10.0,
        r#"
        [variables]
        open = { initial = 1, min = 0, max = 1 }
        [events]
        regular = { every = 2.5, do = [] }
        late    = { every = 3, first = 1, do = [] }
        listed  = { at = [0, 4, 10, 11], do = [] }
        dated   = { at = [2021-01-01, 2024-01-01], do = [] }
        close   = { at = [4.5], do = ["open = 0"] }
        reopen  = { at = [7.25], do = ["open = 1"] }
        guarded = { every = 1, when = "open == 1", do = [] }
        [outcomes]
        regular = { firings = "regular" }
        late    = { firings = "late" }
        listed  = { firings = "listed" }
        dated   = { firings = "dated" }
        guarded = { firings = "guarded" }
        open    = { time_share = "open == 1" }
        closed  = { first_time = "open == 0" }
        "#,
    );
    let summary = study(&loaded, 100, 7);
    exactly(&summary, "regular", 4.0);
    exactly(&summary, "late", 4.0);
    exactly(&summary, "listed", 3.0);
    exactly(&summary, "dated", 2.0);
    exactly(&summary, "guarded", 7.0);
    exactly(&summary, "open", (4.5 + 2.75) / 10.0);
    exactly(&summary, "closed", 4.5);
}

/// The path is right-continuous: what lasts no time is seen by `firings` alone, and t = 0 is after the instant
/// events there.
#[test]
fn states_left_in_zero_time_are_invisible() {
    let loaded = scenario(
        4.0,
        r#"
        [variables]
        x = { initial = 5 }
        y = { initial = 0 }
        [events]
        settle_start = { instant = true, when = "x == 5", do = ["x = 1"] }
        spike        = { at = [1, 2], do = ["y = 9"] }
        settle_spike = { instant = true, when = "y == 9", do = ["y = 0"] }
        step         = { at = [3], do = ["y = 2"] }
        last         = { at = [4], do = ["y = 3"] }
        [outcomes]
        start    = { initial = "x" }
        seen_5   = { ever = "x == 5" }
        largest  = { maximum = "y" }
        smallest = { minimum = "x" }
        at_start = { entries = "x == 1" }
        spikes   = { entries = "y == 9" }
        settled  = { firings = "settle_spike" }
        steps    = { entries = "y > 0" }
        threes   = { entries = "y == 3" }
        at_end   = { first_time = "y == 3" }
        mean     = { time_average = "y" }
        final    = { final = "y" }
        "#,
    );
    let summary = study(&loaded, 10, 8);
    exactly(&summary, "start", 1.0);
    exactly(&summary, "seen_5", 0.0);
    exactly(&summary, "largest", 3.0);
    exactly(&summary, "smallest", 1.0);
    exactly(&summary, "at_start", 0.0);
    exactly(&summary, "spikes", 0.0);
    exactly(&summary, "settled", 2.0);
    exactly(&summary, "steps", 1.0);
    exactly(&summary, "threes", 1.0);
    exactly(&summary, "at_end", 4.0);
    exactly(&summary, "mean", 0.5);
    exactly(&summary, "final", 3.0);
}

/// At one time: instant events first, then priority, then names by bytes, then older instances.
#[test]
fn ties() {
    let loaded = scenario(
        2.0,
        r#"
        [variables]
        order = { initial = 0 }
        flag  = { initial = 0 }
        [events]
        b_second = { at = [1], do = ["order = 10 * order + 2"] }
        a_first  = { at = [1], do = ["order = 10 * order + 1", "flag = 1"] }
        c_third  = { at = [1], do = ["order = 10 * order + 3"] }
        z_before = { at = [1], priority = 1, do = ["order = 10 * order + 9"] }
        at_once  = { instant = true, when = "flag == 1", do = ["order = 10 * order + 7", "flag = 0"] }
        older    = { after = "z_before", delay = "fixed(0.5)", do = ["order = 10 * order + 4"] }
        later    = { at = [1.5], do = ["order = 10 * order + 5"] }
        [outcomes]
        order = { final = "order" }
        "#,
    );
    exactly(&study(&loaded, 1, 9), "order", 9_172_354.0);
}

/// Effects run in order, each seeing those before; a branch sees them all; bounds are judged after the last.
#[test]
fn effects_in_order() {
    let loaded = scenario(
        1.0,
        r#"
        [variables]
        x = { initial = 1, max = 5 }
        y = { initial = 0.0 }
        [events]
        go = { at = [0.5], do = ["x += 9", "x = x - 7", "y = x / 2 + time"], branches = [
          { probability = "if(x == 3, 1, 0)", do = ["y += 10"] },
          { probability = "if(x == 3, 0, 1)", do = ["y += 100"] },
        ] }
        [outcomes]
        x = { final = "x" }
        y = { final = "y" }
        "#,
    );
    let summary = study(&loaded, 1, 10);
    exactly(&summary, "x", 3.0);
    exactly(&summary, "y", 12.0);
}

/// A consequence that is due while its guard fails lapses; instances are independent.
#[test]
fn consequences_lapse() {
    let loaded = scenario(
        9.0,
        r#"
        [variables]
        open = { initial = 1 }
        n    = { initial = 0 }
        [events]
        cause  = { at = [1, 1.5, 4], do = [] }
        close  = { at = [3], do = ["open = 0"] }
        reopen = { at = [3.75], do = ["open = 1"] }
        effect = { after = "cause", when = "open == 1", delay = "fixed(2)", do = ["n += 1"] }
        [outcomes]
        n     = { final = "n" }
        first = { first_time = "n == 1" }
        "#,
    );
    let summary = study(&loaded, 1, 11);
    // Due at 3 (`close` comes first by name), 3.5 (closed) and 6.
    exactly(&summary, "n", 1.0);
    exactly(&summary, "first", 6.0);
}

/// The level is the highest whose rule holds; a factor with a hysteresis stays on until it clears.
#[test]
fn doctrine() {
    let loaded = scenario(
        10.0,
        r#"
        [variables]
        x = { initial = 0 }
        [events]
        up   = { at = [1, 2, 3], do = ["x += 1"] }
        down = { at = [6, 7, 8], do = ["x -= 1"] }
        [doctrine]
        levels = ["calm", "danger", "threat"]
        [doctrine.factors.plain]
        level = "danger"
        active_when = "x >= 1"
        [doctrine.factors.latched]
        level = "danger"
        active_when = "x >= 3"
        clears_when = "x <= 1"
        [doctrine.rules]
        danger = "count(danger) >= 1"
        threat = "active(latched) and count(danger) >= 2"
        [outcomes]
        plain   = { time_share = "active(plain)" }
        latched = { time_share = "active(latched)" }
        factors = { integral = "count(danger)" }
        danger  = { integral = "if(doctrine == danger, 1, 0)" }
        threat  = { integral = "if(doctrine >= threat, 1, 0)" }
        first   = { first_time = "doctrine == threat" }
        "#,
    );
    let summary = study(&loaded, 1, 12);
    exactly(&summary, "plain", 0.7);
    exactly(&summary, "latched", 0.4);
    exactly(&summary, "factors", 11.0);
    exactly(&summary, "danger", 3.0);
    exactly(&summary, "threat", 4.0);
    exactly(&summary, "first", 3.0);
}

/// Families, sums over sets and placeholders mean what they spell out.
#[test]
fn families() {
    let loaded = scenario(
        5.0,
        r#"
        [sets]
        side = { east = { start = 3, rival = "west" }, west = { start = 4, rival = "east" } }
        [variables."force_{side}"]
        for = "side"
        initial = "{side.start}"
        kind = "integer"
        [derived]
        total = "sum(side, force_{side})"
        [derived."edge_{side}"]
        for = "side"
        value = "force_{side} - force_{side.rival}"
        [events."arm_{side}"]
        for = "side"
        at = [1]
        do = ["force_{side} += force_{side.rival}"]
        [outcomes]
        total = { final = "total" }
        edge  = { final = "edge_west" }
        any   = { ever = "any(side, force_{side} > 10)" }
        all   = { ever = "all(side, force_{side} > 6)" }
        "#,
    );
    let summary = study(&loaded, 1, 13);
    // East goes first: 3 + 4 = 7, then west 4 + 7 = 11.
    exactly(&summary, "total", 18.0);
    exactly(&summary, "edge", 4.0);
    exactly(&summary, "any", 1.0);
    exactly(&summary, "all", 1.0);
}

/// A policy chooses, sets parameters, and follows the world by rules: each time the condition becomes true,
/// after its delay, uncancelled.
#[test]
fn policies() {
    let text = r#"
        [scenario]
        name = "t"
        time_unit = "year"
        horizon = 10.0
        [parameters]
        size = { value = 1, unit = "1" }
        [variables]
        x = { initial = 0 }
        [levers.course]
        default = "soft"
        options = ["none", "soft", "hard"]
        [levers.other]
        default = "off"
        options = ["off", "on"]
        [obligations.quiet]
        breached_when = "course == hard"
        [events]
        up   = { at = [1, 5], do = ["x = size"] }
        down = { at = [1.5, 7], do = ["x = 0"] }
        [outcomes]
        size     = { maximum = "x" }
        hard     = { time_share = "course == hard" }
        at_first = { initial = "if(course == none, 1, 0)" }
        breached = { integral = "if(breached(quiet), 1, 0)" }
        other    = { ever = "other == on" }
        "#;
    let policy = r#"
        name   = "p"
        choose = { course = "none", other = "on" }
        set    = { size = 3 }
        [rules.harden]
        when   = "x > 0"
        delay  = "fixed(1)"
        choose = { course = "hard" }
        [rules.soften]
        when   = "x == 0 and course == hard"
        delay  = "fixed(2)"
        choose = { course = "soft" }
        "#;
    let summary = study(&load_with_policy(text, Some(policy)), 1, 14);
    exactly(&summary, "size", 3.0);
    exactly(&summary, "at_first", 1.0);
    exactly(&summary, "other", 1.0);
    // Hard from 2 (rule at 1) to 4 (rule at 2, when it became hard with x = 0), again from 6 to 9.
    exactly(&summary, "hard", 0.5);
    exactly(&summary, "breached", 5.0);
    let summary = study(&load_with_policy(text, None), 1, 14);
    exactly(&summary, "size", 1.0);
    exactly(&summary, "hard", 0.0);
    exactly(&summary, "other", 0.0);
}

/// A variable may bear the name of one of its own states, or of another's.
#[test]
fn names_that_are_states_too() {
    let loaded = scenario(
        4.0,
        r#"
        [variables]
        war  = { states = ["none", "war"], initial = "none" }
        none = { initial = 7 }
        on   = { states = ["off", "on"], initial = "off" }
        copy = { states = ["up", "down"], initial = "down" }
        [events]
        start = { at = [1], when = "war == none", do = ["war = war", "on = if(war == war, on, off)"] }
        [outcomes]
        war   = { time_share = "war == war" }
        peace = { time_share = "none == war" }
        on    = { time_share = "on == on" }
        copy  = { time_share = "copy == if(on == on, up, down)" }
        "#,
    );
    let summary = study(&loaded, 1, 16);
    exactly(&summary, "war", 0.75);
    exactly(&summary, "peace", 0.25);
    exactly(&summary, "on", 0.75);
    exactly(&summary, "copy", 0.25);
}

/// NaN in the middle of a trial does not hide behind a larger or smaller value.
#[test]
fn numbers_that_are_none_are_errors() {
    for measure in [
        "maximum = \"ln(x)\"",
        "minimum = \"sqrt(x)\"",
        "integral = \"1 / (x + 2)\"",
        "maximum = \"1 / (x + 2)\"",
    ] {
        let loaded = scenario(
            3.0,
            &format!(
                "[variables]\nx = {{ initial = 1 }}\n[events]\ndip = {{ at = [1], do = [\"x = -2\"] }}\n\
                 back = {{ at = [2], do = [\"x = 1\"] }}\n[outcomes]\nodd = {{ {measure} }}\n"
            ),
        );
        let plan = detente::study::Plan {
            seed: 1,
            trials: 1,
            threads: 1,
            sampler: detente::study::Sampler::Engine,
            precision: None,
        };
        let failure = detente::study::simulate(&loaded, plan)
            .unwrap_err()
            .to_string();
        let part = "trial 0 cannot go on: at t = 1 outcome `odd` fails: ";
        assert!(failure.starts_with(part), "{measure}: {failure}");
    }
}

/// Equal values give no interval of zero width; nor do first times that are reached at the horizon or not at all.
#[test]
fn no_spread_no_interval() {
    let loaded = scenario(
        10.0,
        r#"
        [variables]
        x = { initial = 0 }
        [events]
        late = { at = [10], branches = [{ probability = 0.5, do = ["x = 1"] }, { probability = 0.5, do = [] }] }
        [outcomes]
        first = { first_time = "x == 1" }
        share = { time_share = "x == 1" }
        never = { ever = "x == 2" }
        "#,
    );
    let summary = study(&loaded, 1_000, 17);
    assert_eq!(summary.outcomes["first"].ci95, None);
    assert!((400..600).contains(&summary.outcomes["first"].censored));
    assert_eq!(summary.outcomes["share"].ci95, None);
    exactly(&summary, "share", 0.0);
    let [low, high] = summary.outcomes["never"].ci95.unwrap();
    assert!(low == 0.0 && (0.003..0.004).contains(&high));
}

/// Dates that pass while their guard fails count towards the limits, so that no calendar runs for ever.
#[test]
fn dates_without_end_end() {
    let loaded = scenario(
        1.0,
        "[variables]\nx = { initial = 0 }\n[events]\nnever = { every = 1e-300, when = \"x > 0\", do = [] }\n",
    );
    let plan = detente::study::Plan {
        seed: 1,
        trials: 1,
        threads: 1,
        sampler: detente::study::Sampler::Engine,
        precision: None,
    };
    let failure = detente::study::simulate(&loaded, plan)
        .unwrap_err()
        .to_string();
    assert!(
        failure.contains("`never`") && failure.contains("max_events"),
        "{failure}"
    );
}

/// Competing risks with a known answer: of hazards a, b and none, kind i comes first by t with probability
/// aᵢ/(a + b) (1 − exp(−(a + b) t)); the states read are those at the first time, not later ones.
#[test]
fn first_times_by_kind() {
    let loaded = scenario(
        4.0,
        r#"
        [variables]
        war = { states = ["none", "small", "large", "nuclear"], initial = "none" }
        x   = { initial = 0 }
        [events]
        attack   = { when = "war == none", rate = 0.3, do = ["war = small"] }
        assault  = { when = "war == none", rate = 0.1, do = ["war = large"] }
        grows    = { when = "war == small", rate = 2, do = ["war = large"] }
        passing  = { every = 0.5, do = ["x += 1"] }
        [outcomes]
        first_war = { first_time = "war != none", by = "war" }
        at_once   = { first_time = "true", by = "war" }
        never     = { first_time = "x > 100", by = "war" }
        "#,
    );
    let n = 200_000;
    let summary = study(&loaded, n, 31);
    let by = summary.outcomes["first_war"].by.as_ref().unwrap();
    assert_eq!(by.keys().collect::<Vec<_>>(), ["small", "large"]);
    for (kind, hazard) in [("small", 0.3), ("large", 0.1)] {
        let curve = &by[kind].incidence;
        for index in [50, 100, 200, 400] {
            let expected = hazard / 0.4 * (1.0 - libm::exp(-0.4 * curve.t[index]));
            let se = (expected * (1.0 - expected) / n as f64).sqrt();
            let z = (curve.p[index] - expected) / se;
            assert!(
                z.abs() < crate::support::SIX_NINES,
                "{kind} at {}: {z}",
                curve.t[index]
            );
            assert!(curve.lo[index] < curve.p[index] && curve.p[index] < curve.hi[index]);
        }
        assert_eq!(by[kind].probability, by[kind].reached as f64 / n as f64);
    }
    let reached: u64 = by.values().map(|kind| kind.reached).sum();
    assert_eq!(reached, n - summary.outcomes["first_war"].censored);
    let at_once = summary.outcomes["at_once"].by.as_ref().unwrap();
    assert_eq!(at_once["none"].reached, n);
    // Nothing of n: the limits are Wilson's, not zero.
    let never = summary.outcomes["never"].by.as_ref().unwrap();
    assert!(
        never
            .values()
            .all(|kind| kind.reached == 0 && kind.ci95[1] > 1e-6)
    );
}

/// A rate may be the zero that has a minus sign.
#[test]
fn a_rate_of_minus_zero_never_fires() {
    let body = "[variables]\nx = { initial = 1 }\n[events]\nturn = { every = 1, do = [\"x += 1\"] }\n\
                e = { rate = \"-(x - x)\", do = [] }\n[outcomes]\nn = { firings = \"e\" }\nx = { final = \"x\" }\n";
    let summary = study(&scenario(10.0, body), 10, 1);
    exactly(&summary, "n", 0.0);
    exactly(&summary, "x", 11.0);
}
