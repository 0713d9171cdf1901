//! `detente check SCENARIO [P...]`

use super::{command_line, failed, not_done, policy_word, print, say, show, wrong_input};
use crate::study;
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    /// The scenario's file, or its theatre's folder
    scenario: PathBuf,
    /// Policies, each by its name in the theatre or by its file [default: all of the theatre's]
    #[arg(value_name = "P", value_parser = policy_word())]
    policies: Vec<String>,
    /// Draw who depends on whom as SVG, PNG, CSV and DOT
    #[arg(long)]
    graph: bool,
    /// The folder for the graph, which is drawn then without --graph too (default: results/<scenario>)
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(super) fn check(arguments: &CheckArguments) -> ExitCode {
    let checked = match study::check(&arguments.scenario, &arguments.policies) {
        Ok(checked) => checked,
        Err(found) => return wrong_input(&found),
    };
    show(&checked.found);
    if let Err(error) = print(&checked.report()) {
        return failed(&error);
    }
    if arguments.graph || arguments.out.is_some() {
        let name = checked.scenario.name();
        let default = || Path::new("results").join(name).join("influence");
        let folder = arguments.out.clone().unwrap_or_else(default);
        match checked.draw_influence(&folder, command_line()) {
            Ok(figure) => say(format_args!("graph in {}", figure.display())),
            Err(error) => return not_done(&error, &error),
        }
    }
    match checked.found.diagnostics.warnings() {
        0 => say("no mistakes, no warnings"),
        1 => say("no mistakes, 1 warning"),
        count => say(format_args!("no mistakes, {count} warnings")),
    }
    ExitCode::SUCCESS
}
