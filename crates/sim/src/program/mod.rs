//! Scenario + Policy → flat [`Program`]: slots, events, dependants.
//!
//! A program is one scenario under one policy with all parameters set: names are slots of one memory,
//! expressions are runs of instructions, and for every slot there is a list of what must be looked at again
//! when it changes. It is immutable and shared by all threads.

mod assemble;
mod compile;
mod direct;
mod instruction;
mod lower;
mod parameter_law;
mod progression;
mod table;

pub use compile::{ProgramError, compile};
pub use direct::value_of;
pub use instruction::{Code, Quick, apply, operand_count};
pub use parameter_law::{ParameterDistribution, ParameterLaw};
pub(crate) use progression::Progression;

use detente_model::lifetime::{Family, Law, LawError};
use instruction::{Instruction, Run};
use table::Tables;

pub(crate) use detente_model::scenario::Memory;
use std::ops::Range;

/// An index into a trial's memory.
pub type Slot = u32;

/// A scenario under a policy, ready to run.
#[derive(Debug, Clone)]
pub struct Program {
    /// Memory at t = 0: slots, then constants, then room for intermediate values.
    pub memory: Vec<f64>,
    /// What the first places of the memory hold.
    pub slots: Vec<SlotInfo>,
    /// The slot that holds the time.
    pub time_slot: Slot,
    /// The slot that holds the doctrine's level.
    pub level_slot: Slot,
    pub(crate) instructions: Vec<Instruction>,
    pub(crate) tables: Tables,
    /// In the order in which ties are broken: higher priority first, then name.
    pub events: Vec<Event>,
    /// Effects of events and branches, each a range of this list.
    pub effects: Vec<Effect>,
    /// Branches of events, each event a range of this list.
    pub branches: Vec<Branch>,
    /// The events that follow an event, each event a range of this list.
    pub consequences: Vec<u32>,
    /// Instant events, in the order of `events`.
    pub instants: Vec<u32>,
    /// The factors of the doctrine.
    pub factors: Vec<Factor>,
    /// Rules of the doctrine with the level each proves, highest level first.
    pub level_rules: Vec<(f64, Code)>,
    /// The policy's rules.
    pub policy_rules: Vec<PolicyRule>,
    /// By parameter of the scenario, the law that studies draw it from.
    pub(crate) parameter_laws: Vec<Option<ParameterLaw>>,
    /// Those of the scenario, then for each obligation whether it is ever breached and its share of time.
    pub outcomes: Vec<Outcome>,
    pub(crate) obligations: Vec<Obligation>,
    /// What is followed on a grid of times.
    pub series: Vec<Series>,
    /// Per slot: the clocks and instant events to look at again, each with the [`Touch`] that it feels.
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
    pub(crate) groups: Vec<String>,
    /// Ends of the periods that firings are counted in, from 0 to the horizon.
    pub(crate) periods: Vec<f64>,
    /// The end of every trial, in time units.
    pub horizon: f64,
    pub(crate) max_events: u64,
    /// Most firings at one instant of a trial.
    pub max_cascade: u64,
}

/// What a slot holds.
#[derive(Debug, Clone)]
pub struct SlotInfo {
    /// The name in the scenario.
    pub name: String,
    /// The lower bound.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
    /// Whether it holds whole numbers only.
    pub whole: bool,
    /// The names of its states, if it holds one.
    pub states: Vec<String>,
}

/// An event of the program.
#[derive(Debug, Clone)]
pub struct Event {
    /// The name in the scenario.
    pub name: String,
    /// The condition under which its clock runs.
    pub guard: Option<Code>,
    /// What makes it fire.
    pub clock: Clock,
    /// A range of the program's effects.
    pub effects: Range<u32>,
    /// A range of the program's branches.
    pub branches: Range<u32>,
    /// A range of the program's consequences.
    pub consequences: Range<u32>,
    /// Whose doing it is: a position in the program's groups.
    pub group: u32,
}

/// What makes an event of the program fire.
#[derive(Debug, Clone)]
pub enum Clock {
    /// A hazard that may depend on the state.
    Rate(Code),
    /// A law of age.
    Law {
        /// The law.
        law: LawSource,
        /// What multiplies its hazard or its age.
        drive: Drive,
        /// What happens to the age while the guard does not hold.
        memory: Memory,
    },
    /// Times at equal distances.
    Every(Progression),
    /// These times, rising.
    At(Vec<f64>),
    /// A delayed consequence of another event's firings.
    After {
        /// The probability that a firing has it; 1 where none is given.
        probability: Option<Code>,
        /// The time from the firing.
        delay: LawSource,
    },
    /// As soon as the guard holds.
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
    /// Not at all.
    None,
    /// Its hazard is multiplied.
    HazardRatio(Code),
    /// Age grows at this speed.
    Speed(Code),
}

