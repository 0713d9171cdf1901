//! Clocks with a law of age, each case with its survival in closed form.

use crate::support::{exactly, load_with_policy, near, scenario, study};

/// The probability that a clock which starts at 0 and lives through `body` has fired by `horizon`.
fn fired_by(horizon: f64, clock: &str, body: &str) -> detente::study::Summary {
    let loaded = scenario(
        horizon,
        &format!(
            r#"
            [variables]
            phase = {{ initial = 1 }}
            hit   = {{ initial = 0 }}
            [events]
            hit = {{ {clock}, do = ["hit += 1"] }}
            {body}
            [outcomes]
            fired = {{ ever = "hit > 0" }}
            hits  = {{ firings = "hit" }}
            "#
        ),
    );
    study(&loaded, 200_000, 15)
}

/// Multiples are of the decimal as it is written: the third tenth is 0.3, where 3 times the double 0.1 is above it. Events
/// at one time go by their names.
#[test]
fn calendars_and_grids_are_decimal() {
    let loaded = scenario(
        0.3,
        r#"
        [variables]
        x = { initial = 0 }
        y = { initial = 0 }
        z = { initial = 0 }
        [events]
        a = { every = 0.1, do = ["x += 1"] }
        b = { at = [0.3], do = ["y = x"] }
        c = { every = 0.2, first = 0.1, do = ["z += 1"] }
        [outcomes]
        ticks = { firings = "a" }
        y = { final = "y" }
        z = { final = "z" }
        [series]
        x = { value = "x", every = 0.1 }
        "#,
    );
    assert_eq!(loaded.program.series()[0].times, [0.0, 0.1, 0.2, 0.3]);
    let summary = study(&loaded, 10, 1);
    for (outcome, expected) in [("ticks", 3.0), ("y", 3.0), ("z", 2.0)] {
        exactly(&summary, outcome, expected);
    }
}

/// Choices that are due at one time are made in the order in which the policy's file has their rules, so that the last one on
/// a lever stands; a rule's name does not matter.
#[test]
fn rules_of_a_policy_act_in_the_order_of_its_file() {
    let text = r#"
        [scenario]
        name = "t"
        time_unit = "year"
        horizon = 3.0
        [levers.course]
        default = "soft"
        options = ["soft", "firm", "hard"]
        [variables]
        x = { initial = 0 }
        [events]
        begin = { at = [1], do = ["x = 1"] }
        [outcomes]
        firm = { final = "if(course == firm, 1, 0)" }
        "#;
    let rule = |name: &str, when: &str, delay: f64, option: &str| {
        format!(
            "[rules.{name}]\nwhen = \"{when}\"\ndelay = \"fixed({delay:?})\"\nchoose = {{ course = \"{option}\" }}\n"
        )
    };
    // The second turns first, and is due at the same time.
    for (first, second) in [("a", "z"), ("z", "a")] {
        let rules = [
            rule(first, "x == 1", 1.0, "hard"),
            rule(second, "x == 0", 2.0, "firm"),
        ];
        for (rules, firm) in [(rules.concat(), 1.0), (rules[1].clone() + &rules[0], 0.0)] {
            let policy = format!("name = \"p\"\n{rules}");
            let loaded = load_with_policy(text, Some(&policy));
            exactly(&study(&loaded, 10, 1), "firm", firm);
        }
    }
}

const PHASES: &str = r#"
    second = { at = [1], do = ["phase = 2"] }
    third  = { at = [2], do = ["phase = 3"] }
    "#;

/// Proportional hazards in an environment that changes at 1 and 2: survival is exp(−Σ r ΔH), H(a) = (a/2)^1.8.
#[test]
fn weibull_clock_under_a_hazard_ratio() {
    let clock = r#"when = "hit == 0", clock = "weibull(shape = 1.8, scale = 2)", hazard_ratio = "if(phase == 1, 0.5, if(phase == 2, 0, 2))""#;
    let summary = fired_by(3.0, clock, PHASES);
    let h = |age: f64| libm::pow(age / 2.0, 1.8);
    let total = 0.5 * h(1.0) + 2.0 * (h(3.0) - h(2.0));
    near(&summary, "fired", 1.0 - libm::exp(-total), 0.006);
}

