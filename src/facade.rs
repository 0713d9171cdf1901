//! The library in three calls, without files, a terminal or figures: read a scenario, choose a policy, run trials.

use detente_model::diagnostic::{Diagnostics, Sources, render};
use detente_model::scenario::{self, Policy, policy_from_file, scenario_from_files};
use detente_sim::ensemble::{self, EnsembleError, Estimate, Sampler};
use detente_sim::program::{Program, compile};
use std::fmt;
use std::num::NonZero;
use std::sync::atomic::AtomicBool;
use std::thread::available_parallelism;

/// A scenario, with policies.
#[derive(Debug, Clone)]
pub struct Scenario {
    scenario: scenario::Scenario,
    policies: Vec<Policy>,
}

/// Everything that is wrong with a text, as the program shows it: each mistake with its line, cause and cure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistakes(String);

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Mistakes {}

impl Scenario {
    /// A scenario from its text in the scenario language; it cannot extend another.
    ///
    /// # Errors
    /// All mistakes of the text.
    pub fn parse(text: &str) -> Result<Self, Mistakes> {
        let (mut sources, mut diagnostics) = (Sources::new(), Diagnostics::new());
        let file = sources.add("scenario", text);
        let scenario = scenario_from_files(&[file], &sources, &mut diagnostics);
        let scenario = sound(scenario, &diagnostics, &sources)?;
        let policies = vec![scenario.default_policy()];
        Ok(Self { scenario, policies })
    }

    /// The scenario with one policy more, from its text.
    ///
    /// # Errors
    /// All mistakes of the text.
    pub fn with_policy(mut self, text: &str) -> Result<Self, Mistakes> {
        let (mut sources, mut diagnostics) = (Sources::new(), Diagnostics::new());
        let file = sources.add("policy", text);
        let policy = policy_from_file(file, &sources, &self.scenario, &mut diagnostics);
        let policy = sound(policy, &diagnostics, &sources)?;
        if self
            .policies
            .iter()
            .any(|other| other.name() == policy.name())
        {
            let problem = format!("there is a policy `{}` already", policy.name());
            return Err(Mistakes(problem));
        }
        self.policies.push(policy);
        Ok(self)
    }

    /// The scenario under one of its policies; under `default` all levers have their defaults.
    ///
    /// # Errors
    /// Where it has no policy of that name, or cannot run under it.
    pub fn policy(&self, name: &str) -> Result<Case, Mistakes> {
        let mut policies = self.policies.iter();
        let Some(policy) = policies.find(|policy| policy.name() == name) else {
            let names: Vec<&str> = self.policies.iter().map(Policy::name).collect();
            let names = names.join(", ");
            return Err(Mistakes(format!("no policy `{name}`; there are {names}")));
        };
        match compile(&self.scenario, policy) {
            Ok(program) => Ok(Case { program }),
            Err(errors) => {
                let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
                Err(Mistakes(errors.join("\n")))
            }
        }
    }
}

fn sound<T>(read: Option<T>, found: &Diagnostics, sources: &Sources) -> Result<T, Mistakes> {
    let read = read.filter(|_| !found.has_errors());
    read.ok_or_else(|| Mistakes(render(found, sources, false)))
}

/// A scenario under a policy, ready to run.
#[derive(Debug, Clone)]
pub struct Case {
    program: Program,
}

/// How many trials to run, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    trials: u64,
    seed: u64,
    threads: usize,
}

impl Plan {
    /// So many trials, under seed 0 and on all processors.
    #[must_use]
    pub fn trials(trials: u64) -> Self {
        Self {
            trials,
            seed: 0,
            threads: available_parallelism().map_or(1, NonZero::get),
        }
    }

    /// The same under a seed.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// The same on so many threads, which changes no result.
    #[must_use]
    pub fn threads(self, threads: usize) -> Self {
        Self { threads, ..self }
    }
}

impl Case {
    /// Runs trials.
    ///
    /// # Errors
    /// The first trial that breaks a rule of the formalism.
    pub fn run(&self, plan: Plan) -> Result<Results, EnsembleError> {
        let never = AtomicBool::new(false);
        let plan = ensemble::Plan {
            seed: plan.seed,
            trials: plan.trials,
            threads: plan.threads,
            sampler: Sampler::Engine,
            precision: None,
        };
        let tally = ensemble::run(&self.program, plan, &never, |_| Ok(()))?.tally;
        let outcomes = self.program.outcomes().iter().zip(&tally.outcomes);
        let horizon = self.program.horizon();
        let estimates = outcomes.map(|(of, outcome)| {
            let estimate = Estimate::of(of, outcome, tally.trials, horizon);
            (of.name.clone(), estimate)
        });
        Ok(Results {
            trials: tally.trials,
            estimates: estimates.collect(),
        })
    }

    /// The program, to be run by an engine of one's own.
    #[must_use]
    pub fn program(&self) -> &Program {
        &self.program
    }
}

/// What trials showed.
#[derive(Debug, Clone, PartialEq)]
pub struct Results {
    /// Trials run.
    pub trials: u64,
    /// Each outcome by name, in the order of the scenario: its mean over trials with the 95 % interval of the simulation.
    pub estimates: Vec<(String, Estimate)>,
}

impl Results {
    /// An outcome's estimate, where the scenario has one of that name.
    #[must_use]
    pub fn estimate(&self, outcome: &str) -> Option<&Estimate> {
        let mut estimates = self.estimates.iter();
        let found = estimates.find(|(name, _)| name == outcome);
        found.map(|(_, estimate)| estimate)
    }
}
