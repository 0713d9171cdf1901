//! Tokens → [`Ast`]: recursive descent, loosest binding first.
//!
//! `or` < `and` < `not` < comparisons (which do not chain) < `+ -` < `* / %` < unary `-` < `^` (to the right).

use super::ast::{Assignment, AssignmentKind, Ast, AstKind, BinaryOperator, LawAst, UnaryOperator};
use super::lexer::{ParseFailure, Token, tokens};
use super::template::Template;
use super::{MAX_DEPTH, is_name};
use std::ops::Range;

/// Reads an expression.
///
/// # Errors
/// Where the text is not one: the place and the reason.
pub fn parse(text: &str) -> Result<Ast, ParseFailure> {
    let mut parser = Parser::new(text)?;
    let ast = parser.expression()?;
    parser.end()?;
    Ok(ast)
}

/// Reads an effect: `x = …`, `x += …` or `x -= …`.
///
/// # Errors
/// Where the text is not one: the place and the reason.
pub fn parse_assignment(text: &str) -> Result<Assignment, ParseFailure> {
    let mut parser = Parser::new(text)?;
    let (token, target_span) = parser.next();
    let Token::Name(target) = token else {
        return Err(ParseFailure::new(
            target_span,
            "an effect begins with the variable it changes, as in `x += 1`",
        ));
    };
    let (token, span) = parser.next();
    let kind = match token {
        Token::Symbol("=") => AssignmentKind::Set,
        Token::Symbol("+=") => AssignmentKind::Increase,
        Token::Symbol("-=") => AssignmentKind::Decrease,
        Token::Symbol("==") => {
            return Err(ParseFailure::new(
                span,
                "an effect assigns with one `=`; `==` compares",
            ));
        }
        _ => {
            return Err(ParseFailure::new(
                span,
                "after the variable of an effect stands `=`, `+=` or `-=`",
            ));
        }
    };
    let value = parser.expression()?;
    parser.end()?;
    Ok(Assignment {
        target: Template { text: target },
        target_span,
        kind,
        value,
    })
}

/// Reads a law of age: `name(argument, name = argument, …)`.
///
/// # Errors
/// Where the text is not one: the place and the reason.
pub fn parse_law(text: &str) -> Result<LawAst, ParseFailure> {
    let mut parser = Parser::new(text)?;
    let (token, name_span) = parser.next();
    let Token::Name(name) = token else {
        return Err(ParseFailure::new(
            name_span,
            "a law is written as `fixed(0.1)` or `gamma(mean = 0.25, shape = 4)`",
        ));
    };
    parser.expect("(", "after a law's name")?;
    let listed = parser.take("[");
    let close = if listed { "]" } else { ")" };
    let mut arguments = Vec::new();
    while !parser.take(close) {
        if !arguments.is_empty() {
            parser.expect(",", "between arguments")?;
        }
        arguments.push((parser.argument_name(), parser.expression()?));
    }
    if listed {
        parser.expect(")", "after the list")?;
    }
    parser.end()?;
    Ok(LawAst {
        name,
        name_span,
        arguments,
        listed,
        span: 0..text.len(),
    })
}

struct Parser {
    tokens: Vec<(Token, Range<usize>)>,
    at: usize,
    nesting: usize,
}

impl Parser {
    fn new(text: &str) -> Result<Self, ParseFailure> {
        Ok(Self {
            tokens: tokens(text)?,
            at: 0,
            nesting: 0,
        })
    }

    fn peek(&self) -> &Token {
        &self.tokens[self.at].0
    }

    fn span(&self) -> Range<usize> {
        self.tokens[self.at].1.clone()
    }

    fn next(&mut self) -> (Token, Range<usize>) {
        let token = self.tokens[self.at].clone();
        if token.0 != Token::End {
            self.at += 1;
        }
        token
    }

