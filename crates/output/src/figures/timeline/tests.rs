//! Timelines drawn from made-up trials and read back as they would be painted.

use super::fixtures::{all, arms_race, eventful, quiet, walk};
use super::{paired_timeline, timeline};
use crate::figures::inspect::{all_text, check_page, check_points};
use crate::figures::{Figure, png};
use detente_report::paired::{Link, PairedTrial};
use detente_report::trajectory::{Change, Cut, Held, Step, StepCause, Trajectory};

fn drawn(trajectory: &Trajectory) -> (Figure, String) {
    let figure = timeline(trajectory).unwrap();
    let text = all_text(&figure.svg);
    (figure, text)
}

#[test]
fn texts_neither_overlap_nor_leave_the_page() {
    for (name, trial) in all() {
        let (figure, _) = drawn(&trial);
        check_page(name, &figure.svg);
        check_points(name, &figure.svg, 7.0);
    }
}

#[test]
fn the_same_trial_gives_the_same_bytes() {
    for (name, trial) in all() {
        assert_eq!(
            timeline(&trial).unwrap(),
            timeline(&trial).unwrap(),
            "{name}"
        );
    }
}

#[test]
fn a_trial_says_what_it_shows() {
    let (figure, text) = drawn(&eventful());
    assert_eq!(figure.name, "trial-17");
    for label in [
        "Trial 17 over time: Belarus between Russia and NATO",
        "150 steps · policy: Multi-vector · seed 7",
        "stability",
        "conflict",
        "factors of danger",
        "factors of threat",
        "belarus (3",
        "no actor (",
        "choices of the policy (5)",
        "forces nato 8 to 25",
        "year (ticks at 1 January)",
        "2028",
        "danger to conflict",
        "(on: (b) Declaration and demonstration of force)",
        "and 7 more, in the CSV",
        "not a forecast",
    ] {
        assert!(text.contains(label), "`{label}` is missing in: {text}");
    }
}

/// Of five numbers that move, the three that are drawn are no counts within a window while there are others. A window's count rises by
/// events and falls by their consequences; what falls otherwise is none.
#[test]
fn counts_within_windows_are_drawn_last() {
    let mut trial = quiet();
    let number = |name: &str, from: f64, to: f64| Change {
        name: name.to_owned(),
        from: Held::Number(from),
        to: Held::Number(to),
    };
    let step = |t: f64, cause: StepCause, changes: Vec<Change>| Step {
        cause,
        changes,
        ..super::fixtures::step(t, "event")
    };
    for name in ["acts_12m", "acts_24m", "stock", "heat", "ready"] {
        trial.initial.insert(name.to_owned(), Held::Number(0.0));
    }
    for round in 0..8_u32 {
        let at = f64::from(round);
        let count = f64::from(round % 4);
        for (name, window) in [("acts_12m", true), ("acts_24m", true), ("stock", false)] {
            let back = if window {
                StepCause::Consequence
            } else {
                StepCause::Rate
            };
            let up = number(name, count, count + 1.0);
            trial.steps.push(step(at + 0.1, StepCause::Rate, vec![up]));
            let down = number(name, count + 1.0, count);
            trial.steps.push(step(at + 0.6, back, vec![down]));
        }
        for name in ["heat", "ready"] {
            let up = number(name, f64::from(round / 2), f64::from(round / 2 + 1));
            trial.steps.push(step(at + 0.7, StepCause::Rate, vec![up]));
        }
    }
    let drawn = super::held::variables(&trial, 10.0);
    let names: Vec<String> = drawn.iter().map(super::held::Variable::label).collect();
    assert_eq!(names.len(), 3, "{names:?}");
    for name in ["stock", "heat", "ready"] {
        assert!(names.iter().any(|drawn| drawn == name), "{name}: {names:?}");
    }
}

/// Numbers far from 1 have ends that differ.
#[test]
fn ranges_have_two_ends() {
    for (values, range) in [
        ([1e-12, 3e-12, 5e-11], "1.00e–12 to 5.00e–11"),
        (
            [1e15, 1.02e15, 1.040_704_622_249e15],
            "1.0000e15 to 1.0407e15",
        ),
        ([0.0, 0.5, 2.5], "0.00 to 2.50"),
    ] {
        let mut trial = quiet();
        trial.initial.clear();
        let held = Held::Number(values[0]);
        trial.initial.insert("number".to_owned(), held);
        for (index, to) in values.into_iter().enumerate().skip(1) {
            let mut step = super::fixtures::step(index as f64, "event");
            step.changes.push(Change {
                name: "number".to_owned(),
                from: Held::Number(values[index - 1]),
                to: Held::Number(to),
            });
            trial.steps.push(step);
        }
        let drawn = super::held::variables(&trial, 10.0);
        assert_eq!(drawn[0].range_label(), range);
    }
}

#[test]
fn few_events_have_a_row_each() {
    let (_, text) = drawn(&arms_race());
    for label in [
        "What is called event 11 (",
        "W 4 to 10",
        "time since the start (year)",
    ] {
        let label = label.replace("event 11", "event_11");
        assert!(text.contains(&label), "`{label}` is missing in: {text}");
    }
    assert!(!text.contains("factors") && !text.contains("Changes of level"));
}

#[test]
fn a_failed_trial_shows_where_it_stopped_and_why() {
    for name in ["failed", "failed-at-once"] {
        let (_, trial) = all().into_iter().find(|(which, _)| *which == name).unwrap();
        let (_, text) = drawn(&trial);
        assert!(text.contains("stopped here"), "{text}");
        assert!(text.contains("The trial could not go on: "), "{text}");
    }
}

