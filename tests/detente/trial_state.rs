//! A trial that is stepped, cloned, stored, continued on another branch, or driven from outside.

use crate::gauntlet::statistics::uniform;
use crate::random::scenarios;
use crate::support::{config, load_with_policy, scenario};
use detente::study::Loaded;
use detente_sim::engine::{
    Cause, Clocks, DriveError, Engine, Firing, Happening, Observer, Occurrence, Recorder,
    StateError, StoredState, TrialState,
};
use detente_sim::program::{Program, Slot};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use std::ops::ControlFlow;

/// Watches nothing.
struct Nothing;

impl Observer for Nothing {
    fn begin(&mut self, _: &Program, _: &[f64]) {}
    fn fired(&mut self, _: &Program, _: Firing, _: &mut [f64]) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
    fn changed(&mut self, _: &Program, _: Slot) {}
    fn hold(&mut self, _: &Program, _: &mut [f64], _: f64) {}
    fn end(&mut self, _: &Program, _: &mut [f64], _: &[u64]) {}
}

/// Random scenarios with policies, and the project's own.
fn worlds(random: usize) -> Vec<Loaded> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(proptest::test_runner::Config::default(), rng);
    let strategy = scenarios();
    let mut worlds: Vec<Loaded> = (0..random)
        .map(|_| {
            let random = strategy.new_tree(&mut runner).unwrap().current();
            load_with_policy(&random.scenario, Some(&random.policy))
        })
        .collect();
    worlds.push(config("ladder.toml", None));
    worlds.push(config("belarus-2019", Some("hedge")));
    worlds
}

/// Steps a trial to its horizon and says what happened.
fn stepped(engine: &Engine<'_>, state: &mut TrialState, trial: u64) -> Vec<Occurrence> {
    engine.begin(state, 3, trial, &mut Nothing).unwrap();
    let mut all = Vec::new();
    loop {
        match engine.step(state, &mut Nothing).unwrap() {
            Occurrence::Horizon => return all,
            occurrence => all.push(occurrence),
        }
    }
}

fn outcomes(recorder: &Recorder) -> Vec<u64> {
    let outcomes = recorder.outcomes().iter();
    outcomes.map(|value| value.to_bits()).collect()
}

#[test]
fn stepping_is_running() {
    for loaded in worlds(30) {
        let engine = Engine::new(&loaded.program);
        let (mut run, mut step) = (engine.state(), engine.state());
        for trial in 0..5 {
            let (mut of_run, mut of_steps) = (Recorder::new(), Recorder::new());
            let ended = engine.run(&mut run, 3, trial, &mut of_run).unwrap();
            engine.begin(&mut step, 3, trial, &mut of_steps).unwrap();
            let mut fired = 0;
            loop {
                match engine.step(&mut step, &mut of_steps).unwrap() {
                    Occurrence::Horizon => break,
                    Occurrence::Fired(firing) => {
                        assert_eq!(firing.time, step.now());
                        fired += 1;
                    }
                    _ => {}
                }
            }
            assert!(ended.at_horizon && ended.events == fired && step.events() == fired);
            assert_eq!(outcomes(&of_run), outcomes(&of_steps));
            assert_eq!(engine.store(&run), engine.store(&step));
            // There is nothing behind the horizon.
            let after = engine.step(&mut step, &mut of_steps).unwrap();
            assert_eq!(after, Occurrence::Horizon);
            assert_eq!(outcomes(&of_run), outcomes(&of_steps));
        }
    }
}

/// A state that is cloned, or written and read, half-way goes on to the same end.
#[test]
fn a_state_kept_half_way_goes_on_the_same() {
    for loaded in worlds(30) {
        let engine = Engine::new(&loaded.program);
        let mut state = engine.state();
        for trial in 0..5 {
            let mut recorder = Recorder::new();
            engine.begin(&mut state, 3, trial, &mut recorder).unwrap();
            for _ in 0..trial * 7 {
                engine.step(&mut state, &mut recorder).unwrap();
            }
            let (mut cloned, mut of_clone) = (state.clone(), recorder.clone());
            let text = serde_json::to_string(&engine.store(&state)).unwrap();
            let stored: StoredState = serde_json::from_str(&text).unwrap();
            let (mut read, mut of_read) = (engine.load(&stored).unwrap(), recorder.clone());
            assert_eq!(engine.store(&read), stored);
            engine.resume(&mut state, &mut recorder).unwrap();
            engine.resume(&mut cloned, &mut of_clone).unwrap();
            engine.resume(&mut read, &mut of_read).unwrap();
            assert_eq!(outcomes(&recorder), outcomes(&of_clone));
            assert_eq!(outcomes(&recorder), outcomes(&of_read));
            assert_eq!(engine.store(&state), engine.store(&cloned));
            assert_eq!(engine.store(&state), engine.store(&read));
        }
    }
}

