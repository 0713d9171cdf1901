//! Made-up summaries for tests: realistic ones, and the odd ones that must draw too.

use indexmap::IndexMap;

use super::Context;
use crate::stats::wilson_of_share;
use crate::store::{OutcomeSummary, Quantiles, SeriesKind, SeriesSummary, Summary, Survival};

pub const HONESTY: &str = "Consequences of the assumptions in configs/belarus-2019.toml as of 2019-09-01; not a \
    forecast. Intervals cover simulation error only. 31 of 64 parameters are assumed.";

pub fn context() -> Context<'static> {
    Context {
        scenario_title: "Belarus between NATO and the CSTO",
        policy_title: "Soft NATO cooperation, careful cooperation with Russia, own forces",
        time_unit: "year",
        epoch_year: Some(2019.665),
        horizon: 10.0,
        honesty: HONESTY,
    }
}

/// Ten years, 41 grid times, four levels, four first times, 10,000 trials.
pub fn usual() -> Summary {
    let outcomes = [
        ("first_threat", "First threat", 0.35, 1.0),
        ("first_war", "First war in the region", 0.09, 1.4),
        ("treaty_lapse", "Lapse of the INF Treaty", 0.012, 3.0),
        ("conflict", "Conflict on Belarus’s territory", 0.004, 1.2),
    ];
    summary(10_000, &grid(10.0, 40), &outcomes)
}

/// Times from 0 to `horizon` in equal steps.
pub fn grid(horizon: f64, steps: usize) -> Vec<f64> {
    (0..=steps)
        .map(|index| horizon * index as f64 / steps.max(1) as f64)
        .collect()
}

/// A summary whose first times follow Weibull laws: name, title, hazard at one tenth of the end, shape.
pub fn summary(trials: u64, times: &[f64], first_times: &[(&str, &str, f64, f64)]) -> Summary {
    let end = times.last().copied().unwrap_or(1.0).max(f64::MIN_POSITIVE);
    let curve_times = if times.len() > 1 {
        grid(end, 400)
    } else {
        times.to_vec()
    };
    let outcomes = first_times.iter().map(|&(name, title, hazard, shape)| {
        let reached = |time: &f64| 1.0 - libm::exp(-libm::pow(hazard * 10.0 * time / end, shape));
        (
            name.to_owned(),
            first_time(title, trials, &curve_times, reached),
        )
    });
    let mut series = IndexMap::new();
    series.insert("level".to_owned(), levels(times, end));
    series.insert("danger".to_owned(), factors(times, end, trials));
    Summary {
        trials,
        events: 123 * trials,
        outcomes: outcomes.collect(),
        series,
    }
}

/// A first time with the share of trials there at each time, rounded to whole trials.
pub fn first_time(
    title: &str,
    trials: u64,
    times: &[f64],
    reached: impl Fn(&f64) -> f64,
) -> OutcomeSummary {
    let n = trials.max(1) as f64;
    let shares: Vec<f64> = times
        .iter()
        .map(|time| 1.0 - (reached(time) * n).floor() / n)
        .collect();
    let bands: Vec<[f64; 2]> = shares
        .iter()
        .map(|&share| wilson_of_share(share, trials.max(1)))
        .collect();
    let last = shares.last().copied().unwrap_or(1.0);
    OutcomeSummary {
        kind: "first_time".to_owned(),
        title: title.to_owned(),
        unit: Some("year".to_owned()),
        better: None,
        n: trials,
        mean: 1.0,
        sd: None,
        se: None,
        ci95: None,
        quantiles: Quantiles {
            q05: None,
            q25: None,
            q50: None,
            q75: None,
            q95: None,
        },
        censored: (last * n).round() as u64,
        constant: None,
        survival: Some(Survival {
            t: times.to_vec(),
            lo: bands.iter().map(|band| band[0]).collect(),
            hi: bands.iter().map(|band| band[1]).collect(),
            s: shares,
        }),
    }
}

