//! Which direction of a number is better.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Which values of an outcome are better, where that is not disputable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Less is better.
    Lower,
    /// More is better.
    Higher,
}

impl Direction {
    /// 1 where more is better, −1 where less is: times it, the larger of two values is the better one.
    #[must_use]
    pub fn sign(self) -> f64 {
        match self {
            Self::Lower => -1.0,
            Self::Higher => 1.0,
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Lower => "lower",
            Self::Higher => "higher",
        })
    }
}
