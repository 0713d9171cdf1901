//! `detente trace SCENARIO --trial I`

use super::setup::{Setup, print_under};
use super::{
    FAILED, caution, command_line, drawn_seed, failed, figure_folder, not_done, policy_word,
    print_with, say, wrong_input,
};
use crate::study::{self, Overrides, RunFailure, Trajectory};
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct TraceArguments {
    /// The trial, counted from 0
    #[arg(long, value_name = "I")]
    trial: u64,
    #[command(flatten)]
    setup: Setup,
    /// Another choice on a lever at t = 0; may be given several times
    #[arg(long, value_name = "LEVER=OPTION")]
    choose: Vec<String>,
    /// A file of claims, observed rates or payoffs to lay over the scenario, as the command that ran the trial did: by its path or its
    /// name in the theatre
    #[arg(long, value_name = "FILE")]
    over: Option<PathBuf>,
    /// Another policy, put beside the first one: where the two trajectories part, why, and what comes of it
    #[arg(long, value_name = "P", value_parser = policy_word())]
    against: Option<String>,
    /// The run's seed; without it one is drawn and printed
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Steps to tell, at most; later ones are only counted
    #[arg(long, value_name = "N", default_value_t = study::TRACED_STEPS)]
    steps: usize,
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

impl TraceArguments {
    fn overrides(&self) -> Overrides {
        Overrides {
            choose: self.choose.clone(),
            over: self.over.clone(),
            ..self.setup.overrides()
        }
    }
}

pub(super) fn trace(arguments: &TraceArguments) -> ExitCode {
    match arguments.against.as_deref() {
        Some(against) => trace_pair(arguments, against),
        None => trace_one(arguments),
    }
}

fn trace_one(arguments: &TraceArguments) -> ExitCode {
    let overrides = arguments.overrides();
    let policy = arguments.setup.policy();
    let loaded = match study::load(&arguments.setup.scenario, policy, &overrides) {
        Ok(loaded) => loaded,
        Err(failure) => return wrong_input(&failure),
    };
    let seed = match seed(arguments) {
        Ok(seed) => seed,
        Err(code) => return code,
    };
    caution(&loaded.cautions);
    let told = study::trace(&loaded, seed, arguments.trial, arguments.steps);
    let printed = if arguments.json {
        print_with(|out| study::write_trajectory_json(&told, out))
    } else {
        print_under(&overrides, &study::trajectory_text(&told))
    };
    let folder = || figure_folder(&loaded, "trace");
    drawn(arguments, printed, folder, |folder| {
        study::draw_timeline(&told, loaded.drawn_figure(command_line()), folder)
    })
    .unwrap_or_else(|| ended([&told]))
}

fn trace_pair(arguments: &TraceArguments, against: &str) -> ExitCode {
    let overrides = arguments.overrides();
    let policies = [arguments.setup.policy(), Some(against)];
    let loaded = match study::load_pair(&arguments.setup.scenario, policies, &overrides) {
        Ok(loaded) => loaded,
        Err(failure) => return wrong_input(&failure),
    };
    let seed = match seed(arguments) {
        Ok(seed) => seed,
        Err(code) => return code,
    };
    caution(&loaded[1].cautions);
    let told = match study::trace_pair(&loaded, seed, arguments.trial, arguments.steps) {
        Ok(told) => told,
        Err(too_long) => return failed(&too_long),
    };
    let printed = if arguments.json {
        print_with(|out| study::write_paired_json(&told, out))
    } else {
        print_under(&overrides, &study::paired_text(&told))
    };
    let folder = || figure_folder(&loaded[0], "trace");
    drawn(arguments, printed, folder, |folder| {
        let [mut drawn, other] = loaded.each_ref().map(|of| of.drawn_figure(command_line()));
        drawn.policies.extend(other.policies);
        drawn.inputs.extend(other.inputs);
        study::draw_paired_timeline(&told, drawn, folder)
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

/// Draws what was printed, if that is asked for; the exit code where either fails.
fn drawn(
    arguments: &TraceArguments,
    printed: Result<(), String>,
    folder: impl Fn() -> PathBuf,
    draw: impl Fn(&Path) -> Result<PathBuf, RunFailure>,
) -> Option<ExitCode> {
    if let Err(error) = printed {
        return Some(failed(&error));
    }
    if arguments.figure || arguments.out.is_some() {
        let folder = arguments.out.clone().unwrap_or_else(folder);
        match draw(&folder) {
            Ok(figure) => say(format_args!("figure in {}", figure.display())),
            Err(error) => return Some(not_done(&error, &error)),
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
