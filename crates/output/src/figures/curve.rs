//! Stored curves made ready for drawing.

use super::FigureError;
use detente_report::summary::SeriesSummary;

/// Half the width, as a share of the horizon, of the bar that stands for a curve known at one time only.
const HALF_BAR: f64 = 0.015;

/// The columns of a stored curve as rows of (time, values…), without times outside 0 to `horizon` and
/// without rows that hold no number.
///
/// # Errors
/// A column is longer or shorter than the times.
pub fn rows<const VALUES: usize, const ROW: usize>(
    title: &str,
    times: &[f64],
    columns: [(&str, &[f64]); VALUES],
    horizon: f64,
) -> Result<Vec<[f64; ROW]>, FigureError> {
    const { assert!(ROW == VALUES + 1) };
    for (column, values) in columns {
        check_length(title, times, column, values)?;
    }
    let row = |index: usize| -> [f64; ROW] {
        std::array::from_fn(|place| {
            if place == 0 {
                times[index]
            } else {
                columns[place - 1].1[index]
            }
        })
    };
    Ok((0..times.len())
        .map(row)
        .filter(|row| is_on_axis(row[0], horizon) && row.iter().all(|value| value.is_finite()))
        .collect())
}

/// Whether a time is one that the axis shows.
pub fn is_on_axis(time: f64, horizon: f64) -> bool {
    time >= 0.0 && time <= horizon * (1.0 + 1e-9)
}

/// Refuses a column that does not fit its times.
///
/// # Errors
/// The column is longer or shorter than the times.
pub fn check_length(
    title: &str,
    times: &[f64],
    column: &str,
    values: &[f64],
) -> Result<(), FigureError> {
    if times.len() == values.len() {
        return Ok(());
    }
    Err(FigureError::TornCurve {
        curve: title.to_owned(),
        column: column.to_owned(),
        times: times.len(),
        values: values.len(),
    })
}

/// (time, 5 %, 25 %, 50 %, 75 %, 95 %) over trials; no rows where a series has no quantiles.
///
/// # Errors
/// A torn series.
pub fn quantiles(series: &SeriesSummary, horizon: f64) -> Result<Vec<[f64; 6]>, FigureError> {
    let Some(quantiles) = &series.quantiles else {
        return Ok(Vec::new());
    };
    let columns: [(&str, &[f64]); 5] = [
        ("0.05", &quantiles.q05),
        ("0.25", &quantiles.q25),
        ("0.5", &quantiles.q50),
        ("0.75", &quantiles.q75),
        ("0.95", &quantiles.q95),
    ];
    rows(&series.title, &series.t, columns, horizon)
}

/// Makes a curve known at one time only wide enough to be seen; others stay as they are.
pub fn visible<const ROW: usize>(rows: &[[f64; ROW]], horizon: f64) -> Vec<[f64; ROW]> {
    match rows {
        [row] => [-HALF_BAR, HALF_BAR]
            .map(|aside| {
                let mut row = *row;
                row[0] = (row[0] + aside * horizon).clamp(0.0, horizon);
                row
            })
            .to_vec(),
        _ => rows.to_vec(),
    }
}

/// A right-continuous step function through the rows: each value holds until the next time.
pub fn stairs<const ROW: usize>(rows: &[[f64; ROW]]) -> Vec<[f64; ROW]> {
    let mut stairs = Vec::with_capacity(2 * rows.len());
    for pair in rows.windows(2) {
        let mut end = pair[0];
        end[0] = pair[1][0];
        stairs.extend([pair[0], end]);
    }
    stairs.extend(rows.last());
    stairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_without_numbers_are_left_out() {
        let times = [0.0, 1.0, 2.0, 3.0, 9.0];
        let values = [1.0, f64::NAN, 3.0, 4.0, 5.0];
        let kept: Vec<[f64; 2]> = rows("x", &times, [("mean", &values)], 3.0).unwrap();
        assert_eq!(kept, [[0.0, 1.0], [2.0, 3.0], [3.0, 4.0]]);
    }

    #[test]
    fn torn_curves_are_named() {
        let error = rows::<1, 2>("west", &[0.0, 1.0], [("mean", &[1.0])], 3.0).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`west` has 2 times, but 1 values in `mean`"
        );
    }

    #[test]
    fn one_time_becomes_a_bar_and_steps_hold() {
        assert_eq!(visible(&[[0.0, 7.0]], 10.0), [[0.0, 7.0], [0.15, 7.0]]);
        assert_eq!(
            stairs(&[[0.0, 1.0], [1.0, 2.0]]),
            [[0.0, 1.0], [1.0, 1.0], [1.0, 2.0]]
        );
        assert!(stairs::<2>(&[]).is_empty());
    }
}
