//! A table of influences: what happens or is judged in rows, what it reads and changes in columns, and at the right
//! which event follows which.

use super::signs::{self, FONT, Legend};
use super::{Edge, EdgeKind, InfluenceGraph, NAME, NodeKind, counts, shorten};
use crate::figures::FigureError;
use crate::figures::canvas::{Align, Canvas, Sheet, draw_page};
use crate::figures::page::{Frame, MARGIN, WIDTH};
use crate::figures::palette::{INK, Rgb};
use crate::figures::stroke::{Point, Stroke};

/// Side of a cell in millimetres.
const CELL: f64 = 3.7;
/// Space between two kinds of rows or columns in millimetres.
const BETWEEN: f64 = 2.2;
/// Room for the sign of a row or a column in millimetres.
const SIGN: f64 = 5.4;
/// Room for labels of rows and of columns in millimetres, at most.
const MOST_LABEL: (f64, f64) = (72.0, 56.0);
/// Space between lanes in millimetres.
const LANE: f64 = 1.6;
/// Times that rows and columns are sorted by each other.
const ROUNDS: usize = 30;
/// Lines of the table: usual ones, and every fifth.
const LINES: [Rgb; 2] = [Rgb(0xE4, 0xE4, 0xE4), Rgb(0xB4, 0xB4, 0xB4)];

/// The rows or the columns: nodes with their places.
struct Axis {
    nodes: Vec<usize>,
    /// Where each begins, from the first.
    starts: Vec<f64>,
    length: f64,
}

impl Axis {
    fn new(graph: &InfluenceGraph, nodes: Vec<usize>) -> Self {
        let mut starts = Vec::with_capacity(nodes.len());
        let mut length = 0.0;
        let mut before: Option<NodeKind> = None;
        for &node in &nodes {
            let kind = graph.nodes[node].kind;
            if before.is_some_and(|before| before != kind) {
                length += BETWEEN;
            }
            before = Some(kind);
            starts.push(length);
            length += CELL;
        }
        Self {
            nodes,
            starts,
            length,
        }
    }

    /// The middle of a node's row or column.
    fn middle(&self, node: usize) -> Option<f64> {
        let place = self.nodes.iter().position(|&other| other == node)?;
        Some(self.starts[place] + CELL / 2.0)
    }
}

/// Draws the graph as a table.
///
/// # Errors
/// A failure of the drawing library.
pub fn draw(graph: &InfluenceGraph, edges: &[Edge]) -> Result<String, FigureError> {
    let (rows, columns) = sorted(graph, edges);
    let (rows, columns) = (Axis::new(graph, rows), Axis::new(graph, columns));
    let labels = |axis: &Axis, most: f64| -> Result<(Vec<String>, f64), FigureError> {
        let labels = axis.nodes.iter();
        let labels: Result<Vec<String>, FigureError> = labels
            .map(|&node| {
                let node = &graph.nodes[node];
                shorten(FONT, &node.lines().join(" "), &node.tally(), most)
            })
            .collect();
        let labels = labels?;
        let widest = FONT.widest(labels.iter().map(String::as_str))?;
        Ok((labels, widest))
    };
    let (row_labels, beside) = labels(&rows, MOST_LABEL.0)?;
    let (column_labels, above) = labels(&columns, MOST_LABEL.1)?;
    let follows: Vec<(f64, f64)> = edges
        .iter()
        .filter(|edge| edge.kind == EdgeKind::Follows)
        .filter_map(|edge| Some((rows.middle(edge.from)?, rows.middle(edge.to)?)))
        .collect();
    let (lanes, lane_count) = lanes(&follows);
    let left = MARGIN + beside + SIGN + 1.0;
    let right = left + columns.length;
    let after = if lane_count > 0 {
        4.0 + lane_count as f64 * LANE
    } else {
        0.0
    };
    let width = (right + after + MARGIN).max(WIDTH);
    let counts = counts(graph, edges);
    let paragraphs = graph.notes.iter().chain([&graph.honesty]);
    let frame = Frame::over(width, &graph.title, &counts, paragraphs.map(String::as_str))?;
    let legend = Legend::new(graph, edges, width - 2.0 * MARGIN)?;
    let top = frame.header_height() + above + SIGN + 1.0;
    let below = top + rows.length + 4.0;
    let height = below + legend.height() + frame.footer_height();
    let sheet = Sheet {
        name: NAME,
        title: &graph.title,
        description: &format!("Table of influences: {counts}."),
        width,
        height,
    };
    draw_page(&sheet, |canvas| {
        frame.draw(canvas, height)?;
        draw_lines(canvas, (&rows, &columns), (left, top))?;
        for ((&node, &start), label) in rows.nodes.iter().zip(&rows.starts).zip(&row_labels) {
            let middle = top + start + CELL / 2.0;
            draw_sign(canvas, graph, node, (left - 1.0 - SIGN / 2.0, middle))?;
            let place = (left - SIGN - 1.0, middle + FONT.cap_height() / 2.0);
            canvas.text(label, place, FONT, INK, Align::Right)?;
        }
        for ((&node, &start), label) in columns
            .nodes
            .iter()
            .zip(&columns.starts)
            .zip(&column_labels)
        {
            let middle = left + start + CELL / 2.0;
            draw_sign(canvas, graph, node, (middle, top - 1.0 - 1.4))?;
            let place = (middle + FONT.cap_height() / 2.0, top - SIGN);
            canvas.text_upwards(label, place, FONT, INK)?;
        }
        draw_marks(canvas, edges, (&rows, &columns), (left, top))?;
        for (&(from, to), lane) in follows.iter().zip(lanes) {
            let lane = right + 3.0 + lane as f64 * LANE;
            let (from, to) = (top + from - 0.5, top + to + 0.5);
            let path = [
                (right + 0.6, from),
                (lane, from),
                (lane, to),
                (right + 0.6, to),
            ];
            signs::follows(canvas, &path, false)?;
        }
        legend.draw(canvas, (MARGIN, below))
    })
}

