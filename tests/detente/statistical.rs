//! Distributions, each with a fixed seed and a false-alarm rate of about 1e-6.

use crate::support::{SIX_NINES, columns, scenario, study};
use detente::study::Plan;
use detente_sim::stream::{EventKey, Purpose, TrialStreams};
use detente_stats::{Moments, mean_interval, wilson};
use rand_distr::{Distribution, Exp, Poisson};
use statrs::distribution::{ChiSquared, ContinuousCDF};

/// Chi-square of counts against equal expected counts, as a two-sided check at 1e-6.
#[track_caller]
fn uniform_counts(counts: &[u64], what: &str) {
    let n: u64 = counts.iter().sum();
    let expected = n as f64 / counts.len() as f64;
    let chi2: f64 = counts
        .iter()
        .map(|c| (*c as f64 - expected) * (*c as f64 - expected) / expected)
        .sum();
    let law = ChiSquared::new((counts.len() - 1) as f64).unwrap();
    let p = law.cdf(chi2);
    assert!(
        (5e-7..1.0 - 5e-7).contains(&p),
        "{what}: chi² {chi2} of {} cells",
        counts.len()
    );
}

fn cells(uniforms: impl Iterator<Item = f64>, cells: usize) -> Vec<u64> {
    let mut counts = vec![0; cells];
    for u in uniforms {
        counts[(u * cells as f64) as usize] += 1;
    }
    counts
}

/// Numbers of neighbouring trials, seeds, events and purposes are uniform, alone and in pairs.
#[test]
fn neighbouring_streams_are_independent() {
    let a = EventKey::of_event("a");
    let of = |seed, trial, event, purpose, index| {
        TrialStreams::new(seed, trial).uniform(event, purpose, index)
    };
    type Draw = Box<dyn Fn(u64) -> f64>;
    let ways: [(&str, Draw); 5] = [
        (
            "trials",
            Box::new(move |i| of(1, i, a, Purpose::Lifetime, 0)),
        ),
        (
            "seeds",
            Box::new(move |i| of(i, 0, a, Purpose::Lifetime, 0)),
        ),
        (
            "indices",
            Box::new(move |i| of(1, 0, a, Purpose::Lifetime, i)),
        ),
        (
            "events",
            Box::new(move |i| {
                of(
                    1,
                    0,
                    EventKey::of_event(&format!("event_{i}")),
                    Purpose::Delay,
                    0,
                )
            }),
        ),
        (
            "purposes",
            Box::new(move |i| {
                let purposes = [
                    Purpose::Lifetime,
                    Purpose::Branch,
                    Purpose::Probability,
                    Purpose::Delay,
                ];
                of(1, i / 4, a, purposes[(i % 4) as usize], 0)
            }),
        ),
    ];
    const N: u64 = 200_000;
    for (what, draw) in &ways {
        uniform_counts(&cells((0..N).map(draw), 1_000), what);
        let mut pairs = vec![0; 32 * 32];
        for i in 0..N / 2 {
            let (x, y) = (draw(2 * i), draw(2 * i + 1));
            pairs[(x * 32.0) as usize * 32 + (y * 32.0) as usize] += 1;
        }
        uniform_counts(&pairs, what);
    }
}

/// Delays of every law are those of statrs: 50 cells of equal probability under its own distribution function.
#[test]
fn delays_follow_their_laws() {
    use statrs::distribution as s;
    type Cdf = Box<dyn Fn(f64) -> f64>;
    let cdf = |law: Box<dyn ContinuousCDF<f64, f64>>| -> Cdf { Box::new(move |x| law.cdf(x)) };
    let normal = s::Normal::new(1.0, 0.8).unwrap();
    let below = normal.cdf(0.0);
    let laws: Vec<(&str, Cdf)> = vec![
        (
            "exponential(rate = 2)",
            cdf(Box::new(s::Exp::new(2.0).unwrap())),
        ),
        (
            "exponential(mean = 2)",
            cdf(Box::new(s::Exp::new(0.5).unwrap())),
        ),
        (
            "weibull(shape = 0.7, scale = 2)",
            cdf(Box::new(s::Weibull::new(0.7, 2.0).unwrap())),
        ),
        (
            "weibull(1.8, 6)",
            cdf(Box::new(s::Weibull::new(1.8, 6.0).unwrap())),
        ),
        (
            "gamma(mean = 0.25, shape = 4)",
            cdf(Box::new(s::Gamma::new(4.0, 16.0).unwrap())),
        ),
        (
            "gamma(shape = 0.4, scale = 3)",
            cdf(Box::new(s::Gamma::new(0.4, 1.0 / 3.0).unwrap())),
        ),
        (
            "lognormal(median = 0.5, sigma = 1.2)",
            cdf(Box::new(s::LogNormal::new(libm::log(0.5), 1.2).unwrap())),
        ),
        (
            "normal(mean = 1, sd = 0.8)",
            Box::new(move |x| (normal.cdf(x) - below) / (1.0 - below)),
        ),
        (
            "uniform(1, 3)",
            cdf(Box::new(s::Uniform::new(1.0, 3.0).unwrap())),
        ),
        (
            "triangular(low = 1, mode = 1.5, high = 4)",
            cdf(Box::new(s::Triangular::new(1.0, 4.0, 1.5).unwrap())),
        ),
        (
            "beta(a = 2, b = 3, low = 1, high = 2)",
            Box::new(|x| {
                s::Beta::new(2.0, 3.0)
                    .unwrap()
                    .cdf((x - 1.0).clamp(0.0, 1.0))
            }),
        ),
    ];
    for (law, cdf) in laws {
        let loaded = scenario(
            1e6,
            &format!(
                "[variables]\nx = {{ initial = 0 }}\n[events]\nstart = {{ at = [0], do = [] }}\n\
                 fall = {{ after = \"start\", delay = \"{law}\", do = [\"x = 1\"] }}\n\
                 [outcomes]\nwait = {{ first_time = \"x == 1\" }}\n"
            ),
        );
        let plan = Plan {
            seed: 3,
            trials: 20_000,
            threads: 2,
            sampler: detente::study::Sampler::Engine,
            precision: None,
        };
        let waits = columns(&loaded, plan).remove(0);
        uniform_counts(
            &cells(waits.iter().map(|wait| cdf(*wait).min(1.0 - 1e-12)), 50),
            law,
        );
    }
}

