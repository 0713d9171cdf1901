//! The engine against the oracle: same events, causes and states in the same order, at the same times to the bit.

use crate::edges;
use crate::random::scenarios;
use crate::support::{config, load_text, load_with_policy, scenario};
use detente::study::Loaded;
use detente_sim::engine::{Cause, Engine, Firing, Observer, Oracle, Recorder};
use detente_sim::program::{Program, Slot};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::ops::ControlFlow;
use std::path::Path;

/// Every firing of a trajectory with the state that it leaves.
#[derive(Default)]
struct Log {
    slots: usize,
    /// Choices stand behind all events, as the rank of their rule.
    fired: Vec<Firing>,
    states: Vec<Vec<f64>>,
    rules_from: u32,
    turned: Vec<(u32, u64)>,
}

impl Observer for Log {
    fn begin(&mut self, program: &Program, _: &[f64]) {
        *self = Self {
            slots: program.slot_names().count(),
            rules_from: u32::try_from(program.event_names().count()).unwrap(),
            ..Self::default()
        };
    }

    fn fired(&mut self, _: &Program, firing: Firing, memory: &mut [f64]) -> ControlFlow<()> {
        self.fired.push(firing);
        self.states.push(memory[..self.slots].to_vec());
        ControlFlow::Continue(())
    }

    fn turned(&mut self, rule: u32, turn: u64) {
        self.turned.push((rule, turn));
    }

    fn chosen(&mut self, rule: u32, firing: u64, time: f64, memory: &[f64]) -> ControlFlow<()> {
        let event = self.rules_from + rule;
        let choice = Firing {
            event,
            time,
            cause: Cause::Event { event, firing },
            branch: None,
        };
        self.fired.push(choice);
        self.states.push(memory[..self.slots].to_vec());
        ControlFlow::Continue(())
    }

    fn changed(&mut self, _: &Program, _: Slot) {}

    fn hold(&mut self, _: &Program, _: &mut [f64], _: f64) {}

