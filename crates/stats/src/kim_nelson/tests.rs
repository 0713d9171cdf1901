//! What the selection of the best promises, and its corners.

use super::*;
use proptest::prelude::*;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use statrs::distribution::{Binomial, DiscreteCDF};

const RULES: KimNelsonRules = KimNelsonRules {
    better: Direction::Higher,
    confidence: 0.95,
    indifference: 0.5,
    first_stage: 10,
    cap: 1_000_000,
};

/// Observes until the end.
fn select(
    k: usize,
    rules: KimNelsonRules,
    mut observations: impl FnMut(u32) -> Vec<f64>,
) -> KimNelson {
    let mut selection = KimNelson::new(k, rules).unwrap();
    let mut j = 0;
    while !selection.is_finished() {
        j += 1;
        selection.observe(&observations(j)).unwrap();
    }
    selection
}

/// When each of five alternatives was dropped, and by whom.
type Fates = [(u64, Option<usize>); 5];

/// A program of a few lines in `NumPy` that follows the paper's steps with means instead of sums, and has all of the rivals that
/// drop an alternative.
#[test]
fn against_another_program() {
    let observation = |i: u32, j: u32| {
        let mixed = (i * 37 + j * j * 29 + i * j * 11 + j * 17) % 23;
        0.125 * f64::from(i * (5 - i)) + f64::from(mixed) / 16.0 + f64::from(13 * j % 19) / 4.0
    };
    let observations = |j: u32| -> Vec<f64> { (0..5).map(|i| observation(i, j)).collect() };
    let cases: [(Direction, f64, Fates); 4] = [
        (
            Direction::Higher,
            0.3,
            [
                (8, Some(2)),
                (8, Some(3)),
                (31, Some(3)),
                (31, None),
                (8, Some(2)),
            ],
        ),
        (
            Direction::Higher,
            0.15,
            [
                (8, Some(2)),
                (29, Some(3)),
                (92, Some(3)),
                (92, None),
                (8, Some(2)),
            ],
        ),
        (
            Direction::Lower,
            0.3,
            [
                (12, None),
                (12, Some(0)),
                (8, Some(0)),
                (8, Some(0)),
                (8, Some(0)),
            ],
        ),
        (
            Direction::Lower,
            0.15,
            [
                (23, None),
                (23, Some(0)),
                (8, Some(0)),
                (20, Some(0)),
                (8, Some(0)),
            ],
        ),
    ];
    for (better, indifference, fates) in cases {
        let rules = KimNelsonRules {
            better,
            indifference,
            first_stage: 8,
            ..RULES
        };
        let mut latest = None;
        let mut selection = KimNelson::new(5, rules).unwrap();
        for j in 1.. {
            selection.observe(&observations(j)).unwrap();
            if j < 8 {
                assert_eq!(selection.observations_at_most(), None);
            }
            if j == 8 {
                latest = selection.observations_at_most();
            }
            if selection.is_finished() {
                break;
            }
        }
        let found = selection.alternatives().iter().map(|alternative| {
            let by = alternative.dropped.map(|dropped| {
                assert!(!dropped.tie);
                dropped.by
            });
            (alternative.observations, by)
        });
        assert!(found.eq(fates), "{selection:?}");
        let spent: u64 = fates.iter().map(|fate| fate.0).sum();
        assert_eq!(selection.observations_in_all(), spent);
        assert!(latest.unwrap() >= selection.observations());
        // The largest h²S²/δ² of that program among those that are in after the first stage.
        let expected = match (better, indifference == 0.3) {
            (Direction::Higher, true) => 41,
            (Direction::Higher, false) => 161,
            (Direction::Lower, true) => 42,
            (Direction::Lower, false) => 165,
        };
        assert_eq!(latest, Some(expected));
        let winner = selection.selected().unwrap();
        assert_eq!(winner, selection.leader());
        let mean = (1..=u32::try_from(selection.observations()).unwrap())
            .map(|j| observation(u32::try_from(winner).unwrap(), j))
            .sum::<f64>()
            / selection.observations() as f64;
        assert_eq!(selection.alternatives()[winner].mean(), mean);
    }
}

/// Fails by chance in one of a million seeds at most, if the best is selected with the probability promised.
fn as_promised(correct: u64, repeats: u64, confidence: f64) -> bool {
    let promised = Binomial::new(confidence, repeats).unwrap();
    promised.cdf(correct) > 1e-6
}

