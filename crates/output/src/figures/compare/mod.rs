//! Figures of a comparison of policies, and of policies against what others choose. `draw` knows which of them a comparison has the data for.

mod best;
mod chosen;
mod differences;
#[cfg(test)]
mod fixtures;
mod game;
mod lanes;
mod measure;
mod names;
mod obligations;
mod pareto;
mod places;
mod scale;
mod sharing;
mod sheets;
mod survival;
#[cfg(test)]
mod tests;
mod tornado;

pub use chosen::left_out;
pub use game::draw as draw_game;

use super::axis::decimal_year;
use super::ticks::counted;
use super::{Context, Figure, FigureError};
use detente_report::comparison::Comparison;

/// Draws every figure that a comparison has the data for, in a fixed order; there may be none.
///
/// # Errors
/// A stored curve whose columns differ in length, or a failure of the drawing library.
pub fn draw(comparison: &Comparison) -> Result<Vec<Figure>, FigureError> {
    let subtitle = subtitle(comparison);
    let context = Context {
        scenario_title: &comparison.scenario,
        policy_title: "",
        subtitle: Some(&subtitle),
        time_unit: &comparison.time_unit,
        epoch_year: comparison.epoch.as_deref().and_then(decimal_year),
        horizon: comparison.horizon,
        honesty: &comparison.honesty,
    };
    let mut figures = differences::draw(comparison, &context)?;
    figures.extend(survival::draw(comparison, &context)?);
    figures.extend(pareto::draw(comparison, &context)?);
    figures.extend(obligations::draw(comparison, &context)?);
    figures.extend(sharing::draw(comparison, &context)?);
    figures.extend(tornado::draw(comparison, &context)?);
    figures.extend(best::draw(comparison, &context)?);
    Ok(figures)
}

/// Policies, trials and seed.
fn subtitle(comparison: &Comparison) -> String {
    format!(
        "{} policies · {} each on the same random numbers · seed {} · baseline: {}",
        comparison.policies.len(),
        counted(comparison.trials, "trial"),
        comparison.seed,
        comparison.baseline
    )
}
