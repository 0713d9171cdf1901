//! `detente rates SCENARIO`

use super::setup::{Setup, print_under};
use super::{
    caution, command_line, drawn_seed, failed, figure_folder, not_done, print, say, threads,
    wrong_input,
};
use crate::study::{self, Plan, Sampler};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct RatesArguments {
    /// The observed rates, by the file's path or its name in the theatre (default: the scenario's own, or the theatre's observed.toml)
    #[arg(long, value_name = "FILE")]
    observed: Option<PathBuf>,
    #[command(flatten)]
    setup: Setup,
    /// Trials to run
    #[arg(long, value_name = "N", default_value_t = 20_000, value_parser = clap::value_parser!(u64).range(2..))]
    trials: u64,
    /// Seed of all random numbers; without it one is drawn and printed
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Threads; the table does not depend on it
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Print the rates as JSON, sources included
    #[arg(long)]
    json: bool,
    /// Draw the rates as SVG, PNG and CSV
    #[arg(long)]
    figure: bool,
    /// The folder for the figure, which is drawn then without --figure too (default: results/<scenario>/<policy>)
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(super) fn rates(arguments: &RatesArguments) -> ExitCode {
    let overrides = arguments.setup.overrides();
    let loaded = study::load_with_rates(
        &arguments.setup.scenario,
        arguments.observed.as_deref(),
        arguments.setup.policy(),
        &overrides,
    );
    let loaded = match loaded {
        Ok(loaded) => loaded,
        Err(failure) => return wrong_input(&failure),
    };
    caution(&loaded.cautions);
    let seed = match arguments.seed.map_or_else(drawn_seed, Ok) {
        Ok(seed) => seed,
        Err(error) => return failed(&error),
    };
    if arguments.seed.is_none() {
        say(format_args!(
            "seed {seed} (drawn; --seed {seed} repeats this table)"
        ));
    }
    let plan = Plan {
        seed,
        trials: arguments.trials,
        threads: threads(arguments.threads),
        sampler: Sampler::Engine,
        precision: None,
    };
    let report = match study::rates(&loaded, plan) {
        Ok(report) => report,
        Err(error) => return not_done(&error, &error),
    };
    let text = if arguments.json {
        study::rates_json(&report).map_err(|error| error.to_string())
    } else {
        Ok(study::rates_table(&report))
    };
    let printed = text.and_then(|text| {
        if arguments.json {
            print(&text)
        } else {
            print_under(&overrides, &text)
        }
    });
    if let Err(error) = printed {
        return failed(&error);
    }
    if arguments.figure || arguments.out.is_some() {
        let folder = arguments
            .out
            .clone()
            .unwrap_or_else(|| figure_folder(&loaded, "rates"));
        match study::draw_rates(&loaded, &report, &folder, command_line()) {
            Ok(figure) => say(format_args!("figure in {}", figure.display())),
            Err(error) => return not_done(&error, &error),
        }
    }
    ExitCode::SUCCESS
}
