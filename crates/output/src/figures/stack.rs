//! A figure made of blocks below each other.

use super::canvas::{Canvas, Sheet, draw_page};
use super::fonts::Font;
use super::page::{Frame, MARGIN, WIDTH, write_lines};
use super::palette::INK;
use super::{Context, Figure, FigureError};

/// Space between two blocks in millimetres.
const BETWEEN: f64 = 3.0;
/// Font of sentences.
const TEXT: Font = Font::regular(8.0);
/// Font of headings.
const HEADING: Font = Font::bold(8.0);

/// Something as wide as the page.
pub trait Block {
    /// Its height in millimetres.
    fn height(&self) -> f64;

    /// Draws it below `top`.
    ///
    /// # Errors
    /// A failure of the drawing library.
    fn draw(&self, canvas: &mut Canvas, top: f64, context: &Context) -> Result<(), FigureError>;
}

/// The texts of a page.
#[derive(Debug, Clone)]
pub struct Texts {
    /// Stem of the file names.
    pub name: String,
    /// Title of the figure.
    pub title: String,
    /// Description for screen readers.
    pub description: String,
    /// Paragraphs of the caption before the line of honesty.
    pub notes: Vec<String>,
    /// Trials behind the numbers.
    pub trials: u64,
}

/// Draws blocks below each other on one page.
///
/// # Errors
/// A failure of the drawing library.
pub fn draw(
    texts: &Texts,
    blocks: &[Box<dyn Block + '_>],
    csv: String,
    context: &Context,
) -> Result<Figure, FigureError> {
    let frame = Frame::new(&texts.title, texts.trials, context, &texts.notes)?;
    let between = BETWEEN * blocks.len().saturating_sub(1) as f64;
    let heights = blocks.iter().map(|block| block.height()).sum::<f64>();
    let height = frame.header_height() + heights + between + frame.footer_height();
    let sheet = Sheet {
        name: &texts.name,
        title: &texts.title,
        description: &texts.description,
        width: WIDTH,
        height,
    };
    let svg = draw_page(&sheet, |canvas| {
        frame.draw(canvas, height)?;
        let mut top = frame.header_height();
        for block in blocks {
            block.draw(canvas, top, context)?;
            top += block.height() + BETWEEN;
        }
        Ok(())
    })?;
    Ok(Figure {
        name: texts.name.clone(),
        svg,
        csv,
    })
}

/// A heading and sentences below it.
#[derive(Debug)]
pub struct Words {
    heading: Vec<String>,
    sentences: Vec<String>,
}

impl Words {
    /// Breaks them into lines as wide as the page; no sentence is cut.
    ///
    /// # Errors
    /// The embedded font is unreadable.
    pub fn new(heading: &str, sentences: &[String]) -> Result<Self, FigureError> {
        let width = WIDTH - 2.0 * MARGIN;
        let mut lines = Vec::new();
        for sentence in sentences {
            lines.extend(TEXT.wrap(sentence, width, usize::MAX)?);
        }
        Ok(Self {
            heading: HEADING.wrap(heading, width, 2)?,
            sentences: lines,
        })
    }
}

impl Block for Words {
    fn height(&self) -> f64 {
        self.heading.len() as f64 * HEADING.leading() + self.sentences.len() as f64 * TEXT.leading()
    }

    fn draw(&self, canvas: &mut Canvas, top: f64, _: &Context) -> Result<(), FigureError> {
        let top = write_lines(canvas, &self.heading, (MARGIN, top), HEADING, INK)?;
        write_lines(canvas, &self.sentences, (MARGIN, top), TEXT, INK)?;
        Ok(())
    }
}
