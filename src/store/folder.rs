//! A result folder: which files it holds, and how they are written.

use super::comparison_parquet::COMPARISON_FILE;
use super::game::{GAME_FILE, PROFILES_TABLE, REPLIES_TABLE};
use super::hypotheses::{HYPOTHESES_DRAWS, HYPOTHESES_FILE, HYPOTHESES_TABLE};
use super::series::SERIES_FILE;
use super::trials::TRIALS_FILE;
use crate::stats::ColumnChanged;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why something could not be stored or read back.
#[derive(Debug, Error)]
pub enum StoreError {
    /// A file or folder could not be written or read.
    #[error("{path}: {error}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A file could not be put into its form or read from it.
    #[error("{path}: {problem}")]
    Form {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// Results of another kind stand where some were to be written.
    #[error(
        "{path} holds {} and not {}, and is left as it is; choose another folder with --out, or remove this one",
        .holds.words(),
        .wanted.words()
    )]
    Occupied {
        /// Where.
        path: PathBuf,
        /// What stands there.
        holds: ResultKind,
        /// What was to be written.
        wanted: ResultKind,
    },
    /// The trials say something else when they are read again.
    #[error("trials.parquet: {0}")]
    Changed(#[from] ColumnChanged),
}

/// What the results in a folder are. Those of one kind do not take the place of another's: a comparison has folders of its own,
/// which a run would leave behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResultKind {
    /// One policy, by trials or exactly.
    Run,
    /// Policies against each other.
    Comparison,
    /// The best policy.
    Selection,
    /// Claims.
    Hypotheses,
    /// Policies against what others choose.
    Game,
}

impl ResultKind {
    const ALL: [Self; 5] = [
        Self::Run,
        Self::Comparison,
        Self::Selection,
        Self::Hypotheses,
        Self::Game,
    ];

    /// The file that no other kind has.
    fn file(self) -> &'static str {
        match self {
            Self::Run => "summary.json",
            Self::Comparison => "comparison.json",
            Self::Selection => "selection.json",
            Self::Hypotheses => HYPOTHESES_FILE,
            Self::Game => GAME_FILE,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Run => "a run",
            Self::Comparison => "a comparison",
            Self::Selection => "a selection",
            Self::Hypotheses => "hypotheses",
            Self::Game => "a game",
        }
    }
}

/// The folder that a run fills.
#[derive(Debug)]
pub struct ResultFolder {
    path: PathBuf,
    /// Held while a run fills the folder, so that no other does; systems that lock no folders do without.
    _lock: Option<File>,
}

/// The file whose presence says that the folder is complete: removed first, written last.
const MANIFEST: &str = "manifest.json";

/// The other files of a run, a comparison, of claims or of a game, beside the folder of figures.
const FILES: [&str; 18] = [
    GAME_FILE,
    PROFILES_TABLE,
    REPLIES_TABLE,
    "selection.json",
    HYPOTHESES_FILE,
    HYPOTHESES_TABLE,
    HYPOTHESES_DRAWS,
    "comparison.json",
    "comparison.csv",
    COMPARISON_FILE,
    "draws.csv",
    "correlations.csv",
    "summary.json",
    "scenario.toml",
    "policy.toml",
    TRIALS_FILE,
    SERIES_FILE,
    TRAJECTORY_FILE,
];

/// One trial told step by step.
pub(super) const TRAJECTORY_FILE: &str = "trial-0.json";

/// Where figures stand.
const FIGURES: &str = "figures";

