//! `detente trace`.

use super::*;
use detente::store::{StepCause, Trajectory};

fn told(arguments: &[&str]) -> Trajectory {
    let said = detente(&inputs(), &[&["trace"], arguments, &["--json"]].concat());
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    serde_json::from_str(&said.stdout).unwrap()
}

const TRIAL: [&str; 6] = [
    "contents.toml",
    "--policy",
    "policies/step-back.toml",
    "--seed",
    "4",
    "--trial",
];

#[test]
fn a_trial_in_prose() {
    let said = detente(&inputs(), &[&["trace"], &TRIAL[..], &["0"]].concat());
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert_eq!(said.stderr, "");
    same_as_before("trace-prose", &said.stdout);
}

/// Each step leads from the state before it to its own; causes are what they say; level and factors follow.
#[test]
fn steps_hang_together() {
    let mut causes = Vec::new();
    for trial in 0..40 {
        let told = told(&[&TRIAL[..], &[&trial.to_string()]].concat());
        let mut state = told.initial.clone();
        let mut level = told.initial_level.clone().unwrap();
        let mut on = told.initial_factors.clone();
        let mut now = 0.0;
        for (index, step) in told.steps.iter().enumerate() {
            assert!(step.t >= now && step.t <= told.horizon);
            now = step.t;
            for change in &step.changes {
                assert_eq!(
                    state
                        .insert(change.name.clone(), change.to.clone())
                        .unwrap(),
                    change.from
                );
                assert_ne!(change.from, change.to);
            }
            if let Some(change) = &step.level {
                assert_eq!(level, change.from);
                level.clone_from(&change.to);
            }
            for factor in &step.factors {
                assert_ne!(on.contains(&factor.name), factor.on);
                on.retain(|name| *name != factor.name);
                on.extend(factor.on.then(|| factor.name.clone()));
            }
            let cause = step.caused_by.map(|cause| &told.steps[cause]);
            assert!(step.caused_by.is_none_or(|cause| cause < index));
            match (step.cause, cause) {
                (StepCause::Consequence, Some(cause)) => {
                    let expected = if step.name == "answer" {
                        "build_nato"
                    } else {
                        "zapad"
                    };
                    assert_eq!(cause.name, expected);
                    if step.name == "zapad_ends" {
                        assert!((step.t - cause.t - 0.5).abs() < 1e-12);
                    }
                }
                (StepCause::Guard, Some(cause)) => assert_eq!(cause.t, step.t),
                (StepCause::Rule, Some(cause)) => {
                    assert_eq!(
                        (step.title.as_str(), step.t),
                        ("Step back under danger", cause.t + 0.25)
                    );
                    assert_eq!(cause.level.as_ref().unwrap().to, "danger");
                }
                (StepCause::Rate | StepCause::Clock | StepCause::Calendar, None) => {}
                other => panic!("{other:?}"),
            }
            causes.push(step.cause);
        }
        let on_border = on.contains(&"crowd".to_owned());
        assert_eq!(level != "stability", on_border || level == "conflict");
    }
    for cause in [
        StepCause::Rate,
        StepCause::Clock,
        StepCause::Calendar,
        StepCause::Guard,
        StepCause::Consequence,
        StepCause::Rule,
    ] {
        assert!(causes.contains(&cause), "{cause:?} never happened");
    }
}

/// Each step says which branch it took, and an outcome with a `by` in which state it was reached.
#[test]
fn branches_and_kinds_are_told() {
    let folder = TempDir::new().unwrap();
    let text = r#"
        [scenario]
        name = "branches"
        time_unit = "year"
        horizon = 1.0
        [variables]
        x = { initial = 0 }
        end = { states = ["none", "left", "right"], initial = "none" }
        [events]
        count = { at = [0.1], do = ["x += 1"] }
        fall = { at = [0.5], branches = [
            { probability = 0, do = ["x = 9"] },
            { probability = 0.5, do = ["end = left"] },
            { probability = 0.5, do = ["end = right"] },
        ] }
        [outcomes]
        fallen = { first_time = "end != none", by = "end" }
        never = { first_time = "x > 5", by = "end" }
        "#;
    fs::write(folder.path().join("branches.toml"), text).unwrap();
    let mut seen = [0; 4];
    for trial in 0..60 {
        let trial = trial.to_string();
        let arguments = ["trace", "branches.toml", "--seed", "1", "--trial", &trial];
        let said = detente(folder.path(), &[&arguments[..], &["--json"]].concat());
        let told: Trajectory = serde_json::from_str(&said.stdout).unwrap();
        assert_eq!(told.steps[0].branch, None);
        let branch = told.steps[1].branch.unwrap();
        let state = ["none", "none", "left", "right"][branch as usize];
        assert_eq!(
            told.by.iter().collect::<Vec<_>>(),
            [(&"fallen".to_owned(), &state.to_owned())]
        );
        seen[branch as usize] += 1;
        let prose = detente(folder.path(), &arguments).stdout;
        assert!(
            prose.contains(&format!("fall, by its calendar; branch {branch}\n")),
            "{prose}"
        );
        assert!(
            prose.contains(&format!("fallen = 0.5 ({state}), never: none")),
            "{prose}"
        );
    }
    // Each side at least once: else with a probability of 2^-59.
    assert!(
        seen[..2] == [0, 0] && seen[2] > 0 && seen[3] > 0,
        "{seen:?}"
    );
}

