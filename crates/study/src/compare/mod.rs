//! Policies compared trial by trial on shared random numbers.
//!
//! Every policy runs the same trials, and every event draws the same numbers under each (common reaction path: Rathinam,
//! Sheppard & Khammash 2010, doi:10.1063/1.3253687), so that what differs is the policies' doing. Differences are taken
//! within a trial; what that brought against independent runs is reported, not assumed.

mod best;
mod pair;
mod pareto;
mod rows;
mod sharing;

pub use rows::rows;

use crate::batches::Batches;
use crate::or_horizon;
use detente_model::scenario::{MeasureKind, Outcome};
use detente_report::comparison::{Front, OutcomeComparison, PairComparison, Standing};
use detente_stats::{DominanceGrid, FirstTimes, Moments, holm};
use pair::{Column, Pair};
use pareto::Criterion;

/// The comparison of some policies under way: trials come in chunk by chunk, and memory does not grow with them.
pub struct Comparing<'p> {
    policies: Vec<String>,
    outcomes: &'p [Outcome],
    horizon: f64,
    /// For each outcome, each policy's values.
    alone: Vec<Vec<Moments>>,
    /// For each outcome, each pair of policies, the later less the earlier one.
    pairs: Vec<Vec<Pair>>,
    /// For each outcome with a better direction, once there are trials, the thresholds of dominance: from the first chunk.
    grids: Vec<Option<DominanceGrid>>,
    /// A column for each outcome of a front and policy.
    batches: Batches,
    /// The outcomes of the front, by position.
    front: Vec<usize>,
    room: Room,
}

/// Buffers.
#[derive(Default)]
struct Room {
    /// For each policy, the values of one outcome in one chunk.
    values: Vec<Vec<f64>>,
    /// For each policy, the places of first times on the grid.
    places: Vec<Vec<usize>>,
    differences: Vec<f64>,
    /// The columns of the front.
    front: Vec<Vec<f64>>,
}

impl<'p> Comparing<'p> {
    /// Policies, by name, on a program's outcomes; the first policy is the one whose survival curves the others' are held
    /// against, and `front` are the outcomes, by position, by which a front is sought.
    #[must_use]
    pub fn new(
        policies: Vec<String>,
        outcomes: &'p [Outcome],
        horizon: f64,
        front: Vec<usize>,
    ) -> Self {
        let count = policies.len();
        let pairs = |of: &Outcome| {
            let pair = |(_, b)| Pair::new(of.measure.kind(), horizon, b == 0);
            pairs(count).map(pair).collect()
        };
        Self {
            outcomes,
            horizon,
            alone: vec![vec![Moments::new(); count]; outcomes.len()],
            pairs: outcomes.iter().map(pairs).collect(),
            grids: vec![None; outcomes.len()],
            batches: Batches::new(front.len() * count),
            front,
            room: Room {
                values: vec![Vec::new(); count],
                places: vec![Vec::new(); count],
                ..Room::default()
            },
            policies,
        }
    }

    /// Adds the same trials of every policy: for each a column an outcome, NaN where a first time was not reached.
    pub fn add(&mut self, policies: &[&[Vec<f64>]]) {
        let Room {
            values,
            places,
            differences,
            front,
        } = &mut self.room;
        front.clear();
        for (index, outcome) in self.outcomes.iter().enumerate() {
            let kind = outcome.measure.kind();
            let first_time = kind == MeasureKind::FirstTime;
            let horizon = self.horizon;
            let rooms = values.iter_mut().zip(places.iter_mut());
            for (columns, (values, places)) in policies.iter().zip(rooms) {
                let column = &columns[index];
                values.clear();
                places.clear();
                values.extend(column.iter().map(|value| or_horizon(*value, horizon)));
                if first_time {
                    let place = |time: &f64| FirstTimes::place(*time, horizon);
                    places.extend(column.iter().map(place));
                }
            }
            for (alone, values) in self.alone[index].iter_mut().zip(values.iter()) {
                alone.merge(&Moments::of(values));
            }
            if self.front.contains(&index) {
                front.extend(values.iter().cloned());
            }
            // Of what happens or does not, dominance is the difference of the means again.
            let judged = outcome.better.filter(|_| kind != MeasureKind::Ever);
            if let (None, Some(better)) = (&self.grids[index], judged) {
                let grid = DominanceGrid::new(&values.concat(), better);
                let pairs = self.pairs[index].iter_mut();
                pairs.for_each(|pair| pair.look_for_dominance(&grid));
                self.grids[index] = Some(grid);
            }
            let grid = self.grids[index].as_ref();
            let placed =
                grid.map(|grid| values.iter().map(|of| grid.place(of)).collect::<Vec<_>>());
            let of = |policy: usize| Column {
                values: &values[policy],
                places: &places[policy],
                placed: placed.as_ref().map(|placed| &placed[policy]),
            };
            let pairs = pairs(self.policies.len());
            for (pair, (a, b)) in self.pairs[index].iter_mut().zip(pairs) {
                pair.add(of(a), of(b), differences);
            }
        }
        let columns: Vec<&[f64]> = front.iter().map(Vec::as_slice).collect();
        if !columns.is_empty() {
            self.batches.add(&columns);
        }
    }

