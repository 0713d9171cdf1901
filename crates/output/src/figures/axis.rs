//! Axes: their ends, their labels, and where a value lies on the page.

use jiff::civil::Date;

use super::ticks::{Step, Tick, round_ticks, ticks_by};
use super::{Context, FigureError, fonts::Font};

/// One axis of a panel.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// Value at the left or bottom end.
    pub low: f64,
    /// Value at the right or top end.
    pub high: f64,
    /// Ticks from low to high.
    pub ticks: Vec<Tick>,
    /// What the axis shows, with its unit.
    pub label: String,
}

impl Axis {
    /// Where a value lies between two ends of the page; outside values lie on the nearer end.
    pub fn place(&self, value: f64, low_end: f64, high_end: f64) -> f64 {
        let share = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        if share.is_nan() {
            low_end
        } else {
            low_end + share * (high_end - low_end)
        }
    }

    /// The axis with a little room above its last tick, so that no curve lies on the edge.
    pub fn with_headroom(self) -> Self {
        Self {
            high: self.high + 0.04 * (self.high - self.low),
            ..self
        }
    }
}

/// An axis that holds 0 and all values from `low` to `high`, and ends on ticks.
/// `smallest_step` keeps counts from having ticks between whole numbers.
pub fn value_axis(low: f64, high: f64, smallest_step: f64, label: String) -> Axis {
    /// Beyond this a span would overflow.
    const FARTHEST: f64 = 1e290;
    let low = if low.is_finite() {
        low.clamp(-FARTHEST, 0.0)
    } else {
        0.0
    };
    let high = if high.is_finite() {
        high.clamp(0.0, FARTHEST)
    } else {
        0.0
    };
    let high = if high > low {
        high
    } else {
        smallest_step.max(1.0)
    };
    between_ticks(low, high, step_over(high - low, 6, smallest_step), label)
}

/// An axis that holds all values from `low` to `high` and ends on ticks. It holds 0 too, unless all values lie
/// together far from it.
pub fn snug_axis(low: f64, high: f64, smallest_step: f64, label: String) -> Axis {
    /// With 0 on the axis, values nearer to each other than this part of it would have too little room.
    const TOGETHER: f64 = 0.5;
    /// No axis can tell values apart that differ by a smaller part of themselves.
    const EQUAL: f64 = 1e-9;
    let farthest = low.abs().max(high.abs());
    let apart = (high - low) / farthest;
    let far = low.signum() == high.signum() && farthest.is_finite() && farthest < 1e100;
    if far && apart > EQUAL && apart < TOGETHER {
        between_ticks(low, high, step_over(high - low, 5, smallest_step), label)
    } else {
        value_axis(low, high, smallest_step, label)
    }
}

/// A horizontal axis `width` millimetres wide that ends at `low` and `high` themselves, with as many ticks as there
/// is room for.
///
/// # Errors
/// The embedded font is unreadable.
pub fn across_axis(
    (low, high): (f64, f64),
    smallest_step: f64,
    label: String,
    (width, font): (f64, Font),
) -> Result<Axis, FigureError> {
    /// Space between two tick labels in millimetres.
    const BETWEEN: f64 = 2.5;
    let mut ticks = Vec::new();
    for most in (1..=8).rev() {
        let step = step_over(high - low, most, smallest_step);
        ticks = ticks_by(step, low, high);
        let widest = font.widest(ticks.iter().map(|tick| tick.label.as_str()))?;
        if width * step.times(1) / (high - low) >= widest + BETWEEN {
            break;
        }
    }
    Ok(Axis {
        low,
        high,
        ticks,
        label,
    })
}

/// A round step, no smaller than `smallest`, that makes at most `most` steps of a span.
fn step_over(span: f64, most: usize, smallest: f64) -> Step {
    let step = Step::for_span(span, most);
    if step.times(1) < smallest {
        Step::for_span(smallest, 1)
    } else {
        step
    }
}

