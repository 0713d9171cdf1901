//! `detente exact` and `detente export`.

use super::*;

#[test]
fn a_solution_and_a_run_beside_it() {
    let folder = TempDir::new().unwrap();
    let (run, exact) = (folder.path().join("run"), folder.path().join("exact"));
    ladder_run(&run, &[]);
    let scenario = ladder();
    let arguments = [
        "exact",
        &scenario,
        "--against",
        "run",
        "--out",
        "exact",
        "--quiet",
    ];
    let said = detente(folder.path(), &arguments);
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
    same_as_before("exact-against", &said.stdout);
    assert_eq!(
        files_below(&exact),
        [
            "figures/exact.csv",
            "figures/exact.png",
            "figures/exact.svg",
            "manifest.json",
            "policy.toml",
            "scenario.toml",
            "summary.json"
        ]
    );
}

#[test]
fn refusals_show_their_place() {
    let folder = TempDir::new().unwrap();
    let text = "[scenario]\nname = \"t\"\ntime_unit = \"year\"\nhorizon = 1.0\n[variables]\nx = { initial = 0.5 }\n[events]\n\
        e = { clock = \"gamma(mean = 1, shape = 2)\", do = [\"x += 1\"] }\n";
    fs::write(folder.path().join("s.toml"), text).unwrap();
    let exact = complaint(folder.path(), &["exact", "s.toml"]);
    let export = complaint(folder.path(), &["export", "s.toml", "--format", "prism"]);
    same_as_before("exact-and-export-refuse", &format!("{exact}\n{export}"));
}

#[test]
fn a_model_on_standard_output() {
    let folder = TempDir::new().unwrap();
    let arguments = [
        "export",
        &ladder(),
        "--format",
        "prism",
        "--horizon",
        "5",
        "--set",
        "danger_to_threat=0.25",
    ];
    let said = detente(folder.path(), &arguments);
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
    assert!(said.stdout.contains("const double horizon = 5;"));
    assert!(
        said.stdout
            .contains("const double danger_to_threat = 0.25;")
    );
}
