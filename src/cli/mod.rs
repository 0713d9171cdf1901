//! The command line: one file a command.

mod check;
mod compare;
mod exact;
mod export;
mod game;
mod hypotheses;
mod plot;
mod progress;
mod rates;
mod run;
mod schema;
mod select;
mod setup;
mod trace;
mod trials;

use crate::study::{Findings, Loaded, RunFailure};
use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::error::{ContextKind, ContextValue};
use clap::{Parser, Subcommand};
use detente_model::diagnostic::{escaped, is_hostile, render};
use rand::TryRng;
use std::ffi::OsStr;
use std::fmt::{Display, Write as _};
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
    /// Select the best policy on one outcome, with as many trials as that takes
    Select(select::SelectArguments),
    /// Cross policies with what other actors can choose; find best replies, dominated choices and equilibria
    Game(game::GameArguments),
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
        Err(error) => with_its_command(error).exit(),
    };
    match arguments.command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Compare(arguments) => compare::compare(&arguments),
        Command::Select(arguments) => select::select(&arguments),
        Command::Game(arguments) => game::game(&arguments),
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

/// Adds to a mistake in a flag that `compare` had once which command does that now.
fn with_its_command(mut error: clap::Error) -> clap::Error {
    let command = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(flag)) => match flag.as_str() {
            "--select" | "--indifference" | "--confidence" => {
                "detente select SCENARIO --policies P... --outcome OUTCOME --indifference D"
            }
            "--against-postures" | "--payoffs" => {
                "detente game SCENARIO --policies P... [--postures LEVERS] [--payoffs FILE]"
            }
            _ => return error,
        },
        _ => return error,
    };
    error.remove(ContextKind::SuggestedArg);
    error.remove(ContextKind::Usage);
    let tip = format!("a command of its own does that: {command}");
    error.insert(
        ContextKind::Suggested,
        ContextValue::StyledStrs(vec![tip.into()]),
    );
    error
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

/// Says why trials were not run, or figures not drawn, and how to see the trial at fault.
fn not_done(failure: &RunFailure, error: &impl Display) -> ExitCode {
    if failure.is_mistake() {
        return mistaken(error);
    }
    let ended = failed(error);
    if let Some(command) = failure.command() {
        say(format_args!("how it came to that: {command}"));
    }
    ended
}

/// A seed of 53 bits from the system: as many as every reader of JSON gets right.
fn drawn_seed() -> Result<u64, rand::rngs::SysError> {
    rand::rngs::SysRng.try_next_u64().map(|word| word >> 11)
}

/// The command line for a manifest. Bytes that are not UTF-8 stand in it as `\xFF`.
fn command_line() -> Vec<String> {
    std::env::args_os().map(|word| as_text(&word)).collect()
}

fn as_text(word: &OsStr) -> String {
    let mut text = String::new();
    for chunk in word.as_encoded_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        // Writing to a string cannot fail.
        let _ = write!(text, "{}", chunk.invalid().escape_ascii());
    }
    text
}

/// Reads a policy's file or name, which is text.
fn policy_word() -> impl TypedValueParser<Value = String> {
    OsStringValueParser::new().try_map(|word| {
        word.into_string().map_err(|word| {
            let word = as_text(&word);
            format!("{word} is not UTF-8 text; give the file another name, or the policy's name in the theatre")
        })
    })
}

/// The folder of a scenario's results of a name.
fn scenario_folder(loaded: &Loaded, name: &str) -> PathBuf {
    Path::new("results").join(loaded.scenario.name()).join(name)
}

/// The folder of single figures of a scenario under a policy, drawn by a command.
fn figure_folder(loaded: &Loaded, command: &str) -> PathBuf {
    scenario_folder(loaded, &format!("{}-{command}", loaded.policy.name()))
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

/// Prints a result, without characters that steer a terminal.
fn print(text: &str) -> Result<(), String> {
    print_with(|out| out.write_all(escaped(text).as_bytes()))
}

/// Writes a result to standard output. A reader that has seen enough, as `head` has, is no failure.
fn print_with(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), String> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(format!("standard output cannot be written: {error}"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of 64 seeds none is above 2^53, and not all are below 2^32: else with a probability of 2^-1344.
    #[test]
    fn drawn_seeds_have_53_bits() {
        let seeds: Vec<u64> = (0..64).map(|_| drawn_seed().unwrap()).collect();
        assert!(seeds.iter().all(|seed| *seed < 1 << 53), "{seeds:?}");
        assert!(seeds.iter().any(|seed| *seed >= 1 << 32), "{seeds:?}");
    }

    #[test]
    #[cfg(unix)]
    fn words_that_are_not_text_can_be_read() {
        use std::os::unix::ffi::OsStrExt;
        let word = OsStr::from_bytes(b"caf\xe9 \xc3\xa9.toml");
        assert_eq!(as_text(word), "caf\\xe9 \u{e9}.toml");
    }
}
