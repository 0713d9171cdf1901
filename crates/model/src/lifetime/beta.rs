//! The beta law on an interval, by continued fraction.

use libm::{exp, expm1, log, log1p};
use std::f64::consts::TAU;

use super::check::{Check, Interval, LawError};
use super::family::Family;
use super::invert::{Local, root};
use super::stirling::{deviance, stirling_error};
use super::tail::rough_quantile;

/// Pairs of terms after which the fraction is cut; arguments of a million need fewer.
const MAX_PAIRS: u32 = 10_000;

/// Beyond this ln(x / (1 − x)) the law is a power law to rounding, whatever its arguments.
const EXACT: f64 = 60.0;

/// F(a) = `I_x(a, b)`, the regularised incomplete beta function of x = (age − low) / (high − low).
///
/// The fraction of Abramowitz & Stegun 26.5.8, from the side of the mean on which it converges,
/// by the method of Lentz as in Thompson & Barnett 1986, doi:10.1016/0021-9991(86)90046-X;
/// compare `DiDonato` & Morris 1992, doi:10.1145/131766.131776.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Beta {
    a: f64,
    b: f64,
    support: Interval,
    /// −ln of x^a (1 − x)^b / B(a, b) at its greatest, x = a / (a + b).
    depth: f64,
    /// ln B(a, b)
    log_complete: f64,
}

/// The law at a point x of the unit interval: cumulative hazard, and x (1 − x) times the hazard.
struct Point {
    cumulative: f64,
    intensity: f64,
}

impl Beta {
    pub(super) fn new(a: f64, b: f64, low: f64, high: f64) -> Result<Self, LawError> {
        let check = Check(Family::Beta);
        let a = check.shape("a", a)?;
        let b = check.shape("b", b)?;
        let support = check.interval(low, high)?;
        let (share_a, share_b) = (a / (a + b), b / (a + b));
        let depth = stirling_error(a) + stirling_error(b)
            - stirling_error(a + b)
            - 0.5 * log(a * share_b / TAU);
        let log_complete = depth + a * log(share_a) + b * log(share_b);
        Ok(Self {
            a,
            b,
            support,
            depth,
            log_complete,
        })
    }

    pub(super) fn cumulative_hazard(self, age: f64) -> f64 {
        if age <= self.support.low() {
            return 0.0;
        }
        if age >= self.support.high() {
            return f64::INFINITY;
        }
        let (x, y) = self.support.shares(age);
        self.at(x, y).cumulative
    }

    pub(super) fn age_at(self, cumulative_hazard: f64) -> f64 {
        if cumulative_hazard <= 0.0 {
            return self.support.low();
        }
        if cumulative_hazard == f64::INFINITY {
            return self.support.high();
        }
        let target = log_odds(cumulative_hazard);
        let guess = self.guess(cumulative_hazard, target);
        if guess.abs() > EXACT {
            return self.support.age(logistic(guess), logistic(-guess));
        }
        let logit = root(guess, |logit| {
            let (x, y) = (logistic(logit), logistic(-logit));
            let at = self.at(x, y);
            let slope = at.intensity / -expm1(-at.cumulative);
            Local {
                residual: log_odds(at.cumulative) - target,
                slope,
                bend: self.a * y - self.b * x + at.intensity - slope * exp(-at.cumulative),
            }
        });
        self.support.age(logistic(logit), logistic(-logit))
    }

    pub(super) fn hazard(self, age: f64) -> f64 {
        if age < self.support.low() {
            return 0.0;
        }
        if age >= self.support.high() {
            return f64::INFINITY;
        }
        let (x, y) = self.support.shares(age);
        if x > 0.0 {
            return self.at(x, y).intensity / (x * y * self.support.width());
        }
        if self.a < 1.0 {
            f64::INFINITY
        } else if self.a > 1.0 {
            0.0
        } else {
            self.b / self.support.width()
        }
    }

    pub(super) fn mean(self) -> f64 {
        self.support.low() + self.support.width() * (self.a / (self.a + self.b))
    }

    fn at(self, x: f64, y: f64) -> Point {
        let (a, b) = (self.a, self.b);
        // −ln of x^a y^b / B(a, b)
        let depth = self.depth + deviance(a, (a + b) * x) + deviance(b, (a + b) * y);
        if x * (a + b + 2.0) < a + 1.0 {
            let density = exp(-depth);
            let passed = density * fraction(a, b, x) / a;
            Point {
                cumulative: -log1p(-passed),
                intensity: density / (1.0 - passed),
            }
        } else {
            let share = fraction(b, a, y) / b;
            Point {
                cumulative: depth - log(share),
                intensity: 1.0 / share,
            }
        }
    }

    /// A first ln(x / (1 − x)): the power laws of the two ends, or Abramowitz & Stegun 26.5.22
    /// between them.
    fn guess(self, cumulative_hazard: f64, log_odds: f64) -> f64 {
        let (a, b) = (self.a, self.b);
        // F = x^a / (a B) at the lower end, 1 − F = (1 − x)^b / (b B) at the upper.
        let log_passed = log_odds - cumulative_hazard;
        let lower = (log_passed + log(a) + self.log_complete) / a;
        let upper = (cumulative_hazard - log(b) - self.log_complete) / b;
        if lower < -EXACT {
            return lower;
        }
        if upper > EXACT {
            return upper;
        }
        if a > 1.0 && b > 1.0 {
            let (short_a, short_b) = (1.0 / (2.0 * a - 1.0), 1.0 / (2.0 * b - 1.0));
            let harmonic = 2.0 / (short_a + short_b);
            let score = rough_quantile(cumulative_hazard);
            let lambda = (score * score - 3.0) / 6.0;
            let w = score * (harmonic + lambda).max(0.1).sqrt() / harmonic
                + (short_b - short_a) * (lambda + 5.0 / 6.0 - 2.0 / (3.0 * harmonic));
            return (log(a / b) + 2.0 * w).clamp(-EXACT, EXACT);
        }
        // The power laws meet at the mean.
        let below = log(a / (a + b)) * a - log(a);
        let above = log(b / (a + b)) * b - log(b);
        let end = if log_odds < below - above {
            lower
        } else {
            upper
        };
        end.clamp(-EXACT, EXACT)
    }
}

