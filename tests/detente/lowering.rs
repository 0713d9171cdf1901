//! Scenarios as programs: derived names in slots, and programs bound to values of the parameters.

use crate::support::scenario;
use detente_sim::engine::{Engine, Oracle, Recorder};
use detente_sim::program::{Program, UnboundProgram, compile};

/// Effects see derived names as those before them have left the variables, the doctrine as it was before the event.
#[test]
fn effects_see_derived_names_in_between() {
    let loaded = scenario(
        1.0,
        r#"
        [variables]
        a = { initial = 1 }
        b = { initial = 0 }
        c = { initial = 0 }
        d = { initial = 0 }
        [derived]
        twice = "2 * a"
        four  = "2 * twice"
        loud  = "four + 100 * count(danger)"
        [events.e]
        at = [0.5]
        do = ["a += 1", "b = twice", "a += 1", "c = loud", "d = four"]
        [events.slow]
        rate = "1e-9 * (twice + loud)"
        do = []
        [doctrine]
        levels = ["stability", "danger"]
        [doctrine.factors.much]
        level = "danger"
        active_when = "four > 10"
        [doctrine.rules]
        danger = "loud > 100"
        [outcomes]
        b = { final = "b" }
        c = { final = "c" }
        d = { final = "d" }
        loud = { final = "loud" }
        level = { final = "if(doctrine == danger, 1, 0)" }
        "#,
    );
    let engine = Engine::new(&loaded.program);
    let mut recorder = Recorder::new();
    engine
        .run(&mut engine.state(), 1, 1, &mut recorder)
        .unwrap();
    assert_eq!(recorder.outcomes(), [4.0, 12.0, 12.0, 112.0, 1.0]);
}

/// A program that is lowered once and bound to values is the one that is compiled with these values set.
#[test]
fn binding_is_compiling() {
    let body = r#"
        [parameters]
        rate  = { value = 0.5, unit = "1" }
        most  = { value = 5, unit = "1" }
        shape = { value = 1.5, unit = "1" }
        step  = { value = 0.5, unit = "year" }
        share = { value = 0.25, unit = "1" }
        [variables]
        x = { initial = "floor(most / 2)", min = 0, max = "most" }
        y = { initial = 0.0 }
        [derived]
        pull = "rate * exp(0.1 * min(x, 20)) + abs(y)"
        [events.up]
        when = "x < most"
        rate = "pull"
        do   = ["x += 1"]
        branches = [ { probability = "share", do = ["y += rate"] }, { probability = "1 - share", do = [] } ]
        [events.down]
        when  = "x > 0"
        clock = "weibull(shape = shape, scale = 1)"
        hazard_ratio = "exp(0.2 * min(x, 20))"
        do    = ["x -= 1"]
        [events.date]
        every = "step"
        do    = ["y = 0.5 * y"]
        [events.later]
        after = "up"
        delay = "gamma(shape = shape, mean = rate)"
        do    = ["y -= 0.1"]
        [outcomes]
        x = { time_average = "x" }
        y = { integral = "y * y" }
        top = { maximum = "pull" }
    "#;
    let loaded = scenario(20.0, body);
    let lowered = UnboundProgram::lower(&loaded.scenario, &loaded.policy);
    let run = |program: &Program| {
        let engine = Engine::new(program);
        let (mut state, mut recorder) = (engine.state(), Recorder::new());
        let mut all = Vec::new();
        for trial in 0..20 {
            engine.run(&mut state, 4, trial, &mut recorder).unwrap();
            all.extend(recorder.outcomes().iter().map(|value| value.to_bits()));
        }
        all
    };
    for values in [
        [0.5, 5.0, 1.5, 0.5, 0.25],
        [0.7, 5.0, 0.8, 0.3, 0.75],
        [0.2, 900.0, 3.0, 2.0, 0.0],
        [1.5, 2.0, 1.0, 0.125, 1.0],
    ] {
        let policy = loaded
            .policy
            .with_parameters(values.into_iter().enumerate());
        let compiled = compile(&loaded.scenario, &policy).unwrap();
        let bound = lowered.bind(&values).unwrap();
        assert_eq!(run(&compiled), run(&bound));
    }
    let errors = lowered.bind(&[-1.0, -2.0, 0.0, 0.0, 1.5]).unwrap_err();
    let policy = [-1.0, -2.0, 0.0, 0.0, 1.5].into_iter().enumerate();
    let compiled = compile(&loaded.scenario, &loaded.policy.with_parameters(policy));
    assert_eq!(errors, compiled.unwrap_err());
    assert!(errors.len() >= 5, "{errors:#?}");
}

/// Between two assignments a variable may be beyond its bounds, where no table has a value for it.
#[test]
fn derived_names_in_between_need_no_tables() {
    let body = |effects: &str| {
        format!(
            r#"
            [variables]
            n = {{ initial = 9, min = 0, max = 10 }}
            x = {{ initial = 1.0 }}
            [derived]
            d = "exp(0.3 * n) * x"
            [events.e]
            at = [0.5]
            do = {effects}
            [events.slow]
            rate = "1e-9 * d"
            do = []
            [outcomes]
            x = {{ final = "x" }}
            d = {{ final = "d" }}
            "#
        )
    };
    for (between, value) in [("12", 12.0), ("2.5", 2.5), ("-3", -3.0)] {
        let effects = format!("[\"n = {between}\", \"x = d\", \"n = 3\"]");
        let loaded = scenario(1.0, &body(&effects));
        let (mut fast, mut slow) = (Recorder::new(), Recorder::plain());
        let engine = Engine::new(&loaded.program);
        engine.run(&mut engine.state(), 1, 1, &mut fast).unwrap();
        Oracle::new(&loaded.program).run(1, 1, &mut slow).unwrap();
        let x = libm::exp(0.3 * value);
        assert_eq!(fast.outcomes(), [x, libm::exp(0.3 * 3.0) * x]);
        assert_eq!(fast.outcomes(), slow.outcomes());
    }
    let loaded = scenario(1.0, &body("[\"n += 2\", \"x = d\"]"));
    let engine = Engine::new(&loaded.program);
    let failure = engine.run(&mut engine.state(), 1, 1, &mut Recorder::new());
    let failure = failure.unwrap_err().to_string();
    assert!(failure.contains("`n` is 11, above its max 10"), "{failure}");
}
