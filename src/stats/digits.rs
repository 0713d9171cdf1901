//! How many decimals of a number say something.

/// The fewest decimals whose last place is worth no more than `step`; none where `most` are too few, or `step` is not above 0.
#[must_use]
pub fn decimals_for(step: f64, most: usize) -> Option<usize> {
    let needed = libm::ceil(-libm::log10(step));
    (0..=most).find(|decimals| *decimals as f64 >= needed)
}

#[cfg(test)]
mod tests {
    use super::decimals_for;

    #[test]
    fn the_last_place_is_no_larger_than_the_step() {
        for (step, decimals) in [
            (250.0, Some(0)),
            (1.0, Some(0)),
            (0.5, Some(1)),
            (0.01, Some(2)),
            (0.0099, Some(3)),
            (1e-6, Some(6)),
            (9e-7, None),
            (0.0, None),
            (-1.0, None),
            (f64::NAN, None),
            (f64::INFINITY, Some(0)),
        ] {
            assert_eq!(decimals_for(step, 6), decimals, "{step}");
        }
    }
}
