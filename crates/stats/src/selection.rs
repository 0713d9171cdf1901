//! Exact order statistics of a column that is too long for memory and is read several times.

use super::sketch::Sketch;
use thiserror::Error;

/// The values of one pass were not those of the sketch or of the pass before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the column has changed between two passes over it")]
pub struct ColumnChanged;

/// The search for the values with given ranks, in memory that does not grow with the column.
///
/// It starts from the bins of the column's [`Sketch`]. While [`needs_pass`](Self::needs_pass), give it all values to
/// [`see`](Self::see), in slices of any length and in any order, and [`end_pass`](Self::end_pass). Every rank has a
/// cell, an interval of values that is known to hold it. In a pass, the values of a small cell are kept and sorted,
/// and those of a large one counted in parts, of which the next pass looks only at the one with the rank. Up to 2^27
/// values that are evenly spread within the sketch's bins take two passes; no column takes more than four. The result
/// is exact, so it does not depend on order or slices.
#[derive(Debug, Clone)]
pub struct Selection {
    limits: Limits,
    wanted: Vec<Wanted>,
    /// The cells of all ranks that are not settled, in the order of their values; none overlaps the next.
    cells: Vec<Cell>,
}

/// Bounds of memory.
#[derive(Debug, Clone, Copy)]
struct Limits {
    /// Values that a cell keeps at most.
    kept: u64,
    /// Parts of a cell that counts at most.
    parts: u64,
}

const LIMITS: Limits = Limits {
    kept: 65_536,
    parts: 4_096,
};

/// A rank and its value, if that is known; none also where there is none of this rank.
#[derive(Debug, Clone, Copy)]
struct Wanted {
    rank: u64,
    value: Option<f64>,
}

/// All values of a column between two of them.
#[derive(Debug, Clone)]
struct Cell {
    /// Keys of the least and the most.
    low: u64,
    high: u64,
    /// Values of the column below the cell.
    below: u64,
    /// Values of the column in it.
    count: u64,
    /// Values in it in this pass.
    seen: u64,
    gathered: Gathered,
}

/// What a pass gathers in a cell.
#[derive(Debug, Clone)]
enum Gathered {
    /// The keys themselves.
    Keys(Vec<u64>),
    /// What the parts hold, each of which is 2^width keys wide.
    Parts { width: u32, parts: Vec<Part> },
}

/// The values in a part of a cell.
#[derive(Debug, Clone, Copy)]
struct Part {
    least: u64,
    most: u64,
    count: u64,
}

const EMPTY: Part = Part {
    least: u64::MAX,
    most: 0,
    count: 0,
};

const SIGN: u64 = 1 << 63;

/// A number in the order of `f64::total_cmp`, but the same for −0 and 0.
fn key(value: f64) -> u64 {
    let bits = (value + 0.0).to_bits();
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}

/// The value with a key.
fn value(key: u64) -> f64 {
    f64::from_bits(if key & SIGN == 0 { !key } else { key & !SIGN })
}

impl Selection {
    /// Looks for the values with the given ranks, from 1 for the smallest, in the column that `sketch` has seen.
    #[must_use]
    pub fn new(ranks: &[u64], sketch: &Sketch) -> Self {
        Self::within(LIMITS, ranks, sketch)
    }

    fn within(limits: Limits, ranks: &[u64], sketch: &Sketch) -> Self {
        let mut selection = Self {
            limits,
            wanted: ranks
                .iter()
                .map(|&rank| Wanted { rank, value: None })
                .collect(),
            cells: Vec::new(),
        };
        let mut cells = Vec::new();
        for wanted in &mut selection.wanted {
            let range = sketch.range_of(wanted.rank).filter(|_| wanted.rank > 0);
            if let Some(range) = range {
                let part = Part {
                    least: key(range.least),
                    most: key(range.most),
                    count: range.count,
                };
                narrow(wanted, part, range.below, limits, &mut cells);
            }
        }
        selection.take(cells);
        selection
    }

    /// Makes `cells` those of the next pass.
    fn take(&mut self, mut cells: Vec<Cell>) {
        cells.sort_by_key(|cell| cell.low);
        cells.dedup_by_key(|cell| cell.low);
        self.cells = cells;
    }

    /// Whether a rank is not settled yet.
    #[must_use]
    pub fn needs_pass(&self) -> bool {
        !self.cells.is_empty()
    }

    /// Looks at the next slice of the column. NaN is passed over.
    pub fn see(&mut self, values: &[f64]) {
        for value in values {
            let key = key(*value);
            let place = self.cells.partition_point(|cell| cell.high < key);
            if let Some(cell) = self.cells.get_mut(place).filter(|cell| cell.low <= key) {
                cell.add(key);
            }
        }
    }

