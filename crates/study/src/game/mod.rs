//! Policies crossed with what others can choose: best replies, dominated choices and pure equilibria, each as sure as the trials
//! make it.
//!
//! A profile is a policy and one choice of every other actor. All profiles run the same trials, and every event draws the same
//! numbers under each. A payoff is formed within each trial, so that it need not be linear in the outcomes.

mod form;
mod solve;

pub use form::{Form, Player};

use super::batches::{Batches, RESAMPLES};
use super::or_horizon;
use detente_model::scenario::{Direction, MeasureKind, Outcome, Payoff};
use detente_report::game::{
    DominatedChoice, Equilibria, Equilibrium, GameReport, Mean, ProfileReport, Replies, Reply,
    Shares,
};
use detente_sim::program::value_of;
use detente_stats::{Moments, mean_interval, quantile, wilson_of_share};
use indexmap::IndexMap;
use solve::{Counts, Judge, dominating, is_best_reply, is_equilibrium};
use thiserror::Error;

/// The policies' player is the first.
const OWN: usize = 0;

/// A game: its players, what they want, and what is asked of the trials.
pub struct Game<'s> {
    form: Form,
    outcomes: &'s [Outcome],
    horizon: f64,
    /// The payoffs of those players that have one, by player.
    payoffs: Vec<(usize, &'s Payoff)>,
    judges: Vec<Judge>,
    /// For each judge what it looks at.
    sources: Vec<Source>,
    /// The judge of each player, where every player has a payoff.
    all: Option<Vec<usize>>,
}

/// What a player's choices are judged by.
#[derive(Debug, Clone, Copy)]
enum Source {
    /// A payoff, by position among the game's.
    Payoff(usize),
    /// An outcome, by position.
    Outcome(usize),
}

/// What some trials of one profile gave, a column an outcome or payoff.
struct Values {
    outcomes: Vec<Vec<f64>>,
    payoffs: Vec<Vec<f64>>,
}

impl Values {
    fn of(&self, source: Source) -> &[f64] {
        match source {
            Source::Payoff(place) => &self.payoffs[place],
            Source::Outcome(place) => &self.outcomes[place],
        }
    }
}

/// A payoff that is no number, or infinite.
#[derive(Debug, Clone, PartialEq, Error)]
#[error("the payoff of {actor} is no finite number in trial {trial}{}, under {profile}", of_draw(*.draw))]
pub struct NoPayoff {
    /// Whose it is.
    pub actor: String,
    /// The trial.
    pub trial: u64,
    /// The draw of the parameters, where it is not at their own values.
    pub draw: Option<u64>,
    /// The choices.
    pub profile: String,
}

fn of_draw(draw: Option<u64>) -> String {
    draw.map_or(String::new(), |draw| {
        format!(" of draw {draw} of the parameters")
    })
}

impl<'s> Game<'s> {
    /// The game of some players, the first of which chooses policies, and is judged also by those outcomes, by position, that
    /// `judged` names; each has a better direction. Payoffs of others than these players are left out.
    #[must_use]
    pub fn new(
        players: Vec<Player>,
        payoffs: &'s [Payoff],
        judged: &[usize],
        outcomes: &'s [Outcome],
        horizon: f64,
    ) -> Self {
        let payoffs: Vec<(usize, &Payoff)> = players
            .iter()
            .enumerate()
            .filter_map(|(place, player)| {
                let own = payoffs.iter().find(|of| of.actor() == player.name)?;
                Some((place, own))
            })
            .collect();
        let of_payoffs = payoffs.iter().enumerate().map(|(place, (player, _))| {
            let judge = Judge {
                player: *player,
                sign: 1.0,
            };
            (judge, Source::Payoff(place))
        });
        let of_outcomes = judged.iter().map(|outcome| {
            let better = outcomes[*outcome].better.unwrap_or(Direction::Lower);
            let judge = Judge {
                player: OWN,
                sign: better.sign(),
            };
            (judge, Source::Outcome(*outcome))
        });
        let (judges, sources): (Vec<Judge>, Vec<Source>) = of_payoffs.chain(of_outcomes).unzip();
        // Payoffs stand in the order of players, so each player's is the judge of its own number.
        let all = (payoffs.len() == players.len()).then(|| (0..players.len()).collect());
        Self {
            form: Form::new(players),
            outcomes,
            horizon,
            payoffs,
            judges,
            sources,
            all,
        }
    }

    /// The players and their choices.
    #[must_use]
    pub fn form(&self) -> &Form {
        &self.form
    }

