//! Expressions → instructions: symbols become slots or constants, equal parts are computed once, and what
//! depends on nothing is computed now.

use super::Slot;
use super::instruction::{Code, Instruction, Operation, Run, apply, operand_count};
use detente_model::expr::{Expr, Function};
use detente_model::scenario::{Expression, Scenario, Symbol};
use std::collections::BTreeMap;

/// Where the symbols of a scenario stand in memory under one policy.
pub(super) struct Layout<'a> {
    pub scenario: &'a Scenario,
    pub parameters: Vec<f64>,
    /// Each lever's option, where no rule of the policy changes it.
    pub fixed_levers: Vec<Option<usize>>,
}

impl Layout<'_> {
    /// Variables come first.
    #[allow(
        clippy::unused_self,
        reason = "the layout decides where variables stand"
    )]
    pub fn variable(&self, index: usize) -> Slot {
        slot(index)
    }

    pub fn lever(&self, index: usize) -> Slot {
        slot(self.scenario.variables.len() + index)
    }

    pub fn factor(&self, index: usize) -> Slot {
        slot(self.scenario.variables.len() + self.scenario.levers.len() + index)
    }

    pub fn level(&self) -> Slot {
        let factors = self
            .scenario
            .doctrine
            .as_ref()
            .map_or(0, |d| d.factors.len());
        self.factor(factors)
    }

    pub fn time(&self) -> Slot {
        self.level() + 1
    }

    pub fn slots(&self) -> usize {
        self.time() as usize + 1
    }
}

fn slot(index: usize) -> Slot {
    Slot::try_from(index).unwrap_or(Slot::MAX)
}

/// Operands are numbered in three ranges until all constants are known.
const CONSTANTS: Slot = 1 << 30;
const TEMPORARIES: Slot = 2 << 30;

/// Most operations of a program's expressions, derived names written out in each that reads them.
pub(super) const MOST_OPERATIONS: usize = 4_000_000;

/// Turns expressions into instructions.
pub(super) struct Lowering<'a> {
    pub layout: Layout<'a>,
    instructions: Vec<Instruction>,
    constants: Vec<f64>,
    constant_places: BTreeMap<u64, Slot>,
    temporaries: Slot,
    /// Operations that may still be looked at.
    left: usize,
}

/// The parts of one expression that have been computed so far.
#[derive(Default)]
struct Known {
    parts: BTreeMap<(Function, [Slot; 3]), Slot>,
    named: BTreeMap<Symbol, Slot>,
    temporaries: Slot,
}

impl<'a> Lowering<'a> {
    pub fn new(layout: Layout<'a>) -> Self {
        Self {
            layout,
            instructions: Vec::new(),
            constants: Vec::new(),
            constant_places: BTreeMap::new(),
            temporaries: 0,
            left: MOST_OPERATIONS,
        }
    }

    /// Whether the expressions so far have too many operations; the instructions of the last one are then of no use.
    pub fn is_exhausted(&self) -> bool {
        self.left == 0
    }

    /// The instructions of an expression.
    pub fn code(&mut self, expression: &Expression) -> Code {
        let start = slot(self.instructions.len());
        let mut known = Known::default();
        let result = self.lower(expression, &mut known);
        self.temporaries = self.temporaries.max(known.temporaries);
        Code::of(Run {
            start,
            end: slot(self.instructions.len()),
            result,
        })
    }

    /// The code of a number.
    pub fn constant_code(&mut self, value: f64) -> Code {
        self.code(&Expr::Constant(value))
    }

    /// The value of an expression that depends on nothing but parameters and fixed choices.
    pub fn constant_value(&self, code: Code) -> Option<f64> {
        self.constant_at(code.plain.result)
    }

    /// The slots that an expression reads.
    pub fn slots_read(&self, code: Code) -> Vec<Slot> {
        let run = code.plain;
        let mut slots: Vec<Slot> = self.instructions[run.start as usize..run.end as usize]
            .iter()
            .flat_map(|instruction| instruction.reads().iter().copied())
            .chain([run.result])
            .filter(|operand| *operand < CONSTANTS)
            .collect();
        slots.sort_unstable();
        slots.dedup();
        slots
    }

    fn constant_at(&self, operand: Slot) -> Option<f64> {
        (CONSTANTS..TEMPORARIES)
            .contains(&operand)
            .then(|| self.constants[(operand - CONSTANTS) as usize])
    }

    fn constant(&mut self, value: f64) -> Slot {
        let next = CONSTANTS + slot(self.constants.len());
        let place = *self.constant_places.entry(value.to_bits()).or_insert(next);
        if place == next {
            self.constants.push(value);
        }
        place
    }

