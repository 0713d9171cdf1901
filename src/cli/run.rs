//! `detente run SCENARIO`

use super::setup::Setup;
use super::{FAILED, default_folder, drawn_seed, failed, print, say, threads, wrong_input};
use crate::study::{self, Loaded, Plan, Precision, Progress, RunOptions, RunReport, Sampler};
use clap::Args;
use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

#[derive(Debug, Args)]
pub(super) struct RunArguments {
    /// The scenario file
    scenario: PathBuf,
    #[command(flatten)]
    setup: Setup,
    /// Trials to run [default: 10000; with --precision at most 1000000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    trials: Option<u64>,
    /// Seed of all random numbers; without it one is drawn, printed and stored
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Stop once the 95 % interval of every outcome has this half-width: 0.01, or 5% of the mean; judged after 10000, 20000,
    /// 40000, … trials, up to --trials
    #[arg(long, value_name = "R")]
    precision: Option<Precision>,
    /// Threads; results do not depend on it
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// What runs a trial; the oracle is for tests: the same trajectories, slowly, by looking at everything again
    #[arg(long, value_name = "NAME", value_enum, default_value_t = SamplerName::Engine)]
    sampler: SamplerName,
    /// The folder for results (default: results/<scenario>/<policy>); an earlier run in it is replaced
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Draw nothing
    #[arg(long)]
    no_figures: bool,
    /// Print the result table and nothing else
    #[arg(long)]
    quiet: bool,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum SamplerName {
    Engine,
    Oracle,
}

pub(super) fn run(arguments: &RunArguments) -> ExitCode {
    let overrides = arguments.setup.overrides();
    let policy = arguments.setup.policy();
    let loaded = match study::load(&arguments.scenario, policy, &overrides) {
        Ok(loaded) => loaded,
        Err(failure) => return wrong_input(&failure),
    };
    let options = match options(arguments, &loaded) {
        Ok(options) => options,
        Err(error) => return failed(&error),
    };
    if arguments.seed.is_none() && !arguments.quiet {
        let seed = options.plan.seed;
        say(format_args!(
            "seed {seed} (drawn; --seed {seed} repeats this run)"
        ));
    }
    if loaded.warnings > 0 && !arguments.quiet {
        let count = match loaded.warnings {
            1 => "1 warning".to_owned(),
            count => format!("{count} warnings"),
        };
        let file = &loaded.scenario_file;
        say(format_args!(
            "{count}; detente check {file} shows what is meant"
        ));
    }
    let stop = Arc::new(AtomicBool::new(false));
    stop_on_ctrl_c(&stop, arguments.quiet);
    let bar = progress_bar(options.plan.trials, arguments.quiet);
    let report = study::run(&loaded, &options, &stop, |Progress { done, .. }| {
        bar.set_position(done);
    });
    bar.finish_and_clear();
    match report {
        Ok(report) => finish(&report, arguments),
        Err(error) => {
            let ended = failed(&error);
            if let Some(trial) = error.trial() {
                let command = trace_command(arguments, options.plan.seed, trial);
                say(format_args!("how it came to that: {command}"));
            }
            ended
        }
    }
}

/// The command that tells one trial of a run.
fn trace_command(arguments: &RunArguments, seed: u64, trial: u64) -> String {
    let mut words = vec!["detente".to_owned(), "trace".to_owned()];
    words.push(arguments.scenario.display().to_string());
    if let Some(policy) = &arguments.setup.policy {
        words.extend(["--policy".to_owned(), policy.clone()]);
    }
    if let Some(horizon) = arguments.setup.horizon {
        words.extend(["--horizon".to_owned(), horizon.to_string()]);
    }
    for setting in &arguments.setup.set {
        words.extend(["--set".to_owned(), setting.clone()]);
    }
    words.extend(["--seed".to_owned(), seed.to_string()]);
    words.extend(["--trial".to_owned(), trial.to_string()]);
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    words.join(" ")
}

/// A word as a shell reads it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./=+,:@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// The first Ctrl-C sets `stop`; a second one, for chunks that take too long, ends the program.
fn stop_on_ctrl_c(stop: &Arc<AtomicBool>, quiet: bool) {
    let stop = Arc::clone(stop);
    // Where no handler can be set, Ctrl-C simply ends the program.
    let _ = ctrlc::set_handler(move || {
        if stop.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(FAILED));
        }
        if !quiet {
            say(
                "stopping once the trials under way are done; again to end at once and keep nothing",
            );
        }
    });
}

fn options(
    arguments: &RunArguments,
    loaded: &Loaded,
) -> Result<RunOptions, impl std::fmt::Display> {
    let seed = match arguments.seed {
        Some(seed) => seed,
        None => drawn_seed()?,
    };
    Ok::<_, rand::rngs::SysError>(RunOptions {
        plan: Plan {
            seed,
            trials: arguments.trials.unwrap_or(match arguments.precision {
                None => 10_000,
                Some(_) => 1_000_000,
            }),
            threads: threads(arguments.threads),
            precision: arguments.precision,
            sampler: match arguments.sampler {
                SamplerName::Engine => Sampler::Engine,
                SamplerName::Oracle => Sampler::Oracle,
            },
        },
        out: arguments
            .out
            .clone()
            .unwrap_or_else(|| default_folder(loaded)),
        figures: !arguments.no_figures,
        command_line: std::env::args().collect(),
    })
}

fn progress_bar(trials: u64, quiet: bool) -> ProgressBar {
    if quiet {
        return ProgressBar::hidden();
    }
    // On anything but a terminal the bar draws nothing.
    let bar = ProgressBar::new(trials);
    let style = ProgressStyle::with_template(
        "{bar:30} {human_pos} of {human_len} trials, {rate} a second, {eta} left",
    );
    if let Ok(style) = style {
        let rate = |state: &ProgressState, text: &mut dyn std::fmt::Write| {
            // A bar that cannot be drawn loses nothing.
            let _ = write!(text, "{:.0}", state.per_sec());
        };
        bar.set_style(style.with_key("rate", rate));
    }
    bar
}

fn finish(report: &RunReport, arguments: &RunArguments) -> ExitCode {
    let printed = print(&study::outcome_table(report));
    let run = &report.manifest.run;
    if !arguments.quiet {
        let what = if arguments.no_figures {
            "results"
        } else {
            "results and figures"
        };
        say(format_args!(
            "\n{what} in {} ({:.1} s)",
            report.folder.display(),
            run.wall_seconds
        ));
    }
    if let Err(error) = printed {
        return failed(&error);
    }
    if run.complete {
        return ExitCode::SUCCESS;
    }
    say(format_args!(
        "stopped: the first {} of {} trials are kept, a valid smaller run; the same command with --seed {} does \
         all of them, with these as its beginning",
        run.trials_done, run.trials_asked, run.seed
    ));
    ExitCode::from(FAILED)
}
