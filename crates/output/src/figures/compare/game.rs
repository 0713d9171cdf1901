//! Figures `replies-…` of a game: for one payoff or outcome what each of a player's choices gives against the others', its best
//! replies framed, the rest darker the more they lose against these.

use super::names;
use super::sheets::{self, Part, Sheets};
use crate::figures::canvas::{Align, Canvas};
use crate::figures::fonts::Font;
use crate::figures::interval::decimals_for;
use crate::figures::page::{MARGIN, WIDTH, write_lines};
use crate::figures::palette::{INK, MUTED, Rgb, WHITE, readable_on, shade};
use crate::figures::stack::Block;
use crate::figures::table::field;
use crate::figures::ticks::{counted, number};
use crate::figures::{Context, Figure, FigureError};
use detente_report::game::{Replies, Reply, StoredGame};

/// Choices beside each other, at most.
const MOST_CHOICES: usize = 8;
/// Others' choices on a page, at most.
const MOST_ROWS: usize = 18;
/// Width of a cell in millimetres, at most.
const MOST_WIDTH: f64 = 40.0;
/// Width of the others' choices, at least.
const LEAST_NAMES: f64 = 48.0;
/// Lines of a choice's name, at most.
const MOST_LINES: usize = 4;
/// Height of a cell in millimetres without what is written into equilibria.
const HEIGHT: f64 = 8.4;
/// Space between names and cells in millimetres.
const GAP: f64 = 2.0;
/// Values, and names of choices.
const NAME: Font = Font::bold(7.0);
/// All else.
const TEXT: Font = Font::regular(7.0);
/// Outline of a cell.
const FRAME: Rgb = Rgb(0xBF, 0xBF, 0xBF);
/// The darkest a cell gets: what loses most of all.
const DARKEST: f64 = 0.6;

/// Draws a figure for each payoff and outcome by which choices are judged, some choices and rows a page.
///
/// # Errors
/// A failure of the drawing library.
pub fn draw(game: &StoredGame) -> Result<Vec<Figure>, FigureError> {
    let subtitle = subtitle(game);
    let context = Context {
        scenario_title: &game.scenario,
        policy_title: "",
        subtitle: Some(&subtitle),
        time_unit: &game.time_unit,
        epoch_year: None,
        horizon: game.horizon,
        honesty: &game.honesty,
    };
    let mut figures = Vec::new();
    let mut rest = game.game.replies.as_slice();
    while let Some(first) = rest.first() {
        let same = |of: &&Replies| (&of.player, &of.outcome) == (&first.player, &first.outcome);
        let (replies, others) = rest.split_at(rest.iter().take_while(same).count());
        figures.extend(one(game, replies, &context)?);
        rest = others;
    }
    Ok(figures)
}

fn subtitle(game: &StoredGame) -> String {
    format!(
        "{} choices · {} each on the same random numbers · seed {}",
        game.game.size(),
        counted(game.trials, "trial"),
        game.seed
    )
}

