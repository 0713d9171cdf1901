//! How to run: plan, folder, draws of the parameters, figures.

use detente_sim::ensemble::Plan;
use std::path::PathBuf;

/// How to run.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// Seed, trials and threads.
    pub plan: Plan,
    /// The folder to fill.
    pub out: PathBuf,
    /// Draws of the parameters to run as well; 0 for none.
    pub parameter_draws: u64,
    /// Whether to draw figures.
    pub figures: bool,
    /// Whether to tell the first trial step by step.
    pub trace: bool,
    /// The command line, for the manifest.
    pub command_line: Vec<String>,
}

impl RunOptions {
    /// Trials of a policy to be run, at the parameters' own values and under draws of them.
    #[must_use]
    pub fn trials_to_run(&self) -> [u64; 2] {
        let (trials, draws) = (self.plan.trials, self.parameter_draws);
        [trials, draws * trials_per_draw(trials, draws)]
    }
}

/// Trials of a policy in a draw, at least.
const FEWEST_TRIALS: u64 = 100;

/// Trials of each policy in each of some draws, for as many in all as at the parameters' own values.
pub(super) fn trials_per_draw(trials: u64, draws: u64) -> u64 {
    trials.div_ceil(draws.max(1)).max(FEWEST_TRIALS)
}
