//! The best policy on one outcome, found with as many trials as that takes.

use super::or_horizon;
use detente_model::scenario::{Direction, Outcome};
use detente_report::selection::{Candidate, Selection};
use detente_sim::ensemble::CHUNK_TRIALS;
use detente_stats::{KimNelson, KimNelsonError, KimNelsonRules};

/// Chunks of trials of every policy before any is dropped.
pub const FIRST_STAGE: u64 = 10;

/// What a selection is to guarantee.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SelectionGuarantee {
    /// Probability of selecting the best.
    pub confidence: f64,
    /// The smallest difference worth detecting, in the outcome's unit.
    pub indifference: f64,
    /// Trials of a policy at most.
    pub trials: u64,
}

/// A selection under way: Kim & Nelson's fully sequential procedure on means over chunks of trials that the policies share.
#[derive(Debug)]
pub struct Selecting<'p> {
    policies: Vec<String>,
    outcome: &'p Outcome,
    better: Direction,
    place: usize,
    horizon: f64,
    guarantee: SelectionGuarantee,
    procedure: KimNelson,
}

impl<'p> Selecting<'p> {
    /// Policies, by name, on the outcome at `place`, which has a better direction.
    ///
    /// # Errors
    /// Where the guarantee cannot be given: it is no probability, the indifference is not above 0, or the trials are fewer than
    /// the first stage has.
    pub fn new(
        policies: Vec<String>,
        outcomes: &'p [Outcome],
        place: usize,
        horizon: f64,
        guarantee: SelectionGuarantee,
    ) -> Result<Self, KimNelsonError> {
        let outcome = &outcomes[place];
        let better = outcome.better.unwrap_or(Direction::Lower);
        let rules = KimNelsonRules {
            better,
            confidence: guarantee.confidence,
            indifference: guarantee.indifference,
            first_stage: FIRST_STAGE,
            cap: guarantee.trials / CHUNK_TRIALS,
        };
        let procedure = KimNelson::new(policies.len(), rules)?;
        Ok(Self {
            policies,
            outcome,
            better,
            place,
            horizon,
            guarantee,
            procedure,
        })
    }

    /// Adds a whole chunk of trials, of every policy that is still in a column an outcome, and returns those that are to run no
    /// further: all of them at the end.
    ///
    /// # Errors
    /// Where a mean is no finite number.
    pub fn add(&mut self, policies: &[Option<&[Vec<f64>]>]) -> Result<Vec<usize>, KimNelsonError> {
        let value = |value: &f64| or_horizon(*value, self.horizon);
        let means = policies.iter().map(|columns| {
            columns.map_or(f64::NAN, |columns| {
                let column = &columns[self.place];
                column.iter().map(value).sum::<f64>() / column.len() as f64
            })
        });
        let means: Vec<f64> = means.collect();
        self.procedure.observe(&means)?;
        if self.procedure.is_finished() {
            return Ok((0..self.policies.len()).collect());
        }
        let all = self.procedure.alternatives().iter().enumerate();
        let dropped = all.filter(|(_, of)| of.dropped.is_some());
        Ok(dropped.map(|(place, _)| place).collect())
    }

    /// What has been found.
    #[must_use]
    pub fn report(&self) -> Selection {
        let name = |place: usize| self.policies[place].clone();
        let all = self.procedure.alternatives().iter();
        let policies = all.zip(&self.policies).map(|(of, policy)| {
            let candidate = Candidate {
                trials: of.observations * CHUNK_TRIALS,
                mean: of.mean(),
                dropped_by: of.dropped.map(|dropped| name(dropped.by)),
                tie: of.dropped.is_some_and(|dropped| dropped.tie),
            };
            (policy.clone(), candidate)
        });
        let percent = 100.0 * self.guarantee.confidence;
        Selection {
            outcome: self.outcome.name.clone(),
            title: self.outcome.title.clone(),
            unit: self.outcome.unit.clone(),
            better: self.better,
            confidence: self.guarantee.confidence,
            indifference: self.guarantee.indifference,
            selected: self.procedure.selected().map(name),
            leader: name(self.procedure.leader()),
            policies: policies.collect(),
            trials: self.procedure.observations_in_all() * CHUNK_TRIALS,
            trials_without_dropping: self.procedure.observations()
                * self.policies.len() as u64
                * CHUNK_TRIALS,
            batch_trials: CHUNK_TRIALS,
            first_stage: FIRST_STAGE,
            assumptions: vec![
                format!(
                    "The best policy is selected with a probability of at least {percent} % if it is better than every other \
                     by {} or more; of policies closer to it, it or one of those is meant, and nothing is promised of which.",
                    self.guarantee.indifference
                ),
                format!(
                    "Means over {CHUNK_TRIALS} trials are taken as normal: an outcome must not be so rare that most such means are 0."
                ),
                "It covers simulation error at the parameters' own values, not what is uncertain about them.".to_owned(),
            ],
        }
    }
}
