//! TOML → validated [`Scenario`] and [`Policy`]; the domain's words live here.
//!
//! A file is first read as a tree with places (`document`), then resolved: sections in the order of their
//! dependence, every mistake collected. A [`Scenario`] that exists needs no further checks.

mod calendar;
mod comparison;
mod document;
mod edit;
mod expressions;
mod hypothesis;
mod influence;
mod interval;
mod law;
mod lineage;
mod lint;
mod measure_kind;
mod model;
mod names;
mod payoff;
mod policy;
mod reach;
mod reader;
mod resolve;
mod resolve_clocks;
mod resolve_events;
mod resolve_hypotheses;
mod resolve_named;
mod resolve_outcomes;
mod resolve_payoffs;
mod resolve_rates;
mod resolve_world;
mod settings;
mod state_space;
mod wording;

pub use comparison::{Comparison, Linear, Term};
pub use detente_stats::Direction;
pub use edit::{policy_text, scenario_text_with_horizon};
pub use hypothesis::{Expectation, Hypothesis, Setting};
pub use influence::{Influence, InfluenceNode, Measures, NodeKind, Relation};
pub use law::LawSpec;
pub use lineage::{extended_file, has_table, is_no_toml, refuse_changes, resolved_text};
pub use lint::{RANGES, lint};
pub use measure_kind::MeasureKind;
pub use model::{
    Branch, By, Clock, Derived, Doctrine, Drive, Effect, Event, Factor, Lever, Limits, Measure,
    Memory, Obligation, Outcome, Parameter, Policy, PolicyRule, Rate, Scenario, Schedule, Series,
    Variable, VariableKind,
};
pub use names::{Names, Symbol};
pub use payoff::Payoff;
pub use policy::{
    crossed_policies, levers_named, policy_from_file, policy_with_choices, policy_with_settings,
};
pub use resolve::scenario_from_files;
pub use state_space::StateSpace;

pub use crate::diagnostic::Span;

/// A JSON Schema of scenario and policy files, for editors. It sees keys, kinds of value and what excludes each other,
/// and refuses nothing that this module reads; names, and what texts say, it cannot judge.
pub const SCHEMA: &str = include_str!("schema.json");

/// What expressions are made of.
pub use crate::expr::{Expr, Function};

/// Expressions over the symbols of a scenario.
pub type Expression = Expr<Symbol>;
