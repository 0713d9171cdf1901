//! Boxes and arrows, in columns from the levers to the level.
//!
//! An arrow between columns that are not side by side passes the columns between them at a place of its own, so that no
//! arrow runs through a box. An arrow within a column runs in a lane at its left.

use super::arrange::{Arrangement, lanes};
use super::signs::{self, BEHIND, FONT, Legend, Shown, TIP};
use super::{Edge, InfluenceGraph, NAME, NodeKind, counts, shorten};
use crate::figures::FigureError;
use crate::figures::canvas::{Align, Canvas, Sheet, draw_page};
use crate::figures::fonts::Font;
use crate::figures::page::{Frame, MARGIN, WIDTH};
use crate::figures::palette::INK;
use crate::figures::stroke::Point;

/// Headings of the columns.
const HEADING: Font = Font::bold(7.0);
/// Height of the headings in millimetres.
const HEADING_HEIGHT: f64 = 6.0;
/// Width of a box's text in millimetres, at most.
const MOST_TEXT: f64 = 48.0;
/// Space between a box's text and its edge in millimetres.
const PADDING: f64 = 1.8;
/// Space between boxes of a column in millimetres.
const SPACE: f64 = 2.6;
/// Space between the ends of two arrows at a box in millimetres.
const PORT: f64 = 1.5;
/// Space between columns in millimetres: the least, for each arrow there, and the most.
const GAP: (f64, f64, f64) = (14.0, 0.9, 46.0);
/// Space between lanes in millimetres.
const LANE: f64 = 1.6;

/// A side of a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// The way of an edge through things in columns: its ends, and what it passes on the way.
struct Way {
    things: Vec<usize>,
    /// Side of the box where it begins, and where it ends.
    sides: [Side; 2],
}

/// Everything in its place.
struct Plan {
    /// Kind of each column.
    kinds: Vec<NodeKind>,
    arrangement: Arrangement,
    /// Column of each thing; things are nodes, then places where edges pass.
    column: Vec<usize>,
    /// Whether a thing is a family.
    family: Vec<bool>,
    /// Lines in the box of each node.
    labels: Vec<Vec<String>>,
    ways: Vec<Way>,
    middles: Vec<f64>,
    height: f64,
    /// Left edge and width of each column.
    spans: Vec<(f64, f64)>,
    width: f64,
    /// Lane of each edge within a column.
    lane: Vec<usize>,
}

/// Draws the graph as boxes and arrows.
///
/// # Errors
/// A failure of the drawing library.
pub fn draw(graph: &InfluenceGraph, edges: &[Edge]) -> Result<String, FigureError> {
    let plan = Plan::new(graph, edges)?;
    let width = (plan.width + 2.0 * MARGIN).max(WIDTH);
    let counts = counts(graph, edges);
    let paragraphs = graph.notes.iter().chain([&graph.honesty]);
    let frame = Frame::over(width, &graph.title, &counts, paragraphs.map(String::as_str))?;
    let legend = Legend::new(graph, edges, Shown::Arrows, width - 2.0 * MARGIN)?;
    let top = frame.header_height() + HEADING_HEIGHT;
    let below = top + plan.height + 5.0;
    let height = below + legend.height() + frame.footer_height();
    let sheet = Sheet {
        name: NAME,
        title: &graph.title,
        description: &format!("Boxes and arrows: {counts}."),
        width,
        height,
    };
    let left = (width - plan.width) / 2.0;
    draw_page(&sheet, |canvas| {
        frame.draw(canvas, height)?;
        plan.draw(canvas, graph, edges, (left, top))?;
        legend.draw(canvas, (MARGIN, below))
    })
}

