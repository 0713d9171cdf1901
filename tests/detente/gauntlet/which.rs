//! Which: given the state and the ages just before a firing, event k is the one that fires with probability hₖ / Σ h.

use super::laws::Law;
use super::statistics::of_chi_square;
use super::tracker::{Clock, Drive, Tracker, World};
use super::{Effort, Row, passes};
use crate::support::scenario;
use detente_sim::engine::Engine;

/// Trials for each seed, of some 100 firings each.
const TRIALS: u64 = 1_000;

/// Five clocks whose hazards follow the state, each other, and their ages.
pub const RACE: &str = r#"
    [variables]
    x = { initial = 3, min = 0 }
    y = { initial = 1, min = 0 }
    mode = { states = ["calm", "hot"], initial = "calm" }
    [events]
    up    = { when = "x < 9", rate = "0.6 + 0.1 * y", do = ["x += 1"] }
    down  = { rate = "0.25 * x", do = ["x -= 1"] }
    storm = { when = "mode == calm", clock = "weibull(shape = 1.7, scale = 2)", hazard_ratio = "0.5 + 0.25 * x", do = ["mode = hot", "y += 1"] }
    cool  = { when = "mode == hot", clock = "gamma(shape = 3, scale = 0.3 + 0.05 * x)", speed = "if(x > 3, 2, 0.7)", do = ["mode = calm"] }
    spark = { when = "mode == hot or x > 4", clock = "lognormal(median = 1, sigma = 0.7)", speed = "1 + 0.2 * y", memory = "resume", do = ["y = 0", "x = floor(x / 2)"] }
    "#;

fn clock(
    event: &str,
    guard: fn(&World) -> bool,
    law: fn(&World) -> Law,
    drive: Option<Drive>,
    resumes: bool,
) -> Clock {
    Clock {
        event: event.to_owned(),
        guard: Box::new(guard),
        law: Box::new(law),
        drive,
        resumes,
    }
}

fn clocks() -> Vec<Clock> {
    let ratio = |of: fn(&World) -> f64| Some(Drive::HazardRatio(Box::new(of)));
    let speed = |of: fn(&World) -> f64| Some(Drive::Speed(Box::new(of)));
    let unit: fn(&World) -> Law = |_| Law::Exponential(1.0);
    let hot: fn(&World) -> bool = |w| w.get("mode") == 1.0;
    vec![
        clock(
            "up",
            |w| w.get("x") < 9.0,
            unit,
            ratio(|w| 0.6 + 0.1 * w.get("y")),
            false,
        ),
        clock("down", |_| true, unit, ratio(|w| 0.25 * w.get("x")), false),
        clock(
            "storm",
            |w| w.get("mode") == 0.0,
            |_| Law::Weibull(1.7, 2.0),
            ratio(|w| 0.5 + 0.25 * w.get("x")),
            false,
        ),
        clock(
            "cool",
            hot,
            |w| Law::Gamma(3.0, 0.3 + 0.05 * w.get("x")),
            speed(|w| if w.get("x") > 3.0 { 2.0 } else { 0.7 }),
            false,
        ),
        clock(
            "spark",
            |w| w.get("mode") == 1.0 || w.get("x") > 4.0,
            |_| Law::Lognormal(1.0, 0.7),
            speed(|w| 1.0 + 0.2 * w.get("y")),
            true,
        ),
    ]
}

/// Cells of probability.
const CELLS: usize = 20;

/// For each event, over cells of its predicted probability: firings found and expected, and the variance of their difference.
/// Differences are martingale differences, so cells are uncorrelated and each sum is nearly normal.
pub fn rows_of(body: &str, effort: Effort) -> Vec<Row> {
    let effort = effort.on("which");
    let loaded = scenario(40.0, body);
    let engine = Engine::new(&loaded.program);
    let mut state = engine.state();
    let mut tracker = Tracker::new(clocks(), effort.first_seed);
    let names: Vec<String> = clocks().into_iter().map(|clock| clock.event).collect();
    let mut cells = vec![[[0.0; 3]; CELLS]; names.len()];
    let mut firings = 0;
    for seed in effort.seeds() {
        for trial in 0..TRIALS {
            engine.run(&mut state, seed, trial, &mut tracker).unwrap();
            for (fired, hazards) in &tracker.races {
                let total: f64 = hazards.iter().sum();
                firings += 1;
                for (event, hazard) in hazards.iter().enumerate() {
                    let p = hazard / total;
                    if p > 0.0 {
                        let cell = &mut cells[event][((p * CELLS as f64) as usize).min(CELLS - 1)];
                        cell[0] += if event == *fired { 1.0 } else { 0.0 };
                        cell[1] += p;
                        cell[2] += p * (1.0 - p);
                    } else {
                        assert_ne!(event, *fired, "`{}` fired without a hazard", names[event]);
                    }
                }
            }
        }
    }
    names
        .iter()
        .zip(&cells)
        .map(|(name, cells)| {
            let large = cells.iter().filter(|cell| cell[2] > 8.0);
            let squares = large.map(|[found, expected, variance]| {
                (found - expected) * (found - expected) / variance
            });
            let squares: Vec<f64> = squares.collect();
            let statistic: f64 = squares.iter().sum();
            Row {
                test: "which",
                model: "race of five clocks".to_owned(),
                statistic: format!(
                    "`{name}` in {firings} firings, {} cells of probability: χ² {statistic:.1}",
                    squares.len()
                ),
                p: of_chi_square(statistic, squares.len()),
            }
        })
        .collect()
}

/// When the same clocks fire.
fn intervals(effort: Effort) -> Vec<Row> {
    // Up to a fixed number of firings of each clock, fewer than any trial has.
    const FIRINGS: usize = 3;
    let effort = effort.on("when");
    let loaded = scenario(200.0, RACE);
    let engine = Engine::new(&loaded.program);
    let mut state = engine.state();
    let mut tracker = Tracker::new(clocks(), effort.first_seed);
    let mut spent: Vec<Vec<f64>> = vec![Vec::new(); clocks().len()];
    for seed in effort.seeds() {
        for trial in 0..TRIALS {
            engine.run(&mut state, seed, trial, &mut tracker).unwrap();
            for (all, new) in spent.iter_mut().zip(&tracker.spent) {
                assert!(new.len() >= FIRINGS, "no clock is cut off");
                all.extend(&new[..FIRINGS]);
            }
        }
    }
    let rows = clocks().into_iter().zip(&spent).map(|(clock, spent)| {
        let (statistic, p) = super::statistics::unit_exponential(spent);
        Row {
            test: "when",
            model: "race of five clocks".to_owned(),
            statistic: format!(
                "`{}`, {} intervals: A² {statistic:.2}",
                clock.event,
                spent.len()
            ),
            p,
        }
    });
    rows.collect()
}

pub fn rows(effort: Effort) -> Vec<Row> {
    let mut rows = rows_of(RACE, effort);
    rows.extend(intervals(effort));
    rows
}

/// False-alarm rate 1e-6 a row.
#[test]
fn the_firing_event_has_its_share_of_the_hazard() {
    passes(&rows(super::SHORT));
}
