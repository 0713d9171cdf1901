//! The laws made of atoms: ages that have a probability of their own.

use libm::{ceil, expm1, log, log1p};

use super::check::{Check, LawError};
use super::family::Family;

/// One certain age.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fixed {
    value: f64,
}

impl Fixed {
    pub(super) fn new(value: f64) -> Result<Self, LawError> {
        let value = Check(Family::Fixed).age("value", value)?;
        Ok(Self { value })
    }

    pub(super) fn cumulative_hazard(self, age: f64) -> f64 {
        if age < self.value { 0.0 } else { f64::INFINITY }
    }

    pub(super) fn age_at(self, _cumulative_hazard: f64) -> f64 {
        self.value
    }

    pub(super) fn atom_above(self, age: f64) -> Option<f64> {
        (self.value > age).then_some(self.value)
    }

    pub(super) fn atom_up_to(self, age: f64) -> Option<f64> {
        (self.value <= age).then_some(self.value)
    }

    pub(super) fn hazard(self, age: f64) -> f64 {
        self.cumulative_hazard(age)
    }

    pub(super) fn mean(self) -> f64 {
        self.value
    }
}

/// Observed ages, each as likely as the next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Empirical<'a> {
    sorted: &'a [f64],
}

impl<'a> Empirical<'a> {
    pub(super) fn new(sorted: &'a [f64]) -> Result<Self, LawError> {
        let check = Check(Family::Empirical);
        check.that(!sorted.is_empty(), "number of ages", 0.0, "1 or more")?;
        let mut previous = 0.0;
        for &age in sorted {
            check.age("every age", age)?;
            check.that(
                age >= previous,
                "every age",
                age,
                "at least the one before it",
            )?;
            previous = age;
        }
        Ok(Self { sorted })
    }

    /// The law of ages that [`Law::empirical`](super::Law::empirical) has accepted before.
    #[must_use]
    pub fn of_ascending(sorted: &'a [f64]) -> Self {
        debug_assert!(!sorted.is_empty() && sorted.is_sorted());
        Self { sorted }
    }

    pub(super) fn cumulative_hazard(self, age: f64) -> f64 {
        self.after(self.passed(age))
    }

    pub(super) fn atom_above(self, age: f64) -> Option<f64> {
        self.sorted.get(self.passed(age)).copied()
    }

    pub(super) fn atom_up_to(self, age: f64) -> Option<f64> {
        self.sorted[..self.passed(age)].last().copied()
    }

    pub(super) fn age_at(self, cumulative_hazard: f64) -> f64 {
        let len = self.sorted.len();
        let estimate = ceil(-expm1(-cumulative_hazard) * len as f64);
        let mut rank = whole(estimate).clamp(1, len);
        // Right to one rank; the loops settle ties as `cumulative_hazard` has them, to the bit.
        while rank > 1 && self.after(rank - 1) >= cumulative_hazard {
            rank -= 1;
        }
        while rank < len && self.after(rank) < cumulative_hazard {
            rank += 1;
        }
        self.sorted[rank - 1]
    }

    pub(super) fn hazard(self, age: f64) -> f64 {
        let passed = self.passed(age);
        let at_atom = passed > 0 && self.sorted[passed - 1] >= age;
        if at_atom || passed == self.sorted.len() {
            f64::INFINITY
        } else {
            0.0
        }
    }

    pub(super) fn mean(self) -> f64 {
        self.sorted.iter().sum::<f64>() / self.sorted.len() as f64
    }

    /// How many of the ages are not above `age`.
    fn passed(self, age: f64) -> usize {
        self.sorted.partition_point(|&observed| observed <= age)
    }

    /// The cumulative hazard once the first `rank` ages have passed.
    fn after(self, rank: usize) -> f64 {
        let len = self.sorted.len();
        if 2 * rank < len {
            -log1p(-(rank as f64) / len as f64)
        } else {
            -log((len - rank) as f64 / len as f64)
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a whole number from 0 to the length of a list"
)]
fn whole(rank: f64) -> usize {
    rank as usize
}

#[cfg(test)]
mod tests {
    use super::{Empirical, Fixed};

    const AGES: [f64; 5] = [0.5, 1.0, 1.0, 2.0, 8.0];