/// Normal observations of standard deviation 1, correlated by what all share, of which one is better than the others by δ:
/// where the right choice is least likely. Gives correct selections and observations.
fn slippage(k: usize, correlation: f64, repeats: u64) -> (u64, u64) {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(k as u64);
    let mut normal = || -> f64 { StandardNormal.sample(&mut random) };
    let (mut correct, mut spent) = (0, 0);
    for repeat in 0..repeats {
        let best = usize::try_from(repeat).unwrap() % k;
        let selection = select(k, RULES, |_| {
            let common = correlation.sqrt() * normal();
            let mut observations: Vec<f64> = (0..k)
                .map(|_| common + (1.0 - correlation).sqrt() * normal())
                .collect();
            observations[best] += RULES.indifference;
            observations
        });
        correct += u64::from(selection.selected() == Some(best));
        spent += selection.observations_in_all();
    }
    (correct, spent)
}

#[test]
fn the_promise_holds_and_common_numbers_save() {
    let repeats = 1500;
    for k in [2, 5, 10] {
        let (correct, independent) = slippage(k, 0.0, repeats);
        assert!(as_promised(correct, repeats, 0.95), "{k}: {correct}");
        let (correct, common) = slippage(k, 0.75, repeats);
        assert!(as_promised(correct, repeats, 0.95), "{k}: {correct}");
        // A quarter of the variance takes a quarter of the observations, apart from the first stage.
        let ratio = common as f64 / independent as f64;
        assert!((0.25..0.6).contains(&ratio), "{k}: {ratio}");
    }
}

/// Shares of 10 trials with an event, of probability 0.24 for the best and 0.3 or more for three others, from one uniform
/// number a trial for all of them or from one for each.
#[test]
fn the_promise_holds_for_batches_of_events() {
    let rules = KimNelsonRules {
        better: Direction::Lower,
        confidence: 0.9,
        indifference: 0.06,
        ..RULES
    };
    let mut random = Xoshiro256PlusPlus::seed_from_u64(3);
    let (repeats, mut spent) = (1000, [0, 0]);
    for common in [false, true] {
        let mut correct = 0;
        for _ in 0..repeats {
            let selection = select(4, rules, |_| {
                let mut hits = [0.0; 4];
                for _ in 0..10 {
                    let shared: f64 = random.random();
                    for (hits, p) in hits.iter_mut().zip([0.3, 0.31, 0.24, 0.33]) {
                        let own = if common { shared } else { random.random() };
                        *hits += f64::from(u8::from(own < p));
                    }
                }
                hits.map(|hits| hits / 10.0).to_vec()
            });
            correct += u64::from(selection.selected() == Some(2));
            spent[usize::from(common)] += selection.observations_in_all();
        }
        assert!(as_promised(correct, repeats, 0.9), "{common}: {correct}");
    }
    assert!(2 * spent[1] < spent[0], "{spent:?}");
}

#[test]
fn the_further_apart_the_sooner() {
    let mut previous = u64::MAX;
    for apart in [0.5, 1.0, 2.0, 4.0, 20.0] {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(9);
        let (mut correct, mut spent) = (0, 0);
        for _ in 0..50 {
            let selection = select(3, RULES, |_| {
                let mut normal = || -> f64 { StandardNormal.sample(&mut random) };
                vec![normal(), normal() - apart, normal() + apart]
            });
            correct += u64::from(selection.selected() == Some(2));
            spent += selection.observations();
        }
        assert!(as_promised(correct, 50, 0.95), "{apart}: {correct}");
        assert!(spent < previous || spent == 500, "{apart}: {spent}");
        previous = spent;
    }
    assert_eq!(previous, 500, "the first stage is enough");
}

#[test]
fn alternatives_that_do_the_same_tie() {
    let noise = |j: u32| f64::from(j * 7 % 5);
    // Two best ones that are the same, and a worse one.
    let selection = select(3, RULES, |j| vec![noise(j) - 9.0, noise(j), noise(j)]);
    let dropped = |by, tie| Some(Dropped { by, tie });
    let fates: Vec<_> = selection.alternatives().iter().map(|a| a.dropped).collect();
    assert_eq!(fates, [dropped(1, false), None, dropped(1, true)]);
    assert_eq!(
        (selection.observations(), selection.selected()),
        (10, Some(1))
    );
    // A constant difference decides at once, whichever way and however small.
    for (better, expected) in [(Direction::Higher, 0), (Direction::Lower, 2)] {
        let rules = KimNelsonRules { better, ..RULES };
        let selection = select(3, rules, |_| vec![0.375, 0.25, 0.125]);
        assert_eq!(
            (selection.observations(), selection.selected()),
            (10, Some(expected))
        );
    }
    // Equal at the end, but not always equal: decided once W is 0, after 2·1.0811·4·S² / δ² = 9.609 observations.
    let rules = KimNelsonRules {
        first_stage: 5,
        indifference: 1.0,
        ..RULES
    };
    let mut selection = KimNelson::new(2, rules).unwrap();
    for j in 1..=10 {
        assert!(!selection.is_finished(), "{j}");
        let swing = [0.0, 1.0, -1.0, 1.0, -1.0, 0.0][j.min(6) - 1] / 0.9_f64.sqrt();
        selection.observe(&[swing, 0.0]).unwrap();
    }
    assert_eq!(selection.alternatives()[1].dropped, dropped(0, true));
    assert_eq!(selection.leader(), 0);
}

