//! Summaries at the edges of what there can be, which must draw too.

use indexmap::IndexMap;

use super::fixtures::{bare, context, grid, summary, usual};
use super::{Context, fixtures_of_trials};
use detente_report::summary::{Quantiles, SeriesKind, SeriesSummary, Summary};

/// Every such summary by name, with the context it is drawn in.
pub fn edge_cases() -> Vec<(&'static str, Summary, Context<'static>)> {
    let mut all = edge_curves();
    all.extend(fixtures_of_trials::all());
    all
}

fn edge_curves() -> Vec<(&'static str, Summary, Context<'static>)> {
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
    let sure = ("threat", "Threat", 1e3, 1.0);
    let no_one = ("conflict", "Conflict", 0.0, 1.0);
    let rare = [
        ("conflict", "Conflict", 0.01, 1.0),
        ("threat", "Threat", 0.0, 1.0),
    ];
    vec![
        ("one-trial", summary(1, &grid(10.0, 40), &rare), context),
        ("no-trial", single(0, 10.0, 40), context),
        (
            "all-censored",
            summary(10_000, &grid(10.0, 40), &[no_one]),
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
        (
            "twelve-half-rare",
            summary(2_000, &grid(10.0, 40), &half_rare()),
            context,
        ),
        (
            "only-rare",
            summary(10_000, &grid(10.0, 40), &half_rare()[6..9]),
            context,
        ),
        (
            "all-zero",
            summary(10_000, &grid(10.0, 40), &half_rare().map(never)),
            context,
        ),
        (
            "one-trial-half-there",
            summary(1, &grid(10.0, 40), &[sure, no_one]),
            context,
        ),
        (
            "one-rare",
            summary(10_000, &grid(10.0, 40), &[sure, no_one]),
            context,
        ),
        (
            "rare-without-factors",
            Summary {
                series: IndexMap::new(),
                ..summary(2_000, &grid(10.0, 40), &half_rare())
            },
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

fn twelve() -> [Law; 12] {
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

/// Name, title, hazard and shape of a first time.
type Law = (&'static str, &'static str, f64, f64);

/// Twelve first times, the last six of them below a fifth of the first.
fn half_rare() -> [Law; 12] {
    let mut all = twelve();
    for (place, law) in all.iter_mut().enumerate() {
        law.2 = if place < 6 { 0.5 } else { 0.01 } / (1.0 + place as f64 / 12.0);
        law.3 = 1.0;
    }
    all
}

fn never(law: Law) -> Law {
    (law.0, law.1, 0.0, 1.0)
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