    fn end(&mut self, _: &Program, _: &mut [f64], _: &[u64]) {}
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// Compares the first `trials` trials and returns how many events they had.
#[track_caller]
fn agree(loaded: &Loaded, trials: u64) -> u64 {
    let program = &loaded.program;
    let names: Vec<&str> = program.event_names().chain(program.rule_names()).collect();
    let (engine, mut oracle) = (Engine::new(program), Oracle::new(program));
    let mut state = engine.state();
    let (mut fast, mut slow) = (Log::default(), Log::default());
    let mut events = 0;
    for trial in 0..trials {
        let fast_ended = engine.run(&mut state, 9, trial, &mut fast).unwrap();
        let slow_ended = oracle.run(9, trial, &mut slow).unwrap();
        for (index, (a, b)) in fast.fired.iter().zip(&slow.fired).enumerate() {
            assert!(
                a == b,
                "trial {trial}, event {index}: `{}` at {} against `{}` at {} ({:?}, {:?})",
                names[a.event as usize],
                a.time,
                names[b.event as usize],
                b.time,
                a,
                b
            );
        }
        assert_eq!(fast_ended, slow_ended, "trial {trial}: number of events");
        assert_eq!(
            fast.fired.len(),
            slow.fired.len(),
            "trial {trial}: number of firings"
        );
        // Rules that turn at one instant do so in no order that matters: their choices are ordered by rule.
        fast.turned.sort_unstable();
        slow.turned.sort_unstable();
        assert_eq!(fast.turned, slow.turned, "trial {trial}: turns of rules");
        for (index, (a, b)) in fast.states.iter().zip(&slow.states).enumerate() {
            assert_eq!(bits(a), bits(b), "trial {trial}, state after event {index}");
        }
        events += fast_ended.events;
    }
    // Outcomes pass through recorders of one kind, of which the oracle's reads expressions without tables.
    let (mut fast, mut slow) = (Recorder::new(), Recorder::plain());
    for trial in 0..trials.min(20) {
        engine.run(&mut state, 9, trial, &mut fast).unwrap();
        oracle.run(9, trial, &mut slow).unwrap();
        assert_eq!(bits(fast.outcomes()), bits(slow.outcomes()));
        assert_eq!(bits(fast.kinds()), bits(slow.kinds()));
    }
    events
}

#[test]
fn on_every_scenario_of_the_project() {
    for policy in [
        "multi-vector",
        "csto-integration",
        "nato-turn",
        "armed-neutrality",
        "passive",
        "hedge",
    ] {
        assert!(agree(&config("belarus-2019.toml", Some(policy)), 30) > 3_000);
    }
    assert!(agree(&config("ladder.toml", None), 200) > 1_000);
    for policy in ["1983-as-planned", "1983-step-back"] {
        assert!(agree(&config("cold-war-1983.toml", Some(policy)), 50) > 1_000);
    }
    assert!(agree(&config("observed/belarus-2019.toml", None), 20) > 1_000);
    assert!(agree(&config("arms-race.toml", None), 20) > 2_000);
}

/// Every kind of clock, driven by a state that changes often; memory, branches, hysteresis, consequences,
/// instants that halt clocks for no time, rules of a policy.
#[test]
fn on_everything_at_once() {
    let text = r#"
        [scenario]
        name = "t"
        time_unit = "year"
        horizon = 20.0
        [parameters]
        b = { value = 0.3, unit = "1" }
        [variables]
        x = { initial = 3, min = 0 }
        mode = { states = ["calm", "hot", "frozen"], initial = "calm" }
        z = { initial = 0.5 }
        [levers.course]
        default = "soft"
        options = ["soft", "hard"]
        [events]
        up      = { rate = "0.8 + 0.1 * if(course == hard, 1, 0)", do = ["x += 1", "z = z * 0.9 + 0.1 * x"] }
        down    = { when = "x > 0", rate = "0.3 * x * exp(-b * z)", do = ["x -= 1"] }
        heat    = { when = "mode == calm", clock = "weibull(shape = 1.7, scale = 2 + 0.1 * x)", hazard_ratio = "exp(b * (x - 3))", do = ["mode = hot"] }
        cool    = { when = "mode == hot", clock = "lognormal(median = 0.7, sigma = 0.8)", speed = "1 + 0.2 * x", memory = "resume", do = ["mode = calm"] }
        freeze  = { when = "x >= 4", clock = "gamma(shape = 3, mean = 1)", memory = "resume", do = ["mode = frozen"] }
        thaw    = { after = "freeze", delay = "uniform(0.1, 0.6)", when = "mode == frozen", do = ["mode = calm"] }
        flicker = { instant = true, when = "mode == hot and x == 5", do = ["mode = frozen", "x = 6"] }
        steady  = { instant = true, when = "mode == frozen and x == 6", do = ["mode = hot"] }
        review  = { every = 1.25, when = "mode != frozen", branches = [
            { probability = "0.2 + if(x > 3, 0.3, 0)", do = ["x += 1"] },
            { probability = "0.8 - if(x > 3, 0.3, 0)", do = ["z = 0"] },
        ] }
        echo    = { after = "review", probability = "min(1, 0.2 * x)", delay = "exponential(rate = 1 + x)", do = ["z += 0.1"] }
        limited = { clock = "uniform(0.5, 3)", hazard_ratio = "if(mode == hot, 0, 0.5 + z / (1 + z))", do = ["z += 1"] }
        ticking = { when = "mode != frozen", clock = "fixed(0.9)", speed = "if(mode == hot, 2, 0.5)", do = [] }
        seen    = { when = "mode == hot", clock = "empirical([0.2, 0.4, 0.4, 1.5])", memory = "resume", do = ["z += 0.01"] }
        [doctrine]
        levels = ["a", "b", "c"]
        [doctrine.factors.many]
        level = "b"
        active_when = "x >= 5"
        clears_when = "x <= 3"
        [doctrine.factors.hot]
        level = "c"
        active_when = "mode == hot"
        [doctrine.rules]
        b = "count(b) > 0"
        c = "count(b) > 0 and count(c) > 0"
        [outcomes]
        share = { time_share = "doctrine == c" }
        z     = { time_average = "z" }
        first = { first_time = "active(many)" }
        "#;
    let policy = r#"
        name = "p"
        [rules.harden]
        when = "doctrine == c"
        delay = "exponential(mean = 0.3)"
        choose = { course = "hard" }
        [rules.soften]
        when = "doctrine == a and course == hard"
        delay = "fixed(0.5)"
        choose = { course = "soft" }
        "#;
    let loaded = load_with_policy(text, Some(policy));
    assert!(agree(&loaded, 300) > 15_000);
}

/// A trial that breaks a rule of the formalism breaks it in both samplers: same event, time, problem and state.
#[test]
fn on_trials_that_fail() {
    let inputs = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/detente/inputs/failing");
    let mut failures = 0;
    for entry in std::fs::read_dir(inputs).unwrap() {
        let loaded = load_text(&std::fs::read_to_string(entry.unwrap().path()).unwrap());
        let (engine, mut oracle) = (Engine::new(&loaded.program), Oracle::new(&loaded.program));
        let mut state = engine.state();
        for trial in 0..20 {
            let fast = engine.run(&mut state, 9, trial, &mut Log::default());
            let slow = oracle.run(9, trial, &mut Log::default());
            match (fast, slow) {
                (Ok(fast), Ok(slow)) => assert_eq!(fast, slow),
                (Err(fast), Err(slow)) => {
                    assert_eq!(fast, slow);
                    failures += 1;
                }
                (fast, slow) => panic!("{fast:?} against {slow:?}"),
            }
        }
    }
    assert!(failures > 60, "{failures} failures");
}

#[test]
fn ties_and_cascades() {
    let loaded = scenario(
        12.0,
        r#"
        [variables]
        x = { initial = 0 }
        y = { initial = 0 }
        [events]
        a = { every = 1, do = ["x += 1"] }
        b = { every = 0.5, do = ["y += x"] }
        c = { every = 1, priority = 2, do = ["x = x * 2"] }
        d = { after = "a", delay = "fixed(1)", do = ["x -= 1"] }
        e = { after = "b", probability = 0.5, delay = "fixed(0.5)", do = ["y += 1"] }
        f = { instant = true, when = "x > 20", do = ["x = 0"] }
        g = { instant = true, when = "y > 30", priority = 1, do = ["y = 0", "x += 7"] }
        h = { clock = "fixed(1.5)", do = ["y += 1"] }
        [outcomes]
        x = { final = "x" }
        "#,
    );
    assert!(agree(&loaded, 50) > 1_000);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn on_random_scenarios(random in scenarios()) {
        let loaded = load_with_policy(&random.scenario, Some(&random.policy));
        agree(&loaded, 5);
    }
}

/// Neighbouring firings at one instant, and those closer than 1e-12 of their time.
fn meetings(times: &[f64]) -> [usize; 2] {
    let pairs = times.windows(2);
    let gaps: Vec<f64> = pairs.map(|pair| (pair[1] - pair[0]) / pair[1]).collect();
    let equal = gaps.iter().filter(|gap| **gap == 0.0).count();
    let close = gaps.iter().filter(|gap| **gap > 0.0 && **gap < 1e-12);
    [equal, close.count()]
}

/// The scenarios meet the edges that they are made for: many firings are at one instant, and many within the last bits.
#[test]
fn on_the_edges_of_time() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::{Config, TestRunner};
    let config = Config {
        rng_seed: RngSeed::Fixed(2),
        ..Config::default()
    };
    let mut runner = TestRunner::new(config);
    let (mut equal, mut near, mut longest) = (0, 0, 0);
    for _ in 0..200 {
        let text = edges::scenarios().new_tree(&mut runner).unwrap().current();
        let loaded = load_text(&text);
        agree(&loaded, 4);
        let mut log = Log::default();
        let engine = Engine::new(&loaded.program);
        let ended = engine.run(&mut engine.state(), 9, 0, &mut log).unwrap();
        let times: Vec<f64> = log.fired.iter().map(|firing| firing.time).collect();
        let [same, close] = meetings(&times);
        (equal, near, longest) = (equal + same, near + close, longest.max(ended.events));
    }
    println!("{equal} at one instant, {near} within the last bits, {longest} events at most");
    assert!(equal > 80 && near > 20 && longest > 5_000);
}
