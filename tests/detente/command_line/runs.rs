//! Runs that end well, and folders that cannot be filled.

use super::*;

#[test]
fn print_a_table_and_leave_a_folder() {
    let out = TempDir::new().unwrap();
    let said = ladder_run(out.path(), &[]);
    same_as_before("ladder", &said.stdout);
    assert!(
        said.stdout
            .starts_with("Consequences of the assumptions in scenario ladder")
    );
    let files = files_below(out.path());
    for kind in ["svg", "png", "csv"] {
        assert!(
            files
                .iter()
                .any(|f| f.starts_with("figures/") && f.ends_with(&format!(".{kind}"))),
            "{files:?}"
        );
    }
    let beside: Vec<&String> = files
        .iter()
        .filter(|f| !f.starts_with("figures/"))
        .collect();
    assert_eq!(
        beside,
        [
            "manifest.json",
            "policy.toml",
            "scenario.toml",
            "series.parquet",
            "summary.json",
            "trial-0.json",
            "trials.parquet"
        ]
    );
    let parquet = fs::read(out.path().join("trials.parquet")).unwrap();
    assert!(parquet.starts_with(b"PAR1") && parquet.ends_with(b"PAR1"));
    let manifest = manifest(out.path());
    assert!(manifest.run.complete);
    assert_eq!((manifest.run.seed, manifest.run.trials_done), (7, 2000));
    assert!(
        manifest
            .run
            .command_line
            .iter()
            .any(|word| word == "--trials")
    );
}

#[test]
fn say_where_results_stand_and_with_quiet_nothing() {
    let out = TempDir::new().unwrap();
    let shown = out.path().to_str().unwrap();
    let said = ladder_run(out.path(), &[]);
    let lines: Vec<&str> = said.stderr.trim().lines().collect();
    assert_eq!(lines.len(), 1, "{}", said.stderr);
    assert!(lines[0].starts_with(&format!("results and figures in {shown} (")));
    let without = ladder_run(out.path(), &["--no-figures"]);
    assert!(
        without
            .stderr
            .trim()
            .starts_with(&format!("results in {shown} ("))
    );
    let quiet = ladder_run(out.path(), &["--quiet"]);
    assert_eq!(quiet.stderr, "");
    assert_eq!(quiet.stdout, said.stdout);
}

#[test]
fn draw_a_seed_and_say_it() {
    let out = TempDir::new().unwrap();
    let said = done(
        &inputs(),
        &["sound.toml", "--trials", "10", "--no-figures"],
        out.path(),
    );
    let seed = manifest(out.path()).run.seed;
    assert!(
        said.stderr.starts_with(&format!("seed {seed} (drawn;")),
        "{}",
        said.stderr
    );
    assert!(said.stdout.contains(&format!("seed {seed} ")));
    done(
        &inputs(),
        &["sound.toml", "--trials", "10", "--no-figures"],
        out.path(),
    );
    assert_ne!(
        manifest(out.path()).run.seed,
        seed,
        "twice the same seed was drawn"
    );
}

#[test]
fn without_figures_leave_none() {
    let out = TempDir::new().unwrap();
    ladder_run(out.path(), &[]);
    ladder_run(out.path(), &["--no-figures"]);
    let files = files_below(out.path());
    assert!(
        !files.iter().any(|file| file.starts_with("figures/")),
        "{files:?}"
    );
}

#[test]
fn replace_an_earlier_run_and_keep_what_is_not_theirs() {
    let (out, fresh) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    ladder_run(out.path(), &[]);
    for name in ["notes.txt", "figures/notes.txt"] {
        fs::write(out.path().join(name), "mine").unwrap();
    }
    let sound = ["sound.toml", "--trials", "100", "--seed", "1"];
    done(&inputs(), &sound, out.path());
    done(&inputs(), &sound, fresh.path());
    for name in ["notes.txt", "figures/notes.txt"] {
        assert_eq!(fs::read_to_string(out.path().join(name)).unwrap(), "mine");
        fs::remove_file(out.path().join(name)).unwrap();
    }
    same_bytes(fresh.path(), out.path());
}

