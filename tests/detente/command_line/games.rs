//! `detente game`.

use super::*;

const SCENARIO: &str = r#"
[scenario]
name      = "game"
title     = "Two sides that may arm"
time_unit = "year"
horizon   = 10.0
[parameters]
onset = { value = 0.1, unit = "1/year", range = [0.05, 0.2], source = "assumed: a test" }
[levers]
ours    = { actor = "north", options = ["calm", "armed"], default = "calm" }
bases   = { actor = "south", options = ["none", "some"], default = "none" }
posture = { actor = "south", options = ["calm", "hard"], default = "calm" }
weather = { options = ["fair", "foul"], default = "fair" }
[derived]
armed = "if(ours == armed, 1, 0)"
hard  = "if(posture == hard, 1, 0) + 0.5 * if(bases == some, 1, 0)"
[variables]
war = { states = ["no", "yes"], initial = "no" }
[events]
attack = { when = "war == no", rate = "onset * exp(0.7 * hard - 0.4 * armed)", do = ["war = yes"] }
scare  = { rate = "0.5 + 0.5 * armed", do = [] }
[outcomes]
war    = { ever = "war == yes", better = "lower", title = "War" }
scares = { firings = "scare", better = "lower", unit = "scares" }
"#;

const PAYOFFS: &str = "[payoffs]\nnorth = \"-10 * war - 0.1 * scares\"\nsouth = \"if(war > 0, 1, 0) - 0.2 * scares\"\n";

fn folder(payoffs: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("s.toml"), format!("{SCENARIO}{payoffs}")).unwrap();
    folder
}

fn game(folder: &TempDir, more: &[&str]) -> Said {
    let base = [
        "game",
        "s.toml",
        "--levers",
        "ours",
        "--trials",
        "2000",
        "--seed",
        "1",
        "--quiet",
        "--no-figures",
    ];
    detente(folder.path(), &[&base, more].concat())
}

#[test]
fn a_table() {
    let folder = folder(PAYOFFS);
    let said = game(&folder, &["--parameter-draws", "10"]);
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
    assert!(said.stdout.lines().all(|line| line.chars().count() <= 100));
    same_as_before("game", &said.stdout);
    let out = folder.path().join("results/game/game");
    let told = fs::read_to_string(out.join("game.json")).unwrap();
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["profiles"].as_array().unwrap().len(), 8);
    assert_eq!(told["players"]["south"][1], "none + hard");
    let table = fs::read_to_string(out.join("profiles.csv")).unwrap();
    assert_eq!(
        table.lines().next(),
        Some("north,south,what,kind,mean,se,lo,hi")
    );
    assert_eq!(table.lines().count(), 1 + 8 * 4);
    let table = fs::read_to_string(out.join("replies.csv")).unwrap();
    // Payoffs: 4 rows of 2 for the north, 2 of 4 for the south; outcomes for the north alone.
    assert_eq!(table.lines().count(), 1 + 8 + 8 + 2 * 8);
}

/// Without payoffs; against one lever, which has no actor.
#[test]
fn against_one_lever() {
    let folder = folder("");
    let said = game(&folder, &["--postures", "weather"]);
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
    same_as_before("game_without_payoffs", &said.stdout);
}

/// Payoffs in a file beside the scenario or named; a folder that holds a game is drawn again.
#[test]
fn payoffs_in_a_file_of_their_own() {
    let folder = folder("");
    let payoffs = format!("[scenario]\nextends = \"s.toml\"\n{PAYOFFS}");
    fs::write(folder.path().join("payoffs.toml"), &payoffs).unwrap();
    fs::write(
        folder.path().join("other.toml"),
        payoffs.replace("-10 *", "-1 *"),
    )
    .unwrap();
    let out = folder.path().join("results/game/game");
    let stored = || fs::read_to_string(out.join("game.json")).unwrap();
    assert_eq!(game(&folder, &[]).code, Some(0));
    let beside = stored();
    assert!(
        beside.contains("\"north\": \"-10 * war - 0.1 * scares\""),
        "{beside}"
    );
    let named = ["--postures", "posture", "--payoffs", "other"];
    assert_eq!(game(&folder, &named).code, Some(0));
    assert!(stored().contains("\"north\": \"-1 * war - 0.1 * scares\""));
    let drawn = detente(folder.path(), &["plot", "results/game/game"]);
    assert_eq!(drawn.code, Some(0), "{}", drawn.stderr);
    for figure in ["replies-north", "replies-south", "replies-north-by-war"] {
        for kind in ["svg", "png", "csv"] {
            assert!(out.join(format!("figures/{figure}.{kind}")).is_file());
        }
    }
}

