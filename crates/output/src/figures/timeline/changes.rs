//! The changes of level: numbered marks above the rows, and below them a list of what brought each about.

use crate::figures::FigureError;
use crate::figures::canvas::{Align, Canvas};
use crate::figures::fonts::Font;
use crate::figures::page::{MARGIN, WIDTH, plain};
use crate::figures::palette::{self, INK, MUTED, Rgb};
use crate::figures::panel::Panel;
use crate::figures::spread::spread;
use crate::figures::stroke::Stroke;
use crate::figures::ticks::number;
use detente_report::trajectory::{Step, Trajectory};

/// Changes that are numbered and listed.
const MOST: usize = 12;
/// Font of the list.
const FONT: Font = Font::regular(7.0);
/// Font of the numbers and of the heading.
const BOLD: Font = Font::bold(7.0);
/// Height of the row of numbers, with the lines that lead down from them, in millimetres.
const ROW_HEIGHT: f64 = 5.2;
/// The part of it that the lines take.
const LEADER: f64 = 1.8;
/// Distance between the middles of two numbers in millimetres.
const APART: f64 = 4.0;
/// Space between the columns of the list in millimetres.
const GAP: f64 = 2.5;
/// Side of the square in the colour of the new level, in millimetres.
const CHIP: f64 = 2.0;
/// Colour of the lines from the marks down through the rows.
const GUIDE: Rgb = Rgb(0x8C, 0x8C, 0x8C);

/// A change of level with its texts.
#[derive(Debug, Clone, PartialEq)]
struct Change {
    time: f64,
    when: String,
    /// Place of the new level in the doctrine.
    to: Option<usize>,
    levels: String,
    event: String,
    factors: String,
}

/// The changes of level that are listed, and how many there are in all.
#[derive(Debug, Clone, PartialEq)]
pub struct Changes {
    listed: Vec<Change>,
    count: usize,
    levels: usize,
    heading: String,
}

impl Changes {
    /// Chooses those that lead to the highest levels, earlier ones first, and puts them in order of time.
    ///
    /// # Errors
    /// The embedded font is unreadable.
    pub fn new(trajectory: &Trajectory, horizon: f64) -> Result<Self, FigureError> {
        let place = |name: &str| trajectory.levels.iter().position(|level| level == name);
        let mut steps: Vec<(usize, &Step, Option<usize>)> = Vec::new();
        for (index, step) in trajectory.steps.iter().enumerate() {
            if let Some(change) = &step.level {
                steps.push((index, step, place(&change.to)));
            }
        }
        let count = steps.len();
        steps.sort_by_key(|&(index, _, to)| (std::cmp::Reverse(to), index));
        steps.truncate(MOST);
        steps.sort_by_key(|&(index, ..)| index);
        let dated = steps.iter().all(|(_, step, _)| step.date.is_some());
        let decimals = (!dated).then(|| decimals(horizon));
        let listed = steps
            .iter()
            .map(|&(_, step, to)| change(trajectory, step, to, decimals))
            .collect();
        let unit = if dated {
            String::new()
        } else {
            format!(", with their times ({})", trajectory.time_unit)
        };
        let heading = if count > MOST {
            format!("Changes of level: the {MOST} to the highest levels{unit}")
        } else {
            format!("Changes of level{unit}")
        };
        Ok(Self {
            listed,
            count,
            levels: trajectory.levels.len(),
            heading: BOLD.shorten(&heading, WIDTH - 2.0 * MARGIN)?,
        })
    }

    /// How many there are in all.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Height of the row of numbers in millimetres.
    pub fn row_height(&self) -> f64 {
        if self.listed.is_empty() {
            0.0
        } else {
            ROW_HEIGHT
        }
    }

    /// Height of the list in millimetres.
    pub fn height(&self) -> f64 {
        if self.listed.is_empty() {
            return 0.0;
        }
        let lines = 1 + self.listed.len() + usize::from(self.count > self.listed.len());
        2.0 + lines as f64 * FONT.leading()
    }

    /// Draws the numbers from the top, and a line from each down to the bottom.
    ///
    /// # Errors
    /// The SVG backend refuses an element.
    pub fn guides(
        &self,
        canvas: &mut Canvas,
        panel: &Panel,
        (top, bottom): (f64, f64),
    ) -> Result<(), FigureError> {
        let (left, right) = (panel.at(0.0, 0.0).0, panel.at(f64::MAX, 0.0).0);
        let wanted: Vec<f64> = self
            .listed
            .iter()
            .map(|change| panel.at(change.time, 0.0).0)
            .collect();
        let places = spread(&wanted, |_| APART, (left, right));
        for (index, (&x, &place)) in wanted.iter().zip(&places).enumerate() {
            let under = top + ROW_HEIGHT - LEADER;
            let path = [(place, under), (x, top + ROW_HEIGHT), (x, bottom)];
            let stroke = Stroke {
                dashes: &[0.5, 0.5],
                ..Stroke::full(GUIDE, 0.15)
            };
            canvas.line(&path[..2], &Stroke::full(MUTED, 0.15))?;
            canvas.line(&path[1..], &stroke)?;
            let text = (index + 1).to_string();
            canvas.text(&text, (place, under - 0.5), BOLD, INK, Align::Centre)?;
        }
        Ok(())
    }

