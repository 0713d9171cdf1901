//! Policies against what others choose: games known exactly, how sure their solutions are, and what is left behind.

use crate::support::{SIX_NINES, columns, load_with_policy, options};
use detente::study::{
    Alternatives, GameField, Overrides, PlayedGame, Questions, RunOptions, load_game, play,
};
use statrs::distribution::{ContinuousCDF, DiscreteCDF, Normal, Poisson};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use tempfile::TempDir;

/// Goods come at a rate of 2.5, more to whoever is hard and fewer to whom the other is hard against: the prisoners' dilemma.
const DILEMMA: &str = r#"
[scenario]
name      = "dilemma"
time_unit = "year"
horizon   = 4.0
[parameters]
gain = { value = 0.8, unit = "1/year", range = [-1, 1], source = "assumed: a test" }
harm = { value = 1.2, unit = "1/year", source = "assumed: a test" }
[levers]
ours   = { actor = "north", options = ["calm", "hard"], default = "calm" }
theirs = { actor = "south", options = ["calm", "hard"], default = "calm" }
[derived]
n = "if(ours == hard, 1, 0)"
s = "if(theirs == hard, 1, 0)"
[events]
north_gets = { rate = "2.5 + gain * n - harm * s", do = [] }
south_gets = { rate = "2.5 + gain * s - harm * n", do = [] }
[outcomes]
north = { firings = "north_gets", better = "higher", unit = "goods" }
south = { firings = "south_gets", unit = "goods" }
first = { first_time = "false" }
"#;

const PAYOFFS: &str = "[payoffs]\nnorth = \"if(north >= 6, 1, 0)\"\nsouth = \"2 * south - 1\"\n";

/// The game of a scenario's text, whose first player chooses the options of `ours`.
fn loaded(folder: &Path, text: &str) -> GameField {
    let path = folder.join("s.toml");
    std::fs::write(&path, text).unwrap();
    let alternatives = Alternatives::Levers {
        levers: vec!["ours".to_owned()],
        base: None,
    };
    let questions = Questions::default();
    let overrides = Overrides::default();
    load_game(&path, &alternatives, &questions, &[], None, &overrides).unwrap()
}

fn played(field: &GameField, options: &RunOptions) -> PlayedGame {
    let never = AtomicBool::new(false);
    play(field, options, &never, |_| ()).unwrap()
}

/// Means and a payoff that is no sum of outcomes are the exact ones; the solution is the textbook's, and sure.
#[test]
fn the_prisoners_dilemma() {
    let folder = TempDir::new().unwrap();
    let field = loaded(folder.path(), &format!("{DILEMMA}{PAYOFFS}"));
    let game = played(&field, &options(folder.path().join("out"), 20_000, 1, 2))
        .stored
        .game;
    let players: Vec<&str> = game.players.keys().map(String::as_str).collect();
    assert_eq!(players, ["north", "south"]);
    for profile in &game.profiles {
        let hard = |player: &str| f64::from(u8::from(profile.choices[player] == "hard"));
        let rate = |own: f64, other: f64| 4.0 * (2.5 + 0.8 * own - 1.2 * other);
        let [north, south] = [("north", "south"), ("south", "north")]
            .map(|(own, other)| rate(hard(own), hard(other)));
        let at_least_6 = 1.0 - Poisson::new(north).unwrap().cdf(5);
        for (found, exact, sd) in [
            (profile.outcomes["north"], north, north.sqrt()),
            (profile.outcomes["south"], south, south.sqrt()),
            (
                profile.payoffs["north"],
                at_least_6,
                (at_least_6 * (1.0 - at_least_6)).sqrt(),
            ),
            (
                profile.payoffs["south"],
                2.0 * south - 1.0,
                2.0 * south.sqrt(),
            ),
        ] {
            let se = sd / 20_000_f64.sqrt();
            assert!(
                (found.mean - exact).abs() < SIX_NINES * se,
                "{profile:?} {exact}"
            );
            assert!(
                (found.se.unwrap() / se - 1.0).abs() < 0.05,
                "{profile:?} {se}"
            );
        }
        // Never reached: the horizon in every trial.
        assert_eq!(profile.outcomes["first"].mean, 4.0);
        assert_eq!(profile.outcomes["first"].ci95, None);
    }
    for of in &game.replies {
        let [calm, hard] = ["calm", "hard"].map(|choice| &of.choices[choice]);
        assert!(!calm.best && hard.best, "{of:?}");
        assert_eq!(
            (
                calm.shares.share_of_resamples,
                hard.shares.share_of_resamples
            ),
            (0.0, 1.0)
        );
        assert_eq!(calm.lead.unwrap(), -hard.lead.unwrap());
        let [low, high] = hard.lead_ci95.unwrap();
        assert!(low < hard.lead.unwrap() && hard.lead.unwrap() < high);
    }
    let judged: Vec<(&str, Option<&str>)> = game
        .replies
        .iter()
        .map(|of| (of.player.as_str(), of.outcome.as_deref()))
        .collect();
    let north = ("north", None);
    let south = ("south", None);
    let by_outcome = ("north", Some("north"));
    assert_eq!(judged, [north, north, south, south, by_outcome, by_outcome]);
    let dominated: Vec<(&str, &str, &[String])> = game
        .dominated
        .iter()
        .map(|of| {
            (
                of.player.as_str(),
                of.choice.as_str(),
                of.dominated_by.as_slice(),
            )
        })
        .collect();
    let by = ["hard".to_owned()];
    assert_eq!(
        dominated,
        [
            ("north", "calm", &by[..]),
            ("south", "calm", &by),
            ("north", "calm", &by)
        ]
    );
    let equilibria = game.equilibria.unwrap();
    assert!(!equilibria.none);
    assert_eq!(equilibria.profiles.len(), 1);
    let only = &equilibria.profiles[0];
    assert!(only.at_the_means && only.choices.values().all(|choice| choice == "hard"));
    assert_eq!(only.shares.share_of_resamples, 1.0);
    assert_eq!(equilibria.shares_without.share_of_resamples, 0.0);
}

