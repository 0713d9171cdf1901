//! How a share with its interval is written.

use super::ticks::number;

/// A share and its interval in percent, with the decimals that the interval bears: `12.3 (11.7–12.9)`.
pub fn percent_with_interval(share: f64, [low, high]: [f64; 2]) -> String {
    let decimals = decimals_for(50.0 * (high - low));
    let [share, low, high] = [share, low, high].map(|part| number(100.0 * part, decimals));
    format!("{share} ({low}–{high})")
}

/// Decimals that show a half-width with one digit, four at most.
pub fn decimals_for(half_width: f64) -> usize {
    if half_width > 0.0 {
        libm::ceil(-libm::log10(half_width)).clamp(0.0, 4.0) as usize
    } else {
        1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_decimals_they_bear() {
        assert_eq!(
            percent_with_interval(0.1234, [0.117, 0.129]),
            "12.3 (11.7–12.9)"
        );
        assert_eq!(
            percent_with_interval(0.0, [0.0, 0.00038]),
            "0.00 (0.00–0.04)"
        );
        assert_eq!(percent_with_interval(1.0, [0.2, 1.0]), "100 (20–100)");
        assert_eq!(percent_with_interval(0.5, [0.5, 0.5]), "50.0 (50.0–50.0)");
    }
}
