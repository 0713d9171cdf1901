//! What stays and what goes where results take their place.

use super::*;
use std::collections::BTreeMap;

const ALL: [ResultKind; 7] = [
    ResultKind::Run,
    ResultKind::Exact,
    ResultKind::Comparison,
    ResultKind::Selection,
    ResultKind::Hypotheses,
    ResultKind::Game,
    ResultKind::Figures,
];

/// Finishes results whose files have the content given.
fn fill(path: &Path, kind: ResultKind, content: &str) -> Result<(), StoreError> {
    let folder = ResultFolder::begin(path, kind, &[])?;
    folder.write("summary.json", content.as_bytes())?;
    folder.write_figure("levels", "svg", content.as_bytes())?;
    folder.finish(&BTreeMap::from([("program", "detente")]))
}

/// Every file and link below a folder, hidden ones included, with its content.
fn tree(path: &Path) -> BTreeMap<PathBuf, String> {
    let mut tree = BTreeMap::new();
    for entry in fs::read_dir(path).unwrap() {
        let path = entry.unwrap().path();
        let about = fs::symlink_metadata(&path).unwrap();
        if about.is_dir() {
            tree.extend(self::tree(&path));
        } else if about.is_symlink() {
            let link = fs::read_link(&path).unwrap();
            tree.insert(path, format!("-> {}", link.display()));
        } else {
            let content = fs::read_to_string(&path).unwrap();
            tree.insert(path, content);
        }
    }
    tree
}

fn refused(path: &Path, result: Result<impl std::fmt::Debug, StoreError>, says: &str) {
    let before = tree(path);
    let error = result.unwrap_err();
    assert!(error.is_mistake(), "{error:?}");
    assert!(error.to_string().contains(says), "{error}");
    assert_eq!(tree(path), before);
}

#[test]
fn results_take_the_place_of_earlier_ones_at_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("out");
    fill(&path, ResultKind::Run, "old").unwrap();
    let old = tree(dir.path());
    assert_eq!(old.len(), 3);
    let folder = ResultFolder::begin(&path, ResultKind::Run, &[]).unwrap();
    folder.write("summary.json", b"new").unwrap();
    let still = |tree: BTreeMap<PathBuf, String>| {
        old.iter().all(|(path, text)| tree.get(path) == Some(text))
    };
    assert!(still(tree(dir.path())));
    drop(folder);
    assert_eq!(tree(dir.path()), old, "what was not finished goes");
    fill(&path, ResultKind::Run, "new").unwrap();
    let new = tree(dir.path());
    assert_eq!(new.len(), 3);
    assert_eq!(new[&path.join("summary.json")], "new");
    let listing = Listing::read(&path).unwrap().unwrap();
    let names: Vec<&str> = listing.files.keys().map(String::as_str).collect();
    assert_eq!(names, ["figures/levels.svg", "summary.json"]);
    // Of the three letters `new`, by sha256sum.
    assert_eq!(
        listing.files["summary.json"],
        "11507a0e2f5e69d5dfa40a62a1bd7b6ee57e6bcd85c67c9b8431b36fff21c437"
    );
}

#[test]
fn what_no_run_made_stays() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("out");
    fs::create_dir_all(path.join("figures")).unwrap();
    fs::create_dir_all(path.join("notes/empty")).unwrap();
    fs::write(path.join("figures/plan.txt"), "mine").unwrap();
    fs::write(path.join("notes/a.txt"), "mine too").unwrap();
    fill(&path, ResultKind::Run, "old").unwrap();
    fs::write(path.join("later.txt"), "mine as well").unwrap();
    fill(&path, ResultKind::Run, "new").unwrap();
    let found = tree(dir.path());
    assert_eq!(found.len(), 6, "{found:?}");
    assert_eq!(found[&path.join("summary.json")], "new");
    for (name, text) in [
        ("figures/plan.txt", "mine"),
        ("notes/a.txt", "mine too"),
        ("later.txt", "mine as well"),
    ] {
        assert_eq!(found[&path.join(name)], text);
    }
    assert!(path.join("notes/empty").is_dir());
}

#[test]
fn what_no_run_made_is_not_replaced() {
    for name in ["figures/map.png", "draws.csv", "manifest.json", "figures"] {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, "mine").unwrap();
        refused(
            dir.path(),
            fill(dir.path(), ResultKind::Run, "new"),
            "was not made",
        );
        // The same beside finished results.
        let path = dir.path().join("out");
        fill(&path, ResultKind::Exact, "old").unwrap();
        if !path.join(name).exists() {
            fs::write(path.join(name), "mine").unwrap();
            refused(&path, fill(&path, ResultKind::Exact, "new"), "was not made");
        }
    }
}

