//! What hangs on uncertain parameters: trials under many draws of them, and how much of the spread is theirs.

mod design;

pub use design::design;

use super::or_horizon;
use detente_model::scenario::{Direction, Outcome};
use detente_report::draws::{
    BestDraws, Correlation, CorrelationRow, Design, DifferenceDraws, DrawsReport, OutcomeDraws,
    PolicyDraws, Spread, VarianceParts,
};
use detente_stats::{
    DrawSummary, Moments, mean_interval, quantile, spearman, variance_shares, wilson_of_share,
};

/// The trials of one draw so far.
#[derive(Debug, Clone, Default)]
pub struct Draw {
    /// For each outcome, of every policy, then of every policy but the first less the first.
    outcomes: Vec<Vec<Seen>>,
}

/// The trials of one draw on one outcome.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    moments: Moments,
    sum: f64,
}

impl Seen {
    fn add(&mut self, values: impl ExactSizeIterator<Item = f64> + Clone) {
        self.moments.merge(&Moments::of_each(values.clone()));
        self.sum += values.sum::<f64>();
    }

    /// The mean by which draws and policies are told to be equal. The sum of whole numbers is exact in whatever order, so that 6
    /// of 100 trials are 6 of 100; the mean of the moments rounds by which trial came first.
    fn plain_mean(&self) -> f64 {
        self.sum / self.moments.count().max(1) as f64
    }
}

/// The draws of some policies: what their trials showed of each outcome.
#[derive(Debug)]
pub struct Draws<'p> {
    policies: Vec<String>,
    outcomes: &'p [Outcome],
    design: Design,
    trials_per_draw: u64,
    drawn: Vec<Draw>,
}

/// Correlations that a report holds at most.
const MOST_CORRELATIONS: usize = 20;

impl Draw {
    /// Adds the same trials of every policy: for each a column an outcome, of which there are `outcomes`, NaN where a first time was
    /// not reached.
    pub fn add(&mut self, policies: &[&[Vec<f64>]], outcomes: usize, horizon: f64) {
        let count = policies.len();
        self.outcomes
            .resize(outcomes, vec![Seen::default(); 2 * count - 1]);
        for (index, seen) in self.outcomes.iter_mut().enumerate() {
            let column = |policy: usize| {
                let column = policies[policy][index].iter();
                column.map(|value| or_horizon(*value, horizon))
            };
            seen[0].add(column(0));
            for policy in 1..count {
                seen[policy].add(column(policy));
                let differences = column(policy).zip(column(0)).map(|(a, b)| a - b);
                seen[count + policy - 1].add(differences);
            }
        }
    }
}

impl<'p> Draws<'p> {
    /// No draws yet of policies, by name, the first of which is the baseline.
    #[must_use]
    pub fn new(
        policies: Vec<String>,
        outcomes: &'p [Outcome],
        design: Design,
        trials_per_draw: u64,
    ) -> Self {
        Self {
            policies,
            outcomes,
            design,
            trials_per_draw,
            drawn: Vec::new(),
        }
    }

    /// The parameters' values.
    #[must_use]
    pub fn design(&self) -> &Design {
        &self.design
    }

    /// Draws kept.
    #[must_use]
    pub fn done(&self) -> usize {
        self.drawn.len()
    }

    /// Keeps the next draw.
    pub fn push(&mut self, draw: Draw) {
        self.drawn.push(draw);
    }

    /// What is kept of each draw: for an outcome, the moments of the trials of a policy, or behind the policies of one less the
    /// first.
    fn column(&self, outcome: usize, place: usize) -> impl Iterator<Item = &Moments> {
        let seen = self.seen(outcome, place);
        seen.map(|seen| &seen.moments)
    }

    fn seen(&self, outcome: usize, place: usize) -> impl Iterator<Item = &Seen> {
        self.drawn
            .iter()
            .map(move |draw| &draw.outcomes[outcome][place])
    }

    /// The differences of policies from the first in each draw: outcome, the two policies, draw, and the moments of the trials.
    pub fn differences(&self) -> impl Iterator<Item = (&str, [&str; 2], usize, &Moments)> {
        let count = self.policies.len();
        let outcomes = self.outcomes.iter().enumerate();
        outcomes.flat_map(move |(index, outcome)| {
            (1..count).flat_map(move |policy| {
                let draws = self.column(index, count + policy - 1).enumerate();
                let names = [self.policies[policy].as_str(), self.policies[0].as_str()];
                draws.map(move |(draw, of)| (outcome.name.as_str(), names, draw, of))
            })
        })
    }

    /// The report, and every correlation of a parameter with an outcome that has a better direction (with all, where none has):
    /// outcome, policy, whether it is of the policy's difference from the first, and the correlations by parameter.
    #[must_use]
    pub fn report(&self) -> (DrawsReport, Vec<CorrelationRow>) {
        let mut rows = Vec::new();
        let judged = self.outcomes.iter().any(|of| of.better.is_some());
        let outcomes = self.outcomes.iter().enumerate().map(|(index, of)| {
            let correlated = of.better.is_some() || !judged;
            (
                of.name.clone(),
                self.outcome(index, of, correlated, &mut rows),
            )
        });
        let outcomes = outcomes.collect();
        let report = DrawsReport {
            draws: self.drawn.len() as u64,
            trials_per_draw: self.trials_per_draw,
            parameters: self.names().map(str::to_owned).collect(),
            kept: self.design.kept.clone(),
            outcomes,
        };
        (report, rows)
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.design.parameters.iter().map(|(_, name)| name.as_str())
    }

