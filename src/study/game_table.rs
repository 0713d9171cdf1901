//! The tables that a game prints.

use super::column::Column;
use super::game::PlayedGame;
use super::table::{INDENT, counted, grouped, shortened, spelled, wrapped, wrapped_within};
use crate::analysis::game::{Equilibria, GameReport, Mean, Replies, Shares};
use crate::store::StoredGame;
use indexmap::IndexMap;
use std::fmt::Write;

/// Letters in a line.
const WIDTH: usize = 100;

/// Letters of a policy's name above a column, at most.
const COLUMN: usize = 18;

/// For each payoff and outcome by which choices are judged what every profile gives, as tables of at most 100 columns; below them
/// dominated choices and equilibria.
#[must_use]
pub fn game_table(played: &PlayedGame) -> String {
    let stored = &played.stored;
    let game = &stored.game;
    let mut text = heading(stored, played.manifest.run.trials_asked);
    let mut told: Vec<(&str, &str)> = Vec::new();
    for replies in &game.replies {
        let of = (replies.player.as_str(), replies.by.as_str());
        if !told.contains(&of) {
            told.push(of);
            text += &judged(stored, of);
        }
    }
    text += &dominated(game);
    if let Some(equilibria) = &game.equilibria {
        text += &self::equilibria(equilibria, game);
    } else if let Some(missing) = without_payoff(game) {
        text += &wrapped(&format!(
            "No equilibria are sought: there is no payoff of {missing}. Payoffs are yours to write, under [payoffs]."
        ));
    }
    text
}