/// What stands in rows and in columns: what reads, changes or follows has a row, what is read or changed a column;
/// events, factors and levels always have a row, and all else a column. Those of a kind are sorted so that marks
/// gather along the diagonal.
fn sorted(graph: &InfluenceGraph, edges: &[Edge]) -> (Vec<usize>, Vec<usize>) {
    let mut cells: Vec<(usize, usize)> = edges.iter().filter_map(cell).collect();
    cells.sort_unstable();
    cells.dedup();
    let follows = |node: usize| {
        edges
            .iter()
            .any(|edge| edge.kind == EdgeKind::Follows && (edge.from == node || edge.to == node))
    };
    let all = 0..graph.nodes.len();
    let acts = |node: usize| {
        matches!(
            graph.nodes[node].kind,
            NodeKind::Event | NodeKind::Factor | NodeKind::Level
        )
    };
    let mut rows: Vec<usize> = all
        .clone()
        .filter(|&node| acts(node) || follows(node) || cells.iter().any(|cell| cell.0 == node))
        .collect();
    let mut columns: Vec<usize> = all
        .filter(|&node| !acts(node) || cells.iter().any(|cell| cell.1 == node))
        .collect();
    let kind = |node: &usize| graph.nodes[*node].kind;
    rows.sort_by_key(kind);
    columns.sort_by_key(kind);
    let turned: Vec<(usize, usize)> = cells.iter().map(|&(row, column)| (column, row)).collect();
    for _ in 0..ROUNDS {
        gather(graph, &mut columns, &rows, &turned);
        gather(graph, &mut rows, &columns, &cells);
    }
    (rows, columns)
}

/// The row and the column of an edge that is a mark.
fn cell(edge: &Edge) -> Option<(usize, usize)> {
    match edge.kind {
        EdgeKind::Reads => Some((edge.to, edge.from)),
        EdgeKind::Changes => Some((edge.from, edge.to)),
        EdgeKind::Follows => None,
    }
}

