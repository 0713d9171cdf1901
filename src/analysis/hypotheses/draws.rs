//! Claims over draws of the parameters: in how many of them each holds.

use super::part::Part;
use super::report::ClaimDraws;
use super::value::Value;
use super::{Columns, Placed};
use crate::ensemble::Outcome;
use crate::scenario::{Expectation, Hypothesis, Scenario};
use crate::stats::{quantile, wilson_of_share};

/// The comparisons of all claims in one draw.
#[derive(Debug, Clone, Default)]
pub struct DrawnClaims {
    columns: Columns,
    values: Vec<Value>,
    room: Vec<f64>,
}

/// The claims of a scenario over draws.
pub struct ClaimsDrawn<'s> {
    scenario: &'s Scenario,
    /// Comparisons without trials.
    empty: DrawnClaims,
    /// For each claim its estimate in every draw.
    estimates: Vec<Vec<f64>>,
}

impl DrawnClaims {
    /// Adds the same trials of every program to the comparisons that `empty` shapes.
    pub fn add(&mut self, programs: &[&[Vec<f64>]], empty: &Self) {
        if self.values.is_empty() {
            *self = empty.clone();
        }
        self.columns.take(programs);
        let (values, room) = (&self.columns.values, &mut self.room);
        let mut add = |part: &mut Part| part.add(values, room);
        for value in &mut self.values {
            value.for_each_mut(&mut add);
        }
    }
}

impl<'s> ClaimsDrawn<'s> {
    /// No draws yet of a scenario's claims, whose settings run as `placed` says.
    #[must_use]
    pub fn new(
        scenario: &'s Scenario,
        placed: &[Placed],
        outcomes: &[Outcome],
        horizon: f64,
    ) -> Self {
        let mut empty = DrawnClaims::default();
        for (of, placed) in scenario.hypotheses().iter().zip(placed) {
            let (columns, main) = (&mut empty.columns, &placed.main);
            let value = columns.value(&of.comparison, main, outcomes, horizon);
            empty.values.push(value);
        }
        Self {
            scenario,
            estimates: vec![Vec::new(); empty.values.len()],
            empty,
        }
    }

    /// Comparisons without trials, as every draw begins with.
    #[must_use]
    pub fn empty(&self) -> DrawnClaims {
        self.empty.clone()
    }

    /// Keeps the next draw.
    pub fn push(&mut self, draw: &DrawnClaims) {
        for (estimates, value) in self.estimates.iter_mut().zip(&draw.values) {
            estimates.push(value.estimate());
        }
    }

    /// What the draws say of each claim; nothing without draws.
    #[must_use]
    pub fn reports(&self, trials_per_draw: u64) -> Vec<Option<ClaimDraws>> {
        let claims = self.scenario.hypotheses().iter().zip(&self.estimates);
        claims
            .map(|(of, estimates)| {
                (!estimates.is_empty()).then(|| report(of, estimates, trials_per_draw))
            })
            .collect()
    }

    /// The estimates of each claim, by draw.
    pub fn estimates(&self) -> impl Iterator<Item = (&str, &[f64])> {
        let claims = self.scenario.hypotheses().iter().zip(&self.estimates);
        claims.map(|(of, estimates)| (of.name(), estimates.as_slice()))
    }
}

fn report(of: &Hypothesis, estimates: &[f64], trials_per_draw: u64) -> ClaimDraws {
    let draws = estimates.len() as u64;
    let sign = match of.expect {
        Expectation::Below => -1.0,
        _ => 1.0,
    };
    let share_of = |holds: &dyn Fn(f64) -> f64| {
        let sum: f64 = estimates.iter().map(|estimate| holds(*estimate)).sum();
        sum / draws.max(1) as f64
    };
    let equal = of.expect == Expectation::Equal;
    let share = share_of(&|estimate| match sign * estimate {
        _ if equal => f64::from(u8::from(estimate.abs() < of.smallest)),
        0.0 => 0.5,
        value => f64::from(u8::from(value > 0.0)),
    });
    let matters = (!equal && of.smallest > 0.0)
        .then(|| share_of(&|estimate| f64::from(u8::from(sign * estimate >= of.smallest))));
    let mut sorted = estimates.to_vec();
    sorted.sort_by(f64::total_cmp);
    ClaimDraws {
        draws,
        trials_per_draw,
        share,
        share_ci95: wilson_of_share(share, draws),
        share_that_matters: matters,
        share_that_matters_ci95: matters.map(|share| wilson_of_share(share, draws)),
        mean: estimates.iter().sum::<f64>() / draws.max(1) as f64,
        quantiles: [0.05, 0.5, 0.95].map(|p| quantile(&sorted, p)),
    }
}
