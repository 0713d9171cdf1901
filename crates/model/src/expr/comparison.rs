//! Arithmetic over outcomes under stated settings: `outcome(conflict, nato-turn) - outcome(conflict, multi-vector)`.
//!
//! `+ -` bind looser than `* /`, those looser than unary `-`; `min`, `max` and `abs` are the functions. What stands within
//! `outcome(…)` behind the outcome are settings: a policy's name, which may hold `-`, or `name = value`.

use super::MAX_DEPTH;
use super::lexer::{ParseFailure, Token, tokens};
use std::ops::Range;

/// A comparison as written. `span` is a range of bytes of its text.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparisonAst {
    /// What stands here.
    pub kind: ComparisonKind,
    /// Where it stands in the text.
    pub span: Range<usize>,
}

/// The forms of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub enum ComparisonKind {
    /// A number.
    Number(f64),
    /// An outcome's mean under settings.
    Outcome {
        /// The outcome's name.
        outcome: Word,
        /// The settings, in the order written.
        settings: Vec<SettingAst>,
    },
    /// `-x`
    Negate(Box<ComparisonAst>),
    /// `x + y`
    Add(Box<ComparisonAst>, Box<ComparisonAst>),
    /// `x - y`
    Subtract(Box<ComparisonAst>, Box<ComparisonAst>),
    /// `x * y`
    Multiply(Box<ComparisonAst>, Box<ComparisonAst>),
    /// `x / y`
    Divide(Box<ComparisonAst>, Box<ComparisonAst>),
    /// The smallest of some.
    Least(Vec<ComparisonAst>),
    /// The largest of some.
    Most(Vec<ComparisonAst>),
    /// `abs(x)`
    Absolute(Box<ComparisonAst>),
}

/// A name or value as written, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The letters.
    pub text: String,
    /// Where they stand.
    pub span: Range<usize>,
}

/// One setting: a policy, or a lever or parameter with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingAst {
    /// A policy's name.
    Policy(Word),
    /// A lever or parameter, and what it is set to.
    Value(Word, Word),
}

/// Reads a comparison.
///
/// # Errors
/// Where the text is not one: the place and the reason.
pub fn parse_comparison(text: &str) -> Result<ComparisonAst, ParseFailure> {
    let mut parser = Parser {
        text,
        tokens: tokens(text)?,
        at: 0,
        nesting: 0,
    };
    let ast = parser.sum()?;
    match parser.peek() {
        Token::End => Ok(ast),
        _ => Err(parser.wrong("an operator or the end")),
    }
}

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<(Token, Range<usize>)>,
    at: usize,
    nesting: usize,
}

impl Parser<'_> {
    fn peek(&self) -> &Token {
        &self.tokens[self.at].0
    }

    fn span(&self) -> Range<usize> {
        self.tokens[self.at].1.clone()
    }

    fn take(&mut self, symbol: &str) -> bool {
        let found = matches!(self.peek(), Token::Symbol(s) if *s == symbol);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, symbol: &str) -> Result<usize, ParseFailure> {
        let end = self.span().end;
        if self.take(symbol) {
            Ok(end)
        } else {
            Err(self.wrong(&format!("`{symbol}`")))
        }
    }

    fn wrong(&self, expected: &str) -> ParseFailure {
        let span = self.span();
        let found = if span.is_empty() {
            "the end".to_owned()
        } else {
            format!("`{}`", &self.text[span.clone()])
        };
        ParseFailure::new(span, format!("expected {expected}, found {found}"))
    }

    fn sum(&mut self) -> Result<ComparisonAst, ParseFailure> {
        self.nesting += 1;
        if self.nesting > MAX_DEPTH {
            let message = format!("nested deeper than {MAX_DEPTH} levels");
            return Err(ParseFailure::new(self.span(), message));
        }
        let mut left = self.product()?;
        loop {
            let make = if self.take("+") {
                ComparisonKind::Add
            } else if self.take("-") {
                ComparisonKind::Subtract
            } else {
                break;
            };
            left = joined(make, left, self.product()?);
        }
        self.nesting -= 1;
        Ok(left)
    }

    fn product(&mut self) -> Result<ComparisonAst, ParseFailure> {
        let mut left = self.signed()?;
        loop {
            let make = if self.take("*") {
                ComparisonKind::Multiply
            } else if self.take("/") {
                ComparisonKind::Divide
            } else {
                return Ok(left);
            };
            left = joined(make, left, self.signed()?);
        }
    }

    /// Signs are counted rather than recursed into, so that a million of them need no stack.
    fn signed(&mut self) -> Result<ComparisonAst, ParseFailure> {
        let start = self.span().start;
        let mut negative = false;
        while self.take("-") {
            negative = !negative;
        }
        let operand = self.atom()?;
        if !negative {
            return Ok(operand);
        }
        let span = start..operand.span.end;
        let kind = ComparisonKind::Negate(Box::new(operand));
        Ok(ComparisonAst { kind, span })
    }

    fn atom(&mut self) -> Result<ComparisonAst, ParseFailure> {
        let span = self.span();
        match self.peek().clone() {
            Token::Number(number) => {
                self.at += 1;
                let kind = ComparisonKind::Number(number);
                Ok(ComparisonAst { kind, span })
            }
            Token::Symbol("(") => {
                self.at += 1;
                let inner = self.sum()?;
                let end = self.expect(")")?;
                Ok(ComparisonAst {
                    kind: inner.kind,
                    span: span.start..end,
                })
            }
            Token::Name(name) => {
                self.at += 1;
                let opened = self.take("(");
                match name.as_str() {
                    "outcome" if opened => self.outcome(span.start),
                    "min" | "max" | "abs" if opened => self.call(&name, span),
                    _ => Err(ParseFailure::new(
                        span,
                        format!(
                            "`{name}` cannot stand here: a comparison is made of outcome(…), numbers, min, max and abs"
                        ),
                    )),
                }
            }
            _ => Err(self.wrong("outcome(…) or a number")),
        }
    }

    fn call(&mut self, name: &str, span: Range<usize>) -> Result<ComparisonAst, ParseFailure> {
        let mut arguments = vec![self.sum()?];
        while self.take(",") {
            arguments.push(self.sum()?);
        }
        let end = self.expect(")")?;
        let kind = match (name, arguments.len()) {
            ("abs", 1) => ComparisonKind::Absolute(Box::new(arguments.remove(0))),
            ("abs", _) => {
                return Err(ParseFailure::new(span, "`abs` takes one argument"));
            }
            ("min", _) => ComparisonKind::Least(arguments),
            _ => ComparisonKind::Most(arguments),
        };
        let span = span.start..end;
        Ok(ComparisonAst { kind, span })
    }

    fn outcome(&mut self, start: usize) -> Result<ComparisonAst, ParseFailure> {
        let outcome = self.word("the name of an outcome")?;
        let mut settings = Vec::new();
        while self.take(",") {
            let word = self.word("a policy, or a lever or parameter with its value")?;
            settings.push(if self.take("=") {
                let value = self.word("an option or a number")?;
                SettingAst::Value(word, value)
            } else {
                SettingAst::Policy(word)
            });
        }
        let end = self.expect(")")?;
        Ok(ComparisonAst {
            kind: ComparisonKind::Outcome { outcome, settings },
            span: start..end,
        })
    }

    /// All up to the next `,`, `=` or bracket, whatever it holds: names of policies have `-` and `.` in them.
    fn word(&mut self, expected: &str) -> Result<Word, ParseFailure> {
        let first = self.span();
        let mut end = first.start;
        while !matches!(
            self.peek(),
            Token::End | Token::Symbol("," | "=" | "==" | "(" | ")")
        ) {
            end = self.span().end;
            self.at += 1;
        }
        if end == first.start {
            return Err(self.wrong(expected));
        }
        let span = first.start..end;
        let text = self.text[span.clone()].to_owned();
        Ok(Word { text, span })
    }
}