/// Levels as the Belarus scenario has them: danger from the start, then threat, rarely conflict.
pub fn levels(times: &[f64], end: f64) -> SeriesSummary {
    let conflict = |time: &f64| 0.06 * (1.0 - libm::exp(-2.0 * time / end));
    let threat = |time: &f64| {
        0.42 * (1.0 - libm::exp(-4.0 * time / end)) + 0.03 * libm::sin(14.0 * time / end)
    };
    let stability = |time: &f64| 0.22 * libm::pow(time / end, 1.5);
    let column = |share: &dyn Fn(&f64) -> f64| {
        times
            .iter()
            .map(|time| share(time).max(0.0))
            .collect::<Vec<f64>>()
    };
    let mut states = IndexMap::new();
    states.insert("stability".to_owned(), column(&stability));
    states.insert(
        "danger".to_owned(),
        column(&|time| 1.0 - stability(time) - threat(time).max(0.0) - conflict(time)),
    );
    states.insert("threat".to_owned(), column(&threat));
    states.insert("conflict".to_owned(), column(&conflict));
    SeriesSummary {
        states: Some(states),
        ..bare(SeriesKind::Doctrine, "Doctrine level", times)
    }
}

/// A number of active factors that rises from two.
pub fn factors(times: &[f64], end: f64, trials: u64) -> SeriesSummary {
    let mean: Vec<f64> = times
        .iter()
        .map(|time| 2.0 + 1.4 * (1.0 - libm::exp(-3.0 * time / end)))
        .collect();
    let sd = mean
        .iter()
        .map(|mean| if trials > 1 { 0.9 * (mean - 2.0) } else { 0.0 })
        .collect();
    let quantile = |spread: f64| -> Vec<f64> {
        mean.iter()
            .map(|mean| (mean + spread * (mean - 2.0)).round().clamp(0.0, 5.0))
            .collect()
    };
    let quantiles = Quantiles {
        q05: quantile(-1.4),
        q25: quantile(-0.6),
        q50: quantile(0.0),
        q75: quantile(0.7),
        q95: quantile(1.5),
    };
    SeriesSummary {
        sd: Some(sd),
        quantiles: Some(quantiles),
        mean: Some(mean),
        ..bare(SeriesKind::Factors, "Factors of military danger", times)
    }
}

/// A series without values.
pub fn bare(kind: SeriesKind, title: &str, times: &[f64]) -> SeriesSummary {
    SeriesSummary {
        kind,
        title: title.to_owned(),
        unit: None,
        t: times.to_vec(),
        mean: None,
        sd: None,
        quantiles: None,
        states: None,
    }
}

