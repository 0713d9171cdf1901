//! What a study runs, and the command that shows one trial of it again.

use detente_model::scenario::{Policy, Scenario};
use detente_sim::ensemble::EnsembleError;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};

/// Where a scenario and a policy come from: what the command line gives of them.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The scenario's file.
    pub(super) scenario: PathBuf,
    /// The file laid over it.
    pub(super) overlay: Option<PathBuf>,
    /// The horizon in place of its own.
    pub(super) horizon: Option<f64>,
    /// The policy's file; none for the defaults.
    pub(super) policy_file: Option<PathBuf>,
    /// The policy as that file has it.
    pub(super) policy: Policy,
}

/// A policy that a study runs.
#[derive(Debug, Clone)]
pub(super) struct Running<'s> {
    /// What it is called in a sentence.
    pub called: String,
    pub scenario: &'s Scenario,
    /// The policy with all that the study changes in it.
    pub policy: &'s Policy,
    pub origin: &'s Origin,
}

/// A command of this program. As text it is what a POSIX shell reads as these words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShellCommand(Vec<OsString>);

impl Running<'_> {
    /// The command that shows a trial, with `policy` in place of its own.
    pub fn command_under(&self, policy: &Policy, seed: u64, trial: u64) -> ShellCommand {
        let Self {
            scenario, origin, ..
        } = self;
        let mut file = origin.scenario.clone();
        if file.as_os_str().as_encoded_bytes().starts_with(b"-") {
            // Else it would be read as a flag.
            file = Path::new(".").join(file);
        }
        let mut words: Vec<OsString> = vec!["detente".into(), "trace".into(), file.into()];
        let mut flag = |name: &str, value: &OsStr| words.extend([name.into(), value.to_owned()]);
        if let Some(overlay) = &origin.overlay {
            flag("--over", overlay.as_ref());
        }
        if let Some(file) = &origin.policy_file {
            // The flag takes text: where the path is none, the name in the theatre.
            let name = file.file_stem().unwrap_or_default();
            flag("--policy", file.to_str().map_or(name, OsStr::new));
        }
        for (lever, option) in policy.choices.iter().enumerate() {
            if origin.policy.choices[lever] != *option {
                let (lever, option) = scenario.lever_option(lever, *option);
                flag("--choose", format!("{lever}={option}").as_ref());
            }
        }
        let as_in_file = |parameter: usize, value: f64| {
            let mut settings = origin.policy.settings.iter();
            settings.any(|(known, of)| *known == parameter && of.to_bits() == value.to_bits())
        };
        for (parameter, value) in &policy.settings {
            if !as_in_file(*parameter, *value) {
                let name = scenario.parameters()[*parameter].name();
                flag("--set", format!("{name}={value}").as_ref());
            }
        }
        if let Some(horizon) = origin.horizon {
            flag("--horizon", horizon.to_string().as_ref());
        }
        flag("--seed", seed.to_string().as_ref());
        flag("--trial", trial.to_string().as_ref());
        ShellCommand(words)
    }

    /// The command that shows a trial.
    pub fn command(&self, seed: u64, trial: u64) -> ShellCommand {
        self.command_under(self.policy, seed, trial)
    }
}

/// The trial that could not go on or gave no number, where one is at fault.
pub(super) fn trial_at_fault(error: &EnsembleError) -> Option<u64> {
    match error {
        EnsembleError::Trial(failure) => Some(failure.trial),
        _ => None,
    }
}

impl ShellCommand {
    /// The command that draws the figures of finished results.
    #[must_use]
    pub fn plot(folder: &Path) -> Self {
        Self(vec!["detente".into(), "plot".into(), folder.into()])
    }
}

impl fmt::Display for ShellCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, word) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str(" ")?;
            }
            quoted(word, f)?;
        }
        Ok(())
    }
}

/// Writes a word as a shell reads it.
fn quoted(word: &OsStr, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let plain = |c: char| c.is_alphanumeric() || "-_./=+,:@%".contains(c);
    if word
        .to_str()
        .is_some_and(|text| !text.is_empty() && text.chars().all(plain))
    {
        return write!(f, "{}", word.display());
    }
    for chunk in word.as_encoded_bytes().utf8_chunks() {
        if !chunk.valid().is_empty() || chunk.invalid().is_empty() {
            write!(f, "'{}'", chunk.valid().replace('\'', "'\\''"))?;
        }
        for byte in chunk.invalid() {
            write!(f, "\"$(printf '\\{byte:03o}')\"")?;
        }
    }
    if word.is_empty() {
        f.write_str("''")?;
    }
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::ffi::OsStringExt;
    use std::process::Command;

    /// A shell reads every word as it was.
    #[test]
    fn words_survive_a_shell() {
        let words = [
            &b"plain-word_1.toml"[..],
            b"",
            b"two words",
            b"it's \"quoted\" $HOME `date` \\ * ~ ! # & ; |",
            b"line\nbreak",
            b"na\xefve \xff\xfe'.toml",
            "Verteidigung-\u{fc}.toml".as_bytes(),
        ];
        let words = words.map(|word| OsString::from_vec(word.to_vec()));
        let command = ShellCommand(words.to_vec()).to_string();
        let script = format!("printf '%s\\0' {command}");
        let read = Command::new("sh").args(["-c", &script]).output().unwrap();
        let read: Vec<&[u8]> = read.stdout.split(|byte| *byte == 0).collect();
        let expected: Vec<&[u8]> = words.iter().map(|word| word.as_encoded_bytes()).collect();
        assert_eq!(read[..words.len()], expected[..]);
    }
}
