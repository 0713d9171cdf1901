//! What a scenario contains, and what is worth a look in it.

use super::failure::RunFailure;
use super::load::{Findings, Loader, World};
use super::text::{counted, listed, spelled, wrapped};
use super::theatre::{CLAIMS, OBSERVED, PAYOFFS, Theatre};
use detente_model::diagnostic::{FileId, some_of};
use detente_model::scenario::{
    Influence, InfluenceNode, Measures, NodeKind, Parameter, Policy, Relation, Scenario,
    StateSpace, lint,
};
use detente_output::figures::influence::{Edge, EdgeKind, Node, NodeKind as Drawn};
use detente_output::figures::{InfluenceGraph, dot, influence, png};
use detente_output::store::{DrawnFigure, input};
use detente_report::manifest::Input;
use std::fmt::Write;
use std::mem;
use std::path::{Path, PathBuf};

/// A scenario that can run under all of the policies it was checked with.
#[derive(Debug)]
pub struct Checked {
    /// The scenario.
    pub scenario: Scenario,
    /// The policies.
    pub policies: Vec<Policy>,
    /// The warnings.
    pub found: Findings,
    scenario_input: Input,
    inputs: Vec<PathBuf>,
    graph: Influence,
    /// The names of the theatre's files that are laid over the scenario.
    laid_over: Vec<String>,
}

/// Checks a scenario, the files of its theatre that are laid over it, and the policies given; without any all of the theatre's.
///
/// # Errors
/// Everything that is wrong with the files, and all warnings.
pub fn check(scenario_path: &Path, policies: &[String]) -> Result<Checked, Box<Findings>> {
    let mut loader = Loader::default();
    match loader.check(&Theatre::of(scenario_path), policies) {
        Some(checked) => Ok(Checked {
            found: loader.found,
            inputs: loader.inputs,
            ..checked
        }),
        None => Err(Box::new(loader.found)),
    }
}

impl Loader {
    /// What was checked, where nothing is wrong, without what was found.
    fn check(&mut self, theatre: &Theatre, policies: &[String]) -> Option<Checked> {
        let files = self.lineage(&theatre.scenario)?;
        let (scenario, text) = self.resolved(&files)?;
        let paths: Vec<PathBuf> = if policies.is_empty() {
            theatre.policies()
        } else {
            let given = policies.iter();
            given
                .filter_map(|given| self.find_policy(given, theatre))
                .collect()
        };
        let policies: Vec<Policy> = paths
            .iter()
            .filter_map(|path| Some(self.policy(path, &scenario)?.0))
            .collect();
        let default = scenario.default_policy();
        for policy in policies.iter().chain([&default]) {
            self.program(&scenario, policy);
        }
        let diagnostics = &mut self.found.diagnostics;
        lint(&scenario, &policies, diagnostics);
        if diagnostics.has_errors() {
            // A policy with mistakes may read what no other does.
            diagnostics.allow("unused");
        }
        let file = Some(theatre.scenario.display().to_string());
        let scenario_input = input(scenario.name(), scenario.title(), file, &text);
        let world = World::plain(theatre, scenario, text);
        // A policy with mistakes that a claim names would be told of twice.
        if !self.found.diagnostics.has_errors() {
            self.placement(&world);
        }
        let laid_over = self.check_layers(theatre, &files);
        let (scenario, ..) = world.into_parts();
        (!self.found.diagnostics.has_errors()).then(|| Checked {
            graph: scenario.influence(),
            scenario_input,
            inputs: Vec::new(),
            scenario,
            policies,
            found: Findings::default(),
            laid_over,
        })
    }

    /// Looks for mistakes in the theatre's files that are laid over its scenario, which is sound, and returns their names.
    fn check_layers(&mut self, theatre: &Theatre, scenario: &[FileId]) -> Vec<String> {
        let mut checked = Vec::new();
        // What is wrong elsewhere does not end the reading of a file.
        let mut all = mem::take(&mut self.found.diagnostics);
        for layer in [&CLAIMS, &OBSERVED, &PAYOFFS] {
            self.overlay = self.own_layer(theatre, layer, scenario);
            let Some(overlay) = self.overlay.clone() else {
                continue;
            };
            checked.push(format!("{}.toml", layer.name));
            let files = self.laid_over(&overlay, scenario.to_vec());
            if let Some((scenario, text)) = files.and_then(|files| self.resolved(&files))
                && self.has(layer, &scenario, theatre)
                && !all.has_errors()
            {
                self.placement(&World::plain(theatre, scenario, text));
            }
            all.append(mem::take(&mut self.found.diagnostics));
        }
        self.found.diagnostics = all;
        checked
    }
}

