//! The benchmark models as plain loops, each written for its one model: the measure of what generality costs.
//!
//! All use the direct method (Gillespie 1977, doi:10.1021/j100540a008) with a small fast generator, look after an event
//! at those rates only that it changes, and measure only the outcomes that are checked. They reject, share one generator
//! among all events and take their logarithms from the system, which the engine must not.

mod arms_race;
mod ladder;
mod ring;

use rand::RngExt;
use rand::rngs::Xoshiro256PlusPlus;

pub use arms_race::ArmsRace;
pub use ladder::Ladder;
pub use ring::Ring;

/// A model as a plain loop.
pub trait ByHand {
    /// Runs one trial, writes its outcomes and returns how many events fired.
    fn trial(&mut self, random: &mut Xoshiro256PlusPlus, outcomes: &mut [f64]) -> u64;
}

/// The time until the next of several events whose rates sum to `total`.
#[allow(
    clippy::disallowed_methods,
    reason = "the system's logarithm is what a plain loop would take"
)]
fn wait(random: &mut Xoshiro256PlusPlus, total: f64) -> f64 {
    // 1 - u is never 0.
    -(1.0 - random.random::<f64>()).ln() / total
}
