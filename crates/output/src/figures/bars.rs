//! The cells of a distribution merged into few enough bars.

use super::FigureError;
use detente_report::summary::Distribution;

/// Bars, at most.
const MOST: usize = 40;
/// Zeros stand apart from whole numbers too where they are so many times the next most frequent.
const DWARFED: u64 = 5;

/// One bar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    /// Lower end of its values.
    pub from: f64,
    /// Upper end of its values.
    pub to: f64,
    /// Trials in it, without zeros that stand apart.
    pub trials: u64,
    /// Trials up to its upper end, zeros with them.
    pub up_to: u64,
}

/// A distribution as it is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Bars {
    /// The bars, rising.
    pub each: Vec<Bar>,
    /// Trials that are exactly 0, where they stand apart.
    pub zeros: Option<u64>,
    /// Whether each bar stands for one whole number.
    pub whole: bool,
    /// All trials.
    pub trials: u64,
}

/// Merges neighbouring cells; none where no trial is in any.
///
/// # Errors
/// Edges and counts that do not fit.
pub fn merge(title: &str, distribution: &Distribution) -> Result<Option<Bars>, FigureError> {
    let Distribution {
        zeros,
        edges,
        counts,
    } = distribution;
    if edges.len() != counts.len() + 1 {
        return Err(FigureError::TornCurve {
            curve: title.to_owned(),
            column: "counts".to_owned(),
            times: edges.len(),
            values: counts.len(),
        });
    }
    let trials: u64 = counts.iter().sum();
    let rising = edges.windows(2).all(|ends| ends[0] < ends[1]);
    if trials == 0 || !rising || edges.iter().any(|edge| !edge.is_finite()) {
        return Ok(None);
    }
    let centred = edges
        .windows(2)
        .all(|ends| ends[1] - ends[0] == 1.0 && (ends[0] + 0.5).fract() == 0.0);
    let whole = centred && counts.len() <= MOST;
    let holds_zero =
        |cell: usize| edges[cell] <= 0.0 && (0.0 < edges[cell + 1] || cell + 1 == counts.len());
    let zero_cell = (0..counts.len()).find(|&cell| holds_zero(cell));
    let next = (0..counts.len())
        .filter(|&cell| Some(cell) != zero_cell)
        .map(|cell| counts[cell])
        .max()
        .unwrap_or(0);
    let apart = *zeros > 0 && zero_cell.is_some() && (!centred || *zeros > DWARFED * next);
    let together = counts.len().div_ceil(MOST);
    let mut bars = Vec::with_capacity(MOST);
    let mut up_to = 0;
    for first in (0..counts.len()).step_by(together) {
        let end = (first + together).min(counts.len());
        let all: u64 = counts[first..end].iter().sum();
        up_to += all;
        let zeros_here = match zero_cell {
            Some(cell) if apart && (first..end).contains(&cell) => *zeros,
            _ => 0,
        };
        bars.push(Bar {
            from: edges[first],
            to: edges[end],
            trials: all.saturating_sub(zeros_here),
            up_to,
        });
    }
    Ok(Some(Bars {
        each: bars,
        zeros: apart.then_some(*zeros),
        whole,
        trials,
    }))
}

impl Bars {
    /// A number of trials as a share of all.
    pub fn share(&self, trials: u64) -> f64 {
        trials as f64 / self.trials.max(1) as f64
    }

