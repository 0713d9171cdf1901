//! What an interval says of a claim, and of what is left of an effect without its mechanism.

use detente_model::scenario::Expectation;
use detente_report::hypotheses::{Left, Verdict};

/// The verdict on a claim from the effect's interval. A claim that there is an effect is supported or contradicted by an effect
/// of the smallest size of interest or more; a claim that there is none is supported by one within that size and contradicted
/// by one beyond it.
pub(super) fn verdict(expect: Expectation, smallest: f64, [low, high]: [f64; 2]) -> Verdict {
    let within = is_within(smallest, [low, high]);
    let [low, high] = match expect {
        Expectation::Below => [-high, -low],
        _ => [low, high],
    };
    if expect == Expectation::Equal {
        return match within {
            true => Verdict::Supported,
            false if low >= smallest || high <= -smallest => Verdict::Contradicted,
            false => Verdict::Undecided,
        };
    }
    if within {
        Verdict::TooSmall
    } else if low > 0.0 && low >= smallest {
        Verdict::Supported
    } else if high < 0.0 && high <= -smallest {
        Verdict::Contradicted
    } else if low > 0.0 {
        Verdict::AsClaimedSizeOpen
    } else if high < 0.0 {
        Verdict::ContrarySizeOpen
    } else {
        Verdict::Undecided
    }
}

/// What the interval says, where there is one; nothing without a smallest effect of interest.
pub(super) fn left(smallest: f64, interval: Option<[f64; 2]>) -> Option<Left> {
    if smallest <= 0.0 {
        return None;
    }
    Some(match interval {
        Some(ends) if is_within(smallest, ends) => Left::Gone,
        Some([low, high]) if low > 0.0 || high < 0.0 => Left::StillThere,
        _ => Left::CannotBeTold,
    })
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
        for (expect, smallest, interval, expected) in [
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
                verdict(expect, smallest, interval),
                expected,
                "{expect:?} {interval:?}"
            );
        }
    }

    #[test]
    fn what_is_left() {
        for (smallest, interval, expected) in [
            (0.01, Some([-0.004, 0.009]), Some(Left::Gone)),
            (0.01, Some([0.001, 0.004]), Some(Left::Gone)),
            (0.01, Some([0.001, 0.02]), Some(Left::StillThere)),
            (0.01, Some([-0.02, -0.001]), Some(Left::StillThere)),
            (0.01, Some([-0.02, 0.02]), Some(Left::CannotBeTold)),
            (0.01, None, Some(Left::CannotBeTold)),
            (0.0, Some([0.1, 0.2]), None),
        ] {
            assert_eq!(left(smallest, interval), expected, "{interval:?}");
        }
    }
}
