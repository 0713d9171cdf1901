//! One run: trials, and the folder that they leave.

use super::draws::{Drawn, run_under_draws};
use super::failure::{RunFailure, TogetherFailure};
use super::load::Loaded;
use super::options::RunOptions;
use super::plot::{draw, figures_of_run};
use super::trace::{TRACED_STEPS, trace};
use cpu_time::ProcessTime;
use detente_output::store::{ResultFolder, StoreError, StoredColumns, TrialsWriter, same_bytes};
use detente_report::kind::ResultKind;
use detente_report::manifest::{Manifest, PrecisionReport, Run, RunDetails, RunManifest};
use detente_report::summary::Summary;
use detente_sim::ensemble::{
    self, CHUNK_TRIALS, Checkpoint, Estimate, Found, Plan, Precision, Sampler,
};
use detente_study::draws::Draws;
use detente_study::summary::{summarise, trial_columns};
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// What a run found and where it stands.
#[derive(Debug)]
pub struct RunReport {
    /// What `summary.json` says.
    pub summary: Summary,
    /// What `manifest.json` says.
    pub manifest: RunManifest,
    /// The folder.
    pub folder: PathBuf,
    /// Whether figures that were asked for are missing, since the run was stopped.
    pub figures_missing: bool,
}

/// Runs trials and sums them up without writing anything; unlike a run it keeps all values in memory.
///
/// # Errors
/// The first failure in the order of trials.
pub fn simulate(loaded: &Loaded, plan: Plan) -> Result<Summary, RunFailure> {
    let never = AtomicBool::new(false);
    let mut columns: Vec<Vec<f64>> = vec![Vec::new(); loaded.program.outcomes().len()];
    let found = ensemble::run(&loaded.program, plan, &never, |checkpoint| {
        for (column, new) in columns.iter_mut().zip(checkpoint.columns) {
            column.extend(new);
        }
        Ok(())
    })
    .map_err(|error| loaded.failed(error, plan.seed))?;
    Ok(summarise(
        &loaded.scenario,
        &loaded.program,
        &found,
        |outcome, see| {
            let reached = columns[outcome].iter().filter(|value| !value.is_nan());
            see(&reached.copied().collect::<Vec<f64>>());
            Ok::<(), StoreError>(())
        },
    )?)
}

/// Runs trials, fills the result folder and draws. Once `stop` is set the chunks finished that form a prefix
/// are kept as a partial result. `on_progress` gets the trials done.
///
/// # Errors
/// Where a trial fails or results cannot be written; then the folder holds no manifest.
pub fn run(
    loaded: &Loaded,
    options: &RunOptions,
    stop: &AtomicBool,
    mut on_progress: impl FnMut(u64),
) -> Result<RunReport, RunFailure> {
    let drawn = Drawn::of(std::slice::from_ref(loaded), options)?;
    let folder = ResultFolder::begin(&options.out, ResultKind::Run, &loaded.inputs)?;
    let mut writer = RunWriter::begin(loaded, folder)?;
    let timer = Timer::start();
    let found = ensemble::run(&loaded.program, options.plan, stop, |checkpoint| {
        writer.keep(checkpoint)?;
        on_progress(checkpoint.done);
        Ok(())
    })
    .map_err(|error| loaded.failed(error, options.plan.seed))?;
    let loaded = std::slice::from_ref(loaded);
    let draws = under_draws(drawn.as_ref(), loaded, options, stop, &mut on_progress)
        .map_err(|failure| failure.failure)?;
    writer.finish(&found, draws.as_ref(), options, timer.seconds(), stop)
}

/// What the draws of the parameters show, if they were asked for, unless the trials before them were stopped.
pub(super) fn under_draws<'l>(
    drawn: Option<&Drawn<'l>>,
    loaded: &'l [Loaded],
    options: &RunOptions,
    stop: &AtomicBool,
    on_progress: &mut impl FnMut(u64),
) -> Result<Option<Draws<'l>>, TogetherFailure> {
    let Some(drawn) = drawn.filter(|_| !stop.load(Ordering::Relaxed)) else {
        return Ok(None);
    };
    let (draws, plan) = (options.parameter_draws, options.plan);
    let found = run_under_draws(drawn, loaded, (draws, plan), stop, |done| {
        on_progress(plan.trials + done);
    })?;
    Ok((found.done() > 0).then_some(found))
}

/// Seconds of the clock and of all processors since a moment.
pub(super) struct Timer(Instant, ProcessTime);