    fn lower(&mut self, expression: &Expression, known: &mut Known) -> Slot {
        if self.is_exhausted() {
            return self.constant(f64::NAN);
        }
        self.left -= 1;
        match expression {
            Expr::Constant(value) => self.constant(*value),
            Expr::Symbol(symbol) => self.symbol(*symbol, known),
            Expr::Apply(Function::If, parts) => {
                let condition = self.lower(&parts[0], known);
                match self.constant_at(condition) {
                    Some(0.0) => self.lower(&parts[2], known),
                    Some(nan) if nan.is_nan() => condition,
                    Some(_) => self.lower(&parts[1], known),
                    None => {
                        let then = self.lower(&parts[1], known);
                        let otherwise = self.lower(&parts[2], known);
                        self.step(Function::If, [condition, then, otherwise], known)
                    }
                }
            }
            Expr::Apply(function, parts) if operand_count(*function) == 1 => {
                let operand = self.lower(&parts[0], known);
                self.step(*function, [operand; 3], known)
            }
            Expr::Apply(function, parts) => {
                let mut result = self.lower(&parts[0], known);
                for part in &parts[1..] {
                    let next = self.lower(part, known);
                    result = self.step(*function, [result, next, next], known);
                }
                result
            }
        }
    }

    fn symbol(&mut self, symbol: Symbol, known: &mut Known) -> Slot {
        let scenario = self.layout.scenario;
        match symbol {
            Symbol::Parameter(index) => self.constant(self.layout.parameters[index]),
            Symbol::Variable(index) => self.layout.variable(index),
            Symbol::Lever(index) => match self.layout.fixed_levers[index] {
                Some(option) => self.constant(f64::from(slot(option))),
                None => self.layout.lever(index),
            },
            Symbol::Factor(index) => self.layout.factor(index),
            Symbol::Level => self.layout.level(),
            Symbol::Time => self.layout.time(),
            Symbol::Derived(_) | Symbol::Obligation(_) => {
                if let Some(place) = known.named.get(&symbol) {
                    return *place;
                }
                let expression = match symbol {
                    Symbol::Derived(index) => &scenario.derived[index].expression,
                    Symbol::Obligation(index) => &scenario.obligations[index].breached_when,
                    _ => return self.constant(0.0),
                };
                let place = self.lower(expression, known);
                known.named.insert(symbol, place);
                place
            }
        }
    }

    /// One function of operands that stand somewhere: a constant, a part known already, or an instruction.
    fn step(&mut self, function: Function, operands: [Slot; 3], known: &mut Known) -> Slot {
        let values = operands.map(|operand| self.constant_at(operand));
        if let [Some(a), Some(b), Some(c)] = values {
            return self.constant(apply(function, |place| [a, b, c][place]));
        }
        match (function, values[0], values[1]) {
            (Function::And, Some(0.0), _) | (Function::And, _, Some(0.0)) => {
                return self.constant(0.0);
            }
            (Function::Or, Some(1.0), _) | (Function::Or, _, Some(1.0)) => {
                return self.constant(1.0);
            }
            (Function::And, Some(1.0), _) | (Function::Or, Some(0.0), _) => return operands[1],
            (Function::And, _, Some(1.0)) | (Function::Or, _, Some(0.0)) => return operands[0],
            _ => {}
        }
        if let Some(place) = known.parts.get(&(function, operands)) {
            return *place;
        }
        let target = TEMPORARIES + known.temporaries;
        known.temporaries += 1;
        known.parts.insert((function, operands), target);
        self.instructions.push(Instruction {
            operation: Operation::Function(function),
            target,
            operands,
        });
        target
    }

    /// Memory behind `slots`, and the instructions with their final operands. Codes handed out before must
    /// pass through the returned [`Placement`].
    pub fn finish(self, slots: Vec<f64>) -> (Vec<f64>, Vec<Instruction>, Placement) {
        let placement = Placement {
            constants: slot(slots.len()),
            temporaries: slot(slots.len() + self.constants.len()),
        };
        let mut memory = slots;
        memory.extend(&self.constants);
        memory.resize(memory.len() + self.temporaries as usize, 0.0);
        let instructions = self
            .instructions
            .iter()
            .map(|instruction| Instruction {
                operation: instruction.operation,
                target: placement.place(instruction.target),
                operands: instruction.operands.map(|operand| placement.place(operand)),
            })
            .collect();
        (memory, instructions, placement)
    }
}

/// Where constants and intermediate values came to stand.
#[derive(Clone, Copy)]
pub(super) struct Placement {
    constants: Slot,
    temporaries: Slot,
}

impl Placement {
    fn place(self, operand: Slot) -> Slot {
        if operand >= TEMPORARIES {
            operand - TEMPORARIES + self.temporaries
        } else if operand >= CONSTANTS {
            operand - CONSTANTS + self.constants
        } else {
            operand
        }
    }

    pub fn code(self, code: Code) -> Code {
        Code::of(Run {
            result: self.place(code.plain.result),
            ..code.plain
        })
    }
}
