//! `detente`: an escalation simulation workbench.
//!
//! A scenario (forces, treaties, actors' levers, a military doctrine) and a policy (choices on the levers) are
//! compiled into a flat program, run as thousands to millions of seeded trials in parallel, and summed up
//! with honest uncertainty. Each layer is a crate that depends only on those before it:
//!
//! [`stats`] → [`model`] → [`sim`] → `detente-report` → `detente-study` → `detente-output` → [`study`] → [`cli`].
//!
//! The last five belong to the feature `program`, which is on by default. Without it the crate is a library that
//! reads scenarios and runs trials, and depends on neither a command line, Parquet nor a drawing library.

#[cfg(feature = "program")]
pub mod cli;
#[cfg(feature = "program")]
pub mod study;

pub use detente_model as model;
pub use detente_sim as sim;
pub use detente_stats as stats;
