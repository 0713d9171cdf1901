//! `detente game SCENARIO --policies P…`

use super::setup::{Candidates, print_under};
use super::trials::{DrawFlags, TrialFlags, USUAL_TRIALS, ended};
use super::{failed, mistaken, not_done, scenario_folder, wrong_input};
use crate::study::{self, GameFailure, Questions};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct GameArguments {
    #[command(flatten)]
    candidates: Candidates,
    /// The levers of other actors whose options are crossed with the policies [default: all their levers]
    #[arg(long, value_name = "LEVERS", value_delimiter = ',')]
    postures: Vec<String>,
    /// The actors' payoffs, by the file's path or its name in the theatre (default: the scenario's own, or the theatre's payoffs.toml)
    #[arg(long, value_name = "FILE")]
    payoffs: Option<PathBuf>,
    /// The outcomes by which policies are judged beside payoffs [default: the first two that have a better direction]
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pareto: Vec<String>,
    #[command(flatten)]
    trials: TrialFlags,
    #[command(flatten)]
    draws: DrawFlags,
    /// The folder for results (default: results/<scenario>/game); an earlier game in it is replaced
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(super) fn game(arguments: &GameArguments) -> ExitCode {
    let GameArguments {
        candidates, trials, ..
    } = arguments;
    let setup = &candidates.setup;
    let questions = Questions {
        front: arguments.pareto.clone(),
        ..Questions::default()
    };
    let overrides = setup.overrides();
    let loaded = study::load_game(
        &setup.scenario,
        &candidates.alternatives(),
        &questions,
        &arguments.postures,
        arguments.payoffs.as_deref(),
        &overrides,
    );
    let field = match loaded {
        Ok(field) => field,
        Err(failure) => return wrong_input(&failure),
    };
    let loaded = &field.field.loaded;
    let out = arguments.out.clone();
    let out = out.unwrap_or_else(|| scenario_folder(&loaded[0], "game"));
    let options = match arguments.draws.options(trials, USUAL_TRIALS, out) {
        Ok(options) => options,
        Err(error) => return failed(&error),
    };
    trials.announce(options.plan.seed, loaded);
    let stop = trials.stop();
    let mut progress = trials.progress(&options, [field.profiles(), 1]);
    let played = study::play(&field, &options, &stop, |done| progress.advance(done));
    progress.finish();
    let played = match played {
        Ok(played) => played,
        Err(GameFailure::Run(error)) => return not_done(&error.failure, &error),
        Err(error) if error.is_mistake() => return mistaken(&error),
        Err(error) => return failed(&error),
    };
    let printed = print_under(&overrides, &study::game_table(&played));
    let run = &played.manifest.run;
    trials.say_where(&options, run.wall_seconds);
    match printed {
        Ok(()) => ended(run, played.figures_missing, &options.out),
        Err(error) => failed(&error),
    }
}
