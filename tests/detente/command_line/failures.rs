//! What a failure prints, pasted into a shell, shows the same failure.

use super::*;
use std::process::Command;

/// A count of steps that may not pass 24. Their rate is p/2 a year over ten years, four times as much at `fast` and six times at
/// `tense`: 5 on average at p = 1, so that 25 or more come about once in 7e9 trials; 15 at the upper end of p, 20 and 30 at the
/// levers' other options.
const LIMITS: &str = r#"
[scenario]
name      = "limits"
time_unit = "year"
horizon   = 10.0
[parameters]
p = { value = 1, unit = "1/year", range = [0.5, 3], source = "assumed: a test" }
[levers]
pace = { actor = "north", options = ["slow", "fast"], default = "slow" }
mood = { actor = "south", options = ["calm", "tense"], default = "calm" }
tone = { actor = "south", options = ["low", "high"], default = "low" }
[variables]
x = { initial = 0, min = 0, max = 24 }
[events]
move = { rate = "0.5 * p * if(pace == fast, 4, 1) * if(mood == tense, 6, 1)", do = ["x += 1"] }
[outcomes]
moves = { firings = "move", better = "lower" }
"#;

/// Beside the scenario, what divides by 0 once there have been nine steps.
const RATIO: &str = "[outcomes]\nratio = { maximum = \"1 / (9 - x) - 1 / (9 - x)\" }\nyears = { integral = \"1\" }\n";

/// A folder with the scenario under a name that a shell would take apart, policies, and files to lay over it.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("policies")).unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("it's $limits.toml", LIMITS);
    write("policies/slow.toml", "name = \"slow\"\nset = { p = 1 }\n");
    write(
        "policies/fast.toml",
        "name = \"fast\"\nchoose = { pace = \"fast\" }\n",
    );
    write("policies/plain.toml", "name = \"plain\"\n");
    let series = "[series]\nratio = { every = 1, value = \"1 / (9 - x) - 1 / (9 - x)\" }\n";
    write("series.toml", &format!("{LIMITS}{series}"));
    let rates = "[rates]\na = { title = \"A\", count = \"ratio\", per = \"years\", unit = \"1\", observed = 1, interval = [0, 2] }\n";
    write("observed.toml", &format!("{RATIO}{rates}"));
    let claims = "[hypotheses.H]\nclaim = \"c\"\ncompare = \"outcome(moves, pace = fast, p = 0.7) - outcome(moves)\"\nexpect = \"> 0\"\n";
    write("claims.toml", claims);
    let others = "[hypotheses.H]\nclaim = \"c\"\ncompare = \"outcome(moves, slow) - outcome(ratio, plain)\"\nexpect = \"> 0\"\n";
    write("others.toml", &format!("{RATIO}{others}"));
    let varied = "[hypotheses.H]\nclaim = \"c\"\ncompare = \"outcome(moves, plain) - outcome(moves, slow)\"\nexpect = \"= 0\"\nsmallest = 1\n";
    write("varied.toml", varied);
    let payoffs = "[payoffs]\nnorth = \"-moves\"\n";
    write("payoffs.toml", payoffs);
    write("ratio.toml", &format!("{RATIO}{payoffs}"));
    folder
}

/// Runs a command that fails in a trial, pastes what it prints, and holds the two failures against each other. The command
/// comes back.
#[track_caller]
fn pasted(folder: &Path, arguments: &[&str]) -> String {
    let said = detente(folder, &[arguments, &["--seed", "5"]].concat());
    assert_eq!(said.code, Some(1), "{arguments:?}: {}", said.stderr);
    let (error, command) = said
        .stderr
        .trim_end()
        .split_once("\nhow it came to that: ")
        .unwrap_or_else(|| panic!("{arguments:?}: {}", said.stderr));
    let failure = &error[error.find("trial ").unwrap()..];
    let program = env!("CARGO_BIN_EXE_detente");
    let line = command.replacen("detente", &format!("'{program}'"), 1);
    let mut shell = Command::new("sh");
    let shown = shell
        .args(["-c", &line])
        .current_dir(folder)
        .output()
        .unwrap();
    let told = String::from_utf8(shown.stdout).unwrap();
    assert_eq!(
        shown.status.code(),
        Some(1),
        "{command}: {told}{}",
        String::from_utf8_lossy(&shown.stderr)
    );
    assert!(
        told.contains(&format!("Here it ends: {failure}\n")),
        "{command} shows\n{told}in place of\n{failure}"
    );
    command.to_owned()
}

