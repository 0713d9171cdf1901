//! The JSON Schema against the reader of scenarios and policies: it passes what the reader reads, refuses every wrong file
//! whose mistake it can see, and knows the same keys.
//!
//! Each file is judged twice, by the schema's own draft and by draft 7, which is as far as common editors for TOML go.

use crate::documentation;
use crate::random::scenarios;
use assert_cmd::cargo::cargo_bin_cmd;
use detente::diagnostic::render;
use detente::lifetime::Family;
use detente::study::{Overrides, SCHEMA, load};
use jsonschema::{Draft, Validator, draft202012};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const HEADER: &str =
    "[scenario]\nname = \"t\"\ntime_unit = \"year\"\nepoch = 2020-01-01\nhorizon = 10.0\n";

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

/// Why a wrong file is refused by the schema, or cannot be.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Sight {
    /// The schema refuses it.
    Seen,
    /// It is not TOML, or holds numbers that TOML does not, so that no schema is asked.
    NotToml,
    /// One must know what names stand for, and what may be read where.
    Names,
    /// One must compute, or compare values.
    Values,
    /// One must read what a text says. A date is a text, too.
    Texts,
}

use Sight::{Names, NotToml, Seen, Texts, Values};

const WRONG: [(&str, Sight); 61] = [
    ("allow", Seen),
    ("assignment-as-comparison", Texts),
    ("branches", Values),
    ("by", Seen),
    ("circle", Names),
    ("date-before-epoch", Values),
    ("date-without-epoch", Texts),
    ("default-option", Values),
    ("derived-with-a-mistake", Names),
    ("empty", Seen),
    ("extends-circle", Names),
    ("extends-nothing", Names),
    ("extends-with-mistakes", Names),
    ("factor-reads-level", Names),
    ("guard-reads-time", Names),
    ("header-incomplete", Seen),
    ("horizon-not-positive", Seen),
    ("hypotheses", Seen),
    ("impossible-date", NotToml),
    ("initial-value-out-of-bounds", Values),
    ("inverted-range", Seen),
    ("letters-beyond-ascii", Texts),
    ("lines-of-an-expression", Names),
    ("name-clash", Names),
    ("name-no-folder", Seen),
    ("name-reserved", Seen),
    ("name-that-can-be-read-in-two-ways", Names),
    ("no-clock", Seen),
    ("no-doctrine", Names),
    ("no-effect", Seen),
    ("number-not-finite", NotToml),
    ("number-too-large-in-expression", Texts),
    ("numbers-below-zero", Values),
    ("outcomes", Seen),
    ("parameter-without-unit", Seen),
    ("probability", Values),
    ("rate-below-zero", Values),
    ("rates", Seen),
    ("set-element-twice", Seen),
    ("set-name", Seen),
    ("set-with-placeholders", Seen),
    ("several", Seen),
    ("several-keys-missing", Seen),
    ("state-alone", Names),
    ("sums-without-end", Texts),
    ("syntax-of-effect", Seen),
    ("syntax-of-expression", Texts),
    ("syntax-of-toml", NotToml),
    ("two-clocks", Seen),
    ("undefined-name", Names),
    ("undefined-placeholder", Seen),
    ("undefined-set", Names),
    ("undefined-state", Names),
    ("undefined-variable-in-effect", Names),
    ("unknown-function", Texts),
    ("unknown-key", Seen),
    ("unknown-law", Seen),
    ("unknown-section", Seen),
    ("wrong-law-arguments", Texts),
    ("wrong-number-of-arguments", Texts),
    ("wrong-types", Seen),
];

const WRONG_POLICIES: [(&str, Sight); 6] = [
    ("rate-below-zero", Values),
    ("unknown-lever", Names),
    ("unknown-option", Names),
    ("unknown-parameter", Names),
    ("without-name", Seen),
    ("wrong-rule", Seen),
];

/// A new wrong file must be classed in the tables above.
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
                Seen => found.as_ref().is_some_and(|mistakes| !mistakes.is_empty()),
                NotToml => found.is_none(),
                Names | Values | Texts => found.as_ref().is_some_and(Vec::is_empty),
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

const BESIDE_POLICIES: &str = r#"
[scenario]
name = "t"
time_unit = "year"
horizon = 1
[parameters]
onset = { value = 1, unit = "1/year" }
[levers]
course = { options = ["soft", "hard"], default = "soft" }
"#;

