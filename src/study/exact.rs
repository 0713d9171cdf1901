//! The exact solution of a scenario, the folder that it leaves, and how trials compare with it.

use super::load::{Findings, Loaded, Loader, Overrides};
use super::refusals::{Objection, tell};
use super::text::{counted, spelled, wrapped};
use super::text_table::TextTable;
use detente_output::figures::{self, Context, FigureError, decimal_year, png};
use detente_output::store::{ResultFolder, StoreError};
use detente_report::exact::{ExactOutcomeSummary, ExactSeriesSummary, ExactSummary};
use detente_report::kind::ResultKind;
use detente_report::manifest::{ExactDetails, ExactManifest, ExactSolution, Manifest};
use detente_report::summary::{OutcomeSummary, SeriesSummary, Summary};
use detente_study::exact::{ExactError, report, solve};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;
use thiserror::Error;

/// What to solve.
#[derive(Debug, Clone)]
pub struct ExactOptions {
    /// The folder to fill; by default that of the run with `-exact` behind it.
    pub out: Option<PathBuf>,
    /// The folder of a run to compare with.
    pub against: Option<PathBuf>,
    /// The command line, for the manifest.
    pub command_line: Vec<String>,
}

/// A solution and where it stands.
#[derive(Debug)]
pub struct ExactReport {
    /// What `summary.json` says.
    pub summary: ExactSummary,
    /// What `manifest.json` says.
    pub manifest: ExactManifest,
    /// What is doubtful in the input, as text.
    pub cautions: String,
    /// How a run compares.
    pub comparison: Option<Comparison>,
    /// The folder.
    pub folder: PathBuf,
}

/// A run beside the exact solution.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Trials of the run.
    pub trials: u64,
    /// For each outcome the run's mean, and by how many standard errors it is above the exact one; nothing where there
    /// is no exact one.
    pub outcomes: BTreeMap<String, (f64, Option<f64>)>,
    /// For each series, and each survival and incidence curve, the number of values compared and the largest distance in
    /// standard errors.
    pub curves: Vec<(String, usize, f64)>,
}

