//! Trials a second on one thread. Each benchmark first checks its model's answer, so that nothing fast and wrong is
//! timed. `cargo bench` measures, `cargo bench -- --test` only checks.

#![allow(clippy::expect_used, reason = "a benchmark that cannot run says so")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use detente::engine::{Engine, Recorder};
use detente::study::{Loaded, Overrides, Plan, Sampler, load, simulate};
use std::hint::black_box;
use std::path::Path;

const SEED: u64 = 1;
const TRIALS: u64 = 100;

fn config(name: &str, policy: Option<&str>) -> Loaded {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("configs")
        .join(name);
    load(&path, policy, &Overrides::default()).expect("the project's own scenario")
}

/// The mean of an outcome is within five standard errors of `expected`.
fn check(loaded: &Loaded, outcome: &str, expected: f64) {
    let plan = Plan {
        seed: SEED,
        trials: 20_000,
        threads: 1,
        sampler: Sampler::Engine,
    };
    let summary = simulate(loaded, plan).expect("trials run");
    let found = &summary.outcomes[outcome];
    let se = found.se.expect("many trials");
    assert!(
        (found.mean - expected).abs() < 5.0 * se,
        "{outcome}: {}",
        found.mean
    );
}

fn events_of(loaded: &Loaded) -> u64 {
    let mut engine = Engine::new(&loaded.program);
    let mut recorder = Recorder::new();
    (0..TRIALS)
        .map(|trial| {
            engine
                .run(SEED, trial, &mut recorder)
                .expect("the trial runs")
        })
        .sum()
}

/// Times events: the throughput that criterion prints is events a second.
fn bench(criterion: &mut Criterion, name: &str, loaded: &Loaded) {
    let mut group = criterion.benchmark_group("events");
    group.throughput(Throughput::Elements(events_of(loaded)));
    let mut engine = Engine::new(&loaded.program);
    let mut recorder = Recorder::new();
    group.bench_function(name, |bencher| {
        bencher.iter(|| {
            for trial in 0..TRIALS {
                black_box(engine.run(SEED, trial, &mut recorder)).expect("the trial runs");
            }
        });
    });
    group.finish();
}

fn all(criterion: &mut Criterion) {
    let ladder = config("ladder.toml", None);
    check(&ladder, "conflict", 0.162_360);
    bench(criterion, "ladder", &ladder);
    let arms_race = config("arms-race.toml", None);
    check(&arms_race, "final_W", 3.340_739);
    bench(criterion, "arms-race", &arms_race);
    bench(
        criterion,
        "belarus-2019",
        &config("belarus-2019.toml", Some("multi-vector")),
    );
}

criterion_group!(benches, all);
criterion_main!(benches);
