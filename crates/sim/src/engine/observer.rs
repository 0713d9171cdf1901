//! What a trajectory tells those who watch it.

use super::reading::Clocks;
use crate::program::{Program, Slot};
use std::ops::ControlFlow;

/// Why something fired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Its own clock or calendar.
    Clock,
    /// Its guard held.
    Guard,
    /// A firing of another event.
    Event {
        /// The event, by place in the program.
        event: u32,
        /// Which of its firings, counted from 0.
        firing: u64,
    },
}

/// A firing of an event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Firing {
    /// The event, by place in the program.
    pub event: u32,
    /// When, in time units.
    pub time: f64,
    /// Why.
    pub cause: Cause,
    /// The branch taken, of an event that has branches, by position.
    pub branch: Option<u32>,
}

/// Watches a trajectory. States left in zero time are never shown to [`Observer::hold`].
pub trait Observer {
    /// A trial begins; every slot is to be looked at. `memory` is the state at t = 0, factors and level read, before
    /// anything fires.
    fn begin(&mut self, program: &Program, memory: &[f64]);

    /// The clock of an event, memoryless or general, has run out, and the event is about to fire. `clocks` reads all clocks as they
    /// stand before that.
    fn ringing(&mut self, _program: &Program, _event: u32, _clocks: Clocks<'_>) {}

    /// An event has fired, and factors and level have followed. `memory` is the state that it leaves, to be changed in nothing
    /// but the places in which expressions compute. Breaking off ends the trial once clocks and rules have followed, too.
    fn fired(&mut self, program: &Program, firing: Firing, memory: &mut [f64]) -> ControlFlow<()>;

    /// The condition of a rule of the policy has become true for the `turn`-th time, counted from 0, through what
    /// happened last; its choices will follow.
    fn turned(&mut self, _rule: u32, _turn: u64) {}

    /// A rule of the policy has made the choices of its `turn`-th time, and factors and level have followed.
    fn chosen(&mut self, _rule: u32, _turn: u64, _time: f64, _memory: &[f64]) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    /// A slot has another value than before.
    fn changed(&mut self, program: &Program, slot: Slot);

    /// The state in `memory` has held since the last call's `until` (0 at first) and holds until `until`.
    fn hold(&mut self, program: &Program, memory: &mut [f64], until: f64);

    /// The trial has reached its horizon with the state in `memory`; `fired` counts each event's firings.
    fn end(&mut self, program: &Program, memory: &mut [f64], fired: &[u64]);
}
