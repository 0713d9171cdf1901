//! `detente plot`.

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
    let here = detente(out.path(), &["plot", "."]);
    assert_eq!(here.code, Some(2));
    assert!(
        here.stderr.contains("is the current folder"),
        "{}",
        here.stderr
    );
    let folder = out.path().to_str().unwrap();
    let said = detente(kept.path(), &["plot", folder]);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert_eq!(said.stderr, "");
    let drawn: Vec<&str> = said.stdout.lines().collect();
    assert!(!drawn.is_empty() && drawn.iter().all(|file| out.path().join(file).is_file()));
    same_bytes(kept.path(), out.path());
    // Where every figure is what it was, nothing has to take any place.
    let before = fs::read(out.path().join("manifest.json")).unwrap();
    let said = detente(out.path(), &["plot", "."]);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    same_bytes(kept.path(), out.path());
    assert!(fs::read(out.path().join("manifest.json")).unwrap() == before);
}

#[test]
fn fail_where_there_is_no_finished_run() {
    let dir = TempDir::new().unwrap();
    for folder in [".", "missing"] {
        let said = detente(dir.path(), &["plot", folder]);
        assert_eq!(said.code, Some(2));
        assert_eq!(said.stdout, "");
        assert!(
            said.stderr.contains("no finished results stand here"),
            "{}",
            said.stderr
        );
    }
    fs::write(dir.path().join("manifest.json"), "{}").unwrap();
    let said = detente(dir.path(), &["plot", "."]);
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("lists no files"), "{}", said.stderr);
    let listing = r#"{"kind": "run", "files": {}}"#;
    fs::write(dir.path().join("manifest.json"), listing).unwrap();
    fs::write(dir.path().join("summary.json"), "[1,").unwrap();
    let said = detente(dir.path(), &["plot", "."]);
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains(".json: "), "{}", said.stderr);
}

/// `--only` draws what it names, pages and all, and leaves the rest as it is.
#[test]
fn only_some_are_drawn() {
    let out = TempDir::new().unwrap();
    ladder_run(out.path(), &[]);
    let folder = out.path().to_str().unwrap();
    let figures = out.path().join("figures");
    let before = fs::read(figures.join("survival.svg")).unwrap();
    let here = inputs();
    let only = ["plot", folder, "--only", "survival", "--only", "trial"];
    // A figure that somebody has worked on is not drawn over.
    fs::write(figures.join("survival.svg"), "mine").unwrap();
    let said = detente(&here, &only);
    assert_eq!(said.code, Some(2), "{}", said.stderr);
    assert!(
        said.stderr.contains("survival.svg has changed since"),
        "{}",
        said.stderr
    );
    for name in ["survival.svg", "levels.svg"] {
        fs::remove_file(figures.join(name)).unwrap();
    }
    let said = detente(&here, &only);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    let drawn: Vec<&str> = said
        .stdout
        .lines()
        .map(|line| line.rsplit('/').next().unwrap())
        .collect();
    assert_eq!(drawn, ["survival.svg", "trial-0.svg"]);
    assert!(fs::read(figures.join("survival.svg")).unwrap() == before);
    assert!(!figures.join("levels.svg").exists());
    let said = detente(out.path(), &["plot", folder, "--only", "level"]);
    assert_eq!(said.code, Some(2));
    assert!(
        said.stderr
            .contains("no figure of a run is called `level`; there are levels, "),
        "{}",
        said.stderr
    );
}

/// A comparison of two made-up policies of the ladder, in a folder `out` beside them.
fn ladder_comparison(folder: &Path, further: &[&str]) -> Said {
    for (name, onset) in [("calm", "0.2"), ("tense", "0.6")] {
        let text = format!("name = \"{name}\"\nset = {{ danger_to_threat = {onset} }}\n");
        fs::write(folder.join(format!("{name}.toml")), text).unwrap();
    }
    let scenario = ladder();
    let arguments = [
        "compare",
        &scenario,
        "--policies",
        "calm.toml",
        "tense.toml",
        "--trials",
        "1000",
        "--seed",
        "5",
        "--out",
        "out",
    ];
    let said = detente(folder, &[&arguments[..], further].concat());
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    said
}

