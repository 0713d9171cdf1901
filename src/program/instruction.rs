//! The instructions that expressions become, and what each does.
//!
//! Instructions read and write one memory, which holds the state, the constants and the intermediate values,
//! so that an operand is an index and nothing else. There are no jumps: every function is total, and `if`
//! chooses between two values that are both computed.

use super::Slot;
use crate::expr::Function;

/// One step: `memory[target] = function(memory[a], memory[b], memory[c])`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Instruction {
    pub(super) function: Function,
    pub(super) target: Slot,
    pub(super) operands: [Slot; 3],
}

/// An expression: a run of instructions, and where its value then stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) result: Slot,
}

/// The value of an expression. Many are one slot or constant and need no instructions.
#[inline]
pub(super) fn run(instructions: &[Instruction], code: Code, memory: &mut [f64]) -> f64 {
    if code.start < code.end {
        let instructions = &instructions[code.start as usize..code.end as usize];
        follow(instructions, memory);
    }
    memory[code.result as usize]
}

/// Kept out of line, so that there is one loop with all functions inside it.
#[inline(never)]
fn follow(instructions: &[Instruction], memory: &mut [f64]) {
    for instruction in instructions {
        let operand = |place: usize| memory[instruction.operands[place] as usize];
        memory[instruction.target as usize] = apply(instruction.function, operand);
    }
}

/// A function of up to three operands; only those that it takes are read.
#[allow(
    clippy::inline_always,
    reason = "the interpreter's loop is a fifth faster without a call for each instruction"
)]
#[inline(always)]
pub(super) fn apply(function: Function, operand: impl Fn(usize) -> f64) -> f64 {
    let (a, b, c) = (|| operand(0), || operand(1), || operand(2));
    // Without a branch, which would be hard to foresee.
    let truth = |holds: bool| f64::from(u8::from(holds));
    match function {
        Function::Negate => -a(),
        Function::Not => truth(a() == 0.0),
        Function::Add => a() + b(),
        Function::Subtract => a() - b(),
        Function::Multiply => a() * b(),
        Function::Divide => a() / b(),
        Function::Remainder => a() % b(),
        Function::Power => libm::pow(a(), b()),
        Function::Equal => truth(a() == b()),
        Function::NotEqual => truth(a() != b()),
        Function::Less => truth(a() < b()),
        Function::LessOrEqual => truth(a() <= b()),
        Function::Greater => truth(a() > b()),
        Function::GreaterOrEqual => truth(a() >= b()),
        Function::And => {
            let (a, b) = (a(), b());
            truth(a != 0.0 && b != 0.0)
        }
        Function::Or => {
            let (a, b) = (a(), b());
            truth(a != 0.0 || b != 0.0)
        }
        Function::If => {
            if a() == 0.0 {
                c()
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
}
