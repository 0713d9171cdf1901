//! Hypotheses: the settings that are compared, and the comparison as the least or the most of linear parts.

use super::comparison::{Comparison, Linear, Term};
use super::document::{Node, Table, Value};
use super::hypothesis::{Expectation, Hypothesis, Places, Setting};
use super::lint;
use super::model::{Lever, Outcome, Parameter};
use super::names::Names;
use super::reader::{Entry, Reader, as_table, wrong_kind};
use crate::diagnostic::{Diagnostics, Quoted, Span, some_of};
use crate::expr::{
    ComparisonAst, ComparisonKind, SettingAst, Word, check_state_name, parse_comparison,
};
use std::collections::BTreeMap;
use std::ops::Range;

/// Linear parts of a comparison, at most.
const MOST_PARTS: usize = 256;

/// Combinations of the options of `across`, at most.
const MOST_CELLS: usize = 64;

/// What hypotheses speak of.
pub(super) struct World<'a> {
    pub outcomes: &'a [Outcome],
    pub levers: &'a [Lever],
    pub parameters: &'a [Parameter],
    pub names: &'a Names,
    outcome_places: Positions<'a>,
    lever_places: Positions<'a>,
    parameter_places: Positions<'a>,
}

/// Each name's position.
type Positions<'a> = BTreeMap<&'a str, usize>;

impl<'a> World<'a> {
    pub fn new(
        outcomes: &'a [Outcome],
        levers: &'a [Lever],
        parameters: &'a [Parameter],
        names: &'a Names,
    ) -> Self {
        let outcome_names = outcomes.iter().map(|of| of.name.as_str());
        let lever_names = levers.iter().map(|of| of.name.as_str());
        let parameter_names = parameters.iter().map(|of| of.name.as_str());
        Self {
            outcomes,
            levers,
            parameters,
            names,
            outcome_places: outcome_names.zip(0..).collect(),
            lever_places: lever_names.zip(0..).collect(),
            parameter_places: parameter_names.zip(0..).collect(),
        }
    }
}

