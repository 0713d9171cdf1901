//! The policies of a comparison: named one by one, or every combination of some levers' options.

use super::load::{Findings, Loaded, Loader, Overrides, World};
use detente_model::diagnostic::{Diagnostics, Quoted, nearest};
use detente_model::scenario::Outcome;
use detente_model::scenario::crossed_policies;
use detente_output::store::ResultFolder;
use std::path::Path;
use std::path::PathBuf;

/// Policies that are compared at once, at most: their pairs are 2,016.
const MOST_POLICIES: usize = 64;

/// Which policies to compare.
#[derive(Debug, Clone, PartialEq)]
pub enum Alternatives {
    /// These, each by its file or its name in the theatre.
    Policies(Vec<String>),
    /// Every combination of these levers' options; all else as one policy has it, or at its default.
    Levers {
        /// The levers.
        levers: Vec<String>,
        /// The policy, as above.
        base: Option<String>,
    },
}

/// Policies ready to be compared.
#[derive(Debug)]
pub struct PolicySet {
    /// A scenario under each policy, the baseline first.
    pub loaded: Vec<Loaded>,
    /// The outcomes, by position, of which a front is sought.
    pub front: Vec<usize>,
}

impl PolicySet {
    /// The files that were read.
    #[must_use]
    pub fn inputs(&self) -> Vec<PathBuf> {
        let all = self.loaded.iter().flat_map(|of| &of.inputs);
        all.cloned().collect()
    }
}

/// What is asked about policies.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Questions {
    /// The policy that the others are held against; the first where none is named.
    pub baseline: Option<String>,
    /// The outcomes of which a front is sought; the first two with a better direction where none is named.
    pub front: Vec<String>,
}

/// Reads and compiles a scenario under each of some policies, and finds what is asked about them.
///
/// # Errors
/// Everything that is wrong with the files and names, each mistake with its place.
pub fn load_policy_set(
    scenario_path: &Path,
    alternatives: &Alternatives,
    questions: &Questions,
    overrides: &Overrides,
) -> Result<PolicySet, Box<Findings>> {
    let mut loader = Loader::default();
    let field = loader
        .world(scenario_path, overrides)
        .and_then(|world| loader.field(&world, alternatives, questions));
    loader.ended(field)
}

/// Reads and compiles a scenario under each of some policies, and finds the outcome, by position, on which the best is to be
/// selected.
///
/// # Errors
/// Everything that is wrong with the files and names, each mistake with its place.
pub fn load_selection(
    scenario_path: &Path,
    alternatives: &Alternatives,
    outcome: &str,
    overrides: &Overrides,
) -> Result<(PolicySet, usize), Box<Findings>> {
    let mut loader = Loader::default();
    let field = loader
        .world(scenario_path, overrides)
        .and_then(|world| loader.field(&world, alternatives, &Questions::default()));
    let selection = field.and_then(|field| {
        let outcomes = &field.loaded[0].scenario.outcomes;
        let diagnostics = &mut loader.found.diagnostics;
        let place = judged(outcome, "--outcome", outcomes, diagnostics)?;
        (!diagnostics.has_errors()).then_some((field, place))
    });
    loader.ended(selection)
}

impl Loader {
    pub(super) fn field(
        &mut self,
        world: &World,
        alternatives: &Alternatives,
        questions: &Questions,
    ) -> Option<PolicySet> {
        let mut loaded = match alternatives {
            Alternatives::Policies(given) => {
                let loaded: Vec<Option<Loaded>> = given
                    .iter()
                    .map(|given| self.under(world, Some(given)))
                    .collect();
                loaded.into_iter().collect::<Option<Vec<Loaded>>>()?
            }
            Alternatives::Levers { levers, base } => {
                self.crossed(world, levers, base.as_deref())?
            }
        };
        let diagnostics = &mut self.found.diagnostics;
        names_differ(&loaded, diagnostics);
        if !(2..=MOST_POLICIES).contains(&loaded.len()) {
            let count = loaded.len();
            diagnostics.error_without_place(format!(
                "a comparison takes 2 to {MOST_POLICIES} policies, not {count}"
            ));
        }
        if let Some(wanted) = &questions.baseline {
            let names = loaded.iter().map(|of| of.policy.name());
            match position(
                wanted,
                "--baseline",
                "policy in this comparison",
                names,
                diagnostics,
            ) {
                Some(place) => loaded[..=place].rotate_right(1),
                None => return None,
            }
        }
        let outcomes = &loaded.first()?.scenario.outcomes;
        let front = front_outcomes(&questions.front, outcomes, diagnostics);
        (!diagnostics.has_errors()).then_some(PolicySet { loaded, front })
    }

