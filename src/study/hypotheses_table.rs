//! The table of claims and verdicts.

use super::column::rounded;
use super::hypotheses::HypothesesReport;
use super::text::{counted, grouped, p_shown, set_in, spelled, wrapped};
use super::text_table::TextTable;
use detente_model::scenario::Expectation;
use detente_report::hypotheses::{
    Cell, ClaimDraws, Effect, Hypotheses, HypothesisReport, Side, Verdict,
};
use std::fmt::Write;

/// Every claim with its effect and verdict, as a table of at most 100 columns, and below it what each hangs on.
#[must_use]
pub fn hypotheses_table(report: &HypothesesReport) -> String {
    let hypotheses = &report.hypotheses;
    let mut text = heading(hypotheses, report.manifest.run.trials_asked);
    let mut table = TextTable::default()
        .names("claim", "claim".len(), 19)
        .right("effect", 8)
        .right("95 % interval", 20)
        .left("expect", 6)
        .right("smallest", 8)
        .left("verdict", 21)
        .right("p Holm", 6);
    for (name, of) in &hypotheses.hypotheses {
        let [effect, interval] = cells(&of.effect);
        let smallest = of
            .smallest
            .map_or("-".to_owned(), |smallest| smallest.to_string());
        let (verdict, p) = (of.effect.verdict.text(), p_shown(of.p_holm));
        table.row([
            name.as_str(),
            &effect,
            &interval,
            &of.expect,
            &smallest,
            verdict,
            &p,
        ]);
    }
    text += &table.text();
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

/// What the columns and words of the table mean, as far as it has them.
fn footnote(hypotheses: &Hypotheses) -> String {
    let all = || hypotheses.hypotheses.values();
    let claims = counted(hypotheses.claims, "claim");
    let are = if hypotheses.claims == 1 { "is" } else { "are" };
    let mut text = format!(
        "{claims} {are} judged. A verdict for or against a claim needs its own interval and a one-sided p of 0.025 at most; p is of the \
         claim's contrary, Holm's over all of them."
    );
    let verdicts = || all().flat_map(verdicts);
    if verdicts().any(|verdict| verdict == Verdict::TooSmall) {
        text += " Too small to matter: the interval lies within the smallest effect of interest.";
    }
    if verdicts().any(|verdict| SIZE_OPEN.contains(&verdict)) {
        text += " Size open: it lies on one side of 0, but reaches to effects that are too small to matter.";
    }
    if all().any(|of| of.effect.ci95.is_none()) {
        text += " No interval: all trials show the same, and of how far another may lie from them nothing is known.";
    }
    if all().any(|of| of.interval != "paired") {
        text += " The interval of a least or most of several is conservative: it holds for all of them at once.";
    }
    if let Some(draws) = all().find_map(|of| of.draws.as_ref()) {
        let _ = write!(
            text,
            " {} of {}, {} of each setting in each; a draw's estimate holds the noise of so few trials.",
            counted(draws.draws, "draw"),
            counted(draws.parameters, "parameter"),
            counted(draws.trials_per_draw, "trial"),
        );
    }
    text
}

const SIZE_OPEN: [Verdict; 2] = [Verdict::AsClaimedSizeOpen, Verdict::ContrarySizeOpen];

/// The verdicts that are printed of a claim.
fn verdicts(of: &HypothesisReport) -> impl Iterator<Item = Verdict> {
    let cells = of.across.iter().map(|cell| cell.effect.verdict);
    cells.chain([of.effect.verdict])
}

/// The effect, and its interval, with as many digits as the interval bears.
fn cells(effect: &Effect) -> [String; 2] {
    let width = effect.ci95.map_or(0.0, |[low, high]| high - low);
    let shown = |value: f64| {
        let text = rounded(value, width);
        if value > 0.0 {
            format!("+{text}")
        } else {
            text
        }
    };
    let interval = effect.ci95.map_or("-".to_owned(), |ends| {
        let [low, high] = ends.map(shown);
        format!("{low} to {high}")
    });
    [shown(effect.estimate), interval]
}

/// The effect with its interval in brackets.
fn told(effect: &Effect) -> String {
    let [value, interval] = cells(effect);
    if effect.ci95.is_none() {
        return format!("{value} (no interval)");
    }
    format!("{value} ({interval})")
}

/// What a claim says, and what its verdict hangs on.
fn details(name: &str, of: &HypothesisReport) -> String {
    let mut text = wrapped(&format!("{name}  {}", of.claim));
    let mut lines = vec![of.compare.clone()];
    if let Some(unit) = &of.unit {
        let _ = write!(lines[0], " [{unit}]");
    }
    if let Some(without) = &of.without_mechanism {
        let effect = told(&without.effect);
        let names = without.neutral.join(", ");
        let left = without.left.map(|left| format!(", {}", left.text()));
        let left = left.unwrap_or_default();
        lines.push(format!("with {names} at neutral: {effect}{left}"));
    }
    if !of.across.is_empty() {
        lines.extend(across(of.effect.verdict, &of.across));
    }
    if let Some(draws) = &of.draws {
        lines.push(over_draws(of, draws));
    }
    text += &set_in(&lines);
    text.push('\n');
    text
}

/// In how many draws a claim holds.
fn over_draws(of: &HypothesisReport, draws: &ClaimDraws) -> String {
    let shown = |share: Option<f64>, ci95: Option<[f64; 2]>| {
        let (share, [low, high]) = (100.0 * share?, ci95?.map(|end| 100.0 * end));
        Some(format!("in {share:.0} % ({low:.0} to {high:.0} %)"))
    };
    let told = |shown: Option<String>| {
        shown.unwrap_or_else(|| "cannot be told with so few trials in a draw".to_owned())
    };
    let share = told(shown(draws.share, draws.share_ci95));
    if of.expect == Expectation::Equal.text() {
        return format!("over draws of the parameters: within the smallest effect {share}");
    }
    let mut line = format!("over draws of the parameters: as claimed {share}");
    if draws.equal > 0.0 {
        let _ = write!(line, ", exactly 0 in {:.0} %", 100.0 * draws.equal);
    }
    if of.smallest.is_some() {
        let matters = shown(draws.share_that_matters, draws.share_that_matters_ci95);
        let _ = write!(line, ", by the smallest effect or more {}", told(matters));
    }
    line
}

/// Under which combinations of other levers the effect turns, or shows where the claim itself has none, and under how many the
/// verdict is another in any other way.
fn across(verdict: Verdict, cells: &[Cell]) -> Vec<String> {
    let levers: Vec<&str> = cells[0].levers.keys().map(String::as_str).collect();
    let (count, levers) = (cells.len(), levers.join(" × "));
    let of = |wanted: Verdict| {
        cells
            .iter()
            .filter(move |cell| cell.effect.verdict == wanted)
    };
    let same = of(verdict).count();
    if same == count {
        return vec![format!("{} under all {count} of {levers}", verdict.text())];
    }
    let turns = |of: Verdict| match verdict.side() {
        Side::Claimed => of.side() == Side::Contrary,
        Side::Contrary => of.side() == Side::Claimed,
        Side::Neither => of.side() != Side::Neither,
    };
    let mut line = format!("{} under {same} of {count} of {levers}", verdict.text());
    for other in Verdict::ALL {
        let count = of(other).count();
        if other != verdict && !turns(other) && count > 0 {
            let _ = write!(line, "; {} under {count}", other.text());
        }
    }
    let turned = cells.iter().filter(|cell| turns(cell.effect.verdict));
    let turned: Vec<String> = turned
        .map(|cell| {
            let options: Vec<&str> = cell.levers.values().map(String::as_str).collect();
            let verdict = cell.effect.verdict.text();
            format!("{}: {verdict}, {}", options.join(", "), told(&cell.effect))
        })
        .collect();
    if !turned.is_empty() {
        line += match verdict.side() {
            Side::Neither => "; an effect shows under",
            _ => "; it turns under",
        };
    }
    [vec![line], turned].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use indexmap::IndexMap;

    fn cell(option: &str, verdict: Verdict) -> Cell {
        Cell {
            levers: IndexMap::from([("posture".to_owned(), option.to_owned())]),
            effect: Effect {
                estimate: 0.5,
                ci95: Some([0.25, 0.75]),
                verdict,
            },
        }
    }

    #[test]
    fn only_contrary_cells_turn_and_without_an_effect_only_effects_show() {
        let cells = [
            cell("a", Verdict::Supported),
            cell("b", Verdict::AsClaimedSizeOpen),
            cell("c", Verdict::TooSmall),
            cell("d", Verdict::Undecided),
            cell("e", Verdict::ContrarySizeOpen),
        ];
        for (verdict, told) in [
            (
                Verdict::Supported,
                "supported under 1 of 5 of posture; as claimed, size open under 1; too small to matter under 1; undecided under 1; it \
                 turns under\ne: contrary, size open, +0.50 (+0.25 to +0.75)",
            ),
            (
                Verdict::Contradicted,
                "contradicted under 0 of 5 of posture; too small to matter under 1; contrary, size open under 1; undecided under 1; it \
                 turns under\na: supported, +0.50 (+0.25 to +0.75)\nb: as claimed, size open, +0.50 (+0.25 to +0.75)",
            ),
            (
                Verdict::Undecided,
                "undecided under 1 of 5 of posture; too small to matter under 1; an effect shows under\n\
                 a: supported, +0.50 (+0.25 to +0.75)\nb: as claimed, size open, +0.50 (+0.25 to +0.75)\n\
                 e: contrary, size open, +0.50 (+0.25 to +0.75)",
            ),
        ] {
            assert_eq!(across(verdict, &cells).join("\n"), told);
        }
        let alike = [cell("a", Verdict::TooSmall), cell("b", Verdict::TooSmall)];
        let told = across(Verdict::TooSmall, &alike);
        assert_eq!(told, ["too small to matter under all 2 of posture"]);
    }
}