impl Drive {
    /// What the state drives it with.
    pub fn code(self) -> Option<Code> {
        match self {
            Self::None => None,
            Self::HazardRatio(code) | Self::Speed(code) => Some(code),
        }
    }
}

/// The law of a delay or a clock.
#[derive(Debug, Clone)]
pub enum LawSource {
    /// Arguments known beforehand.
    Known(Law<'static>),
    /// Arguments read when the delay begins or the clock starts.
    Read {
        /// The law's family.
        family: Family,
        /// Which of its ways to be written.
        signature: usize,
        /// Its arguments, as written.
        arguments: Vec<Code>,
    },
    /// Observed ages, sorted.
    Observed(Vec<f64>),
}

/// The most arguments that any law takes.
const MAX_LAW_ARGUMENTS: usize = 4;

impl LawSource {
    /// The law that a clock or delay starts with now, its arguments as `value` reads them.
    ///
    /// # Errors
    ///
    /// If the family does not take these arguments.
    pub fn law(&self, mut value: impl FnMut(Code) -> f64) -> Result<Law<'_>, LawError> {
        match self {
            Self::Known(law) => Ok(*law),
            Self::Observed(values) => Law::empirical(values),
            Self::Read {
                family,
                signature,
                arguments,
            } => {
                let mut values = [0.0; MAX_LAW_ARGUMENTS];
                for (place, code) in values.iter_mut().zip(arguments) {
                    *place = value(*code);
                }
                Law::new(*family, *signature, &values[..arguments.len()])
            }
        }
    }

    /// The hazard of a law that has no memory.
    pub fn constant_hazard(&self) -> Option<f64> {
        match self {
            Self::Known(law) if law.family() == Family::Exponential => Some(law.hazard(0.0)),
            _ => None,
        }
    }

    /// The name of the law's family.
    pub fn family_name(&self) -> &'static str {
        match self {
            Self::Known(law) => law.family().name(),
            Self::Read { family, .. } => family.name(),
            Self::Observed(_) => Family::Empirical.name(),
        }
    }
}

/// An assignment.
#[derive(Debug, Clone, Copy)]
pub struct Effect {
    /// The slot that is assigned to.
    pub slot: Slot,
    /// Its new value.
    pub value: Code,
}

/// One of several outcomes of a firing.
#[derive(Debug, Clone)]
pub struct Branch {
    /// Its probability.
    pub probability: Code,
    /// A range of the program's effects.
    pub effects: Range<u32>,
}

/// A factor of the doctrine.
#[derive(Debug, Clone, Copy)]
pub struct Factor {
    /// The slot that holds whether it is active.
    pub slot: Slot,
    /// The condition that turns it on.
    pub active_when: Code,
    /// The condition that turns it off; where there is none, that the other does not hold.
    pub clears_when: Option<Code>,
}

/// A rule of the policy.
#[derive(Debug, Clone)]
pub struct PolicyRule {
    /// The name in the policy.
    pub name: String,
    /// The condition whose beginning sets it off.
    pub when: Code,
    /// The time from there to the choice.
    pub delay: LawSource,
    /// Slots of levers and what they become.
    pub choices: Vec<(Slot, f64)>,
}

/// An outcome to measure, and what reports say of it.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The name in the scenario.
    pub name: String,
    /// What figures call it.
    pub title: String,
    /// Unit of its values.
    pub unit: Option<String>,
    /// `lower` or `higher`, where one is better.
    pub better: Option<&'static str>,
    /// The kind of measure.
    pub kind: OutcomeKind,
    /// What is measured; of `firings` the condition, or a constant.
    pub value: Code,
    /// Of a first time, what tells it apart.
    pub by: Option<By>,
}

/// A commitment whose breaches are measured, and what reports say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obligation {
    /// The name in the scenario.
    pub name: String,
    /// The treaty that it stands in.
    pub treaty: Option<String>,
    /// What it obliges to.
    pub text: Option<String>,
}

/// A state that is read when a condition first holds.
#[derive(Debug, Clone)]
pub struct By {
    /// The names of all its states.
    pub states: Vec<String>,
    /// The states that it can then have, by position.
    pub possible: Vec<usize>,
    /// The state that is read.
    pub state: Code,
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

impl OutcomeKind {
    /// The key of the measure in a scenario.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Ever => "ever",
            Self::FirstTime => "first_time",
            Self::TimeShare => "time_share",
            Self::Entries => "entries",
            Self::TimeAverage => "time_average",
            Self::Integral => "integral",
            Self::Maximum => "maximum",
            Self::Minimum => "minimum",
            Self::Initial => "initial",
            Self::Final => "final",
            Self::Firings(_) | Self::FiringsWhen(_) => "firings",
        }
    }
}

