//! Figure `distributions`: how the trials' values of each outcome lie.

use super::axis::{Axis, value_axis};
use super::bars::{self, Bars};
use super::canvas::Canvas;
use super::interval::{limit, significant, value_with_interval};
use super::legend::{Entry, Key};
use super::multiples::{self, Across, Cell, Multiples, Said};
use super::palette::{self, Rgb, STRENGTHS, WHITE};
use super::panel::Panel;
use super::stroke::{Point, Stroke};
use super::table::field;
use super::ticks::{Tick, number};
use super::{Context, Figure, FigureError, units};
use detente_report::summary::{Constant, OutcomeSummary, Summary};

/// Room for the zeros before the other values, as a share of the distance between those.
const ZEROS_ROOM: f64 = 0.1;
/// Colour of the bars.
const BAR: Rgb = STRENGTHS[1];
/// Colour of the cumulative line.
const LINE: Rgb = STRENGTHS[3];
/// The dashes of the mean.
const DASHES: &[f64] = &[1.6, 0.8];
/// How far zeros may stand out over the other bars before theirs is cut.
const ZEROS_CUT: f64 = 3.0;
/// Columns of the table.
const COLUMNS: [&str; 11] = [
    "outcome",
    "title",
    "unit",
    "part",
    "from",
    "to",
    "trials",
    "share",
    "share_up_to",
    "low95",
    "high95",
];

/// Draws the distributions of all outcomes that have one; none where there are none.
///
/// # Errors
/// A torn distribution, or a failure of the drawing library.
pub fn draw(summary: &Summary, context: &Context) -> Result<Vec<Figure>, FigureError> {
    let (mut cells, mut said, mut apart) = (Vec::new(), Vec::new(), false);
    for (name, outcome) in &summary.outcomes {
        let Some(distribution) = &outcome.distribution else {
            continue;
        };
        if let Some(constant) = &outcome.constant {
            said.push(say(name, outcome, constant, context));
        } else if let Some(bars) = bars::merge(&outcome.title, distribution)? {
            apart |= bars.zeros.is_some();
            cells.push(cell(name, outcome, bars, context));
        }
    }
    let mut notes = vec![
        "Above each panel the mean and its 95 % interval (Student’s t). The line gives the share of trials up to and \
         with a value, on the axis at the right."
            .to_owned(),
    ];
    if apart {
        notes.push(
            "Hatched: the trials whose value is exactly 0, left of the others where these are no whole numbers; a broken bar is \
             higher than its axis, and the share above the panel is its own."
                .to_owned(),
        );
    }
    let multiples = Multiples {
        name: "distributions",
        what: "Distributions over trials",
        description: format!(
            "Histograms and cumulative shares of {} outcomes; {} outcomes are equal in all trials.",
            cells.len(),
            said.len()
        ),
        notes,
        keys: keys(),
        columns: COLUMNS.map(str::to_owned).to_vec(),
        cells,
        said_heading: "The same in all trials",
        said,
    };
    multiples::draw(multiples, summary.trials, context)
}

fn keys() -> Vec<Entry> {
    let entry = |key, name: &str| Entry {
        key,
        name: name.to_owned(),
        number: String::new(),
    };
    vec![
        entry(Key::Area(BAR), "share of trials"),
        entry(Key::Line(Stroke::full(LINE, 0.4)), "share up to x"),
        entry(Key::Line(mean_stroke()), "mean, with its 95 % interval"),
    ]
}

fn mean_stroke() -> Stroke {
    Stroke {
        dashes: DASHES,
        ..Stroke::full(palette::category(1), 0.4)
    }
}