/// A comparison draws its figures, `plot` draws the same again, all or some, and says which there are.
#[test]
fn comparisons_are_drawn_again() {
    let dir = TempDir::new().unwrap();
    ladder_comparison(dir.path(), &[]);
    let figures = dir.path().join("out").join("figures");
    let stems = ["differences", "pareto", "sharing", "survival-differences"];
    let mut files = files_below(&figures);
    files.sort();
    let expected = stems
        .iter()
        .flat_map(|stem| ["csv", "png", "svg"].map(|kind| format!("{stem}.{kind}")));
    assert_eq!(files, expected.collect::<Vec<_>>());
    let before: Vec<Vec<u8>> = files
        .iter()
        .map(|file| fs::read(figures.join(file)).unwrap())
        .collect();
    for file in &files {
        fs::remove_file(figures.join(file)).unwrap();
    }
    let said = detente(dir.path(), &["plot", "out", "--only", "pareto"]);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert!(
        said.stdout.trim().ends_with("pareto.svg") && said.stdout.lines().count() == 1,
        "{}",
        said.stdout
    );
    assert!(!figures.join("sharing.svg").exists());
    let said = detente(dir.path(), &["plot", "out"]);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert_eq!(said.stdout.lines().count(), stems.len());
    for (file, before) in files.iter().zip(before) {
        assert!(
            fs::read(figures.join(file)).unwrap() == before,
            "{file} differs"
        );
    }
    let said = detente(dir.path(), &["plot", "out", "--only", "levels"]);
    assert_eq!(said.code, Some(2));
    let names = "no figure of a comparison is called `levels`; there are differences, survival-differences, pareto, sharing";
    assert!(said.stderr.contains(names), "{}", said.stderr);
}

#[test]
fn comparisons_draw_nothing_where_no_figures_are_wanted() {
    let dir = TempDir::new().unwrap();
    ladder_comparison(dir.path(), &["--no-figures"]);
    assert!(!dir.path().join("out").join("figures").exists());
}

/// Results without figures: the message says what stands in the folder and where its numbers are.
#[test]
fn results_without_figures_are_named() {
    let dir = TempDir::new().unwrap();
    let claim = "[hypotheses.H]\nclaim = \"It comes\"\ncompare = \"outcome(first_conflict)\"\nexpect = \"> 0\"\n";
    let scenario = ladder();
    let ladder = fs::read_to_string(&scenario).unwrap();
    fs::write(dir.path().join("claims.toml"), format!("{ladder}\n{claim}")).unwrap();
    for name in ["calm", "quiet"] {
        let policy = format!("name = \"{name}\"\n");
        fs::write(dir.path().join(format!("{name}.toml")), policy).unwrap();
    }
    let select = [
        "--policies",
        "calm.toml",
        "quiet.toml",
        "--outcome",
        "first_conflict",
    ];
    let select = [
        &["select", &scenario],
        &select[..],
        &["--indifference", "0.5"],
    ]
    .concat();
    for (made, told) in [
        (
            vec!["hypotheses", "claims.toml"],
            "holds hypotheses, which have no figures",
        ),
        (
            vec!["exact", &scenario],
            "holds an exact solution, which has no figures by itself",
        ),
        (select, "holds a selection, which has no figures"),
    ] {
        let out = ["--out", made[0]];
        let trials: &[&str] = if made[0] == "exact" {
            &[]
        } else {
            &["--trials", "10000", "--seed", "1"]
        };
        let said = detente(dir.path(), &[&made[..], &out, trials].concat());
        assert_eq!(said.code, Some(0), "{}", said.stderr);
        let said = detente(dir.path(), &["plot", made[0]]);
        assert_eq!((said.code, said.stdout.as_str()), (Some(2), ""));
        assert!(said.stderr.contains(told), "{}", said.stderr);
    }
}

/// `--out` is enough to have a figure drawn, by each command that draws one on demand.
#[test]
fn a_folder_is_enough_for_a_figure() {
    let dir = TempDir::new().unwrap();
    let (ladder, belarus) = (ladder(), config("belarus-2019"));
    for arguments in [
        vec!["check", &ladder],
        vec!["trace", &ladder, "--trial", "0", "--seed", "1"],
        vec!["rates", &belarus, "--trials", "200", "--seed", "1"],
    ] {
        let out = ["--out", arguments[0]];
        let said = detente(dir.path(), &[&arguments[..], &out].concat());
        assert_eq!(said.code, Some(0), "{}", said.stderr);
        let drawn = files_below(&dir.path().join(arguments[0]));
        assert!(drawn.iter().any(|file| file.contains(".svg")), "{drawn:?}");
    }
}
