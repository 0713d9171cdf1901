//! Any text as an expression, an effect and a law, in every place of a small scenario where one can stand.
//!
//! `cargo +nightly fuzz run --fuzz-dir tests/fuzz -s none expression -- -dict=tests/fuzz/language.dict -max_len=4096 -timeout=10`
#![no_main]

use detente_model::diagnostic::{Diagnostics, Sources, render};
use detente_model::expr::{parse, parse_assignment, parse_law};
use detente_model::scenario::{lint, scenario_from_files};
use detente_sim::program::compile;
use libfuzzer_sys::fuzz_target;

/// What an expression may read.
const WORLD: &str = r#"
[scenario]
name = "t"
time_unit = "year"
epoch = 2020-01-01
horizon = 10

[sets]
dyad = { a = { onset = 0.5 }, b = { onset = "2 * p" } }

[parameters]
p = { value = 0.3, unit = "1", range = [0, 1] }

[variables]
n = { initial = 3, min = 0, max = 9 }
x = { initial = 0.5 }
war = { states = ["none", "local", "open"], initial = "none" }

[variables."y_{dyad}"]
for = "dyad"
initial = "{dyad.onset}"

[derived]
sum_of_all = "sum(dyad, y_{dyad}) + n"
at_war = "war >= local"

[levers.course]
default = "soft"
options = ["none", "soft", "hard"]

[obligations.no_war]
breached_when = "war != none"

[doctrine]
levels = ["calm", "danger", "threat"]

[doctrine.factors.near]
level = "danger"
active_when = "n > 5"

[doctrine.rules]
danger = "count(danger) >= 1"
threat = "at_war"

[outcomes]
last = { final = "n" }
"#;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let written = toml(text);
    if parse(text).is_ok() {
        read(&format!("[events.e]\nwhen = {written}\nrate = 1\ndo = []"));
        read(&format!("[events.e]\nrate = {written}\ndo = []"));
        read(&format!("[series]\ns = {{ value = {written}, every = 1 }}"));
        read(&format!(
            "[events.e_{{dyad}}]\nfor = \"dyad\"\nafter = \"f\"\ndelay = \"fixed(1)\"\nprobability = {written}\ndo = []\n\
             [events.f]\nevery = {written}\ndo = []"
        ));
    }
    if parse_assignment(text).is_ok() {
        read(&format!("[events.e]\nrate = 1\ndo = [{written}]"));
    }
    if parse_law(text).is_ok() {
        read(&format!(
            "[events.e]\nclock = {written}\nhazard_ratio = \"1 + n\"\ndo = []"
        ));
        read(&format!("[events.e]\nclock = {written}\ndo = []"));
    }
    // What is no expression at all is told too.
    read(&format!(
        "[events.e]\nwhen = {written}\nclock = {written}\ndo = [{written}]"
    ));
});

/// The text as a string in TOML, letter by letter where that can be.
fn toml(text: &str) -> String {
    if !text.contains(|letter: char| letter == '\'' || letter.is_control()) {
        return format!("'{text}'");
    }
    let mut written = String::from('"');
    for letter in text.chars() {
        if letter == '"' || letter == '\\' || letter.is_control() {
            written += &format!("\\U{:08x}", u32::from(letter));
        } else {
            written.push(letter);
        }
    }
    written.push('"');
    written
}

/// Reads the world with more in it, and compiles it where it is sound.
fn read(more: &str) {
    let mut sources = Sources::new();
    let file = sources.add("scenario.toml", format!("{WORLD}{more}\n"));
    let mut diagnostics = Diagnostics::new();
    let scenario = scenario_from_files(&[file], &sources, &mut diagnostics);
    if let Some(scenario) = scenario {
        let policy = scenario.default_policy();
        if let Err(errors) = compile(&scenario, &policy) {
            for error in errors {
                diagnostics.error(error.span, error.to_string(), "here");
            }
        }
        lint(&scenario, &[policy], &mut diagnostics);
    } else {
        assert!(diagnostics.has_errors(), "refused without a word");
    }
    render(&diagnostics, &sources, false);
}
