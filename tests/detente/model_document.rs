//! docs/model.md describes the Belarus scenario as its file has it: parameters, names, counts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use toml::{Table, Value};

const DOCUMENT: &str = "docs/model.md";
const SCENARIO: &str = "configs/belarus-2019/scenario.toml";

fn project_file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    std::fs::read_to_string(path).unwrap()
}

fn scenario() -> Table {
    project_file(SCENARIO).parse().unwrap()
}

/// The tables of one section of a page, by its heading; each row as its cells by the table's header.
fn rows<'a>(page: &'a str, heading: &str, column: &str) -> Vec<BTreeMap<&'a str, &'a str>> {
    let (_, rest) = page
        .split_once(&format!("\n{heading}\n"))
        .unwrap_or_else(|| panic!("{DOCUMENT} has no heading `{heading}`"));
    let section = rest.split("\n## ").next().unwrap();
    let cells = |line: &'a str| -> Vec<&'a str> {
        line.trim_matches('|').split('|').map(str::trim).collect()
    };
    let mut lines = section.lines();
    let header = lines
        .by_ref()
        .filter(|line| line.starts_with('|'))
        .map(cells)
        .find(|header| header.contains(&column))
        .unwrap_or_else(|| panic!("{DOCUMENT}, `{heading}`: no table has a column `{column}`"));
    lines
        .skip(1) // the rule under the header
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            let row = cells(line);
            assert!(
                row.len() == header.len(),
                "{DOCUMENT}: a row of {} cells under a header of {}: {line}",
                row.len(),
                header.len()
            );
            header.iter().copied().zip(row).collect()
        })
        .collect()
}

/// What stands in code font in a text, and its blocks of code.
fn names_in(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// A number or a pair of numbers, however it is written.
fn numbers(text: &str) -> Option<Vec<f64>> {
    text.trim_matches(['[', ']'])
        .split(',')
        .map(|number| number.trim().parse().ok())
        .collect()
}

fn number(value: &Value) -> f64 {
    match value {
        Value::Integer(whole) => *whole as f64,
        Value::Float(real) => *real,
        other => panic!("{SCENARIO}: {other} is no number"),
    }
}

fn written(values: &[f64]) -> String {
    let each: Vec<String> = values.iter().map(ToString::to_string).collect();
    match each.as_slice() {
        [] => "—".to_owned(),
        [one] => one.clone(),
        more => format!("[{}]", more.join(", ")),
    }
}

fn is_assumed(parameter: &Table) -> bool {
    parameter
        .get("source")
        .is_none_or(|source| source.as_str().unwrap().contains("assumed"))
}

/// The names of a section of the scenario; families as they are written, such as `opens_{dyad}`.
fn names_of(scenario: &Table, section: &str) -> BTreeSet<String> {
    let table = scenario[section].as_table().unwrap();
    table.keys().cloned().collect()
}

#[test]
fn the_table_of_parameters_is_that_of_the_scenario() {
    let (scenario, page) = (scenario(), project_file(DOCUMENT));
    let parameters = scenario["parameters"].as_table().unwrap();
    let mut mistakes = Vec::new();
    let mut seen = BTreeSet::new();
    for row in rows(&page, "## Parameters", "Parameter") {
        let name = row["Parameter"].trim_matches('`');
        let Some(parameter) = parameters.get(name).and_then(Value::as_table) else {
            mistakes.push(format!(
                "`{name}` is no parameter of the scenario: take its row out"
            ));
            continue;
        };
        if !seen.insert(name) {
            mistakes.push(format!("`{name}` stands twice: take one row out"));
        }
        let one = |key: &str| parameter.get(key).map(|value| vec![number(value)]);
        let range = parameter
            .get("range")
            .map(|ends| ends.as_array().unwrap().iter().map(number).collect());
        for (column, wanted) in [
            ("Value", one("value")),
            ("Range", range),
            ("Neutral", one("neutral")),
        ] {
            if numbers(row[column]) != wanted {
                mistakes.push(format!(
                    "`{name}`, column {column}: write {} for {}",
                    written(&wanted.unwrap_or_default()),
                    row[column]
                ));
            }
        }
        let basis = if is_assumed(parameter) {
            "assumed"
        } else {
            "source"
        };
        for (column, wanted) in [
            ("Unit", parameter["unit"].as_str().unwrap()),
            ("Basis", basis),
        ] {
            if row[column] != wanted {
                mistakes.push(format!(
                    "`{name}`, column {column}: write {wanted} for {}",
                    row[column]
                ));
            }
        }
    }
    for (name, _) in parameters {
        if !seen.contains(name.as_str()) {
            mistakes.push(format!("`{name}` has no row: add one"));
        }
    }
    assert!(
        mistakes.is_empty(),
        "{DOCUMENT}, Parameters, differs from {SCENARIO}:\n{}",
        mistakes.join("\n")
    );
}

#[test]
fn the_base_rates_of_parameters_are_listed() {
    let page = project_file(DOCUMENT);
    let listed: Vec<&str> = rows(&page, "## Parameters", "Base rate")
        .iter()
        .map(|row| row["Key"])
        .collect();
    let table = rows(&page, "## Parameters", "Parameter");
    let used: BTreeSet<&str> = table
        .iter()
        .flat_map(|row| row["Base rates"].split(", "))
        .filter(|key| *key != "—")
        .collect();
    let once: BTreeSet<&str> = listed.iter().copied().collect();
    assert!(
        once.len() == listed.len(),
        "{DOCUMENT}: a key of base rates stands twice"
    );
    assert!(
        used == once,
        "{DOCUMENT}: list the base rates {:?}, and name in the last column of parameters, or take out, {:?}",
        used.difference(&once).collect::<Vec<_>>(),
        once.difference(&used).collect::<Vec<_>>()
    );
}

#[test]
fn the_count_of_assumed_parameters_is_right() {
    let (scenario, page) = (scenario(), project_file(DOCUMENT));
    let parameters = scenario["parameters"].as_table().unwrap();
    let assumed = parameters
        .values()
        .filter(|parameter| is_assumed(parameter.as_table().unwrap()))
        .count();
    let wanted = format!("{assumed} of {} parameters are assumed", parameters.len());
    let first_part = page.split("\n## ").next().unwrap();
    let flowing = first_part.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        flowing.contains(&wanted),
        "{DOCUMENT}: its first paragraph should say \"{wanted}\""
    );
}

