//! Warnings: what can be run and is probably not meant. A scenario may switch off each kind by its name.

use super::Expression;
use super::document::{Node, Value};
use super::expressions::parsed;
use super::law::LawSpec;
use super::model::{Clock, Drive, Event, Measure, Parameter, Policy, Scenario, Schedule};
use super::names::Symbol;
use super::reach::Reach;
use crate::diagnostic::{Diagnostics, Quoted, Span};
use crate::expr::{Ast, AstKind, CLAMPS, parse_law};
use std::collections::{BTreeMap, BTreeSet};

/// Numbers other than 0 and 1 in rates, laws of clocks, probabilities and effects.
pub(super) const LITERALS: &str = "literals";
/// Names that nothing reads.
const UNUSED: &str = "unused";
/// Parameters without a source.
pub(super) const SOURCES: &str = "sources";
/// Events and factors that can never be.
const GUARDS: &str = "guards";

/// Values that are set outside a parameter's range.
pub const RANGES: &str = "ranges";

/// The kinds of warning.
pub(super) const NAMES: [&str; 6] = [LITERALS, UNUSED, SOURCES, GUARDS, CLAMPS, RANGES];

/// Warns of a value that is set outside a parameter's range.
pub(super) fn out_of_range(
    parameter: &Parameter,
    value: f64,
    span: Span,
    diagnostics: &mut Diagnostics,
) {
    if let Some([low, high]) = parameter.range
        && !(low..=high).contains(&value)
    {
        let name = &parameter.name;
        let message = format!("`{name}` is set to {value}, outside its range [{low}, {high}]");
        diagnostics.warning(RANGES, span, message, "outside the range");
    }
}

impl Scenario {
    /// Whether a kind of warning is switched off.
    #[must_use]
    pub fn allows(&self, lint: &str) -> bool {
        self.allow.contains(&lint)
    }
}

/// Warns of names of the scenario's own file that nothing reads, be it the scenario or one of the policies, and of what can never happen.
pub fn lint(scenario: &Scenario, policies: &[Policy], diagnostics: &mut Diagnostics) {
    unused_names(scenario, policies, diagnostics);
    what_cannot_be(scenario, policies, diagnostics);
    for lint in &scenario.allow {
        diagnostics.allow(lint);
    }
}

/// Warns of every number without a name in the expression at a node; what is no expression is told elsewhere.
pub(super) fn literals_in_expression(node: &Node, diagnostics: &mut Diagnostics) {
    if let Some((ast, text)) = parsed(node, &mut Diagnostics::new()) {
        literals(&ast, &text, diagnostics);
    }
}

/// Warns of every number without a name among the arguments of the law at a node.
pub(super) fn literals_in_law(node: &Node, diagnostics: &mut Diagnostics) {
    if let Value::Text(text) = &node.value
        && let Ok(law) = parse_law(&text.text)
    {
        for (_, argument) in &law.arguments {
            literals(argument, text, diagnostics);
        }
    }
}

/// Warns of every number in an expression that has no name and is neither 0 nor 1.
pub(super) fn literals(ast: &Ast, text: &Quoted, diagnostics: &mut Diagnostics) {
    let parts: &[Ast] = match &ast.kind {
        AstKind::Number(number) if *number != 0.0 && *number != 1.0 => {
            diagnostics
                .warning(
                    LITERALS,
                    text.span_of(ast.span.clone()),
                    format!("{number} has no name"),
                    "a number in a rate, a clock's law, a probability or an effect",
                )
                .help("under [parameters] it has a source and a range, and studies can vary it; [scenario] allow = [\"literals\"] switches this warning off");
            return;
        }
        AstKind::Number(_) | AstKind::Truth(_) | AstKind::Name(_) => &[],
        AstKind::Unary(_, operand) => std::slice::from_ref(&**operand),
        AstKind::Binary(_, left, right) => {
            literals(left, text, diagnostics);
            std::slice::from_ref(&**right)
        }
        AstKind::Call { arguments, .. } => arguments,
    };
    for part in parts {
        literals(part, text, diagnostics);
    }
}

/// Members of one family stand at one place, and one of them that is used is enough.
#[derive(Default)]
struct Families<'a>(BTreeMap<Span, (&'a str, bool)>);

impl<'a> Families<'a> {
    fn add(&mut self, span: Span, name: &'a str, used: bool) {
        self.0.entry(span).or_insert((name, false)).1 |= used;
    }

