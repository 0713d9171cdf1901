//! Policies against what others choose: every profile on the same trials, then under draws of the parameters.

use super::draws::Drawn;
use super::failure::{RunFailure, TogetherFailure};
use super::game_field::GameField;
use super::load::Loaded;
use super::options::RunOptions;
use super::plot::draw;
use super::run::{Timer, how_run};
use detente_model::scenario::Direction;
use detente_output::figures::draw_game;
use detente_output::store::{ResultFolder, same_bytes};
use detente_report::game::{JudgedOutcome, StoredGame};
use detente_report::kind::ResultKind;
use detente_report::manifest::{GameDetails, GameManifest, Manifest};
use detente_sim::ensemble::{Plan, run_columns};
use detente_sim::program::Program;
use detente_study::game::{DrawnGame, Game, NoPayoff, Playing};
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use thiserror::Error;

/// Trials of a profile, at least.
const FEWEST_TRIALS: u64 = 100;

/// What was found out about a game.
#[derive(Debug)]
pub struct PlayedGame {
    /// What `game.json` says.
    pub stored: StoredGame,
    /// What `manifest.json` says.
    pub manifest: GameManifest,
    /// Whether figures that were asked for are missing, since the game was stopped.
    pub figures_missing: bool,
}

/// Why a game left no results.
#[derive(Debug, Error)]
pub enum GameFailure {
    /// A payoff cannot be formed.
    #[error("{0}; look in it for a division by 0, or ln and sqrt of negative numbers")]
    Payoff(#[from] NoPayoff),
    /// So few trials cannot be resampled.
    #[error(
        "--trials {0}: a game takes at least {FEWEST_TRIALS} trials, which are resampled to say how sure it is"
    )]
    TooFew(u64),
    /// The trials could not be run or stored.
    #[error(transparent)]
    Run(#[from] TogetherFailure),
}

impl GameFailure {
    /// Whether the input is at fault.
    #[must_use]
    pub fn is_mistake(&self) -> bool {
        match self {
            Self::TooFew(_) => true,
            Self::Run(of) => of.failure.is_mistake(),
            Self::Payoff(_) => false,
        }
    }
}

impl<E: Into<RunFailure>> From<E> for GameFailure {
    fn from(failure: E) -> Self {
        Self::Run(TogetherFailure::from(failure))
    }
}

/// Runs the same trials under every profile, finds best replies, dominated choices and equilibria, and fills a folder. Once `stop`
/// is set the chunks finished that form a prefix count. `on_progress` gets the trials of a profile done.
///
/// # Errors
/// Where there are too few trials, one fails, a payoff is no number or results cannot be written; then the folder holds no manifest.
pub fn play(
    field: &GameField,
    options: &RunOptions,
    stop: &AtomicBool,
    mut on_progress: impl FnMut(u64),
) -> Result<PlayedGame, GameFailure> {
    if options.plan.trials < FEWEST_TRIALS {
        return Err(GameFailure::TooFew(options.plan.trials));
    }
    let first = &field.field.loaded[0];
    let file = (first.scenario_file.as_str(), &first.scenario);
    let running = field.running();
    let drawn = Drawn::new(file, running.clone(), options)?;
    let inputs = field.field.inputs();
    let folder = ResultFolder::begin(&options.out, ResultKind::Game, &inputs)?;
    folder.write("scenario.toml", first.scenario_text.as_bytes())?;
    let game = field.game();
    let mut playing = Playing::new(&game);
    let programs: Vec<&Program> = field.profiles.iter().map(|of| &of.program).collect();
    let timer = Timer::start();
    let mut no_payoff = None;
    let ran = run_columns(&programs, options.plan, stop, |checkpoints| {
        let columns: Vec<_> = checkpoints.iter().map(|of| of.columns).collect();
        if let Err(failure) = playing.add(&columns) {
            no_payoff = Some(failure);
            return Err(io::Error::other("a payoff is no number"));
        }
        if let Some(first) = checkpoints.first() {
            on_progress(first.done);
        }
        Ok(())
    });
    if let Some(failure) = no_payoff {
        return Err(failure.into());
    }
    let [trials, events] =
        ran.map_err(|failure| TogetherFailure::of(failure, &running, options.plan.seed))?;
    if trials == 0 {
        return Err(RunFailure::NothingDone.into());
    }
    let plan = options.plan;
    let drawn = drawn.filter(|_| !stop.load(Ordering::Relaxed));
    if let Some(drawn) = &drawn {
        let asked = (options.parameter_draws, plan);
        under_draws(drawn, &game, &mut playing, asked, stop, |done| {
            on_progress(plan.trials + done);
        })?;
    }
    let scenario = field.scenario();
    let outcomes = &scenario.outcomes;
    let judged = field.field.front.iter().map(|place| JudgedOutcome {
        name: outcomes[*place].name.clone(),
        title: outcomes[*place].title.clone(),
        unit: outcomes[*place].unit.clone(),
        kind: outcomes[*place].measure.kind(),
        better: outcomes[*place].better.unwrap_or(Direction::Lower),
    });
    let stored = StoredGame {
        honesty: first.honesty(),
        scenario: scenario.title().to_owned(),
        seed: plan.seed,
        trials,
        time_unit: scenario.time_unit().to_owned(),
        horizon: scenario.horizon(),
        judged: judged.collect(),
        game: playing.report(plan.seed),
    };
    folder.write_game(&stored, drawn.as_ref().map(|drawn| &drawn.design))?;
    let figures_missing = options.figures && !draw(&folder, stop, || draw_game(&stored))?;
    let manifest = manifest(field, options, [trials, events], timer.seconds());
    folder.finish(&manifest)?;
    Ok(PlayedGame {
        stored,
        manifest,
        figures_missing,
    })
}

/// Plays the game under every draw.
fn under_draws(
    drawn: &Drawn<'_>,
    game: &Game<'_>,
    playing: &mut Playing<'_, '_>,
    asked: (u64, Plan),
    stop: &AtomicBool,
    on_progress: impl FnMut(u64),
) -> Result<(), GameFailure> {
    let mut no_payoff = None;
    let ran = drawn.run(
        asked,
        stop,
        |draw: &mut DrawnGame, columns| draw.add(game, columns),
        |draw| {
            if let Err(failure) = playing.add_draw(draw) {
                no_payoff = Some(failure);
                return Err(io::Error::other("a payoff is no number"));
            }
            Ok(())
        },
        on_progress,
    );
    match no_payoff {
        Some(failure) => Err(failure.into()),
        None => Ok(ran?),
    }
}

fn manifest(
    field: &GameField,
    options: &RunOptions,
    done: [u64; 2],
    seconds: [f64; 2],
) -> GameManifest {
    let loaded = &field.field.loaded;
    let details = GameDetails {
        payoffs: field.payoff_file.clone(),
        policies: loaded.iter().map(Loaded::policy_input).collect(),
        run: how_run(options, None, false, done, seconds),
        same_bytes: same_bytes(ResultKind::Game),
    };
    Manifest::new(loaded[0].honesty(), loaded[0].scenario_input(), details)
}
