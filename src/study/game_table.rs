//! The tables that a game prints.

use super::column::{Column, rounded};
use super::game::PlayedGame;
use super::game_field::NOBODY;
use super::text::{INDENT, WIDTH, counted, grouped, set_in, spelled, wrapped};
use super::text_table::{TextTable, shortened};
use detente_report::game::{Equilibria, GameReport, Replies, Shares, StoredGame};
use indexmap::IndexMap;
use std::fmt::Write;

/// Letters of a policy's name above a column, at most.
const COLUMN: usize = 18;

/// For each payoff and outcome by which choices are judged what every profile gives, as tables of at most 100 columns; below them
/// dominated choices and equilibria.
#[must_use]
pub fn game_table(played: &PlayedGame) -> String {
    let stored = &played.stored;
    let game = &stored.game;
    let mut text = heading(stored, played.manifest.run.trials_asked);
    let mut rest = game.replies.as_slice();
    while let Some(first) = rest.first() {
        let same = |of: &&Replies| (&of.player, &of.outcome) == (&first.player, &first.outcome);
        let (replies, others) = rest.split_at(rest.iter().take_while(same).count());
        text += &judged(stored, replies);
        rest = others;
    }
    text += &dominated(game);
    match (&game.equilibria, without_payoff(game)) {
        (Some(equilibria), _) => text += &self::equilibria(equilibria),
        (None, Some(NOBODY)) => {
            text += &wrapped(
                "No equilibria are sought: the policies differ in no actor's levers, so that no payoff is of who chooses them.",
            );
        }
        (None, Some(missing)) => {
            text += &wrapped(&format!(
                "No equilibria are sought: there is no payoff of {missing}. Payoffs are yours to write, under [payoffs]."
            ));
        }
        (None, None) => {}
    }
    text + &shares(game)
}

fn heading(stored: &StoredGame, asked: u64) -> String {
    let game = &stored.game;
    let mut text = wrapped(&stored.honesty);
    let _ = writeln!(text, "\n{}", stored.scenario);
    text += &wrapped(&format!(
        "{} choices, {} · {} each on the same random numbers · seed {} · horizon {}",
        game.size(),
        counted(game.profiles.len() as u64, "profile"),
        counted(stored.trials, "trial"),
        stored.seed,
        spelled(stored.horizon, &stored.time_unit)
    ));
    if stored.trials < asked {
        let (done, asked) = (grouped(stored.trials), grouped(asked));
        let _ = writeln!(text, "PARTIAL: {done} of {asked} trials were done.");
    }
    text.push('\n');
    if !game.payoffs.is_empty() {
        text += &wrapped(
            "Payoffs are the analyst's: what each actor is taken to want, not what the program or a source says that it wants.",
        );
        let payoffs = game.payoffs.iter();
        let payoffs: Vec<String> = payoffs
            .map(|(actor, payoff)| format!("{actor}: {payoff}"))
            .collect();
        text += &set_in(&payoffs);
        text.push('\n');
    }
    text
}

/// What every profile gives by one payoff or outcome, in blocks of as many of the player's choices as fit; its best replies are
/// marked.
fn judged(stored: &StoredGame, replies: &[Replies]) -> String {
    let game = &stored.game;
    let player = &replies[0].player;
    let mut text = wrapped(&format!(
        "{}, and {player}'s best reply (*) to {}",
        stored.what(&replies[0]),
        others(game, player).join(" and ")
    ));
    let rows: Vec<String> = replies.iter().map(against).collect();
    let heads = others(game, player).join(" · ");
    let choices: Vec<&str> = game.players[player].iter().map(String::as_str).collect();
    let longest = choices.iter().map(|of| of.chars().count()).max();
    let column = longest.unwrap_or(0).clamp(9, COLUMN);
    let free = WIDTH.saturating_sub(choices.len() * (column + 3));
    let first = rows.iter().map(|row| row.chars().count()).max();
    let first = first.unwrap_or(0).max(heads.chars().count());
    let first = first.min(free.max(WIDTH / 3));
    let mean = |choice: &str, of: &Replies| game.profile(of, choice)?.judged(of).copied();
    let widths = replies.iter().flat_map(|of| {
        let means = choices.iter().filter_map(|choice| mean(choice, of));
        means.map(|of| of.ci95.map_or(0.0, |[lo, hi]| hi - lo))
    });
    let numbers = Column::of(widths);
    let fit = ((WIDTH - first) / (column + 3)).max(1);
    for choices in choices.chunks(fit) {
        let mut table = TextTable::default().names(&heads, first, first);
        for choice in choices {
            table = table.right(&format!("{} ", shortened(choice, column)), column + 1);
        }
        for (row, of) in rows.iter().zip(replies) {
            let cells = choices.iter().map(|choice| {
                let mark = if of.choices[*choice].best { '*' } else { ' ' };
                let shown =
                    mean(choice, of).map_or(String::new(), |of| numbers.shown(of.mean, 0.0));
                format!("{shown}{mark}")
            });
            table.row([row.clone()].into_iter().chain(cells));
        }
        text += &table.text();
    }
    text += &closest(replies);
    text += &unsure(replies, game.draws.is_some());
    text.push('\n');
    text
}

