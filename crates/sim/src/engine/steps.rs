//! The steps of a trial against its limits, and which of them repeat where an instant does not end.

use super::failure::{Fallible, Problem, fails};
use crate::program::Program;
use std::sync::atomic::{AtomicBool, Ordering};

/// How many of the last steps before `max_cascade` are kept.
const KEPT: usize = 64;

/// Steps of a trial between two looks at whether it is to stop: few enough for slow steps, many enough to cost nothing.
const BETWEEN_LOOKS: u64 = 64;

/// What stops no trial.
pub(super) static NEVER: AtomicBool = AtomicBool::new(false);

/// Firings, choices and dates passed, in all and at this instant.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Steps {
    pub all: u64,
    pub now: u64,
    /// The last steps at this instant, once it comes close to its limit.
    pub last: Vec<u32>,
}

impl Steps {
    pub fn new() -> Self {
        Self {
            all: 0,
            now: 0,
            last: Vec::with_capacity(1 + KEPT),
        }
    }

    /// A trial begins.
    pub fn clear(&mut self) {
        self.all = 0;
        self.time_passes();
    }

    /// An instant has ended.
    pub fn time_passes(&mut self) {
        self.now = 0;
        self.last.clear();
    }

    /// One step more, of an event or a rule; fails soon after `stop` is set.
    pub fn count(&mut self, program: &Program, stop: &AtomicBool, place: u32) -> Fallible {
        self.all += 1;
        self.now += 1;
        if self.all.is_multiple_of(BETWEEN_LOOKS) && stop.load(Ordering::Relaxed) {
            return fails(place, Problem::Stopped);
        }
        if self.all > program.max_events {
            return fails(place, Problem::TooManyEvents(self.all));
        }
        if self.now + KEPT as u64 > program.max_cascade {
            self.last.push(place);
        }
        if self.now > program.max_cascade {
            let names = repeating(&self.last)
                .into_iter()
                .map(|step| format!("`{}`", program.step_name(step)));
            let names = names.collect::<Vec<_>>().join(", ");
            return fails(place, Problem::EndlessCascade(self.now, names));
        }
        Ok(())
    }
}

/// The shortest run of steps that the last ones repeat; where there is none, each of them once.
fn repeating(last: &[u32]) -> Vec<u32> {
    let period = (1..=last.len() / 2).find(|period| {
        let (before, end) = last.split_at(last.len() - period);
        before.ends_with(end)
    });
    if let Some(period) = period {
        return last[last.len() - period..].to_vec();
    }
    let mut once = Vec::new();
    for step in last {
        if !once.contains(step) {
            once.push(*step);
        }
    }
    once
}

#[cfg(test)]
mod tests {
    use super::repeating;

    #[test]
    fn the_shortest_loop_is_found() {
        assert_eq!(repeating(&[7, 3, 3]), [3]);
        assert_eq!(repeating(&[9, 1, 2, 1, 2]), [1, 2]);
        assert_eq!(repeating(&[1, 1, 2, 1, 1, 2]), [1, 1, 2]);
        assert_eq!(repeating(&[1, 2, 1, 3]), [1, 2, 3]);
        assert_eq!(repeating(&[4]), [4]);
    }
}
