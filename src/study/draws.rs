//! The same policies under draws of the scenario's uncertain parameters.

use super::failure::{RunFailure, TogetherFailure};
use super::load::Loaded;
use super::options::{RunOptions, trials_per_draw};
use super::replay::{Running, trial_at_fault};
use detente_model::scenario::{Parameter, Policy, Scenario};
use detente_report::draws::Design;
use detente_sim::ensemble::{EnsembleError, Failure, Plan, run_draws};
use detente_sim::program::{Program, UnboundProgram};
use detente_study::draws::{Draw, Draws, design};
use std::io;
use std::sync::atomic::AtomicBool;

/// Policies of a scenario with the draws of its parameters.
pub(super) struct Drawn<'s> {
    policies: Vec<Running<'s>>,
    /// Each policy's program, to be bound to a draw.
    lowered: Vec<UnboundProgram>,
    /// The parameters' values in each draw.
    pub design: Design,
}

impl<'s> Drawn<'s> {
    /// The draws that `options` ask for, if they do, of policies that are ready to run.
    ///
    /// # Errors
    /// Where no parameter is left to be drawn.
    pub fn of(loaded: &'s [Loaded], options: &RunOptions) -> Result<Option<Self>, RunFailure> {
        let first = &loaded[0];
        let file = (first.scenario_file.as_str(), &first.scenario);
        let policies = loaded.iter().map(Loaded::running).collect();
        Self::new(file, policies, options)
    }

    /// The draws that `options` ask for, if they do: of every parameter of a scenario, which stands in `file`, that has a law, and
    /// whose value not all of the policies set.
    ///
    /// # Errors
    /// Where no parameter is left to be drawn.
    pub fn new(
        (file, scenario): (&str, &'s Scenario),
        policies: Vec<Running<'s>>,
        options: &RunOptions,
    ) -> Result<Option<Self>, RunFailure> {
        if options.parameter_draws == 0 {
            return Ok(None);
        }
        let sets =
            |of: &Running, parameter: usize| of.policy.parameters_set().any(|set| set == parameter);
        let fixed = (0..scenario.parameters().len())
            .filter(|parameter| policies.iter().all(|of| sets(of, *parameter)));
        let fixed: Vec<usize> = fixed.collect();
        let names = scenario.parameters().iter().map(Parameter::name);
        let lowered = policies.iter();
        let lowered: Vec<UnboundProgram> = lowered
            .map(|of| UnboundProgram::lower(scenario, of.policy))
            .collect();
        let laws = lowered.first().into_iter();
        let laws = laws.flat_map(|first| first.parameter_laws().iter().map(Option::as_ref));
        let count = usize::try_from(options.parameter_draws).unwrap_or(usize::MAX);
        let design = design(names.zip(laws), &fixed, count, options.plan.seed);
        if design.parameters.is_empty() {
            return Err(RunFailure::NothingToDraw {
                file: file.to_owned(),
                kept: design.kept,
            });
        }
        Ok(Some(Self {
            policies,
            lowered,
            design,
        }))
    }

    /// A policy in one draw.
    fn policy(&self, of: &Running, draw: u64) -> Policy {
        let place = usize::try_from(draw).unwrap_or(usize::MAX);
        of.policy.with_parameters(self.design.draw(place))
    }

    /// The program of each policy in one draw. What a policy sets itself stays.
    fn programs(&self, draw: u64) -> Result<Vec<Program>, EnsembleError> {
        let place = usize::try_from(draw).unwrap_or(usize::MAX);
        let programs = self
            .policies
            .iter()
            .zip(&self.lowered)
            .map(|(of, lowered)| {
                let mut parameters = lowered.parameters().to_vec();
                for (parameter, value) in self.design.draw(place) {
                    if of.policy.parameters_set().all(|set| set != parameter) {
                        parameters[parameter] = value;
                    }
                }
                lowered.bind(&parameters).map_err(|errors| {
                    let problems: Vec<String> = errors.iter().map(ToString::to_string).collect();
                    let problem = problems.join("; ");
                    EnsembleError::Draw { draw, problem }
                })
            });
        programs.collect()
    }

    /// Runs every policy under every draw: `add` gets the trials of a draw, `take` what it made of each, in order, and
    /// `on_progress` the trials of a policy done.
    ///
    /// # Errors
    /// The first failure in the order of draws, or a failure of `take`.
    pub fn run<T: Default + Send>(
        &self,
        (draws, plan): (u64, Plan),
        stop: &AtomicBool,
        add: impl Fn(&mut T, &[&[Vec<f64>]]) + Sync,
        mut take: impl FnMut(T) -> io::Result<()>,
        mut on_progress: impl FnMut(u64),
    ) -> Result<(), TogetherFailure> {
        let trials = trials_per_draw(plan.trials, draws);
        let mut done = 0;
        run_draws(
            draws,
            Plan { trials, ..plan },
            stop,
            |draw| self.programs(draw),
            add,
            |draw| {
                take(draw)?;
                done += trials;
                on_progress(done);
                Ok(())
            },
        )
        .map_err(|failure| self.failed(failure, trials, plan.seed))
    }

    /// A failure under a draw, of which each has so many trials.
    fn failed(&self, failure: Failure, trials: u64, seed: u64) -> TogetherFailure {
        let running = failure.program.map(|place| &self.policies[place]);
        let (Some(of), Some(trial)) = (running, trial_at_fault(&failure.error)) else {
            return RunFailure::Ensemble(failure.error).into();
        };
        let draw = trial / trials;
        let policy = self.policy(of, draw);
        TogetherFailure {
            called: Some(format!("{} in draw {draw} of the parameters", of.called)),
            failure: RunFailure::of(failure.error, |trial| {
                of.command_under(&policy, seed, trial)
            }),
        }
    }
}

/// Runs every policy under every draw; `on_progress` gets the trials of a policy done.
///
/// # Errors
/// The first failure in the order of draws.
pub(super) fn run_under_draws<'l>(
    drawn: &Drawn<'l>,
    loaded: &'l [Loaded],
    (draws, plan): (u64, Plan),
    stop: &AtomicBool,
    on_progress: impl FnMut(u64),
) -> Result<Draws<'l>, TogetherFailure> {
    let first = &loaded[0];
    let per_draw = trials_per_draw(plan.trials, draws);
    let policies = loaded
        .iter()
        .map(|of| of.policy.name().to_owned())
        .collect();
    let (outcomes, horizon) = (&first.scenario.outcomes, first.scenario.horizon());
    let mut found = Draws::new(policies, outcomes, drawn.design.clone(), per_draw);
    drawn.run(
        (draws, plan),
        stop,
        |draw: &mut Draw, columns| draw.add(columns, outcomes.len(), horizon),
        |draw| {
            found.push(draw);
            Ok(())
        },
        on_progress,
    )?;
    Ok(found)
}