    fn take(&mut self, symbol: &str) -> bool {
        let found = matches!(self.peek(), Token::Symbol(s) if *s == symbol);
        if found {
            self.at += 1;
        }
        found
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Token::Name(name) if name == word);
        if found {
            self.at += 1;
        }
        found
    }

    fn expect(&mut self, symbol: &str, place: &str) -> Result<(), ParseFailure> {
        if self.take(symbol) {
            Ok(())
        } else {
            Err(ParseFailure::new(
                self.span(),
                format!(
                    "expected `{symbol}` {place}, found {}",
                    describe(self.peek())
                ),
            ))
        }
    }

    fn end(&mut self) -> Result<(), ParseFailure> {
        match self.peek() {
            Token::End => Ok(()),
            Token::Symbol("=") => Err(ParseFailure::new(
                self.span(),
                "one `=` assigns, which only effects do; to compare write `==`",
            )),
            other => Err(ParseFailure::new(
                self.span(),
                format!("expected an operator or the end, found {}", describe(other)),
            )),
        }
    }

    fn argument_name(&mut self) -> Option<String> {
        let Token::Name(name) = self.peek() else {
            return None;
        };
        if !matches!(self.tokens[self.at + 1].0, Token::Symbol("=")) {
            return None;
        }
        let named = name.clone();
        self.at += 2;
        Some(named)
    }

    fn expression(&mut self) -> Result<Ast, ParseFailure> {
        self.nesting += 1;
        if self.nesting > MAX_DEPTH {
            return Err(ParseFailure::new(
                self.span(),
                format!("nested deeper than {MAX_DEPTH} levels; name parts of it under [derived]"),
            ));
        }
        let ast = self.disjunction();
        self.nesting -= 1;
        ast
    }

    fn disjunction(&mut self) -> Result<Ast, ParseFailure> {
        let mut left = self.conjunction()?;
        while self.take_word("or") {
            left = binary(BinaryOperator::Or, left, self.conjunction()?)?;
        }
        Ok(left)
    }

    fn conjunction(&mut self) -> Result<Ast, ParseFailure> {
        let mut left = self.negation()?;
        while self.take_word("and") {
            left = binary(BinaryOperator::And, left, self.negation()?)?;
        }
        Ok(left)
    }

    /// Prefix operators are counted rather than recursed into, so that a million of them need no stack.
    fn negation(&mut self) -> Result<Ast, ParseFailure> {
        let start = self.span().start;
        let mut count = 0;
        while self.take_word("not") {
            count += 1;
        }
        let operand = self.comparison()?;
        repeat_unary(UnaryOperator::Not, count, start, operand)
    }

    fn comparison(&mut self) -> Result<Ast, ParseFailure> {
        let left = self.sum()?;
        let Some(operator) = self.comparison_operator() else {
            return Ok(left);
        };
        let compared = binary(operator, left, self.sum()?)?;
        let again = self.span();
        if self.comparison_operator().is_some() {
            return Err(ParseFailure::new(
                again,
                "comparisons do not chain; write `a < b and b < c`",
            ));
        }
        Ok(compared)
    }

    fn comparison_operator(&mut self) -> Option<BinaryOperator> {
        let Token::Symbol(symbol) = self.peek() else {
            return None;
        };
        let operator = match *symbol {
            "==" => BinaryOperator::Equal,
            "!=" => BinaryOperator::NotEqual,
            "<" => BinaryOperator::Less,
            "<=" => BinaryOperator::LessOrEqual,
            ">" => BinaryOperator::Greater,
            ">=" => BinaryOperator::GreaterOrEqual,
            _ => return None,
        };
        self.at += 1;
        Some(operator)
    }

    fn sum(&mut self) -> Result<Ast, ParseFailure> {
        let mut left = self.product()?;
        loop {
            let operator = if self.take("+") {
                BinaryOperator::Add
            } else if self.take("-") {
                BinaryOperator::Subtract
            } else {
                return Ok(left);
            };
            left = binary(operator, left, self.product()?)?;
        }
    }

    fn product(&mut self) -> Result<Ast, ParseFailure> {
        let mut left = self.signed()?;
        loop {
            let operator = if self.take("*") {
                BinaryOperator::Multiply
            } else if self.take("/") {
                BinaryOperator::Divide
            } else if self.take("%") {
                BinaryOperator::Remainder
            } else {
                return Ok(left);
            };
            left = binary(operator, left, self.signed()?)?;
        }
    }

    fn signed(&mut self) -> Result<Ast, ParseFailure> {
        let start = self.span().start;
        let mut count = 0;
        while self.take("-") {
            count += 1;
        }
        let operand = self.power()?;
        repeat_unary(UnaryOperator::Negate, count, start, operand)
    }

    fn power(&mut self) -> Result<Ast, ParseFailure> {
        let base = self.atom()?;
        if !self.take("^") {
            return Ok(base);
        }
        self.nesting += 1;
        if self.nesting > MAX_DEPTH {
            return Err(too_deep(self.span()));
        }
        let exponent = self.signed()?;
        self.nesting -= 1;
        binary(BinaryOperator::Power, base, exponent)
    }

    fn atom(&mut self) -> Result<Ast, ParseFailure> {
        let (token, span) = self.next();
        let kind = match token {
            Token::Number(number) => AstKind::Number(number),
            Token::Name(name) if name == "true" || name == "false" => {
                AstKind::Truth(name == "true")
            }
            Token::Name(name) if matches!(name.as_str(), "and" | "or" | "not") => {
                return Err(ParseFailure::new(
                    span,
                    format!("expected a value, found `{name}`"),
                ));
            }
            Token::Name(name) if matches!(self.peek(), Token::Symbol("(")) && is_name(&name) => {
                return self.call(name, span);
            }
            Token::Name(name) => AstKind::Name(Template { text: name }),
            Token::Symbol("(") => {
                let inner = self.expression()?;
                self.expect(")", "to close the bracket")?;
                return Ok(inner);
            }
            other => {
                return Err(ParseFailure::new(
                    span,
                    format!("expected a value, found {}", describe(&other)),
                ));
            }
        };
        Ok(Ast {
            kind,
            span,
            depth: 1,
        })
    }

    fn call(&mut self, function: String, function_span: Range<usize>) -> Result<Ast, ParseFailure> {
        self.expect("(", "after a function's name")?;
        let mut arguments = Vec::new();
        while !self.take(")") {
            if !arguments.is_empty() {
                self.expect(",", "between arguments")?;
            }
            arguments.push(self.expression()?);
        }
        let span = function_span.start..self.tokens[self.at - 1].1.end;
        let depth = 1 + arguments.iter().map(|a| a.depth).max().unwrap_or(0);
        node(
            AstKind::Call {
                function,
                function_span,
                arguments,
            },
            span,
            depth,
        )
    }
}

