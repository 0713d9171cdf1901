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

/// The value of an expression.
#[inline]
pub(super) fn run(instructions: &[Instruction], code: Code, memory: &mut [f64]) -> f64 {
    for instruction in &instructions[code.start as usize..code.end as usize] {
        let [a, b, c] = instruction.operands.map(|slot| memory[slot as usize]);
        memory[instruction.target as usize] = apply(instruction.function, a, b, c);
    }
    memory[code.result as usize]
}

/// A function of up to three values; those it does not take are ignored.
#[inline]
pub(super) fn apply(function: Function, a: f64, b: f64, c: f64) -> f64 {
    let truth = |holds: bool| if holds { 1.0 } else { 0.0 };
    match function {
        Function::Negate => -a,
        Function::Not => truth(a == 0.0),
        Function::Add => a + b,
        Function::Subtract => a - b,
        Function::Multiply => a * b,
        Function::Divide => a / b,
        Function::Remainder => a % b,
        Function::Power => libm::pow(a, b),
        Function::Equal => truth(a == b),
        Function::NotEqual => truth(a != b),
        Function::Less => truth(a < b),
        Function::LessOrEqual => truth(a <= b),
        Function::Greater => truth(a > b),
        Function::GreaterOrEqual => truth(a >= b),
        Function::And => truth(a != 0.0 && b != 0.0),
        Function::Or => truth(a != 0.0 || b != 0.0),
        Function::If => {
            if a == 0.0 {
                c
            } else {
                b
            }
        }
        // NaN passes through both, so that a mistake is not hidden by a bound.
        Function::Min => {
            if a < b || a.is_nan() {
                a
            } else {
                b
            }
        }
        Function::Max => {
            if a > b || a.is_nan() {
                a
            } else {
                b
            }
        }
        Function::Abs => a.abs(),
        Function::Exp => libm::exp(a),
        Function::Ln => libm::log(a),
        Function::Sqrt => a.sqrt(),
        Function::Floor => a.floor(),
        Function::Logistic => 1.0 / (1.0 + libm::exp(-a)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_by_hand() {
        let of = |function, a, b, c| apply(function, a, b, c);
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
