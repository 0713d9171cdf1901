//! Files → a program, with every mistake of the input in one place.

use super::failure::RunFailure;
use super::replay::{Origin, Running};
use detente_model::diagnostic::{
    Diagnostics, FileId, Quoted, Sources, Span, nearest, render, some_of,
};
use detente_model::scenario::{
    Policy, RANGES, Scenario, extended_file, is_no_toml, lint, policy_from_file, policy_text,
    policy_with_choices, policy_with_settings, refuse_changes, resolved_text, scenario_from_files,
    scenario_text_with_horizon,
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
    /// A file of rates, claims or payoffs to lay over the scenario.
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

/// Reads and compiles a scenario under a policy, given by its file or by its name in the folder `policies` beside
/// the scenario; without one every lever is at its default.
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

/// As [`load`], with the rates that `observed` holds laid over the scenario: a file of [rates] and of what measures them.
/// Without one the scenario's own are meant, or those in the file of the same name in the folder `observed` beside it.
///
/// # Errors
/// As [`load`]; and where there are no rates.
pub fn load_with_rates(
    scenario_path: &Path,
    observed: Option<&Path>,
    policy: Option<&str>,
    overrides: &Overrides,
) -> Result<Loaded, Box<Findings>> {
    let load = |loader: &mut Loader| loader.load(scenario_path, policy, overrides);
    let has_none = |loaded: &Loaded| loaded.scenario.rates().is_empty();
    let (mut loader, mut loaded, _) =
        laid_over(scenario_path, observed, "observed", load, has_none);
    if loaded.as_ref().is_some_and(has_none) {
        loader.lacks(
            scenario_path,
            observed,
            "observed",
            ["observed rates", "rates"],
        );
        loaded = None;
    }
    loader.ended(loaded)
}

/// Reads input files with the file `given` laid over the scenario. Where none is given and what is loaded `lacks` what such files
/// hold, that is the file of the scenario's name in `folder` beside it, if there is one. The file comes back, too.
pub(super) fn laid_over<T>(
    scenario_path: &Path,
    given: Option<&Path>,
    folder: &str,
    load: impl Fn(&mut Loader) -> Option<T>,
    lacks: impl Fn(&T) -> bool,
) -> (Loader, Option<T>, Option<PathBuf>) {
    let mut file = given.map(Path::to_owned);
    let mut loader = Loader::over(file.clone());
    let mut loaded = load(&mut loader);
    if file.is_none() && loaded.as_ref().is_some_and(lacks) {
        file = beside(scenario_path, folder).filter(|path| path.is_file());
        if file.is_some() {
            loader = Loader::over(file.clone());
            loaded = load(&mut loader);
        }
    }
    (loader, loaded, file)
}

/// The file of a scenario's name in a folder beside it.
fn beside(scenario_path: &Path, folder: &str) -> Option<PathBuf> {
    let name = scenario_path.file_name()?;
    let parent = scenario_path.parent().unwrap_or(Path::new(""));
    Some(parent.join(folder).join(name))
}

/// A scenario with what the command line changes, before any policy.
pub(super) struct World {
    pub scenario: Scenario,
    /// The text that reproduces it.
    text: String,
    pub file: PathBuf,
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
    /// Where a policy comes from that stands in a file or not.
    pub fn origin(&self, policy: &Policy, file: Option<&Path>) -> Origin {
        Origin {
            scenario: self.file.clone(),
            overlay: self.overlay.clone(),
            horizon: self.horizon,
            policy_file: file.map(Path::to_owned),
            policy: policy.clone(),
        }
    }

    /// The scenario, the text that reproduces it, and where it was read.
    pub fn into_parts(self) -> (Scenario, String, String) {
        (self.scenario, self.text, self.file.display().to_string())
    }
}

/// Reads input files and keeps what is found in them.
#[derive(Default)]
pub(super) struct Loader {
    pub found: Findings,
    /// The files that were read.
    pub inputs: Vec<PathBuf>,
    /// A file to lay over the scenario.
    overlay: Option<PathBuf>,
}

impl Loader {
    /// A loader that lays a file over the scenario.
    pub fn over(overlay: Option<PathBuf>) -> Self {
        Self {
            overlay,
            ..Self::default()
        }
    }

    /// Complains that a scenario has nothing of what is asked for, neither in itself nor in the file `given` nor in `folder` beside
    /// it; `what` is that in words, and its table.
    pub fn lacks(
        &mut self,
        scenario_path: &Path,
        given: Option<&Path>,
        folder: &str,
        [what, table]: [&str; 2],
    ) {
        let place = beside(scenario_path, folder);
        let shown = place.map_or(String::new(), |path| format!(" as {}", path.display()));
        let lacking = given.unwrap_or(scenario_path).display();
        let diagnostics = &mut self.found.diagnostics;
        diagnostics
            .error_without_place(format!("{lacking} has no {what}"))
            .help(format!(
                "write [{table}] into it, or into a file of their own that --{folder} names or that stands{shown}"
            ));
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
        let (mut scenario, mut text) = self.scenario(path)?;
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
            file: path.to_owned(),
            settings,
            choices,
            overlay: self.overlay.clone(),
            horizon: overrides.horizon,
        })
    }

    /// A scenario compiled under the policy of a file, or of a name in the folder `policies`, or with every lever at its
    /// default.
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
        let path = self.find_policy(given, &world.file)?;
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
            scenario_file: world.file.display().to_string(),
            policy_file: file.map(|(path, _)| path.display().to_string()),
            warnings: diagnostics.warnings() - shown,
            inputs: self.inputs.clone(),
            origin,
            cautions,
        })
    }

    /// A scenario and the text that reproduces it.
    pub fn scenario(&mut self, path: &Path) -> Option<(Scenario, String)> {
        let mut files = self.lineage(path)?;
        if let Some(overlay) = self.overlay.clone() {
            let overlay = self.read_or_tell(&overlay)?;
            let found = &mut self.found;
            refuse_changes(overlay, &files, &found.sources, &mut found.diagnostics);
            files.insert(0, overlay);
        }
        let Findings {
            diagnostics,
            sources,
        } = &mut self.found;
        let scenario = scenario_from_files(&files, sources, diagnostics)?;
        let text = match files.as_slice() {
            [file] => sources.text(*file).to_owned(),
            _ => resolved_text(&files, sources)?,
        };
        Some((scenario, text))
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
    fn lineage(&mut self, path: &Path) -> Option<Vec<FileId>> {
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

    /// A file as given, or the name of one in `policies` beside the scenario.
    pub fn find_policy(&mut self, given: &str, scenario_path: &Path) -> Option<PathBuf> {
        let as_file = PathBuf::from(given);
        if as_file.is_file() {
            return Some(as_file);
        }
        let folder = policy_folder(scenario_path);
        let by_name = folder.join(format!("{given}.toml"));
        if by_name.is_file() {
            return Some(by_name);
        }
        let help = policies_there(given, &folder);
        self.found
            .diagnostics
            .error_without_place(format!(
                "there is no policy `{given}`: no such file, and no {}",
                by_name.display()
            ))
            .help(help);
        None
    }

    /// The file of a policy that a claim names, in `policies` beside the scenario.
    pub fn policy_of_claim(&mut self, name: &Quoted, world: &World) -> Option<PathBuf> {
        let folder = policy_folder(&world.file);
        let path = folder.join(format!("{}.toml", name.text));
        if path.is_file() {
            return Some(path);
        }
        let help = match world.scenario.lever_with_option(&name.text) {
            Some(lever) => format!(
                "an option stands behind its lever: `{lever} = {}`",
                name.text
            ),
            None => policies_there(&name.text, &folder),
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

/// What policies there are in a folder, and which of them may have been meant.
fn policies_there(given: &str, folder: &Path) -> String {
    let known: Vec<String> = policies_in(folder)
        .iter()
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    if known.is_empty() {
        return "give the path of a policy file".to_owned();
    }
    let near = nearest(given, known.iter().map(String::as_str));
    let near = near.map_or(String::new(), |near| format!("did you mean `{near}`? "));
    format!(
        "{near}in {} stand {}",
        folder.display(),
        some_of(known.iter())
    )
}

/// Where the policies of a scenario are looked for by name.
pub(super) fn policy_folder(scenario_path: &Path) -> PathBuf {
    scenario_path
        .parent()
        .unwrap_or(Path::new(""))
        .join("policies")
}

/// The policy files in a folder, by name; none where it cannot be read.
pub(super) fn policies_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "toml"))
        .collect();
    files.sort();
    files
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
