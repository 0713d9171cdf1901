//! Nanoseconds an event on one thread, beside plain loops of the same models written by hand.
//!
//! Each model's answers are checked first, on both sides, so that nothing fast and wrong is timed. `cargo bench` measures
//! and ends with a table; `cargo bench -- --test` only checks.
//!
//! The engine is timed as a study uses it, recording every outcome and series of its scenario; the loops by hand record
//! only what is checked.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark that cannot run says so, and prints what it measured"
)]

mod by_hand;

use by_hand::{ArmsRace, ByHand, Ladder, Ring};
use criterion::{Criterion, Throughput};
use detente::engine::{Engine, Recorder};
use detente::study::{Loaded, Overrides, Plan, Sampler, load, simulate};
use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

const SEED: u64 = 1;

/// Rounds of the closing table. Each side's fastest counts, because whatever else runs can only slow a round down.
const ROUNDS: usize = 25;

/// What a model is benchmarked with.
struct Model {
    name: String,
    loaded: Loaded,
    by_hand: Option<Box<dyn ByHand>>,
    /// Outcomes with their exact means.
    answers: Vec<(&'static str, f64)>,
    /// Trials that the answers are checked with.
    checked: u64,
    /// Trials of one measurement.
    timed: u64,
}

fn models() -> Vec<Model> {
    let mut models = vec![
        Model {
            name: "ladder".to_owned(),
            loaded: config("ladder.toml", None),
            by_hand: Some(Box::new(Ladder)),
            answers: vec![("conflict", 0.162_360), ("threat_visits", 1.798_519)],
            checked: 100_000,
            timed: 2_000,
        },
        Model {
            name: "arms-race".to_owned(),
            loaded: config("arms-race.toml", None),
            by_hand: Some(Box::new(ArmsRace)),
            answers: vec![("top", 0.276_046), ("final_W", 3.340_739)],
            checked: 20_000,
            timed: 100,
        },
    ];
    for (sectors, checked, timed) in [(8, 20_000, 100), (64, 2_000, 20), (512, 250, 2)] {
        models.push(Model {
            name: format!("ring-{sectors}"),
            loaded: ring(sectors),
            by_hand: Some(Box::new(Ring::new(sectors))),
            answers: vec![("mean", ring_mean())],
            checked,
            timed,
        });
    }
    models.push(Model {
        name: "belarus-2019".to_owned(),
        loaded: config("belarus-2019.toml", Some("multi-vector")),
        by_hand: None,
        answers: Vec::new(),
        checked: 0,
        timed: 100,
    });
    models
}

fn config(name: &str, policy: Option<&str>) -> Loaded {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("configs")
        .join(name);
    load(&path, policy, &Overrides::default()).expect("the project's own scenario")
}

/// The ring of n sectors as a scenario.
fn ring(sectors: usize) -> Loaded {
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
        Ring::HORIZON,
        set.join(", "),
        Ring::INITIAL,
        most = Ring::MOST,
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
    limit + (f64::from(Ring::INITIAL) - limit) * libm::exp(-0.15 * Ring::HORIZON)
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

/// Both sides' answers are right, and agree.
fn check(model: &mut Model) {
    let Some(by_hand) = &mut model.by_hand else {
        return;
    };
    let plan = Plan {
        seed: SEED,
        trials: model.checked,
        threads: 1,
        sampler: Sampler::Engine,
    };
    let summary = simulate(&model.loaded, plan).expect("trials run");
    let mut random = Xoshiro256PlusPlus::seed_from_u64(SEED);
    let mut outcomes = vec![0.0; model.answers.len()];
    let mut columns = vec![Vec::new(); model.answers.len()];
    for _ in 0..model.checked {
        by_hand.trial(&mut random, &mut outcomes);
        for (column, outcome) in columns.iter_mut().zip(&outcomes) {
            column.push(*outcome);
        }
    }
    for ((outcome, mean), column) in model.answers.iter().zip(&columns) {
        let (name, found) = (&model.name, &summary.outcomes[*outcome]);
        let exact = Estimate {
            mean: *mean,
            se: 0.0,
        };
        let engine = Estimate {
            mean: found.mean,
            se: found.se.expect("many trials"),
        };
        let hand = Estimate::of(column);
        engine.assert_near(exact, &format!("{name}, {outcome}, engine"));
        hand.assert_near(exact, &format!("{name}, {outcome}, by hand"));
        engine.assert_near(hand, &format!("{name}, {outcome}, engine and by hand"));
    }
}

/// Trials by the engine, with all that they record; says how many events fired.
fn engine_trials(model: &Model) -> impl FnMut() -> u64 {
    let (program, trials) = (&model.loaded.program, model.timed);
    let (mut engine, mut recorder) = (Engine::new(program), Recorder::new());
    move || {
        (0..trials)
            .map(|trial| {
                let events = engine.run(SEED, trial, &mut recorder);
                black_box(recorder.outcomes());
                events.expect("the trial runs")
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
        let mut trials = hand_trials(by_hand.as_mut(), model.timed, model.answers.len());
        group.throughput(Throughput::Elements(trials()));
        group.bench_function("by hand", |bencher| bencher.iter(&mut trials));
    }
    group.finish();
}

/// Nanoseconds an event of one round.
fn nanoseconds(trials: &mut impl FnMut() -> u64) -> f64 {
    let start = Instant::now();
    let events = trials();
    start.elapsed().as_secs_f64() * 1e9 / events as f64
}

/// The closing line of a model, both sides in turn in this one process.
fn line(model: &mut Model) {
    let (name, timed, outcomes) = (model.name.clone(), model.timed, model.answers.len());
    let mut by_hand = model.by_hand.take();
    let mut engine = engine_trials(model);
    match &mut by_hand {
        Some(by_hand) => {
            let mut hand = hand_trials(by_hand.as_mut(), timed, outcomes);
            let (mut fastest, mut fastest_by_hand) = (f64::INFINITY, f64::INFINITY);
            for _ in 0..ROUNDS {
                fastest = fastest.min(nanoseconds(&mut engine));
                fastest_by_hand = fastest_by_hand.min(nanoseconds(&mut hand));
            }
            let ratio = fastest / fastest_by_hand;
            println!("{name:<14}{fastest:>10.1}{fastest_by_hand:>10.1}{ratio:>8.2}");
        }
        None => {
            let rounds = (0..ROUNDS).map(|_| nanoseconds(&mut engine));
            let fastest = rounds.fold(f64::INFINITY, f64::min);
            println!("{name:<14}{fastest:>10.1}{:>10}{:>8}", "-", "-");
        }
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
    criterion.final_summary();
    let given = |flag: &str| std::env::args().any(|argument| argument == flag);
    if given("--bench") && !given("--test") && !given("--list") {
        println!(
            "nanoseconds an event, the fastest of {ROUNDS} rounds a side, in turn\n{:<14}{:>10}{:>10}{:>8}",
            "model", "engine", "by hand", "ratio"
        );
        models.iter_mut().for_each(line);
    }
}