impl ResultFolder {
    /// An empty folder at `path` for results of a kind: made if it is not there; earlier ones of that kind are removed, and
    /// nothing else.
    ///
    /// # Errors
    /// Where the folder cannot be made, the earlier results not removed, or others stand there.
    pub fn replace(path: &Path, kind: ResultKind) -> Result<Self, StoreError> {
        let mut others = ResultKind::ALL.into_iter().filter(|other| *other != kind);
        if let Some(holds) = others.find(|other| path.join(other.file()).is_file()) {
            return Err(StoreError::Occupied {
                path: path.to_owned(),
                holds,
                wanted: kind,
            });
        }
        fs::create_dir_all(path).map_err(|error| at(path, error))?;
        let lock = File::open(path).ok();
        if let Some(Err(TryLockError::WouldBlock)) = lock.as_ref().map(File::try_lock) {
            return Err(StoreError::Form {
                path: path.to_owned(),
                problem: "another run is writing here; choose another folder with --out".to_owned(),
            });
        }
        let folder = Self {
            path: path.to_owned(),
            _lock: lock,
        };
        let figures = path.join(FIGURES);
        if figures.exists() && !figures.is_dir() {
            return Err(StoreError::Form {
                path: figures,
                problem: "a file stands where the folder of figures belongs".to_owned(),
            });
        }
        for name in [MANIFEST].iter().chain(&FILES) {
            folder.remove(&folder.path.join(name))?;
            folder.remove(&folder.path.join(format!("{name}.partial")))?;
        }
        folder.remove_figures()?;
        Ok(folder)
    }

    /// A folder for what belongs to no run, made if it is not there; nothing in it is removed.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn plain(path: &Path) -> Result<Self, StoreError> {
        fs::create_dir_all(path).map_err(|error| at(path, error))?;
        Ok(Self {
            path: path.to_owned(),
            _lock: None,
        })
    }

    /// A folder that a run has filled.
    ///
    /// # Errors
    /// Where it holds no finished run.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        if path.join(MANIFEST).is_file() {
            return Ok(Self {
                path: path.to_owned(),
                _lock: None,
            });
        }
        Err(StoreError::Form {
            path: path.to_owned(),
            problem: format!("no finished run stands here: there is no {MANIFEST}"),
        })
    }

    /// Why no figure can be drawn from the folder alone, if it holds results of a kind that has none.
    ///
    /// # Errors
    /// Where `manifest.json` cannot be read.
    pub fn has_no_figures(&self) -> Result<Option<&'static str>, StoreError> {
        let holds = |kind: ResultKind| self.path.join(kind.file()).is_file();
        if holds(ResultKind::Hypotheses) {
            return Ok(Some(
                "holds hypotheses, which have no figures; hypotheses.json and hypotheses.csv have the verdicts and estimates",
            ));
        }
        if holds(ResultKind::Selection) {
            return Ok(Some(
                "holds a selection, which has no figures; selection.json has the policies and their means",
            ));
        }
        let manifest: serde_json::Value = self.read_json(MANIFEST)?;
        Ok(manifest.get("exact").map(|_| {
            "holds an exact solution, which has no figures by itself; `detente exact SCENARIO --against RUN` draws it with a run"
        }))
    }

    /// Whether a result folder may hold a file or folder of this name.
    #[must_use]
    pub fn has_file(name: &str) -> bool {
        name == MANIFEST || name == FIGURES || FILES.contains(&name)
    }

    /// Where the folder stands.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Removes what was drawn before: the kinds of file that figures are, and nothing else.
    ///
    /// # Errors
    /// Where a figure cannot be removed.
    pub fn remove_figures(&self) -> Result<(), StoreError> {
        let figures = self.path.join(FIGURES);
        let Ok(entries) = fs::read_dir(&figures) else {
            return Ok(());
        };
        for entry in entries {
            let path = entry.map_err(|error| at(&figures, error))?.path();
            let drawn = path
                .extension()
                .is_some_and(|kind| ["svg", "png", "csv", "partial"].iter().any(|k| kind == *k));
            if drawn {
                self.remove(&path)?;
            }
        }
        Ok(())
    }

    #[allow(clippy::unused_self, reason = "only result folders remove files")]
    fn remove(&self, path: &Path) -> Result<(), StoreError> {
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(path, error)),
            _ => Ok(()),
        }
    }

    /// Writes a file of the folder: whole, or not at all.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let path = self.path.join(name);
        let partial = self.path.join(format!("{name}.partial"));
        let written = (|| {
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            let mut file = File::create(&partial)?;
            file.write_all(bytes)?;
            finish(&file, &partial, &path)
        })();
        written.map_err(|error| at(&path, error))
    }

    /// Writes a value as JSON, indented, with a line's end behind it.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write_json(&self, name: &str, value: &impl serde::Serialize) -> Result<(), StoreError> {
        let mut text = serde_json::to_string_pretty(value)
            .map_err(|error| self.form(name, &error.to_string()))?;
        text.push('\n');
        self.write(name, text.as_bytes())
    }

    /// Reads a file of the folder as JSON.
    ///
    /// # Errors
    /// Where it cannot be read or has another form.
    pub fn read_json<T: serde::de::DeserializeOwned>(&self, name: &str) -> Result<T, StoreError> {
        let path = self.path.join(name);
        let text = fs::read_to_string(&path).map_err(|error| at(&path, error))?;
        serde_json::from_str(&text).map_err(|error| self.form(name, &error.to_string()))
    }

    /// Writes a figure's files.
    ///
    /// # Errors
    /// Where one cannot be written.
    pub fn write_figure(&self, name: &str, kind: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.write(&format!("{FIGURES}/{name}.{kind}"), bytes)
    }

    fn form(&self, name: &str, problem: &str) -> StoreError {
        StoreError::Form {
            path: self.path.join(name),
            problem: problem.to_owned(),
        }
    }
}

