//! `detente trace`.

use super::*;
use detente_report::paired::{DifferenceKind, PairedTrial, ReasonKind};
use detente_report::trajectory::{Held, StepCause, Trajectory};

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
        ..Overrides::default()
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
        let told = trace(&loaded, 11, trial, usize::MAX);
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
            "manifest.json",
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

const PAIRED: [&str; 5] = ["trace", "paired.toml", "--seed", "4", "--trial"];

fn against(policy: &str, trial: u64) -> PairedTrial {
    let (policy, trial) = (format!("paired/{policy}.toml"), trial.to_string());
    let further = [trial.as_str(), "--against", &policy, "--json"];
    let said = detente(&inputs(), &[&PAIRED[..], &further].concat());
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    serde_json::from_str(&said.stdout).unwrap()
}

const WAYS_TO_PART: [&str; 9] = [
    "guard", "speed", "clock", "answer", "tone", "effort", "alarm", "rule", "same",
];

#[test]
fn two_policies_in_prose() {
    let mut told = String::new();
    for policy in WAYS_TO_PART {
        let file = format!("paired/{policy}.toml");
        let said = detente(
            &inputs(),
            &[&PAIRED[..], &["0", "--against", &file]].concat(),
        );
        assert_eq!(said.code, Some(0), "{}", said.stderr);
        assert_eq!(said.stderr, "");
        assert!(
            said.stdout.lines().all(|line| line.chars().count() <= 100),
            "{}",
            said.stdout
        );
        writeln!(told, "$ detente trace … --against {file}\n{}", said.stdout).unwrap();
    }
    same_as_before("paired-prose", &told);
}

/// Each lever of the scenario makes the trajectories part in one way, which is found, with what it was read off.
#[test]
fn the_first_parting_has_its_reason() {
    let number = |held: &Held| match held {
        Held::Number(value) => *value,
        Held::State(_) => f64::NAN,
    };
    for (policy, event, kind, expression, values) in [
        (
            "guard",
            "exercise",
            ReasonKind::Guard,
            "guard == open",
            None,
        ),
        (
            "speed",
            "patrol",
            ReasonKind::Rate,
            "pace * if(speed == fast, quick, 1)",
            Some([1.5, 3.0]),
        ),
        (
            "clock",
            "lapse",
            ReasonKind::Law,
            "if(clock == late, 3, 1)",
            Some([1.0, 3.0]),
        ),
        (
            "answer",
            "reply",
            ReasonKind::Probability,
            "if(answer == often, 0.9, 0.1)",
            Some([0.1, 0.9]),
        ),
        (
            "tone",
            "meeting",
            ReasonKind::Branch,
            "if(tone == soft, 0.99, 0.01)",
            Some([0.99, 0.01]),
        ),
        (
            "effort",
            "delivery",
            ReasonKind::Effect,
            "east = east + if(effort == two, 2, 1)",
            Some([1.0, 2.0]),
        ),
        ("alarm", "patrol", ReasonKind::Factor, "alarm == on", None),
        (
            "rule",
            "patrol",
            ReasonKind::Rate,
            "pace * if(speed == fast, quick, 1)",
            Some([1.5, 3.0]),
        ),
    ] {
        let mut parted = 0;
        for trial in 0..12 {
            let told = against(policy, trial);
            let Some(parting) = &told.parting else {
                continue;
            };
            parted += 1;
            let side = usize::from(parting.steps[0].is_none());
            let step = &told.trajectories[side].steps[parting.steps[side].unwrap()];
            assert_eq!(
                (step.name.as_str(), step.t),
                (event, parting.t),
                "{policy} {trial}"
            );
            let reason = parting.reason.as_ref().unwrap();
            assert_eq!(reason.kind, kind, "{policy} {trial}");
            let named = (kind == ReasonKind::Factor).then_some("strength");
            assert_eq!(reason.name.as_deref(), named);
            assert_eq!(
                reason.expression.as_deref(),
                Some(expression),
                "{policy} {trial}"
            );
            let found = reason.values.as_ref().unwrap();
            match values {
                Some(values) => assert_eq!([0, 1].map(|side| number(&found[side])), values),
                None => {
                    let truths = ["false", "true"].map(|truth| Held::State(truth.to_owned()));
                    assert_eq!(*found, truths);
                }
            }
            let lever = if policy == "rule" { "speed" } else { policy };
            let [through] = &reason.through[..] else {
                panic!("{policy} {trial}: {:?}", reason.through);
            };
            assert_eq!(
                (through.kind, through.name.as_str()),
                (DifferenceKind::Lever, lever)
            );
            let acted = |steps: [Option<usize>; 2]| {
                let step = &told.trajectories[1].steps[steps[1].unwrap()];
                steps[0].is_none() && step.cause == StepCause::Rule && step.t == reason.t
            };
            assert_eq!(through.since.is_some_and(acted), policy == "rule");
            let both = parting.steps.iter().all(Option::is_some);
            assert_eq!(both, ["tone", "effort", "alarm"].contains(&policy));
            match (policy, reason.drawn) {
                ("answer", Some(drawn)) => assert!((0.1..0.9).contains(&drawn)),
                ("tone", Some(drawn)) => assert!((0.01..0.99).contains(&drawn)),
                ("answer" | "tone", None) => panic!("{policy} {trial}: nothing drawn"),
                (_, drawn) => assert_eq!(drawn, None),
            }
            if policy == "speed" {
                // The first patrol spends the same exponential at twice the rate.
                let patrols = told.trajectories[0].steps.iter();
                let mut patrols = patrols.filter(|step| step.name == "patrol");
                let slow = patrols.next().map_or(f64::INFINITY, |step| step.t);
                assert!(slow > 4.0 || (slow - 2.0 * step.t).abs() < 1e-12);
            }
        }
        assert!(parted >= 6, "{policy} parted in {parted} of 12 trials");
    }
}

