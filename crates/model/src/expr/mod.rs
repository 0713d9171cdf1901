//! An expression's text → a typed, checked expression.
//!
//! [`parse`](parse()) reads a text into an [`Ast`], names unresolved and placeholders (`{dyad}`) in place.
//! [`check()`] resolves it against an [`Environment`] into an [`Expr`], whose leaves are the
//! environment's own symbols. From there on every value is a number: a truth is 0 or 1, a state its
//! position among the ordered states.

mod ast;
mod check;
mod comparison;
mod environment;
mod lexer;
mod parse;
mod state_name;
mod template;
mod typed;

pub use ast::{Assignment, AssignmentKind, Ast, AstKind, BinaryOperator, LawAst, UnaryOperator};
pub use check::{check, infer};
pub use comparison::{ComparisonAst, ComparisonKind, SettingAst, Word, parse_comparison};
pub use environment::{Environment, Refusal, Typed};
pub use lexer::ParseFailure;
pub use parse::{parse, parse_assignment, parse_law};
pub use state_name::check_state_name;
pub use template::{Bindings, Element, Template, fill};
pub use typed::{Expr, Function, Type};

/// Words that no parameter, variable, derived name or lever may bear.
pub const RESERVED: [&str; 7] = ["and", "or", "not", "true", "false", "doctrine", "time"];

/// The kind of warning about a clamp that has one value.
pub const CLAMPS: &str = "clamps";

/// Deepest nesting of an expression, so that no text can exhaust the stack.
pub const MAX_DEPTH: usize = 200;

/// Most operations of an expression with its sums over sets written out, so that no text can exhaust the memory.
pub const MAX_OPERATIONS: usize = 100_000;

/// Most operations of all expressions of a scenario, or of a policy, together.
pub const MAX_OPERATIONS_TOGETHER: usize = 2_000_000;

/// Whether `name` is made of letters, digits and `_` and does not begin with a digit.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let mut letters = name.chars();
    letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}
