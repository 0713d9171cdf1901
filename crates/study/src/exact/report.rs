//! The solution of a program in the form in which it is stored.

use super::{Exact, ExactKind, ExactOutcome, ExactSeries};
use crate::summary::series_kind;
use detente_model::scenario::{MeasureKind, Outcome, Scenario, Series};
use detente_report::exact::{
    ExactIncidence, ExactKindSummary, ExactOutcomeSummary, ExactSeriesSummary, ExactSummary,
    ExactSurvival,
};
use detente_sim::program::{self, Program};

/// What the solution of a program says.
#[must_use]
pub fn report(scenario: &Scenario, program: &Program, exact: &Exact) -> ExactSummary {
    let outcomes = scenario.outcomes.iter().zip(&exact.outcomes);
    let series = scenario.series.iter().zip(program.series());
    let series = series.zip(&exact.series);
    ExactSummary {
        outcomes: outcomes
            .map(|(of, found)| (of.name.clone(), outcome(of, found)))
            .collect(),
        series: series
            .map(|((of, followed), found)| (of.name.clone(), one_series(of, followed, found)))
            .collect(),
    }
}

fn outcome(of: &Outcome, found: &ExactOutcome) -> ExactOutcomeSummary {
    let kind_of_measure = of.measure.kind();
    let unit = match kind_of_measure {
        MeasureKind::Ever => None,
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
        kind: kind_of_measure,
        title: of.title.clone(),
        unit,
        better: of.better,
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

fn one_series(of: &Series, followed: &program::Series, found: &ExactSeries) -> ExactSeriesSummary {
    let (mean, sd, states) = match found {
        ExactSeries::Number { mean, sd } => (Some(mean.clone()), Some(sd.clone()), None),
        ExactSeries::States(shares) => {
            let states = followed.states.iter().cloned().zip(shares.iter().cloned());
            (None, None, Some(states.collect()))
        }
    };
    ExactSeriesSummary {
        kind: series_kind(of),
        title: of.title.clone(),
        unit: of.unit.clone(),
        t: followed.times.clone(),
        mean,
        sd,
        states,
    }
}