/// Makes a finished partial file the file itself, durably.
pub(super) fn finish(file: &File, partial: &Path, path: &Path) -> io::Result<()> {
    file.sync_all()?;
    fs::rename(partial, path)?;
    // The rename itself is durable once its folder is; systems without folder handles do without.
    if let Some(parent) = path.parent()
        && let Ok(folder) = File::open(parent)
    {
        folder.sync_all().ok();
    }
    Ok(())
}

pub(super) fn at(path: &Path, error: io::Error) -> StoreError {
    StoreError::File {
        path: path.to_owned(),
        error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_earlier_run_goes_and_everything_else_stays() {
        let dir = tempfile::tempdir().unwrap();
        let folder = ResultFolder::replace(dir.path(), ResultKind::Run).unwrap();
        folder.write(MANIFEST, b"{}").unwrap();
        folder.write_figure("levels", "svg", b"<svg/>").unwrap();
        folder.write("notes.txt", b"mine").unwrap();
        folder.write("figures/notes.txt", b"mine too").unwrap();
        assert!(ResultFolder::open(dir.path()).is_ok());
        drop(folder);
        ResultFolder::replace(dir.path(), ResultKind::Run).unwrap();
        assert!(ResultFolder::open(dir.path()).is_err());
        assert!(!dir.path().join("figures/levels.svg").exists());
        assert!(dir.path().join("notes.txt").exists());
        assert!(dir.path().join("figures/notes.txt").exists());
    }

    #[test]
    #[cfg(unix)]
    fn two_runs_cannot_fill_one_folder() {
        let dir = tempfile::tempdir().unwrap();
        let first = ResultFolder::replace(dir.path(), ResultKind::Run).unwrap();
        let second = ResultFolder::replace(dir.path(), ResultKind::Run)
            .unwrap_err()
            .to_string();
        assert!(second.contains("another run is writing here"), "{second}");
        drop(first);
        assert!(ResultFolder::replace(dir.path(), ResultKind::Run).is_ok());
    }

    #[test]
    fn results_of_another_kind_stay() {
        let dir = tempfile::tempdir().unwrap();
        for kind in ResultKind::ALL {
            let path = dir.path().join(kind.file());
            let folder = ResultFolder::replace(&path, kind).unwrap();
            folder.write(kind.file(), b"{}").unwrap();
            drop(folder);
            for other in ResultKind::ALL.into_iter().filter(|other| *other != kind) {
                let refused = ResultFolder::replace(&path, other).unwrap_err().to_string();
                let said = format!("holds {} and not {}", kind.words(), other.words());
                assert!(refused.contains(&said), "{refused}");
                assert!(path.join(kind.file()).exists());
            }
            ResultFolder::replace(&path, kind).unwrap();
            assert!(!path.join(kind.file()).exists());
        }
    }

    #[test]
    fn files_are_whole_or_not_there() {
        let dir = tempfile::tempdir().unwrap();
        let folder = ResultFolder::replace(dir.path(), ResultKind::Run).unwrap();
        folder.write("summary.json", b"{}").unwrap();
        let names: Vec<_> = fs::read_dir(dir.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(names, ["summary.json"]);
    }
}
