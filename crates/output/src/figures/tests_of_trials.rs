//! The figures of survival, kinds, distributions, series, states, firings and convergence, read back.

use super::fixtures::{context, usual};
use super::fixtures_of_trials::{
    firings, full, kinds, long_names, looks, many, no_events, one_trial, outcome, whole,
};
use super::inspect::{all_text, view_box};
use super::tests::gallery;
use super::{Figure, FigureError, draw_all};
use detente_report::summary::Summary;

fn drawn(summary: &Summary) -> Vec<Figure> {
    draw_all(summary, &context()).unwrap()
}

fn names(figures: &[Figure]) -> Vec<&str> {
    figures.iter().map(|figure| figure.name.as_str()).collect()
}

fn figure<'f>(figures: &'f [Figure], name: &str) -> &'f Figure {
    let named = figures.iter().find(|figure| figure.name == name);
    named.unwrap_or_else(|| panic!("no `{name}` in {:?}", names(figures)))
}

/// Fields of all rows below the header; no made-up name has a comma.
fn rows(figure: &Figure) -> Vec<Vec<&str>> {
    let lines = figure.csv.lines().skip(1);
    lines.map(|line| line.split(',').collect()).collect()
}

/// The numbers of a column.
fn column(rows: &[Vec<&str>], place: usize) -> Vec<f64> {
    rows.iter()
        .map(|row| row[place].parse().unwrap_or(f64::NAN))
        .collect()
}

fn says(figure: &Figure, labels: &[&str]) {
    let text = all_text(&figure.svg);
    for label in labels {
        assert!(
            text.contains(label),
            "{}: `{label}` is missing in: {text}",
            figure.name
        );
    }
}

#[test]
fn a_full_summary_has_every_figure() {
    assert_eq!(
        names(&drawn(&full())),
        [
            "levels",
            "danger-and-first-times",
            "survival",
            "incidence-dispute",
            "distributions",
            "series",
            "states",
            "firings",
            "convergence-1",
            "convergence-2",
        ]
    );
    let nothing = Summary {
        outcomes: indexmap::IndexMap::new(),
        series: indexmap::IndexMap::new(),
        ..full()
    };
    assert_eq!(names(&drawn(&nothing)), ["firings"]);
}

#[test]
fn survival_has_the_trials_at_risk_and_the_summary_s_numbers() {
    let summary = full();
    let figures = drawn(&summary);
    let survival = figure(&figures, "survival");
    says(
        survival,
        &[
            "(a) First times",
            "(b) First times, rare",
            "the axis does not begin at 0",
            "trials not there yet",
            "Panel (b) shows",
            "First dispute",
        ],
    );
    let rows = rows(survival);
    assert_eq!(rows.len(), 5 * 401);
    let mut place = 0;
    for (name, outcome) in &summary.outcomes {
        let Some(curve) = &outcome.survival else {
            continue;
        };
        let of = &rows[place..place + 401];
        place += 401;
        assert!(
            of.iter()
                .all(|row| row[0] == name && row[1] == outcome.title)
        );
        assert_eq!(column(of, 2), curve.t);
        assert_eq!(column(of, 4), curve.s);
        assert_eq!(column(of, 5), curve.lo);
        assert_eq!(column(of, 6), curve.hi);
        let not_there = (curve.s[400] * outcome.n as f64).round();
        assert_eq!(of[400][7], not_there.to_string());
    }
}

#[test]
fn trials_at_risk_stand_at_the_ticks() {
    let mut summary = usual();
    summary.outcomes.truncate(1);
    let figures = drawn(&summary);
    let curve = summary.outcomes[0].survival.as_ref().unwrap();
    let until = 2024.0 - 2019.665;
    let index = curve.t.iter().rposition(|&t| t <= until).unwrap();
    let count = (curve.s[index] * 10_000.0).round().to_string();
    says(figure(&figures, "survival"), &[&count]);
    assert!(!all_text(&figure(&figures, "survival").svg).contains("does not begin"));
}

#[test]
fn what_is_never_reached_is_said_in_words() {
    let figures = drawn(&no_events());
    says(
        figure(&figures, "survival"),
        &["First threat: in none of 10,000 trials; in at most 0.038 % of trials"],
    );
    says(
        figure(&figures, "incidence-dispute"),
        &["russia, poland, each in at most 0.038 % of trials (upper 95 % limit)"],
    );
    says(
        figure(&figures, "firings"),
        &["No event fired in any trial."],
    );
    says(
        figure(&figures, "distributions"),
        &["0 in all 10,000 trials; another value in at most 0.038 % (upper 95 % limit)"],
    );
    assert!(!names(&figures).contains(&"convergence"));
    says(
        figure(&drawn(&one_trial()), "distributions"),
        &["2 in the only trial; another value in at most 79 %"],
    );
}

