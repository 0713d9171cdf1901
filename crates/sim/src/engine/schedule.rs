//! The next time of every clock, and which is first.
//!
//! Clocks stand in small blocks in the order in which ties are broken, and above the blocks stands a tournament tree:
//! its leaves are the blocks' first clocks, each inner node the earlier of its two children. An event moves several
//! clocks, often of one block, so that a block is searched, and its path to the root played again, only when the next
//! clock is asked for.

/// Clocks in a block: 16 comparisons in a row cost less than four levels of a tree.
const BLOCK: usize = 16;

/// The due times of a fixed number of clocks.
#[derive(Debug, Clone)]
pub(super) struct Schedule {
    blocks: Vec<Block>,
    /// The blocks that are stale.
    stale: Vec<usize>,
    /// The root is at 1, the children of i are 2i and 2i + 1, the second half are the leaves.
    tree: Vec<First>,
}

#[derive(Debug, Clone)]
struct Block {
    /// When each clock is due, infinite if it is not running, as bits: times are not negative, so that their bits are
    /// ordered as they are.
    due: [u64; BLOCK],
    /// Whether there is a time that the tree does not know.
    stale: bool,
}

/// No clock is running.
const IDLE: Block = Block {
    due: [f64::INFINITY.to_bits(); BLOCK],
    stale: false,
};

/// The first of some clocks: the bits of its time, then the clock, so that the smaller number comes first.
type First = u128;

/// The first clock of a block, whose clocks are numbered from `start`.
fn first_of(block: &Block, start: usize) -> First {
    let (mut time, mut place) = (block.due[0], 0);
    for (other, other_time) in block.due.iter().enumerate().skip(1) {
        if *other_time < time {
            (time, place) = (*other_time, other);
        }
    }
    u128::from(time) << 64 | (start + place) as u128
}

impl Schedule {
    pub fn new(clocks: usize) -> Self {
        let leaves = clocks.div_ceil(BLOCK).next_power_of_two();
        let mut schedule = Self {
            blocks: vec![IDLE; leaves],
            stale: Vec::with_capacity(leaves),
            tree: vec![0; 2 * leaves],
        };
        schedule.clear();
        schedule
    }

    /// Stops every clock.
    pub fn clear(&mut self) {
        let leaves = self.blocks.len();
        self.blocks.fill(IDLE);
        self.stale.clear();
        for (place, block) in self.blocks.iter().enumerate() {
            self.tree[leaves + place] = first_of(block, place * BLOCK);
        }
        for node in (1..leaves).rev() {
            self.tree[node] = self.tree[2 * node];
        }
    }

    /// The clock that is due first, and when.
    #[allow(
        clippy::cast_possible_truncation,
        reason = "the halves that it was made of"
    )]
    pub fn next(&mut self) -> (f64, u32) {
        while let Some(place) = self.stale.pop() {
            let block = &mut self.blocks[place];
            block.stale = false;
            let mut first = first_of(block, place * BLOCK);
            let mut node = self.blocks.len() + place;
            self.tree[node] = first;
            while node > 1 {
                first = first.min(self.tree[node ^ 1]);
                node /= 2;
                self.tree[node] = first;
            }
        }
        let first = self.tree[1];
        (f64::from_bits((first >> 64) as u64), first as u32)
    }

    /// Sets when a clock is due.
    pub fn set(&mut self, clock: u32, time: f64) {
        let place = clock as usize / BLOCK;
        let block = &mut self.blocks[place];
        // Adding 0 makes -0 the 0 that it equals.
        block.due[clock as usize % BLOCK] = (time + 0.0).to_bits();
        if !block.stale {
            block.stale = true;
            self.stale.push(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Schedule;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_root_is_the_first_of_the_earliest(
            clocks in 1_usize..80,
            changes in proptest::collection::vec((0_usize..80, 0_u8..6), 0..400),
        ) {
            let mut schedule = Schedule::new(clocks);
            let mut due = vec![f64::INFINITY; clocks];
            for (clock, time) in changes {
                let clock = clock % clocks;
                let time = if time == 5 { f64::INFINITY } else { f64::from(time) };
                due[clock] = time;
                schedule.set(u32::try_from(clock).unwrap(), time);
                let earliest = due.iter().copied().fold(f64::INFINITY, f64::min);
                let first = due.iter().position(|t| *t == earliest).unwrap();
                prop_assert_eq!(schedule.next(), (earliest, u32::try_from(first).unwrap()));
            }
        }
    }
}
