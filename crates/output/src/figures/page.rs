//! What stands around the panels of every figure: title, subtitle, and the caption at the bottom.

use super::canvas::{Align, Canvas};
use super::fonts::Font;
use super::palette::{INK, MUTED, Rgb};
use super::ticks::counted;
use super::{Context, FigureError};

/// Width of every figure in millimetres: two columns of a journal.
pub const WIDTH: f64 = 180.0;
/// White space around a figure in millimetres.
pub const MARGIN: f64 = 3.0;

/// Title of a figure.
const TITLE: Font = Font::bold(10.0);
/// Subtitle of a figure.
const SUBTITLE: Font = Font::regular(8.0);
/// Caption of a figure.
const CAPTION: Font = Font::regular(7.0);

/// The texts around the panels, broken into lines.
#[derive(Debug, Clone)]
pub struct Frame {
    title: Vec<String>,
    subtitle: Vec<String>,
    caption: Vec<String>,
}

impl Frame {
    /// Breaks the texts into lines. Title and subtitle are cut after two; the notes and the line of
    /// honesty below the panels never are.
    ///
    /// # Errors
    /// The embedded font is unreadable.
    pub fn new(
        title: &str,
        trials: u64,
        context: &Context,
        notes: &[String],
    ) -> Result<Self, FigureError> {
        let subtitle = match context.subtitle {
            Some(subtitle) => subtitle.to_owned(),
            None => of_run(trials, context),
        };
        let paragraphs = notes.iter().map(String::as_str).chain([context.honesty]);
        Self::over(WIDTH, title, &subtitle, paragraphs)
    }

    /// Breaks the texts of a page of a given width into lines, with a subtitle and paragraphs of its own.
    ///
    /// # Errors
    /// The embedded font is unreadable.
    pub fn over<'t>(
        page_width: f64,
        title: &str,
        subtitle: &str,
        paragraphs: impl IntoIterator<Item = &'t str>,
    ) -> Result<Self, FigureError> {
        let width = page_width - 2.0 * MARGIN;
        let mut caption = Vec::new();
        for paragraph in paragraphs {
            caption.extend(CAPTION.wrap(paragraph, width, usize::MAX)?);
        }
        Ok(Self {
            title: TITLE.wrap(title, width, 2)?,
            subtitle: SUBTITLE.wrap(subtitle, width, 2)?,
            caption,
        })
    }

    /// Where the panels may begin, in millimetres from the top.
    pub fn header_height(&self) -> f64 {
        MARGIN
            + self.title.len() as f64 * TITLE.leading()
            + self.subtitle.len() as f64 * SUBTITLE.leading()
            + 2.0
    }

    /// What the caption takes at the bottom, in millimetres.
    pub fn footer_height(&self) -> f64 {
        MARGIN + 3.0 + self.caption.len() as f64 * CAPTION.leading()
    }

    /// Writes the texts on a page of a given height.
    ///
    /// # Errors
    /// The SVG backend refuses a text.
    pub fn draw(&self, canvas: &mut Canvas, height: f64) -> Result<(), FigureError> {
        let mut top = MARGIN;
        for (lines, font, colour) in [(&self.title, TITLE, INK), (&self.subtitle, SUBTITLE, MUTED)]
        {
            top = write_lines(canvas, lines, (MARGIN, top), font, colour)?;
        }
        let caption_height = self.caption.len() as f64 * CAPTION.leading();
        write_lines(
            canvas,
            &self.caption,
            (MARGIN, height - MARGIN - caption_height),
            CAPTION,
            MUTED,
        )?;
        Ok(())
    }
}

/// The number of trials, and the policy where it has a title.
fn of_run(trials: u64, context: &Context) -> String {
    let trials = counted(trials, "trial");
    if context.policy_title.trim().is_empty() {
        trials
    } else {
        format!("{trials} · policy: {}", context.policy_title)
    }
}

/// Stem of the file names of one of several pages, and what its title says of that.
pub fn numbered(name: &str, index: usize, pages: usize) -> (String, String) {
    if pages > 1 {
        let page = index + 1;
        (format!("{name}-{page}"), format!(" ({page} of {pages})"))
    } else {
        (name.to_owned(), String::new())
    }
}

/// A name of the scenario as a reader wants it.
pub fn plain(name: &str) -> String {
    name.replace('_', " ")
}

/// What a figure shows, and of which scenario.
pub fn title(what: &str, context: &Context) -> String {
    let scenario = context.scenario_title.trim();
    if scenario.is_empty() {
        what.to_owned()
    } else {
        format!("{what}: {scenario}")
    }
}

/// Writes lines below each other from a top left corner; returns where the next line would begin.
///
/// # Errors
/// The SVG backend refuses a text.
pub fn write_lines(
    canvas: &mut Canvas,
    lines: &[String],
    (left, top): (f64, f64),
    font: Font,
    colour: Rgb,
) -> Result<f64, FigureError> {
    let mut top = top;
    for line in lines {
        canvas.text(line, (left, top + font.size), font, colour, Align::Left)?;
        top += font.leading();
    }
    Ok(top)
}
