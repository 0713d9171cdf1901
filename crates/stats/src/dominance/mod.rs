//! Stochastic dominance between outcomes of two policies in the same trials, tested in one pass.

#[cfg(test)]
mod tests;

use super::paired::half_tail;
use crate::direction::Direction;
use std::f64::consts::SQRT_2;
use std::sync::Arc;

/// Thresholds at most.
const THRESHOLDS: usize = 99;

/// Up to so many discordant trials the binomial distribution is summed; beyond, the normal one is as good.
const SUMMED: u64 = 1_000;

/// A mean over fewer trials that differ proves nothing: it is too far from a normal law.
const FEWEST: u64 = 30;

/// What is claimed is false with at most this probability.
const LEVEL: f64 = 0.05;

/// Thresholds at which the distributions of an outcome are compared, made once from a pooled sample of all policies.
#[derive(Debug, Clone, PartialEq)]
pub struct DominanceGrid {
    /// Ascending, with the sign changed where smaller values are better, so that larger ones always are.
    cuts: Arc<[f64]>,
    better: Direction,
}

/// A policy's values with their places among the thresholds.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedColumn<'a> {
    values: &'a [f64],
    /// How many thresholds lie below each value.
    positions: Vec<u16>,
}

impl DominanceGrid {
    /// Thresholds from a pooled sample. A threshold t parts the values that are not better than t from those that
    /// are, so the best value is none. The values that part off between 1 % and 99 % of the sample are: all of them,
    /// if they are at most 99, or those at 1 %, 2 %, …, 99 %. Where there are none, as for a rare event, the one that
    /// parts the sample most evenly is. Without two different values there is no threshold, and nothing is ever
    /// claimed.
    #[must_use]
    pub fn new(pooled: &[f64], better: Direction) -> Self {
        let mut sorted: Vec<f64> = pooled.iter().map(|value| better.upwards(*value)).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let all = sorted.len();
        // Each value but the largest, and how many are at or below it.
        let mut parted: Vec<(f64, usize)> = Vec::new();
        let mut below = 0;
        for tied in sorted.chunk_by(|a, b| a == b) {
            below += tied.len();
            if below < all {
                parted.push((tied[0], below));
            }
        }
        let inner = |below: usize| all <= 100 * below && 100 * below <= 99 * all;
        let evenly = parted
            .iter()
            .max_by_key(|(_, below)| (*below).min(all - below));
        let mut kept: Vec<(f64, usize)> =
            parted.iter().filter(|cut| inner(cut.1)).copied().collect();
        if kept.is_empty() {
            kept.extend(evenly);
        }
        if kept.len() > THRESHOLDS {
            let at = |percent| {
                let place = kept.partition_point(|(_, below)| 100 * below < percent * all);
                kept.get(place).copied()
            };
            kept = (1..=THRESHOLDS).filter_map(at).collect();
            kept.dedup();
        }
        Self {
            cuts: kept.iter().map(|(value, _)| *value).collect(),
            better,
        }
    }

    /// The thresholds in ascending order.
    #[must_use]
    pub fn thresholds(&self) -> Vec<f64> {
        let mut thresholds: Vec<f64> = self
            .cuts
            .iter()
            .map(|cut| self.better.upwards(*cut))
            .collect();
        thresholds.sort_unstable_by(f64::total_cmp);
        thresholds
    }

    /// Looks up a policy's values, once for all its comparisons. They must be numbers; infinite ones prevent second
    /// order.
    #[must_use]
    #[allow(clippy::cast_possible_truncation, reason = "at most 99")]
    pub fn place<'a>(&self, values: &'a [f64]) -> PlacedColumn<'a> {
        let position = |value: &f64| {
            let value = self.better.upwards(*value);
            self.cuts.partition_point(|cut| *cut < value) as u16
        };
        PlacedColumn {
            values,
            positions: values.iter().map(position).collect(),
        }
    }
}

