//! The horizontal axis of a panel of rows: linear or logarithmic.

use crate::figures::FigureError;
use crate::figures::axis::{Axis, across_axis};
use crate::figures::panel::TICK;
use crate::figures::ticks::{Tick, number};

/// A horizontal axis before its width is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Scale {
    /// The values at its ends.
    pub ends: (f64, f64),
    /// Whether equal distances are equal ratios.
    pub logarithmic: bool,
    /// What it shows, with its unit.
    pub label: String,
}

impl Scale {
    /// A linear axis that holds 0 and all of some values, with a little room beyond them.
    pub fn around_0(values: impl Iterator<Item = f64>, label: String) -> Self {
        /// Room beyond the values, as a share of their span.
        const ROOM: f64 = 0.06;
        let values = values.filter(|value| value.is_finite());
        let (low, high) = values.fold((0.0, 0.0), |(low, high), value| {
            (f64::min(low, value), f64::max(high, value))
        });
        let room = ROOM * (high - low);
        let ends = if room > 0.0 {
            (low - room, high + room)
        } else {
            (-1.0, 1.0)
        };
        Self {
            ends,
            logarithmic: false,
            label,
        }
    }

    /// A linear axis between two ends.
    pub fn between(ends: (f64, f64), label: String) -> Self {
        Self {
            ends,
            logarithmic: false,
            label,
        }
    }

    /// A logarithmic axis that holds 1 and all positive ones of some values, and reaches at least up to 2 and, so that one value
    /// does not press the others together, at most from 1 / 10,000 to 10,000.
    pub fn ratios(values: impl Iterator<Item = f64>, label: String) -> Self {
        /// Room beyond the values, as a factor.
        const ROOM: f64 = 1.25;
        /// The farthest value on the axis.
        const FARTHEST: f64 = 1e4;
        let values = values.filter(|value| value.is_finite() && *value > 0.0);
        let (low, high) = values.fold((0.8, 2.0), |(low, high), value| {
            (f64::min(low, value), f64::max(high, value))
        });
        Self {
            ends: (low.max(1.0 / FARTHEST) / ROOM, high.min(FARTHEST) * ROOM),
            logarithmic: true,
            label,
        }
    }

    /// Where a value lies on the axis that [`Scale::axis`] makes.
    pub fn value(&self, value: f64) -> f64 {
        if self.logarithmic {
            libm::log10(value)
        } else {
            value
        }
    }

    /// The axis over so many millimetres.
    ///
    /// # Errors
    /// The embedded font is unreadable.
    pub fn axis(&self, width: f64) -> Result<Axis, FigureError> {
        if !self.logarithmic {
            return across_axis(self.ends, 0.0, self.label.clone(), (width, TICK));
        }
        let (low, high) = (self.value(self.ends.0), self.value(self.ends.1));
        let mut axis = Axis {
            low,
            high,
            ticks: Vec::new(),
            label: self.label.clone(),
        };
        for tick in round_ratios(low, high) {
            let half = |tick: &Tick| Ok::<f64, FigureError>(TICK.width(&tick.label)? / 2.0);
            let mut free = true;
            for other in &axis.ticks {
                let apart = (tick.value - other.value).abs() / (high - low) * width;
                free &= apart >= half(&tick)? + half(other)? + 1.5;
            }
            if free {
                axis.ticks.push(tick);
            }
        }
        axis.ticks
            .sort_by(|one, other| one.value.total_cmp(&other.value));
        Ok(axis)
    }
}

/// Round ratios between two powers of ten, as logarithms: 1 and what is farther from being a power of ten behind it.
fn round_ratios(low: f64, high: f64) -> Vec<Tick> {
    let mut ticks = Vec::new();
    let (first, last) = (low.floor() as i32, high.ceil() as i32);
    let powers = || (first..=last).filter(|power| *power != 0);
    for (digit, decades) in [
        (1.0, vec![0]),
        (1.0, powers().collect()),
        (2.0, (first..=last).collect()),
        (5.0, (first..=last).collect()),
    ] {
        for power in decades {
            let value = f64::from(power) + libm::log10(digit);
            if (low..=high).contains(&value) {
                let ratio = digit * libm::pow(10.0, f64::from(power));
                let decimals = (-power).max(0) as usize;
                ticks.push(Tick {
                    value,
                    label: number(ratio, decimals),
                });
            }
        }
    }
    ticks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_have_1_on_their_axis_and_round_ticks() {
        let scale = Scale::ratios([0.3, 4000.0, f64::NAN, 0.0].into_iter(), String::new());
        let axis = scale.axis(40.0).unwrap();
        let labels: Vec<&str> = axis.ticks.iter().map(|tick| tick.label.as_str()).collect();
        assert!(
            labels.contains(&"1") && labels.contains(&"1000"),
            "{labels:?}"
        );
        assert!(
            axis.ticks
                .windows(2)
                .all(|pair| pair[0].value < pair[1].value)
        );
        assert!(axis.low < scale.value(0.3) && axis.high > scale.value(4000.0));
        let narrow = Scale::ratios(std::iter::empty(), String::new());
        let ticks = narrow.axis(40.0).unwrap().ticks;
        assert!(ticks.iter().any(|tick| tick.label == "2"), "{ticks:?}");
    }

    #[test]
    fn values_and_0_are_on_the_axis() {
        let scale = Scale::around_0([3.0, 5.0, f64::NAN].into_iter(), String::new());
        assert!(scale.ends.0 < 0.0 && scale.ends.1 > 5.0);
        let nothing = Scale::around_0([0.0].into_iter(), String::new());
        assert_eq!(nothing.ends, (-1.0, 1.0));
    }
}
