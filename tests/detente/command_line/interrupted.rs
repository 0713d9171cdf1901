//! Runs that are stopped, and readers that go away.

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
    let sound = fs::read_to_string(inputs().join("sound.toml")).unwrap();
    let endless = sound.replace("horizon ", "max_events = 1_000_000_000_000\nhorizon ");
    let scenario = out.path().join("endless.toml");
    fs::write(&scenario, endless).unwrap();
    let scenario = scenario.to_str().unwrap();
    let slow = ["--set", "onset=1e9", "--trials", "1000", "--seed", "1"];
    let mut running = spawn(
        &[&["run", scenario, "--out", path], &slow[..]].concat(),
        Stdio::piped(),
    );
    wait_until_begun(out.path());
    // The threads need a moment to begin the chunk that is to be cut off.
    std::thread::sleep(Duration::from_millis(500));
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

/// A run that is killed leaves nothing that passes for a result, and the next run clears it away.
#[test]
fn a_killed_run_leaves_no_result() {
    let out = TempDir::new().unwrap();
    let path = out.path().to_str().unwrap();
    let scenario = ladder();
    done(
        &inputs(),
        &[&scenario, "--seed", "7", "--trials", "500"],
        out.path(),
    );
    let first = fs::read(out.path().join("summary.json")).unwrap();
    let trials = ["--seed", "7", "--trials", "1000000000", "--out", path];
    let mut running = spawn(&[&["run", &scenario], &trials[..]].concat(), Stdio::piped());
    wait_until_begun(out.path());
    std::thread::sleep(Duration::from_millis(300));
    // On Unix this is SIGKILL.
    running.kill().unwrap();
    running.wait().unwrap();
    let names = [
        "manifest.json",
        "summary.json",
        "trials.parquet",
        "series.parquet",
        "trial-0.json",
    ];
    for name in names {
        assert!(!out.path().join(name).exists(), "{name}");
    }
    assert!(
        files_below(out.path())
            .iter()
            .all(|file| !file.starts_with("figures"))
    );
    let said = detente(&inputs(), &["plot", path]);
    assert_eq!(said.code, Some(2));
    assert!(
        said.stderr.contains("no finished run stands here"),
        "{}",
        said.stderr
    );
    done(
        &inputs(),
        &[&scenario, "--seed", "7", "--trials", "500"],
        out.path(),
    );
    assert!(fs::read(out.path().join("summary.json")).unwrap() == first);
    assert!(
        files_below(out.path())
            .iter()
            .all(|file| !file.ends_with(".partial"))
    );
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
