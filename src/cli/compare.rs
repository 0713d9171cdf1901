//! `detente compare SCENARIO --policies P…`

use super::progress::{Progress, Stage, Work};
use super::setup::{Setup, print_under};
use super::trials::{RunFlags, ended};
use super::{failed, mistaken, not_done, policy_word, say, wrong_input};
use crate::study::{
    self, Alternatives, Field, GameFailure, Overrides, Promise, Questions, RunOptions, Sampler,
    SelectFailure,
};
use clap::{ArgGroup, Args};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::Ordering;

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("alternatives").required(true))]
pub(super) struct CompareArguments {
    /// The scenario file
    scenario: PathBuf,
    /// Policies, each a file or the name of one in the folder `policies` beside the scenario
    #[arg(long, value_name = "P", value_parser = policy_word(), num_args = 1.., group = "alternatives", conflicts_with = "policy")]
    policies: Vec<String>,
    /// Every combination of these levers' options; all else as --policy has it, or at its default
    #[arg(
        long,
        value_name = "A,B",
        value_delimiter = ',',
        group = "alternatives"
    )]
    levers: Vec<String>,
    /// The policy that the others are held against [default: the first]
    #[arg(long, value_name = "P")]
    baseline: Option<String>,
    /// The outcomes of a Pareto front [default: the first two that have a better direction]
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pareto: Vec<String>,
    /// Only select the best policy on this outcome, and drop losers on the way; up to --trials of each
    #[arg(long, value_name = "OUTCOME", requires = "indifference", conflicts_with_all = ["pareto", "baseline", "precision", "parameter_draws"])]
    select: Option<String>,
    /// The probability that --select is to promise
    #[arg(long, value_name = "P", default_value_t = 0.95, requires = "select")]
    confidence: f64,
    /// The smallest difference that --select is to detect, in the outcome's unit
    #[arg(
        long,
        value_name = "D",
        requires = "select",
        allow_negative_numbers = true
    )]
    indifference: Option<f64>,
    /// Cross the policies with every option of these levers of other actors [default: of all their levers], and find best replies,
    /// dominated choices and pure equilibria
    #[arg(long, value_name = "LEVERS", value_delimiter = ',', num_args = 0..=1, require_equals = true, default_missing_value = "", conflicts_with_all = ["select", "baseline", "precision"])]
    against_postures: Option<Vec<String>>,
    /// The file of the actors' payoffs (default: the scenario's own, or that of its name in the folder `payoffs` beside it)
    #[arg(long, value_name = "FILE", requires = "against_postures")]
    payoffs: Option<PathBuf>,
    #[command(flatten)]
    setup: Setup,
    #[command(flatten)]
    trials: RunFlags,
    /// The folder for results (default: results/<scenario>/comparison, with --select …/selection, with --against-postures …/game); an earlier comparison in it is replaced
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(super) fn compare(arguments: &CompareArguments) -> ExitCode {
    let CompareArguments {
        scenario,
        setup,
        trials,
        ..
    } = arguments;
    let alternatives = if arguments.levers.is_empty() {
        Alternatives::Policies(arguments.policies.clone())
    } else {
        Alternatives::Levers {
            levers: arguments.levers.clone(),
            base: setup.policy.clone(),
        }
    };
    let questions = Questions {
        baseline: arguments.baseline.clone(),
        front: arguments.pareto.clone(),
        select: arguments.select.clone(),
    };
    let overrides = setup.overrides();
    if let Some(postures) = &arguments.against_postures {
        return play(arguments, &alternatives, &questions, postures, &overrides);
    }
    let field = match study::load_field(scenario, &alternatives, &questions, &overrides) {
        Ok(field) => field,
        Err(failure) => return wrong_input(&failure),
    };
    let first = &field.loaded[0];
    let out = arguments.out.clone().unwrap_or_else(|| {
        let folder = field.select.map_or("comparison", |_| "selection");
        Path::new("results")
            .join(first.scenario.name())
            .join(folder)
    });
    let mut options = match trials.options(Sampler::Engine, out) {
        Ok(options) => options,
        Err(error) => return failed(&error),
    };
    if field.select.is_some() && trials.trials.is_none() {
        options.plan.trials = 1_000_000;
    }
    trials.announce(options.plan.seed, &field.loaded);
    match field.select {
        Some(outcome) => select(arguments, &field, outcome, &options),
        None => compare_all(arguments, &field, &options),
    }
}