/// ln(F / (1 − F)) = ln(e^H − 1) of a cumulative hazard H.
fn log_odds(cumulative: f64) -> f64 {
    if cumulative < 1.0 {
        log(expm1(cumulative))
    } else {
        cumulative + log1p(-exp(-cumulative))
    }
}

/// 1 / (1 + e^(−w)), relatively exact at both ends.
fn logistic(w: f64) -> f64 {
    if w < 0.0 {
        let odds = exp(w);
        odds / (1.0 + odds)
    } else {
        1.0 / (1.0 + exp(-w))
    }
}

/// a B(a, b) x^(−a) (1−x)^(−b) `I_x(a, b)`, for x below (a + 1) / (a + b + 2).
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    let mut d = 1.0 / (1.0 - (a + b) * x / (a + 1.0));
    let mut c = 1.0;
    let mut value = d;
    let mut m = 0.0;
    for _ in 0..MAX_PAIRS {
        m += 1.0;
        let n = a + 2.0 * m;
        let even = m * (b - m) * x / ((n - 1.0) * n);
        d = 1.0 / (1.0 + even * d);
        c = 1.0 + even / c;
        value *= c * d;
        let odd = -(a + m) * (a + b + m) * x / (n * (n + 1.0));
        d = 1.0 / (1.0 + odd * d);
        c = 1.0 + odd / c;
        let change = c * d;
        value *= change;
        if (change - 1.0).abs() <= f64::EPSILON {
            break;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::super::{Family, Law};
    use super::{Beta, log_odds};

    fn beta(a: f64, b: f64) -> Beta {
        Beta::new(a, b, 0.0, 1.0).expect("good arguments")
    }

    #[test]
    fn without_form_it_is_uniform() {
        let uniform = Law::new(Family::Uniform, 0, &[2.0, 5.0]).expect("good arguments");
        let beta = Law::new(Family::Beta, 0, &[1.0, 1.0, 2.0, 5.0]).expect("good arguments");
        for h in [1e-12, 0.2, 0.7, 3.0, 30.0] {
            assert!((beta.age_at(h) - uniform.age_at(h)).abs() < 1e-14);
        }
        for age in [2.1, 3.4, 3.6, 4.9] {
            let exact = uniform.cumulative_hazard(age);
            assert!((beta.cumulative_hazard(age) / exact - 1.0).abs() < 1e-14);
            assert!((beta.hazard(age) / uniform.hazard(age) - 1.0).abs() < 1e-14);
        }
    }

    #[test]
    fn with_a_one_it_is_a_power() {
        for x in [1e-9, 0.2, 0.6, 0.99] {
            // 1 − F = (1 − x)³ and F = x³
            let exact = -3.0 * libm::log1p(-x);
            assert!((beta(1.0, 3.0).cumulative_hazard(x) / exact - 1.0).abs() < 1e-13);
            let exact = -libm::log1p(-x * x * x);
            assert!((beta(3.0, 1.0).cumulative_hazard(x) / exact - 1.0).abs() < 1e-13);
        }
    }

    #[test]
    fn the_hazard_at_the_ends_follows_the_forms() {
        assert_eq!(beta(0.5, 2.0).hazard(0.0), f64::INFINITY);
        assert_eq!(beta(1.0, 2.0).hazard(0.0), 2.0);
        assert_eq!(beta(1.5, 2.0).hazard(0.0), 0.0);
        assert_eq!(beta(1.5, 2.0).hazard(1.0), f64::INFINITY);
    }

    #[test]
    fn ages_closer_to_an_end_than_a_double_can_be_are_that_end() {
        assert_eq!(beta(0.01, 1.0).age_at(1e-12), 0.0);
        assert_eq!(beta(1.0, 0.2).age_at(700.0), 1.0);
    }

    /// The first guess saves steps and nothing else, so it has to be near: in ln(x / (1 − x)).
    #[test]
    fn guesses_are_near() {
        for (a, b, most) in [
            (2.0, 3.0, 0.1),
            (5.0, 1.5, 0.3),
            (40.0, 7.0, 0.006),
            (3.0, 300.0, 0.05),
            (0.5, 0.7, 0.6),
            (0.3, 4.0, 0.6),
            (6.0, 0.4, 1.6),
        ] {
            let law = beta(a, b);
            for h in [0.01, 0.1, 0.4, 0.9, 2.0, 5.0] {
                let x = law.age_at(h);
                let exact = libm::log(x) - libm::log1p(-x);
                let off = law.guess(h, log_odds(h)) - exact;
                assert!(off.abs() < most, "{a} {b} {h}: {off}");
            }
        }
    }

    #[test]
    fn log_odds_are_exact_at_both_ends() {
        assert!((log_odds(1e-300) - libm::log(1e-300)).abs() < 1e-12);
        assert_eq!(log_odds(700.0), 700.0);
        assert_eq!(log_odds(1e5), 1e5);
    }
}
