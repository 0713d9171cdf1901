//! What trials say of an outcome's mean.

use super::tally::OutcomeTally;
use crate::program::{Outcome, OutcomeKind};
use detente_stats::{mean_interval, wilson};

/// An outcome's mean and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Mean over trials; of a first time that of the smaller of it and the horizon.
    pub mean: f64,
    /// Its 95 % interval; none where all trials were equal, of kinds but `ever`.
    pub interval: Option<[f64; 2]>,
    /// The value that all trials share, where they do.
    pub constant: Option<f64>,
}

impl Estimate {
    /// Of one outcome over `n` trials that end at the horizon. The interval is Wilson's for `ever`, else Student's, cut off
    /// where no value can lie.
    #[must_use]
    pub fn of(of: &Outcome, tally: &OutcomeTally, n: u64, horizon: f64) -> Self {
        let constant = constant_value(of, tally, n, horizon);
        if of.kind == OutcomeKind::Ever {
            return Self {
                mean: tally.reached as f64 / n.max(1) as f64,
                interval: Some(wilson(tally.reached, n)),
                constant,
            };
        }
        let mean = constant.unwrap_or(tally.moments.mean());
        // No spread among the trials is no proof that there is none.
        let spread = tally.moments.se().filter(|se| *se > 0.0);
        let spread = spread.filter(|_| constant.is_none());
        let [least, most] = range(of.kind, horizon);
        Self {
            mean,
            interval: spread.map(|se| mean_interval(mean, se, n).map(|end| end.clamp(least, most))),
            constant,
        }
    }

    /// Half the width of the interval.
    #[must_use]
    pub fn half_width(&self) -> Option<f64> {
        self.interval.map(|[lo, hi]| (hi - lo) / 2.0)
    }
}

/// Where an outcome's values lie, whatever the scenario.
fn range(kind: OutcomeKind, horizon: f64) -> [f64; 2] {
    match kind {
        OutcomeKind::Ever | OutcomeKind::TimeShare => [0.0, 1.0],
        OutcomeKind::FirstTime => [0.0, horizon],
        OutcomeKind::Entries | OutcomeKind::Firings(_) | OutcomeKind::FiringsWhen(_) => {
            [0.0, f64::INFINITY]
        }
        _ => [f64::NEG_INFINITY, f64::INFINITY],
    }
}

/// The value that all trials share; of first times that of the smaller of it and the horizon.
fn constant_value(of: &Outcome, tally: &OutcomeTally, n: u64, horizon: f64) -> Option<f64> {
    let (least, most) = match (of.kind, tally.sketch.extremes()) {
        (OutcomeKind::FirstTime, None) => (horizon, horizon),
        // Who has not got there counts with the horizon.
        (OutcomeKind::FirstTime, Some((least, _))) if tally.reached < n => (least, horizon),
        (_, extremes) => extremes?,
    };
    (n > 0 && least == most).then_some(least)
}