/// All before the parting is shared but choices, and what is shared is the same.
#[test]
fn shared_steps_are_the_same() {
    for policy in WAYS_TO_PART {
        for trial in 0..12 {
            let told = against(policy, trial);
            let [a, b] = &told.trajectories;
            for [of_a, of_b] in &told.shared {
                let (a, b) = (&a.steps[*of_a], &b.steps[*of_b]);
                assert_eq!(a.name, b.name);
                assert!((a.t - b.t).abs() < 1e-9);
            }
            let end = told.parting.as_ref().map_or(f64::INFINITY, |link| link.t);
            let firings = a.steps.iter().filter(|step| step.t < end).count();
            let shared = told
                .shared
                .iter()
                .filter(|[of_a, _]| a.steps[*of_a].t < end);
            assert_eq!(shared.count(), firings, "{policy} {trial}");
            let outcomes = a.outcomes.as_ref().unwrap().iter();
            let differing = outcomes.filter(|(name, value)| {
                let by = [a, b].map(|told| told.by.get(*name));
                b.outcomes.as_ref().unwrap()[*name] != **value || by[0] != by[1]
            });
            let differing: Vec<&String> = differing.map(|(name, _)| name).collect();
            let found: Vec<&String> = told.outcomes.iter().map(|outcome| &outcome.name).collect();
            assert_eq!(found, differing);
        }
    }
}

/// The way to a war: an exercise under the second policy alone, by which the east is stronger when the outbreak comes.
#[test]
fn outcomes_have_their_chains() {
    let mut wars = 0;
    for trial in 0..12 {
        let told = against("guard", trial);
        let names = |links: &[usize]| -> Vec<&str> {
            let steps = links.iter().map(|link| told.links[*link].steps);
            let of_b =
                steps.map(|steps| told.trajectories[1].steps[steps[1].unwrap()].name.as_str());
            of_b.collect()
        };
        let open = told
            .outcomes
            .iter()
            .find(|outcome| outcome.name == "open")
            .unwrap();
        assert_eq!(open.values, [Some(0.0), Some(1.0)]);
        assert!(open.chains[0].links.is_empty());
        assert_eq!(open.chains[0].reads[0].name, "guard");
        let east = told
            .outcomes
            .iter()
            .find(|outcome| outcome.name == "east")
            .unwrap();
        assert_eq!(names(&east.chains[0].links), ["exercise"]);
        if let Some(war) = told.outcomes.iter().find(|outcome| outcome.name == "war") {
            wars += 1;
            assert_eq!(war.values, [Some(0.0), Some(1.0)]);
            assert_eq!(names(&war.chains[0].links), ["exercise", "outbreak"]);
        }
    }
    assert!(wars > 0);
}

#[test]
fn equal_policies_make_no_difference() {
    let told = against("same", 0);
    assert!(told.at_start.is_empty() && told.parting.is_none() && told.outcomes.is_empty());
    let said = detente(
        &inputs(),
        &[&PAIRED[..], &["0", "--against", "paired/same.toml"]].concat(),
    );
    assert!(
        said.stdout
            .contains("The two policies make no difference in this trial: all ")
    );
}

#[test]
fn the_paired_figure_is_drawn() {
    let out = TempDir::new().unwrap();
    let folder = out.path().to_str().unwrap();
    let further = [
        "0",
        "--against",
        "paired/guard.toml",
        "--figure",
        "--out",
        folder,
    ];
    let said = detente(&inputs(), &[&PAIRED[..], &further].concat());
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    let name = "trial-0-against-guard-seed-4";
    let mut files = files_below(out.path());
    assert_eq!(files.remove(0), "manifest.json");
    assert_eq!(
        files,
        ["csv", "png", "svg"].map(|kind| format!("{name}.{kind}"))
    );
    let csv = fs::read_to_string(out.path().join(format!("{name}.csv"))).unwrap();
    assert!(csv.starts_with("policy,other,parts,step,t,"));
    assert_eq!(csv.matches(",yes,").count(), 1);
}

