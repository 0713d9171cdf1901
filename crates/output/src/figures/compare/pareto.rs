//! Figure `pareto`: the policies by the first two outcomes of the front, with those that no other beats.

use super::measure;
use super::places::{Box4, Room, leader, place};
use super::sheets::{self, Part, Sheets};
use crate::figures::axis::{Axis, snug_axis};
use crate::figures::canvas::{Align, Canvas};
use crate::figures::fonts::Font;
use crate::figures::interval::significant;
use crate::figures::legend::{Entry, Key};
use crate::figures::page::{MARGIN, WIDTH};
use crate::figures::palette::{INK, MUTED, Rgb, STRENGTHS, WHITE};
use crate::figures::panel::{ABOVE, BELOW, Panel};
use crate::figures::stack::Block;
use crate::figures::stroke::{Marker, Point, Stroke};
use crate::figures::table::field;
use crate::figures::ticks::number;
use crate::figures::{Context, Figure, FigureError};
use detente_model::scenario::Direction;
use detente_report::comparison::{Comparison, Front, FrontMember, OutcomeComparison};

/// Height of the panel in millimetres.
const HEIGHT: f64 = 112.0;
/// Policies whose names stand beside their points, at most; of more there stand numbers.
const MOST_NAMES: usize = 16;
/// Names below each other beside one point, at most.
const MOST_TOGETHER: usize = 6;
/// Width of the numbers beside one point in millimetres, at most.
const MOST_NUMBERS: f64 = 24.0;
/// Points nearer than this, in millimetres, share a label.
const TOGETHER: f64 = 1.3;
/// Behind the front every policy is beaten.
const BEATEN: Rgb = Rgb(0xEC, 0xEF, 0xF2);
/// Columns of the list of numbers.
const LISTED: usize = 3;
/// Labels and the list.
const TEXT: Font = Font::regular(7.0);
/// Columns of the table.
const COLUMNS: [&str; 12] = [
    "policy",
    "on_front",
    "share_of_resamples",
    "beaten_by",
    "x_outcome",
    "x",
    "x_low95",
    "x_high95",
    "y_outcome",
    "y",
    "y_low95",
    "y_high95",
];

/// A value with its interval.
type Valued = (f64, Option<[f64; 2]>);

/// One policy.
struct Placed<'c> {
    policy: &'c str,
    member: &'c FrontMember,
    /// Its means on both axes, as they are stored.
    means: [Valued; 2],
}

/// Draws the front; none where there is none of two outcomes or more.
///
/// # Errors
/// A failure of the drawing library.
pub fn draw(comparison: &Comparison, context: &Context) -> Result<Vec<Figure>, FigureError> {
    let Some((front, names, outcomes)) = axes(comparison) else {
        return Ok(Vec::new());
    };
    let members = front.policies.iter().filter_map(|(policy, member)| {
        let mean = |outcome: &OutcomeComparison| {
            let standing = outcome.policies.get(policy)?;
            let (mean, interval) = measure::mean(standing, outcome, comparison.trials);
            mean.is_finite().then_some((mean, interval))
        };
        Some(Placed {
            policy,
            member,
            means: [mean(outcomes[0])?, mean(outcomes[1])?],
        })
    });
    let all: Vec<Placed> = members.collect();
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let rows = all.iter().map(|of| of.row(names)).collect();
    let description = describe(&all, outcomes);
    let scatter = Scatter::new(all, outcomes, front.outcomes.len() == 2, context)?;
    let sheets = Sheets {
        name: "pareto",
        what: "The Pareto front",
        description,
        notes: notes(front, &scatter),
        keys: keys(),
        columns: sheets::columns(&COLUMNS),
    };
    let part = Part {
        block: Box::new(scatter),
        rows,
    };
    sheets::draw(&sheets, vec![vec![part]], context)
}

/// The front with its first two outcomes.
fn axes(comparison: &Comparison) -> Option<(&Front, [&str; 2], [&OutcomeComparison; 2])> {
    let front = comparison.front.as_ref()?;
    let [x, y, ..] = front.outcomes.as_slice() else {
        return None;
    };
    let outcomes = [comparison.outcomes.get(x)?, comparison.outcomes.get(y)?];
    Some((front, [x, y], outcomes))
}

