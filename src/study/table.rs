//! The result table that a run prints.

use super::column::{Column, Columns};
use super::draws_table::spread_table;
use super::run::RunReport;
use detente_output::store::{KindSummary, OutcomeSummary, PrecisionReport};
use std::fmt::Write;

/// The outcomes of a run as a table of at most 100 columns, under the line that says what they are not.
#[must_use]
pub fn outcome_table(report: &RunReport) -> String {
    let (summary, manifest) = (&report.summary, &report.manifest);
    let mut text = wrapped(&manifest.honesty);
    let _ = writeln!(
        text,
        "\n{}\npolicy {} · {} · seed {} · horizon {} · {}\n",
        manifest.scenario.title,
        manifest.policy.name,
        counted(summary.trials, "trial"),
        manifest.run.seed,
        spelled(manifest.horizon, &manifest.time_unit),
        counted(summary.events, "event"),
    );
    if !manifest.run.complete {
        let _ = writeln!(
            text,
            "PARTIAL: {} of {} trials were done.\n",
            grouped(manifest.run.trials_done),
            grouped(manifest.run.trials_asked)
        );
    }
    if let Some(precision) = &manifest.run.precision {
        text += &wrapped(&precision_line(precision, manifest.run.trials_done));
        text.push('\n');
    }
    if summary.outcomes.is_empty() {
        return text + &wrapped(NO_OUTCOMES);
    }
    let name_width = summary
        .outcomes
        .keys()
        .map(|name| name.chars().count())
        .max()
        .unwrap_or(0);
    let states = summary.outcomes.values().flat_map(|outcome| &outcome.by);
    let states = states.flat_map(|by| by.keys().map(|state| 2 + state.chars().count()));
    let name_width = name_width.max(states.max().unwrap_or(0));
    let name_width = name_width.clamp("outcome".len(), 36);
    let _ = writeln!(
        text,
        "{:name_width$}  {:12}  {:>11}  {:>22}  note",
        "outcome", "kind", "mean", "95 % interval"
    );
    let outcomes = summary.outcomes.values();
    let columns = Columns::of(outcomes.map(|outcome| (outcome, width_of(outcome))));
    for (name, outcome) in &summary.outcomes {
        let (mean, interval, note) = cells(outcome, columns.column(outcome));
        let name = shortened(name, name_width);
        let line = format!(
            "{name:name_width$}  {:12}  {mean:>11}  {interval:>22}  {note}",
            outcome.kind
        );
        let _ = writeln!(text, "{}", line.trim_end());
        let widths = outcome.by.iter().flat_map(|by| by.values());
        let column = Column::of(widths.map(|kind| kind.ci95[1] - kind.ci95[0]));
        for (state, kind) in outcome.by.iter().flatten() {
            let line = kind_line(state, kind, column, name_width);
            let _ = writeln!(text, "{line}");
        }
    }
    if let Some(draws) = &summary.draws {
        let _ = write!(
            text,
            "\n{}",
            spread_table(draws, &summary.outcomes).trim_end_matches('\n')
        );
        text.push('\n');
    }
    let _ = writeln!(
        text,
        "\nA first_time is averaged up to the horizon. \"other: p\" is the 95 % limit for a trial that differs."
    );
    text
}

/// What became of the precision that was asked for.
fn precision_line(precision: &PrecisionReport, done: u64) -> String {
    let PrecisionReport {
        asked,
        looks,
        not_reached,
    } = precision;
    let after = counted(done, "trial");
    let looks = match looks.len() {
        1 => "one look".to_owned(),
        count => format!("{count} repeated looks"),
    };
    let verdict = if not_reached.is_empty() {
        format!("reached by every outcome after {after}")
    } else {
        let names = not_reached.join(", ");
        format!("not reached after {after} by {names}")
    };
    format!("Precision {asked}: {verdict}; the intervals follow {looks}.")
}

/// What stands in place of a table of outcomes where there are none.
pub(super) const NO_OUTCOMES: &str =
    "The scenario has no outcomes; write what is to be measured into [outcomes].";

/// How far lists and paragraphs are set in.
pub(super) const INDENT: &str = "    ";

/// Letters in a line.
const WIDTH: usize = 100;

