//! `detente run SCENARIO`

use super::setup::{Setup, print_under};
use super::trials::{RunFlags, ended};
use super::{failed, not_done, scenario_folder, wrong_input};
use crate::study::{self, Sampler};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct RunArguments {
    #[command(flatten)]
    setup: Setup,
    #[command(flatten)]
    run: RunFlags,
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
    let RunArguments { setup, run, .. } = arguments;
    let trials = &run.trials;
    let overrides = setup.overrides();
    let loaded = match study::load(&setup.scenario, setup.policy(), &overrides) {
        Ok(loaded) => loaded,
        Err(failure) => return wrong_input(&failure),
    };
    let sampler = match arguments.sampler {
        SamplerName::Engine => Sampler::Engine,
        SamplerName::Oracle => Sampler::Oracle,
    };
    let out = arguments.out.clone();
    let out = out.unwrap_or_else(|| scenario_folder(&loaded, loaded.policy.name()));
    let options = match run.options(sampler, out) {
        Ok(options) => options,
        Err(error) => return failed(&error),
    };
    trials.announce(options.plan.seed, std::slice::from_ref(&loaded));
    let stop = trials.stop();
    let mut progress = trials.progress(&options, [1, 1]);
    let report = study::run(&loaded, &options, &stop, |done| progress.advance(done));
    progress.finish();
    let report = match report {
        Ok(report) => report,
        Err(error) => return not_done(&error, &error),
    };
    let printed = print_under(&overrides, &study::outcome_table(&report));
    let run = &report.manifest.run;
    trials.say_where(&options, run.wall_seconds);
    match printed {
        Ok(()) => ended(run, report.figures_missing, &report.folder),
        Err(error) => failed(&error),
    }
}
