//! Made-up summaries for tests.

use detente_model::scenario::MeasureKind;
use indexmap::IndexMap;

use super::Context;
use detente_report::summary::{
    Convergence, FiringsSummary, OutcomeSummary, Quantiles, SeriesKind, SeriesSummary, Summary,
    Survival,
};
use detente_stats::wilson_of_share;

pub const HONESTY: &str = "Consequences of the assumptions in configs/belarus-2019.toml as of 2019-09-01; not a \
    forecast. Intervals cover simulation error only. 31 of 64 parameters are assumed.";

pub fn context() -> Context<'static> {
    Context {
        scenario_title: "Belarus between NATO and the CSTO",
        policy_title: "Soft NATO cooperation, careful cooperation with Russia, own forces",
        subtitle: None,
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
        firings: no_firings(),
        draws: None,
        obligations: IndexMap::new(),
    }
}

/// No group and no period.
pub fn no_firings() -> FiringsSummary {
    FiringsSummary {
        t: Vec::new(),
        groups: IndexMap::new(),
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
        kind: MeasureKind::FirstTime,
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
        quantiles_ci95: Quantiles {
            q05: [None; 2],
            q25: [None; 2],
            q50: [None; 2],
            q75: [None; 2],
            q95: [None; 2],
        },
        constant: None,
        distribution: None,
        convergence: Convergence {
            n: Vec::new(),
            mean: Vec::new(),
            lo: Vec::new(),
            hi: Vec::new(),
        },
        by: None,
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
        whole: None,
        mean: None,
        sd: None,
        quantiles: None,
        states: None,
    }
}
