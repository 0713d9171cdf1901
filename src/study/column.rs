//! How the numbers of a printed column are rounded: to what their intervals bear, and all alike.

use detente_model::scenario::MeasureKind;
use detente_report::summary::OutcomeSummary;
use detente_stats::decimals_for;
use std::collections::BTreeMap;

/// A value with two digits of its interval's width, or four decimals where it has none; in powers of ten where digits
/// would be too many.
pub(super) fn rounded(value: f64, width: f64) -> String {
    let decimals = if width > 0.0 { decimals_of(width) } else { 4 };
    if value.abs() >= 1e10 || decimals > 8 {
        let digits = (2..16).find(|digits| {
            let step = value.abs() / libm::pow(10.0, f64::from(*digits));
            10.0 * step <= width
        });
        let digits = digits.map_or(4, |digits: u8| usize::from(digits));
        return format!("{value:.digits$e}");
    }
    format!("{value:.decimals$}")
}

/// Decimals that show two digits of a width.
fn decimals_of(width: f64) -> usize {
    decimals_for(width / 10.0, 11).unwrap_or(12)
}

/// The decimals of a column: those that the narrowest of its intervals bears.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column(Option<usize>);

impl Column {
    /// Decimals that a column has at most; where an interval bears more, each number has its own.
    const MOST_DECIMALS: usize = 6;

    /// That of numbers whose intervals are so wide; 0 stands for none.
    pub fn of(widths: impl Iterator<Item = f64>) -> Self {
        let needed = widths.filter(|width| *width > 0.0).map(decimals_of).max();
        Self(needed.filter(|decimals| *decimals <= Self::MOST_DECIMALS))
    }

    /// A number of the column, whose own interval is so wide.
    pub fn shown(self, value: f64, width: f64) -> String {
        match self.0 {
            Some(decimals) if value.abs() < 1e10 => format!("{value:.decimals$}"),
            _ => rounded(value, width),
        }
    }

    /// The same with its sign.
    pub fn signed(self, value: f64, width: f64) -> String {
        let sign = if value > 0.0 { "+" } else { "" };
        format!("{sign}{}", self.shown(value, width))
    }
}

/// For each sort of outcome, its column: shares of trials and of time are of one sort, others are by kind and unit.
pub(super) struct Columns<'s>(BTreeMap<(&'s str, &'s str), Column>);

impl<'s> Columns<'s> {
    /// Those of outcomes whose intervals are so wide.
    pub fn of(widths: impl Iterator<Item = (&'s OutcomeSummary, f64)>) -> Self {
        let mut sorts: BTreeMap<_, Vec<f64>> = BTreeMap::new();
        for (outcome, width) in widths {
            sorts.entry(sort(outcome)).or_default().push(width);
        }
        let columns = sorts.into_iter();
        Self(
            columns
                .map(|(sort, widths)| (sort, Column::of(widths.into_iter())))
                .collect(),
        )
    }

    /// That of an outcome.
    pub fn column(&self, outcome: &OutcomeSummary) -> Column {
        self.0.get(&sort(outcome)).copied().unwrap_or(Column(None))
    }
}

fn sort(outcome: &OutcomeSummary) -> (&str, &str) {
    match (outcome.kind, outcome.unit.as_deref()) {
        (MeasureKind::Ever | MeasureKind::TimeShare, None) => ("share", ""),
        (kind, unit) => (kind.key(), unit.unwrap_or("")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_shown_with_two_digits() {
        assert_eq!(decimals_of(0.0123), 3);
        assert_eq!(decimals_of(25.0), 0);
        assert_eq!(decimals_of(0.5), 2);
    }

    #[test]
    fn a_column_has_one_number_of_decimals() {
        let column = Column::of([0.5, 0.03, 0.0].into_iter());
        assert_eq!(column.shown(0.2, 0.5), "0.200");
        assert_eq!(column.signed(12.345_6, 0.03), "+12.346");
        assert_eq!(column.signed(0.0, 0.0), "0.000");
        assert_eq!(Column::of([0.0].into_iter()).shown(0.5, 0.0), "0.5000");
        // Too narrow for a column: each by itself.
        let column = Column::of([0.5, 2e-9].into_iter());
        assert_eq!(column.shown(0.2, 0.5), "0.20");
        assert_eq!(column.shown(3e-9, 2e-9), "3.00e-9");
        // Ends of a narrow interval far from 0 are told apart.
        assert_eq!(column.shown(1e15, 2e7), "1.000000000e15");
        assert_eq!(column.shown(1e15 + 2e7, 2e7), "1.000000020e15");
    }
}
