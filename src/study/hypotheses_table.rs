//! The table of claims and verdicts.

use super::column::rounded;
use super::hypotheses::HypothesesReport;
use super::table::{
    INDENT, counted, grouped, p_shown, shortened, spelled, wrapped, wrapped_within,
};
use crate::analysis::hypotheses::{Cell, Effect, HypothesisReport, Verdict};
use crate::store::Hypotheses;
use std::fmt::Write;

/// Letters of a claim's name, at most.
const NAME_WIDTH: usize = 19;

/// Every claim with its effect and verdict, as a table of at most 100 columns, and below it what each hangs on.
#[must_use]
pub fn hypotheses_table(report: &HypothesesReport) -> String {
    let hypotheses = &report.hypotheses;
    let mut text = heading(hypotheses, report.manifest.run.trials_asked);
    let names = hypotheses
        .hypotheses
        .keys()
        .map(|name| name.chars().count());
    let width = names.max().unwrap_or(0).clamp("claim".len(), NAME_WIDTH);
    let _ = writeln!(
        text,
        "{:width$}  {:>9}  {:>20}  {:6}  {:>8}  {:19}  {:>7}",
        "claim", "effect", "95 % interval", "expect", "smallest", "verdict", "p Holm"
    );
    for (name, of) in &hypotheses.hypotheses {
        let [effect, interval] = cells(&of.effect);
        let smallest = of
            .smallest
            .map_or("-".to_owned(), |smallest| smallest.to_string());
        let (name, verdict) = (shortened(name, width), of.effect.verdict.text());
        let (expect, p) = (&of.expect, p_shown(of.p_holm));
        let _ = writeln!(
            text,
            "{name:width$}  {effect:>9}  {interval:>20}  {expect:6}  {smallest:>8}  {verdict:19}  {p:>7}"
        );
    }
    text.push('\n');
    for (name, of) in &hypotheses.hypotheses {
        text += &details(name, of);
    }
    text += &wrapped(&footnote(hypotheses));
    text
}

fn heading(hypotheses: &Hypotheses, asked: u64) -> String {
    let mut text = wrapped(&hypotheses.honesty);
    let _ = writeln!(
        text,
        "\n{}\n{} · {} · {} each on the same random numbers · seed {} · horizon {}\n",
        hypotheses.scenario,
        counted(hypotheses.claims, "claim"),
        counted(hypotheses.settings, "setting"),
        counted(hypotheses.trials, "trial"),
        hypotheses.seed,
        spelled(hypotheses.horizon, &hypotheses.time_unit),
    );
    if hypotheses.trials < asked {
        let (done, asked) = (grouped(hypotheses.trials), counted(asked, "trial"));
        let _ = writeln!(text, "{done} of {asked} were done.\n");
    }
    text
}

fn footnote(hypotheses: &Hypotheses) -> String {
    let many = hypotheses
        .hypotheses
        .values()
        .any(|of| of.interval != "paired");
    let least = if many {
        " The interval of a least or most of several is conservative: it holds for all of them at once."
    } else {
        ""
    };
    let claims = counted(hypotheses.claims, "claim");
    let are = if hypotheses.claims == 1 { "is" } else { "are" };
    format!(
        "{claims} {are} judged. Verdicts are by each claim's own interval; p is of the claim's contrary, one-sided, and Holm's over all \
         of them. Too small to matter: the interval lies within the smallest effect of interest.{least}"
    )
}

/// The effect, and its interval, with as many digits as the interval bears.
fn cells(effect: &Effect) -> [String; 2] {
    let [low, high] = effect.ci95;
    let shown = |value: f64| {
        let text = rounded(value, high - low);
        if value > 0.0 {
            format!("+{text}")
        } else {
            text
        }
    };
    [
        shown(effect.estimate),
        format!("{} to {}", shown(low), shown(high)),
    ]
}

/// What a claim says, and what its verdict hangs on.
fn details(name: &str, of: &HypothesisReport) -> String {
    let mut text = wrapped(&format!("{name}  {}", of.claim));
    let mut lines = vec![of.compare.clone()];
    if let Some(unit) = &of.unit {
        let _ = write!(lines[0], " [{unit}]");
    }
    if let Some(without) = &of.without_mechanism {
        let [effect, interval] = cells(&without.effect);
        let names = without.neutral.join(", ");
        let gone = if without.gone {
            "gone, as far as these trials show"
        } else {
            "still there"
        };
        lines.push(format!(
            "with {names} at neutral: {effect} ({interval}), {gone}"
        ));
    }
    if !of.across.is_empty() {
        lines.extend(across(of.effect.verdict, &of.across));
    }
    if let Some(draws) = &of.draws {
        let percent =
            |[low, high]: [f64; 2]| format!("{:.0} to {:.0} %", 100.0 * low, 100.0 * high);
        let mut line = format!(
            "over {} of the parameters: as claimed in {:.0} % ({})",
            counted(draws.draws, "draw"),
            100.0 * draws.share,
            percent(draws.share_ci95)
        );
        if let (Some(share), Some(ci95)) = (draws.share_that_matters, draws.share_that_matters_ci95)
        {
            let _ = write!(
                line,
                ", by the smallest effect or more in {:.0} % ({})",
                100.0 * share,
                percent(ci95)
            );
        }
        lines.push(line);
    }
    for line in lines {
        for line in wrapped_within(&line, INDENT.len()).lines() {
            let _ = writeln!(text, "{INDENT}{line}");
        }
    }
    text.push('\n');
    text
}

/// Under which combinations of other levers the verdict is another.
fn across(verdict: Verdict, cells: &[Cell]) -> Vec<String> {
    let levers: Vec<&str> = cells[0].levers.keys().map(String::as_str).collect();
    let levers = levers.join(" × ");
    let same = cells
        .iter()
        .filter(|cell| cell.effect.verdict == verdict)
        .count();
    let count = cells.len();
    if same == count {
        return vec![format!("{} under all {count} of {levers}", verdict.text())];
    }
    let mut lines = vec![format!(
        "{} under {same} of {count} of {levers}; it turns under",
        verdict.text()
    )];
    for cell in cells.iter().filter(|cell| cell.effect.verdict != verdict) {
        let options: Vec<&str> = cell.levers.values().map(String::as_str).collect();
        let [effect, interval] = self::cells(&cell.effect);
        lines.push(format!(
            "{}: {} {effect} ({interval})",
            options.join(", "),
            cell.effect.verdict.text()
        ));
    }
    lines
}
