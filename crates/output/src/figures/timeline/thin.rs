//! Lines and bars of long trials without what lies within a hair of something drawn, so that a figure's size has a bound.

/// Places no farther apart than this are one, in millimetres.
const HAIR: f64 = 0.05;

/// A line from left to right: of more than four points within a hair the first, the lowest, the highest and the last.
pub fn line(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let column = |point: &(f64, f64)| (point.0 / HAIR).floor();
    let mut thin = Vec::new();
    for same in points.chunk_by(|a, b| column(a) == column(b)) {
        if same.len() <= 4 {
            thin.extend_from_slice(same);
            continue;
        }
        let places = || 0..same.len();
        let by_height = |a: &usize, b: &usize| same[*a].1.total_cmp(&same[*b].1);
        let lowest = places().min_by(by_height).unwrap_or(0);
        let highest = places().max_by(by_height).unwrap_or(0);
        let mut kept = [0, lowest, highest, same.len() - 1];
        kept.sort_unstable();
        thin.extend(kept.map(|place| same[place]));
    }
    thin
}

/// Bars from left to right.
pub struct Bars {
    /// Where the last one ends.
    until: f64,
}

impl Bars {
    pub fn new() -> Self {
        Self {
            until: f64::NEG_INFINITY,
        }
    }

    /// Whether a bar that ends there shows anything that the last one does not.
    pub fn shows(&mut self, end: f64) -> bool {
        let shows = end.is_nan() || end >= self.until + HAIR;
        if shows {
            self.until = end;
        }
        shows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extremes_and_ends_of_a_dense_line_stay() {
        let points: Vec<(f64, f64)> = (0..100_u32)
            .map(|index| (10.0 + f64::from(index) * 1e-4, f64::from(index * 37 % 100)))
            .collect();
        let thin = line(&points);
        assert_eq!(thin.len(), 4);
        assert_eq!((thin[0], thin[3]), (points[0], points[99]));
        let heights: Vec<f64> = thin.iter().map(|point| point.1).collect();
        assert!(heights.contains(&0.0) && heights.contains(&99.0));
    }

    #[test]
    fn a_sparse_line_stays_as_it_is() {
        let points: Vec<(f64, f64)> = (0..50_u32)
            .map(|index| (f64::from(index / 4), f64::from(index)))
            .collect();
        assert_eq!(line(&points), points);
    }

    #[test]
    fn bars_within_a_hair_are_one() {
        let mut bars = Bars::new();
        assert!(bars.shows(1.0));
        assert!(!bars.shows(1.04));
        assert!(bars.shows(1.06));
    }
}
