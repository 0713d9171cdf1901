//! Dates and times: t = 0 is the epoch, and a year is 365.25 days.

use jiff::Span;
use jiff::civil::Date;

/// t = 0 and the length of a day in time units.
#[derive(Debug, Clone, Copy)]
pub(super) struct Calendar {
    pub epoch: Date,
    /// A day in time units, as a quotient: times of dates are rounded once.
    day: [f64; 2],
}

impl Calendar {
    /// The calendar of an epoch, where the time unit has a known length.
    pub fn new(epoch: Date, time_unit: &str) -> Option<Self> {
        let day = match time_unit {
            "year" => [1.0, 365.25],
            "month" => [12.0, 365.25],
            "week" => [1.0, 7.0],
            "day" => [1.0, 1.0],
            "hour" => [24.0, 1.0],
            _ => return None,
        };
        Some(Self { epoch, day })
    }

    /// The time of a date.
    pub fn time_of(self, date: Date) -> f64 {
        let days = (date - self.epoch).get_days();
        let [units, days_in_them] = self.day;
        f64::from(days) * units / days_in_them
    }

    /// The day of a time not before the epoch; none beyond the calendar's end.
    pub fn date_of(self, time: f64) -> Option<Date> {
        let [units, days_in_them] = self.day;
        // A date's own time may lie a rounding error below the day.
        let days = (time * days_in_them / units * (1.0 + 2.0 * f64::EPSILON)).floor();
        #[allow(clippy::cast_possible_truncation, reason = "out of range ends there")]
        let days: Span = Span::new().try_days(days as i64).ok()?;
        self.epoch.checked_add(days).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;
    use jiff::civil::date;

    #[test]
    fn dates_have_times_and_times_dates() {
        for unit in ["year", "month", "week", "day", "hour"] {
            let calendar = Calendar::new(date(2019, 9, 1), unit).unwrap();
            for days in 0..20_000 {
                let day = calendar.epoch.checked_add(days.days()).unwrap();
                let time = calendar.time_of(day);
                assert_eq!(calendar.date_of(time), Some(day), "{unit}");
            }
        }
        let years = Calendar::new(date(2019, 9, 1), "year").unwrap();
        assert_eq!(years.date_of(4.0), Some(date(2023, 9, 1)));
        // 1461 days are 4 years, to the bit.
        for k in 1_i32..500 {
            let day = years.epoch.checked_add((1461 * k).days()).unwrap();
            assert_eq!(years.time_of(day), f64::from(4 * k));
        }
        assert_eq!(years.date_of(0.5 / 365.25), Some(date(2019, 9, 1)));
        assert_eq!(years.date_of(1e300), None);
        assert!(Calendar::new(date(2019, 9, 1), "shift").is_none());
    }
}
