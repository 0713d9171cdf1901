//! What trials showed → [`Summary`]: estimates with their uncertainty.

mod values;

use detente_model::expr::Type;
use detente_model::scenario::{Expr, MeasureKind, Obligation, Outcome, Scenario, Series, Symbol};
use detente_report::summary::{
    Constant, Convergence, FiringsSummary, GroupFirings, Incidence, KindSummary, ObligationSummary,
    OutcomeSummary, QUANTILES, Quantiles, SeriesKind, SeriesSummary, Summary, Survival,
    TrialColumn,
};
use detente_sim::ensemble::{Estimate, Found, Look, Program, SeriesTally, Tally};
use detente_sim::program;
use detente_stats::{
    ColumnChanged, FirstTimes, Moments, Sketch, mean_interval, wilson, wilson_of_share,
};
use indexmap::IndexMap;
use values::Values;

/// What trials say of a program's outcomes and series. `read` shows all values of an outcome, by position, in the order of trials,
/// some at a time, but first times that were not reached; it is asked as often as it takes.
///
/// # Errors
/// Where `read` fails or shows other values than before.
pub fn summarise<E: From<ColumnChanged>>(
    scenario: &Scenario,
    program: &Program,
    found: &Found,
    read: impl Fn(usize, &mut dyn FnMut(&[f64])) -> Result<(), E>,
) -> Result<Summary, E> {
    let tally = &found.tally;
    let outcomes = scenario.outcomes.iter().zip(program.outcomes()).enumerate();
    let series = scenario
        .series
        .iter()
        .zip(program.series())
        .zip(&tally.series);
    Ok(Summary {
        trials: tally.trials,
        events: tally.events,
        outcomes: outcomes
            .map(|(place, (of, measured))| {
                let summary =
                    outcome_summary(of, measured, place, found, program.horizon(), &read)?;
                Ok((of.name.clone(), summary))
            })
            .collect::<Result<_, E>>()?,
        obligations: scenario
            .obligations
            .iter()
            .zip(program.obligations())
            .map(|(of, breaches)| {
                let [trials, time] = breaches.map(|(place, breach)| {
                    let tallied = &tally.outcomes[place];
                    Estimate::of(breach, tallied, tally.trials, program.horizon())
                });
                (
                    of.name.clone(),
                    obligation_summary(of, trials, time, tally.trials),
                )
            })
            .collect(),
        series: series
            .map(|((of, followed), series)| {
                let summary = series_summary(of, followed, series, tally.trials);
                (of.name.clone(), summary)
            })
            .collect(),
        firings: firings_summary(program, tally),
        draws: None,
    })
}

fn obligation_summary(
    of: &Obligation,
    trials: Estimate,
    time: Estimate,
    n: u64,
) -> ObligationSummary {
    ObligationSummary {
        treaty: of.treaty.clone(),
        text: of.text.clone(),
        trials: trials.mean,
        trials_ci95: wilson_of_share(trials.mean, n),
        time: time.mean,
        time_ci95: time.interval,
    }
}

fn outcome_summary<E: From<ColumnChanged>>(
    of: &Outcome,
    measured: &program::Outcome,
    place: usize,
    found: &Found,
    horizon: f64,
    read: &impl Fn(usize, &mut dyn FnMut(&[f64])) -> Result<(), E>,
) -> Result<OutcomeSummary, E> {
    let (tally, n) = (&found.tally.outcomes[place], found.tally.trials);
    let estimate = Estimate::of(measured, tally, n, horizon);
    let kind = of.measure.kind();
    let values = Values::of(kind, tally, n, |see| read(place, see))?;
    Ok(OutcomeSummary {
        kind,
        title: of.title.clone(),
        unit: of.unit.clone(),
        better: of.better,
        n,
        mean: estimate.mean,
        sd: tally.moments.sd(),
        se: tally.moments.se(),
        ci95: estimate.interval,
        quantiles: values.quantiles,
        quantiles_ci95: values.quantiles_ci95,
        censored: match kind {
            MeasureKind::FirstTime => n - tally.reached,
            _ => 0,
        },
        constant: estimate.constant.map(|value| Constant {
            value,
            other_probability_upper95: wilson(0, n)[1],
        }),
        survival: (kind == MeasureKind::FirstTime).then(|| {
            let curve = tally.first_times.survival(n, horizon);
            Survival {
                t: curve.t,
                s: curve.s,
                lo: curve.lo,
                hi: curve.hi,
            }
        }),
        distribution: values.distribution,
        convergence: convergence(place, &found.looks),
        by: measured.by.as_ref().map(|by| {
            let kinds = by.states.iter().zip(&tally.by).enumerate();
            kinds
                .filter(|(position, (_, times))| {
                    by.possible.contains(position) || times.reached() > 0
                })
                .map(|(_, (state, times))| (state.clone(), kind_summary(times, n, horizon)))
                .collect()
        }),
    })
}

