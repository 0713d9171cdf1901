//! When: integrated hazards between firings are independent unit exponentials (Papangelou 1972), whatever the law, hazard ratio, speed or
//! memory. Each clock runs to a fixed number of firings, so that no horizon cuts the long intervals off.

use super::laws::Law;
use super::statistics::{of_normal, unit_exponential};
use super::tracker::{Clock, Drive, Tracker, World};
use super::{Effort, Row, passes};
use crate::support::scenario;
use detente_sim::engine::Engine;
use std::fmt::Write;

/// Firings of each clock in a trial.
const FIRINGS: usize = 10;

/// Trials for each seed: 4,000 intervals a clock.
const TRIALS: u64 = 400;

/// A law as a scenario writes it, with a factor that stretches it, and as this module computes it.
pub struct Written {
    family: &'static str,
    text: &'static str,
    law: fn(f64) -> Law,
}

/// Every family. `{s}` is read when a clock starts.
const LAWS: [Written; 11] = [
    Written {
        family: "exponential",
        text: "exponential(mean = {s})",
        law: |s| Law::Exponential(1.0 / s),
    },
    Written {
        family: "weibull",
        text: "weibull(shape = 1.8, scale = {s})",
        law: |s| Law::Weibull(1.8, s),
    },
    Written {
        family: "weibull, falling hazard",
        text: "weibull(shape = 0.6, scale = {s})",
        law: |s| Law::Weibull(0.6, s),
    },
    Written {
        family: "gamma",
        text: "gamma(shape = 2.5, scale = 0.5 * {s})",
        law: |s| Law::Gamma(2.5, 0.5 * s),
    },
    Written {
        family: "lognormal",
        text: "lognormal(median = {s}, sigma = 0.9)",
        law: |s| Law::Lognormal(s, 0.9),
    },
    Written {
        family: "normal",
        text: "normal(mean = {s}, sd = 0.7)",
        law: |s| Law::Normal(s, 0.7),
    },
    Written {
        family: "uniform",
        text: "uniform(0.3, 1 + {s})",
        law: |s| Law::Uniform(0.3, 1.0 + s),
    },
    Written {
        family: "triangular",
        text: "triangular(0.1, 0.4, 1 + {s})",
        law: |s| Law::Triangular(0.1, 0.4, 1.0 + s),
    },
    Written {
        family: "beta",
        text: "beta(a = 2, b = 1.5, low = 0.2, high = 1 + {s})",
        law: |s| Law::Beta(2.0, 1.5, 0.2, 1.0 + s),
    },
    Written {
        family: "fixed",
        text: "fixed(0.7 * {s})",
        law: |s| Law::Atoms(vec![0.7 * s]),
    },
    Written {
        family: "empirical",
        text: "empirical([0.21, 0.43, 0.43, 1.37, 2.1])",
        law: |_| Law::Atoms(vec![0.21, 0.43, 0.43, 1.37, 2.1]),
    },
];

/// What drives a clock: the scenario's key and the number as it is here.
#[derive(Clone, Copy, PartialEq)]
enum Driven {
    Plainly,
    ByRatio,
    BySpeed,
}

/// Name, drive, whether it halts in the third state of the environment, whether it resumes.
const CLOCKS: [(&str, Driven, bool, bool); 7] = [
    ("plain", Driven::Plainly, false, false),
    ("ratio", Driven::ByRatio, false, false),
    ("speed", Driven::BySpeed, false, false),
    ("ratio_restarts", Driven::ByRatio, true, false),
    ("ratio_resumes", Driven::ByRatio, true, true),
    ("speed_restarts", Driven::BySpeed, true, false),
    ("speed_resumes", Driven::BySpeed, true, true),
];

fn stretch(world: &World) -> f64 {
    1.0 + 0.3 * world.get("env")
}

fn ratio(world: &World) -> f64 {
    0.3 + 0.9 * world.get("env")
}

fn speed(world: &World) -> f64 {
    0.4 + 0.6 * world.get("env")
}

/// A scenario in which all the clocks of a law run in one changing environment, and the same clocks for the tracker.
pub struct Model {
    pub text: String,
    written: &'static Written,
}

pub fn model(written: &'static Written) -> Model {
    let mut text = "[variables]\nenv = { initial = 0, max = 2 }\n".to_owned();
    let clocks: Vec<_> = clocks_of(written).collect();
    for (name, ..) in &clocks {
        writeln!(text, "n_{name} = {{ initial = 0 }}").unwrap();
    }
    let busy: Vec<String> = clocks
        .iter()
        .map(|(name, ..)| format!("n_{name} < {FIRINGS}"))
        .collect();
    writeln!(
        text,
        "[derived]\nbusy = \"{}\"\n[events]",
        busy.join(" or ")
    )
    .unwrap();
    writeln!(
        text,
        "turn = {{ when = \"busy\", rate = 1.3, do = [\"env = (env + 1) % 3\"] }}"
    )
    .unwrap();
    for (name, driven, halts, resumes) in clocks {
        let halts = if halts { " and env != 2" } else { "" };
        let driven = match driven {
            Driven::Plainly => "",
            Driven::ByRatio => ", hazard_ratio = \"0.3 + 0.9 * env\"",
            Driven::BySpeed => ", speed = \"0.4 + 0.6 * env\"",
        };
        let memory = if resumes { ", memory = \"resume\"" } else { "" };
        let law = written.text.replace("{s}", "(1 + 0.3 * env)");
        writeln!(
            text,
            "{name} = {{ when = \"n_{name} < {FIRINGS}{halts}\", clock = \"{law}\"{driven}{memory}, do = [\"n_{name} += 1\"] }}"
        )
        .unwrap();
    }
    Model { text, written }
}

