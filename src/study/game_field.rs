//! Policies crossed with what other actors can choose, compiled.

use super::load::{Findings, Loaded, Loader, Overrides, World};
use super::policy_set::{Alternatives, PolicySet, Questions};
use super::replay::{Origin, Running};
use super::theatre::PAYOFFS;
use detente_model::diagnostic::{Diagnostics, Quoted};
use detente_model::scenario::{Policy, Scenario, Setting, levers_named};
use detente_sim::program::Program;
use detente_study::game::{Game, Player};
use std::path::Path;

/// Profiles that are run at once, at most.
const MOST_PROFILES: usize = 256;

/// The policies' player where they differ in no lever of an actor.
pub(super) const NOBODY: &str = "policies";

/// A game ready to be played.
#[derive(Debug)]
pub struct GameField {
    /// The policies; they are what the first player chooses.
    pub field: PolicySet,
    /// The file of the payoffs, where it is another than the scenario's.
    pub(super) payoff_file: Option<String>,
    pub(super) players: Vec<Player>,
    /// In the order of the game.
    pub(super) profiles: Vec<Profile>,
}

/// One choice of each player, compiled.
#[derive(Debug)]
pub(super) struct Profile {
    pub policy: Policy,
    pub program: Program,
    pub origin: Origin,
}

impl GameField {
    /// The scenario with the payoffs.
    #[must_use]
    pub fn scenario(&self) -> &Scenario {
        &self.field.loaded[0].scenario
    }

    /// Profiles to be run.
    #[must_use]
    pub fn profiles(&self) -> usize {
        self.profiles.len()
    }

    /// The profiles, to be run.
    pub(super) fn running(&self) -> Vec<Running<'_>> {
        let profiles = self.profiles.iter();
        let running = profiles.map(|profile| Running {
            called: profile.policy.name().to_owned(),
            scenario: self.scenario(),
            policy: &profile.policy,
            origin: &profile.origin,
        });
        running.collect()
    }

    /// The game, with no trials yet.
    pub(super) fn game(&self) -> Game<'_> {
        let first = &self.field.loaded[0];
        Game::new(
            self.players.clone(),
            first.scenario.payoffs(),
            &self.field.front,
            &first.scenario.outcomes,
            first.scenario.horizon(),
        )
    }
}

/// Another actor, and the levers that it has.
struct Other {
    name: String,
    /// Whether levers name it; a lever without an actor stands for itself.
    is_actor: bool,
    levers: Vec<usize>,
}

/// Reads and compiles a scenario under each of some policies crossed with every combination of the options of `postures`: levers
/// of others, or all levers of other actors where there are none. Payoffs are the scenario's own, or those of the file `payoffs`, given
/// by its path or its name in the theatre's folder, or else of the theatre's `payoffs.toml`, which is laid over the scenario.
///
/// # Errors
/// Everything that is wrong with the files and names, each mistake with its place.
pub fn load_game(
    scenario_path: &Path,
    alternatives: &Alternatives,
    questions: &Questions,
    postures: &[String],
    payoffs: Option<&Path>,
    overrides: &Overrides,
) -> Result<GameField, Box<Findings>> {
    let mut loader = Loader::laying(&PAYOFFS, payoffs);
    let world = loader.world(scenario_path, overrides).filter(|world| {
        // A game can be played without payoffs.
        loader.overlay.is_none() || loader.has(&PAYOFFS, &world.scenario, &world.theatre)
    });
    let game = world.and_then(|world| {
        let field = loader.field(&world, alternatives, questions)?;
        let file = loader.overlay.as_ref();
        let payoff_file = file.map(|path| path.display().to_string());
        loader.game(&world, field, postures, payoff_file)
    });
    loader.ended(game)
}

impl Loader {
    fn game(
        &mut self,
        world: &World,
        field: PolicySet,
        postures: &[String],
        payoff_file: Option<String>,
    ) -> Option<GameField> {
        let scenario = &world.scenario;
        let named: Vec<Quoted> = postures
            .iter()
            .map(|name| self.given("--postures", name))
            .collect();
        let diagnostics = &mut self.found.diagnostics;
        let policies: Vec<&Policy> = field.loaded.iter().map(|of| &of.policy).collect();
        let own = own_levers(&policies, scenario);
        let named = levers_named(&named, scenario, diagnostics);
        let owner = owner(&own, scenario, diagnostics);
        let others = others(&named, &own, owner.as_deref(), scenario, diagnostics);
        if diagnostics.has_errors() {
            return None;
        }
        let levers: Vec<usize> = others.iter().flat_map(|of| of.levers.clone()).collect();
        let crossed = scenario.crossed(&levers);
        let count = policies.len() * crossed.len();
        if count > MOST_PROFILES {
            diagnostics
                .error_without_place(format!(
                    "{} policies against {} combinations of postures are {count} profiles; at most {MOST_PROFILES} are run",
                    policies.len(),
                    crossed.len()
                ))
                .help("name fewer policies, or levers behind --postures");
        }
        if diagnostics.has_errors() {
            return None;
        }
        let mut players = vec![Player {
            name: owner.unwrap_or_else(|| NOBODY.to_owned()),
            choices: policies.iter().map(|of| of.name().to_owned()).collect(),
        }];
        players.extend(others.iter().map(|of| Player {
            name: of.name.clone(),
            choices: choices(of, scenario),
        }));
        names_differ(&players, diagnostics);
        let judged = |of: &Player| {
            scenario
                .payoffs()
                .iter()
                .any(|payoff| payoff.actor() == of.name)
        };
        if field.front.is_empty() && !players.iter().any(judged) {
            diagnostics
                .error_without_place("there is nothing to judge choices by")
                .help("say of outcomes which direction is `better`, or write [payoffs]");
        }
        if diagnostics.has_errors() {
            return None;
        }
        let mut profiles = Vec::with_capacity(count);
        for Loaded {
            policy: base,
            origin,
            ..
        } in &field.loaded
        {
            for postures in &crossed {
                let mut setting = Setting::default();
                for (lever, option) in postures {
                    setting.choose(*lever, *option);
                }
                let mut policy = base.under(&setting);
                policy.name = format!("{}, {}", base.name(), scenario.choices_text(postures));
                let program = self.program(scenario, &policy)?;
                profiles.push(Profile {
                    policy,
                    program,
                    origin: origin.clone(),
                });
            }
        }
        Some(GameField {
            field,
            payoff_file,
            players,
            profiles,
        })
    }
}

