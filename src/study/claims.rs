//! The claims of a scenario, and every distinct setting that they need, compiled once.

use super::load::{Findings, Loader, Overrides, World};
use super::replay::{Origin, Running};
use super::theatre::CLAIMS;
use detente_model::diagnostic::{Diagnostics, FileId, Quoted, nearest};
use detente_model::scenario::{
    Hypothesis, Policy, Scenario, Setting, policy_text, policy_with_settings,
};
use detente_output::store::input;
use detente_report::manifest::Input;
use detente_sim::program::Program;
use detente_study::hypotheses::{Placed, PlacedCell};
use std::path::{Path, PathBuf};

/// Distinct settings that are run at once, at most.
const MOST_SETTINGS: usize = 1_024;

/// Claims ready to be judged.
#[derive(Debug)]
pub struct Claims {
    /// The scenario with the claims to be judged.
    pub scenario: Scenario,
    /// What is doubtful in the input, as text.
    pub cautions: String,
    /// The scenario's text, with that of the claims.
    pub(super) scenario_text: String,
    /// Where the scenario was read, as given.
    pub scenario_file: String,
    /// Where the claims were read, if not there.
    pub(super) laid_over: Option<String>,
    /// The files that were read.
    pub(super) inputs: Vec<PathBuf>,
    /// The policies that the claims name.
    pub(super) policies: Vec<Input>,
    /// The distinct settings. Those of the claims themselves stand before all others.
    pub(super) settings: Vec<SettingRun>,
    /// Settings of the claims themselves.
    pub(super) own: usize,
    /// For each claim where its settings stand.
    pub(super) placed: Vec<Placed>,
}

/// A setting, compiled.
#[derive(Debug)]
pub(super) struct SettingRun {
    /// The policy with all that the setting changes.
    pub policy: Policy,
    pub program: Program,
    /// In words.
    pub text: String,
    pub origin: Origin,
}

impl Claims {
    /// The settings, to be run.
    pub(super) fn running(&self) -> Vec<Running<'_>> {
        let settings = self.settings.iter();
        let running = settings.map(|setting| Running {
            called: setting.text.clone(),
            scenario: &self.scenario,
            policy: &setting.policy,
            origin: &setting.origin,
        });
        running.collect()
    }

    /// Distinct settings to be run.
    #[must_use]
    pub fn settings(&self) -> usize {
        self.settings.len()
    }

    /// Those of the claims themselves, which are run under draws of the parameters as well.
    #[must_use]
    pub fn own_settings(&self) -> usize {
        self.own
    }
}

/// Reads a scenario with its claims, and compiles every setting that they need. Claims are the scenario's own, or those of the file
/// `claims`, given by its path or its name in the theatre's folder, or else of the theatre's `claims.toml`, which is laid over the
/// scenario. `names` are the claims wanted, all where there are none.
///
/// # Errors
/// Everything that is wrong with the files and names, each mistake with its place.
pub fn load_claims(
    scenario_path: &Path,
    claims: Option<&Path>,
    names: &[String],
    overrides: &Overrides,
) -> Result<Claims, Box<Findings>> {
    let mut loader = Loader::laying(&CLAIMS, claims);
    let claims = loader
        .world(scenario_path, overrides)
        .filter(|world| loader.has(&CLAIMS, &world.scenario, &world.theatre))
        .and_then(|world| loader.claims(world, names));
    loader.ended(claims)
}

/// The settings that claims need.
pub(super) struct Placement<'w> {
    settings: Settings<'w>,
    /// Settings of the claims themselves, which stand before all others.
    own: usize,
    /// For each claim where its settings stand.
    placed: Vec<Placed>,
}

/// Settings being collected, each once.
struct Settings<'w> {
    world: &'w World,
    /// The policies named so far, with their files; the first is that of the defaults.
    policies: Vec<Base>,
    /// For each setting its policy among those, and what it comes to.
    known: Vec<(usize, Policy)>,
    texts: Vec<String>,
}

/// A policy that claims name.
struct Base {
    /// As they name it.
    name: String,
    policy: Policy,
    /// Where it stands; the defaults stand nowhere.
    file: Option<(PathBuf, FileId)>,
}

