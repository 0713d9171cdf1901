//! Nothing of the user's is lost: neither earlier results nor foreign files, whatever fails and whenever the program is killed.

use super::*;
use assert_cmd::cargo::cargo_bin;
use std::collections::BTreeMap;
use std::os::unix::fs::symlink;
use std::process::{Command, Output, Stdio};
use std::time::Instant;

/// Files by path, with their bytes; a symbolic link by what it says. What the program hides while it works is left out.
type Tree = BTreeMap<PathBuf, Vec<u8>>;

fn tree(folder: &Path) -> Tree {
    let mut tree = Tree::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let about = fs::symlink_metadata(&path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        if name.ends_with(".detente-partial") {
            continue;
        }
        if about.is_dir() {
            tree.extend(self::tree(&path));
        } else if about.is_symlink() {
            let link = fs::read_link(&path).unwrap();
            tree.insert(path, link.into_os_string().into_encoded_bytes());
        } else {
            tree.insert(path.clone(), fs::read(path).unwrap());
        }
    }
    tree
}

/// What of a tree no manifest lists, and the rest.
fn split(root: &Path, out: &Path) -> (Tree, Tree) {
    let text = fs::read_to_string(out.join("manifest.json")).unwrap_or_else(|_| "{}".to_owned());
    let manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
    let listed = |path: &PathBuf| {
        let name = path.strip_prefix(out).ok().and_then(Path::to_str);
        name.is_some_and(|name| name == "manifest.json" || !manifest["files"][name].is_null())
    };
    tree(root).into_iter().partition(|(path, _)| !listed(path))
}

/// Trials into `out`, the second time with another seed than the first.
fn arguments<'a>(scenario: &'a str, out: &'a Path, seed: &'a str) -> Vec<&'a str> {
    let out = out.to_str().unwrap();
    vec![
        "run", scenario, "--trials", "1200", "--seed", seed, "--out", out,
    ]
}

/// A folder with a finished run in it, figures included, and files of somebody's own.
fn full(root: &Path) -> PathBuf {
    let out = root.join("out");
    let ladder = ladder();
    let first = detente(root, &arguments(&ladder, &out, "1"));
    assert_eq!(first.code, Some(0), "{}", first.stderr);
    fs::create_dir(out.join("notes")).unwrap();
    for name in ["notes.txt", "notes/a.txt", "figures/notes.txt"] {
        fs::write(out.join(name), "mine").unwrap();
    }
    symlink("../elsewhere", out.join("link")).unwrap();
    out
}

/// The results in `out` are those before or those after, whole, and everything else is as before; whether they are new.
#[track_caller]
fn nothing_is_lost(root: &Path, out: &Path, before: &(Tree, Tree), after: &Tree) -> bool {
    let (foreign, results) = split(root, out);
    assert!(foreign == before.0, "foreign files differ");
    if results == before.1 {
        return false;
    }
    let but_manifest = |tree: &Tree| {
        let mut tree = tree.clone();
        tree.remove(&out.join("manifest.json")).unwrap();
        tree
    };
    assert!(
        but_manifest(&results) == *after,
        "neither the old results nor the new"
    );
    true
}

/// The library that makes calls fail.
#[cfg(target_os = "linux")]
fn failing_calls(folder: &Path) -> PathBuf {
    let source =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/detente/command_line/failing_calls.c");
    let library = folder.join("failing_calls.so");
    let compiler = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
    let compiled = Command::new(compiler)
        .args(["-shared", "-fPIC", "-o"])
        .args([&library, &source])
        .arg("-ldl")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&compiled.stderr);
    assert!(compiled.status.success(), "{told}");
    library
}