/// Without payoffs policies are judged by outcomes, and no equilibria are sought; with a payoff of one player alone neither.
#[test]
fn without_all_payoffs() {
    let folder = TempDir::new().unwrap();
    for (payoffs, judges) in [("", 1), ("[payoffs]\nsouth = \"south\"\n", 2)] {
        let field = loaded(folder.path(), &format!("{DILEMMA}{payoffs}"));
        let game = played(&field, &options(folder.path().join("out"), 100, 1, 2))
            .stored
            .game;
        assert_eq!(game.equilibria, None);
        assert_eq!(game.replies.len(), 2 * judges);
    }
}

/// How often a choice is best in resamples is how sure the difference of means is: Φ(z), by the normal law.
#[test]
fn shares_of_resamples_are_as_sure_as_the_trials() {
    let folder = TempDir::new().unwrap();
    // What being hard gives to the north it takes from the south, and the north wants both.
    let text = DILEMMA
        .replace("value = 0.8", "value = 0.05")
        .replace("value = 1.2", "value = 0.05");
    let payoffs = "[payoffs]\nnorth = \"north + south\"\n";
    let field = loaded(folder.path(), &format!("{text}{payoffs}"));
    for seed in 1..=8 {
        let options = options(folder.path().join("out"), 1_700, seed, 2);
        let game = played(&field, &options).stored.game;
        let under = |choice: &str| {
            let policy = format!("name = \"p\"\nchoose = {{ ours = \"{choice}\" }}\n");
            let columns = columns(&load_with_policy(&text, Some(&policy)), options.plan);
            let both = columns[0].iter().zip(&columns[1]).map(|(n, s)| n + s);
            both.collect::<Vec<f64>>()
        };
        let (calm, hard) = (under("calm"), under("hard"));
        let differences: Vec<f64> = hard.iter().zip(&calm).map(|(a, b)| a - b).collect();
        let mean = differences.iter().sum::<f64>() / 1_700.0;
        let squares: f64 = differences.iter().map(|d| (d - mean) * (d - mean)).sum();
        let se = (squares / 1_699.0 / 1_700.0).sqrt();
        let hard = &game.replies[0].choices["hard"];
        let lead = hard.lead.unwrap();
        assert!((lead - mean).abs() < 1e-9, "{lead} {mean}");
        let [low, high] = hard.lead_ci95.unwrap();
        assert!(
            (high - low - 2.0 * 1.96 * se).abs() < 0.6 * se,
            "{low} {high} {se}"
        );
        // 1000 resamples: five standard errors of a share are 0.08.
        let expected = Normal::standard().cdf(mean / se);
        let share = hard.shares.share_of_resamples;
        assert!((share - expected).abs() < 0.1, "{share} {expected}");
    }
}

