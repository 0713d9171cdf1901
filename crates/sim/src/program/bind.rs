//! Lowered scenario + values of parameters → [`Program`].
//!
//! What hangs on parameters alone is a list of constants, each a function of those before it. Binding computes them, judges what
//! can only be judged now (bounds, rates, probabilities, arguments of laws), and fills the tables.

use super::law::BoundLaw;
use super::lower::{Constant, ConstantPlace, constant_value};
use super::{Bounds, Calendar, MOST_WHOLE, ParameterLaw, Program, Progression, Shape, Slot};
use detente_model::lifetime::{Family, Law};
use detente_model::scenario::Span;
use std::sync::Arc;
use thiserror::Error;

/// Why a scenario cannot run under a policy and its parameter values.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{owner}: {problem}")]
pub struct ProgramError {
    /// What the problem belongs to: "event `x`".
    pub owner: String,
    /// Where that is named in its file.
    pub span: Span,
    /// What is wrong.
    pub problem: String,
}

/// A scenario under a policy, lowered, without values of its parameters.
#[derive(Debug, Clone)]
pub struct UnboundProgram {
    pub(super) shape: Arc<Shape>,
    /// The parameters' own values, or those that the policy sets.
    pub(super) parameters: Vec<f64>,
    /// By parameter of the scenario, the law that studies draw it from.
    pub(super) parameter_laws: Vec<Option<ParameterLaw>>,
    /// What no values of parameters can mend.
    pub(super) errors: Vec<ProgramError>,
    pub(super) constants: Vec<Constant>,
    /// Places for intermediate values.
    pub(super) temporaries: usize,
    /// Memory at t = 0, of slots that hang on no parameter.
    pub(super) initial: Vec<f64>,
    pub(super) parts: Vec<BoundPart>,
    /// What each slot can hold at `parameters`, which is what the shape's tables are made for.
    pub(super) tabulated: Vec<Bounds>,
}

/// A part of a program that hangs on constants, in the order in which mistakes are shown.
#[derive(Debug, Clone)]
pub(super) struct BoundPart {
    pub owner: Owner,
    pub kind: PartKind,
}

/// What a problem belongs to, and where it is named.
#[derive(Debug, Clone)]
pub(super) struct Owner {
    pub kind: &'static str,
    pub name: String,
    pub span: Span,
}

#[derive(Debug, Clone)]
pub(super) enum PartKind {
    /// A variable's bounds and its value at t = 0.
    Variable {
        slot: Slot,
        low: Option<ConstantPlace>,
        high: Option<ConstantPlace>,
        initial: ConstantPlace,
        whole: bool,
    },
    Rate(ConstantPlace),
    /// A hazard ratio or a speed, by its key.
    Multiplier(&'static str, ConstantPlace),
    Probability(ConstantPlace),
    /// The probabilities of an event's branches.
    Branches(Vec<ConstantPlace>),
    /// The next law of the program.
    Law {
        family: Family,
        signature: usize,
        arguments: Vec<ConstantPlace>,
    },
    /// The next calendar of the program: first time and period.
    Every {
        first: ConstantPlace,
        period: ConstantPlace,
    },
    /// The next calendar of the program.
    At(Vec<ConstantPlace>),
}

impl Owner {
    pub fn new(kind: &'static str, name: &str, span: Span) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            span,
        }
    }

    pub fn error(&self, problem: impl Into<String>) -> ProgramError {
        ProgramError {
            owner: format!("{} `{}`", self.kind, self.name),
            span: self.span,
            problem: problem.into(),
        }
    }
}

impl UnboundProgram {
    /// By parameter of the scenario the values that a program has where nobody asks for others: the parameters' own, or those that
    /// the policy sets.
    #[must_use]
    pub fn parameters(&self) -> &[f64] {
        &self.parameters
    }

    /// By parameter of the scenario, in its order, the law that studies draw it from; none where none is stated.
    #[must_use]
    pub fn parameter_laws(&self) -> &[Option<ParameterLaw>] {
        &self.parameter_laws
    }

    /// The program with these values of the parameters, by parameter of the scenario.
    ///
    /// # Errors
    /// All values that do not fit: initial values out of bounds, rates below 0, probabilities outside 0..1, laws with
    /// impossible arguments, as far as parameters alone decide.
    pub fn bind(&self, parameters: &[f64]) -> Result<Program, Vec<ProgramError>> {
        let mut constants = Vec::with_capacity(self.constants.len());
        for constant in &self.constants {
            let value = constant_value(*constant, parameters, &constants);
            constants.push(value);
        }
        let mut binding = Binding {
            constants,
            memory: self.initial.clone(),
            bounds: vec![Bounds::NONE; self.initial.len()],
            laws: Vec::new(),
            calendars: Vec::new(),
            errors: Vec::new(),
        };
        for part in &self.parts {
            binding.part(part, &self.shape);
        }
        let mut errors = binding.errors;
        errors.extend(self.errors.iter().cloned());
        if !errors.is_empty() {
            return Err(errors);
        }
        let mut memory = binding.memory;
        memory.extend(binding.constants);
        memory.resize(memory.len() + self.temporaries, 0.0);
        let shape = if binding.bounds == self.tabulated {
            Arc::clone(&self.shape)
        } else {
            Arc::new(self.shape.tabulated_for(&binding.bounds))
        };
        let mut program = Program {
            table_values: shape.tables.fill(&memory),
            shape,
            memory,
            bounds: binding.bounds,
            laws: binding.laws,
            calendars: binding.calendars,
        };
        let mut memory = std::mem::take(&mut program.memory);
        program.derive(&mut memory);
        program.memory = memory;
        Ok(program)
    }
}