/// Where one look at the file's shape decides, the schema and the program decide alike.
#[test]
fn judges_shapes_as_the_reader_does() {
    let judge = Judge::new();
    let sets = "[sets]\nside = { east = { kind = \"real\", memory = \"resume\", better = \"lower\", n = 2 }, west = { kind = \
                \"integer\", memory = \"restart\", better = \"higher\", n = 1 } }\n";
    let mut sound = 0;
    for body in [
        "[variables]\nx = { initial = 1, kind = \"integer\" }",
        "[variables]\nx = { initial = 1, kind = \"real\", min = 0, max = \"1 + 1\" }",
        "[variables]\nx = { initial = 1, kind = \"whole\" }",
        "[variables]\nx = { initial = true }",
        "[variables]\nx = { initial = \"a\", states = [\"a\", \"b\"] }",
        "[variables]\nx = { initial = 0, states = [\"a\", \"b\"] }",
        "[variables]\nx = { initial = \"a\", states = [\"a\", \"a\"] }",
        "[variables]\nx = { initial = \"a\", states = [] }",
        "[variables]\nx = { initial = \"a\", states = [\"a\", \"b-c\"] }",
        "[variables]\nx = { initial = \"a\", states = [\"a\"], min = 0 }",
        "[variables]\nx = { initial = \"a\", states = [\"a\"], kind = \"real\" }",
        "[variables]\nx-y = { initial = 1 }",
        "[variables.\"x_{side}\"]\nfor = \"side\"\ninitial = 1\nkind = \"{side.kind}\"",
        "[variables.\"{side}\"]\nfor = \"side\"\ninitial = \"{side.n}\"",
        "[variables.\"x_{side}\"]\ninitial = 1",
        "[parameters]\nx = { value = \" 0.5 \", unit = \"1\", range = [\"0\", 1e3] }",
        "[parameters]\nx = { value = \"half\", unit = \"1\" }",
        "[parameters]\nx = { value = true, unit = \"1\" }",
        "[parameters]\nx = { value = 1, unit = 1 }",
        "[parameters]\nx = { value = 1, unit = \"1\", range = [0, 1, 2] }",
        "[parameters]\nx = { value = 1, unit = \"1\", distribution = \"gauss(1, 2)\" }",
        "[parameters.\"x_{side}\"]\nfor = \"side\"\nvalue = \"{side.n}\"\nunit = \"1\"\nneutral = \"-{side.n}\"",
        "[parameters]\ndoctrine = { value = 1, unit = \"1\" }",
        "[derived]\nx = \"1 + 1\"\ny = 2\nz = true",
        "[derived]\nx = { value = \"1 + 1\", unit = \"1\" }",
        "[derived]\nx = { unit = \"1\" }",
        "[derived]\nx = [1]",
        "[derived]\n\"x_{side}\" = 1",
        "[levers]\nx = { options = [\"a\"], default = \"a\", actor = \"west\" }",
        "[levers]\nx = { options = \"a\", default = \"a\" }",
        "[obligations]\ntime = { breached_when = true }",
        "[obligations]\nx = { breached_when = 1 }",
        "[events]\nx = { rate = 1, do = [] }",
        "[events]\nx = { rate = \"1\", do = [], when = false, priority = -1 }",
        "[events]\nx = { rate = 1, do = [], when = 1 }",
        "[events]\nx = { rate = 1, do = [], priority = 1.5 }",
        "[events]\nx = { rate = 1, do = [], delay = \"fixed(1)\" }",
        "[events]\nx = { rate = 1, do = [], memory = \"resume\" }",
        "[events]\nx = { rate = 1, do = [\"x\"] }",
        "[events]\nx = { at = 2021-01-01, do = [] }",
        "[events]\nx = { at = [2021-01-01, 1.5, \"1 + 1\"], do = [] }",
        "[events]\nx = { at = [true], do = [] }",
        "[events]\nx = { every = 1, first = 2020-06-01, do = [] }",
        "[events]\nx = { at = 1, first = 1, do = [] }",
        "[events]\nx = { instant = true, when = false, do = [] }",
        "[events]\nx = { instant = false, do = [] }",
        "[events]\nx = { clock = \"weibull(1, 2)\", hazard_ratio = 2, memory = \"resume\", do = [] }",
        "[events]\nx = { clock = \"weibull(1, 2)\", hazard_ratio = 2, speed = 2, do = [] }",
        "[events]\nx = { clock = \"weibull(1, 2)\", memory = \"forget\", do = [] }",
        "[events]\nx = { clock = \"weibull 1\", do = [] }",
        "[events]\nx = { clock = \"fixed(1)\", speed = 2, do = [] }",
        "[events]\nx = { clock = \" fixed (1)\", hazard_ratio = 2, do = [] }",
        "[events]\nx = { clock = \"empirical([1])\", hazard_ratio = 2, do = [] }",
        "[events.\"x_{side}\"]\nfor = \"side\"\nclock = \"fixed(1)\"\nmemory = \"{side.memory}\"\ndo = []",
        "[events]\nx = { rate = 1, do = [] }\ny = { after = \"x\", delay = \"fixed(1)\", probability = 0.5, do = [] }",
        "[events]\nx = { rate = 1, do = [] }\ny = { after = \"x\", do = [] }",
        "[events]\nx = { rate = 1, branches = [{ probability = 1, do = [] }] }",
        "[events]\nx = { rate = 1, branches = [{ probability = 1 }] }",
        "[events]\nx = { rate = 1, branches = [{ probability = 1, do = [], when = true }] }",
        "[variables]\nx = { initial = 1 }\n[events]\nx = { rate = 1, do = \" x =-1\" }",
        "[variables.\"x_{side}\"]\nfor = \"side\"\ninitial = 1\n[events]\nx.rate = 1\nx.do = [\"x_east += 1\"]",
        "[variables.\"x_{side}\"]\nfor = \"side\"\ninitial = 1\n[events.\"{side}\"]\nfor = \"side\"\nrate = 1\ndo = [\"x_{side} -= 1\"]",
        "[doctrine]\nlevels = [\"calm\", \"danger\"]\nrules = { danger = true }",
        "[doctrine]\nrules = {}",
        "[doctrine]\nlevels = [\"calm\", \"2\"]",
        "[doctrine]\nlevels = [\"calm\"]\nrules = { calm = 1 }",
        "[doctrine]\nlevels = [\"calm\"]\nfactors = { x = { level = \"calm\", active_when = true, clears_when = false } }",
        "[doctrine]\nlevels = [\"calm\"]\nfactors = { x = { level = \"calm\" } }",
        "[outcomes]\ntime = { ever = true, better = \"lower\" }",
        "[outcomes]\nx = { maximum = 1, better = \"higher\" }",
        "[variables]\nx = { initial = \"a\", states = [\"a\"] }\n[outcomes]\ny = { first_time = true, by = \"x\" }",
        "[variables]\nx = { initial = \"a\", states = [\"a\"] }\n[outcomes]\ny = { ever = true, by = \"x\" }",
        "[outcomes]\nx = { by = \"x\" }",
        "[outcomes]\nx = { first_time = true, by = 1 }",
        "[outcomes]\nx = { ever = 1 }",
        "[outcomes]\nx = { ever = true, when = true }",
        "[events]\ne = { rate = 1, do = [] }\n[outcomes]\nx = { firings = \"e\", when = true }",
        "[events]\ne = { rate = 1, do = [] }\n[outcomes]\nx = { firings = \"e\", when = 1 }",
        "[outcomes]\nx = { ever = true }\n[rates]\ny = { count = \"x\", per = [\"x\"], observed = 1, interval = [0, 2] }",
        "[outcomes]\nx = { ever = true }\n[rates]\ny = { count = \"x\", per = \"x\", observed = 1, interval = [0, 2], note = \"n\", unit = \"1\" }",
        "[outcomes]\nx = { ever = true }\n[rates]\ny = { count = \"x\", per = \"x\", observed = 1, interval = [0] }",
        "[outcomes]\nx = { ever = true }\n[rates]\ny = { count = \"x\", per = \"x\", observed = 1 }",
        "[outcomes]\nx = { ever = true }\n[rates]\ny = { count = [], per = \"x\", observed = 1, interval = [0, 2] }",
        "[outcomes]\nx = { ever = true }\n[rates]\ny = { count = [1], per = \"x\", observed = 1, interval = [0, 2] }",
        "[outcomes]\nx = { ever = true }\n[rates]\ny = { count = \"x\", per = \"x\", observed = \"a\", interval = [0, 2] }",
        "[outcomes]\nx = { maximum = true }",
        "[outcomes]\nx = { ever = true }\n[hypotheses]\ny = { claim = \"c\", compare = \"outcome(x)\", expect = \"> 0\" }",
        "[outcomes]\nx = { ever = true }\n[hypotheses]\ny = { claim = \"c\", compare = \"outcome(x)\", expect = \"=0\", smallest = 0.1, unit = \"1\", source = \"s\" }",
        "[outcomes]\nx = { ever = true }\n[hypotheses]\ny = { claim = \"c\", compare = \"outcome(x)\", expect = \"> 1\" }",
        "[outcomes]\nx = { ever = true }\n[hypotheses]\ny = { claim = \"c\", compare = \"outcome(x)\", expect = \"> 0\", smallest = 0 }",
        "[outcomes]\nx = { ever = true }\n[hypotheses]\ny = { claim = \"c\", compare = \"outcome(x)\", expect = 0 }",
        "[outcomes]\nx = { ever = true }\n[hypotheses]\ny = { claim = \"c\", compare = \"outcome(x)\" }",
        "[outcomes]\nx = { ever = true }\n[hypotheses]\ny = { claim = \"c\", compare = \"outcome(x)\", expect = \"< 0\", given = 1 }",
        "[levers]\nl = { options = [\"a\", \"b\"], default = \"a\" }\n[outcomes]\nx = { ever = true }\n[hypotheses]\ny = { claim = \"c\", compare = \"outcome(x)\", expect = \"< 0\", policy = \"p\", given = { l = \"b\" }, across = [\"l\"], neutral = [] }",
        "[outcomes]\nx = { ever = true }\n[hypotheses]\ny = { claim = \"c\", compare = \"outcome(x)\", expect = \"< 0\", across = \"l\" }",
        "[outcomes]\ntrial = { ever = true }",
        "[outcomes.\"x_{side}\"]\nfor = \"side\"\never = true\nbetter = \"{side.better}\"",
        "[outcomes.\"x_{side}\"]\never = true",
        "[series]\nx = { value = 1, every = \"0.5\" }",
        "[series]\nx = { value = true, every = 1 }",
        "[series]\nx = { value = 1, every = -1 }",
        "[sets]\nfront = [\"north\", \"south\"]\nback = []\n\"of names\" = {}",
        "[sets]\nfront = [\"north\", 1]",
        "[sets]\nfront = { north = 1 }",
        "[sets]\nfront = { north = { x = [1] } }",
        "[sets]\nfront = { \"{x}\" = {} }",
        "[sets]\nfront = 1",
        "events = 1",
    ] {
        let text = if body.starts_with("[sets]") {
            format!("{HEADER}{body}\n")
        } else if body.starts_with('[') {
            format!("{HEADER}{sets}{body}\n")
        } else {
            format!("{body}\n{HEADER}{sets}")
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
    for (body, sound) in [
        ("horizon = 1", true),
        ("horizon = \"1e1\"\ntitle = \"\"", true),
        ("horizon = \"long\"", false),
        ("horizon = 0.0", false),
        ("horizon = 1\nepoch = 2020-01-01", true),
        ("horizon = 1\nepoch = 2020", false),
        ("horizon = 1\nepoch = 2020-01-01T10:00:00", false),
        ("horizon = 1\nmax_events = 1\nmax_cascade = 1", true),
        ("horizon = 1\nmax_events = 0", false),
        (
            "horizon = 1\nallow = [\"sources\", \"guards\", \"sources\"]",
            true,
        ),
        ("horizon = 1\nallow = \"sources\"", false),
        ("horizon = 1\nallow = [\"unusual\"]", false),
        ("horizon = 1\nextends = 1", false),
        ("horizon = 1\nmax_cascade = 1.5", false),
    ] {
        let text = format!("{header}{body}\n");
        assert_eq!(read(&text, false).is_ok(), sound, "{body}");
        assert_eq!(judge.passes(&text), sound, "{body}");
    }
    for (body, sound) in [
        ("title = \"t\"\nsource = \"s\"", true),
        ("choose = { course = \"hard\" }\nset = { onset = 2 }", true),
        ("set = { onset = \"2\" }", true),
        ("set = { onset = true }", false),
        ("choose = { course = 1 }", false),
        ("rules = { x = { when = true, choose = {} } }", true),
        (
            "rules = { x = { when = true, delay = \"fixed(1)\", choose = { course = \"hard\" } } }",
            true,
        ),
        (
            "rules = { x = { when = true, delay = 1, choose = {} } }",
            false,
        ),
        ("rules = { x = { when = 1, choose = {} } }", false),
        ("rules = { x = { choose = {} } }", false),
        ("rules = { x-y = { when = true, choose = {} } }", false),
        ("events = {}", false),
    ] {
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

/// The file that [`asks_for_nothing_where_another_file_is_extended`] extends.
const EXTENDED: &str = r#"
[scenario]
name = "t"
time_unit = "year"
horizon = 1
[sets]
x = ["one", "two"]
[parameters]
p = { value = 1, unit = "1" }
"p_{x}" = { for = "x", value = 1, unit = "1" }
[variables]
v = { initial = 1 }
war = { states = ["none", "open"], initial = "none" }
[derived]
d = { value = "v" }
[levers]
l = { options = ["soft", "hard"], default = "hard" }
[obligations]
o = { breached_when = true }
[events]
a = { rate = 1, do = [] }
b = { after = "a", delay = "fixed(2)", do = [] }
[doctrine]
levels = ["calm"]
factors = { f = { level = "calm", active_when = true } }
[outcomes]
a = { ever = true }
b = { first_time = "war != none" }
[series]
s = { value = 1, every = 0.5 }
"#;

/// A file that extends another may leave out whatever that one gives, and still not say two things at once.
#[test]
fn asks_for_nothing_where_another_file_is_extended() {
    let judge = Judge::new();
    judge.must_pass("the other file", EXTENDED);
    let sound = "scenario = { extends = \"other.toml\", allow = [\"literals\", \"unused\"] }\n\
                 parameters = { p = { value = 2 }, \"p_{x}\" = { source = \"s\" } }\n\
                 variables = { v = { max = 3 } }\n\
                 derived = { d = { title = \"D\" } }\n\
                 levers = { l = { default = \"soft\" } }\n\
                 obligations = { o = { text = \"t\" } }\n\
                 events = { a = { when = true }, b = { delay = \"fixed(1)\" } }\n\
                 doctrine = { factors = { f = { text = \"t\" } }, rules = {} }\n\
                 outcomes = { a = { title = \"A\" }, b = { by = \"war\" }, c = { first_time = \"war != none\", by = \"war\" } }\n\
                 series = { s = { every = 1 } }\n\
                 rates = { r = { count = [\"a\"], per = \"a\", observed = 1, interval = [0, 2] } }\n";
    assert_eq!(read(sound, false), Ok(()));
    judge.must_pass("a scenario that extends another", sound);
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
        assert!(sound.contains(right));
        let text = sound.replace(right, wrong);
        assert!(read(&text, false).is_err(), "{wrong}");
        assert!(!judge.passes(&text), "{wrong}");
    }
}

/// An unknown key in each kind of table, by the name of its definition in the schema.
fn unknown_keys() -> Vec<(&'static str, bool, String)> {
    let scenario = |body: &str| format!("{HEADER}{body}\n");
    vec![
        ("scenario", false, format!("zzzzzzzz = 1\n{HEADER}")),
        ("header", false, scenario("zzzzzzzz = 1")),
        ("parameter", false, scenario("[parameters.x]\nzzzzzzzz = 1")),
        ("variable", false, scenario("[variables.x]\nzzzzzzzz = 1")),
        ("derived", false, scenario("[derived.x]\nzzzzzzzz = 1")),
        ("lever", false, scenario("[levers.x]\nzzzzzzzz = 1")),
        (
            "obligation",
            false,
            scenario("[obligations.x]\nzzzzzzzz = 1"),
        ),
        ("event", false, scenario("[events.x]\nzzzzzzzz = 1")),
        (
            "branch",
            false,
            scenario("[events.x]\nbranches = [{ zzzzzzzz = 1 }]"),
        ),
        (
            "doctrine",
            false,
            scenario("[doctrine]\nlevels = [\"calm\"]\nzzzzzzzz = 1"),
        ),
        (
            "factor",
            false,
            scenario("[doctrine]\nlevels = [\"calm\"]\nfactors.x.zzzzzzzz = 1"),
        ),
        ("outcome", false, scenario("[outcomes.x]\nzzzzzzzz = 1")),
        ("series", false, scenario("[series.x]\nzzzzzzzz = 1")),
        ("rate", false, scenario("[rates.x]\nzzzzzzzz = 1")),
        (
            "hypothesis",
            false,
            scenario("[hypotheses.x]\nzzzzzzzz = 1"),
        ),
        ("policy", true, "name = \"p\"\nzzzzzzzz = 1\n".to_owned()),
        (
            "rule",
            true,
            "name = \"p\"\n[rules.x]\nzzzzzzzz = 1\n".to_owned(),
        ),
    ]
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
