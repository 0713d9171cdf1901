//! Every example of docs/language.md loads and runs.

use crate::support::{load_beside, load_with_policy, study};

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

/// An example, completed to a file.
pub struct Example {
    pub is_policy: bool,
    pub text: String,
}

/// The examples of docs/language.md.
pub fn examples() -> Vec<Example> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/language.md");
    let page = std::fs::read_to_string(path).unwrap();
    let mut found = Vec::new();
    for block in page.split("\n```toml").skip(1) {
        let (first, rest) = block.split_once('\n').unwrap();
        let (body, _) = rest.split_once("\n```").unwrap();
        let is_policy = first.contains("policy");
        let text = if is_policy || body.contains("[scenario]") {
            body.to_owned()
        } else {
            format!("{HEADER}{body}")
        };
        found.push(Example { is_policy, text });
    }
    assert!(found.len() >= 12);
    found
}

#[test]
fn examples_of_the_language_reference_run() {
    let all = examples();
    let small = ("small.toml", all[0].text.as_str());
    for Example { is_policy, text } in &all {
        let loaded = if *is_policy {
            load_with_policy(&format!("{HEADER}{FOR_POLICIES}"), Some(text))
        } else {
            load_beside(text, &[small], None)
        };
        let summary = study(&loaded, 200, 1);
        assert!(!summary.outcomes.is_empty(), "{text}");
    }
}
