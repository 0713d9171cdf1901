//! The clocks that a firing has touched, each once, in the order in which it touched them.

use crate::program::Touch;

/// A set of clocks, with what was touched of each, that keeps its order.
#[derive(Debug, Clone)]
pub(super) struct Touched {
    /// The first `count` are the clocks; as long as there are clocks at all.
    order: Vec<u32>,
    count: usize,
    touches: Vec<Touch>,
}

impl Touched {
    /// None of so many clocks.
    pub fn new(clocks: usize) -> Self {
        Self {
            order: vec![0; clocks],
            count: 0,
            touches: vec![Touch::NOTHING; clocks],
        }
    }

    pub fn clear(&mut self) {
        self.count = 0;
        self.touches.fill(Touch::NOTHING);
    }

    /// Adds readers of a slot, as [`Touch::packed`] has them.
    pub fn add_all(&mut self, readers: &[u32]) {
        let mut count = self.count;
        for reader in readers {
            let (clock, touch) = Touch::unpacked(*reader);
            let known = &mut self.touches[clock as usize];
            if *known == Touch::NOTHING {
                self.order[count] = clock;
                count += 1;
            }
            *known = known.and(touch);
        }
        self.count = count;
    }

    pub fn add(&mut self, clock: u32, touch: Touch) {
        self.add_all(&[touch.packed(clock)]);
    }

    /// How many clocks there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The clock at a place of the order, with what was touched of it, which is forgotten.
    pub fn take(&mut self, at: usize) -> (u32, Touch) {
        let clock = self.order[at];
        let touch = std::mem::replace(&mut self.touches[clock as usize], Touch::NOTHING);
        (clock, touch)
    }

    /// Forgets the order, when every clock has been taken.
    pub fn done(&mut self) {
        self.count = 0;
    }
}