#[test]
#[cfg(unix)]
fn links_are_not_followed() {
    use std::os::unix::fs::symlink;
    let dir = tempfile::tempdir().unwrap();
    let (photos, path) = (dir.path().join("photos"), dir.path().join("out"));
    fs::create_dir_all(&photos).unwrap();
    fs::write(photos.join("me.png"), "me").unwrap();
    fs::create_dir(&path).unwrap();
    symlink("../photos", path.join("figures")).unwrap();
    refused(
        dir.path(),
        fill(&path, ResultKind::Run, "new"),
        "was not made",
    );
    fs::remove_file(path.join("figures")).unwrap();
    fill(&path, ResultKind::Run, "old").unwrap();
    symlink("../photos", path.join("album")).unwrap();
    symlink("nowhere", path.join("dangling")).unwrap();
    fill(&path, ResultKind::Run, "new").unwrap();
    let found = tree(dir.path());
    assert_eq!(found[&path.join("album")], "-> ../photos");
    assert_eq!(found[&path.join("dangling")], "-> nowhere");
    assert_eq!(found[&photos.join("me.png")], "me");
    // The folder of figures as a link among finished results.
    fs::rename(path.join("figures"), dir.path().join("moved")).unwrap();
    symlink("../moved", path.join("figures")).unwrap();
    refused(
        dir.path(),
        fill(&path, ResultKind::Run, "newer"),
        "was not made",
    );
    // A link as the folder that is given is followed: its user says so.
    let link = dir.path().join("link");
    let real = dir.path().join("real");
    fill(&real, ResultKind::Run, "old").unwrap();
    symlink("real", &link).unwrap();
    fill(&link, ResultKind::Run, "new").unwrap();
    assert_eq!(
        fs::read_to_string(real.join("summary.json")).unwrap(),
        "new"
    );
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
}

#[test]
fn what_was_edited_protected_or_given_stays() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("out");
    fill(&path, ResultKind::Run, "old").unwrap();
    let figure = path.join("figures/levels.svg");
    fs::write(&figure, "with a better title").unwrap();
    refused(&path, fill(&path, ResultKind::Run, "new"), "has changed");
    fs::write(&figure, "old").unwrap();
    let input = path.join("summary.json");
    let begun = ResultFolder::begin(&path, ResultKind::Run, &[input]);
    refused(&path, begun, "is an input");
    let about = fs::metadata(&figure).unwrap().permissions();
    let mut protected = about.clone();
    protected.set_readonly(true);
    fs::set_permissions(&figure, protected).unwrap();
    refused(&path, fill(&path, ResultKind::Run, "new"), "protected");
    fs::set_permissions(&figure, about).unwrap();
    fill(&path, ResultKind::Run, "new").unwrap();
}

#[test]
#[cfg(unix)]
fn a_protected_folder_stays_and_permissions_are_kept() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("out");
    fill(&path, ResultKind::Run, "old").unwrap();
    let mode = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    for folder in [path.clone(), path.join("figures")] {
        mode(&folder, 0o555);
        refused(&path, fill(&path, ResultKind::Run, "new"), "protected");
        mode(&folder, 0o700);
    }
    fill(&path, ResultKind::Run, "new").unwrap();
    for folder in [path.clone(), path.join("figures")] {
        let now = fs::metadata(folder).unwrap().permissions().mode();
        assert_eq!(now & 0o777, 0o700);
    }
}

#[test]
#[cfg(unix)]
fn two_runs_cannot_fill_one_folder() {
    let dir = tempfile::tempdir().unwrap();
    for path in [dir.path().to_owned(), dir.path().join("out")] {
        let first = ResultFolder::begin(&path, ResultKind::Run, &[]).unwrap();
        let second = ResultFolder::begin(&path, ResultKind::Run, &[]);
        let second = second.unwrap_err().to_string();
        assert!(second.contains("another run is writing here"), "{second}");
        drop(first);
        drop(ResultFolder::begin(&path, ResultKind::Run, &[]).unwrap());
    }
}

#[test]
fn results_of_another_kind_stay() {
    let dir = tempfile::tempdir().unwrap();
    for kind in ALL {
        let path = dir.path().join(kind.words());
        fill(&path, kind, "old").unwrap();
        for other in ALL.into_iter().filter(|other| *other != kind) {
            let says = format!("holds {} and not {}", kind.words(), other.words());
            refused(&path, fill(&path, other, "new"), &says);
        }
        fill(&path, kind, "new").unwrap();
        assert_eq!(
            fs::read_to_string(path.join("summary.json")).unwrap(),
            "new"
        );
    }
}

