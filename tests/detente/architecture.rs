//! The shape of the code: each crate depends only on those above it, and what else can be read off the source.

use std::fs;
use std::path::{Path, PathBuf};

/// The crates, in the order in which data flows: each depends only on those above it.
const LAYERS: [&str; 7] = [
    "detente-stats",
    "detente-model",
    "detente-sim",
    "detente-report",
    "detente-study",
    "detente-output",
    "detente",
];

/// Lines that a file of the source has at most.
const LINES_AT_MOST: usize = 700;

#[test]
fn crates_depend_only_on_those_above_them() {
    let mut folders: Vec<PathBuf> = fs::read_dir(root().join("crates"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.push(root().to_owned());
    folders.sort();
    let mut found = Vec::new();
    let mut wrong = Vec::new();
    for folder in folders {
        let text = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        let manifest: toml::Table = text.parse().unwrap();
        let name = manifest["package"]["name"].as_str().unwrap().to_owned();
        let Some(place) = LAYERS.iter().position(|layer| *layer == name) else {
            wrong.push(format!("{name} is in no layer"));
            continue;
        };
        for dependency in dependencies(&manifest) {
            if dependency.starts_with("detente") && !LAYERS[..place].contains(&dependency.as_str())
            {
                wrong.push(format!(
                    "{name} depends on {dependency}, which is not above it"
                ));
            }
        }
        found.push(name);
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert_eq!(found.len(), LAYERS.len(), "{found:?}");
}

/// The packages that a manifest depends on, in whatever section.
fn dependencies(manifest: &toml::Table) -> Vec<String> {
    let mut found = Vec::new();
    for (key, value) in manifest {
        let Some(table) = value.as_table() else {
            continue;
        };
        if key.ends_with("dependencies") {
            for (name, of) in table {
                let renamed = of.get("package").and_then(toml::Value::as_str);
                found.push(renamed.unwrap_or(name).to_owned());
            }
        } else if key == "target" {
            let targets = table.values().filter_map(toml::Value::as_table);
            found.extend(targets.flat_map(dependencies));
        }
    }
    found
}

#[test]
fn files_are_short_and_begin_with_what_they_are() {
    let mut wrong = Vec::new();
    for (name, text) in source_files() {
        let lines = text.lines().count();
        if lines > LINES_AT_MOST {
            wrong.push(format!("{name}: {lines} lines"));
        }
        if !text.starts_with("//! ") {
            wrong.push(format!("{name}: no `//!` at its head"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The compiler holds it: `unsafe_code` is forbidden to the workspace, and each crate takes the workspace's lints.
#[test]
fn nothing_is_unsafe() {
    let mut manifests: Vec<PathBuf> = fs::read_dir(root().join("crates"))
        .unwrap()
        .map(|entry| entry.unwrap().path().join("Cargo.toml"))
        .collect();
    manifests.extend([root().join("Cargo.toml"), root().join("benches/Cargo.toml")]);
    for path in manifests {
        let manifest: toml::Table = fs::read_to_string(&path).unwrap().parse().unwrap();
        let shared = manifest["lints"]["workspace"].as_bool();
        assert_eq!(shared, Some(true), "{}", path.display());
        if let Some(workspace) = manifest.get("workspace") {
            let level = workspace["lints"]["rust"]["unsafe_code"].as_str();
            assert_eq!(level, Some("forbid"));
        }
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files of the program and of the crates: names below the root, and texts.
fn source_files() -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = [root().join("src"), root().join("crates")]
        .iter()
        .flat_map(|folder| rust_files(folder))
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let name = path.strip_prefix(root()).unwrap();
            (name.display().to_string(), text)
        })
        .collect();
    files.sort();
    assert!(files.len() > 20, "found {} files only", files.len());
    files
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            files.push(path);
        }
    }
    files
}
