//! `detente hypotheses SCENARIO [NAME…]`

use super::progress::{Progress, Stage, Work};
use super::setup::print_under;
use super::trials::{ended, stop_on_ctrl_c};
use super::{caution, command_line, drawn_seed, failed, not_done, say, threads, wrong_input};
use crate::study::{self, Overrides, Plan, RunOptions, Sampler};
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

#[derive(Debug, Args)]
pub(super) struct HypothesesArguments {
    /// The scenario's file, or its theatre's folder
    scenario: PathBuf,
    /// The claims to judge [default: all]
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// The claims, by the file's path or its name in the theatre (default: the scenario's own, or the theatre's claims.toml)
    #[arg(long, value_name = "FILE")]
    claims: Option<PathBuf>,
    /// Trials to run under each setting
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(2..))]
    trials: u64,
    /// Seed of all random numbers; without it one is drawn, printed and stored
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Run the claims' own settings as many times again in all under M draws of the parameters, each from its `distribution` or,
    /// without one, evenly from its `range`; at least 100 trials a draw
    #[arg(long, value_name = "M", value_parser = clap::value_parser!(u64).range(3..=100_000))]
    parameter_draws: Option<u64>,
    /// Threads; results do not depend on it
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// End of time, in the scenario's time unit, instead of the scenario's own
    #[arg(long, value_name = "T", allow_negative_numbers = true)]
    horizon: Option<f64>,
    /// Another value for a parameter, where no claim sets it; may be given several times
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,
    /// The folder for results (default: results/<scenario>/hypotheses); what an earlier run left in it is replaced
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Print the table and nothing else
    #[arg(long)]
    quiet: bool,
}

pub(super) fn hypotheses(arguments: &HypothesesArguments) -> ExitCode {
    let overrides = Overrides {
        horizon: arguments.horizon,
        set: arguments.set.clone(),
        ..Overrides::default()
    };
    let file = arguments.claims.as_deref();
    let names = &arguments.names;
    let claims = match study::load_claims(&arguments.scenario, file, names, &overrides) {
        Ok(claims) => claims,
        Err(found) => return wrong_input(&found),
    };
    if !arguments.quiet {
        caution(&claims.cautions);
    }
    let seed = match arguments.seed.map_or_else(drawn_seed, Ok) {
        Ok(seed) => seed,
        Err(error) => return failed(&error),
    };
    if arguments.seed.is_none() && !arguments.quiet {
        say(format_args!(
            "seed {seed} (drawn; --seed {seed} repeats this run)"
        ));
    }
    let out = arguments.out.clone().unwrap_or_else(|| {
        Path::new("results")
            .join(claims.scenario.name())
            .join("hypotheses")
    });
    let options = RunOptions {
        plan: Plan {
            seed,
            trials: arguments.trials,
            threads: threads(arguments.threads),
            precision: None,
            sampler: Sampler::Engine,
        },
        out,
        parameter_draws: arguments.parameter_draws.unwrap_or(0),
        figures: false,
        trace: false,
        command_line: command_line(),
    };
    let stop = Arc::new(AtomicBool::new(false));
    stop_on_ctrl_c(&stop, arguments.quiet);
    let [trials, drawn] = options.trials_to_run();
    let stage = |trials, programs: usize| Stage {
        trials,
        programs: programs as u64,
    };
    let work = Work {
        stages: vec![
            stage(trials, claims.settings()),
            stage(drawn, claims.own_settings()),
        ],
        closing_seconds: 0.0,
        at_most: false,
    };
    let mut progress = Progress::new(work, arguments.quiet);
    let report = study::hypotheses(&claims, &options, &stop, |done| progress.advance(done));
    progress.finish();
    let report = match report {
        Ok(report) => report,
        Err(error) => return not_done(&error.failure, &error),
    };
    let printed = print_under(&overrides, &study::hypotheses_table(&report));
    if !arguments.quiet {
        let seconds = report.manifest.run.wall_seconds;
        say(format_args!(
            "\nresults in {} ({seconds:.1} s)",
            options.out.display()
        ));
    }
    match printed {
        Ok(()) => ended(&report.manifest.run, false, &options.out),
        Err(error) => failed(&error),
    }
}
