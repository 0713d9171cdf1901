//! Clocks with a law of age, each case with its survival in closed form.

use crate::support::{exactly, near, scenario, study};

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
