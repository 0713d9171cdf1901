//! The verification gauntlet: when clocks fire, which one does, whether the engine and the oracle have one law, models with
//! exact answers, the random numbers, a null control, and faults that must be caught. docs/verification.md tells what was found.
//!
//! Each idea makes rows, one p-value each. The short form, an ordinary test, fails where a p-value is below [`ALARM`]: with
//! seeds that are fixed a false alarm can come only with a change of code or seed, with that chance for each row. The broad
//! form ([`broad`]) runs the same with [`BROAD`] effort and writes the table.

mod broad;
mod chains;
mod faults;
mod general;
mod known;
mod laws;
mod markov;
mod null_control;
mod one_law;
mod random_numbers;
pub mod statistics;
mod tracker;
mod when;
mod which;

use detente::study::Loaded;
use detente_sim::engine::{Engine, Recorder};

/// A p-value below this one is an alarm.
pub const ALARM: f64 = 1e-6;

/// How hard to look.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// How many seeds, each with the short form's number of trials.
    pub seeds: u64,
    /// The first of them.
    pub first_seed: u64,
}

/// For every `cargo test`.
pub const SHORT: Effort = Effort {
    seeds: 1,
    first_seed: 2026,
};

/// For the table of docs/verification.md.
pub const BROAD: Effort = Effort {
    seeds: 20,
    first_seed: 1_000_000,
};

impl Effort {
    /// The same effort on seeds of its own for a model: on the same seeds events of one name would draw the same numbers, and
    /// rows of different models would hang together.
    pub fn on(self, model: &str) -> Self {
        let hash = |hash: u64, byte: u8| (hash * 31 + u64::from(byte)) % 1_000_003;
        Self {
            first_seed: self.first_seed + 10_000_000 * model.bytes().fold(7, hash),
            ..self
        }
    }

    /// Its seeds.
    pub fn seeds(self) -> impl Iterator<Item = u64> {
        self.first_seed..self.first_seed + self.seeds
    }
}

/// One p-value of the table.
#[derive(Debug, Clone)]
pub struct Row {
    pub test: &'static str,
    pub model: String,
    /// What was compared, with what came out.
    pub statistic: String,
    pub p: f64,
}

/// No row is an alarm.
#[track_caller]
pub fn passes(rows: &[Row]) {
    let alarms: Vec<&Row> = rows
        .iter()
        .filter(|row| row.p < ALARM || row.p.is_nan())
        .collect();
    assert!(!rows.is_empty() && alarms.is_empty(), "{alarms:#?}");
}

/// Runs `trials` trials for each seed by the engine and shows each one's outcomes and series.
pub fn each_trial(loaded: &Loaded, effort: Effort, trials: u64, mut see: impl FnMut(&Recorder)) {
    let engine = Engine::new(&loaded.program);
    let mut state = engine.state();
    let mut recorder = Recorder::new();
    for seed in effort.seeds() {
        for trial in 0..trials {
            engine.run(&mut state, seed, trial, &mut recorder).unwrap();
            see(&recorder);
        }
    }
}
