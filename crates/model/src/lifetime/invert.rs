//! The root of a smooth increasing function, inside a bracket that only ever shrinks.

/// A function near a point: its value, its slope, and its second derivative over its slope.
#[derive(Clone, Copy)]
pub(super) struct Local {
    pub(super) residual: f64,
    pub(super) slope: f64,
    pub(super) bend: f64,
}

/// Evaluations after which the root is returned as it stands.
const MAX_STEPS: u32 = 100;

/// The longest step, in logarithms of age.
const LONGEST: f64 = 8.0;

/// After a Halley step this short, measured by the curvature, the error left is a rounding error.
const LAST: f64 = 1e-5;

/// The `w` at which the residual of an increasing function is zero, from a first guess.
///
/// Halley's method: an error of ε becomes one of about (bend · ε)² ε. Where a step would leave the
/// bracket, the bracket is halved instead. At most 100 evaluations; two are usual.
pub(super) fn root(guess: f64, local: impl Fn(f64) -> Local) -> f64 {
    let (mut left, mut right) = (f64::NEG_INFINITY, f64::INFINITY);
    let mut w = guess;
    for _ in 0..MAX_STEPS {
        let at = local(w);
        if at.residual < 0.0 {
            left = w;
        } else if at.residual > 0.0 {
            right = w;
        } else {
            return w;
        }
        let newton = -at.residual / at.slope;
        let halley = newton / (1.0 + 0.5 * newton * at.bend).clamp(0.5, 2.0);
        let step = if halley.is_finite() {
            halley.clamp(-LONGEST, LONGEST)
        } else {
            -at.residual.signum()
        };
        let next = w + step;
        if step.abs() * (1.0 + at.bend.abs()) < LAST {
            return next.clamp(left, right);
        }
        if next > left && next < right {
            w = next;
        } else {
            let middle = 0.5 * (left + right);
            if !(middle > left && middle < right) {
                return w;
            }
            w = middle;
        }
    }
    w
}

#[cfg(test)]
mod tests {
    use super::{Local, root};
    use std::cell::Cell;

    fn cube(w: f64) -> Local {
        Local {
            residual: w * w * w - 8.0,
            slope: 3.0 * w * w,
            bend: 2.0 / w,
        }
    }

    #[test]
    fn converges_from_far_away() {
        for guess in [2.0, 1.9, 0.1, 1e2, 1e-3] {
            assert!((root(guess, cube) - 2.0).abs() < 1e-14, "from {guess}");
        }
    }

    #[test]
    fn a_function_without_a_usable_slope_is_halved() {
        let steps = Cell::new(0);
        let found = root(-3.0, |w| {
            steps.set(steps.get() + 1);
            let residual = if w < 1.25 {
                f64::NEG_INFINITY
            } else {
                f64::INFINITY
            };
            Local {
                residual,
                slope: f64::NAN,
                bend: f64::NAN,
            }
        });
        assert!((found - 1.25).abs() < 1e-14);
        assert!(steps.get() < 70);
    }

    #[test]
    fn ends_although_there_is_no_root() {
        let steps = Cell::new(0);
        let found = root(0.0, |_| {
            steps.set(steps.get() + 1);
            Local {
                residual: -1.0,
                slope: 1e-3,
                bend: 0.0,
            }
        });
        assert_eq!(steps.get(), 100);
        assert!(found.is_finite());
    }
}
