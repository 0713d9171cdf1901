//! What stands side by side for each event, so that a change of the state touches one place.

use super::hazard_clock::HazardClock;
use crate::program::{Clock, Event, Quick};

/// What a change of the state touches of an event, side by side.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timer {
    pub guard: Option<Quick>,
    /// Of a memoryless clock.
    pub rate: Option<Quick>,
    pub hazard: HazardClock,
    /// Whether the guard of a clock or instant event holds.
    pub enabled: bool,
}

impl Timer {
    pub fn new(event: &Event) -> Self {
        Self {
            guard: event.guard.map(|guard| guard.quick),
            rate: match event.clock {
                Clock::Rate(rate) => Some(rate.quick),
                _ => None,
            },
            hazard: HazardClock::IDLE,
            enabled: false,
        }
    }
}