/// An axis with ends on the ticks next to `low` and `high`.
fn between_ticks(low: f64, high: f64, step: Step, label: String) -> Axis {
    let size = step.times(1);
    let (below, above) = ((low / size + 1e-9).floor(), (high / size - 1e-9).ceil());
    let (low, high) = (
        step.times(below as i64),
        step.times(above.max(below + 1.0) as i64),
    );
    Axis {
        low,
        high,
        ticks: ticks_by(step, low, high),
        label,
    }
}

/// The end of the time axis; a horizon that is none is replaced by 1.
pub fn horizon(context: &Context) -> f64 {
    if context.horizon.is_finite() && context.horizon > 0.0 {
        context.horizon
    } else {
        1.0
    }
}

/// Year of t = 0 where the axis shows calendar years: the unit is the year, the epoch known, and at
/// least two turns of the year are in view.
pub fn calendar_epoch(context: &Context) -> Option<f64> {
    let epoch = context
        .epoch_year
        .filter(|epoch| epoch.is_finite() && epoch.abs() < 1e6)?;
    let turns = (epoch + horizon(context)).floor() - epoch.ceil() + 1.0;
    (context.time_unit == "year" && turns >= 2.0).then_some(epoch)
}

/// A date as a year with its passed share: `2019-09-01` is 2019.665…
pub fn decimal_year(date: &str) -> Option<f64> {
    let date: Date = date.trim().parse().ok()?;
    let passed = f64::from(date.day_of_year() - 1) / f64::from(date.days_in_year());
    Some(f64::from(date.year()) + passed)
}

/// The time axis of a panel `width` millimetres wide.
///
/// # Errors
/// The embedded font is unreadable.
pub fn time_axis(context: &Context, width: f64, font: Font) -> Result<Axis, FigureError> {
    /// A panel narrower than this, in millimetres, has its tick labels closer together.
    const NARROW: f64 = 60.0;
    let high = horizon(context);
    let epoch = calendar_epoch(context);
    let widest = match epoch {
        Some(epoch) => font.width(&format!("{:.0}", epoch + high))?,
        None => font.widest(
            round_ticks(0.0, high, 5)
                .iter()
                .map(|tick| tick.label.as_str()),
        )?,
    };
    let between = if width < NARROW { 2.5 } else { 5.0 };
    let most = ((width / (widest + between)) as usize).clamp(1, 10);
    let (ticks, label) = match epoch {
        Some(epoch) => (
            year_ticks(epoch, high, most),
            "year (ticks at 1 January)".to_owned(),
        ),
        None => (
            round_ticks(0.0, high, most),
            format!("time since the start ({})", context.time_unit),
        ),
    };
    Ok(Axis {
        low: 0.0,
        high,
        ticks,
        label,
    })
}

