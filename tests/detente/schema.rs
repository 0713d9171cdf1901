//! The JSON Schema against the reader of scenarios and policies: it passes what the reader reads, refuses every wrong file
//! whose mistake it can see, and knows the same keys.
//!
//! Each file is judged twice, by the schema's own draft and by draft 7, which is as far as common editors for TOML go.

mod texts;

use self::texts::{
    BESIDE_POLICIES, EXTENDED, EXTENDING, HEADER, HEADERS, POLICIES, SETS, SHAPES, Sight, WRONG,
    WRONG_POLICIES, unknown_keys,
};
use crate::documentation;
use crate::random::scenarios;
use assert_cmd::cargo::cargo_bin_cmd;
use detente::study::{Overrides, SCHEMA, load};
use detente_model::diagnostic::render;
use detente_model::lifetime::Family;
use jsonschema::{Draft, Validator, draft202012};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn schema() -> Value {
    serde_json::from_str(SCHEMA).unwrap()
}

/// The schema, as two drafts read it.
struct Judge {
    drafts: [Validator; 2],
}

impl Judge {
    fn new() -> Self {
        let own = schema();
        let mut older = own.clone();
        older.as_object_mut().unwrap().remove("$schema");
        let build = |draft, schema| {
            let options = jsonschema::options().with_draft(draft);
            options.should_validate_formats(true).build(schema).unwrap()
        };
        Self {
            drafts: [
                build(Draft::Draft202012, &own),
                build(Draft::Draft7, &older),
            ],
        }
    }

    /// What the schema finds wrong; nothing at all where the text is not TOML.
    #[track_caller]
    fn mistakes(&self, text: &str) -> Option<Vec<String>> {
        let file = json(toml::Value::Table(toml::from_str(text).ok()?));
        let [own, older] = self.drafts.each_ref().map(|draft| {
            let errors = draft.iter_errors(&file);
            errors
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect::<Vec<String>>()
        });
        assert_eq!(own.is_empty(), older.is_empty(), "{own:?} {older:?} {text}");
        Some(own)
    }

    #[track_caller]
    fn passes(&self, text: &str) -> bool {
        self.mistakes(text).expect("a text in TOML").is_empty()
    }

    #[track_caller]
    fn must_pass(&self, name: &str, text: &str) {
        let mistakes = self.mistakes(text).expect(name);
        assert!(mistakes.is_empty(), "{name}: {mistakes:#?}");
    }
}

/// A TOML value as editors give it to a schema: a date is a text, and what JSON has no number for is null.
fn json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(integer) => integer.into(),
        toml::Value::Float(real) => real.into(),
        toml::Value::Boolean(truth) => truth.into(),
        toml::Value::Datetime(date) => date.to_string().into(),
        toml::Value::Array(items) => items.into_iter().map(json).collect(),
        toml::Value::Table(table) => {
            let entries = table.into_iter().map(|(key, value)| (key, json(value)));
            Value::Object(entries.collect())
        }
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The TOML files below a folder, by their path there without `.toml`.
fn toml_files(folder: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            let below = toml_files(&path);
            files.extend(
                below
                    .into_iter()
                    .map(|(n, text)| (format!("{name}/{n}"), text)),
            );
        } else if path.extension().is_some_and(|kind| kind == "toml") {
            files.insert(name, std::fs::read_to_string(&path).unwrap());
        }
    }
    files
}

#[test]
fn is_a_schema_and_is_printed() {
    let output = cargo_bin_cmd!("detente").arg("schema").output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty());
    let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
    draft202012::meta::validate(&printed).unwrap();
    assert_eq!(printed, schema());
}

