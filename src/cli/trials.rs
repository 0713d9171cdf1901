//! How trials are run and told of: the same flags for every command that runs many.

use super::progress::{Progress, Stage, Work};
use super::{FAILED, caution, command_line, drawn_seed, say, threads};
use crate::study::{self, Loaded, Plan, Precision, Run, RunOptions, Sampler, ShellCommand};
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Seconds that the figures of a folder take, about.
const FIGURES_SECONDS: f64 = 3.0;

/// Trials that are run where no number is given.
pub(super) const USUAL_TRIALS: u64 = 10_000;

/// Trials that are run at most, where no number is given, until enough is known.
pub(super) const MOST_TRIALS: u64 = 1_000_000;

/// Which trials are run, and how.
#[derive(Debug, Args)]
pub(super) struct TrialFlags {
    /// Trials to run, under each policy [default: 10000; with --precision, and to select, at most 1000000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    trials: Option<u64>,
    /// Seed of all random numbers; without it one is drawn, printed and stored
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Threads; results do not depend on it
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Print the result table and nothing else
    #[arg(long)]
    pub quiet: bool,
}

/// How many trials are run under draws of the parameters, and whether figures are drawn.
#[derive(Debug, Args)]
pub(super) struct DrawFlags {
    /// Run as many trials again in all under M draws of the parameters, each from its `distribution` or, without one, evenly from
    /// its `range`; at least 100 trials a draw
    #[arg(long, value_name = "M", value_parser = clap::value_parser!(u64).range(3..=100_000))]
    parameter_draws: Option<u64>,
    /// Draw nothing
    #[arg(long)]
    no_figures: bool,
}

/// All that says how a run, or the runs of a comparison, are done.
#[derive(Debug, Args)]
pub(super) struct RunFlags {
    #[command(flatten)]
    pub trials: TrialFlags,
    #[command(flatten)]
    draws: DrawFlags,
    /// Stop once the 95 % interval of every outcome has this half-width: 0.01, or 5% of the mean; judged after 10000, 20000,
    /// 40000, … trials, up to --trials
    #[arg(long, value_name = "R")]
    precision: Option<Precision>,
    /// Leave out the first trial step by step, `trial-0.json` and its figure
    #[arg(long)]
    no_trace: bool,
}

impl RunFlags {
    /// What is to be run, into the folder `out`.
    pub fn options(
        &self,
        sampler: Sampler,
        out: PathBuf,
    ) -> Result<RunOptions, rand::rngs::SysError> {
        let at_most = self.precision.map_or(USUAL_TRIALS, |_| MOST_TRIALS);
        let mut options = self.draws.options(&self.trials, at_most, out)?;
        options.plan.precision = self.precision;
        options.plan.sampler = sampler;
        options.trace = !self.no_trace;
        Ok(options)
    }
}

impl DrawFlags {
    /// What is to be run, into the folder `out`; `trials` of them where no number is given.
    pub fn options(
        &self,
        flags: &TrialFlags,
        trials: u64,
        out: PathBuf,
    ) -> Result<RunOptions, rand::rngs::SysError> {
        Ok(RunOptions {
            parameter_draws: self.parameter_draws.unwrap_or(0),
            figures: !self.no_figures,
            ..flags.options(trials, out)?
        })
    }
}