    fn unused(self) -> impl Iterator<Item = (Span, &'a str)> {
        let unused = self.0.into_iter().filter(|(_, (_, used))| !used);
        unused.map(|(span, (name, _))| (span, name))
    }
}

fn unused_names(scenario: &Scenario, policies: &[Policy], diagnostics: &mut Diagnostics) {
    let read = symbols_read(scenario, policies);
    // What stands in an extended file cannot be taken out of it.
    let own = |(span, _): &(Span, &str)| span.file == scenario.file;
    let mut families = Families::default();
    for (index, parameter) in scenario.parameters.iter().enumerate() {
        let used = read.contains(&Symbol::Parameter(index));
        families.add(parameter.span, &parameter.name, used);
    }
    for (index, derived) in scenario.derived.iter().enumerate() {
        let used = read.contains(&Symbol::Derived(index));
        families.add(derived.span, &derived.name, used);
    }
    for (span, name) in families.unused().filter(own) {
        diagnostics
            .warning(UNUSED, span, format!("nothing reads `{name}`"), "unused")
            .help("leave it out, or give the policy that reads it on the command line too");
    }
    let mut families = Families::default();
    for (index, variable) in scenario.variables.iter().enumerate() {
        let used = read.contains(&Symbol::Variable(index));
        families.add(variable.span, &variable.name, used);
    }
    for (span, name) in families.unused().filter(own) {
        diagnostics
            .warning(UNUSED, span, format!("nothing reads `{name}`"), "unused")
            .help("no guard, rate, factor, outcome or series reads it, and no effect but its own");
    }
    let mut families = Families::default();
    for (index, lever) in scenario.levers.iter().enumerate() {
        families.add(
            lever.span,
            &lever.name,
            read.contains(&Symbol::Lever(index)),
        );
    }
    for (span, name) in families.unused().filter(own) {
        diagnostics
            .warning(
                UNUSED,
                span,
                format!("nothing reads the lever `{name}`"),
                "whatever is chosen here changes nothing",
            )
            .help("let a guard, a rate or an obligation read it, or leave it out");
    }
}

fn what_cannot_be(scenario: &Scenario, policies: &[Policy], diagnostics: &mut Diagnostics) {
    let reach = Reach::of(scenario, policies);
    let mut families = Families::default();
    let clocks = scenario.events.iter();
    let clocks: BTreeMap<&str, &Clock> = clocks
        .map(|event| (event.name.as_str(), &event.clock))
        .collect();
    let circular = followed_by_themselves(scenario);
    for (event, can_fire) in scenario.events.iter().zip(&reach.events) {
        families.add(event.span, &event.name, *can_fire);
    }
    for (span, name) in families.unused() {
        let clock = clocks.get(name);
        let (label, help) = match clock {
            Some(Clock::After { .. }) if circular.contains(name) => (
                "it follows itself",
                "nothing starts it; let it follow another event or give it another clock",
            ),
            Some(Clock::After { cause, .. }) if !reach.events[*cause] => (
                "the event that it follows never fires",
                "see the warning about that event",
            ),
            _ => (
                "its guard cannot hold, whatever the levers",
                "what its guard reads never comes that far",
            ),
        };
        diagnostics
            .warning(
                GUARDS,
                span,
                format!("event `{name}` can never fire"),
                label,
            )
            .help(help);
    }
    let mut families = Families::default();
    let factors = scenario.doctrine.iter().flat_map(|d| &d.factors);
    for (factor, can_be_on) in factors.zip(&reach.factors) {
        families.add(factor.span, &factor.name, *can_be_on);
    }
    for (span, name) in families.unused() {
        diagnostics
            .warning(
                GUARDS,
                span,
                format!("factor `{name}` can never be on"),
                "its `active_when` cannot hold, whatever the levers",
            )
            .help("what it reads never comes that far");
    }
}

