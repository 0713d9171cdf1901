//! A clock with a law of age, between two changes of what drives it.
//!
//! With the law's cumulative hazard H, age a and `left` = E − Λ of the unit exponential, the clock fires
//! under a hazard ratio r at the age a' with H(a') = H(a) + left / r, and under a speed v at the age a' with
//! H(a') = H(a) + left, which it reaches after (a' − a) / v (Anderson 2007, doi:10.1063/1.2799998).

use crate::program::StartedLaw;
use detente_model::lifetime::Law;

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

/// A law's clock that has been started. Its law is known by [`StartedLaw`], so that a clock can be stored; whoever drives it hands in
/// the law itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct LawClock {
    pub law: StartedLaw,
    pub age: f64,
    /// The law's cumulative hazard up to `age`. Before any time has passed it excludes an atom at age 0.
    pub hazard: f64,
    /// What was left of the unit exponential at `since`: 0 if the clock was due.
    pub left: f64,
    pub since: f64,
    /// None while the guard does not hold.
    pub driven: Option<Driven>,
    /// When it fires if nothing changes.
    pub due: f64,
}

impl LawClock {
    /// A clock at age 0 with `left` of its unit exponential, not yet running.
    pub fn new(law: StartedLaw, left: f64) -> Self {
        Self {
            law,
            age: 0.0,
            hazard: 0.0,
            left,
            since: 0.0,
            driven: None,
            due: f64::INFINITY,
        }
    }

    /// The clock under a law that starts anew at age 0, with what was left of its unit exponential. A clock that was
    /// due when it was halted has nothing left and gets a new one, `redraw`.
    pub fn restarted(self, law: StartedLaw, redraw: impl FnOnce() -> f64) -> Self {
        let left = if self.left > 0.0 { self.left } else { redraw() };
        Self::new(law, left)
    }

    /// Whether it runs.
    pub fn runs(&self) -> bool {
        self.driven.is_some()
    }

    /// Drives the clock differently from `now` on, or halts it; says when it is due then, or nothing where
    /// nothing changes.
    pub fn drive(&mut self, law: Law<'_>, driven: Option<Driven>, now: f64) -> Option<f64> {
        match (self.driven, driven) {
            (None, None) => return None,
            (Some(old), Some(new)) if old.same_bits(new) => return None,
            _ => {}
        }
        self.advance(law, now);
        self.driven = driven;
        self.due = self.next_due(law);
        Some(self.due)
    }

    /// Gives the clock another unit exponential, of which nothing is used up now; says when it is due then.
    pub fn redraw(&mut self, law: Law<'_>, left: f64, now: f64) -> f64 {
        self.advance(law, now);
        self.left = left;
        self.due = self.next_due(law);
        self.due
    }

    /// Its hazard now, per unit of time: 0 while it does not run.
    pub fn hazard_at(&self, law: Law<'_>, now: f64) -> f64 {
        let mut clock = *self;
        clock.advance(law, now);
        match clock.driven {
            None => 0.0,
            Some(Driven::HazardRatio(factor) | Driven::Speed(factor)) if factor == 0.0 => 0.0,
            Some(Driven::HazardRatio(factor) | Driven::Speed(factor)) => {
                factor * law.hazard(clock.age)
            }
        }
    }

    /// What is left of the unit exponential now.
    pub fn left_at(&self, law: Law<'_>, now: f64) -> f64 {
        let mut clock = *self;
        clock.advance(law, now);
        clock.left
    }

    /// The hazard that it spends between now and a later time if nothing changes.
    pub fn spent_between(&self, law: Law<'_>, now: f64, later: f64) -> f64 {
        let Some(driven) = self.driven else {
            return 0.0;
        };
        let mut clock = *self;
        clock.advance(law, now);
        let age = clock.age_at(law, later, driven.speed());
        if driven.ratio() == 0.0 || age <= clock.age {
            return 0.0;
        }
        driven.ratio() * (law.cumulative_hazard(age) - clock.hazard)
    }

    /// Brings age, hazard and what is left up to date.
    fn advance(&mut self, law: Law<'_>, now: f64) {
        if let Some(driven) = self.driven
            && driven.speed() > 0.0
        {
            let older = self.age_at(law, now, driven.speed());
            // In no time only atoms are passed.
            if older > self.age || !law.has_density() {
                let hazard = law.cumulative_hazard(older);
                let ratio = driven.ratio();
                if now >= self.due {
                    self.left = 0.0;
                } else if ratio > 0.0 {
                    self.left = (self.left - ratio * (hazard - self.hazard)).max(0.0);
                }
                (self.age, self.hazard) = (older, hazard);
            }
        }
        self.since = now;
    }

    /// The age at a time. Both are rounded: an atom has been passed if and only if a clock that was to fire there would have
    /// been due by now.
    fn age_at(&self, law: Law<'_>, now: f64, speed: f64) -> f64 {
        let mut age = self.age + speed * (now - self.since);
        while let Some(atom) = law.atom_above(age)
            && self.time_of(atom, speed) <= now
        {
            age = atom;
        }
        while let Some(atom) = law.atom_up_to(age)
            && atom > self.age
            && self.time_of(atom, speed) > now
        {
            age = atom.next_down();
        }
        age
    }

    /// When the clock reaches an age.
    fn time_of(&self, age: f64, speed: f64) -> f64 {
        // An age that it has already passed is reached at once.
        self.since + (age - self.age).max(0.0) / speed
    }

    /// When it fires if nothing changes.
    fn next_due(&self, law: Law<'_>) -> f64 {
        let Some(driven) = self.driven else {
            return f64::INFINITY;
        };
        let (speed, ratio) = (driven.speed(), driven.ratio());
        if speed == 0.0 || ratio == 0.0 {
            return f64::INFINITY;
        }
        if self.left == 0.0 {
            return self.since;
        }
        self.time_of(law.age_at(self.hazard + self.left / ratio), speed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use detente_model::lifetime::Family;

    /// A clock with a law of its own.
    struct Own {
        clock: LawClock,
        law: Law<'static>,
    }

    impl Own {
        fn drive(&mut self, driven: Option<Driven>, now: f64) -> Option<f64> {
            self.clock.drive(self.law, driven, now)
        }
    }

    fn own(family: Family, arguments: &[f64], left: f64) -> Own {
        Own {
            clock: LawClock::new(StartedLaw::Bound(0), left),
            law: Law::new(family, 0, arguments).unwrap(),
        }
    }

    fn weibull() -> Own {
        own(Family::Weibull, &[2.0, 3.0], 1.0)
    }

    /// H(a) = (a/3)², so H(a') = H(a) + left/r by hand.
    #[test]
    fn a_hazard_ratio_stretches_what_is_left() {
        let mut clock = weibull();
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
        let mut clock = weibull();
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
        let mut clock = own(Family::Uniform, &[1.0, 2.0], 0.7);
        assert_eq!(
            clock.drive(Some(Driven::HazardRatio(0.0)), 0.0),
            Some(f64::INFINITY)
        );
        assert_eq!(clock.drive(Some(Driven::HazardRatio(0.5)), 5.0), Some(5.0));
    }
}
