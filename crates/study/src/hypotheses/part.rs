//! A linear part of a comparison, trial by trial, and the columns of values that it reads.

use detente_model::scenario::MeasureKind;
use detente_stats::{
    Moments, mean_p, normal_quantile, paired_difference_interval, paired_difference_p,
    student_quantile,
};

/// An outcome under a setting.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub program: usize,
    pub outcome: usize,
    pub kind: MeasureKind,
    pub horizon: f64,
    /// The smallest and largest value seen, and over all settings.
    pub seen: [f64; 2],
}

impl Column {
    /// How far two values can lie apart: by the outcome's kind, or else as far as any two that were seen; infinitely far, which
    /// is that nothing is known, where all values seen are equal.
    pub fn reach(&self) -> f64 {
        match self.kind {
            MeasureKind::Ever | MeasureKind::TimeShare => 1.0,
            MeasureKind::FirstTime => self.horizon,
            _ if self.seen[0] < self.seen[1] => self.seen[1] - self.seen[0],
            _ => f64::INFINITY,
        }
    }
}

/// What the trials so far say of the mean of a number and some outcomes, each times a factor.
///
/// The value is formed within each trial, whose outcomes under all settings share their random numbers; so the interval is that
/// of the combination itself, whatever its terms have in common.
#[derive(Debug, Clone)]
pub(super) struct Part {
    constant: f64,
    /// Factors, and where the values stand among the columns.
    terms: Vec<(f64, usize)>,
    moments: Moments,
    /// The first trial's value, and whether all others have it too.
    first: Option<f64>,
    equal: bool,
    /// Of a difference of two that happen or not: trials with one alone.
    happening: Option<Discordant>,
}

/// Trials in which one of two happened and the other did not.
#[derive(Debug, Clone, Copy, Default)]
struct Discordant {
    only_a: u64,
    only_b: u64,
}

impl Part {
    /// No trials yet of terms that are given by factor and column.
    pub fn new(constant: f64, terms: Vec<(f64, usize)>, columns: &[Column]) -> Self {
        let happens = |place: usize| columns[place].kind == MeasureKind::Ever;
        let difference = match terms.as_slice() {
            [(a, first), (b, second)] => {
                constant == 0.0
                    && a * b == -1.0
                    && a.abs() == 1.0
                    && happens(*first)
                    && happens(*second)
            }
            _ => false,
        };
        Self {
            constant,
            terms,
            moments: Moments::new(),
            first: None,
            equal: true,
            happening: difference.then(Discordant::default),
        }
    }

    /// Adds the next trials: the values of every column. `room` is for those of this part.
    pub fn add(&mut self, values: &[Vec<f64>], room: &mut Vec<f64>) {
        let trials = values.first().map_or(0, Vec::len);
        room.clear();
        room.resize(trials, self.constant);
        for (factor, column) in &self.terms {
            for (sum, value) in room.iter_mut().zip(&values[*column]) {
                *sum += factor * value;
            }
        }
        let first = *self
            .first
            .get_or_insert(room.first().copied().unwrap_or(0.0));
        self.equal &= room.iter().all(|value| *value == first);
        if let Some(happening) = &mut self.happening {
            happening.only_a += room.iter().filter(|value| **value > 0.0).count() as u64;
            happening.only_b += room.iter().filter(|value| **value < 0.0).count() as u64;
        }
        self.moments.merge(&Moments::of(room));
    }

    /// The mean.
    pub fn estimate(&self) -> f64 {
        if self.equal {
            self.first.unwrap_or(self.constant)
        } else {
            self.moments.mean()
        }
    }

    /// The mean's standard error; 0 where all trials are equal.
    pub fn se(&self) -> f64 {
        let se = self.moments.se().filter(|_| !self.equal);
        se.unwrap_or(0.0)
    }

    /// How far a trial may lie from the others where all have been equal: as far as the outcomes' values can. Infinite where
    /// that is not known: then no interval is finite, and p is 1.
    fn reach(&self, columns: &[Column]) -> f64 {
        if self.happening.is_some() {
            return 1.0;
        }
        let each = self.terms.iter();
        each.map(|(factor, place)| factor.abs() * columns[*place].reach())
            .sum()
    }

    /// The ends of the interval that misses the mean with a chance of `miss` at either end.
    pub fn ends(&self, miss: f64, columns: &[Column]) -> [f64; 2] {
        let n = self.moments.count();
        if let Some(of) = self.happening {
            return paired_difference_interval(
                of.only_a,
                of.only_b,
                n,
                normal_quantile(1.0 - miss),
            );
        }
        let mean = self.estimate();
        let half = match Some(self.se()).filter(|se| *se > 0.0) {
            Some(se) => student_quantile(1.0 - miss, n) * se,
            // The share of others that would leave n equal trials so improbable.
            None => -libm::expm1(libm::log(miss) / n.max(1) as f64) * self.reach(columns),
        };
        [mean - half, mean + half]
    }

    /// The one-sided p-value of a mean of `bound` or less.
    pub fn p_above(&self, bound: f64, columns: &[Column]) -> f64 {
        let n = self.moments.count();
        let side = |two_sided: f64| {
            if self.estimate() > bound {
                two_sided / 2.0
            } else {
                1.0 - two_sided / 2.0
            }
        };
        if let (Some(of), true) = (self.happening, bound == 0.0) {
            return match (of.only_a, of.only_b) {
                (a, b) if a == b => 1.0,
                (a, b) => side(paired_difference_p(a, b)),
            };
        }
        let above = self.estimate() - bound;
        match Some(self.se()).filter(|se| *se > 0.0) {
            Some(se) => side(mean_p(above, se, n)),
            None if above <= 0.0 => 1.0,
            None => {
                let reach = self.reach(columns);
                if reach <= above {
                    0.0
                } else {
                    libm::exp(n as f64 * libm::log1p(-above / reach))
                }
            }
        }
    }

    /// The one-sided p-value of a mean of `bound` or more.
    pub fn p_below(&self, bound: f64, columns: &[Column]) -> f64 {
        self.turned().p_above(-bound, columns)
    }

    /// The same with the other sign.
    fn turned(&self) -> Self {
        Self {
            constant: -self.constant,
            terms: self
                .terms
                .iter()
                .map(|(factor, place)| (-factor, *place))
                .collect(),
            moments: self.moments.negated(),
            first: self.first.map(|first| -first),
            equal: self.equal,
            happening: self.happening.map(|of| Discordant {
                only_a: of.only_b,
                only_b: of.only_a,
            }),
        }
    }
}
