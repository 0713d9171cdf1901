//! The distribution over states at chosen times, by uniformisation: the chain jumps at one rate in every state, some of the
//! jumps leading nowhere, so that the number of jumps by t is Poisson's.

use super::TOLERANCE;
use super::space::Space;
use detente_sim::program::Program;

/// Times of the grid of first passages, 0 not counted, as in the curves of a run's summary.
const STEPS: u32 = 400;

/// What a solution passes on its way from 0 to the horizon.
pub(super) enum Moment<'a> {
    /// A date comes, in this distribution over states.
    Date {
        /// When.
        time: f64,
        /// What the date does, by place among the space's jumps.
        jump: usize,
        /// The distribution before it.
        before: &'a [f64],
    },
    /// A time of the grid, by place in [`Solver::times`], after what happens at it.
    Grid(usize, &'a [f64]),
}

/// Solves a space's chain.
pub(super) struct Solver<'s, 'p> {
    space: &'s Space<'p>,
    horizon: f64,
    /// The rate of jumps.
    rate: f64,
    /// The grid: every time that a series or a first passage asks for, 0 and the horizon among them.
    pub times: Vec<f64>,
    error: f64,
}

impl<'s, 'p> Solver<'s, 'p> {
    pub fn new(program: &Program, space: &'s Space<'p>) -> Self {
        let horizon = program.horizon;
        let passages = passage_times(horizon);
        let series = program.series.iter().flat_map(|series| &series.times);
        let mut times: Vec<f64> = series.copied().chain(passages).collect();
        times.sort_by(f64::total_cmp);
        times.dedup();
        Self {
            rate: space.chain.fastest(),
            space,
            horizon,
            times,
            error: 0.0,
        }
    }

    /// A limit to the error of any probability in any solution so far, from cutting off Poisson's law.
    pub fn error(&self) -> f64 {
        self.error
    }

    /// The place in the grid of a time that is on it.
    pub fn place(&self, time: f64) -> usize {
        self.times.partition_point(|known| *known < time)
    }

