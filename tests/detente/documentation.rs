//! The examples of the pages run: the scenarios of docs/language.md, the Python and R of docs/results.md, the README's Python.

use crate::support::{config_path, load_beside, load_with_policy, study};
use assert_cmd::cargo::cargo_bin;
use std::io::Write;
use std::path::Path;
use std::process::Command;

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
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/language.md");
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

/// A page's fenced blocks in a language, in their order.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
    let text = std::fs::read_to_string(path).unwrap();
    let fence = format!("\n```{language}\n");
    let found: Vec<String> = text
        .split(&fence)
        .skip(1)
        .map(|rest| rest.split("\n```").next().unwrap().to_owned())
        .collect();
    assert!(!found.is_empty(), "{page} has no block of {language}");
    found
}

/// A folder with the results that the pages read, made by the program's own commands.
fn folder_with_results() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let ladder = ["run", "ladder.toml", "--trials", "500"];
    let belarus = ["run", "belarus-2019", "--trials", "50", "--no-figures"];
    let belarus = [&belarus[..], &["--policy", "multi-vector"]].concat();
    let compared = ["compare", "belarus-2019", "--trials", "50"];
    let policies = ["--no-figures", "--policies", "multi-vector", "hedge"];
    let compared = [&compared[..], &policies[..]].concat();
    for arguments in [&ladder[..], &belarus, &compared] {
        let scenario = config_path(arguments[1]);
        let ran = Command::new(cargo_bin!("detente"))
            .current_dir(folder.path())
            .arg(arguments[0])
            .arg(scenario)
            .args(&arguments[2..])
            .args(["--seed", "1", "--quiet"])
            .output()
            .unwrap();
        assert!(ran.status.success(), "{arguments:?}: {ran:?}");
    }
    folder
}

/// An interpreter, and how it takes a program.
struct Interpreter {
    command: String,
    flag: &'static str,
}

impl Interpreter {
    /// The interpreter that the environment variable names, or else the usual one on the path.
    fn new(variable: &str, usual: &str, flag: &'static str) -> Self {
        let command = std::env::var(variable).unwrap_or_else(|_| usual.to_owned());
        Self { command, flag }
    }

    /// Whether it is there and runs this program without an error.
    fn can(&self, program: &str) -> bool {
        let ran = Command::new(&self.command)
            .args([self.flag, program])
            .output();
        ran.is_ok_and(|ran| ran.status.success())
    }

    fn run(&self, folder: &Path, program: &str) {
        let ran = Command::new(&self.command)
            .current_dir(folder)
            .env("MPLBACKEND", "Agg")
            .args([self.flag, program])
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "{program}\n{told}");
    }
}

/// Says on stderr what was not tested. The test harness would keep `eprintln!` to itself.
fn say_skipped(what: &str, lacking: &str) {
    let line = format!("SKIPPED: {what}: {lacking}\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
}

/// The Python of docs/results.md and of the README reads what the program writes.
#[test]
fn the_python_of_the_pages_runs() {
    let python = Interpreter::new("PYTHON", "python3", "-c");
    if !python.can("import pandas, matplotlib, pyarrow") {
        let lacking = "no Python with pandas, matplotlib and pyarrow (variable PYTHON, or python3)";
        say_skipped("the Python of docs/results.md and README.md", lacking);
        return;
    }
    let folder = folder_with_results();
    for page in ["docs/results.md", "README.md"] {
        python.run(folder.path(), &blocks(page, "python").join("\n"));
    }
    for figure in ["threat.svg", "levels.svg"] {
        assert!(folder.path().join(figure).is_file(), "{figure}");
    }
}

/// The R of docs/results.md reads what the program writes. Blocks that need a package are left out where R lacks it.
#[test]
fn the_r_of_the_data_dictionary_runs() {
    let r = Interpreter::new("RSCRIPT", "Rscript", "-e");
    if !r.can("1") {
        let lacking = "no R (variable RSCRIPT, or Rscript)";
        say_skipped("the R of docs/results.md", lacking);
        return;
    }
    let (runnable, others): (Vec<String>, Vec<String>) = blocks("docs/results.md", "r")
        .into_iter()
        .partition(|block| !block.contains("library(arrow)") || r.can("library(arrow)"));
    assert!(!runnable.is_empty());
    for block in others {
        let first = block.lines().next().unwrap();
        say_skipped("a block of R in docs/results.md", &format!("no {first}"));
    }
    let folder = folder_with_results();
    r.run(folder.path(), &runnable.join("\n"));
    assert!(folder.path().join("Rplots.pdf").is_file());
}
