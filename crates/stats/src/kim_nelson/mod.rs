//! Selecting the best of several alternatives with as many observations as that takes.

use super::Moments;
use crate::direction::Direction;
use thiserror::Error;

/// What a selection promises, and how long it may take.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KimNelsonRules {
    /// Which means are better.
    pub better: Direction,
    /// Probability of selecting the best wherever it is better than every other by at least `indifference`: above one over
    /// the alternatives and below 1.
    pub confidence: f64,
    /// The smallest difference of means worth detecting, above 0, in the observations' unit.
    pub indifference: f64,
    /// Observations of every alternative from which variances are estimated before any is dropped, at least 2. With few, the
    /// selection pays for not knowing the variances; 10 to 30 do well.
    pub first_stage: u64,
    /// Observations of an alternative at most, at least `first_stage`. Where this ends the selection, nothing is promised.
    pub cap: u64,
}

/// How an alternative was dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dropped {
    /// The alternative that dropped it, counted from 0: the one it lay furthest behind. It may have been dropped since, or at
    /// the same observation.
    pub by: usize,
    /// Whether the two were equal to the last bit when their difference was due to be decided, and the earlier in order was kept.
    pub tie: bool,
}

/// What is known of an alternative.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alternative {
    /// Observations used; the last of them is the one after which it was dropped, if it was.
    pub observations: u64,
    /// How it was dropped; none while it is in.
    pub dropped: Option<Dropped>,
    sum: f64,
}

impl Alternative {
    /// Mean of the observations used; 0 without any. That of a winner is likely too good, and of others stops short.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.sum / self.observations.max(1) as f64
    }
}

/// A selection that cannot be begun, or observations that it cannot use.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum KimNelsonError {
    /// Too few alternatives.
    #[error("{0} alternatives; there must be at least 2")]
    Alternatives(usize),
    /// A confidence that is none.
    #[error(
        "a confidence of {0}; it must be below 1 and above one over the number of alternatives"
    )]
    Confidence(f64),
    /// An indifference that is none.
    #[error("an indifference of {0}; it must be finite and above 0")]
    Indifference(f64),
    /// A first stage that is too short.
    #[error(
        "a first stage of {first_stage} of at most {cap} observations; it must have at least 2 and no more than the cap"
    )]
    FirstStage {
        /// Its observations.
        first_stage: u64,
        /// Observations at most.
        cap: u64,
    },
    /// One observation for each alternative is needed.
    #[error("{found} observations for {expected} alternatives")]
    Count {
        /// Observations.
        found: usize,
        /// Alternatives.
        expected: usize,
    },
    /// An observation that is no number.
    #[error("the observation of alternative {alternative} is {value}; it must be finite")]
    Observation {
        /// The alternative, counted from 0.
        alternative: usize,
        /// The observation.
        value: f64,
    },
    /// The selection has ended.
    #[error("the selection has ended and takes no more observations")]
    Finished,
}

/// The fully sequential procedure KN of Kim & Nelson 2001, doi:10.1145/502109.502111, with c = 1.
///
/// Each observation is one number for every alternative that is still in, best a mean over a batch of trials that all
/// alternatives share, so that observations are nearly normal and differences vary little; observations follow each other
/// independently. For k alternatives, confidence 1 − α, indifference δ and a first stage of n₀,
///
/// - η = ((2α/(k − 1))^(−2/(n₀ − 1)) − 1)/2 and h² = 2η(n₀ − 1);
/// - S² is the variance of the differences of two alternatives over the first stage;
/// - after r ≥ n₀ observations an alternative is dropped where its sum lies behind that of another by more than
///   W = max(0, δ/2 · (h²S²/δ² − r)).
///
/// So a selection ends by the time all W are 0. The best is then selected with probability 1 − α at least, if observations
/// are normal and it is better than every other by δ or more, whatever the correlation of alternatives. Where others are
/// closer to it than δ, one of those or it is meant to be selected, and nothing is promised of which.
///
/// Two alternatives whose sums are equal once their W is 0 tie, and the earlier in order is kept: so it is with policies
/// that do the same on the same trials, after the first stage. A first stage in which they happen to do the same, as where
/// an outcome is rare and batches are small, has S² = 0 and ends likewise, too early: batches must be large enough to show
/// differences, and a [tie](Dropped::tie) should be reported as one.
#[derive(Debug, Clone)]
pub struct KimNelson {
    rules: KimNelsonRules,
    alternatives: Vec<Alternative>,
    seen: u64,
    /// h²/δ².
    scale: f64,
    /// Differences over the first stage, of 1 from 0, 2 from 0, 2 from 1, 3 from 0 and so on.
    differences: Vec<Moments>,
}