/// The least lead of a best reply.
fn closest(replies: &[Replies]) -> String {
    let leads = replies.iter().flat_map(|of| {
        let best = of.choices.iter().filter(|(_, reply)| reply.best);
        best.filter_map(move |(choice, reply)| Some((of, choice, reply.lead?, reply.lead_ci95)))
    });
    let Some((of, choice, lead, ci95)) = leads.min_by(|a, b| a.2.total_cmp(&b.2)) else {
        return String::new();
    };
    let interval = ci95.map_or("the same in all trials".to_owned(), |[lo, hi]| {
        let width = hi - lo;
        format!("{} to {}", rounded(lo, width), rounded(hi, width))
    });
    let lead = rounded(lead, ci95.map_or(0.0, |[lo, hi]| hi - lo));
    wrapped(&format!(
        "The least lead of a best reply: {choice} by {lead} ({interval}) against {}.",
        against(of)
    ))
}

/// The share of resamples up to which a choice is not held to be the best: 5 %, over some twenty rows.
const NEVER: f64 = 0.0025;

/// The share of draws up to which a choice is not held to be the best.
const SELDOM: f64 = 0.05;

/// Which best replies the trials, or the parameters, leave in doubt, and which are ties.
fn unsure(replies: &[Replies], drawn: bool) -> String {
    let (mut open, mut ties) = (Vec::new(), Vec::new());
    for of in replies {
        let contenders = of.choices.iter().filter(|(_, reply)| {
            let Shares {
                share_of_resamples,
                share_of_draws,
                ..
            } = reply.shares;
            share_of_resamples > NEVER || share_of_draws > Some(SELDOM)
        });
        let mut contenders: Vec<_> = contenders.collect();
        let equal = contenders.iter().all(|(_, reply)| {
            let Shares {
                share_of_resamples,
                share_of_draws,
                ..
            } = reply.shares;
            share_of_resamples == 1.0 && share_of_draws.is_none_or(|share| share == 1.0)
        });
        if contenders.len() < 2 {
            continue;
        }
        contenders.sort_by(|(_, a), (_, b)| {
            let [a, b] = [a, b].map(|reply| reply.shares.share_of_resamples);
            b.total_cmp(&a)
        });
        if equal {
            let names: Vec<&str> = contenders.iter().map(|(name, _)| name.as_str()).collect();
            ties.push(format!("{}: {}", against(of), names.join(", ")));
        } else {
            let shares = contenders.iter();
            let shares: Vec<String> = shares
                .map(|(choice, reply)| format!("{choice} {}", percent(&reply.shares)))
                .collect();
            open.push(format!("{}: {}", against(of), shares.join(", ")));
        }
    }
    let mut text = String::new();
    if !ties.is_empty() {
        let _ = write!(
            text,
            "Equally good, with no difference to be seen:\n{}",
            set_in(&ties)
        );
    }
    if !open.is_empty() {
        let of_what = if drawn {
            "resamples / of draws"
        } else {
            "resamples"
        };
        let _ = write!(
            text,
            "Not settled, with the share of {of_what} in which each is best:\n{}",
            set_in(&open)
        );
    }
    if text.is_empty() {
        text += "Settled: no other choice is best in more than 0.25 % of resamples";
        text += if drawn { " or 5 % of draws.\n" } else { ".\n" };
    }
    text
}

