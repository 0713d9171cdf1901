//! Expressions that stand in a document: read, and checked against the names of a scenario.

use super::Expression;
use super::document::{Node, Value};
use super::names::{Names, Scope};
use super::reader::wrong_kind;
use crate::diagnostic::{Diagnostics, Quoted};
use crate::expr::{Ast, Bindings, Type, check, parse};

/// Reads an expression that stands in a node: a text, or a bare number or truth.
pub(super) fn parsed(node: &Node, diagnostics: &mut Diagnostics) -> Option<(Ast, Quoted)> {
    let text = match &node.value {
        Value::Text(text) => text.clone(),
        Value::Integer(number) => Quoted::opaque(number.to_string(), node.span),
        Value::Real(number) => Quoted::opaque(format!("{number:?}"), node.span),
        Value::Truth(truth) => Quoted::opaque(truth.to_string(), node.span),
        _ => {
            wrong_kind(node, "an expression", diagnostics);
            return None;
        }
    };
    match parse(&text.text) {
        Ok(ast) => Some((ast, text)),
        Err(failure) => {
            diagnostics.error(text.span_of(failure.span), failure.message, "here");
            None
        }
    }
}

/// Reads and checks an expression of a known type.
pub(super) fn expression(
    node: &Node,
    expected: Type,
    scope: Scope,
    names: &Names,
    bindings: &Bindings,
    diagnostics: &mut Diagnostics,
) -> Option<Expression> {
    let (ast, text) = parsed(node, diagnostics)?;
    check(
        &ast,
        &text,
        &names.seen_from(scope),
        bindings,
        expected,
        diagnostics,
    )
}
