//! The domain's words: what a scenario and a policy are, once everything in their files is resolved.
//!
//! Indices refer to the scenario's own lists, in the order of the file, families unrolled.

use super::calendar::Calendar;
use super::hypothesis::Hypothesis;
use super::payoff::Payoff;
use super::{Expression, LawSpec, Names, Span};
use crate::diagnostic::{FileId, some_of};
use crate::expr::Type;
use detente_stats::Direction;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// A theatre: its state, its events, its doctrine and what is asked of it.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// The name that result folders carry.
    pub name: String,
    pub(crate) title: String,
    /// The unit of all times and rates.
    pub time_unit: String,
    pub(crate) epoch: Option<Date>,
    /// The end of every trial, in time units.
    pub horizon: f64,
    /// Limits of every trial.
    pub limits: Limits,
    /// Kinds of warning that are switched off.
    pub(crate) allow: Vec<&'static str>,
    /// Its own file, among those that it extends.
    pub file: FileId,
    /// The constants of a trial.
    pub parameters: Vec<Parameter>,
    /// The world's state.
    pub variables: Vec<Variable>,
    /// Named expressions.
    pub derived: Vec<Derived>,
    /// What actors can choose.
    pub levers: Vec<Lever>,
    /// Commitments, and when they are broken.
    pub obligations: Vec<Obligation>,
    /// What can happen.
    pub events: Vec<Event>,
    /// How a level is read off the world, where there is one.
    pub doctrine: Option<Doctrine>,
    /// The questions put to every trial.
    pub outcomes: Vec<Outcome>,
    /// What is followed on a grid of times.
    pub series: Vec<Series>,
    pub(crate) rates: Vec<Rate>,
    pub(crate) hypotheses: Vec<Hypothesis>,
    pub(crate) payoffs: Vec<Payoff>,
    /// All names, by what they refer to.
    pub names: Names,
}

impl Scenario {
    /// The name that result folders carry.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its own file, among those that it extends.
    #[must_use]
    pub fn file(&self) -> FileId {
        self.file
    }

    /// What figures and reports call it.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The unit of all times and rates, `year` say.
    #[must_use]
    pub fn time_unit(&self) -> &str {
        &self.time_unit
    }

    /// The date of t = 0.
    #[must_use]
    pub fn epoch(&self) -> Option<Date> {
        self.epoch
    }

    /// The day of a time, where the scenario has an epoch and a time unit of known length.
    #[must_use]
    pub fn date_of(&self, time: f64) -> Option<Date> {
        Calendar::new(self.epoch?, &self.time_unit)?.date_of(time)
    }

    /// The end of every trial, in time units.
    #[must_use]
    pub fn horizon(&self) -> f64 {
        self.horizon
    }

    /// The same scenario with another horizon, above 0.
    #[must_use]
    pub fn with_horizon(mut self, horizon: f64) -> Self {
        self.horizon = horizon;
        self
    }

    /// The line that every table and figure bears. It names the scenario and not its path, so that figures are the
    /// same bytes wherever the file stands.
    #[must_use]
    pub fn honesty(&self) -> String {
        let as_of = match self.epoch {
            Some(epoch) => format!(" as of {epoch}"),
            None => String::new(),
        };
        format!(
            "Consequences of the assumptions in scenario {}{as_of}; not a forecast. Intervals cover simulation \
             error only. {} of {} parameters are assumed.",
            self.name,
            self.assumed_parameters(),
            self.parameters.len()
        )
    }

    /// What a variable of a kind holds, in words.
    #[must_use]
    pub fn describe_values(&self, kind: VariableKind) -> String {
        match kind {
            VariableKind::Integer => "a whole number".to_owned(),
            VariableKind::Real => "a number".to_owned(),
            VariableKind::State(list) => some_of(self.names.states(list).iter()),
        }
    }

    /// The observed rates, in the order of the file.
    #[must_use]
    pub fn rates(&self) -> &[Rate] {
        &self.rates
    }

    /// The claims, in the order of the file.
    #[must_use]
    pub fn hypotheses(&self) -> &[Hypothesis] {
        &self.hypotheses
    }