#[test]
fn claims_name_what_the_scenario_has_and_the_hypothesis_that_tests_them() {
    let (scenario, page) = (scenario(), project_file(DOCUMENT));
    let mut known: BTreeSet<String> = [
        "parameters",
        "variables",
        "derived",
        "levers",
        "events",
        "obligations",
        "outcomes",
        "series",
    ]
    .iter()
    .flat_map(|section| names_of(&scenario, section))
    .collect();
    known.extend(names_of(
        scenario["doctrine"].as_table().unwrap(),
        "factors",
    ));
    let hypotheses: BTreeSet<String> = (1..=10).map(|k| format!("H{k}")).collect();
    let mut tested = BTreeSet::new();
    let claims = rows(&page, "## Claims of the paper", "Tested by");
    for (place, row) in claims.iter().enumerate() {
        let number = place + 1;
        assert!(
            row["#"] == number.to_string(),
            "{DOCUMENT}: number claim {} as {number}",
            row["#"]
        );
        let place = row["Where in the model"];
        for name in names_in(place) {
            assert!(
                known.contains(name),
                "{DOCUMENT}, claim {number}: nothing in {SCENARIO} is called `{name}`; write it as the file does, or without code font"
            );
        }
        assert!(
            names_in(place).next().is_some() || place.contains("not in the model, because"),
            "{DOCUMENT}, claim {number}: name its place in the model in code font, or say \"not in the model, because …\""
        );
        for hypothesis in row["Tested by"].split(", ").filter(|text| *text != "—") {
            assert!(
                hypotheses.contains(hypothesis),
                "{DOCUMENT}, claim {number}: `{hypothesis}` is none of H1 to H10"
            );
            tested.insert(hypothesis.to_owned());
        }
    }
    assert!(
        tested == hypotheses,
        "{DOCUMENT}: no claim is tested by {:?}",
        hypotheses.difference(&tested).collect::<Vec<_>>()
    );
    for hypothesis in &hypotheses {
        assert!(
            page.contains(&format!("\n- **{hypothesis}** ")),
            "{DOCUMENT}: state {hypothesis} in the list of hypotheses"
        );
    }
}

/// Each stands in code font in the description, before the claims and tables.
#[test]
fn every_variable_event_lever_factor_and_obligation_is_described() {
    let (scenario, page) = (scenario(), project_file(DOCUMENT));
    let (description, _) = page.split_once("\n## Claims of the paper\n").unwrap();
    let words: BTreeSet<&str> = names_in(description)
        .flat_map(|code| code.split(|c: char| !(c.is_alphanumeric() || "_{}".contains(c))))
        .collect();
    let mut missing: Vec<String> = ["variables", "events", "levers", "obligations"]
        .iter()
        .flat_map(|section| names_of(&scenario, section))
        .collect();
    missing.extend(names_of(
        scenario["doctrine"].as_table().unwrap(),
        "factors",
    ));
    missing.retain(|name| !words.contains(name.as_str()));
    assert!(
        missing.is_empty(),
        "{DOCUMENT} should say in its ODD protocol what these are: {}",
        missing.join(", ")
    );
}