/// The figure of one payoff or outcome.
fn one(
    game: &StoredGame,
    replies: &[Replies],
    context: &Context,
) -> Result<Vec<Figure>, FigureError> {
    let player = &replies[0].player;
    let what = game.what(&replies[0]);
    let cells: Vec<Vec<Cell>> = replies.iter().map(|of| cells(game, of)).collect();
    let furthest = cells
        .iter()
        .flatten()
        .map(|cell| cell.loss)
        .fold(0.0, f64::max);
    let half = cells
        .iter()
        .flatten()
        .filter_map(|cell| cell.half)
        .reduce(f64::min);
    let grid = Lay {
        // Over shared random numbers differences are surer than means.
        decimals: 1 + decimals_for(half.unwrap_or(0.0)),
        furthest,
        others: replies[0].against.keys().cloned().collect(),
        marked: cells.iter().flatten().any(|cell| cell.equilibrium),
    };
    let choices: Vec<&String> = replies[0].choices.keys().collect();
    let mut pages = Vec::new();
    for from in (0..replies.len()).step_by(MOST_ROWS) {
        let to = (from + MOST_ROWS).min(replies.len());
        for first in (0..choices.len()).step_by(MOST_CHOICES) {
            let last = (first + MOST_CHOICES).min(choices.len());
            let rows = (from..to).flat_map(|row| (first..last).map(move |choice| (row, choice)));
            let rows = rows.map(|(row, choice)| {
                table_row(&replies[row], choices[choice], &cells[row][choice])
            });
            let lines = (from..to).map(|row| (&replies[row], &cells[row][first..last]));
            pages.push(vec![Part {
                rows: rows.collect(),
                block: Box::new(Grid::new(&grid, &choices[first..last], lines)?),
            }]);
        }
    }
    let name = match &replies[0].outcome {
        None => format!("replies-{player}"),
        Some(outcome) => format!("replies-{player}-by-{outcome}"),
    };
    let mut columns: Vec<String> = grid.others.clone();
    columns.push(player.clone());
    let more = [
        "mean",
        "low95",
        "high95",
        "best_reply",
        "lead",
        "lead_low95",
        "lead_high95",
        "share_of_resamples",
        "share_of_draws",
        "equilibrium",
    ];
    columns.extend(more.map(str::to_owned));
    let sheets = Sheets {
        name: &name,
        what: &format!(
            "{what}: {player}’s choices against {}’s",
            grid.others.join("’s and ")
        ),
        description: describe(player, &what, replies),
        notes: vec![note(game, &replies[0], &grid)],
        keys: Vec::new(),
        columns,
    };
    sheets::draw(&sheets, pages, context)
}

/// What all pages of a figure share.
struct Lay {
    decimals: usize,
    /// How far the worst reply of all is behind the best.
    furthest: f64,
    others: Vec<String>,
    /// Whether there is an equilibrium to be marked.
    marked: bool,
}

/// What one choice gives against those of the others.
#[derive(Debug, Clone)]
struct Cell {
    mean: f64,
    ci95: Option<[f64; 2]>,
    /// Half its interval.
    half: Option<f64>,
    /// How far it is behind the best reply.
    loss: f64,
    reply: Reply,
    equilibrium: bool,
}

fn cells(game: &StoredGame, replies: &Replies) -> Vec<Cell> {
    let choices = replies.choices.iter();
    let cells = choices.filter_map(|(choice, reply)| {
        let profile = game.game.profile(replies, choice)?;
        let mean = profile.judged(replies)?;
        let found = game.game.equilibria.iter().flat_map(|of| &of.profiles);
        let mut found = found.filter(|of| of.at_the_means);
        Some(Cell {
            mean: mean.mean,
            ci95: mean.ci95,
            half: mean.ci95.map(|[low, high]| (high - low) / 2.0),
            loss: reply.lead.map_or(0.0, |lead| (-lead).max(0.0)),
            reply: reply.clone(),
            equilibrium: replies.outcome.is_none() && found.any(|of| of.choices == profile.choices),
        })
    });
    cells.collect()
}

/// A player's choices beside each other, the others' below each other.
struct Grid<'g> {
    lay: &'g Lay,
    heads: Vec<Vec<String>>,
    lines: Vec<(Vec<String>, &'g [Cell])>,
    names: f64,
    cell: f64,
}

impl<'g> Grid<'g> {
    fn new(
        lay: &'g Lay,
        choices: &[&String],
        rows: impl Iterator<Item = (&'g Replies, &'g [Cell])>,
    ) -> Result<Self, FigureError> {
        let width = WIDTH - 2.0 * MARGIN - GAP;
        let cell = ((width - LEAST_NAMES) / choices.len() as f64).min(MOST_WIDTH);
        let names = width - cell * choices.len() as f64;
        let heads = choices
            .iter()
            .map(|choice| names::wrap(NAME, choice, cell - 1.0, MOST_LINES))
            .collect::<Result<Vec<_>, FigureError>>()?;
        let lines = rows.map(|(replies, cells)| {
            let against = replies.against.iter();
            let against: Vec<String> = against
                .map(|(player, choice)| format!("{player} {choice}"))
                .collect();
            Ok((names::wrap(TEXT, &against.join(", "), names, 3)?, cells))
        });
        let lines = lines.collect::<Result<Vec<_>, FigureError>>()?;
        Ok(Self {
            lay,
            heads,
            lines,
            names,
            cell,
        })
    }