impl Plan {
    fn new(graph: &InfluenceGraph, edges: &[Edge]) -> Result<Self, FigureError> {
        let kinds: Vec<NodeKind> = NodeKind::ALL
            .into_iter()
            .filter(|&kind| graph.nodes.iter().any(|node| node.kind == kind))
            .collect();
        let column_of = |kind| kinds.iter().position(|&k| k == kind).unwrap_or(0);
        let mut column: Vec<usize> = graph.nodes.iter().map(|n| column_of(n.kind)).collect();
        let mut links = Vec::new();
        let mut ways = Vec::with_capacity(edges.len());
        for edge in edges {
            ways.push(way(edge, &mut column, &mut links));
        }
        let mut family: Vec<bool> = graph.nodes.iter().map(|node| node.count > 1).collect();
        family.resize(column.len(), false);
        let mut labels = Vec::with_capacity(graph.nodes.len());
        for node in &graph.nodes {
            let mut lines = Vec::new();
            for line in node.lines() {
                lines.extend(FONT.wrap(&line, MOST_TEXT, 2)?);
            }
            if let Some(last) = lines.last_mut() {
                *last = shorten(FONT, last, &node.tally(), MOST_TEXT)?;
            }
            labels.push(lines);
        }
        let mut heights: Vec<f64> = labels
            .iter()
            .map(|lines| lines.len() as f64 * FONT.leading() + 2.0)
            .collect();
        for (node, height) in heights.iter_mut().enumerate() {
            for side in [Side::Left, Side::Right] {
                let ports = ends(&ways, node, side).count() as f64;
                *height = height.max(ports * PORT + 1.0);
            }
        }
        heights.resize(column.len(), 0.0);
        let mut things: Vec<Vec<usize>> = vec![Vec::new(); kinds.len()];
        for (thing, &column) in column.iter().enumerate() {
            things[column].push(thing);
        }
        let mut arrangement = Arrangement {
            columns: things,
            links,
            heights,
            space: SPACE,
        };
        arrangement.order();
        let (middles, height) = arrangement.middles();
        let mut plan = Self {
            kinds,
            arrangement,
            column,
            family,
            labels,
            lane: vec![0; ways.len()],
            ways,
            middles,
            height,
            spans: Vec::new(),
            width: 0.0,
        };
        plan.spread_columns()?;
        Ok(plan)
    }

    /// Gives every column its width, and room at its left for lanes and arrows.
    fn spread_columns(&mut self) -> Result<(), FigureError> {
        let mut right = 0.0;
        for index in 0..self.kinds.len() {
            let within: Vec<usize> = (0..self.ways.len())
                .filter(|&way| self.ways[way].things.len() == 2)
                .filter(|&way| {
                    self.ways[way]
                        .things
                        .iter()
                        .all(|&t| self.column[t] == index)
                })
                .collect();
            let lines: Vec<(f64, f64)> = within
                .iter()
                .map(|&way| (self.port(way, 0), self.port(way, 1)))
                .collect();
            let (lanes, count) = lanes(&lines);
            for (&way, lane) in within.iter().zip(lanes) {
                self.lane[way] = lane;
            }
            let room = if count > 0 {
                3.0 + count as f64 * LANE
            } else {
                0.0
            };
            let arrows = self.arrangement.links.iter();
            let arrows = arrows.filter(|&&(_, right)| self.column[right] == index);
            let (least, each, most) = GAP;
            let gap = if index == 0 {
                0.0
            } else {
                (least + each * arrows.count() as f64).min(most)
            };
            let mut width = HEADING.width(self.heading(index))?;
            for &thing in &self.arrangement.columns[index] {
                if let Some(lines) = self.labels.get(thing) {
                    let text = FONT.widest(lines.iter().map(String::as_str))?;
                    width = width.max(text + 2.0 * (PADDING + self.tip(index)));
                }
            }
            let left = right + gap + room;
            self.spans.push((left, width));
            right = left + width;
        }
        self.width = right + 1.0;
        Ok(())
    }

