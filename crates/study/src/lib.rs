//! What is found out about a program beyond running its trials.

mod batches;
pub mod compare;
pub mod draws;
pub mod exact;
pub mod game;
pub mod hypotheses;
pub mod prism;
pub mod select;
pub mod summary;

/// A value of an outcome in a trial: a first time that was not reached, which is NaN, counts as the horizon.
fn or_horizon(value: f64, horizon: f64) -> f64 {
    if value.is_nan() { horizon } else { value }
}
