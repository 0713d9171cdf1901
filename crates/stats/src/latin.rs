//! Latin hypercube designs.

/// What a point keeps from the edges of its stratum at least, in strata: representable next to a million of them.
const MARGIN: f64 = 1.0 / 4_294_967_296.0;

/// A Latin hypercube of so many draws: for each dimension a column of numbers above 0 and below 1, one a draw.
///
/// Each of the `draws` equal strata of a dimension holds exactly one number of its column, at a random place in it, and the
/// columns are independent random permutations of the strata. So every number is uniform, the mean of a function over
/// the draws has no bias, and where the function is a sum of functions of one dimension each, its variance falls faster
/// than one over the draws. `McKay`, Beckman & Conover 1979, doi:10.1080/00401706.1979.10489755; Stein 1987,
/// doi:10.1080/00401706.1987.10488205. Draws are not independent: they shun each other.
///
/// `uniform(dimension, k)` is the k-th number, from 0, of a stream of that dimension, at least 0 and below 1. A column rests
/// on its own stream alone, so that another dimension leaves it as it is. Up to a million draws.
#[must_use]
pub fn latin_hypercube(
    draws: usize,
    dimensions: usize,
    uniform: &mut impl FnMut(usize, u64) -> f64,
) -> Vec<Vec<f64>> {
    (0..dimensions)
        .map(|dimension| column(draws, &mut |k| uniform(dimension, k)))
        .collect()
}

/// Fisher and Yates's shuffle of the strata in Durstenfeld's order, doi:10.1145/364520.364540: its numbers first, then one
/// for the place within each stratum.
fn column(draws: usize, uniform: &mut impl FnMut(u64) -> f64) -> Vec<f64> {
    let mut strata: Vec<usize> = (0..draws).collect();
    let mut k = 0;
    let mut next = || {
        k += 1;
        uniform(k - 1)
    };
    for last in (1..draws).rev() {
        strata.swap(last, below(last + 1, next()));
    }
    strata
        .into_iter()
        .map(|stratum| (stratum as f64 + next().clamp(MARGIN, 1.0 - MARGIN)) / draws as f64)
        .collect()
}