fn keys() -> Vec<Entry> {
    [(true, "on the front"), (false, "beaten by another policy")]
        .map(|(filled, name)| Entry {
            key: Key::Sign(Marker::Disc, filled),
            name: name.to_owned(),
            number: String::new(),
        })
        .to_vec()
}

fn notes(front: &Front, scatter: &Scatter) -> Vec<String> {
    let outcomes = front.outcomes.join(", ");
    let line = if scatter.joined {
        " Every policy in the shaded area is beaten by one on its edge."
    } else {
        " No line joins the front, since it is one in more outcomes than these two."
    };
    vec![format!(
        "On the front: no other policy is as good in all of {outcomes} and better in one, by the means.{line} Crosses: each policy’s own 95 % intervals (Wilson for shares of \
         trials, else Student’s t); policies share their random numbers, so that differences are surer than these. In brackets: the share of {} resamples of the trials in which a policy is on the front. \
         The axes need not begin at 0.",
        number(front.resamples as f64, 0)
    )]
}

impl Placed<'_> {
    fn row(&self, names: [&str; 2]) -> Vec<String> {
        let mut row = vec![
            self.policy.to_owned(),
            self.member.on_front.to_string(),
            field(Some(self.member.share_of_resamples)),
            self.member.beaten_by.join(" "),
        ];
        for (name, (mean, ends)) in names.into_iter().zip(self.means) {
            row.extend([name.to_owned(), field(Some(mean))]);
            row.extend([0, 1].map(|end| field(ends.map(|ends| ends[end]))));
        }
        row
    }

    fn share(&self) -> String {
        let share = 100.0 * self.member.share_of_resamples;
        let decimals = usize::from(share > 0.0 && share < 1.0 || share > 99.0 && share < 100.0);
        format!("{} %", number(share, decimals))
    }
}

fn describe(all: &[Placed], outcomes: [&OutcomeComparison; 2]) -> String {
    let said = all.iter().map(|of| {
        let [x, y] =
            [0, 1].map(|axis| significant(measure::factor(outcomes[axis]) * of.means[axis].0));
        let on = if of.member.on_front {
            "on it"
        } else {
            "beaten"
        };
        format!("{} {x}, {y}, {on}", of.policy)
    });
    let said: Vec<String> = said.collect();
    format!(
        "Front by {} and {}: {}.",
        outcomes[0].title,
        outcomes[1].title,
        said.join("; ")
    )
}

/// What stands beside a point, in millimetres from the top of the block.
struct Label {
    lines: Vec<String>,
    place: Box4,
    point: Point,
}

/// The panel, with the list of numbers below it where names would not fit.
struct Scatter<'c> {
    all: Vec<Placed<'c>>,
    factors: [f64; 2],
    /// Whether larger values are better, on both axes.
    higher: [bool; 2],
    axes: [Axis; 2],
    tick_width: f64,
    joined: bool,
    labels: Vec<Label>,
    /// What the numbers beside the points mean, where there are numbers.
    listed: Vec<String>,
}

impl<'c> Scatter<'c> {
    fn new(
        all: Vec<Placed<'c>>,
        outcomes: [&OutcomeComparison; 2],
        joined: bool,
        context: &Context,
    ) -> Result<Self, FigureError> {
        let factors = outcomes.map(measure::factor);
        let axes = [0, 1].map(|axis| {
            let ends = all.iter().flat_map(|of| {
                let (mean, ends) = of.means[axis];
                ends.into_iter().flatten().chain([mean])
            });
            let (low, high) = ends.fold((f64::MAX, f64::MIN), |(low, high), end| {
                (low.min(factors[axis] * end), high.max(factors[axis] * end))
            });
            let outcome = outcomes[axis];
            let better =
                measure::better(outcome).map_or(String::new(), |(_, words)| format!("; {words}"));
            let label = format!(
                "{} ({}{better})",
                outcome.title,
                measure::unit(outcome, context)
            );
            with_room(snug_axis(low, high, 0.0, label))
        });
        let mut scatter = Self {
            tick_width: Panel::tick_width(&axes[1])?,
            higher: outcomes.map(|of| of.better == Some(Direction::Higher)),
            factors,
            axes,
            joined,
            labels: Vec::new(),
            listed: Vec::new(),
            all,
        };
        scatter.label()?;
        Ok(scatter)
    }

