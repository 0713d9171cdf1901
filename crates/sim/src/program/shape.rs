//! What of a program does not hang on the values of parameters.

use super::code::{Code, CodeId, Quick};
use super::dependants::Dependants;
use super::instruction::Instruction;
use super::table::Tables;
use super::{Memory, Slot};
use crate::stream::EventKey;
use detente_model::lifetime::Family;
use std::ops::Range;

/// A scenario under a policy, lowered: places instead of names, instructions instead of expressions, and who reads whom. All that
/// a trial needs but numbers.
#[derive(Debug, Clone)]
pub struct Shape {
    /// What each slot holds.
    pub slots: Vec<SlotInfo>,
    /// Where the trial's time stands.
    pub time_slot: Slot,
    /// Where the doctrine's level stands.
    pub level_slot: Slot,
    /// Derived names that have a slot, in the order in which they are computed; their slots follow each other.
    pub(crate) derived: Vec<Derived>,
    /// How many of them hang on variables and levers alone, and how many on these and factors.
    pub(crate) derived_before_factors: u32,
    pub(crate) derived_before_level: u32,
    /// Where constants stand in memory, and behind them intermediate values.
    pub(crate) first_constant: Slot,
    pub(crate) first_temporary: Slot,
    /// All places of memory.
    pub(crate) places: usize,
    pub(crate) instructions: Vec<Instruction>,
    pub(crate) codes: Vec<Code>,
    pub(crate) tables: Tables,
    /// In the order in which ties are broken: higher priority first, then name.
    pub events: Vec<Event>,
    /// What a change of the state touches of each event, side by side.
    pub(crate) timers: Vec<TimerCode>,
    pub(crate) event_keys: Vec<EventKey>,
    /// Effects of events and branches, each a range of this list.
    pub effects: Vec<Effect>,
    /// Branches of events, each event a range of this list.
    pub branches: Vec<Branch>,
    /// The events that follow an event, each event a range of this list.
    pub consequences: Vec<u32>,
    /// Instant events, in the order of `events`.
    pub instants: Vec<u32>,
    /// Factors of the doctrine, in the order of the scenario.
    pub factors: Vec<Factor>,
    /// Rules of the doctrine with the level each proves, highest level first.
    pub level_rules: Vec<(f64, CodeId)>,
    /// Rules of the policy, in its order.
    pub policy_rules: Vec<PolicyRule>,
    pub(crate) rule_keys: Vec<EventKey>,
    /// Those of the scenario, then for each obligation whether it is ever breached and its share of time.
    pub outcomes: Vec<Outcome>,
    /// How many obligations there are; what is measured of them stands behind the outcomes.
    pub obligations: usize,
    /// In the order of the scenario.
    pub series: Vec<Series>,
    /// Per slot: the derived names to compute again.
    pub(crate) derived_reading: Dependants,
    /// Per slot: the clocks and instant events to look at again, each with the [`Touch`](super::Touch) that it feels.
    pub(crate) clocks_reading: Dependants,
    /// Per slot: the factors, then the level behind them, to look at again.
    pub(crate) doctrine_reading: Dependants,
    /// Per slot: the policy's rules to look at again.
    pub(crate) policy_rules_reading: Dependants,
    /// Per slot: outcomes, then series behind them, to look at again.
    pub(crate) watches_reading: Dependants,
    /// Per event: the outcomes that count its firings on a condition.
    pub(crate) counted_when: Dependants,
    /// Who events are the doing of.
    pub groups: Vec<String>,
    /// Ends of the periods that firings are counted in, from 0 to the horizon.
    pub periods: Vec<f64>,
    /// The end of every trial, in time units.
    pub horizon: f64,
    pub(crate) max_events: u64,
    /// Most steps at one instant.
    pub max_cascade: u64,
}

/// What a slot holds.
#[derive(Debug, Clone)]
pub struct SlotInfo {
    /// The name in the scenario.
    pub name: String,
    /// The names of its states, if it holds one.
    pub states: Vec<String>,
}

/// A derived name that is kept in a slot.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Derived {
    pub slot: Slot,
    pub code: CodeId,
}

/// What of an event a change of the state touches.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TimerCode {
    pub guard: Option<Quick>,
    /// Of a memoryless clock.
    pub rate: Option<Quick>,
}

