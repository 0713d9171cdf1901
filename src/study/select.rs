//! The best policy on one outcome, found with as many trials as that takes.

use super::column::rounded;
use super::compare::{comparison_manifest, of_policy};
use super::failure::{RunFailure, TogetherFailure};
use super::options::RunOptions;
use super::policy_set::PolicySet;
use super::run::Timer;
use super::text::{counted, grouped, wrapped};
use super::text_table::TextTable;
use detente_output::store::ResultFolder;
use detente_report::kind::ResultKind;
use detente_report::manifest::ComparisonManifest;
use detente_report::selection::Selection;
use detente_sim::ensemble::{CHUNK_TRIALS, run_together};
use detente_sim::program::Program;
use detente_stats::KimNelsonError;
use detente_study::select::{FIRST_STAGE, Selecting, SelectionGuarantee};
use std::fmt::Write;
use std::io;
use std::sync::atomic::AtomicBool;
use thiserror::Error;

/// Trials of each policy before any can be dropped.
const FEWEST_TRIALS: u64 = FIRST_STAGE * CHUNK_TRIALS;

/// A selection and how it came about.
#[derive(Debug)]
pub struct SelectReport {
    /// What `selection.json` says.
    pub selection: Selection,
    /// What `manifest.json` says.
    pub manifest: ComparisonManifest,
}

/// Why there is no selection.
#[derive(Debug, Error)]
pub enum SelectFailure {
    /// No policy could be dropped within so few trials.
    #[error(
        "--trials {0}: a selection takes at least {FEWEST_TRIALS} trials of each policy, from which it learns how they vary"
    )]
    TooFew(u64),
    /// The guarantee cannot be given.
    #[error("{0}")]
    Guarantee(#[from] KimNelsonError),
    /// The trials could not be run or stored.
    #[error(transparent)]
    Run(#[from] TogetherFailure),
}

/// Runs the same trials under every policy, drops those that lose, and ends with the best on the outcome at `place`, which has a
/// better direction. `on_progress` gets the trials of a policy done. Once `stop` is set the selection ends without one.
///
/// # Errors
/// Where the guarantee cannot be given, a trial fails or results cannot be written.
pub fn select(
    field: &PolicySet,
    place: usize,
    guarantee: SelectionGuarantee,
    options: &RunOptions,
    stop: &AtomicBool,
    mut on_progress: impl FnMut(u64),
) -> Result<SelectReport, SelectFailure> {
    let loaded = &field.loaded;
    let first = &loaded[0].scenario;
    let names = loaded
        .iter()
        .map(|of| of.policy.name().to_owned())
        .collect();
    let least = SelectionGuarantee {
        trials: guarantee.trials.max(FEWEST_TRIALS),
        ..guarantee
    };
    let mut selecting = Selecting::new(names, &first.outcomes, place, first.horizon(), least)?;
    if guarantee.trials < FEWEST_TRIALS {
        return Err(SelectFailure::TooFew(guarantee.trials));
    }
    let inputs = field.inputs();
    let folder = ResultFolder::begin(&options.out, ResultKind::Selection, &inputs)
        .map_err(TogetherFailure::from)?;
    folder
        .write("scenario.toml", loaded[0].scenario_text.as_bytes())
        .map_err(TogetherFailure::from)?;
    let programs: Vec<&Program> = loaded.iter().map(|of| &of.program).collect();
    let timer = Timer::start();
    // Trials beyond the last whole chunk would be no observation.
    let mut plan = options.plan;
    plan.trials -= plan.trials % CHUNK_TRIALS;
    let found = run_together(&programs, plan, stop, |checkpoints| {
        let columns = checkpoints
            .iter()
            .map(|of| of.as_ref().map(|of| of.columns));
        let columns: Vec<_> = columns.collect();
        if let Some(running) = checkpoints.iter().flatten().next() {
            on_progress(running.done);
        }
        selecting.add(&columns).map_err(io::Error::other)
    })
    .map_err(|failure| of_policy(failure, loaded, plan.seed))?;
    let selection = selecting.report();
    if selection.trials == 0 {
        return Err(TogetherFailure::from(RunFailure::NothingDone).into());
    }
    let done = selection.policies.values().map(|of| of.trials).max();
    let events = found.iter().map(|of| of.tally.events).sum();
    let ended = selection.selected.is_some();
    let counts = [done.unwrap_or(0), events];
    let manifest = comparison_manifest(
        ResultKind::Selection,
        loaded,
        options,
        ended,
        counts,
        timer.seconds(),
    );
    let written = folder
        .write_json("selection.json", &selection)
        .and_then(|()| folder.finish(&manifest));
    written.map_err(TogetherFailure::from)?;
    Ok(SelectReport {
        selection,
        manifest,
    })
}

/// A selection as a table of at most 100 columns.
#[must_use]
pub fn selection_table(report: &SelectReport) -> String {
    let SelectReport {
        selection,
        manifest,
    } = report;
    let mut text = wrapped(&manifest.honesty);
    let unit = selection.unit.as_deref();
    let unit = unit.map_or(String::new(), |unit| format!(" {unit}"));
    let _ = writeln!(
        text,
        "\n{}\n{}: {} ({} is better) · indifference {}{unit} · confidence {} % · seed {}\n",
        manifest.scenario.title,
        selection.outcome,
        selection.title,
        selection.better,
        selection.indifference,
        100.0 * selection.confidence,
        manifest.run.seed,
    );
    let mut table = TextTable::default()
        .names("policy", 8, 30)
        .right("trials", 12)
        .right("mean", 12)
        .left("", 0);
    for (name, of) in &selection.policies {
        let fate = match (&of.dropped_by, of.tie) {
            (Some(by), true) => format!("the same as {by} in every trial"),
            (Some(by), false) => format!("dropped, behind {by}"),
            (None, _) if selection.selected.as_ref() == Some(name) => "selected".to_owned(),
            (None, _) => "left".to_owned(),
        };
        let mean = rounded(of.mean, selection.indifference);
        table.row([name, &grouped(of.trials), &mean, &fate]);
    }
    text += &table.text();
    let verdict = match &selection.selected {
        Some(best) => format!("Selected: {best}."),
        None => format!(
            "No policy is selected: the trials ended before one was left, and nothing is promised. {} leads.",
            selection.leader
        ),
    };
    let spent = format!(
        "{verdict} {} in all, in place of {} without dropping.",
        counted(selection.trials, "trial"),
        grouped(selection.trials_without_dropping)
    );
    let _ = write!(text, "\n{}", wrapped(&spent));
    for assumption in &selection.assumptions {
        text += &wrapped(&format!("- {assumption}"));
    }
    text
}
