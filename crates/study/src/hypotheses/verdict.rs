//! What an interval says of a claim, and of what is left of an effect without its mechanism.

use detente_model::scenario::Expectation;
use serde::{Deserialize, Serialize};

/// What the trials say of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The whole interval lies where the claim has it: by the smallest effect of interest or more, where one is stated.
    Supported,
    /// The interval lies on the claimed side of 0, but the effect may be smaller than the smallest of interest, or not.
    AsClaimedSizeOpen,
    /// The interval lies within the smallest effect of interest, on which side of 0 does not matter.
    TooSmall,
    /// The interval lies on the other side of 0, but the effect may be smaller than the smallest of interest, or not.
    ContrarySizeOpen,
    /// The whole interval lies on the other side, by the smallest effect of interest or more, where one is stated.
    Contradicted,
    /// The trials do not tell.
    Undecided,
}

/// Where a verdict has the effect, held against the claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Where the claim has it.
    Claimed,
    /// On the other side.
    Contrary,
    /// On neither.
    Neither,
}

impl Verdict {
    /// All of them, from the claim's side to the other.
    pub const ALL: [Self; 6] = [
        Self::Supported,
        Self::AsClaimedSizeOpen,
        Self::TooSmall,
        Self::ContrarySizeOpen,
        Self::Contradicted,
        Self::Undecided,
    ];

    /// The verdict on a claim from the effect's interval. A claim that there is an effect is supported or contradicted by an effect
    /// of the smallest size of interest or more; a claim that there is none is supported by one within that size and contradicted
    /// by one beyond it.
    #[must_use]
    pub fn of(expect: Expectation, smallest: f64, [low, high]: [f64; 2]) -> Self {
        let within = is_within(smallest, [low, high]);
        let [low, high] = match expect {
            Expectation::Below => [-high, -low],
            _ => [low, high],
        };
        if expect == Expectation::Equal {
            return match within {
                true => Self::Supported,
                false if low >= smallest || high <= -smallest => Self::Contradicted,
                false => Self::Undecided,
            };
        }
        if within {
            Self::TooSmall
        } else if low > 0.0 && low >= smallest {
            Self::Supported
        } else if high < 0.0 && high <= -smallest {
            Self::Contradicted
        } else if low > 0.0 {
            Self::AsClaimedSizeOpen
        } else if high < 0.0 {
            Self::ContrarySizeOpen
        } else {
            Self::Undecided
        }
    }

    /// Where it has the effect.
    #[must_use]
    pub fn side(self) -> Side {
        match self {
            Self::Supported | Self::AsClaimedSizeOpen => Side::Claimed,
            Self::Contradicted | Self::ContrarySizeOpen => Side::Contrary,
            Self::TooSmall | Self::Undecided => Side::Neither,
        }
    }

    /// In words.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Supported => "supported",
            Self::AsClaimedSizeOpen => "as claimed, size open",
            Self::TooSmall => "too small to matter",
            Self::ContrarySizeOpen => "contrary, size open",
            Self::Contradicted => "contradicted",
            Self::Undecided => "undecided",
        }
    }
}

/// What is left of an effect without its mechanism.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Left {
    /// The interval lies within the smallest effect of interest.
    Gone,
    /// The interval lies on one side of 0 and reaches beyond the smallest effect of interest.
    StillThere,
    /// The trials do not tell.
    CannotBeTold,
}

impl Left {
    /// What the interval says, where there is one; nothing without a smallest effect of interest.
    #[must_use]
    pub fn of(smallest: f64, interval: Option<[f64; 2]>) -> Option<Self> {
        if smallest <= 0.0 {
            return None;
        }
        Some(match interval {
            Some(ends) if is_within(smallest, ends) => Self::Gone,
            Some([low, high]) if low > 0.0 || high < 0.0 => Self::StillThere,
            _ => Self::CannotBeTold,
        })
    }

    /// In words.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::StillThere => "still there",
            Self::CannotBeTold => "whether it is gone cannot be told",
        }
    }
}

fn is_within(smallest: f64, [low, high]: [f64; 2]) -> bool {
    -smallest < low && high < smallest
}

#[cfg(test)]
mod tests {
    use super::*;
    use Expectation::{Above, Below, Equal};
    use Verdict::{
        AsClaimedSizeOpen, Contradicted, ContrarySizeOpen, Supported, TooSmall, Undecided,
    };

    #[test]
    fn every_kind() {
        for (expect, smallest, interval, verdict) in [
            (Above, 0.01, [0.02, 0.04], Supported),
            (Above, 0.01, [0.01, 0.04], Supported),
            (Above, 0.01, [0.009, 0.04], AsClaimedSizeOpen),
            (Above, 0.01, [0.001, 0.01], AsClaimedSizeOpen),
            (Above, 0.01, [0.001, 0.004], TooSmall),
            (Above, 0.01, [-0.004, 0.004], TooSmall),
            (Above, 0.01, [-0.004, -0.001], TooSmall),
            (Above, 0.01, [-0.004, 0.04], Undecided),
            (Above, 0.01, [-0.04, 0.004], Undecided),
            (Above, 0.01, [0.0, 0.04], Undecided),
            (Above, 0.01, [-0.04, -0.009], ContrarySizeOpen),
            (Above, 0.01, [-0.04, -0.01], Contradicted),
            (Above, 0.0, [0.001, 0.004], Supported),
            (Above, 0.0, [-0.004, -0.001], Contradicted),
            (Above, 0.0, [0.0, 0.0], Undecided),
            (Below, 0.01, [-0.04, -0.02], Supported),
            (Below, 0.01, [-0.04, -0.009], AsClaimedSizeOpen),
            (Below, 0.01, [0.009, 0.04], ContrarySizeOpen),
            (Below, 0.01, [0.02, 0.04], Contradicted),
            (Below, 0.01, [-0.02, 0.04], Undecided),
            (Below, 0.0, [-0.02, -0.01], Supported),
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

    #[test]
    fn what_is_left() {
        for (smallest, interval, left) in [
            (0.01, Some([-0.004, 0.009]), Some(Left::Gone)),
            (0.01, Some([0.001, 0.004]), Some(Left::Gone)),
            (0.01, Some([0.001, 0.02]), Some(Left::StillThere)),
            (0.01, Some([-0.02, -0.001]), Some(Left::StillThere)),
            (0.01, Some([-0.02, 0.02]), Some(Left::CannotBeTold)),
            (0.01, None, Some(Left::CannotBeTold)),
            (0.0, Some([0.1, 0.2]), None),
        ] {
            assert_eq!(Left::of(smallest, interval), left, "{interval:?}");
        }
    }
}
