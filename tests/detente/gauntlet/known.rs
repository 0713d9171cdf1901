//! Models with exact answers: the mean, the variance and, where it is known, the whole law of a number at several times.

use super::markov::Chain;
use super::statistics::{chi_square, of_normal};
use super::{Effort, Row, chains, each_trial, general, passes};
use crate::support::{SIX_NINES, load_with_policy};
use std::fmt::Write;

/// Trials for each seed. A mean off by 3.5 % of a standard deviation is 4.9 standard errors off.
pub const TRIALS: u64 = 20_000;

/// What a number is at one time.
#[derive(Debug, Clone)]
pub struct Exact {
    pub mean: f64,
    /// None where it says nothing beside the mean, as for what either holds or does not.
    pub variance: Option<f64>,
    /// Probabilities of 0, 1, 2, …
    law: Option<Vec<f64>>,
}

impl Exact {
    pub fn moments(mean: f64, variance: f64) -> Self {
        Self {
            mean,
            variance: Some(variance),
            law: None,
        }
    }

    /// Of a condition, as 0 or 1.
    pub fn chance(probability: f64) -> Self {
        Self {
            mean: probability,
            variance: None,
            law: None,
        }
    }

    pub fn law(probabilities: Vec<f64>) -> Self {
        let moment = |of: &dyn Fn(f64) -> f64| -> f64 {
            let terms = probabilities.iter().enumerate();
            terms.map(|(k, p)| p * of(k as f64)).sum()
        };
        assert!((moment(&|_| 1.0) - 1.0).abs() < 1e-9, "a law sums to 1");
        let mean = moment(&|k| k);
        let variance = moment(&|k| (k - mean) * (k - mean));
        Self {
            mean,
            variance: Some(variance),
            law: Some(probabilities),
        }
    }
}

/// A number of the model and what it is at half the horizon and at the horizon.
#[derive(Debug, Clone)]
pub struct Measure {
    pub number: String,
    pub exact: [Exact; 2],
}

/// A model with exact answers.
#[derive(Debug, Clone)]
pub struct Known {
    pub name: &'static str,
    pub horizon: f64,
    pub body: String,
    pub policy: Option<String>,
    pub measures: Vec<Measure>,
}

impl Known {
    pub fn new(name: &'static str, horizon: f64, body: &str) -> Self {
        Self {
            name,
            horizon,
            body: body.to_owned(),
            policy: None,
            measures: Vec::new(),
        }
    }

    /// Adds a number with its exact value as a function of the time.
    pub fn measure(mut self, number: &str, exact: impl Fn(f64) -> Exact) -> Self {
        let exact = [0.5, 1.0].map(|part| exact(part * self.horizon));
        self.measures.push(Measure {
            number: number.to_owned(),
            exact,
        });
        self
    }

    /// Adds a number that a Markov chain has, with its law.
    pub fn chain(self, number: &str, chain: &Chain, of: impl Fn([usize; 4]) -> usize) -> Self {
        self.measure(number, |t| Exact::law(chain.law(t, &of)))
    }

    /// The same exact answers for a scenario with something wrong in it.
    pub fn with_fault(mut self, right: &str, wrong: &str) -> Self {
        let changed = self.body.replace(right, wrong);
        assert_ne!(changed, self.body, "`{right}` stands in the scenario");
        self.body = changed;
        self
    }

    /// Compares the engine's trials with the exact answers.
    pub fn rows(&self, effort: Effort) -> Vec<Row> {
        let mut text = format!(
            "[scenario]\nname = \"t\"\ntime_unit = \"year\"\nhorizon = {:?}\n{}\n[series]\n",
            self.horizon, self.body
        );
        for (place, measure) in self.measures.iter().enumerate() {
            let every = self.horizon / 2.0;
            writeln!(
                text,
                "m{place} = {{ value = \"{}\", every = {every:?} }}",
                measure.number
            )
            .unwrap();
        }
        let loaded = load_with_policy(&text, self.policy.as_deref());
        let mut samples: Vec<[Sample; 2]> = self
            .measures
            .iter()
            .map(|measure| {
                measure
                    .exact
                    .each_ref()
                    .map(|exact| Sample::about(exact.mean))
            })
            .collect();
        each_trial(&loaded, effort.on(self.name), TRIALS, |recorder| {
            for (place, samples) in samples.iter_mut().enumerate() {
                let series = recorder.series(place);
                assert_eq!(series.len(), 3);
                for (sample, value) in samples.iter_mut().zip(&series[1..]) {
                    sample.add(*value);
                }
            }
        });
        let mut rows = Vec::new();
        for (measure, samples) in self.measures.iter().zip(&samples) {
            for (part, (exact, sample)) in measure.exact.iter().zip(samples).enumerate() {
                let time = self.horizon * [0.5, 1.0][part];
                for (what, p) in sample.against(exact) {
                    rows.push(Row {
                        test: "known answers",
                        model: self.name.to_owned(),
                        statistic: format!("`{}` at {time}: {what}", measure.number),
                        p,
                    });
                }
            }
        }
        rows
    }
}

/// Sums of powers of differences from the exact mean, and counts of small whole numbers.
struct Sample {
    center: f64,
    n: f64,
    powers: [f64; 3],
    counts: Vec<u64>,
}

impl Sample {
    fn about(center: f64) -> Self {
        Self {
            center,
            n: 0.0,
            powers: [0.0; 3],
            counts: vec![0; 512],
        }
    }

    fn add(&mut self, value: f64) {
        let d = value - self.center;
        self.n += 1.0;
        self.powers[0] += d;
        self.powers[1] += d * d;
        self.powers[2] += d * d * d * d;
        self.counts[value.clamp(0.0, 511.0) as usize] += 1;
    }

    /// What was compared, and the p-value.
    fn against(&self, exact: &Exact) -> Vec<(String, f64)> {
        let [first, second, fourth] = self.powers.map(|sum| sum / self.n);
        let variance = exact.variance.unwrap_or(exact.mean * (1.0 - exact.mean));
        if variance < 1e-12 {
            let p = if second == 0.0 { 1.0 } else { 0.0 };
            return vec![(format!("always {}", exact.mean), p)];
        }
        let mut found = Vec::new();
        let mut compare = |what: &str, difference: f64, exact: f64, se: f64| {
            let resolved = SIX_NINES * se;
            let text = format!(
                "{what} {:.5}, exact {exact:.5}, ± {resolved:.5}",
                exact + difference
            );
            found.push((text, of_normal(difference / se)));
        };
        compare("mean", first, exact.mean, (variance / self.n).sqrt());
        if let Some(variance) = exact.variance {
            let se = ((fourth - second * second) / self.n).sqrt();
            compare("variance", second - variance, variance, se);
        }
        if let Some(law) = &exact.law {
            let (statistic, degrees, p) = chi_square(&self.counts, law);
            if degrees > 1 {
                found.push((format!("law χ² {statistic:.1} of {degrees}"), p));
            }
        }
        found
    }
}

/// All models.
pub fn all() -> Vec<Known> {
    let mut all = chains::all();
    all.extend(general::all());
    all
}

/// Every model, mean, variance and law at two times.
pub fn rows(effort: Effort) -> Vec<Row> {
    all().iter().flat_map(|known| known.rows(effort)).collect()
}

/// False-alarm rate 1e-6 a row; each says what it resolves (±).
#[test]
fn models_with_exact_answers() {
    assert!(all().len() >= 40);
    passes(&rows(super::SHORT));
}
