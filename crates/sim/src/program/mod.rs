//! Scenario + Policy → [`UnboundProgram`] → [`Program`]: slots, events, dependants.
//!
//! Names become slots of one memory, expressions runs of instructions, and for every slot there is a list of what must be looked
//! at again when it changes. A scenario under a policy is lowered once into a [`Shape`], and bound to the values of its
//! parameters as often as there are draws of them. A program is immutable and shared by all threads.

mod assemble;
mod bind;
mod code;
mod compile;
mod dependants;
mod derived;
mod direct;
mod instruction;
mod law;
mod lower;
mod parameter_law;
mod progression;
mod run_parts;
mod shape;
mod table;

pub use bind::{ProgramError, UnboundProgram};
pub use parameter_law::{ParameterDistribution, ParameterLaw};
pub use shape::{By, Outcome, OutcomeKind, Series, Shape};

pub use code::CodeId;
pub(crate) use code::Quick;
pub(crate) use dependants::{Dependants, Touch};
pub use detente_model::scenario::Memory;
pub use direct::value_of;
pub use instruction::{apply, operand_count};
pub(crate) use law::{MAX_LAW_ARGUMENTS, StartedLaw};
pub(crate) use progression::Progression;
pub use shape::{Branch, Clock, Drive, Effect, Event, Factor, LawSource, PolicyRule, SlotInfo};
pub(crate) use shape::{Derived, TimerCode};

use code::Run;
use detente_model::scenario::{Policy, Scenario};
use law::BoundLaw;
use std::ops::Deref;
use std::sync::Arc;

/// An index into a trial's memory.
pub type Slot = u32;

/// A scenario under a policy with the values of all parameters, ready to run.
#[derive(Debug, Clone)]
pub struct Program {
    shape: Arc<Shape>,
    /// Memory at t = 0: slots, then constants, then room for intermediate values.
    pub memory: Vec<f64>,
    /// What each slot can hold.
    pub bounds: Vec<Bounds>,
    /// The values of all tables.
    table_values: Vec<f64>,
    laws: Vec<BoundLaw>,
    /// The dates of calendar events.
    pub calendars: Vec<Calendar>,
}

/// What a slot can hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// The least value.
    pub low: f64,
    /// The largest value.
    pub high: f64,
    /// Whether it holds whole numbers only.
    pub whole: bool,
}

/// When a calendar event fires, in time units.
#[derive(Debug, Clone)]
pub enum Calendar {
    /// At equal steps.
    Every(Progression),
    /// In ascending order.
    At(Vec<f64>),
}

impl Calendar {
    /// The time of a date, counted from 0; infinite behind the last one.
    #[must_use]
    pub fn time(&self, date: u64) -> f64 {
        match self {
            Self::Every(times) => times.at(date),
            Self::At(times) => {
                let time = usize::try_from(date).ok().and_then(|date| times.get(date));
                time.copied().unwrap_or(f64::INFINITY)
            }
        }
    }
}

/// Lowers a scenario under a policy and binds it to the parameters' own values, or those that the policy sets.
///
/// # Errors
/// All values that do not fit: initial values out of bounds, rates below 0, probabilities outside 0..1, laws with
/// impossible arguments, as far as parameters alone decide.
pub fn compile(scenario: &Scenario, policy: &Policy) -> Result<Program, Vec<ProgramError>> {
    let unbound = UnboundProgram::lowered(scenario, policy, true);
    unbound.bind(unbound.parameters())
}

impl Deref for Program {
    type Target = Shape;

    fn deref(&self) -> &Shape {
        &self.shape
    }
}

impl Program {
    /// The value of an expression in a trial's memory, where all variables are within their bounds and derived names up to date.
    #[inline]
    pub(crate) fn value(&self, code: CodeId, memory: &mut [f64]) -> f64 {
        self.quick_value(self.codes[code.0 as usize].quick, memory)
    }

    /// The same, of an expression whose code has been looked up.
    #[inline]
    pub(crate) fn quick_value(&self, quick: Quick, memory: &mut [f64]) -> f64 {
        match quick {
            Quick::Run(run) => self.run(run, memory),
            Quick::LookUp(table) => self.tables.look_up(table, &self.table_values, memory),
        }
    }

    /// The value of an expression in a trial's memory, without tables: variables may be beyond their bounds.
    #[inline]
    pub fn plain_value(&self, code: CodeId, memory: &mut [f64]) -> f64 {
        self.run(self.codes[code.0 as usize].plain, memory)
    }

    #[inline]
    fn run(&self, run: Run, memory: &mut [f64]) -> f64 {
        if run.start < run.end {
            let instructions = &self.instructions[run.start as usize..run.end as usize];
            instruction::follow(instructions, &self.tables, &self.table_values, memory);
        }
        memory[run.result as usize]
    }

    /// Computes every derived name that has a slot anew, without tables.
    pub fn derive(&self, memory: &mut [f64]) {
        for derived in &self.derived {
            memory[derived.slot as usize] = self.plain_value(derived.code, memory);
        }
    }

    /// Why a slot cannot hold a value, if it cannot.
    pub fn refuses(&self, slot: Slot, value: f64) -> Option<String> {
        let name = &self.slots[slot as usize].name;
        self.bounds[slot as usize].refuses(name, value)
    }
}

impl Bounds {
    /// Of a slot that can hold any number.
    pub const NONE: Self = Self {
        low: f64::NEG_INFINITY,
        high: f64::INFINITY,
        whole: false,
    };

    /// Whether a slot can hold a value.
    #[inline]
    pub fn allow(&self, value: f64) -> bool {
        let inside = value >= self.low && value <= self.high && value.is_finite();
        inside && (!self.whole || value.floor() == value)
    }

    /// Why a slot of a name cannot hold a value, if it cannot.
    pub fn refuses(&self, name: &str, value: f64) -> Option<String> {
        if !value.is_finite() {
            Some(format!("`{name}` is {value}, not a finite number"))
        } else if self.whole && value.abs() > MOST_WHOLE {
            Some(format!(
                "`{name}` is {value}; whole numbers are exact from -(2^53 - 1) to 2^53 - 1 only"
            ))
        } else if value < self.low {
            Some(format!("`{name}` is {value}, below its min {}", self.low))
        } else if value > self.high {
            Some(format!("`{name}` is {value}, above its max {}", self.high))
        } else if self.whole && value.fract() != 0.0 {
            Some(format!("`{name}` is {value}, but holds whole numbers"))
        } else {
            None
        }
    }
}

/// The largest whole number all of whose predecessors, and whose successor, are doubles: a count that reaches 2^53 would
/// stand still when 1 is added.
pub(crate) const MOST_WHOLE: f64 = ((1_u64 << 53) - 1) as f64;