pub(super) fn hypotheses(
    entries: &[Entry<'_>],
    world: &World<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<Hypothesis> {
    let read = entries
        .iter()
        .filter_map(|entry| hypothesis(entry, world, diagnostics));
    read.collect()
}

fn hypothesis(
    entry: &Entry<'_>,
    world: &World<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Hypothesis> {
    let table = as_table(entry.node, diagnostics)?;
    let mut reader = Reader::new(table, "a hypothesis", entry.bindings.clone());
    reader.take("for");
    reader.require_all(&["claim", "compare", "expect"], diagnostics);
    let claim = reader.text("claim", diagnostics);
    let compare = reader.text("compare", diagnostics);
    let expect = reader.text("expect", diagnostics);
    let smallest = smallest(&mut reader, diagnostics);
    let unit = reader.text("unit", diagnostics).map(|text| text.text);
    reader.text("source", diagnostics);
    let mut base = Setting {
        policy: reader.text("policy", diagnostics),
        ..Setting::default()
    };
    let given = reader.table("given", diagnostics);
    if let Some(table) = given {
        given_settings(table, &reader, world, &mut base, diagnostics);
    }
    let mut names = |key| reader.texts(key, diagnostics).unwrap_or_default();
    let (neutral, across) = (names("neutral"), names("across"));
    reader.finish(diagnostics);
    let neutral = neutral
        .iter()
        .filter_map(|name| neutral_parameter(name, world, diagnostics));
    let neutral: Vec<usize> = neutral.collect();
    let across = crossed_levers(&across, world, diagnostics);
    let expect = expect.and_then(|text| expectation(&text, smallest, diagnostics));

    let compare = compare?;
    let mut made = Made {
        text: &compare,
        world,
        base: &base,
        settings: Vec::new(),
        chosen: Vec::new(),
        diagnostics,
    };
    let comparison = match parse_comparison(&compare.text) {
        Ok(ast) => made.comparison(&ast),
        Err(failure) => {
            let span = compare.span_of(failure.span);
            made.diagnostics.error(span, failure.message, "here");
            None
        }
    };
    let (settings, chosen) = (made.settings, made.chosen);
    let comparison = comparison?;
    if settings.is_empty() {
        let message = "this compares nothing: no outcome is in it";
        diagnostics
            .error(compare.span, message, "only numbers")
            .help("write outcome(name, settings …)");
        return None;
    }
    let as_written: Vec<usize> = (0..settings.len()).collect();
    if comparison.is_number_under(&as_written) {
        let message =
            "this compares nothing: every outcome in it is taken off from itself, or times 0";
        diagnostics
            .error(compare.span, message, "always the same number")
            .help("compare outcomes under settings that differ");
        return None;
    }
    for (lever, span) in &chosen {
        if across.iter().any(|(known, _)| known == lever) {
            let name = &world.levers[*lever].name;
            let message =
                format!("`{name}` is compared here, and `across` would give it every option");
            diagnostics
                .error(*span, message, "set here")
                .help("leave it out of `across`");
            return None;
        }
    }
    Some(Hypothesis {
        name: entry.name.clone(),
        claim: claim?.text,
        unit: unit.or_else(|| common_unit(&comparison, world.outcomes)),
        compare: compare.text,
        comparison,
        settings,
        expect: expect?,
        smallest: smallest.unwrap_or(0.0),
        neutral,
        across: across.iter().map(|(lever, _)| *lever).collect(),
        places: Places {
            compare: compare.span,
            across: across.iter().map(|(_, span)| *span).collect(),
        },
    })
}

/// The smallest effect of interest, where it is stated.
fn smallest(reader: &mut Reader<'_>, diagnostics: &mut Diagnostics) -> Option<f64> {
    let smallest = reader.number("smallest", diagnostics)?;
    if smallest <= 0.0
        && let Some(node) = reader.take("smallest")
    {
        diagnostics.error(
            node.span,
            "the smallest effect of interest must be above 0",
            "not positive",
        );
    }
    Some(smallest)
}

fn expectation(
    text: &Quoted,
    smallest: Option<f64>,
    diagnostics: &mut Diagnostics,
) -> Option<Expectation> {
    let letters: String = text.text.split_whitespace().collect();
    let found = match letters.as_str() {
        ">0" => Expectation::Above,
        "<0" => Expectation::Below,
        "=0" | "==0" => Expectation::Equal,
        _ => {
            diagnostics
                .error(
                    text.span,
                    format!("`{}` is no expectation of an effect", text.text),
                    "not one of the three",
                )
                .help("write \"> 0\", \"< 0\" or \"= 0\"; take off within `compare` what it is held against");
            return None;
        }
    };
    if found == Expectation::Equal && smallest.is_none() {
        diagnostics
            .error(
                text.span,
                "that an effect is as good as none needs a smallest effect of interest",
                "`smallest` is missing",
            )
            .help("no number of trials shows an effect of exactly 0; `smallest = 0.01` says what would matter");
        return None;
    }
    Some(found)
}

/// The unit that all outcomes of a comparison share.
fn common_unit(comparison: &Comparison<Linear>, outcomes: &[Outcome]) -> Option<String> {
    let mut units = Vec::new();
    comparison.map(&mut |part: &Linear| {
        let of = part.terms.iter().map(|term| &outcomes[term.outcome].unit);
        units.extend(of);
    });
    let first = (*units.first()?).clone()?;
    let all = units
        .iter()
        .all(|unit| unit.as_deref() == Some(first.as_str()));
    all.then_some(first)
}

/// What a name of a setting stands for.
enum Named {
    Lever(usize),
    Parameter(usize),
}

/// A lever or parameter by its name.
fn named(
    name: &str,
    span: Span,
    world: &World<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Named> {
    let levers = world.levers.iter().map(|lever| lever.name.as_str());
    let parameters = world.parameters.iter().map(|of| of.name.as_str());
    if let Some(lever) = world.lever_places.get(name) {
        return Some(Named::Lever(*lever));
    }
    if let Some(parameter) = world.parameter_places.get(name) {
        return Some(Named::Parameter(*parameter));
    }
    let near = diagnostics.did_you_mean(name, levers.chain(parameters));
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None if name == "policy" => "a policy is named alone: outcome(name, the-policy)".to_owned(),
        None => "a setting is `lever = option`, `parameter = value` or a policy's name".to_owned(),
    };
    let message = format!("the scenario has no lever or parameter `{name}`");
    diagnostics
        .error(span, message, "nothing that can be set")
        .help(help);
    None
}

/// The table `given`.
fn given_settings(
    table: &Table,
    reader: &Reader<'_>,
    world: &World<'_>,
    base: &mut Setting,
    diagnostics: &mut Diagnostics,
) {
    for (key, node) in &table.entries {
        let Some(found) = named(&key.text, key.span, world, diagnostics) else {
            continue;
        };
        let text = match (&node.value, &found) {
            (Value::Text(_), _) => match reader.as_text(node, diagnostics) {
                Some(text) => text,
                None => continue,
            },
            (Value::Integer(number), Named::Parameter(_)) => {
                Quoted::opaque(number.to_string(), node.span)
            }
            (Value::Real(number), Named::Parameter(_)) => {
                Quoted::opaque(format!("{number:?}"), node.span)
            }
            _ => {
                told_kind(node, &found, diagnostics);
                continue;
            }
        };
        put(&text, 0..text.text.len(), &found, world, base, diagnostics);
    }
}

fn told_kind(node: &Node, found: &Named, diagnostics: &mut Diagnostics) {
    let expected = match found {
        Named::Lever(_) => "one of the lever's options",
        Named::Parameter(_) => "a number or \"neutral\"",
    };
    wrong_kind(node, expected, diagnostics);
}

/// Gives a lever or parameter the value at a place of a text.
fn put(
    text: &Quoted,
    place: Range<usize>,
    found: &Named,
    world: &World<'_>,
    setting: &mut Setting,
    diagnostics: &mut Diagnostics,
) -> Option<()> {
    let span = text.span_of(place.clone());
    let value = text.text[place].trim();
    match found {
        Named::Lever(lever) => {
            let options = world.names.states(world.levers[*lever].options);
            let at = Quoted::opaque(value, span);
            let option = check_state_name(value, "option", &at, options, diagnostics)?;
            setting.choose(*lever, option);
        }
        Named::Parameter(parameter) => {
            let of = &world.parameters[*parameter];
            let value = if value == "neutral" {
                neutral_value(of, span, diagnostics)?
            } else {
                match value.parse::<f64>() {
                    Ok(value) if value.is_finite() => value,
                    _ => {
                        let message = format!("`{value}` is not a value of a parameter");
                        diagnostics
                            .error(span, message, "neither a number nor `neutral`")
                            .help(format!("write `{} = 0.5` or `{0} = neutral`", of.name));
                        return None;
                    }
                }
            };
            lint::out_of_range(of, value, span, diagnostics);
            setting.set(*parameter, value);
        }
    }
    Some(())
}

fn neutral_value(parameter: &Parameter, span: Span, diagnostics: &mut Diagnostics) -> Option<f64> {
    if parameter.neutral.is_none() {
        let message = format!("parameter `{}` has no neutral value", parameter.name);
        diagnostics
            .error(span, message, "nothing that has no effect")
            .help("give the parameter `neutral`, the value at which its mechanism has no effect");
    }
    parameter.neutral
}

/// A parameter of `neutral`.
fn neutral_parameter(
    name: &Quoted,
    world: &World<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<usize> {
    let known = world.parameters.iter().map(|of| of.name.as_str());
    let Some(&place) = world.parameter_places.get(name.text.as_str()) else {
        let near = diagnostics.did_you_mean(&name.text, known);
        diagnostics
            .error(
                name.span,
                format!("the scenario has no parameter `{}`", name.text),
                "no such parameter",
            )
            .maybe_help(near.map(|near| format!("did you mean `{near}`?")));
        return None;
    };
    neutral_value(&world.parameters[place], name.span, diagnostics)?;
    Some(place)
}

/// The levers of `across`, and where they are named.
fn crossed_levers(
    wanted: &[Quoted],
    world: &World<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<(usize, Span)> {
    let known = world.levers.iter().map(|lever| lever.name.as_str());
    let mut levers = Vec::new();
    let mut cells = 1_usize;
    for name in wanted {
        let Some(&lever) = world.lever_places.get(name.text.as_str()) else {
            let near = diagnostics.did_you_mean(&name.text, known.clone());
            let all = || format!("the levers are {}", some_of(known.clone()));
            let help = near.map_or_else(all, |near| format!("did you mean `{near}`?"));
            let message = format!("the scenario has no lever `{}`", name.text);
            diagnostics
                .error(name.span, message, "no such lever")
                .help(help);
            continue;
        };
        if levers.iter().any(|(known, _)| *known == lever) {
            let message = format!("lever `{}` is named twice", name.text);
            diagnostics.error(name.span, message, "again here");
            continue;
        }
        let options = world.names.states(world.levers[lever].options).len();
        cells = cells.saturating_mul(options);
        if cells > MOST_CELLS {
            let message =
                format!("the levers of `across` have more than {MOST_CELLS} combinations");
            diagnostics.error(name.span, message, "too many with this one");
            break;
        }
        levers.push((lever, name.span));
    }
    levers
}

/// A comparison being made out of its text.
struct Made<'a, 'd> {
    text: &'a Quoted,
    world: &'a World<'a>,
    base: &'a Setting,
    settings: Vec<Setting>,
    /// Levers that the comparison itself sets, and where.
    chosen: Vec<(usize, Span)>,
    diagnostics: &'d mut Diagnostics,
}

impl Made<'_, '_> {
    fn refuse(&mut self, ast: &ComparisonAst, message: &str, help: &str) {
        let span = self.text.span_of(ast.span.clone());
        self.diagnostics.error(span, message, "here").help(help);
    }

    /// Both sides of an operator, each judged, so that the mistakes of both are told.
    fn both(&mut self, a: &ComparisonAst, b: &ComparisonAst) -> Option<[Comparison<Linear>; 2]> {
        let (a, b) = (self.comparison(a), self.comparison(b));
        Some([a?, b?])
    }

    fn comparison(&mut self, ast: &ComparisonAst) -> Option<Comparison<Linear>> {
        let made = match &ast.kind {
            ComparisonKind::Number(number) => Comparison::number(*number),
            ComparisonKind::Outcome { outcome, settings } => self.outcome(outcome, settings)?,
            ComparisonKind::Negate(a) => self.comparison(a)?.scaled(-1.0),
            ComparisonKind::Add(a, b) | ComparisonKind::Subtract(a, b) => {
                let [a, b] = self.both(a, b)?;
                if a.parts().saturating_mul(b.parts()) > MOST_PARTS {
                    self.too_many(ast);
                    return None;
                }
                let subtracted = matches!(ast.kind, ComparisonKind::Subtract(..));
                a.plus(b.scaled(if subtracted { -1.0 } else { 1.0 }))
            }
            ComparisonKind::Multiply(a, b) => {
                let [a, b] = self.both(a, b)?;
                match (a.as_number(), b.as_number()) {
                    (Some(factor), _) => b.scaled(factor),
                    (_, Some(factor)) => a.scaled(factor),
                    (None, None) => {
                        self.refuse(
                            ast,
                            "outcomes are not multiplied with each other here",
                            "a comparison is linear but for min, max and abs: multiply by numbers",
                        );
                        return None;
                    }
                }
            }
            ComparisonKind::Divide(a, b) => {
                let [a, b] = self.both(a, b)?;
                match b.as_number() {
                    Some(number) if number != 0.0 => a.scaled(1.0 / number),
                    _ => {
                        self.refuse(
                            ast,
                            "a comparison is divided by a number other than 0 only",
                            "compare differences, not ratios of outcomes",
                        );
                        return None;
                    }
                }
            }
            ComparisonKind::Least(parts) => Comparison::Least(self.all(parts)?),
            ComparisonKind::Most(parts) => Comparison::Most(self.all(parts)?),
            ComparisonKind::Absolute(a) => {
                let a = self.comparison(a)?;
                Comparison::Most(vec![a.clone().scaled(-1.0), a])
            }
        };
        if made.parts() > MOST_PARTS {
            self.too_many(ast);
            return None;
        }
        Some(made)
    }

    fn too_many(&mut self, ast: &ComparisonAst) {
        let message = format!("written out this has more than {MOST_PARTS} linear parts");
        self.refuse(ast, &message, "compare fewer alternatives at once");
    }

    fn all(&mut self, parts: &[ComparisonAst]) -> Option<Vec<Comparison<Linear>>> {
        let made: Vec<Option<_>> = parts.iter().map(|part| self.comparison(part)).collect();
        made.into_iter().collect()
    }

    fn outcome(&mut self, outcome: &Word, settings: &[SettingAst]) -> Option<Comparison<Linear>> {
        let known = self.world.outcomes.iter().map(|of| of.name.as_str());
        let place = self
            .world
            .outcome_places
            .get(outcome.text.as_str())
            .copied();
        if place.is_none() {
            let near = self.diagnostics.did_you_mean(&outcome.text, known);
            let span = self.text.span_of(outcome.span.clone());
            self.diagnostics
                .error(
                    span,
                    format!("there is no outcome `{}`", outcome.text),
                    "no such outcome",
                )
                .maybe_help(near.map(|near| format!("did you mean `{near}`?")));
        }
        let setting = self.setting(settings);
        let (outcome, setting) = (place?, setting?);
        let known = self.settings.iter().position(|of| same(of, &setting));
        let setting = known.unwrap_or_else(|| {
            self.settings.push(setting);
            self.settings.len() - 1
        });
        Some(Comparison::Linear(Linear {
            constant: 0.0,
            terms: vec![Term {
                factor: 1.0,
                outcome,
                setting,
            }],
        }))
    }

    fn setting(&mut self, settings: &[SettingAst]) -> Option<Setting> {
        let mut setting = self.base.clone();
        let mut seen: Vec<&str> = Vec::new();
        let mut sound = true;
        for one in settings {
            let (word, key) = match one {
                SettingAst::Policy(name) => (name, ""),
                SettingAst::Value(name, _) => (name, name.text.as_str()),
            };
            let span = self.text.span_of(word.span.clone());
            if seen.contains(&key) {
                let what = if key.is_empty() {
                    "a policy is named twice".to_owned()
                } else {
                    format!("`{key}` is set twice")
                };
                self.diagnostics.error(span, what, "again here");
                sound = false;
                continue;
            }
            seen.push(key);
            match one {
                SettingAst::Policy(name) => {
                    setting.policy = Some(Quoted::opaque(name.text.trim(), span));
                }
                SettingAst::Value(name, value) => {
                    let found = named(name.text.trim(), span, self.world, self.diagnostics);
                    let Some(found) = found else {
                        sound = false;
                        continue;
                    };
                    if let Named::Lever(lever) = found {
                        self.chosen.push((lever, span));
                    }
                    let (text, place) = (self.text, value.span.clone());
                    let diagnostics = &mut *self.diagnostics;
                    sound &=
                        put(text, place, &found, self.world, &mut setting, diagnostics).is_some();
                }
            }
        }
        sound.then_some(setting)
    }
}

/// Whether two settings are one, wherever their policy's name stands.
pub(super) fn same(a: &Setting, b: &Setting) -> bool {
    let name = |of: &Setting| of.policy.as_ref().map(|policy| policy.text.clone());
    name(a) == name(b) && a.choices == b.choices && a.values == b.values
}