impl TrialFlags {
    /// What is to be run, into the folder `out`, without figures; `trials` of them where no number is given.
    pub fn options(&self, trials: u64, out: PathBuf) -> Result<RunOptions, rand::rngs::SysError> {
        let seed = match self.seed {
            Some(seed) => seed,
            None => drawn_seed()?,
        };
        Ok(RunOptions {
            plan: Plan {
                seed,
                trials: self.trials.unwrap_or(trials),
                threads: threads(self.threads),
                precision: None,
                sampler: Sampler::Engine,
            },
            out,
            parameter_draws: 0,
            figures: false,
            trace: false,
            command_line: command_line(),
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

    /// How far the trials of so many programs are, of which each leaves as many folders.
    pub fn progress(&self, options: &RunOptions, [programs, folders]: [usize; 2]) -> Progress {
        let programs = programs as u64;
        let [trials, drawn] = options.trials_to_run();
        let figures = if options.figures {
            FIGURES_SECONDS * (folders.div_ceil(options.plan.threads)) as f64
        } else {
            0.0
        };
        let work = Work {
            stages: [trials, drawn]
                .map(|trials| Stage { trials, programs })
                .to_vec(),
            closing_seconds: figures,
            at_most: options.plan.precision.is_some(),
        };
        Progress::new(work, self.quiet)
    }

    /// What the first Ctrl-C sets.
    pub fn stop(&self) -> Arc<AtomicBool> {
        let stop = Arc::new(AtomicBool::new(false));
        stop_on_ctrl_c(&stop, self.quiet);
        stop
    }

    /// Says where the results are of what took so many seconds.
    pub fn say_where(&self, options: &RunOptions, seconds: f64) {
        if self.quiet {
            return;
        }
        let what = if options.figures {
            "results and figures"
        } else {
            "results"
        };
        let folder = options.out.display();
        say(format_args!("\n{what} in {folder} ({seconds:.1} s)"));
    }
}

/// The exit code of trials that ran to their end, or not, with all figures that were to be drawn in `folder`, or not.
pub(super) fn ended(run: &Run, figures_missing: bool, folder: &Path) -> ExitCode {
    if figures_missing {
        let plot = ShellCommand::plot(folder);
        say(format_args!(
            "stopped before all figures were drawn: {plot} draws them"
        ));
    }
    if run.complete {
        return ExitCode::from(if figures_missing { FAILED } else { 0 });
    }
    say(format_args!(
        "stopped: the first {} of {} trials are kept, a valid smaller run; the same command with --seed {} does \
         all of them, with these as its beginning",
        run.trials_done, run.trials_asked, run.seed
    ));
    ExitCode::from(FAILED)
}

/// Within this time signals are one: a command that is timed out gets one itself, and one as a member of its group.
const ONE_SIGNAL: Duration = Duration::from_secs(1);

/// The first Ctrl-C sets `stop`; a later one ends the program.
pub(super) fn stop_on_ctrl_c(stop: &Arc<AtomicBool>, quiet: bool) {
    let stop = Arc::clone(stop);
    // Where no handler can be set, Ctrl-C simply ends the program.
    let mut first = None;
    let _ = ctrlc::set_handler(move || match answer(&mut first, Instant::now()) {
        Answer::Stop => {
            stop.store(true, Ordering::Relaxed);
            if !quiet {
                say("stopping; the trials done so far are kept; again to keep nothing");
            }
        }
        Answer::Ignore => {}
        Answer::Exit => {
            study::abandon();
            std::process::exit(i32::from(FAILED));
        }
    });
}

/// What follows from a signal.
#[derive(Debug, PartialEq)]
enum Answer {
    Stop,
    Ignore,
    Exit,
}

/// The answer to a signal that comes `now`, where the first one came at `first`.
fn answer(first: &mut Option<Instant>, now: Instant) -> Answer {
    match *first {
        None => {
            *first = Some(now);
            Answer::Stop
        }
        Some(first) if now.duration_since(first) < ONE_SIGNAL => Answer::Ignore,
        Some(_) => Answer::Exit,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_within_a_second_are_one() {
        let start = Instant::now();
        let mut first = None;
        for (milliseconds, expected) in [
            (0, Answer::Stop),
            (0, Answer::Ignore),
            (999, Answer::Ignore),
            (1000, Answer::Exit),
            (60_000, Answer::Exit),
        ] {
            let now = start + Duration::from_millis(milliseconds);
            assert_eq!(answer(&mut first, now), expected, "{milliseconds} ms");
        }
    }
}