    fn heads_height(&self) -> f64 {
        let lines = self.heads.iter().map(Vec::len).max().unwrap_or(0);
        lines as f64 * NAME.leading() + 1.0
    }

    fn row_height(&self) -> f64 {
        if self.lay.marked {
            HEIGHT + TEXT.leading() + 0.8
        } else {
            HEIGHT
        }
    }

    fn draw_cell(
        &self,
        canvas: &mut Canvas,
        cell: &Cell,
        (left, top): (f64, f64),
    ) -> Result<(), FigureError> {
        /// White between two cells in millimetres.
        const SEAM: f64 = 0.3;
        let height = self.row_height();
        let lost = if self.lay.furthest > 0.0 {
            cell.loss / self.lay.furthest
        } else {
            0.0
        };
        let colour = shade(DARKEST * lost);
        let corner = (left + self.cell - SEAM, top + height - SEAM);
        let (frame, thick) = if cell.reply.best {
            (INK, 0.55)
        } else {
            (FRAME, 0.1)
        };
        canvas.rectangle((left + SEAM, top + SEAM), corner, frame)?;
        let inner = (left + SEAM + thick, top + SEAM + thick);
        let outer = (corner.0 - thick, corner.1 - thick);
        canvas.rectangle(inner, outer, if cell.reply.best { WHITE } else { colour })?;
        let ink = if cell.reply.best {
            INK
        } else {
            readable_on(colour)
        };
        let mut lines = vec![
            (
                number(cell.mean, self.lay.decimals),
                if cell.reply.best { NAME } else { TEXT },
            ),
            (share(cell.reply.shares.share_of_resamples), TEXT),
        ];
        if cell.equilibrium {
            lines.push((NAME.shorten("equilibrium", self.cell - 1.8)?, NAME));
        }
        let middle = left + self.cell / 2.0;
        let above = (height - lines.len() as f64 * TEXT.leading()) / 2.0;
        for (place, (line, font)) in lines.iter().enumerate() {
            let y = top + above + TEXT.size + place as f64 * TEXT.leading();
            canvas.text(line, (middle, y), *font, ink, Align::Centre)?;
        }
        Ok(())
    }
}

impl Block for Grid<'_> {
    fn height(&self) -> f64 {
        self.heads_height() + self.row_height() * self.lines.len() as f64
    }

    fn draw(&self, canvas: &mut Canvas, top: f64, _: &Context) -> Result<(), FigureError> {
        let mut start = top + self.heads_height();
        let left = |choice: usize| MARGIN + self.names + GAP + choice as f64 * self.cell;
        for (choice, head) in self.heads.iter().enumerate() {
            let above = head.len() as f64 * NAME.leading();
            for (place, line) in head.iter().enumerate() {
                let y = start - 1.0 - above + NAME.size + place as f64 * NAME.leading();
                let middle = left(choice) + self.cell / 2.0;
                canvas.text(line, (middle, y), NAME, INK, Align::Centre)?;
            }
        }
        let height = self.row_height();
        for (against, cells) in &self.lines {
            let space = height - against.len() as f64 * TEXT.leading();
            write_lines(canvas, against, (MARGIN, start + space / 2.0), TEXT, MUTED)?;
            for (choice, cell) in cells.iter().enumerate() {
                self.draw_cell(canvas, cell, (left(choice), start))?;
            }
            start += height;
        }
        Ok(())
    }
}

/// How often a choice is the best; resamples are too few to say never or always.
fn share(share: f64) -> String {
    match 100.0 * share {
        0.0 => "<0.1 %".to_owned(),
        100.0 => ">99.9 %".to_owned(),
        percent @ 10.0..=90.0 => format!("{} %", number(percent, 0)),
        percent => format!("{} %", number(percent, 1)),
    }
}