    /// Ends a pass over the whole column.
    ///
    /// # Errors
    ///
    /// The values were not those of the sketch or of the pass before. No rank is settled then, and no pass is needed.
    pub fn end_pass(&mut self) -> Result<(), ColumnChanged> {
        let mut passed = std::mem::take(&mut self.cells);
        if passed.iter().any(|cell| cell.seen != cell.count) {
            self.wanted
                .iter_mut()
                .for_each(|wanted| wanted.value = None);
            return Err(ColumnChanged);
        }
        for cell in &mut passed {
            if let Gathered::Keys(keys) = &mut cell.gathered {
                keys.sort_unstable();
            }
        }
        let mut cells = Vec::new();
        for wanted in &mut self.wanted {
            let place = passed.partition_point(|cell| cell.below + cell.count < wanted.rank);
            if let Some(cell) = passed.get(place).filter(|cell| cell.below < wanted.rank) {
                cell.settle(wanted, self.limits, &mut cells);
            }
        }
        self.take(cells);
        Ok(())
    }

    /// The values in the order in which their ranks were given. None where there is no such rank, and, while a pass
    /// is needed, where it is not settled.
    #[must_use]
    pub fn values(&self) -> Vec<Option<f64>> {
        self.wanted.iter().map(|wanted| wanted.value).collect()
    }
}

/// Goes on with a part that holds a rank: settles it if all of the part's values are equal, or else makes the part a
/// cell.
fn narrow(wanted: &mut Wanted, part: Part, below: u64, limits: Limits, cells: &mut Vec<Cell>) {
    if part.least == part.most {
        wanted.value = Some(value(part.least));
    } else if cells.last().is_none_or(|cell| cell.low != part.least) {
        cells.push(Cell::new(part, below, limits));
    }
}

impl Cell {
    fn new(part: Part, below: u64, limits: Limits) -> Self {
        let span = part.most - part.least;
        let gathered = if part.count <= limits.kept {
            Gathered::Keys(Vec::new())
        } else {
            let mut width = 0;
            while span >> width >= limits.parts {
                width += 1;
            }
            let parts = (0..=span >> width).map(|_| EMPTY).collect();
            Gathered::Parts { width, parts }
        };
        Self {
            low: part.least,
            high: part.most,
            below,
            count: part.count,
            seen: 0,
            gathered,
        }
    }

    fn add(&mut self, key: u64) {
        self.seen += 1;
        match &mut self.gathered {
            // More than were counted before would be an error, and must not fill the memory.
            Gathered::Keys(keys) if self.seen <= self.count => keys.push(key),
            Gathered::Keys(_) => {}
            Gathered::Parts { width, parts } => {
                let place = usize::try_from((key - self.low) >> *width);
                if let Some(part) = place.ok().and_then(|place| parts.get_mut(place)) {
                    part.least = part.least.min(key);
                    part.most = part.most.max(key);
                    part.count += 1;
                }
            }
        }
    }