#[test]
fn a_new_version_keeps_what_is_not_made_anew() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("out");
    fill(&path, ResultKind::Run, "old").unwrap();
    let before = tree(&path);
    let folder = ResultFolder::open(&path).unwrap();
    let amended = folder.amend(|_| true).unwrap();
    amended.finish_amended(&folder).unwrap();
    assert_eq!(tree(dir.path()), before);
    let amended = folder.amend(|_| true).unwrap();
    amended.write_figure("levels", "svg", b"thinner").unwrap();
    assert_eq!(tree(&path), before, "the earlier file keeps its bytes");
    amended.finish_amended(&folder).unwrap();
    let after = tree(dir.path());
    assert_eq!(after.len(), 3);
    assert_eq!(after[&path.join("figures/levels.svg")], "thinner");
    assert_eq!(after[&path.join("summary.json")], "old");
    fill(&path, ResultKind::Run, "new").unwrap();
}

#[test]
fn results_inside_results_go_with_them() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("out");
    let compare = |names: &[&str]| -> Result<(), StoreError> {
        let folder = ResultFolder::begin(&path, ResultKind::Comparison, &[])?;
        for name in names {
            let child = folder.child(name, ResultKind::Run)?;
            child.write("summary.json", name.as_bytes())?;
            child.finish(&BTreeMap::from([("program", "detente")]))?;
        }
        folder.write("comparison.json", b"{}")?;
        folder.finish(&BTreeMap::from([("program", "detente")]))
    };
    compare(&["a", "b"]).unwrap();
    fs::write(path.join("b/notes.txt"), "mine").unwrap();
    // Drawn anew by itself, which its own manifest knows and the other does not.
    let child = ResultFolder::open(&path.join("a")).unwrap();
    let amended = child.amend(|_| true).unwrap();
    amended.write_figure("levels", "svg", b"new").unwrap();
    amended.finish_amended(&child).unwrap();
    compare(&["a", "c"]).unwrap();
    let found: Vec<PathBuf> = tree(dir.path()).into_keys().collect();
    let names = [
        "a/manifest.json",
        "a/summary.json",
        "b/notes.txt",
        "c/manifest.json",
        "c/summary.json",
        "comparison.json",
        "manifest.json",
    ];
    assert_eq!(found, names.map(|name| path.join(name)));
    // A folder of somebody's own does not become a policy's.
    refused(&path, compare(&["a", "b"]), "was not made");
}

/// A pipe is told of before any trial is run, and folders of names that the program does not use are nobody's but their makers'.
#[test]
#[cfg(unix)]
fn pipes_are_refused_and_hidden_folders_stay() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("out");
    fs::create_dir_all(path.join(".partial")).unwrap();
    fs::create_dir_all(dir.path().join(".out.partial")).unwrap();
    fs::write(path.join(".partial/own.txt"), "mine").unwrap();
    fs::write(dir.path().join(".out.partial/own.txt"), "mine").unwrap();
    for _ in 0..2 {
        fill(&path, ResultKind::Run, "new").unwrap();
        let found = tree(dir.path());
        assert_eq!(found[&path.join(".partial/own.txt")], "mine");
        assert_eq!(found[&dir.path().join(".out.partial/own.txt")], "mine");
    }
    let socket = path.join("socket");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let refused = ResultFolder::begin(&path, ResultKind::Run, &[]).unwrap_err();
    assert!(refused.is_mistake(), "{refused}");
    assert!(
        refused.to_string().contains("socket was not made"),
        "{refused}"
    );
    assert!(!dir.path().join(".out.detente-partial").exists());
}

/// A process that is killed as it puts results into a folder that held none.
#[test]
#[cfg(unix)]
fn what_a_killed_process_has_left_goes() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("notes.txt"), "mine").unwrap();
    let folder = ResultFolder::begin(dir.path(), ResultKind::Run, &[]).unwrap();
    folder.write("summary.json", b"old").unwrap();
    fs::hard_link(folder.file("summary.json"), dir.path().join("summary.json")).unwrap();
    std::mem::forget(folder);
    // The lock of a process goes with it; here it has to be another name for what it left.
    let left = dir.path().join(".detente-partial");
    fs::rename(&left, dir.path().join("moved")).unwrap();
    fs::create_dir(&left).unwrap();
    fs::rename(
        dir.path().join("moved/summary.json"),
        left.join("summary.json"),
    )
    .unwrap();
    fs::remove_dir(dir.path().join("moved")).unwrap();
    fill(dir.path(), ResultKind::Run, "new").unwrap();
    let found = tree(dir.path());
    assert_eq!(found.len(), 4, "{found:?}");
    assert_eq!(found[&dir.path().join("summary.json")], "new");
    assert_eq!(found[&dir.path().join("notes.txt")], "mine");
}
