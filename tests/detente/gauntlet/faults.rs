//! Deliberate faults: each wrong scenario goes through the check that its right form passes, and must fail it. The exact answers, where
//! both forms have them, are more than six standard errors apart, so that the check has power and no luck is needed.
//!
//! Faults that no scenario can show are made in the engine by hand; docs/verification.md lists them with the tests that failed.

use super::known::{Known, TRIALS};
use super::{Effort, Row, SHORT, chains, general, when, which};

/// For checks that see a fault less plainly.
const PATIENT: Effort = Effort { seeds: 2, ..SHORT };

/// A p-value of six standard errors.
const SIX: f64 = 2e-9;

/// The right model passes, the wrong one fails by more than six standard errors.
#[track_caller]
fn is_caught(right: &Known, wrong: &Known) {
    super::passes(&right.rows(SHORT));
    let rows = wrong.rows(SHORT);
    let least = rows.iter().map(|row| row.p).fold(1.0, f64::min);
    println!("{}: least p-value {least:.1e}", right.name);
    assert!(least < SIX, "{}: {rows:#?}", right.name);
}

/// The exact means of two models, at the horizon, in standard errors of the short form.
fn apart(a: &Known, b: &Known) -> f64 {
    let measures = a.measures.iter().zip(&b.measures);
    let distances = measures.map(|(a, b)| {
        let (a, b) = (&a.exact[1], &b.exact[1]);
        let variance = a.variance.unwrap_or(a.mean * (1.0 - a.mean));
        (a.mean - b.mean).abs() / (variance / TRIALS as f64).sqrt()
    });
    distances.fold(0.0, f64::max)
}

#[test]
fn sides_swapped() {
    let right = chains::two_sides();
    let wrong = right.clone().with_fault("(east - west)", "(west - east)");
    is_caught(&right, &wrong);
    let wrong = right
        .clone()
        .with_fault("[\"west += 1\"]", "[\"w += 1\"]")
        .with_fault("[\"east += 1\"]", "[\"west += 1\"]")
        .with_fault("[\"w += 1\"]", "[\"east += 1\"]")
        .with_fault("west < 12", "east < 12 and west < 12")
        .with_fault("when = \"east < 12\"", "when = \"west < 12 and east < 12\"");
    is_caught(&right, &wrong);
}

#[test]
fn guard_off_by_one() {
    let right = chains::room();
    is_caught(&right, &right.clone().with_fault("x < 5", "x <= 5"));
    is_caught(&right, &right.clone().with_fault("x < 5", "x < 4"));
    let right = chains::servers();
    is_caught(&right, &right.clone().with_fault("min(x, 3)", "min(x, 4)"));
}

#[test]
fn hazard_ratio_applied_to_age() {
    let right = general::ratio_in_an_environment();
    is_caught(&right, &right.clone().with_fault("hazard_ratio", "speed"));
}

#[test]
fn speed_applied_to_the_hazard() {
    let right = general::speed_and_resume();
    is_caught(&right, &right.clone().with_fault("speed", "hazard_ratio"));
}

#[test]
fn restart_for_resume() {
    let (resumes, restarts) = (general::halted("resume"), general::halted("restart"));
    assert!(apart(&resumes, &restarts) > 6.0);
    is_caught(&resumes, &resumes.clone().with_fault("resume", "restart"));
    is_caught(&restarts, &restarts.clone().with_fault("restart", "resume"));
}

#[test]
fn effects_in_reverse() {
    let right = chains::halving();
    let wrong = right
        .clone()
        .with_fault("\"x = x / 2\", \"x += 1\"", "\"x += 1\", \"x = x / 2\"");
    is_caught(&right, &wrong);
}

#[test]
fn argument_read_late() {
    // Read at each change of the world, the argument is a speed.
    let right = general::arguments_kept();
    let wrong = right.clone().with_fault(
        "clock = \"gamma(shape = 2, scale = if(phase == 0, 0.5, 0.125))\"",
        "clock = \"gamma(shape = 2, scale = 0.5)\", speed = \"if(phase == 0, 1, 4)\"",
    );
    is_caught(&right, &wrong);
}

#[test]
fn consequences_do_not_lapse() {
    // A probability is read at the start alone.
    let right = general::lapses();
    let wrong = right.clone().with_fault(
        "when = \"shut == 0\", delay",
        "probability = \"if(shut == 0, 1, 0)\", delay",
    );
    is_caught(&right, &wrong);
}

#[track_caller]
fn some_row_fails(rows: &[Row]) {
    let least = rows.iter().map(|row| row.p).fold(1.0, f64::min);
    println!("least p-value {least:.1e}");
    assert!(least < SIX, "{rows:#?}");
}

/// The compensators, whose exact law is that of unit exponentials, see the same faults, law by law.
#[test]
fn rescaled_intervals_see_faults() {
    for family in ["weibull", "lognormal", "uniform"] {
        for (right, wrong) in [
            (
                "hazard_ratio = \"0.3 + 0.9 * env\"",
                "speed = \"0.3 + 0.9 * env\"",
            ),
            (
                "speed = \"0.4 + 0.6 * env\"",
                "hazard_ratio = \"0.4 + 0.6 * env\"",
            ),
            ("memory = \"resume\"", "memory = \"restart\""),
            ("0.4 + 0.6 * env", "0.4 + 0.5 * env"),
            ("(1 + 0.3 * env)", "(1 + 0.2 * env)"),
        ] {
            let mut model = when::of_family(family);
            let changed = model.text.replace(right, wrong);
            assert_ne!(changed, model.text, "`{right}` stands in the scenario");
            model.text = changed;
            println!("{family}: {wrong}");
            some_row_fails(&model.rows(PATIENT));
        }
    }
}

/// So does the calibration of which event fires.
#[test]
fn shares_of_the_hazard_see_faults() {
    for (right, wrong) in [
        (
            "hazard_ratio = \"0.5 + 0.25 * x\"",
            "speed = \"0.5 + 0.25 * x\"",
        ),
        ("0.6 + 0.1 * y", "0.6 + 0.1 * x"),
        ("rate = \"0.25 * x\"", "rate = \"0.3 * x\""),
        ("memory = \"resume\"", "memory = \"restart\""),
        ("shape = 1.7", "shape = 1.2"),
    ] {
        let changed = which::RACE.replace(right, wrong);
        assert_ne!(changed, which::RACE, "`{right}` stands in the scenario");
        println!("{wrong}");
        some_row_fails(&which::rows_of(&changed, PATIENT));
    }
}
