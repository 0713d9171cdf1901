//! Terms in PRISM's language.

use super::symbolic::{Cell, Term, constant};
use detente_model::scenario::{Expr, Function};
use std::cell::{Cell as StdCell, RefCell};
use std::collections::BTreeSet;

/// Words of PRISM's and Storm's languages.
const RESERVED: [&str; 50] = [
    "A",
    "bool",
    "clock",
    "const",
    "ctmc",
    "C",
    "double",
    "dtmc",
    "E",
    "endinit",
    "endinvariant",
    "endmodule",
    "endobservables",
    "endrewards",
    "endsystem",
    "false",
    "formula",
    "filter",
    "func",
    "F",
    "global",
    "G",
    "init",
    "invariant",
    "I",
    "int",
    "label",
    "max",
    "mdp",
    "min",
    "module",
    "X",
    "nondeterministic",
    "observable",
    "observables",
    "of",
    "Pmax",
    "Pmin",
    "P",
    "pomdp",
    "popta",
    "probabilistic",
    "prob",
    "pta",
    "rate",
    "rewards",
    "Rmax",
    "Rmin",
    "R",
    "S",
];

/// More of them, and the names of functions.
const ALSO_RESERVED: [&str; 22] = [
    "stochastic",
    "system",
    "true",
    "U",
    "W",
    "ma",
    "smg",
    "player",
    "endplayer",
    "floor",
    "ceil",
    "round",
    "pow",
    "mod",
    "log",
    "deadlock",
    "ctmdp",
    "M",
    "LRA",
    "multi",
    "Smax",
    "Smin",
];

/// Names given so far.
#[derive(Debug, Default)]
pub(super) struct Given(BTreeSet<String>);

impl Given {
    /// The name, or if it is taken one like it.
    pub fn name(&mut self, wanted: &str) -> String {
        let mut name = wanted.to_owned();
        while RESERVED.contains(&name.as_str())
            || ALSO_RESERVED.contains(&name.as_str())
            || self.0.contains(&name)
        {
            name.push('_');
        }
        self.0.insert(name.clone());
        name
    }
}

/// What cells are called.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub variables: Vec<String>,
    pub latches: Vec<String>,
    pub under_way: Vec<String>,
    pub parameters: Vec<String>,
    pub levers: Vec<String>,
    pub derived: Vec<String>,
    /// What derived values are.
    pub derived_kinds: Vec<Kind>,
    /// The base of natural logarithms.
    pub euler: String,
    /// The end of time.
    pub horizon: String,
    pub module: String,
    /// Derived values that something written reads.
    pub read: RefCell<BTreeSet<usize>>,
    /// Whether something written is no finite number.
    pub not_finite: StdCell<bool>,
}

/// What a term is in PRISM's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Truth,
    Whole,
    Real,
}

impl Names {
    pub fn kind(&self, term: &Term) -> Kind {
        match term {
            Expr::Constant(value) if value.fract() == 0.0 => Kind::Whole,
            Expr::Constant(_) | Expr::Symbol(Cell::Parameter(_)) => Kind::Real,
            Expr::Symbol(Cell::Derived(index)) => self.derived_kinds[*index],
            Expr::Symbol(_) => Kind::Whole,
            Expr::Apply(function, parts) => self.kind_of_function(*function, parts),
        }
    }

    fn kind_of_function(&self, function: Function, parts: &[Term]) -> Kind {
        let whole = |parts: &[Term]| {
            if parts.iter().any(|part| self.kind(part) == Kind::Real) {
                Kind::Real
            } else {
                Kind::Whole
            }
        };
        match function {
            Function::Not
            | Function::And
            | Function::Or
            | Function::Equal
            | Function::NotEqual
            | Function::Less
            | Function::LessOrEqual
            | Function::Greater
            | Function::GreaterOrEqual => Kind::Truth,
            Function::If => {
                let truths = parts[1..].iter().map(|part| self.kind(part) == Kind::Truth);
                match truths.collect::<Vec<bool>>()[..] {
                    [true, true] => Kind::Truth,
                    [true, false] if is_truth_value(&parts[2]) => Kind::Truth,
                    [false, true] if is_truth_value(&parts[1]) => Kind::Truth,
                    _ => whole(&parts[1..]),
                }
            }
            Function::Negate
            | Function::Add
            | Function::Subtract
            | Function::Multiply
            | Function::Min
            | Function::Max
            | Function::Abs => whole(parts),
            Function::Floor => Kind::Whole,
            _ => Kind::Real,
        }
    }

    /// A condition.
    pub fn truth(&self, term: &Term) -> String {
        match term {
            Expr::Constant(value) => (*value != 0.0).to_string(),
            Expr::Symbol(Cell::Latch(index)) => format!("{} = 1", self.latches[*index]),
            _ if self.kind(term) != Kind::Truth => format!("{} != 0", self.number_part(term)),
            Expr::Symbol(_) => self.cell(term),
            Expr::Apply(function, parts) => match function {
                Function::Not => format!("!{}", self.truth_part_closed(&parts[0])),
                Function::And => self.joined(parts, " & ", Self::truth_part),
                Function::Or => self.joined(parts, " | ", Self::truth_part),
                Function::If => format!(
                    "{} ? {} : {}",
                    self.truth_part(&parts[0]),
                    self.truth_part(&parts[1]),
                    self.truth_part(&parts[2])
                ),
                Function::Equal if self.of_truths(parts) => {
                    self.joined(parts, " = ", Self::truth_part)
                }
                Function::NotEqual if self.of_truths(parts) => {
                    self.joined(parts, " != ", Self::truth_part)
                }
                Function::Equal => self.joined(parts, " = ", Self::number_part),
                Function::NotEqual => self.joined(parts, " != ", Self::number_part),
                Function::Less => self.joined(parts, " < ", Self::number_part),
                Function::LessOrEqual => self.joined(parts, " <= ", Self::number_part),
                Function::Greater => self.joined(parts, " > ", Self::number_part),
                _ => self.joined(parts, " >= ", Self::number_part),
            },
        }
    }

