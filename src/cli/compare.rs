//! `detente compare SCENARIO --policies P…`

use super::setup::{Candidates, print_under};
use super::trials::{RunFlags, ended};
use super::{failed, not_done, say, scenario_folder, wrong_input};
use crate::study::{self, Questions, Sampler};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct CompareArguments {
    #[command(flatten)]
    candidates: Candidates,
    /// The policy that the others are compared with [default: the first]
    #[arg(long, value_name = "P")]
    baseline: Option<String>,
    /// The outcomes of a Pareto front [default: the first two that have a better direction]
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pareto: Vec<String>,
    #[command(flatten)]
    run: RunFlags,
    /// The folder for results (default: results/<scenario>/comparison); an earlier comparison in it is replaced
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(super) fn compare(arguments: &CompareArguments) -> ExitCode {
    let CompareArguments {
        candidates, run, ..
    } = arguments;
    let (setup, trials) = (&candidates.setup, &run.trials);
    let questions = Questions {
        baseline: arguments.baseline.clone(),
        front: arguments.pareto.clone(),
    };
    let overrides = setup.overrides();
    let alternatives = candidates.alternatives();
    let field = match study::load_policy_set(&setup.scenario, &alternatives, &questions, &overrides)
    {
        Ok(field) => field,
        Err(failure) => return wrong_input(&failure),
    };
    let out = arguments.out.clone();
    let out = out.unwrap_or_else(|| scenario_folder(&field.loaded[0], "comparison"));
    let options = match run.options(Sampler::Engine, out) {
        Ok(options) => options,
        Err(error) => return failed(&error),
    };
    trials.announce(options.plan.seed, &field.loaded);
    let stop = trials.stop();
    let count = field.loaded.len();
    let mut progress = trials.progress(&options, [count, count + 1]);
    let report = study::compare(&field, &options, &stop, |done| progress.advance(done));
    progress.finish();
    let report = match report {
        Ok(report) => report,
        Err(error) => return not_done(&error.failure, &error),
    };
    let printed = print_under(&overrides, &study::comparison_table(&report));
    trials.say_where(&options, report.manifest.run.wall_seconds);
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
