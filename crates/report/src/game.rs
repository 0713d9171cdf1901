//! What crossing policies with the others' choices says, as it stands in `game.json`.

use detente_model::scenario::{Direction, MeasureKind};
use indexmap::IndexMap;
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
    /// The kind of measure.
    pub kind: MeasureKind,
    /// Which direction is better.
    pub better: Direction,
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
        let never = match of.kind {
            MeasureKind::FirstTime => ", the horizon where it never comes",
            _ => "",
        };
        format!("{}{unit}{never}, {} is better", of.title, of.better)
    }
}

/// A game between those who choose policies and the actors of other levers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GameReport {
    /// Each player's choices, by actor; the policies' first.
    pub players: IndexMap<String, Vec<String>>,
    /// The payoffs as they are written, by actor. They are the analyst's.
    pub payoffs: IndexMap<String, String>,
    /// One entry a profile, a choice of each player; the last player's changes fastest.
    pub profiles: Vec<ProfileReport>,
    /// How a player's choices stand to each other against each of the others' choices.
    pub replies: Vec<Replies>,
    /// Choices that are strictly dominated, or are in some resample or draw.
    pub dominated: Vec<DominatedChoice>,
    /// The pure equilibria; absent unless every player has a payoff.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub equilibria: Option<Equilibria>,
    /// How often trials were drawn with replacement for the shares.
    pub resamples: u64,
    /// Draws of the parameters; absent without any.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub draws: Option<u64>,
    /// Trials of each profile in a draw.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub trials_per_draw: Option<u64>,
}

impl GameReport {
    /// How many choices each player has, in words.
    #[must_use]
    pub fn size(&self) -> String {
        let players = self.players.iter();
        let players = players.map(|(name, choices)| format!("{} of {name}", choices.len()));
        players.collect::<Vec<_>>().join(" × ")
    }

    /// The profile in which a player makes a choice against others'.
    #[must_use]
    pub fn profile(&self, replies: &Replies, choice: &str) -> Option<&ProfileReport> {
        let is = |(name, chosen): (&String, &String)| match replies.against.get(name) {
            Some(other) => other == chosen,
            None => chosen == choice,
        };
        let mut profiles = self.profiles.iter();
        profiles.find(|of| of.choices.iter().all(is))
    }
}

impl ProfileReport {
    /// What choices are judged by.
    #[must_use]
    pub fn judged(&self, replies: &Replies) -> Option<&Mean> {
        match &replies.outcome {
            Some(outcome) => self.outcomes.get(outcome),
            None => self.payoffs.get(&replies.player),
        }
    }
}

/// Outcomes and payoffs under one choice of each player.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProfileReport {
    /// Each player's choice, by actor.
    pub choices: IndexMap<String, String>,
    /// Every outcome, by name; of a first time that of the smaller of it and the horizon.
    pub outcomes: IndexMap<String, Mean>,
    /// Every payoff, by actor.
    pub payoffs: IndexMap<String, Mean>,
}

/// A mean over trials.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Mean {
    /// The mean.
    pub mean: f64,
    /// Its standard error; null for one trial.
    pub se: Option<f64>,
    /// Its 95 % interval: Wilson's of what happens or does not, else Student's; null where the trials show no spread.
    pub ci95: Option<[f64; 2]>,
}

/// A player's choices against one choice of each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Replies {
    /// The actor.
    pub player: String,
    /// The outcome by which its choices are judged; absent where that is its payoff.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub outcome: Option<String>,
    /// The others' choices, by actor.
    pub against: IndexMap<String, String>,
    /// Each choice, by name.
    pub choices: IndexMap<String, Reply>,
}

/// One choice against those of the others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// Whether no other choice is better.
    pub best: bool,
    /// How much better its mean is than that of the best other choice, below 0 where it is worse; null without another.
    pub lead: Option<f64>,
    /// The 2.5 % and 97.5 % points of `lead` over resamples of the trials; null where these show no spread.
    pub lead_ci95: Option<[f64; 2]>,
    /// How often it is best.
    #[serde(flatten)]
    pub shares: Shares,
}

/// How often something is so.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Shares {
    /// The share of resamples of the trials.
    pub share_of_resamples: f64,
    /// The share of draws of the parameters.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub share_of_draws: Option<f64>,
    /// Its 95 % interval (Wilson).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub share_of_draws_ci95: Option<[f64; 2]>,
}

impl Shares {
    /// Whether it is so in any resample or draw.
    #[must_use]
    pub fn ever(&self) -> bool {
        self.share_of_resamples > 0.0 || self.share_of_draws.is_some_and(|share| share > 0.0)
    }
}

/// A choice and what strictly dominates it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DominatedChoice {
    /// The actor.
    pub player: String,
    /// The outcome by which its choices are judged; absent where that is its payoff.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub outcome: Option<String>,
    /// The choice.
    pub choice: String,
    /// Choices that are better whatever the others choose; none where it is dominated in resamples or draws alone.
    pub dominated_by: Vec<String>,
    /// How often any choice dominates it.
    #[serde(flatten)]
    pub shares: Shares,
}

/// The profiles from which no player gains by changing its own choice alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Equilibria {
    /// Those by the means, then those that there are in any resample or draw, the surest first.
    pub profiles: Vec<Equilibrium>,
    /// Whether there is none.
    pub none: bool,
    /// How often there is none.
    #[serde(flatten)]
    pub shares_without: Shares,
}

/// A profile that is a pure equilibrium, or is in some resample or draw.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Equilibrium {
    /// Each player's choice, by actor.
    pub choices: IndexMap<String, String>,
    /// Whether it is one by the means of all trials.
    pub at_the_means: bool,
    /// How often it is one.
    #[serde(flatten)]
    pub shares: Shares,
}
