//! Files → a program, with every mistake of the input in one place.

use crate::diagnostic::{Diagnostics, FileId, Quoted, Sources, Span, did_you_mean};
use crate::program::{Program, compile};
use crate::scenario::{
    Policy, Scenario, policy_from_file, policy_text, policy_with_settings, scenario_from_file,
    scenario_text_with_horizon,
};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Most bytes of an input file.
const MOST_BYTES: u64 = 4 << 20;

/// What the command line changes in the files' scenario and policy.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Overrides {
    /// Another horizon, in time units.
    pub horizon: Option<f64>,
    /// Parameter values, each a text `name=value`.
    pub set: Vec<String>,
}

/// A scenario under a policy, ready to run, with the texts that reproduce it.
#[derive(Debug)]
pub struct Loaded {
    /// The scenario.
    pub scenario: Scenario,
    /// The policy.
    pub policy: Policy,
    /// Both, compiled.
    pub program: Program,
    /// The scenario's text with the overrides written in.
    pub scenario_text: String,
    /// The policy's text with the overrides written in.
    pub policy_text: String,
    /// Where the scenario was read, as given.
    pub scenario_file: String,
    /// Where the policy was read, as found; none for the defaults.
    pub policy_file: Option<String>,
}

/// An input that cannot be used: everything that is wrong with it.
#[derive(Debug)]
pub struct InputFailure {
    /// The mistakes.
    pub diagnostics: Diagnostics,
    /// The texts that they point into.
    pub sources: Sources,
}

impl Loaded {
    /// The line that every table and figure bears. It names the scenario and not its path, so that figures are the
    /// same bytes wherever the file stands.
    #[must_use]
    pub fn honesty(&self) -> String {
        let as_of = match self.scenario.epoch() {
            Some(epoch) => format!(" as of {epoch}"),
            None => String::new(),
        };
        format!(
            "Consequences of the assumptions in scenario {}{as_of}; not a forecast. Intervals cover simulation \
             error only. {} of {} parameters are assumed.",
            self.scenario.name(),
            self.scenario.assumed_parameters(),
            self.scenario.parameters().len()
        )
    }
}

/// Reads and compiles a scenario under a policy, given by its file or by its name in the folder `policies` beside
/// the scenario; without one every lever is at its default.
///
/// # Errors
/// Everything that is wrong with the files, each mistake with its place.
pub fn load(
    scenario_path: &Path,
    policy: Option<&str>,
    overrides: &Overrides,
) -> Result<Loaded, Box<InputFailure>> {
    let mut loader = Loader::default();
    match loader.load(scenario_path, policy, overrides) {
        Some(loaded) => Ok(loaded),
        None => Err(Box::new(InputFailure {
            diagnostics: loader.diagnostics,
            sources: loader.sources,
        })),
    }
}

#[derive(Default)]
struct Loader {
    sources: Sources,
    diagnostics: Diagnostics,
}

impl Loader {
    fn load(
        &mut self,
        scenario_path: &Path,
        policy: Option<&str>,
        overrides: &Overrides,
    ) -> Option<Loaded> {
        let file = self.read(scenario_path)?;
        let mut scenario = scenario_from_file(file, &self.sources, &mut self.diagnostics)?;
        let mut scenario_text = self.sources.text(file).to_owned();
        if let Some(horizon) = overrides.horizon {
            if !(horizon > 0.0 && horizon.is_finite()) {
                let message =
                    format!("--horizon {horizon}: the horizon must be finite and above 0");
                self.diagnostics.error_without_place(message);
                return None;
            }
            scenario = scenario.with_horizon(horizon);
            scenario_text = scenario_text_with_horizon(&scenario_text, horizon).ok()?;
        }
        let policy_path = match policy {
            Some(given) => Some(self.find_policy(given, scenario_path)?),
            None => None,
        };
        let policy_file = match &policy_path {
            Some(path) => Some(self.read(path)?),
            None => None,
        };
        let policy = match policy_file {
            Some(file) => policy_from_file(file, &self.sources, &scenario, &mut self.diagnostics)?,
            None => scenario.default_policy(),
        };
        let settings: Vec<Quoted> = overrides
            .set
            .iter()
            .map(|text| self.setting(text))
            .collect();
        let policy = policy_with_settings(policy, &settings, &scenario, &mut self.diagnostics);
        if self.diagnostics.has_errors() {
            return None;
        }
        let policy_source = policy_file.map(|file| self.sources.text(file));
        let policy_text = policy_text(policy_source, &policy, &scenario).ok()?;
        let program = match compile(&scenario, &policy) {
            Ok(program) => program,
            Err(errors) => {
                for error in errors {
                    let under = format!("under policy `{}`", policy.name());
                    self.diagnostics.error(error.span, error.to_string(), under);
                }
                return None;
            }
        };
        Some(Loaded {
            scenario,
            policy,
            program,
            scenario_text,
            policy_text,
            scenario_file: scenario_path.display().to_string(),
            policy_file: policy_path.map(|path| path.display().to_string()),
        })
    }

    fn read(&mut self, path: &Path) -> Option<FileId> {
        let shown = path.display().to_string();
        let mut bytes = Vec::new();
        // One byte more than the limit tells a file that is too long, a device without end included.
        let read =
            File::open(path).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes));
        if let Err(error) = read {
            self.diagnostics
                .error_without_place(format!("cannot read {shown}: {error}"));
            return None;
        }
        if bytes.len() as u64 > MOST_BYTES {
            self.diagnostics
                .error_without_place(format!("{shown} is longer than {} MiB", MOST_BYTES >> 20))
                .help("is it a scenario or policy at all?");
            return None;
        }
        match String::from_utf8(bytes) {
            Ok(text) => Some(self.sources.add(shown, text)),
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let line = error.as_bytes()[..valid].split(|b| *b == b'\n').count();
                self.diagnostics
                    .error_without_place(format!(
                        "{shown} is not UTF-8 text: byte {} on line {line} begins no letter",
                        valid + 1
                    ))
                    .help("save it as UTF-8");
                None
            }
        }
    }

    /// A file as given, or the name of one in `policies` beside the scenario.
    fn find_policy(&mut self, given: &str, scenario_path: &Path) -> Option<PathBuf> {
        let as_file = PathBuf::from(given);
        if as_file.is_file() {
            return Some(as_file);
        }
        let folder = scenario_path
            .parent()
            .unwrap_or(Path::new(""))
            .join("policies");
        let by_name = folder.join(format!("{given}.toml"));
        if by_name.is_file() {
            return Some(by_name);
        }
        let mut known: Vec<String> = std::fs::read_dir(&folder)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| {
                let path = entry.path();
                (path.extension()? == "toml")
                    .then(|| Some(path.file_stem()?.to_str()?.to_owned()))?
            })
            .collect();
        known.sort();
        let help = if known.is_empty() {
            "give the path of a policy file".to_owned()
        } else {
            let near = did_you_mean(given, known.iter().map(String::as_str));
            let near = near.map_or(String::new(), |near| format!("did you mean `{near}`? "));
            format!("{near}in {} stand {}", folder.display(), known.join(", "))
        };
        self.diagnostics
            .error_without_place(format!(
                "there is no policy `{given}`: no such file, and no {}",
                by_name.display()
            ))
            .help(help);
        None
    }

    fn setting(&mut self, text: &str) -> Quoted {
        let file = self.sources.add("--set", text);
        let span = Span {
            file,
            start: 0,
            end: text.len(),
        };
        Quoted::in_source(text, span, text)
    }
}
