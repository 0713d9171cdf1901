//! Where things stand that are linked: their order in columns with few crossings, their heights near those that
//! they are linked to, and lanes for lines beside each other.

use crate::figures::spread::spread;

/// Sweeps over the columns in search of an order with fewer crossings.
const SWEEPS: usize = 24;
/// Times that heights are drawn towards their neighbours.
const PULLS: usize = 40;

/// Things in columns, and the links between things in columns side by side.
#[derive(Debug, Clone)]
pub struct Arrangement {
    /// The things of each column, from above.
    pub columns: Vec<Vec<usize>>,
    /// Links (left thing, right thing).
    pub links: Vec<(usize, usize)>,
    /// The height of each thing.
    pub heights: Vec<f64>,
    /// Space between two things of a column.
    pub space: f64,
}

impl Arrangement {
    /// Orders every column so that few links cross: barycentres of Sugiyama, Tagawa & Toda (1981,
    /// doi:10.1109/TSMC.1981.4308636), then exchanges of neighbours while they help.
    pub fn order(&mut self) {
        let mut best = (self.crossings(), self.columns.clone());
        for sweep in 0..SWEEPS {
            let count = self.columns.len();
            for step in 1..count {
                let (fixed, free) = match sweep % 2 {
                    0 => (step - 1, step),
                    _ => (count - step, count - step - 1),
                };
                self.follow(fixed, free);
            }
            let crossings = self.crossings();
            if crossings < best.0 {
                best = (crossings, self.columns.clone());
            }
        }
        self.columns = best.1;
        self.exchange(best.0);
    }

    /// Sorts a column by the mean place of what its things are linked to in the column beside it.
    fn follow(&mut self, fixed: usize, free: usize) {
        let places = self.places();
        let mut keyed: Vec<(f64, usize)> = self.columns[free]
            .iter()
            .map(|&thing| {
                let linked: Vec<f64> = self
                    .linked_to(thing)
                    .filter(|other| self.columns[fixed].contains(other))
                    .map(|other| places[other] as f64)
                    .collect();
                // What is linked to nothing there stays where it is, as a share of its column.
                let stay = places[thing] as f64 * self.columns[fixed].len() as f64
                    / self.columns[free].len() as f64;
                (mean(&linked).unwrap_or(stay), thing)
            })
            .collect();
        keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
        self.columns[free] = keyed.into_iter().map(|(_, thing)| thing).collect();
    }

    /// Exchanges neighbours while that leaves fewer crossings.
    fn exchange(&mut self, mut crossings: usize) {
        const ROUNDS: usize = 8;
        for _ in 0..ROUNDS {
            let before = crossings;
            for column in 0..self.columns.len() {
                for place in 1..self.columns[column].len() {
                    self.columns[column].swap(place - 1, place);
                    let exchanged = self.crossings();
                    if exchanged < crossings {
                        crossings = exchanged;
                    } else {
                        self.columns[column].swap(place - 1, place);
                    }
                }
            }
            if crossings == before {
                return;
            }
        }
    }

    /// Pairs of links that cross.
    pub fn crossings(&self) -> usize {
        let places = self.places();
        let column = self.column_of();
        let mut count = 0;
        for (index, &(left, right)) in self.links.iter().enumerate() {
            for &(other_left, other_right) in &self.links[..index] {
                let beside = column[left] == column[other_left];
                let crossed = (places[left] < places[other_left]
                    && places[right] > places[other_right])
                    || (places[left] > places[other_left] && places[right] < places[other_right]);
                count += usize::from(beside && crossed);
            }
        }
        count
    }

    /// The height of the middle of every thing, from 0 at the top, and the height of all.
    pub fn middles(&self) -> (Vec<f64>, f64) {
        let mut middles = vec![0.0; self.heights.len()];
        for column in &self.columns {
            let all: f64 = column
                .iter()
                .map(|&thing| self.heights[thing] + self.space)
                .sum();
            let mut top = -all / 2.0;
            for &thing in column {
                middles[thing] = top + self.heights[thing] / 2.0;
                top += self.heights[thing] + self.space;
            }
        }
        for pull in 0..PULLS {
            for step in 0..self.columns.len() {
                let column = match pull % 2 {
                    0 => &self.columns[step],
                    _ => &self.columns[self.columns.len() - 1 - step],
                };
                let wanted: Vec<f64> = column
                    .iter()
                    .map(|&thing| {
                        let linked: Vec<f64> =
                            self.linked_to(thing).map(|other| middles[other]).collect();
                        mean(&linked).unwrap_or(middles[thing])
                    })
                    .collect();
                let apart = |index: usize| {
                    f64::midpoint(self.heights[column[index - 1]], self.heights[column[index]])
                        + self.space
                };
                let endless = (f64::NEG_INFINITY, f64::INFINITY);
                for (&thing, middle) in column.iter().zip(spread(&wanted, apart, endless)) {
                    middles[thing] = middle;
                }
            }
        }
        let (mut top, mut bottom) = (f64::MAX, f64::MIN);
        for &thing in self.columns.iter().flatten() {
            top = top.min(middles[thing] - self.heights[thing] / 2.0);
            bottom = bottom.max(middles[thing] + self.heights[thing] / 2.0);
        }
        if bottom < top {
            return (middles, 0.0);
        }
        for middle in &mut middles {
            *middle -= top;
        }
        (middles, bottom - top)
    }