/// Sorts nodes, kind by kind, by the mean place of what they share a mark with.
fn gather(graph: &InfluenceGraph, nodes: &mut [usize], others: &[usize], cells: &[(usize, usize)]) {
    let mut places = vec![None; graph.nodes.len()];
    for (place, &other) in others.iter().enumerate() {
        places[other] = Some(place as f64 / others.len() as f64);
    }
    let mut keys = vec![0.0; graph.nodes.len()];
    for (place, &node) in nodes.iter().enumerate() {
        let marks = cells.iter().filter(|cell| cell.0 == node);
        let marks: Vec<f64> = marks.filter_map(|&(_, other)| places[other]).collect();
        keys[node] = mean(&marks).unwrap_or(place as f64 / nodes.len() as f64);
    }
    nodes.sort_by(|&a, &b| {
        let kinds = graph.nodes[a].kind.cmp(&graph.nodes[b].kind);
        kinds.then(keys[a].total_cmp(&keys[b]))
    });
}

fn draw_sign(
    canvas: &mut Canvas,
    graph: &InfluenceGraph,
    node: usize,
    (x, y): Point,
) -> Result<(), FigureError> {
    let frame = signs::Frame {
        left: x - 1.4,
        top: y - 1.0,
        right: x + 1.4,
        bottom: y + 1.0,
    };
    signs::draw_box(canvas, graph.nodes[node].kind, frame)
}

/// Lines through all rows and columns, stronger ones at every fifth, so that a mark can be followed to its labels.
fn draw_lines(
    canvas: &mut Canvas,
    (rows, columns): (&Axis, &Axis),
    (left, top): Point,
) -> Result<(), FigureError> {
    let (right, bottom) = (left + columns.length, top + rows.length);
    for strong in [false, true] {
        let stroke = Stroke::full(LINES[usize::from(strong)], 0.15);
        let chosen = |place: &usize| (place % 5 == 2) == strong;
        for place in (0..rows.nodes.len()).filter(chosen) {
            let y = top + rows.starts[place] + CELL / 2.0;
            canvas.line(&[(left, y), (right, y)], &stroke)?;
        }
        for place in (0..columns.nodes.len()).filter(chosen) {
            let x = left + columns.starts[place] + CELL / 2.0;
            canvas.line(&[(x, top), (x, bottom)], &stroke)?;
        }
    }
    Ok(())
}

fn draw_marks(
    canvas: &mut Canvas,
    edges: &[Edge],
    (rows, columns): (&Axis, &Axis),
    (left, top): Point,
) -> Result<(), FigureError> {
    let mut cells: Vec<((usize, usize), EdgeKind)> = edges
        .iter()
        .filter_map(|edge| Some((cell(edge)?, edge.kind)))
        .collect();
    cells.sort_unstable();
    for same in cells.chunk_by(|a, b| a.0 == b.0) {
        let (row, column) = same[0].0;
        let has = |kind| same.iter().any(|cell| cell.1 == kind);
        if let (Some(x), Some(y)) = (columns.middle(column), rows.middle(row)) {
            let kinds = (has(EdgeKind::Reads), has(EdgeKind::Changes));
            signs::mark(canvas, (left + x, top + y), kinds)?;
        }
    }
    Ok(())
}

/// The mean; none of nothing.
fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// A lane for each line from one height to another, so that no two of a lane share a height; the short ones have the
/// first lanes. Also how many lanes there are.
fn lanes(lines: &[(f64, f64)]) -> (Vec<usize>, usize) {
    let span = |index: usize| {
        let (from, to) = lines[index];
        (from.min(to), from.max(to))
    };
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by(|&a, &b| {
        let length = |index| span(index).1 - span(index).0;
        length(a).total_cmp(&length(b)).then(a.cmp(&b))
    });
    let mut taken: Vec<Vec<(f64, f64)>> = Vec::new();
    let mut lanes = vec![0; lines.len()];
    for index in order {
        let (low, high) = span(index);
        let free = |lane: &Vec<(f64, f64)>| lane.iter().all(|&(l, h)| high < l || h < low);
        let lane = taken.iter().position(free).unwrap_or(taken.len());
        if lane == taken.len() {
            taken.push(Vec::new());
        }
        taken[lane].push((low, high));
        lanes[index] = lane;
    }
    (lanes, taken.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_lane_share_no_height() {
        let (found, count) = lanes(&[(0.0, 10.0), (2.0, 1.0), (3.0, 5.0), (5.0, 6.0)]);
        assert_eq!(found, [2, 0, 1, 0]);
        assert_eq!(count, 3);
        assert_eq!(lanes(&[]), (vec![], 0));
    }
}
