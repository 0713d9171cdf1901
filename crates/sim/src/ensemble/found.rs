//! What trials showed: chunk by chunk, and at the end.

use super::estimate::Estimate;
use super::tally::Tally;

/// The next chunk in order, as the callback sees it.
#[derive(Debug)]
pub struct Checkpoint<'a> {
    /// Trials finished, this chunk's included.
    pub done: u64,
    /// Events fired in them.
    pub events: u64,
    /// A column an outcome, a value a trial of this chunk; NaN where a first time was not reached. Behind them two columns an
    /// obligation: whether it was ever breached, and its share of time.
    pub columns: &'a [Vec<f64>],
    /// A column an outcome with a `by`: the position of its state, NaN where the first time was not reached.
    pub kinds: &'a [Vec<f64>],
}

/// What the trials of a run showed.
#[derive(Debug)]
pub struct Found {
    /// All of them together.
    pub tally: Tally,
    /// What the first trials said of every outcome, for some numbers of trials that rise; the last are all.
    pub looks: Vec<Look>,
}

/// Every outcome's estimate after the first trials.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// Trials.
    pub trials: u64,
    /// In the order of the program.
    pub estimates: Vec<Estimate>,
}
