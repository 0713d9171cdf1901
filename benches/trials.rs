//! Nanoseconds an event on one thread, beside plain loops of the same models written by hand.
//!
//! Each model's answers are checked first, on both sides, so that nothing fast and wrong is timed. `cargo bench` measures
//! and ends with a table; `cargo bench -- --test` only checks.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark that cannot run says so, and prints what it measured"
)]

mod by_hand;

use by_hand::ring::{self, Ring};
use by_hand::{ArmsRace, ByHand, Ladder, Pinned, System};
use criterion::{Criterion, Throughput};
use detente::study::{Loaded, Overrides, Plan, Sampler, load, simulate};
use detente_sim::engine::{Engine, Recorder};
use detente_sim::program::{Program, UnboundProgram};
use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

const SEED: u64 = 1;

/// Rounds of the closing table. Each side's fastest counts, because whatever else runs can only slow a round down.
const ROUNDS: usize = 100;

/// What a model is benchmarked with.
struct Model {
    name: String,
    loaded: Loaded,
    by_hand: Option<ByHands>,
    /// Outcomes with their exact means, by their place in the scenario.
    answers: Vec<(usize, f64)>,
    /// Trials that the answers are checked with.
    checked: u64,
    /// Trials of one measurement.
    timed: u64,
}

/// A loop with the pinned mathematics that the engine uses too, and the same loop with the system's.
struct ByHands {
    pinned: Box<dyn ByHand>,
    system: Box<dyn ByHand>,
}

fn models() -> Vec<Model> {
    let mut models = vec![
        Model {
            name: "ladder".to_owned(),
            loaded: config("ladder.toml", None),
            by_hand: Some(ByHands {
                pinned: Box::new(Ladder::<Pinned>::new()),
                system: Box::new(Ladder::<System>::new()),
            }),
            answers: vec![(0, 0.162_360), (6, 1.798_519)],
            checked: 50_000,
            timed: 2_000,
        },
        Model {
            name: "arms-race".to_owned(),
            loaded: config("arms-race.toml", None),
            by_hand: Some(ByHands {
                pinned: Box::new(ArmsRace::<Pinned>::new()),
                system: Box::new(ArmsRace::<System>::new()),
            }),
            answers: vec![(0, 0.276_046), (6, 3.340_739)],
            checked: 20_000,
            timed: 100,
        },
    ];
    for (sectors, checked, timed) in [(8, 20_000, 100), (64, 2_000, 20), (512, 250, 2)] {
        models.push(Model {
            name: format!("ring-{sectors}"),
            loaded: ring_of(sectors),
            by_hand: Some(ByHands {
                pinned: Box::new(Ring::<Pinned>::new(sectors)),
                system: Box::new(Ring::<System>::new(sectors)),
            }),
            answers: vec![(0, ring_mean())],
            checked,
            timed,
        });
    }
    models.push(Model {
        name: "belarus-2019".to_owned(),
        loaded: config("belarus-2019", Some("multi-vector")),
        by_hand: None,
        answers: Vec::new(),
        checked: 0,
        timed: 100,
    });
    models
}

fn config(name: &str, policy: Option<&str>) -> Loaded {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../configs")
        .join(name);
    load(&path, policy, &Overrides::default()).expect("the project's own scenario")
}

/// The ring of n sectors as a scenario.
fn ring_of(sectors: usize) -> Loaded {
    let set: Vec<String> = (0..sectors)
        .map(|sector| format!("s{sector} = {{ next = \"s{}\" }}", (sector + 1) % sectors))
        .collect();
    let text = format!(
        r#"
        [scenario]
        name = "ring-{sectors}"
        time_unit = "year"
        horizon = {:?}
        [sets]
        sector = {{ {} }}
        [variables]
        "v_{{sector}}" = {{ for = "sector", initial = {}, min = 0, max = {most} }}
        [events."up_{{sector}}"]
        for = "sector"
        when = "v_{{sector}} < {most}"
        rate = "0.5 * (1 + 0.1 * v_{{sector.next}})"
        do = ["v_{{sector}} += 1"]
        [events."down_{{sector}}"]
        for = "sector"
        rate = "0.2 * v_{{sector}}"
        do = ["v_{{sector}} -= 1"]
        [outcomes]
        mean = {{ final = "sum(sector, v_{{sector}}) / {sectors}" }}
        "#,
        ring::HORIZON,
        set.join(", "),
        ring::INITIAL,
        most = ring::MOST,
    );
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("ring.toml");
    std::fs::write(&path, text).expect("a temporary file");
    load(&path, None, &Overrides::default()).expect("a sound scenario")
}