    fn heading(&self, column: usize) -> &'static str {
        let things = self.arrangement.columns[column].iter();
        let nodes = things.filter(|&&thing| thing < self.labels.len()).count();
        self.kinds[column].words()[usize::from(nodes > 1)]
    }

    fn tip(&self, column: usize) -> f64 {
        match self.kinds[column] {
            NodeKind::Factor => TIP,
            _ => 0.0,
        }
    }

    /// Height at which an edge begins (end 0) or ends (end 1): edges leave a side in the order in which they arrive elsewhere.
    fn port(&self, way: usize, end: usize) -> f64 {
        let things = &self.ways[way].things;
        let thing = things[if end == 0 { 0 } else { things.len() - 1 }];
        let mut others: Vec<(f64, usize, usize)> =
            ends(&self.ways, thing, self.ways[way].sides[end])
                .map(|(other, which)| {
                    let things = &self.ways[other].things;
                    let next = things[if which == 0 { 1 } else { things.len() - 2 }];
                    (self.middles[next], other, which)
                })
                .collect();
        others.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let place = others.iter().position(|o| (o.1, o.2) == (way, end));
        let from_middle = place.unwrap_or(0) as f64 - (others.len().max(1) - 1) as f64 / 2.0;
        self.middles[thing] + from_middle * PORT
    }

    fn draw(
        &self,
        canvas: &mut Canvas,
        graph: &InfluenceGraph,
        edges: &[Edge],
        (left, top): Point,
    ) -> Result<(), FigureError> {
        for (index, &(start, width)) in self.spans.iter().enumerate() {
            let place = (left + start + width / 2.0, top - 2.6);
            canvas.text(self.heading(index), place, HEADING, INK, Align::Centre)?;
        }
        // What is changed lies over what is read.
        let mut order: Vec<usize> = (0..edges.len()).collect();
        order.sort_by_key(|&way| (edges[way].kind, way));
        for way in order {
            let path: Vec<Point> = self
                .path(way)
                .into_iter()
                .map(|(x, y)| (left + x, top + y))
                .collect();
            let rightwards = self.ways[way].sides[1] == Side::Left;
            signs::arrow(canvas, edges[way].kind, &path, rightwards)?;
        }
        for (thing, node) in graph.nodes.iter().enumerate() {
            let (start, width) = self.spans[self.column[thing]];
            let half = self.arrangement.heights[thing] / 2.0;
            let middle = top + self.middles[thing];
            let frame = signs::Frame {
                left: left + start,
                top: middle - half,
                right: left + start + width,
                bottom: middle + half,
            };
            signs::draw_box(canvas, node.kind, frame, node.count > 1)?;
            let lines = &self.labels[thing];
            let text_height = (lines.len() - 1) as f64 * FONT.leading() + FONT.cap_height();
            let mut baseline = middle - text_height / 2.0 + FONT.cap_height();
            for line in lines {
                let place = (left + start + width / 2.0, baseline);
                canvas.text(line, place, FONT, signs::ink(node.kind), Align::Centre)?;
                baseline += FONT.leading();
            }
        }
        Ok(())
    }

    /// How far a box's edge lies inside its frame at a height: a factor's box has tips.
    fn slope(&self, thing: usize, y: f64) -> f64 {
        if thing < self.labels.len() {
            let half = self.arrangement.heights[thing] / 2.0;
            self.tip(self.column[thing]) * ((y - self.middles[thing]) / half).abs()
        } else {
            0.0
        }
    }

    /// The line of an edge, from the top left corner of the plan.
    fn path(&self, way: usize) -> Vec<Point> {
        let Way { things, sides } = &self.ways[way];
        let edge_of = |thing: usize, side: Side, y: f64| {
            let (left, width) = self.spans[self.column[thing]];
            let inside = self.slope(thing, y);
            match side {
                Side::Left => left + inside,
                Side::Right if self.family[thing] => left + width + BEHIND - inside,
                Side::Right => left + width - inside,
            }
        };
        let last = things.len() - 1;
        let (start, end) = (self.port(way, 0), self.port(way, 1));
        let first = (edge_of(things[0], sides[0], start), start);
        let target = (edge_of(things[last], sides[1], end), end);
        if last == 1 && self.column[things[0]] == self.column[things[1]] {
            let (left, _) = self.spans[self.column[things[0]]];
            let lane = left - 3.0 - self.lane[way] as f64 * LANE;
            return vec![first, (lane, start), (lane, end), target];
        }
        let mut path = vec![first];
        for &passed in &things[1..last] {
            let y = self.middles[passed];
            bend(&mut path, (edge_of(passed, sides[1], y), y));
            bend(&mut path, (edge_of(passed, sides[0], y), y));
        }
        bend(&mut path, target);
        path
    }
}

/// Finds the way of an edge; it passes every column between its ends at a new thing there.
fn way(edge: &Edge, column: &mut Vec<usize>, links: &mut Vec<(usize, usize)>) -> Way {
    let (from, to) = (column[edge.from], column[edge.to]);
    let mut things = vec![edge.from];
    let sides = match from.cmp(&to) {
        std::cmp::Ordering::Less => {
            for between in from + 1..to {
                things.push(column.len());
                column.push(between);
            }
            [Side::Right, Side::Left]
        }
        std::cmp::Ordering::Equal => [Side::Left, Side::Left],
        std::cmp::Ordering::Greater => {
            for between in (to + 1..from).rev() {
                things.push(column.len());
                column.push(between);
            }
            [Side::Left, Side::Right]
        }
    };
    things.push(edge.to);
    for pair in things.windows(2) {
        match from.cmp(&to) {
            std::cmp::Ordering::Less => links.push((pair[0], pair[1])),
            std::cmp::Ordering::Equal => {}
            std::cmp::Ordering::Greater => links.push((pair[1], pair[0])),
        }
    }
    Way { things, sides }
}