fn cell<'a>(name: &str, outcome: &'a OutcomeSummary, bars: Bars, context: &Context) -> Cell<'a> {
    let unit = units::of_mean(outcome, context);
    let mut says = vec![format!(
        "mean {}",
        value_with_interval(outcome.mean, outcome.ci95)
    )];
    if let Some(zeros) = bars.zeros {
        says.push(format!(
            "0: {} % of trials",
            significant_percent(bars.share(zeros))
        ));
    }
    let (from, to) = (
        bars.each.first().map_or(0.0, |bar| bar.from),
        bars.each.last().map_or(1.0, |bar| bar.to),
    );
    let rows = rows(name, outcome, &unit, &bars);
    Cell {
        title: outcome.title.clone(),
        says,
        across: Across::Values {
            ends: (from, to),
            before: if bars.zeros.is_some() && !bars.whole {
                ZEROS_ROOM
            } else {
                0.0
            },
            smallest_step: if bars.whole { 1.0 } else { 0.0 },
            label: unit,
        },
        value: axis(&bars),
        right: Some(right_axis()),
        legend: ("", Vec::new()),
        rows,
        draw: Box::new(move |canvas, panel| draw_bars(canvas, panel, &bars, outcome)),
    }
}

/// A share in percent with three digits that count, and never 100 % where it is less.
fn significant_percent(share: f64) -> String {
    if share > 0.999 && share < 1.0 {
        number(100.0 * share, 3)
    } else {
        significant(100.0 * share)
    }
}

/// The axis of the bars: as high as the highest, and as the zeros where they do not stand out too far.
fn axis(bars: &Bars) -> Axis {
    let highest = bars.each.iter().map(|bar| bar.trials).max().unwrap_or(0);
    let highest = 100.0 * bars.share(highest);
    let zeros = bars.zeros.map_or(0.0, |zeros| 100.0 * bars.share(zeros));
    let high = if zeros <= ZEROS_CUT * highest {
        highest.max(zeros)
    } else {
        highest
    };
    value_axis(0.0, high, 0.0, "trials (%)".to_owned()).with_headroom()
}

fn right_axis() -> Axis {
    let tick = |percent: f64| Tick {
        value: percent / 100.0,
        label: number(percent, 0),
    };
    Axis {
        low: 0.0,
        high: 1.04,
        ticks: [0.0, 50.0, 100.0].map(tick).to_vec(),
        label: "up to x (%)".to_owned(),
    }
}

fn draw_bars(
    canvas: &mut Canvas,
    panel: &Panel,
    bars: &Bars,
    outcome: &OutcomeSummary,
) -> Result<(), FigureError> {
    panel.draw_grid(canvas)?;
    let (bottom, top) = panel.ends();
    for bar in bars.each.iter().filter(|bar| bar.trials > 0) {
        let (left, top) = panel.at(bar.from, 100.0 * bars.share(bar.trials));
        let (right, _) = panel.at(bar.to, 0.0);
        let gap = (0.12 * (right - left)).min(0.15);
        // A bar of few trials is still there.
        let top = top.min(bottom - 0.2);
        canvas.rectangle((left + gap, top), (right - gap, bottom), BAR)?;
    }
    if let Some(zeros) = bars.zeros {
        let share = 100.0 * bars.share(zeros);
        let axis = panel.across();
        let part = (axis.high - axis.low) / (1.0 + ZEROS_ROOM) * ZEROS_ROOM;
        let (from, to) = if bars.whole {
            (-0.45, 0.45)
        } else {
            (axis.low + 0.1 * part, axis.low + 0.7 * part)
        };
        let ((left, high), (right, _)) = (panel.at(from, share), panel.at(to, share));
        hatch(canvas, (left, high.min(bottom - 0.2)), (right, bottom))?;
        if high <= top + 1e-9 {
            cut_bar(canvas, (left, right), top + 2.5)?;
        }
    }
    let right = right_axis();
    let line: Vec<Point> = bars
        .cumulative()
        .iter()
        .map(|&[value, share]| (panel.at(value, 0.0).0, right.place(share, bottom, top)))
        .collect();
    canvas.line(&line, &Stroke::full(LINE, 0.4))?;
    draw_mean(canvas, panel, outcome)
}

/// The mean as a dashed line over its interval.
fn draw_mean(
    canvas: &mut Canvas,
    panel: &Panel,
    outcome: &OutcomeSummary,
) -> Result<(), FigureError> {
    if !outcome.mean.is_finite() {
        return Ok(());
    }
    let stroke = mean_stroke();
    let (bottom, top) = panel.ends();
    if let Some([low, high]) = outcome.ci95 {
        let ((left, _), (right, _)) = (panel.at(low, 0.0), panel.at(high, 0.0));
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
        canvas.fill(&corners, stroke.colour, 0.25)?;
    }
    let (x, _) = panel.at(outcome.mean, 0.0);
    canvas.line(&[(x, bottom), (x, top)], &stroke)
}

