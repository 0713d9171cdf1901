//! From TOML to a checked model: diagnostics, expressions, laws of age, scenarios and policies.

pub mod diagnostic;
pub mod expr;
pub mod lifetime;
pub mod scenario;
