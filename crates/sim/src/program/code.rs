//! Expressions as runs of instructions, all in one list of a program and referred to by their place there.

use super::Slot;

/// The place of an expression in a program's list of codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeId(pub(super) u32);

/// A run of instructions, and where its value then stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Run {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) result: Slot,
}

/// How a trial gets an expression's value: one look into a table, or a run that may look into several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quick {
    Run(Run),
    LookUp(u32),
}

/// An expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Code {
    /// Without tables.
    pub plain: Run,
    /// The same bits in less time, wherever all variables are within their bounds.
    pub quick: Quick,
    /// Whether it is read only where all variables are within their bounds, so that it may look into tables.
    pub within_bounds: bool,
}

impl Code {
    /// An expression without tables.
    pub fn of(run: Run, within_bounds: bool) -> Self {
        Self {
            plain: run,
            quick: Quick::Run(run),
            within_bounds,
        }
    }
}
