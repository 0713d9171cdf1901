//! Made-up summaries for tests that have what trials give beside curves: distributions, looks, kinds, firings.

use detente_model::scenario::MeasureKind;
use indexmap::IndexMap;

use super::fixtures::{bare, context, first_time, grid, levels, usual};
use detente_report::summary::{
    Constant, Convergence, Distribution, FiringsSummary, GroupFirings, Incidence, KindSummary,
    OutcomeSummary, Quantiles, SeriesKind, SeriesSummary, Summary,
};
use detente_stats::{mean_interval, wilson};

/// An outcome over trials: its kind, title and unit, and trials by cells.
pub struct Sample<'a> {
    pub kind: MeasureKind,
    pub title: &'a str,
    pub unit: Option<&'a str>,
    pub zeros: u64,
    pub edges: Vec<f64>,
    pub counts: Vec<u64>,
}

/// Whole numbers from `low` on with so many trials each.
pub fn whole<'a>(title: &'a str, low: i32, counts: &[u64]) -> Sample<'a> {
    let zero_cell = usize::try_from(-low).ok();
    Sample {
        kind: MeasureKind::Entries,
        title,
        unit: None,
        zeros: zero_cell
            .and_then(|cell| counts.get(cell))
            .copied()
            .unwrap_or(0),
        edges: (0..=counts.len())
            .map(|cell| f64::from(low) + cell as f64 - 0.5)
            .collect(),
        counts: counts.to_vec(),
    }
}

/// Cells between two ends with trials by a density, and zeros beside them.
pub fn continuous<'a>(
    title: &'a str,
    unit: &'a str,
    (low, high): (f64, f64),
    zeros: u64,
    density: impl Fn(f64) -> f64,
) -> Sample<'a> {
    const CELLS: usize = 128;
    let edges: Vec<f64> = (0..=CELLS)
        .map(|cell| low + (high - low) * cell as f64 / CELLS as f64)
        .collect();
    let counts = edges.windows(2).map(|ends| {
        let holds_zero = ends[0] <= 0.0 && 0.0 < ends[1];
        let others = density(f64::midpoint(ends[0], ends[1])).max(0.0) as u64;
        others + if holds_zero { zeros } else { 0 }
    });
    Sample {
        kind: MeasureKind::Final,
        title,
        unit: Some(unit),
        zeros,
        counts: counts.collect(),
        edges,
    }
}

/// The summary of a sample; one with all trials in one whole number is constant.
pub fn outcome(sample: Sample) -> OutcomeSummary {
    let n: u64 = sample.counts.iter().sum();
    let middle = |cell: usize| {
        let (from, to) = (sample.edges[cell], sample.edges[cell + 1]);
        f64::midpoint(from, to)
    };
    let values = || {
        sample.counts.iter().enumerate().map(|(cell, &count)| {
            let zeros =
                if sample.zeros > 0 && sample.edges[cell] <= 0.0 && sample.edges[cell + 1] > 0.0 {
                    sample.zeros
                } else {
                    0
                };
            (middle(cell), (count - zeros) as f64)
        })
    };
    let mean = values().map(|(value, count)| value * count).sum::<f64>() / n as f64;
    let squares = values().map(|(value, count)| count * (value - mean) * (value - mean));
    let squares = squares.sum::<f64>() + sample.zeros as f64 * mean * mean;
    let sd = (squares / (n as f64 - 1.0).max(1.0)).sqrt();
    let constant = sd == 0.0;
    OutcomeSummary {
        kind: sample.kind,
        title: sample.title.to_owned(),
        unit: sample.unit.map(str::to_owned),
        n,
        mean,
        sd: Some(sd),
        ci95: (!constant).then(|| mean_interval(mean, sd / (n as f64).sqrt(), n)),
        censored: 0,
        survival: None,
        constant: constant.then(|| Constant {
            value: mean,
            other_probability_upper95: wilson(0, n)[1],
        }),
        distribution: Some(Distribution {
            zeros: sample.zeros,
            edges: sample.edges,
            counts: sample.counts,
        }),
        convergence: looks(mean, sd, n),
        ..first_time("", n, &[], |_| 0.0)
    }
}

