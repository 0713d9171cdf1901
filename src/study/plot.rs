//! Figures from a finished run, comparison or game.

use super::run::RunFailure;
use crate::figures::{
    Context, Figure, decimal_year, draw_all, draw_comparison, draw_game, png, timeline,
};
use crate::store::{Comparison, Manifest, ResultFolder, StoredGame, Summary, Trajectory};
use std::path::{Path, PathBuf};

/// Draws the figures of a finished run, comparison or game again, from its files alone, and returns where they stand: all of them, or those in `only`,
/// by name or by the beginning of it before a number.
///
/// # Errors
/// Where there is none of them, the results have no figures, or no figure of it is called so, or drawing or writing fails.
pub fn plot(path: &Path, only: &[String]) -> Result<Vec<PathBuf>, RunFailure> {
    let folder = ResultFolder::open(path).map_err(RunFailure::Read)?;
    if folder.holds_comparison() {
        let comparison = folder.comparison().map_err(RunFailure::Read)?;
        return draw_compared_into(&folder, &comparison, only);
    }
    if folder.holds_game() {
        let game = folder.game().map_err(RunFailure::Read)?;
        return draw_game_into(&folder, &game, only);
    }
    if let Some(reason) = folder.has_no_figures().map_err(RunFailure::Read)? {
        return Err(RunFailure::NothingToDrawFrom {
            path: path.to_owned(),
            reason,
        });
    }
    let summary = folder.summary().map_err(RunFailure::Read)?;
    let manifest = folder.manifest().map_err(RunFailure::Read)?;
    let told = folder.trajectory().map_err(RunFailure::Read)?;
    draw_into(&folder, &summary, &told, &manifest, only)
}

/// Draws all figures of a run into its folder.
pub(super) fn draw_into(
    folder: &ResultFolder,
    summary: &Summary,
    told: &Trajectory,
    manifest: &Manifest,
    only: &[String],
) -> Result<Vec<PathBuf>, RunFailure> {
    let context = Context {
        scenario_title: &manifest.scenario.title,
        policy_title: &manifest.policy.title,
        subtitle: None,
        time_unit: &manifest.time_unit,
        epoch_year: manifest.epoch.as_deref().and_then(decimal_year),
        horizon: manifest.horizon,
        honesty: &manifest.honesty,
    };
    let mut figures = draw_all(summary, &context)?;
    figures.push(timeline(told)?);
    write_into(folder, "run", figures, only)
}

/// Draws all figures of a comparison into its folder.
pub(super) fn draw_compared_into(
    folder: &ResultFolder,
    comparison: &Comparison,
    only: &[String],
) -> Result<Vec<PathBuf>, RunFailure> {
    write_into(folder, "comparison", draw_comparison(comparison)?, only)
}

/// Draws all figures of a game into its folder.
pub(super) fn draw_game_into(
    folder: &ResultFolder,
    game: &StoredGame,
    only: &[String],
) -> Result<Vec<PathBuf>, RunFailure> {
    write_into(folder, "game", draw_game(game)?, only)
}

/// Writes the figures that are asked for, of a run, comparison or game as `of` says.
fn write_into(
    folder: &ResultFolder,
    of: &'static str,
    mut figures: Vec<Figure>,
    only: &[String],
) -> Result<Vec<PathBuf>, RunFailure> {
    if only.is_empty() {
        folder.remove_figures()?;
    } else {
        let names: Vec<String> = figures.iter().map(|figure| figure.name.clone()).collect();
        let unknown = |wanted: &&String| !names.iter().any(|name| is_called(name, wanted));
        if let Some(name) = only.iter().find(unknown) {
            return Err(RunFailure::NoSuchFigure {
                of,
                name: name.clone(),
                names: names.join(", "),
            });
        }
        figures.retain(|figure| only.iter().any(|wanted| is_called(&figure.name, wanted)));
    }
    let mut drawn = Vec::new();
    for figure in figures {
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

/// Whether a figure is called so, its page apart: `distributions-2` is one of `distributions`.
fn is_called(name: &str, wanted: &str) -> bool {
    let rest = name.strip_prefix(wanted);
    rest.is_some_and(|rest| {
        rest.is_empty()
            || rest
                .strip_prefix('-')
                .is_some_and(|page| page.parse::<u32>().is_ok())
    })
}