impl KimNelson {
    /// A selection among so many alternatives.
    ///
    /// # Errors
    ///
    /// Fewer than 2 alternatives, or a rule that is not within its bounds.
    pub fn new(alternatives: usize, rules: KimNelsonRules) -> Result<Self, KimNelsonError> {
        if alternatives < 2 {
            return Err(KimNelsonError::Alternatives(alternatives));
        }
        let k = alternatives as f64;
        let confident = rules.confidence * k > 1.0 && rules.confidence < 1.0;
        if !confident {
            return Err(KimNelsonError::Confidence(rules.confidence));
        }
        let indifferent = rules.indifference > 0.0 && rules.indifference.is_finite();
        if !indifferent {
            return Err(KimNelsonError::Indifference(rules.indifference));
        }
        if rules.first_stage < 2 || rules.cap < rules.first_stage {
            return Err(KimNelsonError::FirstStage {
                first_stage: rules.first_stage,
                cap: rules.cap,
            });
        }
        let before_last = rules.first_stage as f64 - 1.0;
        let error = 2.0 * (1.0 - rules.confidence) / (k - 1.0);
        let eta = (libm::pow(error, -2.0 / before_last) - 1.0) / 2.0;
        let fresh = Alternative {
            observations: 0,
            dropped: None,
            sum: 0.0,
        };
        Ok(Self {
            rules,
            alternatives: vec![fresh; alternatives],
            seen: 0,
            scale: 2.0 * eta * before_last / (rules.indifference * rules.indifference),
            differences: vec![Moments::new(); alternatives * (alternatives - 1) / 2],
        })
    }

    /// Takes an observation of each alternative, in their order, and drops those that are now too far behind. What stands for
    /// one that was dropped before is not looked at.
    ///
    /// # Errors
    ///
    /// Numbers that are too few, too many or not finite, or a selection that has [ended](Self::is_finished). Nothing changes
    /// then.
    pub fn observe(&mut self, observations: &[f64]) -> Result<(), KimNelsonError> {
        if self.is_finished() {
            return Err(KimNelsonError::Finished);
        }
        if observations.len() != self.alternatives.len() {
            return Err(KimNelsonError::Count {
                found: observations.len(),
                expected: self.alternatives.len(),
            });
        }
        let alive = self.alive();
        for &alternative in &alive {
            let value = observations[alternative];
            if !value.is_finite() {
                return Err(KimNelsonError::Observation { alternative, value });
            }
        }
        self.seen += 1;
        for &alternative in &alive {
            self.alternatives[alternative].observations = self.seen;
            self.alternatives[alternative].sum += observations[alternative];
        }
        if self.seen <= self.rules.first_stage {
            let pairs = (1..observations.len()).flat_map(|b| (0..b).map(move |a| (a, b)));
            for (moments, (a, b)) in self.differences.iter_mut().zip(pairs) {
                moments.add(observations[b] - observations[a]);
            }
        }
        if self.seen >= self.rules.first_stage {
            self.drop_the_beaten();
            self.drop_the_tied();
        }
        Ok(())
    }

