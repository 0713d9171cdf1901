//! Estimators, intervals, tests; knows nothing of simulation.

mod binomial;
mod counts;
mod digits;
mod direction;
mod dominance;
#[cfg(test)]
mod draws;
mod histogram;
mod holm;
mod interval;
mod kim_nelson;
mod latin;
mod moments;
mod order;
mod paired;
mod paired_survival;
mod quantile;
mod rank_correlation;
mod ratio;
mod selection;
mod sketch;
mod survival;
mod tree;
mod variance_shares;

pub use counts::Counts;
pub use digits::{decimals_for, decimals_of_mantissa};
pub use direction::Direction;
pub use dominance::{
    Dominance, DominanceGrid, DominanceTally, DominanceTest, DominanceVerdict, OrderTest,
    PlacedColumn, Weakest,
};
pub use histogram::Histogram;
pub use holm::holm;
pub use interval::{
    Z_95, mean_interval, mean_p, normal_quantile, student_quantile, student_t_975, wilson,
    wilson_of_share,
};
pub use kim_nelson::{Alternative, Dropped, KimNelson, KimNelsonError, KimNelsonRules};
pub use latin::latin_hypercube;
pub use moments::Moments;
pub use order::{Ranks, quantile_ranks};
pub use paired::{PairedRatio, paired_difference_interval, paired_difference_p, paired_ratio};
pub use paired_survival::{DifferenceCurve, PairedFirstTimes};
pub use quantile::quantile;
pub use rank_correlation::{RankCorrelation, spearman};
pub use ratio::{Ratio, RatioEstimate};
pub use selection::{ColumnChanged, Selection};
pub use sketch::Sketch;
pub use survival::{FirstTimes, IncidenceCurve, SurvivalCurve};
pub use tree::MergeTree;
pub use variance_shares::{DrawSummary, VarianceShares, variance_shares};