fn note(game: &StoredGame, replies: &Replies, lay: &Lay) -> String {
    let resamples = number(game.game.resamples as f64, 0);
    let mut note = format!(
        "Above: the mean over trials; below: in how many of {resamples} resamples of the trials the choice is the best reply to what stands at the left. Framed: \
         best by the means; the darker a cell, the more is lost against it. Simulation error only."
    );
    if replies.outcome.is_none() {
        note += " Payoffs are the analyst’s: ";
        let payoffs = game.game.payoffs.iter();
        let payoffs: Vec<String> = payoffs
            .map(|(actor, payoff)| format!("{actor} {payoff}"))
            .collect();
        note += &payoffs.join("; ");
        note += ".";
    }
    if lay.marked {
        note += " Equilibrium: nobody gains by another choice alone.";
    }
    note
}

fn describe(player: &str, what: &str, replies: &[Replies]) -> String {
    let best = replies.iter().map(|of| {
        let best: Vec<&str> = of
            .choices
            .iter()
            .filter(|(_, reply)| reply.best)
            .map(|(choice, _)| choice.as_str())
            .collect();
        let against = of.against.iter();
        let against: Vec<String> = against
            .map(|(player, choice)| format!("{player} {choice}"))
            .collect();
        format!("against {}: {}", against.join(", "), best.join(" or "))
    });
    let best: Vec<String> = best.collect();
    format!("{what}. Best replies of {player} {}.", best.join("; "))
}

