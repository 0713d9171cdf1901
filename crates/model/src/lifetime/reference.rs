//! Every law against values computed with 60 digits by `tests/tables/lifetime.py`.

use super::{Family, Law};

/// A law, the exact age (rounded to a double) of a cumulative hazard, and the exact cumulative
/// hazard of that age.
struct Row<'a> {
    family: Family,
    law: Law<'static>,
    cumulative_hazard: f64,
    age: f64,
    at_age: f64,
    line: &'a str,
}

fn row(line: &str) -> Row<'_> {
    let fields: Vec<&str> = line.split(',').collect();
    let number = |field: &str| -> f64 { field.parse().expect("a number") };
    let family = Family::from_name(fields[0]).expect("a family");
    let signature = fields[1].parse().expect("the index of a signature");
    let args: Vec<f64> = fields[2].split(' ').map(number).collect();
    Row {
        family,
        law: Law::new(family, signature, &args).expect("good arguments"),
        cumulative_hazard: number(fields[3]),
        age: number(fields[4]),
        at_age: number(fields[5]),
        line,
    }
}

/// The greatest relative errors of one family, and the rows they are in.
#[derive(Clone, Copy, Default)]
struct Worst<'a> {
    cumulative_hazard: (f64, &'a str),
    age: (f64, &'a str),
}

fn worst_errors(table: &str) -> [Worst<'_>; Family::ALL.len()] {
    let mut worst = [Worst::default(); Family::ALL.len()];
    for row in table.lines().map(row) {
        let worst = &mut worst[row.family as usize];
        let error = relative_error(row.law.cumulative_hazard(row.age), row.at_age);
        if error.is_nan() || error > worst.cumulative_hazard.0 {
            worst.cumulative_hazard = (error, row.line);
        }
        let error = relative_error(row.law.age_at(row.cumulative_hazard), row.age);
        if error.is_nan() || error > worst.age.0 {
            worst.age = (error, row.line);
        }
    }
    worst
}

fn relative_error(value: f64, exact: f64) -> f64 {
    if value == exact {
        0.0
    } else {
        ((value - exact) / exact).abs()
    }
}

fn assert_accurate(worst: &[Worst]) {
    for (family, worst) in Family::ALL.iter().zip(worst) {
        let (error, line) = worst.cumulative_hazard;
        assert!(
            error < 5e-12,
            "cumulative hazard of {family} wrong by {error:e} at {line}"
        );
        let (error, line) = worst.age;
        assert!(
            error < 5e-12,
            "age of {family} wrong by {error:e} at {line}"
        );
    }
}

#[test]
fn cumulative_hazards_and_ages_match_sixty_digits() {
    let table = include_str!("reference.csv");
    assert_eq!(table.lines().count(), 368);
    assert_accurate(&worst_errors(table));
}

#[test]
#[ignore = "needs the dense table; the head of tests/tables/lifetime.py says how to make it"]
fn cumulative_hazards_and_ages_match_sixty_digits_densely() {
    let path = std::env::var("LIFETIME_TABLE").expect("LIFETIME_TABLE names the dense table");
    let table = std::fs::read_to_string(path).expect("the dense table can be read");
    let worst = worst_errors(&table);
    for (family, worst) in Family::ALL.iter().zip(&worst) {
        let (error, line) = worst.cumulative_hazard;
        println!("{family}: cumulative hazard {error:.1e} at {line}");
        let (error, line) = worst.age;
        println!("{family}: age {error:.1e} at {line}");
    }
    assert_accurate(&worst);
}

/// As the reference table, but with the values that the code gives.
///
/// Every machine must give these very bits. If they have to change, results change: say so in
/// CHANGELOG.md.
const PINNED: &str = "\
exponential,0,0.2,0.7,3.5,0.875
weibull,0,1.8 6.0,0.7,4.9214673238500595,1.0460105466453529
gamma,0,0.3 2.0,0.7,0.14981824879787337,0.7678957101692522
gamma,0,4.0 0.25,0.7,0.9220901286792709,1.12699565271426
gamma,0,40.0 0.25,0.7,9.93026519598545,2.647875745882669
lognormal,0,0.3 0.5,0.7,0.30128667313625057,1.1251314088531943
normal,0,2.0 0.5,0.7,2.0042994514812262,1.857429375560901
normal,0,-2.0 0.5,0.7,0.0813343950810602,0.8789502681751293
uniform,0,1.0 4.0,0.7,2.5102440886257713,1.2468862329611532
triangular,0,0.0 1.0 5.0,0.7,1.8485390569089721,1.01715093134019
beta,0,2.0 5.0 1.0 3.0,0.7,1.5318443972898326,1.8669602439504867";

#[test]
fn values_are_pinned_to_the_bit() {
    for row in PINNED.lines().map(row) {
        let age = row.law.age_at(row.cumulative_hazard);
        assert_eq!(age, row.age, "{}", row.line);
        assert_eq!(
            row.law.cumulative_hazard(1.25 * age),
            row.at_age,
            "{}",
            row.line
        );
    }
}
