//! The broad form: every row with twenty times the trials and seeds of its own, and the table of docs/verification.md.
//!
//! `cargo test --release --test detente -- --ignored gauntlet::broad`

use super::statistics::adjusted;
use super::{BROAD, Effort, Row, known, null_control, one_law, random_numbers, when, which};
use std::fmt::Write;
use std::path::Path;

const BEGIN: &str = "<!-- gauntlet: begin -->";
const END: &str = "<!-- gauntlet: end -->";

/// Below this adjusted p-value a row is a finding. Where nothing is wrong the chance of any is at most this.
const FINDING: f64 = 0.01;

fn all(effort: Effort) -> Vec<Row> {
    let parts: [fn(Effort) -> Vec<Row>; 6] = [
        known::rows,
        when::rows,
        which::rows,
        one_law::rows,
        random_numbers::rows,
        null_control::rows,
    ];
    let mut rows: Vec<Row> = std::thread::scope(|scope| {
        let threads = parts.map(|part| scope.spawn(move || part(effort)));
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect()
    });
    let order = [
        "known answers",
        "when",
        "which",
        "law",
        "random numbers",
        "null control",
    ];
    rows.sort_by_key(|row| order.iter().position(|test| *test == row.test));
    rows
}

fn table(rows: &[Row]) -> String {
    let p_values: Vec<f64> = rows.iter().map(|row| row.p).collect();
    let adjusted = adjusted(&p_values);
    let least = p_values.iter().copied().fold(1.0, f64::min);
    let least_adjusted = adjusted.iter().copied().fold(1.0, f64::min);
    let below = p_values.iter().filter(|p| **p < 0.05).count();
    let mut text = format!(
        "{} p-values, the least {least:.1e}, adjusted {least_adjusted:.3}; {below} are below 0.05, where {:.0} are expected.\n\n\
         | Test | Model | Statistic | p | adjusted |\n|---|---|---|---|---|\n",
        rows.len(),
        0.05 * rows.len() as f64
    );
    for (row, adjusted) in rows.iter().zip(adjusted) {
        let (test, model, statistic) = (row.test, &row.model, &row.statistic);
        let p = if row.p < 0.001 {
            format!("{:.1e}", row.p)
        } else {
            format!("{:.3}", row.p)
        };
        writeln!(
            text,
            "| {test} | {model} | {statistic} | {p} | {adjusted:.3} |"
        )
        .unwrap();
    }
    text
}

/// Writes the table and fails where a row is a finding.
#[test]
#[ignore = "takes minutes, and writes docs/verification.md"]
fn writes_the_table() {
    let rows = all(BROAD);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/verification.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    std::fs::write(
        &path,
        format!("{before}{BEGIN}\n{}{END}{after}", table(&rows)),
    )
    .unwrap();
    let p_values: Vec<f64> = rows.iter().map(|row| row.p).collect();
    let findings: Vec<&Row> = rows
        .iter()
        .zip(adjusted(&p_values))
        .filter(|(_, adjusted)| *adjusted < FINDING)
        .map(|(row, _)| row)
        .collect();
    assert!(findings.is_empty(), "{findings:#?}");
}

/// The page has a place for the table.
#[test]
fn the_page_has_a_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/verification.md");
    let page = std::fs::read_to_string(path).unwrap();
    let (_, rest) = page.split_once(BEGIN).unwrap();
    let (table, _) = rest.split_once(END).unwrap();
    assert!(table.lines().count() > 100);
}
