//! `detente rates`.

use super::*;

const OBSERVED: &str = r#"
[scenario]
name      = "observed"
title     = "Attacks and what was observed of them"
time_unit = "year"
horizon   = 10.0
[parameters]
onset = { value = 0.2, unit = "1/year", source = "assumed: a test" }
[events]
attack = { rate = "onset", do = [] }
flood  = { rate = "0.001 * onset", do = [] }
[outcomes]
attacks = { firings = "attack" }
floods  = { firings = "flood" }
years   = { integral = 1 }
[rates]
attacks = { title = "Attacks", count = "attacks", per = "years", unit = "1/year", observed = 0.19, interval = [0.1, 0.3], source = "a test" }
floods  = { count = "floods", per = "attacks", unit = "of attacks", observed = 0.5, interval = [0.4, 0.6], note = "Floods were counted another way." }
"#;

fn rates(folder: &Path, arguments: &[&str]) -> Said {
    fs::write(folder.join("s.toml"), OBSERVED).unwrap();
    detente(
        folder,
        &[&["rates", "s.toml", "--seed", "1"], arguments].concat(),
    )
}

#[test]
fn a_table() {
    let folder = TempDir::new().unwrap();
    let said = rates(folder.path(), &["--trials", "2000"]);
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
    same_as_before("rates", &said.stdout);
    let others = rates(folder.path(), &["--trials", "2000", "--threads", "1"]);
    assert_eq!(others.stdout, said.stdout);
}

#[test]
fn as_json() {
    let folder = TempDir::new().unwrap();
    let said = rates(folder.path(), &["--trials", "2000", "--json"]);
    let told: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(told["trials"], 2000);
    assert_eq!(told["rates"][0]["source"], "a test");
    assert_eq!(told["rates"][1]["overlaps"], false);
    let set = rates(
        folder.path(),
        &["--trials", "2000", "--json", "--set", "onset=2"],
    );
    let set: serde_json::Value = serde_json::from_str(&set.stdout).unwrap();
    let times = |told: &serde_json::Value| told["rates"][0]["implied"].as_f64().unwrap();
    assert!((times(&set) / times(&told) - 10.0).abs() < 1.0);
}

#[test]
fn none_to_be_found() {
    let said = detente(
        &inputs(),
        &["rates", "sound.toml", "--observed", "nothing.toml"],
    );
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("nothing.toml"), "{}", said.stderr);
    let said = detente(&inputs(), &["rates", "sound.toml"]);
    assert_eq!(said.code, Some(2));
    same_as_before("rates-none", &said.stderr);
}
