//! Several tests at once.

/// Holm's adjusted p-values, in the order of `p`: rejecting whatever is at or below a level falsely rejects any true
/// hypothesis with at most that probability, however the tests hang together.
///
/// The k-th smallest of m p-values, times m − k + 1, or the value of the one before if that is larger, up to 1. Holm
/// 1979, <https://www.jstor.org/stable/4615733>. Equal p-values have equal adjusted ones. What is no number counts as
/// 1.
#[must_use]
pub fn holm(p: &[f64]) -> Vec<f64> {
    let p: Vec<f64> = p
        .iter()
        .map(|p| if p.is_nan() { 1.0 } else { *p })
        .collect();
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    let mut adjusted = vec![1.0; p.len()];
    let mut largest = 0.0_f64;
    for (before, &place) in order.iter().enumerate() {
        largest = largest.max(p[place] * (p.len() - before) as f64).min(1.0);
        adjusted[place] = largest;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::holm;
    use crate::draws::Draws;
    use proptest::prelude::*;

    /// By hand, and as R's `p.adjust(p, "holm")` says.
    #[test]
    fn by_hand() {
        let near = |found: Vec<f64>, expected: &[f64]| {
            assert_eq!(found.len(), expected.len());
            for (a, b) in found.iter().zip(expected) {
                assert!((a - b).abs() < 1e-15, "{found:?}");
            }
        };
        near(
            holm(&[0.01, 0.02, 0.03, 0.04, 0.05]),
            &[0.05, 0.08, 0.09, 0.09, 0.09],
        );
        near(holm(&[0.04, 0.001, 0.03]), &[0.06, 0.003, 0.06]);
        near(holm(&[0.02, 0.02, 0.9, 0.02]), &[0.08, 0.08, 0.9, 0.08]);
        near(holm(&[0.6, 0.7]), &[1.0, 1.0]);
        near(holm(&[0.0, f64::NAN, 0.3]), &[0.0, 1.0, 0.6]);
        near(holm(&[-f64::NAN, 0.3]), &[1.0, 0.6]);
        near(holm(&[]), &[]);
    }

    /// Five independent true hypotheses: some one is rejected at 5 % with probability 1 − (1 − 0.01)^5 = 0.0490, as
    /// the smallest p-value decides. The bounds are 4.9 standard errors wide.
    #[test]
    fn true_hypotheses_are_seldom_rejected() {
        let mut draws = Draws(7);
        let mut rejected = 0;
        for _ in 0..20_000 {
            let p: Vec<f64> = (0..5).map(|_| draws.uniform()).collect();
            rejected += u32::from(holm(&p).iter().any(|p| *p <= 0.05));
        }
        let share = f64::from(rejected) / 20_000.0;
        assert!((share - 0.0490).abs() < 0.0075, "{share}");
    }

    proptest! {
        #[test]
        fn order_is_kept(p in proptest::collection::vec((0_u32..=20).prop_map(|k| f64::from(k) / 20.0), 0..12), turn in 0_usize..12) {
            let adjusted = holm(&p);
            for (a, x) in p.iter().zip(&adjusted) {
                prop_assert!(a <= x && *x <= 1.0);
                for (b, y) in p.iter().zip(&adjusted) {
                    prop_assert!(a > b || x <= y);
                }
            }
            let turn = turn % p.len().max(1);
            let (mut p, mut adjusted) = (p, adjusted);
            p.rotate_left(turn);
            adjusted.rotate_left(turn);
            prop_assert_eq!(holm(&p), adjusted);
        }
    }
}
