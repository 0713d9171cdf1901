//! A clock with a law of age, between two changes of what drives it.
//!
//! With the law's cumulative hazard H, age a and `left` = E − Λ of the unit exponential, the clock fires
//! under a hazard ratio r at the age a' with H(a') = H(a) + left / r, and under a speed v at the age a' with
//! H(a') = H(a) + left, which it reaches after (a' − a) / v (Anderson 2007, doi:10.1063/1.2799998).

use crate::lifetime::Law;

/// How a clock is driven at the moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Driven {
    /// The hazard is multiplied, age grows as time does.
    HazardRatio(f64),
    /// Age grows at this speed.
    Speed(f64),
}

impl Driven {
    fn same_bits(self, other: Self) -> bool {
        match (self, other) {
            (Self::HazardRatio(a), Self::HazardRatio(b)) | (Self::Speed(a), Self::Speed(b)) => {
                a.to_bits() == b.to_bits()
            }
            _ => false,
        }
    }

    /// How fast age grows.
    fn speed(self) -> f64 {
        match self {
            Self::HazardRatio(_) => 1.0,
            Self::Speed(speed) => speed,
        }
    }

    /// What the law's hazard is multiplied by.
    fn ratio(self) -> f64 {
        match self {
            Self::HazardRatio(ratio) => ratio,
            Self::Speed(_) => 1.0,
        }
    }
}

/// A law's clock that has been started.
#[derive(Debug, Clone, Copy)]
pub(super) struct LawClock<'p> {
    law: Law<'p>,
    age: f64,
    /// What was left of the unit exponential at `since`.
    left: f64,
    since: f64,
    /// None while the guard does not hold.
    driven: Option<Driven>,
}

impl<'p> LawClock<'p> {
    /// A clock at age 0 with `left` of its unit exponential, not yet running.
    pub fn new(law: Law<'p>, left: f64) -> Self {
        Self {
            law,
            age: 0.0,
            left,
            since: 0.0,
            driven: None,
        }
    }

    /// The same unit exponential under a law that starts anew at age 0.
    pub fn restarted(self, law: Law<'p>) -> Self {
        Self::new(law, self.left)
    }

    /// Whether it runs.
    pub fn runs(&self) -> bool {
        self.driven.is_some()
    }

    /// Drives the clock differently from `now` on, or halts it; says when it is due then, or nothing where
    /// nothing changes.
    pub fn drive(&mut self, driven: Option<Driven>, now: f64) -> Option<f64> {
        match (self.driven, driven) {
            (None, None) => return None,
            (Some(old), Some(new)) if old.same_bits(new) => return None,
            _ => {}
        }
        self.advance(now);
        self.driven = driven;
        Some(self.due())
    }

    /// Brings age and what is left up to date.
    fn advance(&mut self, now: f64) {
        if let Some(driven) = self.driven {
            let older = self.age + driven.speed() * (now - self.since);
            let ratio = driven.ratio();
            if ratio > 0.0 && older > self.age {
                let spent =
                    self.law.cumulative_hazard(older) - self.law.cumulative_hazard(self.age);
                // Past the law's end both hazards are infinite and the clock has long been due.
                self.left = (self.left - ratio * spent).max(0.0);
            }
            self.age = older;
        }
        self.since = now;
    }

    /// When it fires if nothing changes.
    fn due(&self) -> f64 {
        let Some(driven) = self.driven else {
            return f64::INFINITY;
        };
        let (speed, ratio) = (driven.speed(), driven.ratio());
        if speed == 0.0 || ratio == 0.0 {
            return f64::INFINITY;
        }
        let target = self.law.cumulative_hazard(self.age) + self.left / ratio;
        // A clock already past its law's end fires at once.
        let wait = (self.law.age_at(target) - self.age).max(0.0) / speed;
        self.since + wait
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifetime::Family;

    fn weibull() -> Law<'static> {
        Law::new(Family::Weibull, 0, &[2.0, 3.0]).unwrap()
    }

    /// H(a) = (a/3)², so H(a') = H(a) + left/r by hand.
    #[test]
    fn a_hazard_ratio_stretches_what_is_left() {
        let mut clock = LawClock::new(weibull(), 1.0);
        assert_eq!(
            clock.drive(Some(Driven::HazardRatio(1.0)), 10.0),
            Some(13.0)
        );
        assert_eq!(clock.drive(Some(Driven::HazardRatio(1.0)), 11.0), None);
        // At age 1.5 a quarter is spent; three quarters at ratio 4: H = 1/4 + 3/16 = 7/16.
        let due = clock.drive(Some(Driven::HazardRatio(4.0)), 11.5).unwrap();
        assert!((due - (11.5 + 3.0 * (7.0_f64 / 16.0).sqrt() - 1.5)).abs() < 1e-12);
        // A ratio of 0 ages the clock and spends nothing.
        assert_eq!(
            clock.drive(Some(Driven::HazardRatio(0.0)), 11.5),
            Some(f64::INFINITY)
        );
        let due = clock.drive(Some(Driven::HazardRatio(1.0)), 13.0).unwrap();
        assert!((due - (13.0 + 3.0 * 1.75_f64.sqrt() - 3.0)).abs() < 1e-12);
    }

    #[test]
    fn a_speed_stretches_time() {
        let mut clock = LawClock::new(weibull(), 1.0);
        assert_eq!(clock.drive(Some(Driven::Speed(0.5)), 0.0), Some(6.0));
        // Age 1 at 2; the rest, 2, at speed 4.
        assert_eq!(clock.drive(Some(Driven::Speed(4.0)), 2.0), Some(2.5));
        assert_eq!(
            clock.drive(Some(Driven::Speed(0.0)), 2.25),
            Some(f64::INFINITY)
        );
        assert_eq!(clock.drive(Some(Driven::Speed(1.0)), 7.0), Some(8.0));
        // Halted and resumed, it keeps its age.
        assert_eq!(clock.drive(None, 7.5), Some(f64::INFINITY));
        assert_eq!(clock.drive(Some(Driven::Speed(1.0)), 9.0), Some(9.5));
    }

    #[test]
    fn past_its_end_a_clock_fires_as_soon_as_it_may() {
        let uniform = Law::new(Family::Uniform, 0, &[1.0, 2.0]).unwrap();
        let mut clock = LawClock::new(uniform, 0.7);
        assert_eq!(
            clock.drive(Some(Driven::HazardRatio(0.0)), 0.0),
            Some(f64::INFINITY)
        );
        assert_eq!(clock.drive(Some(Driven::HazardRatio(0.5)), 5.0), Some(5.0));
    }
}
