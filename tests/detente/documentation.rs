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

/// The lines of docs/results.md that read a run in Python, where Python can.
#[test]
fn the_python_of_the_data_dictionary_runs() {
    let can = std::process::Command::new("python3")
        .args(["-c", "import pandas, matplotlib, pyarrow"])
        .stderr(std::process::Stdio::null())
        .status();
    if !can.is_ok_and(|status| status.success()) {
        println!("skipped: there is no Python with pandas, matplotlib and pyarrow");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let loaded = crate::support::config("ladder.toml", None);
    let options = detente::study::RunOptions {
        plan: detente::study::Plan {
            seed: 1,
            trials: 500,
            threads: 1,
            sampler: detente::study::Sampler::Engine,
            precision: None,
        },
        out: folder.path().join("results/ladder/default"),
        parameter_draws: 0,
        figures: false,
        trace: true,
        command_line: Vec::new(),
    };
    let never = std::sync::atomic::AtomicBool::new(false);
    detente::study::run(&loaded, &options, &never, |_| ()).unwrap();
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/results.md");
    let page = std::fs::read_to_string(path).unwrap();
    let blocks = page.split("\n```python\n").skip(1);
    let program: Vec<&str> = blocks
        .map(|rest| rest.split("\n```").next().unwrap())
        .collect();
    assert_eq!(program.len(), 2);
    let ran = std::process::Command::new("python3")
        .current_dir(folder.path())
        .env("MPLBACKEND", "Agg")
        .args(["-c", &program.join("\n")])
        .output()
        .unwrap();
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    for figure in ["threat.svg", "levels.svg"] {
        assert!(folder.path().join(figure).is_file(), "{figure}");
    }
}