/// Accelerated failure time: survival is that of the age ∫ v.
#[test]
fn weibull_clock_at_a_changing_speed() {
    let clock = r#"when = "hit == 0", clock = "weibull(shape = 1.8, scale = 2)", speed = "if(phase == 1, 0.5, if(phase == 2, 0, 2))""#;
    let summary = fired_by(3.0, clock, PHASES);
    near(
        &summary,
        "fired",
        1.0 - libm::exp(-libm::pow(2.5 / 2.0, 1.8)),
        0.006,
    );
}

/// Halted in the second year: `restart` begins again at age 0, `resume` goes on at age 1.
#[test]
fn restart_and_resume() {
    let h = |age: f64| libm::pow(age / 2.0, 3.0);
    let clock = r#"when = "hit == 0 and phase != 2", clock = "weibull(shape = 3, scale = 2)""#;
    let restart = fired_by(3.0, clock, PHASES);
    near(&restart, "fired", 1.0 - libm::exp(-2.0 * h(1.0)), 0.006);
    let clock = format!("{clock}, memory = \"resume\"");
    let resume = fired_by(3.0, &clock, PHASES);
    near(&resume, "fired", 1.0 - libm::exp(-h(2.0)), 0.006);
}

/// A clock that fires and stays enabled renews. Renewals of Erlang(2) stages at rate 2 in [0, T]: the mean number is
/// T − 1/4 + exp(−4T)/4 (Cox 1962, Renewal Theory, section 4.4).
#[test]
fn renewals() {
    let summary = fired_by(3.0, r#"clock = "gamma(shape = 2, scale = 0.5)""#, "");
    near(&summary, "hits", 3.0 - 0.25 + libm::exp(-12.0) / 4.0, 0.02);
    let summary = fired_by(7.0, r#"clock = "fixed(1.75)""#, "");
    exactly(&summary, "hits", 4.0);
    // Halted at 1 with age 1, from 2 on again: restarted it fires at 3.5, resumed at 2.5.
    let halted = r#"when = "hit == 0 and phase != 2", clock = "fixed(1.5)""#;
    exactly(&fired_by(3.4, halted, PHASES), "hits", 0.0);
    exactly(
        &fired_by(2.4, &format!("{halted}, memory = \"resume\""), PHASES),
        "hits",
        0.0,
    );
    exactly(
        &fired_by(2.6, &format!("{halted}, memory = \"resume\""), PHASES),
        "hits",
        1.0,
    );
}

/// A clock past its law's end fires as soon as its ratio is positive; arguments are read when it starts and kept.
#[test]
fn past_the_end_and_arguments_kept() {
    let clock =
        r#"when = "hit == 0", clock = "uniform(0.2, 0.4)", hazard_ratio = "if(phase == 1, 0, 1)""#;
    exactly(&fired_by(0.99, clock, PHASES), "hits", 0.0);
    exactly(&fired_by(1.0, clock, PHASES), "hits", 1.0);
    let clock = r#"when = "hit < 2", clock = "fixed(1.5 * phase)""#;
    // Started at 0 in phase 1, it fires at 1.5; then, in phase 2, 3 later.
    exactly(&fired_by(4.49, clock, PHASES), "hits", 1.0);
    exactly(&fired_by(4.51, clock, PHASES), "hits", 2.0);
}

/// Switches between two phases at one rate, whatever the phase: the random environment of the next two tests.
const SWITCHING: &str = r#"switch = { rate = 1.5, do = ["phase = 3 - phase"] }"#;

/// Proportional hazards in a random environment. With p(t) the probability of a phase and no firing yet and o(t) that of the
/// other, p' = −(q + r h(t)) p + q o, r the phase's ratio; by fourth-order Runge–Kutta with a step of 1/2000.
#[test]
fn weibull_clock_under_a_hazard_ratio_in_a_random_environment() {
    let clock = r#"when = "hit == 0", clock = "weibull(shape = 1.8, scale = 2)", hazard_ratio = "if(phase == 1, 0.25, 3)""#;
    let summary = fired_by(2.0, clock, SWITCHING);
    let (q, ratios) = (1.5, [0.25, 3.0]);
    let hazard = |t: f64| 0.9 * libm::pow(t / 2.0, 0.8);
    let slope =
        |t: f64, p: [f64; 2]| [0, 1].map(|i| -(q + ratios[i] * hazard(t)) * p[i] + q * p[1 - i]);
    let (step, mut p) = (1.0 / 2000.0, [1.0, 0.0]);
    for k in 0..4000 {
        let t = f64::from(k) * step;
        let moved = |by: f64, slope: [f64; 2]| [0, 1].map(|i| p[i] + by * slope[i]);
        let a = slope(t, p);
        let b = slope(t + step / 2.0, moved(step / 2.0, a));
        let c = slope(t + step / 2.0, moved(step / 2.0, b));
        let d = slope(t + step, moved(step, c));
        p = [0, 1].map(|i| p[i] + step / 6.0 * (a[i] + 2.0 * b[i] + 2.0 * c[i] + d[i]));
    }
    // Against the ratio of either phase alone: 0.22 and 0.95.
    near(&summary, "fired", 1.0 - p[0] - p[1], 0.006);
}

/// Accelerated failure time in a random environment. Of n switches in [0, T] the times are n uniform points, so the share of
/// time in phase 1 is Beta(k, n + 1 − k), k the number of intervals in phase 1; survival is the mean of exp(−H(age)).
#[test]
fn weibull_clock_at_a_speed_in_a_random_environment() {
    let clock = r#"when = "hit == 0", clock = "weibull(shape = 1.8, scale = 2)", speed = "if(phase == 1, 0.25, 2)""#;
    let summary = fired_by(2.0, clock, SWITCHING);
    let survival = |share: f64| {
        let age = 2.0 * (0.25 * share + 2.0 * (1.0 - share));
        libm::exp(-libm::pow(age / 2.0, 1.8))
    };
    near(&summary, "fired", 1.0 - mean_over_shares(survival), 0.006);
}

/// The mean of a function of the share of [0, 2] that `SWITCHING` spends in phase 1, in which it begins.
fn mean_over_shares(function: impl Fn(f64) -> f64) -> f64 {
    let (mut mean, mut poisson) = (0.0, libm::exp(-3.0));
    for n in 0_u32..60 {
        // The first interval is in phase 1, and every second one.
        let (in_phase_1, rest) = (n / 2 + 1, n.div_ceil(2));
        mean += poisson
            * match rest {
                0 => function(1.0),
                _ => mean_under_beta(in_phase_1, rest, &function),
            };
        poisson *= 3.0 / f64::from(n + 1);
    }
    mean
}

/// The mean of a function of a Beta(a, b) variable, a and b whole, by Simpson's rule.
fn mean_under_beta(a: u32, b: u32, function: impl Fn(f64) -> f64) -> f64 {
    let density = |x: f64| {
        let power = |x: f64, k: u32| {
            if k == 1 {
                1.0
            } else {
                libm::pow(x, f64::from(k - 1))
            }
        };
        power(x, a) * power(1.0 - x, b)
    };
    let (mut mean, mut mass) = (0.0, 0.0);
    for i in 0..=2000 {
        let x = f64::from(i) / 2000.0;
        let weight = match i {
            0 | 2000 => 1.0,
            _ if i % 2 == 1 => 4.0,
            _ => 2.0,
        };
        mean += weight * density(x) * function(x);
        mass += weight * density(x);
    }
    mean / mass
}

/// A guard that a random environment opens and closes: under `resume` the age is the time spent open, so that survival is the
/// mean of exp(−H) over the same Beta laws; under `restart` it is not.
#[test]
fn resume_in_a_random_environment() {
    let clock = r#"when = "hit == 0 and phase == 1", clock = "weibull(shape = 1.8, scale = 1)", memory = "resume""#;
    let summary = fired_by(2.0, clock, SWITCHING);
    let survival = |share: f64| libm::exp(-libm::pow(2.0 * share, 1.8));
    near(&summary, "fired", 1.0 - mean_over_shares(survival), 0.006);
    let restarted = fired_by(2.0, &clock.replace("resume", "restart"), SWITCHING);
    let (resumed, restarted) = (&summary.outcomes["fired"], &restarted.outcomes["fired"]);
    assert!(resumed.mean - restarted.mean > 0.05);
}
