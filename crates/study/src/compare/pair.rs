//! Two policies on one outcome, trial by trial.

use super::sharing::sharing;
use detente_model::scenario::MeasureKind;
use detente_report::comparison::{
    DominanceClaim, DominancePair, PairComparison, RiskRatio, SurvivalDifference,
};
use detente_stats::{
    Dominance, DominanceGrid, DominanceTally, DominanceTest, Moments, PairedFirstTimes,
    PlacedColumn, mean_p, normal_quantile, paired_difference_interval, paired_difference_p,
    paired_ratio, student_quantile,
};

/// What the trials so far say of two policies' difference on one outcome.
#[derive(Debug, Clone)]
pub(super) struct Pair {
    kind: MeasureKind,
    horizon: f64,
    /// Of the differences.
    pub difference: Moments,
    /// Trials in which both have the same value.
    equal: u64,
    /// Of `ever`: trials in which it happened under both, and under one alone.
    both: u64,
    only_a: u64,
    only_b: u64,
    /// Where survival curves are to be told apart.
    first_times: Option<PairedFirstTimes>,
    /// Where one direction is better, once there are trials.
    dominance: Option<DominanceTally>,
}

/// One policy's values of one outcome in the same trials as another's.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column<'a> {
    /// Values; of a first time the smaller of it and the horizon.
    pub values: &'a [f64],
    /// Of a first time, its places on the grid.
    pub places: &'a [usize],
    /// Where one direction is better, its values among the thresholds of dominance.
    pub placed: Option<&'a PlacedColumn<'a>>,
}

impl Pair {
    /// No trials yet; of first times, `curves` says whether survival curves are to be told apart.
    pub fn new(kind: MeasureKind, horizon: f64, curves: bool) -> Self {
        Self {
            kind,
            horizon,
            difference: Moments::new(),
            equal: 0,
            both: 0,
            only_a: 0,
            only_b: 0,
            first_times: (curves && kind == MeasureKind::FirstTime).then(PairedFirstTimes::default),
            dominance: None,
        }
    }

    /// Before any trials: the thresholds at which dominance is looked for.
    pub fn look_for_dominance(&mut self, grid: &DominanceGrid) {
        self.dominance = Some(DominanceTally::new(grid));
    }

    /// Adds the next trials. `room` is for the differences.
    pub fn add(&mut self, a: Column<'_>, b: Column<'_>, room: &mut Vec<f64>) {
        if let (Some(tally), Some(a), Some(b)) = (&mut self.dominance, a.placed, b.placed) {
            tally.add(a, b);
        }
        room.clear();
        room.extend(a.values.iter().zip(b.values).map(|(a, b)| a - b));
        self.difference.merge(&Moments::of(room));
        self.equal += room.iter().filter(|apart| **apart == 0.0).count() as u64;
        if self.kind == MeasureKind::Ever {
            let count = |wanted: [f64; 2]| {
                let pairs = a.values.iter().zip(b.values);
                pairs.filter(|(a, b)| [**a, **b] == wanted).count() as u64
            };
            self.both += count([1.0, 1.0]);
            self.only_a += count([1.0, 0.0]);
            self.only_b += count([0.0, 1.0]);
        }
        if let Some(first_times) = &mut self.first_times {
            for (a, b) in a.places.iter().zip(b.places) {
                first_times.add(*a, *b);
            }
        }
    }

    fn trials(&self) -> u64 {
        self.difference.count()
    }

    /// The mean of a − b.
    pub fn estimate(&self) -> f64 {
        self.difference.mean()
    }

