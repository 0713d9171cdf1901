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
