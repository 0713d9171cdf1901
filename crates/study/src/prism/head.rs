//! The comments at the head of a model.

use detente_model::scenario::{Policy, Scenario};

/// The scenario, the policy, the program's version and what the numbers are not.
pub(super) fn head(scenario: &Scenario, policy: &Policy) -> String {
    format!(
        "// Scenario {} under policy {}, exported by detente {}.\n// {}\n// Time is in units of a {}.\n",
        scenario.name,
        one_line(&policy.name),
        env!("CARGO_PKG_VERSION"),
        scenario.honesty(),
        one_line(&scenario.time_unit)
    )
}

/// A text for a comment.
fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}
