//! Files → a program, with every mistake of the input in one place.

use super::failure::RunFailure;
use super::replay::{Origin, Running};
use super::theatre::{Layer, OBSERVED, Theatre};
use detente_model::diagnostic::{Diagnostics, FileId, Quoted, Sources, Span, render};
use detente_model::scenario::{
    Policy, RANGES, Scenario, extended_file, has_table, is_no_toml, lint, policy_from_file,
    policy_text, policy_with_choices, policy_with_settings, refuse_changes, resolved_text,
    scenario_from_files, scenario_text_with_horizon,
};
use detente_output::store::{DrawnFigure, input};
use detente_report::manifest::Input;
use detente_sim::ensemble::EnsembleError;
use detente_sim::program::{Program, compile};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Most files of a scenario that extends another.
const MOST_FILES: usize = 64;

/// Most bytes of an input file.
const MOST_BYTES: u64 = 4 << 20;

/// What the command line changes in the files' scenario and policy.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Overrides {
    /// Another horizon, in time units.
    pub horizon: Option<f64>,
    /// Parameter values, each a text `name=value`.
    pub set: Vec<String>,
    /// Choices on levers, each a text `lever=option`.
    pub choose: Vec<String>,
    /// A file to lay over the scenario, by its path or its name in the theatre's folder.
    pub over: Option<PathBuf>,
}

/// A scenario under a policy, ready to run, with the texts that reproduce it.
#[derive(Debug)]
pub struct Loaded {
    /// The scenario.
    pub scenario: Scenario,
    /// The policy.
    pub policy: Policy,
    /// Both, compiled.
    pub program: Program,
    /// The scenario's text with the overrides written in.
    pub scenario_text: String,
    /// The policy's text with the overrides written in.
    pub policy_text: String,
    /// Where the scenario was read, as given.
    pub scenario_file: String,
    /// Where the policy was read, as found; none for the defaults.
    pub policy_file: Option<String>,
    /// How many warnings `check` would show, cautions not counted.
    pub warnings: usize,
    /// The files that were read, which no result may replace.
    pub inputs: Vec<PathBuf>,
    /// What the command line gives of both.
    pub(super) origin: Origin,
    /// Values outside their ranges that were set so far, as text.
    pub cautions: String,
}

/// What was found in the input files: mistakes, warnings, and the texts that they point into.
#[derive(Debug, Default)]
pub struct Findings {
    /// The mistakes and warnings.
    pub diagnostics: Diagnostics,
    /// The texts.
    pub sources: Sources,
}

impl Findings {
    /// Warnings of values outside their ranges, without those of the file `but_in`, as text.
    pub(super) fn cautions(&self, scenario: &Scenario, but_in: Option<FileId>) -> String {
        if scenario.allows(RANGES) {
            return String::new();
        }
        let warnings = self.diagnostics.only(RANGES, but_in);
        render(&warnings, &self.sources, false)
    }
}

impl Loaded {
    /// The line that every table and figure bears.
    #[must_use]
    pub fn honesty(&self) -> String {
        self.scenario.honesty()
    }

    /// The policy, to be run.
    pub(super) fn running(&self) -> Running<'_> {
        Running {
            called: format!("policy `{}`", self.policy.name()),
            scenario: &self.scenario,
            policy: &self.policy,
            origin: &self.origin,
        }
    }

    /// A failure of trials under a seed.
    pub(super) fn failed(&self, error: EnsembleError, seed: u64) -> RunFailure {
        RunFailure::of(error, |trial| self.running().command(seed, trial))
    }

    /// The scenario, as a manifest names it.
    pub(super) fn scenario_input(&self) -> Input {
        let (name, title) = (self.scenario.name(), self.scenario.title());
        input(
            name,
            title,
            Some(self.scenario_file.clone()),
            &self.scenario_text,
        )
    }

    /// How a figure of the scenario under the policy comes about.
    #[must_use]
    pub fn drawn_figure(&self, command_line: Vec<String>) -> DrawnFigure {
        DrawnFigure {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            honesty: self.honesty(),
            scenario: self.scenario_input(),
            policies: vec![self.policy_input()],
            command_line,
            inputs: self.inputs.clone(),
        }
    }

    /// The policy, as a manifest names it.
    pub(super) fn policy_input(&self) -> Input {
        let (name, title) = (self.policy.name(), self.policy.title());
        input(name, title, self.policy_file.clone(), &self.policy_text)
    }
}

