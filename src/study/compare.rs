//! Policies run on the same trials, and what sets them apart.

use super::draws::Drawn;
use super::failure::{RunFailure, TogetherFailure};
use super::load::Loaded;
use super::options::RunOptions;
use super::plot::draw;
use super::policy_set::PolicySet;
use super::replay::Running;
use super::run::{RunReport, RunWriter, Timer, how_run, under_draws};
use detente_output::figures::{draw_comparison, left_out_of_comparison};
use detente_output::store::{ResultFolder, same_bytes};
use detente_report::comparison::Comparison;
use detente_report::kind::ResultKind;
use detente_report::manifest::{ComparisonDetails, ComparisonManifest, Manifest};
use detente_report::summary::ObligationSummary;
use detente_sim::ensemble::{Failure, run_together};
use detente_sim::program::Program;
use detente_study::compare::{Comparing, rows};
use indexmap::IndexMap;
use rayon::prelude::*;
use std::sync::atomic::AtomicBool;

/// What a comparison found and where it stands.
#[derive(Debug)]
pub struct CompareReport {
    /// What `comparison.json` says.
    pub comparison: Comparison,
    /// What `manifest.json` says.
    pub manifest: ComparisonManifest,
    /// The run of each policy, the baseline first.
    pub runs: Vec<RunReport>,
    /// What is said of policies that are left out of figures.
    pub left_out: Option<String>,
    /// Whether figures that were asked for are missing, since the comparison was stopped.
    pub figures_missing: bool,
}

/// Runs the same trials under every policy, fills a folder for each and one for what sets them apart. Once `stop` is set the
/// chunks finished that form a prefix are kept as a partial result. `on_progress` gets the trials of a policy done.
///
/// # Errors
/// Where a trial fails or results cannot be written; then the folder holds no manifest.
pub fn compare(
    field: &PolicySet,
    options: &RunOptions,
    stop: &AtomicBool,
    mut on_progress: impl FnMut(u64),
) -> Result<CompareReport, TogetherFailure> {
    let loaded = &field.loaded;
    let drawn = Drawn::of(loaded, options)?;
    let inputs = field.inputs();
    let folder = ResultFolder::begin(&options.out, ResultKind::Comparison, &inputs)?;
    let mut writers = Vec::with_capacity(loaded.len());
    for of in loaded {
        let child = folder.child(of.policy.name(), ResultKind::Run)?;
        writers.push(RunWriter::begin(of, child)?);
    }
    let mut comparing = comparing(field);
    let programs: Vec<&Program> = loaded.iter().map(|of| &of.program).collect();
    let timer = Timer::start();
    let found = run_together(&programs, options.plan, stop, |checkpoints| {
        for (checkpoint, writer) in checkpoints.iter().flatten().zip(&mut writers) {
            writer.keep(checkpoint)?;
        }
        let columns: Vec<_> = checkpoints.iter().flatten().map(|of| of.columns).collect();
        comparing.add(&columns);
        if let Some(first) = checkpoints.iter().flatten().next() {
            on_progress(first.done);
        }
        Ok(Vec::new())
    })
    .map_err(|failure| of_policy(failure, loaded, options.plan.seed))?;
    let draws = under_draws(drawn.as_ref(), loaded, options, stop, &mut on_progress)?;
    let seconds = timer.seconds();
    let filled: Result<Vec<RunReport>, RunFailure> = writers
        .into_par_iter()
        .zip(&found)
        .map(|(writer, found)| writer.finish(found, None, options, seconds, stop))
        .collect();
    let runs = filled?;
    let mut comparison = told(&comparing, loaded, options, &runs);
    if let Some(draws) = &draws {
        let (report, correlations) = draws.report();
        comparison.draws = Some(report);
        folder.write_draws(draws.design(), &correlations)?;
    }
    let rows = rows(&comparison, draws.as_ref());
    folder.write_comparison(&comparison, &rows)?;
    let mut left_out = None;
    let mut figures_missing = runs.iter().any(|run| run.figures_missing);
    if options.figures {
        figures_missing |= !draw(&folder, stop, || draw_comparison(&comparison))?;
        left_out = left_out_of_comparison(&comparison);
    }
    let events = runs.iter().map(|run| run.summary.events).sum();
    let of_first = &runs[0].manifest.run;
    let counts = [of_first.trials_done, events];
    let kind = ResultKind::Comparison;
    let mut manifest =
        comparison_manifest(kind, loaded, options, of_first.complete, counts, seconds);
    manifest
        .details
        .run
        .precision
        .clone_from(&of_first.precision);
    folder.finish(&manifest)?;
    Ok(CompareReport {
        comparison,
        manifest,
        runs,
        left_out,
        figures_missing,
    })
}

/// A comparison of a field's policies with no trials yet.
fn comparing(field: &PolicySet) -> Comparing<'_> {
    let first = &field.loaded[0].scenario;
    let names = field.loaded.iter().map(|of| of.policy.name().to_owned());
    let front = field.front.clone();
    Comparing::new(names.collect(), &first.outcomes, first.horizon(), front)
}

fn told(
    comparing: &Comparing<'_>,
    loaded: &[Loaded],
    options: &RunOptions,
    runs: &[RunReport],
) -> Comparison {
    let (first, scenario) = (&loaded[0], &loaded[0].scenario);
    let seed = options.plan.seed;
    Comparison {
        honesty: first.honesty(),
        scenario: scenario.title().to_owned(),
        policies: loaded
            .iter()
            .map(|of| (of.policy.name().to_owned(), of.policy.title().to_owned()))
            .collect(),
        baseline: first.policy.name().to_owned(),
        seed,
        trials: runs[0].summary.trials,
        time_unit: scenario.time_unit().to_owned(),
        epoch: scenario.epoch().map(|date| date.to_string()),
        horizon: scenario.horizon(),
        outcomes: comparing.outcomes().into_iter().collect(),
        obligations: obligations(runs),
        front: comparing.front(seed),
        draws: None,
    }
}

/// How each policy keeps each obligation.
fn obligations(runs: &[RunReport]) -> IndexMap<String, IndexMap<String, ObligationSummary>> {
    let mut obligations: IndexMap<_, IndexMap<_, _>> = IndexMap::new();
    for run in runs {
        for (name, kept) in &run.summary.obligations {
            let policy = run.manifest.policy.name.clone();
            let of_all = obligations.entry(name.clone()).or_default();
            of_all.insert(policy, kept.clone());
        }
    }
    obligations
}

/// How policies were run together; `ended` says whether they ended early because they showed enough, and `counts` are the trials
/// of a policy and the events of all.
pub(super) fn comparison_manifest(
    kind: ResultKind,
    loaded: &[Loaded],
    options: &RunOptions,
    ended: bool,
    counts: [u64; 2],
    seconds: [f64; 2],
) -> ComparisonManifest {
    let first = &loaded[0];
    let details = ComparisonDetails {
        policies: loaded.iter().map(Loaded::policy_input).collect(),
        horizon: first.scenario.horizon(),
        run: how_run(options, None, ended, counts, seconds),
        same_bytes: same_bytes(kind),
    };
    Manifest::new(first.honesty(), first.scenario_input(), details)
}

pub(super) fn of_policy(failure: Failure, loaded: &[Loaded], seed: u64) -> TogetherFailure {
    let running: Vec<Running<'_>> = loaded.iter().map(Loaded::running).collect();
    TogetherFailure::of(failure, &running, seed)
}
