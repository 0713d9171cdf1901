//! The value of a comparison that is the least or the most of linear parts, with its interval and its p-values.
//!
//! The least of k means lies above a limit only if all of them do: its lower end is the smallest of the parts' own lower ends,
//! none of them widened (the intersection-union test: Berger 1982, doi:10.1080/00401706.1982.10487790). It lies below a limit if
//! any one does: its upper end is the smallest of the parts' upper ends, each with k-th part of the chance to miss (Bonferroni).
//! For the most the two change places. So the interval holds the value at least as often as it says, however the parts hang
//! together; it is wider than need be where many parts are near to the least.

use super::part::{Column, Part};
use detente_model::scenario::Comparison;

/// A comparison whose parts are being counted.
pub(super) type Value = Comparison<Part>;

/// What is known of a value from its parts.
pub(super) trait Estimate {
    /// The value at the parts' estimates. Of several that are close the least is, on average, below the least of the means.
    fn estimate(&self) -> f64;

    /// The standard error of the part that is the value; 0 where all its trials are equal.
    fn se(&self) -> f64;

    /// The lower end that misses the value with a chance of at most `miss`.
    fn lower(&self, miss: f64, columns: &[Column]) -> f64;

    /// The upper end that misses the value with a chance of at most `miss`.
    fn upper(&self, miss: f64, columns: &[Column]) -> f64;

    /// The one-sided p-value of a value of `bound` or less.
    fn p_above(&self, bound: f64, columns: &[Column]) -> f64;

    /// The one-sided p-value of a value of `bound` or more.
    fn p_below(&self, bound: f64, columns: &[Column]) -> f64;
}

impl Estimate for Value {
    fn estimate(&self) -> f64 {
        match self {
            Self::Linear(part) => part.estimate(),
            Self::Least(parts) => fold(parts, f64::min, Self::estimate),
            Self::Most(parts) => fold(parts, f64::max, Self::estimate),
        }
    }

    fn se(&self) -> f64 {
        let chosen = |parts: &[Self], before: fn(&f64, &f64) -> bool| {
            let each = parts.iter().map(|of| (of.estimate(), of.se()));
            let first = each.reduce(|a, b| if before(&b.0, &a.0) { b } else { a });
            first.map_or(f64::NAN, |(_, se)| se)
        };
        match self {
            Self::Linear(part) => part.se(),
            Self::Least(parts) => chosen(parts, f64::lt),
            Self::Most(parts) => chosen(parts, f64::gt),
        }
    }

    fn lower(&self, miss: f64, columns: &[Column]) -> f64 {
        match self {
            Self::Linear(part) => part.ends(miss, columns)[0],
            Self::Least(parts) => fold(parts, f64::min, |of| of.lower(miss, columns)),
            Self::Most(parts) => {
                let each = miss / parts.len() as f64;
                fold(parts, f64::max, |of| of.lower(each, columns))
            }
        }
    }

    fn upper(&self, miss: f64, columns: &[Column]) -> f64 {
        match self {
            Self::Linear(part) => part.ends(miss, columns)[1],
            Self::Most(parts) => fold(parts, f64::max, |of| of.upper(miss, columns)),
            Self::Least(parts) => {
                let each = miss / parts.len() as f64;
                fold(parts, f64::min, |of| of.upper(each, columns))
            }
        }
    }

    fn p_above(&self, bound: f64, columns: &[Column]) -> f64 {
        match self {
            Self::Linear(part) => part.p_above(bound, columns),
            Self::Least(parts) => fold(parts, f64::max, |of| of.p_above(bound, columns)),
            Self::Most(parts) => any_of(parts, |of| of.p_above(bound, columns)),
        }
    }

    fn p_below(&self, bound: f64, columns: &[Column]) -> f64 {
        match self {
            Self::Linear(part) => part.p_below(bound, columns),
            Self::Most(parts) => fold(parts, f64::max, |of| of.p_below(bound, columns)),
            Self::Least(parts) => any_of(parts, |of| of.p_below(bound, columns)),
        }
    }
}

/// The least or the most of what some parts give, of which there is at least one.
fn fold(parts: &[Value], of: fn(f64, f64) -> f64, give: impl Fn(&Value) -> f64) -> f64 {
    parts.iter().map(give).reduce(of).unwrap_or(f64::NAN)
}

/// The p-value of several of which one is enough.
fn any_of(parts: &[Value], p: impl Fn(&Value) -> f64) -> f64 {
    (parts.len() as f64 * fold(parts, f64::min, p)).min(1.0)
}