fn compare_all(arguments: &CompareArguments, field: &Field, options: &RunOptions) -> ExitCode {
    let trials = &arguments.trials;
    let stop = trials.stop();
    let policies = field.loaded.len();
    let mut progress = trials.progress(options, [policies, policies + 1]);
    let report = study::compare(field, options, &stop, |done| progress.advance(done));
    progress.finish();
    let report = match report {
        Ok(report) => report,
        Err(error) => return not_done(&error.failure, &error),
    };
    let table = study::comparison_table(&report);
    let printed = print_under(&arguments.setup.overrides(), &table);
    let seconds = report.manifest.run.wall_seconds;
    trials.say_where(trials.what(), &options.out, seconds);
    if let Some(left_out) = report.left_out.filter(|_| !trials.quiet) {
        say(format_args!(
            "figures but differences, pareto and obligations: {left_out}"
        ));
    }
    match printed {
        Ok(()) => ended(&report.manifest.run, report.figures_missing, &options.out),
        Err(error) => failed(&error),
    }
}

fn select(
    arguments: &CompareArguments,
    field: &Field,
    outcome: usize,
    options: &RunOptions,
) -> ExitCode {
    let trials = &arguments.trials;
    let promise = Promise {
        confidence: arguments.confidence,
        indifference: arguments.indifference.unwrap_or(0.0),
        trials: options.plan.trials,
    };
    let stop = trials.stop();
    let work = Work {
        stages: vec![Stage {
            trials: options.plan.trials,
            programs: 1,
        }],
        closing_seconds: 0.0,
        at_most: true,
    };
    let mut progress = Progress::new(work, trials.quiet);
    let report = study::select(field, outcome, promise, options, &stop, |done| {
        progress.advance(done);
    });
    progress.finish();
    let report = match report {
        Ok(report) => report,
        Err(SelectFailure::Run(error)) => return not_done(&error.failure, &error),
        Err(error) => return mistaken(&error),
    };
    let table = study::selection_table(&report);
    let printed = print_under(&arguments.setup.overrides(), &table);
    trials.say_where("results", &options.out, report.manifest.run.wall_seconds);
    match printed {
        Ok(()) if stop.load(Ordering::Relaxed) => ended(&report.manifest.run, false, &options.out),
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

fn play(
    arguments: &CompareArguments,
    alternatives: &Alternatives,
    questions: &Questions,
    postures: &[String],
    overrides: &Overrides,
) -> ExitCode {
    let CompareArguments {
        scenario, trials, ..
    } = arguments;
    // Without levers behind it the flag has one empty word.
    let postures: Vec<String> = postures
        .iter()
        .filter(|of| !of.is_empty())
        .cloned()
        .collect();
    let payoffs = arguments.payoffs.as_deref();
    let loaded = study::load_game(
        scenario,
        alternatives,
        questions,
        &postures,
        payoffs,
        overrides,
    );
    let field = match loaded {
        Ok(field) => field,
        Err(failure) => return wrong_input(&failure),
    };
    let first = &field.field.loaded[0];
    let out = arguments.out.clone().unwrap_or_else(|| {
        let name = first.scenario.name();
        Path::new("results").join(name).join("game")
    });
    let options = match trials.options(Sampler::Engine, out) {
        Ok(options) => options,
        Err(error) => return failed(&error),
    };
    trials.announce(options.plan.seed, &field.field.loaded);
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
    let printed = print_under(overrides, &study::game_table(&played));
    let run = &played.manifest.run;
    trials.say_where(trials.what(), &options.out, run.wall_seconds);
    match printed {
        Ok(()) => ended(run, played.figures_missing, &options.out),
        Err(error) => failed(&error),
    }
}
