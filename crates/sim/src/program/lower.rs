//! Expressions → instructions: symbols become slots or constants, equal parts are computed once, and what depends on parameters
//! alone is set aside, to be computed when these are bound to values.

use super::Slot;
use super::code::{Code, CodeId, Run};
use super::instruction::{Instruction, Operation, apply, operand_count};
use detente_model::expr::{Expr, Function};
use detente_model::scenario::{Expression, Scenario, Symbol};
use std::collections::BTreeMap;

/// Where the symbols of a scenario stand in memory under one policy.
pub(super) struct Layout<'a> {
    pub scenario: &'a Scenario,
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

    /// Derived names that have a slot stand last.
    pub fn derived(&self) -> Slot {
        self.time() + 1
    }
}

pub(super) fn slot(index: usize) -> Slot {
    Slot::try_from(index).unwrap_or(Slot::MAX)
}

/// Operands are numbered in three ranges until all constants are known.
const CONSTANTS: Slot = 1 << 30;
const TEMPORARIES: Slot = 2 << 30;

/// Most operations of a program's expressions, derived names without a slot written out in each that reads them.
pub(super) const MOST_OPERATIONS: usize = 4_000_000;

/// A constant of a program.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Constant {
    /// A number that the scenario states.
    Literal(f64),
    /// A parameter, by its place in the scenario.
    Parameter(usize),
    /// A function of constants before it.
    Computed(Function, [u32; 3]),
}

/// A place in the list of a program's constants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ConstantPlace(pub u32);

/// The value of a constant, given those before it.
pub(super) fn constant_value(constant: Constant, parameters: &[f64], before: &[f64]) -> f64 {
    match constant {
        Constant::Literal(value) => value,
        Constant::Parameter(index) => parameters[index],
        Constant::Computed(function, operands) => {
            apply(function, |place| before[operands[place] as usize])
        }
    }
}

/// What a derived name, or whether an obligation is breached, stands for in the expressions that read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Its expression, written out.
    WrittenOut,
    /// What stands at a place: its own slot, another slot or a constant.
    At(Slot),
}

/// The constant that stands at a place, where one does.
fn constant_at(operand: Slot) -> Option<ConstantPlace> {
    let constants = CONSTANTS..TEMPORARIES;
    let place = constants.contains(&operand).then(|| operand - CONSTANTS);
    place.map(ConstantPlace)
}