/// A second run into a full folder, in which call number `at` to the system fails, it and all later ones, or kills the program, for every
/// call that it makes.
#[test]
#[cfg(target_os = "linux")]
fn failing_calls_lose_nothing() {
    let tools = TempDir::new().unwrap();
    let library = failing_calls(tools.path());
    let count = tools.path().join("count");
    let ladder = ladder();
    let attempt = |root: &Path, out: &Path, mode: &str, at: u64| -> Output {
        Command::new(cargo_bin!("detente"))
            .args(arguments(&ladder, out, "2"))
            .args(["--no-figures", "--threads", "1"])
            .env("LD_PRELOAD", &library)
            .env("FAULT_ROOT", root)
            .env("FAULT_COUNT", &count)
            .env("FAULT_MODE", mode)
            .env("FAULT_AT", at.to_string())
            .output()
            .unwrap()
    };
    // What the second run leaves, and how many calls it makes.
    let dir = TempDir::new().unwrap();
    let root = fs::canonicalize(dir.path()).unwrap();
    let out = full(&root);
    let done = attempt(&root, &out, "none", 0);
    assert!(done.status.success(), "{done:?}");
    let calls: u64 = fs::read_to_string(&count).unwrap().parse().unwrap();
    assert!(calls > 100, "{calls} calls");
    let new = split(&root, &out).1;
    let names = |tree: &Tree, root: &Path| -> Tree {
        let inside = tree.iter();
        let inside = inside.map(|(path, bytes)| {
            let name = path.strip_prefix(&out).unwrap();
            (root.join("out").join(name), bytes.clone())
        });
        inside
            .filter(|(path, _)| !path.ends_with("manifest.json"))
            .collect()
    };
    for mode in ["fail", "full", "kill"] {
        let dir = TempDir::new().unwrap();
        let root = fs::canonicalize(dir.path()).unwrap();
        let mut out = full(&root);
        let (mut before, after) = (split(&root, &out), names(&new, &root));
        let mut replaced = 0;
        for at in 1..=calls {
            let output = attempt(&root, &out, mode, at);
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert!(!stderr.contains("panicked"), "{mode} {at}: {stderr}");
            let is_new = nothing_is_lost(&root, &out, &before, &after);
            if output.status.success() {
                assert!(is_new, "{mode} {at}: done, and nothing is new");
            } else if mode != "kill" {
                assert_eq!(output.status.code(), Some(1), "{mode} {at}: {stderr}");
                assert!(!is_new, "{mode} {at}: failed, and results are new");
            }
            if is_new {
                replaced += 1;
                fs::remove_dir_all(&root).unwrap();
                fs::create_dir(&root).unwrap();
                out = full(&root);
                before = split(&root, &out);
            }
        }
        assert!(
            replaced < calls / 2,
            "{mode}: {replaced} of {calls} replaced"
        );
        // What was left by those that failed or were killed goes with the next that does not.
        let done = attempt(&root, &out, "none", 0);
        assert!(done.status.success(), "{done:?}");
        let left = fs::read_dir(&root).unwrap().count() + fs::read_dir(&out).unwrap().count();
        let hidden = files_below(&root)
            .iter()
            .any(|file| file.contains("detente-partial"));
        assert!(!hidden, "{mode}: something hidden is left among {left}");
    }
}

