//! A policy's file → a [`Policy`] of a scenario.

use super::document;
use super::document::{Node, Table, Value};
use super::expressions::expression;
use super::law;
use super::lint;
use super::model::{Policy, PolicyRule, Scenario};
use super::names::{Scope, Symbol};
use super::reader::{Reader, as_number, as_table, require_folder_name, require_name, wrong_kind};
use crate::diagnostic::{Diagnostics, FileId, Quoted, Sources, some_of};
use crate::expr::{Bindings, Type, check_state_name};
use std::collections::BTreeSet;

impl Scenario {
    /// The policy that leaves every lever at its default.
    #[must_use]
    pub fn default_policy(&self) -> Policy {
        Policy {
            name: "default".to_owned(),
            title: "Every lever at its default".to_owned(),
            choices: self.levers.iter().map(|lever| lever.default).collect(),
            settings: Vec::new(),
            rules: Vec::new(),
        }
    }
}

/// Most bytes of a name that is put together of options and names a folder; systems allow 255 with what is added.
const MOST_FILE_NAME: usize = 200;

/// The policies that make every choice on some levers, one after the other, and otherwise what `base` does, with the options
/// for names. Mistakes in the levers' names go to `diagnostics`.
pub fn crossed_policies(
    base: &Policy,
    levers: &[Quoted],
    scenario: &Scenario,
    diagnostics: &mut Diagnostics,
) -> Vec<Policy> {
    let mut crossed = vec![(Vec::new(), Vec::new(), base.choices.clone())];
    for lever in levers_named(levers, scenario, diagnostics) {
        let wanted = &scenario.levers[lever].name;
        let options = scenario.names.states(scenario.levers[lever].options);
        let mut more = Vec::with_capacity(crossed.len() * options.len());
        for (names, says, choices) in &crossed {
            for (option, name) in options.iter().enumerate() {
                let mut choices: Vec<usize> = choices.clone();
                choices[lever] = option;
                let names: Vec<&str> = [names.as_slice(), &[name.as_str()]].concat();
                let says: Vec<String> = [says.as_slice(), &[format!("{wanted} = {name}")]].concat();
                more.push((names, says, choices));
            }
        }
        crossed = more;
    }
    let longest = crossed
        .iter()
        .map(|(names, ..)| names.join("-").len())
        .max();
    if let (Some(longest), Some(first)) =
        (longest.filter(|of| *of > MOST_FILE_NAME), levers.first())
    {
        let message = format!("the options of these levers make names of {longest} bytes together");
        let label = format!("a result folder's name has at most {MOST_FILE_NAME}");
        diagnostics.error(first.span, message, label);
    }
    let policy = |(names, says, choices): (Vec<&str>, Vec<String>, Vec<usize>)| Policy {
        name: names.join("-"),
        title: says.join(", "),
        choices,
        ..base.clone()
    };
    crossed.into_iter().map(policy).collect()
}

/// Reads the policy in `file` against its scenario. Mistakes go to `diagnostics`; there is a policy if
/// there are none.
pub fn policy_from_file(
    file: FileId,
    sources: &Sources,
    scenario: &Scenario,
    diagnostics: &mut Diagnostics,
) -> Option<Policy> {
    let document = document::read(file, sources, diagnostics)?;
    scenario.names.begin_to_count();
    let mut reader = Reader::new(&document, "a policy", Bindings::none());
    reader.require("name", diagnostics);
    let name = reader.text("name", diagnostics);
    let title = reader.text("title", diagnostics);
    reader.text("source", diagnostics);
    let mut policy = scenario.default_policy();
    if let Some(table) = reader.table("choose", diagnostics) {
        for (lever, option) in choices(table, scenario, diagnostics) {
            policy.choices[lever] = option;
        }
    }
    if let Some(table) = reader.table("set", diagnostics) {
        for (key, node) in &table.entries {
            let parameter = parameter_named(key, scenario, diagnostics);
            let value = as_number(node, &Bindings::none(), diagnostics);
            if let (Some(parameter), Some(value)) = (parameter, value) {
                let of = &scenario.parameters[parameter];
                lint::out_of_range(of, value, node.span, diagnostics);
                policy.settings.push((parameter, value));
            }
        }
    }
    if let Some(table) = reader.table("rules", diagnostics) {
        for (key, node) in &table.entries {
            policy.rules.extend(rule(key, node, scenario, diagnostics));
        }
    }
    reader.finish(diagnostics);
    if let Some(name) = &name {
        require_folder_name(name, diagnostics);
    }
    let name = name?.text;
    policy.title = title.map_or_else(|| name.clone(), |title| title.text);
    policy.name = name;
    (!diagnostics.has_errors()).then_some(policy)
}

/// The policy with further parameter values, each a text `name=value`, as `--set` gives them.
pub fn policy_with_settings(
    mut policy: Policy,
    settings: &[Quoted],
    scenario: &Scenario,
    diagnostics: &mut Diagnostics,
) -> Policy {
    let mut given = BTreeSet::new();
    for setting in settings {
        let Some((name, value)) = setting.text.split_once('=') else {
            diagnostics.error(setting.span, "write name=value", "no `=` here");
            continue;
        };
        let name = Quoted::opaque(name.trim(), setting.span_of(0..name.len()));
        let Some(parameter) = parameter_named(&name, scenario, diagnostics) else {
            continue;
        };
        if !given.insert(parameter) {
            let message = format!("`{}` is set twice", name.text);
            diagnostics.error(name.span, message, "a second time");
        }
        match value.trim().parse::<f64>() {
            Ok(value) if value.is_finite() => {
                let of = &scenario.parameters[parameter];
                lint::out_of_range(of, value, setting.span, diagnostics);
                policy.settings.retain(|(known, _)| *known != parameter);
                policy.settings.push((parameter, value));
            }
            _ => {
                let start = setting.text.len() - value.len();
                diagnostics.error(
                    setting.span_of(start..setting.text.len()),
                    format!("`{}` is not a finite number", value.trim()),
                    "here",
                );
            }
        }
    }
    policy
}

