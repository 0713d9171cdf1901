//! Figures from a finished run.

use super::run::RunFailure;
use crate::figures::{Context, decimal_year, draw_all, png};
use crate::store::{Manifest, ResultFolder, Summary};
use std::path::{Path, PathBuf};

/// Draws a finished run's figures again, from its files alone, and returns where they stand.
///
/// # Errors
/// Where there is no finished run, or drawing or writing fails.
pub fn plot(path: &Path) -> Result<Vec<PathBuf>, RunFailure> {
    let folder = ResultFolder::open(path).map_err(RunFailure::Read)?;
    let summary = folder.summary().map_err(RunFailure::Read)?;
    let manifest = folder.manifest().map_err(RunFailure::Read)?;
    draw_into(&folder, &summary, &manifest)
}

/// Draws all figures of a run into its folder.
pub(super) fn draw_into(
    folder: &ResultFolder,
    summary: &Summary,
    manifest: &Manifest,
) -> Result<Vec<PathBuf>, RunFailure> {
    let context = Context {
        scenario_title: &manifest.scenario.title,
        policy_title: &manifest.policy.title,
        time_unit: &manifest.time_unit,
        epoch_year: manifest.epoch.as_deref().and_then(decimal_year),
        horizon: manifest.horizon,
        honesty: &manifest.honesty,
    };
    folder.remove_figures()?;
    let mut drawn = Vec::new();
    for figure in draw_all(summary, &context)? {
        folder.write_figure(&figure.name, "svg", figure.svg.as_bytes())?;
        folder.write_figure(&figure.name, "png", &png(&figure.svg)?)?;
        folder.write_figure(&figure.name, "csv", figure.csv.as_bytes())?;
        drawn.push(
            folder
                .path()
                .join("figures")
                .join(format!("{}.svg", figure.name)),
        );
    }
    Ok(drawn)
}
