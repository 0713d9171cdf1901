//! Claims judged: every setting on the same trials, then under draws of the parameters.

use super::claims::Claims;
use super::draws::Drawn;
use super::failure::{RunFailure, TogetherFailure};
use super::options::{RunOptions, trials_per_draw};
use super::run::{Timer, how_run};
use detente_output::store::{ResultFolder, input, same_bytes};
use detente_report::hypotheses::Hypotheses;
use detente_report::kind::ResultKind;
use detente_report::manifest::{HypothesesDetails, HypothesesManifest, Manifest};
use detente_sim::ensemble::{Plan, run_columns};
use detente_sim::program::Program;
use detente_study::hypotheses::{ClaimsDrawn, DrawnClaims, Judging};
use indexmap::IndexMap;
use std::sync::atomic::{AtomicBool, Ordering};

/// What was found out about claims and where it stands.
#[derive(Debug)]
pub struct HypothesesReport {
    /// What `hypotheses.json` says.
    pub hypotheses: Hypotheses,
    /// What `manifest.json` says.
    pub manifest: HypothesesManifest,
}

/// Runs the same trials under every setting, judges the claims and fills a folder. Once `stop` is set the chunks finished that
/// form a prefix are judged. `on_progress` gets the trials of a setting done.
///
/// # Errors
/// Where a trial fails or results cannot be written; then the folder holds no manifest.
pub fn hypotheses(
    claims: &Claims,
    options: &RunOptions,
    stop: &AtomicBool,
    mut on_progress: impl FnMut(u64),
) -> Result<HypothesesReport, TogetherFailure> {
    let drawn = drawn(claims, options)?;
    let folder = ResultFolder::begin(&options.out, ResultKind::Hypotheses, &claims.inputs)?;
    folder.write("scenario.toml", claims.scenario_text.as_bytes())?;
    let mut judging = Judging::new(&claims.scenario, &claims.placed);
    let programs: Vec<&Program> = claims.settings.iter().map(|of| &of.program).collect();
    let timer = Timer::start();
    let [trials, events] = run_columns(&programs, options.plan, stop, |checkpoints| {
        let columns: Vec<_> = checkpoints.iter().map(|of| of.columns).collect();
        judging.add(&columns);
        if let Some(first) = checkpoints.first() {
            on_progress(first.done);
        }
        Ok(())
    })
    .map_err(|failure| TogetherFailure::of(failure, &claims.running(), options.plan.seed))?;
    if trials == 0 {
        return Err(RunFailure::NothingDone.into());
    }
    let mut reports: IndexMap<_, _> = judging.reports().into_iter().collect();
    let (draws, plan) = (options.parameter_draws, options.plan);
    let drawn = match &drawn {
        Some(drawn) if !stop.load(Ordering::Relaxed) => {
            let found = under_draws(claims, drawn, (draws, plan), stop, |done| {
                on_progress(plan.trials + done);
            })?;
            Some((found, &drawn.design))
        }
        _ => None,
    };
    if let Some((found, design)) = &drawn {
        let parameters = design.parameters.len() as u64;
        let per_draw = trials_per_draw(plan.trials, draws);
        for (report, of_draws) in reports
            .values_mut()
            .zip(found.reports(parameters, per_draw))
        {
            report.draws = of_draws;
        }
    }
    let hypotheses = Hypotheses {
        honesty: claims.scenario.honesty(),
        scenario: claims.scenario.title().to_owned(),
        seed: options.plan.seed,
        trials,
        settings: claims.settings.len() as u64,
        time_unit: claims.scenario.time_unit().to_owned(),
        horizon: claims.scenario.horizon(),
        claims: reports.len() as u64,
        hypotheses: reports,
    };
    let drawn = drawn.map(|(found, design)| (found.estimates(), design));
    let drawn = drawn
        .as_ref()
        .map(|(estimates, design)| (estimates, *design));
    folder.write_hypotheses(&hypotheses, drawn)?;
    let manifest = manifest(claims, options, [trials, events], timer.seconds());
    folder.finish(&manifest)?;
    Ok(HypothesesReport {
        hypotheses,
        manifest,
    })
}

/// The draws for the claims' own settings, if they are asked for.
fn drawn<'c>(claims: &'c Claims, options: &RunOptions) -> Result<Option<Drawn<'c>>, RunFailure> {
    let file = (claims.scenario_file.as_str(), &claims.scenario);
    let mut own = claims.running();
    own.truncate(claims.own);
    Drawn::new(file, own, options)
}

/// Runs the claims' own settings under every draw.
fn under_draws<'c>(
    claims: &'c Claims,
    drawn: &Drawn<'_>,
    (draws, plan): (u64, Plan),
    stop: &AtomicBool,
    on_progress: impl FnMut(u64),
) -> Result<ClaimsDrawn<'c>, TogetherFailure> {
    let mut found = ClaimsDrawn::new(&claims.scenario, &claims.placed);
    let empty = found.empty();
    drawn.run(
        (draws, plan),
        stop,
        |draw: &mut DrawnClaims, columns| draw.add(columns, &empty),
        |draw| {
            found.push(&draw);
            Ok(())
        },
        on_progress,
    )?;
    Ok(found)
}

fn manifest(
    claims: &Claims,
    options: &RunOptions,
    done: [u64; 2],
    seconds: [f64; 2],
) -> HypothesesManifest {
    let scenario = &claims.scenario;
    let input = input(
        scenario.name(),
        scenario.title(),
        Some(claims.scenario_file.clone()),
        &claims.scenario_text,
    );
    let details = HypothesesDetails {
        claims: claims.laid_over.clone(),
        policies: claims.policies.clone(),
        settings: claims.settings.iter().map(|of| of.text.clone()).collect(),
        run: how_run(options, None, false, done, seconds),
        same_bytes: same_bytes(ResultKind::Hypotheses),
    };
    Manifest::new(scenario.honesty(), input, details)
}