/// A program in the making.
struct Binding {
    constants: Vec<f64>,
    memory: Vec<f64>,
    bounds: Vec<Bounds>,
    laws: Vec<BoundLaw>,
    calendars: Vec<Calendar>,
    errors: Vec<ProgramError>,
}

impl Binding {
    fn value(&self, place: ConstantPlace) -> f64 {
        self.constants[place.0 as usize]
    }

    fn values(&self, places: &[ConstantPlace]) -> Vec<f64> {
        places.iter().map(|place| self.value(*place)).collect()
    }

    fn part(&mut self, part: &BoundPart, shape: &Shape) {
        let owner = &part.owner;
        match &part.kind {
            PartKind::Variable {
                slot,
                low,
                high,
                initial,
                whole,
            } => {
                let bounds = bounds(
                    low.map(|low| self.value(low)),
                    high.map(|high| self.value(high)),
                    *whole,
                );
                let initial = self.value(*initial) + 0.0;
                match bounds {
                    None => self
                        .errors
                        .push(owner.error("one of its bounds is not a number")),
                    Some(bounds) => {
                        let name = &shape.slots[*slot as usize].name;
                        if let Some(problem) = bounds.refuses(name, initial) {
                            self.errors.push(owner.error(format!("at t = 0 {problem}")));
                        }
                        self.bounds[*slot as usize] = bounds;
                        self.memory[*slot as usize] = initial;
                    }
                }
            }
            PartKind::Rate(rate) => {
                let rate = self.value(*rate);
                if !(rate >= 0.0 && rate.is_finite()) {
                    let problem = format!("its rate is {rate}; rates are finite and not below 0");
                    self.errors.push(owner.error(problem));
                }
            }
            PartKind::Multiplier(key, value) => {
                let value = self.value(*value);
                if !(value >= 0.0 && value.is_finite()) {
                    let problem =
                        format!("its {key} is {value}; it must be finite and not below 0");
                    self.errors.push(owner.error(problem));
                }
            }
            PartKind::Probability(value) => {
                let value = self.value(*value);
                if !(0.0..=1.0).contains(&value) {
                    let problem =
                        format!("a probability is {value}; probabilities lie between 0 and 1");
                    self.errors.push(owner.error(problem));
                }
            }
            PartKind::Branches(probabilities) => {
                let probabilities = probabilities.iter().map(|place| self.value(*place));
                let total = probabilities.fold(0.0, |sum, value| sum + value);
                if (total - 1.0).abs() > 1e-9 {
                    let problem =
                        format!("the probabilities of its branches sum to {total}, not 1");
                    self.errors.push(owner.error(problem));
                }
            }
            PartKind::Law {
                family,
                signature,
                arguments,
            } => {
                let law = bound_law(*family, *signature, self.values(arguments));
                match law {
                    Ok(law) => self.laws.push(law),
                    Err(problem) => self.errors.push(owner.error(problem)),
                }
            }
            PartKind::Every { first, period } => {
                let (first, period) = (self.value(*first), self.value(*period));
                if !(period > 0.0 && period.is_finite()) {
                    let problem = format!("its period is {period}; periods are above 0");
                    self.errors.push(owner.error(problem));
                }
                if !(first >= 0.0 && first.is_finite()) {
                    let problem = format!("its first time is {first}; times begin at 0");
                    self.errors.push(owner.error(problem));
                }
                self.calendars
                    .push(Calendar::Every(Progression::new(first, period)));
            }
            PartKind::At(times) => {
                let mut times = self.values(times);
                if let Some(bad) = times.iter().find(|t| !(**t >= 0.0 && t.is_finite())) {
                    let problem = format!("it is to fire at {bad}; times begin at 0");
                    self.errors.push(owner.error(problem));
                }
                times.sort_by(f64::total_cmp);
                self.calendars.push(Calendar::At(times));
            }
        }
    }
}

/// What a variable can hold; nothing where a bound is not a number.
pub(super) fn bounds(low: Option<f64>, high: Option<f64>, whole: bool) -> Option<Bounds> {
    let most = if whole { MOST_WHOLE } else { f64::INFINITY };
    let low = low.unwrap_or(f64::NEG_INFINITY);
    let high = high.unwrap_or(f64::INFINITY);
    (!low.is_nan() && !high.is_nan()).then(|| Bounds {
        low: low.max(-most),
        high: high.min(most),
        whole,
    })
}

/// A law with arguments; else why there is none.
pub(super) fn bound_law(
    family: Family,
    signature: usize,
    mut arguments: Vec<f64>,
) -> Result<BoundLaw, String> {
    if family == Family::Empirical {
        arguments.sort_by(f64::total_cmp);
        return match Law::empirical(&arguments) {
            Ok(_) => Ok(BoundLaw::Observed(arguments)),
            Err(error) => Err(error.to_string()),
        };
    }
    match Law::new(family, signature, &arguments) {
        Ok(law) => Ok(BoundLaw::Of(law)),
        Err(error) => Err(error.to_string()),
    }
}
