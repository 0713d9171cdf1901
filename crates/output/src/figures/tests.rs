//! The figures as a whole, drawn from made-up summaries and read back as they would be painted.

use indexmap::IndexMap;

use super::edge_cases::edge_cases;
use super::fixtures::{HONESTY, context, usual};
use super::inspect::{all_text, check_page, check_points, texts, view_box};
use super::{Context, Figure, FigureError, draw_all, png};
use detente_report::summary::Summary;

/// Every figure of every made-up summary.
pub fn gallery() -> Vec<(String, Figure)> {
    let mut all = Vec::new();
    let summaries = edge_cases()
        .into_iter()
        .chain([("usual", usual(), context())]);
    for (name, summary, context) in summaries {
        for figure in draw_all(&summary, &context).unwrap() {
            all.push((format!("{name}/{}", figure.name), figure));
        }
    }
    all
}

#[test]
fn texts_neither_overlap_nor_leave_the_page() {
    for (name, figure) in gallery() {
        let found = texts(&figure.svg).len();
        assert!(found > 5, "{name}: {found} texts");
        check_page(&name, &figure.svg);
    }
}

#[test]
fn the_usual_figures_say_what_they_show() {
    let figures = draw_all(&usual(), &context()).unwrap();
    let [levels, both, survival] = figures.as_slice() else {
        panic!("{} figures", figures.len())
    };
    assert!(all_text(&survival.svg).contains("trials not there yet"));
    let text = all_text(&levels.svg);
    for label in [
        "stability",
        "danger",
        "threat",
        "conflict",
        "2020",
        "2028",
        "100",
        "10,000 trials",
        "year (ticks at 1 January)",
    ] {
        assert!(text.contains(label), "`{label}` is missing in: {text}");
    }
    assert!(
        text.contains("half-width (Wilson) at most 1.0 percentage points"),
        "{text}"
    );
    let text = all_text(&both.svg);
    for label in [
        "(a) Factors of military danger",
        "(b) First times",
        "(c) First times, rare",
        "First threat",
        "95 % interval of the mean",
        "2024",
    ] {
        assert!(text.contains(label), "`{label}` is missing in: {text}");
    }
    for figure in figures {
        assert!(
            all_text(&figure.svg)
                .contains("not a forecast. Intervals cover simulation error only.")
        );
        assert!(figure.svg.contains("<title id=") && figure.svg.contains("<desc id="));
        assert_eq!(figure.svg.matches("@font-face").count(), 2);
    }
    assert!(HONESTY.ends_with("are assumed."));
}

/// Headings and legends of the panels of first times, with the height of the page.
fn first_times_of(name: &str) -> (String, f32) {
    let (_, figure) = gallery()
        .into_iter()
        .find(|(which, _)| *which == format!("{name}/danger-and-first-times"))
        .unwrap();
    // A page has 100 units a millimetre.
    (all_text(&figure.svg), view_box(&figure.svg)[1] / 100.0)
}

#[test]
fn rare_first_times_have_a_panel_of_their_own() {
    let (text, height) = first_times_of("usual");
    assert!(text.contains("Panel (c) shows"), "{text}");
    let rare_panel = text.find("(c) First times, rare").unwrap();
    for (title, rarely) in [
        ("First threat", false),
        ("First war in the region", false),
        ("Lapse of the INF Treaty", true),
        ("Conflict on Belarus’s territory", true),
    ] {
        let place = text.find(title).unwrap();
        assert_eq!(place > rare_panel, rarely, "{title}");
    }
    assert!(height <= 160.0, "{height} mm");
}

#[test]
fn pages_of_three_panels_stay_low() {
    for (name, most) in [
        ("one-rare", 160.0),
        ("twelve", 172.0),
        ("twelve-half-rare", 172.0),
    ] {
        let (text, height) = first_times_of(name);
        assert!(text.contains("(c) First times, rare"), "{name}");
        assert!(height <= most, "{name}: {height} mm");
    }
    let (text, height) = first_times_of("rare-without-factors");
    assert!(text.contains("(a) First times") && text.contains("(b) First times, rare"));
    assert!(text.contains("Panel (b) shows") && height < 125.0);
}

#[test]
fn first_times_of_one_size_share_a_panel() {
    for name in ["only-rare", "all-zero", "one-trial", "one-trial-half-there"] {
        let (text, _) = first_times_of(name);
        assert!(text.contains("(b) First times"), "{name}");
        assert!(!text.contains("(c)") && !text.contains("rare"), "{name}");
    }
}

#[test]
fn no_text_is_smaller_than_seven_points() {
    for (name, figure) in gallery() {
        check_points(&name, &figure.svg, 7.0);
    }
}

#[test]
fn the_same_summary_gives_the_same_bytes() {
    let [first, second] = [(), ()].map(|()| gallery());
    assert_eq!(first, second);
}

#[test]
fn without_data_there_is_no_figure() {
    let empty = Summary {
        trials: 0,
        events: 0,
        outcomes: IndexMap::new(),
        series: IndexMap::new(),
        firings: super::fixtures::no_firings(),
        draws: None,
        obligations: IndexMap::new(),
    };
    assert_eq!(draw_all(&empty, &context()).unwrap(), []);
}

#[test]
fn torn_curves_are_refused_by_name() {
    let mut torn = usual();
    if let Some(survival) = &mut torn.outcomes[1].survival {
        survival.hi.pop();
    }
    let error = draw_all(&torn, &context()).unwrap_err();
    assert!(matches!(error, FigureError::TornCurve { .. }));
    assert_eq!(
        error.to_string(),
        "`First war in the region` has 401 times, but 400 values in `hi`"
    );
}

#[test]
fn tables_hold_every_number_and_read_back() {
    for (name, figure) in gallery() {
        let mut lines = figure.csv.lines();
        let columns = lines.next().unwrap().split(',').count();
        assert!(lines.clone().count() > 0, "{name}");
        for line in lines.filter(|line| !line.contains('"')) {
            assert_eq!(line.split(',').count(), columns, "{name}: {line}");
            assert!(
                !line.contains("NaN") && !line.contains("inf,"),
                "{name}: {line}"
            );
        }
    }
    let figures = draw_all(&usual(), &context()).unwrap();
    assert!(
        figures[0]
            .csv
            .starts_with("time_year,calendar_year,level,share,")
    );
    assert_eq!(figures[0].csv.lines().count(), 1 + 4 * 41);
    assert_eq!(figures[1].csv.lines().count(), 1 + 41 + 4 * 401);
}

#[test]
fn a_first_time_nobody_reaches_shows_its_upper_limit() {
    let summary = super::fixtures::summary(
        10_000,
        &super::fixtures::grid(10.0, 40),
        &[("never", "Never", 0.0, 1.0)],
    );
    let figures = draw_all(&summary, &context()).unwrap();
    assert!(all_text(&figures[1].svg).contains("0.00 (0.00–0.04)"));
}

#[test]
fn pictures_are_painted_from_the_embedded_fonts() {
    let figures = draw_all(
        &usual(),
        &Context {
            scenario_title: "Беларусь",
            ..context()
        },
    )
    .unwrap();
    let picture = png(&figures[0].svg).unwrap();
    // Width in the header of the PNG: 180 mm at 300 dots an inch.
    assert_eq!(
        u32::from_be_bytes(picture[16..20].try_into().unwrap()),
        2126
    );
}
