//! `detente compare SCENARIO --policies P…`

use super::setup::Setup;
use super::trials::{Trials, ended, trace_command};
use super::{failed, print, say, wrong_input};
use crate::study::{self, Alternatives, Sampler};
use clap::{ArgGroup, Args};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("alternatives").required(true))]
pub(super) struct CompareArguments {
    /// The scenario file
    scenario: PathBuf,
    /// Policies, each a file or the name of one in the folder `policies` beside the scenario
    #[arg(long, value_name = "P", num_args = 1.., group = "alternatives", conflicts_with = "policy")]
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
    #[command(flatten)]
    setup: Setup,
    #[command(flatten)]
    trials: Trials,
    /// The folder for results (default: results/<scenario>/comparison); an earlier comparison in it is replaced
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
    let (baseline, front) = (arguments.baseline.as_deref(), &arguments.pareto);
    let overrides = setup.overrides();
    let field = match study::load_field(scenario, &alternatives, baseline, front, &overrides) {
        Ok(field) => field,
        Err(failure) => return wrong_input(&failure),
    };
    let first = &field.loaded[0];
    let out = arguments.out.clone().unwrap_or_else(|| {
        Path::new("results")
            .join(first.scenario.name())
            .join("comparison")
    });
    let options = match trials.options(Sampler::Engine, out) {
        Ok(options) => options,
        Err(error) => return failed(&error),
    };
    let seed = options.plan.seed;
    trials.announce(seed, first);
    let stop = trials.stop();
    let bar = trials.progress_bar(options.trials_to_run());
    let report = study::compare(&field, &options, &stop, |done| {
        bar.set_position(done);
    });
    bar.finish_and_clear();
    let report = match report {
        Ok(report) => report,
        Err(error) => {
            let ended = failed(&error);
            if let (Some(trial), Some(policy)) = (error.failure.trial(), &error.policy) {
                let file = field.file_of(policy);
                let command = trace_command(scenario, file, setup, seed, trial);
                say(format_args!("how it came to that: {command}"));
            }
            return ended;
        }
    };
    let printed = print(&study::comparison_table(&report));
    trials.say_where(&options.out, report.manifest.run.wall_seconds);
    match printed {
        Ok(()) => ended(&report.manifest.run),
        Err(error) => failed(&error),
    }
}