/// Reads and compiles a scenario, given by its file or its theatre's folder, under a policy, given by its file or its name in the
/// theatre; without one every lever is at its default.
///
/// # Errors
/// Everything that is wrong with the files, each mistake with its place.
pub fn load(
    scenario_path: &Path,
    policy: Option<&str>,
    overrides: &Overrides,
) -> Result<Loaded, Box<Findings>> {
    let mut loader = Loader::over(overrides.over.clone());
    let loaded = loader.load(scenario_path, policy, overrides);
    loader.ended(loaded)
}

/// Reads and compiles a scenario under two policies, each given as for [`load`].
///
/// # Errors
/// Everything that is wrong with the scenario, else with both policies, each mistake with its place.
pub fn load_pair(
    scenario_path: &Path,
    policies: [Option<&str>; 2],
    overrides: &Overrides,
) -> Result<[Loaded; 2], Box<Findings>> {
    let mut loader = Loader::over(overrides.over.clone());
    let pair = loader.world(scenario_path, overrides).and_then(|world| {
        let [a, b] = policies.map(|policy| loader.under(&world, policy));
        Some([a?, b?])
    });
    loader.ended(pair)
}

/// As [`load`], with observed rates: the scenario's own, or those of the file `observed`, given by its path or its name in the
/// theatre's folder, or else of the theatre's `observed.toml`, which is laid over the scenario.
///
/// # Errors
/// As [`load`]; and where there are no rates.
pub fn load_with_rates(
    scenario_path: &Path,
    observed: Option<&Path>,
    policy: Option<&str>,
    overrides: &Overrides,
) -> Result<Loaded, Box<Findings>> {
    let mut loader = Loader::laying(&OBSERVED, observed);
    let loaded = loader
        .load(scenario_path, policy, overrides)
        .filter(|loaded| loader.has(&OBSERVED, &loaded.scenario, &Theatre::of(scenario_path)));
    loader.ended(loaded)
}

/// A scenario with what the command line changes, before any policy.
pub(super) struct World {
    pub scenario: Scenario,
    /// The text that reproduces it.
    text: String,
    pub theatre: Theatre,
    /// What `--set` gives.
    pub settings: Vec<Quoted>,
    /// What `--choose` gives.
    choices: Vec<Quoted>,
    /// The file laid over the scenario.
    overlay: Option<PathBuf>,
    /// The horizon in place of the scenario's own.
    horizon: Option<f64>,
}

impl World {
    /// A scenario as its files have it.
    pub fn plain(theatre: &Theatre, scenario: Scenario, text: String) -> Self {
        Self {
            scenario,
            text,
            theatre: theatre.clone(),
            settings: Vec::new(),
            choices: Vec::new(),
            overlay: None,
            horizon: None,
        }
    }

    /// Where a policy comes from that stands in a file or not.
    pub fn origin(&self, policy: &Policy, file: Option<&Path>) -> Origin {
        Origin {
            scenario: self.theatre.scenario.clone(),
            overlay: self.overlay.clone(),
            horizon: self.horizon,
            policy_file: file.map(Path::to_owned),
            policy: policy.clone(),
        }
    }

    /// The scenario, the text that reproduces it, and where it was read.
    pub fn into_parts(self) -> (Scenario, String, String) {
        let file = self.theatre.scenario.display().to_string();
        (self.scenario, self.text, file)
    }
}

/// Reads input files and keeps what is found in them.
#[derive(Default)]
pub(super) struct Loader {
    pub found: Findings,
    /// The files that were read.
    pub inputs: Vec<PathBuf>,
    /// The file given to be laid over the scenario.
    given: Option<PathBuf>,
    /// Without such a file, the kind that is laid over the scenario where the theatre has it and the scenario has no such table.
    layer: Option<&'static Layer>,
    /// The file that was laid over the scenario.
    pub overlay: Option<PathBuf>,
}

impl Loader {
    /// A loader that lays a file over the scenario.
    fn over(given: Option<PathBuf>) -> Self {
        Self {
            given,
            ..Self::default()
        }
    }

    /// A loader that lays a file of a kind over the scenario: the one given, or else the theatre's.
    pub fn laying(layer: &'static Layer, given: Option<&Path>) -> Self {
        Self {
            layer: Some(layer),
            ..Self::over(given.map(Path::to_owned))
        }
    }

