//! The chunks of one program, merged in a fixed tree, and what they say on the way.

use super::chunk::Chunk;
use super::estimate::Estimate;
use super::failure::EnsembleError;
use super::found::{Checkpoint, Found, Look};
use super::precision::Precision;
use super::tally::{OutcomeTally, Tally};
use crate::program::Program;
use detente_stats::MergeTree;

/// What a program's chunks have shown so far.
pub(super) struct Merging<'p> {
    program: &'p Program,
    empty: Tally,
    tree: MergeTree<Tally>,
    looks: Vec<Look>,
    chunks: u64,
    done: u64,
    events: u64,
}

impl<'p> Merging<'p> {
    /// No chunks yet; without any their tally is `empty`.
    pub fn new(program: &'p Program, empty: Tally) -> Self {
        Self {
            program,
            empty,
            tree: MergeTree::default(),
            looks: Vec::new(),
            chunks: 0,
            done: 0,
            events: 0,
        }
    }

    /// What the callback gets to see of the next chunk.
    pub fn checkpoint<'c>(&self, chunk: &'c Chunk) -> Checkpoint<'c> {
        Checkpoint {
            done: self.done + chunk.tally.trials,
            events: self.events + chunk.tally.events,
            columns: &chunk.columns,
            kinds: &chunk.kinds,
        }
    }

    /// Adds the next chunk; whether a precision that was asked for is judged now, and reached.
    pub fn push(&mut self, chunk: Chunk, precision: Option<Precision>) -> bool {
        self.chunks += 1;
        self.done += chunk.tally.trials;
        self.events += chunk.tally.events;
        self.tree.push(chunk.tally, |a, b| a.merge(&b));
        let kept = is_kept(self.chunks);
        let judged = precision.filter(|_| Precision::looks_at(self.done));
        if !kept && judged.is_none() {
            return false;
        }
        let look = self.look();
        let reached = |wanted: Precision| {
            let mut estimates = look.estimates.iter();
            estimates.all(|estimate| wanted.is_reached(estimate))
        };
        let enough = judged.is_some_and(reached);
        if kept {
            self.looks.push(look);
        }
        enough
    }

    /// What all of them showed.
    ///
    /// # Errors
    /// Where values are too large for their mean and spread.
    pub fn finish(mut self) -> Result<Found, EnsembleError> {
        let told = self.looks.last().map_or(0, |look| look.trials);
        if told < self.done {
            self.looks.push(self.look());
        }
        let merged = self.tree.finish(|a, b| a.merge(&b));
        let tally = merged.unwrap_or(self.empty);
        match tally.overflown(self.program) {
            Some(name) => Err(EnsembleError::TooLarge(name.to_owned())),
            None => Ok(Found {
                tally,
                looks: self.looks,
            }),
        }
    }

    /// The estimates over all trials merged so far.
    fn look(&self) -> Look {
        let merge = |mine: &mut Vec<OutcomeTally>, later: Vec<OutcomeTally>| {
            for (mine, later) in mine.iter_mut().zip(&later) {
                mine.merge(later);
            }
        };
        let outcomes = self.tree.so_far(|tally| tally.outcomes.clone(), merge);
        let pairs = self
            .program
            .outcomes()
            .iter()
            .zip(outcomes.iter().flatten());
        let horizon = self.program.horizon;
        let estimates = pairs.map(|(of, tally)| Estimate::of(of, tally, self.done, horizon));
        Look {
            trials: self.done,
            estimates: estimates.collect(),
        }
    }
}

/// Whether the estimates after so many chunks are kept: 1, 2, 3, 4, 6, 8, 12, 16, …
fn is_kept(chunks: u64) -> bool {
    chunks.is_power_of_two() || (chunks.is_multiple_of(3) && (chunks / 3).is_power_of_two())
}