impl Direction {
    /// A value on the axis on which larger values are better, and back.
    fn upwards(self, value: f64) -> f64 {
        match self {
            Self::Higher => value,
            // Not −0.
            Self::Lower => 0.0 - value,
        }
    }
}

/// What has been counted of pairs of values on one grid.
///
/// In a pair of different values call them low and high. At thresholds below low they do not differ; up to high the
/// pair is open, and parted by the threshold t, by which the shortfalls (t − A)+ and (t − B)+ differ by t − low; from
/// high on it is closed, and they differ by high − low.
#[derive(Debug, Clone, PartialEq)]
pub struct DominanceTally {
    grid: DominanceGrid,
    /// What changes at each threshold from the one before, and behind the last.
    slots: Vec<Slot>,
}

#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Slot {
    /// Pairs that open here less those that close, where low is A's.
    open_a: i64,
    /// The same where low is B's.
    open_b: i64,
    /// Sums of t − low over the same pairs, at this threshold.
    short_a: f64,
    short_b: f64,
    /// Sum of its squares over both.
    short_squares: f64,
    /// Sum of B − A over pairs that close here, and of its squares.
    apart: f64,
    apart_squares: f64,
    /// Pairs whose low lies below this threshold, but not below the one before.
    told: u64,
}

/// What trials say at one threshold, or of the means.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Compared {
    /// Trials in which only A's value, or only B's, is at or below the threshold.
    only_a: u64,
    only_b: u64,
    /// Trials in which the shortfalls of A and B differ.
    told: u64,
    /// Sum of A's shortfall less B's, and of its squares.
    short: f64,
    short_squares: f64,
}

impl DominanceTally {
    /// No pairs yet.
    #[must_use]
    pub fn new(grid: &DominanceGrid) -> Self {
        Self {
            grid: grid.clone(),
            slots: vec![Slot::default(); grid.cuts.len() + 1],
        }
    }

    /// Adds the trials of two policies, placed on this tally's grid, which stand in the same order in both columns.
    pub fn add(&mut self, a: &PlacedColumn, b: &PlacedColumn) {
        let better = self.grid.better;
        let cuts = &self.grid.cuts;
        let a = a.values.iter().zip(&a.positions);
        let b = b.values.iter().zip(&b.positions);
        for ((&a, &place_a), (&b, &place_b)) in a.zip(b) {
            if a == b {
                continue;
            }
            let (a, b) = (better.upwards(a), better.upwards(b));
            let a_is_low = a < b;
            let (low, from, high, to) = if a_is_low {
                (a, usize::from(place_a), b, usize::from(place_b))
            } else {
                (b, usize::from(place_b), a, usize::from(place_a))
            };
            // At a threshold that is low itself the shortfalls are both 0.
            let met = cuts.get(from).is_some_and(|cut| *cut == low);
            self.slots[from + usize::from(met)].told += 1;
            if from < to {
                self.slots[from].open(a_is_low, 1, cuts[from] - low);
                if let Some(cut) = cuts.get(to) {
                    self.slots[to].open(a_is_low, -1, cut - low);
                }
            }
            let apart = high - low;
            self.slots[to].apart += b - a;
            self.slots[to].apart_squares += apart * apart;
        }
    }