    /// Every outcome's values in some trials of one profile, and every payoff's.
    fn values(&self, profile: usize, columns: &[Vec<f64>], first: u64) -> Result<Values, NoPayoff> {
        let value = |value: &f64| or_horizon(*value, self.horizon);
        let outcomes = columns[..self.outcomes.len()].iter();
        let outcomes: Vec<Vec<f64>> = outcomes
            .map(|column| column.iter().map(value).collect())
            .collect();
        let trials = outcomes.first().map_or(0, Vec::len);
        let payoffs = self.payoffs.iter().map(|(_, payoff)| {
            let of_trial = |trial: usize| {
                let value = value_of(payoff.value(), &|outcome| outcomes[outcome][trial]);
                if value.is_finite() {
                    return Ok(value);
                }
                Err(NoPayoff {
                    actor: payoff.actor().to_owned(),
                    trial: first + trial as u64,
                    draw: None,
                    profile: self.text(profile),
                })
            };
            (0..trials)
                .map(of_trial)
                .collect::<Result<Vec<f64>, NoPayoff>>()
        });
        let payoffs = payoffs.collect::<Result<Vec<_>, NoPayoff>>()?;
        Ok(Values { outcomes, payoffs })
    }

    /// A profile in words.
    fn text(&self, profile: usize) -> String {
        let choices = self.choices(profile).into_iter();
        let choices: Vec<String> = choices
            .map(|(player, choice)| format!("{player} {choice}"))
            .collect();
        choices.join(", ")
    }

    /// The choice of each player in a profile, by name.
    fn choices(&self, profile: usize) -> IndexMap<String, String> {
        let players = self.form.players().iter().enumerate();
        players
            .map(|(place, player)| {
                let choice = &player.choices[self.form.choice(profile, place)];
                (player.name.clone(), choice.clone())
            })
            .collect()
    }

    /// The payoffs of each judge in every profile, larger being better, from means that stand judge by judge.
    fn judged(&self, means: &[f64]) -> Vec<Vec<f64>> {
        let profiles = means.chunks(self.form.profiles());
        let judged = self.judges.iter().zip(profiles);
        judged
            .map(|(judge, means)| means.iter().map(|mean| judge.sign * mean).collect())
            .collect()
    }
}

/// A game's trials under one draw of the parameters.
#[derive(Debug, Clone, Default)]
pub struct DrawnGame {
    /// The sums of what each judge looks at, judge by judge and profile by profile.
    sums: Vec<f64>,
    trials: u64,
    failure: Option<NoPayoff>,
}

impl DrawnGame {
    /// Adds the same trials of every profile: for each a column an outcome.
    pub fn add(&mut self, game: &Game<'_>, profiles: &[&[Vec<f64>]]) {
        let count = profiles.len();
        self.sums.resize(game.judges.len() * count, 0.0);
        let trials = profiles.first().and_then(|columns| columns.first());
        for (profile, columns) in profiles.iter().enumerate() {
            match game.values(profile, columns, self.trials) {
                Err(failure) => self.failure = self.failure.take().or(Some(failure)),
                Ok(values) => {
                    for (judge, source) in game.sources.iter().enumerate() {
                        let sum: f64 = values.of(*source).iter().sum();
                        self.sums[judge * count + profile] += sum;
                    }
                }
            }
        }
        self.trials += trials.map_or(0, Vec::len) as u64;
    }
}

/// A game being played: trials come in chunk by chunk, and memory does not grow with them.
pub struct Playing<'g, 's> {
    game: &'g Game<'s>,
    /// For each profile, each outcome.
    outcomes: Vec<Vec<Moments>>,
    /// For each profile, each payoff.
    payoffs: Vec<Vec<Moments>>,
    /// A column for each judge and profile.
    batches: Batches,
    done: u64,
    draws: Counts,
    trials_per_draw: u64,
}

impl<'g, 's> Playing<'g, 's> {
    /// No trials yet.
    #[must_use]
    pub fn new(game: &'g Game<'s>) -> Self {
        let profiles = game.form.profiles();
        Self {
            game,
            outcomes: vec![vec![Moments::new(); game.outcomes.len()]; profiles],
            payoffs: vec![vec![Moments::new(); game.payoffs.len()]; profiles],
            batches: Batches::new(game.judges.len() * profiles),
            done: 0,
            draws: Counts::new(&game.form, &game.judges),
            trials_per_draw: 0,
        }
    }

