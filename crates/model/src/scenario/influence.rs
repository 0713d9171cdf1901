//! Who depends on whom, read off the expressions; members of a family are one.

use super::model::{Clock, Measure, Scenario};
use super::names::Symbol;
use super::{Expression, Span};
use std::collections::{BTreeMap, BTreeSet};

/// What a node of the graph is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NodeKind {
    /// A lever.
    Lever,
    /// A variable.
    Variable,
    /// An event.
    Event,
    /// A factor of the doctrine.
    Factor,
    /// The doctrine's level.
    Level,
}

/// A table of the scenario's file: one thing, or a family of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfluenceNode {
    /// What it is.
    pub kind: NodeKind,
    /// Its name as written, placeholders and all.
    pub name: String,
    /// What a reader calls it; of a family the first member's.
    pub title: Option<String>,
    /// How many members the family has.
    pub members: usize,
    /// The position of its first member among the scenario's things of this kind.
    pub first: usize,
}

/// How one thing depends on another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// The second reads the first: in a guard, rate, law, probability, condition, or in what it assigns.
    Reads,
    /// The first, an event, changes the second.
    Changes,
    /// The second is a consequence of the first.
    Follows,
}

/// Nodes in the order of the file, and edges from influence to influenced; derived names and obligations are seen
/// through, parameters left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Influence {
    /// The nodes.
    pub nodes: Vec<InfluenceNode>,
    /// Pairs of positions in `nodes`.
    pub edges: BTreeSet<(usize, usize, Relation)>,
    /// The same, the influenced first.
    backwards: BTreeSet<(usize, usize, Relation)>,
    /// The outcomes, series and obligations that read a node, by name.
    readers: BTreeSet<(usize, Measures, String)>,
}

/// Those who read the world without changing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measures {
    /// Conditions of obligations.
    Obligations,
    /// Outcomes and series.
    Outcomes,
}

impl Influence {
    /// The names of the obligations, or outcomes and series, that read a node.
    pub fn measured(&self, node: usize, by: Measures) -> Vec<&str> {
        let of_node = self.readers.range((node, by, String::new())..);
        let of_node = of_node.take_while(|(read, kind, _)| (*read, *kind) == (node, by));
        of_node.map(|(_, _, name)| name.as_str()).collect()
    }

    /// The names of the nodes that stand in a relation to one: those before it, or those behind.
    pub fn related(&self, node: usize, relation: Relation, before: bool) -> Vec<&str> {
        let edges = if before { &self.backwards } else { &self.edges };
        let of_node = edges.range((node, 0, Relation::Reads)..(node + 1, 0, Relation::Reads));
        let related = of_node.filter(|(_, _, kind)| *kind == relation);
        related
            .map(|(_, other, _)| self.nodes[*other].name.as_str())
            .collect()
    }
}

/// A graph under construction, with the node of every thing.
#[derive(Default)]
struct Builder {
    graph: Influence,
    known: BTreeMap<Span, usize>,
    levers: Vec<usize>,
    variables: Vec<usize>,
    events: Vec<usize>,
    factors: Vec<usize>,
    level: Option<usize>,
    readers: BTreeSet<(usize, Measures, String)>,
}

impl Builder {
    fn node(
        &mut self,
        kind: NodeKind,
        first: usize,
        name: &str,
        title: Option<&String>,
        span: Span,
    ) -> usize {
        let next = self.graph.nodes.len();
        let node = *self.known.entry(span).or_insert(next);
        if node == next {
            self.graph.nodes.push(InfluenceNode {
                kind,
                name: name.to_owned(),
                title: title.cloned(),
                members: 0,
                first,
            });
        }
        self.graph.nodes[node].members += 1;
        node
    }

    fn of_symbol(&self, symbol: Symbol) -> Option<usize> {
        match symbol {
            Symbol::Lever(index) => Some(self.levers[index]),
            Symbol::Variable(index) => Some(self.variables[index]),
            Symbol::Factor(index) => Some(self.factors[index]),
            Symbol::Level => self.level,
            _ => None,
        }
    }

    fn reads(&mut self, scenario: &Scenario, reader: usize, expression: &Expression) {
        let mut symbols = BTreeSet::new();
        scenario.symbols_below(expression, &mut symbols);
        for symbol in symbols {
            let Some(node) = self.of_symbol(symbol) else {
                continue;
            };
            self.graph.edges.insert((node, reader, Relation::Reads));
        }
    }
}