/// The folder alone reproduces itself, into another one; what the run is made of is not replaced.
#[test]
fn are_reproduced_by_their_folder() {
    for first in [
        &["sound.toml"][..],
        &["sound.toml", "--policy", "assertive"],
        &[
            "sound.toml",
            "--set",
            "onset=0.7",
            "--set",
            "decay=0.25",
            "--horizon",
            "2.5",
        ],
        &[
            "sound.toml",
            "--policy",
            "assertive",
            "--set",
            "onset=1e-1",
            "--horizon",
            "3",
        ],
        &[
            "sound.toml",
            "--policy",
            "policies/raised.toml",
            "--set",
            "onset=0.3",
        ],
    ] {
        let (out, again) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let plan = ["--trials", "1500", "--seed", "9"];
        done(&inputs(), &[first, &plan].concat(), out.path());
        let file = |name: &str| out.path().join(name).to_str().unwrap().to_owned();
        let (scenario, policy) = (file("scenario.toml"), file("policy.toml"));
        let second = [&[scenario.as_str(), "--policy", &policy], &plan[..]].concat();
        done(&inputs(), &second, again.path());
        same_bytes(out.path(), again.path());
        let in_place = run(&inputs(), &second, out.path());
        assert_eq!(in_place.code, Some(2));
        assert!(
            in_place.stderr.contains("is an input of this command"),
            "{}",
            in_place.stderr
        );
        same_bytes(again.path(), out.path());
    }
}

#[test]
fn with_other_values_give_other_results() {
    let out = TempDir::new().unwrap();
    let mut seen = Vec::new();
    for further in [
        &[][..],
        &["--set", "onset=0.7"],
        &["--horizon", "2.5"],
        &["--policy", "assertive"],
        &["--seed", "10"],
    ] {
        let mut arguments = vec!["sound.toml", "--no-figures", "--quiet"];
        if !further.contains(&"--seed") {
            arguments.extend(["--seed", "9"]);
        }
        arguments.extend(further);
        done(&inputs(), &arguments, out.path());
        let summary = fs::read_to_string(out.path().join("summary.json")).unwrap();
        assert!(!seen.contains(&summary), "{further:?} changes nothing");
        seen.push(summary);
    }
}

#[test]
fn go_to_a_folder_of_their_own_without_out() {
    let dir = TempDir::new().unwrap();
    fs::copy(inputs().join("sound.toml"), dir.path().join("sound.toml")).unwrap();
    let said = detente(
        dir.path(),
        &[
            "run",
            "sound.toml",
            "--trials",
            "10",
            "--seed",
            "1",
            "--no-figures",
        ],
    );
    assert_eq!(said.code, Some(0));
    assert_eq!(
        manifest(&dir.path().join("results/t/default"))
            .run
            .trials_done,
        10
    );
}

#[test]
fn fail_clearly_where_nothing_can_be_written() {
    let dir = TempDir::new().unwrap();
    let in_the_way = dir.path().join("in-the-way");
    fs::write(&in_the_way, "mine").unwrap();
    fs::create_dir_all(dir.path().join("out/summary.json")).unwrap();
    for out in ["in-the-way", "in-the-way/below", "out"] {
        let path = dir.path().join(out);
        let said = run(
            &inputs(),
            &["sound.toml", "--trials", "10", "--seed", "1"],
            &path,
        );
        assert_eq!(said.code, Some(2), "{}", said.stderr);
        assert_eq!(said.stdout, "");
        let named = dir.path().join(if out == "out" {
            "out/summary.json"
        } else {
            "in-the-way"
        });
        let beginning = format!("error: {} ", named.display());
        assert!(said.stderr.starts_with(&beginning), "{}", said.stderr);
    }
    assert_eq!(fs::read_to_string(&in_the_way).unwrap(), "mine");
}

/// The oracle is the same study: equal counts, and equal numbers up to rounding.
#[test]
fn the_oracle_gives_the_same_summary() {
    let (fast, slow) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    ladder_run(fast.path(), &[]);
    ladder_run(slow.path(), &["--sampler", "oracle"]);
    assert_eq!(manifest(fast.path()).run.sampler, "engine");
    assert_eq!(manifest(slow.path()).run.sampler, "oracle");
    let summary = |folder: &TempDir| -> serde_json::Value {
        let text = fs::read_to_string(folder.path().join("summary.json")).unwrap();
        serde_json::from_str(&text).unwrap()
    };
    alike(&summary(&fast), &summary(&slow));
}

#[track_caller]
fn alike(a: &serde_json::Value, b: &serde_json::Value) {
    use serde_json::Value;
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            assert!((a - b).abs() <= 1e-8 * (1.0 + a.abs()), "{a} against {b}");
        }
        (Value::Array(a), Value::Array(b)) => {
            assert_eq!(a.len(), b.len());
            a.iter().zip(b).for_each(|(a, b)| alike(a, b));
        }
        (Value::Object(a), Value::Object(b)) => {
            assert!(a.keys().eq(b.keys()));
            a.values().zip(b.values()).for_each(|(a, b)| alike(a, b));
        }
        _ => assert_eq!(a, b),
    }
}
