//! Intervals that hold every value of an expression, from intervals that hold the values of what it reads.
//!
//! An interval may be too wide, never too narrow: what it excludes cannot happen.

use crate::expr::Function;

/// All numbers from `low` to `high`, and perhaps what is no number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Interval {
    pub low: f64,
    pub high: f64,
    /// Whether a value may be no number (NaN), of which every comparison but `!=` is false.
    pub or_none: bool,
}

impl Interval {
    pub const WHOLE: Self = Self {
        low: f64::NEG_INFINITY,
        high: f64::INFINITY,
        or_none: false,
    };

    /// Anything at all.
    const ANY: Self = Self {
        or_none: true,
        ..Self::WHOLE
    };

    pub fn point(value: f64) -> Self {
        Self::new(value, value)
    }

    /// An end that is no number is no limit.
    pub fn new(low: f64, high: f64) -> Self {
        Self {
            low: if low.is_nan() { f64::NEG_INFINITY } else { low },
            high: if high.is_nan() { f64::INFINITY } else { high },
            or_none: low.is_nan() || high.is_nan(),
        }
    }

    /// The smallest interval that holds both.
    pub fn hull(self, other: Self) -> Self {
        Self {
            low: self.low.min(other.low),
            high: self.high.max(other.high),
            or_none: self.or_none || other.or_none,
        }
    }

    /// The numbers among the values.
    pub fn numbers(self) -> Self {
        Self {
            or_none: false,
            ..self
        }
    }

    /// Of a truth: whether it can hold.
    pub fn can_hold(self) -> bool {
        self.high != 0.0 || self.low != 0.0
    }

    /// Of a truth: whether it can fail.
    fn can_fail(self) -> bool {
        self.low <= 0.0 && self.high >= 0.0
    }

    fn truth(can_fail: bool, can_hold: bool) -> Self {
        Self {
            low: if can_fail { 0.0 } else { 1.0 },
            high: if can_hold { 1.0 } else { 0.0 },
            or_none: false,
        }
    }

    fn is_point(self) -> bool {
        self.low == self.high
    }

    /// The values of a function that only rises.
    fn rising(self, function: impl Fn(f64) -> f64) -> Self {
        Self::new(function(self.low), function(self.high))
    }

    /// The extremes over the four corners of two intervals, for a function monotonic in each operand.
    fn corners(self, other: Self, function: impl Fn(f64, f64) -> f64) -> Self {
        let mut all: Option<Self> = None;
        for a in [self.low, self.high] {
            for b in [other.low, other.high] {
                let corner = Self::point(function(a, b));
                all = Some(all.map_or(corner, |all| all.hull(corner)));
            }
        }
        all.unwrap_or(Self::ANY)
    }
}

/// The values of a function whose operands lie in these intervals.
pub(super) fn apply(function: Function, operands: &[Interval]) -> Interval {
    match (function, operands) {
        (Function::If, [condition, then, otherwise]) => {
            match (condition.can_hold(), condition.can_fail()) {
                (true, false) => *then,
                (false, _) => *otherwise,
                (true, true) => then.hull(*otherwise),
            }
        }
        (_, [operand]) => with_none(of_one(function, *operand), function, operand.or_none),
        (_, [first, rest @ ..]) => rest.iter().fold(*first, |so_far, next| {
            let or_none = so_far.or_none || next.or_none;
            with_none(of_two(function, so_far, *next), function, or_none)
        }),
        (_, []) => Interval::ANY,
    }
}

/// What is no number passes through arithmetic; comparisons make a truth of it.
fn with_none(values: Interval, function: Function, or_none: bool) -> Interval {
    match function {
        _ if !or_none => values,
        Function::Less
        | Function::LessOrEqual
        | Function::Greater
        | Function::GreaterOrEqual
        | Function::Equal => Interval::truth(true, values.can_hold()),
        Function::NotEqual => Interval::truth(values.can_fail(), true),
        Function::Not | Function::And | Function::Or => values,
        _ => Interval {
            or_none: true,
            ..values
        },
    }
}