/// Mistakes of both policies are shown, and those of a scenario once.
#[test]
fn mistakes_of_both_policies_are_shown() {
    let files =
        ["unknown-lever", "unknown-option"].map(|name| format!("wrong-policies/{name}.toml"));
    let trial = ["trace", "sound.toml", "--seed", "1", "--trial", "0"];
    let both = ["--policy", &files[0], "--against", &files[1]];
    let text = complaint(&inputs(), &[&trial[..], &both].concat());
    for file in &files {
        assert!(text.contains(&format!("--> {file}")), "{text}");
    }
    every_message_has_its_place(&text, &["wrong-policies/"]);
    let scenario = format!("wrong/{}.toml", names_in("wrong")[0]);
    let once = complaint(&inputs(), &["trace", &scenario, "--trial", "0"]);
    let pair = ["trace", &scenario, "--trial", "0", "--against", "passive"];
    assert_eq!(complaint(&inputs(), &pair), once);
    let set = ["--set", "onst=1", "--against", "policies/raised.toml"];
    let text = complaint(&inputs(), &[&trial[..], &set].concat());
    assert_eq!(text.matches("has no parameter").count(), 1, "{text}");
}

/// 100,000 firings in a trial, counted by an outcome.
const BUSY: &str = r#"
    [scenario]
    name = "busy"
    time_unit = "year"
    horizon = 10.0
    [variables]
    x = { initial = 0 }
    [events]
    tick = { rate = 10_000, do = ["x += 1"] }
    [outcomes]
    ticks = { firings = "tick" }
    "#;

/// What is told of a long trial is bounded, in a run's folder and by the command, and says how much there was.
#[test]
fn a_long_trial_is_cut_and_says_so() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("busy.toml"), BUSY).unwrap();
    let run = [
        "run",
        "busy.toml",
        "--trials",
        "1",
        "--seed",
        "1",
        "--out",
        "out",
    ];
    let said = detente(folder.path(), &run);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    let text = fs::read_to_string(folder.path().join("out/trial-0.json")).unwrap();
    assert!(text.len() < 5_000_000, "{} bytes", text.len());
    let told: Trajectory = serde_json::from_str(&text).unwrap();
    let cut = told.cut.unwrap();
    let ticks = told.outcomes.unwrap()["ticks"].unwrap();
    assert_eq!(told.steps.len(), 10_000);
    assert_eq!(cut.steps_in_all as f64, ticks);
    // The 10,001st of firings at rate 10,000 has mean 1.0001 and standard deviation 0.01; five of these would fail once in 2e6.
    assert!((cut.t - 1.0001).abs() < 0.05, "{}", cut.t);
    assert!(told.steps.last().unwrap().t <= cut.t);
    let figure = fs::read_to_string(folder.path().join("out/figures/trial-0.svg")).unwrap();
    assert!(figure.contains("cut here"));

    let trace = ["trace", "busy.toml", "--seed", "1", "--trial", "0"];
    let json = detente(folder.path(), &[&trace[..], &["--json"]].concat());
    assert_eq!(json.stdout, text);
    let few = detente(folder.path(), &[&trace[..], &["--steps", "3"]].concat());
    assert_eq!(few.code, Some(0), "{}", few.stderr);
    assert_eq!(few.stdout.matches("tick, by its rate").count(), 3);
    let rest = format!("steps 4 to {ticks} are left out");
    assert!(few.stdout.contains(&rest), "{}", few.stdout);
    let pair = ["--against", "policies/other.toml", "--steps", "3"];
    fs::create_dir(folder.path().join("policies")).unwrap();
    fs::write(
        folder.path().join("policies/other.toml"),
        "name = \"other\"",
    )
    .unwrap();
    let pair = detente(folder.path(), &[&trace[..], &pair].concat());
    assert_eq!(pair.code, Some(1), "{}", pair.stdout);
    assert!(
        pair.stderr.contains(&format!("--steps {ticks}")),
        "{}",
        pair.stderr
    );
}

#[test]
fn the_first_trial_can_be_left_out() {
    let out = TempDir::new().unwrap();
    ladder_run(out.path(), &["--no-trace"]);
    let folder = out.path().to_str().unwrap();
    for _ in 0..2 {
        let files = files_below(out.path());
        assert!(
            files.contains(&"figures/survival.svg".to_owned()),
            "{files:?}"
        );
        assert!(
            files.iter().all(|file| !file.contains("trial-0")),
            "{files:?}"
        );
        let said = detente(out.path(), &["plot", folder]);
        assert_eq!(said.code, Some(0), "{}", said.stderr);
    }
}