#[test]
fn a_state_of_another_program_or_form_is_refused() {
    let [a, b] = ["0.5", "0.6"].map(|rate| {
        scenario(
            1.0,
            &format!(
                "[variables]\nx = {{ initial = 0 }}\n[events.e]\nrate = {rate}\ndo = [\"x += 1\"]"
            ),
        )
    });
    let [a, b] = [&a, &b].map(|loaded| Engine::new(&loaded.program));
    let mut state = a.state();
    a.begin(&mut state, 1, 1, &mut Nothing).unwrap();
    let stored = a.store(&state);
    assert!(a.load(&stored).is_ok());
    assert_eq!(b.load(&stored).unwrap_err(), StateError::OtherProgram);
    let mut text = serde_json::to_value(&stored).unwrap();
    text["version"] = 2.into();
    let later: StoredState = serde_json::from_value(text).unwrap();
    assert_eq!(a.load(&later).unwrap_err(), StateError::Version(2));
    let mut text = serde_json::to_value(&stored).unwrap();
    text["clocks"] = serde_json::Value::Array(Vec::new());
    let damaged: StoredState = serde_json::from_value(text).unwrap();
    assert_eq!(a.load(&damaged).unwrap_err(), StateError::Damaged);
    let mut text = serde_json::to_value(&stored).unwrap();
    text["slots"][0] = f64::NAN.to_bits().into();
    let damaged: StoredState = serde_json::from_value(text).unwrap();
    assert_eq!(a.load(&damaged).unwrap_err(), StateError::Damaged);
    // What an event does is part of the program.
    let other = scenario(
        1.0,
        "[variables]\nx = { initial = 0 }\n[events.e]\nrate = 0.5\ndo = [\"x -= 1\"]",
    );
    let other = Engine::new(&other.program);
    assert_eq!(other.load(&stored).unwrap_err(), StateError::OtherProgram);
}

/// What happens by itself need not be given.
fn given(occurrence: &Occurrence) -> Option<(f64, Happening)> {
    match *occurrence {
        Occurrence::Fired(Firing {
            cause: Cause::Guard,
            ..
        })
        | Occurrence::Passed { .. }
        | Occurrence::Horizon => None,
        Occurrence::Fired(firing) => {
            let (event, branch) = (firing.event, firing.branch);
            Some((firing.time, Happening::Firing { event, branch }))
        }
        Occurrence::Chosen { rule, time, .. } => Some((time, Happening::Choice { rule })),
    }
}

/// A trial that is driven with some of its own firings and choices, and then let go, comes to the same state, to the bit.
#[test]
fn driven_with_its_own_firings_a_trial_is_the_same() {
    let mut driven_steps = 0;
    for loaded in worlds(60) {
        let engine = Engine::new(&loaded.program);
        let (mut state, mut driven) = (engine.state(), engine.state());
        for trial in 0..6 {
            let own = stepped(&engine, &mut state, trial);
            let own: Vec<(f64, Happening)> = own.iter().filter_map(given).collect();
            let some = own.len() * usize::try_from(trial + 1).unwrap() / 6;
            engine.begin(&mut driven, 3, trial, &mut Nothing).unwrap();
            for (time, given) in &own[..some] {
                engine
                    .drive(&mut driven, *time, *given, &mut Nothing)
                    .unwrap();
                driven_steps += 1;
            }
            engine.resume(&mut driven, &mut Nothing).unwrap();
            assert_eq!(engine.store(&state), engine.store(&driven));
        }
    }
    assert!(driven_steps > 3_000, "{driven_steps}");
}

/// Births at rate 0.5 + 0.2 x and deaths at rate 0.3 x.
const BIRTHS_AND_DEATHS: &str = r#"
[variables]
x = { initial = 2, min = 0 }
[events.birth]
rate = "0.5 + 0.2 * x"
do = ["x += 1"]
[events.death]
when = "x > 0"
rate = "0.3 * x"
do = ["x -= 1"]
"#;

