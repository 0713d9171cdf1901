//! Derived names and obligations, which read each other: in the order of dependence.

use super::Expression;
use super::expressions::parsed;
use super::model::{Derived, Obligation};
use super::names::{Names, Scope, Symbol};
use super::reader::Entry;
use super::resolve_world;
use crate::diagnostic::{Diagnostics, Quoted};
use crate::expr::{
    Ast, AstKind, Bindings, Environment, Expr, MAX_OPERATIONS, MAX_OPERATIONS_TOGETHER, Type,
    UnaryOperator, check, infer, is_name, parse,
};

/// A derived name or an obligation before its expression is resolved.
struct Named<'a> {
    entry: &'a Entry<'a>,
    /// `derived x` or `breached(x)`, for the message about a cycle.
    shown: String,
    parsed: Option<(Ast, Quoted)>,
    /// Levels of nesting, those of what it reads not counted.
    depth: usize,
}

/// Derived names and obligations may read each other, so they are resolved in the order of dependence.
pub(super) fn resolve(
    derived_entries: &[Entry<'_>],
    obligation_entries: &[Entry<'_>],
    names: &mut Names,
    diagnostics: &mut Diagnostics,
) -> (Vec<Derived>, Vec<Obligation>) {
    let derived_count = derived_entries.len();
    let mut all: Vec<Named<'_>> = Vec::new();
    for entry in derived_entries {
        let node = resolve_world::derived_value(entry, diagnostics);
        all.push(Named {
            entry,
            shown: format!("`{}`", entry.name),
            parsed: node.and_then(|node| parsed(node, diagnostics)),
            depth: 0,
        });
    }
    for entry in obligation_entries {
        let node = resolve_world::obligation_condition(entry, diagnostics);
        all.push(Named {
            entry,
            shown: format!("`breached({})`", entry.name),
            parsed: node.and_then(|node| parsed(node, diagnostics)),
            depth: 0,
        });
    }
    names.derived_needs = vec![Scope::Constant; derived_count];
    names.obligation_needs = vec![Scope::Constant; obligation_entries.len()];

    let mut reads: Vec<Vec<usize>> = Vec::with_capacity(all.len());
    let mut left = MAX_OPERATIONS_TOGETHER;
    for named in &mut all {
        let allowed = left.min(MAX_OPERATIONS);
        let mut references = References {
            names,
            found: Vec::new(),
            left: allowed,
            brought: 0,
        };
        if let Some((ast, _)) = &named.parsed {
            references.visit(ast, &named.entry.bindings);
            named.depth = ast.depth + references.brought;
        }
        left -= allowed - references.left;
        reads.push(references.found);
    }
    let mut resolved: Vec<Expression> = vec![Expr::Constant(0.0); all.len()];
    for index in order_of_dependence(&reads, &all, diagnostics) {
        let named = &all[index];
        let Some((ast, text)) = &named.parsed else {
            continue;
        };
        let view = names.seen_from(Scope::Effect);
        let bindings = &named.entry.bindings;
        let checked = if index < derived_count {
            infer(ast, text, &view, bindings, diagnostics)
        } else {
            let view = names.seen_from(Scope::Guard);
            check(ast, text, &view, bindings, Type::Truth, diagnostics)
                .map(|expression| (expression, Type::Truth))
        };
        let Some((expression, kind)) = checked else {
            // So that those who read it meet no mistakes but their own.
            if index < derived_count && says_truth(ast) {
                names.set_type(&named.entry.name, Symbol::Derived(index), Type::Truth);
            }
            continue;
        };
        let scope = names.scope_of(&expression);
        if index < derived_count {
            names.derived_needs[index] = scope;
            names.set_type(&named.entry.name, Symbol::Derived(index), kind);
        } else {
            names.obligation_needs[index - derived_count] = scope;
        }
        resolved[index] = expression;
    }
    let obligations = resolved
        .split_off(derived_count)
        .into_iter()
        .zip(obligation_entries)
        .map(|(breached_when, entry)| resolve_world::obligation(entry, breached_when))
        .collect();
    let derived = resolved
        .into_iter()
        .zip(derived_entries)
        .map(|(expression, entry)| Derived {
            name: entry.name.clone(),
            span: entry.key.span,
            expression,
        })
        .collect();
    (derived, obligations)
}

/// Whether an expression, as it is written, can only be true or false.
fn says_truth(ast: &Ast) -> bool {
    match &ast.kind {
        AstKind::Truth(_) | AstKind::Unary(UnaryOperator::Not, _) => true,
        AstKind::Binary(operator, ..) => operator.yields_truth(),
        AstKind::Call { function, .. } => {
            matches!(function.as_str(), "any" | "all" | "active" | "breached")
        }
        _ => false,
    }
}

/// Finds what definitions read.
struct References<'a> {
    names: &'a Names,
    /// The derived names (by index) and obligations (behind them) that an expression reads.
    found: Vec<usize>,
    /// Operations yet to be looked at; what has more is refused when it is checked.
    left: usize,
    /// Levels of nesting that placeholders bring in.
    brought: usize,
}

impl References<'_> {
    fn visit(&mut self, ast: &Ast, bindings: &Bindings) {
        if self.left == 0 {
            return;
        }
        self.left -= 1;
        match &ast.kind {
            AstKind::Number(_) | AstKind::Truth(_) => {}
            AstKind::Name(template) => {
                let Ok(name) = template.resolve(bindings) else {
                    return;
                };
                if let Some((Symbol::Derived(index), _)) = self.names.symbols.get(&name) {
                    self.found.push(*index);
                } else if !is_name(&name)
                    && let Ok(inner) = parse(&name)
                {
                    self.brought = self.brought.max(inner.depth);
                    self.visit(&inner, bindings);
                }
            }
            AstKind::Unary(_, a) => self.visit(a, bindings),
            AstKind::Binary(_, a, b) => {
                // Beside a variable or a lever, the name of one of its states is no other name.
                for (side, other) in [(a, b), (b, a)] {
                    if !self.is_state(side, other, bindings) {
                        self.visit(side, bindings);
                    }
                }
            }
            AstKind::Call {
                function,
                arguments,
                ..
            } => self.visit_call(function, arguments, bindings),
        }
    }

    /// Whether a side of a comparison names a state of what stands on the other side.
    fn is_state(&self, side: &Ast, other: &Ast, bindings: &Bindings) -> bool {
        let name = |ast: &Ast| match &ast.kind {
            AstKind::Name(template) => template.resolve(bindings).ok(),
            _ => None,
        };
        let (Some(side), Some(other)) = (name(side), name(other)) else {
            return false;
        };
        match self.names.symbols.get(&other) {
            Some((_, Type::State(list))) => self.names.state_place(*list, &side).is_some(),
            _ => false,
        }
    }

    fn visit_call(&mut self, function: &str, arguments: &[Ast], bindings: &Bindings) {
        match (function, arguments) {
            ("sum" | "any" | "all", [set, body]) => {
                let AstKind::Name(set) = &set.kind else {
                    return;
                };
                let view = self.names.seen_from(Scope::Effect);
                for element in view.set(&set.text).unwrap_or_default() {
                    self.visit(body, &bindings.with(&set.text, element));
                }
            }
            ("breached", [obligation]) => {
                let AstKind::Name(obligation) = &obligation.kind else {
                    return;
                };
                let name = obligation.resolve(bindings).unwrap_or_default();
                if let Some(index) = self.names.obligations.get_index_of(&name) {
                    self.found.push(self.names.derived_needs.len() + index);
                }
            }
            _ => {
                for argument in arguments {
                    self.visit(argument, bindings);
                }
            }
        }
    }
}