/// Looks after 1, 2 and 5 times powers of ten, at a mean that sways as its error allows.
pub fn looks(mean: f64, sd: f64, trials: u64) -> Convergence {
    let round = (1..10).flat_map(|power| [1, 2, 5].map(|digit| digit * 10_u64.pow(power)));
    let n: Vec<u64> = round
        .filter(|&n| n < trials)
        .chain([trials])
        .filter(|&n| n > 0)
        .collect();
    let error = |n: u64| sd / (n as f64).sqrt();
    let means: Vec<f64> = n
        .iter()
        .enumerate()
        .map(|(look, &n)| {
            if n == trials {
                mean
            } else {
                mean + error(n) * libm::sin(2.0 + 1.7 * look as f64)
            }
        })
        .collect();
    let end = |place: usize| -> Vec<Option<f64>> {
        n.iter()
            .zip(&means)
            .map(|(&n, &mean)| (sd > 0.0 && n > 1).then(|| mean_interval(mean, error(n), n)[place]))
            .collect()
    };
    Convergence {
        lo: end(0),
        hi: end(1),
        mean: means,
        n,
    }
}

/// A first time with kinds: name, and trials that come to each by the end.
pub fn kinds(title: &str, trials: u64, kinds: &[(&str, u64)]) -> OutcomeSummary {
    let times = grid(10.0, 400);
    let all = kinds.iter().map(|kind| kind.1).sum::<u64>() as f64 / trials as f64;
    let by = kinds.iter().map(|&(name, reached)| {
        let counts: Vec<u64> = times
            .iter()
            .map(|time| (reached as f64 * libm::pow(time / 10.0, 0.7) + 1e-9) as u64)
            .collect();
        let bands: Vec<[f64; 2]> = counts.iter().map(|&count| wilson(count, trials)).collect();
        let summary = KindSummary {
            reached,
            probability: reached as f64 / trials as f64,
            ci95: wilson(reached, trials),
            incidence: Incidence {
                t: times.clone(),
                p: counts
                    .iter()
                    .map(|&count| count as f64 / trials as f64)
                    .collect(),
                lo: bands.iter().map(|band| band[0]).collect(),
                hi: bands.iter().map(|band| band[1]).collect(),
            },
        };
        (name.to_owned(), summary)
    });
    OutcomeSummary {
        by: Some(by.collect()),
        convergence: looks(7.0, 3.0, trials),
        ..first_time(title, trials, &times, |time| {
            all * libm::pow(time / 10.0, 0.7)
        })
    }
}

/// A number whose quantiles fan out from a beginning.
pub fn fan(
    title: &str,
    unit: Option<&str>,
    times: &[f64],
    (from, spread): (f64, f64),
) -> SeriesSummary {
    let end = times.last().copied().unwrap_or(1.0).max(1e-300);
    let at = |shift: f64| -> Vec<f64> {
        times
            .iter()
            .map(|time| from + spread * (0.5 + shift) * (time / end).sqrt())
            .collect()
    };
    SeriesSummary {
        unit: unit.map(str::to_owned),
        mean: Some(at(0.25)),
        sd: Some(times.iter().map(|_| spread).collect()),
        quantiles: Some(Quantiles {
            q05: at(-1.2),
            q25: at(-0.5),
            q50: at(0.0),
            q75: at(0.7),
            q95: at(1.9),
        }),
        ..bare(SeriesKind::Number, title, times)
    }
}

