//! The figures of comparisons as a whole, drawn from made-up ones and read back as they would be painted.

use super::draw;
use super::fixtures::{Made, names};
use crate::figures::inspect::{all_text, check_page, check_points};
use crate::figures::{Figure, FigureError};
use detente_report::comparison::Comparison;

/// The usual comparison and the odd ones that must draw too, by name.
fn comparisons() -> Vec<(&'static str, Comparison)> {
    let long_titles = vec![
        (
            "The first combat-ready multinational brigade at the border of the Union State, whatever its strength may be",
            "ever",
            Some("lower"),
        ),
        (
            "Supercalifragilisticexpialidociousunbreakablelongnameofanoutcome_without_spaces",
            "first_time",
            Some("higher"),
        ),
    ];
    let long_names = [
        "a-policy_with-a-name-that-is-much-too-long_to-stand-beside-its-row-in-one-line-or-even-in-two",
        "Нарушение-договора",
        "unbreakablenameofapolicywithoutanyplacetobreakit",
    ];
    let all = [
        ("usual", Made::default()),
        (
            "two",
            Made {
                policies: names(2),
                outcomes: vec![("Visits", "entries", None)],
                draws: false,
                obligations: 0,
                ..Made::default()
            },
        ),
        (
            "many",
            Made {
                policies: names(64),
                outcomes: vec![
                    ("Conflict", "ever", Some("lower")),
                    ("First conflict", "first_time", Some("higher")),
                ],
                obligations: 30,
                ..Made::default()
            },
        ),
        (
            "equal",
            Made {
                equal: true,
                ..Made::default()
            },
        ),
        (
            "equal-many",
            Made {
                policies: names(64),
                equal: true,
                draws: false,
                obligations: 0,
                ..Made::default()
            },
        ),
        (
            "long",
            Made {
                policies: long_names.map(str::to_owned).to_vec(),
                outcomes: long_titles,
                ..Made::default()
            },
        ),
    ];
    all.map(|(name, made)| (name, made.comparison())).to_vec()
}

fn figure<'f>(figures: &'f [Figure], name: &str) -> &'f Figure {
    let found = figures.iter().find(|figure| figure.name == name);
    found.unwrap_or_else(|| panic!("there is no {name}"))
}

#[test]
fn texts_neither_overlap_nor_leave_the_page() {
    for (name, comparison) in comparisons() {
        for figure in draw(&comparison).unwrap() {
            let name = format!("{name}/{}", figure.name);
            check_page(&name, &figure.svg);
            check_points(&name, &figure.svg, 7.0);
            let text = all_text(&figure.svg);
            assert!(
                text.contains("not a forecast") && text.contains("seed 7"),
                "{name}: {text}"
            );
        }
    }
}

#[test]
fn the_same_comparison_gives_the_same_bytes() {
    let comparison = Made::default().comparison();
    assert_eq!(draw(&comparison).unwrap(), draw(&comparison).unwrap());
}

/// Every table has as many fields in a row as in its head, and none is no number.
#[test]
fn tables_read_back() {
    for (name, comparison) in comparisons() {
        for figure in draw(&comparison).unwrap() {
            let mut lines = figure.csv.lines();
            let columns = lines.next().unwrap().split(',').count();
            assert!(lines.clone().count() > 0, "{name}/{}", figure.name);
            for line in lines.filter(|line| !line.contains('"')) {
                assert_eq!(
                    line.split(',').count(),
                    columns,
                    "{name}/{}: {line}",
                    figure.name
                );
                assert!(
                    !line.contains("NaN") && !line.contains("inf"),
                    "{name}: {line}"
                );
            }
        }
    }
}

#[test]
fn a_comparison_has_the_figures_that_it_has_data_for() {
    let names = |comparison: &Comparison| -> Vec<String> {
        let figures = draw(comparison).unwrap();
        figures.into_iter().map(|figure| figure.name).collect()
    };
    assert_eq!(
        names(&Made::default().comparison()),
        [
            "differences",
            "survival-differences",
            "pareto",
            "obligations",
            "sharing",
            "tornado-1",
            "tornado-2",
            "tornado-3",
            "tornado-4",
            "best"
        ]
        .map(str::to_owned)
    );
    let (_, two) = comparisons().remove(1);
    assert_eq!(names(&two), ["differences", "sharing"]);
    let nothing = Made {
        policies: vec!["alone".to_owned()],
        outcomes: Vec::new(),
        draws: false,
        obligations: 0,
        equal: false,
    };
    assert_eq!(names(&nothing.comparison()), Vec::<String>::new());
}

