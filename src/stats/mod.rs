//! Estimators, intervals, tests; knows nothing of simulation.

mod interval;
mod moments;
mod sketch;
mod survival;
mod tree;

pub use interval::{Z_95, mean_interval, student_t_975, wilson, wilson_of_share};
pub use moments::Moments;
pub use sketch::Sketch;
pub use survival::{FirstTimes, IncidenceCurve, SurvivalCurve};
pub use tree::MergeTree;