    /// Share of trials up to a value, as corners of a line: steps at whole numbers, else straight between the bars'
    /// ends with a step where zeros stand apart.
    pub fn cumulative(&self) -> Vec<[f64; 2]> {
        let mut line = Vec::with_capacity(2 * self.each.len() + 4);
        let mut before = 0.0;
        for (index, bar) in self.each.iter().enumerate() {
            let after = self.share(bar.up_to);
            if index == 0 {
                line.push([bar.from, 0.0]);
            }
            if self.whole {
                let middle = f64::midpoint(bar.from, bar.to);
                line.extend([[middle, before], [middle, after]]);
                if index + 1 == self.each.len() {
                    line.push([bar.to, after]);
                }
            } else {
                let zeros = match self.zeros {
                    Some(zeros) if bar.up_to - self.up_to_before(index) > bar.trials => {
                        self.share(zeros)
                    }
                    _ => 0.0,
                };
                if zeros > 0.0 {
                    let below = self.share(bar.trials) * (-bar.from / (bar.to - bar.from)).max(0.0);
                    let at_zero = 0.0_f64.clamp(bar.from, bar.to);
                    line.extend([[at_zero, before + below], [at_zero, before + below + zeros]]);
                }
                line.push([bar.to, after]);
            }
            before = after;
        }
        line
    }

    fn up_to_before(&self, index: usize) -> u64 {
        index
            .checked_sub(1)
            .map_or(0, |before| self.each[before].up_to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(zeros: u64, edges: &[f64], counts: &[u64]) -> Bars {
        let distribution = Distribution {
            zeros,
            edges: edges.to_vec(),
            counts: counts.to_vec(),
        };
        merge("x", &distribution).unwrap().unwrap()
    }

    #[test]
    fn whole_numbers_have_a_bar_each() {
        let bars = merged(3, &[-0.5, 0.5, 1.5, 2.5], &[3, 0, 2]);
        assert!(bars.whole && bars.zeros.is_none());
        assert_eq!(bars.each.len(), 3);
        assert_eq!(
            bars.cumulative(),
            [
                [-0.5, 0.0],
                [0.0, 0.0],
                [0.0, 0.6],
                [1.0, 0.6],
                [1.0, 0.6],
                [2.0, 0.6],
                [2.0, 1.0],
                [2.5, 1.0]
            ]
        );
        assert_eq!(merged(30, &[-0.5, 0.5, 1.5], &[30, 5]).zeros, Some(30));
    }

    #[test]
    fn zeros_stand_apart_from_what_is_continuous() {
        let bars = merged(6, &[0.0, 1.0, 2.0], &[8, 2]);
        assert_eq!(bars.zeros, Some(6));
        assert_eq!(bars.each[0].trials, 2);
        assert_eq!(
            bars.cumulative(),
            [[0.0, 0.0], [0.0, 0.0], [0.0, 0.6], [1.0, 0.8], [2.0, 1.0]]
        );
        assert_eq!(merged(0, &[0.0, 1.0, 2.0], &[8, 2]).zeros, None);
        let across = merged(4, &[-1.0, 1.0], &[8]);
        assert_eq!(
            across.cumulative(),
            [[-1.0, 0.0], [0.0, 0.25], [0.0, 0.75], [1.0, 1.0]]
        );
    }

    #[test]
    fn many_cells_become_few_bars_and_keep_all_trials() {
        for cells in [1_u32, 39, 40, 41, 64, 200, 1000] {
            let edges: Vec<f64> = (0..=cells).map(f64::from).collect();
            let counts: Vec<u64> = (0..cells).map(|cell| u64::from(cell % 7 + 1)).collect();
            let bars = merged(0, &edges, &counts);
            assert!(bars.each.len() <= MOST && (cells < 20 || bars.each.len() > 20));
            assert_eq!(
                bars.each.iter().map(|bar| bar.trials).sum::<u64>(),
                counts.iter().sum::<u64>()
            );
            assert_eq!(bars.each.last().unwrap().up_to, bars.trials);
        }
    }

    #[test]
    fn torn_or_empty_distributions_are_not_drawn() {
        let torn = Distribution {
            zeros: 0,
            edges: vec![0.0, 1.0],
            counts: vec![1, 2],
        };
        assert!(merge("x", &torn).is_err());
        let empty = Distribution {
            zeros: 0,
            edges: vec![0.0],
            counts: vec![],
        };
        assert_eq!(merge("x", &empty).unwrap(), None);
    }
}