/// An event of the program.
#[derive(Debug, Clone)]
pub struct Event {
    /// The name in the scenario.
    pub name: String,
    /// The condition under which its clock runs.
    pub guard: Option<CodeId>,
    /// What makes it fire.
    pub clock: Clock,
    /// Its assignments, a range of the program's.
    pub effects: Range<u32>,
    /// Its branches, a range of the program's.
    pub branches: Range<u32>,
    /// The events that follow it, a range of the program's.
    pub consequences: Range<u32>,
    /// Whether an effect of its own or of a branch, or the probability of a branch, reads a derived name that has a slot.
    pub reads_derived: bool,
    /// Whose doing it is: a position in the program's groups.
    pub group: u32,
}

/// What makes an event of the program fire.
#[derive(Debug, Clone)]
pub enum Clock {
    /// A hazard per time unit, without memory.
    Rate(CodeId),
    /// A law of age.
    Law {
        /// The law.
        law: LawSource,
        /// What drives it.
        drive: Drive,
        /// What becomes of its age when it is disabled.
        memory: Memory,
    },
    /// A calendar of the program, by place.
    Calendar(u32),
    /// A firing of another event, of which it is a consequence.
    After {
        /// That it follows at all.
        probability: Option<CodeId>,
        /// How long after.
        delay: LawSource,
    },
    /// Its guard alone.
    Instant,
}

impl Clock {
    /// Whether it starts anew when it has fired.
    pub fn renews(&self) -> bool {
        matches!(self, Self::Rate(_) | Self::Law { .. })
    }
}

/// How the state drives a law's clock.
#[derive(Debug, Clone, Copy)]
pub enum Drive {
    /// Nothing.
    None,
    /// What its hazard is multiplied by.
    HazardRatio(CodeId),
    /// How fast it ages.
    Speed(CodeId),
}

impl Drive {
    /// What the state drives it with.
    pub fn code(self) -> Option<CodeId> {
        match self {
            Self::None => None,
            Self::HazardRatio(code) | Self::Speed(code) => Some(code),
        }
    }
}

/// The law of a delay or a clock.
#[derive(Debug, Clone)]
pub enum LawSource {
    /// A law of the program, by place: its arguments are known before any trial.
    Bound(u32),
    /// Arguments read when the delay begins or the clock starts.
    Read {
        /// The law's family.
        family: Family,
        /// Which of the family's signatures.
        signature: usize,
        /// In the order of the signature.
        arguments: Vec<CodeId>,
    },
}

/// An assignment.
#[derive(Debug, Clone, Copy)]
pub struct Effect {
    /// The slot that gets another value.
    pub slot: Slot,
    /// The value.
    pub value: CodeId,
}

/// One of several outcomes of a firing.
#[derive(Debug, Clone)]
pub struct Branch {
    /// That it is taken.
    pub probability: CodeId,
    /// Its assignments, a range of the program's.
    pub effects: Range<u32>,
}

/// A factor of the doctrine.
#[derive(Debug, Clone, Copy)]
pub struct Factor {
    /// Whether it is active.
    pub slot: Slot,
    /// When it becomes active.
    pub active_when: CodeId,
    /// When it ends, where that differs.
    pub clears_when: Option<CodeId>,
}

/// A rule of the policy.
#[derive(Debug, Clone)]
pub struct PolicyRule {
    /// The name in the policy.
    pub name: String,
    /// The condition whose becoming true starts it.
    pub when: CodeId,
    /// How long after it chooses.
    pub delay: LawSource,
    /// Levers with the positions of the options that are chosen.
    pub choices: Vec<(Slot, f64)>,
}

/// An outcome to measure.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The name in the scenario.
    pub name: String,
    /// The kind of measure.
    pub kind: OutcomeKind,
    /// What is measured; of `firings` the condition, or a constant.
    pub value: CodeId,
    /// Of a first time, what tells it apart.
    pub by: Option<By>,
}

/// A state that is read when a condition first holds.
#[derive(Debug, Clone)]
pub struct By {
    /// The names of all its states.
    pub states: Vec<String>,
    /// The states that it can then have, by position.
    pub possible: Vec<usize>,
    /// The state, by position.
    pub state: CodeId,
}

