//! The next time of every clock, and which is first.
//!
//! A tournament tree: leaves are clocks in the order in which ties are broken, each inner node the earlier of
//! its two children, the left one if they are equal. So the root is always the right one, however many
//! clocks share a time.

/// The due times of a fixed number of clocks.
#[derive(Debug, Clone)]
pub(super) struct Schedule {
    /// Due time of each clock; infinite if it is not running. Padded to a power of two.
    due: Vec<f64>,
    /// `first[1]` is the root, the children of i are 2i and 2i + 1, the leaves begin at `due.len()`.
    first: Vec<u32>,
}

impl Schedule {
    pub fn new(clocks: usize) -> Self {
        let leaves = clocks.next_power_of_two().max(2);
        let mut schedule = Self {
            due: vec![f64::INFINITY; leaves],
            first: vec![0; 2 * leaves],
        };
        schedule.clear();
        schedule
    }

    /// Stops every clock.
    pub fn clear(&mut self) {
        self.due.fill(f64::INFINITY);
        let leaves = self.due.len();
        for node in (1..2 * leaves).rev() {
            self.first[node] = if node >= leaves {
                u32::try_from(node - leaves).unwrap_or(u32::MAX)
            } else {
                self.first[2 * node]
            };
        }
    }

    /// The clock that is due first, and when.
    pub fn next(&self) -> (f64, u32) {
        let clock = self.first[1];
        (self.due[clock as usize], clock)
    }

    /// Sets when a clock is due.
    pub fn set(&mut self, clock: u32, due: f64) {
        self.due[clock as usize] = due;
        let mut node = usize::midpoint(self.due.len(), clock as usize);
        while node >= 1 {
            let (left, right) = (self.first[2 * node], self.first[2 * node + 1]);
            let winner = if self.due[left as usize] <= self.due[right as usize] {
                left
            } else {
                right
            };
            if winner == self.first[node] && winner != clock {
                break;
            }
            self.first[node] = winner;
            node /= 2;
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
            clocks in 1_usize..20,
            changes in proptest::collection::vec((0_usize..20, 0_u8..6), 0..200),
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
