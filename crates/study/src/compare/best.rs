//! How policies stand to the best of them on one outcome.

use super::pair::Pair;
use detente_report::comparison::Rank;

/// The chance that something said about all the others is wrong.
const LEVEL: f64 = 0.05;

/// The rank of policy `own` among `policies`, from every pair's difference: `pair(a, b)` is that of a − b, for a behind b.
/// `sign` is 1 where larger values are better, −1 where smaller ones are.
///
/// The set of those that may be the best is a subset selection: the best one is missing only if one of the k − 1 others seems
/// better by its one-sided test at 5 % / (k − 1) (Gupta 1965, doi:10.1080/00401706.1965.10490251; Bonferroni because
/// differences over shared random numbers depend on each other). The interval of the regret, max over the others
/// of their difference and 0, goes from the largest of their lower limits to the largest of their upper ones, at
/// 5 % / (k − 1) each.
pub(super) fn rank<'p>(
    own: usize,
    policies: usize,
    sign: f64,
    pair: impl Fn(usize, usize) -> &'p Pair,
) -> Rank {
    let mut rank = Rank {
        may_be_best: true,
        regret: 0.0,
        regret_ci95: [0.0, 0.0],
    };
    let others = policies - 1;
    for other in (0..policies).filter(|other| *other != own) {
        // How much better the other is.
        let (of, sign) = if own < other {
            (pair(other, own), sign)
        } else {
            (pair(own, other), -sign)
        };
        let better = sign * of.estimate();
        let limits = |miss: f64| {
            let [lo, hi] = of
                .interval(miss / others as f64)
                .unwrap_or([of.estimate(); 2]);
            if sign > 0.0 { [lo, hi] } else { [-hi, -lo] }
        };
        let [lo, hi] = limits(LEVEL / 2.0);
        rank.may_be_best &= !of.is_above(sign, LEVEL / others as f64);
        rank.regret = rank.regret.max(better);
        rank.regret_ci95[0] = rank.regret_ci95[0].max(lo);
        rank.regret_ci95[1] = rank.regret_ci95[1].max(hi);
    }
    rank
}
