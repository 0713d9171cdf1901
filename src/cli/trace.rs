//! `detente trace SCENARIO --trial I`

use super::setup::Setup;
use super::{FAILED, default_folder, drawn_seed, failed, print, say, wrong_input};
use crate::study;
use clap::Args;
use std::path::PathBuf;
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
    /// The run's seed; without it one is drawn and printed
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Print the steps as JSON
    #[arg(long)]
    json: bool,
    /// Draw the trial over time as SVG, PNG and CSV
    #[arg(long)]
    figure: bool,
    /// The folder for the figure (default: results/<scenario>/<policy>)
    #[arg(long, value_name = "DIR", requires = "figure")]
    out: Option<PathBuf>,
}

pub(super) fn trace(arguments: &TraceArguments) -> ExitCode {
    let overrides = arguments.setup.overrides();
    let policy = arguments.setup.policy();
    let loaded = match study::load(&arguments.scenario, policy, &overrides) {
        Ok(loaded) => loaded,
        Err(failure) => return wrong_input(&failure),
    };
    let seed = match arguments.seed.map_or_else(drawn_seed, Ok) {
        Ok(seed) => seed,
        Err(error) => return failed(&error),
    };
    if arguments.seed.is_none() {
        say(format_args!(
            "seed {seed} (drawn; --seed {seed} shows this trial again)"
        ));
    }
    let told = study::trace(&loaded, seed, arguments.trial);
    let text = if arguments.json {
        match study::trajectory_json(&told) {
            Ok(text) => text,
            Err(error) => return failed(&error),
        }
    } else {
        study::trajectory_text(&told)
    };
    if let Err(error) = print(&text) {
        return failed(&error);
    }
    if arguments.figure {
        let folder = arguments
            .out
            .clone()
            .unwrap_or_else(|| default_folder(&loaded));
        match study::draw_timeline(&told, &folder) {
            Ok(figure) => say(format_args!("figure in {}", figure.display())),
            Err(error) => return failed(&error),
        }
    }
    match told.failure {
        None => ExitCode::SUCCESS,
        Some(_) => ExitCode::from(FAILED),
    }
}