/// Turns of the year, as times since `epoch`.
fn year_ticks(epoch: f64, horizon: f64, most: usize) -> Vec<Tick> {
    let rough = Step::for_span(horizon, most);
    let step = if rough.times(1) < 1.0 {
        Step::for_span(1.0, 1)
    } else {
        rough
    };
    ticks_by(step, epoch, epoch + horizon)
        .into_iter()
        .map(|tick| Tick {
            value: tick.value - epoch,
            label: format!("{:.0}", tick.value),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(ticks: &[Tick]) -> Vec<&str> {
        ticks.iter().map(|tick| tick.label.as_str()).collect()
    }

    #[test]
    fn value_axes_end_on_a_tick() {
        let axis = value_axis(0.0, 4.2, 1.0, String::new());
        assert_eq!((axis.low, axis.high), (0.0, 5.0));
        assert_eq!(labels(&axis.ticks), ["0", "1", "2", "3", "4", "5"]);
        let small = value_axis(0.0, 0.037, 0.0, String::new());
        assert_eq!(
            labels(&small.ticks),
            ["0.00", "0.01", "0.02", "0.03", "0.04"]
        );
        assert_eq!(value_axis(0.0, 0.0, 1.0, String::new()).high, 1.0);
        assert_eq!(value_axis(f64::NAN, f64::NAN, 1.0, String::new()).high, 1.0);
        assert_eq!(value_axis(0.0, 17.0, 1.0, String::new()).ticks.len(), 5);
        assert_eq!(value_axis(-1.5, 2.0, 1.0, String::new()).low, -2.0);
        assert_eq!(value_axis(-3.0, -3.0, 1.0, String::new()).high, 0.0);
        for (low, high) in [
            (-1e308, 1e308),
            (0.0, 1e-320),
            (1e300, 1e300),
            (f64::MIN, f64::MIN),
        ] {
            let axis = value_axis(low, high, 0.0, String::new());
            assert!(
                axis.high > axis.low && axis.ticks.len() < 20,
                "{low} to {high}"
            );
        }
    }

    #[test]
    fn values_far_from_zero_do_without_it() {
        let ends = |low: f64, high: f64| {
            let axis = snug_axis(low, high, 0.0, String::new());
            (axis.low, axis.high)
        };
        assert_eq!(ends(101.0, 108.0), (100.0, 108.0));
        assert_eq!(ends(-108.0, -101.0), (-108.0, -100.0));
        assert_eq!(ends(3.0, 8.0), (0.0, 8.0));
        assert_eq!(ends(-1.0, 8.0), (-2.0, 8.0));
        assert_eq!(ends(7.0, 7.0), (0.0, 8.0));
        assert_eq!(ends(f64::NAN, f64::NAN), (0.0, 1.0));
    }

    #[test]
    fn ticks_across_have_room() {
        for (low, high) in [(0.0, 1.0), (-3.2, 1e6), (9_999_998.5, 9_999_999.5)] {
            let font = Font::regular(7.0);
            let axis = across_axis((low, high), 0.0, String::new(), (40.0, font)).unwrap();
            assert!(!axis.ticks.is_empty(), "{low} to {high}");
            for pair in axis.ticks.windows(2) {
                let apart = 40.0 * (pair[1].value - pair[0].value) / (high - low);
                assert!(
                    apart > font.width(&pair[1].label).unwrap(),
                    "{low} to {high}"
                );
            }
        }
    }

    #[test]
    fn years_stand_where_they_turn() {
        let ticks = year_ticks(2019.5, 10.0, 5);
        assert_eq!(labels(&ticks), ["2020", "2022", "2024", "2026", "2028"]);
        assert_eq!(ticks[0].value, 0.5);
        assert_eq!(labels(&year_ticks(2019.5, 2.0, 10)), ["2020", "2021"]);
    }

    #[test]
    fn calendar_years_need_a_year_and_two_turns() {
        let context = Context {
            scenario_title: "",
            policy_title: "",
            subtitle: None,
            time_unit: "year",
            epoch_year: Some(2019.67),
            horizon: 10.0,
            honesty: "",
        };
        assert_eq!(calendar_epoch(&context), Some(2019.67));
        assert_eq!(
            calendar_epoch(&Context {
                horizon: 0.5,
                ..context
            }),
            None
        );
        assert_eq!(
            calendar_epoch(&Context {
                time_unit: "day",
                ..context
            }),
            None
        );
        assert_eq!(
            calendar_epoch(&Context {
                epoch_year: Some(f64::NAN),
                ..context
            }),
            None
        );
    }

    #[test]
    fn dates_are_years_with_their_passed_share() {
        assert_eq!(decimal_year("2020-01-01"), Some(2020.0));
        assert_eq!(decimal_year("2019-09-01"), Some(2019.0 + 243.0 / 365.0));
        assert_eq!(decimal_year("autumn"), None);
    }

    #[test]
    fn values_off_the_axis_stay_on_the_page() {
        let axis = value_axis(0.0, 10.0, 1.0, String::new());
        assert_eq!(axis.place(5.0, 0.0, 100.0), 50.0);
        assert_eq!(axis.place(50.0, 0.0, 100.0), 100.0);
        assert_eq!(axis.place(f64::NAN, 0.0, 100.0), 0.0);
    }
}