    /// Names beside the points where they fit, else numbers with a list.
    fn label(&mut self) -> Result<(), FigureError> {
        let panel = self.panel(0.0)?;
        let clusters = self.clusters(&panel);
        let texts = self.all.iter();
        let texts: Vec<String> = texts
            .map(|of| format!("{} ({})", of.policy, of.share()))
            .collect();
        let fit = texts.len() <= MOST_NAMES;
        if fit
            && clusters
                .iter()
                .all(|members| members.len() <= MOST_TOGETHER)
        {
            let named = clusters.iter().map(|members| {
                let lines = members.iter().map(|&index| texts[index].clone());
                lines.collect::<Vec<String>>()
            });
            if let Some(labels) = self.placed(&panel, &clusters, named.collect())? {
                self.labels = labels;
                return Ok(());
            }
        }
        let mut numbered = Vec::with_capacity(clusters.len());
        for members in &clusters {
            numbered.push(TEXT.wrap(&ranges(members), MOST_NUMBERS, usize::MAX)?);
        }
        // Where not even these fit, points have no labels, and the list says nothing that the table does not.
        if let Some(labels) = self.placed(&panel, &clusters, numbered)? {
            self.labels = labels;
            let numbers = texts.iter().enumerate();
            self.listed = numbers
                .map(|(index, text)| format!("{} {text}", index + 1))
                .collect();
        }
        Ok(())
    }

    /// The policies that have one place on the page.
    fn clusters(&self, panel: &Panel) -> Vec<Vec<usize>> {
        let mut clusters: Vec<(Point, Vec<usize>)> = Vec::new();
        for (index, of) in self.all.iter().enumerate() {
            let point = self.at(panel, of);
            let near = |other: &Point| {
                (point.0 - other.0).abs() < TOGETHER && (point.1 - other.1).abs() < TOGETHER
            };
            match clusters.iter_mut().find(|(other, _)| near(other)) {
                Some((_, members)) => members.push(index),
                None => clusters.push((point, vec![index])),
            }
        }
        clusters.into_iter().map(|(_, members)| members).collect()
    }

    /// The labels of some clusters with their places; none where one finds no place.
    fn placed(
        &self,
        panel: &Panel,
        clusters: &[Vec<usize>],
        lines: Vec<Vec<String>>,
    ) -> Result<Option<Vec<Label>>, FigureError> {
        let mut sized = Vec::with_capacity(lines.len());
        for (members, lines) in clusters.iter().zip(&lines) {
            let width = TEXT.widest(lines.iter().map(String::as_str))? + 0.6;
            let height = (lines.len() as f64 - 1.0) * TEXT.leading() + TEXT.size;
            sized.push((self.at(panel, &self.all[members[0]]), (width, height)));
        }
        let around = |(x, y): Point| [x - 1.1, y - 1.1, x + 1.1, y + 1.1];
        let points = self.all.iter().map(|of| around(self.at(panel, of)));
        let mut taken: Vec<Box4> = points.collect();
        taken.push(self.corner(panel)?);
        let crosses = self.all.iter().flat_map(|of| self.crosses(panel, of));
        let drawn: Vec<Vec<Point>> = crosses.chain([self.front(panel)]).collect();
        let strokes = drawn.iter().flat_map(|line| line.windows(2));
        let strokes: Vec<Box4> = strokes.map(|ends| hull(ends[0], ends[1])).collect();
        let (bottom, top) = panel.ends();
        let (left, _) = panel.at(self.axes[0].low, self.axes[1].low);
        let room = Room {
            inside: [left + 0.8, top + 0.8, panel.right() - 0.8, bottom - 0.8],
            taken,
            strokes: &strokes,
        };
        let points: Vec<Point> = sized.iter().map(|(point, _)| *point).collect();
        let labels = place(&sized, room).map(|places| {
            let all = lines.into_iter().zip(places).zip(points);
            let all = all.map(|((lines, place), point)| Label {
                lines,
                place,
                point,
            });
            all.collect()
        });
        Ok(labels)
    }

