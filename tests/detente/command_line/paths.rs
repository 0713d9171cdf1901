//! Paths that are not UTF-8.

use super::*;
use std::os::unix::ffi::OsStrExt;

const SCENARIO: &str = r#"
[scenario]
name      = "t"
time_unit = "year"
horizon   = 1.0
[levers]
pace = { options = ["slow", "fast"], default = "slow" }
[variables]
x = { states = ["no", "yes"], initial = "no" }
[events]
turn = { when = "x == no", rate = "if(pace == fast, 2, 1)", do = ["x = yes"] }
[outcomes]
turned = { ever = "x == yes", better = "lower" }
years = { integral = "1" }
[rates]
a = { title = "A", count = "turned", per = "years", unit = "1", observed = 0.5, interval = [0, 2] }
[hypotheses.H]
claim = "c"
compare = "outcome(turned, pace = fast) - outcome(turned)"
expect = "> 0"
"#;

/// Every command reads a scenario and fills a folder whose paths are no text.
#[test]
fn are_read_and_written() {
    let folder = TempDir::new().unwrap();
    let inner = folder.path().join(OsStr::from_bytes(b"caf\xe9"));
    fs::create_dir_all(inner.join("policies")).unwrap();
    let scenario = inner.join(OsStr::from_bytes(b"sc\xffnario.toml"));
    fs::write(&scenario, SCENARIO).unwrap();
    fs::write(
        inner.join("policies/fast.toml"),
        "name = \"fast\"\nchoose = { pace = \"fast\" }\n",
    )
    .unwrap();
    let trials = ["--trials", "100", "--seed", "1"];
    let quick = ["--trials", "100", "--seed", "1", "--no-figures"];
    let all: [(&str, &[&str], bool); 10] = [
        ("run", &[&quick[..], &["--policy", "fast"]].concat(), true),
        (
            "compare",
            &[&quick[..], &["--levers", "pace"]].concat(),
            true,
        ),
        (
            "compare",
            &[&quick[..], &["--policies", "fast", "fast"]].concat(),
            false,
        ),
        ("hypotheses", &trials, true),
        ("exact", &[], true),
        ("rates", &[&trials[..], &["--figure"]].concat(), true),
        ("trace", &["--trial", "0", "--seed", "1", "--figure"], true),
        ("check", &["fast", "--graph"], true),
        ("export", &["--format", "prism"], false),
        ("run", &[&quick[..], &["--set", "q=1"]].concat(), false),
    ];
    for (place, (command, further, fills)) in all.into_iter().enumerate() {
        let out = folder
            .path()
            .join(OsStr::from_bytes(&[b'o', 0xfe, b'0' + place as u8]));
        let mut arguments: Vec<&OsStr> = vec![command.as_ref(), scenario.as_ref()];
        arguments.extend(further.iter().map(OsStr::new));
        if fills {
            arguments.extend([OsStr::new("--out"), out.as_ref()]);
        }
        let said = detente(folder.path(), &arguments);
        // Two policies of one name, and a parameter that there is not.
        let mistake = further.contains(&"--policies") || further.contains(&"--set");
        let expected = if mistake { 2 } else { 0 };
        assert_eq!(said.code, Some(expected), "{arguments:?}: {}", said.stderr);
        assert_eq!(out.is_dir(), fills, "{arguments:?}");
        if command == "run" && fills {
            assert!(
                manifest(&out)
                    .run
                    .command_line
                    .iter()
                    .any(|word| word.ends_with("sc\\xffnario.toml"))
            );
            let plot: [&OsStr; 2] = ["plot".as_ref(), out.as_ref()];
            assert_eq!(detente(folder.path(), &plot).code, Some(0));
        }
    }
    let policy = inner.join("policies/fast.toml");
    let arguments: [&OsStr; 4] = [
        "run".as_ref(),
        scenario.as_ref(),
        "--policy".as_ref(),
        policy.as_ref(),
    ];
    let said = detente(folder.path(), &arguments);
    assert_eq!(said.code, Some(2), "{}", said.stderr);
    assert!(said.stderr.contains("is not UTF-8 text"), "{}", said.stderr);
}
