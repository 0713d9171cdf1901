//! Clocks whose laws have atoms, interrupted in the very instant in which they are due or pass an atom: the law of their
//! first firing by hand, for the engine and for the oracle, which share the arithmetic of clocks.

use crate::support::load_with_policy;
use detente_sim::engine::{Engine, Oracle, Recorder};
use statrs::distribution::{ChiSquared, ContinuousCDF};

const TRIALS: u64 = 20_000;

/// How often event `hit` first fires at each time.
fn first_times(events: &str, policy: Option<&str>, sampler: Sampler) -> Vec<f64> {
    let loaded = load_with_policy(
        &format!(
            r#"
            [scenario]
            name = "t"
            time_unit = "year"
            horizon = 100.0
            [variables]
            on  = {{ initial = 1 }}
            hit = {{ initial = 0 }}
            turns = {{ initial = 0 }}
            [levers.course]
            default = "soft"
            options = ["soft", "hard"]
            [events]
            {events}
            [outcomes]
            first = {{ first_time = "hit > 0" }}
            "#
        ),
        policy,
    );
    let program = &loaded.program;
    let (engine, mut oracle) = (Engine::new(program), Oracle::new(program));
    let mut state = engine.state();
    let mut recorder = Recorder::new();
    (0..TRIALS)
        .map(|trial| {
            match sampler {
                Sampler::Engine => engine.run(&mut state, 41, trial, &mut recorder).unwrap(),
                Sampler::Oracle => oracle.run(41, trial, &mut recorder).unwrap(),
            };
            recorder.outcomes()[0]
        })
        .collect()
}

#[derive(Clone, Copy)]
enum Sampler {
    Engine,
    Oracle,
}

/// Counts have these shares: chi-square with a false alarm in 1e-6, in whichever direction a share is wrong. Of 20,000 a share
/// that is wrong by 0.03 is seen.
#[track_caller]
fn fits(counts: &[u64], shares: &[f64]) {
    let all: u64 = counts.iter().sum();
    let terms = counts.iter().zip(shares).map(|(count, share)| {
        let expected = share * all as f64;
        let off = *count as f64 - expected;
        off * off / expected
    });
    let statistic: f64 = terms.sum();
    if counts.len() > 1 {
        let law = ChiSquared::new((counts.len() - 1) as f64).unwrap();
        let p = law.sf(statistic);
        assert!(p > 1e-6, "{counts:?} for {shares:?}: p = {p:.1e}");
    }
}

/// The first firing comes at these times with these probabilities, and at no other, by both samplers.
#[track_caller]
fn first_fires(events: &str, policy: Option<&str>, law: &[(f64, f64)]) {
    for sampler in [Sampler::Engine, Sampler::Oracle] {
        let times = first_times(events, policy, sampler);
        let count = |time: f64| times.iter().filter(|at| **at == time).count() as u64;
        let counts: Vec<u64> = law.iter().map(|(time, _)| count(*time)).collect();
        let other = times
            .iter()
            .find(|at| law.iter().all(|(time, _)| time != *at));
        assert_eq!(other, None, "of {law:?}: {counts:?}");
        fits(
            &counts,
            &law.iter().map(|(_, share)| *share).collect::<Vec<_>>(),
        );
    }
}

/// Halted at 2 and started at 3, by calendars that go first or last in their instants.
fn halted(at: f64, priority: i32) -> String {
    format!(
        "halt = {{ at = [{at:?}], priority = {priority}, do = [\"on = 0\"] }}\n\
         go = {{ at = [3.0], do = [\"on = 1\"] }}\n"
    )
}

fn hit(clock: &str) -> String {
    format!("hit = {{ when = \"on == 1 and hit == 0\", {clock}, do = [\"hit += 1\"] }}\n")
}

const ONE_OR_TWO: &str = "clock = \"empirical([1, 2])\"";

/// The clock is known to be due and does not fire, which says nothing of its next age.
#[test]
fn a_clock_halted_when_it_is_due_starts_anew() {
    first_fires(
        &(hit(ONE_OR_TWO) + &halted(2.0, 1)),
        None,
        &[(1.0, 0.5), (4.0, 0.25), (5.0, 0.25)],
    );
    // Half are due at 1; all start anew.
    first_fires(
        &(hit(ONE_OR_TWO) + &halted(1.0, 1)),
        None,
        &[(4.0, 0.5), (5.0, 0.5)],
    );
    let three = hit("clock = \"empirical([1, 2, 2, 4])\"");
    first_fires(
        &(three + &halted(2.0, 1)),
        None,
        &[(1.0, 0.25), (4.0, 0.1875), (5.0, 0.375), (7.0, 0.1875)],
    );
    first_fires(
        &(hit("clock = \"fixed(2)\"") + &halted(2.0, 1)),
        None,
        &[(5.0, 1.0)],
    );
}

/// Halted after its turn, a clock that has not fired has survived the atom.
#[test]
fn a_clock_halted_after_its_turn_starts_anew() {
    first_fires(
        &(hit(ONE_OR_TWO) + &halted(1.0, -1)),
        None,
        &[(1.0, 0.5), (4.0, 0.25), (5.0, 0.25)],
    );
    // An atom at age 0 is due in the instant in which the clock starts.
    let events = "hit = { when = \"on == 1\", clock = \"empirical([0, 1])\", do = [\"hit += 1\"] }\n\
                  stop = { at = [0.0], priority = -1, do = [\"on = 0\"] }\n\
                  go = { at = [3.0], do = [\"on = 1\"] }\n";
    first_fires(events, None, &[(0.0, 0.5), (3.0, 0.25), (4.0, 0.25)]);
}