    /// The interval of the mean difference that misses it with a chance of `miss` on either side; none where the trials
    /// show no spread from which to judge.
    pub fn interval(&self, miss: f64) -> Option<[f64; 2]> {
        let n = self.trials();
        let z = || normal_quantile(1.0 - miss);
        if self.kind == MeasureKind::Ever {
            return Some(paired_difference_interval(self.only_a, self.only_b, n, z()));
        }
        let most = match self.kind {
            MeasureKind::TimeShare => Some(1.0),
            MeasureKind::FirstTime => Some(self.horizon),
            _ => None,
        };
        if self.equal == n {
            // No trial in n differs: a share of trials that do, as large as n trials leave possible, by as much as values can.
            let z = z();
            let share = z * z / (n as f64 + z * z);
            return most.map(|most| [-share * most, share * most]);
        }
        let se = self.difference.se().filter(|se| *se > 0.0)?;
        let half = student_quantile(1.0 - miss, n) * se;
        let mean = self.estimate();
        let within = most.unwrap_or(f64::INFINITY);
        Some([mean - half, mean + half].map(|end| end.clamp(-within, within)))
    }

    /// Whether a − b, times `sign`, is shown to be above 0 with a chance of at most `miss` to be wrong: by the exact test for
    /// `ever`, else by the interval; where all trials differ by the same, by the sign test.
    pub fn is_above(&self, sign: f64, miss: f64) -> bool {
        let n = self.trials();
        if sign * self.estimate() <= 0.0 {
            return false;
        }
        if self.kind == MeasureKind::Ever {
            return paired_difference_p(self.only_a, self.only_b) / 2.0 <= miss;
        }
        match self.interval(miss) {
            Some([lo, hi]) => {
                if sign > 0.0 {
                    lo > 0.0
                } else {
                    hi < 0.0
                }
            }
            None => libm::pow(0.5, n as f64) <= miss,
        }
    }

    /// The two-sided p-value of no difference; none where the trials show no spread from which to judge.
    pub fn p(&self) -> Option<f64> {
        if self.kind == MeasureKind::Ever {
            return Some(paired_difference_p(self.only_a, self.only_b));
        }
        if self.equal == self.trials() {
            return Some(1.0);
        }
        let se = self.difference.se().filter(|se| *se > 0.0)?;
        Some(mean_p(self.estimate(), se, self.trials()))
    }

    /// What is reported, but for the p-value adjusted.
    pub fn report(
        &self,
        [policy_a, policy_b]: [&str; 2],
        [of_a, of_b]: [&Moments; 2],
    ) -> PairComparison {
        let survival = self.first_times.as_ref().map(|first_times| {
            let curve = first_times.difference(self.horizon);
            SurvivalDifference {
                t: curve.t,
                d: curve.d,
                lo: curve.lo,
                hi: curve.hi,
            }
        });
        PairComparison {
            policy_a: policy_a.to_owned(),
            policy_b: policy_b.to_owned(),
            estimate: self.estimate(),
            se: self.difference.se(),
            ci95: self.interval(MISS),
            p: self.p(),
            p_holm: None,
            trials_that_differ: self.trials() - self.equal,
            sharing: sharing(of_a, of_b, &self.difference),
            ratio: (self.kind == MeasureKind::Ever).then(|| self.ratio()),
            dominance: self.dominance.as_ref().map(dominance),
            survival,
        }
    }

    fn ratio(&self) -> RiskRatio {
        let ratio = paired_ratio(self.both, self.only_a, self.only_b);
        RiskRatio {
            estimate: ratio.value,
            ci95: [Some(ratio.low), ratio.high],
        }
    }
}

fn dominance(tally: &DominanceTally) -> DominancePair {
    let claim = |test: DominanceTest| DominanceClaim {
        shown: match test.shown() {
            Dominance::FirstOrder => Some("first".to_owned()),
            Dominance::SecondOrder => Some("second".to_owned()),
            Dominance::None => None,
        },
        p_first: test.first.p,
        p_second: test.second.p,
    };
    let verdict = tally.verdict();
    DominancePair {
        a_over_b: claim(verdict.a_over_b),
        b_over_a: claim(verdict.b_over_a),
    }
}

/// The chance that a 95 % interval misses on either side.
pub(super) const MISS: f64 = 0.025;
