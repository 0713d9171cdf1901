//! Claims over draws of the parameters: in how many of them each holds.

use super::part::Part;
use super::value::{Estimate, Value};
use super::{Columns, Placed};
use detente_model::scenario::{Expectation, Hypothesis, Linear, MeasureKind, Scenario};
use detente_report::hypotheses::{ClaimDraws, ClaimEstimates};
use detente_stats::{quantile, wilson};

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
    claims: Vec<ClaimDrawn>,
}

/// A claim over draws.
struct ClaimDrawn {
    /// By how much one trial in which something happens moves a sum over trials, at least, where the claim is about nothing but
    /// what happens or not; else 0.
    step: f64,
    /// The estimate in every draw, and its standard error.
    estimates: Vec<[f64; 2]>,
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
    pub fn new(scenario: &'s Scenario, placed: &[Placed]) -> Self {
        let mut empty = DrawnClaims::default();
        let mut claims = Vec::with_capacity(placed.len());
        for (of, placed) in scenario.hypotheses().iter().zip(placed) {
            let (columns, main) = (&mut empty.columns, &placed.main);
            let value = columns.value(&of.comparison, main, scenario);
            empty.values.push(value);
            claims.push(ClaimDrawn {
                step: step(of, scenario),
                estimates: Vec::new(),
            });
        }
        Self {
            scenario,
            empty,
            claims,
        }
    }

    /// Comparisons without trials, as every draw begins with.
    #[must_use]
    pub fn empty(&self) -> DrawnClaims {
        self.empty.clone()
    }

    /// Keeps the next draw.
    pub fn push(&mut self, draw: &DrawnClaims) {
        for (claim, value) in self.claims.iter_mut().zip(&draw.values) {
            claim.estimates.push([value.estimate(), value.se()]);
        }
    }

    /// What the draws of so many parameters say of each claim; nothing without draws.
    #[must_use]
    pub fn reports(&self, parameters: u64, trials_per_draw: u64) -> Vec<Option<ClaimDraws>> {
        let claims = self.scenario.hypotheses().iter().zip(&self.claims);
        claims
            .map(|(of, drawn)| {
                let told = !drawn.estimates.is_empty();
                told.then(|| report(of, drawn, parameters, trials_per_draw))
            })
            .collect()
    }

    /// The estimates of each claim with their standard errors, by draw.
    #[must_use]
    pub fn estimates(&self) -> ClaimEstimates {
        let claims = self.scenario.hypotheses().iter().zip(&self.claims);
        let estimates = claims.map(|(of, drawn)| (of.name().to_owned(), drawn.estimates.clone()));
        estimates.collect()
    }
}

fn step(of: &Hypothesis, scenario: &Scenario) -> f64 {
    let mut least = f64::INFINITY;
    of.comparison.map(&mut |part: &Linear| {
        for term in &part.terms {
            let step = match scenario.outcomes[term.outcome].measure.kind() {
                MeasureKind::Ever => term.factor.abs(),
                _ => 0.0,
            };
            least = least.min(step);
        }
    });
    least
}

fn report(
    of: &Hypothesis,
    drawn: &ClaimDrawn,
    parameters: u64,
    trials_per_draw: u64,
) -> ClaimDraws {
    let estimates: Vec<f64> = drawn.estimates.iter().map(|[value, _]| *value).collect();
    let draws = estimates.len() as u64;
    let count_of =
        |holds: &dyn Fn(f64) -> bool| estimates.iter().filter(|value| holds(**value)).count();
    let share_of = |holds: &dyn Fn(f64) -> bool| count_of(holds) as f64 / draws.max(1) as f64;
    let with_interval = |holds: &dyn Fn(f64) -> bool| {
        let ci95 = wilson(count_of(holds) as u64, draws);
        (share_of(holds), ci95)
    };
    let smallest = of.smallest;
    // One trial alone must not be an effect that matters.
    let size_shows = drawn.step / (trials_per_draw.max(1) as f64) < smallest;
    let (claimed, matters) = match of.expect {
        Expectation::Above => (
            Some(with_interval(&|value| value > 0.0)),
            size_shows.then(|| with_interval(&|value| value >= smallest)),
        ),
        Expectation::Below => (
            Some(with_interval(&|value| value < 0.0)),
            size_shows.then(|| with_interval(&|value| value <= -smallest)),
        ),
        Expectation::Equal => (
            size_shows.then(|| with_interval(&|value| value.abs() < smallest)),
            None,
        ),
    };
    let mut sorted = estimates.clone();
    sorted.sort_by(f64::total_cmp);
    ClaimDraws {
        draws,
        parameters,
        trials_per_draw,
        above: share_of(&|value| value > 0.0),
        equal: share_of(&|value| value == 0.0),
        below: share_of(&|value| value < 0.0),
        share: claimed.map(|(share, _)| share),
        share_ci95: claimed.map(|(_, ci95)| ci95),
        share_that_matters: matters.map(|(share, _)| share),
        share_that_matters_ci95: matters.map(|(_, ci95)| ci95),
        mean: estimates.iter().sum::<f64>() / draws.max(1) as f64,
        quantiles: [0.05, 0.5, 0.95].map(|p| quantile(&sorted, p)),
    }
}
