//! Files as they were run: the texts of scenario and policy with the command line's changes written in.
//!
//! Comments and layout stay, so that the copy in a result folder reads like the original.

use super::model::{Policy, Scenario};
use toml_edit::{DocumentMut, InlineTable, Item, TableLike, value};

/// A scenario's text with another horizon.
///
/// # Errors
/// Where the text is not TOML, which a scenario that was read is.
pub fn scenario_text_with_horizon(
    text: &str,
    horizon: f64,
) -> Result<String, toml_edit::TomlError> {
    let mut document: DocumentMut = text.parse()?;
    document["scenario"]["horizon"] = value(horizon);
    Ok(document.to_string())
}

/// A policy's text with exactly the name, choices and parameter values of `policy`; without a text, one that makes the same
/// choices.
///
/// # Errors
/// Where the text is not TOML, which a policy that was read is.
pub fn policy_text(
    text: Option<&str>,
    policy: &Policy,
    scenario: &Scenario,
) -> Result<String, toml_edit::TomlError> {
    let mut document: DocumentMut = match text {
        Some(text) => text.parse()?,
        None => {
            let mut document = DocumentMut::new();
            document["name"] = value(policy.name());
            document["title"] = value(policy.title());
            let mut choose = InlineTable::new();
            for (lever, choice) in scenario.levers.iter().zip(&policy.choices) {
                let option = &scenario.names.states(lever.options)[*choice];
                choose.insert(&lever.name, option.as_str().into());
            }
            document["choose"] = value(choose);
            document
        }
    };
    if document.get("name").and_then(Item::as_str) != Some(policy.name()) {
        document["name"] = value(policy.name());
        document["title"] = value(policy.title());
    }
    for (lever, choice) in scenario.levers.iter().zip(&policy.choices) {
        let option = scenario.names.states(lever.options)[*choice].as_str();
        let chosen = document
            .get("choose")
            .and_then(|choose| choose.get(&lever.name));
        let default = &scenario.names.states(lever.options)[lever.default];
        if chosen.map_or(Some(default.as_str()), Item::as_str) == Some(option) {
            continue;
        }
        if document.get("choose").is_none() {
            document["choose"] = value(InlineTable::new());
        }
        if let Some(choose) = document.get_mut("choose").and_then(Item::as_table_like_mut) {
            choose.insert(&lever.name, value(option));
        }
    }
    for (parameter, setting) in &policy.settings {
        let name = scenario.parameters[*parameter].name();
        if document.get("set").is_none() {
            document["set"] = value(InlineTable::new());
        }
        if let Some(set) = document.get_mut("set").and_then(Item::as_table_like_mut) {
            change(set, name, *setting);
        }
    }
    Ok(document.to_string())
}

fn change(table: &mut dyn TableLike, key: &str, setting: f64) {
    let same = table.get(key).is_some_and(|item| {
        let whole = item.as_integer().map(|integer| integer as f64);
        item.as_float().or(whole) == Some(setting)
    });
    if !same {
        table.insert(key, value(setting));
    }
}