const SCENARIO: &str = "it's $limits.toml";

#[test]
fn under_draws_of_the_parameters() {
    let folder = folder();
    let draws = ["--parameter-draws", "20", "--no-figures"];
    let command = pasted(folder.path(), &[&["run", SCENARIO], &draws[..]].concat());
    assert!(command.contains(" --set p="), "{command}");
    // Under `slow` p is kept at 1, so that the fault is always that of `plain`.
    let compared = ["compare", SCENARIO, "--policies", "slow", "plain"];
    let command = pasted(folder.path(), &[&compared[..], &draws].concat());
    assert!(
        command.contains("plain") && command.contains(" --set p="),
        "{command}"
    );
    let game = [
        "game",
        SCENARIO,
        "--policies",
        "slow",
        "plain",
        "--postures",
        "tone",
    ];
    pasted(folder.path(), &[&game[..], &draws].concat());
}

#[test]
fn under_choices_on_levers() {
    let folder = folder();
    let few = ["--trials", "2000", "--no-figures"];
    let crossed = ["compare", SCENARIO, "--levers", "pace"];
    let command = pasted(folder.path(), &[&crossed[..], &few].concat());
    assert!(command.contains(" --choose pace=fast"), "{command}");
    let crossed = [
        "compare", SCENARIO, "--levers", "mood", "--policy", "fast", "--set", "p=1",
    ];
    let command = pasted(
        folder.path(),
        &[&crossed[..], &few, &["--horizon", "9.5"]].concat(),
    );
    assert!(
        command.contains("fast.toml") && command.contains("--horizon 9.5"),
        "{command}"
    );
    let postures = ["game", SCENARIO, "--policies", "slow", "plain"];
    let command = pasted(folder.path(), &[&postures[..], &few].concat());
    assert!(command.contains(" --choose mood=tense"), "{command}");
    let select = [
        "select",
        SCENARIO,
        "--policies",
        "slow",
        "fast",
        "--outcome",
        "moves",
    ];
    let further = ["--indifference", "0.1", "--trials", "20000"];
    let command = pasted(folder.path(), &[&select[..], &further].concat());
    assert!(command.contains("fast.toml"), "{command}");
}

#[test]
fn with_a_file_laid_over_the_scenario() {
    let folder = folder();
    for command in [
        pasted(folder.path(), &["rates", SCENARIO]),
        pasted(
            folder.path(),
            &["hypotheses", SCENARIO, "--claims", "others.toml"],
        ),
        pasted(
            folder.path(),
            &[
                "game",
                SCENARIO,
                "--policies",
                "slow",
                "plain",
                "--payoffs",
                "ratio",
            ],
        ),
    ] {
        assert!(command.contains(" --over "), "{command}");
    }
}

#[test]
fn under_the_settings_of_claims() {
    let folder = folder();
    let command = pasted(folder.path(), &["hypotheses", SCENARIO]);
    assert!(
        command.contains(" --choose pace=fast --set p=0.7"),
        "{command}"
    );
    let set = ["hypotheses", SCENARIO, "--set", "p=0.6"];
    let command = pasted(folder.path(), &set);
    assert!(command.contains(" --set p=0.7"), "{command}");
    let varied = ["hypotheses", SCENARIO, "--claims", "varied"];
    let command = pasted(
        folder.path(),
        &[&varied[..], &["--parameter-draws", "20"]].concat(),
    );
    assert!(
        command.contains("plain") && command.contains(" --set p="),
        "{command}"
    );
}

/// A series that is no number is told as well.
#[test]
fn of_a_series_that_is_not_a_number() {
    let folder = folder();
    pasted(folder.path(), &["run", "series.toml", "--trials", "1000"]);
}

#[test]
fn mistakes_in_choices_are_shown() {
    let folder = folder();
    for (choice, problem) in [
        ("pace", "write lever=option"),
        ("pacs=fast", "the scenario has no lever `pacs`"),
        ("pace=fats", "fats"),
    ] {
        let arguments = ["trace", SCENARIO, "--trial", "0", "--choose", choice];
        let text = complaint(folder.path(), &arguments);
        assert!(
            text.contains(problem) && text.contains("--> --choose"),
            "{text}"
        );
    }
}
