//! Which trials to run, and how.

use super::precision::Precision;

/// Trials in a chunk. A constant, because the bits of merged sums depend on it.
pub const CHUNK_TRIALS: u64 = 1_000;

/// Which trials to run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// The seed that all trials share.
    pub seed: u64,
    /// Trials 0 to `trials - 1` are run.
    pub trials: u64,
    /// Threads, at least one.
    pub threads: usize,
    /// What runs a trial.
    pub sampler: Sampler,
    /// Where given, trials end early at the first look at which every outcome is known so well.
    pub precision: Option<Precision>,
}

/// The two ways to run a trial. They give the same events, causes and states, and the same times up to rounding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sampler {
    /// The fast one, which touches only the clocks that depend on what has changed.
    Engine,
    /// First reaction, which looks at everything again after each event: slow, and plainly right.
    Oracle,
}
