//! The instructions that expressions become, and what each does.
//!
//! Instructions read and write one memory, which holds the state, the constants and the intermediate values,
//! so that an operand is an index and nothing else. There are no jumps: every function is total, and `if`
//! chooses between two values that are both computed.
//!
//! Conditions have three values: 1, 0, and NaN where they compare what is not a number. Whoever reads a condition refuses NaN.
//! `and`, `or` and `not` are those of Kleene (1938): false and anything is false, true or anything is true.

use super::Slot;
use super::table::Tables;
use detente_model::expr::Function;

/// One step: `memory[target]` becomes a function of the operands, or the value in the table of that number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Instruction {
    pub(super) operation: Operation,
    pub(super) target: Slot,
    pub(super) operands: [Slot; 3],
}

impl Instruction {
    /// The places that it reads, but those of its table.
    pub fn reads(&self) -> &[Slot] {
        match self.operation {
            Operation::Function(function) => &self.operands[..operand_count(function)],
            Operation::LookUp => &[],
        }
    }
}

/// What an instruction does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Operation {
    /// A function of the operands.
    Function(Function),
    /// A look into the table with the number of the first operand.
    LookUp,
}

/// Kept out of line, so that there is one loop with all functions inside it.
#[inline(never)]
pub(super) fn follow(
    instructions: &[Instruction],
    tables: &Tables,
    values: &[f64],
    memory: &mut [f64],
) {
    for instruction in instructions {
        let operand = |place: usize| memory[instruction.operands[place] as usize];
        memory[instruction.target as usize] = match instruction.operation {
            Operation::Function(function) => apply(function, operand),
            Operation::LookUp => tables.look_up(instruction.operands[0], values, memory),
        };
    }
}

/// A function of up to three operands; only those that it takes are read.
#[allow(
    clippy::inline_always,
    reason = "the interpreter's loop is a fifth faster without a call for each instruction"
)]
#[inline(always)]
pub fn apply(function: Function, operand: impl Fn(usize) -> f64) -> f64 {
    let (a, b, c) = (|| operand(0), || operand(1), || operand(2));
    let compared = |holds: fn(&f64, &f64) -> bool| {
        let (a, b) = (a(), b());
        if a.is_nan() || b.is_nan() {
            f64::NAN
        } else {
            truth(holds(&a, &b))
        }
    };
    match function {
        Function::Negate => -a(),
        Function::Not => 1.0 - a(),
        Function::Add => a() + b(),
        Function::Subtract => a() - b(),
        Function::Multiply => a() * b(),
        Function::Divide => a() / b(),
        Function::Remainder => a() % b(),
        Function::Power => libm::pow(a(), b()),
        Function::Equal => compared(f64::eq),
        Function::NotEqual => compared(f64::ne),
        Function::Less => compared(f64::lt),
        Function::LessOrEqual => compared(f64::le),
        Function::Greater => compared(f64::gt),
        Function::GreaterOrEqual => compared(f64::ge),
        Function::And => {
            let (a, b) = (a(), b());
            if a == 0.0 || b == 0.0 { 0.0 } else { a * b }
        }
        Function::Or => {
            let (a, b) = (a(), b());
            if a == 1.0 || b == 1.0 { 1.0 } else { a + b }
        }
        Function::If => {
            let condition = a();
            if condition == 0.0 {
                c()
            } else if condition.is_nan() {
                f64::NAN
            } else {
                b()
            }
        }
        // NaN passes through both, so that a mistake is not hidden by a bound.
        Function::Min => {
            let (a, b) = (a(), b());
            if a < b || a.is_nan() { a } else { b }
        }
        Function::Max => {
            let (a, b) = (a(), b());
            if a > b || a.is_nan() { a } else { b }
        }
        Function::Abs => a().abs(),
        Function::Exp => libm::exp(a()),
        Function::Ln => libm::log(a()),
        Function::Sqrt => a().sqrt(),
        Function::Floor => a().floor(),
        Function::Logistic => 1.0 / (1.0 + libm::exp(-a())),
    }
}

/// A truth as a number, without a branch, which would be hard to foresee.
fn truth(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}

/// How many operands a function has in an instruction: where there may be any number, it is taken apart.
#[must_use]
pub fn operand_count(function: Function) -> usize {
    match function {
        Function::Negate
        | Function::Not
        | Function::Abs
        | Function::Exp
        | Function::Ln
        | Function::Sqrt
        | Function::Floor
        | Function::Logistic => 1,
        Function::If => 3,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_by_hand() {
        let of = |function, a, b, c| apply(function, |place| [a, b, c][place]);
        assert_eq!(of(Function::Remainder, -7.0, 3.0, 0.0), -1.0);
        assert_eq!(of(Function::Power, 2.0, 10.0, 0.0), 1024.0);
        assert_eq!(of(Function::If, 1.0, 5.0, 6.0), 5.0);
        assert_eq!(of(Function::If, 0.0, 5.0, 6.0), 6.0);
        assert_eq!(of(Function::Min, 2.0, 3.0, 0.0), 2.0);
        assert_eq!(of(Function::Max, 2.0, 3.0, 0.0), 3.0);
        assert!(of(Function::Max, f64::NAN, 3.0, 0.0).is_nan());
        assert!(of(Function::Min, 3.0, f64::NAN, 0.0).is_nan());
        assert_eq!(of(Function::Logistic, 0.0, 0.0, 0.0), 0.5);
        assert_eq!(of(Function::And, 1.0, 0.0, 0.0), 0.0);
        assert_eq!(of(Function::Or, 1.0, 0.0, 0.0), 1.0);
        assert_eq!(of(Function::Floor, -0.5, 0.0, 0.0), -1.0);
    }

    /// The tables of strong three-valued logic (Kleene 1938), NaN being the third value.
    #[test]
    fn conditions_have_three_values() {
        let of = |function, a, b| apply(function, |place| [a, b, 7.0][place]);
        let nan = f64::NAN;
        for comparison in [
            Function::Equal,
            Function::NotEqual,
            Function::Less,
            Function::LessOrEqual,
            Function::Greater,
            Function::GreaterOrEqual,
        ] {
            for (a, b) in [(nan, 1.0), (1.0, nan), (nan, nan)] {
                assert!(of(comparison, a, b).is_nan());
            }
        }
        assert_eq!(of(Function::Greater, f64::INFINITY, 1.0), 1.0);
        assert_eq!(of(Function::NotEqual, 1.0, 2.0), 1.0);
        for (a, b, and, or) in [
            (0.0, 0.0, 0.0, 0.0),
            (0.0, 1.0, 0.0, 1.0),
            (1.0, 0.0, 0.0, 1.0),
            (1.0, 1.0, 1.0, 1.0),
            (0.0, nan, 0.0, nan),
            (nan, 0.0, 0.0, nan),
            (1.0, nan, nan, 1.0),
            (nan, 1.0, nan, 1.0),
            (nan, nan, nan, nan),
        ] {
            let same = |found: f64, expected: f64| {
                found == expected || (found.is_nan() && expected.is_nan())
            };
            assert!(same(of(Function::And, a, b), and), "{a} and {b}");
            assert!(same(of(Function::Or, a, b), or), "{a} or {b}");
        }
        assert_eq!([0.0, 1.0].map(|a| of(Function::Not, a, 0.0)), [1.0, 0.0]);
        assert!(of(Function::Not, nan, 0.0).is_nan());
        assert!(of(Function::If, nan, 1.0).is_nan());
        assert_eq!(of(Function::If, 0.0, nan), 7.0);
    }
}