#[test]
fn a_trial_in_which_nothing_happens_is_a_figure() {
    let (figure, text) = drawn(&quiet());
    assert!(
        text.contains("nothing happened") && text.contains("0 steps"),
        "{text}"
    );
    assert_eq!(figure.csv.lines().count(), 1);
}

#[test]
fn the_table_has_a_row_a_step() {
    let (figure, _) = drawn(&eventful());
    let lines: Vec<&str> = figure.csv.lines().collect();
    assert_eq!(lines.len(), 151);
    assert_eq!(
        lines[0],
        "step,t,date,name,title,actor,cause,caused_by,branch,changes,level_before,level_after,factors"
    );
    assert!(
        lines[6].ends_with(",nato,rate,,,,danger,threat,'+demonstration"),
        "{}",
        lines[6]
    );
    assert!(lines[7].ends_with(",,threat,threat,"), "{}", lines[7]);
    assert!(lines[4].contains(",forces_nato 8 → 9,"), "{}", lines[4]);
}

#[test]
fn it_can_be_painted() {
    assert!(
        png(&drawn(&eventful()).0.svg)
            .unwrap()
            .starts_with(b"\x89PNG")
    );
}

/// Ten times the steps take about ten times as long, and no more room on the page. A quadratic figure takes a hundred times as long;
/// the bound is four times what is linear, for a machine that is busy meanwhile.
#[test]
fn time_and_size_grow_no_faster_than_the_steps() {
    let measured = |steps: usize| {
        let trial = walk(steps);
        let draw = || {
            let start = std::time::Instant::now();
            let figure = timeline(&trial).unwrap();
            (start.elapsed(), figure.svg.len())
        };
        (0..3).map(|_| draw()).min().unwrap()
    };
    let (few, many) = (measured(10_000), measured(100_000));
    assert!(many.0 < 40 * few.0, "{:?} against {:?}", many.0, few.0);
    assert!(many.1 < 2 * few.1, "{} against {} bytes", many.1, few.1);
}

#[test]
fn a_cut_trial_shows_where_and_of_how_much() {
    let mut trial = walk(50);
    let whole = drawn(&trial).1;
    assert!(
        whole.contains("50 steps") && !whole.contains("cut here"),
        "{whole}"
    );
    trial.cut = Some(Cut {
        steps_in_all: 12_345,
        t: 6.25,
    });
    let (figure, text) = drawn(&trial);
    check_page("cut", &figure.svg);
    for label in [
        "cut here",
        "the first 50 of 12,345 steps",
        "Cut at t = 6.25, before the horizon of 10",
    ] {
        assert!(text.contains(label), "`{label}` is missing in: {text}");
    }
    assert_eq!(figure.csv.lines().count(), 51);
}

/// A trial beside the first two thirds of it, which share ten steps.
fn paired(trial: &Trajectory) -> PairedTrial {
    let mut other = Trajectory {
        policy: format!("{}-otherwise", trial.policy),
        ..trial.clone()
    };
    other.steps.truncate(trial.steps.len() * 2 / 3);
    let shared = other.steps.len().min(10);
    let parting = trial.steps.get(shared).map(|step| Link {
        t: step.t,
        steps: [Some(shared), None],
        counterpart: None,
        reason: None,
    });
    PairedTrial {
        trajectories: [trial.clone(), other],
        at_start: Vec::new(),
        rules: [Vec::new(), Vec::new()],
        shared: (0..shared).map(|step| [step, step]).collect(),
        parting,
        links: Vec::new(),
        outcomes: Vec::new(),
    }
}

#[test]
fn pairs_of_trials_keep_to_their_page() {
    for (name, trial) in all() {
        let pair = paired(&trial);
        let figure = paired_timeline(&pair).unwrap();
        check_page(name, &figure.svg);
        check_points(name, &figure.svg, 7.0);
        assert_eq!(figure, paired_timeline(&pair).unwrap(), "{name}");
        png(&figure.svg).unwrap();
    }
}

#[test]
fn a_pair_says_where_it_parts() {
    let figure = paired_timeline(&paired(&eventful())).unwrap();
    let text = all_text(&figure.svg);
    assert_eq!(figure.name, "trial-17-against-multi-vector-otherwise");
    for label in [
        "Trial 17 under two policies: Belarus between Russia and NATO",
        "A: multi-vector · B: multi-vector-otherwise · seed 7",
        "They part, 2019-11-11",
        "Event 10 of the region and its neighbours, under A alone.",
        "forces nato 8 to 25",
        "pale ones are the same under both",
    ] {
        assert!(text.contains(label), "`{label}` is missing in: {text}");
    }
    let lines: Vec<&str> = figure.csv.lines().collect();
    assert_eq!(lines.len(), 251);
    assert!(lines[1].starts_with("multi-vector,0,,0,"), "{}", lines[1]);
    assert!(
        lines[11].starts_with("multi-vector,,yes,10,"),
        "{}",
        lines[11]
    );
    assert!(
        lines[151].starts_with("multi-vector-otherwise,0,,0,"),
        "{}",
        lines[151]
    );
    let quiet = paired_timeline(&paired(&quiet())).unwrap();
    let text = all_text(&quiet.svg);
    assert!(
        text.contains("The two policies part nowhere in this trial."),
        "{text}"
    );
    assert!(!text.contains("They part,"), "{text}");
}