/// Two policies that are the same are both best, never one before the other.
#[test]
fn equal_choices_tie() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("s.toml"), format!("{DILEMMA}{PAYOFFS}")).unwrap();
    let policies = ["one", "two"].map(|name| {
        let path = folder.path().join(format!("{name}.toml"));
        std::fs::write(
            &path,
            format!("name = \"{name}\"\nchoose = {{ ours = \"hard\" }}\n"),
        )
        .unwrap();
        path.display().to_string()
    });
    let field = load_game(
        &folder.path().join("s.toml"),
        &Alternatives::Policies(policies.to_vec()),
        &Questions::default(),
        &["theirs".to_owned()],
        None,
        &Overrides::default(),
    )
    .unwrap();
    let game = played(&field, &options(folder.path().join("out"), 300, 1, 2))
        .stored
        .game;
    for of in game.replies.iter().filter(|of| of.player != "south") {
        for reply in of.choices.values() {
            assert!(reply.best);
            assert_eq!((reply.lead, reply.lead_ci95), (Some(0.0), None));
            assert_eq!(reply.shares.share_of_resamples, 1.0);
        }
    }
    assert!(game.dominated.iter().all(|of| of.player == "south"));
}

/// Hard is better where the gain is above 0, so in half of the draws from −1 to 1: counts rise with their rate, trial by trial, so
/// that no noise of the trials blurs it but ties in every trial.
#[test]
fn shares_of_draws() {
    let folder = TempDir::new().unwrap();
    let payoffs = "[payoffs]\nnorth = \"north\"\nsouth = \"south\"\n";
    let field = loaded(folder.path(), &format!("{DILEMMA}{payoffs}"));
    let options = RunOptions {
        parameter_draws: 100,
        ..options(folder.path().join("out"), 1_000, 1, 2)
    };
    let played = played(&field, &options);
    let game = &played.stored.game;
    assert_eq!((game.draws, game.trials_per_draw), (Some(100), Some(100)));
    for of in &game.replies {
        let [calm, hard] =
            ["calm", "hard"].map(|choice| of.choices[choice].shares.share_of_draws.unwrap());
        assert!(
            (0.5..=0.52).contains(&hard) && (0.5..=0.52).contains(&calm),
            "{calm} {hard}"
        );
        assert!(calm + hard >= 1.0);
    }
    let equilibria = game.equilibria.as_ref().unwrap();
    let share = |choice: &str| {
        let mut found = equilibria.profiles.iter();
        let found = found
            .find(|of| of.choices.values().all(|of| of == choice))
            .unwrap();
        found.shares.share_of_draws.unwrap()
    };
    assert!((0.5..=0.52).contains(&share("calm")) && (0.5..=0.52).contains(&share("hard")));
    assert!(folder.path().join("out/draws.csv").is_file());
}

/// The same bytes for any number of threads.
#[test]
fn the_same_bytes() {
    let folder = TempDir::new().unwrap();
    let field = loaded(folder.path(), &format!("{DILEMMA}{PAYOFFS}"));
    let bytes = |threads: usize| {
        let out = folder.path().join(threads.to_string());
        let options = RunOptions {
            parameter_draws: 5,
            figures: true,
            trace: true,
            ..options(out.clone(), 2_500, 3, threads)
        };
        played(&field, &options);
        let files = [
            "game.json",
            "profiles.csv",
            "replies.csv",
            "draws.csv",
            "figures/replies-north.svg",
            "figures/replies-south.csv",
        ];
        files.map(|file| std::fs::read(out.join(file)).unwrap())
    };
    assert_eq!(bytes(1), bytes(2));
}

/// A profile is a run: its outcomes are those of the policy with the postures chosen.
#[test]
fn a_profile_is_a_run() {
    let folder = TempDir::new().unwrap();
    let field = loaded(folder.path(), &format!("{DILEMMA}{PAYOFFS}"));
    let options = options(folder.path().join("out"), 1_500, 5, 2);
    let game = played(&field, &options).stored.game;
    for profile in &game.profiles {
        let policy = format!(
            "name = \"p\"\nchoose = {{ ours = \"{}\", theirs = \"{}\" }}\n",
            profile.choices["north"], profile.choices["south"]
        );
        let columns = columns(&load_with_policy(DILEMMA, Some(&policy)), options.plan);
        for (outcome, column) in [("north", 0), ("south", 1)] {
            let mean = columns[column].iter().sum::<f64>() / 1_500.0;
            assert!((profile.outcomes[outcome].mean - mean).abs() < 1e-12 * mean);
        }
    }
}