impl Loader {
    fn claims(&mut self, mut world: World, names: &[String]) -> Option<Claims> {
        let wanted = wanted(&world.scenario, names, &mut self.found.diagnostics)?;
        world.scenario = world.scenario.with_hypotheses(&wanted);
        let Placement {
            settings:
                Settings {
                    known,
                    texts,
                    policies,
                    ..
                },
            own,
            placed,
        } = self.placement(&world)?;
        let mut runs = Vec::with_capacity(known.len());
        for ((base, mut policy), text) in known.into_iter().zip(texts) {
            let Base {
                policy: of, file, ..
            } = &policies[base];
            let origin = world.origin(of, file.as_ref().map(|(path, _)| path.as_path()));
            policy.name.clone_from(&text);
            let program = self.program(&world.scenario, &policy)?;
            runs.push(SettingRun {
                policy,
                program,
                text,
                origin,
            });
        }
        let inputs = policies.iter().filter_map(|Base { policy, file, .. }| {
            let (path, file) = file.as_ref()?;
            let text = self.found.sources.text(*file);
            let text = policy_text(Some(text), policy, &world.scenario).ok()?;
            let path = Some(path.display().to_string());
            Some(input(policy.name(), policy.title(), path, &text))
        });
        let inputs = inputs.collect();
        let (scenario, scenario_text, scenario_file) = world.into_parts();
        let laid_over = self.overlay.as_ref();
        (!self.found.diagnostics.has_errors()).then(|| Claims {
            cautions: self.found.cautions(&scenario, None),
            scenario,
            scenario_text,
            scenario_file,
            laid_over: laid_over.map(|path| path.display().to_string()),
            inputs: self.inputs.clone(),
            policies: inputs,
            settings: runs,
            own,
            placed,
        })
    }

    /// Every distinct setting that the claims of a scenario need, and where each claim's settings stand among them.
    pub(super) fn placement<'w>(&mut self, world: &'w World) -> Option<Placement<'w>> {
        let default = world.scenario.default_policy();
        let mut settings = Settings {
            world,
            policies: vec![Base {
                name: String::new(),
                policy: default,
                file: None,
            }],
            known: Vec::new(),
            texts: Vec::new(),
        };
        let hypotheses = world.scenario.hypotheses();
        let mut main = Vec::with_capacity(hypotheses.len());
        for of in hypotheses {
            let places = of
                .settings
                .iter()
                .map(|setting| settings.place(self, setting));
            let places: Vec<Option<usize>> = places.collect();
            main.push(places.into_iter().collect::<Option<Vec<usize>>>());
        }
        let main: Vec<Vec<usize>> = main.into_iter().collect::<Option<_>>()?;
        for (of, programs) in hypotheses.iter().zip(&main) {
            self.compares_something(of, programs);
        }
        let own = settings.known.len();
        let mut placed = Vec::with_capacity(hypotheses.len());
        for (of, main) in hypotheses.iter().zip(main) {
            let across = settings.across(self, of)?;
            self.cells_compare_something(of, &main, &across, &settings);
            placed.push(Placed {
                neutral: match of.neutral.as_slice() {
                    [] => None,
                    parameters => Some(settings.neutral(self, of, parameters)?),
                },
                across,
                main,
            });
        }
        let diagnostics = &mut self.found.diagnostics;
        let count = settings.known.len();
        if count > MOST_SETTINGS && !diagnostics.has_errors() {
            diagnostics
                .error_without_place(format!(
                    "these claims need {count} settings; at most {MOST_SETTINGS} are run at once"
                ))
                .help("name some of the claims on the command line");
        }
        (!diagnostics.has_errors()).then_some(Placement {
            settings,
            own,
            placed,
        })
    }

    /// Refuses a claim whose settings are all one.
    fn compares_something(&mut self, of: &Hypothesis, programs: &[usize]) {
        if !compares_nothing(of, programs) {
            return;
        }
        let message = "this compares nothing: all its settings come to the same";
        self.found
            .diagnostics
            .error(of.places.compare, message, "the same on every side")
            .help("a setting that a policy, `given` or a default has already changes nothing: name another");
    }

    /// Refuses `across` where it makes all settings one that are several in the claim itself: by the levers in which they differ.
    fn cells_compare_something(
        &mut self,
        of: &Hypothesis,
        main: &[usize],
        across: &[PlacedCell],
        settings: &Settings<'_>,
    ) {
        let one = across
            .iter()
            .find(|cell| compares_nothing(of, &cell.programs));
        let Some(cell) = one.filter(|_| !compares_nothing(of, main)) else {
            return;
        };
        let scenario = &settings.world.scenario;
        let options = |lever: usize| {
            main.iter()
                .map(move |of| settings.known[*of].1.choices[lever])
        };
        for ((lever, option), span) in cell.levers.iter().zip(&of.places.across) {
            let mut options = options(*lever);
            let first = options.next();
            if options.all(|option| Some(option) == first) {
                continue;
            }
            let (lever, option) = scenario.lever_option(*lever, *option);
            let message = format!(
                "the compared settings differ in `{lever}`: with `{option}` for all of them nothing is left to compare"
            );
            self.found
                .diagnostics
                .error(*span, message, "would make them one")
                .help("leave it out of `across`");
        }
    }
}

