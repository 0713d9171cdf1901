//! Any text as a scenario: what is wrong is told, what is right compiles, and is still right when written out. A line
//! `#extends` parts a scenario from the one that it extends.
//!
//! `cargo +nightly fuzz run --fuzz-dir tests/fuzz -s none scenario -- -dict=tests/fuzz/language.dict -max_len=4096 -timeout=10`
#![no_main]

use detente_model::diagnostic::{Diagnostics, FileId, Sources, render};
use detente_model::scenario::{
    Scenario, extended_file, lint, policy_from_file, policy_text, resolved_text,
    scenario_from_files, scenario_text_with_horizon,
};
use detente_sim::program::{Program, compile};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let mut sources = Sources::new();
    let parts = text.split("\n#extends\n");
    let files: Vec<FileId> = parts
        .map(|part| sources.add("scenario.toml", part))
        .collect();
    extended_file(files[0], &sources);
    let Some((scenario, program)) = read(&files, &sources) else {
        return;
    };
    let written = resolved_text(&files, &sources).expect("what was read can be written");
    let (_, again) = read_text(&written).expect("what was written can be read");
    assert_eq!(format!("{program:?}"), format!("{again:?}"));

    let whole = if files.len() == 1 { text } else { &written };
    let longer = scenario_text_with_horizon(whole, 2.0 * scenario.horizon().min(1e300));
    let longer = longer.expect("what was read is TOML");
    read_text(&longer).expect("the horizon alone is another");

    let policy = policy_text(None, &scenario.default_policy(), &scenario);
    let policy = policy.expect("without a text nothing can be wrong");
    let file = sources.add("policy.toml", policy);
    let mut diagnostics = Diagnostics::new();
    let policy = policy_from_file(file, &sources, &scenario, &mut diagnostics);
    assert!(
        policy.is_some(),
        "{}",
        render(&diagnostics, &sources, false)
    );
});

/// Reads a scenario of one file.
fn read_text(text: &str) -> Option<(Scenario, Option<Program>)> {
    let mut sources = Sources::new();
    let file = sources.add("scenario.toml", text);
    read(&[file], &sources)
}

/// Reads a scenario, compiles it under its default policy and shows what there is to say about it.
fn read(files: &[FileId], sources: &Sources) -> Option<(Scenario, Option<Program>)> {
    let mut diagnostics = Diagnostics::new();
    let scenario = scenario_from_files(files, sources, &mut diagnostics);
    let mut program = None;
    if let Some(scenario) = &scenario {
        let policy = scenario.default_policy();
        match compile(scenario, &policy) {
            Ok(compiled) => program = Some(compiled),
            Err(errors) => {
                for error in errors {
                    diagnostics.error(error.span, error.to_string(), "here");
                }
            }
        }
        lint(scenario, &[policy], &mut diagnostics);
    } else {
        assert!(diagnostics.has_errors(), "refused without a word");
    }
    render(&diagnostics, sources, false);
    Some((scenario?, program))
}
