//! How numbers are written with the decimals that they bear.

use super::ticks::number;

/// A share and its interval in percent, with the decimals that the interval bears: `12.3 (11.7–12.9)`.
pub fn percent_with_interval(share: f64, [low, high]: [f64; 2]) -> String {
    let decimals = decimals_for(50.0 * (high - low));
    let [share, low, high] = [share, low, high].map(|part| number(100.0 * part, decimals));
    format!("{share} ({low}–{high})")
}

/// A sentence for those who cannot see curves of shares: where each ends, from its title and its last row (time, share, its
/// interval).
pub fn shares_at_the_end<'a>(
    of: &str,
    curves: impl Iterator<Item = (&'a str, [f64; 4])>,
) -> String {
    let ends = curves.map(|(title, [_, share, low, high])| {
        format!("{title} {}", percent_with_interval(share, [low, high]))
    });
    format!(
        "Share of trials {of} by the end, % (95 % interval): {}.",
        ends.collect::<Vec<_>>().join(", ")
    )
}

/// Decimals that show a half-width with one digit, four at most.
pub fn decimals_for(half_width: f64) -> usize {
    if half_width > 0.0 {
        detente_stats::decimals_for(half_width, 4).unwrap_or(4)
    } else {
        1
    }
}

/// A number with as many decimals as its interval bears, and the interval: `12.3 (11.7–12.9)`.
pub fn value_with_interval(value: f64, interval: Option<[f64; 2]>) -> String {
    let Some([low, high]) = interval else {
        return significant(value);
    };
    let [value, low, high] = alike([value, low, high], (high - low) / 2.0);
    // The minus sign is an en dash.
    let to = if [&low, &high].iter().any(|end| end.contains('–')) {
        " to "
    } else {
        "–"
    };
    format!("{value} ({low}{to}{high})")
}

/// Numbers in one form, all with the digits that show a difference of `step`: with decimals, or with powers of ten where the digits
/// would be uncountable.
pub fn alike<const N: usize>(values: [f64; N], step: f64) -> [String; N] {
    /// Decimals that a reader still counts.
    const MOST: usize = 6;
    let largest = values
        .iter()
        .fold(0.0_f64, |most, value| most.max(value.abs()));
    if let Some(decimals) = detente_stats::decimals_for(step, MOST).filter(|_| largest < 1e10) {
        return values.map(|value| number(value, decimals));
    }
    if values.iter().all(|value| *value == values[0]) {
        return values.map(significant);
    }
    let decimals = detente_stats::decimals_of_mantissa(largest, step);
    values.map(|value| match value {
        0.0 => "0".to_owned(),
        _ => format!("{value:.decimals$e}").replace('-', "–"),
    })
}

/// A number with three digits that count; whole numbers have all of theirs.
pub fn significant(value: f64) -> String {
    if value == value.trunc() && value.abs() < 1e10 {
        return number(value, 0);
    }
    match detente_stats::decimals_for(value.abs() / 100.0, 6) {
        Some(decimals) if value.abs() < 1e10 => number(value, decimals),
        _ => format!("{value:.2e}").replace('-', "–"),
    }
}

/// A share that is a limit, in percent with two digits that count: `0.019 %`.
pub fn limit(share: f64) -> String {
    let percent = 100.0 * share;
    let decimals = if percent > 0.0 {
        detente_stats::decimals_for(percent / 10.0, 6).unwrap_or(6)
    } else {
        0
    };
    format!("{} %", number(percent, decimals))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_alike_and_told_apart() {
        for (values, step, texts) in [
            ([1e-12, 5e-11], 5e-13, ["1.00e–12", "5.00e–11"]),
            (
                [1e15, 1.040_704_622_249e15],
                4e11,
                ["1.0000e15", "1.0407e15"],
            ),
            (
                [1e15, 1e15 + 2.0],
                1.0,
                ["1.000000000000000e15", "1.000000000000002e15"],
            ),
            ([0.0, 3e12], 3e10, ["0", "3.00e12"]),
            ([0.25, 3.0], 0.05, ["0.25", "3.00"]),
            ([8.0, 25.0], 1.0, ["8", "25"]),
            ([2.0, 2.0], 0.0, ["2", "2"]),
        ] {
            assert_eq!(alike(values, step), texts);
        }
        assert_eq!(
            value_with_interval(1e12 + 5.0, Some([1e12, 1e12 + 10.0])),
            "1.000000000005e12 (1.000000000000e12–1.000000000010e12)"
        );
    }

    #[test]
    fn values_have_the_digits_they_bear() {
        assert_eq!(
            value_with_interval(3.2149, Some([3.15, 3.28])),
            "3.21 (3.15–3.28)"
        );
        assert_eq!(
            value_with_interval(-0.5, Some([-1.0, 0.0])),
            "–0.5 (–1.0 to 0.0)"
        );
        assert_eq!(
            value_with_interval(12_345.6, Some([12_000.0, 12_700.0])),
            "12,346 (12,000–12,700)"
        );
        assert_eq!(value_with_interval(0.123_456, None), "0.123");
        assert_eq!(
            value_with_interval(1e-9, Some([0.5e-9, 1.5e-9])),
            "1.0e–9 (5.0e–10 to 1.5e–9)"
        );
        assert_eq!(significant(4.0), "4");
        assert_eq!(significant(1234.5), "1234");
        assert_eq!(limit(0.000_192), "0.019 %");
        assert_eq!(limit(0.79), "79 %");
        assert_eq!(limit(1.0), "100 %");
    }

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