    /// Every outcome's comparison, in the order of the scenario.
    #[must_use]
    pub fn outcomes(&self) -> Vec<(String, OutcomeComparison)> {
        let outcomes = self.outcomes.iter().enumerate();
        outcomes
            .map(|(index, of)| (of.name.clone(), self.outcome(index, of)))
            .collect()
    }

    fn outcome(&self, index: usize, of: &Outcome) -> OutcomeComparison {
        let (alone, pairs) = (&self.alone[index], &self.pairs[index]);
        let count = self.policies.len();
        let pair = |a: usize, b: usize| &pairs[pair_place(a, b, count)];
        let standing = |policy: usize| Standing {
            mean: alone[policy].mean(),
            se: alone[policy].se(),
            rank: of
                .better
                .map(|better| best::rank(policy, count, better.sign(), pair)),
        };
        let name = |policy: usize| self.policies[policy].as_str();
        let mut reports: Vec<PairComparison> = self::pairs(count)
            .zip(pairs)
            .map(|((a, b), pair)| pair.report([name(a), name(b)], [&alone[a], &alone[b]]))
            .collect();
        let told: Vec<f64> = reports.iter().filter_map(|pair| pair.p).collect();
        let judged = reports.iter_mut().filter(|pair| pair.p.is_some());
        for (pair, adjusted) in judged.zip(holm(&told)) {
            pair.p_holm = Some(adjusted);
        }
        OutcomeComparison {
            kind: of.measure.kind(),
            title: of.title.clone(),
            unit: of.unit.clone(),
            better: of.better,
            policies: (0..count)
                .map(|policy| (self.policies[policy].clone(), standing(policy)))
                .collect(),
            pairs: reports,
        }
    }

    /// The front, where it was asked for by two outcomes or more; resampled by the numbers of `seed`.
    #[must_use]
    pub fn front(&self, seed: u64) -> Option<Front> {
        let count = self.policies.len();
        let mut in_order = self.front.clone();
        in_order.sort_unstable();
        let criteria = self.front.iter().filter_map(|outcome| {
            let place = in_order.iter().position(|of| of == outcome)?;
            let of = &self.outcomes[*outcome];
            Some(Criterion {
                name: of.name.clone(),
                columns: (0..count).map(|policy| place * count + policy).collect(),
                better: of.better?,
            })
        });
        let criteria: Vec<Criterion> = criteria.collect();
        (criteria.len() > 1).then(|| pareto::front(&self.policies, &criteria, &self.batches, seed))
    }
}

/// All pairs of so many policies, the later one first.
fn pairs(policies: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..policies).flat_map(move |b| (b + 1..policies).map(move |a| (a, b)))
}

/// The place of a pair among [`pairs`].
fn pair_place(a: usize, b: usize, policies: usize) -> usize {
    b * policies - b * (b + 1) / 2 + a - b - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_stand_where_they_are_looked_for() {
        for policies in 0..9 {
            for (place, (a, b)) in pairs(policies).enumerate() {
                assert_eq!(pair_place(a, b, policies), place);
            }
        }
    }
}