fn convergence(place: usize, looks: &[Look]) -> Convergence {
    let estimates = || looks.iter().map(|look| look.estimates[place]);
    Convergence {
        n: looks.iter().map(|look| look.trials).collect(),
        mean: estimates().map(|estimate| estimate.mean).collect(),
        lo: estimates()
            .map(|of| of.interval.map(|[lo, _]| lo))
            .collect(),
        hi: estimates()
            .map(|of| of.interval.map(|[_, hi]| hi))
            .collect(),
    }
}

/// Firings in a time unit, with intervals like those of means.
fn firings_summary(program: &Program, tally: &Tally) -> FiringsSummary {
    let ends = program.periods();
    let groups = program.groups().iter();
    let groups = groups.zip(tally.firings.chunks(ends.len() - 1));
    let groups = groups.map(|(group, counts)| {
        let mut firings = GroupFirings {
            mean: Vec::new(),
            lo: Vec::new(),
            hi: Vec::new(),
        };
        for (counts, period) in counts.iter().zip(ends.windows(2)) {
            let length = period[1] - period[0];
            let (mean, se) = (counts.mean(), counts.se().filter(|se| *se > 0.0));
            let interval = se.map(|se| mean_interval(mean, se, tally.trials));
            firings.mean.push(mean / length);
            firings
                .lo
                .push(interval.map(|[lo, _]| lo.max(0.0) / length));
            firings.hi.push(interval.map(|[_, hi]| hi / length));
        }
        (group.clone(), firings)
    });
    FiringsSummary {
        t: ends.to_vec(),
        groups: groups.collect(),
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

fn series_summary(
    of: &Series,
    followed: &program::Series,
    tally: &SeriesTally,
    n: u64,
) -> SeriesSummary {
    let mut summary = SeriesSummary {
        kind: series_kind(of),
        title: of.title.clone(),
        unit: of.unit.clone(),
        t: followed.times.clone(),
        whole: None,
        mean: None,
        sd: None,
        quantiles: None,
        states: None,
    };
    match tally {
        SeriesTally::Number { moments, sketches } => {
            let of_all = |place: usize| {
                let p = QUANTILES[place];
                let at = |sketch: &Sketch| sketch.quantile(p, n).unwrap_or(f64::NAN);
                sketches.iter().map(at).collect()
            };
            summary.whole = Some(sketches.iter().all(Sketch::is_whole));
            summary.mean = Some(moments.iter().map(Moments::mean).collect());
            summary.sd = Some(moments.iter().map(|m| m.sd().unwrap_or(0.0)).collect());
            summary.quantiles = Some(Quantiles::from_fn(of_all));
        }
        SeriesTally::State { counts } => {
            let share = |count: u64| count as f64 / n.max(1) as f64;
            let states = followed.states.iter().enumerate().map(|(index, state)| {
                let shares = counts.iter().map(|at_time| share(at_time[index])).collect();
                (state.clone(), shares)
            });
            summary.states = Some(states.collect::<IndexMap<_, _>>());
        }
    }
    summary
}

/// What a series follows.
pub(crate) fn series_kind(series: &Series) -> SeriesKind {
    let (mut symbols, mut factors) = (0, 0);
    series.value.for_each_symbol(&mut |symbol| {
        symbols += 1;
        factors += usize::from(matches!(symbol, Symbol::Factor(_)));
    });
    match (&series.value, series.value_type) {
        (Expr::Symbol(Symbol::Level), _) => SeriesKind::Doctrine,
        (_, Type::State(_)) => SeriesKind::State,
        _ if symbols > 0 && symbols == factors => SeriesKind::Factors,
        _ => SeriesKind::Number,
    }
}

/// The columns in which the values of a program's trials are stored.
#[must_use]
pub fn trial_columns(scenario: &Scenario, program: &Program) -> Vec<TrialColumn> {
    let outcomes = scenario.outcomes.iter().zip(program.outcomes());
    let columns = outcomes.map(|(of, measured)| TrialColumn {
        name: of.name.clone(),
        kind: of.measure.kind(),
        states: measured.by.as_ref().map(|by| by.states.clone()),
    });
    columns.collect()
}
