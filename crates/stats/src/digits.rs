//! How many decimals of a number say something.

/// The fewest decimals whose last place is worth no more than `step`; none where `most` are too few, or `step` is not above 0.
#[must_use]
pub fn decimals_for(step: f64, most: usize) -> Option<usize> {
    let needed = libm::ceil(-libm::log10(step));
    (0..=most).find(|decimals| *decimals as f64 >= needed)
}

/// The decimals that a number of the size of `largest` needs in front of its power of ten, so that the last is worth no more than
/// `step`; 15 at most, which are as many as a number has.
#[must_use]
pub fn decimals_of_mantissa(largest: f64, step: f64) -> usize {
    const MOST: usize = 15;
    let exponent = libm::floor(libm::log10(largest.abs()));
    decimals_for(step / libm::pow(10.0, exponent), MOST).unwrap_or(MOST)
}

#[cfg(test)]
mod tests {
    use super::{decimals_for, decimals_of_mantissa};

    #[test]
    fn a_mantissa_shows_the_step() {
        for (largest, step, decimals) in [
            (1e15, 1e12, 3),
            (-9.99e15, 1e12, 3),
            (5e-11, 4e-13, 2),
            (1e15, 1e16, 0),
            (1e15, 0.0, 15),
        ] {
            assert_eq!(
                decimals_of_mantissa(largest, step),
                decimals,
                "{largest} {step}"
            );
        }
    }

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