    fn panel(&self, top: f64) -> Result<Panel, FigureError> {
        let top = top + ABOVE;
        let [x, y] = self.axes.clone();
        let edges = (MARGIN, WIDTH - MARGIN);
        Panel::over(edges, (top, top + HEIGHT), (x, y), self.tick_width)
    }

    fn at(&self, panel: &Panel, of: &Placed) -> Point {
        let [x, y] = [0, 1].map(|axis| self.factors[axis] * of.means[axis].0);
        panel.at(x, y)
    }

    /// The intervals of a policy on both axes.
    fn crosses(&self, panel: &Panel, of: &Placed) -> Vec<Vec<Point>> {
        let [x, y] = [0, 1].map(|axis| self.factors[axis] * of.means[axis].0);
        let ends = |axis: usize| {
            let ends = of.means[axis].1?;
            Some(ends.map(|end| self.factors[axis] * end))
        };
        let across = ends(0).map(|ends| ends.map(|end| panel.at(end, y)).to_vec());
        let upright = ends(1).map(|ends| ends.map(|end| panel.at(x, end)).to_vec());
        across.into_iter().chain(upright).collect()
    }

    /// The line behind which every policy is beaten, in steps from one worse edge of the panel to the other.
    fn front(&self, panel: &Panel) -> Vec<Point> {
        let mut members: Vec<[f64; 2]> = self
            .all
            .iter()
            .filter(|of| of.member.on_front)
            .map(|of| [0, 1].map(|axis| self.factors[axis] * of.means[axis].0))
            .collect();
        if !self.joined || members.is_empty() {
            return Vec::new();
        }
        // From the worst to the best on the first axis, so from the best to the worst on the second.
        let sign = if self.higher[0] { 1.0 } else { -1.0 };
        members.sort_by(|one, other| (sign * one[0]).total_cmp(&(sign * other[0])));
        let mut line = Vec::with_capacity(2 * members.len() + 1);
        let mut x = self.worst(0);
        for [next, y] in members {
            line.extend([panel.at(x, y), panel.at(next, y)]);
            x = next;
        }
        line.push(panel.at(x, self.worst(1)));
        line
    }

    /// The box of what stands in the best corner.
    fn corner(&self, panel: &Panel) -> Result<Box4, FigureError> {
        let width = TEXT.width(BEST_CORNER)? + 3.4;
        let [x, y] = self.best_corner(panel);
        let left = if self.higher[0] { x - width } else { x };
        let top = if self.higher[1] {
            y
        } else {
            y - TEXT.leading() - 1.0
        };
        Ok([left, top, left + width, top + TEXT.leading() + 1.0])
    }

    fn best_corner(&self, panel: &Panel) -> [f64; 2] {
        let best = |axis: usize| {
            let Axis { low, high, .. } = self.axes[axis];
            if self.higher[axis] { high } else { low }
        };
        let (x, y) = panel.at(best(0), best(1));
        [x, y]
    }

    /// An arrow's head into the best corner, with words.
    fn draw_corner(&self, canvas: &mut Canvas, panel: &Panel) -> Result<(), FigureError> {
        let [x, y] = self.best_corner(panel);
        let right = if self.higher[0] { -1.0 } else { 1.0 };
        let down = if self.higher[1] { 1.0 } else { -1.0 };
        let tip = [
            (x + 0.5 * right, y + 0.5 * down),
            (x + 2.4 * right, y + 0.9 * down),
            (x + 0.9 * right, y + 2.4 * down),
        ];
        canvas.fill(&tip, MUTED, 1.0)?;
        let align = if self.higher[0] {
            Align::Right
        } else {
            Align::Left
        };
        let baseline = y + 2.0 * down + TEXT.cap_height() / 2.0;
        canvas.text(BEST_CORNER, (x + 3.0 * right, baseline), TEXT, MUTED, align)
    }

    /// The worse end of an axis.
    fn worst(&self, axis: usize) -> f64 {
        let Axis { low, high, .. } = self.axes[axis];
        if self.higher[axis] { low } else { high }
    }

    fn list_height(&self) -> f64 {
        let lines = self.listed.len().div_ceil(LISTED);
        if lines > 0 {
            2.0 + lines as f64 * TEXT.leading()
        } else {
            0.0
        }
    }