#[test]
fn mistakes() {
    let mut said = String::new();
    for (payoffs, more) in [
        (
            "[payoffs]\nnorht = \"-war\"\nsouth = \"war + scare\"\n",
            &[][..],
        ),
        (
            "[payoffs]\nsouth = \"armed + 1\"\nnorth = \"war and true\"\n",
            &[],
        ),
        ("[payoffs]\nnorth = \"-war +\"\nsouth = true\n", &[]),
        ("", &["--postures", "ours"]),
        ("", &["--postures", "wether"]),
        ("", &["--postures", "posture,posture"]),
        ("", &["--payoffs", "none.toml"]),
        ("", &["--trials", "99", "--quiet"]),
        ("", &["--pareto", "war,war"]),
    ] {
        let folder = folder(payoffs);
        let base = ["game", "s.toml", "--levers", "ours"];
        said += &complaint(folder.path(), &[&base, more].concat());
        said.push('\n');
    }
    let folder = folder("");
    let levers = ["game", "s.toml", "--levers", "ours,posture"];
    said += &complaint(folder.path(), &levers);
    let policies = ["a", "b"].map(|name| {
        let rule = "[rules.r]\nwhen = \"war == yes\"\ndelay = \"fixed(1)\"\nchoose = { weather = \"foul\" }\n";
        let path = folder.path().join(format!("{name}.toml"));
        fs::write(&path, format!("name = \"{name}\"\nchoose = {{ ours = \"calm\" }}\n{rule}")).unwrap();
        format!("{name}.toml")
    });
    let [a, b] = policies.each_ref().map(String::as_str);
    let rules = [
        "game",
        "s.toml",
        "--policies",
        a,
        b,
        "--postures",
        "weather,posture",
    ];
    said.push('\n');
    said += &complaint(folder.path(), &rules);
    // A lever that bears an actor's name, and nothing to judge by.
    let of_wind = SCENARIO
        .replace("weather = {", "north = {")
        .replace("weather", "north");
    let nothing = SCENARIO.replace(", better = \"lower\"", "");
    for (text, more) in [(of_wind, &["--postures", "north"][..]), (nothing, &[])] {
        fs::write(folder.path().join("s.toml"), text).unwrap();
        let base = ["game", "s.toml", "--levers", "ours"];
        said.push('\n');
        said += &complaint(folder.path(), &[&base, more].concat());
    }
    same_as_before("game_mistakes", &said);
}

/// An outcome may be called as what choices are judged by; ties are told as ties, few trials that differ as not settled.
#[test]
fn what_is_not_settled() {
    let rare = SCENARIO
        .replace(
            "value = 0.1, unit = \"1/year\", range = [0.05, 0.2]",
            "value = 0.0001, unit = \"1/year\"",
        )
        .replace("scares", "payoff");
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("s.toml"), rare).unwrap();
    let said = game(&folder, &["--postures", "weather,posture"]);
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
    same_as_before("game_not_settled", &said.stdout);
}

/// A payoff that is a number at the parameters' own values, but not under all draws.
#[test]
fn no_number_in_a_draw() {
    let folder = folder("[payoffs]\nnorth = \"if(scares > 0, 1, ln(0 - 1))\"\n");
    let text = fs::read_to_string(folder.path().join("s.toml")).unwrap();
    let rare = "rate = \"if(onset == 0.1, 9, onset)\"";
    let text = text.replace("rate = \"0.5 + 0.5 * armed\"", rare);
    fs::write(folder.path().join("s.toml"), text).unwrap();
    assert_eq!(game(&folder, &[]).code, Some(0));
    let said = game(&folder, &["--parameter-draws", "20"]);
    assert_eq!(said.code, Some(1));
    let told = said
        .stderr
        .contains("the payoff of north is no finite number in trial ")
        && said
            .stderr
            .contains(" of draw 0 of the parameters, under north calm");
    assert!(told, "{}", said.stderr);
}

/// A payoff that is no number ends with the trial and the profile, and leaves no finished folder.
#[test]
fn no_number() {
    let folder = folder("[payoffs]\nnorth = \"ln(0 - war)\"\n");
    let said = game(&folder, &[]);
    assert_eq!(said.code, Some(1));
    assert!(said.stderr.contains("the payoff of north is no finite number in trial 0, under north calm, south none + calm"), "{}", said.stderr);
    assert!(
        !folder
            .path()
            .join("results/game/game/manifest.json")
            .exists()
    );
}
