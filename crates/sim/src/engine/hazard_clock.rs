//! A memoryless clock, between two changes of its hazard.
//!
//! It fires when its integrated hazard has used up a unit exponential (Anderson 2007, doi:10.1063/1.2799998).

/// A memoryless clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct HazardClock {
    /// 0 while the guard does not hold.
    pub hazard: f64,
    /// What was left of the unit exponential at `since`; NaN before it is drawn.
    pub left: f64,
    pub since: f64,
}

impl HazardClock {
    /// A clock that has never run.
    pub const IDLE: Self = Self {
        hazard: 0.0,
        left: f64::NAN,
        since: 0.0,
    };

    /// A clock that has fired, with its next unit exponential: NaN differs from every hazard, so that it starts anew with
    /// the next one.
    pub fn renewed(left: f64) -> Self {
        Self {
            hazard: f64::NAN,
            left,
            since: 0.0,
        }
    }

    /// Gives the clock another hazard from `now` on; says when it is due then, or nothing where the hazard has the
    /// same bits. `draw` is the unit exponential of a clock that has never run.
    pub fn drive(&mut self, hazard: f64, now: f64, draw: impl FnOnce() -> f64) -> Option<f64> {
        if self.hazard.to_bits() == hazard.to_bits() {
            return None;
        }
        if self.hazard > 0.0 {
            self.left = self.left_at(now);
        } else if self.left.is_nan() {
            self.left = draw();
        }
        self.since = now;
        self.hazard = hazard;
        Some(self.due())
    }

    /// What is left of the unit exponential now.
    pub fn left_at(&self, now: f64) -> f64 {
        if self.hazard > 0.0 {
            (self.left - self.hazard * (now - self.since)).max(0.0)
        } else {
            self.left
        }
    }

    /// Gives the clock another unit exponential, of which nothing is used up now; says when it is due then.
    pub fn redraw(&mut self, left: f64, now: f64) -> f64 {
        self.left = left;
        self.since = now;
        self.due()
    }

    /// When it fires if nothing changes.
    pub fn due(&self) -> f64 {
        if self.hazard > 0.0 {
            self.since + self.left / self.hazard
        } else {
            f64::INFINITY
        }
    }
}

#[cfg(test)]
mod tests {
    use super::HazardClock;

    #[test]
    fn a_hazard_uses_up_what_is_left() {
        let mut clock = HazardClock::IDLE;
        let never = || -> f64 { panic!("a clock draws once") };
        assert_eq!(clock.drive(0.0, 1.0, never), None);
        assert_eq!(clock.drive(0.5, 1.0, || 2.0), Some(5.0));
        assert_eq!(clock.drive(0.5, 2.0, never), None);
        // Half is left at 3, and still after a pause.
        assert_eq!(clock.drive(0.0, 3.0, never), Some(f64::INFINITY));
        assert_eq!(clock.drive(2.0, 7.0, never), Some(7.5));
        clock = HazardClock::renewed(3.0);
        assert_eq!(clock.drive(0.0, 7.5, never), Some(f64::INFINITY));
        assert_eq!(clock.drive(1.0, 8.0, never), Some(11.0));
    }
}
