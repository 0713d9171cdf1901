//! Figures from a finished run, comparison or game.

use super::failure::RunFailure;
use detente_output::figures::{
    Context, Figure, FigureError, decimal_year, draw_all, draw_comparison, draw_game, png, timeline,
};
use detente_output::store::ResultFolder;
use detente_report::kind::ResultKind;
use detente_report::manifest::RunManifest;
use detente_report::summary::Summary;
use detente_report::trajectory::Trajectory;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// Draws the figures of a finished run, comparison or game again, from its files alone, and returns where they stand: all of them, or those in `only`,
/// by name or by the beginning of it before a number.
///
/// # Errors
/// Where there is none of them, the results have no figures, or no figure of it is called so, or drawing or writing fails.
pub fn plot(path: &Path, only: &[String]) -> Result<Vec<PathBuf>, RunFailure> {
    let folder = ResultFolder::open(path).map_err(RunFailure::Read)?;
    let kind = folder.kind();
    if let Some(reason) = kind.has_no_figures() {
        return Err(RunFailure::NothingToDrawFrom {
            path: path.to_owned(),
            reason,
        });
    }
    let figures = match kind {
        ResultKind::Comparison => draw_comparison(&folder.comparison().map_err(RunFailure::Read)?)?,
        ResultKind::Game => draw_game(&folder.game().map_err(RunFailure::Read)?)?,
        _ => {
            let summary = folder.summary().map_err(RunFailure::Read)?;
            let manifest = folder.manifest().map_err(RunFailure::Read)?;
            let told = folder.trajectory().map_err(RunFailure::Read)?;
            figures_of_run(&summary, told.as_ref(), &manifest)?
        }
    };
    let figures = chosen(kind, figures, only)?;
    let amended = folder.amend(|file| !only.is_empty() || !ResultFolder::is_figure(file));
    let amended = amended.map_err(RunFailure::Store)?;
    let never = AtomicBool::new(false);
    let drawn = write_figures(&amended, figures, &never)?;
    amended.finish_amended(&folder)?;
    Ok(drawn)
}

/// All figures of a run, that of its first trial where it is told.
pub(super) fn figures_of_run(
    summary: &Summary,
    told: Option<&Trajectory>,
    manifest: &RunManifest,
) -> Result<Vec<Figure>, FigureError> {
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
    if let Some(told) = told {
        figures.push(timeline(told)?);
    }
    Ok(figures)
}

/// The figures that are asked for, all where none is named.
fn chosen(
    kind: ResultKind,
    mut figures: Vec<Figure>,
    only: &[String],
) -> Result<Vec<Figure>, RunFailure> {
    if only.is_empty() {
        return Ok(figures);
    }
    let names: Vec<String> = figures.iter().map(|figure| figure.name.clone()).collect();
    let unknown = |wanted: &&String| !names.iter().any(|name| is_called(name, wanted));
    if let Some(name) = only.iter().find(unknown) {
        return Err(RunFailure::NoSuchFigure {
            kind,
            name: name.clone(),
            names: names.join(", "),
        });
    }
    figures.retain(|figure| only.iter().any(|wanted| is_called(&figure.name, wanted)));
    Ok(figures)
}

/// Writes figures into a folder and returns where they will stand; once `stop` is set no further one.
pub(super) fn write_figures(
    folder: &ResultFolder,
    figures: Vec<Figure>,
    stop: &AtomicBool,
) -> Result<Vec<PathBuf>, RunFailure> {
    let mut drawn = Vec::new();
    for figure in figures {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        folder.write_figure(&figure.name, "svg", figure.svg.as_bytes())?;
        folder.write_figure(&figure.name, "png", &png(&figure.svg)?)?;
        folder.write_figure(&figure.name, "csv", figure.csv.as_bytes())?;
        let name = format!("{}.svg", figure.name);
        drawn.push(folder.path().join("figures").join(name));
    }
    Ok(drawn)
}

/// Draws all figures into a folder that is being filled, unless `stop` is set before; whether all are there.
pub(super) fn draw(
    folder: &ResultFolder,
    stop: &AtomicBool,
    figures: impl FnOnce() -> Result<Vec<Figure>, FigureError>,
) -> Result<bool, RunFailure> {
    if stop.load(Ordering::Relaxed) {
        return Ok(false);
    }
    let figures = figures()?;
    let all = figures.len();
    Ok(write_figures(folder, figures, stop)?.len() == all)
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
