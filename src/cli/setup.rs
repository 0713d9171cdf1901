//! What to run under what: the same arguments for every command that compiles a program.

use super::{policy_word, print};
use crate::study::{Alternatives, Overrides};
use clap::{ArgGroup, Args};
use std::path::PathBuf;

/// The scenario, the policy, and what is another than in the files.
#[derive(Debug, Args)]
pub(super) struct Setup {
    /// The scenario's file, or its theatre's folder
    pub scenario: PathBuf,
    /// A policy, by its name in the theatre or by its file
    #[arg(long, value_name = "P", value_parser = policy_word())]
    pub policy: Option<String>,
    /// End of time, in the scenario's time unit, instead of the scenario's own
    #[arg(long, value_name = "T", allow_negative_numbers = true)]
    pub horizon: Option<f64>,
    /// Another value for a parameter; may be given several times
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,
}

impl Setup {
    pub fn policy(&self) -> Option<&str> {
        self.policy.as_deref()
    }

    pub fn overrides(&self) -> Overrides {
        Overrides {
            horizon: self.horizon,
            set: self.set.clone(),
            ..Overrides::default()
        }
    }
}

/// A scenario under several policies.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("alternatives").required(true))]
pub(super) struct Candidates {
    #[command(flatten)]
    pub setup: Setup,
    /// Policies, each by its name in the theatre or by its file
    #[arg(long, value_name = "P", value_parser = policy_word(), num_args = 1.., group = "alternatives", conflicts_with = "policy")]
    policies: Vec<String>,
    /// Every combination of these levers' options; all else as --policy has it, or at its default
    #[arg(
        long,
        value_name = "A,B",
        value_delimiter = ',',
        group = "alternatives"
    )]
    levers: Vec<String>,
}

impl Candidates {
    pub fn alternatives(&self) -> Alternatives {
        if self.levers.is_empty() {
            return Alternatives::Policies(self.policies.clone());
        }
        Alternatives::Levers {
            levers: self.levers.clone(),
            base: self.setup.policy.clone(),
        }
    }
}

/// Prints a table under a line that names what the command line sets in the scenario.
pub(super) fn print_under(overrides: &Overrides, table: &str) -> Result<(), String> {
    let given = overrides.set.iter().chain(&overrides.choose);
    let set = given.map(|setting| match setting.split_once('=') {
        Some((name, value)) => format!("{} = {}", name.trim(), value.trim()),
        None => setting.clone(),
    });
    let horizon = overrides
        .horizon
        .map(|horizon| format!("horizon = {horizon}"));
    let set: Vec<String> = set.chain(horizon).collect();
    if set.is_empty() {
        return print(table);
    }
    print(&format!(
        "Set on the command line: {}\n\n{table}",
        set.join(", ")
    ))
}