impl Timer {
    pub fn start() -> Self {
        Self(Instant::now(), ProcessTime::now())
    }

    /// Of the clock, and of all processors.
    pub fn seconds(&self) -> [f64; 2] {
        [
            self.0.elapsed().as_secs_f64(),
            self.1.elapsed().as_secs_f64(),
        ]
    }
}

/// A result folder that a run is writer.
pub(super) struct RunWriter<'l> {
    loaded: &'l Loaded,
    folder: ResultFolder,
    trials: TrialsWriter,
    /// Trials written.
    kept: u64,
}

impl<'l> RunWriter<'l> {
    /// Writes what is run.
    pub fn begin(loaded: &'l Loaded, folder: ResultFolder) -> Result<Self, StoreError> {
        folder.write("scenario.toml", loaded.scenario_text.as_bytes())?;
        folder.write("policy.toml", loaded.policy_text.as_bytes())?;
        let trials =
            TrialsWriter::create(&folder, &trial_columns(&loaded.scenario, &loaded.program))?;
        Ok(Self {
            loaded,
            folder,
            trials,
            kept: 0,
        })
    }

    /// Keeps the next chunk's trials.
    pub fn keep(&mut self, checkpoint: &Checkpoint<'_>) -> io::Result<()> {
        let rows = usize::try_from(checkpoint.done - self.kept).unwrap_or(usize::MAX);
        self.kept = checkpoint.done;
        let added = self.trials.add(checkpoint.columns, checkpoint.kinds, rows);
        added.map_err(io::Error::other)
    }

    /// Sums up, draws, and makes the folder a finished run.
    pub fn finish(
        self,
        found: &Found,
        draws: Option<&Draws<'_>>,
        options: &RunOptions,
        seconds: [f64; 2],
        stop: &AtomicBool,
    ) -> Result<RunReport, RunFailure> {
        if found.tally.trials == 0 {
            return Err(RunFailure::NothingDone);
        }
        let (loaded, folder) = (self.loaded, self.folder);
        self.trials.finish()?;
        let columns = StoredColumns::open(&folder)?;
        let mut summary = summarise(&loaded.scenario, &loaded.program, found, |outcome, see| {
            columns.read(outcome, see)
        })?;
        if let Some(draws) = draws {
            let (report, correlations) = draws.report();
            summary.draws = Some(report);
            folder.write_draws(draws.design(), &correlations)?;
        }
        folder.write_summary(&summary)?;
        folder.write_series(&summary)?;
        let told = options
            .trace
            .then(|| trace(loaded, options.plan.seed, 0, TRACED_STEPS));
        if let Some(told) = &told {
            folder.write_trajectory(told)?;
        }
        let precision = options.plan.precision;
        let precision = precision.map(|asked| judged(loaded, found, asked));
        let manifest = manifest(loaded, options, &summary, precision, seconds);
        let figures_missing = options.figures
            && !draw(&folder, stop, || {
                figures_of_run(&summary, told.as_ref(), &manifest)
            })?;
        let path = folder.path().to_owned();
        folder.finish(&manifest)?;
        Ok(RunReport {
            summary,
            manifest,
            folder: path,
            figures_missing,
        })
    }
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
) -> RunManifest {
    let ended = precision
        .as_ref()
        .is_some_and(|of| of.not_reached.is_empty() && Precision::looks_at(summary.trials));
    let scenario = &loaded.scenario;
    let details = RunDetails {
        policy: loaded.policy_input(),
        time_unit: scenario.time_unit().to_owned(),
        epoch: scenario.epoch().map(|date| date.to_string()),
        horizon: scenario.horizon(),
        run: how_run(
            options,
            precision,
            ended,
            [summary.trials, summary.events],
            [wall_seconds, cpu_seconds],
        ),
        same_bytes: same_bytes(ResultKind::Run),
    };
    Manifest::new(loaded.honesty(), loaded.scenario_input(), details)
}

/// How trials were run; `ended` says whether they ended early because they showed enough.
pub(super) fn how_run(
    options: &RunOptions,
    precision: Option<PrecisionReport>,
    ended: bool,
    [trials, events]: [u64; 2],
    [wall_seconds, cpu_seconds]: [f64; 2],
) -> Run {
    Run {
        seed: options.plan.seed,
        complete: trials == options.plan.trials || ended,
        trials_asked: options.plan.trials,
        trials_done: trials,
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
        events,
        events_per_second: events as f64 / wall_seconds,
        command_line: options.command_line.clone(),
    }
}