    /// The same scenario with some of its claims, by position.
    #[must_use]
    pub fn with_hypotheses(mut self, wanted: &[usize]) -> Self {
        self.hypotheses = wanted
            .iter()
            .map(|place| self.hypotheses[*place].clone())
            .collect();
        self
    }

    /// The actors' payoffs, in the order of the file.
    #[must_use]
    pub fn payoffs(&self) -> &[Payoff] {
        &self.payoffs
    }

    /// The parameters, in the order of the file.
    #[must_use]
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// Parameters whose source says that they are assumed, or that have none.
    #[must_use]
    pub fn assumed_parameters(&self) -> usize {
        self.parameters.iter().filter(|p| p.is_assumed()).count()
    }
}

/// A trial that goes beyond these ends in an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Events fired in one trial.
    pub max_events: u64,
    /// Events fired at one instant of one trial.
    pub max_cascade: u64,
}

/// A constant of a trial, varied between studies.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// The name that expressions and `set` use.
    pub name: String,
    /// Where it is named in its file.
    pub span: Span,
    /// The central value.
    pub value: f64,
    /// The value at which its mechanism has no effect.
    pub neutral: Option<f64>,
    /// The values that studies may give it, where they are stated.
    pub range: Option<[f64; 2]>,
    /// The law that studies may draw it from.
    pub distribution: Option<LawSpec>,
    pub(crate) source: Option<String>,
}

impl Parameter {
    /// The name that expressions and `set` use.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it says where its value is from.
    #[must_use]
    pub fn has_source(&self) -> bool {
        self.source.is_some()
    }

    /// Whether its source says "assumed" of any part of it, or there is none.
    #[must_use]
    pub fn is_assumed(&self) -> bool {
        self.source
            .as_deref()
            .is_none_or(|source| source.contains("assumed"))
    }
}

/// What a variable can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VariableKind {
    /// Whole numbers.
    Integer,
    /// Numbers.
    Real,
    /// The ordered states of the list with this index.
    State(usize),
}

/// A part of the world's state.
#[derive(Debug, Clone)]
pub struct Variable {
    /// The name in the scenario.
    pub name: String,
    /// Its name as written, one for a whole family.
    pub family: String,
    pub(crate) title: Option<String>,
    /// Where it is named in its file.
    pub span: Span,
    /// What it can hold.
    pub kind: VariableKind,
    /// Its value at 0, over parameters.
    pub initial: Expression,
    /// Its lower bound, over parameters.
    pub min: Option<Expression>,
    /// Its upper bound, over parameters.
    pub max: Option<Expression>,
}

/// A named expression.
#[derive(Debug, Clone)]
pub struct Derived {
    /// The name in the scenario.
    pub name: String,
    /// Where it is named in its file.
    pub(crate) span: Span,
    /// What the name stands for.
    pub expression: Expression,
}

/// What an actor can choose.
#[derive(Debug, Clone)]
pub struct Lever {
    /// The name in the scenario.
    pub name: String,
    /// Its name as written, one for a whole family.
    pub(crate) family: String,
    pub(crate) title: Option<String>,
    /// Who chooses.
    pub actor: Option<String>,
    /// Where it is named in its file.
    pub(crate) span: Span,
    /// The list of its options.
    pub options: usize,
    pub(crate) default: usize,
}

/// A commitment, and when it is broken.
#[derive(Debug, Clone)]
pub struct Obligation {
    /// The name in the scenario.
    pub name: String,
    /// The treaty that it stands in.
    pub treaty: Option<String>,
    /// What it obliges to.
    pub text: Option<String>,
    /// The condition under which it is broken.
    pub breached_when: Expression,
}

/// A process with a guard, a clock and effects.
#[derive(Debug, Clone)]
pub struct Event {
    /// The name in the scenario.
    pub name: String,
    /// Its name as written, one for a whole family.
    pub family: String,
    /// What figures and reports call it.
    pub title: Option<String>,
    /// Who it is attributed to.
    pub actor: Option<String>,
    /// Where it is named in its file.
    pub span: Span,
    /// At one time the higher priority fires first.
    pub priority: i64,
    /// The guard.
    pub when: Option<Expression>,
    /// What makes it fire.
    pub clock: Clock,
    /// The assignments of every firing, in order.
    pub effects: Vec<Effect>,
    /// At most one of these follows the assignments.
    pub branches: Vec<Branch>,
}

