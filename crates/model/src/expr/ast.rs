//! What a text says, before anybody knows what its names mean.

use super::template::Template;
use std::ops::Range;

/// An expression as written. `span` is a range of bytes of its text.
#[derive(Debug, Clone, PartialEq)]
pub struct Ast {
    /// What stands here.
    pub kind: AstKind,
    /// Where it stands in the text.
    pub span: Range<usize>,
    /// Levels of nesting below, itself included.
    pub depth: usize,
}

/// The forms of an expression.
#[derive(Debug, Clone, PartialEq)]
pub enum AstKind {
    /// A number.
    Number(f64),
    /// `true` or `false`.
    Truth(bool),
    /// A name, possibly with placeholders.
    Name(Template),
    /// `-x` or `not x`.
    Unary(UnaryOperator, Box<Ast>),
    /// `x + y` and the like.
    Binary(BinaryOperator, Box<Ast>, Box<Ast>),
    /// `f(x, y)`.
    Call {
        /// The function's name.
        function: String,
        /// Where the function's name stands.
        function_span: Range<usize>,
        /// Its arguments.
        arguments: Vec<Ast>,
    },
}

/// Operators before one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOperator {
    /// `-x`
    Negate,
    /// `not x`
    Not,
}

/// Operators between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryOperator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
    /// `^`
    Power,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `and`
    And,
    /// `or`
    Or,
}

impl BinaryOperator {
    /// Whether what it makes is true or false.
    #[must_use]
    pub fn yields_truth(self) -> bool {
        !matches!(
            self,
            Self::Add
                | Self::Subtract
                | Self::Multiply
                | Self::Divide
                | Self::Remainder
                | Self::Power
        )
    }

    /// As it is written.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
            Self::Power => "^",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::And => "and",
            Self::Or => "or",
        }
    }
}

/// `target = value`, `target += value` or `target -= value`.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    /// The variable's name.
    pub target: Template,
    /// Where the name stands.
    pub target_span: Range<usize>,
    /// Which of the three.
    pub kind: AssignmentKind,
    /// The right side.
    pub value: Ast,
}

/// The three forms of an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssignmentKind {
    /// `=`
    Set,
    /// `+=`
    Increase,
    /// `-=`
    Decrease,
}

/// A law of age as written: `gamma(mean = 0.25, shape = 4)`.
#[derive(Debug, Clone, PartialEq)]
pub struct LawAst {
    /// The law's name.
    pub name: String,
    /// Where the name stands.
    pub name_span: Range<usize>,
    /// Arguments in the order written, with their names where given.
    pub arguments: Vec<(Option<String>, Ast)>,
    /// Whether the arguments stood in one list, `empirical([1, 2])`.
    pub listed: bool,
    /// The whole law.
    pub span: Range<usize>,
}
