//! The solution of a program in the form in which it is stored.

use super::{Exact, ExactKind, ExactOutcome, ExactSeries};
use crate::summary::series_kind;
use detente_report::exact::{
    ExactIncidence, ExactKindSummary, ExactOutcomeSummary, ExactSeriesSummary, ExactSummary,
    ExactSurvival,
};
use detente_sim::ensemble::{Outcome, OutcomeKind, Program, Series};

/// What the solution of a program says.
#[must_use]
pub fn report(program: &Program, exact: &Exact) -> ExactSummary {
    let outcomes = program.outcomes().iter().zip(&exact.outcomes);
    let series = program.series().iter().zip(&exact.series);
    ExactSummary {
        outcomes: outcomes
            .map(|(of, found)| (of.name.clone(), outcome(of, found)))
            .collect(),
        series: series
            .map(|(of, found)| (of.name.clone(), one_series(of, found)))
            .collect(),
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