fn table_row(replies: &Replies, choice: &str, cell: &Cell) -> Vec<String> {
    let ends = |ends: Option<[f64; 2]>| [0, 1].map(|end| field(ends.map(|ends| ends[end])));
    let mut row: Vec<String> = replies.against.values().cloned().collect();
    row.extend([choice.to_owned(), field(Some(cell.mean))]);
    row.extend(ends(cell.ci95));
    let Reply {
        best,
        lead,
        lead_ci95,
        shares,
    } = &cell.reply;
    row.extend([best.to_string(), field(*lead)]);
    row.extend(ends(*lead_ci95));
    row.extend([
        field(Some(shares.share_of_resamples)),
        field(shares.share_of_draws),
    ]);
    row.push(cell.equilibrium.to_string());
    row
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::inspect::{all_text, check_page, check_points};
    use detente_model::scenario::{Direction, MeasureKind};
    use detente_report::game::JudgedOutcome;
    use detente_report::game::{Equilibria, Equilibrium, GameReport, Mean, ProfileReport, Shares};
    use indexmap::IndexMap;

    /// A game of the first player's choices against two others of three choices each, whose means are made up; the first profile
    /// is an equilibrium.
    fn game(choices: &[&str], player: &str) -> StoredGame {
        let others = [
            "restrained",
            "current",
            "assertive and whatever else it may be",
        ];
        let players = [(player, choices), ("east", &others), ("west", &others)];
        let shares = |share: f64| Shares {
            share_of_resamples: share,
            share_of_draws: None,
            share_of_draws_ci95: None,
        };
        let mean = |mean: f64| Mean {
            mean,
            se: Some(0.01),
            ci95: Some([mean - 0.02, mean + 0.02]),
        };
        let mut profiles = Vec::new();
        for (place, own) in choices.iter().enumerate() {
            for east in others {
                for west in others {
                    let chosen = [(player, *own), ("east", east), ("west", west)];
                    let value = mean(-1234.5 - place as f64 + east.len() as f64 / 100.0);
                    profiles.push(ProfileReport {
                        choices: chosen.map(|(a, b)| (a.to_owned(), b.to_owned())).into(),
                        outcomes: [("war".to_owned(), value)].into(),
                        payoffs: [(player.to_owned(), value)].into(),
                    });
                }
            }
        }
        let against = profiles[..9].iter().map(|of| {
            let mut against = of.choices.clone();
            against.shift_remove(player);
            against
        });
        let reply = |(place, choice): (usize, &&str)| {
            let reply = Reply {
                best: place == 0,
                lead: Some(if place == 0 { 1.0 } else { -(place as f64) }),
                lead_ci95: Some([-9.0, 9.0]),
                shares: shares([1.0, 0.0, 0.004, 0.996][place % 4]),
            };
            ((*choice).to_owned(), reply)
        };
        let against: Vec<IndexMap<String, String>> = against.collect();
        let replies = [None, Some("war")].into_iter().flat_map(|outcome| {
            against.iter().map(move |against| Replies {
                player: player.to_owned(),
                outcome: outcome.map(str::to_owned),
                against: against.clone(),
                choices: choices.iter().enumerate().map(reply).collect(),
            })
        });
        let equilibrium = Equilibrium {
            choices: profiles[0].choices.clone(),
            at_the_means: true,
            shares: shares(1.0),
        };
        StoredGame {
            honesty: "Consequences of the assumptions in scenario made-up; not a forecast."
                .to_owned(),
            scenario: "A made-up game".to_owned(),
            seed: 7,
            trials: 1,
            time_unit: "year".to_owned(),
            horizon: 10.0,
            judged: vec![JudgedOutcome {
                name: "war".to_owned(),
                title: "War".to_owned(),
                unit: Some("wars".to_owned()),
                kind: MeasureKind::FirstTime,
                better: Direction::Lower,
            }],
            game: GameReport {
                players: players
                    .map(|(name, choices)| {
                        let choices = choices.iter().map(|of| (*of).to_owned());
                        (name.to_owned(), choices.collect())
                    })
                    .into(),
                payoffs: [(player.to_owned(), "-10 * war".to_owned())].into(),
                replies: replies.collect(),
                profiles,
                dominated: Vec::new(),
                equilibria: Some(Equilibria {
                    profiles: vec![equilibrium],
                    none: false,
                    shares_without: shares(0.0),
                }),
                resamples: 1_000,
                draws: None,
                trials_per_draw: None,
            },
        }
    }

    #[test]
    fn texts_neither_overlap_nor_leave_the_page() {
        let many: Vec<String> = (0..19)
            .map(|choice| format!("policy-number-{choice}"))
            .collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let long = [
            "a-policy_with-a-name-that-is-much-too-long_to-stand-above-its-column",
            "b",
        ];
        for (choices, player, pages) in [
            (&["one", "two", "three"][..], "north", 1),
            (&many[..], "an-actor-with-a-long-name", 3),
            (&long[..], "north", 1),
        ] {
            let figures = draw(&game(choices, player)).unwrap();
            assert_eq!(figures.len(), 2 * pages);
            for figure in figures {
                check_page(&figure.name, &figure.svg);
                check_points(&figure.name, &figure.svg, 7.0);
                let text = all_text(&figure.svg);
                assert!(
                    text.contains("seed 7") && text.contains("1 trial each"),
                    "{text}"
                );
                let rows: Vec<usize> = figure
                    .csv
                    .lines()
                    .map(|line| line.split(',').count())
                    .collect();
                assert!(rows.iter().all(|count| *count == rows[0]), "{}", figure.csv);
            }
        }
    }

    #[test]
    fn equilibria_and_best_replies_are_told() {
        let figures = draw(&game(&["one", "two"], "north")).unwrap();
        let names: Vec<&str> = figures.iter().map(|figure| figure.name.as_str()).collect();
        assert_eq!(names, ["replies-north", "replies-north-by-war"]);
        let told = |figure: &Figure| all_text(&figure.svg).matches("equilibrium").count();
        assert_eq!((told(&figures[0]), told(&figures[1])), (1, 0));
        assert!(
            figures[0].csv.lines().nth(1).unwrap().ends_with(",1,,true"),
            "{}",
            figures[0].csv
        );
        assert_eq!(figures[0].csv.matches(",true,").count(), 9);
    }
}