/// The log-likelihood of a path that the model did not make, by the readings of clocks and by hand: for each firing the logarithm of
/// its hazard, less both hazards integrated over [0, T]. Times are such that clocks would often have run out before.
#[test]
fn readings_of_a_driven_trial_are_its_likelihood() {
    #[derive(Default)]
    struct Likelihood(f64);
    impl Observer for Likelihood {
        fn begin(&mut self, _: &Program, _: &[f64]) {}
        fn ringing(&mut self, _: &Program, event: u32, clocks: Clocks<'_>) {
            let reading = clocks.reading(event);
            self.0 += libm::log(reading.hazard) - reading.since_fired;
        }
        fn fired(&mut self, _: &Program, _: Firing, _: &mut [f64]) -> ControlFlow<()> {
            ControlFlow::Continue(())
        }
        fn changed(&mut self, _: &Program, _: Slot) {}
        fn hold(&mut self, _: &Program, _: &mut [f64], _: f64) {}
        fn end(&mut self, _: &Program, _: &mut [f64], _: &[u64]) {}
    }
    let loaded = scenario(60.0, BIRTHS_AND_DEATHS);
    let engine = Engine::new(&loaded.program);
    let (birth, death) = (0, 1);
    let path = [
        (7.5, birth),
        (8.0, death),
        (21.0, death),
        (21.5, death),
        (34.0, birth),
        (58.0, birth),
    ];
    for trial in 0..50 {
        let mut likelihood = Likelihood::default();
        let mut state = engine.state();
        engine.begin(&mut state, 8, trial, &mut likelihood).unwrap();
        let (mut by_hand, mut x, mut now) = (0.0, 2.0, 0.0);
        for (time, event) in path {
            let branch = None;
            engine
                .drive(
                    &mut state,
                    time,
                    Happening::Firing { event, branch },
                    &mut likelihood,
                )
                .unwrap();
            let hazards = [0.5 + 0.2 * x, 0.3 * x];
            by_hand +=
                libm::log(hazards[event as usize]) - (hazards[0] + hazards[1]) * (time - now);
            x += if event == birth { 1.0 } else { -1.0 };
            now = time;
        }
        // What is left of both clocks at the time of the last firing has been spent without one.
        let unspent: f64 = [birth, death]
            .map(|event| engine.clock(&state, event).since_fired)
            .iter()
            .sum();
        let found = likelihood.0 - unspent;
        assert!((found - by_hand).abs() < 1e-9, "{found}, not {by_hand}");
    }
}

#[test]
fn what_cannot_happen_is_refused() {
    let loaded = scenario(
        10.0,
        r#"
        [variables]
        x = { initial = 0, min = 0 }
        [events.a]
        when = "x > 0"
        rate = 1
        do = ["x -= 1"]
        [events.b]
        every = 2
        do = ["x += 1"]
        [events.c]
        after = "b"
        delay = "uniform(1, 1.5)"
        do = []
        [events.d]
        clock = "uniform(1, 30)"
        do = []
        [events.e]
        instant = true
        when = "x > 7"
        do = ["x = 0"]
        "#,
    );
    let engine = Engine::new(&loaded.program);
    let [a, b, c, d, e] = [0, 1, 2, 3, 4].map(|event| Happening::Firing {
        event,
        branch: None,
    });
    let refused = |steps: &[(f64, Happening)]| {
        let mut state = engine.state();
        engine.begin(&mut state, 1, 1, &mut Nothing).unwrap();
        let (last, before) = steps.split_last().unwrap();
        for (time, given) in before {
            engine
                .drive(&mut state, *time, *given, &mut Nothing)
                .unwrap();
        }
        let refused = engine.drive(&mut state, last.0, last.1, &mut Nothing);
        refused.map(|_| ()).map_err(|error| error.to_string())
    };
    let told = [
        (
            &[(0.5, a)][..],
            "`a` cannot happen at t = 0.5: its guard does not hold",
        ),
        (&[(2.5, d)], "`b` comes before, at t = 2"),
        (
            &[(1.5, b)],
            "`b` cannot happen at t = 1.5: it is no date of its calendar",
        ),
        (
            &[(1.5, c)],
            "`c` cannot happen at t = 1.5: no cause of it is under way",
        ),
        (
            &[(1.5, e)],
            "`e` cannot happen at t = 1.5: instant events fire by themselves",
        ),
        (&[(2.0, b), (3.9, a)], "`c` comes before, at t = "),
        (
            &[(1.5, d), (1.0, d)],
            "t = 1 does not lie between the trial's time, 1.5, and its horizon",
        ),
        (
            &[(10.5, d)],
            "t = 10.5 does not lie between the trial's time, 0, and its horizon",
        ),
        (
            &[(
                1.5,
                Happening::Firing {
                    event: 3,
                    branch: Some(0),
                },
            )],
            "`d` cannot happen at t = 1.5: it has no such branch",
        ),
    ];
    for (steps, text) in told {
        let error = refused(steps).unwrap_err();
        assert!(error.starts_with(text), "{error}");
    }
    // Between its ends d can have fired at any time, before 1 it is a wonder but no contradiction; c may come early or late.
    assert_eq!(refused(&[(1.5, d), (2.0, b), (3.25, c), (3.3, d)]), Ok(()));
    // A law that has ended cannot have lasted.
    let only = scenario(
        9.0,
        "[events.d]\nclock = \"uniform(1, 3)\"\ndo = []\n[events.f]\nrate = 0.1\ndo = []",
    );
    let engine = Engine::new(&only.program);
    let mut state = engine.state();
    engine.begin(&mut state, 1, 1, &mut Nothing).unwrap();
    let f = Happening::Firing {
        event: 1,
        branch: None,
    };
    let error = engine.drive(&mut state, 3.5, f, &mut Nothing).unwrap_err();
    assert!(matches!(error, DriveError::Impossible { .. }), "{error}");
}

