//! `summary.json` and `manifest.json` of an exact solution: the form of a run's, without what trials alone have.

use super::manifest::Input;
use super::summarise::series_kind;
use detente_report::summary::SeriesKind;
use detente_sim::ensemble::{Outcome, OutcomeKind, Program, Series};
use detente_study::exact::{Exact, ExactKind, ExactOutcome, ExactSeries};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// The whole of `summary.json`. Outcomes and series stand in the order of the scenario.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExactSummary {
    /// One entry an outcome.
    pub outcomes: IndexMap<String, ExactOutcomeSummary>,
    /// One entry a series.
    pub series: IndexMap<String, ExactSeriesSummary>,
}

/// One outcome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExactOutcomeSummary {
    /// The measure's key in the scenario: `ever`, `first_time`, `time_share`, …
    pub kind: String,
    /// What a figure calls it.
    pub title: String,
    /// Unit of `mean` and `sd`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
    /// `lower` or `higher` where the scenario calls one direction better.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub better: Option<String>,
    /// The mean; of a `first_time` the restricted mean up to the horizon. Null where it is not found: the largest or smallest
    /// of more than 400 values.
    pub mean: Option<f64>,
    /// The standard deviation; null where it is not found: of integrals, counts and first times.
    pub sd: Option<f64>,
    /// Present for `first_time`: the probability that it is later.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub survival: Option<ExactSurvival>,
    /// Present for a `first_time` with `by`: each kind of it, by the state's name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub by: Option<IndexMap<String, ExactKindSummary>>,
}

/// The probability of not having got there by time t.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExactSurvival {
    /// Times from 0 to the horizon.
    pub t: Vec<f64>,
    /// Probabilities.
    pub s: Vec<f64>,
}

/// First times of one kind among several that compete.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExactKindSummary {
    /// The probability of this kind up to the horizon.
    pub probability: f64,
    /// The probability by time.
    pub incidence: ExactIncidence,
}

/// The probability of having got there in one way by time t.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExactIncidence {
    /// Times from 0 to the horizon.
    pub t: Vec<f64>,
    /// Probabilities.
    pub p: Vec<f64>,
}

/// One series on its grid of times.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExactSeriesSummary {
    /// What the series follows.
    pub kind: SeriesKind,
    /// What a figure calls it.
    pub title: String,
    /// Unit of the values of a numeric series.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
    /// Grid times.
    pub t: Vec<f64>,
    /// Numeric series: the mean at each time.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mean: Option<Vec<f64>>,
    /// Numeric series: the standard deviation at each time.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sd: Option<Vec<f64>>,
    /// State series: the probability of each state at each time, in the states' order.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub states: Option<IndexMap<String, Vec<f64>>>,
}

/// The whole of `manifest.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExactManifest {
    /// `detente`
    pub program: String,
    /// Its version.
    pub version: String,
    /// What the numbers are not.
    pub honesty: String,
    /// The scenario as it was solved.
    pub scenario: Input,
    /// The policy as it was solved.
    pub policy: Input,
    /// The scenario's time unit.
    pub time_unit: String,
    /// The date of t = 0.
    pub epoch: Option<String>,
    /// The end of time, in time units.
    pub horizon: f64,
    /// How it was solved.
    pub exact: ExactSolution,
}

/// How a scenario was solved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExactSolution {
    /// Reachable states, in which no instant event is about to fire.
    pub states: usize,
    /// Transitions between them.
    pub transitions: usize,
    /// A limit to the error of every probability at every time, rounding aside.
    pub error: f64,
    /// Seconds that it took.
    pub wall_seconds: f64,
    /// The command line.
    pub command_line: Vec<String>,
}

impl ExactSummary {
    /// What the solution of a program says.
    #[must_use]
    pub fn new(program: &Program, exact: &Exact) -> Self {
        let outcomes = program.outcomes().iter().zip(&exact.outcomes);
        let series = program.series().iter().zip(&exact.series);
        Self {
            outcomes: outcomes
                .map(|(of, found)| (of.name.clone(), outcome(of, found)))
                .collect(),
            series: series
                .map(|(of, found)| (of.name.clone(), one_series(of, found)))
                .collect(),
        }
    }
}

fn outcome(of: &Outcome, found: &ExactOutcome) -> ExactOutcomeSummary {
    let unit = match of.kind {
        OutcomeKind::Ever => None,
        _ => of.unit.clone(),
    };
    let columns = |rows: &[[f64; 2]]| -> (Vec<f64>, Vec<f64>) {
        rows.iter().map(|&[time, share]| (time, share)).unzip()
    };
    let kind = |kind: &ExactKind| {
        let (t, p) = columns(&kind.incidence);
        let summary = ExactKindSummary {
            probability: p.last().copied().unwrap_or(0.0),
            incidence: ExactIncidence { t, p },
        };
        (kind.state.clone(), summary)
    };
    ExactOutcomeSummary {
        kind: of.kind.key().to_owned(),
        title: of.title.clone(),
        unit,
        better: of.better.map(str::to_owned),
        mean: found.mean,
        sd: found.sd,
        survival: found.survival.as_deref().map(|rows| {
            let (t, s) = columns(rows);
            ExactSurvival { t, s }
        }),
        by: found
            .by
            .as_ref()
            .map(|kinds| kinds.iter().map(kind).collect()),
    }
}

fn one_series(of: &Series, found: &ExactSeries) -> ExactSeriesSummary {
    let (mean, sd, states) = match found {
        ExactSeries::Number { mean, sd } => (Some(mean.clone()), Some(sd.clone()), None),
        ExactSeries::States(shares) => {
            let states = of.states.iter().cloned().zip(shares.iter().cloned());
            (None, None, Some(states.collect()))
        }
    };
    ExactSeriesSummary {
        kind: series_kind(of),
        title: of.title.clone(),
        unit: of.unit.clone(),
        t: of.times.clone(),
        mean,
        sd,
        states,
    }
}
