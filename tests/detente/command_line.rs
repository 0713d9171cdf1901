//! The program as its user meets it: what is said about every mistake, what a run leaves, and the exit codes.
//!
//! `inputs/wrong` and `inputs/wrong-policies` hold one mistake (or kind of mistake) a file, and each has a snapshot of all
//! that is said about it; a new file needs nothing but its snapshot. `INSTA_UPDATE=always cargo test` takes new ones.

use assert_cmd::cargo::cargo_bin_cmd;
use detente::study::Manifest;
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
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

fn inputs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/detente/inputs")
}

fn ladder() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs/ladder.toml");
    path.to_str().unwrap().to_owned()
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
            .any(|file| message.contains(&format!("--> {file}:")));
        assert!(placed, "{message}");
        assert!(message.contains('^'), "{message}");
    }
}

mod mistakes {
    use super::*;

    #[test]
    fn in_scenarios() {
        for name in names_in("wrong") {
            let file = format!("wrong/{name}.toml");
            let text = complaint(&inputs(), &["run", &file]);
            every_message_has_its_place(&text, &[&file]);
            same_as_before(&format!("wrong-{name}"), &text);
        }
    }

    #[test]
    fn in_policies() {
        for name in names_in("wrong-policies") {
            let file = format!("wrong-policies/{name}.toml");
            let text = complaint(&inputs(), &["run", "sound.toml", "--policy", &file]);
            every_message_has_its_place(&text, &[&file, "sound.toml"]);
            same_as_before(&format!("wrong-policy-{name}"), &text);
        }
    }

    #[test]
    fn on_the_command_line() {
        let mut told = String::new();
        for arguments in [
            &["--set", "onst=1"][..],
            &["--set", "onset"],
            &["--set", "onset=much"],
            &["--set", "onset=inf", "--set", "decai=1"],
            &["--set", "onset=-1"],
            &["--policy", "assertve"],
            &["--policy", "neutral"],
            &["--horizon", "0"],
            &["--horizon", "-1"],
            &["--horizon", "inf"],
            &["--horizon", "soon"],
            &["--trials", "0"],
            &["--trials", "many"],
            &["--threads", "0"],
            &["--seed", "1.5"],
            &["--seeds", "1"],
        ] {
            let text = complaint(&inputs(), &[&["run", "sound.toml"], arguments].concat());
            let line = arguments.join(" ");
            writeln!(told, "$ detente run sound.toml {line}\n{text}").unwrap();
        }
        for arguments in [&["run"][..], &["plot"], &["rnu", "sound.toml"]] {
            let text = complaint(&inputs(), arguments);
            writeln!(told, "$ detente {}\n{text}", arguments.join(" ")).unwrap();
        }
        same_as_before("wrong-command-lines", &told);
    }

    #[test]
    fn no_arguments_at_all() {
        same_as_before("no-arguments", &complaint(&inputs(), &[]));
    }

    #[cfg(unix)]
    #[test]
    fn files_that_cannot_be_read_as_text() {
        let dir = TempDir::new().unwrap();
        let write = |name: &str, bytes: &[u8]| fs::write(dir.path().join(name), bytes).unwrap();
        fs::create_dir(dir.path().join("folder")).unwrap();
        write(
            "latin-1.toml",
            b"[scenario]\nname  = \"t\"\ntitle = \"Gr\xf6\xdfe\"\n",
        );
        let noise: Vec<u8> = (0..10_000_000_u32).map(pseudorandom_byte).collect();
        write("garbage.toml", &noise);
        let mut told = String::new();
        for file in ["missing.toml", "folder", "latin-1.toml", "garbage.toml"] {
            told += &complaint(dir.path(), &["run", file]);
        }
        fs::copy(inputs().join("sound.toml"), dir.path().join("sound.toml")).unwrap();
        for policy in ["folder", "latin-1.toml", "missing.toml"] {
            told += &complaint(dir.path(), &["run", "sound.toml", "--policy", policy]);
        }
        told += &complaint(dir.path(), &["run", "/dev/zero"]);
        same_as_before("unreadable-files", &told);
    }

    /// Steele and Vigna's mixer of 64 bits; noise for a file, nothing more.
    fn pseudorandom_byte(place: u32) -> u8 {
        let mut word = u64::from(place).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (word ^ (word >> 27)).to_be_bytes()[0]
    }

