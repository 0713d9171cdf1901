//! Round tick values, and numbers as a reader wants them.

/// A minus sign that the embedded fonts have a glyph for: they lack U+2212.
const MINUS: &str = "–";

/// A labelled value on an axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// The value, in units of the axis.
    pub value: f64,
    /// What stands beside it.
    pub label: String,
}

/// A step of 1, 2 or 5 times a power of ten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    digit: i64,
    exponent: i32,
}

impl Step {
    /// The smallest round step that makes at most `most` steps of `span`.
    pub fn for_span(span: f64, most: usize) -> Self {
        let rough = (span / most.max(1) as f64).max(f64::MIN_POSITIVE);
        let exponent = libm::log10(rough).floor().clamp(-300.0, 300.0) as i32;
        let digit = rough / power_of_ten(exponent);
        let tolerance = 1.0 + 1e-9;
        match [1, 2, 5]
            .into_iter()
            .find(|&round| digit <= round as f64 * tolerance)
        {
            Some(digit) => Self { digit, exponent },
            None => Self {
                digit: 1,
                exponent: exponent + 1,
            },
        }
    }

    /// The `count`-th multiple, rounded once.
    pub fn times(self, count: i64) -> f64 {
        let whole = (count * self.digit) as f64;
        if self.exponent < 0 {
            whole / power_of_ten(-self.exponent)
        } else {
            whole * power_of_ten(self.exponent)
        }
    }

    /// Decimals that a multiple needs.
    fn decimals(self) -> usize {
        (-self.exponent).max(0) as usize
    }
}

/// Round values from `low` to `high`, both included where they are round, at most `most` steps.
pub fn round_ticks(low: f64, high: f64, most: usize) -> Vec<Tick> {
    ticks_by(Step::for_span(high - low, most), low, high)
}

/// Multiples of a step from `low` to `high`, both included where they are multiples.
pub fn ticks_by(step: Step, low: f64, high: f64) -> Vec<Tick> {
    /// More than any axis asks for; a guard against ends that no step can tell apart.
    const MOST: i64 = 1_000;
    let size = step.times(1);
    let (first, last) = (
        (low / size - 1e-9).ceil() as i64,
        (high / size + 1e-9).floor() as i64,
    );
    (first..=last.min(first.saturating_add(MOST)))
        .map(|count| {
            let value = step.times(count);
            Tick {
                value,
                label: number(value, step.decimals()),
            }
        })
        .collect()
}

/// A number for a reader: fixed decimals, a true minus, groups of three from 10,000, and powers of ten
/// where the zeros would be uncountable.
pub fn number(value: f64, decimals: usize) -> String {
    if value.abs() >= 1e10 || decimals > 6 {
        if value == 0.0 {
            return "0".to_owned();
        }
        // Thirteen digits leave out what rounding has added behind them.
        let text = format!("{value:.12e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let digits = digits.trim_end_matches('0').trim_end_matches('.');
        return format!("{digits}e{exponent}").replace('-', MINUS);
    }
    let plain = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = plain
        .split_once('.')
        .map_or((plain.as_str(), None), |(whole, rest)| (whole, Some(rest)));
    let mut text = String::from(
        if value < 0.0
            && plain
                .bytes()
                .any(|digit| digit.is_ascii_digit() && digit != b'0')
        {
            MINUS
        } else {
            ""
        },
    );
    for (index, digit) in whole.chars().enumerate() {
        if whole.len() > 4 && index > 0 && (whole.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// So many things of a kind, in the singular where it is one.
pub fn counted(count: u64, one: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {one}{plural}", number(count as f64, 0))
}

fn power_of_ten(exponent: i32) -> f64 {
    libm::pow(10.0, f64::from(exponent))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(ticks: &[Tick]) -> Vec<&str> {
        ticks.iter().map(|tick| tick.label.as_str()).collect()
    }

    #[test]
    fn ticks_are_round_and_print_round() {
        assert_eq!(
            labels(&round_ticks(0.0, 1.0, 5)),
            ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]
        );
        assert_eq!(
            labels(&round_ticks(0.0, 10.0, 5)),
            ["0", "2", "4", "6", "8", "10"]
        );
        assert_eq!(
            labels(&round_ticks(0.0, 0.001, 5)),
            ["0.0000", "0.0002", "0.0004", "0.0006", "0.0008", "0.0010"]
        );
        assert_eq!(
            labels(&round_ticks(0.0, 1e6, 4)),
            ["0", "500,000", "1,000,000"]
        );
        assert_eq!(
            labels(&round_ticks(-0.3, 0.3, 6)),
            ["–0.3", "–0.2", "–0.1", "0.0", "0.1", "0.2", "0.3"]
        );
        assert_eq!(round_ticks(0.0, 0.5, 5)[3].value, 0.3);
        assert_eq!(
            labels(&round_ticks(-2e-298, 2e-298, 2)),
            ["–2e–298", "0", "2e–298"]
        );
        assert_eq!(labels(&round_ticks(0.0, 2e-9, 2)), ["0", "1e–9", "2e–9"]);
    }

    #[test]
    fn powers_of_ten_are_exact() {
        for exponent in 0..=22 {
            assert_eq!(
                power_of_ten(exponent),
                format!("1e{exponent}").parse::<f64>().unwrap()
            );
        }
    }
}
