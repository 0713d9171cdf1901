//! Why results could not be stored or read back.

use detente_report::kind::ResultKind;
use detente_stats::ColumnChanged;
use std::io;
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
    /// Something else stands where a folder is needed.
    #[error("{path} is not a folder; choose another one with --out")]
    NotAFolder {
        /// What stands there.
        path: PathBuf,
    },
    /// Something that no results list stands where some would stand.
    #[error(
        "{path} was not made by this program, or by a version that kept no list of its files, and is left as it is; move it, or choose another folder with --out"
    )]
    NotOurs {
        /// What stands there.
        path: PathBuf,
    },
    /// A file of earlier results has been changed by somebody.
    #[error(
        "{path} has changed since it was made, and is left as it is; move it, or choose another folder with --out"
    )]
    Edited {
        /// The file.
        path: PathBuf,
    },
    /// Somebody has protected earlier results from being changed.
    #[error("{path} is write-protected, and is left as it is; choose another folder with --out")]
    Protected {
        /// The file or folder.
        path: PathBuf,
    },
    /// The results would take the place of a file that they are made of.
    #[error(
        "{path} is an input of this command, and the results would replace it; choose another folder with --out"
    )]
    IsInput {
        /// The file.
        path: PathBuf,
    },
    /// The results would take the place of the folder in which the command runs.
    #[error(
        "{path} holds results and is the current folder, which cannot be replaced; run the command elsewhere, or choose another folder with --out"
    )]
    IsCurrent {
        /// The folder.
        path: PathBuf,
    },
    /// The results would take the place of a mount point.
    #[error(
        "{path} holds results and is, or holds, a mount point, which cannot be exchanged with new results; move them away, or choose another folder with --out"
    )]
    IsMount {
        /// The folder.
        path: PathBuf,
    },
    /// Somebody else fills the folder.
    #[error("{path}: another run is writing here; choose another folder with --out")]
    Busy {
        /// The folder, as given.
        path: PathBuf,
    },
    /// Results are finished and cannot be put in their place.
    #[error(
        "{error}. The new results are whole in {}; move them away first: the next run into the same folder deletes them",
        .staged.display()
    )]
    Unpublished {
        /// Where they stand.
        staged: PathBuf,
        /// Why.
        error: Box<StoreError>,
    },
    /// The trials say something else when they are read again.
    #[error("trials.parquet: {0}")]
    Changed(#[from] ColumnChanged),
}

impl StoreError {
    /// Why results were not written.
    #[must_use]
    pub fn why_not_written(&self) -> String {
        if self.is_mistake() {
            return self.to_string();
        }
        format!("results cannot be written: {self}")
    }

    /// Whether the folder that was given is wrong.
    #[must_use]
    pub fn is_mistake(&self) -> bool {
        matches!(
            self,
            Self::Occupied { .. }
                | Self::NotAFolder { .. }
                | Self::NotOurs { .. }
                | Self::Edited { .. }
                | Self::Protected { .. }
                | Self::IsInput { .. }
                | Self::IsCurrent { .. }
                | Self::IsMount { .. }
        )
    }
}

pub(super) fn at(path: &Path, error: io::Error) -> StoreError {
    StoreError::File {
        path: path.to_owned(),
        error,
    }
}