/// Which choices are dominated, and by which.
fn dominated(game: &GameReport) -> String {
    let lines: Vec<String> = game
        .dominated
        .iter()
        .map(|of| {
            let by = of.outcome.as_ref();
            let by = by.map_or(String::new(), |outcome| format!(", {outcome}"));
            let better = match of.dominated_by.as_slice() {
                [] => "not by the means".to_owned(),
                better => format!("by {}", better.join(", ")),
            };
            let (player, choice, shares) = (&of.player, &of.choice, percent(&of.shares));
            format!("{player}{by}: {choice} {better} ({shares})")
        })
        .collect();
    let mut text = wrapped(
        "Strictly dominated choices: another is better whatever the others choose (in brackets how often any is)",
    );
    if lines.is_empty() {
        let _ = writeln!(text, "{INDENT}none");
    }
    text += &set_in(&lines);
    text.push('\n');
    text
}

/// Equilibria that are told, at most.
const MOST_EQUILIBRIA: usize = 12;

fn equilibria(equilibria: &Equilibria) -> String {
    let mut text = "Pure equilibria: nobody gains by another choice alone\n".to_owned();
    let told = equilibria.profiles.iter().take(MOST_EQUILIBRIA).map(|of| {
        let at_the_means = if of.at_the_means {
            "one by the means"
        } else {
            "not by the means"
        };
        let (choices, shares) = (profile(&of.choices), percent(&of.shares));
        format!("{choices}: {at_the_means}, in {shares}")
    });
    let mut lines: Vec<String> = told.collect();
    if equilibria.none {
        lines.insert(0, "none by the means".to_owned());
    }
    let without = equilibria.shares_without;
    if without.share_of_resamples > 0.0 || without.share_of_draws > Some(0.0) {
        lines.push(format!("there is none in {}", percent(&without)));
    }
    let more = equilibria.profiles.len().saturating_sub(MOST_EQUILIBRIA);
    if more > 0 {
        lines.push(format!("{more} more: game.json"));
    }
    text += &set_in(&lines);
    text.push('\n');
    text
}

/// What the shares are shares of.
fn shares(game: &GameReport) -> String {
    let resamples = grouped(game.resamples);
    let text = match game.draws {
        Some(draws) => format!(
            "Shares are of {resamples} resamples of the trials (simulation error) / of {} of the parameters with {} each, whose noise \
             they hold.",
            counted(draws, "draw"),
            counted(game.trials_per_draw.unwrap_or(0), "trial")
        ),
        None => format!(
            "Shares are of {resamples} resamples of the trials: simulation error only. --parameter-draws says what hangs on the parameters."
        ),
    };
    wrapped(&text)
}

fn percent(shares: &Shares) -> String {
    let of_resamples = share(shares.share_of_resamples);
    match shares.share_of_draws {
        Some(of_draws) => format!("{of_resamples} / {:.0} %", 100.0 * of_draws),
        None => of_resamples,
    }
}

/// A share of a thousand, with a decimal where it is close to none or all.
fn share(share: f64) -> String {
    match 100.0 * share {
        percent @ (0.0 | 100.0 | 10.0..=90.0) => format!("{percent:.0} %"),
        percent => format!("{percent:.1} %"),
    }
}

/// The first player without a payoff.
fn without_payoff(game: &GameReport) -> Option<&str> {
    let mut players = game.players.keys().map(String::as_str);
    players.find(|player| !game.payoffs.contains_key(*player))
}

/// All players but one.
fn others<'g>(game: &'g GameReport, player: &str) -> Vec<&'g str> {
    let players = game.players.keys().map(String::as_str);
    players.filter(|other| *other != player).collect()
}

/// The others' choices in a row.
fn against(replies: &Replies) -> String {
    let choices: Vec<&str> = replies.against.values().map(String::as_str).collect();
    choices.join(" · ")
}

fn profile(choices: &IndexMap<String, String>) -> String {
    let choices = choices.iter();
    let choices: Vec<String> = choices
        .map(|(player, choice)| format!("{player} {choice}"))
        .collect();
    choices.join(", ")
}
