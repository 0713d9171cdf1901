//! One run: trials, and the folder that they leave.

use super::load::Loaded;
use crate::ensemble::{self, CHUNK_TRIALS, Checkpoint, EnsembleError, Plan, Sampler, Tally};
use crate::figures::FigureError;
use crate::store::{
    Input, Manifest, ResultFolder, Run, SAME_BYTES, StoreError, Summary, TrialsWriter, summarise,
};
use cpu_time::ProcessTime;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::Instant;
use thiserror::Error;

/// How to run.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// Seed, trials and threads.
    pub plan: Plan,
    /// The folder to fill.
    pub out: PathBuf,
    /// Whether to draw.
    pub figures: bool,
    /// The command line, for the manifest.
    pub command_line: Vec<String>,
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Trials done.
    pub done: u64,
    /// Trials asked for.
    pub asked: u64,
}

/// What a run found and where it stands.
#[derive(Debug)]
pub struct RunReport {
    /// What `summary.json` says.
    pub summary: Summary,
    /// What `manifest.json` says.
    pub manifest: Manifest,
    /// The folder.
    pub folder: PathBuf,
}

/// Why a run left no results, or none could be drawn again.
#[derive(Debug, Error)]
pub enum RunFailure {
    /// The trials could not be run.
    #[error(transparent)]
    Ensemble(#[from] EnsembleError),
    /// The results could not be stored.
    #[error("results cannot be written: {0}")]
    Store(#[from] StoreError),
    /// There is no finished run to read.
    #[error("{0}")]
    Read(StoreError),
    /// A figure could not be drawn.
    #[error("a figure cannot be drawn: {0}")]
    Figure(#[from] FigureError),
    /// The run was stopped before a single chunk was done.
    #[error("stopped before the first {CHUNK_TRIALS} trials were done; there is nothing to keep")]
    NothingDone,
}

impl RunFailure {
    /// The trial that could not go on or gave no number, where one is at fault.
    #[must_use]
    pub fn trial(&self) -> Option<u64> {
        match self {
            Self::Ensemble(EnsembleError::Trial(failure)) => Some(failure.trial),
            Self::Ensemble(EnsembleError::NotANumber { trial, .. }) => Some(*trial),
            _ => None,
        }
    }
}

/// Runs trials and keeps nothing but what they add up to.
///
/// # Errors
/// The first failure in the order of trials.
pub fn simulate(loaded: &Loaded, plan: Plan) -> Result<Summary, EnsembleError> {
    let never = AtomicBool::new(false);
    let tally = ensemble::run(&loaded.program, plan, &never, |_| Ok(()))?;
    Ok(summary_of(loaded, &tally))
}

fn summary_of(loaded: &Loaded, tally: &Tally) -> Summary {
    let program = &loaded.program;
    summarise(
        program.outcomes(),
        program.series(),
        program.horizon(),
        tally,
    )
}

/// Runs trials, fills the result folder and draws. Once `stop` is set the chunks finished that form a prefix
/// are kept as a partial result.
///
/// # Errors
/// Where a trial fails or results cannot be written; then the folder holds no manifest.
pub fn run(
    loaded: &Loaded,
    options: &RunOptions,
    stop: &AtomicBool,
    mut on_progress: impl FnMut(Progress),
) -> Result<RunReport, RunFailure> {
    let folder = ResultFolder::replace(&options.out)?;
    folder.write("scenario.toml", loaded.scenario_text.as_bytes())?;
    folder.write("policy.toml", loaded.policy_text.as_bytes())?;
    let mut trials = TrialsWriter::create(&folder, loaded.program.outcomes())?;
    let (wall, cpu) = (Instant::now(), ProcessTime::now());
    let mut kept = 0;
    let keep = |checkpoint: &Checkpoint<'_>| {
        let rows = checkpoint.done - kept;
        kept = checkpoint.done;
        let rows = usize::try_from(rows).unwrap_or(usize::MAX);
        trials
            .add(checkpoint.columns, checkpoint.kinds, rows)
            .map_err(io::Error::other)?;
        on_progress(Progress {
            done: checkpoint.done,
            asked: options.plan.trials,
        });
        Ok(())
    };
    let tally = ensemble::run(&loaded.program, options.plan, stop, keep)?;
    let (wall_seconds, cpu_seconds) = (wall.elapsed().as_secs_f64(), cpu.elapsed().as_secs_f64());
    if tally.trials == 0 {
        return Err(RunFailure::NothingDone);
    }
    trials.finish()?;
    let summary = summary_of(loaded, &tally);
    folder.write_summary(&summary)?;
    let manifest = manifest(loaded, options, &summary, wall_seconds, cpu_seconds);
    if options.figures {
        super::plot::draw_into(&folder, &summary, &manifest)?;
    }
    folder.write_manifest(&manifest)?;
    Ok(RunReport {
        summary,
        manifest,
        folder: options.out.clone(),
    })
}

fn manifest(
    loaded: &Loaded,
    options: &RunOptions,
    summary: &Summary,
    wall_seconds: f64,
    cpu_seconds: f64,
) -> Manifest {
    let (scenario, policy) = (&loaded.scenario, &loaded.policy);
    Manifest {
        program: env!("CARGO_PKG_NAME").to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        honesty: loaded.honesty(),
        scenario: Input::new(
            scenario.name(),
            scenario.title(),
            Some(loaded.scenario_file.clone()),
            &loaded.scenario_text,
        ),
        policy: Input::new(
            policy.name(),
            policy.title(),
            loaded.policy_file.clone(),
            &loaded.policy_text,
        ),
        time_unit: scenario.time_unit().to_owned(),
        epoch: scenario.epoch().map(|date| date.to_string()),
        horizon: scenario.horizon(),
        run: Run {
            seed: options.plan.seed,
            complete: summary.trials == options.plan.trials,
            trials_asked: options.plan.trials,
            trials_done: summary.trials,
            chunk_trials: CHUNK_TRIALS,
            threads: options.plan.threads,
            sampler: match options.plan.sampler {
                Sampler::Engine => "engine",
                Sampler::Oracle => "oracle",
            }
            .to_owned(),
            wall_seconds,
            cpu_seconds,
            events: summary.events,
            events_per_second: summary.events as f64 / wall_seconds,
            command_line: options.command_line.clone(),
        },
        same_bytes: SAME_BYTES.map(str::to_owned).to_vec(),
    }
}
