//! What a scenario contains, and what is worth a look in it.

use super::failure::RunFailure;
use super::load::{Findings, Loader, policies_in, policy_folder};
use super::text::{counted, listed, spelled, wrapped};
use detente_model::diagnostic::some_of;
use detente_model::scenario::{
    Influence, InfluenceNode, Measures, NodeKind, Parameter, Policy, Relation, Scenario,
    StateSpace, lint,
};
use detente_output::figures::influence::{Edge, EdgeKind, Node, NodeKind as Drawn};
use detente_output::figures::{InfluenceGraph, dot, influence, png};
use detente_output::store::{DrawnFigure, input};
use detente_report::manifest::Input;
use std::fmt::Write;
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
    /// The names of policies beside the scenario that are made for others.
    unfit: Vec<String>,
}

/// Checks a scenario with the policies given; without any with those in the folder `policies` beside it that fit it.
///
/// # Errors
/// Everything that is wrong with the files, and all warnings.
pub fn check(scenario_path: &Path, policies: &[String]) -> Result<Checked, Box<Findings>> {
    let mut loader = Loader::default();
    let Some((scenario, text)) = loader.scenario(scenario_path) else {
        return Err(Box::new(loader.found));
    };
    let (fit, unfit) = if policies.is_empty() {
        fitting_policies(scenario_path, &scenario, &mut loader)
    } else {
        let paths: Vec<PathBuf> = policies
            .iter()
            .filter_map(|given| loader.find_policy(given, scenario_path))
            .collect();
        let read = paths
            .iter()
            .filter_map(|path| loader.policy(path, &scenario));
        (read.map(|(policy, _)| policy).collect(), Vec::new())
    };
    let default = scenario.default_policy();
    for policy in fit.iter().chain([&default]) {
        loader.program(&scenario, policy);
    }
    lint(&scenario, &fit, &mut loader.found.diagnostics);
    if loader.found.diagnostics.has_errors() {
        return Err(Box::new(loader.found));
    }
    let file = Some(scenario_path.display().to_string());
    Ok(Checked {
        graph: scenario.influence(),
        scenario_input: input(scenario.name(), scenario.title(), file, &text),
        inputs: loader.inputs,
        scenario,
        policies: fit,
        found: loader.found,
        unfit,
    })
}

/// The policies beside a scenario that are made for it, and the names of the others.
fn fitting_policies(
    scenario_path: &Path,
    scenario: &Scenario,
    loader: &mut Loader,
) -> (Vec<Policy>, Vec<String>) {
    let (mut fit, mut unfit) = (Vec::new(), Vec::new());
    for path in policies_in(&policy_folder(scenario_path)) {
        let mut trial = Loader::default();
        if trial.policy(&path, scenario).is_some() {
            fit.extend(loader.policy(&path, scenario).map(|(policy, _)| policy));
        } else {
            let stem = path.file_stem().unwrap_or_default();
            unfit.push(stem.to_string_lossy().into_owned());
        }
    }
    (fit, unfit)
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
        if !self.unfit.is_empty() {
            let _ = writeln!(
                text,
                "  made for other scenarios: {}",
                self.unfit.join(", ")
            );
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
