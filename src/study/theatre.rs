//! A theatre: the folder of a scenario, with its policies and the files that are laid over it.

use detente_model::diagnostic::{nearest, some_of};
use detente_model::scenario::Scenario;
use std::fs;
use std::path::{Path, PathBuf};

/// The file of the scenario in a theatre's folder.
const SCENARIO: &str = "scenario.toml";

/// A kind of file that is laid over a scenario.
pub(super) struct Layer {
    /// The name of the file in the theatre's folder, without `.toml`, and of the flag that names another.
    pub name: &'static str,
    /// The table that such a file holds.
    pub table: &'static str,
    /// What stands in that table, in words.
    pub what: &'static str,
    /// Whether a scenario has any.
    pub is_in: fn(&Scenario) -> bool,
}

pub(super) static CLAIMS: Layer = Layer {
    name: "claims",
    table: "hypotheses",
    what: "hypotheses",
    is_in: |scenario| !scenario.hypotheses().is_empty(),
};
pub(super) static OBSERVED: Layer = Layer {
    name: "observed",
    table: "rates",
    what: "observed rates",
    is_in: |scenario| !scenario.rates().is_empty(),
};
pub(super) static PAYOFFS: Layer = Layer {
    name: "payoffs",
    table: "payoffs",
    what: "payoffs",
    is_in: |scenario| !scenario.payoffs().is_empty(),
};

/// The scenario's file, and the folder in which what belongs to it is found by name.
#[derive(Debug, Clone)]
pub(super) struct Theatre {
    /// The file of the scenario.
    pub scenario: PathBuf,
    folder: PathBuf,
}

impl Theatre {
    /// The theatre of a scenario, given by its file or by the theatre's folder.
    pub fn of(given: &Path) -> Self {
        if given.is_dir() {
            return Self {
                scenario: given.join(SCENARIO),
                folder: given.to_owned(),
            };
        }
        Self {
            scenario: given.to_owned(),
            folder: given.parent().unwrap_or(Path::new("")).to_owned(),
        }
    }

    /// Where the theatre's own file of a kind is, or would be.
    pub fn layer(&self, layer: &Layer) -> PathBuf {
        self.folder.join(layer.name).with_extension("toml")
    }

    /// A file to lay over the scenario, given by its path or by its name in the theatre's folder.
    pub fn named(&self, given: &Path) -> PathBuf {
        let named = self.folder.join(given).with_extension("toml");
        if !given.is_file() && named.is_file() {
            return named;
        }
        given.to_owned()
    }

    /// Where a policy of a name is, or would be.
    pub fn policy(&self, name: &str) -> PathBuf {
        self.policy_folder().join(format!("{name}.toml"))
    }

    /// The files of all policies, by name; none where their folder cannot be read.
    pub fn policies(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.policy_folder());
        let mut files: Vec<PathBuf> = entries
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|kind| kind == "toml"))
            .collect();
        files.sort();
        files
    }

    /// What policies there are, and which of them may have been meant.
    pub fn policies_like(&self, given: &str) -> String {
        let known: Vec<String> = self
            .policies()
            .iter()
            .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
            .collect();
        if known.is_empty() {
            return "give the path of a policy file".to_owned();
        }
        let near = nearest(given, known.iter().map(String::as_str));
        let near = near.map_or(String::new(), |near| format!("did you mean `{near}`? "));
        let folder = self.policy_folder();
        format!(
            "{near}found in {}: {}",
            folder.display(),
            some_of(known.iter())
        )
    }

    fn policy_folder(&self) -> PathBuf {
        self.folder.join("policies")
    }
}
