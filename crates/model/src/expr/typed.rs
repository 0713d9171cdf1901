//! Checked expressions.

/// What an expression yields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// True or false, as 1 or 0.
    Truth,
    /// A number.
    Number,
    /// One of the ordered states of the list with this index, as its position.
    State(usize),
}

/// A checked expression over the symbols `S` of its environment.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr<S> {
    /// A number.
    Constant(f64),
    /// A value of the world.
    Symbol(S),
    /// A function of other values.
    Apply(Function, Vec<Expr<S>>),
}

/// Everything that combines values. All are total: an argument outside a function's domain gives NaN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Function {
    /// `-a`
    Negate,
    /// `not a`
    Not,
    /// `a + b`
    Add,
    /// `a - b`
    Subtract,
    /// `a * b`
    Multiply,
    /// `a / b`
    Divide,
    /// `a % b`, with the sign of a
    Remainder,
    /// `a ^ b`
    Power,
    /// `a == b`
    Equal,
    /// `a != b`
    NotEqual,
    /// `a < b`
    Less,
    /// `a <= b`
    LessOrEqual,
    /// `a > b`
    Greater,
    /// `a >= b`
    GreaterOrEqual,
    /// `a and b`
    And,
    /// `a or b`
    Or,
    /// `if(a, b, c)`: b where a holds, else c
    If,
    /// The smaller
    Min,
    /// The larger
    Max,
    /// Absolute value
    Abs,
    /// e to the a
    Exp,
    /// Natural logarithm
    Ln,
    /// Square root
    Sqrt,
    /// Largest whole number not above a
    Floor,
    /// 1 / (1 + e to the -a)
    Logistic,
}

impl<S> Expr<S> {
    /// The value of an expression that is a number as it stands.
    pub fn plain_value(&self) -> Option<f64> {
        match self {
            Self::Constant(value) => Some(*value),
            Self::Apply(Function::Negate, operand) => match operand.as_slice() {
                [Self::Constant(value)] => Some(-value),
                _ => None,
            },
            _ => None,
        }
    }
}

impl<S: Copy> Expr<S> {
    /// Calls `visit` with every symbol that stands in the expression.
    pub fn for_each_symbol(&self, visit: &mut impl FnMut(S)) {
        match self {
            Self::Constant(_) => {}
            Self::Symbol(symbol) => visit(*symbol),
            Self::Apply(_, arguments) => {
                for argument in arguments {
                    argument.for_each_symbol(visit);
                }
            }
        }
    }
}