    /// Follows the distribution to the horizon, shows it at every date and at every time of the grid, and returns how long
    /// each state is held in the mean. States in `frozen` are never left.
    pub fn follow(&mut self, frozen: Option<&[bool]>, mut on: impl FnMut(Moment<'_>)) -> Vec<f64> {
        let space = self.space;
        let mut now = vec![0.0; space.states()];
        for (state, probability) in &space.beginning {
            now[*state as usize] += probability;
        }
        let mut held = vec![0.0; now.len()];
        let mut scratch = [vec![0.0; now.len()], vec![0.0; now.len()]];
        let stops = self.times.len() + space.dates.len();
        let tolerance = TOLERANCE / stops as f64;
        let (mut time, mut error) = (0.0, 0.0);
        let (mut grid, mut date) = (0, 0);
        loop {
            let next_grid = self.times.get(grid).copied();
            let next_date = space.dates.get(date).copied();
            let next = match (next_grid, next_date) {
                (None, None) => break,
                (Some(at), None) | (None, Some((at, _))) => at,
                (Some(one), Some((other, _))) => f64::min(one, other),
            };
            if next > time {
                error += self.advance(
                    next - time,
                    tolerance,
                    frozen,
                    &mut now,
                    &mut held,
                    &mut scratch,
                );
                time = next;
            }
            match next_date {
                Some((at, jump)) if at <= time => {
                    on(Moment::Date {
                        time,
                        jump,
                        before: &now,
                    });
                    self.jump(jump, frozen, &mut now, &mut scratch[0]);
                    date += 1;
                }
                _ => {
                    on(Moment::Grid(grid, &now));
                    grid += 1;
                }
            }
        }
        debug_assert!(time <= self.horizon);
        self.error = self.error.max(error);
        held
    }

    /// Lets time pass and returns a limit to the error of every probability.
    fn advance(
        &self,
        span: f64,
        tolerance: f64,
        frozen: Option<&[bool]>,
        now: &mut Vec<f64>,
        held: &mut [f64],
        [current, next]: &mut [Vec<f64>; 2],
    ) -> f64 {
        if self.rate == 0.0 {
            held.iter_mut()
                .zip(&*now)
                .for_each(|(held, mass)| *held += span * mass);
            return 0.0;
        }
        let jumps = Jumps::of_mean(self.rate * span, tolerance);
        current.copy_from_slice(now);
        now.fill(0.0);
        for (number, [weight, later]) in jumps.each().enumerate() {
            if number > 0 {
                self.space.chain.jump(self.rate, frozen, current, next);
                std::mem::swap(current, next);
            }
            // The time spent after exactly so many jumps is that probability that more come, over the rate.
            let spent = later / self.rate;
            for ((now, held), mass) in now.iter_mut().zip(held.iter_mut()).zip(&*current) {
                *now += weight * mass;
                *held += spent * mass;
            }
        }
        jumps.cut
    }

    /// Lets a date pass.
    fn jump(&self, jump: usize, frozen: Option<&[bool]>, now: &mut Vec<f64>, after: &mut Vec<f64>) {
        after.fill(0.0);
        for (state, &mass) in now.iter().enumerate() {
            let stays = frozen.is_some_and(|frozen| frozen[state]);
            match &self.space.jumps[jump].ends[state] {
                Some(ends) if mass > 0.0 && !stays => {
                    for (target, probability) in &ends.states {
                        after[*target as usize] += mass * probability;
                    }
                }
                _ => after[state] += mass,
            }
        }
        std::mem::swap(now, after);
    }
}

/// The times at which first passages are told: 401 equal ones from 0 to the horizon, as in a run's summary.
pub(super) fn passage_times(horizon: f64) -> impl Iterator<Item = f64> {
    (0..=STEPS).map(move |step| horizon * (f64::from(step) / f64::from(STEPS)))
}

/// How many jumps come in a span: Poisson's law, cut off where hardly anything is left.
struct Jumps {
    /// Numbers below are left out.
    first: usize,
    weights: Vec<f64>,
    /// What was cut off, at most.
    cut: f64,
}

impl Jumps {
    /// Of a mean above 0, at most `tolerance` cut off. The weights are computed outward from the mode, each from the last,
    /// and then scaled to a sum of 1, as Fox & Glynn 1988 do, <https://doi.org/10.1145/42404.42409>.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a number of jumps, as many as there are steps to take"
    )]
    fn of_mean(mean: f64, tolerance: f64) -> Self {
        let mode = libm::floor(mean);
        // Half for each side; the tails shrink at least as fast as geometric ones.
        let most = tolerance / 4.0;
        let mut above = vec![1.0];
        let mut number = mode;
        loop {
            number += 1.0;
            let weight = above[above.len() - 1] * mean / number;
            above.push(weight);
            let ratio = mean / (number + 1.0);
            if ratio < 1.0 && weight * ratio / (1.0 - ratio) < most {
                break;
            }
        }
        let mut below = Vec::new();
        let (mut number, mut weight) = (mode, 1.0);
        while number > 0.0 {
            weight *= number / mean;
            number -= 1.0;
            below.push(weight);
            let ratio = number / mean;
            if weight * ratio / (1.0 - ratio) < most {
                break;
            }
        }
        let first = number as usize;
        let mut weights: Vec<f64> = below.into_iter().rev().chain(above).collect();
        let total = small_first(&weights);
        weights.iter_mut().for_each(|weight| *weight /= total);
        // Relative to the mode, whose own probability is 1 over the total, each tail was below a quarter of the tolerance.
        let cut = if first > 0 { 2.0 } else { 1.0 } * most / total;
        Self {
            first,
            weights,
            cut: 2.0 * cut,
        }
    }

    /// For each number from 0 on its probability, and that of more.
    fn each(&self) -> impl Iterator<Item = [f64; 2]> + '_ {
        let mut later = vec![0.0; self.weights.len()];
        let mut sum = 0.0;
        for (later, weight) in later.iter_mut().zip(&self.weights).rev() {
            *later = sum;
            sum += weight;
        }
        let left_out = std::iter::repeat_n([0.0, 1.0], self.first);
        left_out.chain(
            self.weights
                .iter()
                .copied()
                .zip(later)
                .map(|(weight, later)| [weight, later]),
        )
    }
}

/// The sum of weights that rise and then fall, from both ends inward.
fn small_first(weights: &[f64]) -> f64 {
    let mut sorted = weights.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::distribution::{Discrete, DiscreteCDF, Poisson};

    #[test]
    fn jumps_follow_poissons_law() {
        for mean in [1e-6, 0.3, 1.0, 7.5, 80.0, 2_500.0, 90_000.5] {
            let jumps = Jumps::of_mean(mean, 1e-13);
            let law = Poisson::new(mean).unwrap();
            let mut total = 0.0;
            for (number, [weight, later]) in jumps.each().enumerate() {
                let number = number as u64;
                total += weight;
                // Large means take digits from statrs, whose logarithms cancel.
                let close = 1e-10 + 1e-15 * mean;
                assert!((weight - law.pmf(number)).abs() < close, "{mean}, {number}");
                if number.is_multiple_of(97) {
                    assert!(
                        (later - law.sf(number)).abs() < 1e-9 + 1e-13 * mean,
                        "{mean}, {number}"
                    );
                }
            }
            assert!((total - 1.0).abs() < 1e-12);
            assert!(jumps.cut <= 1e-13);
        }
    }
}
