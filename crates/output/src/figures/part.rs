//! One panel of a figure with its title and its legend.

use super::axis::Axis;
use super::canvas::Canvas;
use super::columns::{Place, Surroundings};
use super::factors::Factors;
use super::first_times::{self, FirstTime};
use super::fonts::Font;
use super::legend::Legend;
use super::page::write_lines;
use super::palette::INK;
use super::panel::{ABOVE, BELOW, Panel};
use super::{Context, FigureError};
use crate::store::Csv;

/// Space between a title and the label of the vertical axis in millimetres.
const BELOW_TITLE: f64 = 0.5;
/// Space between a panel and its legend in millimetres.
const ABOVE_LEGEND: f64 = 1.5;
/// Titles of the panels.
const TITLE: Font = Font::bold(8.0);

/// What a panel shows.
pub enum Content {
    /// The number of active factors.
    Factors(Factors),
    /// First times, or those of them that are not rare.
    FirstTimes(Vec<FirstTime>),
    /// First times that are rare beside the others.
    RareFirstTimes(Vec<FirstTime>),
}

impl Content {
    fn title(&self) -> &str {
        match self {
            Self::Factors(factors) => &factors.title,
            Self::FirstTimes(_) => "First times",
            Self::RareFirstTimes(_) => "First times, rare",
        }
    }

    /// A sentence for those who cannot see the panel.
    pub fn describe(&self) -> String {
        match self {
            Self::Factors(factors) => factors.describe(),
            Self::FirstTimes(all) => first_times::describe(all),
            Self::RareFirstTimes(all) => {
                format!("{}. {}", self.title(), first_times::describe(all))
            }
        }
    }

    /// Adds the panel's numbers to a table with the columns of the figure.
    pub fn tabulate(&self, table: &mut Csv, context: &Context) {
        match self {
            Self::Factors(factors) => factors.tabulate(table, context),
            Self::FirstTimes(all) | Self::RareFirstTimes(all) => {
                first_times::tabulate(all, table, context);
            }
        }
    }

    fn axis(&self) -> Axis {
        match self {
            Self::Factors(factors) => factors.axis(),
            Self::FirstTimes(all) | Self::RareFirstTimes(all) => first_times::axis(all),
        }
    }

    fn legend(&self, width: f64) -> Result<Legend, FigureError> {
        match self {
            Self::Factors(factors) => Legend::new("", factors.entries(), width),
            Self::FirstTimes(all) | Self::RareFirstTimes(all) => Legend::new(
                "by the end: % of trials (95 % interval)",
                first_times::entries(all),
                width,
            ),
        }
    }
}

/// A panel between two edges of the page.
pub struct Part {
    content: Content,
    left: f64,
    right: f64,
    title: Vec<String>,
    legend: Legend,
}

impl Part {
    /// Breaks title and legend into lines; `letter` stands before the title.
    ///
    /// # Errors
    /// The embedded font is unreadable.
    pub fn new(
        content: Content,
        letter: &str,
        (left, right): (f64, f64),
    ) -> Result<Self, FigureError> {
        let title = format!("{letter} {}", content.title());
        let title = TITLE.wrap(title.trim_start(), right - left, 2)?;
        let legend = content.legend(right - left)?;
        Ok(Self {
            content,
            left,
            right,
            title,
            legend,
        })
    }

    /// What it needs above and below its panel.
    pub fn surroundings(&self) -> Surroundings {
        Surroundings {
            above: self.title.len() as f64 * TITLE.leading() + BELOW_TITLE + ABOVE,
            below: BELOW + ABOVE_LEGEND + self.legend.height(),
        }
    }

    /// Width of the tick labels of its vertical axis in millimetres.
    ///
    /// # Errors
    /// The embedded font is unreadable.
    pub fn tick_width(&self) -> Result<f64, FigureError> {
        Panel::tick_width(&self.content.axis())
    }

    /// Draws it at its place, with room for tick labels of a width.
    ///
    /// # Errors
    /// The SVG backend refuses an element.
    pub fn draw(
        &self,
        canvas: &mut Canvas,
        (place, tick_width): (Place, f64),
        context: &Context,
    ) -> Result<(), FigureError> {
        write_lines(canvas, &self.title, (self.left, place.start), TITLE, INK)?;
        let panel = Panel::with_tick_width(
            (self.left, self.right),
            (place.top, place.bottom),
            self.content.axis(),
            tick_width,
            context,
        )?;
        // The axes come first, so that a curve of zeros lies over its axis.
        panel.draw_axes(canvas)?;
        match &self.content {
            Content::Factors(factors) => factors.draw(canvas, &panel, context)?,
            Content::FirstTimes(all) | Content::RareFirstTimes(all) => {
                first_times::draw(all, canvas, &panel, context)?;
            }
        }
        self.legend
            .draw(canvas, (self.left, place.bottom + BELOW + ABOVE_LEGEND))
    }
}
