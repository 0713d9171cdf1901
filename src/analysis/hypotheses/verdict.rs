//! What an interval says of a claim.

use crate::scenario::Expectation;
use serde::{Deserialize, Serialize};

/// What the trials say of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The interval lies where the claim has it.
    Supported,
    /// The interval lies on the other side.
    Contradicted,
    /// The interval lies within the smallest effect of interest, on which side of 0 does not matter.
    TooSmall,
    /// The interval reaches to both.
    Undecided,
}

impl Verdict {
    /// The verdict on a claim from the effect's interval. For a claim that there is an effect, one that lies within the smallest
    /// effect of interest is too small to matter, of whatever sign; for a claim that there is none, the same supports it, and
    /// only an interval beyond the smallest effect contradicts it.
    #[must_use]
    pub fn of(expect: Expectation, smallest: f64, [low, high]: [f64; 2]) -> Self {
        let within = -smallest < low && high < smallest;
        match expect {
            Expectation::Equal if within => Self::Supported,
            Expectation::Equal if low >= smallest || high <= -smallest => Self::Contradicted,
            Expectation::Equal => Self::Undecided,
            _ if within => Self::TooSmall,
            Expectation::Above if low > 0.0 => Self::Supported,
            Expectation::Above if high < 0.0 => Self::Contradicted,
            Expectation::Below if high < 0.0 => Self::Supported,
            Expectation::Below if low > 0.0 => Self::Contradicted,
            _ if low == 0.0 && high == 0.0 => Self::Contradicted,
            _ => Self::Undecided,
        }
    }

    /// In words.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Supported => "supported",
            Self::Contradicted => "contradicted",
            Self::TooSmall => "too small to matter",
            Self::Undecided => "undecided",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Expectation::{Above, Below, Equal};
    use Verdict::{Contradicted, Supported, TooSmall, Undecided};

    #[test]
    fn every_kind() {
        for (expect, smallest, interval, verdict) in [
            (Above, 0.01, [0.02, 0.04], Supported),
            (Above, 0.01, [0.001, 0.04], Supported),
            (Above, 0.01, [0.001, 0.004], TooSmall),
            (Above, 0.01, [-0.004, 0.004], TooSmall),
            (Above, 0.01, [-0.004, 0.04], Undecided),
            (Above, 0.01, [-0.04, -0.02], Contradicted),
            (Above, 0.0, [0.001, 0.004], Supported),
            (Above, 0.0, [0.0, 0.0], Contradicted),
            (Below, 0.01, [-0.04, -0.02], Supported),
            (Below, 0.01, [0.02, 0.04], Contradicted),
            (Below, 0.01, [-0.02, 0.04], Undecided),
            (Equal, 0.01, [-0.004, 0.004], Supported),
            (Equal, 0.01, [0.001, 0.004], Supported),
            (Equal, 0.01, [0.001, 0.04], Undecided),
            (Equal, 0.01, [0.02, 0.04], Contradicted),
            (Equal, 0.01, [-0.04, -0.02], Contradicted),
        ] {
            assert_eq!(
                Verdict::of(expect, smallest, interval),
                verdict,
                "{expect:?} {interval:?}"
            );
        }
    }
}