/// The policy with other choices, each a text `lever=option`, as `--choose` gives them.
pub fn policy_with_choices(
    mut policy: Policy,
    choices: &[Quoted],
    scenario: &Scenario,
    diagnostics: &mut Diagnostics,
) -> Policy {
    for choice in choices {
        let Some((lever, option)) = choice.text.split_once('=') else {
            diagnostics.error(choice.span, "write lever=option", "no `=` here");
            continue;
        };
        let start = choice.text.len() - option.len();
        let option = Quoted::opaque(option.trim(), choice.span_of(start..choice.text.len()));
        let lever = Quoted::opaque(lever.trim(), choice.span_of(0..lever.len()));
        let Some(lever) = lever_named(&lever, scenario, diagnostics) else {
            continue;
        };
        let options = scenario.names.states(scenario.levers[lever].options);
        let known = check_state_name(&option.text, "option", &option, options, diagnostics);
        if let Some(option) = known {
            policy.choices[lever] = option;
        }
    }
    policy
}

fn parameter_named(
    key: &Quoted,
    scenario: &Scenario,
    diagnostics: &mut Diagnostics,
) -> Option<usize> {
    let found = match scenario.names.symbols.get(&key.text) {
        Some((Symbol::Parameter(parameter), _)) => Some(*parameter),
        _ => None,
    };
    if found.is_none() {
        let known = scenario.parameters.iter().map(|p| p.name.as_str());
        let near = diagnostics.did_you_mean(&key.text, known);
        diagnostics
            .error(
                key.span,
                format!("the scenario has no parameter `{}`", key.text),
                "no such parameter",
            )
            .maybe_help(near.map(|near| format!("did you mean `{near}`?")));
    }
    found
}

/// Levers by their names, each named once.
pub fn levers_named(
    wanted: &[Quoted],
    scenario: &Scenario,
    diagnostics: &mut Diagnostics,
) -> Vec<usize> {
    let mut levers = Vec::with_capacity(wanted.len());
    for (place, wanted_lever) in wanted.iter().enumerate() {
        let Some(lever) = lever_named(wanted_lever, scenario, diagnostics) else {
            continue;
        };
        let same = |before: &Quoted| before.text == wanted_lever.text;
        if wanted[..place].iter().any(same) {
            let problem = format!("lever `{}` is named twice", wanted_lever.text);
            diagnostics.error(wanted_lever.span, problem, "again here");
            continue;
        }
        levers.push(lever);
    }
    levers
}

fn lever_named(key: &Quoted, scenario: &Scenario, diagnostics: &mut Diagnostics) -> Option<usize> {
    let found = match scenario.names.symbols.get(&key.text) {
        Some((Symbol::Lever(lever), _)) => Some(*lever),
        _ => None,
    };
    if found.is_none() {
        let known = scenario.levers.iter().map(|lever| lever.name.as_str());
        let near = diagnostics.did_you_mean(&key.text, known.clone());
        let help = near.map_or_else(
            || match known.len() {
                0 => "it has no levers".to_owned(),
                _ => format!("the levers are {}", some_of(known)),
            },
            |near| format!("did you mean `{near}`?"),
        );
        let problem = format!("the scenario has no lever `{}`", key.text);
        diagnostics
            .error(key.span, problem, "no such lever")
            .help(help);
    }
    found
}

fn choices(
    table: &Table,
    scenario: &Scenario,
    diagnostics: &mut Diagnostics,
) -> Vec<(usize, usize)> {
    let mut choices = Vec::with_capacity(table.entries.len());
    for (key, node) in &table.entries {
        let Some(lever) = lever_named(key, scenario, diagnostics) else {
            continue;
        };
        let Value::Text(option) = &node.value else {
            wrong_kind(node, "one of the lever's options", diagnostics);
            continue;
        };
        let options = scenario.names.states(scenario.levers[lever].options);
        if let Some(option) = check_state_name(&option.text, "option", option, options, diagnostics)
        {
            choices.push((lever, option));
        }
    }
    choices
}

fn rule(
    key: &Quoted,
    node: &Node,
    scenario: &Scenario,
    diagnostics: &mut Diagnostics,
) -> Option<PolicyRule> {
    require_name(&key.text, key.span, diagnostics);
    let table = as_table(node, diagnostics)?;
    let bindings = Bindings::none();
    let mut reader = Reader::new(table, "a policy's rule", bindings.clone());
    let title = reader.text("title", diagnostics);
    reader.text("source", diagnostics);
    reader.require_all(&["when", "choose"], diagnostics);
    let when = reader.take("when").and_then(|node| {
        expression(
            node,
            Type::Truth,
            Scope::Guard,
            &scenario.names,
            &bindings,
            diagnostics,
        )
    });
    let delay = match reader.take("delay") {
        Some(node) => law::law(node, &scenario.names, &bindings, diagnostics),
        None => Some(law::at_once()),
    };
    let chosen = reader
        .take("choose")
        .and_then(|node| as_table(node, diagnostics))
        .map(|table| choices(table, scenario, diagnostics));
    reader.finish(diagnostics);
    Some(PolicyRule {
        name: key.text.clone(),
        title: title.map(|text| text.text),
        span: key.span,
        when: when?,
        delay: delay?,
        choices: chosen?,
    })
}