    /// The scenario under every combination of some levers' options.
    fn crossed(
        &mut self,
        world: &World,
        levers: &[String],
        base: Option<&str>,
    ) -> Option<Vec<Loaded>> {
        let (policy, file) = self.policy_given(world, base)?;
        let levers: Vec<Quoted> = levers
            .iter()
            .map(|name| self.given("--levers", name))
            .collect();
        let diagnostics = &mut self.found.diagnostics;
        let crossed = crossed_policies(&policy, &levers, &world.scenario, diagnostics);
        if diagnostics.has_errors() || crossed.len() > MOST_POLICIES {
            let count = crossed.len();
            if !diagnostics.has_errors() {
                diagnostics
                    .error_without_place(format!(
                        "these levers have {count} combinations; a comparison takes at most {MOST_POLICIES} policies"
                    ))
                    .help("name fewer levers");
            }
            return None;
        }
        let crossed = crossed.into_iter();
        crossed
            .map(|crossed| self.compiled(world, crossed, (&policy, file.clone())))
            .collect()
    }
}

/// Every policy has a folder of its name, beside the comparison's files.
fn names_differ(loaded: &[Loaded], diagnostics: &mut Diagnostics) {
    for (place, of) in loaded.iter().enumerate() {
        let name = of.policy.name();
        if ResultFolder::has_file(name) {
            diagnostics
                .error_without_place(format!(
                    "a policy is called `{name}`, as is a file that a comparison leaves"
                ))
                .help("give it another `name`");
        }
        if loaded[..place]
            .iter()
            .any(|before| before.policy.name() == name)
        {
            diagnostics
                .error_without_place(format!(
                    "two policies are called `{name}`, and each is to have a folder of its name"
                ))
                .help("leave one out, or give it another `name`");
        }
    }
}

/// The outcomes of which a front is sought, by position.
fn front_outcomes(
    wanted: &[String],
    outcomes: &[Outcome],
    diagnostics: &mut Diagnostics,
) -> Vec<usize> {
    if wanted.is_empty() {
        let judged = |place: &usize| outcomes[*place].better.is_some();
        return (0..outcomes.len()).filter(judged).take(2).collect();
    }
    let mut front = Vec::with_capacity(wanted.len());
    for wanted in wanted {
        let place = judged(wanted, "--pareto", outcomes, diagnostics);
        front.extend(place.filter(|place| !front.contains(place)));
    }
    if wanted.iter().all(|name| *name == wanted[0]) {
        diagnostics.error_without_place("--pareto takes two outcomes or more");
    }
    front
}

/// The position of an outcome that has a better direction.
fn judged(
    wanted: &str,
    flag: &str,
    outcomes: &[Outcome],
    diagnostics: &mut Diagnostics,
) -> Option<usize> {
    let names = outcomes.iter().map(|of| of.name.as_str());
    let place = position(wanted, flag, "outcome", names, diagnostics)?;
    if outcomes[place].better.is_none() {
        diagnostics
            .error_without_place(format!(
                "{flag} {wanted}: this outcome has no better direction"
            ))
            .help("write `better = \"lower\"` or `better = \"higher\"` into it, or take another");
    }
    Some(place)
}

/// Where a name that a flag gives stands among others.
fn position<'n>(
    wanted: &str,
    flag: &str,
    what: &str,
    names: impl Iterator<Item = &'n str> + Clone,
    diagnostics: &mut Diagnostics,
) -> Option<usize> {
    let found = names.clone().position(|name| name == wanted);
    if found.is_none() {
        let near = nearest(wanted, names.clone());
        let help = near.map_or_else(
            || format!("there are {}", names.collect::<Vec<_>>().join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        diagnostics
            .error_without_place(format!("{flag} {wanted}: there is no such {what}"))
            .help(help);
    }
    found
}