/// Deepest that a chain of definitions may nest once all are written out, so that none exhausts the stack.
const MAX_CHAIN_DEPTH: usize = 1_000;

/// Depth first; a cycle is reported once and its members are left out.
fn order_of_dependence(
    reads: &[Vec<usize>],
    all: &[Named<'_>],
    diagnostics: &mut Diagnostics,
) -> Vec<usize> {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let mut marks = vec![Mark::New; reads.len()];
    let mut depths = vec![0; reads.len()];
    let mut order = Vec::with_capacity(reads.len());
    for start in 0..reads.len() {
        if marks[start] != Mark::New {
            continue;
        }
        marks[start] = Mark::Open;
        let mut path = vec![(start, 0)];
        while let Some((node, next)) = path.last_mut() {
            let node = *node;
            let Some(&read) = reads[node].get(*next) else {
                marks[node] = Mark::Done;
                order.push(node);
                path.pop();
                let below = reads[node].iter().map(|read| depths[*read]).max();
                depths[node] = all[node].depth + below.unwrap_or(0);
                if depths[node] > MAX_CHAIN_DEPTH {
                    diagnostics.error(
                        all[node].entry.key.span,
                        format!("{} stands on a chain of definitions more than {MAX_CHAIN_DEPTH} operations deep", all[node].shown),
                        "too long a chain",
                    );
                    return Vec::new();
                }
                continue;
            };
            *next += 1;
            match marks[read] {
                Mark::Done => {}
                Mark::New => {
                    marks[read] = Mark::Open;
                    path.push((read, 0));
                }
                Mark::Open => {
                    let from = path.iter().position(|(n, _)| *n == read).unwrap_or(0);
                    let mut circle: Vec<&str> = path[from..]
                        .iter()
                        .map(|(n, _)| all[*n].shown.as_str())
                        .collect();
                    circle.push(&all[read].shown);
                    diagnostics.error(
                        all[read].entry.key.span,
                        format!(
                            "{} is defined by itself: {}",
                            all[read].shown,
                            circle.join(" reads ")
                        ),
                        "a circle of definitions",
                    );
                    return Vec::new();
                }
            }
        }
    }
    order
}
