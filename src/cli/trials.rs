//! How trials are run and told of: the same flags for every command that runs many.

use super::setup::Setup;
use super::{FAILED, caution, drawn_seed, say, threads};
use crate::study::{Loaded, Plan, Precision, Run, RunOptions, Sampler};
use clap::Args;
use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

#[derive(Debug, Args)]
pub(super) struct RunFlags {
    /// Trials to run [default: 10000; with --precision or --select at most 1000000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub trials: Option<u64>,
    /// Seed of all random numbers; without it one is drawn, printed and stored
    #[arg(long, value_name = "S")]
    pub seed: Option<u64>,
    /// Stop once the 95 % interval of every outcome has this half-width: 0.01, or 5% of the mean; judged after 10000, 20000,
    /// 40000, … trials, up to --trials
    #[arg(long, value_name = "R")]
    precision: Option<Precision>,
    /// Run as many trials again in all under M draws of the parameters, each from its `distribution` or, without one, evenly from
    /// its `range`; at least 100 trials a draw
    #[arg(long, value_name = "M", value_parser = clap::value_parser!(u64).range(3..=100_000))]
    parameter_draws: Option<u64>,
    /// Threads; results do not depend on it
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Draw nothing
    #[arg(long)]
    pub no_figures: bool,
    /// Print the result table and nothing else
    #[arg(long)]
    pub quiet: bool,
}

impl RunFlags {
    /// What is to be run, into the folder `out`.
    pub fn options(
        &self,
        sampler: Sampler,
        out: PathBuf,
    ) -> Result<RunOptions, rand::rngs::SysError> {
        let seed = match self.seed {
            Some(seed) => seed,
            None => drawn_seed()?,
        };
        Ok(RunOptions {
            plan: Plan {
                seed,
                trials: self.trials.unwrap_or(match self.precision {
                    None => 10_000,
                    Some(_) => 1_000_000,
                }),
                threads: threads(self.threads),
                precision: self.precision,
                sampler,
            },
            out,
            parameter_draws: self.parameter_draws.unwrap_or(0),
            figures: !self.no_figures,
            command_line: std::env::args().collect(),
        })
    }

    /// Says what cannot be seen in the command line: a seed that was drawn, and that there are warnings.
    /// The cautions of the last that was loaded hold those of all.
    pub fn announce(&self, seed: u64, loaded: &[Loaded]) {
        let (false, [first, ..], Some(last)) = (self.quiet, loaded, loaded.last()) else {
            return;
        };
        caution(&last.cautions);
        if self.seed.is_none() {
            say(format_args!(
                "seed {seed} (drawn; --seed {seed} repeats this run)"
            ));
        }
        if first.warnings > 0 {
            let count = match first.warnings {
                1 => "1 warning".to_owned(),
                count => format!("{count} warnings"),
            };
            let file = &first.scenario_file;
            say(format_args!(
                "{count}; detente check {file} shows what is meant"
            ));
        }
    }

    /// A bar that shows how far the trials are.
    pub fn progress_bar(&self, trials: u64) -> ProgressBar {
        progress_bar(trials, self.quiet)
    }

    /// What the first Ctrl-C sets.
    pub fn stop(&self) -> Arc<AtomicBool> {
        let stop = Arc::new(AtomicBool::new(false));
        stop_on_ctrl_c(&stop, self.quiet);
        stop
    }

    /// What is left.
    pub fn what(&self) -> &'static str {
        if self.no_figures {
            "results"
        } else {
            "results and figures"
        }
    }

    /// Says where something is that took so many seconds.
    pub fn say_where(&self, what: &str, folder: &Path, seconds: f64) {
        if !self.quiet {
            say(format_args!(
                "\n{what} in {} ({seconds:.1} s)",
                folder.display()
            ));
        }
    }
}

/// The exit code of trials that ran to their end, or not.
pub(super) fn ended(run: &Run) -> ExitCode {
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

/// The command that tells one trial of a run.
pub(super) fn trace_command(
    scenario: &Path,
    policy: Option<&str>,
    setup: &Setup,
    seed: u64,
    trial: u64,
) -> String {
    let mut words = vec!["detente".to_owned(), "trace".to_owned()];
    words.push(scenario.display().to_string());
    if let Some(policy) = policy {
        words.extend(["--policy".to_owned(), policy.to_owned()]);
    }
    if let Some(horizon) = setup.horizon {
        words.extend(["--horizon".to_owned(), horizon.to_string()]);
    }
    for setting in &setup.set {
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
pub(super) fn stop_on_ctrl_c(stop: &Arc<AtomicBool>, quiet: bool) {
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

pub(super) fn progress_bar(trials: u64, quiet: bool) -> ProgressBar {
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
