//! A graph of influences as text for Graphviz.

use std::fmt::Write as _;

use super::{EdgeKind, InfluenceGraph, NodeKind, distinct};

/// The graph in the DOT language: nodes in the order of the scenario, edges in the order of their ends. Edges whose ends are no
/// nodes are left out.
pub fn dot(graph: &InfluenceGraph) -> String {
    let mut text = String::from(
        "digraph influence {\n  rankdir=LR;\n  node [fontname=\"Noto Sans\", fontsize=9];\n",
    );
    let _ = writeln!(text, "  label={};", quoted(&graph.title));
    for (place, node) in graph.nodes.iter().enumerate() {
        let look = match node.kind {
            NodeKind::Lever => "shape=box, style=dashed",
            NodeKind::Event => "shape=box",
            NodeKind::Variable => "shape=box, style=\"rounded,filled\", fillcolor=\"#dbe7f1\"",
            NodeKind::Factor => "shape=hexagon, style=filled, fillcolor=\"#f2b94d\"",
            NodeKind::Level => {
                "shape=box, style=filled, fillcolor=\"#4a1438\", fontcolor=\"#ffffff\""
            }
        };
        let label = quoted(&(node.lines().join("\n") + &node.tally()));
        let tooltip = quoted(&node.name);
        let _ = writeln!(
            text,
            "  n{place} [label={label}, tooltip={tooltip}, {look}];"
        );
    }
    let nodes = graph.nodes.len();
    for edge in distinct(graph) {
        if edge.from >= nodes || edge.to >= nodes {
            continue;
        }
        let look = match edge.kind {
            EdgeKind::Reads => "color=\"#5c94c4\"",
            EdgeKind::Changes => "color=\"#1a1a1a\", penwidth=2",
            EdgeKind::Follows => "color=\"#4d4d4d\", style=dashed",
        };
        let _ = writeln!(text, "  n{} -> n{} [{look}];", edge.from, edge.to);
    }
    text.push_str("}\n");
    text
}

/// A text as a quoted string of DOT.
fn quoted(text: &str) -> String {
    let inside: String = text
        .chars()
        .map(|letter| match letter {
            '"' => "\\\"".to_owned(),
            '\\' => "\\\\".to_owned(),
            '\n' => "\\n".to_owned(),
            _ if letter.is_control() => " ".to_owned(),
            _ => letter.to_string(),
        })
        .collect();
    format!("\"{inside}\"")
}