fn joined(
    make: fn(Box<ComparisonAst>, Box<ComparisonAst>) -> ComparisonKind,
    left: ComparisonAst,
    right: ComparisonAst,
) -> ComparisonAst {
    let span = left.span.start..right.span.end;
    let kind = make(Box::new(left), Box::new(right));
    ComparisonAst { kind, span }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree with all brackets written.
    fn shape(ast: &ComparisonAst) -> String {
        let all = |of: &[ComparisonAst]| of.iter().map(shape).collect::<Vec<_>>().join(", ");
        match &ast.kind {
            ComparisonKind::Number(number) => number.to_string(),
            ComparisonKind::Outcome { outcome, settings } => {
                let settings = settings.iter().map(|setting| match setting {
                    SettingAst::Policy(name) => format!(" [{}]", name.text),
                    SettingAst::Value(name, value) => format!(" {}:{}", name.text, value.text),
                });
                format!("{}{}", outcome.text, settings.collect::<String>())
            }
            ComparisonKind::Negate(a) => format!("(-{})", shape(a)),
            ComparisonKind::Add(a, b) => format!("({} + {})", shape(a), shape(b)),
            ComparisonKind::Subtract(a, b) => format!("({} - {})", shape(a), shape(b)),
            ComparisonKind::Multiply(a, b) => format!("({} * {})", shape(a), shape(b)),
            ComparisonKind::Divide(a, b) => format!("({} / {})", shape(a), shape(b)),
            ComparisonKind::Least(all_of) => format!("min({})", all(all_of)),
            ComparisonKind::Most(all_of) => format!("max({})", all(all_of)),
            ComparisonKind::Absolute(a) => format!("abs({})", shape(a)),
        }
    }

    #[test]
    fn comparisons_are_read() {
        let read = |text: &str| shape(&parse_comparison(text).unwrap());
        assert_eq!(
            read("outcome(c, nato-turn) - outcome(c, 1983-as-planned, posture = hard, x = -0.5)"),
            "(c [nato-turn] - c [1983-as-planned] posture:hard x:-0.5)"
        );
        assert_eq!(
            read("2 * (outcome(a) - outcome(b)) / 4 - 1"),
            "(((2 * (a - b)) / 4) - 1)"
        );
        assert_eq!(
            read("min(outcome(a), max(--1, -outcome(b)), abs(outcome(c)))"),
            "min(a, max(1, (-b)), abs(c))"
        );
    }

    #[test]
    fn mistakes_name_their_place() {
        let at = |text: &str| parse_comparison(text).unwrap_err().span;
        assert_eq!(at("outcome(a"), 9..9);
        assert_eq!(at("outcome()"), 8..9);
        assert_eq!(at("outcome(a, x = )"), 15..16);
        assert_eq!(at("conflict - 1"), 0..8);
        assert_eq!(at("outcome(a) outcome(b)"), 11..18);
        assert_eq!(at("abs(1, 2)"), 0..3);
        assert_eq!(at(""), 0..0);
        for bad in ["(".repeat(100_000), "min(".repeat(100_000)] {
            assert!(parse_comparison(&bad).is_err());
        }
    }
}