    /// Adds the same trials of every profile: for each a column an outcome, NaN where a first time was not reached.
    ///
    /// # Errors
    /// Where a payoff is no number.
    pub fn add(&mut self, profiles: &[&[Vec<f64>]]) -> Result<(), NoPayoff> {
        let game = self.game;
        let mut judged = vec![Vec::new(); game.judges.len() * profiles.len()];
        let mut trials = 0;
        for (profile, columns) in profiles.iter().enumerate() {
            let values = game.values(profile, columns, self.done)?;
            trials = values.outcomes.first().map_or(0, Vec::len);
            let outcomes = values.outcomes.iter().zip(&mut self.outcomes[profile]);
            let payoffs = values.payoffs.iter().zip(&mut self.payoffs[profile]);
            for (values, moments) in outcomes.chain(payoffs) {
                moments.merge(&Moments::of(values));
            }
            for (judge, source) in game.sources.iter().enumerate() {
                judged[judge * profiles.len() + profile] = values.of(*source).to_vec();
            }
        }
        self.done += trials as u64;
        let columns: Vec<&[f64]> = judged.iter().map(Vec::as_slice).collect();
        self.batches.add(&columns);
        Ok(())
    }

    /// Looks at the game under one draw of the parameters.
    ///
    /// # Errors
    /// Where a payoff is no number.
    pub fn add_draw(&mut self, draw: DrawnGame) -> Result<(), NoPayoff> {
        if let Some(mut failure) = draw.failure {
            failure.trial += self.draws.games * draw.trials;
            failure.draw = Some(self.draws.games);
            return Err(failure);
        }
        let game = self.game;
        let trials = draw.trials.max(1) as f64;
        let means: Vec<f64> = draw.sums.iter().map(|sum| sum / trials).collect();
        let payoffs = game.judged(&means);
        self.draws
            .add(&game.form, &game.judges, &payoffs, game.all.as_deref());
        self.trials_per_draw = draw.trials;
        Ok(())
    }

    /// What the trials say; they are resampled by the numbers of `seed`.
    #[must_use]
    pub fn report(&self, seed: u64) -> GameReport {
        let game = self.game;
        let form = &game.form;
        let payoffs = game.judged(&self.batches.means());
        let mut resamples = Counts::new(form, &game.judges);
        let mut leads: Vec<Vec<Vec<f64>>> = vec![vec![Vec::new(); form.profiles()]; payoffs.len()];
        for resample in 0..RESAMPLES {
            let payoffs = game.judged(&self.batches.resampled(seed, resample));
            resamples.add(form, &game.judges, &payoffs, game.all.as_deref());
            for ((judge, payoffs), leads) in game.judges.iter().zip(&payoffs).zip(&mut leads) {
                for (profile, leads) in leads.iter_mut().enumerate() {
                    leads.extend(lead(form, judge.player, profile, payoffs));
                }
            }
        }
        let found = Found {
            game,
            payoffs,
            resamples,
            draws: (self.draws.games > 0).then_some(&self.draws),
        };
        let judges = 0..game.judges.len();
        let players = form.players().iter();
        GameReport {
            players: players
                .map(|player| (player.name.clone(), player.choices.clone()))
                .collect(),
            payoffs: game
                .payoffs
                .iter()
                .map(|(_, of)| (of.actor().to_owned(), of.text().to_owned()))
                .collect(),
            profiles: (0..form.profiles())
                .map(|profile| self.profile(profile))
                .collect(),
            replies: judges
                .clone()
                .zip(&mut leads)
                .flat_map(|(judge, leads)| found.replies(judge, leads))
                .collect(),
            dominated: judges.flat_map(|judge| found.dominated(judge)).collect(),
            equilibria: found.equilibria(),
            resamples: RESAMPLES,
            draws: found.draws.map(|draws| draws.games),
            trials_per_draw: found.draws.map(|_| self.trials_per_draw),
        }
    }

    fn profile(&self, profile: usize) -> ProfileReport {
        let game = self.game;
        let outcomes = game.outcomes.iter().zip(&self.outcomes[profile]);
        let payoffs = game.payoffs.iter().zip(&self.payoffs[profile]);
        ProfileReport {
            choices: game.choices(profile),
            outcomes: outcomes
                .map(|(of, moments)| {
                    (
                        of.name.clone(),
                        mean(moments, of.measure.kind() == MeasureKind::Ever),
                    )
                })
                .collect(),
            payoffs: payoffs
                .map(|((_, of), moments)| (of.actor().to_owned(), mean(moments, false)))
                .collect(),
        }
    }
}

fn mean(moments: &Moments, happens: bool) -> Mean {
    let (mean, se, n) = (moments.mean(), moments.se(), moments.count());
    let spread = se.filter(|se| *se > 0.0);
    Mean {
        mean,
        se,
        ci95: if happens {
            Some(wilson_of_share(mean, n))
        } else {
            spread.map(|se| mean_interval(mean, se, n))
        },
    }
}