/// Whether all settings of a claim are one where they run as these programs, or all outcomes cancel.
fn compares_nothing(of: &Hypothesis, programs: &[usize]) -> bool {
    let one = programs.len() > 1 && programs.iter().all(|program| *program == programs[0]);
    one || of.comparison.is_number_under(programs)
}

impl Settings<'_> {
    /// The place of a setting among all; none where there is no such policy.
    fn place(&mut self, loader: &mut Loader, setting: &Setting) -> Option<usize> {
        let base = match &setting.policy {
            None => 0,
            Some(name) => self.policy(loader, name)?,
        };
        let scenario = &self.world.scenario;
        // Mistakes in --set were told with the world.
        let mut told = Diagnostics::new();
        let policy = self.policies[base].policy.clone();
        let policy = policy_with_settings(policy, &self.world.settings, scenario, &mut told);
        let policy = policy.under(setting);
        let known = self.known.iter().position(|(of, known)| {
            let same_rules = *of == base || (known.rules.is_empty() && policy.rules.is_empty());
            same_rules && known.is_as(&policy)
        });
        if known.is_some() {
            return known;
        }
        self.known.push((base, policy));
        self.texts.push(scenario.setting_text(setting));
        Some(self.known.len() - 1)
    }

    /// The place of a policy by the name that a claim gives.
    fn policy(&mut self, loader: &mut Loader, name: &Quoted) -> Option<usize> {
        let known = self.policies.iter().skip(1);
        if let Some(place) = known.clone().position(|known| known.name == name.text) {
            return Some(place + 1);
        }
        let path = loader.policy_of_claim(name, self.world)?;
        let (policy, file) = loader.policy(&path, &self.world.scenario)?;
        self.policies.push(Base {
            name: name.text.clone(),
            policy,
            file: Some((path, file)),
        });
        Some(self.policies.len() - 1)
    }

    /// The places of a claim's settings with parameters at their neutral values.
    fn neutral(
        &mut self,
        loader: &mut Loader,
        of: &Hypothesis,
        parameters: &[usize],
    ) -> Option<Vec<usize>> {
        let values = self.world.scenario.neutral_values(parameters);
        self.changed(loader, of, |setting| {
            let mut setting = setting.clone();
            values
                .iter()
                .for_each(|(of, value)| setting.set(*of, *value));
            setting
        })
    }

    /// The places of a claim's settings under every combination of other levers' options.
    fn across(&mut self, loader: &mut Loader, of: &Hypothesis) -> Option<Vec<PlacedCell>> {
        if of.across.is_empty() {
            return Some(Vec::new());
        }
        let cells = self.world.scenario.crossed(&of.across);
        let cells = cells.into_iter().map(|cell| {
            let changed = |setting: &Setting| {
                let mut setting = setting.clone();
                cell.iter()
                    .for_each(|(lever, option)| setting.choose(*lever, *option));
                setting
            };
            let programs = self.changed(loader, of, changed)?;
            Some(PlacedCell {
                programs,
                levers: cell.clone(),
            })
        });
        cells.collect()
    }

    fn changed(
        &mut self,
        loader: &mut Loader,
        of: &Hypothesis,
        change: impl Fn(&Setting) -> Setting,
    ) -> Option<Vec<usize>> {
        let places = of
            .settings
            .iter()
            .map(|setting| self.place(loader, &change(setting)));
        places.collect()
    }
}

/// The claims that the command line names, by position; all where it names none.
fn wanted(
    scenario: &Scenario,
    names: &[String],
    diagnostics: &mut Diagnostics,
) -> Option<Vec<usize>> {
    let known = scenario.hypotheses().iter().map(Hypothesis::name);
    if names.is_empty() {
        return Some((0..known.count()).collect());
    }
    let mut wanted = Vec::with_capacity(names.len());
    for name in names {
        match known.clone().position(|known| known == name) {
            Some(place) if !wanted.contains(&place) => wanted.push(place),
            Some(_) => {}
            None => {
                let near = nearest(name, known.clone());
                let all = || format!("there are {}", known.clone().collect::<Vec<_>>().join(", "));
                diagnostics
                    .error_without_place(format!("there is no hypothesis `{name}`"))
                    .help(near.map_or_else(all, |near| format!("did you mean `{near}`?")));
            }
        }
    }
    (!diagnostics.has_errors()).then_some(wanted)
}
