//! First times that are censored at one common horizon only: survival is one minus the empirical distribution.

use super::interval::wilson;

/// How many first times fell at or before each of a fixed number of equally spaced times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstTimes {
    /// `arrivals[i]`: first times in (t(i-1), t(i)]; `arrivals[0]`: at 0.
    arrivals: Vec<u64>,
}

/// Steps of the grid: 401 times from 0 to the horizon.
const STEPS: usize = 400;

/// Times of the grid.
pub(super) const PLACES: usize = STEPS + 1;

pub(super) fn grid_time(index: usize, horizon: f64) -> f64 {
    horizon * (index as f64 / STEPS as f64)
}

impl Default for FirstTimes {
    fn default() -> Self {
        Self {
            arrivals: vec![0; STEPS + 1],
        }
    }
}

/// Survival at the grid's times, with pointwise Wilson bands.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SurvivalCurve {
    /// Times from 0 to the horizon.
    pub t: Vec<f64>,
    /// Share whose first time is later.
    pub s: Vec<f64>,
    /// Lower 95 % limit.
    pub lo: Vec<f64>,
    /// Upper 95 % limit.
    pub hi: Vec<f64>,
}

/// Cumulative incidence at the grid's times, with pointwise Wilson bands.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct IncidenceCurve {
    /// Times from 0 to the horizon.
    pub t: Vec<f64>,
    /// Share whose first time has come.
    pub p: Vec<f64>,
    /// Lower 95 % limit.
    pub lo: Vec<f64>,
    /// Upper 95 % limit.
    pub hi: Vec<f64>,
}

impl FirstTimes {
    /// Adds a first time in [0, horizon].
    pub fn add(&mut self, time: f64, horizon: f64) {
        self.arrivals[Self::place(time, horizon)] += 1;
    }

    /// The place on the grid of the first of its times that a first time in [0, horizon] does not outlast; for NaN, a time
    /// beyond the horizon, the place behind the last.
    #[must_use]
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place on the grid"
    )]
    pub fn place(time: f64, horizon: f64) -> usize {
        if time.is_nan() {
            return STEPS + 1;
        }
        let guess = (time / horizon * STEPS as f64).ceil() as usize;
        let mut index = guess.min(STEPS);
        while index > 0 && time <= grid_time(index - 1, horizon) {
            index -= 1;
        }
        while index < STEPS && time > grid_time(index, horizon) {
            index += 1;
        }
        index
    }

    /// Adds all first times that `other` has seen.
    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.arrivals.iter_mut().zip(&other.arrivals) {
            *mine += theirs;
        }
    }

    /// How many first times were added.
    #[must_use]
    pub fn reached(&self) -> u64 {
        self.arrivals.iter().sum()
    }

    /// Cumulative incidence over `n` trials: the share whose first time, of the kind that was added here, has come. With
    /// censoring at the horizon only, that is what the Aalen–Johansen estimator gives.
    #[must_use]
    pub fn incidence(&self, n: u64, horizon: f64) -> IncidenceCurve {
        let [t, p, lo, hi] = shares(self.arrived(), n, horizon);
        IncidenceCurve { t, p, lo, hi }
    }

    /// The curve over `n` trials, of which those not added are censored at the horizon. Without earlier censoring, that is what
    /// the Kaplan–Meier estimator gives.
    #[must_use]
    pub fn survival(&self, n: u64, horizon: f64) -> SurvivalCurve {
        let [t, s, lo, hi] = shares(self.arrived().map(|arrived| n - arrived), n, horizon);
        SurvivalCurve { t, s, lo, hi }
    }

    /// How many first times fell at or before each of the grid's times.
    fn arrived(&self) -> impl Iterator<Item = u64> {
        self.arrivals.iter().scan(0, |arrived, arrivals| {
            *arrived += arrivals;
            Some(*arrived)
        })
    }
}

/// The grid's times, the share of `n` trials that are counted at each, and Wilson's limits.
fn shares(counts: impl Iterator<Item = u64>, n: u64, horizon: f64) -> [Vec<f64>; 4] {
    let mut columns = [const { Vec::new() }; 4];
    for (index, count) in counts.enumerate() {
        let [lo, hi] = wilson(count, n);
        let row = [
            grid_time(index, horizon),
            count as f64 / n.max(1) as f64,
            lo,
            hi,
        ];
        columns
            .iter_mut()
            .zip(row)
            .for_each(|(column, value)| column.push(value));
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_right_at_the_grid_itself() {
        let mut times = FirstTimes::default();
        for time in [0.0, 2.5, 2.5 + 1e-12, 10.0] {
            times.add(time, 10.0);
        }
        assert_eq!(times.reached(), 4);
        let curve = times.survival(5, 10.0);
        assert_eq!(curve.t.len(), 401);
        assert_eq!((curve.t[100], curve.t[400]), (2.5, 10.0));
        assert_eq!(curve.s[0], 0.8);
        assert_eq!(curve.s[99], 0.8);
        assert_eq!(curve.s[100], 0.6);
        assert_eq!(curve.s[101], 0.4);
        assert_eq!(curve.s[400], 0.2);
        for i in 0..=400 {
            assert!(curve.lo[i] <= curve.s[i] && curve.s[i] <= curve.hi[i]);
        }
    }
}