#[test]
fn passes_every_sound_file() {
    let judge = Judge::new();
    let inputs = root().join("tests/detente/inputs");
    let sound = ["sound.toml", "policies", "failing", "failing-outcomes"].map(|n| inputs.join(n));
    let mut seen = 0;
    for folder in [root().join("configs"), root().join("results/reference")] {
        for (name, text) in toml_files(&folder) {
            judge.must_pass(&name, &text);
            seen += 1;
        }
    }
    for path in sound {
        let files = if path.is_dir() {
            toml_files(&path)
        } else {
            BTreeMap::from([("sound".to_owned(), std::fs::read_to_string(&path).unwrap())])
        };
        for (name, text) in files {
            judge.must_pass(&name, &text);
            seen += 1;
        }
    }
    assert!(seen > 20);
    for example in documentation::examples() {
        judge.must_pass("an example of docs/language.md", &example.text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn passes_random_scenarios(random in scenarios()) {
        let judge = Judge::new();
        judge.must_pass("a random scenario", &random.scenario);
        judge.must_pass("a random policy", &random.policy);
    }
}

/// Every key that the schema knows stands in an example of docs/language.md, which a test runs.
#[test]
fn every_key_has_an_example() {
    let mut keys = BTreeSet::new();
    keys_below(&schema(), &mut keys);
    assert!(keys.len() > 50);
    let examples: Vec<String> = documentation::examples()
        .into_iter()
        .map(|e| e.text)
        .collect();
    let words: BTreeSet<&str> = examples
        .iter()
        .flat_map(|text| text.split(|c: char| !(c.is_alphanumeric() || c == '_')))
        .collect();
    let missing: Vec<&String> = keys
        .iter()
        .filter(|key| !words.contains(key.as_str()))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// The keys of all tables that a schema describes.
fn keys_below(schema: &Value, keys: &mut BTreeSet<String>) {
    match schema {
        Value::Object(object) => {
            if let Some(Value::Object(properties)) = object.get("properties") {
                keys.extend(properties.keys().cloned());
            }
            object.values().for_each(|part| keys_below(part, keys));
        }
        Value::Array(parts) => parts.iter().for_each(|part| keys_below(part, keys)),
        _ => {}
    }
}

/// A new wrong file must be classed in the tables of `texts`.
#[test]
fn refuses_what_it_can_see() {
    let judge = Judge::new();
    for (folder, table) in [("wrong", &WRONG[..]), ("wrong-policies", &WRONG_POLICIES)] {
        let files = toml_files(&root().join("tests/detente/inputs").join(folder));
        let classed: BTreeSet<&str> = table.iter().map(|(name, _)| *name).collect();
        let there: BTreeSet<&str> = files.keys().map(String::as_str).collect();
        assert_eq!(
            there, classed,
            "class every file of inputs/{folder} in this table"
        );
        for (name, sight) in table {
            let found = judge.mistakes(&files[*name]);
            let holds = match sight {
                Sight::Seen => found.as_ref().is_some_and(|mistakes| !mistakes.is_empty()),
                Sight::NotToml => found.is_none(),
                Sight::Names | Sight::Values | Sight::Texts => {
                    found.as_ref().is_some_and(Vec::is_empty)
                }
            };
            assert!(holds, "{folder}/{name} is classed as {sight:?}: {found:#?}");
        }
    }
}

/// Whether the program takes a scenario (beside which [`EXTENDED`] stands as `other.toml`) or a policy (of [`BESIDE_POLICIES`]), and
/// what it says if not.
fn read(text: &str, is_policy: bool) -> Result<(), String> {
    let dir = tempfile::tempdir().unwrap();
    let (scenario, policy) = (dir.path().join("s.toml"), dir.path().join("p.toml"));
    let of_scenario = if is_policy { BESIDE_POLICIES } else { text };
    std::fs::write(&scenario, of_scenario).unwrap();
    std::fs::write(dir.path().join("other.toml"), EXTENDED).unwrap();
    std::fs::write(&policy, text).unwrap();
    let policy = is_policy.then(|| policy.to_str().unwrap());
    match load(&scenario, policy, &Overrides::default()) {
        Ok(_) => Ok(()),
        Err(failure) => Err(render(&failure.diagnostics, &failure.sources, false)),
    }
}

/// Where one look at the file's shape decides, the schema and the program decide alike.
#[test]
fn judges_shapes_as_the_reader_does() {
    let judge = Judge::new();
    let mut sound = 0;
    for body in SHAPES {
        let text = if body.starts_with("[sets]") {
            format!("{HEADER}{body}\n")
        } else if body.starts_with('[') {
            format!("{HEADER}{SETS}{body}\n")
        } else {
            format!("{body}\n{HEADER}{SETS}")
        };
        let said = read(&text, false);
        assert_eq!(judge.passes(&text), said.is_ok(), "{body}\n{said:?}");
        sound += usize::from(said.is_ok());
    }
    assert!(sound > 25, "{sound}");
}

#[test]
fn judges_headers_and_policies_as_the_reader_does() {
    let judge = Judge::new();
    let header = "[scenario]\nname = \"t\"\ntime_unit = \"year\"\n";
    for (body, sound) in HEADERS {
        let text = format!("{header}{body}\n");
        assert_eq!(read(&text, false).is_ok(), sound, "{body}");
        assert_eq!(judge.passes(&text), sound, "{body}");
    }
    for (body, sound) in POLICIES {
        let text = format!("name = \"p\"\n{body}\n");
        assert_eq!(read(&text, true).is_ok(), sound, "{body}");
        assert_eq!(judge.passes(&text), sound, "{body}");
    }
}

#[test]
fn knows_every_law() {
    let judge = Judge::new();
    let rule = |law: &str| {
        format!("name = \"p\"\n[rules.x]\nwhen = true\nchoose = {{}}\ndelay = \"{law}(1)\"\n")
    };
    for law in Family::NAMES {
        judge.must_pass(law, &rule(law));
    }
    assert!(!judge.passes(&rule("pareto")));
}

/// A file that extends another may leave out whatever that one gives, and still not say two things at once.
#[test]
fn asks_for_nothing_where_another_file_is_extended() {
    let judge = Judge::new();
    judge.must_pass("the other file", EXTENDED);
    assert_eq!(read(EXTENDING, false), Ok(()));
    judge.must_pass("a scenario that extends another", EXTENDING);
    for (right, wrong) in [
        ("extends = \"other.toml\", ", ""),
        ("value = 2", "valeu = 2"),
        ("when = true", "rate = 1, every = 1"),
        ("when = true", "rate = 1, delay = \"fixed(1)\""),
        ("c = { first_time = ", "c = { ever = "),
        ("title = \"A\" }", "ever = true, entries = true }"),
        ("\"unused\"", "\"unusual\""),
        ("other.toml\"", "other.toml\", horizon = -1"),
    ] {
        assert!(EXTENDING.contains(right));
        let text = EXTENDING.replace(right, wrong);
        assert!(read(&text, false).is_err(), "{wrong}");
        assert!(!judge.passes(&text), "{wrong}");
    }
}

/// The keys that the program names in its help about `zzzzzzzz`.
#[track_caller]
fn keys_of_reader(text: &str, is_policy: bool) -> BTreeSet<String> {
    let said = read(text, is_policy).unwrap_err();
    let (_, behind) = said.split_once("has no key `zzzzzzzz`").expect(&said);
    let (_, keys) = behind.split_once("may have: ").expect(&said);
    let line = keys.lines().next().unwrap();
    line.split(", ").map(str::to_owned).collect()
}

/// The keys of each table that has no others: those of the definitions, in which tables that are not maps stand.
fn tables_of_schema() -> BTreeMap<String, Map<String, Value>> {
    let mut tables = BTreeMap::new();
    for (name, definition) in schema()["$defs"].as_object().unwrap() {
        if definition["additionalProperties"] == false {
            let keys = definition["properties"].as_object().unwrap();
            tables.insert(name.clone(), keys.clone());
        }
    }
    tables
}

#[test]
fn knows_the_keys_that_the_reader_knows() {
    let tables = tables_of_schema();
    let mut compared = BTreeSet::new();
    for (table, is_policy, text) in unknown_keys() {
        let of_reader = keys_of_reader(&text, is_policy);
        let of_schema: BTreeSet<String> = tables[table].keys().cloned().collect();
        assert_eq!(of_schema, of_reader, "`{table}`: schema against reader");
        compared.insert(table.to_owned());
    }
    assert_eq!(compared, tables.into_keys().collect());
}

#[test]
fn says_of_every_key_what_it_is() {
    let definitions = schema()["$defs"].clone();
    for (table, keys) in tables_of_schema() {
        assert!(definitions[&table]["title"].is_string(), "{table}");
        for (key, value) in keys {
            let target = value["$ref"]
                .as_str()
                .map(|path| &definitions[path.trim_start_matches("#/$defs/")]);
            let description = target.unwrap_or(&value)["description"].as_str();
            assert!(
                description.is_some_and(|text| text.ends_with('.')),
                "{table}.{key}"
            );
        }
    }
}