/// A clock that is known to have lasted has what is left of its life by the law given that age: F(t | a) = 1 − S(t) / S(a).
#[test]
fn what_is_left_of_a_life_is_drawn_given_that_it_lasted() {
    const TRIALS: u64 = 20_000;
    let loaded = scenario(
        1e3,
        "[events.a]\nclock = \"weibull(shape = 1.7, scale = 2)\"\ndo = []\n[events.b]\nrate = 0.1\ndo = []",
    );
    let engine = Engine::new(&loaded.program);
    let survival = |age: f64| libm::exp(-libm::pow(age / 2.0, 1.7));
    let mut state = engine.state();
    let mut lasted = Vec::new();
    for trial in 0..TRIALS {
        engine.begin(&mut state, 5, trial, &mut Nothing).unwrap();
        // In most trials a would have fired before.
        let b = Happening::Firing {
            event: 1,
            branch: None,
        };
        engine.drive(&mut state, 3.0, b, &mut Nothing).unwrap();
        let age = loop {
            match engine.step(&mut state, &mut Nothing).unwrap() {
                Occurrence::Fired(firing) if firing.event == 0 => break firing.time,
                _ => {}
            }
        };
        lasted.push(1.0 - survival(age) / survival(3.0));
    }
    let p = uniform(&lasted).1;
    assert!(p > 1e-6, "{p}");
}

/// On other branches a trial goes on with other numbers: independent of each other, and by the same law given the state.
#[test]
fn branches_are_independent_and_by_the_same_law() {
    const TRIALS: u64 = 10_000;
    let loaded = scenario(
        1e3,
        "[events.a]\nclock = \"gamma(shape = 3, scale = 1)\"\ndo = []\n[events.b]\nevery = 1.5\ndo = []",
    );
    let engine = Engine::new(&loaded.program);
    // Survival of a sum of three unit exponentials.
    let survival = |t: f64| libm::exp(-t) * (1.0 + t + t * t / 2.0);
    let first_after = |state: &mut TrialState| loop {
        match engine.step(state, &mut Nothing).unwrap() {
            Occurrence::Fired(firing) if firing.event == 0 => break firing.time,
            _ => {}
        }
    };
    let mut state = engine.state();
    let mut left: [Vec<f64>; 2] = [Vec::new(), Vec::new()];
    let (mut product, mut kept) = (0.0, 0);
    for trial in 0..TRIALS {
        engine.begin(&mut state, 6, trial, &mut Nothing).unwrap();
        let mut fired = false;
        while state.now() < 1.5 {
            let step = engine.step(&mut state, &mut Nothing).unwrap();
            fired |= matches!(step, Occurrence::Fired(firing) if firing.event == 0);
        }
        if fired {
            continue;
        }
        kept += 1;
        // Nothing is drawn anew without being asked for: the branch shows once the clock has fired.
        let mut same = state.clone();
        engine.branch(&mut same, 1, false);
        let mut own = state.clone();
        assert_eq!(first_after(&mut own), first_after(&mut same));
        assert_ne!(first_after(&mut own), first_after(&mut same));
        let both = [1, 2].map(|branch| {
            let mut other = state.clone();
            engine.branch(&mut other, branch, true);
            1.0 - survival(first_after(&mut other)) / survival(1.5)
        });
        product += (both[0] - 0.5) * (both[1] - 0.5);
        for (left, new) in left.iter_mut().zip(both) {
            left.push(new);
        }
    }
    for left in &left {
        let p = uniform(left).1;
        assert!(p > 1e-6, "{p}");
    }
    // Of independent uniforms the product has mean 0 and sd 1/12; six nines are 4.9 of its errors.
    let z = 12.0 * product / f64::from(kept).sqrt();
    assert!(kept > 7_000 && z.abs() < 4.9, "{z} over {kept}");
}