/// Groups with a mean rate each, over so many periods.
pub fn firings(groups: &[(&str, f64)], periods: usize, trials: u64) -> FiringsSummary {
    let t = grid(10.0, periods);
    let rate = |period: usize, rate: f64, group: usize| {
        rate * (1.0 + 0.4 * libm::sin(period as f64 * 0.7 + group as f64))
    };
    let groups = groups.iter().enumerate().map(|(group, &(name, highest))| {
        let mean: Vec<f64> = (0..periods)
            .map(|period| rate(period, highest, group))
            .collect();
        let end = |place: usize| -> Vec<Option<f64>> {
            let interval = |mean: f64| mean_interval(mean, (mean / trials as f64).sqrt(), trials);
            mean.iter()
                .map(|&mean| (mean > 0.0 && trials > 1).then(|| interval(mean)[place]))
                .collect()
        };
        let firings = GroupFirings {
            lo: end(0),
            hi: end(1),
            mean,
        };
        (name.to_owned(), firings)
    });
    FiringsSummary {
        groups: groups.collect(),
        t,
    }
}

/// The usual summary with all that a run of ten thousand trials finds beside its curves.
pub fn full() -> Summary {
    let mut summary = usual();
    for outcome in summary.outcomes.values_mut() {
        outcome.mean = 6.2;
        outcome.ci95 = Some([6.15, 6.25]);
        outcome.convergence = looks(6.2, 2.5, 10_000);
    }
    let bell = |middle: f64, width: f64, high: f64| {
        move |x: f64| high * libm::exp(-(x - middle) * (x - middle) / (2.0 * width * width))
    };
    let many: Vec<u64> = (0..90)
        .map(|k| bell(30.0, 12.0, 330.0)(f64::from(k)) as u64)
        .collect();
    let ever = OutcomeSummary {
        distribution: None,
        mean: 0.031,
        convergence: looks(0.031, 0.17, 10_000),
        ..outcome(Sample {
            kind: MeasureKind::Ever,
            ..whole("Nuclear use ever", 0, &[9_690, 310])
        })
    };
    let outcomes = [
        (
            "dispute",
            kinds(
                "First dispute",
                10_000,
                &[
                    ("with_russia", 5_300),
                    ("with_poland", 2_100),
                    ("with_lithuania", 240),
                    ("with_latvia", 31),
                    ("with_ukraine", 0),
                    ("with_nobody", 0),
                ],
            ),
        ),
        ("nuclear", ever),
        (
            "threats",
            outcome(whole(
                "Entries into threat",
                0,
                &[2_000, 3_100, 2_600, 1_400, 600, 200, 80, 20],
            )),
        ),
        (
            "wars",
            outcome(whole("Wars in the region", 0, &[9_310, 610, 70, 10])),
        ),
        (
            "events",
            outcome(whole("Events in the region in all", 0, &many)),
        ),
        (
            "balance",
            outcome(whole(
                "Net change of battalions",
                -3,
                &[100, 900, 2_500, 3_000, 2_500, 900, 100],
            )),
        ),
        (
            "threat_share",
            outcome(Sample {
                unit: None,
                kind: MeasureKind::TimeShare,
                ..continuous(
                    "Share of time at threat or above",
                    "",
                    (0.0, 1.0),
                    1_900,
                    |x| 220.0 * libm::exp(-3.0 * x),
                )
            }),
        ),
        (
            "war_share",
            outcome(continuous("Time at war", "years", (0.0, 4.0), 9_310, |x| {
                18.0 * libm::exp(-1.2 * x)
            })),
        ),
        (
            "arms",
            outcome(continuous(
                "Arms of the west at the end",
                "battalions",
                (3.5, 19.0),
                0,
                bell(9.0, 2.4, 165.0),
            )),
        ),
        (
            "trust",
            outcome(continuous(
                "Trust at the end",
                "index",
                (-1.0, 1.0),
                0,
                bell(0.2, 0.3, 170.0),
            )),
        ),
        (
            "cost",
            outcome(continuous(
                "Cost",
                "million €",
                (1.0e6, 5.0e6),
                0,
                bell(2.6e6, 0.6e6, 170.0),
            )),
        ),
        (
            "never",
            outcome(whole("Exits from the CSTO", 0, &[10_000, 0])),
        ),
    ];
    for (name, outcome) in outcomes {
        summary.outcomes.insert(name.to_owned(), outcome);
    }
    let times = grid(10.0, 40);
    let mut whole_fan = fan(
        "Battalions in the Baltic states",
        Some("battalions"),
        &times,
        (4.0, 5.0),
    );
    if let Some(q) = &mut whole_fan.quantiles {
        for column in [&mut q.q05, &mut q.q25, &mut q.q50, &mut q.q75, &mut q.q95] {
            for value in column {
                *value = value.round().max(0.0);
            }
        }
    }
    let three = SeriesSummary {
        kind: SeriesKind::State,
        title: "State of the Vienna Document".to_owned(),
        ..levels(&times, 10.0)
    };
    let two = SeriesSummary {
        states: Some(
            [("in_force", 0.3), ("lapsed_for_good", -0.3)]
                .map(|(name, sign)| {
                    (
                        name.to_owned(),
                        times.iter().map(|t| 0.5 + sign * (1.0 - t / 5.0)).collect(),
                    )
                })
                .into_iter()
                .collect(),
        ),
        ..bare(SeriesKind::State, "INF Treaty", &times)
    };
    let series = [
        (
            "arms_west",
            fan("Arms of the west", Some("battalions"), &times, (6.0, 4.0)),
        ),
        (
            "gdp",
            fan(
                "Gross domestic product",
                Some("billion €"),
                &times,
                (60.0, 3.0),
            ),
        ),
        ("battalions", whole_fan),
        ("flat", fan("Parity", None, &times, (1.0, 0.0))),
        ("treaty", three),
        ("inf_treaty", two),
        (
            "csto",
            SeriesSummary {
                kind: SeriesKind::State,
                title: "Membership in the CSTO".to_owned(),
                ..levels(&times, 20.0)
            },
        ),
    ];
    for (name, series) in series {
        summary.series.insert(name.to_owned(), series);
    }
    let groups = [
        ("belarus", 0.6),
        ("nato", 2.3),
        ("poland", 1.9),
        ("russia", 2.8),
        ("lithuania", 0.04),
        ("csto", 0.0),
        ("other", 0.02),
    ];
    summary.firings = firings(&groups, 20, 10_000);
    summary
}

