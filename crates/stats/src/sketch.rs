//! Quantiles in one pass, whatever the order of values and merges.

use super::order::rank;

/// Bins up to which they are kept as narrow as can be.
const BINS: usize = 2048;

/// The level of bins that hold a single number each.
const FINEST: i32 = -1074;

/// The level from which on all bins are 1/128 of a doubling wide.
const COARSEST: i32 = 1017;

/// Bits of the mantissa that bins may drop; seven are left.
const DROPPED_AT_MOST: i32 = 52 - 7;

/// Counts of values in bins that adapt to the spread of the values.
///
/// The bins of level j are 2^j wide, cut at multiples of 2^j, or 1/128 of a doubling, whichever is less. The sketch has the
/// lowest level at which at most 2,048 bins hold values; if there is none, all bins are 1/128 of a doubling wide.
/// So up to 2,048 different values are all known exactly, and a spread that is small beside the level has fine bins.
///
/// Sketches of the same values are equal whatever the parts that were added and the order of merges. For the bins of a
/// level are unions of those of the level below. So the number N(j, S) of bins of level j that hold values of S never
/// rises with j. It never falls with S. Therefore the level j(S) = min {j: N(j, S) ≤ 2,048} of a part A of S is at most j(S):
/// A's bins, coarsened to j(S), are those that the values of A have at that level, and counts and extremes add up to those of S.
/// The search for j(S) may start from the levels of the parts, since it cannot lie below.
///
/// −0 is taken as 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Sketch {
    level: i32,
    /// Bins in the order of their values, none empty.
    bins: Vec<Bin>,
    count: u64,
    /// Whether some value is no whole number.
    fractions: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Bin {
    least: f64,
    most: f64,
    count: u64,
}

/// Between which values the value with a given rank lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct RankRange {
    /// The smallest value in its bin.
    pub least: f64,
    /// The largest value in its bin.
    pub most: f64,
    /// Values in lower bins.
    pub below: u64,
    /// Values in its bin.
    pub count: u64,
}

/// The exponent of two that the last bit of a value's mantissa stands for.
fn last_bit(bits: u64) -> i32 {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        reason = "eleven bits"
    )]
    let exponent = ((bits >> 52) & 0x7ff) as i32;
    exponent.max(1) - 1075
}

/// Whether two values are in one bin: whether they differ in those bits alone that the bins of the level drop.
fn share_bin(a: f64, b: f64, level: i32) -> bool {
    let bits = a.to_bits();
    let dropped = (level - last_bit(bits)).clamp(0, DROPPED_AT_MOST);
    (bits ^ b.to_bits()) >> dropped == 0
}

/// The lowest level at which two different values are in one bin; none where they are in two at every level.
fn level_of_union(a: f64, b: f64) -> Option<i32> {
    let differing = a.to_bits() ^ b.to_bits();
    let dropped = u64::BITS - differing.leading_zeros();
    let dropped = i32::try_from(dropped).ok()?;
    (dropped <= DROPPED_AT_MOST).then(|| last_bit(a.to_bits()) + dropped)
}

impl Default for Sketch {
    fn default() -> Self {
        Self {
            level: FINEST,
            bins: Vec::new(),
            count: 0,
            fractions: false,
        }
    }
}

impl Sketch {
    /// No values yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds all values of a slice, which is left sorted.
    pub fn add_all(&mut self, values: &mut [f64]) {
        values.iter_mut().for_each(|value| *value += 0.0);
        values.sort_unstable_by(f64::total_cmp);
        let mut added = Self {
            level: self.level,
            bins: Vec::new(),
            count: values.len() as u64,
            fractions: values.iter().any(|value| value.fract() != 0.0),
        };
        for value in values {
            added.push(Bin {
                least: *value,
                most: *value,
                count: 1,
            });
        }
        self.merge(&added);
    }

    /// Adds all values that `other` has seen.
    pub fn merge(&mut self, other: &Self) {
        if self.bins.is_empty() && self.level <= other.level {
            self.clone_from(other);
            self.coarsen();
            return;
        }
        let mine = std::mem::take(&mut self.bins);
        self.bins.reserve(mine.len() + other.bins.len());
        self.level = self.level.max(other.level);
        self.count += other.count;
        self.fractions |= other.fractions;
        let (mut a, mut b) = (mine.iter().peekable(), other.bins.iter().peekable());
        while let Some(next) = match (a.peek(), b.peek()) {
            (Some(x), Some(y)) if y.least < x.least => b.next(),
            (Some(_), _) => a.next(),
            (None, _) => b.next(),
        } {
            self.push(*next);
        }
        self.coarsen();
    }

