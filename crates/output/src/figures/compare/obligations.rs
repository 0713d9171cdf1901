//! Figure `obligations`: how each policy keeps each obligation, as a table whose cells darken with the time in breach.

use super::names;
use super::sheets::{self, Part, Sheets};
use crate::figures::canvas::{Align, Canvas};
use crate::figures::fonts::Font;
use crate::figures::interval::{decimals_for, limit};
use crate::figures::page::{MARGIN, WIDTH, write_lines};
use crate::figures::palette::{INK, MUTED, Rgb, readable_on, shade};
use crate::figures::stack::Block;
use crate::figures::table::field;
use crate::figures::ticks::number;
use crate::figures::{Context, Figure, FigureError};
use detente_report::comparison::Comparison;
use detente_report::summary::ObligationSummary;
use indexmap::IndexMap;

/// Policies beside each other, at most.
const MOST_POLICIES: usize = 8;
/// Width of a cell in millimetres, at most.
const MOST_WIDTH: f64 = 24.0;
/// Width of the obligations' names, at least.
const LEAST_NAMES: f64 = 48.0;
/// Height of a cell in millimetres, at least.
const HEIGHT: f64 = 8.4;
/// Lines of a policy's name, and of an obligation's text, at most.
const MOST_LINES: usize = 4;
/// Obligations on a page, at most.
const MOST_OBLIGATIONS: usize = 14;
/// Space between names and cells in millimetres.
const GAP: f64 = 2.0;
/// Names of obligations and of policies.
const NAME: Font = Font::bold(7.0);
/// All else.
const TEXT: Font = Font::regular(7.0);
/// Outline of a cell.
const FRAME: Rgb = Rgb(0xBF, 0xBF, 0xBF);

/// Draws the table, some policies and obligations a page; none where the scenario has no obligations.
///
/// # Errors
/// A failure of the drawing library.
pub fn draw(comparison: &Comparison, context: &Context) -> Result<Vec<Figure>, FigureError> {
    let policies: Vec<&String> = comparison.policies.keys().collect();
    let obligations: Vec<(&String, &ByPolicy)> = comparison.obligations.iter().collect();
    let mut pages = Vec::new();
    for obligations in obligations.chunks(MOST_OBLIGATIONS) {
        for policies in policies.chunks(MOST_POLICIES) {
            let rows = obligations.iter().flat_map(|(name, by_policy)| {
                let kept = policies.iter();
                kept.filter_map(|policy| Some(row(name, policy, by_policy.get(*policy)?)))
            });
            pages.push(vec![Part {
                rows: rows.collect(),
                block: Box::new(Grid::new(obligations, policies)?),
            }]);
        }
    }
    let sheets = Sheets {
        name: "obligations",
        what: "Obligations in breach",
        description: describe(comparison),
        notes: vec![note(comparison)],
        keys: Vec::new(),
        columns: sheets::columns(&[
            "obligation",
            "treaty",
            "text",
            "policy",
            "share_of_time",
            "time_low95",
            "time_high95",
            "share_of_trials",
            "trials_low95",
            "trials_high95",
        ]),
    };
    sheets::draw(&sheets, pages, context)
}

/// How each policy keeps an obligation.
type ByPolicy = IndexMap<String, ObligationSummary>;

/// A table of obligations by policies.
struct Grid<'c> {
    heads: Vec<Vec<String>>,
    lines: Vec<Line<'c>>,
    names: f64,
    cell: f64,
}

/// One obligation.
struct Line<'c> {
    name: Vec<String>,
    text: Vec<String>,
    cells: Vec<Option<&'c ObligationSummary>>,
}

impl Line<'_> {
    fn height(&self) -> f64 {
        let lines = (self.name.len() + self.text.len()) as f64;
        HEIGHT.max(lines * TEXT.leading() + 1.6)
    }
}

