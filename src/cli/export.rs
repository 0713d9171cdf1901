//! `detente export SCENARIO --format prism`

use super::setup::Setup;
use super::{caution, failed, print, say, wrong_input};
use crate::study::{self, ExportFailure};
use clap::{Args, ValueEnum};
use std::process::ExitCode;

/// The languages that scenarios can be exported to.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// A continuous-time Markov chain for the model checkers PRISM and Storm
    Prism,
}

#[derive(Debug, Args)]
pub(super) struct ExportArguments {
    /// The language
    #[arg(long)]
    format: Format,
    #[command(flatten)]
    setup: Setup,
}

pub(super) fn export(arguments: &ExportArguments) -> ExitCode {
    let overrides = arguments.setup.overrides();
    let policy = arguments.setup.policy();
    let export = match arguments.format {
        Format::Prism => study::prism(&arguments.setup.scenario, policy, &overrides),
    };
    match export {
        Ok((export, cautions)) => {
            caution(&cautions);
            if let Some(states) = export.by_state {
                say(format_args!(
                    "exported by the number of the state, {states} of them: effects or runs of instant events are too long as updates"
                ));
            }
            print(&export.text).map_or_else(|error| failed(&error), |()| ExitCode::SUCCESS)
        }
        Err(ExportFailure::Input(findings)) => wrong_input(&findings),
        Err(error) => failed(&error),
    }
}