/// Trial I of a run and the trace of trial I are the same trajectory.
#[test]
fn a_trace_is_the_trial_of_the_run() {
    use detente::study::{Overrides, Plan, Sampler, load, trace};
    let folder = inputs();
    let policy = folder.join("policies/step-back.toml");
    let overrides = Overrides {
        horizon: Some(4.0),
        set: vec!["build=0.6".to_owned()],
    };
    let loaded = load(&folder.join("contents.toml"), policy.to_str(), &overrides).unwrap();
    let plan = Plan {
        seed: 11,
        trials: 7_500,
        threads: 2,
        sampler: Sampler::Engine,
        precision: None,
    };
    let columns = crate::support::columns(&loaded, plan);
    for trial in [0, 1, 999, 1_000, 7_341, 7_499] {
        let told = trace(&loaded, 11, trial);
        let outcomes: Vec<Option<f64>> = told.outcomes.unwrap().into_values().collect();
        let of_the_run: Vec<Option<f64>> = columns
            .iter()
            .map(|column| Some(column[usize::try_from(trial).unwrap()]).filter(|v| v.is_finite()))
            .collect();
        assert_eq!(outcomes, of_the_run);
        let answers = told
            .steps
            .iter()
            .filter(|step| step.name == "answer")
            .count();
        assert_eq!(outcomes[3], Some(answers as f64));
    }
}

/// What a run says of a trial that failed ends with a command, and that command shows the trial up to its failure.
#[test]
fn failed_runs_name_the_command_that_shows_why() {
    let out = TempDir::new().unwrap();
    for (file, further) in [
        ("failing/rate-below-zero.toml", &["--horizon", "7"][..]),
        ("failing/out-of-bounds.toml", &[]),
        ("failing/not-whole.toml", &[]),
        ("failing/out-of-bounds-in-a-branch.toml", &[]),
        ("failing/probability.toml", &[]),
        ("failing/endless-cascade.toml", &[]),
        ("failing-outcomes/not-a-number.toml", &[]),
    ] {
        let run_of = [&[file, "--seed", "3", "--trials", "100"], further].concat();
        let said = run(&inputs(), &run_of, out.path());
        assert_eq!(said.code, Some(1), "{}", said.stderr);
        let problem = said
            .stderr
            .lines()
            .find(|line| line.starts_with("error: "))
            .unwrap();
        let command = said.stderr.lines().last().unwrap();
        let command = command
            .strip_prefix("how it came to that: detente ")
            .unwrap();
        let words: Vec<&str> = command.split(' ').collect();
        assert_eq!(words[..2], ["trace", file]);
        let shown = detente(&inputs(), &words);
        assert_eq!(shown.code, Some(1));
        let end = shown
            .stdout
            .lines()
            .find(|line| line.starts_with("Here it ends: "))
            .unwrap();
        let name = problem.split('`').nth(1).unwrap();
        assert!(
            end.contains(&format!("`{name}`")),
            "{end} against {problem}"
        );
        if let Some(time) = problem.split("t = ").nth(1) {
            assert!(end.contains(time), "{end} against {problem}");
        }
    }
}

#[test]
fn the_figure_is_drawn() {
    let out = TempDir::new().unwrap();
    let folder = out.path().to_str().unwrap();
    let arguments = [&["trace"], &TRIAL[..], &["0", "--figure", "--out", folder]].concat();
    let said = detente(&inputs(), &arguments);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert_eq!(
        files_below(out.path()),
        [
            "trial-0-seed-4.csv",
            "trial-0-seed-4.png",
            "trial-0-seed-4.svg"
        ]
    );
}

#[test]
fn a_seed_is_drawn_and_said() {
    let arguments = ["trace", "sound.toml", "--trial", "1"];
    let said = detente(&inputs(), &arguments);
    let seed = said.stderr.split_whitespace().nth(1).unwrap();
    let again = detente(&inputs(), &[&arguments[..], &["--seed", seed]].concat());
    assert_eq!(said.stdout, again.stdout);
}
