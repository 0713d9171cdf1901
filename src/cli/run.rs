//! `detente run SCENARIO`

use super::setup::{Setup, print_under};
use super::trials::{RunFlags, ended};
use super::{default_folder, failed, not_done, wrong_input};
use crate::study::{self, RunReport, Sampler};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct RunArguments {
    /// The scenario file
    scenario: PathBuf,
    #[command(flatten)]
    setup: Setup,
    #[command(flatten)]
    trials: RunFlags,
    /// What runs a trial; the oracle is for tests: the same trajectories, slowly, by looking at everything again
    #[arg(long, value_name = "NAME", value_enum, default_value_t = SamplerName::Engine)]
    sampler: SamplerName,
    /// The folder for results (default: results/<scenario>/<policy>); an earlier run in it is replaced
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum SamplerName {
    Engine,
    Oracle,
}

pub(super) fn run(arguments: &RunArguments) -> ExitCode {
    let RunArguments {
        scenario,
        setup,
        trials,
        ..
    } = arguments;
    let loaded = match study::load(scenario, setup.policy(), &setup.overrides()) {
        Ok(loaded) => loaded,
        Err(failure) => return wrong_input(&failure),
    };
    let sampler = match arguments.sampler {
        SamplerName::Engine => Sampler::Engine,
        SamplerName::Oracle => Sampler::Oracle,
    };
    let out = arguments.out.clone();
    let out = out.unwrap_or_else(|| default_folder(&loaded));
    let options = match trials.options(sampler, out) {
        Ok(options) => options,
        Err(error) => return failed(&error),
    };
    trials.announce(options.plan.seed, std::slice::from_ref(&loaded));
    let stop = trials.stop();
    let mut progress = trials.progress(&options, [1, 1]);
    let report = study::run(&loaded, &options, &stop, |done| progress.advance(done));
    progress.finish();
    match report {
        Ok(report) => finish(&report, arguments),
        Err(error) => not_done(&error, &error),
    }
}

fn finish(report: &RunReport, arguments: &RunArguments) -> ExitCode {
    let trials = &arguments.trials;
    let printed = print_under(&arguments.setup.overrides(), &study::outcome_table(report));
    let run = &report.manifest.run;
    trials.say_where(trials.what(), &report.folder, run.wall_seconds);
    match printed {
        Ok(()) => ended(run, report.figures_missing, &report.folder),
        Err(error) => failed(&error),
    }
}