/// The mean and its interval, rounded to what the interval bears, and what else is to be said.
fn cells(outcome: &OutcomeSummary, column: Column) -> (String, String, String) {
    let width = width_of(outcome);
    let shown = |value: f64| column.shown(value, width);
    let interval = match (outcome.ci95, &outcome.constant) {
        (Some([lo, hi]), _) => format!("{} to {}", shown(lo), shown(hi)),
        (None, Some(all_equal)) => {
            format!("other: p < {:.1e}", all_equal.other_probability_upper95)
        }
        (None, None) => "-".to_owned(),
    };
    let mut notes: Vec<String> = outcome.unit.iter().cloned().collect();
    if outcome.kind == "first_time" {
        let reached = 100.0 * (outcome.n - outcome.censored) as f64 / outcome.n.max(1) as f64;
        notes.push(format!("{reached:.1} % get there"));
    }
    (shown(outcome.mean), interval, notes.join("; "))
}

/// The width of an outcome's interval; 0 where it has none.
fn width_of(outcome: &OutcomeSummary) -> f64 {
    outcome.ci95.map_or(0.0, |[lo, hi]| hi - lo)
}

/// How probable one kind of a first time is.
fn kind_line(state: &str, kind: &KindSummary, column: Column, name_width: usize) -> String {
    let [lo, hi] = kind.ci95;
    let shown = |value: f64| column.shown(value, hi - lo);
    let name = shortened(&format!("  {state}"), name_width);
    let interval = format!("{} to {}", shown(lo), shown(hi));
    let probability = shown(kind.probability);
    let kind = "by";
    format!("{name:name_width$}  {kind:12}  {probability:>11}  {interval:>22}  probability")
}

pub(super) fn shortened(name: &str, width: usize) -> String {
    if name.chars().count() <= width {
        return name.to_owned();
    }
    name.chars().take(width - 1).chain(['…']).collect()
}

/// A p-value.
pub(super) fn p_shown(p: f64) -> String {
    match p {
        0.0..1e-9 => "<1e-9".to_owned(),
        0.0..0.001 => format!("{p:.0e}"),
        _ => format!("{p:.3}"),
    }
}

/// A time with its unit, in the plural where that is English.
pub(super) fn spelled(time: f64, unit: &str) -> String {
    let english = ["year", "month", "week", "day", "hour"].contains(&unit);
    let plural = if english && time != 1.0 { "s" } else { "" };
    format!("{time} {unit}{plural}")
}

/// A whole number with its thousands set apart.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// So many things of a kind, in the singular where it is one.
pub(super) fn counted(number: u64, one: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {one}{plural}", grouped(number))
}

/// A text in lines of at most `WIDTH` letters, broken between words.
pub(super) fn wrapped(text: &str) -> String {
    wrapped_within(text, 0)
}

/// The same with so many letters less in a line.
pub(super) fn wrapped_within(text: &str, indent: usize) -> String {
    let most = WIDTH.saturating_sub(indent);
    let mut lines = String::new();
    let mut used = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > most {
            lines.push('\n');
            used = 0;
        } else if used > 0 {
            lines.push(' ');
            used += 1;
        }
        lines.push_str(word);
        used += length;
    }
    lines.push('\n');
    lines
}

/// Adds items in lines that are set in, broken between items.
pub(super) fn listed(text: &mut String, items: impl Iterator<Item = String>) {
    const UNBROKEN: &str = "\u{a0}";
    let items: Vec<String> = items.map(|item| item.replace(' ', UNBROKEN)).collect();
    if items.is_empty() {
        return;
    }
    for line in wrapped(&items.join(", ")).lines() {
        let _ = writeln!(text, "{INDENT}{}", line.replace(UNBROKEN, " "));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_counted_and_texts_broken() {
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(999), "999");
        assert_eq!(counted(1, "trial"), "1 trial");
        assert_eq!(counted(0, "event"), "0 events");
        assert_eq!(counted(1_000, "draw"), "1,000 draws");
        let words = "aaaa ".repeat(21);
        let lines: Vec<usize> = wrapped(words.trim_end()).lines().map(str::len).collect();
        assert_eq!(lines, [99, 4]);
    }
}
