//! Consequences and choices that are under way: any number of instances, each with its own due time.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Something that will be due at a time. Equal times are ordered by rank, then by age.
#[derive(Debug, Clone, Copy)]
pub(super) struct Instance {
    pub due: f64,
    /// The event's place in the program; rules of the policy stand behind all events.
    pub rank: u32,
    /// The event whose firing started it; of a choice its own rank.
    pub cause: u32,
    /// Which firing of the cause, or which turn of the rule.
    pub firing: u64,
    /// Counts instances within a trial, older ones first.
    pub number: u64,
}

impl Ord for Instance {
    /// Reversed, because the standard heap yields the largest first.
    fn cmp(&self, other: &Self) -> Ordering {
        other
            .due
            .total_cmp(&self.due)
            .then_with(|| other.rank.cmp(&self.rank))
            .then_with(|| other.number.cmp(&self.number))
    }
}

impl PartialOrd for Instance {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Instance {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Instance {}

/// All instances under way in a trial.
#[derive(Debug, Clone, Default)]
pub(super) struct Pending {
    heap: BinaryHeap<Instance>,
    started: u64,
}

impl Pending {
    pub fn clear(&mut self) {
        self.heap.clear();
        self.started = 0;
    }

    pub fn start(&mut self, due: f64, rank: u32, cause: u32, firing: u64) {
        self.heap.push(Instance {
            due,
            rank,
            cause,
            firing,
            number: self.started,
        });
        self.started += 1;
    }

    pub fn next(&self) -> Option<&Instance> {
        self.heap.peek()
    }

    pub fn take(&mut self) -> Option<Instance> {
        self.heap.pop()
    }

    /// Takes an instance out of its turn.
    pub fn remove(&mut self, instance: &Instance) {
        self.heap.retain(|other| other != instance);
    }

    /// Puts an instance back that is due at another time.
    pub fn put_off(&mut self, instance: Instance, due: f64) {
        self.heap.push(Instance { due, ..instance });
    }

    /// All instances, those that are due first in front.
    pub fn in_order(&self) -> Vec<Instance> {
        let mut all: Vec<Instance> = self.heap.iter().copied().collect();
        all.sort_unstable_by(|a, b| b.cmp(a));
        all
    }

    /// How many have been started in the trial so far.
    pub fn started(&self) -> u64 {
        self.started
    }

    /// Instances that were under way in a trial that had started so many.
    pub fn of(instances: Vec<Instance>, started: u64) -> Self {
        Self {
            heap: instances.into(),
            started,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Pending;

    #[test]
    fn earlier_then_rank_then_older() {
        let mut pending = Pending::default();
        for (due, rank, cause) in [(2.0, 0, 0), (1.0, 3, 1), (1.0, 2, 2), (1.0, 2, 3)] {
            pending.start(due, rank, cause, 0);
        }
        let causes: Vec<u32> = std::iter::from_fn(|| pending.take())
            .map(|i| i.cause)
            .collect();
        assert_eq!(causes, [2, 3, 1, 0]);
    }
}