/// Why there is no solution, or none to be compared.
#[derive(Debug, Error)]
pub enum ExactFailure {
    /// The input is wrong, or not of the class that can be solved.
    #[error("the input cannot be solved")]
    Input(Box<Findings>),
    /// The run to compare with is another one or none.
    #[error("{0}")]
    Against(String),
    /// A state breaks a rule of the formalism, or there are too many.
    #[error(transparent)]
    Exact(#[from] ExactError),
    /// The results could not be stored.
    #[error("{}", .0.why_not_written())]
    Store(#[from] StoreError),
    /// A figure could not be drawn.
    #[error("a figure cannot be drawn: {0}")]
    Figure(#[from] FigureError),
}

impl ExactFailure {
    /// Whether what was asked for is wrong.
    #[must_use]
    pub fn is_mistake(&self) -> bool {
        match self {
            Self::Input(_) | Self::Against(_) => true,
            Self::Store(error) => error.is_mistake(),
            Self::Exact(_) | Self::Figure(_) => false,
        }
    }
}

/// Solves a scenario under a policy, fills the result folder and compares with a run, if one is given.
///
/// # Errors
/// Where the input is wrong or not of the class, the run is of another input, or results cannot be written.
pub fn exact(
    scenario: &Path,
    policy: Option<&str>,
    overrides: &Overrides,
    options: &ExactOptions,
) -> Result<ExactReport, ExactFailure> {
    let mut loader = Loader::default();
    let Some(loaded) = loader.load(scenario, policy, overrides) else {
        return Err(ExactFailure::Input(Box::new(loader.mistakes())));
    };
    let run = options.against.as_deref().map(|path| run_of(path, &loaded));
    let run = run.transpose()?;
    let started = Instant::now();
    let found = match solve(&loaded.program) {
        Ok(found) => found,
        Err(ExactError::NotMarkovian(refusals)) => {
            tell(&refusals, &loaded, &mut loader, &MEMORY);
            return Err(ExactFailure::Input(Box::new(loader.mistakes())));
        }
        Err(error) => return Err(error.into()),
    };
    let summary = report(&loaded.scenario, &loaded.program, &found);
    let details = ExactDetails {
        policy: loaded.policy_input(),
        time_unit: loaded.scenario.time_unit().to_owned(),
        epoch: loaded.scenario.epoch().map(|date| date.to_string()),
        horizon: loaded.scenario.horizon(),
        exact: ExactSolution {
            states: found.states,
            transitions: found.transitions,
            error: found.error,
            wall_seconds: started.elapsed().as_secs_f64(),
            command_line: options.command_line.clone(),
        },
    };
    let manifest = Manifest::new(loaded.honesty(), loaded.scenario_input(), details);
    let path = options.out.clone().unwrap_or_else(|| {
        let (scenario, policy) = (loaded.scenario.name(), loaded.policy.name());
        Path::new("results")
            .join(scenario)
            .join(format!("{policy}-exact"))
    });
    let folder = ResultFolder::begin(&path, ResultKind::Exact, &loaded.inputs)?;
    folder.write("scenario.toml", loaded.scenario_text.as_bytes())?;
    folder.write("policy.toml", loaded.policy_text.as_bytes())?;
    folder.write_json("summary.json", &summary)?;
    if let Some(run) = &run {
        draw(&folder, &summary, run, &manifest)?;
    }
    folder.finish(&manifest)?;
    Ok(ExactReport {
        comparison: run.map(|run| compare(&summary, &run)),
        summary,
        manifest,
        folder: path,
        cautions: loaded.cautions,
    })
}

/// Draws what a run found over the solution.
fn draw(
    folder: &ResultFolder,
    summary: &ExactSummary,
    run: &Summary,
    manifest: &ExactManifest,
) -> Result<(), ExactFailure> {
    let context = Context {
        scenario_title: &manifest.scenario.title,
        policy_title: &manifest.policy.title,
        subtitle: None,
        time_unit: &manifest.time_unit,
        epoch_year: manifest.epoch.as_deref().and_then(decimal_year),
        horizon: manifest.horizon,
        honesty: &manifest.honesty,
    };
    for figure in figures::exact(summary, run, &context)? {
        folder.write_figure(&figure.name, "svg", figure.svg.as_bytes())?;
        folder.write_figure(&figure.name, "png", &png(&figure.svg)?)?;
        folder.write_figure(&figure.name, "csv", figure.csv.as_bytes())?;
    }
    Ok(())
}

const MEMORY: Objection = Objection {
    label: "has a memory",
    help: "exact solutions are for hazards, exponential clocks and delays, calendars and instants",
};

/// The summary of a run of the same input.
fn run_of(path: &Path, loaded: &Loaded) -> Result<Summary, ExactFailure> {
    let wrong = |problem: String| ExactFailure::Against(format!("{}: {problem}", path.display()));
    let read = |error: StoreError| ExactFailure::Against(error.to_string());
    let folder = ResultFolder::open(path).map_err(read)?;
    let manifest = folder.manifest().map_err(read)?;
    for (what, ran, asked) in [
        ("scenario", &manifest.scenario, loaded.scenario_input()),
        ("policy", &manifest.policy, loaded.policy_input()),
    ] {
        if ran.sha256 != asked.sha256 {
            return Err(wrong(format!(
                "this run has another {what}: `{}` as it stands in {what}.toml there; give the same --policy, --set and --horizon",
                ran.name
            )));
        }
    }
    folder.summary().map_err(read)
}

fn compare(exact: &ExactSummary, run: &Summary) -> Comparison {
    let n = run.trials as f64;
    let mut outcomes = BTreeMap::new();
    let mut curves = Vec::new();
    for (name, exact) in &exact.outcomes {
        let Some(found) = run.outcomes.get(name) else {
            continue;
        };
        outcomes.insert(name.clone(), (found.mean, outcome_distance(exact, found)));
        if let (Some(exact), Some(found)) = (&exact.survival, &found.survival) {
            let label = format!("{name}, survival");
            curves.push(shares(label, n, &[(&exact.s, &found.s)]));
        }
        for (state, exact) in exact.by.iter().flatten() {
            if let Some(found) = found.by.as_ref().and_then(|by| by.get(state)) {
                let label = format!("{name}, {state}");
                curves.push(shares(
                    label,
                    n,
                    &[(&exact.incidence.p, &found.incidence.p)],
                ));
            }
        }
    }
    for (name, exact) in &exact.series {
        if let Some(found) = run.series.get(name) {
            curves.extend(series_distance(name, n, exact, found));
        }
    }
    Comparison {
        trials: run.trials,
        outcomes,
        curves,
    }
}

/// By how many standard errors a run's mean is above the exact one. Of a probability the error is that of the exact value,
/// of other means that of the exact standard deviation where there is one, else the run's own.
fn outcome_distance(exact: &ExactOutcomeSummary, run: &OutcomeSummary) -> Option<f64> {
    let mean = exact.mean?;
    let se = match exact.sd {
        Some(sd) => sd / (run.n as f64).sqrt(),
        None => run.se.unwrap_or(0.0),
    };
    Some(distance(run.mean - mean, se))
}

/// A difference in standard errors; none where it is no more than rounding.
fn distance(difference: f64, se: f64) -> f64 {
    if difference.abs() < 1e-9 {
        0.0
    } else {
        difference / se
    }
}

/// The largest distance between shares of trials and probabilities.
fn shares(label: String, n: f64, curves: &[(&Vec<f64>, &Vec<f64>)]) -> (String, usize, f64) {
    let pairs = curves
        .iter()
        .flat_map(|(exact, found)| exact.iter().zip(*found));
    let mut largest = 0.0;
    let mut count = 0;
    for (exact, found) in pairs {
        let se = (exact * (1.0 - exact) / n).max(0.0).sqrt();
        largest = f64::max(largest, distance(found - exact, se).abs());
        count += 1;
    }
    (label, count, largest)
}

fn series_distance(
    name: &str,
    n: f64,
    exact: &ExactSeriesSummary,
    run: &SeriesSummary,
) -> Option<(String, usize, f64)> {
    if let (Some(mean), Some(sd), Some(found)) = (&exact.mean, &exact.sd, &run.mean) {
        let distances = mean.iter().zip(sd).zip(found);
        let distances = distances.map(|((mean, sd), found)| distance(found - mean, sd / n.sqrt()));
        let largest = distances.map(f64::abs).fold(0.0, f64::max);
        return Some((name.to_owned(), mean.len(), largest));
    }
    let (exact, run) = (exact.states.as_ref()?, run.states.as_ref()?);
    let pairs: Vec<(&Vec<f64>, &Vec<f64>)> = exact
        .iter()
        .filter_map(|(state, exact)| Some((exact, run.get(state)?)))
        .collect();
    Some(shares(name.to_owned(), n, &pairs))
}

/// The solution as a table, with the run beside it if there is one.
#[must_use]
pub fn exact_table(report: &ExactReport) -> String {
    let ExactReport {
        summary, manifest, ..
    } = report;
    let exact = &manifest.exact;
    let mut text = wrapped(&manifest.honesty);
    let _ = writeln!(
        text,
        "\n{}\npolicy {} · exact · {} · {} · horizon {} · error below {:.0e}\n",
        manifest.scenario.title,
        manifest.policy.name,
        counted(exact.states as u64, "state"),
        counted(exact.transitions as u64, "transition"),
        spelled(manifest.horizon, &manifest.time_unit),
        exact.error.max(1e-16),
    );
    let mut table = TextTable::default()
        .left("outcome", 0)
        .left("kind", 12)
        .right("exact mean", 14)
        .right("sd", 12);
    if let Some(comparison) = &report.comparison {
        let trials = counted(comparison.trials, "trial");
        table = table.right(&trials, 14).right("z", 6);
    }
    let number = |value: Option<f64>, decimals: usize| {
        value.map_or("-".to_owned(), |value| format!("{value:.decimals$}"))
    };
    for (name, outcome) in &summary.outcomes {
        let (mean, sd) = (number(outcome.mean, 8), number(outcome.sd, 6));
        let mut cells = vec![name.clone(), outcome.kind.to_string(), mean, sd];
        let comparison = report.comparison.as_ref();
        if let Some((mean, z)) = comparison.and_then(|of| of.outcomes.get(name)) {
            cells.extend([number(Some(*mean), 8), number(*z, 2)]);
        }
        table.row(cells);
        for (state, kind) in outcome.by.iter().flatten() {
            let probability = number(Some(kind.probability), 8);
            table.row([format!("  {state}"), "by".to_owned(), probability]);
        }
    }
    text += &table.text();
    text.push_str("\nA first_time is averaged up to the horizon.\n");
    if let Some(comparison) = &report.comparison {
        let mut table = TextTable::default()
            .left("curve", 40)
            .right("values", 6)
            .right("largest |z|", 11);
        for (name, values, largest) in &comparison.curves {
            table.row([name, &values.to_string(), &format!("{largest:.2}")]);
        }
        let _ = write!(text, "\n{}", table.text());
        text.push_str("\nz: the run's value less the exact one, in standard errors.\n");
    }
    text
}
