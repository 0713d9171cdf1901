//! The domain's words: what a scenario and a policy are, once everything in their files is resolved.
//!
//! Indices refer to the scenario's own lists, in the order of the file, families unrolled.

use super::calendar::Calendar;
use super::hypothesis::Hypothesis;
use super::payoff::Payoff;
use super::{Expression, LawSpec, Names, Span};
use crate::diagnostic::{FileId, some_of};
use crate::expr::Type;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// A theatre: its state, its events, its doctrine and what is asked of it.
#[derive(Debug, Clone)]
pub struct Scenario {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) time_unit: String,
    pub(crate) epoch: Option<Date>,
    pub(crate) horizon: f64,
    pub(crate) limits: Limits,
    /// Kinds of warning that are switched off.
    pub(crate) allow: Vec<&'static str>,
    /// Its own file, among those that it extends.
    pub(crate) file: FileId,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) variables: Vec<Variable>,
    pub(crate) derived: Vec<Derived>,
    pub(crate) levers: Vec<Lever>,
    pub(crate) obligations: Vec<Obligation>,
    pub(crate) events: Vec<Event>,
    pub(crate) doctrine: Option<Doctrine>,
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) series: Vec<Series>,
    pub(crate) rates: Vec<Rate>,
    pub(crate) hypotheses: Vec<Hypothesis>,
    pub(crate) payoffs: Vec<Payoff>,
    pub(crate) names: Names,
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
    pub(crate) name: String,
    /// Where it is named in its file.
    pub(crate) span: Span,
    pub(crate) value: f64,
    /// The value at which its mechanism has no effect.
    pub(crate) neutral: Option<f64>,
    /// The values that studies may give it, where they are stated.
    pub(crate) range: Option<[f64; 2]>,
    /// The law that studies may draw it from.
    pub(crate) distribution: Option<LawSpec>,
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
    pub(crate) name: String,
    /// Its name as written, one for a whole family.
    pub(crate) family: String,
    pub(crate) title: Option<String>,
    /// Where it is named in its file.
    pub(crate) span: Span,
    pub(crate) kind: VariableKind,
    pub(crate) initial: Expression,
    pub(crate) min: Option<Expression>,
    pub(crate) max: Option<Expression>,
}

/// A named expression.
#[derive(Debug, Clone)]
pub struct Derived {
    pub(crate) name: String,
    /// Where it is named in its file.
    pub(crate) span: Span,
    pub(crate) expression: Expression,
}

/// What an actor can choose.
#[derive(Debug, Clone)]
pub struct Lever {
    pub(crate) name: String,
    /// Its name as written, one for a whole family.
    pub(crate) family: String,
    pub(crate) title: Option<String>,
    pub(crate) actor: Option<String>,
    /// Where it is named in its file.
    pub(crate) span: Span,
    /// The list of its options.
    pub(crate) options: usize,
    pub(crate) default: usize,
}

/// A commitment, and when it is broken.
#[derive(Debug, Clone)]
pub struct Obligation {
    pub(crate) name: String,
    pub(crate) treaty: Option<String>,
    pub(crate) text: Option<String>,
    pub(crate) breached_when: Expression,
}

/// A process with a guard, a clock and effects.
#[derive(Debug, Clone)]
pub struct Event {
    pub(crate) name: String,
    /// Its name as written, one for a whole family.
    pub(crate) family: String,
    pub(crate) title: Option<String>,
    pub(crate) actor: Option<String>,
    /// Where it is named in its file.
    pub(crate) span: Span,
    pub(crate) priority: i64,
    pub(crate) when: Option<Expression>,
    pub(crate) clock: Clock,
    pub(crate) effects: Vec<Effect>,
    pub(crate) branches: Vec<Branch>,
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
    pub(crate) variable: usize,
    pub(crate) value: Expression,
}

/// One of several outcomes of one firing.
#[derive(Debug, Clone)]
pub struct Branch {
    pub(crate) probability: Expression,
    pub(crate) effects: Vec<Effect>,
}

/// How a level is read off the world.
#[derive(Debug, Clone)]
pub struct Doctrine {
    /// The list of levels, lowest first.
    pub(crate) levels: usize,
    pub(crate) factors: Vec<Factor>,
    /// The rule of each level that has one.
    pub(crate) rules: Vec<(usize, Expression)>,
}

/// A factor that the doctrine names, with its latch.
#[derive(Debug, Clone)]
pub struct Factor {
    pub(crate) name: String,
    /// Its name as written, one for a whole family.
    pub(crate) family: String,
    /// Where it is named in its file.
    pub(crate) span: Span,
    pub(crate) title: Option<String>,
    /// The level that it belongs to, by position.
    pub(crate) level: usize,
    pub(crate) active_when: Expression,
    /// Where it differs from `not active_when`.
    pub(crate) clears_when: Option<Expression>,
}

/// Which direction of an outcome is better, where that is not disputable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// Less is better.
    Lower,
    /// More is better.
    Higher,
}

/// A question put to every trial.
#[derive(Debug, Clone)]
pub struct Outcome {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) unit: Option<String>,
    pub(crate) better: Option<Better>,
    pub(crate) measure: Measure,
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
    pub(crate) state: Expression,
    /// The list of its states.
    pub(crate) list: usize,
}

/// Something followed on a grid of times.
#[derive(Debug, Clone)]
pub struct Series {
    pub(crate) name: String,
    /// Where it is named in its file.
    pub(crate) span: Span,
    pub(crate) title: String,
    pub(crate) unit: Option<String>,
    pub(crate) value: Expression,
    pub(crate) value_type: Type,
    pub(crate) every: f64,
}

/// A rate or a share that was observed, beside what makes up the model's own.
#[derive(Debug, Clone)]
pub struct Rate {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) unit: Option<String>,
    /// The outcomes whose sum is the numerator.
    pub(crate) count: Vec<usize>,
    /// The outcomes whose sum is the denominator.
    pub(crate) per: Vec<usize>,
    pub(crate) observed: f64,
    /// Its 95 % interval.
    pub(crate) interval: [f64; 2],
    pub(crate) source: Option<String>,
    /// Why the two differ, or are not quite the same thing.
    pub(crate) note: Option<String>,
}

/// Choices on the levers.
#[derive(Debug, Clone)]
pub struct Policy {
    pub(crate) name: String,
    pub(crate) title: String,
    /// The option of every lever of the scenario.
    pub(crate) choices: Vec<usize>,
    /// Parameter values that differ from the scenario's, by parameter.
    pub(crate) settings: Vec<(usize, f64)>,
    pub(crate) rules: Vec<PolicyRule>,
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
    pub(crate) name: String,
    pub(crate) title: Option<String>,
    /// Where it is named in its file.
    pub(crate) span: Span,
    pub(crate) when: Expression,
    pub(crate) delay: LawSpec,
    /// Levers and the options to choose.
    pub(crate) choices: Vec<(usize, usize)>,
}
