//! `game.json`, and the same as tables.

use super::comparison::design_csv;
use super::delimited::{Csv, ends, number};
use super::error::StoreError;
use super::file_names::{GAME_FILE, PROFILES_TABLE, REPLIES_TABLE};
use super::folder::ResultFolder;
use detente_report::draws::Design;
use detente_report::game::{GameReport, Mean, StoredGame};

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