    /// Adds values behind those of the last bin, or to it.
    fn push(&mut self, next: Bin) {
        match self.bins.last_mut() {
            Some(last) if share_bin(last.least, next.least, self.level) => {
                last.most = last.most.max(next.most);
                last.count += next.count;
            }
            _ => self.bins.push(next),
        }
    }

    /// Goes on to the lowest level at which there are not too many bins.
    fn coarsen(&mut self) {
        if self.bins.len() <= BINS || self.level == COARSEST {
            return;
        }
        // For each level, how many bins become one with the bin before them.
        let place = |level: i32| level.abs_diff(FINEST) as usize;
        let mut unions = vec![0_usize; place(COARSEST)];
        for pair in self.bins.windows(2) {
            if let Some(level) = level_of_union(pair[0].least, pair[1].least) {
                unions[place(level)] += 1;
            }
        }
        let mut left = self.bins.len();
        while left > BINS && self.level < COARSEST {
            self.level += 1;
            left -= unions.get(place(self.level)).copied().unwrap_or(0);
        }
        for bin in std::mem::take(&mut self.bins) {
            self.push(bin);
        }
    }

    /// No values yet, and bins that stay as wide as any.
    #[cfg(test)]
    pub(super) fn coarsest() -> Self {
        Self {
            level: COARSEST,
            ..Self::default()
        }
    }

    /// Number of values.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The smallest and the largest value.
    #[must_use]
    pub fn extremes(&self) -> Option<(f64, f64)> {
        Some((self.bins.first()?.least, self.bins.last()?.most))
    }