/// A player is known by its name.
fn names_differ(players: &[Player], diagnostics: &mut Diagnostics) {
    for (place, player) in players.iter().enumerate() {
        if players[..place]
            .iter()
            .any(|before| before.name == player.name)
        {
            diagnostics
                .error_without_place(format!(
                    "two players are called `{}`",
                    player.name
                ))
                .help("a lever without an `actor` is a player of its own name: give it an actor, or name other levers");
        }
    }
}

/// The levers that policies choose differently, or by rules.
fn own_levers(policies: &[&Policy], scenario: &Scenario) -> Vec<usize> {
    let differs = |lever: &usize| {
        let chosen = policies.iter().map(|of| of.choices[*lever]);
        let mut rules = policies.iter().flat_map(|of| &of.rules);
        let mut chosen_by_rules = rules.by_ref().flat_map(|rule| &rule.choices);
        chosen
            .clone()
            .any(|option| option != policies[0].choices[*lever])
            || chosen_by_rules.any(|(known, _)| known == lever)
    };
    (0..scenario.levers.len()).filter(differs).collect()
}

/// The actor whose levers the policies choose; none where they choose no actor's.
fn owner(own: &[usize], scenario: &Scenario, diagnostics: &mut Diagnostics) -> Option<String> {
    let mut owners: Vec<&str> = Vec::new();
    for lever in own {
        let actor = scenario.levers[*lever].actor.as_deref();
        owners.extend(actor.filter(|actor| !owners.contains(actor)));
    }
    if owners.len() > 1 {
        diagnostics
            .error_without_place(format!(
                "the policies choose levers of {}, and a player is one actor",
                owners.join(" and ")
            ))
            .help("name policies that differ in one actor's levers");
    }
    owners.first().map(|actor| (*actor).to_owned())
}

/// The other actors with their levers: of those named, or of all that have an actor. A lever without an actor is a player of its
/// own name.
fn others(
    named: &[usize],
    own: &[usize],
    owner: Option<&str>,
    scenario: &Scenario,
    diagnostics: &mut Diagnostics,
) -> Vec<Other> {
    let all = 0..scenario.levers.len();
    let levers: Vec<usize> = if named.is_empty() {
        let has_other = |lever: &usize| {
            let actor = scenario.levers[*lever].actor.as_deref();
            actor.is_some() && actor != owner && !own.contains(lever)
        };
        all.filter(has_other).collect()
    } else {
        named.to_vec()
    };
    let mut others: Vec<Other> = Vec::new();
    for lever in levers {
        let of = &scenario.levers[lever];
        let actor = of.actor.as_deref();
        let problem = if own.contains(&lever) {
            Some("the policies choose this lever".to_owned())
        } else {
            let owner = owner.filter(|_| actor == owner);
            owner.map(|owner| format!("this is a lever of {owner}, who chooses the policies"))
        };
        if let Some(problem) = problem {
            diagnostics
                .error_without_place(format!("--postures {}: {problem}", of.name))
                .help("name levers of other actors");
            continue;
        }
        let name = actor.unwrap_or(&of.name);
        let same = |other: &&mut Other| other.is_actor && actor == Some(other.name.as_str());
        match others.iter_mut().find(same) {
            Some(other) => other.levers.push(lever),
            None => others.push(Other {
                name: name.to_owned(),
                is_actor: actor.is_some(),
                levers: vec![lever],
            }),
        }
    }
    if others.is_empty() && !diagnostics.has_errors() {
        diagnostics
            .error_without_place("no lever is another actor's")
            .help("give levers an `actor`, or name levers that the policies do not choose");
    }
    others
}

/// What an actor can choose, in the order of its levers' options, the last lever's changing fastest.
fn choices(of: &Other, scenario: &Scenario) -> Vec<String> {
    let crossed = scenario.crossed(&of.levers);
    let text = |choices: &Vec<(usize, usize)>| {
        let options = choices
            .iter()
            .map(|(lever, option)| scenario.lever_option(*lever, *option).1);
        options.collect::<Vec<_>>().join(" + ")
    };
    crossed.iter().map(text).collect()
}
