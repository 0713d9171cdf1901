//! The same policies under draws of the scenario's uncertain parameters.

use super::load::Loaded;
use super::run::RunFailure;
use crate::analysis::draws::{Design, Draw, Draws};
use crate::ensemble::{EnsembleError, Plan, run_draws};
use crate::program::{Program, compile};
use crate::scenario::Parameter;
use std::sync::atomic::AtomicBool;

/// Trials of a policy in a draw, at least.
const FEWEST_TRIALS: u64 = 100;

/// Trials of each policy in each of some draws, for as many in all as at the parameters' own values.
pub(super) fn trials_per_draw(trials: u64, draws: u64) -> u64 {
    trials.div_ceil(draws.max(1)).max(FEWEST_TRIALS)
}

/// Runs every policy under every draw; `on_progress` gets the trials of a policy done.
///
/// # Errors
/// The first failure in the order of draws.
pub(super) fn run_under_draws<'l>(
    loaded: &'l [Loaded],
    draws: u64,
    plan: Plan,
    stop: &AtomicBool,
    mut on_progress: impl FnMut(u64),
) -> Result<Draws<'l>, RunFailure> {
    let first = &loaded[0];
    let per_draw = trials_per_draw(plan.trials, draws);
    let parameters = first.scenario.parameters().iter();
    let laws = first.program.parameter_laws().iter().map(Option::as_ref);
    let everywhere = |parameter: &usize| {
        let sets = |of: &Loaded| of.policy.parameters_set().any(|set| set == *parameter);
        loaded.iter().all(sets)
    };
    let fixed: Vec<usize> = first.policy.parameters_set().filter(everywhere).collect();
    let names = parameters.map(Parameter::name);
    let count = usize::try_from(draws).unwrap_or(usize::MAX);
    let design = Design::new(names.zip(laws), &fixed, count, plan.seed);
    let policies = loaded
        .iter()
        .map(|of| of.policy.name().to_owned())
        .collect();
    let (outcomes, horizon) = (first.program.outcomes(), first.program.horizon());
    let mut found = Draws::new(policies, outcomes, design.clone(), per_draw);
    let make = |draw: u64| -> Result<Vec<Program>, EnsembleError> {
        let place = usize::try_from(draw).unwrap_or(usize::MAX);
        let programs = loaded.iter().map(|of| {
            let policy = of.policy.with_parameters(design.draw(place));
            compile(&of.scenario, &policy).map_err(|errors| EnsembleError::Draw {
                draw,
                problem: errors
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join("; "),
            })
        });
        programs.collect()
    };
    let mut done = 0;
    run_draws(
        draws,
        Plan {
            trials: per_draw,
            ..plan
        },
        stop,
        make,
        |draw: &mut Draw, columns| draw.add(columns, outcomes, horizon),
        |draw| {
            found.push(draw);
            done += per_draw;
            on_progress(done);
            Ok(())
        },
    )?;
    Ok(found)
}
