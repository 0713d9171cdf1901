//! Mean and spread of whole numbers, exact and so free of order.

/// Count, sum and sum of squares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    count: u64,
    sum: u128,
    squares: u128,
}

impl Counts {
    /// Adds a number.
    pub fn add(&mut self, value: u64) {
        self.count += 1;
        self.sum += u128::from(value);
        self.squares += u128::from(value) * u128::from(value);
    }

    /// Adds all numbers that `other` has seen.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.sum += other.sum;
        self.squares += other.squares;
    }

    /// Mean; 0 without numbers.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.sum as f64 / self.count.max(1) as f64
    }

    /// Standard error of the mean; none below two numbers.
    #[must_use]
    pub fn se(&self) -> Option<f64> {
        let n = u128::from(self.count);
        let beyond = n * self.squares - self.sum * self.sum;
        let n = self.count as f64;
        (self.count > 1).then(|| (beyond as f64 / (n * n * (n - 1.0))).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::Counts;
    use crate::Moments;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn as_moments_say(values in proptest::collection::vec(0_u64..1_000, 2..60), cut in 0_usize..60) {
            let cut = cut.min(values.len());
            let mut counts = [Counts::default(); 2];
            let mut moments = Moments::new();
            for (place, value) in values.iter().enumerate() {
                counts[usize::from(place < cut)].add(*value);
                moments.add(*value as f64);
            }
            let [mut all, others] = counts;
            all.merge(&others);
            prop_assert!((all.mean() - moments.mean()).abs() < 1e-9);
            prop_assert!((all.se().unwrap() - moments.se().unwrap()).abs() < 1e-9 * (1.0 + all.se().unwrap()));
        }
    }

    #[test]
    fn equal_numbers_have_no_spread() {
        let mut counts = Counts::default();
        assert_eq!((counts.mean(), counts.se()), (0.0, None));
        counts.add(10_000_000);
        assert_eq!((counts.mean(), counts.se()), (1e7, None));
        for _ in 1..1_000 {
            counts.add(10_000_000);
        }
        assert_eq!((counts.mean(), counts.se()), (1e7, Some(0.0)));
    }
}
