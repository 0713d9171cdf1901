//! Figure `firings`: how often the events of each group fire, period by period.

use super::axis::{horizon, value_axis};
use super::interval::significant;
use super::lines::Line;
use super::page::{self, plain};
use super::stack::{self, Block, Texts, Words};
use super::stroke::Stroke;
use super::table::{calendar_field, field, time_column};
use super::wide::{MOST_CURVES, Named, Wide, letter};
use super::{Context, Figure, FigureError, curve};
use crate::store::Csv;
use detente_report::summary::{FiringsSummary, Summary};

const NAME: &str = "firings";
/// Groups share a panel as long as the highest of them is no more than so many times the lowest.
const APART: f64 = 20.0;
/// Panels on a page, at most.
const MOST_PANELS: usize = 3;

/// One group of events.
struct Group<'a> {
    name: &'a str,
    /// (begin of the period, its end, firings a time unit, ends of the 95 % interval or no numbers).
    periods: Vec<[f64; 5]>,
    stroke: Stroke,
}

/// Draws the firings of all groups, three panels a page; none where there are no groups or no periods.
///
/// # Errors
/// A torn curve, or a failure of the drawing library.
pub fn draw(summary: &Summary, context: &Context) -> Result<Vec<Figure>, FigureError> {
    let groups = read(&summary.firings, horizon(context))?;
    let groups: Vec<&Group> = groups
        .iter()
        .filter(|group| !group.periods.is_empty())
        .collect();
    let (active, still): (Vec<&Group>, Vec<&Group>) =
        groups.into_iter().partition(|group| group.highest() > 0.0);
    let panels = by_size(active);
    let count = panels.len();
    let mut pages: Vec<&[Vec<&Group>]> = panels.chunks(MOST_PANELS).collect();
    if pages.is_empty() && !still.is_empty() {
        pages.push(&[]);
    }
    let mut figures = Vec::with_capacity(pages.len());
    for (page, panels) in pages.iter().enumerate() {
        let mut wide = Vec::with_capacity(panels.len());
        for (index, panel) in panels.iter().enumerate() {
            let heading = match (count, page * MOST_PANELS + index) {
                (1, _) => String::new(),
                (_, 0) => format!("{}The most frequent", letter(0, count)),
                (_, place) => format!("{}Less frequent", letter(place, count)),
            };
            wide.push(draw_panel(&heading, panel, context)?);
        }
        Wide::align(&mut wide);
        let mut blocks: Vec<Box<dyn Block>> = Vec::new();
        for panel in wide {
            blocks.push(Box::new(panel));
        }
        let mut here: Vec<&Group> = panels.iter().flatten().copied().collect();
        if page + 1 == pages.len() && !still.is_empty() {
            let names: Vec<String> = still.iter().map(|group| plain(group.name)).collect();
            let sentence = if names.len() == summary.firings.groups.len() {
                "No event fired in any trial.".to_owned()
            } else {
                format!(
                    "No event of these fired in any trial: {}.",
                    names.join(", ")
                )
            };
            blocks.push(Box::new(Words::new("No firings", &[sentence])?));
            here.extend(&still);
        }
        let (name, of) = page::numbered(NAME, page, pages.len());
        let texts = Texts {
            name,
            title: page::title(&format!("Firings of events over time{of}"), context),
            description: describe(&here),
            notes: vec![note(count, context)],
            trials: summary.trials,
        };
        figures.push(stack::draw(&texts, &blocks, csv(&here, context), context)?);
    }
    Ok(figures)
}

fn note(panels: usize, context: &Context) -> String {
    let axes = if panels > 1 {
        " The panels have axes of their own."
    } else {
        ""
    };
    format!(
        "Mean over trials of the firings in each period, per {}, by the actor whose doing the events are. \
         Bands: 95 % intervals of the mean (Student’s t); none where all trials were equal.{axes}",
        context.time_unit
    )
}

