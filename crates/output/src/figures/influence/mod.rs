//! Figure `influence`: what a scenario contains, and what reads and changes what.
//!
//! The graph is drawn as a table: events, factors and levels in rows, what they read and change in columns, so that every
//! influence is a mark of its own. Arrows between boxes hide each other in any scenario of use.

mod dot;
#[cfg(test)]
mod fixtures;
mod matrix;
mod signs;
#[cfg(test)]
mod tests;

pub use dot::dot;

use super::fonts::Font;
use super::ticks::number;
use super::{Figure, FigureError};
use crate::store::Csv;

const NAME: &str = "influence";
/// What influences what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfluenceGraph {
    /// Title of the figure.
    pub title: String,
    /// What else a reader should know; each stands under the figure in full.
    pub notes: Vec<String>,
    /// The line that says what the figure is not.
    pub honesty: String,
    /// The nodes, in the order of the scenario.
    pub nodes: Vec<Node>,
    /// The edges, in any order that is always the same.
    pub edges: Vec<Edge>,
}

/// A variable, an event, …, or a family of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its name in the scenario.
    pub name: String,
    /// What it is.
    pub kind: NodeKind,
    /// Its label, line by line; without any line its name stands for it.
    pub label: Vec<String>,
    /// Members of the family that it stands for; 1 if it is alone.
    pub count: usize,
}

/// What a node is, in the order in which rows and columns of the figure stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NodeKind {
    /// What an actor can choose.
    Lever,
    /// What happens.
    Event,
    /// A part of the state.
    Variable,
    /// A factor of the doctrine.
    Factor,
    /// The doctrine's level.
    Level,
}

/// A direct influence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// Place of the node that influences.
    pub from: usize,
    /// Place of the node that is influenced.
    pub to: usize,
    /// How.
    pub kind: EdgeKind,
}

/// How one node influences another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EdgeKind {
    /// The target's guard, rate, probability or condition reads the source.
    Reads,
    /// The source, an event, changes the target, a variable.
    Changes,
    /// The target, a consequence, follows the source, its cause.
    Follows,
}

impl Node {
    /// The lines of its label.
    fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.label.clone();
        lines.retain(|line| !line.trim().is_empty());
        if lines.is_empty() {
            lines.push(self.name.clone());
        }
        lines
    }

    /// What counts a family's members behind its label.
    fn tally(&self) -> String {
        if self.count > 1 {
            format!("\u{A0}×{}", self.count)
        } else {
            String::new()
        }
    }
}

/// A text with its tally on one line of a width: the text is shortened, never the tally.
fn shorten(font: Font, text: &str, tally: &str, width: f64) -> Result<String, FigureError> {
    let room = (width - font.width(tally)?).max(0.0);
    Ok(font.shorten(text, room)? + tally)
}

impl NodeKind {
    /// All kinds in the order of the columns.
    const ALL: [Self; 5] = [
        Self::Lever,
        Self::Event,
        Self::Variable,
        Self::Factor,
        Self::Level,
    ];

    /// Its word for one node, and for several.
    fn words(self) -> [&'static str; 2] {
        match self {
            Self::Lever => ["lever", "levers"],
            Self::Event => ["event", "events"],
            Self::Variable => ["variable", "variables"],
            Self::Factor => ["factor", "factors"],
            Self::Level => ["level", "levels"],
        }
    }
}

impl EdgeKind {
    /// Its word in tables.
    fn word(self) -> &'static str {
        match self {
            Self::Reads => "reads",
            Self::Changes => "changes",
            Self::Follows => "follows",
        }
    }
}

/// Draws what influences what.
///
/// # Errors
/// An edge whose end is none of the nodes, or a failure of the drawing library.
pub fn influence(graph: &InfluenceGraph) -> Result<Figure, FigureError> {
    let nodes = graph.nodes.len();
    for (place, edge) in graph.edges.iter().enumerate() {
        if let Some(node) = [edge.from, edge.to].into_iter().find(|&end| end >= nodes) {
            return Err(FigureError::LooseEdge {
                edge: place,
                node,
                nodes,
            });
        }
    }
    let edges = distinct(graph);
    let svg = matrix::draw(graph, &edges)?;
    Ok(Figure {
        name: NAME.to_owned(),
        svg,
        csv: csv(graph, &edges),
    })
}

/// The edges in the order of their ends, each once.
fn distinct(graph: &InfluenceGraph) -> Vec<Edge> {
    let mut edges = graph.edges.clone();
    edges.sort_unstable();
    edges.dedup();
    edges
}

/// How many nodes of each kind there are, and how many edges.
fn counts(graph: &InfluenceGraph, edges: &[Edge]) -> String {
    let kinds = NodeKind::ALL.iter().filter_map(|&kind| {
        let nodes = graph.nodes.iter().filter(|node| node.kind == kind).count();
        let [one, several] = kind.words();
        match nodes {
            0 => None,
            1 => Some(format!("1 {one}")),
            _ => Some(format!("{nodes} {several}")),
        }
    });
    let edges = match edges.len() {
        1 => "1 influence".to_owned(),
        count => format!("{} influences", number(count as f64, 0)),
    };
    let families = if graph.nodes.iter().any(|node| node.count > 1) {
        " · ×n: a family of n"
    } else {
        ""
    };
    let kinds: Vec<String> = kinds.chain([edges]).collect();
    format!("{}{families}", kinds.join(", "))
}

/// A row an edge.
fn csv(graph: &InfluenceGraph, edges: &[Edge]) -> String {
    let mut table = Csv::new(["from", "kind", "to"]);
    for edge in edges {
        table.row([
            graph.nodes[edge.from].name.clone(),
            edge.kind.word().to_owned(),
            graph.nodes[edge.to].name.clone(),
        ]);
    }
    table.into_text()
}