    /// Texts that are TOML's alphabet and nothing else, as long as is allowed: an answer comes, of bounded length.
    #[test]
    fn garbage_of_letters() {
        let dir = TempDir::new().unwrap();
        for (name, letters) in [
            (
                "one-line.toml",
                &b" !\"#'()*+,-./0123456789:=ABCxyz[]_{}~"[..],
            ),
            ("many-lines.toml", b"\n\n!\"#'()+,-.0123=ABCxyz[]_{}~"),
            ("nothing.toml", b"\0"),
        ] {
            let noise: Vec<u8> = (0..1_000_000_u32)
                .map(|place| letters[usize::from(pseudorandom_byte(place)) % letters.len()])
                .collect();
            fs::write(dir.path().join(name), noise).unwrap();
            let text = complaint(dir.path(), &["run", name]);
            every_message_has_its_place(&text, &[name]);
            assert!(text.len() < 30_000, "{} bytes", text.len());
        }
    }

    #[test]
    fn nesting_without_end() {
        let dir = TempDir::new().unwrap();
        let rate = |text: &str| format!("[events.clash]\ndo = []\nrate = \"{text}\"\n");
        let mut told = String::new();
        for (name, text) in [
            ("brackets", rate(&"(".repeat(100_000))),
            (
                "closed-brackets",
                rate(&format!("{}1{}", "(".repeat(100_000), ")".repeat(100_000))),
            ),
            ("minus", rate(&format!("{}1", "-".repeat(1_000_000)))),
            ("not", rate(&format!("{}true", "not ".repeat(100_000)))),
            ("powers", rate(&format!("1{}", "^1".repeat(100_000)))),
            ("sums", rate(&format!("1{}", "+1".repeat(100_000)))),
            ("calls", rate(&"exp(".repeat(100_000))),
            ("placeholders", rate(&"{".repeat(100_000))),
            ("arrays", format!("sets = {}\n", "[".repeat(100_000))),
            (
                "closed-arrays",
                format!("sets = {}{}\n", "[".repeat(100_000), "]".repeat(100_000)),
            ),
            (
                "tables",
                format!("sets = {}1{}\n", "{a=".repeat(100_000), "}".repeat(100_000)),
            ),
            ("keys", format!("[sets{}]\n", ".a".repeat(100_000))),
        ] {
            let file = format!("{name}.toml");
            let header = "[scenario]\nname = \"t\"\ntime_unit = \"year\"\nhorizon = 1.0\n\n";
            // A bare key at the top belongs before the first table.
            let whole = if text.starts_with("sets") {
                format!("{text}\n{header}")
            } else {
                format!("{header}{text}")
            };
            fs::write(dir.path().join(&file), whole).unwrap();
            told += &complaint(dir.path(), &["run", &file]);
        }
        same_as_before("nesting-without-end", &told);
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
            .contains("trial 0: `ratio` is not a finite number"),
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

fn manifest(out: &Path) -> Manifest {
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

mod runs {
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
                "summary.json",
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

    /// The folder alone reproduces itself, into another one and in place.
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
            done(&inputs(), &second, out.path());
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
            assert_eq!(said.code, Some(1), "{}", said.stderr);
            assert_eq!(said.stdout, "");
            let beginning = format!("error: results cannot be written: {}", path.display());
            assert!(said.stderr.starts_with(&beginning), "{}", said.stderr);
        }
        assert_eq!(fs::read_to_string(&in_the_way).unwrap(), "mine");
    }
}

mod plots {
    use super::*;

    #[test]
    fn draw_the_same_bytes_again() {
        let (out, kept) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        ladder_run(out.path(), &[]);
        ladder_run(kept.path(), &[]);
        let figures = out.path().join("figures");
        for file in fs::read_dir(&figures).unwrap() {
            fs::remove_file(file.unwrap().path()).unwrap();
        }
        let said = detente(out.path(), &["plot", "."]);
        assert_eq!(said.code, Some(0), "{}", said.stderr);
        assert_eq!(said.stderr, "");
        let drawn: Vec<&str> = said.stdout.lines().collect();
        assert!(!drawn.is_empty() && drawn.iter().all(|file| out.path().join(file).is_file()));
        same_bytes(kept.path(), out.path());
    }

    #[test]
    fn fail_where_there_is_no_finished_run() {
        let dir = TempDir::new().unwrap();
        for folder in [".", "missing"] {
            let said = detente(dir.path(), &["plot", folder]);
            assert_eq!(said.code, Some(1));
            assert_eq!(said.stdout, "");
            assert!(
                said.stderr.contains("no finished run stands here"),
                "{}",
                said.stderr
            );
        }
        fs::write(dir.path().join("manifest.json"), "{}").unwrap();
        fs::write(dir.path().join("summary.json"), "[1,").unwrap();
        let said = detente(dir.path(), &["plot", "."]);
        assert_eq!(said.code, Some(1));
        assert!(said.stderr.contains(".json: "), "{}", said.stderr);
    }
}

#[cfg(unix)]
mod interrupted {
    use super::*;
    use assert_cmd::cargo::cargo_bin;
    use std::fs::File;
    use std::process::{Child, Command, Stdio};
    use std::time::Instant;

