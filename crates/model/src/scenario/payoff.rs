//! A payoff: what an actor wants, as an expression over a trial's outcomes.

use crate::expr::Expr;

/// What an actor wants of a trial.
#[derive(Debug, Clone)]
pub struct Payoff {
    /// Who wants it: the actor of one lever or more.
    pub(crate) actor: String,
    /// As it is written.
    pub(crate) text: String,
    /// Over a trial's outcomes, by position; larger is better.
    pub(crate) value: Expr<usize>,
}

impl Payoff {
    /// Whose it is.
    #[must_use]
    pub fn actor(&self) -> &str {
        &self.actor
    }

    /// As it is written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The payoff of a trial, over its outcomes by position; larger is better.
    #[must_use]
    pub fn value(&self) -> &Expr<usize> {
        &self.value
    }
}