/// By symmetry all sectors have one mean m with m' = 0.5 (1 + 0.1 m) - 0.2 m, as long as none meets its cap, which has a
/// probability below 1e-8.
fn ring_mean() -> f64 {
    let limit = 0.5 / 0.15;
    limit + (f64::from(ring::INITIAL) - limit) * libm::exp(-0.15 * ring::HORIZON)
}

/// A mean over trials with its standard error.
#[derive(Clone, Copy)]
struct Estimate {
    mean: f64,
    se: f64,
}

impl Estimate {
    fn of(values: &[f64]) -> Self {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
        Self {
            mean,
            se: (squares / (n - 1.0) / n).sqrt(),
        }
    }

    /// Within five standard errors of another, which may be exact.
    fn assert_near(self, other: Self, what: &str) {
        let se = libm::hypot(self.se, other.se);
        let distance = (self.mean - other.mean) / se;
        assert!(
            se > 0.0 && distance.abs() < 5.0,
            "{what}: {} against {}",
            self.mean,
            other.mean
        );
    }
}

/// Both sides agree in every outcome, and are right where the answer is known.
fn check(model: &mut Model) {
    let Some(by_hand) = &mut model.by_hand else {
        return;
    };
    let plan = Plan {
        seed: SEED,
        trials: model.checked,
        threads: 1,
        sampler: Sampler::Engine,
        precision: None,
    };
    let summary = simulate(&model.loaded, plan).expect("trials run");
    let engine: Vec<Estimate> = summary
        .outcomes
        .values()
        .map(|outcome| Estimate {
            mean: outcome.mean,
            se: outcome.se.expect("many trials"),
        })
        .collect();
    for (how, by_hand) in [
        ("pinned", &mut by_hand.pinned),
        ("system", &mut by_hand.system),
    ] {
        let hand = estimates(by_hand.as_mut(), model.checked, engine.len());
        for ((name, engine), hand) in summary.outcomes.keys().zip(&engine).zip(&hand) {
            let what = format!("{}, {name}, engine and by hand ({how})", model.name);
            engine.assert_near(*hand, &what);
        }
        for (place, mean) in &model.answers {
            let exact = Estimate {
                mean: *mean,
                se: 0.0,
            };
            let what = format!("{}, outcome {place}", model.name);
            engine[*place].assert_near(exact, &format!("{what}, engine"));
            hand[*place].assert_near(exact, &format!("{what}, by hand ({how})"));
        }
    }
}

/// Every outcome by hand.
fn estimates(by_hand: &mut dyn ByHand, trials: u64, outcomes: usize) -> Vec<Estimate> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(SEED);
    let mut row = vec![0.0; outcomes];
    let mut columns = vec![Vec::new(); outcomes];
    for _ in 0..trials {
        by_hand.trial(&mut random, &mut row);
        for (column, outcome) in columns.iter_mut().zip(&row) {
            column.push(*outcome);
        }
    }
    columns.iter().map(|column| Estimate::of(column)).collect()
}

/// Trials by the engine, with all that they record; says how many events fired.
fn engine_trials(model: &Model) -> impl FnMut() -> u64 {
    let (program, trials) = (&model.loaded.program, model.timed);
    let (engine, mut recorder) = (Engine::new(program), Recorder::new());
    let mut state = engine.state();
    move || {
        (0..trials)
            .map(|trial| {
                let ended = engine.run(&mut state, SEED, trial, &mut recorder);
                black_box(recorder.outcomes());
                ended.expect("the trial runs").events
            })
            .sum()
    }
}

/// Trials by hand; says how many events fired.
fn hand_trials(by_hand: &mut dyn ByHand, trials: u64, outcomes: usize) -> impl FnMut() -> u64 {
    let mut outcomes = vec![0.0; outcomes];
    move || {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(SEED);
        (0..trials)
            .map(|_| {
                let events = by_hand.trial(&mut random, &mut outcomes);
                black_box(&outcomes);
                events
            })
            .sum()
    }
}