    /// Adds all pairs that `other`, on the same grid, has seen.
    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.slots.iter_mut().zip(&other.slots) {
            mine.open_a += theirs.open_a;
            mine.open_b += theirs.open_b;
            mine.short_a += theirs.short_a;
            mine.short_b += theirs.short_b;
            mine.short_squares += theirs.short_squares;
            mine.apart += theirs.apart;
            mine.apart_squares += theirs.apart_squares;
            mine.told += theirs.told;
        }
    }

    /// What was seen at each threshold, and of the means: what the shortfalls tend to beyond all values.
    fn compared(&self) -> (Vec<Compared>, Compared) {
        let mut now = Slot::default();
        let mut compared = Vec::with_capacity(self.grid.cuts.len());
        let mut before = None;
        for (cut, slot) in self.grid.cuts.iter().zip(&self.slots) {
            if let Some(before) = before {
                now.move_on(cut - before);
            }
            before = Some(cut);
            now.step(slot);
            compared.push(now.compared());
        }
        // Pairs that stay open are closed behind the last threshold.
        let mut means = now;
        if let Some(last) = self.slots.last() {
            means.step(last);
        }
        means.close();
        (compared, means.compared())
    }

    /// Whether A dominates B, and B A.
    ///
    /// First order: at every threshold A's value is the less likely to be no better than it, so that whoever prefers
    /// better values, and distinguishes them at the thresholds alone, prefers A. Second order: at every threshold t
    /// A's expected shortfall (t − A)+ is smaller, and A's mean is better, so that everyone does whose utility is
    /// increasing, concave, and bent at thresholds only, from those who want the mean to those who avoid risk. (Where
    /// smaller values are better, the axis is mirrored: a shortfall is what exceeds t.) Dominance is thus restricted
    /// to the grid's range, usually from the 1st to the 99th percentile of all policies; nothing is said of the order
    /// of the distributions beyond it.
    ///
    /// The null hypothesis is that A does *not* dominate: Davidson & Duclos 2013, doi:10.1080/07474938.2012.690332.
    /// Dominance is shown only if a one-sided test with paired trials is significant at every threshold, so the
    /// p-value is the largest of all. If at some threshold A is not better, then this one test shows it to be with at
    /// most 5 % probability, and so does the whole: each of the four claims is false with at most 5 % probability,
    /// and there is no more to adjust for in the number of thresholds. Two limits: thresholds at which no trial tells
    /// A and B apart are left out, so that what happens in less than about 3 of all trials may go unseen; and for
    /// second order sums over trials must be nearly normal, which very rare and very large differences prevent.
    ///
    /// The tests: for first order the exact sign test of discordant trials, or beyond 1,000 of them its normal
    /// approximation with a correction for continuity. For second order the sum of differences over the root of the
    /// sum of their squares, as standard normal; this is t with the variance taken around 0, as it is between the
    /// hypotheses. It needs 30 trials that differ.
    #[must_use]
    pub fn verdict(&self) -> DominanceVerdict {
        let (compared, means) = self.compared();
        let thresholds = || {
            self.grid
                .cuts
                .iter()
                .map(|cut| self.grid.better.upwards(*cut))
        };
        let test = |sign: f64| {
            let mut test = DominanceTest {
                first: OrderTest::NOTHING,
                second: OrderTest::NOTHING,
            };
            for (threshold, compared) in thresholds().zip(&compared) {
                let at = Weakest::Threshold(threshold);
                test.first.meet(compared.first_order_p(sign), at);
                test.second.meet(compared.second_order_p(sign), at);
            }
            if !compared.is_empty() {
                test.second.meet(means.second_order_p(sign), Weakest::Mean);
            }
            test
        };
        DominanceVerdict {
            a_over_b: test(1.0),
            b_over_a: test(-1.0),
        }
    }
}

impl Slot {
    fn open(&mut self, a_is_low: bool, pairs: i64, short: f64) {
        let sign = pairs as f64;
        if a_is_low {
            self.open_a += pairs;
            self.short_a += sign * short;
        } else {
            self.open_b += pairs;
            self.short_b += sign * short;
        }
        self.short_squares += sign * (short * short);
    }

    /// Sums over all slots so far, `by` further up the axis. Only positive terms are added, so nothing cancels.
    fn move_on(&mut self, by: f64) {
        let (open_a, open_b) = (self.open_a as f64, self.open_b as f64);
        self.short_squares += by * (2.0 * (self.short_a + self.short_b) + by * (open_a + open_b));
        self.short_a += by * open_a;
        self.short_b += by * open_b;
    }

