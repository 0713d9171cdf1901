//! Charts from stored results. `draw_all` knows which figures a summary has the data for; every file
//! beside this one is one idea: a drawing surface, an axis, a legend, a figure.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "coordinates and tick counts are small"
)]

mod areas;
mod axis;
mod bars;
mod canvas;
mod columns;
mod compare;
mod convergence;
mod curve;
mod danger_and_first_times;
mod distributions;
#[cfg(test)]
mod edge_cases;
mod exact;
mod factors;
mod firings;
mod first_times;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod fixtures_of_trials;
mod fonts;
mod incidence;
pub mod influence;
#[cfg(test)]
mod inspect;
mod interval;
mod legend;
mod levels;
mod lines;
mod multiples;
mod page;
mod palette;
mod panel;
mod part;
mod png;
mod rarity;
mod rates;
mod series;
mod spread;
mod stack;
mod states;
mod stroke;
mod survival;
mod table;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_trials;
mod ticks;
mod timeline;
mod units;
mod wide;

use detente_report::summary::Summary;

pub use axis::decimal_year;
pub use compare::{draw as draw_comparison, draw_game, left_out as left_out_of_comparison};
pub use exact::exact;
pub use influence::{InfluenceGraph, dot, influence};
pub use png::png;
pub use rates::{RateRow, rates};
pub use timeline::{paired_timeline, timeline};

/// What a figure says besides the numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Context<'a> {
    /// Title of the scenario.
    pub scenario_title: &'a str,
    /// Title of the policy.
    pub policy_title: &'a str,
    /// What stands below the title instead of the number of trials and the policy.
    pub subtitle: Option<&'a str>,
    /// The scenario's time unit: `year`, `day`, …
    pub time_unit: &'a str,
    /// Decimal year of t = 0, for an axis of calendar years.
    pub epoch_year: Option<f64>,
    /// End of the time axis, in the time unit.
    pub horizon: f64,
    /// The line that says what the numbers are not; it stands under every figure in full.
    pub honesty: &'a str,
}

/// One finished figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// Stem of the file names.
    pub name: String,
    /// The drawing, with its fonts inside.
    pub svg: String,
    /// The numbers that are drawn.
    pub csv: String,
}

/// Why a figure could not be drawn.
#[derive(Debug, thiserror::Error)]
pub enum FigureError {
    /// An embedded font cannot be used.
    #[error("an embedded font cannot be used: {0}")]
    Font(String),
    /// The SVG backend refused an element.
    #[error("drawing failed: {0}")]
    Drawing(String),
    /// A stored curve is torn: one of its columns is longer or shorter than its times.
    #[error("`{curve}` has {times} times, but {values} values in `{column}`")]
    TornCurve {
        /// Title of the series or outcome.
        curve: String,
        /// Name of the column.
        column: String,
        /// Number of times.
        times: usize,
        /// Number of values in the column.
        values: usize,
    },
    /// An edge of a graph has an end that is none of its nodes.
    #[error("edge {edge} ends at node {node}, but the graph has {nodes} nodes")]
    LooseEdge {
        /// Place of the edge, from 0.
        edge: usize,
        /// Place of the missing node, from 0.
        node: usize,
        /// Number of nodes.
        nodes: usize,
    },
    /// The text is no SVG that can be painted.
    #[error("the SVG cannot be read: {0}")]
    Svg(#[from] resvg::usvg::Error),
    /// The picture could not be made or encoded.
    #[error("the PNG cannot be made: {0}")]
    Png(String),
}

/// Draws every figure that `summary` has the data for, in a fixed order; there may be none.
///
/// # Errors
/// A stored curve whose columns differ in length, or a failure of the drawing library.
pub fn draw_all(summary: &Summary, context: &Context) -> Result<Vec<Figure>, FigureError> {
    let mut figures: Vec<Figure> = Vec::new();
    figures.extend(levels::draw(summary, context)?);
    figures.extend(danger_and_first_times::draw(summary, context)?);
    figures.extend(survival::draw(summary, context)?);
    figures.extend(incidence::draw(summary, context)?);
    figures.extend(distributions::draw(summary, context)?);
    figures.extend(series::draw(summary, context)?);
    figures.extend(states::draw(summary, context)?);
    figures.extend(firings::draw(summary, context)?);
    figures.extend(convergence::draw(summary, context)?);
    Ok(figures)
}