/// So many outcomes of all sorts, each with what it can have.
pub fn many(count: usize) -> Summary {
    let full = full();
    let outcomes: Vec<&OutcomeSummary> = full.outcomes.values().collect();
    let series: Vec<&SeriesSummary> = full.series.values().collect();
    let mut summary = full.clone();
    for index in 0..count {
        let mut outcome = outcomes[index % outcomes.len()].clone();
        outcome.title = format!("{} {index}", outcome.title);
        summary.outcomes.insert(format!("o{index}"), outcome);
        let mut next = series[index % series.len()].clone();
        next.title = format!("{} {index}", next.title);
        summary.series.insert(format!("s{index}"), next);
    }
    summary.firings = firings(
        &(0..count)
            .map(|group| {
                (
                    ["russia", "nato", "poland", "csto"][group % 4],
                    1.0 + group as f64,
                )
            })
            .collect::<Vec<_>>(),
        20,
        10_000,
    );
    let groups = summary.firings.groups.clone();
    for (index, (name, group)) in (0..count).zip(groups.iter().cycle()) {
        summary
            .firings
            .groups
            .insert(format!("{name}_{index}"), group.clone());
    }
    summary
}

/// Everything called something of forty letters.
pub fn long_names() -> Summary {
    let long = |index: usize| format!("Forty letters of an outcome or so it is {index}");
    let unbroken = |index: usize| format!("forty_letters_of_a_state_or_so_it_is_{index:03}");
    let mut summary = full();
    for (index, outcome) in summary.outcomes.values_mut().enumerate() {
        outcome.title = if index % 3 == 0 {
            unbroken(index)
        } else {
            long(index)
        };
        outcome.unit = outcome
            .unit
            .as_ref()
            .map(|_| "a unit as long as no one would have it".to_owned());
        let by = outcome.by.take();
        outcome.by = by.map(|by| {
            by.into_values()
                .enumerate()
                .map(|(kind, summary)| (unbroken(kind), summary))
                .collect()
        });
    }
    for (index, series) in summary.series.values_mut().enumerate() {
        series.title = long(index);
        let states = series.states.take();
        series.states = states.map(|states| {
            states
                .into_values()
                .enumerate()
                .map(|(state, shares)| (unbroken(state), shares))
                .collect()
        });
    }
    let groups: IndexMap<String, GroupFirings> = summary
        .firings
        .groups
        .into_values()
        .enumerate()
        .map(|(group, firings)| (unbroken(group), firings))
        .collect();
    summary.firings.groups = groups;
    summary
}