#[test]
fn kinds_have_a_curve_each_with_its_share() {
    let summary = full();
    let figures = drawn(&summary);
    let incidence = figure(&figures, "incidence-dispute");
    says(
        incidence,
        &[
            "First dispute, by kind",
            "with russia",
            "53.0 (52.0–54.0)",
            "(b) Kinds, rare",
            "with ukraine, with nobody, each in at most 0.038 %",
        ],
    );
    let rows = rows(incidence);
    assert_eq!(rows.len(), 6 * 401);
    let by = summary.outcomes["dispute"].by.as_ref().unwrap();
    for (index, (kind, summary)) in by.iter().enumerate() {
        let of = &rows[401 * index..401 * (index + 1)];
        assert!(of.iter().all(|row| row[2] == kind));
        assert_eq!(column(of, 5), summary.incidence.p);
        assert_eq!(column(of, 6), summary.incidence.lo);
        assert_eq!(column(of, 7), summary.incidence.hi);
    }
}

#[test]
fn many_kinds_are_parted_into_panels() {
    let all: Vec<(String, u64)> = (0..23).map(|kind| (format!("kind_{kind}"), 300)).collect();
    let all: Vec<(&str, u64)> = all
        .iter()
        .map(|(name, count)| (name.as_str(), *count))
        .collect();
    let mut summary = usual();
    summary.outcomes.clear();
    summary
        .outcomes
        .insert("first".to_owned(), kinds("First", 10_000, &all));
    says(
        figure(&drawn(&summary), "incidence-first"),
        &["(a) Kinds", "(b) Kinds", "(c) Kinds", "kind 22"],
    );
    let first = summary.outcomes["first"].clone();
    summary.outcomes.insert("../<first>".to_owned(), first);
    let figures = drawn(&summary);
    assert!(names(&figures).contains(&"incidence-____first_"));
}

#[test]
fn distributions_keep_every_trial() {
    let summary = full();
    let figures = drawn(&summary);
    let distributions = figure(&figures, "distributions");
    says(
        distributions,
        &[
            "Wars in the region",
            "0: 93.1 % of trials",
            "mean 1.65 (1.63–1.68)",
            "up to x (%)",
            "trials (%)",
            "Hatched",
            "share of the time",
        ],
    );
    let rows = rows(distributions);
    for (name, outcome) in &summary.outcomes {
        let Some(distribution) = &outcome.distribution else {
            assert!(rows.iter().all(|row| row[0] != name));
            continue;
        };
        let of = |part: &str| -> Vec<Vec<&str>> {
            let rows = rows.iter().filter(|row| row[0] == name && row[3] == part);
            rows.cloned().collect()
        };
        if outcome.constant.is_some() {
            assert_eq!(of("constant").len(), 1);
            continue;
        }
        let (bars, zero) = (of("bar"), of("zero"));
        assert!(bars.len() <= 40);
        let trials: f64 = column(&bars, 6).iter().chain(&column(&zero, 6)).sum();
        assert_eq!(trials, outcome.n as f64, "{name}");
        assert_eq!(bars.last().unwrap()[8], "1");
        assert_eq!(column(&of("mean"), 4), [outcome.mean]);
        assert_eq!(
            [9, 10].map(|end| column(&of("mean"), end)[0]),
            outcome.ci95.unwrap()
        );
        if let Some(zero) = zero.first() {
            assert_eq!(zero[6], distribution.zeros.to_string());
        }
        assert_eq!(column(&bars, 4)[0], distribution.edges[0]);
    }
}

#[test]
fn series_and_states_have_the_summary_s_numbers() {
    let summary = full();
    let figures = drawn(&summary);
    let series = figure(&figures, "series");
    says(
        series,
        &[
            "Arms of the west",
            "battalions",
            "billion €",
            "median",
            "mean",
            "(5–95 %)",
        ],
    );
    let fans = rows(series);
    assert_eq!(fans.len(), 4 * 41);
    let of: Vec<Vec<&str>> = fans.iter().filter(|row| row[0] == "gdp").cloned().collect();
    let gdp = &summary.series["gdp"];
    let quantiles = gdp.quantiles.as_ref().unwrap();
    assert_eq!(column(&of, 5), *gdp.mean.as_ref().unwrap());
    assert_eq!(column(&of, 6), quantiles.q05);
    assert_eq!(column(&of, 8), quantiles.q50);
    assert_eq!(column(&of, 10), quantiles.q95);

    let states = figure(&figures, "states");
    says(
        states,
        &["INF Treaty", "lapsed for good", "80.0 (79.2–80.8)"],
    );
    let shares = rows(states);
    assert_eq!(shares.len(), (4 + 2 + 4) * 41);
    let lapsed: Vec<Vec<&str>> = shares
        .iter()
        .filter(|row| row[0] == "inf_treaty" && row[4] == "lapsed for good")
        .cloned()
        .collect();
    let stored = summary.series["inf_treaty"].states.as_ref().unwrap();
    assert_eq!(column(&lapsed, 5), stored["lapsed_for_good"]);
    assert!(!all_text(&states.svg).contains("Doctrine level"));
}

