//! Made-up graphs for tests, usual and odd.

use super::{Edge, EdgeKind, InfluenceGraph, Node, NodeKind};
use crate::figures::fixtures::HONESTY;

/// A graph without nodes.
pub fn empty() -> InfluenceGraph {
    InfluenceGraph {
        title: "What reads and changes what: a scenario".to_owned(),
        notes: vec!["Named expressions are read through.".to_owned()],
        honesty: HONESTY.to_owned(),
        nodes: Vec::new(),
        edges: Vec::new(),
    }
}

/// A graph of nodes `kind name`, and edges `from r to`, `from c to` and `from f to`, for reads, changes and follows.
fn graph(nodes: &str, edges: &str) -> InfluenceGraph {
    let nodes: Vec<Node> = nodes
        .split_whitespace()
        .map(|node| {
            let (kind, name) = node.split_once(':').unwrap();
            Node {
                name: name.to_owned(),
                kind: match kind {
                    "lever" => NodeKind::Lever,
                    "event" => NodeKind::Event,
                    "factor" => NodeKind::Factor,
                    "level" => NodeKind::Level,
                    _ => NodeKind::Variable,
                },
                label: vec![name.replace('_', " ")],
                count: 1,
            }
        })
        .collect();
    let place = |name: &str| nodes.iter().position(|node| node.name == name).unwrap();
    let words: Vec<&str> = edges.split_whitespace().collect();
    let edges = words
        .chunks(3)
        .map(|edge| Edge {
            from: place(edge[0]),
            to: place(edge[2]),
            kind: match edge[1] {
                "r" => EdgeKind::Reads,
                "c" => EdgeKind::Changes,
                _ => EdgeKind::Follows,
            },
        })
        .collect();
    InfluenceGraph {
        nodes,
        edges,
        ..empty()
    }
}

/// One variable and six events in cycles with it.
pub fn ladder() -> InfluenceGraph {
    graph(
        "var:rung event:unrest event:calm event:mobilise event:stand_down event:attack event:cease_fire level:level",
        "rung r unrest unrest c rung rung r calm calm c rung rung r mobilise mobilise c rung \
         rung r stand_down stand_down c rung rung r attack attack c rung rung r cease_fire cease_fire c rung \
         rung r level",
    )
}

/// Four variables and twelve events.
pub fn arms_race() -> InfluenceGraph {
    graph(
        "var:W var:E var:X var:L event:west_builds event:west_scraps event:east_builds event:east_scraps \
         event:x_begins event:x_ends event:rise_to_uneasy event:fall_to_calm event:rise_to_tense \
         event:fall_to_uneasy event:rise_to_top event:fall_to_tense",
        "W r west_builds E r west_builds west_builds c W W r west_scraps west_scraps c W \
         E r east_builds W r east_builds east_builds c E E r east_scraps east_scraps c E \
         X r x_begins x_begins c X X r x_ends x_ends c X \
         L r rise_to_uneasy W r rise_to_uneasy E r rise_to_uneasy rise_to_uneasy c L \
         L r fall_to_calm W r fall_to_calm E r fall_to_calm fall_to_calm c L \
         L r rise_to_tense W r rise_to_tense E r rise_to_tense X r rise_to_tense rise_to_tense c L \
         L r fall_to_uneasy fall_to_uneasy c L \
         L r rise_to_top W r rise_to_top E r rise_to_top X r rise_to_top rise_to_top c L \
         L r fall_to_tense fall_to_tense c L",
    )
}

/// All kinds, with influences across columns, within a column and of a node on itself.
pub fn crossing() -> InfluenceGraph {
    let mut all = graph(
        "lever:posture lever:course event:builds event:answers event:answers_late event:drills var:west var:east \
         var:exercise factor:expansion factor:concentration level:level event:alone var:unused",
        "posture r builds posture r answers course r drills course r concentration builds c west builds f answers \
         answers f answers_late builds f answers_late drills f drills answers c east answers_late c east \
         east r builds west r answers drills c exercise exercise r concentration east r concentration \
         west r expansion expansion r level concentration r level level r answers exercise r level \
         concentration r builds",
    );
    all.nodes[3].count = 10;
    all.nodes[6].count = 2;
    all
}