    /// Whether all values are whole numbers.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        !self.fractions
    }

    /// The value below or at which a share `p` of `n` values lies, where the `n - count` others are all
    /// larger; none where it is one of those. This is the inverse of the empirical distribution function
    /// (type 1 of Hyndman & Fan 1996, doi:10.1080/00031305.1996.10473566), up to the width of a bin, within which values are
    /// taken to be evenly spread. It is a whole number where all values are.
    #[must_use]
    pub fn quantile(&self, p: f64, n: u64) -> Option<f64> {
        let rank = rank(p, n);
        let RankRange {
            least,
            most,
            below,
            count,
        } = self.range_of(rank)?;
        let others = (count - 1).max(1);
        let share = (rank - below - 1) as f64 / others as f64;
        let value = (least + share * (most - least)).clamp(least, most);
        Some(if self.fractions { value } else { value.round() })
    }

    /// What is known of the value with a rank, from 1 for the smallest; none where there are not so many values.
    pub(super) fn range_of(&self, rank: u64) -> Option<RankRange> {
        let mut below = 0;
        for bin in &self.bins {
            if below + bin.count >= rank.max(1) {
                return Some(RankRange {
                    least: bin.least,
                    most: bin.most,
                    below,
                    count: bin.count,
                });
            }
            below += bin.count;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn few_values_are_exact() {
        let mut sketch = Sketch::new();
        let mut values: Vec<f64> = (0..=256).rev().map(f64::from).collect();
        sketch.add_all(&mut values);
        assert_eq!(sketch.quantile(0.5, 257), Some(128.0));
        assert_eq!(sketch.quantile(0.05, 257), Some(12.0));
        assert_eq!(sketch.quantile(1.0, 257), Some(256.0));
        assert_eq!(sketch.quantile(0.5, 1000), None);
        assert_eq!(sketch.extremes(), Some((0.0, 256.0)));
        sketch.add_all(&mut [1_000_001.0, 1_000_002.0]);
        assert!(sketch.is_whole());
        assert_eq!(sketch.quantile(1.0, 259), Some(1_000_002.0));
        assert_eq!(sketch.quantile(258.0 / 259.0, 259), Some(1_000_001.0));
        sketch.add_all(&mut [1_000_001.5, 3.0]);
        assert!(!sketch.is_whole());
        assert_eq!(Sketch::new().quantile(0.5, 0), None);
    }

    /// So many whole numbers that they share bins: quantiles are whole numbers all the same.
    #[test]
    fn quantiles_of_whole_numbers_are_whole() {
        let mut sketch = Sketch::new();
        let mut values: Vec<f64> = (0..9000_u32).map(|i| f64::from(10_000 + 7 * i)).collect();
        sketch.add_all(&mut values);
        for p in [0.05, 0.25, 0.5, 0.75, 0.95] {
            let found = sketch.quantile(p, 9000).unwrap();
            assert_eq!(found.fract(), 0.0, "{found}");
        }
    }

    /// Points that fill (0, 1) evenly, in an order that looks random: the multiples of the golden ratio, modulo 1.
    fn evenly(n: u32) -> impl Iterator<Item = f64> {
        (1..=n).map(|i| (f64::from(i) * 0.618_033_988_749_894_9).fract())
    }

    /// Errors against the values at these ranks, for laws given by their inverse distribution functions.
    #[test]
    #[allow(clippy::type_complexity, reason = "a table of laws")]
    fn errors_are_small_beside_the_spread() {
        let logistic = |u: f64| libm::log(u / (1.0 - u));
        let quiet_or_not = move |u: f64| {
            // One trial in a hundred may end anywhere below the level that all others keep.
            if u < 0.01 {
                1e7 * u
            } else {
                1e5 + 100.0 * logistic((u - 0.01) / 0.99)
            }
        };
        let outliers = move |u: f64| {
            if u > 0.9999 {
                1e12 * u
            } else {
                5000.0 + logistic(u)
            }
        };
        let laws: [(&str, Box<dyn Fn(f64) -> f64>); 9] = [
            (
                "men",
                Box::new(move |u| 1e5 + 10.0 * (5.5 * logistic(u)).round()),
            ),
            ("level 1e5", Box::new(move |u| 1e5 + 100.0 * logistic(u))),
            ("level 1e9", Box::new(move |u| 1e9 + logistic(u))),
            ("level −1e9", Box::new(move |u| -1e9 + logistic(u))),
            ("years", Box::new(|u| 2019.0 + u)),
            ("around 0", Box::new(logistic)),
            ("exponential", Box::new(|u| -libm::log(u))),
            ("fallen", Box::new(quiet_or_not)),
            ("outliers", Box::new(outliers)),
        ];
        for (name, law) in laws {
            let mut sketch = Sketch::new();
            let mut all: Vec<f64> = evenly(200_000).map(law).collect();
            all.chunks(1000)
                .for_each(|chunk| sketch.add_all(&mut chunk.to_vec()));
            all.sort_unstable_by(f64::total_cmp);
            let n = all.len();
            let spread = all[3 * n / 4] - all[n / 4];
            for p in [0.05, 0.25, 0.5, 0.75, 0.95] {
                let exact = all[usize::try_from(rank(p, n as u64)).unwrap() - 1];
                let found = sketch.quantile(p, n as u64).unwrap();
                let error = (found - exact).abs();
                assert!(error <= 0.01 * spread, "{name} at {p}: {found} for {exact}");
            }
        }
    }

    /// Values of all kinds: whole, real, close together at a level, over many decades; many to a bin and few.
    fn values() -> impl Strategy<Value = Vec<f64>> {
        let value = prop_oneof![
            4 => (0_u32..20_000).prop_map(|i| 100_000.0 + f64::from(i)),
            2 => -1e4_f64..1e4,
            2 => 2019.0..2020.0,
            1 => (-300.0_f64..300.0).prop_map(libm::exp),
            1 => (-300.0_f64..300.0).prop_map(|x| -libm::exp(x)),
            1 => prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO,
        ];
        prop::collection::vec(value, 1..6000)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Whatever the parts and the order in which they are merged, the same sketch to the bit.
        #[test]
        fn free_of_order(
            values in values(),
            places in prop::collection::vec((0_usize..9, any::<prop::sample::Index>()), 6000),
        ) {
            let mut whole = Sketch::new();
            whole.add_all(&mut values.clone());
            let mut parts = vec![Vec::new(); 9];
            for (value, (part, _)) in values.iter().zip(&places) {
                parts[*part].push(*value);
            }
            let mut sketches: Vec<Sketch> = parts.iter().map(|part| {
                let mut sketch = Sketch::new();
                for few in part.chunks(part.len() / 2 + 1) {
                    sketch.add_all(&mut few.to_vec());
                }
                sketch
            }).collect();
            for (_, place) in &places {
                if sketches.len() > 1 {
                    let taken = sketches.swap_remove(place.index(sketches.len()));
                    let into = place.index(sketches.len());
                    sketches[into].merge(&taken);
                }
            }
            prop_assert!(sketches.len() == 1 && sketches[0] == whole);
        }

        #[test]
        fn errors_are_small_beside_the_value(values in values(), p in 0.0_f64..1.0) {
            let mut whole = Sketch::new();
            whole.add_all(&mut values.clone());
            let mut sorted = values.clone();
            sorted.sort_unstable_by(f64::total_cmp);
            let n = sorted.len() as u64;
            let place = usize::try_from(rank(p, n)).unwrap();
            let exact = sorted[place - 1];
            let found = whole.quantile(p, n).unwrap();
            prop_assert!((found - exact).abs() <= 0.008 * exact.abs() + f64::MIN_POSITIVE, "{} {}", found, exact);
        }
    }
}