/// How much better a player's choice is than the best of its others; none without another.
fn lead(form: &Form, player: usize, profile: usize, payoffs: &[f64]) -> Option<f64> {
    let others = form.own_choices(profile, player);
    let others = others.filter(|other| *other != profile);
    let best = others.map(|other| payoffs[other]).reduce(f64::max)?;
    Some(payoffs[profile] - best)
}

/// What was found at the means, in resamples and in draws.
struct Found<'f> {
    game: &'f Game<'f>,
    /// For each judge, every profile's at the means.
    payoffs: Vec<Vec<f64>>,
    resamples: Counts,
    draws: Option<&'f Counts>,
}

impl Found<'_> {
    fn shares(&self, count: impl Fn(&Counts) -> u64) -> Shares {
        let share = |counts: &Counts| count(counts) as f64 / counts.games as f64;
        let of_draws = self.draws.map(share);
        Shares {
            share_of_resamples: share(&self.resamples),
            share_of_draws: of_draws,
            share_of_draws_ci95: self
                .draws
                .map(|draws| wilson_of_share(share(draws), draws.games)),
        }
    }

    /// The outcome that a judge looks at; none where it is a payoff.
    fn outcome(&self, judge: usize) -> Option<String> {
        match self.game.sources[judge] {
            Source::Payoff(_) => None,
            Source::Outcome(place) => Some(self.game.outcomes[place].name.clone()),
        }
    }

    fn replies(&self, judge: usize, leads: &mut [Vec<f64>]) -> Vec<Replies> {
        let form = &self.game.form;
        let player = self.game.judges[judge].player;
        let payoffs = &self.payoffs[judge];
        let of = &form.players()[player];
        let against = |others: usize| {
            let mut against = self.game.choices(others);
            against.shift_remove(&of.name);
            let replies = form.own_choices(others, player).zip(&of.choices);
            let choices = replies.map(|(profile, choice)| {
                let reply = Reply {
                    best: is_best_reply(form, player, profile, payoffs),
                    lead: lead(form, player, profile, payoffs),
                    lead_ci95: middle(&mut leads[profile]),
                    shares: self.shares(|counts| counts.best[judge][profile]),
                };
                (choice.clone(), reply)
            });
            Replies {
                player: of.name.clone(),
                outcome: self.outcome(judge),
                against,
                choices: choices.collect(),
            }
        };
        form.others_choices(player).map(against).collect()
    }

    fn dominated(&self, judge: usize) -> Vec<DominatedChoice> {
        let form = &self.game.form;
        let player = self.game.judges[judge].player;
        let of = &form.players()[player];
        let choices = of.choices.iter().enumerate().map(|(choice, name)| {
            let by = dominating(form, player, choice, &self.payoffs[judge]);
            DominatedChoice {
                player: of.name.clone(),
                outcome: self.outcome(judge),
                choice: name.clone(),
                dominated_by: by.map(|better| of.choices[better].clone()).collect(),
                shares: self.shares(|counts| counts.dominated[judge][choice]),
            }
        });
        choices
            .filter(|of| !of.dominated_by.is_empty() || of.shares.ever())
            .collect()
    }

    fn equilibria(&self) -> Option<Equilibria> {
        let all = self.game.all.as_ref()?;
        let payoffs: Vec<&[f64]> = all
            .iter()
            .map(|judge| self.payoffs[*judge].as_slice())
            .collect();
        let form = &self.game.form;
        let profiles = (0..form.profiles()).map(|profile| Equilibrium {
            choices: self.game.choices(profile),
            at_the_means: is_equilibrium(form, profile, &payoffs),
            shares: self.shares(|counts| counts.equilibria[profile]),
        });
        let mut profiles: Vec<Equilibrium> = profiles
            .filter(|of| of.at_the_means || of.shares.ever())
            .collect();
        profiles.sort_by(|a, b| {
            let shares = [a, b].map(|of| of.shares.share_of_resamples);
            let by_means = b.at_the_means.cmp(&a.at_the_means);
            by_means.then(shares[1].total_cmp(&shares[0]))
        });
        Some(Equilibria {
            none: !profiles.iter().any(|of| of.at_the_means),
            profiles,
            shares_without: self.shares(|counts| counts.without),
        })
    }
}

/// The 2.5 % and 97.5 % points of some values; none where all are equal.
fn middle(values: &mut [f64]) -> Option<[f64; 2]> {
    values.sort_by(f64::total_cmp);
    let (first, last) = (values.first()?, values.last()?);
    (first < last).then(|| [0.025, 0.975].map(|p| quantile(values, p)))
}