fn node(kind: AstKind, span: Range<usize>, depth: usize) -> Result<Ast, ParseFailure> {
    if depth > MAX_DEPTH {
        return Err(too_deep(span));
    }
    Ok(Ast { kind, span, depth })
}

fn too_deep(span: Range<usize>) -> ParseFailure {
    ParseFailure::new(
        span,
        format!("more than {MAX_DEPTH} operations deep; name parts of it under [derived]"),
    )
}

fn binary(operator: BinaryOperator, left: Ast, right: Ast) -> Result<Ast, ParseFailure> {
    let span = left.span.start..right.span.end;
    let depth = 1 + left.depth.max(right.depth);
    node(
        AstKind::Binary(operator, Box::new(left), Box::new(right)),
        span,
        depth,
    )
}

fn repeat_unary(
    operator: UnaryOperator,
    count: usize,
    start: usize,
    operand: Ast,
) -> Result<Ast, ParseFailure> {
    let mut ast = operand;
    for _ in 0..count {
        let (span, depth) = (start..ast.span.end, ast.depth + 1);
        ast = node(AstKind::Unary(operator, Box::new(ast)), span, depth)?;
    }
    Ok(ast)
}

fn describe(token: &Token) -> String {
    match token {
        Token::Number(number) => format!("`{number}`"),
        Token::Name(name) => format!("`{name}`"),
        Token::Symbol(symbol) => format!("`{symbol}`"),
        Token::End => "the end".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree with all brackets written.
    fn shape(text: &str) -> String {
        fn write(ast: &Ast) -> String {
            match &ast.kind {
                AstKind::Number(n) => n.to_string(),
                AstKind::Truth(t) => t.to_string(),
                AstKind::Name(name) => name.text.clone(),
                AstKind::Unary(UnaryOperator::Negate, a) => format!("(-{})", write(a)),
                AstKind::Unary(UnaryOperator::Not, a) => format!("(not {})", write(a)),
                AstKind::Binary(op, a, b) => {
                    format!("({} {} {})", write(a), op.symbol(), write(b))
                }
                AstKind::Call {
                    function,
                    arguments,
                    ..
                } => {
                    let arguments: Vec<String> = arguments.iter().map(write).collect();
                    format!("{function}({})", arguments.join(", "))
                }
            }
        }
        write(&parse(text).unwrap())
    }

    #[test]
    fn operators_bind_as_the_reference_says() {
        assert_eq!(shape("-2 ^ 2"), "(-(2 ^ 2))");
        assert_eq!(shape("2 ^ 3 ^ 2"), "(2 ^ (3 ^ 2))");
        assert_eq!(shape("2 ^ -1"), "(2 ^ (-1))");
        assert_eq!(shape("a - b - c * d % e"), "((a - b) - ((c * d) % e))");
        assert_eq!(
            shape("not a == b and c or d"),
            "(((not (a == b)) and c) or d)"
        );
        assert_eq!(
            shape("if(x >= 1, min(a, b), dispute_{dyad})"),
            "if((x >= 1), min(a, b), dispute_{dyad})"
        );
        assert_eq!(shape(".5 + 1e-3 + 1_000"), "((0.5 + 0.001) + 1000)");
    }

    #[test]
    fn mistakes_name_their_place() {
        let at = |text: &str| parse(text).unwrap_err().span;
        assert_eq!(at("a + "), 4..4);
        assert_eq!(at("a < b < c"), 6..7);
        assert_eq!(at("a = b"), 2..3);
        assert_eq!(at("(a"), 2..2);
        assert_eq!(at("a $ b"), 2..3);
        assert_eq!(at("a ü"), 2..4);
        assert_eq!(at("1e999"), 0..5);
    }

    #[test]
    fn no_text_exhausts_the_stack() {
        for bad in [
            "(".repeat(100_000),
            "-".repeat(100_000) + "1",
            "not ".repeat(100_000) + "a",
            "1".to_owned() + &"^1".repeat(100_000),
            "1".to_owned() + &"+1".repeat(100_000),
            "f(".repeat(100_000),
        ] {
            assert!(parse(&bad).is_err());
        }
    }

    #[test]
    fn laws_and_effects() {
        let law = parse_law("gamma(mean = 0.25, shape = 4)").unwrap();
        assert_eq!(law.name, "gamma");
        assert_eq!(law.arguments[1].0.as_deref(), Some("shape"));
        assert!(parse_law("empirical([1, 2, 3])").unwrap().listed);
        assert!(parse_law("0.5").is_err());
        let effect = parse_assignment("x_{dyad} -= 2 * y").unwrap();
        assert_eq!(effect.kind, AssignmentKind::Decrease);
        assert!(parse_assignment("x == 1").is_err());
        assert!(parse_assignment("1 = x").is_err());
    }
}
