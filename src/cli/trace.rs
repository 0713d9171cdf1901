//! `detente trace SCENARIO --trial I`

use super::setup::Setup;
use super::{FAILED, default_folder, drawn_seed, failed, print, say, wrong_input};
use crate::study::{self, RunFailure, Trajectory};
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct TraceArguments {
    /// The scenario file
    scenario: PathBuf,
    /// The trial, counted from 0
    #[arg(long, value_name = "I")]
    trial: u64,
    #[command(flatten)]
    setup: Setup,
    /// Another policy, put beside the first one: where the two trajectories part, why, and what comes of it
    #[arg(long, value_name = "P")]
    against: Option<String>,
    /// The run's seed; without it one is drawn and printed
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Print it as JSON
    #[arg(long)]
    json: bool,
    /// Draw the trial over time as SVG, PNG and CSV
    #[arg(long)]
    figure: bool,
    /// The folder for the figure, which is drawn then without --figure too (default: results/<scenario>/<policy>)
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(super) fn trace(arguments: &TraceArguments) -> ExitCode {
    match arguments.against.as_deref() {
        Some(against) => trace_pair(arguments, against),
        None => trace_one(arguments),
    }
}

fn trace_one(arguments: &TraceArguments) -> ExitCode {
    let overrides = arguments.setup.overrides();
    let policy = arguments.setup.policy();
    let loaded = match study::load(&arguments.scenario, policy, &overrides) {
        Ok(loaded) => loaded,
        Err(failure) => return wrong_input(&failure),
    };
    let seed = match seed(arguments) {
        Ok(seed) => seed,
        Err(code) => return code,
    };
    let told = study::trace(&loaded, seed, arguments.trial);
    let text = if arguments.json {
        study::trajectory_json(&told)
    } else {
        Ok(study::trajectory_text(&told))
    };
    let folder = || default_folder(&loaded);
    show(arguments, text, folder, |folder| {
        study::draw_timeline(&told, folder)
    })
    .unwrap_or_else(|| ended([&told]))
}

fn trace_pair(arguments: &TraceArguments, against: &str) -> ExitCode {
    let overrides = arguments.setup.overrides();
    let policies = [arguments.setup.policy(), Some(against)];
    let loaded = match study::load_pair(&arguments.scenario, policies, &overrides) {
        Ok(loaded) => loaded,
        Err(failure) => return wrong_input(&failure),
    };
    let seed = match seed(arguments) {
        Ok(seed) => seed,
        Err(code) => return code,
    };
    let told = study::trace_pair(&loaded, seed, arguments.trial);
    let text = if arguments.json {
        study::paired_json(&told)
    } else {
        Ok(study::paired_text(&told))
    };
    let folder = || default_folder(&loaded[0]);
    show(arguments, text, folder, |folder| {
        study::draw_paired_timeline(&told, folder)
    })
    .unwrap_or_else(|| ended(&told.trajectories))
}

/// The seed given, or one drawn and said.
fn seed(arguments: &TraceArguments) -> Result<u64, ExitCode> {
    if let Some(seed) = arguments.seed {
        return Ok(seed);
    }
    let seed = drawn_seed().map_err(|error| failed(&error))?;
    say(format_args!(
        "seed {seed} (drawn; --seed {seed} shows this trial again)"
    ));
    Ok(seed)
}

/// Prints what is told and draws it, if that is asked for; the exit code where either fails.
fn show(
    arguments: &TraceArguments,
    text: Result<String, serde_json::Error>,
    folder: impl Fn() -> PathBuf,
    draw: impl Fn(&Path) -> Result<PathBuf, RunFailure>,
) -> Option<ExitCode> {
    let text = match text {
        Ok(text) => text,
        Err(error) => return Some(failed(&error)),
    };
    if let Err(error) = print(&text) {
        return Some(failed(&error));
    }
    if arguments.figure || arguments.out.is_some() {
        let folder = arguments.out.clone().unwrap_or_else(folder);
        match draw(&folder) {
            Ok(figure) => say(format_args!("figure in {}", figure.display())),
            Err(error) => return Some(failed(&error)),
        }
    }
    None
}

/// Whether every trial reached its end.
fn ended<'t>(told: impl IntoIterator<Item = &'t Trajectory>) -> ExitCode {
    let mut told = told.into_iter();
    if told.all(|trajectory| trajectory.failure.is_none()) {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(FAILED)
    }
}