/// Criterion's own measurement: the throughput that it prints is events a second.
fn measure(criterion: &mut Criterion, model: &mut Model) {
    let mut group = criterion.benchmark_group(&model.name);
    {
        let mut trials = engine_trials(model);
        group.throughput(Throughput::Elements(trials()));
        group.bench_function("engine", |bencher| bencher.iter(&mut trials));
    }
    if let Some(by_hand) = &mut model.by_hand {
        let outcomes = model.loaded.program.outcomes().len();
        let mut trials = hand_trials(by_hand.pinned.as_mut(), model.timed, outcomes);
        group.throughput(Throughput::Elements(trials()));
        group.bench_function("by hand", |bencher| bencher.iter(&mut trials));
    }
    group.finish();
}

/// What a draw of the parameters costs before its first trial: the scenario is lowered once, and bound to each draw's values.
fn measure_binding(criterion: &mut Criterion) {
    let loaded = config("belarus-2019", Some("multi-vector"));
    let lower = || UnboundProgram::lower(&loaded.scenario, &loaded.policy);
    let lowered = lower();
    let bind = || lowered.bind(lowered.parameters()).expect("the values fit");
    let outcomes = |program: &Program| {
        let (engine, mut recorder) = (Engine::new(program), Recorder::new());
        let ended = engine.run(&mut engine.state(), SEED, 0, &mut recorder);
        ended.expect("the trial runs");
        let outcomes = recorder.outcomes().iter();
        outcomes.map(|value| value.to_bits()).collect::<Vec<u64>>()
    };
    assert_eq!(outcomes(&bind()), outcomes(&loaded.program));
    let mut group = criterion.benchmark_group("a draw of belarus-2019");
    group.bench_function("lower", |bencher| bencher.iter(lower));
    group.bench_function("bind", |bencher| bencher.iter(bind));
    group.finish();
}

/// Nanoseconds an event of one round.
fn nanoseconds(trials: &mut impl FnMut() -> u64) -> f64 {
    let start = Instant::now();
    let events = trials();
    start.elapsed().as_secs_f64() * 1e9 / events as f64
}

/// The closing line of a model, all sides in turn in this one process.
fn line(model: &mut Model) {
    let (name, timed) = (model.name.clone(), model.timed);
    let outcomes = model.loaded.program.outcomes().len();
    let mut by_hand = model.by_hand.take();
    let mut engine = engine_trials(model);
    let mut fastest = [f64::INFINITY; 3];
    let mut take = |side: usize, nanoseconds: f64| fastest[side] = nanoseconds.min(fastest[side]);
    if let Some(ByHands { pinned, system }) = &mut by_hand {
        let mut pinned = hand_trials(pinned.as_mut(), timed, outcomes);
        let mut system = hand_trials(system.as_mut(), timed, outcomes);
        for _ in 0..ROUNDS {
            take(0, nanoseconds(&mut engine));
            take(1, nanoseconds(&mut pinned));
            take(2, nanoseconds(&mut system));
        }
        let [engine, pinned, system] = fastest;
        let (ratio, to_system) = (engine / pinned, engine / system);
        println!(
            "{name:<14}{engine:>10.1}{pinned:>10.1}{ratio:>8.2}{system:>12.1}{to_system:>8.2}"
        );
    } else {
        for _ in 0..ROUNDS {
            take(0, nanoseconds(&mut engine));
        }
        println!("{name:<14}{:>10.1}", fastest[0]);
    }
}

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(30)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3))
        .configure_from_args();
    let mut models = models();
    for model in &mut models {
        check(model);
        measure(&mut criterion, model);
    }
    measure_binding(&mut criterion);
    criterion.final_summary();
    let given = |flag: &str| std::env::args().any(|argument| argument == flag);
    if given("--bench") && !given("--test") && !given("--list") {
        println!("nanoseconds an event, the fastest of {ROUNDS} rounds a side, in turn;");
        println!("by hand: with the pinned ln and exp of the engine; system: with the system's");
        println!(
            "{:<14}{:>10}{:>10}{:>8}{:>12}{:>8}",
            "model", "engine", "by hand", "ratio", "system", "ratio"
        );
        models.iter_mut().for_each(line);
    }
}