/// A hundred runs into a full folder, each killed at some moment of its time.
#[test]
fn kills_lose_nothing() {
    let dir = TempDir::new().unwrap();
    let root = fs::canonicalize(dir.path()).unwrap();
    let out = full(&root);
    let ladder = ladder();
    let spawn = || {
        Command::new(cargo_bin!("detente"))
            .args(arguments(&ladder, &out, "2"))
            .args(["--no-figures", "--quiet"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    };
    let before = split(&root, &out);
    let copy = TempDir::new().unwrap();
    let further = ["--no-figures", "--quiet"];
    let other = copy.path().join("out");
    let said = detente(
        &root,
        &[arguments(&ladder, &other, "2"), further.to_vec()].concat(),
    );
    assert_eq!(said.code, Some(0));
    let after = tree(&other).into_iter().map(|(path, bytes)| {
        let name = path.strip_prefix(&other).unwrap().to_owned();
        (out.join(name), bytes)
    });
    let after: Tree = after
        .filter(|(path, _)| !path.ends_with("manifest.json"))
        .collect();
    let started = Instant::now();
    let whole = spawn().wait_with_output().unwrap();
    assert!(whole.status.success());
    let time = started.elapsed();
    assert!(nothing_is_lost(&root, &out, &before, &after));
    let mut before = split(&root, &out);
    // Multiples of the golden ratio lie evenly in the run's time.
    for kill in 1..=100_u32 {
        let mut running = spawn();
        std::thread::sleep(time.mul_f64(f64::from(kill) * 0.618_033_988_749_895 % 1.0));
        running.kill().unwrap();
        running.wait().unwrap();
        if nothing_is_lost(&root, &out, &before, &after) {
            before = split(&root, &out);
        }
    }
}

/// Folders as people have them: whatever a command does, what was there and is not an earlier result of its own stays.
#[test]
fn foreign_files_stay() {
    type Layout = (&'static str, fn(&Path));
    let put = |path: PathBuf| {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "mine").unwrap();
    };
    fn file(out: &Path, name: &str) {
        let path = out.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "mine").unwrap();
    }
    fn link(out: &Path, to: &str, name: &str) {
        fs::create_dir_all(out).unwrap();
        symlink(to, out.join(name)).unwrap();
    }
    let layouts: [Layout; 20] = [
        ("an empty folder", |out| fs::create_dir(out).unwrap()),
        ("a file in its place", |out| fs::write(out, "mine").unwrap()),
        ("notes", |out| file(out, "notes.txt")),
        ("a hidden file", |out| file(out, ".gitignore")),
        ("folders", |out| file(out, "a/b/c.txt")),
        ("a paper's figure", |out| file(out, "figures/map.png")),
        ("a figure of the same name", |out| {
            file(out, "figures/levels.svg");
        }),
        ("a text among figures", |out| file(out, "figures/README.md")),
        ("draws", |out| file(out, "draws.csv")),
        ("a scenario", |out| file(out, "scenario.toml")),
        ("a manifest of something else", |out| {
            file(out, "manifest.json");
        }),
        ("a manifest of an earlier version", |out| {
            file(out, "summary.json");
            let old = "{\"program\": \"detente\", \"version\": \"0.1.0\"}";
            fs::write(out.join("manifest.json"), old).unwrap();
        }),
        ("a folder of a policy's name", |out| {
            file(out, "calm/notes.txt");
        }),
        ("figures of a trial", |out| file(out, "trial-0-seed-1.svg")),
        ("figures elsewhere", |out| link(out, "../photos", "figures")),
        ("a link to photos", |out| link(out, "../photos", "album")),
        ("a link to a file", |out| {
            link(out, "../photos/me.png", "summary.json");
        }),
        ("a link to nowhere", |out| {
            link(out, "nowhere", "trials.parquet");
        }),
        ("the folder itself a link", |out| {
            fs::create_dir(out.with_file_name("real")).unwrap();
            file(&out.with_file_name("real"), "notes.txt");
            symlink("real", out).unwrap();
        }),
        ("a link to a folder that is gone", |out| {
            symlink("gone", out).unwrap();
        }),
    ];
    let ladder = ladder();
    let trials = ["--trials", "100", "--seed", "1", "--no-figures"];
    let policies = ["--policies", "calm.toml", "tense.toml"];
    let commands: [Vec<&str>; 5] = [
        [&["run", &ladder, "--out", "out"], &trials[..]].concat(),
        [
            &["compare", &ladder, "--out", "out"],
            &policies[..],
            &trials,
        ]
        .concat(),
        vec!["exact", &ladder, "--out", "out"],
        vec![
            "trace", &ladder, "--trial", "0", "--seed", "1", "--figure", "--out", "out",
        ],
        vec!["check", &ladder, "--graph", "--out", "out"],
    ];
    for (name, build) in layouts {
        for command in &commands {
            let dir = TempDir::new().unwrap();
            put(dir.path().join("photos/me.png"));
            for (name, onset) in [("calm", "0.2"), ("tense", "0.6")] {
                let text = format!("name = \"{name}\"\nset = {{ danger_to_threat = {onset} }}\n");
                fs::write(dir.path().join(format!("{name}.toml")), text).unwrap();
            }
            build(&dir.path().join("out"));
            let before = tree(dir.path());
            for time in ["first", "second"] {
                let said = detente(dir.path(), command);
                let told = format!("{name}, {}, {time} time: {}", command[0], said.stderr);
                assert!(matches!(said.code, Some(0 | 2)), "{told}");
                let now = tree(dir.path());
                for (path, bytes) in &before {
                    assert!(now.get(path) == Some(bytes), "{told}: {}", path.display());
                }
                if said.code == Some(2) {
                    assert_eq!(now.len(), before.len(), "{told}");
                }
            }
        }
    }
}

/// A scenario beside which the results are to go is not replaced by the one that they bring along.
#[test]
fn inputs_stay() {
    let dir = TempDir::new().unwrap();
    let scenario = dir.path().join("scenario.toml");
    let text = fs::read_to_string(inputs().join("sound.toml")).unwrap() + "# a comment\n";
    fs::write(&scenario, &text).unwrap();
    let more = [
        "--trials",
        "100",
        "--seed",
        "1",
        "--horizon",
        "2",
        "--out",
        ".",
    ];
    let said = detente(dir.path(), &[&["run", "scenario.toml"], &more[..]].concat());
    assert_eq!(said.code, Some(2));
    assert!(
        said.stderr.contains("scenario.toml was not made by"),
        "{}",
        said.stderr
    );
    assert_eq!(fs::read_to_string(&scenario).unwrap(), text);
    assert_eq!(files_below(dir.path()), ["scenario.toml"]);
}

/// An exact solution and a run, which have files of one name, do not take each other's place.
#[test]
fn an_exact_solution_does_not_replace_a_run() {
    let dir = TempDir::new().unwrap();
    let out = dir.path().join("out");
    ladder_run(&out, &["--no-figures"]);
    let before = tree(&out);
    let said = detente(dir.path(), &["exact", &ladder(), "--out", "out"]);
    assert_eq!(said.code, Some(2));
    assert!(
        said.stderr
            .contains("holds a run and not an exact solution"),
        "{}",
        said.stderr
    );
    assert!(tree(&out) == before);
}
