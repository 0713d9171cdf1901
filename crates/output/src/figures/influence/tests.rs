//! Graphs drawn from made-up ones and read back as they would be painted.

use super::fixtures::{all, arms_race, crossing, empty, ladder, large};
use super::{Edge, EdgeKind, dot, influence};
use crate::figures::inspect::{all_text, check_page, check_points, view_box};
use crate::figures::{FigureError, png};

#[test]
fn texts_neither_overlap_nor_leave_the_page() {
    for (name, graph) in all() {
        let figure = influence(&graph).unwrap();
        check_page(name, &figure.svg);
        check_points(name, &figure.svg, 7.0);
    }
}

#[test]
fn the_same_graph_gives_the_same_bytes() {
    for (name, graph) in all() {
        let mut turned = graph.clone();
        turned.edges.reverse();
        turned.edges.extend(graph.edges.first());
        assert_eq!(
            influence(&graph).unwrap(),
            influence(&turned).unwrap(),
            "{name}"
        );
        assert_eq!(dot(&graph), dot(&turned), "{name}");
    }
}

#[test]
fn a_small_graph_is_a_table_too() {
    let figure = influence(&ladder()).unwrap();
    assert_eq!(figure.name, "influence");
    let text = all_text(&figure.svg);
    for label in [
        "6 events, 1 variable, 1 level, 13 influences",
        "stand down",
        "row reads column",
        "not a forecast",
    ] {
        assert!(text.contains(label), "`{label}` is missing in: {text}");
    }
    assert!(!text.contains("may be followed by"));
    assert!(view_box(&figure.svg)[0] <= 18_000.0);
}

#[test]
fn families_are_counted() {
    let text = all_text(&influence(&crossing()).unwrap().svg);
    for label in [
        "answers\u{A0}×10",
        "west\u{A0}×2",
        "×n: a family of n",
        "may be followed by",
    ] {
        assert!(text.contains(label), "`{label}` is missing in: {text}");
    }
}

#[test]
fn families_are_counted_however_long_their_names() {
    for (name, graph) in all() {
        let text = all_text(&influence(&graph).unwrap().svg);
        let families = graph.nodes.iter().filter(|node| node.count > 1).count();
        // A factor has a row and a column in a table.
        let tallies = text.matches("\u{A0}×").count();
        assert!(tallies >= families, "{name}: {tallies} of {families}");
    }
}

#[test]
fn a_large_graph_is_a_table_with_every_node() {
    let graph = large();
    let figure = influence(&graph).unwrap();
    let text = all_text(&figure.svg);
    for label in [
        "row reads column",
        "row reads and changes column",
        "may be followed by",
    ] {
        assert!(text.contains(label), "`{label}` is missing in: {text}");
    }
    for node in &graph.nodes {
        assert!(text.contains(&node.label[0]), "{} is missing", node.name);
    }
    let [width, height] = view_box(&figure.svg).map(|units| units / 100.0);
    assert!(width <= 320.0 && height <= 420.0, "{width} × {height} mm");
}

#[test]
fn the_table_of_numbers_is_the_list_of_edges() {
    let csv = influence(&arms_race()).unwrap().csv;
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines[0], "from,kind,to");
    assert_eq!(lines.len(), 1 + arms_race().edges.len());
    assert!(lines.contains(&"W,reads,east_builds") && lines.contains(&"x_ends,changes,X"));
}

#[test]
fn loose_edges_are_refused() {
    let mut loose = ladder();
    loose.edges.push(Edge {
        from: 0,
        to: 99,
        kind: EdgeKind::Reads,
    });
    let error = influence(&loose).unwrap_err();
    assert!(matches!(error, FigureError::LooseEdge { .. }));
    assert_eq!(
        error.to_string(),
        "edge 13 ends at node 99, but the graph has 8 nodes"
    );
    assert!(!dot(&loose).contains("n99"));
}

#[test]
fn dot_quotes_names_and_tells_kinds_apart() {
    let mut graph = crossing();
    graph.nodes[0].label = vec!["say \"x\"\\".to_owned(), "Минск".to_owned()];
    let text = dot(&graph);
    assert!(text.starts_with("digraph influence {\n") && text.ends_with("}\n"));
    for line in [
        "  n0 [label=\"say \\\"x\\\"\\\\\\nМинск\", tooltip=\"posture\", shape=box, style=dashed];",
        "  n3 [label=\"answers\u{A0}×10\", tooltip=\"answers\", shape=box];",
        "  n2 -> n6 [color=\"#1a1a1a\", penwidth=2];",
        "  n2 -> n3 [color=\"#4d4d4d\", style=dashed];",
    ] {
        assert!(text.contains(line), "`{line}` is missing in: {text}");
    }
    assert_eq!(dot(&empty()).matches("->").count(), 0);
}

#[test]
fn it_can_be_painted() {
    for graph in [ladder(), large()] {
        let svg = influence(&graph).unwrap().svg;
        assert!(png(&svg).unwrap().starts_with(b"\x89PNG"));
    }
}
