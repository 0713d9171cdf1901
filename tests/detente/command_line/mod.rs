//! The program as its user meets it: what is said about every mistake, what a run leaves, and the exit codes.
//!
//! `inputs/wrong`, `inputs/wrong-policies` and `inputs/warnings` hold one mistake (or kind of mistake) a file, and each has
//! a snapshot of all that is said about it; a new file needs nothing but its snapshot. `INSTA_UPDATE=always cargo test` takes new ones.

mod checks;
mod comparisons;
mod exact;
mod failures;
mod games;
mod hypotheses;
#[cfg(unix)]
mod interrupted;
#[cfg(unix)]
mod losses;
mod mistakes;
#[cfg(unix)]
mod paths;
mod plots;
mod rates;
mod runs;
mod traces;

use crate::support::config_path;
use assert_cmd::cargo::cargo_bin_cmd;
use detente::study::RunManifest;
use std::ffi::OsStr;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

/// What the program said and how it ended.
struct Said {
    /// None where it was ended by a signal, a time limit say.
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

/// Runs the program in a folder, with both outputs on pipes.
fn detente<A: AsRef<OsStr>>(folder: &Path, arguments: &[A]) -> Said {
    let output = cargo_bin_cmd!("detente")
        .current_dir(folder)
        .env_remove("CLICOLOR_FORCE")
        .args(arguments)
        .timeout(Duration::from_mins(1))
        .output()
        .unwrap();
    let said = Said {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    };
    assert!(!said.stderr.contains("panicked"), "{}", said.stderr);
    assert!(!said.stderr.contains(['\u{1b}', '\r']), "{}", said.stderr);
    assert!(!said.stdout.contains(['\u{1b}', '\r']), "{}", said.stdout);
    said
}

/// What is said about a mistake in the input, which ends with code 2 and leaves nothing.
#[track_caller]
fn complaint(folder: &Path, arguments: &[&str]) -> String {
    let said = detente(folder, arguments);
    assert_eq!(said.code, Some(2), "{arguments:?}: {}", said.stderr);
    assert_eq!(said.stdout, "", "{arguments:?}");
    assert!(
        said.stderr.starts_with("error: ") || said.stderr.contains("Usage: "),
        "{}",
        said.stderr
    );
    assert!(
        !folder.join("results").exists(),
        "{arguments:?} left a result"
    );
    said.stderr
}

/// Compares with `snapshots/<name>.snap`.
fn same_as_before(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_snapshot_path("../snapshots");
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

fn inputs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/detente/inputs")
}

/// One of the project's scenarios, as a word of a command line.
fn config(name: &str) -> String {
    config_path(name).to_str().unwrap().to_owned()
}

fn ladder() -> String {
    config("ladder.toml")
}

/// The names, without `.toml`, of the files in a folder of inputs.
fn names_in(folder: &str) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(inputs().join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    assert!(!names.is_empty());
    names
}

/// Each message names file, line and column, and has a caret.
#[track_caller]
fn every_message_has_its_place(text: &str, files: &[&str]) {
    let messages = text.split("\n\nerror: ");
    for message in messages {
        let placed = files
            .iter()
            .any(|file| message.contains(&format!("--> {file}")));
        assert!(placed, "{message}");
        assert!(message.contains('^'), "{message}");
    }
}

/// A trial that breaks the formalism's rules.
#[test]
fn failures_at_run_time_name_trial_time_event_and_state() {
    for (name, event, problem, state) in [
        (
            "rate-below-zero",
            "surge",
            "its rate is -2",
            "strength = 1, war = local",
        ),
        (
            "out-of-bounds",
            "reinforcement",
            "above its max 3",
            "west = 4",
        ),
        (
            "out-of-bounds-in-a-branch",
            "review",
            "after its branch 2 `west` is 4, above its max 3",
            "west = 4",
        ),
        (
            "not-whole",
            "reinforcement",
            "holds whole numbers",
            "west = 0.5",
        ),
        (
            "endless-cascade",
            "call",
            "max_cascade",
            "alert = high, calls = ",
        ),
        ("too-many-events", "call", "max_events", "calls = 1000"),
        ("probability", "answer", "a probability is 1.2", "west = 4"),
    ] {
        let out = TempDir::new().unwrap();
        let file = format!("failing/{name}.toml");
        let said = run(
            &inputs(),
            &[&file, "--trials", "1000", "--seed", "1"],
            out.path(),
        );
        assert_eq!(said.code, Some(1), "{}", said.stderr);
        assert_eq!(said.stdout, "");
        for part in [
            "error: trial 0 cannot go on: at t = 0.",
            &format!("event `{event}`"),
            problem,
            "the state there:",
            state,
        ] {
            assert!(said.stderr.contains(part), "{part}: {}", said.stderr);
        }
        assert!(
            !out.path().join("manifest.json").exists(),
            "what failed looks finished"
        );
    }
}

#[test]
fn outcomes_that_are_no_numbers_fail_by_name() {
    let out = TempDir::new().unwrap();
    let said = run(
        &inputs(),
        &["failing-outcomes/not-a-number.toml", "--seed", "1"],
        out.path(),
    );
    assert_eq!(said.code, Some(1));
    assert!(
        said.stderr
            .contains("at t = 0 outcome `ratio` fails: it is NaN, not a finite number"),
        "{}",
        said.stderr
    );
}

/// `detente run` into a folder.
fn run(folder: &Path, arguments: &[&str], out: &Path) -> Said {
    let mut all = vec!["run", "--out", out.to_str().unwrap()];
    all.extend(arguments);
    detente(folder, &all)
}

/// A run that must succeed.
#[track_caller]
fn done(folder: &Path, arguments: &[&str], out: &Path) -> Said {
    let said = run(folder, arguments, out);
    assert_eq!(said.code, Some(0), "{arguments:?}: {}", said.stderr);
    said
}

const LADDER: [&str; 4] = ["--trials", "2000", "--seed", "7"];

fn ladder_run(out: &Path, further: &[&str]) -> Said {
    let scenario = ladder();
    let arguments = [&[scenario.as_str()], &LADDER[..], further].concat();
    done(&inputs(), &arguments, out)
}

fn manifest(out: &Path) -> RunManifest {
    serde_json::from_str(&fs::read_to_string(out.join("manifest.json")).unwrap()).unwrap()
}

/// Every file below a folder, by its path there.
fn files_below(folder: &Path) -> Vec<String> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            files.extend(
                files_below(&path)
                    .iter()
                    .map(|below| format!("{name}/{below}")),
            );
        } else {
            files.push(name.to_owned());
        }
    }
    files.sort();
    files
}

/// That two folders hold the same files, and the same bytes in those that are promised.
#[track_caller]
fn same_bytes(one: &Path, other: &Path) {
    assert_eq!(files_below(one), files_below(other));
    for file in files_below(one) {
        let promised = !matches!(file.as_str(), "manifest.json" | "trials.parquet");
        if promised {
            let same = fs::read(one.join(&file)).unwrap() == fs::read(other.join(&file)).unwrap();
            assert!(same, "{file} differs");
        }
    }
}