    fn outcome(
        &self,
        index: usize,
        of: &Outcome,
        correlated: bool,
        rows: &mut Vec<CorrelationRow>,
    ) -> OutcomeDraws {
        let count = self.policies.len();
        let best = of.better.filter(|_| count > 1);
        let best = best.map(|better| self.best(index, better));
        let mut spread = |place: usize, policy: usize, difference: bool| {
            let correlations = if correlated {
                self.correlations(index, place)
            } else {
                Vec::new()
            };
            let spread = self.spread(index, place, &correlations);
            rows.push(CorrelationRow {
                outcome: of.name.clone(),
                policy: self.policies[policy].clone(),
                difference,
                correlations,
            });
            spread
        };
        let policies = (0..count).map(|policy| {
            let draws = PolicyDraws {
                spread: spread(policy, policy, false),
                best: best.as_ref().map(|best| best[policy].clone()),
            };
            (self.policies[policy].clone(), draws)
        });
        let policies = policies.collect();
        let differences = (1..count).map(|policy| {
            let place = count + policy - 1;
            let draws = self.drawn.len() as u64;
            let count = |wanted: fn(f64) -> bool| {
                let means = self.seen(index, place).map(Seen::plain_mean);
                means.filter(|mean| wanted(*mean)).count() as f64 / draws.max(1) as f64
            };
            let share = count(|mean| mean > 0.0);
            DifferenceDraws {
                policy_a: self.policies[policy].clone(),
                policy_b: self.policies[0].clone(),
                spread: spread(place, policy, true),
                share_above_zero: share,
                share_above_zero_ci95: wilson_of_share(share, draws),
                share_equal: count(|mean| mean == 0.0),
            }
        });
        let differences = differences.collect();
        OutcomeDraws {
            policies,
            differences,
        }
    }

    fn spread(&self, outcome: usize, place: usize, correlations: &[Correlation]) -> Spread {
        let means: Vec<f64> = self.column(outcome, place).map(Moments::mean).collect();
        let over_draws = Moments::of(&means);
        let mut sorted = means;
        sorted.sort_by(f64::total_cmp);
        let parts: Vec<DrawSummary> = self
            .column(outcome, place)
            .map(|of| DrawSummary {
                count: of.count(),
                mean: of.mean(),
                variance: of.sd().map_or(0.0, |sd| sd * sd),
            })
            .collect();
        let (mean, se, draws) = (over_draws.mean(), over_draws.se(), over_draws.count());
        Spread {
            mean,
            se,
            ci95: se
                .filter(|se| *se > 0.0)
                .map(|se| mean_interval(mean, se, draws)),
            quantiles: [0.05, 0.5, 0.95].map(|p| quantile(&sorted, p)),
            variance: variance_shares(&parts).map(|shares| VarianceParts {
                parameters: shares.between,
                chance: shares.within,
                share: shares.share,
                share_se: shares.standard_error,
                share_ci95: shares.interval,
            }),
            correlations: correlations
                .iter()
                .take(MOST_CORRELATIONS)
                .cloned()
                .collect(),
        }
    }

    /// How every parameter goes with the means of the draws, the closest first.
    fn correlations(&self, outcome: usize, place: usize) -> Vec<Correlation> {
        let means: Vec<f64> = self.seen(outcome, place).map(Seen::plain_mean).collect();
        let done = means.len();
        let columns = self.names().zip(&self.design.values);
        let mut correlations: Vec<Correlation> = columns
            .filter_map(|(name, values)| {
                let found = spearman(&values[..done], &means)?;
                Some(Correlation {
                    parameter: name.to_owned(),
                    rho: found.rho,
                    ci95: found.interval,
                })
            })
            .collect();
        correlations.sort_by(|a, b| b.rho.abs().total_cmp(&a.rho.abs()));
        correlations
    }

    /// How often each policy is the best of a draw.
    fn best(&self, outcome: usize, better: Direction) -> Vec<BestDraws> {
        let count = self.policies.len();
        let draws = self.drawn.len() as f64;
        let mut shares = vec![0.0; count];
        let mut regrets = vec![0.0; count];
        for draw in &self.drawn {
            let signed = draw.outcomes[outcome][..count]
                .iter()
                .map(|of| better.sign() * of.plain_mean());
            let values: Vec<f64> = signed.collect();
            let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            for ((share, regret), value) in shares.iter_mut().zip(&mut regrets).zip(&values) {
                *regret += (most - value) / draws;
                if *value == most {
                    *share += 1.0;
                }
            }
        }
        let best = shares.iter().zip(regrets).map(|(share, expected_regret)| {
            let share = share / draws.max(1.0);
            BestDraws {
                share,
                ci95: wilson_of_share(share, self.drawn.len() as u64),
                expected_regret,
            }
        });
        best.collect()
    }
}