fn of_one(function: Function, a: Interval) -> Interval {
    match function {
        Function::Negate => Interval::new(-a.high, -a.low),
        Function::Not => Interval::truth(a.can_hold(), a.can_fail()),
        Function::Abs if a.low >= 0.0 => a,
        Function::Abs if a.high <= 0.0 => Interval::new(-a.high, -a.low),
        Function::Abs => Interval::new(0.0, a.high.max(-a.low)),
        Function::Exp => a.rising(libm::exp),
        Function::Ln if a.low >= 0.0 => a.rising(libm::log),
        Function::Sqrt if a.low >= 0.0 => a.rising(f64::sqrt),
        Function::Floor => a.rising(f64::floor),
        Function::Logistic => a.rising(|x| 1.0 / (1.0 + libm::exp(-x))),
        _ => Interval::ANY,
    }
}

fn of_two(function: Function, a: Interval, b: Interval) -> Interval {
    match function {
        Function::Add => Interval::new(a.low + b.low, a.high + b.high),
        Function::Subtract => Interval::new(a.low - b.high, a.high - b.low),
        // An infinite end stands for numbers without limit, and 0 times any of them is 0.
        Function::Multiply => a.corners(b, |x, y| if x == 0.0 || y == 0.0 { 0.0 } else { x * y }),
        Function::Divide if b.low > 0.0 || b.high < 0.0 => a.corners(b, |x, y| x / y),
        Function::Power if a.low >= 0.0 => a.corners(b, libm::pow),
        Function::Remainder if b.low > 0.0 => Interval::new(
            if a.low >= 0.0 { 0.0 } else { -b.high },
            if a.high <= 0.0 { 0.0 } else { b.high },
        ),
        Function::Min => Interval::new(a.low.min(b.low), a.high.min(b.high)),
        Function::Max => Interval::new(a.low.max(b.low), a.high.max(b.high)),
        Function::Less => Interval::truth(a.high >= b.low, a.low < b.high),
        Function::LessOrEqual => Interval::truth(a.high > b.low, a.low <= b.high),
        Function::Greater => of_two(Function::Less, b, a),
        Function::GreaterOrEqual => of_two(Function::LessOrEqual, b, a),
        Function::Equal => {
            let same = a.is_point() && b.is_point() && a.low == b.low;
            Interval::truth(!same, a.low <= b.high && b.low <= a.high)
        }
        Function::NotEqual => of_one(Function::Not, of_two(Function::Equal, a, b)),
        Function::And => {
            Interval::truth(a.can_fail() || b.can_fail(), a.can_hold() && b.can_hold())
        }
        Function::Or => Interval::truth(a.can_fail() && b.can_fail(), a.can_hold() || b.can_hold()),
        _ => Interval::ANY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::sample::select;

    /// The functions at single numbers, as the program computes them, where they are numbers.
    fn at(function: Function, a: f64, b: f64) -> f64 {
        let truth = |holds: bool| f64::from(u8::from(holds));
        match function {
            Function::Negate => -a,
            Function::Not => truth(a == 0.0),
            Function::Abs => a.abs(),
            Function::Exp => libm::exp(a),
            Function::Ln => libm::log(a),
            Function::Sqrt => a.sqrt(),
            Function::Floor => a.floor(),
            Function::Logistic => 1.0 / (1.0 + libm::exp(-a)),
            Function::Add => a + b,
            Function::Subtract => a - b,
            Function::Multiply => a * b,
            Function::Divide => a / b,
            Function::Remainder => a % b,
            Function::Power => libm::pow(a, b),
            Function::Min => a.min(b),
            Function::Max => a.max(b),
            Function::Less => truth(a < b),
            Function::LessOrEqual => truth(a <= b),
            Function::Greater => truth(a > b),
            Function::GreaterOrEqual => truth(a >= b),
            Function::Equal => truth(a == b),
            Function::NotEqual => truth(a != b),
            Function::And => truth(a != 0.0 && b != 0.0),
            Function::Or => truth(a != 0.0 || b != 0.0),
            Function::If => unreachable!("has three operands"),
        }
    }

    const ONE: [Function; 8] = [
        Function::Negate,
        Function::Not,
        Function::Abs,
        Function::Exp,
        Function::Ln,
        Function::Sqrt,
        Function::Floor,
        Function::Logistic,
    ];
    const TWO: [Function; 16] = [
        Function::Add,
        Function::Subtract,
        Function::Multiply,
        Function::Divide,
        Function::Remainder,
        Function::Power,
        Function::Min,
        Function::Max,
        Function::Less,
        Function::LessOrEqual,
        Function::Greater,
        Function::GreaterOrEqual,
        Function::Equal,
        Function::NotEqual,
        Function::And,
        Function::Or,
    ];

    fn interval() -> impl Strategy<Value = (Interval, f64)> {
        (-4_i32..5, 0_i32..4, 0_i32..5).prop_map(|(low, width, part)| {
            let (low, width) = (f64::from(low) / 2.0, f64::from(width));
            let inside = low + width * f64::from(part) / 4.0;
            (Interval::new(low, low + width), inside)
        })
    }

    proptest! {
        /// Whatever the operands are within their intervals, the value is within its own.
        #[test]
        fn values_stay_inside(
            (a, at_a) in interval(),
            (b, at_b) in interval(),
            one in select(ONE.to_vec()),
            two in select(TWO.to_vec()),
        ) {
            for (function, operands) in [(one, vec![a]), (two, vec![a, b])] {
                let value = at(function, at_a, at_b);
                let all = apply(function, &operands);
                let inside = all.low <= value && value <= all.high;
                prop_assert!(inside || (value.is_nan() && all.or_none), "{function:?} {a:?} {b:?}: {value} outside {all:?}");
            }
        }
    }

    /// Of what is no number every comparison but `!=` is false, after any arithmetic.
    #[test]
    fn what_is_no_number_is_carried_on() {
        let negative = Interval::point(-1.0);
        let none = apply(Function::Sqrt, &[negative]);
        let zero = Interval::point(0.0);
        for value in [
            apply(Function::Abs, &[none]),
            apply(Function::Exp, &[none]),
            apply(Function::Logistic, &[none]),
            apply(Function::Max, &[none, zero]),
            apply(Function::Multiply, &[zero, none]),
            apply(Function::Power, &[Interval::point(2.0), none]),
            apply(Function::Divide, &[none, Interval::point(2.0)]),
        ] {
            let compared = apply(Function::GreaterOrEqual, &[value, zero]);
            assert!(apply(Function::Not, &[compared]).can_hold(), "{value:?}");
            assert!(apply(Function::NotEqual, &[value, value]).can_hold());
        }
        let known = apply(Function::Abs, &[Interval::WHOLE]);
        let compared = apply(Function::GreaterOrEqual, &[known, zero]);
        assert!(!apply(Function::Not, &[compared]).can_hold());
    }

    #[test]
    fn what_cannot_be_is_seen() {
        let small = Interval::new(0.0, 3.0);
        let five = Interval::point(5.0);
        assert!(!apply(Function::GreaterOrEqual, &[small, five]).can_hold());
        assert!(!apply(Function::Equal, &[small, five]).can_hold());
        assert!(!apply(Function::Not, &[apply(Function::Less, &[small, five])]).can_hold());
        assert!(apply(Function::Less, &[small, Interval::point(0.5)]).can_hold());
        let never = Interval::point(0.0);
        assert!(!apply(Function::And, &[Interval::new(0.0, 1.0), never]).can_hold());
        assert_eq!(apply(Function::If, &[never, five, small]), small);
        assert_eq!(
            apply(Function::Multiply, &[never, Interval::WHOLE]),
            Interval::point(0.0)
        );
    }
}
