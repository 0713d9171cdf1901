//! A run of instructions looked at as a graph: which makes what another reads.

use super::Slot;
use super::instruction::{Instruction, Operation};
use detente_model::expr::Function;

/// The instructions of a run, each of which has the next place as its target.
pub(super) struct RunParts(pub Vec<Instruction>);

impl RunParts {
    /// The instruction that makes what stands at a place, where one of these does.
    pub fn maker(&self, place: Slot) -> Option<usize> {
        let at = place.checked_sub(self.0.first()?.target)? as usize;
        (at < self.0.len()).then_some(at)
    }

    /// The instructions that make what one reads.
    pub fn makers<'a>(&'a self, instruction: &'a Instruction) -> impl Iterator<Item = usize> + 'a {
        let reads = instruction.reads().iter();
        reads.filter_map(|place| self.maker(*place))
    }

    /// An instruction with all that it needs, in order.
    pub fn cone(&self, at: usize) -> Vec<Instruction> {
        let mut needed = vec![false; at + 1];
        needed[at] = true;
        for at in (0..=at).rev() {
            if needed[at] {
                self.makers(&self.0[at])
                    .for_each(|maker| needed[maker] = true);
            }
        }
        let pairs = self.0.iter().zip(needed);
        pairs
            .filter(|(_, needed)| *needed)
            .map(|(made, _)| *made)
            .collect()
    }

    /// Whether an instruction with all that it needs costs more than so much; only as much is read as says so.
    pub fn costs_more(&self, at: usize, limit: usize) -> bool {
        let (mut next, mut known, mut total) = (vec![at], vec![at], 0);
        while let Some(at) = next.pop() {
            total += cost(&self.0[at]);
            if total > limit {
                return true;
            }
            for maker in self.makers(&self.0[at]) {
                if !known.contains(&maker) {
                    known.push(maker);
                    next.push(maker);
                }
            }
        }
        false
    }
}

/// What an instruction costs, roughly, an addition being 1 and a look into a table 1 and its axes.
fn cost(instruction: &Instruction) -> usize {
    match instruction.operation {
        Operation::Function(
            Function::Exp | Function::Ln | Function::Power | Function::Logistic,
        ) => 10,
        _ => 1,
    }
}
