//! Values counted in cells of equal width.

/// Counts of values between a least and a largest one that are known beforehand.
#[derive(Debug, Clone, PartialEq)]
pub struct Histogram {
    least: f64,
    width: f64,
    /// The upper end of the last cell, which rounding must not move below the largest value.
    end: f64,
    counts: Vec<u64>,
    zeros: u64,
}

/// Cells, unless whole numbers are fewer.
const CELLS: u32 = 200;

/// Beyond this, 2^51, half a step is lost in rounding.
const FARTHEST_WHOLE: f64 = (1_u64 << 51) as f64;

impl Histogram {
    /// Cells for values from `least` to `most`: around each whole number one, or as many to a cell as need be, where all values are
    /// `whole`; else 200 of equal width, or a single one around a single value.
    #[must_use]
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a number of cells, which is small"
    )]
    pub fn new(least: f64, most: f64, whole: bool) -> Self {
        if least == most {
            let around = (least.abs() * 1e-9).max(0.5);
            return Self {
                least: least - around,
                width: 2.0 * around,
                end: least + around,
                counts: vec![0],
                zeros: 0,
            };
        }
        if whole && least.abs().max(most.abs()) < FARTHEST_WHOLE {
            let numbers = most - least + 1.0;
            let width = (numbers / f64::from(CELLS)).ceil();
            let cells = (numbers / width).ceil();
            let least = least - 0.5;
            return Self {
                least,
                width,
                end: least + cells * width,
                counts: vec![0; cells as usize],
                zeros: 0,
            };
        }
        Self {
            least,
            width: (most - least) / f64::from(CELLS),
            end: most,
            counts: vec![0; CELLS as usize],
            zeros: 0,
        }
    }

    /// Counts values.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a guess that is mended"
    )]
    pub fn see(&mut self, values: &[f64]) {
        let last = self.counts.len() - 1;
        for &value in values {
            self.zeros += u64::from(value == 0.0);
            let mut cell = (((value - self.least) / self.width) as usize).min(last);
            while cell > 0 && value < self.edge(cell) {
                cell -= 1;
            }
            while cell < last && value >= self.edge(cell + 1) {
                cell += 1;
            }
            self.counts[cell] += 1;
        }
    }

    fn edge(&self, cell: usize) -> f64 {
        if cell == self.counts.len() {
            return self.end;
        }
        self.least + cell as f64 * self.width
    }

    /// Values that were exactly 0; they are in their cell too.
    #[must_use]
    pub fn zeros(&self) -> u64 {
        self.zeros
    }

    /// Ends of the cells: one more than there are cells.
    #[must_use]
    pub fn edges(&self) -> Vec<f64> {
        (0..=self.counts.len())
            .map(|cell| self.edge(cell))
            .collect()
    }

    /// Values in each cell: from its lower end up to, not including, its upper; the last holds that too.
    #[must_use]
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }
}

#[cfg(test)]
mod tests {
    use super::Histogram;
    use proptest::prelude::*;

    #[test]
    fn whole_numbers_have_a_cell_each() {
        let mut histogram = Histogram::new(-1.0, 3.0, true);
        histogram.see(&[0.0, 3.0, -1.0]);
        histogram.see(&[0.0, 2.0]);
        assert_eq!(histogram.edges(), [-1.5, -0.5, 0.5, 1.5, 2.5, 3.5]);
        assert_eq!(histogram.counts(), [1, 2, 0, 1, 1]);
        assert_eq!(histogram.zeros(), 2);
        let many = Histogram::new(0.0, 999.0, true);
        assert_eq!(many.edges()[..3], [-0.5, 4.5, 9.5]);
        assert_eq!(many.counts().len(), 200);
    }

    #[test]
    fn one_value_has_a_cell() {
        let mut histogram = Histogram::new(0.3, 0.3, false);
        histogram.see(&[0.3; 7]);
        assert_eq!(histogram.counts(), [7]);
        assert!(histogram.edges()[0] < 0.3 && histogram.edges()[1] > 0.3);
    }

    proptest! {
        #[test]
        fn each_value_stands_in_its_cell(values in proptest::collection::vec(-5.0_f64..50.0, 2..80)) {
            let least = values.iter().copied().fold(f64::INFINITY, f64::min);
            let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            prop_assume!(most > least);
            let mut histogram = Histogram::new(least, most, false);
            histogram.see(&values);
            let edges = histogram.edges();
            let last = histogram.counts().len() - 1;
            for (cell, count) in histogram.counts().iter().enumerate() {
                let inside = |v: &&f64| **v >= edges[cell] && (**v < edges[cell + 1] || (cell == last && **v <= edges[cell + 1]));
                prop_assert_eq!(values.iter().filter(inside).count() as u64, *count);
            }
        }
    }
}