    fn draw_list(&self, canvas: &mut Canvas, top: f64) -> Result<(), FigureError> {
        let lines = self.listed.len().div_ceil(LISTED).max(1);
        let width = (WIDTH - 2.0 * MARGIN) / LISTED as f64;
        for (index, text) in self.listed.iter().enumerate() {
            let left = MARGIN + (index / lines) as f64 * width;
            let baseline = top + TEXT.size + (index % lines) as f64 * TEXT.leading();
            let text = TEXT.shorten(text, width - 2.0)?;
            canvas.text(&text, (left, baseline), TEXT, INK, Align::Left)?;
        }
        Ok(())
    }
}

/// What stands in the best corner.
const BEST_CORNER: &str = "better in both";

/// Places counted from 1, with those that follow each other drawn together: `1, 3–5`.
fn ranges(places: &[usize]) -> String {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for place in places.iter().map(|place| place + 1) {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == place => *last = place,
            _ => ranges.push((place, place)),
        }
    }
    let texts = ranges.into_iter().map(|(first, last)| match last - first {
        0 => first.to_string(),
        1 => format!("{first}, {last}"),
        _ => format!("{first}–{last}"),
    });
    texts.collect::<Vec<_>>().join(", ")
}

/// The axis with a little room beyond both ends, so that no point lies on the edge.
fn with_room(axis: Axis) -> Axis {
    let room = 0.04 * (axis.high - axis.low);
    Axis {
        low: axis.low - room,
        high: axis.high + room,
        ..axis
    }
}

/// The box around two points.
fn hull(one: Point, other: Point) -> Box4 {
    [
        one.0.min(other.0) - 0.2,
        one.1.min(other.1) - 0.2,
        one.0.max(other.0) + 0.2,
        one.1.max(other.1) + 0.2,
    ]
}

impl Block for Scatter<'_> {
    fn height(&self) -> f64 {
        ABOVE + HEIGHT + BELOW + self.list_height()
    }

    fn draw(&self, canvas: &mut Canvas, top: f64, _: &Context) -> Result<(), FigureError> {
        let panel = self.panel(top)?;
        let front = self.front(&panel);
        let mut behind = front.clone();
        behind.push(panel.at(self.worst(0), self.worst(1)));
        canvas.fill(&behind, BEATEN, 1.0)?;
        panel.draw_axes(canvas)?;
        panel.draw_grid(canvas)?;
        panel.draw_time_grid(canvas)?;
        self.draw_corner(canvas, &panel)?;
        let crosses = if self.all.len() > MOST_NAMES {
            Stroke::full(STRENGTHS[1], 0.2)
        } else {
            Stroke::full(STRENGTHS[2], 0.25)
        };
        for of in &self.all {
            for line in self.crosses(&panel, of) {
                canvas.line(&line, &crosses)?;
            }
        }
        canvas.line(&front, &Stroke::full(STRENGTHS[3], 0.4))?;
        let moved = |[left, upper, right, lower]: Box4| [left, upper + top, right, lower + top];
        for label in &self.labels {
            let point = (label.point.0, label.point.1 + top);
            if let Some(end) = leader(point, &moved(label.place)) {
                canvas.line(&[point, end], &Stroke::full(INK, 0.12))?;
            }
        }
        for Label { lines, place, .. } in &self.labels {
            let [left, upper, right, lower] = moved(*place);
            // What lies below a name shines through it.
            let corners = [(left, upper), (right, upper), (right, lower), (left, lower)];
            canvas.fill(&corners, WHITE, 0.7)?;
            let first = upper + TEXT.size / 2.0 + TEXT.cap_height() / 2.0;
            for (index, line) in lines.iter().enumerate() {
                let baseline = first + index as f64 * TEXT.leading();
                canvas.text(line, (left + 0.3, baseline), TEXT, INK, Align::Left)?;
            }
        }
        // Those on the front lie on top.
        for on_front in [false, true] {
            for of in self.all.iter().filter(|of| of.member.on_front == on_front) {
                canvas.sign(Marker::Disc, self.at(&panel, of), STRENGTHS[3], on_front)?;
            }
        }
        self.draw_list(canvas, top + ABOVE + HEIGHT + BELOW + 2.0)
    }
}
