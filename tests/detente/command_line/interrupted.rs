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

/// Where results for a folder are built: inside one that is there, else beside it.
fn built(out: &Path) -> PathBuf {
    let inside = out.join(".detente-partial");
    if inside.exists() {
        return inside;
    }
    let name = out.file_name().unwrap().to_str().unwrap();
    out.with_file_name(format!(".{name}.detente-partial"))
}

/// The file of trials is opened once Ctrl-C has its handler.
fn wait_until_begun(out: &Path) {
    let started = Instant::now();
    while !built(out).join("trials.parquet").exists() {
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

/// A scenario each of whose trials takes minutes.
fn endless(folder: &Path) -> PathBuf {
    let sound = fs::read_to_string(inputs().join("sound.toml")).unwrap();
    let endless = sound.replace("horizon ", "max_events = 1_000_000_000_000\nhorizon ");
    let scenario = folder.join("endless.toml");
    fs::write(&scenario, endless).unwrap();
    scenario
}

/// A trial of millions of events ends in its middle, and nothing is left of a run that has no whole chunk.
#[test]
fn long_trials_end_within_two_seconds() {
    let dir = TempDir::new().unwrap();
    let scenario = endless(dir.path());
    let scenario = scenario.to_str().unwrap();
    let out = dir.path().join("out");
    let path = out.to_str().unwrap();
    let slow = ["--set", "onset=1e9", "--trials", "5000", "--seed", "1"];
    for command in [
        &["run", scenario][..],
        &["run", scenario, "--sampler", "oracle"],
        &["compare", scenario, "--levers", "posture"],
    ] {
        let command = [command, &slow, &["--out", path]].concat();
        let running = spawn(&command, Stdio::piped());
        wait_until_built(&out);
        // The threads need a moment to begin the trials that are to be cut off.
        std::thread::sleep(Duration::from_millis(500));
        let interrupted = Instant::now();
        interrupt(&running);
        let output = running.wait_with_output().unwrap();
        let took = interrupted.elapsed();
        assert!(took < Duration::from_secs(2), "{command:?}: {took:?}");
        assert_eq!(output.status.code(), Some(1));
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.starts_with("stopping; "), "{stderr}");
        assert!(stderr.contains("there is nothing to keep"), "{stderr}");
        assert!(!out.exists() && !built(&out).exists());
    }
}

/// Waits until results for a folder are being built.
fn wait_until_built(out: &Path) {
    let started = Instant::now();
    while !built(out).exists() {
        assert!(
            started.elapsed() < Duration::from_secs(30),
            "nothing begins"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A command that is timed out gets one signal itself and one as a member of its group: these are one.
#[test]
fn two_signals_at_once_are_one() {
    let dir = TempDir::new().unwrap();
    let scenario = ladder();
    for attempt in 0..10 {
        let out = dir.path().join(format!("out-{attempt}"));
        let path = out.to_str().unwrap();
        let arguments = ["--seed", "7", "--trials", "1000000000", "--no-figures"];
        let arguments = [&["run", &scenario, "--out", path], &arguments[..]].concat();
        let running = spawn(&arguments, Stdio::piped());
        wait_until_begun(&out);
        std::thread::sleep(Duration::from_millis(200));
        let id = running.id().to_string();
        let both = ["-TERM", id.as_str(), id.as_str()];
        assert!(Command::new("kill").args(both).status().unwrap().success());
        let output = running.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(manifest(&out).run.trials_done > 0);
    }
}

/// A run that is killed leaves earlier results as they were, or nothing that passes for results, and the next run clears it away.
#[test]
fn a_killed_run_leaves_no_result() {
    let dir = TempDir::new().unwrap();
    let out = dir.path().join("out");
    let scenario = ladder();
    let trials = ["--seed", "7", "--trials", "1000000000"];
    let small = ["--seed", "7", "--trials", "500"];
    for earlier in [None, Some(&[scenario.as_str(), "--seed", "8"][..])] {
        if let Some(earlier) = earlier {
            done(&inputs(), earlier, &out);
        }
        let summary = fs::read(out.join("summary.json")).ok();
        let arguments = [
            &["run", &scenario, "--out", out.to_str().unwrap()],
            &trials[..],
        ]
        .concat();
        let mut running = spawn(&arguments, Stdio::piped());
        wait_until_begun(&out);
        std::thread::sleep(Duration::from_millis(300));
        // On Unix this is SIGKILL.
        running.kill().unwrap();
        running.wait().unwrap();
        assert!(built(&out).exists());
        assert!(fs::read(out.join("summary.json")).ok() == summary);
        assert_eq!(out.exists(), earlier.is_some());
        done(
            &inputs(),
            &[&[scenario.as_str()], &small[..]].concat(),
            &out,
        );
        assert!(!built(&out).exists());
        assert_eq!(manifest(&out).run.trials_done, 500);
        fs::remove_dir_all(&out).unwrap();
    }
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
    wait_until_begun(out.path());
    // A few chunks need their time.
    std::thread::sleep(Duration::from_millis(300));
    interrupt(&running);
    let output = running.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");

    let run = manifest(out.path()).details.run;
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
    let folder = out.path().to_str().unwrap();
    let plot = format!("detente plot {folder} draws them");
    assert!(stderr.contains(&plot), "{stderr}");
    assert!(!out.path().join("figures").exists());
    assert_eq!(detente(&inputs(), &["plot", folder]).code, Some(0));
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