#[test]
fn forest_plots_say_how_sure_differences_are() {
    let comparison = Made::default().comparison();
    let figures = draw(&comparison).unwrap();
    let forest = figure(&figures, "differences");
    let text = all_text(&forest.svg);
    for part in [
        "may be the best",
        "another policy is better",
        "lower is better",
        "higher is better",
        "difference from multi-vector-0 (percentage points)",
        "in all trials",
        "Squares have no interval",
    ] {
        assert!(text.contains(part), "`{part}` is missing in: {text}");
    }
    assert!(!text.contains("Cost of forces"), "{text}");
    let pair = &comparison.outcomes["outcome_0"].pairs[0];
    let [low, high] = pair.ci95.unwrap();
    let row = format!(
        "outcome_0,Conflict on Belarus’s territory,ever,,lower,csto-integration-1,multi-vector-0,{},{low},{high},0.02,4000,",
        pair.estimate
    );
    assert!(forest.csv.contains(&row), "{row}\n{}", forest.csv);
    let (_, equal) = comparisons().remove(3);
    let figures = draw(&equal).unwrap();
    assert!(all_text(&figure(&figures, "differences").svg).contains("no trial differs"));
    assert!(
        !figures
            .iter()
            .any(|figure| figure.name.starts_with("sharing"))
    );
}

#[test]
fn obligations_are_told_in_words_at_both_ends() {
    let figures = draw(&Made::default().comparison()).unwrap();
    let table = figure(&figures, "obligations");
    let text = all_text(&table.svg);
    for part in [
        "never",
        "always",
        "in all trials",
        "23.1 %",
        "in 55.4 %",
        "in < 1.0 %",
    ] {
        assert!(text.contains(part), "`{part}` is missing in: {text}");
    }
    assert_eq!(table.csv.lines().count(), 1 + 3 * 6);
}

#[test]
fn fronts_name_their_members_or_number_them() {
    let figures = draw(&Made::default().comparison()).unwrap();
    let front = figure(&figures, "pareto");
    assert!(all_text(&front.svg).contains("nato-turn-2 ("));
    assert!(front.csv.contains("nato-turn-2,"));
    let (_, many) = comparisons().remove(2);
    let figures = draw(&many).unwrap();
    let front = figure(&figures, "pareto");
    assert!(all_text(&front.svg).contains("64 hedge-63 ("));
    let (_, equal) = comparisons().remove(4);
    let figures = draw(&equal).unwrap();
    assert!(all_text(&figure(&figures, "pareto").svg).contains("1–64"));
}

#[test]
fn pages_that_are_left_out_are_told() {
    let many = Made {
        policies: names(64),
        outcomes: vec![("First conflict", "first_time", Some("higher")); 12],
        obligations: 0,
        ..Made::default()
    };
    let figures = draw(&many.comparison()).unwrap();
    let pages = |stem: &str| {
        let pages = figures.iter().filter(|of| of.name.starts_with(stem));
        pages.collect::<Vec<_>>()
    };
    // A page an outcome for twelve policies besides the baseline; thirteen rows an outcome.
    assert_eq!(pages("survival-differences").len(), 12);
    assert_eq!(pages("tornado").len(), 20);
    for stem in ["survival-differences", "sharing", "tornado", "best"] {
        let text = all_text(&pages(stem)[0].svg);
        assert!(text.contains("12 of 63 policies"), "{stem}: {text}");
        assert!(text.contains("comparison.json has all"), "{stem}: {text}");
    }
    let best = pages("best")
        .into_iter()
        .map(|of| of.csv.lines().count() - 1);
    assert_eq!(best.sum::<usize>(), 12 * 13);
    let text = all_text(&pages("tornado")[0].svg);
    assert!(
        text.contains("correlations.csv has all correlations"),
        "{text}"
    );
}

#[test]
fn torn_curves_are_refused_by_name() {
    let mut torn = Made::default().comparison();
    let pair = &mut torn.outcomes["outcome_2"].pairs[0];
    pair.survival.as_mut().unwrap().hi.pop();
    let error = draw(&torn).unwrap_err();
    assert!(matches!(error, FigureError::TornCurve { .. }));
    assert!(error.to_string().contains("400 values in `hi`"), "{error}");
}