/// Something to follow on a grid, and what reports say of it.
#[derive(Debug, Clone)]
pub struct Series {
    /// The name in the scenario.
    pub name: String,
    /// What figures call it.
    pub title: String,
    /// Unit of its values.
    pub unit: Option<String>,
    /// The grid, from 0 to the horizon, in time units.
    pub times: Vec<f64>,
    /// The names of its states, if it follows one.
    pub states: Vec<String>,
    /// What it follows.
    pub subject: Subject,
    /// The number that is followed.
    pub value: Code,
}

/// What a series follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The doctrine's level.
    Doctrine,
    /// A number of active factors.
    Factors,
    /// Any other number.
    Number,
    /// Any other state.
    State,
}

/// For each slot a list of those who read it, in one flat array.
#[derive(Debug, Clone, Default)]
pub(crate) struct Dependants {
    offsets: Vec<u32>,
    items: Vec<u32>,
}

impl Dependants {
    /// From pairs (slot, reader), in any order.
    pub fn new(slots: usize, mut pairs: Vec<(Slot, u32)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        let mut offsets = vec![0_u32; slots + 1];
        for (slot, _) in &pairs {
            offsets[*slot as usize + 1] += 1;
        }
        for slot in 0..slots {
            offsets[slot + 1] += offsets[slot];
        }
        Self {
            offsets,
            items: pairs.into_iter().map(|(_, reader)| reader).collect(),
        }
    }

    /// Those who read a slot.
    pub fn of(&self, slot: Slot) -> &[u32] {
        let slot = slot as usize;
        &self.items[self.offsets[slot] as usize..self.offsets[slot + 1] as usize]
    }
}

/// What of a clock may have changed: its guard, and its hazard, that is its rate or what drives its law.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Touch(u8);

impl Touch {
    pub const NOTHING: Self = Self(0);
    pub const GUARD: Self = Self(1);
    pub const HAZARD: Self = Self(2);

    /// Both.
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub fn has_guard(self) -> bool {
        self.0 & Self::GUARD.0 != 0
    }

    pub fn has_hazard(self) -> bool {
        self.0 & Self::HAZARD.0 != 0
    }

    /// A clock with what a slot touches of it, as an item of [`Dependants`], whose order is that of clocks.
    pub fn packed(self, clock: u32) -> u32 {
        clock << 2 | u32::from(self.0)
    }

    /// From an item of [`Dependants`].
    pub fn unpacked(item: u32) -> (u32, Self) {
        (item >> 2, Self((item & 3) as u8))
    }
}

impl Program {
    /// The value of an expression in a trial's memory, where all variables are within their bounds.
    #[inline]
    pub(crate) fn value(&self, quick: Quick, memory: &mut [f64]) -> f64 {
        match quick {
            Quick::Run(run) => self.plain_value(run, memory),
            Quick::LookUp(table) => self.tables.look_up(table, memory),
        }
    }

    /// The value of a run of instructions in a trial's memory.
    #[inline]
    pub fn plain_value(&self, run: Run, memory: &mut [f64]) -> f64 {
        instruction::run(&self.instructions, &self.tables, run, memory)
    }

    /// Whether an expression reads a slot.
    pub fn reads(&self, code: Code, slot: Slot) -> bool {
        let Run { start, end, result } = code.plain;
        let mut instructions = self.instructions[start as usize..end as usize].iter();
        result == slot || instructions.any(|instruction| instruction.reads().contains(&slot))
    }

    /// The outcomes, in the order of the scenario.
    #[must_use]
    pub fn outcomes(&self) -> &[Outcome] {
        &self.outcomes[..self.outcomes.len() - 2 * self.obligations.len()]
    }

    /// The obligations, in the order of the scenario, each with what is measured of it, whether it is ever breached and its
    /// share of time, and the places of these among all that is measured.
    pub fn obligations(&self) -> impl Iterator<Item = (&Obligation, [(usize, &Outcome); 2])> {
        let first = self.outcomes().len();
        self.obligations.iter().enumerate().map(move |(place, of)| {
            let places = [first + 2 * place, first + 2 * place + 1];
            (of, places.map(|place| (place, &self.outcomes[place])))
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
    pub(crate) fn kinds(&self) -> usize {
        let outcomes = self.outcomes.iter();
        outcomes.filter(|outcome| outcome.by.is_some()).count()
    }

    /// The series, in the order of the scenario.
    #[must_use]
    pub fn series(&self) -> &[Series] {
        &self.series
    }

    /// By parameter of the scenario, in its order, the law that studies draw it from; none where none is stated.
    #[must_use]
    pub fn parameter_laws(&self) -> &[Option<ParameterLaw>] {
        &self.parameter_laws
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
    pub(crate) fn step_name(&self, place: u32) -> &str {
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