    /// Sums over all slots, with the next of them.
    fn step(&mut self, slot: &Self) {
        self.open_a += slot.open_a;
        self.open_b += slot.open_b;
        self.short_a += slot.short_a;
        self.short_b += slot.short_b;
        self.short_squares += slot.short_squares;
        self.apart += slot.apart;
        self.apart_squares += slot.apart_squares;
        self.told += slot.told;
        // What rounding leaves of pairs that are all closed.
        if self.open_a == 0 {
            self.short_a = 0.0;
        }
        if self.open_b == 0 {
            self.short_b = 0.0;
        }
        if self.open_a + self.open_b == 0 {
            self.short_squares = 0.0;
        }
    }

    fn close(&mut self) {
        self.open_a = 0;
        self.open_b = 0;
        self.short_a = 0.0;
        self.short_b = 0.0;
        self.short_squares = 0.0;
    }

    fn compared(&self) -> Compared {
        Compared {
            only_a: self.open_a.unsigned_abs(),
            only_b: self.open_b.unsigned_abs(),
            told: self.told,
            short: self.short_a - self.short_b + self.apart,
            short_squares: self.short_squares + self.apart_squares,
        }
    }
}

impl Compared {
    /// One-sided p-value of: A, or B where `sign` is −1, is the less likely to be at or below the threshold. None
    /// where no trial tells them apart.
    fn first_order_p(&self, sign: f64) -> Option<f64> {
        let discordant = self.only_a + self.only_b;
        let worse = if sign > 0.0 { self.only_a } else { self.only_b };
        if discordant == 0 {
            return None;
        }
        if discordant <= SUMMED {
            return Some(half_tail(worse, discordant));
        }
        let lead = discordant as f64 - 2.0 * worse as f64 - 1.0;
        Some(upper_tail(lead / (discordant as f64).sqrt()))
    }

    /// The same of: A's, or B's, expected shortfall is smaller.
    fn second_order_p(&self, sign: f64) -> Option<f64> {
        if self.told == 0 {
            return None;
        }
        let z = -sign * self.short / self.short_squares.sqrt();
        let sound = self.told >= FEWEST && self.short_squares > 0.0 && z.is_finite();
        Some(if sound { upper_tail(z) } else { 1.0 })
    }
}

/// The probability that a standard normal number is above z.
fn upper_tail(z: f64) -> f64 {
    0.5 * libm::erfc(z / SQRT_2)
}

/// The test of both orders in both directions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DominanceVerdict {
    /// Whether A dominates B.
    pub a_over_b: DominanceTest,
    /// Whether B dominates A.
    pub b_over_a: DominanceTest,
}

/// The test of both orders in one direction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DominanceTest {
    /// Preferred by everyone who prefers better values.
    pub first: OrderTest,
    /// Preferred by everyone who, besides, does not seek risk.
    pub second: OrderTest,
}

/// The test of one order in one direction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OrderTest {
    /// The largest of all one-sided p-values: the p-value against "does not dominate". 1 where no trial tells the
    /// policies apart.
    pub p: f64,
    /// Where that is.
    pub weakest: Weakest,
}

/// Where the evidence of dominance is weakest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Weakest {
    /// At this threshold.
    Threshold(f64),
    /// In the means.
    Mean,
    /// No trial tells the policies apart.
    Nowhere,
}

/// What has been shown at 5 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dominance {
    /// First order, and with it second.
    FirstOrder,
    /// Second order, but not first.
    SecondOrder,
    /// Neither; which does not show that there is none.
    None,
}

impl OrderTest {
    const NOTHING: Self = Self {
        p: 1.0,
        weakest: Weakest::Nowhere,
    };

    /// Takes a further condition into account.
    fn meet(&mut self, p: Option<f64>, at: Weakest) {
        if let Some(p) = p.filter(|p| self.weakest == Weakest::Nowhere || *p > self.p) {
            *self = Self { p, weakest: at };
        }
    }
}

impl DominanceTest {
    /// What this test shows.
    #[must_use]
    pub fn shown(&self) -> Dominance {
        if self.first.p <= LEVEL {
            Dominance::FirstOrder
        } else if self.second.p <= LEVEL {
            Dominance::SecondOrder
        } else {
            Dominance::None
        }
    }
}
