//! `detente compare`

use super::{complaint, detente, ladder, same_as_before};
use detente_report::comparison::Comparison;
use detente_report::selection::Selection;
use detente_report::summary::Summary;
use std::fs;
use std::path::Path;

/// Three policies for the ladder, in a folder of their own.
fn policies(folder: &Path) {
    for (name, set) in [
        ("original", ""),
        ("calmer", "danger_to_threat = 0.15"),
        ("slower", "threat_to_conflict = 0.10"),
    ] {
        let text = format!("name = \"{name}\"\nset = {{ {set} }}\n");
        fs::write(folder.join(format!("{name}.toml")), text).unwrap();
    }
}

fn on_the_ladder(command: &str, folder: &Path, more: &[&str]) -> super::Said {
    let ladder = ladder();
    let mut arguments = vec![command, ladder.as_str()];
    arguments.extend(more);
    detente(folder, &arguments)
}

fn compare(folder: &Path, more: &[&str]) -> super::Said {
    on_the_ladder("compare", folder, more)
}

fn select(folder: &Path, more: &[&str]) -> super::Said {
    on_the_ladder("select", folder, more)
}

const THREE: [&str; 4] = ["--policies", "calmer.toml", "original.toml", "slower.toml"];

#[test]
fn policies_are_compared_and_leave_their_folders() {
    let dir = tempfile::tempdir().unwrap();
    policies(dir.path());
    let more = [
        "--seed",
        "1",
        "--trials",
        "4000",
        "--no-figures",
        "--baseline",
        "original",
    ];
    let said = compare(dir.path(), &[&THREE[..], &more].concat());
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert!(said.stdout.lines().all(|line| line.chars().count() <= 100));
    same_as_before("comparison", &said.stdout);
    let out = dir.path().join("results/ladder/comparison");
    let text = fs::read_to_string(out.join("comparison.json")).unwrap();
    let comparison: Comparison = serde_json::from_str(&text).unwrap();
    let names: Vec<&String> = comparison.policies.keys().collect();
    assert_eq!(names, ["original", "calmer", "slower"]);
    for name in names {
        // Each is the run that it would be alone.
        let alone = dir.path().join("alone");
        let file = format!("{name}.toml");
        let ladder = ladder();
        let run = [
            "run", &ladder, "--policy", &file, "--seed", "1", "--trials", "4000",
        ];
        let rest = ["--no-figures", "--out", "alone"];
        assert_eq!(
            detente(dir.path(), &[&run[..], &rest].concat()).code,
            Some(0)
        );
        for file in ["summary.json", "trial-0.json", "policy.toml"] {
            let [one, other] = [&alone, &out.join(name)].map(|of| fs::read(of.join(file)).unwrap());
            assert!(one == other, "{name}: {file}");
        }
    }
    // Without one of them, its folder goes.
    let two = [
        "--policies",
        "original.toml",
        "calmer.toml",
        "--seed",
        "1",
        "--trials",
        "1000",
    ];
    assert_eq!(
        compare(dir.path(), &[&two[..], &["--no-figures"]].concat()).code,
        Some(0)
    );
    assert!(out.join("calmer/summary.json").exists() && !out.join("slower").exists());
}

#[test]
fn threads_change_nothing() {
    let dir = tempfile::tempdir().unwrap();
    uncertain_ladder(dir.path());
    policies(dir.path());
    let mut found = Vec::new();
    for threads in ["1", "3"] {
        let more = [
            "--seed",
            "7",
            "--trials",
            "3500",
            "--parameter-draws",
            "9",
            "--threads",
            threads,
        ];
        let rest = ["--no-figures", "--out", threads];
        let all = [&["compare", "l.toml"], &THREE[..], &more, &rest].concat();
        assert_eq!(detente(dir.path(), &all).code, Some(0));
        let out = dir.path().join(threads);
        found.push(
            [
                "comparison.json",
                "comparison.csv",
                "comparison.parquet",
                "draws.csv",
                "correlations.csv",
            ]
            .map(|file| fs::read(out.join(file)).unwrap()),
        );
    }
    assert!(found[0] == found[1]);
}