/// What a name is related to, behind the word for it.
fn related(text: &mut String, what: &str, names: Vec<&str>) {
    let mut names: Vec<String> = names.into_iter().map(str::to_owned).collect();
    if let Some(first) = names.first_mut() {
        *first = format!("{what} {first}");
        listed(text, names.into_iter());
    }
}

impl Checked {
    /// What the scenario contains, and who depends on whom: families as one, derived names seen through.
    #[must_use]
    pub fn report(&self) -> String {
        let scenario = &self.scenario;
        let mut text = wrapped(&scenario.honesty());
        let from = scenario
            .epoch()
            .map_or(String::new(), |date| format!(" from {date}"));
        let _ = writeln!(
            text,
            "\n{} ({})\nhorizon {}{from}",
            scenario.title(),
            scenario.name(),
            spelled(scenario.horizon(), scenario.time_unit()),
        );
        self.policies_section(&mut text);
        self.parameters_section(&mut text);
        self.nodes_section(&mut text, "Levers", NodeKind::Lever);
        self.nodes_section(&mut text, "Variables", NodeKind::Variable);
        self.nodes_section(&mut text, "Events", NodeKind::Event);
        self.nodes_section(&mut text, "Factors of the doctrine", NodeKind::Factor);
        self.nodes_section(&mut text, "Level of the doctrine", NodeKind::Level);
        self.obligations_section(&mut text);
        let _ = writeln!(
            text,
            "\nOutcomes ({}), series ({})",
            scenario.outcomes.len(),
            scenario.series.len()
        );
        let outcomes = scenario.outcomes.iter();
        listed(&mut text, outcomes.map(|outcome| outcome.name.clone()));
        self.state_space_section(&mut text);
        text
    }

    fn policies_section(&self, text: &mut String) {
        let _ = writeln!(text, "\nPolicies ({})", self.policies.len());
        listed(
            text,
            self.policies.iter().map(|policy| policy.name().to_owned()),
        );
        if !self.laid_over.is_empty() {
            let _ = writeln!(text, "\nLaid over the scenario ({})", self.laid_over.len());
            listed(text, self.laid_over.iter().cloned());
        }
    }

    fn parameters_section(&self, text: &mut String) {
        let parameters = self.scenario.parameters();
        let _ = writeln!(text, "\nParameters ({})", parameters.len());
        let mut line = |what: &str, which: &dyn Fn(&Parameter) -> bool| {
            let names = parameters.iter().filter(|parameter| which(parameter));
            let names: Vec<String> = names.map(|parameter| parameter.name().to_owned()).collect();
            let _ = writeln!(text, "  {what}: {} of {}", names.len(), parameters.len());
            if names.len() < parameters.len() {
                listed(text, names.into_iter());
            }
        };
        line("assumed", &Parameter::is_assumed);
        line("without a source", &|parameter| !parameter.has_source());
        line("without a range or distribution", &|parameter| {
            parameter.range.is_none() && parameter.distribution.is_none()
        });
        line("with a neutral value", &|parameter| {
            parameter.neutral.is_some()
        });
    }

    fn nodes_section(&self, text: &mut String, heading: &str, kind: NodeKind) {
        let nodes = self.graph.nodes.iter().enumerate();
        let nodes: Vec<(usize, &InfluenceNode)> =
            nodes.filter(|(_, node)| node.kind == kind).collect();
        if nodes.is_empty() {
            return;
        }
        let members: usize = nodes.iter().map(|(_, node)| node.members).sum();
        let count = if members == nodes.len() {
            members.to_string()
        } else {
            format!("{members} in {}", counted(nodes.len() as u64, "table"))
        };
        let _ = writeln!(text, "\n{heading} ({count})");
        for (index, node) in nodes {
            let members = match node.members {
                1 => String::new(),
                members => format!(" ({members})"),
            };
            let about = self.about(node);
            let _ = writeln!(text, "  {}{members}{about}", node.name);
            let relations = [
                ("follows", Relation::Follows, true),
                ("reads", Relation::Reads, true),
                ("changes", Relation::Changes, false),
                ("changed by", Relation::Changes, true),
                ("read by", Relation::Reads, false),
                ("followed by", Relation::Follows, false),
            ];
            for (what, relation, before) in relations {
                let names = self.graph.related(index, relation, before);
                related(text, what, names);
            }
            related(
                text,
                "breaches",
                self.graph.measured(index, Measures::Obligations),
            );
            related(
                text,
                "measured by",
                self.graph.measured(index, Measures::Outcomes),
            );
        }
    }

