//! Tally → [`Summary`]: estimates with their uncertainty.

use super::summary::{
    Constant, Incidence, KindSummary, OutcomeSummary, Quantiles, SeriesKind, SeriesSummary,
    Summary, Survival,
};
use crate::ensemble::{Outcome, OutcomeKind, OutcomeTally, Series, SeriesTally, Subject, Tally};
use crate::stats::{FirstTimes, Moments, Sketch, mean_interval, wilson};
use indexmap::IndexMap;

/// What a tally says of the outcomes and series that it counts, up to the horizon.
#[must_use]
pub fn summarise(outcomes: &[Outcome], series: &[Series], horizon: f64, tally: &Tally) -> Summary {
    let outcomes = outcomes.iter().zip(&tally.outcomes);
    let series = series.iter().zip(&tally.series);
    Summary {
        trials: tally.trials,
        events: tally.events,
        outcomes: outcomes
            .map(|(of, outcome)| {
                (
                    of.name.clone(),
                    outcome_summary(of, outcome, tally.trials, horizon),
                )
            })
            .collect(),
        series: series
            .map(|(of, series)| (of.name.clone(), series_summary(of, series, tally.trials)))
            .collect(),
    }
}

fn outcome_summary(of: &Outcome, tally: &OutcomeTally, n: u64, horizon: f64) -> OutcomeSummary {
    let moments = &tally.moments;
    let constant = constant_value(of, tally, n);
    let (mean, ci95) = match of.kind {
        OutcomeKind::Ever => (
            tally.reached as f64 / n.max(1) as f64,
            Some(wilson(tally.reached, n)),
        ),
        _ => {
            let mean = constant.unwrap_or(moments.mean());
            // No spread among the trials is no proof that there is none.
            let spread = moments.se().filter(|se| *se > 0.0);
            let interval = spread.map(|se| mean_interval(mean, se, n));
            (mean, interval.filter(|_| constant.is_none()))
        }
    };
    OutcomeSummary {
        kind: of.kind.key().to_owned(),
        title: of.title.clone(),
        unit: of.unit.clone(),
        better: of.better.map(str::to_owned),
        n,
        mean,
        sd: moments.sd(),
        se: moments.se(),
        ci95,
        quantiles: quantiles(|p| tally.sketch.quantile(p, n)),
        censored: match of.kind {
            OutcomeKind::FirstTime => n - tally.reached,
            _ => 0,
        },
        constant: constant.map(|value| Constant {
            value,
            other_probability_upper95: wilson(0, n)[1],
        }),
        survival: (of.kind == OutcomeKind::FirstTime).then(|| {
            let curve = tally.first_times.survival(n, horizon);
            Survival {
                t: curve.t,
                s: curve.s,
                lo: curve.lo,
                hi: curve.hi,
            }
        }),
        by: of.by.as_ref().map(|by| {
            let kinds = by.states.iter().zip(&tally.by).enumerate();
            kinds
                .filter(|(position, (_, times))| {
                    by.possible.contains(position) || times.reached() > 0
                })
                .map(|(_, (state, times))| (state.clone(), kind_summary(times, n, horizon)))
                .collect()
        }),
    }
}

fn kind_summary(times: &FirstTimes, n: u64, horizon: f64) -> KindSummary {
    let reached = times.reached();
    let curve = times.incidence(n, horizon);
    KindSummary {
        reached,
        probability: reached as f64 / n.max(1) as f64,
        ci95: wilson(reached, n),
        incidence: Incidence {
            t: curve.t,
            p: curve.p,
            lo: curve.lo,
            hi: curve.hi,
        },
    }
}

/// The value that all trials share; of first times, that of trials which all got there at one time, or the
/// horizon where none did.
fn constant_value(of: &Outcome, tally: &OutcomeTally, n: u64) -> Option<f64> {
    let (least, most) = match of.kind {
        OutcomeKind::FirstTime if tally.reached == 0 => {
            (tally.moments.mean(), tally.moments.mean())
        }
        OutcomeKind::FirstTime if tally.reached < n => return None,
        _ => tally.sketch.extremes()?,
    };
    #[allow(clippy::float_cmp, reason = "equal means equal here")]
    (n > 0 && least == most).then_some(least)
}

fn quantiles<T>(mut at: impl FnMut(f64) -> T) -> Quantiles<T> {
    Quantiles {
        q05: at(0.05),
        q25: at(0.25),
        q50: at(0.5),
        q75: at(0.75),
        q95: at(0.95),
    }
}

fn series_summary(of: &Series, tally: &SeriesTally, n: u64) -> SeriesSummary {
    let mut summary = SeriesSummary {
        kind: match of.subject {
            Subject::Doctrine => SeriesKind::Doctrine,
            Subject::Factors => SeriesKind::Factors,
            Subject::Number => SeriesKind::Number,
            Subject::State => SeriesKind::State,
        },
        title: of.title.clone(),
        unit: of.unit.clone(),
        t: of.times.clone(),
        mean: None,
        sd: None,
        quantiles: None,
        states: None,
    };
    match tally {
        SeriesTally::Number { moments, sketches } => {
            let of_all = |p| {
                let at = |sketch: &Sketch| sketch.quantile(p, n).unwrap_or(f64::NAN);
                sketches.iter().map(at).collect()
            };
            summary.mean = Some(moments.iter().map(Moments::mean).collect());
            summary.sd = Some(moments.iter().map(|m| m.sd().unwrap_or(0.0)).collect());
            summary.quantiles = Some(quantiles(of_all));
        }
        SeriesTally::State { counts } => {
            let share = |count: u64| count as f64 / n.max(1) as f64;
            let states = of.states.iter().enumerate().map(|(index, state)| {
                let shares = counts.iter().map(|at_time| share(at_time[index])).collect();
                (state.clone(), shares)
            });
            summary.states = Some(states.collect::<IndexMap<_, _>>());
        }
    }
    summary
}