/// What makes an event fire.
#[derive(Debug, Clone)]
pub enum Clock {
    /// A hazard that may depend on the state.
    Rate(Expression),
    /// A law of age, whose hazard or whose age the state may drive.
    Law {
        /// The law; its arguments are read when the clock starts.
        law: LawSpec,
        /// What multiplies its hazard or its age.
        drive: Drive,
        /// What happens to the age while the guard does not hold.
        memory: Memory,
    },
    /// Fixed times.
    Calendar(Schedule),
    /// A delayed consequence of another event.
    After {
        /// The event whose firings may start an instance.
        cause: usize,
        /// The probability that a firing does.
        probability: Option<Expression>,
        /// The time from the firing to the instance's own.
        delay: LawSpec,
    },
    /// As soon as the guard holds.
    Instant,
}

impl Clock {
    /// What kind of clock it is, in words.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Rate(_) => "memoryless".to_owned(),
            Self::Law { law, drive, memory } => {
                let driven = match drive {
                    Drive::None => "",
                    Drive::HazardRatio(_) => ", under a hazard ratio",
                    Drive::Speed(_) => ", at a speed",
                };
                let memory = match memory {
                    Memory::Restart => "",
                    Memory::Resume => ", resuming",
                };
                format!("{} clock{driven}{memory}", law.family.name())
            }
            Self::Calendar(Schedule::Every { .. }) => "calendar, periodic".to_owned(),
            Self::Calendar(Schedule::At(times)) => format!("calendar, {} times", times.len()),
            Self::After { delay, .. } => {
                format!("consequence, {} delay", delay.family.name())
            }
            Self::Instant => "instant".to_owned(),
        }
    }
}

/// How the state drives a law's clock.
#[derive(Debug, Clone)]
pub enum Drive {
    /// Not at all.
    None,
    /// Proportional hazards: the law's hazard is multiplied, age grows as time does.
    HazardRatio(Expression),
    /// Accelerated failure time: age grows at this speed.
    Speed(Expression),
}

/// What a law's clock remembers while its guard does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Memory {
    /// Nothing: it starts again at age 0.
    Restart,
    /// Its age.
    Resume,
}

/// The times of a calendar event, over parameters.
#[derive(Debug, Clone)]
pub enum Schedule {
    /// `first`, `first + period`, …
    Every {
        /// The first time; the period where none is given.
        first: Option<Expression>,
        /// The time between two.
        period: Expression,
    },
    /// These times.
    At(Vec<Expression>),
}

/// An assignment to a variable.
#[derive(Debug, Clone)]
pub struct Effect {
    /// The variable, by position.
    pub variable: usize,
    /// Its new value.
    pub value: Expression,
}

/// One of several outcomes of one firing.
#[derive(Debug, Clone)]
pub struct Branch {
    /// Its probability.
    pub probability: Expression,
    /// Its assignments, in order.
    pub effects: Vec<Effect>,
}

/// How a level is read off the world.
#[derive(Debug, Clone)]
pub struct Doctrine {
    /// The list of levels, lowest first.
    pub levels: usize,
    /// The factors that rules count.
    pub factors: Vec<Factor>,
    /// The rule of each level that has one.
    pub rules: Vec<(usize, Expression)>,
}

/// A factor that the doctrine names, with its latch.
#[derive(Debug, Clone)]
pub struct Factor {
    /// The name in the scenario.
    pub name: String,
    /// Its name as written, one for a whole family.
    pub(crate) family: String,
    /// Where it is named in its file.
    pub(crate) span: Span,
    /// What figures and reports call it.
    pub title: Option<String>,
    /// The level that it belongs to, by position.
    pub level: usize,
    /// The condition that turns it on.
    pub active_when: Expression,
    /// Where it differs from `not active_when`.
    pub clears_when: Option<Expression>,
}

