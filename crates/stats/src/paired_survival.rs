//! Two survival curves over the same trials, apart.

use super::interval::Z_95;
use super::paired::paired_difference_interval;
use super::survival::{PLACES, grid_time};

/// For each time of the grid of first times, the trials in which one of two has not come and the other has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairedFirstTimes {
    /// Steps of the number of trials in which the first alone is still to come.
    only_first: Vec<i64>,
    /// The same of the second.
    only_second: Vec<i64>,
    trials: u64,
}

/// The difference of two survival curves with pointwise bands.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DifferenceCurve {
    /// Times from 0 to the horizon.
    pub t: Vec<f64>,
    /// The share whose first time is later, less the other's.
    pub d: Vec<f64>,
    /// Lower 95 % limit.
    pub lo: Vec<f64>,
    /// Upper 95 % limit.
    pub hi: Vec<f64>,
}

impl Default for PairedFirstTimes {
    fn default() -> Self {
        Self {
            only_first: vec![0; PLACES + 1],
            only_second: vec![0; PLACES + 1],
            trials: 0,
        }
    }
}

impl PairedFirstTimes {
    /// Adds a trial, by the two first times' places on the grid ([`FirstTimes::place`](super::FirstTimes::place)).
    pub fn add(&mut self, first: usize, second: usize) {
        self.trials += 1;
        if first > second {
            self.only_first[second] += 1;
            self.only_first[first] -= 1;
        } else if second > first {
            self.only_second[first] += 1;
            self.only_second[second] -= 1;
        }
    }

    /// The first's survival less the second's, with Tango's score intervals.
    #[must_use]
    pub fn difference(&self, horizon: f64) -> DifferenceCurve {
        let mut curve = DifferenceCurve::default();
        let (mut first, mut second) = (0, 0);
        for index in 0..PLACES {
            first += self.only_first[index];
            second += self.only_second[index];
            let counts = [first, second].map(i64::unsigned_abs);
            let [lo, hi] = paired_difference_interval(counts[0], counts[1], self.trials, Z_95);
            curve.t.push(grid_time(index, horizon));
            curve
                .d
                .push((first - second) as f64 / self.trials.max(1) as f64);
            curve.lo.push(lo);
            curve.hi.push(hi);
        }
        curve
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FirstTimes;

    #[test]
    fn curves_are_those_of_each_apart() {
        let horizon = 8.0;
        let first = [0.5, f64::NAN, 3.0, 0.0, 8.0, 2.2, f64::NAN];
        let second = [0.5, 7.0, f64::NAN, 0.1, 8.0, 2.1, f64::NAN];
        let mut pairs = PairedFirstTimes::default();
        let mut alone = [FirstTimes::default(), FirstTimes::default()];
        for (a, b) in first.iter().zip(&second) {
            pairs.add(
                FirstTimes::place(*a, horizon),
                FirstTimes::place(*b, horizon),
            );
            for (times, time) in alone.iter_mut().zip([a, b]) {
                if !time.is_nan() {
                    times.add(*time, horizon);
                }
            }
        }
        let curve = pairs.difference(horizon);
        let [a, b] = alone.map(|times| times.survival(7, horizon));
        assert_eq!(curve.t, a.t);
        for index in 0..curve.t.len() {
            assert!(
                (curve.d[index] - (a.s[index] - b.s[index])).abs() < 1e-12,
                "{index}"
            );
            assert!(curve.lo[index] < curve.d[index] && curve.d[index] < curve.hi[index]);
        }
    }
}
