//! How many states a scenario has, as far as intervals show.

use super::model::{Clock, Doctrine, Scenario, VariableKind};
use super::reach::Reach;

/// The states of variables and latches; ages of clocks and consequences under way come on top.
#[derive(Debug, Clone, PartialEq)]
pub enum StateSpace {
    /// At most so many.
    AtMost(f64),
    /// Without end, for these reasons, a family's members as one.
    Infinite(Vec<String>),
}

impl Scenario {
    /// The size of the state space: the product over all variables of the values that they can come to hold, times two for
    /// each factor with a hysteresis. Not all of them need be reachable.
    #[must_use]
    pub fn state_space(&self) -> StateSpace {
        let mut size = 1.0;
        let mut reasons = Vec::new();
        for (variable, [low, high]) in self.variables.iter().zip(Reach::of(self, &[]).extents()) {
            let name = &variable.family;
            match variable.kind {
                _ if low == high => {}
                VariableKind::Real => reasons.push(format!("{name} is real and changes")),
                _ if low.is_infinite() => reasons.push(format!("{name} has no least value")),
                _ if high.is_infinite() => reasons.push(format!("{name} has no largest value")),
                _ => size *= high.floor() - low.ceil() + 1.0,
            }
        }
        reasons.dedup();
        if !reasons.is_empty() {
            return StateSpace::Infinite(reasons);
        }
        let latches = |doctrine: &Doctrine| {
            let factors = doctrine.factors.iter();
            factors
                .filter(|factor| factor.clears_when.is_some())
                .count()
        };
        for _ in 0..self.doctrine.as_ref().map_or(0, latches) {
            size *= 2.0;
        }
        StateSpace::AtMost(size)
    }

    /// Whether ages of clocks or consequences under way are part of the state too.
    #[must_use]
    pub fn has_memory(&self) -> bool {
        let clocks = self.events.iter().map(|event| &event.clock);
        let mut remembering = clocks.filter(|clock| {
            matches!(
                clock,
                Clock::Law { .. } | Clock::After { .. } | Clock::Calendar(_)
            )
        });
        remembering.next().is_some()
    }
}
