//! The tables that a comparison prints.

use super::column::Column;
use super::compare::CompareReport;
use super::draws_table::difference_table;
use super::text::{NO_OUTCOMES, counted, grouped, p_shown, spelled, wrapped};
use super::text_table::TextTable;
use detente_report::comparison::{
    Comparison, Front, OutcomeComparison, PairComparison, Rank, Standing,
};
use indexmap::IndexMap;
use std::fmt::Write;

/// The outcomes that have a better direction, or all where none has, each as a table of policies of at most 100 columns, and
/// the front.
#[must_use]
pub fn comparison_table(report: &CompareReport) -> String {
    let comparison = &report.comparison;
    let mut text = heading(comparison, report.manifest.run.trials_asked);
    let outcomes = &comparison.outcomes;
    if outcomes.is_empty() {
        text += &wrapped(NO_OUTCOMES);
        if !comparison.obligations.is_empty() {
            let _ = write!(text, "\n{}", breaches(comparison).trim_end_matches('\n'));
            text.push('\n');
        }
        return text;
    }
    let judged = outcomes.values().any(|outcome| outcome.better.is_some());
    let shown = |outcome: &OutcomeComparison| outcome.better.is_some() || !judged;
    for (name, outcome) in outcomes.iter().filter(|(_, outcome)| shown(outcome)) {
        text += &one_outcome(name, outcome, comparison);
    }
    if let Some(front) = &comparison.front {
        text += &front_lines(front);
    }
    if !comparison.obligations.is_empty() {
        text += &breaches(comparison);
    }
    if let Some(draws) = &comparison.draws {
        let judged = outcomes.iter().filter(|(_, outcome)| shown(outcome));
        let first: Vec<&str> = judged.take(2).map(|(name, _)| name.as_str()).collect();
        let of_front = comparison.front.as_ref().map(|front| {
            let names = front.outcomes.iter().map(String::as_str);
            names.collect::<Vec<_>>()
        });
        text += &difference_table(draws, &of_front.unwrap_or(first));
    }
    text += &wrapped(
        "p is Holm's over all pairs of the outcome. \"may be best\": no other policy is better at 5 % over all the others \
         (one-sided). regret: how much worse than the best. shared: variance of independent runs over that of these, which \
         share their random numbers.",
    );
    let others = outcomes.len() - outcomes.values().filter(|outcome| shown(outcome)).count();
    if others > 0 {
        let others = counted(others as u64, "more outcome");
        let _ = writeln!(text, "{others}, and all pairs: comparison.csv.");
    }
    text
}

fn heading(comparison: &Comparison, asked: u64) -> String {
    let mut text = wrapped(&comparison.honesty);
    let _ = writeln!(
        text,
        "\n{}\n{} policies · {} each on the same random numbers · seed {} · horizon {}\nDifferences are from {}.\n",
        comparison.scenario,
        comparison.policies.len(),
        counted(comparison.trials, "trial"),
        comparison.seed,
        spelled(comparison.horizon, &comparison.time_unit),
        comparison.baseline,
    );
    if comparison.trials < asked {
        let (done, asked) = (grouped(comparison.trials), counted(asked, "trial"));
        let _ = writeln!(text, "{done} of {asked} were done.\n");
    }
    text
}

fn one_outcome(name: &str, outcome: &OutcomeComparison, comparison: &Comparison) -> String {
    let better = outcome
        .better
        .map_or(String::new(), |better| format!(", {better} is better"));
    let unit = outcome.unit.as_deref();
    let unit = unit.map_or(String::new(), |unit| format!(", {unit}"));
    let about = format!("{name}: {} ({}{unit}{better})", outcome.title, outcome.kind);
    let mut text = wrapped(&about);
    let mut table = TextTable::default()
        .names("policy", 8, 20)
        .right("mean", 10)
        .right("difference", 10)
        .right("95 % interval", 21)
        .right("p", 7)
        .right("regret", 11)
        .right("shared", 9);
    let baseline = &comparison.baseline;
    let pairs = || {
        let pairs = outcome.pairs.iter();
        pairs.filter(|pair| pair.policy_b == *baseline)
    };
    let standings = || outcome.policies.values();
    let means = Column::of(standings().map(mean_width));
    let differences = Column::of(pairs().map(pair_width));
    let regrets = standings().filter_map(|standing| standing.rank.as_ref());
    let regrets = regrets.filter(|rank| !rank.may_be_best);
    let regrets = Column::of(regrets.map(regret_width));
    for (policy, standing) in &outcome.policies {
        let pair = pairs().find(|pair| pair.policy_a == *policy);
        let [difference, interval, p, shared] = pair.map_or_else(
            || ["baseline", "", "", ""].map(str::to_owned),
            |pair| cells(pair, differences),
        );
        let mean = means.shown(standing.mean, mean_width(standing));
        let regret = regret(standing, regrets);
        table.row([policy, &mean, &difference, &interval, &p, &regret, &shared]);
    }
    text += &table.text();
    let worse = pairs().filter(|pair| pair.sharing.variance_ratio.is_some_and(|ratio| ratio < 1.0));
    for pair in worse {
        text += &wrapped(&format!("{}: {}", pair.policy_a, pair.sharing.says));
    }
    text += &dominance(outcome);
    text.push('\n');
    text
}