    #[test]
    fn a_fixed_age_is_spent_at_once() {
        let law = Fixed::new(2.0).expect("good arguments");
        assert_eq!(law.cumulative_hazard(1.999), 0.0);
        assert_eq!(law.cumulative_hazard(2.0), f64::INFINITY);
        for h in [0.0, 1e-12, 1.0, 700.0, f64::INFINITY] {
            assert_eq!(law.age_at(h), 2.0);
        }
        assert_eq!(law.mean(), 2.0);
    }

    #[test]
    fn observed_ages_are_spent_in_equal_shares_of_probability() {
        let law = Empirical::new(&AGES).expect("good arguments");
        let share = |survivors: f64| -libm::log(survivors / 5.0);
        assert_eq!(law.cumulative_hazard(0.4), 0.0);
        assert!((law.cumulative_hazard(0.5) - share(4.0)).abs() < 1e-15);
        assert!((law.cumulative_hazard(1.0) - share(2.0)).abs() < 1e-15);
        assert!((law.cumulative_hazard(7.9) - share(1.0)).abs() < 1e-15);
        assert_eq!(law.cumulative_hazard(8.0), f64::INFINITY);
        assert_eq!(law.age_at(0.0), 0.5);
        assert_eq!(law.age_at(share(4.5)), 0.5);
        assert_eq!(law.age_at(share(3.5)), 1.0);
        assert_eq!(law.age_at(share(1.5)), 2.0);
        assert_eq!(law.age_at(share(0.5)), 8.0);
        assert_eq!(law.mean(), 2.5);
    }

    /// To the last digits also where it is small.
    #[test]
    fn the_first_of_many_ages_spends_little() {
        let ages: Vec<f64> = (1..=100_000).map(f64::from).collect();
        let law = Empirical::new(&ages).expect("good arguments");
        for rank in [1.0, 2.0, 17.0] {
            let exact = -libm::log1p(-rank / 100_000.0);
            assert!((law.cumulative_hazard(rank) / exact - 1.0).abs() < 1e-15);
        }
    }

    #[test]
    fn the_inverse_is_the_smallest_age_that_spends_enough() {
        // Lists of all lengths up to 300, because the ranks are found by rounding.
        let ages: Vec<f64> = (1..=300).map(f64::from).collect();
        for len in 1..=ages.len() {
            let law = Empirical::new(&ages[..len]).expect("good arguments");
            for &age in &ages[..len] {
                let spent = law.cumulative_hazard(age);
                assert_eq!(law.age_at(spent), age, "of {len}");
                let next = ages[..len]
                    .iter()
                    .copied()
                    .find(|&later| later > age)
                    .unwrap_or(age);
                assert_eq!(law.age_at(spent * (1.0 + 1e-15)), next, "of {len}");
            }
        }
    }

    #[test]
    fn the_hazard_is_all_in_the_atoms() {
        let law = Empirical::new(&AGES).expect("good arguments");
        assert_eq!(law.hazard(0.4), 0.0);
        assert_eq!(law.hazard(1.0), f64::INFINITY);
        assert_eq!(law.hazard(1.5), 0.0);
        assert_eq!(law.hazard(9.0), f64::INFINITY);
    }

    #[test]
    fn atoms_have_neighbours() {
        let law = Empirical::new(&AGES).expect("good arguments");
        assert_eq!(law.atom_above(0.4), Some(0.5));
        assert_eq!(law.atom_above(1.0), Some(2.0));
        assert_eq!(law.atom_above(8.0), None);
        assert_eq!(law.atom_up_to(0.4), None);
        assert_eq!(law.atom_up_to(1.0), Some(1.0));
        assert_eq!(law.atom_up_to(9.0), Some(8.0));
        let law = Fixed::new(2.0).expect("good arguments");
        assert_eq!(
            (law.atom_above(1.9), law.atom_above(2.0)),
            (Some(2.0), None)
        );
        assert_eq!(
            (law.atom_up_to(1.9), law.atom_up_to(2.0)),
            (None, Some(2.0))
        );
    }

    #[test]
    fn lists_that_are_no_law_are_refused() {
        let message = |ages: &[f64]| Empirical::new(ages).expect_err("a bad list").to_string();
        assert_eq!(
            message(&[]),
            "empirical: number of ages must be 1 or more, got 0"
        );
        assert_eq!(
            message(&[1.0, -1.0]),
            "empirical: every age must be finite and not negative, got -1"
        );
        assert_eq!(
            message(&[f64::NAN]),
            "empirical: every age must be finite and not negative, got NaN"
        );
        assert_eq!(
            message(&[2.0, 1.0]),
            "empirical: every age must be at least the one before it, got 1"
        );
    }
}
