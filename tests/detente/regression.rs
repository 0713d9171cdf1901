//! The committed reference runs, byte for byte. What makes the numbers right is tested elsewhere; this shows that they
//! have not moved unnoticed. `results/README.md` says how to make them anew.

use detente::study::{
    Overrides, Plan, RunManifest, RunOptions, draw_rates, load, load_with_rates, rates, run,
};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}

#[test]
fn reference_runs_are_reproduced() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let references: Vec<PathBuf> = fs::read_dir(root.join("results/reference"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("summary.json").exists())
        .collect();
    assert!(references.len() >= 2);
    for reference in references {
        let text = fs::read_to_string(reference.join("manifest.json")).unwrap();
        let manifest: RunManifest = serde_json::from_str(&text).unwrap();
        let scenario = root.join(manifest.scenario.file.clone().unwrap());
        let policy = manifest.policy.file.as_ref().map(|file| root.join(file));
        let policy = policy.as_ref().map(|path| path.to_str().unwrap());
        let loaded = load(&scenario, policy, &Overrides::default()).unwrap();
        let out = tempfile::tempdir().unwrap();
        let options = RunOptions {
            plan: Plan {
                seed: manifest.run.seed,
                trials: manifest.run.trials_done,
                threads: 2,
                sampler: detente::study::Sampler::Engine,
                precision: None,
            },
            out: out.path().to_owned(),
            parameter_draws: 0,
            figures: true,
            trace: true,
            command_line: Vec::new(),
        };
        run(&loaded, &options, &AtomicBool::new(false), |_| ()).unwrap();
        let mut compared = 0;
        for file in files_below(&reference) {
            let name = file.strip_prefix(&reference).unwrap();
            if name == Path::new("manifest.json") {
                continue;
            }
            let again = fs::read(out.path().join(name)).unwrap();
            assert!(
                again == fs::read(&file).unwrap(),
                "{} differs",
                file.display()
            );
            compared += 1;
        }
        assert!(compared >= 5, "{}", reference.display());
    }
}

/// The table of rates in docs/model.md, its figure, and that figure's numbers.
#[test]
fn reference_rates_are_reproduced() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scenario = root.join("configs/belarus-2019");
    let overrides = Overrides::default();
    let loaded = load_with_rates(&scenario, None, Some("multi-vector"), &overrides).unwrap();
    let plan = Plan {
        seed: 1,
        trials: 20_000,
        threads: 2,
        sampler: detente::study::Sampler::Engine,
        precision: None,
    };
    let report = rates(&loaded, plan).unwrap();
    let out = tempfile::tempdir().unwrap();
    draw_rates(&loaded, &report, out.path(), Vec::new()).unwrap();
    for kind in ["svg", "csv"] {
        let name = format!("rates-seed-1.{kind}");
        let reference = root.join("results/reference/belarus-rates").join(&name);
        let again = fs::read(out.path().join(&name)).unwrap();
        assert!(again == fs::read(reference).unwrap(), "{name} differs");
    }
    let page = fs::read_to_string(root.join("docs/model.md")).unwrap();
    for rate in &report.rates {
        let mark = if rate.overlaps == Some(true) {
            ""
        } else {
            " ≠"
        };
        let start = format!("| {}{mark} | ", rate.title);
        let row = page.lines().find_map(|line| line.strip_prefix(&start));
        let row = row.unwrap_or_else(|| panic!("docs/model.md has no row `{start}`"));
        let told: f64 = row.split(' ').next().unwrap().parse().unwrap();
        let implied = rate.implied.unwrap();
        assert!(
            (told - implied).abs() <= 0.006 * implied,
            "docs/model.md, {}: {told} is now {implied}",
            rate.title
        );
    }
}