fn heading(stored: &StoredGame, asked: u64) -> String {
    let game = &stored.game;
    let mut text = wrapped(&stored.honesty);
    let players = game.players.iter();
    let players: Vec<String> = players
        .map(|(name, choices)| format!("{} of {name}", choices.len()))
        .collect();
    let _ = writeln!(text, "\n{}", stored.scenario);
    text += &wrapped(&format!(
        "{} choices, {} · {} each on the same random numbers · seed {} · horizon {}",
        players.join(" × "),
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
fn judged(stored: &StoredGame, (player, by): (&str, &str)) -> String {
    let game = &stored.game;
    let replies: Vec<&Replies> = game
        .replies
        .iter()
        .filter(|of| (of.player.as_str(), of.by.as_str()) == (player, by))
        .collect();
    let outcome = stored.judged.iter().find(|of| of.name == by);
    let what = match outcome {
        None => format!("Payoff of {player}"),
        Some(of) => {
            let unit = of
                .unit
                .as_ref()
                .map_or(String::new(), |unit| format!(" [{unit}]"));
            format!("{by}: {}{unit} ({} is better)", of.title, of.better)
        }
    };
    let mut text = wrapped(&format!(
        "{what}, and {player}'s best reply (*) to {}",
        others(game, player).join(" and ")
    ));
    let rows: Vec<String> = replies.iter().map(|of| against(of)).collect();
    let heads = others(game, player).join(" · ");
    let first = rows
        .iter()
        .map(|row| row.chars().count())
        .max()
        .unwrap_or(0);
    let first = first.max(heads.chars().count()).min(WIDTH / 3);
    let choices: Vec<&str> = game.players[player].iter().map(String::as_str).collect();
    let longest = choices
        .iter()
        .map(|of| of.chars().count())
        .max()
        .unwrap_or(0);
    let column = longest.clamp(9, COLUMN);
    let numbers = Column::of(widths(game, player, by));
    let fit = ((WIDTH - first) / (column + 3)).max(1);
    for choices in choices.chunks(fit) {
        let _ = write!(text, "{:first$}", shortened(&heads, first));
        for choice in choices {
            let _ = write!(text, "  {:>column$} ", shortened(choice, column));
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
        for (row, of) in rows.iter().zip(&replies) {
            let _ = write!(text, "{:first$}", shortened(row, first));
            for choice in choices {
                let mean = mean_of(game, player, choice, of, by);
                let mark = if of.choices[*choice].best { '*' } else { ' ' };
                let mean = mean.map_or(f64::NAN, |of| of.mean);
                let _ = write!(text, "  {:>column$}{mark}", numbers.shown(mean, 0.0));
            }
            text.truncate(text.trim_end_matches(' ').len());
            text.push('\n');
        }
    }
    text += &unsure(&replies, game.draws.is_some());
    text.push('\n');
    text
}

/// Which best replies the trials, or the parameters, leave in doubt.
fn unsure(replies: &[&Replies], drawn: bool) -> String {
    let mut lines = Vec::new();
    for of in replies {
        let sure = of.choices.values().any(|reply| {
            let Shares {
                share_of_resamples,
                share_of_draws,
                ..
            } = reply.shares;
            reply.best
                && share_of_resamples >= 0.95
                && share_of_draws.is_none_or(|share| share >= 0.95)
        });
        if sure {
            continue;
        }
        let mut contenders: Vec<(&String, Shares)> = of
            .choices
            .iter()
            .map(|(choice, reply)| (choice, reply.shares))
            .filter(|(_, shares)| {
                shares.share_of_resamples >= 0.05 || shares.share_of_draws >= Some(0.05)
            })
            .collect();
        contenders.sort_by(|a, b| b.1.share_of_resamples.total_cmp(&a.1.share_of_resamples));
        let contenders: Vec<String> = contenders
            .iter()
            .map(|(choice, shares)| format!("{choice} {}", percent(shares)))
            .collect();
        lines.push(format!("{}: {}", against(of), contenders.join(", ")));
    }
    if lines.is_empty() {
        let of = if drawn { " and of draws" } else { "" };
        return format!("Each best reply is best in 95 % of resamples{of} or more.\n");
    }
    let of_what = if drawn {
        "resamples / of draws"
    } else {
        "resamples"
    };
    format!(
        "Not settled, with the share of {of_what} in which each is best:\n{}",
        set_in(&lines)
    )
}

/// Which choices are dominated, and by which.
fn dominated(game: &GameReport) -> String {
    let lines: Vec<String> = game
        .dominated
        .iter()
        .map(|of| {
            let by = match of.by.as_str() {
                "payoff" => String::new(),
                outcome => format!(", {outcome}"),
            };
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

/// Paragraphs that are set in.
fn set_in(lines: &[String]) -> String {
    let mut text = String::new();
    for line in lines {
        for line in wrapped_within(line, INDENT.len()).lines() {
            let _ = writeln!(text, "{INDENT}{line}");
        }
    }
    text
}

/// Equilibria that are told, at most.
const MOST_EQUILIBRIA: usize = 12;

fn equilibria(equilibria: &Equilibria, game: &GameReport) -> String {
    let mut text = "Pure equilibria: nobody gains by another choice alone\n".to_owned();
    let mut lines: Vec<String> = equilibria
        .profiles
        .iter()
        .take(MOST_EQUILIBRIA)
        .map(|of| {
            let at_the_means = if of.at_the_means {
                "one by the means"
            } else {
                "not by the means"
            };
            format!(
                "{}: {at_the_means}, in {}",
                profile(&of.choices),
                percent(&of.shares)
            )
        })
        .collect();
    if equilibria.none {
        lines.insert(0, "none by the means".to_owned());
    }
    let without = equilibria.shares_without;
    if without.share_of_resamples > 0.0 || without.share_of_draws > Some(0.0) {
        lines.push(format!("there is none in {}", percent(&without)));
    }
    let more = equilibria.profiles.len().saturating_sub(MOST_EQUILIBRIA);
    if more > 0 {
        lines.push(format!("{more} more, less often: game.json"));
    }
    text += &set_in(&lines);
    let shares = match game.draws {
        Some(draws) => format!(
            "Shares are of {} resamples of the trials (simulation error) / of {} draws of the parameters with {} trials each, whose \
             noise they hold.",
            grouped(game.resamples),
            grouped(draws),
            grouped(game.trials_per_draw.unwrap_or(0))
        ),
        None => format!(
            "Shares are of {} resamples of the trials: simulation error only. --parameter-draws says what hangs on the parameters.",
            grouped(game.resamples)
        ),
    };
    text.push('\n');
    text + &wrapped(&shares)
}

fn percent(shares: &Shares) -> String {
    let of_resamples = format!("{:.0} %", 100.0 * shares.share_of_resamples);
    match shares.share_of_draws {
        Some(share) => format!("{of_resamples} / {:.0} %", 100.0 * share),
        None => of_resamples,
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

/// A payoff or outcome in the profile of a choice against the others'.
fn mean_of<'g>(
    game: &'g GameReport,
    player: &str,
    choice: &str,
    replies: &Replies,
    by: &str,
) -> Option<&'g Mean> {
    let is = |name: &String, chosen: &String| {
        if name == player {
            chosen == choice
        } else {
            replies.against.get(name) == Some(chosen)
        }
    };
    let mut profiles = game.profiles.iter();
    let profile = profiles.find(|of| of.choices.iter().all(|(name, chosen)| is(name, chosen)))?;
    match by {
        "payoff" => profile.payoffs.get(player),
        outcome => profile.outcomes.get(outcome),
    }
}

/// The widths of all intervals of a payoff or outcome.
fn widths<'g>(game: &'g GameReport, player: &'g str, by: &'g str) -> impl Iterator<Item = f64> {
    let means = game.profiles.iter().filter_map(move |of| match by {
        "payoff" => of.payoffs.get(player),
        outcome => of.outcomes.get(outcome),
    });
    means.map(|of| of.ci95.map_or(0.0, |[lo, hi]| hi - lo))
}
