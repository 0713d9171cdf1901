//! An outcome as figures of a comparison show it: its unit, and how differences are written.

use crate::figures::Context;
use crate::figures::interval::{significant, value_with_interval};
use crate::figures::ticks::number;
use crate::figures::units;
use detente_model::scenario::{Direction, MeasureKind};
use detente_report::comparison::{Comparison, OutcomeComparison, PairComparison, Standing};
use detente_stats::{decimals_for, mean_interval, wilson_of_share};

/// The outcomes that figures show: those with a better direction, or all where none has.
pub fn shown(comparison: &Comparison) -> impl Iterator<Item = (&String, &OutcomeComparison)> {
    let outcomes = comparison.outcomes.iter();
    let judged = comparison.outcomes.values().any(|of| of.better.is_some());
    outcomes.filter(move |(_, outcome)| outcome.better.is_some() || !judged)
}

/// The differences of an outcome from the baseline, by policy.
pub fn from_baseline<'c>(
    outcome: &'c OutcomeComparison,
    comparison: &'c Comparison,
) -> impl Iterator<Item = &'c PairComparison> {
    let pairs = outcome.pairs.iter();
    pairs.filter(|pair| pair.policy_b == comparison.baseline)
}

/// What values of an outcome are multiplied by where they are drawn: shares are drawn in percent.
pub fn factor(outcome: &OutcomeComparison) -> f64 {
    if is_share(outcome) { 100.0 } else { 1.0 }
}

fn is_share(outcome: &OutcomeComparison) -> bool {
    let unit = outcome.unit.as_deref().map_or("", str::trim);
    unit.is_empty() && matches!(outcome.kind, MeasureKind::Ever | MeasureKind::TimeShare)
}

/// The unit of values as they are drawn.
pub fn unit(outcome: &OutcomeComparison, context: &Context) -> String {
    match outcome.kind {
        MeasureKind::Ever if is_share(outcome) => "% of trials".to_owned(),
        MeasureKind::TimeShare if is_share(outcome) => "% of the time".to_owned(),
        kind => units::of_measure(outcome.unit.as_deref(), kind, context),
    }
}

/// The unit of differences as they are drawn.
pub fn unit_of_difference(outcome: &OutcomeComparison, context: &Context) -> String {
    if is_share(outcome) {
        "percentage points".to_owned()
    } else {
        units::of_measure(outcome.unit.as_deref(), outcome.kind, context)
    }
}

/// A policy's mean with its 95 % interval, as they are stored.
pub fn mean(
    standing: &Standing,
    outcome: &OutcomeComparison,
    trials: u64,
) -> (f64, Option<[f64; 2]>) {
    let interval = match standing.se {
        _ if outcome.kind == MeasureKind::Ever => Some(wilson_of_share(standing.mean, trials)),
        Some(se) if se > 0.0 => {
            let [low, high] = mean_interval(standing.mean, se, trials);
            let (least, most) = if outcome.kind == MeasureKind::TimeShare {
                (0.0, 1.0)
            } else {
                (f64::NEG_INFINITY, f64::INFINITY)
            };
            Some([low.max(least), high.min(most)])
        }
        _ => None,
    };
    (standing.mean, interval)
}

/// A number and its interval times a factor, in words, with one or two digits of the interval’s half-width.
pub fn written(value: f64, interval: Option<[f64; 2]>, factor: f64) -> String {
    /// Decimals that a reader still counts.
    const MOST: usize = 6;
    let Some([low, high]) = interval else {
        return significant(factor * value);
    };
    let parts = [value, low, high].map(|part| factor * part);
    let far = parts.iter().any(|part| part.abs() >= 1e10);
    let decimals = decimals_for((parts[2] - parts[1]) / 4.0, MOST).filter(|_| !far);
    let Some(decimals) = decimals else {
        return value_with_interval(parts[0], Some([parts[1], parts[2]]));
    };
    let [value, low, high] = parts.map(|part| number(part, decimals));
    // The minus sign is an en dash.
    let signed = low.starts_with('–') || high.starts_with('–');
    let to = if signed { " to " } else { "–" };
    format!("{value} ({low}{to}{high})")
}

/// A difference in words: its sign, its interval, and what stands in place of an interval.
pub fn difference(pair: &PairComparison, factor: f64) -> String {
    if pair.trials_that_differ == 0 {
        return "no trial differs".to_owned();
    }
    let text = written(pair.estimate, pair.ci95, factor);
    let text = signed(text);
    match pair.ci95 {
        Some(_) => text,
        None if pair.se == Some(0.0) => format!("{text} in all trials"),
        None => format!("{text}, no interval"),
    }
}

/// A number that begins with its sign, unless its digits are all 0.
pub fn signed(number: String) -> String {
    let first = number.split(' ').next().unwrap_or_default();
    let is_0 = !first.contains(|letter: char| ('1'..='9').contains(&letter));
    if is_0 || number.starts_with('–') {
        number
    } else {
        format!("+{number}")
    }
}

/// `lower is better` or `higher is better`, and whether that is the side at the right.
pub fn better(outcome: &OutcomeComparison) -> Option<(bool, String)> {
    let better = outcome.better?;
    Some((better == Direction::Higher, format!("{better} is better")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_digits_that_their_intervals_bear() {
        let text = |value: f64, ends: [f64; 2]| written(value, Some(ends), 100.0);
        assert_eq!(text(0.005, [-0.006, 0.0155]), "0.5 (–0.6 to 1.6)");
        assert_eq!(text(0.0302, [0.025, 0.036]), "3.0 (2.5–3.6)");
        assert_eq!(text(0.2, [0.1, 0.3]), "20 (10–30)");
        assert_eq!(written(9.0113, Some([8.97, 9.05]), 1.0), "9.01 (8.97–9.05)");
        assert_eq!(written(0.5, None, 100.0), "50");
        assert_eq!(signed("0.5 (0.1–0.9)".to_owned()), "+0.5 (0.1–0.9)");
        assert_eq!(signed("0.0 (–0.1 to 0.1)".to_owned()), "0.0 (–0.1 to 0.1)");
        assert_eq!(signed("–0.5".to_owned()), "–0.5");
    }
}
