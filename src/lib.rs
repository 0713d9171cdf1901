//! `detente`: an escalation simulation workbench.
//!
//! A scenario (forces, treaties, actors' levers, a military doctrine) and a policy (choices on the levers) are
//! compiled into a flat program, run as thousands to millions of seeded trials in parallel, and summed up
//! with honest uncertainty. The folders are the data's way from a file to a figure; each imports only what
//! stands before it:
//!
//! [`diagnostic`] and [`expr`] → [`scenario`] → [`program`] → [`engine`] (with [`lifetime`] and [`stream`]) →
//! [`ensemble`] and [`analysis`] → [`store`] (with [`stats`]) → [`figures`] → [`study`] → [`cli`].

pub mod analysis;
pub mod cli;
pub mod diagnostic;
pub mod engine;
pub mod ensemble;
pub mod expr;
pub mod figures;
pub mod lifetime;
pub mod program;
pub mod scenario;
pub mod stats;
pub mod store;
pub mod stream;
pub mod study;
