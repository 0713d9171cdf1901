//! `detente exact SCENARIO`

use super::setup::{Setup, print_under};
use super::{caution, command_line, failed, mistaken, say, wrong_input};
use crate::study::{self, ExactFailure, ExactOptions};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct ExactArguments {
    #[command(flatten)]
    setup: Setup,
    /// The result folder of a run, to be put beside the exact values
    #[arg(long, value_name = "DIR")]
    against: Option<PathBuf>,
    /// The folder for results (default: results/<scenario>/<policy>-exact); what is in it is replaced
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Print the table and nothing else
    #[arg(long)]
    quiet: bool,
}

pub(super) fn exact(arguments: &ExactArguments) -> ExitCode {
    let overrides = arguments.setup.overrides();
    let options = ExactOptions {
        out: arguments.out.clone(),
        against: arguments.against.clone(),
        command_line: command_line(),
    };
    let policy = arguments.setup.policy();
    let report = match study::exact(&arguments.setup.scenario, policy, &overrides, &options) {
        Ok(report) => report,
        Err(ExactFailure::Input(findings)) => return wrong_input(&findings),
        Err(error) if error.is_mistake() => return mistaken(&error),
        Err(error) => return failed(&error),
    };
    if !arguments.quiet {
        caution(&report.cautions);
    }
    if let Err(error) = print_under(&overrides, &study::exact_table(&report)) {
        return failed(&error);
    }
    if !arguments.quiet {
        let seconds = report.manifest.exact.wall_seconds;
        say(format_args!(
            "\nresults in {} ({seconds:.1} s)",
            report.folder.display()
        ));
    }
    ExitCode::SUCCESS
}