/// `empirical` and `fixed` have atoms: counts per value.
#[test]
fn observed_delays_are_equally_likely() {
    let loaded = scenario(
        100.0,
        r#"
        [variables]
        x = { initial = 0 }
        [events]
        start = { at = [0], do = [] }
        fall  = { after = "start", delay = "empirical([5, 1, 3, 2, 4])", do = ["x = 1"] }
        [outcomes]
        wait = { first_time = "x == 1" }
        "#,
    );
    let plan = Plan {
        seed: 4,
        trials: 50_000,
        threads: 2,
        sampler: detente::study::Sampler::Engine,
        precision: None,
    };
    let mut counts = vec![0; 5];
    for wait in &columns(&loaded, plan)[0] {
        assert_eq!(wait.fract(), 0.0);
        counts[*wait as usize - 1] += 1;
    }
    uniform_counts(&counts, "empirical");
}

/// Time to the first of two hazards and which it was: exponential and independent of each other.
#[test]
fn which_event_is_independent_of_when() {
    let loaded = scenario(
        1e6,
        r#"
        [variables]
        first = { states = ["none", "a", "b"], initial = "none" }
        [events]
        a = { when = "first == none", rate = 0.6, do = ["first = a"] }
        b = { when = "first == none", rate = 1.4, do = ["first = b"] }
        [outcomes]
        time = { first_time = "first != none" }
        is_a = { ever = "first == a" }
        "#,
    );
    let plan = Plan {
        seed: 8,
        trials: 100_000,
        threads: 2,
        sampler: detente::study::Sampler::Engine,
        precision: None,
    };
    let columns = columns(&loaded, plan);
    // 20 cells of time for each of a and b, weighted to equal expectation by splitting time at equal
    // probabilities and thinning b by 3 / 7.
    let mut counts = vec![0; 20];
    let (mut a, mut late_a) = (0_u64, 0_u64);
    for (time, is_a) in columns[0].iter().zip(&columns[1]) {
        let cell = -libm::expm1(-2.0 * time) * 20.0;
        counts[(cell as usize).min(19)] += 1;
        if *is_a == 1.0 {
            a += 1;
            late_a += u64::from(cell >= 10.0);
        }
    }
    uniform_counts(&counts, "time");
    let n = columns[0].len() as f64;
    assert!((a as f64 - 0.3 * n).abs() < SIX_NINES * (n * 0.21).sqrt());
    assert!((late_a as f64 - 0.5 * a as f64).abs() < SIX_NINES * (a as f64 * 0.25).sqrt());
}

/// Over repeated studies the intervals cover the truth as often as they say: 4,000 repeats resolve a coverage
/// that is off by 1.7 points.
#[test]
fn intervals_cover() {
    let key = EventKey::of_event("coverage");
    let mut generator = TrialStreams::new(11, 0).generator(key, Purpose::Lifetime);
    let (repeats, n) = (4_000, 400);
    let exponential = Exp::new(0.5).unwrap();
    let poisson = Poisson::new(3.0).unwrap();
    let mut covered = [0_u64; 3];
    for _ in 0..repeats {
        let (mut means, mut counts, mut hits) = (Moments::new(), Moments::new(), 0);
        for _ in 0..n {
            let wait: f64 = exponential.sample(&mut generator);
            means.add(wait);
            counts.add(poisson.sample(&mut generator));
            hits += u64::from(wait > 6.0);
        }
        let holds = |[low, high]: [f64; 2], truth: f64| u64::from(low <= truth && truth <= high);
        covered[0] += holds(mean_interval(means.mean(), means.se().unwrap(), n), 2.0);
        covered[1] += holds(mean_interval(counts.mean(), counts.se().unwrap(), n), 3.0);
        covered[2] += holds(wilson(hits, n), libm::exp(-3.0));
    }
    for (covered, nominal) in covered.iter().zip([0.945, 0.95, 0.95]) {
        let share = *covered as f64 / f64::from(repeats);
        let tolerance = SIX_NINES * (0.95_f64 * 0.05 / f64::from(repeats)).sqrt();
        assert!((share - nominal).abs() < tolerance, "{share}");
    }
}

/// The intervals that a run reports cover the exact answer: 400 small runs of the ladder.
#[test]
fn reported_intervals_cover_the_exact_answer() {
    let loaded = crate::support::config("ladder.toml", None);
    let exact = [
        ("conflict", 0.162_360),
        ("share_threat", 0.123_672),
        ("threat_visits", 1.798_519),
    ];
    let mut covered = [0_u32; 3];
    let repeats = 400;
    for seed in 0..repeats {
        let summary = study(&loaded, 1_000, seed);
        for ((outcome, truth), covered) in exact.iter().zip(&mut covered) {
            let [low, high] = summary.outcomes[*outcome].ci95.unwrap();
            *covered += u32::from(low <= *truth && *truth <= high);
        }
    }
    // 1e-6 two-sided on Binomial(400, 0.95): between 351 and 397.
    assert!(
        covered.iter().all(|c| (351..=397).contains(c)),
        "{covered:?}"
    );
}