    /// Writes the list from its top.
    ///
    /// # Errors
    /// The SVG backend refuses an element.
    pub fn list(&self, canvas: &mut Canvas, top: f64) -> Result<(), FigureError> {
        if self.listed.is_empty() {
            return Ok(());
        }
        let mut baseline = top + 2.0 + FONT.size;
        canvas.text(&self.heading, (MARGIN, baseline), BOLD, INK, Align::Left)?;
        let widest = |text: fn(&Change) -> &str| FONT.widest(self.listed.iter().map(text));
        let when_right = MARGIN + 5.5 + GAP + widest(|change| &change.when)?.min(30.0);
        let chip = when_right + GAP;
        let levels = chip + CHIP + 1.0;
        let levels_width = widest(|change| &change.levels)?.min(45.0);
        let event = levels + levels_width + GAP;
        for (index, change) in self.listed.iter().enumerate() {
            baseline += FONT.leading();
            let mut write = |text: &str, x: f64, font: Font, align: Align| {
                canvas.text(text, (x, baseline), font, INK, align)
            };
            write(&(index + 1).to_string(), MARGIN + 4.0, BOLD, Align::Right)?;
            let when = FONT.shorten(&change.when, 30.0)?;
            write(&when, when_right, FONT, Align::Right)?;
            let between = FONT.shorten(&change.levels, levels_width + 0.1)?;
            write(&between, levels, FONT, Align::Left)?;
            let (title, factors) = share(change, WIDTH - MARGIN - event)?;
            let beside = event + FONT.width(&title)? + GAP / 2.0;
            write(&title, event, FONT, Align::Left)?;
            canvas.text(&factors, (beside, baseline), FONT, MUTED, Align::Left)?;
            if let Some(to) = change.to {
                let middle = baseline - FONT.cap_height() / 2.0;
                let (top, bottom) = (middle - CHIP / 2.0, middle + CHIP / 2.0);
                let right = chip + CHIP;
                canvas.rectangle(
                    (chip, top),
                    (right, bottom),
                    palette::level(to, self.levels),
                )?;
                let corners = [
                    (chip, top),
                    (right, top),
                    (right, bottom),
                    (chip, bottom),
                    (chip, top),
                ];
                canvas.line(&corners, &Stroke::full(MUTED, 0.1))?;
            }
        }
        let rest = self.count - self.listed.len();
        if rest > 0 {
            let text = format!("and {} more, in the CSV", number(rest as f64, 0));
            baseline += FONT.leading();
            canvas.text(&text, (levels, baseline), FONT, MUTED, Align::Left)?;
        }
        Ok(())
    }
}

fn change(
    trajectory: &Trajectory,
    step: &Step,
    to: Option<usize>,
    decimals: Option<usize>,
) -> Change {
    let title_of = |name: &str| {
        let known = trajectory.factors.iter().find(|factor| factor.name == name);
        match known {
            Some(factor) if !factor.title.trim().is_empty() => factor.title.clone(),
            _ => plain(name),
        }
    };
    let factors: Vec<String> = step
        .factors
        .iter()
        .map(|turn| {
            let turned = if turn.on { "on" } else { "off" };
            format!("{turned}: {}", title_of(&turn.name))
        })
        .collect();
    let levels = step.level.as_ref().map_or_else(String::new, |change| {
        format!("{} to {}", plain(&change.from), plain(&change.to))
    });
    Change {
        time: step.t,
        when: match decimals {
            Some(decimals) => number(step.t, decimals),
            None => step.date.clone().unwrap_or_default(),
        },
        to,
        levels,
        event: if step.title.trim().is_empty() {
            plain(&step.name)
        } else {
            step.title.clone()
        },
        factors: factors.join(", "),
    }
}

/// Decimals that tell a thousandth of the horizon.
fn decimals(horizon: f64) -> usize {
    libm::ceil(3.0 - libm::log10(horizon)).clamp(1.0, 6.0) as usize
}

/// Event and factors shortened to fit into a line; each has at least half of it.
fn share(change: &Change, width: f64) -> Result<(String, String), FigureError> {
    let factors = if change.factors.is_empty() {
        String::new()
    } else {
        format!("({})", change.factors)
    };
    let room = width - GAP / 2.0;
    let (title, rest) = (FONT.width(&change.event)?, FONT.width(&factors)?);
    if title + rest <= room {
        return Ok((change.event.clone(), factors));
    }
    let title_room = (room - rest).max(room / 2.0);
    let title = FONT.shorten(&change.event, title_room)?;
    let rest = FONT.shorten(&factors, room - FONT.width(&title)?)?;
    Ok((title, rest))
}
