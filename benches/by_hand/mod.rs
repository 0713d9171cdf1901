//! The benchmark models as plain loops, each written for its one model: the measure of what generality costs.
//!
//! All use the direct method (Gillespie 1977, doi:10.1021/j100540a008) with a small fast generator, look after an event
//! at those rates only that it changes, and measure the outcomes and series that the scenario asks for. What sets them
//! apart from the engine is that nothing is read from a file and that all events share one generator.

mod arms_race;
mod ladder;
pub mod ring;

use rand::RngExt;
use rand::rngs::Xoshiro256PlusPlus;

pub use arms_race::ArmsRace;
pub use ladder::Ladder;

/// A model as a plain loop.
pub trait ByHand {
    /// Runs one trial, writes its outcomes in the order of the scenario and returns how many events fired. A first time
    /// that is not reached is the horizon.
    fn trial(&mut self, random: &mut Xoshiro256PlusPlus, outcomes: &mut [f64]) -> u64;
}

/// Where logarithms and exponentials come from.
pub trait Mathematics {
    fn ln(x: f64) -> f64;
    fn exp(x: f64) -> f64;
}

/// The library that gives the same bits on every machine, which the engine must use.
pub struct Pinned;

impl Mathematics for Pinned {
    fn ln(x: f64) -> f64 {
        libm::log(x)
    }

    fn exp(x: f64) -> f64 {
        libm::exp(x)
    }
}

/// The system's library, which may be faster.
pub struct System;

#[allow(
    clippy::disallowed_methods,
    reason = "to show what the pinned library costs"
)]
impl Mathematics for System {
    fn ln(x: f64) -> f64 {
        x.ln()
    }

    fn exp(x: f64) -> f64 {
        x.exp()
    }
}

/// The time until the next of several events whose rates sum to `total`.
fn wait<M: Mathematics>(random: &mut Xoshiro256PlusPlus, total: f64) -> f64 {
    // 1 - u is never 0.
    -M::ln(1.0 - random.random::<f64>()) / total
}

/// Values on the grid of a series.
struct Series {
    every: f64,
    values: Vec<f64>,
    recorded: usize,
}

impl Series {
    fn new(every: f64, horizon: f64) -> Self {
        let mut times = 0_u32;
        while f64::from(times) * every <= horizon {
            times += 1;
        }
        Self {
            every,
            values: vec![0.0; times as usize],
            recorded: 0,
        }
    }

    /// Takes the value that holds until `until`.
    fn hold(&mut self, value: f64, until: f64) {
        while self.recorded < self.values.len() && self.recorded as f64 * self.every < until {
            self.values[self.recorded] = value;
            self.recorded += 1;
        }
    }

    /// Ends the trial with `value` and makes ready for the next.
    fn end(&mut self, value: f64) {
        self.hold(value, f64::INFINITY);
        std::hint::black_box(&self.values);
        self.recorded = 0;
    }
}
