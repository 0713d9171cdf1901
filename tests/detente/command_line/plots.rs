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
        assert_eq!(said.code, Some(2));
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
    for name in ["survival.svg", "levels.svg"] {
        fs::write(figures.join(name), "old").unwrap();
    }
    let said = detente(
        out.path(),
        &["plot", folder, "--only", "survival", "--only", "trial"],
    );
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    let drawn: Vec<&str> = said
        .stdout
        .lines()
        .map(|line| line.rsplit('/').next().unwrap())
        .collect();
    assert_eq!(drawn, ["survival.svg", "trial-0.svg"]);
    assert!(fs::read(figures.join("survival.svg")).unwrap() == before);
    assert_eq!(
        fs::read_to_string(figures.join("levels.svg")).unwrap(),
        "old"
    );
    let said = detente(out.path(), &["plot", folder, "--only", "level"]);
    assert_eq!(said.code, Some(2));
    assert!(
        said.stderr
            .contains("no figure of this run is called `level`; there are levels, "),
        "{}",
        said.stderr
    );
}
