//! What stands side by side for each event, so that a change of the state touches one place.

use super::hazard_clock::HazardClock;

/// What changes of an event's clock, side by side.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timer {
    /// Of a memoryless clock.
    pub hazard: HazardClock,
    /// The unit exponential that a memoryless or general clock is using up.
    pub drawn: f64,
    /// What was left of it when the clock was last enabled.
    pub left_when_enabled: f64,
    /// Whether the guard of a clock or instant event holds.
    pub enabled: bool,
}

impl Timer {
    /// The clock of an event at the start of a trial.
    pub const IDLE: Self = Self {
        hazard: HazardClock::IDLE,
        drawn: f64::NAN,
        left_when_enabled: f64::NAN,
        enabled: false,
    };
}
