//! Places for things that want to stand somewhere and must not come too near to each other.

/// The places nearest to the wanted ones, in the same order, with at least `apart(i)` between place i − 1 and place i, and
/// between two ends where there is room: least squares, by pooling neighbours that would be too near.
pub fn spread(wanted: &[f64], apart: impl Fn(usize) -> f64, (low, high): (f64, f64)) -> Vec<f64> {
    let mut offsets = Vec::with_capacity(wanted.len());
    let mut offset = 0.0;
    for index in 0..wanted.len() {
        if index > 0 {
            offset += apart(index);
        }
        offsets.push(offset);
    }
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for (place, offset) in wanted.iter().zip(&offsets) {
        let mut pool = (place - offset, 1);
        while let Some(&(mean, count)) = pools.last()
            && mean > pool.0
        {
            pools.pop();
            let both = count + pool.1;
            pool = (
                (mean * count as f64 + pool.0 * pool.1 as f64) / both as f64,
                both,
            );
        }
        pools.push(pool);
    }
    pools
        .iter()
        .flat_map(|&(mean, count)| std::iter::repeat_n(mean, count))
        .zip(&offsets)
        .map(|(mean, place)| mean.min(high - offset).max(low) + place)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_apart_and_near_to_those_wanted() {
        let four = |wanted: &[f64]| spread(wanted, |_| 4.0, (0.0, 100.0));
        assert_eq!(four(&[10.0, 50.0]), [10.0, 50.0]);
        assert_eq!(four(&[50.0, 50.0, 50.0]), [46.0, 50.0, 54.0]);
        assert_eq!(four(&[0.0, 1.0]), [0.0, 4.0]);
        assert_eq!(four(&[99.0, 100.0]), [96.0, 100.0]);
        assert!(four(&[]).is_empty());
        let endless = (f64::NEG_INFINITY, f64::INFINITY);
        let uneven = spread(&[0.0, 0.0, 9.0], |index| index as f64, endless);
        assert_eq!(uneven, [-0.5, 0.5, 9.0]);
    }
}