/// Which policies' outcomes dominate which others'.
fn dominance(outcome: &OutcomeComparison) -> String {
    let mut text = String::new();
    for order in ["first", "second"] {
        let mut over: IndexMap<&str, Vec<&str>> = IndexMap::new();
        for policy in outcome.policies.keys() {
            for pair in &outcome.pairs {
                let Some(dominance) = &pair.dominance else {
                    continue;
                };
                let (a, b) = (pair.policy_a.as_str(), pair.policy_b.as_str());
                for (by, of, claim) in [(a, b, &dominance.a_over_b), (b, a, &dominance.b_over_a)] {
                    if by == policy && claim.shown.as_deref() == Some(order) {
                        over.entry(policy).or_default().push(of);
                    }
                }
            }
        }
        if !over.is_empty() {
            let claims = over
                .iter()
                .map(|(by, of)| format!("{by} over {}", of.join(", ")));
            let claims: Vec<String> = claims.collect();
            text += &wrapped(&format!("{order}-order dominance: {}", claims.join("; ")));
        }
    }
    text
}

/// The width of a mean's interval, from its standard error.
fn mean_width(standing: &Standing) -> f64 {
    4.0 * standing.se.unwrap_or(0.0)
}

fn pair_width(pair: &PairComparison) -> f64 {
    pair.ci95.map_or(0.0, |[lo, hi]| hi - lo)
}

fn regret_width(rank: &Rank) -> f64 {
    rank.regret_ci95[1] - rank.regret_ci95[0]
}

fn regret(standing: &Standing, column: Column) -> String {
    match &standing.rank {
        None => String::new(),
        Some(rank) if rank.may_be_best => "may be best".to_owned(),
        Some(rank) => column.shown(rank.regret, regret_width(rank)),
    }
}

/// Difference, interval, p and what sharing brought.
fn cells(pair: &PairComparison, column: Column) -> [String; 4] {
    let shown = |value: f64| column.signed(value, pair_width(pair));
    let interval = match pair.ci95 {
        Some([lo, hi]) => format!("{} to {}", shown(lo), shown(hi)),
        None if pair.trials_that_differ == 0 => "no trial differs".to_owned(),
        None => "in all trials".to_owned(),
    };
    let difference = if pair.trials_that_differ == 0 {
        "0".to_owned()
    } else {
        shown(pair.estimate)
    };
    let p = pair.p_holm.map_or(String::new(), p_shown);
    let ratio = pair.sharing.variance_ratio;
    let shared = ratio.map_or(String::new(), |ratio| {
        if ratio < 1e5 {
            format!("×{ratio:.2}")
        } else {
            format!("×{ratio:.1e}")
        }
    });
    [difference, interval, p, shared]
}

/// Each policy's breaches.
fn breaches(comparison: &Comparison) -> String {
    let mut text = "Obligations breached\n".to_owned();
    for policy in comparison.policies.keys() {
        let kept = comparison.obligations.iter();
        let kept = kept.filter_map(|(name, of)| Some((name, of.get(policy)?)));
        let broken: Vec<String> = kept
            .filter(|(_, kept)| kept.trials > 0.0)
            .map(|(name, kept)| {
                let [time, trials] = [kept.time, kept.trials].map(|share| 100.0 * share);
                match kept.time {
                    1.0 => format!("{name} always"),
                    _ => format!("{name} {time:.1} % of time, in {trials:.1} % of trials"),
                }
            })
            .collect();
        let broken = match broken.as_slice() {
            [] => "none in these trials".to_owned(),
            broken => broken.join("; "),
        };
        text += &wrapped(&format!("{policy}: {broken}"));
    }
    text.push('\n');
    text
}

fn front_lines(front: &Front) -> String {
    let outcomes = front.outcomes.join(" and ");
    let mut text = wrapped(&format!(
        "Pareto front by {outcomes}: policies that no other equals in all of them and beats in one"
    ));
    for (policy, member) in &front.policies {
        let share = 100.0 * member.share_of_resamples;
        let place = match member.beaten_by.as_slice() {
            [] => "on it".to_owned(),
            by => format!("beaten by {}", by.join(", ")),
        };
        let line = format!("{policy}: {place}; on it in {share:.1} % of resamples");
        text += &wrapped(&line);
    }
    text.push('\n');
    text
}
