//! What draws of the parameters say, as tables.

use super::column::{Column, Columns};
use super::text::{counted, wrapped};
use super::text_table::TextTable;
use detente_report::draws::{DrawsReport, OutcomeDraws, PolicyDraws, Spread};
use detente_report::summary::OutcomeSummary;
use detente_stats::normal_quantile;
use indexmap::IndexMap;
use std::fmt::Write;

/// Parameters named for each spread, at most.
const NAMED: usize = 3;

/// The outcomes of one policy over draws of the parameters, in lines of at most 100 columns.
#[must_use]
pub(super) fn spread_table(
    report: &DrawsReport,
    outcomes: &IndexMap<String, OutcomeSummary>,
) -> String {
    let text = heading(report);
    let mut table = spreads_of("outcome", "mean");
    let mut hangs = String::new();
    let spreads = || {
        outcomes.iter().filter_map(|(name, outcome)| {
            let drawn = report.outcomes.get(name)?.policies.values().next()?;
            Some((name, outcome, &drawn.spread))
        })
    };
    let [intervals, ranges] = [interval_width, range_width]
        .map(|width| Columns::of(spreads().map(|(_, outcome, spread)| (outcome, width(spread)))));
    for (name, outcome, spread) in spreads() {
        let columns = [intervals.column(outcome), ranges.column(outcome)];
        table.row(cells(name, spread, columns));
        hangs += &hangs_on(name, spread, report);
    }
    text + &table.text() + &hangs + "\n"
}

/// The differences of policies over draws of the parameters, on the outcomes that `shown` names, in lines of at most 100 columns.
#[must_use]
pub(super) fn difference_table(report: &DrawsReport, shown: &[&str]) -> String {
    let mut text = heading(report);
    for (name, outcome) in chosen(report, shown) {
        let baseline = outcome.differences.first().map(|of| of.policy_b.as_str());
        let _ = writeln!(text, "{name}, less {}", baseline.unwrap_or_default());
        let mut table = spreads_of("policy", "difference");
        let mut hangs = String::new();
        let spreads = || outcome.differences.iter().map(|of| &of.spread);
        let columns = [interval_width, range_width].map(|width| Column::of(spreads().map(width)));
        for (policy, PolicyDraws { best, .. }) in &outcome.policies {
            let of = outcome.differences.iter().find(|of| of.policy_a == *policy);
            match of {
                Some(of) => table.row(cells(policy, &of.spread, columns)),
                None => table.row([policy.as_str(), "baseline"]),
            }
            if let Some(best) = best {
                let [share, lo, hi] = [best.share, best.ci95[0], best.ci95[1]].map(|of| 100.0 * of);
                hangs += &wrapped(&format!(
                    "{policy}: no other is better in {share:.0} % of draws ({lo:.0} to {hi:.0})"
                ));
            }
            if let Some(of) = of {
                hangs += &hangs_on(policy, &of.spread, report);
            }
        }
        text += &table.text();
        text += &hangs;
        text.push('\n');
    }
    text
}

fn heading(report: &DrawsReport) -> String {
    let mut text = wrapped(&format!(
        "Under {} of {}, {} each (what is said of single draws holds the noise of so few trials; \
         parameters: their share of a trial's variance)",
        counted(report.draws, "draw"),
        counted(report.parameters.len() as u64, "parameter"),
        counted(report.trials_per_draw, "trial")
    ));
    text += &wrapped(
        "The 95 % intervals take draws as independent; those of a Latin hypercube lie more evenly, and the interval of a mean \
         is wider than need be",
    );
    if !report.kept.is_empty() {
        text += &wrapped(&format!(
            "Not drawn, but kept at the values that they are set to: {}",
            report.kept.join(", ")
        ));
    }
    text
}

fn chosen<'r>(
    report: &'r DrawsReport,
    shown: &[&str],
) -> impl Iterator<Item = (&'r String, &'r OutcomeDraws)> {
    let outcomes = report.outcomes.iter();
    outcomes.filter(move |(name, _)| shown.contains(&name.as_str()))
}

/// A table of spreads, empty.
fn spreads_of(what: &str, value: &str) -> TextTable {
    TextTable::default()
        .names(what, 8, 26)
        .right(value, 10)
        .right("95 % interval", 21)
        .right("5 to 95 % of draws", 21)
        .right("parameters", 10)
}

/// The width of a mean's interval; 0 where it has none.
fn interval_width(spread: &Spread) -> f64 {
    spread.ci95.map_or(0.0, |[lo, hi]| hi - lo)
}

/// What the draws span.
fn range_width(spread: &Spread) -> f64 {
    let [low, _, high] = spread.quantiles;
    high - low
}

fn cells(name: &str, spread: &Spread, [means, ranges]: [Column; 2]) -> [String; 5] {
    let shown = |value: f64| means.shown(value, interval_width(spread));
    let interval = spread.ci95.map_or("-".to_owned(), |[lo, hi]| {
        format!("{} to {}", shown(lo), shown(hi))
    });
    let mean = shown(spread.mean);
    let [low, _, high] = spread.quantiles;
    let [low, high] = [low, high].map(|end| ranges.shown(end, range_width(spread)));
    let range = format!("{low} to {high}");
    let share = spread
        .variance
        .as_ref()
        .map(|variance| 100.0 * variance.share);
    let share = share.map_or(String::new(), |share| format!("{share:.1} %"));
    [name.to_owned(), mean, interval, range, share]
}

/// The parameters that something goes with most, of those whose rank correlation chance does not explain: at 5 % over all
/// parameters (Bonferroni), by the standard error of its interval.
fn hangs_on(name: &str, spread: &Spread, report: &DrawsReport) -> String {
    let miss = 0.025 / report.parameters.len().max(1) as f64;
    let far = normal_quantile(1.0 - miss);
    let beyond_chance = |rho: f64| {
        let error = (1.0 + rho * rho / 2.0) / (report.draws.max(4) - 3) as f64;
        libm::atanh(rho.abs().min(1.0 - 1e-12)) > far * error.sqrt()
    };
    let clear = spread
        .correlations
        .iter()
        .filter(|of| beyond_chance(of.rho));
    let named: Vec<String> = clear
        .take(NAMED)
        .map(|of| format!("{} {:+.2}", of.parameter, of.rho))
        .collect();
    if named.is_empty() {
        return String::new();
    }
    wrapped(&format!("{name} goes with {}", named.join(", ")))
}