/// An observer can end a trial, which can be gone on with.
#[test]
fn an_observer_that_has_seen_enough_ends_a_trial() {
    struct UntilThird(Recorder, u64);
    impl Observer for UntilThird {
        fn begin(&mut self, program: &Program, memory: &[f64]) {
            self.0.begin(program, memory);
        }
        fn fired(
            &mut self,
            program: &Program,
            firing: Firing,
            memory: &mut [f64],
        ) -> ControlFlow<()> {
            self.1 += 1;
            self.0.fired(program, firing, memory)?;
            if self.1 == 3 {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        }
        fn changed(&mut self, program: &Program, slot: Slot) {
            self.0.changed(program, slot);
        }
        fn hold(&mut self, program: &Program, memory: &mut [f64], until: f64) {
            self.0.hold(program, memory, until);
        }
        fn end(&mut self, program: &Program, memory: &mut [f64], fired: &[u64]) {
            self.0.end(program, memory, fired);
        }
    }
    let loaded = config("belarus-2019", Some("multi-vector"));
    let engine = Engine::new(&loaded.program);
    let (mut state, mut whole) = (engine.state(), engine.state());
    for trial in 0..5 {
        let mut all = Recorder::new();
        engine.run(&mut whole, 3, trial, &mut all).unwrap();
        let mut until = UntilThird(Recorder::new(), 0);
        let ended = engine.run(&mut state, 3, trial, &mut until).unwrap();
        assert!(!ended.at_horizon && ended.events == 3);
        let ended = engine.resume(&mut state, &mut until).unwrap();
        assert!(ended.at_horizon);
        assert_eq!(outcomes(&all), outcomes(&until.0));
        assert_eq!(engine.store(&whole), engine.store(&state));
    }
}

/// A clock that has run at hazard 0 reads a number once its hazard rises; one that is due stays due on a branch.
#[test]
fn clocks_at_the_edges_of_what_they_read() {
    let loaded = scenario(
        9.0,
        r#"
        [variables]
        n = { initial = 0, min = 0 }
        [events.a]
        rate = "1e-6 * n"
        do = []
        [events.b]
        at = [1.0, 3.0]
        do = ["n = 2"]
        [events.c]
        every = 2
        priority = 1
        do = []
        [events.d]
        clock = "empirical([2, 4])"
        do = []
        "#,
    );
    let engine = Engine::new(&loaded.program);
    let names: Vec<&str> = loaded.program.event_names().collect();
    let place = |name: &str| u32::try_from(names.iter().position(|n| *n == name).unwrap()).unwrap();
    let [a, c, d] = ["a", "c", "d"].map(place);
    let mut state = engine.state();
    let (mut at_two, mut moved) = (0, 0);
    for trial in 0..40 {
        engine.begin(&mut state, 1, trial, &mut Nothing).unwrap();
        assert_eq!(engine.clock(&state, a).since_enabled, 0.0);
        let next = |state: &mut TrialState| match engine.step(state, &mut Nothing).unwrap() {
            Occurrence::Fired(firing) => (firing.event, firing.time),
            other => panic!("{other:?}"),
        };
        while next(&mut state) != (c, 2.0) {}
        let read = engine.clock(&state, a);
        assert!((read.since_enabled - 2e-6).abs() < 1e-15, "{read:?}");
        let due = next(&mut state.clone()) == (d, 2.0);
        engine.branch(&mut state, 1, true);
        let still = next(&mut state) == (d, 2.0);
        assert!(!due || still, "what is due stays due");
        at_two += i32::from(due);
        moved += i32::from(still && !due);
    }
    assert!(at_two > 5 && moved == 0, "{at_two}, {moved}");
}