/// `hazard_ratio` is refused for laws with atoms.
fn clocks_of(written: &Written) -> impl Iterator<Item = (&'static str, Driven, bool, bool)> {
    let has_density = (written.law)(1.0).has_density();
    CLOCKS
        .into_iter()
        .filter(move |(_, driven, ..)| has_density || *driven != Driven::ByRatio)
}

impl Model {
    fn tracker(&self, seed: u64) -> Tracker {
        let law = self.written.law;
        let clocks = clocks_of(self.written).map(|(name, driven, halts, resumes)| {
            let number = format!("n_{name}");
            Clock {
                event: name.to_owned(),
                guard: Box::new(move |world| {
                    world.get(&number) < FIRINGS as f64 && !(halts && world.get("env") == 2.0)
                }),
                law: Box::new(move |world| law(stretch(world))),
                drive: match driven {
                    Driven::Plainly => None,
                    Driven::ByRatio => Some(Drive::HazardRatio(Box::new(ratio))),
                    Driven::BySpeed => Some(Drive::Speed(Box::new(speed))),
                },
                resumes,
            }
        });
        Tracker::new(clocks.collect(), seed)
    }

    /// What the clocks of some trials read when they run out is what the tracker has followed.
    fn readings(&self) -> u64 {
        let loaded = scenario(1e5, &self.text);
        let engine = Engine::new(&loaded.program);
        let mut state = engine.state();
        let mut tracker = self.tracker(1);
        for trial in 0..20 {
            engine.run(&mut state, 1, trial, &mut tracker).unwrap();
        }
        assert_eq!(tracker.misread, None, "{}", self.written.family);
        tracker.read
    }

    /// A row for each clock, and one for the correlation of neighbouring intervals.
    ///
    /// Of a `fixed` law only the ages are tested, by the tracker: its transforms are random alone.
    pub fn rows(&self, effort: Effort) -> Vec<Row> {
        let effort = effort.on(self.written.family);
        let loaded = scenario(1e5, &self.text);
        let engine = Engine::new(&loaded.program);
        let mut state = engine.state();
        let mut tracker = self.tracker(effort.first_seed);
        let names: Vec<&str> = clocks_of(self.written).map(|(name, ..)| name).collect();
        let mut spent: Vec<Vec<f64>> = vec![Vec::new(); names.len()];
        for seed in effort.seeds() {
            for trial in 0..TRIALS {
                engine.run(&mut state, seed, trial, &mut tracker).unwrap();
                for (all, new) in spent.iter_mut().zip(&tracker.spent) {
                    assert_eq!(new.len(), FIRINGS, "no clock is cut off");
                    all.extend(new);
                }
            }
        }
        if self.written.family == "fixed" {
            return Vec::new();
        }
        let row = |statistic: String, p: f64| Row {
            test: "when",
            model: self.written.family.to_owned(),
            statistic,
            p,
        };
        let mut rows: Vec<Row> = names
            .iter()
            .zip(&spent)
            .map(|(name, spent)| {
                let (statistic, p) = unit_exponential(spent);
                row(
                    format!("`{name}`, {} intervals: A² {statistic:.2}", spent.len()),
                    p,
                )
            })
            .collect();
        // Products of neighbours, both with mean 0 and variance 1 if independent.
        let lives = spent.iter().flat_map(|spent| spent.chunks(FIRINGS));
        let products = lives.flat_map(|life| {
            life.windows(2)
                .map(|pair| (pair[0] - 1.0) * (pair[1] - 1.0))
        });
        let (mut sum, mut n) = (0.0, 0.0_f64);
        for product in products {
            sum += product;
            n += 1.0;
        }
        rows.push(row(
            format!("neighbouring intervals correlate by {:.4}", sum / n),
            of_normal(sum / n.sqrt()),
        ));
        rows
    }
}

/// The model of a family.
pub fn of_family(family: &str) -> Model {
    let found = LAWS.iter().find(|written| written.family == family);
    model(found.unwrap_or_else(|| panic!("no family `{family}`")))
}

pub fn rows(effort: Effort) -> Vec<Row> {
    LAWS.iter()
        .flat_map(|written| model(written).rows(effort))
        .collect()
}

/// False-alarm rate 1e-6 a row.
#[test]
fn rescaled_intervals_are_unit_exponentials() {
    passes(&rows(super::SHORT));
}

#[test]
fn clocks_read_the_hazards_that_were_followed() {
    let read: u64 = LAWS.iter().map(|written| model(written).readings()).sum();
    assert!(read > 5_000, "{read}");
}