    /// Goes on with a rank that lies in this cell, whose keys are sorted.
    fn settle(&self, wanted: &mut Wanted, limits: Limits, cells: &mut Vec<Cell>) {
        match &self.gathered {
            Gathered::Keys(keys) => {
                let place = usize::try_from(wanted.rank - self.below - 1);
                let key = place.ok().and_then(|place| keys.get(place));
                wanted.value = key.map(|key| value(*key));
            }
            Gathered::Parts { parts, .. } => {
                let mut below = self.below;
                for part in parts {
                    if below + part.count >= wanted.rank {
                        narrow(wanted, *part, below, limits, cells);
                        break;
                    }
                    below += part.count;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The values with the given ranks, and how many passes they took. The sketch sees the column in one order, the
    /// passes in another and in slices of changing lengths.
    fn select(column: &[f64], ranks: &[u64], limits: Limits) -> (Vec<Option<f64>>, u32) {
        let mut sketch = Sketch::coarsest();
        sketch.add_all(&mut column.to_vec());
        let mut selection = Selection::within(limits, ranks, &sketch);
        let mut column = column.to_vec();
        let mut passes = 0;
        while selection.needs_pass() {
            passes += 1;
            assert!(passes <= 64, "it goes on");
            column.reverse();
            let slice = 1 + (passes as usize * 7) % 23 + column.len() / 50;
            column.chunks(slice).for_each(|slice| selection.see(slice));
            selection.end_pass().unwrap();
        }
        (selection.values(), passes)
    }

    /// All ranks, the same twice and such as are not there, against sorting.
    fn check(column: &[f64], limits: Limits) {
        let mut sorted: Vec<f64> = column.iter().map(|value| value + 0.0).collect();
        sorted.sort_by(f64::total_cmp);
        let n = sorted.len() as u64;
        let ranks: Vec<u64> = (0..=n + 1).rev().chain([1, n / 2]).collect();
        let (found, _) = select(column, &ranks, limits);
        for (rank, found) in ranks.iter().zip(found) {
            let place = rank
                .checked_sub(1)
                .and_then(|place| usize::try_from(place).ok());
            let expected = place.and_then(|place| sorted.get(place));
            assert_eq!(
                found.map(f64::to_bits),
                expected.map(|value| value.to_bits()),
                "rank {rank} of {sorted:?}"
            );
        }
    }

    const SMALL: Limits = Limits { kept: 4, parts: 3 };

    #[test]
    fn special_columns() {
        for limits in [SMALL, LIMITS] {
            check(&[], limits);
            check(&[7.25], limits);
            check(&[1.001; 40], limits);
            check(
                &[
                    0.0, -0.0, 0.0, -0.0, -5e-324, 5e-324, -5e-324, 5e-324, 1e-310, -1e-310,
                ],
                limits,
            );
            check(
                &[f64::MAX, f64::MIN, f64::INFINITY, f64::NEG_INFINITY, 0.0],
                limits,
            );
            let close: Vec<f64> = (0..50)
                .map(|i| f64::from_bits(3.0_f64.to_bits() + i * i % 31))
                .collect();
            check(&close, limits);
        }
    }

    /// A large column with the limits as they are: half of the values are one, the rest spread over one bin of the
    /// sketch.
    #[test]
    fn a_column_above_the_limits() {
        let spread = |i: u64| {
            f64::from_bits(1.0_f64.to_bits() + (i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 19))
        };
        let mut column: Vec<f64> = (0..200_000).map(spread).collect();
        column.extend(std::iter::repeat_n(1.003, 200_000));
        let mut sorted = column.clone();
        sorted.sort_by(f64::total_cmp);
        let places = [0, 19_999, 99_999, 199_999, 299_999, 399_998, 399_999];
        let ranks = places.map(|place| place as u64 + 1);
        let (found, passes) = select(&column, &ranks, LIMITS);
        assert_eq!(found, places.map(|place| Some(sorted[place])));
        assert_eq!(passes, 2);
    }

    /// The worst column: ever more values ever closer to each other, so that every pass but the last gains least.
    #[test]
    fn no_column_takes_more_than_four_passes() {
        let at = |offset: u64| f64::from_bits(1.0_f64.to_bits() + offset);
        let mut column = vec![
            at(0),
            at((1 << 45) - 1),
            at((1 << 33) - 1),
            at((1 << 21) - 1),
            at((1 << 9) - 1),
        ];
        column.extend((0..140_000).map(|i| at(i % 2)));
        let (found, passes) = select(&column, &[70_001, 70_002], LIMITS);
        assert_eq!((found, passes), (vec![Some(at(0)), Some(at(1))], 4));
    }

    #[test]
    fn what_is_certain_takes_no_pass() {
        let whole: Vec<f64> = (0..200).map(f64::from).collect();
        let (found, passes) = select(&whole, &[10, 0, 201, 200], LIMITS);
        assert_eq!(
            (found, passes),
            (vec![Some(9.0), None, None, Some(199.0)], 0)
        );
    }

    #[test]
    fn another_column_is_noticed() {
        let mut column: Vec<f64> = (0..100).map(|i| 1.0 + f64::from(i) * 1e-5).collect();
        let mut sketch = Sketch::coarsest();
        sketch.add_all(&mut column);
        for limits in [SMALL, LIMITS] {
            for seen in [&column[1..], &[&column[..], &[1.0005]].concat()] {
                let mut selection = Selection::within(limits, &[50], &sketch);
                selection.see(seen);
                assert_eq!(selection.end_pass(), Err(ColumnChanged));
                assert_eq!(
                    (selection.values(), selection.needs_pass()),
                    (vec![None], false)
                );
            }
        }
    }

    #[test]
    fn not_a_number_is_passed_over() {
        let mut column = [1.001, 1.002, 1.003];
        let mut sketch = Sketch::coarsest();
        sketch.add_all(&mut column);
        let mut selection = Selection::new(&[2], &sketch);
        selection.see(&[f64::NAN, 1.003, 1.001, -f64::NAN, 1.002]);
        selection.end_pass().unwrap();
        assert_eq!(selection.values(), [Some(1.002)]);
    }

    /// Numbers of all sizes, often the same or close to each other.
    fn number() -> impl Strategy<Value = f64> {
        prop_oneof![
            any::<f64>().prop_filter("a number", |value| !value.is_nan()),
            -1.0_f64..1.0,
            (0_u64..6).prop_map(|i| f64::from_bits(2.5_f64.to_bits() + i)),
            (0_u64..300).prop_map(|i| -f64::from_bits(2.5_f64.to_bits() + (i << 20))),
            (0_u64..40).prop_map(f64::from_bits),
            (0_u64..40).prop_map(|i| -f64::from_bits(i << 30)),
        ]
    }

    proptest! {
        #[test]
        fn selecting_is_sorting(
            column in proptest::collection::vec(number(), 0..300),
            kept in 0_u64..20,
            parts in 2_u64..20,
        ) {
            check(&column, Limits { kept, parts });
            check(&column, LIMITS);
        }

        #[test]
        fn keys_are_in_the_order_of_numbers(a in any::<f64>(), b in any::<f64>()) {
            prop_assert_eq!(key(a).cmp(&key(b)), (a + 0.0).total_cmp(&(b + 0.0)));
            prop_assert_eq!(value(key(a)).to_bits(), (a + 0.0).to_bits());
        }
    }
}