/// Resumed, it keeps its age and its lifetime: what was due is due at once.
#[test]
fn a_clock_halted_when_it_is_due_resumes() {
    let resumed = hit(&format!("{ONE_OR_TWO}, memory = \"resume\""));
    first_fires(
        &(resumed.clone() + &halted(1.0, 1)),
        None,
        &[(3.0, 0.5), (4.0, 0.5)],
    );
    first_fires(
        &(resumed + &halted(2.0, 1)),
        None,
        &[(1.0, 0.5), (3.0, 0.5)],
    );
    let fixed = hit("clock = \"fixed(2)\", memory = \"resume\"");
    first_fires(&(fixed + &halted(2.0, 1)), None, &[(3.0, 1.0)]);
}

/// A guard that fails for no time, between two events of an instant, makes a clock start anew all the same.
#[test]
fn halted_for_no_time() {
    let events = hit(ONE_OR_TWO)
        + "halt = { at = [1.0], priority = 1, do = [\"on = 0\"] }\n\
           heal = { instant = true, when = \"on == 0\", do = [\"on = 1\"] }\n";
    first_fires(&events, None, &[(2.0, 0.5), (3.0, 0.5)]);
}

/// Halted once more each time it is due, for as often as a uniform has bits, it still is a fresh draw.
#[test]
fn halted_again_and_again() {
    let events = hit(ONE_OR_TWO)
        + "halt = { every = 1, priority = 1, when = \"turns < 80\", do = [\"on = 0\", \"turns += 1\"] }\n\
           heal = { instant = true, when = \"on == 0\", do = [\"on = 1\"] }\n";
    first_fires(&events, None, &[(81.0, 0.5), (82.0, 0.5)]);
}

/// The halting event may be a consequence, an instant event or a choice of the policy.
#[test]
fn halted_by_events_of_every_kind() {
    let go = "go = { at = [3.0], do = [\"on = 1\"] }\n";
    let consequence = "raise = { at = [0.5], do = [] }\n\
        halt = { after = \"raise\", delay = \"fixed(0.5)\", priority = 1, do = [\"on = 0\"] }\n";
    let law = [(4.0, 0.5), (5.0, 0.5)];
    first_fires(&(hit(ONE_OR_TWO) + consequence + go), None, &law);
    let instant = "raise = { at = [1.0], priority = 1, do = [\"on = 2\"] }\n\
        halt = { instant = true, when = \"on == 2\", do = [\"on = 0\"] }\n";
    let guarded = hit(ONE_OR_TWO).replace("on == 1 and", "on >= 1 and");
    first_fires(&(guarded + instant + go), None, &law);
    // Choices come last in an instant: the clock has had its turn.
    let policy = "name = \"p\"\n[rules.r]\nwhen = \"on == 1\"\ndelay = \"fixed(1)\"\nchoose = { course = \"hard\" }\n";
    let ruled = "hit = { when = \"course == soft or on == 3\", clock = \"empirical([1, 2])\", do = [\"hit += 1\"] }\n\
        go = { at = [3.0], do = [\"on = 3\"] }\n";
    first_fires(ruled, Some(policy), &[(1.0, 0.5), (4.0, 0.25), (5.0, 0.25)]);
}

/// Under a speed an atom's time is rounded, and so is the age at that time: for some speeds the age falls short of the
/// atom at the time at which the clock is due. The halting event comes at that time to the bit.
#[test]
fn halted_at_a_speed() {
    for speed in [0.7, 0.9, 1.1, 1.3, 1.7] {
        let clock = format!("{ONE_OR_TWO}, speed = {speed:?}");
        let (first, second) = (1.0 / speed, 2.0 / speed);
        for priority in [1, -1] {
            let halt = halted(first, priority).replace("3.0", "10.0");
            let law = if priority > 0 {
                vec![(10.0 + first, 0.5), (10.0 + second, 0.5)]
            } else {
                vec![(first, 0.5), (10.0 + first, 0.25), (10.0 + second, 0.25)]
            };
            first_fires(&(hit(&clock) + &halt), None, &law);
        }
    }
}

/// The end of a support is an atom of the doubles where ages closer to it round to it: with 1 − F(a) = (1 − a)^0.05 about
/// one draw in seven is 1. A clock that is due there and halted starts anew: by 3.5 it has fired with probability 1 − 0.5^0.05.
#[test]
fn halted_at_the_end_of_a_support() {
    for sampler in [Sampler::Engine, Sampler::Oracle] {
        let events = hit("clock = \"beta(1, 0.05, 0, 1)\"") + &halted(1.0, 1);
        let times = first_times(&events, None, sampler);
        let again = times.iter().filter(|at| **at >= 1.0).count();
        assert!(again > 2_000, "{again}");
        let early = times.iter().filter(|at| (3.0..=3.5).contains(*at)).count();
        let share = 1.0 - libm::pow(0.5, 0.05);
        fits(
            &[early as u64, (again - early) as u64],
            &[share, 1.0 - share],
        );
    }
}
