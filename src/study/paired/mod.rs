//! One trial under two policies: where the trajectories part, why, and how they come to end differently.
//!
//! Both share the random numbers of every event, so that they go the same way until something that differs from the start,
//! a choice or a setting, makes one firing another. What differs of it (guard, clock, cause, probability, effect) is found by
//! reading its expressions in both states, and the names through which it came by exchanging their values one by one.

mod clocks;
mod outcomes;
mod pair;
mod path;
mod prose;
mod reason;
mod rules;
#[cfg(test)]
mod tests;

pub use prose::paired_text;

use super::failure::RunFailure;
use super::load::Loaded;
use super::trace::{logged, trajectory, write_timeline};
use detente_model::scenario::Symbol;
use detente_output::figures::paired_timeline;
use detente_output::store::DrawnFigure;
use detente_report::paired::{Difference, PairedTrial};
use detente_report::trajectory::Trajectory;
use detente_sim::engine::TrialLog;
use pair::Pair;
use path::cells;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// A trial has more steps than two trajectories are compared with.
#[derive(Debug, Error)]
#[error(
    "trial {trial} has {steps} steps under policy `{policy}`, and its steps are compared all or not at all: --steps {steps} allows so many"
)]
pub struct TooLong {
    trial: u64,
    steps: u64,
    policy: String,
}

/// Runs trial `trial` under `seed` for the same scenario under two policies, and compares what happens.
///
/// # Errors
/// Where there are more than `most_steps` under either: the reason for a difference may be any of them.
pub fn trace_pair(
    loaded: &[Loaded; 2],
    seed: u64,
    trial: u64,
    most_steps: usize,
) -> Result<PairedTrial, TooLong> {
    let [a, b] = loaded;
    let logs = [a, b].map(|loaded| logged(loaded, seed, trial, most_steps));
    let [(log_a, failed_a), (log_b, failed_b)] = logs;
    let logs = [log_a, log_b];
    let told = [
        trajectory(a, [seed, trial], &logs[0], failed_a),
        trajectory(b, [seed, trial], &logs[1], failed_b),
    ];
    let cut = told.iter().filter_map(|told| Some((told, told.cut?)));
    if let Some((of, cut)) = cut.max_by_key(|(_, cut)| cut.steps_in_all) {
        return Err(TooLong {
            trial,
            steps: cut.steps_in_all,
            policy: of.policy.clone(),
        });
    }
    Ok(compare(loaded, &logs, told))
}

/// Writes the comparison as JSON.
///
/// # Errors
/// Where it cannot be written.
pub fn write_paired_json(told: &PairedTrial, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, told)?;
    out.write_all(b"\n")
}

/// Draws both trajectories over one time axis into a folder and returns where the SVG stands; PNG and CSV stand beside it.
///
/// # Errors
/// Where drawing or writing fails.
pub fn draw_paired_timeline(
    told: &PairedTrial,
    drawn: DrawnFigure,
    path: &Path,
) -> Result<PathBuf, RunFailure> {
    let seed = told.trajectories[0].seed;
    write_timeline(&paired_timeline(told)?, seed, drawn, path)
}

fn compare(loaded: &[Loaded; 2], logs: &[TrialLog; 2], told: [Trajectory; 2]) -> PairedTrial {
    let path = |side: usize| path::Path::new(&loaded[side], &logs[side], &told[side]);
    let pair = Pair::new([0, 1].map(path));
    let parting = pair.parting();
    let link = parting.map(|joint| pair.link(joint, true));
    let (outcomes, links) = outcomes::outcomes(&pair, parting);
    let shared = pair.joints.iter().filter_map(|joint| match joint.steps {
        [Some(a), Some(b)] => Some([a, b]),
        _ => None,
    });
    let shared = shared.collect();
    let at_start = at_start(&pair);
    let rules = loaded.each_ref().map(|loaded| {
        let names = loaded.program.rule_names();
        names.map(str::to_owned).collect()
    });
    PairedTrial {
        trajectories: told,
        at_start,
        rules,
        shared,
        parting: link,
        links,
        outcomes,
    }
}

/// Levers, then parameters, then what else differs at t = 0, before anything fires.
fn at_start(pair: &Pair) -> Vec<Difference> {
    let mut symbols: Vec<Symbol> = (0..pair.scenario.levers.len()).map(Symbol::Lever).collect();
    symbols.extend((0..pair.scenario.parameters.len()).map(Symbol::Parameter));
    let cells = cells(pair.scenario).into_iter();
    symbols.extend(cells.filter(|symbol| !matches!(symbol, Symbol::Lever(_))));
    let held = |symbol: Symbol| [0, 1].map(|side| pair.leaf(side, symbol, 0, 0.0));
    symbols
        .into_iter()
        .map(|symbol| (symbol, held(symbol)))
        .filter(|(_, values)| values[0].to_bits() != values[1].to_bits())
        .map(|(symbol, values)| pair.difference(symbol, values, 0))
        .collect()
}