/// The edges that end at a side of a thing, each with 0 where it begins there and 1 where it ends.
fn ends(ways: &[Way], thing: usize, side: Side) -> impl Iterator<Item = (usize, usize)> {
    ways.iter().enumerate().flat_map(move |(index, way)| {
        [way.things.first(), way.things.last()]
            .into_iter()
            .enumerate()
            .filter(move |&(end, at)| at == Some(&thing) && way.sides[end] == side)
            .map(move |(end, _)| (index, end))
    })
}

/// Goes on to a point in a curve that is level at both ends.
fn bend(path: &mut Vec<Point>, (x, y): Point) {
    const STEPS: usize = 16;
    let Some(&(from_x, from_y)) = path.last() else {
        return;
    };
    if from_y == y {
        path.push((x, y));
        return;
    }
    for step in 1..=STEPS {
        let part = step as f64 / STEPS as f64;
        let rise = part * part * (3.0 - 2.0 * part);
        path.push((from_x + part * (x - from_x), from_y + rise * (y - from_y)));
    }
}

#[cfg(test)]
mod tests {
    use super::super::{distinct, fixtures::all};
    use super::*;

    /// The frames of all boxes: left, top, right, bottom.
    fn frames(plan: &Plan) -> Vec<[f64; 4]> {
        (0..plan.labels.len())
            .map(|thing| {
                let (left, width) = plan.spans[plan.column[thing]];
                let (middle, height) = (plan.middles[thing], plan.arrangement.heights[thing]);
                let (top, bottom) = (middle - height / 2.0, middle + height / 2.0);
                [left, top, left + width, bottom]
            })
            .collect()
    }

    fn is_inside((x, y): Point, [left, top, right, bottom]: [f64; 4]) -> bool {
        x > left && x < right && y > top && y < bottom
    }

    #[test]
    fn boxes_lie_beside_each_other_and_arrows_beside_boxes() {
        for (name, graph) in all() {
            let edges = distinct(&graph);
            let plan = Plan::new(&graph, &edges).unwrap();
            let frames = frames(&plan);
            for (index, a) in frames.iter().enumerate() {
                for b in &frames[..index] {
                    let apart = a[2] < b[0] || b[2] < a[0] || a[3] < b[1] || b[3] < a[1];
                    assert!(apart, "{name}: {a:?} lies over {b:?}");
                }
            }
            for (way, edge) in edges.iter().enumerate() {
                let path = plan.path(way);
                for pair in path.windows(2) {
                    for part in [0.25, 0.5, 0.75] {
                        let between = |from: f64, to: f64| from + part * (to - from);
                        let point = (between(pair[0].0, pair[1].0), between(pair[0].1, pair[1].1));
                        for (node, &frame) in frames.iter().enumerate() {
                            // A factor's box has tips, up to which its arrows go.
                            let own = node == edge.from || node == edge.to;
                            let through = !own && is_inside(point, frame);
                            assert!(!through, "{name}: {edge:?} runs through box {node}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn arrows_at_a_box_keep_apart() {
        for (name, graph) in all() {
            let edges = distinct(&graph);
            let plan = Plan::new(&graph, &edges).unwrap();
            for (node, frame) in frames(&plan).iter().enumerate() {
                for side in [Side::Left, Side::Right] {
                    let mut ports: Vec<f64> = ends(&plan.ways, node, side)
                        .map(|(way, end)| plan.port(way, end))
                        .collect();
                    ports.sort_by(f64::total_cmp);
                    let apart = ports.windows(2).all(|pair| pair[1] - pair[0] > PORT - 1e-9);
                    assert!(apart, "{name}: {ports:?}");
                    let beside = ports.iter().all(|&y| y > frame[1] && y < frame[3]);
                    assert!(beside, "{name}: {ports:?} at {frame:?}");
                }
            }
        }
    }
}
