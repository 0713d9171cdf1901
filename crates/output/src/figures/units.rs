//! What the axis of an outcome's values says.

use super::Context;
use detente_model::scenario::MeasureKind;
use detente_report::summary::OutcomeSummary;

/// The unit of an outcome's mean: its own, or what its measure implies.
pub fn of_mean(outcome: &OutcomeSummary, context: &Context) -> String {
    of_measure(outcome.unit.as_deref(), outcome.kind, context)
}

/// The unit of a measure's values: its own, or what the measure implies.
pub fn of_measure(unit: Option<&str>, kind: MeasureKind, context: &Context) -> String {
    match (unit.map(str::trim), kind) {
        (Some(unit), _) if !unit.is_empty() => unit.to_owned(),
        (_, MeasureKind::Ever) => "share of trials".to_owned(),
        (_, MeasureKind::TimeShare) => "share of the time".to_owned(),
        (_, MeasureKind::FirstTime) => context.time_unit.to_owned(),
        (_, MeasureKind::Entries) => "times entered".to_owned(),
        (_, MeasureKind::Firings) => "times fired".to_owned(),
        (_, MeasureKind::TimeAverage) => "mean over time".to_owned(),
        _ => "value".to_owned(),
    }
}