/// One trial of everything.
pub fn one_trial() -> Summary {
    let mut summary = full();
    summary.trials = 1;
    summary.outcomes.clear();
    let once = [
        (
            "first",
            kinds("First dispute", 1, &[("russia", 1), ("poland", 0)]),
        ),
        ("wars", outcome(whole("Wars", 0, &[0, 0, 1]))),
        (
            "time",
            outcome(Sample {
                kind: MeasureKind::Final,
                ..whole("Arms at the end", 7, &[1])
            }),
        ),
    ];
    summary
        .outcomes
        .extend(once.map(|(name, outcome)| (name.to_owned(), outcome)));
    summary.firings = firings(&[("russia", 3.0), ("other", 0.0)], 1, 1);
    summary
}

/// No event in any trial: all is as it was at the beginning.
pub fn no_events() -> Summary {
    let mut summary = full();
    summary.events = 0;
    for outcome in summary.outcomes.values_mut() {
        *outcome = OutcomeSummary {
            title: outcome.title.clone(),
            constant: Some(Constant {
                value: if outcome.survival.is_some() {
                    10.0
                } else {
                    0.0
                },
                other_probability_upper95: wilson(0, 10_000)[1],
            }),
            ..match (&outcome.by, &outcome.survival) {
                (Some(_), _) => kinds("", 10_000, &[("russia", 0), ("poland", 0)]),
                (None, Some(_)) => first_time("", 10_000, &grid(10.0, 400), |_| 0.0),
                (None, None) => self::outcome(whole("", 0, &[10_000])),
            }
        };
    }
    let times = grid(10.0, 40);
    summary.series.insert(
        "arms_west".to_owned(),
        fan("Arms of the west", None, &times, (0.0, 0.0)),
    );
    summary
        .series
        .insert("gdp".to_owned(), fan("Debt", None, &times, (-7.5, 0.0)));
    summary.firings = firings(&[("russia", 0.0), ("nato", 0.0)], 20, 10_000);
    summary
}

/// Every summary of this file by name, with its context.
pub fn all() -> Vec<(&'static str, Summary, super::Context<'static>)> {
    let context = context();
    let without_series = Summary {
        series: IndexMap::new(),
        ..full()
    };
    let without_outcomes = Summary {
        outcomes: IndexMap::new(),
        ..full()
    };
    let one_period = Summary {
        firings: firings(&[("russia", 3.0), ("nato", 0.2)], 1, 10_000),
        ..full()
    };
    let mut millions = full();
    for outcome in millions.outcomes.values_mut() {
        outcome.n = 1_000_000;
    }
    let mut no_numbers = full();
    for outcome in no_numbers.outcomes.values_mut() {
        outcome.mean = f64::NAN;
        for mean in outcome.convergence.mean.iter_mut().take(2) {
            *mean = f64::NAN;
        }
    }
    for series in no_numbers.series.values_mut() {
        for mean in series.mean.iter_mut().flatten().take(3) {
            *mean = f64::INFINITY;
        }
    }
    let days = super::Context {
        time_unit: "day",
        epoch_year: None,
        ..context
    };
    vec![
        ("full", full(), context),
        ("full-in-days", full(), days),
        ("full-one-trial", one_trial(), context),
        ("full-no-events", no_events(), context),
        ("full-long-names", long_names(), context),
        ("full-without-series", without_series, context),
        ("full-without-outcomes", without_outcomes, context),
        ("full-one-period", one_period, context),
        ("full-forty", many(40), context),
        ("full-millions", millions, context),
        ("full-no-numbers", no_numbers, context),
    ]
}