/// The events that follow themselves, directly or by others.
fn followed_by_themselves(scenario: &Scenario) -> BTreeSet<&str> {
    let cause = |event: usize| match scenario.events[event].clock {
        Clock::After { cause, .. } => Some(cause),
        _ => None,
    };
    let mut circular = BTreeSet::new();
    // Each event has one cause at most, so each is walked through once.
    let mut walks: Vec<Option<usize>> = vec![None; scenario.events.len()];
    for start in 0..scenario.events.len() {
        let mut at = Some(start);
        while let Some(event) = at.filter(|event| walks[*event].is_none()) {
            walks[event] = Some(start);
            at = cause(event);
        }
        let Some(met) = at.filter(|event| walks[*event] == Some(start)) else {
            continue;
        };
        let mut event = met;
        while circular.insert(scenario.events[event].name.as_str()) {
            event = cause(event).unwrap_or(met);
        }
    }
    circular
}

/// Everything that is read anywhere; a variable's own effects do not count for it.
fn symbols_read(scenario: &Scenario, policies: &[Policy]) -> BTreeSet<Symbol> {
    let mut read = BTreeSet::new();
    let mut note = |expression: &Expression| {
        expression.for_each_symbol(&mut |symbol| {
            read.insert(symbol);
        });
    };
    for variable in &scenario.variables {
        note(&variable.initial);
        variable.min.iter().chain(&variable.max).for_each(&mut note);
    }
    let distributions = scenario
        .parameters
        .iter()
        .filter_map(|p| p.distribution.as_ref());
    distributions
        .flat_map(LawSpec::expressions)
        .for_each(&mut note);
    for derived in &scenario.derived {
        note(&derived.expression);
    }
    for obligation in &scenario.obligations {
        note(&obligation.breached_when);
    }
    for event in &scenario.events {
        event.conditions().into_iter().for_each(&mut note);
    }
    if let Some(doctrine) = &scenario.doctrine {
        for factor in &doctrine.factors {
            note(&factor.active_when);
            factor.clears_when.iter().for_each(&mut note);
        }
        doctrine.rules.iter().for_each(|(_, rule)| note(rule));
    }
    for outcome in &scenario.outcomes {
        outcome
            .measure
            .expressions()
            .into_iter()
            .for_each(&mut note);
    }
    for series in &scenario.series {
        note(&series.value);
    }
    for rule in policies.iter().flat_map(|policy| &policy.rules) {
        note(&rule.when);
        rule.delay.expressions().for_each(&mut note);
    }
    for event in &scenario.events {
        for (variable, value) in event.all_effects() {
            value.for_each_symbol(&mut |symbol| {
                if symbol != Symbol::Variable(variable) {
                    read.insert(symbol);
                }
            });
        }
    }
    read
}

impl Event {
    /// All that decides whether and when the event fires and which branch it takes.
    pub(crate) fn conditions(&self) -> Vec<&Expression> {
        let mut all: Vec<&Expression> = self.when.iter().collect();
        match &self.clock {
            Clock::Rate(rate) => all.push(rate),
            Clock::Law { law, drive, .. } => {
                all.extend(law.expressions());
                match drive {
                    Drive::None => {}
                    Drive::HazardRatio(by) | Drive::Speed(by) => all.push(by),
                }
            }
            Clock::Calendar(Schedule::Every { first, period }) => {
                all.extend(first.iter().chain([period]));
            }
            Clock::Calendar(Schedule::At(times)) => all.extend(times),
            Clock::After {
                probability, delay, ..
            } => {
                all.extend(probability);
                all.extend(delay.expressions());
            }
            Clock::Instant => {}
        }
        all.extend(self.branches.iter().map(|branch| &branch.probability));
        all
    }

    /// The variables that the event may assign to, and what it assigns.
    pub(crate) fn all_effects(&self) -> impl Iterator<Item = (usize, &Expression)> {
        let branches = self.branches.iter().flat_map(|branch| &branch.effects);
        let effects = self.effects.iter().chain(branches);
        effects.map(|effect| (effect.variable, &effect.value))
    }
}

impl Measure {
    /// What it measures, and by what it tells apart.
    pub(super) fn expressions(&self) -> Vec<&Expression> {
        match self {
            Self::Ever(e)
            | Self::TimeShare(e)
            | Self::Entries(e)
            | Self::TimeAverage(e)
            | Self::Integral(e)
            | Self::Maximum(e)
            | Self::Minimum(e)
            | Self::Initial(e)
            | Self::Final(e) => vec![e],
            Self::FirstTime(e, by) => [e]
                .into_iter()
                .chain(by.iter().map(|by| &by.state))
                .collect(),
            Self::Firings(_, when) => when.iter().collect(),
        }
    }
}
