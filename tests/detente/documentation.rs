//! Every example of docs/language.md loads and runs.

use crate::support::{load_text, load_with_policy, study};

const HEADER: &str =
    "[scenario]\nname = \"example\"\ntime_unit = \"year\"\nepoch = 2019-09-01\nhorizon = 10.0\n";

/// The scenario that the example of a policy is for.
const FOR_POLICIES: &str = r#"
[parameters]
backlash = { value = 1, unit = "1" }
[variables]
heat = { initial = 1 }
[levers.course]
default = "soft"
options = ["none", "soft"]
[events]
incident = { rate = "backlash", do = ["heat += 1"] }
[outcomes]
quiet = { time_share = "course == none" }
"#;

fn examples(text: &str) -> Vec<(bool, String)> {
    let mut found = Vec::new();
    for block in text.split("\n```toml").skip(1) {
        let (first, rest) = block.split_once('\n').unwrap();
        let (body, _) = rest.split_once("\n```").unwrap();
        found.push((first.contains("policy"), body.to_owned()));
    }
    found
}

#[test]
fn examples_of_the_language_reference_run() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/language.md");
    let examples = examples(&std::fs::read_to_string(path).unwrap());
    assert!(examples.len() >= 12);
    for (policy, body) in examples {
        let loaded = if policy {
            load_with_policy(&format!("{HEADER}{FOR_POLICIES}"), Some(&body))
        } else if body.contains("[scenario]") {
            load_text(&body)
        } else {
            load_text(&format!("{HEADER}{body}"))
        };
        let summary = study(&loaded, 200, 1);
        assert!(!summary.outcomes.is_empty(), "{body}");
    }
}
