//! Mean and variance in one pass, mergeable.

/// Count, mean and sum of squared deviations.
///
/// Updating: Welford 1962, doi:10.1080/00401706.1962.10490022. Merging: Chan, Golub & `LeVeque` 1983,
/// doi:10.1080/00031305.1983.10483115. Bits depend on the order of updates and merges, so callers fix it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Moments {
    count: u64,
    mean: f64,
    squares: f64,
}

impl Moments {
    /// No values yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Of some values, in two passes; about the first of them, so that equal values have no spread to the last bit.
    #[must_use]
    pub fn of(values: &[f64]) -> Self {
        Self::of_each(values.iter().copied())
    }

    /// The same of values that stand in no list.
    #[must_use]
    pub fn of_each(values: impl ExactSizeIterator<Item = f64> + Clone) -> Self {
        let count = values.len() as u64;
        let first = values.clone().next().unwrap_or(0.0);
        let beyond: f64 = values.clone().map(|value| value - first).sum();
        let mean = first + beyond / count.max(1) as f64;
        let squares = values.map(|value| (value - mean) * (value - mean));
        Self {
            count,
            mean,
            squares: squares.sum(),
        }
    }

    /// Adds a value.
    pub fn add(&mut self, value: f64) {
        self.count += 1;
        let from_old = value - self.mean;
        self.mean += from_old / self.n();
        self.squares += from_old * (value - self.mean);
    }

    /// Adds all values that `other` has seen.
    pub fn merge(&mut self, other: &Self) {
        if self.count == 0 {
            *self = *other;
        } else if other.count > 0 {
            let (a, b) = (self.n(), other.n());
            let apart = other.mean - self.mean;
            self.count += other.count;
            let n = self.n();
            self.mean += apart * (b / n);
            self.squares += other.squares + apart * apart * (a * (b / n));
        }
    }

    /// Of the same values with the other sign.
    #[must_use]
    pub fn negated(&self) -> Self {
        Self {
            mean: -self.mean,
            ..*self
        }
    }

    fn n(&self) -> f64 {
        self.count as f64
    }

    /// Number of values.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Whether mean and spread are finite, as they are unless sums overflow.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        self.mean.is_finite() && self.squares.is_finite()
    }

    /// Their mean; 0 without values.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Standard deviation with n − 1; none below two values.
    #[must_use]
    pub fn sd(&self) -> Option<f64> {
        (self.count > 1).then(|| (self.squares / (self.n() - 1.0)).max(0.0).sqrt())
    }

    /// Standard error of the mean; none below two values.
    #[must_use]
    pub fn se(&self) -> Option<f64> {
        self.sd().map(|sd| sd / self.n().sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::Moments;
    use proptest::prelude::*;

    fn of(values: &[f64]) -> Moments {
        let mut moments = Moments::new();
        values.iter().for_each(|value| moments.add(*value));
        moments
    }

    #[test]
    fn negated_is_of_the_values_with_the_other_sign() {
        let values = [1.5, -4.0, 2.25];
        assert_eq!(of(&values).negated(), of(&values.map(|value: f64| -value)));
    }

    /// NIST's reference data set `NumAcc4`: 1001 values around 10^7, certified mean 10000000.2, sd 0.1.
    #[test]
    fn nist_numacc4() {
        let mut values = vec![10_000_000.2];
        for _ in 0..500 {
            values.extend([10_000_000.1, 10_000_000.3]);
        }
        let moments = of(&values);
        assert!((moments.mean() - 10_000_000.2).abs() < 1e-8);
        assert!((moments.sd().unwrap() - 0.1).abs() < 1e-9);
    }

    #[test]
    fn few_values() {
        assert_eq!(of(&[]).sd(), None);
        assert_eq!((of(&[3.0]).mean(), of(&[3.0]).sd()), (3.0, None));
        assert_eq!(of(&[1.0, 3.0]).sd(), Some(2.0_f64.sqrt()));
        assert_eq!(of(&[1.0, 3.0]).se(), Some(1.0));
        assert_eq!(of(&[0.1; 1000]).sd(), Some(0.0));
    }

    #[test]
    fn equal_values_have_no_spread_however_they_come() {
        let mut all = Moments::of(&[0.2; 1000]);
        all.merge(&Moments::of(&[0.2; 999]));
        assert_eq!((all.mean(), all.sd()), (0.2, Some(0.0)));
    }

    proptest! {
        #[test]
        fn two_passes_give_what_one_gives(values in proptest::collection::vec(-1e3_f64..1e3, 0..60)) {
            let (one, two) = (of(&values), Moments::of(&values));
            prop_assert_eq!(one.count(), two.count());
            prop_assert!((one.mean() - two.mean()).abs() < 1e-9);
            prop_assert!((one.sd().unwrap_or(0.0) - two.sd().unwrap_or(0.0)).abs() < 1e-9);
        }

        #[test]
        fn merging_is_adding(
            a in proptest::collection::vec(-1e3_f64..1e3, 0..40),
            b in proptest::collection::vec(-1e3_f64..1e3, 0..40),
        ) {
            let mut merged = of(&a);
            merged.merge(&of(&b));
            let all = of(&[a, b].concat());
            prop_assert_eq!(merged.count(), all.count());
            prop_assert!((merged.mean() - all.mean()).abs() < 1e-9);
            if let (Some(x), Some(y)) = (merged.sd(), all.sd()) {
                prop_assert!((x - y).abs() < 1e-9 * (1.0 + y));
            }
        }
    }
}
