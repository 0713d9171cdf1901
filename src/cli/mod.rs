//! The command line: one file a command.

mod plot;
mod run;

use crate::diagnostic::render;
use crate::study::InputFailure;
use clap::{Parser, Subcommand};
use std::io::IsTerminal;
use std::process::ExitCode;

/// A run-time failure.
const FAILED: u8 = 1;
/// A mistake in the input.
const WRONG_INPUT: u8 = 2;

#[derive(Debug, Parser)]
#[command(name = "detente", version, about, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a scenario's trials; leave results and figures, print the outcomes
    Run(run::RunArguments),
    /// Draw a finished run's figures again
    Plot(plot::PlotArguments),
}

/// Reads the command line, does what it says and returns the exit code: 0 done, 1 a run-time failure, 2 a
/// mistake in the input.
#[must_use]
pub fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Plot(arguments) => plot::plot(&arguments),
    }
}

/// Shows everything that is wrong with an input.
fn wrong_input(failure: &InputFailure) -> ExitCode {
    let coloured = std::io::stderr().is_terminal();
    eprint!(
        "{}",
        render(&failure.diagnostics, &failure.sources, coloured)
    );
    ExitCode::from(WRONG_INPUT)
}

/// Says why something failed at run time.
fn failed(error: &impl std::fmt::Display) -> ExitCode {
    eprintln!("error: {error}");
    ExitCode::from(FAILED)
}