impl Scenario {
    /// Who depends on whom.
    #[must_use]
    pub fn influence(&self) -> Influence {
        let mut builder = Builder::default();
        for (index, lever) in self.levers.iter().enumerate() {
            let node = builder.node(
                NodeKind::Lever,
                index,
                &lever.family,
                lever.title.as_ref(),
                lever.span,
            );
            builder.levers.push(node);
        }
        for (index, variable) in self.variables.iter().enumerate() {
            let title = variable.title.as_ref();
            let family = &variable.family;
            let node = builder.node(NodeKind::Variable, index, family, title, variable.span);
            builder.variables.push(node);
        }
        for (index, event) in self.events.iter().enumerate() {
            let node = builder.node(
                NodeKind::Event,
                index,
                &event.family,
                event.title.as_ref(),
                event.span,
            );
            builder.events.push(node);
        }
        if let Some(doctrine) = &self.doctrine {
            for (index, factor) in doctrine.factors.iter().enumerate() {
                let title = factor.title.as_ref();
                let family = &factor.family;
                let node = builder.node(NodeKind::Factor, index, family, title, factor.span);
                builder.factors.push(node);
            }
            builder.level = Some(builder.graph.nodes.len());
            builder.graph.nodes.push(InfluenceNode {
                kind: NodeKind::Level,
                name: "doctrine".to_owned(),
                title: None,
                members: 1,
                first: 0,
            });
        }
        self.connect(&mut builder);
        self.measure(&mut builder);
        builder.graph.readers = builder.readers;
        let edges = builder.graph.edges.iter();
        let backwards = edges.map(|(from, to, relation)| (*to, *from, *relation));
        builder.graph.backwards = backwards.collect();
        builder.graph
    }

    /// Notes who reads the world without changing it.
    fn measure(&self, builder: &mut Builder) {
        let obligations = self.obligations.iter();
        let obligations =
            obligations.map(|of| (Measures::Obligations, &of.name, vec![&of.breached_when]));
        let outcomes = self.outcomes.iter();
        let outcomes = outcomes.map(|of| (Measures::Outcomes, &of.name, of.measure.expressions()));
        let series = self.series.iter();
        let series = series.map(|of| (Measures::Outcomes, &of.name, vec![&of.value]));
        for (kind, name, expressions) in obligations.chain(outcomes).chain(series) {
            let mut symbols = BTreeSet::new();
            for expression in expressions {
                self.symbols_below(expression, &mut symbols);
            }
            for symbol in symbols {
                if let Some(node) = builder.of_symbol(symbol) {
                    builder.readers.insert((node, kind, name.clone()));
                }
            }
        }
        for outcome in &self.outcomes {
            if let Measure::Firings(event, _) = outcome.measure {
                let reader = (
                    builder.events[event],
                    Measures::Outcomes,
                    outcome.name.clone(),
                );
                builder.readers.insert(reader);
            }
        }
    }

    fn connect(&self, builder: &mut Builder) {
        for (index, event) in self.events.iter().enumerate() {
            let node = builder.events[index];
            for condition in event.conditions() {
                builder.reads(self, node, condition);
            }
            for (variable, value) in event.all_effects() {
                let changed = builder.variables[variable];
                builder
                    .graph
                    .edges
                    .insert((node, changed, Relation::Changes));
                let mut symbols = BTreeSet::new();
                self.symbols_below(value, &mut symbols);
                // `x += 1` reads x only to change it.
                symbols.remove(&Symbol::Variable(variable));
                for symbol in symbols {
                    if let Some(source) = builder.of_symbol(symbol) {
                        builder.graph.edges.insert((source, node, Relation::Reads));
                    }
                }
            }
            if let Clock::After { cause, .. } = event.clock {
                let cause = builder.events[cause];
                builder.graph.edges.insert((cause, node, Relation::Follows));
            }
        }
        if let Some(doctrine) = &self.doctrine {
            for (index, factor) in doctrine.factors.iter().enumerate() {
                let node = builder.factors[index];
                builder.reads(self, node, &factor.active_when);
                if let Some(clears) = &factor.clears_when {
                    builder.reads(self, node, clears);
                }
            }
            for (_, rule) in &doctrine.rules {
                if let Some(level) = builder.level {
                    builder.reads(self, level, rule);
                }
            }
        }
    }
}