    fn spawn(arguments: &[&str], stdout: Stdio) -> Child {
        Command::new(cargo_bin!("detente"))
            .current_dir(inputs())
            .args(arguments)
            .stdout(stdout)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// The file of trials is opened once Ctrl-C has its handler.
    fn wait_until_begun(out: &Path) {
        let started = Instant::now();
        while !out.join("trials.parquet.partial").exists() {
            assert!(
                started.elapsed() < Duration::from_secs(30),
                "nothing begins"
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn interrupt(running: &Child) {
        let sent = Command::new("kill")
            .args(["-INT", &running.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
    }

    /// A chunk of trials with millions of events each would keep its user for minutes.
    #[test]
    fn twice_runs_end_at_once() {
        let out = TempDir::new().unwrap();
        let path = out.path().to_str().unwrap();
        let slow = ["--set", "onset=5e6", "--trials", "1000", "--seed", "1"];
        let mut running = spawn(
            &[&["run", "sound.toml", "--out", path], &slow[..]].concat(),
            Stdio::piped(),
        );
        wait_until_begun(out.path());
        interrupt(&running);
        std::thread::sleep(Duration::from_millis(200));
        assert!(running.try_wait().unwrap().is_none(), "one was enough");
        interrupt(&running);
        let output = running.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.starts_with("stopping once"), "{stderr}");
        assert!(!out.path().join("manifest.json").exists());
    }

    /// Ctrl-C keeps the chunks that are done, which are the smaller run.
    #[test]
    fn runs_keep_what_is_done() {
        let (out, smaller) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let scenario = ladder();
        let running = spawn(
            &[
                "run",
                &scenario,
                "--seed",
                "7",
                "--trials",
                "1000000000",
                "--out",
                out.path().to_str().unwrap(),
            ],
            Stdio::piped(),
        );
        // The file of trials is opened once Ctrl-C has its handler; then a few chunks need their time.
        let begun = out.path().join("trials.parquet.partial");
        let started = Instant::now();
        while !begun.exists() {
            assert!(
                started.elapsed() < Duration::from_secs(30),
                "nothing begins"
            );
            std::thread::sleep(Duration::from_millis(5));
        }
        std::thread::sleep(Duration::from_millis(300));
        let sent = Command::new("kill")
            .args(["-INT", &running.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
        let output = running.wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(1), "{stderr}");

        let run = manifest(out.path()).run;
        assert!(!run.complete && run.trials_done > 0, "{run:?}");
        assert!(run.trials_done < run.trials_asked && run.trials_asked == 1_000_000_000);
        assert!(run.trials_done.is_multiple_of(run.chunk_trials));
        assert!(stdout.contains("PARTIAL: "), "{stdout}");
        assert!(
            stderr.contains(&format!(
                "stopped: the first {} of 1000000000 trials",
                run.trials_done
            )),
            "{stderr}"
        );

        let trials = run.trials_done.to_string();
        done(
            &inputs(),
            &[&scenario, "--seed", "7", "--trials", &trials],
            smaller.path(),
        );
        same_bytes(smaller.path(), out.path());
        let parquet = |folder: &TempDir| fs::read(folder.path().join("trials.parquet")).unwrap();
        assert!(parquet(&smaller) == parquet(&out), "trials.parquet differs");
    }

    /// As under `| head -1`: the results stand, nobody read the table.
    #[test]
    fn readers_that_go_away_are_no_failure() {
        let out = TempDir::new().unwrap();
        let path = out.path().to_str().unwrap();
        let arguments = ["run", "sound.toml", "--seed", "1", "--quiet", "--out", path];
        let mut child = spawn(&arguments, Stdio::piped());
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
        assert!(manifest(out.path()).run.complete);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn tables_that_cannot_be_printed_are() {
        let out = TempDir::new().unwrap();
        let path = out.path().to_str().unwrap();
        let full = File::options().write(true).open("/dev/full").unwrap();
        let arguments = ["run", "sound.toml", "--seed", "1", "--quiet", "--out", path];
        let output = spawn(&arguments, full.into()).wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(
            stderr.starts_with("error: standard output cannot be written: "),
            "{stderr}"
        );
        assert!(manifest(out.path()).run.complete);
    }
}
