//! The kinds of measure, by their keys in a scenario.

use super::model::Measure;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A kind of measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeasureKind {
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
    /// Firings of an event.
    Firings,
}

impl MeasureKind {
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
            Self::Firings => "firings",
        }
    }
}

impl fmt::Display for MeasureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.key())
    }
}

impl Measure {
    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> MeasureKind {
        match self {
            Self::Ever(_) => MeasureKind::Ever,
            Self::FirstTime(..) => MeasureKind::FirstTime,
            Self::TimeShare(_) => MeasureKind::TimeShare,
            Self::Entries(_) => MeasureKind::Entries,
            Self::TimeAverage(_) => MeasureKind::TimeAverage,
            Self::Integral(_) => MeasureKind::Integral,
            Self::Maximum(_) => MeasureKind::Maximum,
            Self::Minimum(_) => MeasureKind::Minimum,
            Self::Initial(_) => MeasureKind::Initial,
            Self::Final(_) => MeasureKind::Final,
            Self::Firings(..) => MeasureKind::Firings,
        }
    }
}
