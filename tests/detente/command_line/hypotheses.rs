//! `detente hypotheses`.

use super::*;

const CLAIMS: &str = r#"
[scenario]
name      = "claims"
title     = "Attacks under two courses"
time_unit = "year"
horizon   = 10.0
[parameters]
onset    = { value = 0.2, unit = "1/year", range = [0.1, 0.3], source = "assumed: a test" }
backlash = { value = 0.7, unit = "1", neutral = 0, range = [-1, 1], source = "assumed: a test" }
[levers]
course  = { actor = "north", options = ["soft", "practical"], default = "soft" }
posture = { actor = "east", options = ["calm", "hard"], default = "calm" }
[events]
attack = { rate = "onset * exp(backlash * if(course == practical, if(posture == hard, 0 - 1, 1), 0))", do = [] }
[outcomes]
attacks = { firings = "attack", unit = "attacks" }
"#;

const HYPOTHESES: &str = r#"
[hypotheses.H1]
claim    = "Practical cooperation brings more attacks, through the backlash"
compare  = "outcome(attacks, turn) - outcome(attacks)"
expect   = "> 0"
smallest = 0.1
neutral  = ["backlash"]
across   = ["posture"]
[hypotheses.H2]
claim    = "The better of the two courses brings fewer attacks than one in five years"
compare  = "min(outcome(attacks, turn), outcome(attacks)) - 2"
expect   = "= 0"
smallest = 0.2
"#;

fn folder(claims: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    fs::create_dir(folder.path().join("policies")).unwrap();
    write(
        "policies/turn.toml",
        "name = \"turn\"\nchoose = { course = \"practical\" }\n",
    );
    write("s.toml", &format!("{CLAIMS}{claims}"));
    folder
}

#[test]
fn a_table() {
    let folder = folder(HYPOTHESES);
    let arguments = [
        "hypotheses",
        "s.toml",
        "--trials",
        "2000",
        "--seed",
        "1",
        "--parameter-draws",
        "10",
        "--quiet",
    ];
    let said = detente(folder.path(), &arguments);
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
    assert!(said.stdout.lines().all(|line| line.chars().count() <= 100));
    same_as_before("hypotheses", &said.stdout);
    let out = folder.path().join("results/claims/hypotheses");
    let told = fs::read_to_string(out.join("hypotheses.json")).unwrap();
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["hypotheses"]["H1"]["verdict"], "supported");
    assert_eq!(
        told["hypotheses"]["H1"]["across"][1]["verdict"],
        "contradicted"
    );
    assert_eq!(told["settings"], 6);
    let table = fs::read_to_string(out.join("hypotheses.csv")).unwrap();
    assert!(table.contains("\nH1,posture = hard,"), "{table}");
}

/// In a file beside the scenario, some of them, with another value of a parameter.
#[test]
fn in_a_file_of_their_own() {
    let folder = folder("");
    let claims = format!("[scenario]\nextends = \"s.toml\"\n{HYPOTHESES}");
    fs::write(folder.path().join("claims.toml"), claims).unwrap();
    let base = [
        "hypotheses",
        "s.toml",
        "H1",
        "--trials",
        "1000",
        "--seed",
        "1",
    ];
    let said = detente(
        folder.path(),
        &[&base[..], &["--set", "backlash=-0.7"]].concat(),
    );
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert!(said.stdout.contains("contradicted") && !said.stdout.contains("H2"));
    let mut told = String::new();
    for arguments in [
        &["H3"][..],
        &["--set", "backlsh=1"],
        &["--claims", "nothing.toml"],
        &["--trials", "1"],
    ] {
        let said = detente(
            folder.path(),
            &[&["hypotheses", "s.toml"], arguments].concat(),
        );
        assert_eq!(said.code, Some(2));
        writeln!(
            told,
            "$ detente hypotheses s.toml {}\n{}",
            arguments.join(" "),
            said.stderr
        )
        .unwrap();
    }
    same_as_before("hypotheses-wrong-command-lines", &told);
}

#[test]
fn claims_that_compare_nothing() {
    let claims = "[hypotheses]\n\
                  a = { claim = \"c\", compare = \"outcome(attacks, course = soft) - outcome(attacks)\", expect = \"> 0\" }\n\
                  b = { claim = \"c\", compare = \"2 * outcome(attacks, turn) - outcome(attacks, turn, course = practical)\", expect = \"> 0\" }\n\
                  c = { claim = \"c\", compare = \"outcome(attacks, turn) - outcome(attacks)\", expect = \"> 0\", across = [\"posture\", \"course\"] }\n\
                  d = { claim = \"c\", compare = \"outcome(attacks, turn) - 2\", expect = \"> 0\", across = [\"course\"] }\n";
    let folder = folder(claims);
    let text = complaint(folder.path(), &["hypotheses", "s.toml"]);
    every_message_has_its_place(&text, &["s.toml"]);
    same_as_before("hypotheses-of-nothing", &text);
}

#[test]
fn mistakes_in_policies_that_claims_name() {
    let claims = "[hypotheses]\n\
                  a = { claim = \"c\", compare = \"outcome(attacks, trun) - outcome(attacks, practical)\", expect = \"> 0\" }\n\
                  b = { claim = \"c\", compare = \"outcome(attacks)\", expect = \"> 0\", policy = \"neutral\" }\n";
    let folder = folder(claims);
    let text = complaint(folder.path(), &["hypotheses", "s.toml"]);
    every_message_has_its_place(&text, &["s.toml"]);
    same_as_before("hypotheses-policies", &text);
    fs::write(folder.path().join("s.toml"), CLAIMS).unwrap();
    same_as_before(
        "hypotheses-none",
        &complaint(folder.path(), &["hypotheses", "s.toml"]),
    );
}
