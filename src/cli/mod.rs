//! The command line: one file a command.

mod check;
mod compare;
mod exact;
mod export;
mod hypotheses;
mod plot;
mod rates;
mod run;
mod schema;
mod setup;
mod trace;
mod trials;

use crate::diagnostic::{escaped, is_hostile, render};
use crate::study::{Findings, Loaded, RunFailure};
use clap::{Parser, Subcommand};
use rand::TryRng;
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
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
    /// Run policies on the same trials; say how they differ, and how sure that is
    Compare(compare::CompareArguments),
    /// Judge the claims that a scenario states, on the same trials under every setting
    Hypotheses(hypotheses::HypothesesArguments),
    /// Look for mistakes; say what a scenario contains and who depends on whom
    Check(check::CheckArguments),
    /// Tell one trial of a run step by step
    Trace(trace::TraceArguments),
    /// Solve a scenario without memory exactly, without trials
    Exact(exact::ExactArguments),
    /// Print a scenario without memory in a model checker's language
    Export(export::ExportArguments),
    /// Put the rates that a scenario implies beside those observed
    Rates(rates::RatesArguments),
    /// Draw a finished run's figures again
    Plot(plot::PlotArguments),
    /// Print a JSON Schema of scenario and policy files, by which editors complete and check them
    Schema,
}

/// Reads the command line, does what it says and returns the exit code: 0 done, 1 a run-time failure, 2 a
/// mistake in the input.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) if error.to_string().contains(is_hostile) => {
            say(error.to_string().trim_end());
            return ExitCode::from(WRONG_INPUT);
        }
        Err(error) => error.exit(),
    };
    match arguments.command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Compare(arguments) => compare::compare(&arguments),
        Command::Hypotheses(arguments) => hypotheses::hypotheses(&arguments),
        Command::Check(arguments) => check::check(&arguments),
        Command::Trace(arguments) => trace::trace(&arguments),
        Command::Exact(arguments) => exact::exact(&arguments),
        Command::Export(arguments) => export::export(&arguments),
        Command::Rates(arguments) => rates::rates(&arguments),
        Command::Plot(arguments) => plot::plot(&arguments),
        Command::Schema => schema::schema(),
    }
}

/// Shows everything that is wrong with an input.
fn wrong_input(found: &Findings) -> ExitCode {
    show(found);
    ExitCode::from(WRONG_INPUT)
}

/// Shows mistakes and warnings, where there are any.
fn show(found: &Findings) {
    let coloured = io::stderr().is_terminal();
    let shown = render(&found.diagnostics, &found.sources, coloured);
    if !shown.is_empty() {
        // Escaped where it is rendered; the colours are the renderer's.
        let _ = writeln!(io::stderr(), "{}", shown.trim_end());
    }
}

/// Says what is doubtful in what was given, where anything is.
fn caution(cautions: &str) {
    if !cautions.is_empty() {
        say(cautions.trim_end());
    }
}

/// Says why something failed at run time.
fn failed(error: &impl Display) -> ExitCode {
    say(format_args!("error: {error}"));
    ExitCode::from(FAILED)
}

/// Says what is wrong with what was given.
fn mistaken(error: &impl Display) -> ExitCode {
    say(format_args!("error: {error}"));
    ExitCode::from(WRONG_INPUT)
}

/// Says why trials were not run, or figures not drawn.
fn not_done(failure: &RunFailure, error: &impl Display) -> ExitCode {
    if failure.is_mistake() {
        mistaken(error)
    } else {
        failed(error)
    }
}

/// A seed from the system, short enough that every reader of JSON gets it right.
fn drawn_seed() -> Result<u64, rand::rngs::SysError> {
    rand::rngs::SysRng.try_next_u64().map(|word| word >> 32)
}

/// The folder of a scenario's results under a policy.
fn default_folder(loaded: &Loaded) -> PathBuf {
    Path::new("results")
        .join(loaded.scenario.name())
        .join(loaded.policy.name())
}

/// The threads asked for, or one a core.
fn threads(asked: Option<u16>) -> usize {
    match asked {
        Some(threads) => usize::from(threads),
        None => std::thread::available_parallelism().map_or(1, usize::from),
    }
}

/// Writes a line to standard error, without characters that steer a terminal. Where nobody can hear it, nothing else is lost.
fn say(text: impl Display) {
    let _ = writeln!(io::stderr(), "{}", escaped(&text.to_string()));
}

/// Writes a result to standard output, without characters that steer a terminal. A reader that has seen enough, as `head` has, is no failure.
fn print(text: &str) -> Result<(), String> {
    let mut out = io::stdout().lock();
    match out
        .write_all(escaped(text).as_bytes())
        .and_then(|()| out.flush())
    {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(format!("standard output cannot be written: {error}"))
        }
        _ => Ok(()),
    }
}
