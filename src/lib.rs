//! `detente`: an escalation simulation workbench.
//!
//! A scenario (forces, treaties, actors' levers, a military doctrine) and a policy (choices on the levers) are
//! compiled into a flat program, run as thousands to millions of seeded trials in parallel, and summed up
//! with honest uncertainty. Each layer is a crate that depends only on those before it:
//!
//! [`stats`] → [`model`] → [`sim`] → `detente-report` → `detente-study` → `detente-output` → [`study`] → [`cli`].
//!
//! A whole study without a file, a terminal or a figure:
//!
//! ```
//! use detente::{Plan, Scenario};
//!
//! let scenario = Scenario::parse(
//!     r#"
//!     [scenario]
//!     name = "two-steps"
//!     time_unit = "year"
//!     horizon = 10.0
//!     [variables]
//!     danger = { states = ["none", "threat", "war"], initial = "none" }
//!     [levers.course]
//!     default = "soft"
//!     options = ["soft", "hard"]
//!     [events]
//!     rises = { when = "danger == none", rate = "if(course == hard, 0.4, 0.1)", do = ["danger = threat"] }
//!     falls = { when = "danger == threat", rate = 1, do = ["danger = none"] }
//!     breaks = { when = "danger == threat", rate = 0.5, do = ["danger = war"] }
//!     [outcomes]
//!     war = { ever = "danger == war" }
//!     "#,
//! )?
//! .with_policy("name = \"hawkish\"\nchoose = { course = \"hard\" }")?;
//! let plan = Plan::trials(10_000).seed(1);
//! let soft = scenario.policy("default")?.run(plan)?.estimate("war").unwrap().mean;
//! let hard = scenario.policy("hawkish")?.run(plan)?.estimate("war").unwrap().mean;
//! assert!((soft - 0.258).abs() < 0.03 && (hard - 0.651).abs() < 0.03);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The last five layers belong to the feature `program`, which is on by default. Without it the crate is a library that
//! reads scenarios and runs trials, and depends on neither a command line, Parquet nor a drawing library.

#[cfg(feature = "program")]
pub mod cli;
#[cfg(feature = "program")]
pub mod study;

mod facade;

pub use facade::{Case, Mistakes, Plan, Results, Scenario};

pub use detente_model as model;
pub use detente_sim as sim;
pub use detente_stats as stats;