/// Every odd summary by name, with the context it is drawn in.
pub fn odd() -> Vec<(&'static str, Summary, Context<'static>)> {
    let context = context();
    let one = [("conflict", "Conflict", 0.05, 1.0)];
    let long = [
        (
            "a",
            "The first combat-ready multinational brigade at the border of the Union State",
            0.2,
            1.0,
        ),
        (
            "b",
            "Нарушение договора о нейтралитете и развёртывание войск у границы",
            0.05,
            2.0,
        ),
        (
            "c",
            "Supercalifragilisticexpialidociousunbreakablelongnameofanoutcome_without_spaces",
            0.01,
            1.0,
        ),
    ];
    let long_context = Context {
        scenario_title: "<Беларусь> & \"НАТО\": a scenario with a very long title that nobody would write, but \
            somebody will, and it goes on over the end of the first line and even over the end of the second line",
        policy_title: "'Armed neutrality' & <neighbours> with a title as long as that of the scenario, so that it has \
            to be broken into two lines and then to be shortened as well, because two lines are not enough for it",
        ..context
    };
    let mut constant = usual();
    constant
        .series
        .insert("danger".to_owned(), flat(&grid(10.0, 40), 3.0));
    let mut not_numbers = usual();
    for series in not_numbers.series.values_mut() {
        for values in series
            .mean
            .iter_mut()
            .chain(&mut series.sd)
            .chain(series.states.iter_mut().flat_map(IndexMap::values_mut))
        {
            values[3] = f64::NAN;
            values[7] = f64::INFINITY;
        }
    }
    if let Some(survival) = &mut not_numbers.outcomes[0].survival {
        survival.hi.fill(f64::NAN);
    }
    let days = Context {
        time_unit: "day",
        epoch_year: None,
        ..context
    };
    let single = |trials, horizon, steps| summary(trials, &grid(horizon, steps), &one);
    let over = |horizon| Context { horizon, ..context };
    let never = [("conflict", "Conflict", 0.0, 1.0)];
    let rare = [
        ("conflict", "Conflict", 0.01, 1.0),
        ("threat", "Threat", 0.0, 1.0),
    ];
    vec![
        ("one-trial", summary(1, &grid(10.0, 40), &rare), context),
        ("no-trial", single(0, 10.0, 40), context),
        (
            "all-censored",
            summary(10_000, &grid(10.0, 40), &never),
            context,
        ),
        (
            "none-censored",
            summary(500, &grid(10.0, 40), &[("a", "Conflict", 5.0, 1.0)]),
            context,
        ),
        ("constant", constant, context),
        ("not-numbers", not_numbers, context),
        (
            "long-names",
            summary(10_000, &grid(10.0, 40), &long),
            long_context,
        ),
        (
            "twelve",
            summary(2_000, &grid(10.0, 40), &twelve()),
            context,
        ),
        ("one-time", summary(100, &[0.0], &one), context),
        ("no-time", summary(100, &[], &one), context),
        (
            "tiny-horizon",
            single(1_000_000, 0.001, 10),
            Context {
                horizon: 0.001,
                ..days
            },
        ),
        (
            "huge-horizon",
            single(10_000, 1e6, 40),
            Context {
                horizon: 1e6,
                ..days
            },
        ),
        ("no-horizon", usual(), over(f64::NAN)),
        ("half-a-year", single(10_000, 0.5, 40), over(0.5)),
        ("century", single(10_000, 100.0, 40), over(100.0)),
        ("three-years", single(10_000, 3.0, 12), over(3.0)),
        ("seven-levels", many_levels(7), context),
        ("one-level", many_levels(1), context),
        (
            "only-first-times",
            Summary {
                series: IndexMap::new(),
                ..usual()
            },
            context,
        ),
        (
            "only-factors",
            Summary {
                outcomes: IndexMap::new(),
                ..usual()
            },
            context,
        ),
        (
            "no-texts",
            usual(),
            Context {
                scenario_title: "",
                policy_title: "",
                honesty: "",
                ..context
            },
        ),
    ]
}

fn twelve() -> [(&'static str, &'static str, f64, f64); 12] {
    [
        ("o1", "First dispute between Russia and Ukraine", 0.5, 0.8),
        ("o2", "First dispute between Russia and Poland", 0.12, 1.0),
        ("o3", "First dispute with Lithuania", 0.03, 1.0),
        ("o4", "Suspension of the Vienna Document", 0.09, 1.5),
        ("o5", "Lapse of the INF Treaty", 0.2, 3.0),
        ("o6", "Lapse of New START", 0.07, 6.0),
        ("o7", "Tenth battalion in the Baltic states", 0.1, 4.0),
        ("o8", "Threat", 0.3, 1.0),
        ("o9", "War in the region", 0.08, 1.2),
        ("o10", "Conflict on Belarus’s territory", 0.02, 1.2),
        ("o11", "CSTO membership ends", 0.015, 1.0),
        ("o12", "Nuclear use", 0.0, 1.0),
    ]
}

fn flat(times: &[f64], value: f64) -> SeriesSummary {
    let all = |value: f64| vec![value; times.len()];
    let quantiles = Quantiles {
        q05: all(value),
        q25: all(value),
        q50: all(value),
        q75: all(value),
        q95: all(value),
    };
    SeriesSummary {
        mean: Some(all(value)),
        sd: Some(all(0.0)),
        quantiles: Some(quantiles),
        ..bare(SeriesKind::Factors, "Factors of military danger", times)
    }
}

fn many_levels(count: usize) -> Summary {
    let times = grid(10.0, 40);
    let mut summary = usual();
    let states = (0..count)
        .map(|level| {
            (
                format!("level_{level}"),
                vec![1.0 / count as f64; times.len()],
            )
        })
        .collect();
    let series = SeriesSummary {
        states: Some(states),
        ..bare(SeriesKind::Doctrine, "Level", &times)
    };
    summary.series.insert("level".to_owned(), series);
    summary
}
