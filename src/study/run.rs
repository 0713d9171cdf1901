//! One run: trials, and the folder that they leave.

use super::load::Loaded;
use super::trace::trace;
use crate::ensemble::{
    self, CHUNK_TRIALS, Checkpoint, EnsembleError, Estimate, Found, Plan, Precision, Sampler,
};
use crate::figures::FigureError;
use crate::store::{
    Input, Manifest, PrecisionReport, ResultFolder, Run, SAME_BYTES, StoreError, StoredColumns,
    Summary, TrialsWriter, summarise,
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
    /// A figure was asked for by a name that none has.
    #[error("no figure of this run is called `{name}`; there are {names}")]
    NoSuchFigure {
        /// The name.
        name: String,
        /// The figures that there are.
        names: String,
    },
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

/// Runs trials and sums them up without writing anything; unlike a run it keeps all values in memory.
///
/// # Errors
/// The first failure in the order of trials.
pub fn simulate(loaded: &Loaded, plan: Plan) -> Result<Summary, RunFailure> {
    let never = AtomicBool::new(false);
    let mut columns = vec![Vec::new(); loaded.program.outcomes().len()];
    let found = ensemble::run(&loaded.program, plan, &never, |checkpoint| {
        for (column, new) in columns.iter_mut().zip(checkpoint.columns) {
            column.extend(new);
        }
        Ok(())
    })?;
    Ok(summarise(&loaded.program, &found, &columns)?)
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
    let found = ensemble::run(&loaded.program, options.plan, stop, keep)?;
    let (wall_seconds, cpu_seconds) = (wall.elapsed().as_secs_f64(), cpu.elapsed().as_secs_f64());
    if found.tally.trials == 0 {
        return Err(RunFailure::NothingDone);
    }
    trials.finish()?;
    let summary = summarise(&loaded.program, &found, &StoredColumns::open(&folder)?)?;
    folder.write_summary(&summary)?;
    folder.write_series(&summary)?;
    let told = trace(loaded, options.plan.seed, 0);
    folder.write_trajectory(&told)?;
    let precision = options
        .plan
        .precision
        .map(|asked| judged(loaded, &found, asked));
    let manifest = manifest(
        loaded,
        options,
        &summary,
        precision,
        [wall_seconds, cpu_seconds],
    );
    if options.figures {
        super::plot::draw_into(&folder, &summary, &told, &manifest, &[])?;
    }
    folder.write_manifest(&manifest)?;
    Ok(RunReport {
        summary,
        manifest,
        folder: options.out.clone(),
    })
}

/// What became of the precision that was asked for.
fn judged(loaded: &Loaded, found: &Found, asked: Precision) -> PrecisionReport {
    let outcomes = loaded.program.outcomes().iter();
    let estimates = found.looks.last().map_or(&[][..], |look| &look.estimates);
    let wide = outcomes
        .zip(estimates)
        .filter(|(_, estimate): &(_, &Estimate)| !asked.is_reached(estimate));
    let done = found.tally.trials;
    let mut looks: Vec<u64> = Precision::looks_up_to(done).collect();
    if looks.last() != Some(&done) {
        looks.push(done);
    }
    PrecisionReport {
        asked: asked.to_string(),
        looks,
        not_reached: wide.map(|(outcome, _)| outcome.name.clone()).collect(),
    }
}

fn manifest(
    loaded: &Loaded,
    options: &RunOptions,
    summary: &Summary,
    precision: Option<PrecisionReport>,
    [wall_seconds, cpu_seconds]: [f64; 2],
) -> Manifest {
    let ended = precision
        .as_ref()
        .is_some_and(|of| of.not_reached.is_empty() && Precision::looks_at(summary.trials));
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
            complete: summary.trials == options.plan.trials || ended,
            trials_asked: options.plan.trials,
            trials_done: summary.trials,
            chunk_trials: CHUNK_TRIALS,
            threads: options.plan.threads,
            precision,
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