impl<'c> Grid<'c> {
    fn new(
        obligations: &[(&String, &'c ByPolicy)],
        policies: &[&String],
    ) -> Result<Self, FigureError> {
        let width = WIDTH - 2.0 * MARGIN - GAP;
        let cell = ((width - LEAST_NAMES) / policies.len() as f64).min(MOST_WIDTH);
        let width_of_names = width - cell * policies.len() as f64;
        let mut heads = Vec::with_capacity(policies.len());
        for policy in policies {
            heads.push(names::wrap(NAME, policy, cell - 1.0, MOST_LINES)?);
        }
        let mut lines = Vec::with_capacity(obligations.len());
        for (name, by_policy) in obligations {
            let text = by_policy.values().find_map(|kept| kept.text.as_deref());
            lines.push(Line {
                name: names::wrap(NAME, name, width_of_names, 2)?,
                text: TEXT.wrap(text.unwrap_or_default(), width_of_names, MOST_LINES)?,
                cells: policies
                    .iter()
                    .map(|policy| by_policy.get(*policy))
                    .collect(),
            });
        }
        Ok(Self {
            heads,
            lines,
            names: width_of_names,
            cell,
        })
    }

    fn heads_height(&self) -> f64 {
        let lines = self.heads.iter().map(Vec::len).max().unwrap_or(0);
        lines as f64 * NAME.leading() + 1.0
    }

    /// Left edge of a policy's cells.
    fn left(&self, policy: usize) -> f64 {
        MARGIN + self.names + GAP + policy as f64 * self.cell
    }

    fn draw_cell(
        &self,
        canvas: &mut Canvas,
        kept: &ObligationSummary,
        (left, top, height): (f64, f64, f64),
    ) -> Result<(), FigureError> {
        /// White between two cells in millimetres.
        const SEAM: f64 = 0.3;
        let colour = shade(kept.time);
        let corner = (left + self.cell - SEAM, top + height - SEAM);
        canvas.rectangle((left + SEAM, top + SEAM), corner, FRAME)?;
        canvas.rectangle(
            (left + SEAM + 0.1, top + SEAM + 0.1),
            (corner.0 - 0.1, corner.1 - 0.1),
            colour,
        )?;
        let ink = readable_on(colour);
        let middle = left + self.cell / 2.0;
        let baseline = top + height / 2.0 - 0.6;
        let [first, second] = said(kept);
        canvas.text(&first, (middle, baseline), NAME, ink, Align::Centre)?;
        let below = (middle, baseline + TEXT.leading());
        canvas.text(&second, below, TEXT, ink, Align::Centre)
    }
}

impl Block for Grid<'_> {
    fn height(&self) -> f64 {
        self.heads_height() + self.lines.iter().map(Line::height).sum::<f64>()
    }

    fn draw(&self, canvas: &mut Canvas, top: f64, _: &Context) -> Result<(), FigureError> {
        let mut start = top + self.heads_height();
        for (policy, head) in self.heads.iter().enumerate() {
            let middle = self.left(policy) + self.cell / 2.0;
            let above = head.len() as f64 * NAME.leading();
            for (place, line) in head.iter().enumerate() {
                let y = start - 1.0 - above + NAME.size + place as f64 * NAME.leading();
                canvas.text(line, (middle, y), NAME, INK, Align::Centre)?;
            }
        }
        for line in &self.lines {
            let height = line.height();
            let lines = (line.name.len() + line.text.len()) as f64;
            let corner = (MARGIN, start + (height - lines * TEXT.leading()) / 2.0);
            let below = write_lines(canvas, &line.name, corner, NAME, INK)?;
            write_lines(canvas, &line.text, (MARGIN, below), TEXT, MUTED)?;
            for (policy, kept) in line.cells.iter().enumerate() {
                if let Some(kept) = kept {
                    self.draw_cell(canvas, kept, (self.left(policy), start, height))?;
                }
            }
            start += height;
        }
        Ok(())
    }
}

/// The share of time in breach, and in how many trials.
fn said(kept: &ObligationSummary) -> [String; 2] {
    if kept.trials <= 0.0 {
        let most = limit(kept.trials_ci95[1]);
        return ["never".to_owned(), format!("in < {most}")];
    }
    if kept.time >= 1.0 {
        return ["always".to_owned(), "in all trials".to_owned()];
    }
    let half = kept
        .time_ci95
        .map_or(0.0, |[low, high]| 50.0 * (high - low));
    let trials = if kept.trials >= 1.0 {
        "in all trials".to_owned()
    } else {
        let [low, high] = kept.trials_ci95;
        let decimals = decimals_for(50.0 * (high - low)).clamp(1, 2);
        format!("in {} %", number(100.0 * kept.trials, decimals))
    };
    let time = number(100.0 * kept.time, decimals_for(half).clamp(1, 3));
    [format!("{time} %"), trials]
}

fn row(name: &str, policy: &str, kept: &ObligationSummary) -> Vec<String> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let mut row = vec![
        name.to_owned(),
        text(&kept.treaty),
        text(&kept.text),
        policy.to_owned(),
        field(Some(kept.time)),
    ];
    row.extend([0, 1].map(|end| field(kept.time_ci95.map(|ends| ends[end]))));
    row.push(field(Some(kept.trials)));
    row.extend(kept.trials_ci95.map(|end| field(Some(end))));
    row
}

/// What the numbers are, and how sure.
fn note(comparison: &Comparison) -> String {
    let kept = || comparison.obligations.values().flat_map(IndexMap::values);
    let half = |[low, high]: [f64; 2]| 50.0 * (high - low);
    let time = kept().filter_map(|kept| kept.time_ci95).map(half);
    let trials = kept().map(|kept| half(kept.trials_ci95));
    let [time, trials] = [time.fold(0.0, f64::max), trials.fold(0.0, f64::max)]
        .map(|half| number(half, decimals_for(half).max(1)));
    format!(
        "Above, in bold: the mean share of time in breach, which also darkens the cell; below: the share of trials that are ever in breach. 95 % intervals of          simulation error reach at most {time} percentage points to either side of the former and {trials} of the latter. “Never”: in none of {} trials, so in at most the share below          (upper 95 % limit).",
        number(comparison.trials as f64, 0)
    )
}

fn describe(comparison: &Comparison) -> String {
    let said = comparison.obligations.iter().map(|(name, by_policy)| {
        let kept = by_policy.iter().map(|(policy, kept)| {
            let [time, trials] = said(kept);
            format!("{policy} {time} ({trials})")
        });
        let kept: Vec<String> = kept.collect();
        format!("{name}: {}", kept.join(", "))
    });
    let said: Vec<String> = said.collect();
    format!("Share of time in breach. {}.", said.join(". "))
}