/// A bar of slanting lines with an outline.
fn hatch(
    canvas: &mut Canvas,
    (left, top): Point,
    (right, bottom): Point,
) -> Result<(), FigureError> {
    /// Distance of two lines in millimetres.
    const APART: f64 = 0.9;
    canvas.rectangle((left, top), (right, bottom), WHITE)?;
    let thin = Stroke::full(STRENGTHS[2], 0.15);
    let width = right - left;
    let count = ((bottom - top + width) / APART) as usize;
    for index in 1..=count {
        // The line from (left, foot) up to the right at 45°, cut at the edges of the bar.
        let foot = top + index as f64 * APART;
        let from = (left + (foot - bottom).max(0.0), foot.min(bottom));
        let to = (left + (foot - top).min(width), (foot - width).max(top));
        canvas.line(&[from, to], &thin)?;
    }
    let outline = [
        (left, bottom),
        (left, top),
        (right, top),
        (right, bottom),
        (left, bottom),
    ];
    canvas.line(&outline, &Stroke::full(LINE, 0.2))
}

/// A slanting gap in a bar that is higher than its axis.
fn cut_bar(canvas: &mut Canvas, (left, right): (f64, f64), y: f64) -> Result<(), FigureError> {
    let (left, right) = (left - 0.4, right + 0.4);
    let gap = [
        (left, y + 0.9),
        (right, y - 0.1),
        (right, y - 0.9),
        (left, y + 0.1),
    ];
    canvas.fill(&gap, WHITE, 1.0)?;
    for edge in [[gap[0], gap[1]], [gap[3], gap[2]]] {
        canvas.line(&edge, &Stroke::full(LINE, 0.2))?;
    }
    Ok(())
}

/// What is said of an outcome that all trials share.
fn say(name: &str, outcome: &OutcomeSummary, constant: &Constant, context: &Context) -> Said {
    let unit = units::of_mean(outcome, context);
    let value = significant(constant.value);
    let trials = if outcome.n == 1 {
        "the only trial".to_owned()
    } else {
        format!("all {} trials", number(outcome.n as f64, 0))
    };
    let upper = constant.other_probability_upper95;
    let value_field = field(Some(constant.value));
    Said {
        sentence: format!(
            "{}: {value} in {trials}; another value in at most {} (upper 95 % limit).",
            outcome.title,
            limit(upper)
        ),
        row: vec![
            name.to_owned(),
            outcome.title.clone(),
            unit,
            "constant".to_owned(),
            value_field.clone(),
            value_field,
            outcome.n.to_string(),
            "1".to_owned(),
            "1".to_owned(),
            field(Some(1.0 - upper)),
            "1".to_owned(),
        ],
    }
}

fn rows(name: &str, outcome: &OutcomeSummary, unit: &str, bars: &Bars) -> Vec<Vec<String>> {
    let head = |part: &str| {
        vec![
            name.to_owned(),
            outcome.title.clone(),
            unit.to_owned(),
            part.to_owned(),
        ]
    };
    let mut mean = head("mean");
    let value = field(Some(outcome.mean));
    mean.extend([value.clone(), value]);
    mean.extend([outcome.n.to_string(), String::new(), String::new()]);
    mean.extend([0, 1].map(|end| field(outcome.ci95.map(|ends| ends[end]))));
    let mut rows = vec![mean];
    if let Some(zeros) = bars.zeros {
        let mut row = head("zero");
        let zero = "0".to_owned();
        row.extend([zero.clone(), zero, zeros.to_string()]);
        row.extend([field(Some(bars.share(zeros))), String::new()]);
        row.extend([String::new(), String::new()]);
        rows.push(row);
    }
    for bar in &bars.each {
        let mut row = head("bar");
        row.extend([field(Some(bar.from)), field(Some(bar.to))]);
        row.push(bar.trials.to_string());
        row.extend([bar.trials, bar.up_to].map(|trials| field(Some(bars.share(trials)))));
        row.extend([String::new(), String::new()]);
        rows.push(row);
    }
    rows
}
