//! The whole pipeline as functions: files → scenario → program → trials → results → figures.
//!
//! The command line, tests and benchmarks use these and nothing below them.

mod check;
mod claims;
mod column;
mod compare;
mod compare_table;
mod draws;
mod draws_table;
mod exact;
mod export;
mod failure;
mod game;
mod game_field;
mod game_table;
mod hypotheses;
mod hypotheses_table;
mod load;
mod options;
mod paired;
mod plot;
mod policy_set;
mod prose;
mod rates;
mod refusals;
mod replay;
mod run;
mod select;
mod table;
mod text;
mod text_table;
mod theatre;
mod trace;

pub use check::{Checked, check};
pub use claims::{Claims, load_claims};
pub use compare::{CompareReport, compare};
pub use compare_table::comparison_table;
pub use exact::{Comparison, ExactFailure, ExactOptions, ExactReport, exact, exact_table};
pub use export::{ExportFailure, prism};
pub use failure::{RunFailure, TogetherFailure};
pub use game::{GameFailure, PlayedGame, play};
pub use game_field::{GameField, load_game};
pub use game_table::game_table;
pub use hypotheses::{HypothesesReport, hypotheses};
pub use hypotheses_table::hypotheses_table;
pub use load::{Findings, Loaded, Overrides, load, load_pair, load_with_rates};
pub use options::RunOptions;
pub use paired::{TooLong, draw_paired_timeline, paired_text, trace_pair, write_paired_json};
pub use plot::plot;
pub use policy_set::{Alternatives, PolicySet, Questions, load_policy_set, load_selection};
pub use prose::trajectory_text;
pub use rates::{RateReport, RatesReport, draw_rates, rates, rates_json, rates_table};
pub use replay::{Origin, ShellCommand};
pub use run::{RunReport, run, simulate};
pub use select::{SelectFailure, SelectReport, select, selection_table};
pub use table::outcome_table;
pub use trace::{TRACED_STEPS, draw_timeline, trace, write_trajectory_json};

pub use detente_model::scenario::SCHEMA;
pub use detente_output::store::{DrawnFigure, abandon};
pub use detente_report::manifest::{Run, RunManifest};
pub use detente_report::summary::Summary;
pub use detente_report::trajectory::Trajectory;
pub use detente_sim::ensemble::{CHUNK_TRIALS, Plan, Precision, Sampler};
pub use detente_study::select::SelectionGuarantee;