impl By {
    /// The name of the state that a recorded position stands for; nothing for NaN, where the time was not reached.
    pub fn state_at(&self, position: f64) -> Option<&str> {
        let mut places = (0_u32..).zip(&self.states);
        let found = places.find(|(place, _)| f64::from(*place) == position);
        found.map(|(_, state)| state.as_str())
    }
}

/// The kinds of measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutcomeKind {
    /// Whether a condition ever held.
    Ever,
    /// When a condition first held.
    FirstTime,
    /// Share of time in which a condition held.
    TimeShare,
    /// How often a condition became true.
    Entries,
    /// Time average of a number.
    TimeAverage,
    /// Integral of a number over time.
    Integral,
    /// Largest value of a number.
    Maximum,
    /// Smallest value of a number.
    Minimum,
    /// A number at 0.
    Initial,
    /// A number at the horizon.
    Final,
    /// Firings of an event, by its place in the program.
    Firings(u32),
    /// Firings of an event, by its place in the program, that leave a state in which a condition holds.
    FiringsWhen(u32),
}

/// Something to follow on a grid.
#[derive(Debug, Clone)]
pub struct Series {
    /// The name in the scenario.
    pub name: String,
    /// The grid, from 0 to the horizon, in time units.
    pub times: Vec<f64>,
    /// The names of its states, if it follows one.
    pub states: Vec<String>,
    /// Its value, or the position of its state.
    pub value: CodeId,
}

impl Shape {
    /// Whether an expression reads a slot.
    pub fn reads(&self, code: CodeId, slot: Slot) -> bool {
        let super::code::Run { start, end, result } = self.codes[code.0 as usize].plain;
        let mut instructions = self.instructions[start as usize..end as usize].iter();
        result == slot || instructions.any(|instruction| instruction.reads().contains(&slot))
    }

    /// The outcomes, in the order of the scenario.
    #[must_use]
    pub fn outcomes(&self) -> &[Outcome] {
        &self.outcomes[..self.outcomes.len() - 2 * self.obligations]
    }

    /// Of each obligation, in the order of the scenario, whether it is ever breached and its share of time in breach, with the places
    /// of these among all that is measured.
    pub fn obligations(&self) -> impl Iterator<Item = [(usize, &Outcome); 2]> {
        let first = self.outcomes().len();
        (0..self.obligations).map(move |obligation| {
            let places = [first + 2 * obligation, first + 2 * obligation + 1];
            places.map(|place| (place, &self.outcomes[place]))
        })
    }

    /// Who events are the doing of: their actors by name, then `other` for events without one; `all` where none has.
    #[must_use]
    pub fn groups(&self) -> &[String] {
        &self.groups
    }

    /// Ends of the periods that firings are counted in, from 0 to the horizon.
    #[must_use]
    pub fn periods(&self) -> &[f64] {
        &self.periods
    }

    /// How many outcomes have a `by`.
    pub fn kinds(&self) -> usize {
        let outcomes = self.outcomes.iter();
        outcomes.filter(|outcome| outcome.by.is_some()).count()
    }

    /// The series, in the order of the scenario.
    #[must_use]
    pub fn series(&self) -> &[Series] {
        &self.series
    }

    /// The end of every trial, in time units.
    #[must_use]
    pub fn horizon(&self) -> f64 {
        self.horizon
    }

    /// The names of the slots, in the order in which they stand in memory.
    pub fn slot_names(&self) -> impl Iterator<Item = &str> {
        self.slots.iter().map(|slot| slot.name.as_str())
    }

    /// The name of an event, or of a rule of the policy: these stand behind all events.
    pub fn step_name(&self, place: u32) -> &str {
        let place = place as usize;
        match self.events.get(place) {
            Some(event) => &event.name,
            None => &self.policy_rules[place - self.events.len()].name,
        }
    }

    /// The events' names, in the order in which ties are broken.
    pub fn event_names(&self) -> impl Iterator<Item = &str> {
        self.events.iter().map(|event| event.name.as_str())
    }

    /// The names of the policy's rules.
    pub fn rule_names(&self) -> impl Iterator<Item = &str> {
        self.policy_rules.iter().map(|rule| rule.name.as_str())
    }
}

impl SlotInfo {
    /// The name of the state that a value stands for, if the slot holds states.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a state's position"
    )]
    pub fn state(&self, value: f64) -> Option<&str> {
        self.states.get(value as usize).map(String::as_str)
    }
}