    /// Whether a scenario, with the file laid over it, has what a kind of such files holds. Complains where it has not.
    pub fn has(&mut self, layer: &Layer, scenario: &Scenario, theatre: &Theatre) -> bool {
        let Layer {
            name, table, what, ..
        } = layer;
        if (layer.is_in)(scenario) {
            return true;
        }
        let lacking = self.overlay.as_ref().unwrap_or(&theatre.scenario).display();
        let place = theatre.layer(layer);
        let diagnostics = &mut self.found.diagnostics;
        diagnostics
            .error_without_place(format!("{lacking} has no {what}"))
            .help(format!(
                "write [{table}] into it, into {}, or into a file that --{name} names",
                place.display()
            ));
        false
    }

    /// What was loaded, or all that is wrong.
    pub fn ended<T>(self, loaded: Option<T>) -> Result<T, Box<Findings>> {
        loaded.ok_or_else(|| Box::new(self.mistakes()))
    }

    /// All that is wrong.
    pub fn mistakes(mut self) -> Findings {
        // Warnings are for `check`; here they would hide the mistakes.
        self.found.diagnostics.keep_errors();
        self.found
    }

    /// Reads and compiles a scenario under a policy, as [`load`] does.
    pub fn load(
        &mut self,
        scenario_path: &Path,
        policy: Option<&str>,
        overrides: &Overrides,
    ) -> Option<Loaded> {
        let world = self.world(scenario_path, overrides)?;
        self.under(&world, policy)
    }

    /// A scenario with what the command line changes in it.
    pub fn world(&mut self, path: &Path, overrides: &Overrides) -> Option<World> {
        let theatre = Theatre::of(path);
        let (mut scenario, mut text) = self.scenario(&theatre)?;
        if let Some(horizon) = overrides.horizon {
            if !(horizon > 0.0 && horizon.is_finite()) {
                let message =
                    format!("--horizon {horizon}: the horizon must be finite and above 0");
                self.found.diagnostics.error_without_place(message);
                return None;
            }
            scenario = scenario.with_horizon(horizon);
            text = scenario_text_with_horizon(&text, horizon).ok()?;
        }
        let settings = overrides.set.iter();
        let settings: Vec<Quoted> = settings.map(|text| self.given("--set", text)).collect();
        let choices = overrides.choose.iter();
        let choices: Vec<Quoted> = choices.map(|text| self.given("--choose", text)).collect();
        let diagnostics = &mut self.found.diagnostics;
        // Their mistakes are the same under every policy.
        policy_with_settings(scenario.default_policy(), &settings, &scenario, diagnostics);
        policy_with_choices(scenario.default_policy(), &choices, &scenario, diagnostics);
        Some(World {
            scenario,
            text,
            theatre,
            settings,
            choices,
            overlay: self.overlay.clone(),
            horizon: overrides.horizon,
        })
    }

    /// A scenario compiled under the policy of a file, or of a name in the theatre, or with every lever at its default.
    pub fn under(&mut self, world: &World, given: Option<&str>) -> Option<Loaded> {
        let (policy, file) = self.policy_given(world, given)?;
        let loaded = self.compiled(world, policy.clone(), (&policy, file));
        loaded.filter(|_| !self.found.diagnostics.has_errors())
    }

    /// A policy by its file or name, with the file; without one that of the defaults.
    pub fn policy_given(
        &mut self,
        world: &World,
        given: Option<&str>,
    ) -> Option<(Policy, Option<(PathBuf, FileId)>)> {
        let Some(given) = given else {
            return Some((world.scenario.default_policy(), None));
        };
        let path = self.find_policy(given, &world.theatre)?;
        let (policy, file) = self.policy(&path, &world.scenario)?;
        Some((policy, Some((path, file))))
    }

    /// A scenario compiled under a policy that is made of another, which stands in a file or not.
    pub fn compiled(
        &mut self,
        world: &World,
        policy: Policy,
        (base, file): (&Policy, Option<(PathBuf, FileId)>),
    ) -> Option<Loaded> {
        let scenario = &world.scenario;
        let mut told = Diagnostics::default();
        let policy = policy_with_settings(policy, &world.settings, scenario, &mut told);
        let policy = policy_with_choices(policy, &world.choices, scenario, &mut told);
        let origin = world.origin(base, file.as_ref().map(|(path, _)| path.as_path()));
        let source = file
            .as_ref()
            .map(|(_, file)| self.found.sources.text(*file));
        let policy_text = policy_text(source, &policy, scenario).ok()?;
        let program = self.program(scenario, &policy)?;
        let diagnostics = &mut self.found.diagnostics;
        lint(scenario, std::slice::from_ref(&policy), diagnostics);
        // What nothing reads is for `check` to say, which knows all policies.
        diagnostics.allow("unused");
        // Those of claims are for `check`, too.
        let own = Some(scenario.file());
        let cautions = self.found.cautions(scenario, own);
        let diagnostics = &self.found.diagnostics;
        let shown = diagnostics.only(RANGES, own).warnings();
        Some(Loaded {
            scenario: scenario.clone(),
            policy,
            program,
            scenario_text: world.text.clone(),
            policy_text,
            scenario_file: world.theatre.scenario.display().to_string(),
            policy_file: file.map(|(path, _)| path.display().to_string()),
            warnings: diagnostics.warnings() - shown,
            inputs: self.inputs.clone(),
            origin,
            cautions,
        })
    }

