//! `detente export SCENARIO --format prism`

use super::{failed, print, wrong_input};
use crate::study::{self, ExportFailure, Overrides};
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;

/// The languages that scenarios can be exported to.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// A continuous-time Markov chain for the model checkers PRISM and Storm
    Prism,
}

#[derive(Debug, Args)]
pub(super) struct ExportArguments {
    /// The scenario file; its clocks may have no memory and no dates, its states must be finitely many
    scenario: PathBuf,
    /// The language
    #[arg(long)]
    format: Format,
    /// A policy file, or the name of one in the folder `policies` beside the scenario
    #[arg(long, value_name = "P")]
    policy: Option<String>,
    /// End of time, in the scenario's time unit, instead of the scenario's own
    #[arg(long, value_name = "T", allow_negative_numbers = true)]
    horizon: Option<f64>,
    /// Another value for a parameter; may be given several times
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,
}

pub(super) fn export(arguments: &ExportArguments) -> ExitCode {
    let overrides = Overrides {
        horizon: arguments.horizon,
        set: arguments.set.clone(),
    };
    let policy = arguments.policy.as_deref();
    let text = match arguments.format {
        Format::Prism => study::prism(&arguments.scenario, policy, &overrides),
    };
    match text {
        Ok(text) => print(&text).map_or_else(|error| failed(&error), |()| ExitCode::SUCCESS),
        Err(ExportFailure::Input(findings)) => wrong_input(&findings),
        Err(error) => failed(&error),
    }
}
