//! Policies that no other beats on all of some outcomes.

use crate::batches::{Batches, RESAMPLES};
use detente_model::scenario::Direction;
use detente_report::comparison::{Front, FrontMember};

/// An outcome of a front: its name, where each policy's values stand among the batches' columns, and which
/// are better.
pub(super) struct Criterion {
    pub name: String,
    pub columns: Vec<usize>,
    pub better: Direction,
}

/// The front of some policies by some outcomes, and how sure membership is: in which share of resamples of the trials.
pub(super) fn front(
    policies: &[String],
    criteria: &[Criterion],
    batches: &Batches,
    seed: u64,
) -> Front {
    let values = |means: &[f64]| -> Vec<Vec<f64>> {
        let of = |policy: usize| {
            let values = criteria
                .iter()
                .map(|criterion| criterion.better.sign() * means[criterion.columns[policy]]);
            values.collect()
        };
        (0..policies.len()).map(of).collect()
    };
    let estimates = values(&batches.means());
    let mut members = vec![0_u64; policies.len()];
    for resample in 0..RESAMPLES {
        let resampled = values(&batches.resampled(seed, resample));
        for (policy, count) in members.iter_mut().enumerate() {
            *count += u64::from(beaten_by(policy, &resampled).next().is_none());
        }
    }
    let member = |(policy, name): (usize, &String)| {
        let beaten_by: Vec<String> = beaten_by(policy, &estimates)
            .map(|other| policies[other].clone())
            .collect();
        let member = FrontMember {
            on_front: beaten_by.is_empty(),
            share_of_resamples: members[policy] as f64 / RESAMPLES as f64,
            beaten_by,
        };
        (name.clone(), member)
    };
    Front {
        outcomes: criteria.iter().map(|of| of.name.clone()).collect(),
        policies: policies.iter().enumerate().map(member).collect(),
        resamples: RESAMPLES,
    }
}

/// The policies that are as good as one in everything and better in something.
fn beaten_by(policy: usize, values: &[Vec<f64>]) -> impl Iterator<Item = usize> {
    let own = &values[policy];
    let beats = move |other: &Vec<f64>| {
        let mut pairs = other.iter().zip(own);
        pairs.all(|(theirs, own)| theirs >= own) && other != own
    };
    let others = values.iter().enumerate();
    others
        .filter(move |(_, other)| beats(other))
        .map(|(place, _)| place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use detente_sim::stream::{EventKey, Purpose, TrialStreams};

    fn by(name: &str, columns: [usize; 3], better: Direction) -> Criterion {
        Criterion {
            name: name.to_owned(),
            columns: columns.to_vec(),
            better,
        }
    }

    /// Three policies: the second is like the first but worse in one outcome, the third better in one and worse in the
    /// other.
    #[test]
    fn fronts_are_found() {
        let mut batches = Batches::new(6);
        let wave: Vec<f64> = (0..1_000).map(|i| f64::from(i % 7)).collect();
        let plus = |by: f64| -> Vec<f64> { wave.iter().map(|value| value + by).collect() };
        let columns = [
            plus(0.0),
            plus(0.0),
            plus(1.0),
            plus(5.0),
            plus(4.0),
            plus(9.0),
        ];
        batches.add(&columns.each_ref().map(Vec::as_slice));
        let names = ["a", "b", "c"].map(str::to_owned);
        let criteria = [
            by("cost", [0, 1, 2], Direction::Lower),
            by("gain", [3, 4, 5], Direction::Higher),
        ];
        let front = front(&names, &criteria, &batches, 1);
        let shares: Vec<(bool, f64)> = front
            .policies
            .values()
            .map(|of| (of.on_front, of.share_of_resamples))
            .collect();
        assert_eq!(shares, [(true, 1.0), (false, 0.0), (true, 1.0)]);
        assert_eq!(front.policies["b"].beaten_by, ["a"]);
    }

    /// Equal policies do not beat each other; two whose means differ by one standard error swap places in about Φ(−1) of
    /// the resamples.
    #[test]
    fn membership_is_as_sure_as_the_means_are() {
        let n = 40_000;
        let draw = |policy: u64, trial: u64| {
            let key = EventKey::of_event("pareto test");
            let stream = TrialStreams::new(policy, trial);
            stream.uniform(key, Purpose::Resampling, 0)
        };
        let se = (1.0 / 12.0 / n as f64).sqrt();
        let noise: Vec<f64> = (0..n).map(|trial| draw(7, trial)).collect();
        let mean = noise.iter().sum::<f64>() / n as f64;
        let one: Vec<f64> = noise.iter().map(|value| value - mean + se).collect();
        let zero = vec![0.0; noise.len()];
        let mut batches = Batches::new(3);
        for from in (0..noise.len()).step_by(1_000) {
            let part = from..from + 1_000;
            batches.add(&[&one[part.clone()], &zero[part.clone()], &zero[part]]);
        }
        let names = ["a", "b", "c"].map(str::to_owned);
        let front = front(
            &names,
            &[by("x", [0, 1, 2], Direction::Higher)],
            &batches,
            3,
        );
        let share = |name: &str| front.policies[name].share_of_resamples;
        assert_eq!(share("b"), share("c"));
        assert_eq!(share("a") + share("b"), 1.0);
        // 1000 resamples: 0.1587 ± 5 standard errors of 0.0116.
        assert!((share("b") - 0.1587).abs() < 0.058, "{}", share("b"));
    }
}