    fn linked_to(&self, thing: usize) -> impl Iterator<Item = usize> {
        self.links.iter().filter_map(move |&(left, right)| {
            if left == thing {
                Some(right)
            } else if right == thing {
                Some(left)
            } else {
                None
            }
        })
    }

    /// The place of each thing in its column.
    fn places(&self) -> Vec<usize> {
        let mut places = vec![0; self.heights.len()];
        for column in &self.columns {
            for (place, &thing) in column.iter().enumerate() {
                places[thing] = place;
            }
        }
        places
    }

    fn column_of(&self) -> Vec<usize> {
        let mut columns = vec![0; self.heights.len()];
        for (index, column) in self.columns.iter().enumerate() {
            for &thing in column {
                columns[thing] = index;
            }
        }
        columns
    }
}

/// The mean; none of nothing.
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// A lane for each line from one height to another, so that no two of a lane share a height; the short ones have the
/// first lanes. Also how many lanes there are.
pub fn lanes(lines: &[(f64, f64)]) -> (Vec<usize>, usize) {
    let span = |index: usize| {
        let (from, to) = lines[index];
        (from.min(to), from.max(to))
    };
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by(|&a, &b| {
        let length = |index| span(index).1 - span(index).0;
        length(a).total_cmp(&length(b)).then(a.cmp(&b))
    });
    let mut taken: Vec<Vec<(f64, f64)>> = Vec::new();
    let mut lanes = vec![0; lines.len()];
    for index in order {
        let (low, high) = span(index);
        let free = |lane: &Vec<(f64, f64)>| lane.iter().all(|&(l, h)| high < l || h < low);
        let lane = taken.iter().position(free).unwrap_or(taken.len());
        if lane == taken.len() {
            taken.push(Vec::new());
        }
        taken[lane].push((low, high));
        lanes[index] = lane;
    }
    (lanes, taken.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(columns: Vec<Vec<usize>>, links: Vec<(usize, usize)>) -> Arrangement {
        let count = columns.iter().flatten().count();
        Arrangement {
            columns,
            links,
            heights: vec![2.0; count],
            space: 1.0,
        }
    }

    #[test]
    fn what_can_be_drawn_without_crossings_is() {
        let mut twisted = columns(
            vec![vec![0, 1, 2], vec![3, 4, 5], vec![6, 7, 8]],
            vec![(0, 5), (1, 4), (2, 3), (3, 8), (4, 7), (5, 6)],
        );
        assert_eq!(twisted.crossings(), 6);
        twisted.order();
        assert_eq!(twisted.crossings(), 0);
        let (middles, height) = twisted.middles();
        assert_eq!(height, 8.0);
        for (left, right) in twisted.links {
            assert_eq!(middles[left], middles[right]);
        }
    }

    #[test]
    fn what_is_in_parts_keeps_its_distance() {
        let mut parts = columns(vec![vec![0, 1, 2], vec![3, 4]], vec![(0, 4)]);
        parts.order();
        let (middles, height) = parts.middles();
        for column in &parts.columns {
            for pair in column.windows(2) {
                assert!(middles[pair[1]] - middles[pair[0]] >= 3.0 - 1e-9);
            }
        }
        assert!(height >= 8.0);
        assert_eq!(columns(vec![], vec![]).middles(), (vec![], 0.0));
    }

    #[test]
    fn lines_of_a_lane_share_no_height() {
        let (found, count) = lanes(&[(0.0, 10.0), (2.0, 1.0), (3.0, 5.0), (5.0, 6.0)]);
        assert_eq!(found, [2, 0, 1, 0]);
        assert_eq!(count, 3);
        assert_eq!(lanes(&[]), (vec![], 0));
    }
}
