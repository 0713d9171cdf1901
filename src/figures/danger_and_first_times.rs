//! Figure `danger-and-first-times`: active factors at the left, first times at the right.

use super::axis::Axis;
use super::canvas::{Canvas, Sheet, draw_page};
use super::factors::{self, Factors};
use super::first_times::{self, FirstTime};
use super::fonts::Font;
use super::legend::Legend;
use super::page::{self, Frame, MARGIN, WIDTH, write_lines};
use super::palette::INK;
use super::panel::{ABOVE, BELOW, Panel};
use super::table::{Table, time_column};
use super::{Context, Figure, FigureError};
use crate::store::Summary;

const NAME: &str = "danger-and-first-times";
/// Height of a panel in millimetres.
const HEIGHT: f64 = 46.0;
/// Space between the panels in millimetres.
const GUTTER: f64 = 9.0;
/// Space between a panel and its legend in millimetres.
const ABOVE_LEGEND: f64 = 1.5;
/// Titles of the panels.
const TITLE: Font = Font::bold(8.0);

/// What a panel shows.
enum Content {
    Factors(Factors),
    FirstTimes(Vec<FirstTime>),
}

/// A panel with its place on the page, its title and its legend.
struct Part {
    content: Content,
    left: f64,
    right: f64,
    title: Vec<String>,
    legend: Legend,
}

/// Draws the panels that there is data for; none if there is none for either.
///
/// # Errors
/// A torn curve, or a failure of the drawing library.
pub fn draw(summary: &Summary, context: &Context) -> Result<Option<Figure>, FigureError> {
    let factors = factors::read(summary, context)?.map(Content::Factors);
    let first_times = first_times::read(summary, context)?;
    let first_times = (!first_times.is_empty()).then_some(Content::FirstTimes(first_times));
    let contents: Vec<Content> = [factors, first_times].into_iter().flatten().collect();
    if contents.is_empty() {
        return Ok(None);
    }
    let title = title(&contents, context);
    let description = contents
        .iter()
        .map(Content::describe)
        .collect::<Vec<_>>()
        .join(" ");
    let csv = tabulate(&contents, context);
    let frame = Frame::new(&title, summary.trials, context, &[])?;
    let parts = lay_out(contents)?;

    let title_height =
        parts.iter().map(|part| part.title.len()).max().unwrap_or(0) as f64 * TITLE.leading();
    let top = frame.header_height() + title_height + 0.5 + ABOVE;
    let legends = parts
        .iter()
        .map(|part| part.legend.height())
        .fold(0.0, f64::max);
    let height = top + HEIGHT + BELOW + ABOVE_LEGEND + legends + frame.footer_height();
    let sheet = Sheet {
        name: NAME,
        title: &title,
        description: &description,
        width: WIDTH,
        height,
    };
    let svg = draw_page(&sheet, |canvas| {
        frame.draw(canvas, height)?;
        parts
            .iter()
            .try_for_each(|part| part.draw(canvas, (frame.header_height(), top), context))
    })?;
    Ok(Some(Figure {
        name: NAME,
        svg,
        csv,
    }))
}

fn title(contents: &[Content], context: &Context) -> String {
    let what = match contents {
        [Content::Factors(_)] => "Active factors",
        [Content::FirstTimes(_)] => "First times",
        _ => "Active factors and first times",
    };
    page::title(what, context)
}

/// Places the panels side by side; one alone takes the whole width.
fn lay_out(contents: Vec<Content>) -> Result<Vec<Part>, FigureError> {
    let count = contents.len() as f64;
    let width = (WIDTH - 2.0 * MARGIN - GUTTER * (count - 1.0)) / count;
    let letters = if contents.len() > 1 {
        ["(a) ", "(b) "]
    } else {
        [""; 2]
    };
    let mut parts = Vec::new();
    for (index, (content, letter)) in contents.into_iter().zip(letters).enumerate() {
        let left = MARGIN + index as f64 * (width + GUTTER);
        let title = TITLE.wrap(&format!("{letter}{}", content.title()), width, 2)?;
        let legend = content.legend(width)?;
        parts.push(Part {
            content,
            left,
            right: left + width,
            title,
            legend,
        });
    }
    Ok(parts)
}

fn tabulate(contents: &[Content], context: &Context) -> String {
    let time = time_column(context);
    let columns = [
        "measure",
        "name",
        "title",
        &time,
        "calendar_year",
        "estimate",
        "low95",
        "high95",
        "q05",
        "q25",
        "q75",
        "q95",
    ];
    let mut table = Table::new(&columns);
    for content in contents {
        match content {
            Content::Factors(factors) => factors.tabulate(&mut table, context),
            Content::FirstTimes(all) => first_times::tabulate(all, &mut table, context),
        }
    }
    table.into_text()
}

impl Content {
    fn title(&self) -> &str {
        match self {
            Self::Factors(factors) => &factors.title,
            Self::FirstTimes(_) => "First times",
        }
    }

    fn describe(&self) -> String {
        match self {
            Self::Factors(factors) => factors.describe(),
            Self::FirstTimes(all) => first_times::describe(all),
        }
    }

    fn axis(&self) -> Axis {
        match self {
            Self::Factors(factors) => factors.axis(),
            Self::FirstTimes(all) => first_times::axis(all),
        }
    }

    fn legend(&self, width: f64) -> Result<Legend, FigureError> {
        match self {
            Self::Factors(factors) => Legend::new("", factors.entries(), width),
            Self::FirstTimes(all) => Legend::new(
                "by the end: % of trials (95 % interval)",
                first_times::entries(all),
                width,
            ),
        }
    }
}

impl Part {
    fn draw(
        &self,
        canvas: &mut Canvas,
        (title_top, top): (f64, f64),
        context: &Context,
    ) -> Result<(), FigureError> {
        write_lines(canvas, &self.title, (self.left, title_top), TITLE, INK)?;
        let panel = Panel::new(
            (self.left, self.right),
            (top, top + HEIGHT),
            self.content.axis(),
            context,
        )?;
        // The axes come first, so that a curve of zeros lies over its axis.
        panel.draw_axes(canvas)?;
        match &self.content {
            Content::Factors(factors) => factors.draw(canvas, &panel, context)?,
            Content::FirstTimes(all) => first_times::draw(all, canvas, &panel, context)?,
        }
        self.legend
            .draw(canvas, (self.left, top + HEIGHT + BELOW + ABOVE_LEGEND))
    }
}