/// As large as Belarus's: 45 variables, 65 events, 9 levers, 7 factors, a level, some 480 edges in themes.
pub fn large() -> InfluenceGraph {
    let kinds = [
        (NodeKind::Variable, "variable", 45),
        (NodeKind::Event, "an_event_of_the_scenario", 65),
        (NodeKind::Factor, "factor", 7),
        (NodeKind::Lever, "lever", 9),
        (NodeKind::Level, "level", 1),
    ];
    let mut nodes = Vec::new();
    for (kind, name, count) in kinds {
        for index in 0..count {
            nodes.push(Node {
                name: format!("{name}_{index}"),
                kind,
                label: vec![format!("{} {index}", name.replace('_', " "))],
                count: 1 + 9 * usize::from(index % 6 == 1),
            });
        }
    }
    let edge = |from: usize, to: usize, kind: EdgeKind| Edge { from, to, kind };
    let mut edges = Vec::new();
    for event in 0..65 {
        let (place, theme) = (45 + event, event * 45 / 65);
        edges.push(edge(place, theme, EdgeKind::Changes));
        edges.push(edge(place, (theme * 7 + 3) % 45, EdgeKind::Changes));
        for step in 0..4 {
            let read = (theme + step * step * (event % 5)) % 45;
            edges.push(edge(read, place, EdgeKind::Reads));
        }
        if event % 3 == 0 {
            edges.push(edge(117 + event % 9, place, EdgeKind::Reads));
        }
        if event % 2 == 1 {
            let cause = 45 + (event - 1) / 3;
            edges.push(edge(cause, place, EdgeKind::Follows));
        }
    }
    for factor in 0..7 {
        edges.push(edge(6 * factor, 110 + factor, EdgeKind::Reads));
        edges.push(edge(110 + factor, 126, EdgeKind::Reads));
    }
    InfluenceGraph {
        nodes,
        edges,
        ..empty()
    }
}

/// Every made-up graph by name.
pub fn all() -> Vec<(&'static str, InfluenceGraph)> {
    let single = |kind| {
        let mut single = graph("event:hit", "");
        single.nodes[0].kind = kind;
        single
    };
    let unlinked = InfluenceGraph {
        edges: Vec::new(),
        ..arms_race()
    };
    let no_texts = InfluenceGraph {
        title: String::new(),
        notes: Vec::new(),
        honesty: String::new(),
        ..ladder()
    };
    let mut nameless = crossing();
    for node in &mut nameless.nodes {
        node.label = vec![" ".to_owned()];
    }
    vec![
        ("empty", empty()),
        ("ladder", ladder()),
        ("arms-race", arms_race()),
        ("crossing", crossing()),
        ("large", large()),
        ("one-event", single(NodeKind::Event)),
        ("one-factor", single(NodeKind::Factor)),
        ("unlinked", unlinked),
        ("no-texts", no_texts),
        ("nameless", nameless),
        ("long-names", long(crossing())),
        ("long-names-large", long(large())),
    ]
}

fn long(mut graph: InfluenceGraph) -> InfluenceGraph {
    graph.title = "Что читает и меняет <что> & почему: ".repeat(9);
    graph.notes = vec!["Ещё одно примечание, которое не помещается в строку. ".repeat(6)];
    for (place, node) in graph.nodes.iter_mut().enumerate() {
        node.name = format!("name_{place}_\"quoted\"_\\_of_forty_letters_and_more");
        node.label = vec![
            format!(
                "Переменная или событие {place} с именем из сорока и ещё более букв, <как> нарочно"
            ),
            node.name.clone(),
            "supercalifragilisticexpialidociousunbreakablelongnameofanoutcomewithoutspaces"
                .to_owned(),
        ];
    }
    graph
}
