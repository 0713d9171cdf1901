//! Timelines drawn from made-up trials and read back as they would be painted.

use super::fixtures::{all, arms_race, eventful, quiet};
use super::{paired_timeline, timeline};
use crate::figures::inspect::{all_text, check_page, check_points};
use crate::figures::{Figure, png};
use crate::store::{Link, PairedTrial, Trajectory};

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
        "Trial 17 over time: belarus-2019",
        "150 steps · policy: multi-vector · seed 7",
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
        "Trial 17 under two policies: belarus-2019",
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
