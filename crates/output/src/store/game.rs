//! `game.json`, the same as tables, and the `manifest.json` beside them.

use super::comparison::design_csv;
use super::delimited::{Csv, ends, number};
use super::error::StoreError;
use super::file_names::{GAME_FILE, PROFILES_TABLE, REPLIES_TABLE};
use super::folder::ResultFolder;
use super::manifest::{Input, Run};
use detente_report::game::{GameReport, Mean, Replies};
use detente_study::draws::Design;
use serde::{Deserialize, Serialize};

/// The whole of `game.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredGame {
    /// What the numbers are not.
    pub honesty: String,
    /// The scenario's title.
    pub scenario: String,
    /// The seed that all profiles share.
    pub seed: u64,
    /// Trials of each profile.
    pub trials: u64,
    /// The scenario's time unit.
    pub time_unit: String,
    /// The end of every trial, in time units.
    pub horizon: f64,
    /// The outcomes by which policies are judged beside payoffs: title, unit, and which direction is better.
    pub judged: Vec<JudgedOutcome>,
    /// The game.
    #[serde(flatten)]
    pub game: GameReport,
}

/// An outcome by which policies are judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JudgedOutcome {
    /// Its name.
    pub name: String,
    /// What figures call it.
    pub title: String,
    /// Unit of its values.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
    /// The measure's key in the scenario.
    pub kind: String,
    /// `lower` or `higher`.
    pub better: String,
}

impl StoredGame {
    /// What some replies are judged by, in words.
    #[must_use]
    pub fn what(&self, replies: &Replies) -> String {
        let is = |of: &&JudgedOutcome| Some(&of.name) == replies.outcome.as_ref();
        let Some(of) = self.judged.iter().find(is) else {
            return format!("Payoff of {}", replies.player);
        };
        let unit = of.unit.as_ref();
        let unit = unit.map_or(String::new(), |unit| format!(" [{unit}]"));
        let never = match of.kind.as_str() {
            "first_time" => ", the horizon where it never comes",
            _ => "",
        };
        format!("{}{unit}{never}, {} is better", of.title, of.better)
    }
}

/// The whole of the `manifest.json` beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GameManifest {
    /// `detente`
    pub program: String,
    /// Its version.
    pub version: String,
    /// What the numbers are not.
    pub honesty: String,
    /// The scenario as it was run, with the payoffs.
    pub scenario: Input,
    /// The file of the payoffs, where it is another than the scenario's.
    pub payoffs: Option<String>,
    /// The policies.
    pub policies: Vec<Input>,
    /// How the trials were run; events are those of all profiles together.
    pub run: Run,
    /// Files covered by the promise of same bytes.
    pub same_bytes: Vec<String>,
}

impl GameManifest {
    /// The files covered by the promise of same bytes.
    #[must_use]
    pub fn same_bytes() -> Vec<String> {
        let files = [
            GAME_FILE,
            PROFILES_TABLE,
            REPLIES_TABLE,
            "draws.csv",
            "scenario.toml",
            "figures/*.svg",
            "figures/*.csv",
        ];
        files.map(str::to_owned).to_vec()
    }
}

fn profiles_csv(game: &GameReport) -> String {
    let players = game.players.keys().map(String::as_str);
    let mut csv = Csv::new(players.chain(["what", "kind", "mean", "se", "lo", "hi"]));
    for profile in &game.profiles {
        let outcomes = profile.outcomes.iter().map(|of| (of, "outcome"));
        let payoffs = profile.payoffs.iter().map(|of| (of, "payoff"));
        for ((name, Mean { mean, se, ci95 }), kind) in outcomes.chain(payoffs) {
            let [lo, hi] = ends(*ci95);
            let (mean, se) = (mean.to_string(), number(*se));
            let choices = profile.choices.values().map(String::as_str);
            csv.row(choices.chain([name, kind, &mean, &se, &lo, &hi]));
        }
    }
    csv.into_text()
}

fn replies_csv(game: &GameReport) -> String {
    let players = game.players.keys().map(String::as_str);
    let before = ["player", "outcome"].into_iter();
    let behind = [
        "best",
        "lead",
        "lo",
        "hi",
        "share_of_resamples",
        "share_of_draws",
    ];
    let mut csv = Csv::new(before.chain(players).chain(behind));
    for replies in &game.replies {
        for (choice, reply) in &replies.choices {
            let choices = game.players.keys().map(|player| {
                let other = replies.against.get(player);
                other.unwrap_or(choice).clone()
            });
            let outcome = replies.outcome.clone().unwrap_or_default();
            let before = [replies.player.clone(), outcome].into_iter();
            let [lo, hi] = ends(reply.lead_ci95);
            csv.row(before.chain(choices).chain([
                reply.best.to_string(),
                number(reply.lead),
                lo,
                hi,
                reply.shares.share_of_resamples.to_string(),
                number(reply.shares.share_of_draws),
            ]));
        }
    }
    csv.into_text()
}

impl ResultFolder {
    /// Writes `game.json`, the same as tables, and the parameters' values in each draw where there are any.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub fn write_game(
        &self,
        stored: &StoredGame,
        design: Option<&Design>,
    ) -> Result<(), StoreError> {
        self.write_json(GAME_FILE, stored)?;
        self.write(PROFILES_TABLE, profiles_csv(&stored.game).as_bytes())?;
        self.write(REPLIES_TABLE, replies_csv(&stored.game).as_bytes())?;
        match design {
            Some(design) => self.write("draws.csv", design_csv(design).as_bytes()),
            None => Ok(()),
        }
    }

    /// Reads `game.json`.
    ///
    /// # Errors
    /// Where it cannot be read or has another form.
    pub fn game(&self) -> Result<StoredGame, StoreError> {
        self.read_json(GAME_FILE)
    }
}