    /// Drops whatever lies too far behind another that was in. The one with the best sum never does.
    fn drop_the_beaten(&mut self) {
        let alive = self.alive();
        for &loser in &alive {
            let (mut furthest, mut dropped) = (0.0, None);
            for &by in alive.iter().filter(|by| **by != loser) {
                let behind = self.score(by) - self.score(loser) - self.width(loser, by);
                if behind > furthest {
                    furthest = behind;
                    dropped = Some(Dropped { by, tie: false });
                }
            }
            self.alternatives[loser].dropped = dropped;
        }
    }

    /// Drops the later of two that are equal and can no longer part.
    fn drop_the_tied(&mut self) {
        let alive = self.alive();
        for (place, &later) in alive.iter().enumerate() {
            let equal = alive[..place].iter().find(|&&earlier| {
                self.score(earlier) == self.score(later) && self.width(later, earlier) == 0.0
            });
            if let Some(&by) = equal {
                self.alternatives[later].dropped = Some(Dropped { by, tie: true });
            }
        }
    }

    /// The sum of an alternative's observations, turned so that larger is better.
    fn score(&self, alternative: usize) -> f64 {
        self.rules.better.sign() * self.alternatives[alternative].sum
    }

    /// The number of observations, not always whole, from which the sums of two alternatives decide between them: h²S²/δ².
    fn reach(&self, one: usize, other: usize) -> f64 {
        let (low, high) = (one.min(other), one.max(other));
        let sd = self.differences[high * (high - 1) / 2 + low].sd();
        let reach = sd.map_or(f64::INFINITY, |sd| self.scale * (sd * sd));
        if reach.is_nan() { f64::INFINITY } else { reach }
    }

    /// How far one sum may lie behind another: W.
    fn width(&self, one: usize, other: usize) -> f64 {
        let left = self.reach(one, other) - self.seen as f64;
        (self.rules.indifference / 2.0 * left).max(0.0)
    }

    /// All alternatives, in their order.
    #[must_use]
    pub fn alternatives(&self) -> &[Alternative] {
        &self.alternatives
    }

    /// Those that are still in, in their order; at least one.
    #[must_use]
    pub fn alive(&self) -> Vec<usize> {
        let all = self.alternatives.iter().enumerate();
        all.filter(|(_, alternative)| alternative.dropped.is_none())
            .map(|(place, _)| place)
            .collect()
    }

    /// Whether it takes no more observations, because one alternative is left or the cap is reached.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.seen >= self.rules.cap || self.selected().is_some()
    }

    /// The only one that is left, with the promise; none before, and none where the cap ended the selection first.
    #[must_use]
    pub fn selected(&self) -> Option<usize> {
        match self.alive()[..] {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The one with the best mean among those that are in, and the first in order of equal ones: without the promise, unless
    /// it is [selected](Self::selected).
    #[must_use]
    pub fn leader(&self) -> usize {
        let mut alive = self.alive().into_iter();
        let first = alive.next().unwrap_or(0);
        alive.fold(first, |best, rival| {
            if self.score(rival) > self.score(best) {
                rival
            } else {
                best
            }
        })
    }

    /// Observations of each of those that are in.
    #[must_use]
    pub fn observations(&self) -> u64 {
        self.seen
    }

    /// Observations of all alternatives together: what the selection has cost.
    #[must_use]
    pub fn observations_in_all(&self) -> u64 {
        let all = self.alternatives.iter();
        all.map(|alternative| alternative.observations).sum()
    }

    /// The observations of each of those that are in by which one will be selected at the latest, whatever the cap; none before
    /// the first stage has ended.
    #[must_use]
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "not negative, and what is too large is meant to be the largest there is"
    )]
    pub fn observations_at_most(&self) -> Option<u64> {
        let alive = self.alive();
        let pairs = alive
            .iter()
            .flat_map(|a| alive.iter().map(move |b| (*a, *b)));
        let reaches = pairs.filter(|(a, b)| a < b).map(|(a, b)| self.reach(a, b));
        let most = reaches.fold(0.0, f64::max).ceil() as u64;
        (self.seen >= self.rules.first_stage).then(|| most.max(self.seen))
    }
}

#[cfg(test)]
mod tests;
