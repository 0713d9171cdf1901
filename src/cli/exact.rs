//! `detente exact SCENARIO`

use super::{failed, mistaken, print, say, wrong_input};
use crate::study::{self, ExactFailure, ExactOptions, Overrides};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct ExactArguments {
    /// The scenario file; its clocks may have no memory, its states must be finitely many
    scenario: PathBuf,
    /// A policy file, or the name of one in the folder `policies` beside the scenario
    #[arg(long, value_name = "P")]
    policy: Option<String>,
    /// End of time, in the scenario's time unit, instead of the scenario's own
    #[arg(long, value_name = "T", allow_negative_numbers = true)]
    horizon: Option<f64>,
    /// Another value for a parameter; may be given several times
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,
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
    let overrides = Overrides {
        horizon: arguments.horizon,
        set: arguments.set.clone(),
    };
    let options = ExactOptions {
        out: arguments.out.clone(),
        against: arguments.against.clone(),
        command_line: std::env::args().collect(),
    };
    let policy = arguments.policy.as_deref();
    let report = match study::exact(&arguments.scenario, policy, &overrides, &options) {
        Ok(report) => report,
        Err(ExactFailure::Input(findings)) => return wrong_input(&findings),
        Err(error @ ExactFailure::Against(_)) => return mistaken(&error),
        Err(error) => return failed(&error),
    };
    if let Err(error) = print(&study::exact_table(&report)) {
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