    /// What else is to be said of a node, behind its name.
    fn about(&self, node: &InfluenceNode) -> String {
        let scenario = &self.scenario;
        match node.kind {
            NodeKind::Event => {
                let event = &scenario.events[node.first];
                format!(": {}", event.clock.describe())
            }
            NodeKind::Variable => {
                let variable = &scenario.variables[node.first];
                format!(": {}", scenario.describe_values(variable.kind))
            }
            NodeKind::Lever => {
                let lever = &scenario.levers[node.first];
                let options = some_of(scenario.names.states(lever.options).iter());
                let actor = lever.actor.as_deref().unwrap_or("nobody in particular");
                format!(": {actor} chooses {options}")
            }
            NodeKind::Factor => {
                let doctrine = scenario.doctrine.as_ref();
                let factor = doctrine.and_then(|doctrine| {
                    let factor = doctrine.factors.get(node.first)?;
                    Some((factor, scenario.names.states(doctrine.levels)))
                });
                factor.map_or(String::new(), |(factor, levels)| {
                    let title = factor
                        .title
                        .as_ref()
                        .map_or(String::new(), |t| format!(", {t}"));
                    format!(": {}{title}", levels[factor.level])
                })
            }
            NodeKind::Level => {
                let doctrine = scenario.doctrine.as_ref();
                let levels = doctrine.map(|doctrine| scenario.names.states(doctrine.levels));
                levels.map_or(String::new(), |levels| {
                    format!(": {}", some_of(levels.iter()))
                })
            }
        }
    }

    fn obligations_section(&self, text: &mut String) {
        let obligations = &self.scenario.obligations;
        if obligations.is_empty() {
            return;
        }
        let _ = writeln!(text, "\nObligations ({})", obligations.len());
        for obligation in obligations {
            let treaty = obligation.treaty.as_ref();
            let treaty = treaty.map_or(String::new(), |treaty| format!(": {treaty}"));
            let _ = writeln!(text, "  {}{treaty}", obligation.name);
            if let Some(words) = &obligation.text {
                for line in wrapped(words).lines() {
                    let _ = writeln!(text, "    {line}");
                }
            }
        }
    }

    fn state_space_section(&self, text: &mut String) {
        let _ = writeln!(text, "\nState space");
        let memory = if self.scenario.has_memory() {
            "; ages of clocks, calendars and consequences under way come on top"
        } else {
            ""
        };
        match self.scenario.state_space() {
            StateSpace::AtMost(size) if size < 1e15 => {
                #[allow(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a whole number that f64 holds"
                )]
                let size = counted(size as u64, "state");
                let _ = writeln!(text, "  at most {size}{memory}");
            }
            StateSpace::AtMost(size) => {
                let _ = writeln!(text, "  at most {size:.1e} states{memory}");
            }
            StateSpace::Infinite(reasons) => {
                let _ = writeln!(text, "  not finite");
                listed(text, reasons.into_iter());
            }
        }
    }

    /// Draws who depends on whom into a folder and returns where the SVG stands; PNG, CSV and DOT stand beside it.
    ///
    /// # Errors
    /// Where drawing or writing fails.
    pub fn draw_influence(
        &self,
        path: &Path,
        command_line: Vec<String>,
    ) -> Result<PathBuf, RunFailure> {
        let graph = self.influence_graph();
        let figure = influence(&graph)?;
        let drawn = DrawnFigure {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            honesty: self.scenario.honesty(),
            scenario: self.scenario_input.clone(),
            policies: Vec::new(),
            command_line,
            inputs: self.inputs.clone(),
        };
        let dot = dot(&graph);
        let files: [(&str, &[u8]); 4] = [
            ("dot", dot.as_bytes()),
            ("csv", figure.csv.as_bytes()),
            ("png", &png(&figure.svg)?),
            ("svg", figure.svg.as_bytes()),
        ];
        drawn.write(path, &figure.name, &files)?;
        Ok(path.join(format!("{}.svg", figure.name)))
    }

    fn influence_graph(&self) -> InfluenceGraph {
        let nodes = self.graph.nodes.iter().map(|node| Node {
            name: node.name.clone(),
            kind: match node.kind {
                NodeKind::Lever => Drawn::Lever,
                NodeKind::Variable => Drawn::Variable,
                NodeKind::Event => Drawn::Event,
                NodeKind::Factor => Drawn::Factor,
                NodeKind::Level => Drawn::Level,
            },
            label: Vec::new(),
            count: node.members,
        });
        let edges = self.graph.edges.iter().map(|(from, to, relation)| Edge {
            from: *from,
            to: *to,
            kind: match relation {
                Relation::Reads => EdgeKind::Reads,
                Relation::Changes => EdgeKind::Changes,
                Relation::Follows => EdgeKind::Follows,
            },
        });
        InfluenceGraph {
            title: format!("Who depends on whom: {}", self.scenario.title()),
            notes: vec![
                "Derived names and obligations are seen through; parameters are left out; a family is one.".to_owned(),
            ],
            honesty: self.scenario.honesty(),
            nodes: nodes.collect(),
            edges: edges.collect(),
        }
    }
}