/// A whole number below `n` from a number below 1.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "not negative and below `n`"
)]
fn below(n: usize, uniform: f64) -> usize {
    ((uniform * n as f64) as usize).min(n - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::rngs::Xoshiro256PlusPlus;
    use rand::{RngExt, SeedableRng};
    use statrs::distribution::{ChiSquared, ContinuousCDF};

    fn design(draws: usize, dimensions: usize, seed: u64) -> Vec<Vec<f64>> {
        let mut streams: Vec<_> = (0..dimensions as u64)
            .map(|dimension| Xoshiro256PlusPlus::seed_from_u64(seed << 8 | dimension))
            .collect();
        let mut expected = vec![0; dimensions];
        latin_hypercube(draws, dimensions, &mut |dimension, k| {
            assert_eq!(k, expected[dimension], "numbers are taken in order");
            expected[dimension] += 1;
            streams[dimension].random()
        })
    }

    /// Probability of counts as uneven as these, if all were equally likely.
    fn evenness(counts: &[u32]) -> f64 {
        let mean = f64::from(counts.iter().sum::<u32>()) / counts.len() as f64;
        let squares = counts.iter().map(|&count| f64::from(count) - mean);
        let chi2: f64 = squares.map(|apart| apart * apart / mean).sum();
        ChiSquared::new(counts.len() as f64 - 1.0).unwrap().sf(chi2)
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn stratum(value: f64, draws: usize) -> usize {
        (value * draws as f64) as usize
    }

    #[test]
    fn one_point_a_stratum() {
        for draws in [1, 2, 3, 7, 100, 1000] {
            for column in design(draws, 5, 1) {
                let mut strata: Vec<_> = column.iter().map(|x| stratum(*x, draws)).collect();
                strata.sort_unstable();
                assert!(strata.into_iter().eq(0..draws));
            }
        }
        assert_eq!(latin_hypercube(0, 2, &mut |_, _| 0.5), [[0.0; 0]; 2]);
        assert!(latin_hypercube(9, 0, &mut |_, _| 0.5).is_empty());
    }

    /// The least and the largest number that a stream may give, next to a million strata.
    #[test]
    fn no_point_on_an_edge() {
        let draws = 1 << 20;
        for extreme in [0.0, 1.0 - f64::EPSILON / 2.0] {
            let mut column = latin_hypercube(draws, 1, &mut |_, _| extreme).remove(0);
            column.sort_by(f64::total_cmp);
            for (place, value) in column.into_iter().enumerate() {
                let edge = |place: usize| place as f64 / draws as f64;
                assert!(edge(place) < value && value < edge(place + 1), "{place}");
            }
        }
    }

    #[test]
    fn another_dimension_leaves_the_columns() {
        let (few, more) = (design(50, 3, 7), design(50, 4, 7));
        assert_eq!(few[..], more[..3]);
        assert_ne!(more[0], more[1]);
    }

    /// Over designs the first draw is uniform, and all orders of the strata are equally likely: a chi-squared test each that
    /// fails once in a million seeds.
    #[test]
    fn uniform_and_every_order_alike() {
        let (mut places, mut orders) = ([0; 40], [0; 256]);
        for seed in 0..12_000 {
            let column = design(4, 1, seed).remove(0);
            places[stratum(column[0], 40)] += 1;
            let order = column.iter().fold(0, |order, x| 4 * order + stratum(*x, 4));
            orders[order] += 1;
        }
        let orders: Vec<u32> = orders.into_iter().filter(|count| *count > 0).collect();
        assert_eq!(orders.len(), 24);
        assert!(evenness(&places) > 1e-6, "{places:?}");
        assert!(evenness(&orders) > 1e-6, "{orders:?}");
    }

    /// The correlation of two independent columns has mean 0 and variance 1/(n − 1), within five standard errors.
    #[test]
    fn columns_are_uncorrelated() {
        let (draws, designs) = (20, 1500);
        let (mut sum, mut squares) = (0.0, 0.0);
        for seed in 0..designs {
            let columns = design(draws, 2, seed);
            let pairs = columns[0].iter().zip(&columns[1]);
            let covariance: f64 = pairs.map(|(a, b)| (a - 0.5) * (b - 0.5)).sum();
            let correlation = 12.0 * covariance / draws as f64;
            sum += correlation;
            squares += correlation * correlation;
        }
        let (designs, variance) = (designs as f64, 1.0 / (draws as f64 - 1.0));
        assert!((sum / designs).abs() < 5.0 * (variance / designs).sqrt());
        let ratio = squares / designs / variance;
        assert!(
            (ratio - 1.0).abs() < 5.0 * (2.0 / designs).sqrt(),
            "{ratio}"
        );
    }

    /// Of a sum of curved functions the mean over 50 draws varies a hundredth as much as over independent draws, and of a
    /// product of centred ones about as much.
    #[test]
    fn additive_functions() {
        let (draws, designs) = (50, 400);
        let (mut additive, mut product) = (0.0, 0.0);
        for seed in 0..designs {
            let columns = design(draws, 3, seed);
            let of = |f: &dyn Fn(f64, f64, f64) -> f64| {
                let values = (0..draws).map(|i| f(columns[0][i], columns[1][i], columns[2][i]));
                values.sum::<f64>() / draws as f64
            };
            let mean = of(&|a, b, c| a * a + libm::exp(b) + (c - 0.5).abs());
            let true_mean = 1.0 / 3.0 + libm::exp(1.0) - 1.0 + 0.25;
            additive += (mean - true_mean) * (mean - true_mean);
            let mean = of(&|a, b, c| (a - 0.5) * (b - 0.5) * (c - 0.5));
            product += mean * mean;
        }
        let e = libm::exp(1.0);
        let one_draw = 4.0 / 45.0 + (e * e - 1.0) / 2.0 - (e - 1.0) * (e - 1.0) + 1.0 / 48.0;
        let independent = designs as f64 / draws as f64;
        let ratio = additive / (one_draw * independent);
        assert!(ratio < 0.01, "{ratio}");
        let ratio = product * 1728.0 / independent;
        assert!((0.6..1.5).contains(&ratio), "{ratio}");
    }
}
