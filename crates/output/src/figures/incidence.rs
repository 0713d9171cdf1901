//! Figures `incidence-…`: for a first time with kinds, the share of trials that have come to each kind by then.

use super::axis::{horizon, value_axis};
use super::interval::{limit, percent_with_interval};
use super::lines::{self, Line};
use super::page::{self, plain};
use super::stack::{self, Block, Texts, Words};
use super::stroke::Stroke;
use super::table::{calendar_field, field, time_column};
use super::wide::{MOST_CURVES, Named, Wide, letter};
use super::{Context, Figure, FigureError, curve, rarity};
use crate::store::Csv;
use detente_report::summary::{KindSummary, OutcomeSummary, Summary};

/// One kind with its curve.
struct Kind<'a> {
    name: &'a str,
    summary: &'a KindSummary,
    /// (time, share of trials that have come to it, its 95 % interval).
    rows: Vec<[f64; 4]>,
    stroke: Stroke,
}

/// Draws a figure for each outcome that has kinds.
///
/// # Errors
/// A torn curve, or a failure of the drawing library.
pub fn draw(summary: &Summary, context: &Context) -> Result<Vec<Figure>, FigureError> {
    let mut figures = Vec::new();
    for (name, outcome) in &summary.outcomes {
        let kinds = read(outcome, context)?;
        if kinds.iter().any(|kind| !kind.rows.is_empty()) {
            figures.push(draw_outcome((name, outcome), &kinds, context)?);
        }
    }
    Ok(figures)
}

fn read<'a>(outcome: &'a OutcomeSummary, context: &Context) -> Result<Vec<Kind<'a>>, FigureError> {
    let mut kinds = Vec::new();
    for (index, (name, summary)) in outcome.by.iter().flatten().enumerate() {
        let incidence = &summary.incidence;
        let columns: [(&str, &[f64]); 3] = [
            ("p", &incidence.p),
            ("lo", &incidence.lo),
            ("hi", &incidence.hi),
        ];
        let title = format!("{}: {name}", outcome.title);
        kinds.push(Kind {
            name,
            summary,
            rows: curve::rows(&title, &incidence.t, columns, horizon(context))?,
            stroke: Stroke::of_category(index),
        });
    }
    Ok(kinds)
}

fn draw_outcome(
    (name, outcome): (&str, &OutcomeSummary),
    kinds: &[Kind],
    context: &Context,
) -> Result<Figure, FigureError> {
    let (reached, never): (Vec<&Kind>, Vec<&Kind>) = kinds
        .iter()
        .partition(|kind| kind.summary.reached > 0 && !kind.rows.is_empty());
    let (frequent, rare) = rarity::split(reached, |kind| kind.summary.ci95[1]);
    let groups: Vec<Vec<&Kind>> = [frequent, rare]
        .into_iter()
        .filter(|group| !group.is_empty())
        .collect();
    let count = groups.iter().map(|group| group.len().div_ceil(MOST_CURVES));
    let count: usize = count.sum();
    let mut panels = Vec::with_capacity(count);
    for (rare, group) in groups.iter().enumerate() {
        for kinds in group.chunks(MOST_CURVES) {
            let heading = match (count, rare) {
                (1, _) => String::new(),
                (_, 0) => format!("{}Kinds", letter(panels.len(), count)),
                (_, _) => format!("{}Kinds, rare", letter(panels.len(), count)),
            };
            panels.push(panel(&heading, kinds)?);
        }
    }
    Wide::align(&mut panels);
    let mut blocks: Vec<Box<dyn Block>> = Vec::new();
    for panel in panels {
        blocks.push(Box::new(panel));
    }
    if !never.is_empty() {
        blocks.push(Box::new(Words::new(
            "Reached in no trial",
            &[sentence(&never)],
        )?));
    }
    let mut notes = vec!["Kinds exclude each other: the first one reached counts.".to_owned()];
    if count > 0 {
        notes.push(
            "Bands: pointwise 95 % intervals (Wilson). Numbers: by the end, % of trials (95 % interval)."
                .to_owned(),
        );
    }
    if groups.len() > 1 {
        notes.push(rarity::note(letter(count - 1, count).trim()));
    }
    let texts = Texts {
        name: format!("incidence-{}", stem(name)),
        title: page::title(&format!("{}, by kind", outcome.title), context),
        description: describe(kinds),
        notes,
        trials: outcome.n,
    };
    stack::draw(
        &texts,
        &blocks,
        csv((name, outcome), kinds, context),
        context,
    )
}

fn panel(heading: &str, kinds: &[&Kind]) -> Result<Wide, FigureError> {
    let highest = kinds
        .iter()
        .flat_map(|kind| &kind.rows)
        .map(|row| 100.0 * row[1].max(row[3]).min(1.0))
        .fold(0.0, f64::max);
    let label = "share of trials that came to it by then (%)".to_owned();
    let axis = value_axis(0.0, highest, 0.0, label).with_headroom();
    let curves = kinds.iter().map(|kind| Named {
        name: plain(kind.name),
        number: percent_with_interval(kind.summary.probability, kind.summary.ci95),
        line: Line {
            stroke: kind.stroke,
            rows: lines::percent(&kind.rows),
        },
    });
    Wide::new(heading, axis, curves.collect())
}

/// An outcome's name as a part of a file name, whatever a summary that is read back calls it.
fn stem(name: &str) -> String {
    let safe = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-');
    name.chars()
        .map(|letter| if safe(letter) { letter } else { '_' })
        .collect()
}

/// The kinds never reached, with what the trials exclude.
fn sentence(never: &[&Kind]) -> String {
    let mut parts: Vec<(f64, Vec<String>)> = Vec::new();
    for kind in never {
        let upper = kind.summary.ci95[1];
        match parts.iter_mut().find(|(limit, _)| *limit == upper) {
            Some((_, names)) => names.push(plain(kind.name)),
            None => parts.push((upper, vec![plain(kind.name)])),
        }
    }
    let sentences = parts.iter().map(|(upper, names)| {
        let each = if names.len() > 1 { ", each" } else { "" };
        format!(
            "{}{each} in at most {} of trials (upper 95 % limit).",
            names.join(", "),
            limit(*upper)
        )
    });
    sentences.collect::<Vec<_>>().join(" ")
}

fn describe(kinds: &[Kind]) -> String {
    let ends = kinds.iter().map(|kind| {
        let share = percent_with_interval(kind.summary.probability, kind.summary.ci95);
        format!("{} {share}", plain(kind.name))
    });
    format!(
        "Share of trials that came to each kind by the end, % (95 % interval): {}.",
        ends.collect::<Vec<_>>().join(", ")
    )
}

fn csv((name, outcome): (&str, &OutcomeSummary), kinds: &[Kind], context: &Context) -> String {
    let time = time_column(context);
    let mut table = Csv::new([
        "outcome",
        "title",
        "kind",
        &time,
        "calendar_year",
        "share",
        "low95",
        "high95",
    ]);
    for kind in kinds {
        for &[time, share, low, high] in &kind.rows {
            table.row([
                name.to_owned(),
                outcome.title.clone(),
                kind.name.to_owned(),
                field(Some(time)),
                calendar_field(context, time),
                field(Some(share)),
                field(Some(low)),
                field(Some(high)),
            ]);
        }
    }
    table.into_text()
}
