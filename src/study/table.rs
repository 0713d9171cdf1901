//! The result table that a run prints.

use super::column::{Column, Columns};
use super::draws_table::spread_table;
use super::run::RunReport;
use super::text::{NO_OUTCOMES, counted, grouped, spelled, wrapped};
use super::text_table::TextTable;
use detente_model::scenario::MeasureKind;
use detente_report::manifest::PrecisionReport;
use detente_report::summary::{KindSummary, OutcomeSummary};
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
    let mut table = TextTable::default()
        .names("outcome", "outcome".len(), 36)
        .left("kind", 12)
        .right("mean", 11)
        .right("95 % interval", 22)
        .left("note", 0);
    let outcomes = summary.outcomes.values();
    let columns = Columns::of(outcomes.map(|outcome| (outcome, width_of(outcome))));
    for (name, outcome) in &summary.outcomes {
        let (mean, interval, note) = cells(outcome, columns.column(outcome));
        table.row([name, outcome.kind.key(), &mean, &interval, &note]);
        let widths = outcome.by.iter().flat_map(|by| by.values());
        let column = Column::of(widths.map(|kind| kind.ci95[1] - kind.ci95[0]));
        for (state, kind) in outcome.by.iter().flatten() {
            table.row(kind_cells(state, kind, column));
        }
    }
    text += &table.text();
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
    if outcome.kind == MeasureKind::FirstTime {
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
fn kind_cells(state: &str, kind: &KindSummary, column: Column) -> [String; 5] {
    let [lo, hi] = kind.ci95;
    let shown = |value: f64| column.shown(value, hi - lo);
    [
        format!("  {state}"),
        "by".to_owned(),
        shown(kind.probability),
        format!("{} to {}", shown(lo), shown(hi)),
        "probability".to_owned(),
    ]
}