/// A question put to every trial.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The name in the scenario.
    pub name: String,
    /// What figures and reports call it.
    pub title: String,
    /// The unit of its values.
    pub unit: Option<String>,
    /// Which direction is better, where that is stated.
    pub better: Option<Direction>,
    /// What is measured.
    pub measure: Measure,
}

/// The kinds of outcome, each a functional of the right-continuous path.
#[derive(Debug, Clone)]
pub enum Measure {
    /// Whether a condition ever held in [0, horizon].
    Ever(Expression),
    /// The first time in [0, horizon] at which a condition held, and what is to be told apart then.
    FirstTime(Expression, Option<By>),
    /// Share of [0, horizon] in which a condition held.
    TimeShare(Expression),
    /// How often a condition became true in (0, horizon].
    Entries(Expression),
    /// Time average of a number over [0, horizon].
    TimeAverage(Expression),
    /// Integral of a number over [0, horizon].
    Integral(Expression),
    /// Largest value of a number.
    Maximum(Expression),
    /// Smallest value of a number.
    Minimum(Expression),
    /// A number at 0, after the instant events there.
    Initial(Expression),
    /// A number at the horizon.
    Final(Expression),
    /// Firings of an event; with a condition those alone that leave a state in which it holds.
    Firings(usize, Option<Expression>),
}

/// A state that tells first times apart.
#[derive(Debug, Clone)]
pub struct By {
    /// Read when the condition first holds.
    pub state: Expression,
    /// The list of its states.
    pub list: usize,
}

/// Something followed on a grid of times.
#[derive(Debug, Clone)]
pub struct Series {
    /// The name in the scenario.
    pub name: String,
    /// Where it is named in its file.
    pub span: Span,
    /// What figures and reports call it.
    pub title: String,
    /// The unit of its values.
    pub unit: Option<String>,
    /// What is followed.
    pub value: Expression,
    /// The type of its values.
    pub value_type: Type,
    /// The grid's step, in time units.
    pub every: f64,
}

/// A rate or a share that was observed, beside what makes up the model's own.
#[derive(Debug, Clone)]
pub struct Rate {
    /// The name in the scenario.
    pub name: String,
    /// What figures and reports call it.
    pub title: String,
    /// The unit of the rate.
    pub unit: Option<String>,
    /// The outcomes whose sum is the numerator.
    pub count: Vec<usize>,
    /// The outcomes whose sum is the denominator.
    pub per: Vec<usize>,
    /// The observed value.
    pub observed: f64,
    /// Its 95 % interval.
    pub interval: [f64; 2],
    /// Where it was observed.
    pub source: Option<String>,
    /// Why the two differ, or are not quite the same thing.
    pub note: Option<String>,
}

/// Choices on the levers.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The name that result folders carry.
    pub name: String,
    pub(crate) title: String,
    /// The option of every lever of the scenario.
    pub choices: Vec<usize>,
    /// Parameter values that differ from the scenario's, by parameter.
    pub settings: Vec<(usize, f64)>,
    /// Choices that follow the world.
    pub rules: Vec<PolicyRule>,
}

impl Policy {
    /// The name that result folders carry.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What figures and reports call it.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The parameters, by position, whose values it sets.
    pub fn parameters_set(&self) -> impl Iterator<Item = usize> {
        self.settings.iter().map(|(parameter, _)| *parameter)
    }

    /// The policy with values for further parameters, by position; those that it sets itself stay.
    #[must_use]
    pub fn with_parameters(&self, values: impl Iterator<Item = (usize, f64)>) -> Self {
        let own: BTreeSet<usize> = self.parameters_set().collect();
        let mut policy = self.clone();
        let others = values.filter(|(parameter, _)| !own.contains(parameter));
        policy.settings.extend(others);
        policy
    }
}

/// A choice that follows the world.
#[derive(Debug, Clone)]
pub struct PolicyRule {
    /// The name in the policy.
    pub name: String,
    /// What figures and reports call it.
    pub title: Option<String>,
    /// Where it is named in its file.
    pub span: Span,
    /// The condition whose beginning sets it off.
    pub when: Expression,
    /// The time from there to the choice.
    pub delay: LawSpec,
    /// Levers and the options to choose.
    pub choices: Vec<(usize, usize)>,
}
