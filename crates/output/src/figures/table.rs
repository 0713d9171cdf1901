//! Fields of the tables behind figures.

use super::Context;
use super::axis::calendar_epoch;

/// A number in the shortest form that reads back as the same number; empty where there is none.
pub fn field(value: Option<f64>) -> String {
    value
        .filter(|value| value.is_finite())
        .map_or_else(String::new, |value| value.to_string())
}

/// Name of the column of times, with their unit.
pub fn time_column(context: &Context) -> String {
    let unit: String = context
        .time_unit
        .trim()
        .chars()
        .map(|letter| {
            if letter.is_alphanumeric() {
                letter
            } else {
                '_'
            }
        })
        .collect();
    if unit.is_empty() {
        "time".to_owned()
    } else {
        format!("time_{unit}")
    }
}

/// The decimal year at a time, where the axis shows calendar years.
pub fn calendar_field(context: &Context, time: f64) -> String {
    field(calendar_epoch(context).map(|epoch| epoch + time))
}