    /// A scenario, with the file laid over it, and the text that reproduces both.
    fn scenario(&mut self, theatre: &Theatre) -> Option<(Scenario, String)> {
        let mut files = self.lineage(&theatre.scenario)?;
        self.overlay = match (&self.given, self.layer) {
            (Some(given), _) => Some(theatre.named(given)),
            (None, Some(layer)) => self.own_layer(theatre, layer, &files),
            (None, None) => None,
        };
        if let Some(overlay) = self.overlay.clone() {
            files = self.laid_over(&overlay, files)?;
        }
        self.resolved(&files)
    }

    /// The scenario that files say together, and the text that reproduces it.
    pub fn resolved(&mut self, files: &[FileId]) -> Option<(Scenario, String)> {
        let Findings {
            diagnostics,
            sources,
        } = &mut self.found;
        let scenario = scenario_from_files(files, sources, diagnostics)?;
        let text = match files {
            [file] => sources.text(*file).to_owned(),
            _ => resolved_text(files, sources)?,
        };
        Some((scenario, text))
    }

    /// The theatre's file of a kind, where there is one and the scenario has no such table itself.
    pub fn own_layer(
        &self,
        theatre: &Theatre,
        layer: &Layer,
        scenario: &[FileId],
    ) -> Option<PathBuf> {
        let file = theatre.layer(layer);
        let is_meant = file.is_file() && !has_table(layer.table, scenario, &self.found.sources);
        is_meant.then_some(file)
    }

    /// The files of a scenario under one that is laid over it, which may change nothing of it.
    pub fn laid_over(&mut self, overlay: &Path, mut scenario: Vec<FileId>) -> Option<Vec<FileId>> {
        let overlay = self.read_or_tell(overlay)?;
        let found = &mut self.found;
        refuse_changes(overlay, &scenario, &found.sources, &mut found.diagnostics);
        scenario.insert(0, overlay);
        Some(scenario)
    }

    pub fn policy(&mut self, path: &Path, scenario: &Scenario) -> Option<(Policy, FileId)> {
        let file = self.read_or_tell(path)?;
        let Findings {
            diagnostics,
            sources,
        } = &mut self.found;
        Some((
            policy_from_file(file, sources, scenario, diagnostics)?,
            file,
        ))
    }

    pub fn program(&mut self, scenario: &Scenario, policy: &Policy) -> Option<Program> {
        match compile(scenario, policy) {
            Ok(program) => Some(program),
            Err(errors) => {
                for error in errors {
                    let under = format!("under policy `{}`", policy.name());
                    let diagnostics = &mut self.found.diagnostics;
                    diagnostics.error(error.span, error.to_string(), under);
                }
                None
            }
        }
    }

    /// A scenario's file and those that it extends, the last first read.
    pub fn lineage(&mut self, path: &Path) -> Option<Vec<FileId>> {
        let mut path = path.to_owned();
        let mut files = vec![self.read_or_tell(&path)?];
        let mut seen = BTreeSet::from([fs::canonicalize(&path).ok()]);
        while let Some(extended) = extended_file(files[files.len() - 1], &self.found.sources) {
            path = path.parent().unwrap_or(Path::new("")).join(&extended.text);
            let place = fs::canonicalize(&path).ok();
            let diagnostics = &mut self.found.diagnostics;
            if place.is_some() && seen.contains(&place) {
                let names = files.iter().map(|file| self.found.sources.name(*file));
                let mut circle: Vec<String> = names.map(str::to_owned).collect();
                circle.push(path.display().to_string());
                let circle = circle.join(" extends ");
                diagnostics.error(
                    extended.span,
                    format!("a circle of scenarios: {circle}"),
                    "this file is on its way to itself",
                );
                return None;
            }
            if files.len() == MOST_FILES {
                let message = format!("more than {MOST_FILES} scenarios extend each other");
                diagnostics.error(extended.span, message, "one too many");
                return None;
            }
            // A file that is no scenario may be any, a secret too: it is not shown.
            if path.extension().is_none_or(|kind| kind != "toml") {
                let message = format!("{} does not end in .toml", path.display());
                diagnostics.error(extended.span, message, "only scenarios can be extended");
                return None;
            }
            match read(&path) {
                Ok(text) => {
                    let file = self.found.sources.add(path.display().to_string(), text);
                    if let Some(problem) = is_no_toml(file, &self.found.sources) {
                        let message = format!("{} is not TOML: {problem}", path.display());
                        diagnostics.error(extended.span, message, "extended here");
                        return None;
                    }
                    self.inputs.push(path.clone());
                    files.push(file);
                    seen.insert(place);
                }
                Err(unreadable) => {
                    diagnostics
                        .error(extended.span, unreadable.problem, "extended here")
                        .help("the path is read from the folder of the file in which it stands");
                    return None;
                }
            }
        }
        Some(files)
    }