/// Turns expressions into instructions.
pub(super) struct Lowering<'a> {
    pub layout: Layout<'a>,
    pub(super) instructions: Vec<Instruction>,
    codes: Vec<Code>,
    constants: Vec<Constant>,
    /// The constants' values at the values of parameters that are expected.
    expected: Vec<f64>,
    parameters: &'a [f64],
    /// Whether parameters have these values for good, so that what hangs on them alone is a number.
    folds: bool,
    literal_places: BTreeMap<u64, Slot>,
    parameter_places: BTreeMap<usize, Slot>,
    computed_places: BTreeMap<(Function, [u32; 3]), Slot>,
    temporaries: Slot,
    /// Of derived names, then of obligations.
    meanings: Vec<Meaning>,
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
    /// Nothing yet; `parameters` are the values that parameters are expected to have, which decides what is worth a table or a
    /// slot and alters no result; with `folds` they have these for good.
    pub fn new(layout: Layout<'a>, parameters: &'a [f64], folds: bool) -> Self {
        let scenario = layout.scenario;
        Self {
            meanings: vec![
                Meaning::WrittenOut;
                scenario.derived.len() + scenario.obligations.len()
            ],
            layout,
            instructions: Vec::new(),
            codes: Vec::new(),
            constants: Vec::new(),
            expected: Vec::new(),
            parameters,
            folds,
            literal_places: BTreeMap::new(),
            parameter_places: BTreeMap::new(),
            computed_places: BTreeMap::new(),
            temporaries: 0,
            left: MOST_OPERATIONS,
        }
    }

    /// Whether the expressions so far have too many operations; the instructions of the last one are then of no use.
    pub fn is_exhausted(&self) -> bool {
        self.left == 0
    }

    /// The place of an expression among the codes. It is read only where all variables are within their bounds.
    pub fn code(&mut self, expression: &Expression) -> CodeId {
        let run = self.run(expression);
        self.keep(run)
    }

    /// The place of an expression that is read between assignments, too, where a variable can be beyond its bounds.
    pub fn plain_code(&mut self, expression: &Expression) -> CodeId {
        let run = self.run(expression);
        self.codes.push(Code::of(run, false));
        CodeId(slot(self.codes.len() - 1))
    }

    /// The code of a number.
    pub fn literal_code(&mut self, value: f64) -> CodeId {
        self.code(&Expr::Constant(value))
    }

    /// The instructions of an expression, which are the last ones until the next call.
    pub fn run(&mut self, expression: &Expression) -> Run {
        let start = slot(self.instructions.len());
        let mut known = Known::default();
        let result = self.lower(expression, &mut known);
        self.temporaries = self.temporaries.max(known.temporaries);
        Run {
            start,
            end: slot(self.instructions.len()),
            result,
        }
    }

    /// Keeps the run that was made last as a code.
    pub fn keep(&mut self, run: Run) -> CodeId {
        self.codes.push(Code::of(run, true));
        CodeId(slot(self.codes.len() - 1))
    }

    /// Forgets the run that was made last.
    pub fn forget(&mut self, run: Run) {
        self.instructions.truncate(run.start as usize);
    }

    /// Says what a derived name, or behind them an obligation, stands for from now on.
    pub fn define(&mut self, place: usize, meaning: Meaning) {
        self.meanings[place] = meaning;
    }

    /// The constant that an expression is, where it depends on nothing but parameters and fixed choices.
    pub fn constant_of(&self, code: CodeId) -> Option<ConstantPlace> {
        constant_at(self.codes[code.0 as usize].plain.result)
    }

    /// The value that a constant is expected to have.
    pub fn expected(&self, place: ConstantPlace) -> f64 {
        self.expected[place.0 as usize]
    }

    /// The slots that an expression reads.
    pub fn slots_read(&self, code: CodeId) -> Vec<Slot> {
        self.slots_of(self.codes[code.0 as usize].plain)
    }

    /// The slots that a run reads.
    pub fn slots_of(&self, run: Run) -> Vec<Slot> {
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

    fn literal_at(&self, operand: Slot) -> Option<f64> {
        let place = constant_at(operand)?;
        match self.constants[place.0 as usize] {
            Constant::Literal(value) => Some(value),
            _ => None,
        }
    }

    fn add(&mut self, constant: Constant) -> Slot {
        let value = constant_value(constant, self.parameters, &self.expected);
        self.constants.push(constant);
        self.expected.push(value);
        CONSTANTS + slot(self.constants.len() - 1)
    }

    fn literal(&mut self, value: f64) -> Slot {
        if let Some(place) = self.literal_places.get(&value.to_bits()) {
            return *place;
        }
        let place = self.add(Constant::Literal(value));
        self.literal_places.insert(value.to_bits(), place);
        place
    }

    fn parameter(&mut self, index: usize) -> Slot {
        if self.folds {
            return self.literal(self.parameters[index]);
        }
        if let Some(place) = self.parameter_places.get(&index) {
            return *place;
        }
        let place = self.add(Constant::Parameter(index));
        self.parameter_places.insert(index, place);
        place
    }

    fn lower(&mut self, expression: &Expression, known: &mut Known) -> Slot {
        if self.is_exhausted() {
            return self.literal(f64::NAN);
        }
        self.left -= 1;
        match expression {
            Expr::Constant(value) => self.literal(*value),
            Expr::Symbol(symbol) => self.symbol(*symbol, known),
            Expr::Apply(Function::If, parts) => {
                let condition = self.lower(&parts[0], known);
                match self.literal_at(condition) {
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
            Symbol::Parameter(index) => self.parameter(index),
            Symbol::Variable(index) => self.layout.variable(index),
            Symbol::Lever(index) => match self.layout.fixed_levers[index] {
                Some(option) => self.literal(f64::from(slot(option))),
                None => self.layout.lever(index),
            },
            Symbol::Factor(index) => self.layout.factor(index),
            Symbol::Level => self.layout.level(),
            Symbol::Time => self.layout.time(),
            Symbol::Derived(index) => {
                self.named(symbol, index, &scenario.derived[index].expression, known)
            }
            Symbol::Obligation(index) => {
                let expression = &scenario.obligations[index].breached_when;
                self.named(symbol, scenario.derived.len() + index, expression, known)
            }
        }
    }

    fn named(
        &mut self,
        symbol: Symbol,
        place: usize,
        expression: &Expression,
        known: &mut Known,
    ) -> Slot {
        if let Meaning::At(place) = self.meanings[place] {
            return place;
        }
        if let Some(place) = known.named.get(&symbol) {
            return *place;
        }
        let place = self.lower(expression, known);
        known.named.insert(symbol, place);
        place
    }

    /// One function of operands that stand somewhere: a constant, a part known already, or an instruction.
    fn step(&mut self, function: Function, operands: [Slot; 3], known: &mut Known) -> Slot {
        let values = operands.map(|operand| self.literal_at(operand));
        if let [Some(a), Some(b), Some(c)] = values {
            return self.literal(apply(function, |place| [a, b, c][place]));
        }
        match (function, values[0], values[1]) {
            (Function::And, Some(0.0), _) | (Function::And, _, Some(0.0)) => {
                return self.literal(0.0);
            }
            (Function::Or, Some(1.0), _) | (Function::Or, _, Some(1.0)) => {
                return self.literal(1.0);
            }
            (Function::And, Some(1.0), _) | (Function::Or, Some(0.0), _) => return operands[1],
            (Function::And, _, Some(1.0)) | (Function::Or, _, Some(0.0)) => return operands[0],
            _ => {}
        }
        let constants = operands.map(constant_at);
        if let [Some(a), Some(b), Some(c)] = constants {
            let key = (function, [a.0, b.0, c.0]);
            if let Some(place) = self.computed_places.get(&key) {
                return *place;
            }
            let place = self.add(Constant::Computed(key.0, key.1));
            self.computed_places.insert(key, place);
            return place;
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

    /// What has been lowered, with all operands in their final places behind so many slots.
    pub fn finish(self, slots: usize) -> Lowered {
        let constants = slot(slots);
        let temporaries = slot(slots + self.constants.len());
        let place = |operand: Slot| {
            if operand >= TEMPORARIES {
                operand - TEMPORARIES + temporaries
            } else if operand >= CONSTANTS {
                operand - CONSTANTS + constants
            } else {
                operand
            }
        };
        let instructions = self.instructions.iter().map(|instruction| Instruction {
            operation: instruction.operation,
            target: place(instruction.target),
            operands: instruction.operands.map(place),
        });
        let codes = self.codes.iter().map(|code| {
            let run = Run {
                result: place(code.plain.result),
                ..code.plain
            };
            Code::of(run, code.within_bounds)
        });
        Lowered {
            instructions: instructions.collect(),
            codes: codes.collect(),
            constants: self.constants,
            temporaries: self.temporaries as usize,
        }
    }
}

/// The expressions of a program with every operand in its final place.
pub(super) struct Lowered {
    pub instructions: Vec<Instruction>,
    pub codes: Vec<Code>,
    pub constants: Vec<Constant>,
    /// Places for intermediate values.
    pub temporaries: usize,
}