fn read(firings: &FiringsSummary, horizon: f64) -> Result<Vec<Group<'_>>, FigureError> {
    let begins = firings.t.split_last().map_or(&[][..], |(_, rest)| rest);
    let mut groups = Vec::new();
    for (index, (name, group)) in firings.groups.iter().enumerate() {
        let or_none = |ends: &[Option<f64>]| -> Vec<f64> {
            ends.iter().map(|end| end.unwrap_or(f64::NAN)).collect()
        };
        let (low, high) = (or_none(&group.lo), or_none(&group.hi));
        for (column, values) in [("mean", &group.mean), ("lo", &low), ("hi", &high)] {
            curve::check_length(name, begins, column, values)?;
        }
        let periods = (0..begins.len())
            .map(|period| {
                let (from, to) = (begins[period], firings.t[period + 1]);
                [from, to, group.mean[period], low[period], high[period]]
            })
            .filter(|&[from, to, mean, _, _]| {
                let on_axis = curve::is_on_axis(from, horizon) && to > from;
                on_axis && mean.is_finite()
            });
        groups.push(Group {
            name,
            periods: periods.collect(),
            stroke: Stroke::of_category(index),
        });
    }
    Ok(groups)
}

impl Group<'_> {
    fn highest(&self) -> f64 {
        self.periods
            .iter()
            .map(|period| period[2])
            .fold(0.0, f64::max)
    }

    /// Steps: each period's mean holds from its begin to its end.
    fn steps(&self) -> Vec<[f64; 4]> {
        self.periods
            .iter()
            .flat_map(|&[from, to, mean, low, high]| {
                [[from, mean, low, high], [to, mean, low, high]]
            })
            .collect()
    }
}

/// Groups of similar size together, the most frequent first.
fn by_size<'g, 'a>(mut groups: Vec<&'g Group<'a>>) -> Vec<Vec<&'g Group<'a>>> {
    groups.sort_by(|one, other| other.highest().total_cmp(&one.highest()));
    let mut panels: Vec<Vec<&Group>> = Vec::new();
    for group in groups {
        match panels.last_mut() {
            Some(panel)
                if panel.len() < MOST_CURVES && panel[0].highest() <= APART * group.highest() =>
            {
                panel.push(group);
            }
            _ => panels.push(vec![group]),
        }
    }
    panels
}

fn draw_panel(heading: &str, groups: &[&Group], context: &Context) -> Result<Wide, FigureError> {
    let highest = groups
        .iter()
        .flat_map(|group| &group.periods)
        .map(|period| period[2].max(period[4]))
        .fold(0.0, f64::max);
    let label = format!("mean firings per {}", context.time_unit);
    let axis = value_axis(0.0, highest, 0.0, label).with_headroom();
    let curves = groups.iter().map(|group| Named {
        name: plain(group.name),
        number: String::new(),
        line: Line {
            stroke: group.stroke,
            rows: group.steps(),
        },
    });
    Wide::new(heading, axis, curves.collect())
}

fn describe(groups: &[&Group]) -> String {
    let highest = groups.iter().map(|group| {
        let highest = significant(group.highest());
        format!("{} {highest}", plain(group.name))
    });
    format!(
        "Steps. Highest mean of each group: {}.",
        highest.collect::<Vec<_>>().join(", ")
    )
}

fn csv(groups: &[&Group], context: &Context) -> String {
    let time = time_column(context);
    let mut table = Csv::new([
        "group",
        &format!("from_{time}"),
        &format!("to_{time}"),
        "from_calendar_year",
        "mean_firings_per_time_unit",
        "low95",
        "high95",
    ]);
    for group in groups {
        for &[from, to, mean, low, high] in &group.periods {
            table.row([
                group.name.to_owned(),
                field(Some(from)),
                field(Some(to)),
                calendar_field(context, from),
                field(Some(mean)),
                field(Some(low)),
                field(Some(high)),
            ]);
        }
    }
    table.into_text()
}