    fn read_or_tell(&mut self, path: &Path) -> Option<FileId> {
        match read(path) {
            Ok(text) => {
                self.inputs.push(path.to_owned());
                Some(self.found.sources.add(path.display().to_string(), text))
            }
            Err(unreadable) => {
                let diagnostics = &mut self.found.diagnostics;
                let diagnostic = diagnostics.error_without_place(unreadable.problem);
                diagnostic.maybe_help(unreadable.help.map(str::to_owned));
                None
            }
        }
    }

    /// A policy's file as given, or by its name in the theatre.
    pub fn find_policy(&mut self, given: &str, theatre: &Theatre) -> Option<PathBuf> {
        let as_file = PathBuf::from(given);
        if as_file.is_file() {
            return Some(as_file);
        }
        let by_name = theatre.policy(given);
        if by_name.is_file() {
            return Some(by_name);
        }
        self.found
            .diagnostics
            .error_without_place(format!(
                "there is no policy `{given}`: no such file, and no {}",
                by_name.display()
            ))
            .help(theatre.policies_like(given));
        None
    }

    /// The file of a policy that a claim names, in the theatre.
    pub fn policy_of_claim(&mut self, name: &Quoted, world: &World) -> Option<PathBuf> {
        let path = world.theatre.policy(&name.text);
        if path.is_file() {
            return Some(path);
        }
        let help = match world.scenario.lever_with_option(&name.text) {
            Some(lever) => format!(
                "an option stands behind its lever: `{lever} = {}`",
                name.text
            ),
            None => world.theatre.policies_like(&name.text),
        };
        let message = format!("there is no policy `{}`", name.text);
        let label = format!("no {}", path.display());
        let diagnostics = &mut self.found.diagnostics;
        diagnostics.error(name.span, message, label).help(help);
        None
    }

    /// A word that a flag of the command line gives, to be pointed at.
    pub fn given(&mut self, flag: &str, word: &str) -> Quoted {
        let file = self.found.sources.add(flag, word);
        let span = Span {
            file,
            start: 0,
            end: word.len(),
        };
        Quoted::in_source(word, span, word)
    }
}

/// Why a file is no text that can be read.
struct Unreadable {
    problem: String,
    help: Option<&'static str>,
}

fn read(path: &Path) -> Result<String, Unreadable> {
    let shown = path.display();
    let kind = fs::metadata(path).map(|about| about.file_type());
    if kind.is_ok_and(|kind| !kind.is_file() && !kind.is_dir()) {
        return Err(Unreadable {
            problem: format!("{shown} is no file that can be read to its end"),
            help: Some("is it a scenario or policy at all?"),
        });
    }
    let mut bytes = Vec::new();
    // One byte more than the limit tells a file that is too long.
    let read = File::open(path).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes));
    if let Err(error) = read {
        return Err(Unreadable {
            problem: format!("cannot read {shown}: {error}"),
            help: None,
        });
    }
    if bytes.len() as u64 > MOST_BYTES {
        return Err(Unreadable {
            problem: format!("{shown} is longer than {} MiB", MOST_BYTES >> 20),
            help: Some("is it a scenario or policy at all?"),
        });
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..valid].split(|b| *b == b'\n').count();
        Unreadable {
            problem: format!(
                "{shown} is not UTF-8 text: byte {} on line {line} begins no letter",
                valid + 1
            ),
            help: Some("save it as UTF-8"),
        }
    })
}