    fn of_truths(&self, parts: &[Term]) -> bool {
        parts.iter().all(|part| self.kind(part) == Kind::Truth)
    }

    /// A number.
    pub fn number(&self, term: &Term) -> String {
        if self.kind(term) == Kind::Truth {
            return format!("{} ? 1 : 0", self.truth_part(term));
        }
        let Expr::Apply(function, parts) = term else {
            return self.cell(term);
        };
        let one = || self.number(&parts[0]);
        match function {
            Function::Negate => format!("-{}", self.number_part(&parts[0])),
            Function::Add => self.joined(parts, " + ", Self::number_part),
            Function::Subtract => self.joined(parts, " - ", Self::number_part),
            Function::Multiply => self.joined(parts, " * ", Self::number_part),
            Function::Divide => self.joined(parts, " / ", Self::number_part),
            Function::Remainder => {
                let (a, b) = (self.number_part(&parts[0]), self.number_part(&parts[1]));
                format!("{a} - {b} * ({a} / {b} >= 0 ? floor({a} / {b}) : ceil({a} / {b}))")
            }
            Function::Power => format!("pow({}, {})", one(), self.number(&parts[1])),
            Function::If => format!(
                "{} ? {} : {}",
                self.truth_part(&parts[0]),
                self.number_part(&parts[1]),
                self.number_part(&parts[2])
            ),
            Function::Min => format!("min({})", self.joined(parts, ", ", Self::number)),
            Function::Max => format!("max({})", self.joined(parts, ", ", Self::number)),
            Function::Abs => format!("max({}, -{})", one(), self.number_part(&parts[0])),
            Function::Exp => format!("pow({}, {})", self.euler, one()),
            Function::Ln => format!("log({}, {})", one(), self.euler),
            Function::Sqrt => format!("pow({}, 0.5)", one()),
            Function::Floor => format!("floor({})", one()),
            Function::Logistic => {
                format!(
                    "1 / (1 + pow({}, -{}))",
                    self.euler,
                    self.number_part(&parts[0])
                )
            }
            // Conditions are truths, which stand above.
            _ => self.truth(term),
        }
    }

    /// A whole number, which a variable can be set to. What is whole by its value alone is rounded to its type.
    pub fn whole(&self, term: &Term) -> String {
        match self.kind(term) {
            Kind::Real => format!("floor({} + 0.5)", self.number_part(term)),
            _ => self.number(term),
        }
    }

    pub fn truth_part(&self, term: &Term) -> String {
        closed(term, self.truth(term))
    }

    /// A condition behind a `!`, which binds strongly.
    fn truth_part_closed(&self, term: &Term) -> String {
        let text = self.truth(term);
        if text.contains(' ') {
            format!("({text})")
        } else {
            text
        }
    }

    pub fn number_part(&self, term: &Term) -> String {
        closed(term, self.number(term))
    }

    fn joined(&self, parts: &[Term], by: &str, write: fn(&Self, &Term) -> String) -> String {
        let written: Vec<String> = parts.iter().map(|part| write(self, part)).collect();
        written.join(by)
    }

    fn cell(&self, term: &Term) -> String {
        match term {
            Expr::Constant(value) => {
                self.not_finite
                    .set(self.not_finite.get() || !value.is_finite());
                literal(*value)
            }
            Expr::Symbol(cell) => match *cell {
                Cell::Variable(index) => self.variables[index].clone(),
                Cell::Latch(index) => self.latches[index].clone(),
                Cell::UnderWay(index) => self.under_way[index].clone(),
                Cell::Parameter(index) => self.parameters[index].clone(),
                Cell::Lever(index) => self.levers[index].clone(),
                Cell::Derived(index) => {
                    self.read.borrow_mut().insert(index);
                    self.derived[index].clone()
                }
            },
            Expr::Apply(..) => String::new(),
        }
    }
}

fn is_truth_value(term: &Term) -> bool {
    constant(term).is_some_and(|value| value == 0.0 || value == 1.0)
}

/// In brackets, where it has operators of its own.
fn closed(term: &Term, text: String) -> String {
    let call = matches!(
        term,
        Expr::Apply(
            Function::Min
                | Function::Max
                | Function::Exp
                | Function::Ln
                | Function::Sqrt
                | Function::Floor
                | Function::Power,
            _
        )
    );
    if text.contains([' ', '-', '!']) && !call {
        format!("({text})")
    } else {
        text
    }
}

/// A number that reads back to the same bits.
pub(super) fn literal(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-5..1e18).contains(&size) {
        return format!("{value:e}");
    }
    format!("{value}")
}
