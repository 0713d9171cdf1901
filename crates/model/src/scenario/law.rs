//! A law of age as a scenario states it: a family of `lifetime` and expressions for its arguments.

use super::Expression;
use super::document::{Node, Value};
use super::names::{Names, Scope};
use super::reader::wrong_kind;
use crate::diagnostic::{Diagnostics, Quoted};
use crate::expr::{Bindings, Expr, LawAst, Type, check, parse_law};
use crate::lifetime::Family;

/// A law whose arguments are read when its clock starts.
#[derive(Debug, Clone)]
pub struct LawSpec {
    /// The family.
    pub family: Family,
    /// Which of the family's alternative lists of arguments is given.
    pub signature: usize,
    /// The arguments in the order of that list; of `empirical` its values.
    pub arguments: Vec<Expression>,
}

impl LawSpec {
    /// Its arguments.
    pub(super) fn expressions(&self) -> impl Iterator<Item = &Expression> {
        self.arguments.iter()
    }
}

/// No delay at all: `fixed(0)`.
pub(super) fn at_once() -> LawSpec {
    LawSpec {
        family: Family::Fixed,
        signature: 0,
        arguments: vec![Expr::Constant(0.0)],
    }
}

/// Reads the law that stands in a node. Its text is taken as written: placeholders are for its expressions.
pub(super) fn law(
    node: &Node,
    names: &Names,
    bindings: &Bindings,
    diagnostics: &mut Diagnostics,
) -> Option<LawSpec> {
    let Value::Text(text) = &node.value else {
        wrong_kind(node, "a law, as \"fixed(0.1)\"", diagnostics);
        return None;
    };
    let ast = match parse_law(&text.text) {
        Ok(ast) => ast,
        Err(failure) => {
            diagnostics.error(
                text.span_of(failure.span),
                format!("not a law: {}", failure.message),
                "here",
            );
            return None;
        }
    };
    let Some(family) = Family::from_name(&ast.name) else {
        let help = match diagnostics.did_you_mean(&ast.name, Family::NAMES) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the laws are {}", Family::NAMES.join(", ")),
        };
        diagnostics
            .error(
                text.span_of(ast.name_span),
                format!("there is no law `{}`", ast.name),
                "no such law",
            )
            .help(help);
        return None;
    };
    // The values of `empirical` are sorted once, so they may read parameters only.
    let scope = if family == Family::Empirical {
        Scope::Constant
    } else {
        Scope::Effect
    };
    let (signature, order) = arrange(family, &ast, text, diagnostics)?;
    let view = names.seen_from(scope);
    let mut arguments = Vec::with_capacity(order.len());
    for position in order {
        let argument = &ast.arguments[position].1;
        arguments.push(check(
            argument,
            text,
            &view,
            bindings,
            Type::Number,
            diagnostics,
        )?);
    }
    Some(LawSpec {
        family,
        signature,
        arguments,
    })
}

/// Which signature the arguments fit, and the written position of each of its arguments.
fn arrange(
    family: Family,
    ast: &LawAst,
    text: &Quoted,
    diagnostics: &mut Diagnostics,
) -> Option<(usize, Vec<usize>)> {
    let given = ast.arguments.len();
    if family == Family::Empirical {
        let named = ast.arguments.iter().any(|(name, _)| name.is_some());
        if ast.listed && given > 0 && !named {
            return Some((0, (0..given).collect()));
        }
        diagnostics.error(
            text.span_of(ast.span.clone()),
            "`empirical` takes one list of values, as in empirical([1, 2.5, 4])",
            "here",
        );
        return None;
    }
    for (signature, wanted) in family.signatures().iter().enumerate() {
        if ast.listed || wanted.len() != given {
            continue;
        }
        let order: Option<Vec<usize>> = wanted
            .iter()
            .enumerate()
            .map(|(place, wanted)| {
                let named = ast
                    .arguments
                    .iter()
                    .position(|(name, _)| name.as_deref() == Some(*wanted));
                named.or_else(|| ast.arguments[place].0.is_none().then_some(place))
            })
            .collect();
        if let Some(order) = order {
            let mut sorted = order.clone();
            sorted.sort_unstable();
            sorted.dedup();
            if sorted.len() == given {
                return Some((signature, order));
            }
        }
    }
    let forms: Vec<String> = family
        .signatures()
        .iter()
        .map(|wanted| format!("{}({})", ast.name, wanted.join(", ")))
        .collect();
    diagnostics
        .error(
            text.span_of(ast.span.clone()),
            format!("these are not the arguments of `{}`", ast.name),
            "wrong arguments",
        )
        .help(format!("write {}", forms.join(" or ")));
    None
}