/// A lever that nothing reads: equal results, and `check` says so.
#[test]
fn levers_are_crossed_and_one_that_nothing_reads_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(ladder()).unwrap();
    let levers = "
        [levers.idle]
        options = [\"yes\", \"no\"]
        default = \"no\"
        [levers.brake]
        options = [\"off\", \"on\"]
        default = \"off\"
    ";
    let text = text.replace(
        "rate = \"danger_to_threat\"",
        "rate = \"if(brake == on, 0.5, 1) * danger_to_threat\"",
    );
    fs::write(dir.path().join("l.toml"), text + levers).unwrap();
    let arguments = [
        "compare",
        "l.toml",
        "--levers",
        "idle,brake",
        "--seed",
        "2",
        "--trials",
        "2000",
    ];
    let said = detente(dir.path(), &[&arguments[..], &["--no-figures"]].concat());
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    let out = dir.path().join("results/ladder/comparison");
    let text = fs::read_to_string(out.join("comparison.json")).unwrap();
    let comparison: Comparison = serde_json::from_str(&text).unwrap();
    let names: Vec<&String> = comparison.policies.keys().collect();
    assert_eq!(names, ["yes-off", "yes-on", "no-off", "no-on"]);
    let pairs = &comparison.outcomes["conflict"].pairs;
    let pair = |a: &str, b: &str| {
        pairs
            .iter()
            .find(|of| of.policy_a == a && of.policy_b == b)
            .unwrap()
    };
    assert_eq!(pair("no-off", "yes-off").trials_that_differ, 0);
    assert_eq!(pair("no-on", "yes-on").trials_that_differ, 0);
    assert!(pair("yes-on", "yes-off").ci95.unwrap()[1] < 0.0);
    let [one, other] =
        ["yes-on", "no-on"].map(|of| fs::read(out.join(of).join("summary.json")).unwrap());
    assert!(one == other);
    let policy = fs::read_to_string(out.join("no-on/policy.toml")).unwrap();
    assert!(policy.contains("brake = \"on\""), "{policy}");
    let said = detente(dir.path(), &["check", "l.toml"]);
    assert!(said.stderr.contains("`idle`"), "{}", said.stderr);
}

/// The ladder with a range for every rate.
fn uncertain_ladder(folder: &Path) {
    let text = fs::read_to_string(ladder()).unwrap();
    let text = text.replace(
        "unit = \"1/year\",",
        "unit = \"1/year\", range = [0.01, 2],",
    );
    fs::write(folder.join("l.toml"), text).unwrap();
}

#[test]
fn draws_of_the_parameters_are_told() {
    let dir = tempfile::tempdir().unwrap();
    uncertain_ladder(dir.path());
    policies(dir.path());
    let more = [
        "--seed",
        "3",
        "--trials",
        "2000",
        "--parameter-draws",
        "20",
        "--no-figures",
    ];
    let three = [&["compare", "l.toml"], &THREE[..], &more].concat();
    let said = detente(dir.path(), &three);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert!(
        said.stdout.lines().all(|line| line.chars().count() <= 100),
        "{}",
        said.stdout
    );
    let alone = detente(dir.path(), &[&["run", "l.toml"], &more[..]].concat());
    assert_eq!(alone.code, Some(0), "{}", alone.stderr);
    assert!(
        alone.stdout.lines().all(|line| line.chars().count() <= 100),
        "{}",
        alone.stdout
    );
    let under = |text: &str| {
        let place = text.find("Under 20 draws").unwrap();
        text[place..].to_owned()
    };
    same_as_before(
        "draws",
        &[under(&said.stdout), under(&alone.stdout)].join("-----\n"),
    );
}

/// `--set` pins a parameter that has a range, and so does what all policies set; what one of them sets is drawn for the others.
#[test]
fn parameters_kept_under_draws_are_named() {
    let dir = tempfile::tempdir().unwrap();
    uncertain_ladder(dir.path());
    for (name, set) in [
        ("one", "danger_to_threat = 0.15, threat_to_danger = 0.4"),
        ("other", "threat_to_danger = 0.5"),
    ] {
        let text = format!("name = \"{name}\"\nset = {{ {set} }}\n");
        fs::write(dir.path().join(format!("{name}.toml")), text).unwrap();
    }
    let more = ["--set", "stable_to_danger=0.3", "--trials", "300"];
    let draws = ["--parameter-draws", "3", "--seed", "1", "--no-figures"];
    let policies = ["compare", "l.toml", "--policies", "one.toml", "other.toml"];
    let said = detente(dir.path(), &[&policies[..], &more, &draws].concat());
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    let line = "Not drawn, but kept at the values that they are set to: stable_to_danger, threat_to_danger\n";
    assert!(said.stdout.contains(line), "{}", said.stdout);
    let out = dir.path().join("results/ladder");
    let text = fs::read_to_string(out.join("comparison/comparison.json")).unwrap();
    let comparison: Comparison = serde_json::from_str(&text).unwrap();
    let told = comparison.draws.unwrap();
    assert_eq!(told.kept, ["stable_to_danger", "threat_to_danger"]);
    assert_eq!(told.parameters.len(), 4);
    let said = detente(
        dir.path(),
        &[&["run", "l.toml"], &more[..], &draws].concat(),
    );
    let line = "Not drawn, but kept at the values that they are set to: stable_to_danger\n";
    assert!(said.stdout.contains(line), "{}", said.stdout);
    let text = fs::read_to_string(out.join("default/summary.json")).unwrap();
    let summary: Summary = serde_json::from_str(&text).unwrap();
    assert_eq!(summary.draws.unwrap().kept, ["stable_to_danger"]);
}

/// Draws of nothing are a mistake, whichever command makes it.
#[test]
fn draws_need_a_parameter_to_draw() {
    let dir = tempfile::tempdir().unwrap();
    let text = "[scenario]\nname = \"s\"\ntime_unit = \"year\"\nhorizon = 5\n\
                [parameters]\nonset = { value = 0.2, unit = \"1/year\", source = \"assumed: a test\" }\n\
                share = { value = 0.5, unit = \"1\", source = \"assumed: a test\" }\n\
                [events.attack]\nrate = \"onset * share\"\ndo = []\n\
                [outcomes]\nattacks = { firings = \"attack\" }\n\
                [hypotheses]\nh = { claim = \"c\", compare = \"outcome(attacks) - 1\", expect = \"> 0\" }\n";
    fs::write(dir.path().join("bare.toml"), text).unwrap();
    let uncertain = text.replace("value = 0.2,", "value = 0.2, range = [0, 1],");
    fs::write(dir.path().join("s.toml"), uncertain).unwrap();
    for (name, value) in [("low", 0.1), ("high", 0.3)] {
        let text = format!("name = \"{name}\"\nset = {{ onset = {value} }}\n");
        fs::write(dir.path().join(format!("{name}.toml")), text).unwrap();
    }
    let draws = ["--parameter-draws", "3", "--seed", "1"];
    let two = ["--policies", "low.toml", "high.toml"];
    let set = ["--set", "onset=0.3"];
    let none =
        "error: --parameter-draws: no parameter of bare.toml has a `distribution` or `range`; ";
    let all = "error: --parameter-draws: every parameter of s.toml that has a `distribution` or `range` is set to a value already: \
               onset; ";
    for (arguments, problem) in [
        ([&["run", "bare.toml"], &draws[..]].concat(), none),
        ([&["compare", "bare.toml"], &two[..], &draws].concat(), none),
        ([&["hypotheses", "bare.toml"], &draws[..]].concat(), none),
        ([&["run", "s.toml"], &set[..], &draws].concat(), all),
        ([&["compare", "s.toml"], &two[..], &draws].concat(), all),
        ([&["hypotheses", "s.toml"], &set[..], &draws].concat(), all),
    ] {
        let said = complaint(dir.path(), &arguments);
        assert!(said.starts_with(problem), "{arguments:?}: {said}");
    }
}

/// A policy called `comparison` has the folder that comparisons have, and so has a run with `--out`: whichever was there first stays.
#[test]
fn a_run_and_a_comparison_do_not_replace_each_other() {
    let dir = tempfile::tempdir().unwrap();
    policies(dir.path());
    fs::write(dir.path().join("c.toml"), "name = \"comparison\"\n").unwrap();
    let ladder = ladder();
    let more = ["--seed", "1", "--trials", "100", "--no-figures"];
    let run = [&["run", ladder.as_str(), "--policy", "c.toml"], &more[..]].concat();
    let compare = [&["compare", ladder.as_str()], &THREE[..], &more].concat();
    let out = dir.path().join("results/ladder/comparison");
    let refused = |arguments: &[&str], problem: &str| {
        let before = super::files_below(&out);
        let said = detente(dir.path(), arguments);
        assert_eq!(said.code, Some(2), "{}", said.stderr);
        assert!(said.stderr.contains(problem), "{}", said.stderr);
        assert!(said.stderr.contains("choose another folder with --out"));
        assert_eq!(super::files_below(&out), before);
    };
    assert_eq!(detente(dir.path(), &run).code, Some(0));
    refused(&compare, "holds a run and not a comparison");
    fs::remove_dir_all(&out).unwrap();
    assert_eq!(detente(dir.path(), &compare).code, Some(0));
    refused(&run, "holds a comparison and not a run");
    let select = ["--outcome", "conflict", "--indifference", "1", "--out"];
    let select = [
        &["select"],
        &compare[1..6],
        &select,
        &["results/ladder/comparison"],
    ]
    .concat();
    refused(&select, "holds a comparison and not a selection");
    let exact = ["exact", ladder.as_str(), "--policy", "c.toml", "--out"];
    let exact = [&exact[..], &["results/ladder/comparison"]].concat();
    refused(&exact, "holds a comparison and not an exact solution");
    assert_eq!(detente(dir.path(), &compare).code, Some(0));
}

/// A scenario without outcomes says so in place of a table and its legend; what is one is not many.
#[test]
fn nothing_and_one_are_told_in_plain_words() {
    let dir = tempfile::tempdir().unwrap();
    let text = "[scenario]\nname = \"s\"\ntime_unit = \"year\"\nhorizon = 1\n\
                [parameters]\nonset = { value = 0.2, unit = \"1/year\", range = [0, 1] }\n\
                [variables]\nx = { initial = 0 }\n\
                [levers.pace]\noptions = [\"slow\", \"quick\"]\ndefault = \"slow\"\n\
                [events.step]\nat = 0.5\nwhen = \"onset < 9\"\ndo = [\"x += 1\"]\n";
    fs::write(dir.path().join("bare.toml"), text).unwrap();
    let outcome = "[outcomes]\nx = { final = \"x\" }\n";
    fs::write(dir.path().join("s.toml"), format!("{text}{outcome}")).unwrap();
    let one = ["--trials", "1", "--seed", "1", "--no-figures"];
    let levers = ["--levers", "pace"];
    let no_outcomes =
        "\n\nThe scenario has no outcomes; write what is to be measured into [outcomes].\n";
    for command in [
        &["run", "bare.toml"][..],
        &["compare", "bare.toml", "--levers", "pace"],
    ] {
        let said = detente(dir.path(), &[command, &one].concat());
        assert_eq!(said.code, Some(0), "{}", said.stderr);
        assert!(said.stdout.ends_with(no_outcomes), "{}", said.stdout);
    }
    let more = ["--parameter-draws", "3"];
    let said = detente(dir.path(), &[&["run", "s.toml"], &one[..], &more].concat());
    for part in [
        "policy default · 1 trial ·",
        "· 1 event\n",
        "of 1 parameter,",
    ] {
        assert!(said.stdout.contains(part), "{part}: {}", said.stdout);
    }
    let said = detente(
        dir.path(),
        &[&["compare", "s.toml"], &levers[..], &one].concat(),
    );
    assert!(
        said.stdout.contains("2 policies · 1 trial each"),
        "{}",
        said.stdout
    );
}

/// Only one of the two policies breaks the rules.
#[test]
fn a_trial_that_fails_names_its_policy_and_the_command_that_shows_it() {
    let dir = tempfile::tempdir().unwrap();
    let text = "[scenario]\nname = \"f\"\ntime_unit = \"year\"\nhorizon = 9.0\n\
                [variables]\nx = { initial = 0, max = 3 }\n\
                [levers.pace]\noptions = [\"slow\", \"quick\"]\ndefault = \"slow\"\n\
                [events.step]\nrate = \"if(pace == quick, 1, 0)\"\ndo = [\"x += 1\"]\n\
                [outcomes]\nx = { final = \"x\" }\n";
    fs::write(dir.path().join("f.toml"), text).unwrap();
    for pace in ["slow", "quick"] {
        let text = format!("name = \"{pace}\"\nchoose = {{ pace = \"{pace}\" }}\n");
        fs::write(dir.path().join(format!("{pace}.toml")), text).unwrap();
    }
    let arguments = [
        "compare",
        "f.toml",
        "--policies",
        "slow.toml",
        "quick.toml",
        "--seed",
        "1",
    ];
    let said = detente(dir.path(), &arguments);
    assert_eq!(said.code, Some(1), "{}", said.stderr);
    assert!(
        said.stderr.contains("error: under policy `quick`: trial 0"),
        "{}",
        said.stderr
    );
    let command =
        "how it came to that: detente trace f.toml --policy quick.toml --seed 1 --trial 0";
    assert!(said.stderr.contains(command), "{}", said.stderr);
    assert!(
        !dir.path()
            .join("results/f/comparison/manifest.json")
            .exists()
    );
}

/// The flags that select and play were once flags of `compare`.
#[test]
fn commands_of_their_own_are_named() {
    let dir = tempfile::tempdir().unwrap();
    policies(dir.path());
    let ladder = ladder();
    for (flags, command) in [
        (&["--select", "conflict"][..], "detente select"),
        (&["--indifference", "1"], "detente select"),
        (&["--confidence=0.9"], "detente select"),
        (&["--against-postures"], "detente game"),
        (&["--against-postures=posture"], "detente game"),
        (&["--payoffs", "p.toml"], "detente game"),
    ] {
        let arguments = [&["compare", ladder.as_str()], &THREE[..], flags].concat();
        let said = complaint(dir.path(), &arguments);
        let told = format!("tip: a command of its own does that: {command} SCENARIO");
        assert_eq!(said.matches("tip:").count(), 1, "{said}");
        assert!(said.contains(&told), "{said}");
    }
}

#[test]
fn what_cannot_be_compared_is_said() {
    let dir = tempfile::tempdir().unwrap();
    policies(dir.path());
    fs::write(dir.path().join("twin.toml"), "name = \"calmer\"\n").unwrap();
    let ladder = ladder();
    let of = |more: &[&str]| complaint(dir.path(), &[&["compare", ladder.as_str()], more].concat());
    let said = [
        of(&["--policies", "original.toml"]),
        of(&["--policies", "original.toml", "calmer.toml", "twin.toml"]),
        of(&["--policies", "original.toml", "calm.toml", "slow.toml"]),
        of(&[&THREE[..], &["--baseline", "calmest"]].concat()),
        of(&[&THREE[..], &["--pareto", "conflict,share_stable"]].concat()),
        of(&[&THREE[..], &["--pareto", "conflicts"]].concat()),
        of(&[&THREE[..], &["--set", "danger_to_treat=1"]].concat()),
        of(&["--levers", "idle"]),
        of(&[]),
    ]
    .join("\n-----\n");
    let configs = Path::new(&ladder).parent().unwrap().to_str().unwrap();
    same_as_before("comparison-refused", &said.replace(configs, "configs"));
}

#[test]
fn the_best_is_selected_and_losers_are_dropped() {
    let dir = tempfile::tempdir().unwrap();
    policies(dir.path());
    fs::write(
        dir.path().join("twin.toml"),
        "name = \"twin\"\nset = { danger_to_threat = 0.15 }\n",
    )
    .unwrap();
    let asked = [
        "--outcome",
        "conflict",
        "--indifference",
        "0.0002",
        "--seed",
        "1",
    ];
    let four = [
        "--policies",
        "slower.toml",
        "calmer.toml",
        "original.toml",
        "twin.toml",
    ];
    let said = select(dir.path(), &[&four[..], &asked].concat());
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    same_as_before("selection", &said.stdout);
    let text =
        fs::read_to_string(dir.path().join("results/ladder/selection/selection.json")).unwrap();
    let found: Selection = serde_json::from_str(&text).unwrap();
    assert_eq!(found.selected.as_deref(), Some("calmer"));
    assert!(found.policies["twin"].tie && !found.policies["original"].tie);
    assert!(found.trials < found.trials_without_dropping);
    for (name, of) in &found.policies {
        // As many of its first trials as counted.
        let file = format!("{name}.toml");
        let trials = of.trials.to_string();
        let ladder = ladder();
        let run = [
            "run", &ladder, "--policy", &file, "--seed", "1", "--trials", &trials,
        ];
        let rest = ["--no-figures", "--out", "alone"];
        assert_eq!(
            detente(dir.path(), &[&run[..], &rest].concat()).code,
            Some(0)
        );
        let alone = fs::read_to_string(dir.path().join("alone/summary.json")).unwrap();
        let alone: Summary = serde_json::from_str(&alone).unwrap();
        assert!(
            (alone.outcomes["conflict"].mean - of.mean).abs() < 1e-12,
            "{name}"
        );
    }
    let close = [
        "--policies",
        "calmer.toml",
        "slower.toml",
        "--outcome",
        "share_stable",
        "--indifference",
        "1",
    ];
    let said = select(dir.path(), &close);
    assert_eq!(said.code, Some(2));
    assert!(
        said.stderr.contains("no better direction"),
        "{}",
        said.stderr
    );
    let few = [
        "--policies",
        "calmer.toml",
        "slower.toml",
        "--outcome",
        "conflict",
        "--indifference",
        "0.1",
        "--trials",
        "9999",
    ];
    let said = select(dir.path(), &few);
    assert_eq!(said.code, Some(2));
    assert!(
        said.stderr.contains("at least 10000 trials"),
        "{}",
        said.stderr
    );
    // Where the trials end first, nothing is selected; that is an answer too.
    let rare = [
        "--policies",
        "calmer.toml",
        "slower.toml",
        "--outcome",
        "conflict",
        "--indifference",
        "1e-6",
        "--trials",
        "10500",
    ];
    let said = select(dir.path(), &[&rare[..], &["--seed", "1"]].concat());
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert!(
        said.stdout.contains("No policy is selected") && said.stdout.contains("calmer leads"),
        "{}",
        said.stdout
    );
}