#[test]
fn firings_of_a_size_share_a_panel() {
    let summary = full();
    let figures = drawn(&summary);
    let figure = figure(&figures, "firings");
    says(
        figure,
        &[
            "(a) The most frequent",
            "(b) Less frequent",
            "mean firings per year",
            "No event of these fired in any trial: csto.",
            "lithuania",
        ],
    );
    let rows = rows(figure);
    assert_eq!(rows.len(), 7 * 20);
    for (name, group) in &summary.firings.groups {
        let of: Vec<Vec<&str>> = rows.iter().filter(|row| row[0] == name).cloned().collect();
        assert_eq!(column(&of, 4), group.mean);
        let low: Vec<Option<f64>> = of.iter().map(|row| row[5].parse().ok()).collect();
        assert_eq!(low, group.lo);
        assert_eq!(column(&of, 1), summary.firings.t[..20]);
        assert_eq!(column(&of, 2), summary.firings.t[1..]);
    }
    let near = Summary {
        firings: firings(&[("a", 2.0), ("b", 0.2)], 5, 100),
        ..usual()
    };
    let near = drawn(&near);
    assert!(!all_text(&self::figure(&near, "firings").svg).contains("(b)"));
}

#[test]
fn means_settle_on_a_logarithmic_axis() {
    let summary = full();
    let figures = drawn(&summary);
    says(
        figure(&figures, "convergence-1"),
        &[
            "trials (logarithmic)",
            "10,000",
            "share of trials",
            "mean over all trials",
            "Equal in all trials, so not shown: Exits from the CSTO.",
        ],
    );
    let pages: Vec<Vec<&str>> = figures
        .iter()
        .filter(|figure| figure.name.starts_with("convergence"))
        .flat_map(rows)
        .collect();
    let shown = summary
        .outcomes
        .iter()
        .filter(|(_, outcome)| outcome.constant.is_none());
    let mut place = 0;
    for (name, outcome) in shown {
        let convergence = &outcome.convergence;
        let of = &pages[place..place + convergence.n.len()];
        place += of.len();
        assert!(of.iter().all(|row| row[0] == name));
        assert_eq!(column(of, 4), convergence.mean);
        let high: Vec<Option<f64>> = of.iter().map(|row| row[6].parse().ok()).collect();
        assert_eq!(high, convergence.hi);
    }
    assert_eq!(place, pages.len());
}

#[test]
fn two_looks_are_no_convergence() {
    let mut summary = usual();
    let mut wars = outcome(whole("Wars", 0, &[10, 8]));
    wars.convergence = looks(0.4, 0.5, 15);
    assert_eq!(wars.convergence.n.len(), 2);
    summary.outcomes.insert("wars".to_owned(), wars);
    assert!(!names(&drawn(&summary)).contains(&"convergence"));
}

#[test]
fn pages_hold_twelve_panels_and_fit_on_paper() {
    let figures = drawn(&many(40));
    let names = names(&figures);
    for name in [
        "distributions-3",
        "series-2",
        "convergence-5",
        "survival-2",
        "firings-2",
    ] {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
    says(figure(&figures, "series-2"), &["(2 of 2)"]);
    for (name, figure) in gallery() {
        // A page has 100 units a millimetre.
        let height = view_box(&figure.svg)[1] / 100.0;
        assert!(height <= 275.0, "{name}: {height} mm");
    }
}

#[test]
fn no_name_of_forty_letters_is_cut() {
    for figure in drawn(&long_names()) {
        let text = all_text(&figure.svg);
        assert!(!text.contains('…'), "{}: {text}", figure.name);
    }
}

#[test]
fn torn_distributions_and_firings_are_refused() {
    let mut summary = full();
    if let Some(distribution) = &mut summary.outcomes["wars"].distribution {
        distribution.counts.pop();
    }
    let error = draw_all(&summary, &context()).unwrap_err();
    assert!(matches!(error, FigureError::TornCurve { .. }), "{error}");
    let mut summary = full();
    summary.firings.groups["nato"].lo.pop();
    let error = draw_all(&summary, &context()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`nato` has 20 times, but 19 values in `lo`"
    );
}