#[test]
fn the_cap_ends_without_a_promise() {
    let rules = KimNelsonRules { cap: 12, ..RULES };
    let selection = select(3, rules, |j| {
        vec![
            f64::from(j % 2),
            f64::from((j + 1) % 2),
            -50.0 + f64::from(j % 3),
        ]
    });
    assert_eq!((selection.observations(), selection.selected()), (12, None));
    assert_eq!((selection.alive(), selection.leader()), (vec![0, 1], 0));
    assert_eq!(selection.observations_in_all(), 34);
    assert!(selection.observations_at_most().unwrap() > 12);
}

#[test]
fn what_is_not_taken() {
    let new = |k, change: fn(&mut KimNelsonRules)| {
        let mut rules = RULES;
        change(&mut rules);
        KimNelson::new(k, rules).err()
    };
    assert_eq!(new(1, |_| ()), Some(KimNelsonError::Alternatives(1)));
    assert_eq!(
        new(2, |rules| rules.confidence = 0.5),
        Some(KimNelsonError::Confidence(0.5))
    );
    assert_eq!(new(3, |rules| rules.confidence = 0.5), None);
    assert_eq!(
        new(2, |rules| rules.confidence = 1.0),
        Some(KimNelsonError::Confidence(1.0))
    );
    assert!(new(2, |rules| rules.confidence = f64::NAN).is_some());
    for wrong in [0.0, -1.0, f64::INFINITY] {
        let rules = KimNelsonRules {
            indifference: wrong,
            ..RULES
        };
        let expected = Some(KimNelsonError::Indifference(wrong));
        assert_eq!(KimNelson::new(2, rules).err(), expected);
    }
    assert!(new(2, |rules| rules.first_stage = 1).is_some());
    assert!(new(2, |rules| rules.cap = 9).is_some());
    assert_eq!(new(2, |rules| rules.cap = 10), None);

    let mut selection = KimNelson::new(2, RULES).unwrap();
    let wrong = selection.observe(&[1.0]);
    let count = KimNelsonError::Count {
        found: 1,
        expected: 2,
    };
    assert_eq!(wrong, Err(count));
    let wrong = selection.observe(&[1.0, f64::INFINITY]);
    let observation = KimNelsonError::Observation {
        alternative: 1,
        value: f64::INFINITY,
    };
    assert_eq!(wrong, Err(observation));
    assert_eq!(selection.observations_in_all(), 0, "nothing has changed");
    assert_eq!(selection.alternatives()[0].mean(), 0.0);
    (0..10).for_each(|_| selection.observe(&[1.0, 0.0]).unwrap());
    let after = selection.observe(&[1.0, 0.0]);
    assert_eq!(after, Err(KimNelsonError::Finished));
}

proptest! {
    /// Whatever is observed, one is left at the latest when it was said, none is looked at after it was dropped, those that
    /// are in lead, and turning signs turns nothing else.
    #[test]
    fn one_is_left_in_time(
        values in proptest::collection::vec(-8_i32..9, 60),
        k in 2_usize..7,
    ) {
        let rules = KimNelsonRules { first_stage: 4, indifference: 2.0, ..RULES };
        let turned = KimNelsonRules { better: Direction::Lower, ..rules };
        let mut selection = KimNelson::new(k, rules).unwrap();
        let mut mirrored = KimNelson::new(k, turned).unwrap();
        let mut latest = None;
        let mut j = 0;
        while !selection.is_finished() {
            let observations: Vec<f64> = (0..k)
                .map(|i| match selection.alternatives()[i].dropped {
                    None => f64::from(values[(j * k + i) % values.len()]),
                    Some(_) => f64::NAN,
                })
                .collect();
            selection.observe(&observations).unwrap();
            let turned: Vec<f64> = observations.iter().map(|value| -value).collect();
            mirrored.observe(&turned).unwrap();
            latest = latest.or(selection.observations_at_most());
            prop_assert!(selection.alive().contains(&selection.leader()));
            j += 1;
        }
        prop_assert!(selection.observations() <= latest.unwrap());
        prop_assert_eq!(selection.selected(), Some(selection.leader()));
        for (one, other) in selection.alternatives().iter().zip(mirrored.alternatives()) {
            prop_assert_eq!(one.dropped, other.dropped);
            prop_assert_eq!(one.mean(), -other.mean());
        }
    }
}
