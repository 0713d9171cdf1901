//! `detente select SCENARIO --policies P… --outcome O --indifference D`

use super::progress::{Progress, Stage, Work};
use super::setup::{Candidates, print_under};
use super::trials::{MOST_TRIALS, TrialFlags, ended};
use super::{failed, mistaken, not_done, scenario_folder, wrong_input};
use crate::study::{self, SelectFailure, SelectionGuarantee};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::Ordering;

#[derive(Debug, Args)]
pub(super) struct SelectArguments {
    #[command(flatten)]
    candidates: Candidates,
    /// The outcome on which the policies are judged; it has a better direction
    #[arg(long, value_name = "OUTCOME")]
    outcome: String,
    /// The smallest difference that matters, in the outcome's unit
    #[arg(long, value_name = "D", allow_negative_numbers = true)]
    indifference: f64,
    /// The probability with which the best policy is selected, where it is better than all others by the indifference
    #[arg(long, value_name = "P", default_value_t = 0.95)]
    confidence: f64,
    #[command(flatten)]
    trials: TrialFlags,
    /// The folder for results (default: results/<scenario>/selection); an earlier selection in it is replaced
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(super) fn select(arguments: &SelectArguments) -> ExitCode {
    let SelectArguments {
        candidates, trials, ..
    } = arguments;
    let setup = &candidates.setup;
    let overrides = setup.overrides();
    let loaded = study::load_selection(
        &setup.scenario,
        &candidates.alternatives(),
        &arguments.outcome,
        &overrides,
    );
    let (field, outcome) = match loaded {
        Ok(loaded) => loaded,
        Err(failure) => return wrong_input(&failure),
    };
    let out = arguments.out.clone();
    let out = out.unwrap_or_else(|| scenario_folder(&field.loaded[0], "selection"));
    let options = match trials.options(MOST_TRIALS, out) {
        Ok(options) => options,
        Err(error) => return failed(&error),
    };
    trials.announce(options.plan.seed, &field.loaded);
    let guarantee = SelectionGuarantee {
        confidence: arguments.confidence,
        indifference: arguments.indifference,
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
    let report = study::select(&field, outcome, guarantee, &options, &stop, |done| {
        progress.advance(done);
    });
    progress.finish();
    let report = match report {
        Ok(report) => report,
        Err(SelectFailure::Run(error)) => return not_done(&error.failure, &error),
        Err(error) => return mistaken(&error),
    };
    let printed = print_under(&overrides, &study::selection_table(&report));
    trials.say_where(&options, report.manifest.run.wall_seconds);
    match printed {
        Ok(()) if stop.load(Ordering::Relaxed) => ended(&report.manifest.run, false, &options.out),
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}
