//! What a manifest says of its folder's files, and which of the files that stand there are still those.

use super::error::{StoreError, at};
use super::file_names::MANIFEST;
use detente_report::kind::ResultKind;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Component, Path, PathBuf};

/// The end of every `manifest.json`: the kind of result and its files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Listing {
    /// What the results are.
    pub kind: ResultKind,
    /// Folders inside that have a manifest of their own.
    #[serde(default)]
    pub folders: BTreeSet<String>,
    /// All other files by path, with `/` between folders, and their SHA-256.
    pub files: BTreeMap<String, String>,
}

impl Listing {
    /// What the manifest in a folder lists; none where there is no manifest, or one that lists nothing.
    ///
    /// # Errors
    /// Where there is one that cannot be read.
    pub fn read(folder: &Path) -> Result<Option<Self>, StoreError> {
        let path = folder.join(MANIFEST);
        if !fs::symlink_metadata(&path).is_ok_and(|about| about.is_file()) {
            return Ok(None);
        }
        let bytes = fs::read(&path).map_err(|error| at(&path, error))?;
        Ok(serde_json::from_slice(&bytes).ok())
    }

    /// What stands in a folder that has been filled with results of a kind.
    ///
    /// # Errors
    /// Where a file cannot be read.
    pub fn of(folder: &Path, kind: ResultKind) -> Result<Self, StoreError> {
        let mut listing = Self {
            kind,
            folders: BTreeSet::new(),
            files: BTreeMap::new(),
        };
        listing.add(folder, Path::new(""))?;
        Ok(listing)
    }

    fn add(&mut self, folder: &Path, inside: &Path) -> Result<(), StoreError> {
        for (name, kind) in entries(&folder.join(inside))? {
            let relative = inside.join(name);
            let path = folder.join(&relative);
            if kind.is_dir() && path.join(MANIFEST).is_file() {
                self.folders.insert(slashed(&relative));
            } else if kind.is_dir() {
                self.add(folder, &relative)?;
            } else if relative != Path::new(MANIFEST) {
                let sha256 = sha256_of_file(&path).map_err(|error| at(&path, error))?;
                self.files.insert(slashed(&relative), sha256);
            }
        }
        Ok(())
    }
}

/// What stands in a finished result folder, by paths inside it.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// Files that a manifest lists and that have not changed since, and the manifests.
    pub ours: BTreeSet<PathBuf>,
    /// Everything else but folders.
    pub foreign: BTreeSet<PathBuf>,
    /// Folders, each behind the one that holds it.
    pub folders: BTreeSet<PathBuf>,
}

impl Survey {
    /// Looks at a folder. Symbolic links are not followed.
    ///
    /// # Errors
    /// Where a file that a manifest lists has changed or is write-protected, something is neither file, folder nor link, another file
    /// system is mounted inside, or something cannot be read.
    pub fn of(folder: &Path) -> Result<Self, StoreError> {
        let mut listed = BTreeMap::new();
        collect(folder, Path::new(""), &mut listed)?;
        let mut survey = Self::default();
        refuse_protected(folder)?;
        survey.walk(folder, Path::new(""), &listed)?;
        let holds_ours = |path: &&PathBuf| survey.ours.iter().any(|of| of.starts_with(path));
        for relative in survey.folders.iter().filter(holds_ours) {
            refuse_protected(&folder.join(relative))?;
        }
        Ok(survey)
    }

    fn walk(
        &mut self,
        folder: &Path,
        inside: &Path,
        listed: &BTreeMap<PathBuf, Option<String>>,
    ) -> Result<(), StoreError> {
        for (name, kind) in entries(&folder.join(inside))? {
            let relative = inside.join(name);
            let path = folder.join(&relative);
            if kind.is_dir() {
                if is_mounted(folder, &path) {
                    return Err(StoreError::IsMount { path });
                }
                self.folders.insert(relative.clone());
                self.walk(folder, &relative, listed)?;
            } else if let Some(sha256) = listed.get(&relative).filter(|_| kind.is_file()) {
                refuse_protected(&path)?;
                let now = sha256_of_file(&path).map_err(|error| at(&path, error))?;
                if sha256.as_ref().is_some_and(|listed| *listed != now) {
                    return Err(StoreError::Edited { path });
                }
                self.ours.insert(relative);
            } else if kind.is_file() || kind.is_symlink() {
                self.foreign.insert(relative);
            } else {
                return Err(StoreError::NotOurs { path });
            }
        }
        Ok(())
    }
}

/// The files that the manifests of a folder and of the result folders inside list, the manifests themselves without a hash.
fn collect(
    folder: &Path,
    inside: &Path,
    listed: &mut BTreeMap<PathBuf, Option<String>>,
) -> Result<(), StoreError> {
    let Some(listing) = Listing::read(&folder.join(inside))? else {
        return Ok(());
    };
    listed.insert(inside.join(MANIFEST), None);
    for (name, sha256) in listing.files {
        listed.insert(inside.join(name), Some(sha256));
    }
    for name in listing.folders {
        let child = inside.join(&name);
        let mut parts = Path::new(&name).components();
        let plain = parts.all(|part| matches!(part, Component::Normal(_)));
        let real = fs::symlink_metadata(folder.join(&child)).is_ok_and(|about| about.is_dir());
        if plain && real {
            collect(folder, &child, listed)?;
        }
    }
    Ok(())
}

/// Whether a folder inside another is on a file system of its own.
#[cfg(unix)]
fn is_mounted(folder: &Path, inside: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let device = |path| fs::metadata(path).map(|about| about.dev());
    matches!((device(folder), device(inside)), (Ok(a), Ok(b)) if a != b)
}

#[cfg(not(unix))]
fn is_mounted(_: &Path, _: &Path) -> bool {
    false
}

/// What is write-protected is not replaced, even by those who could.
fn refuse_protected(path: &Path) -> Result<(), StoreError> {
    let about = fs::symlink_metadata(path).map_err(|error| at(path, error))?;
    if about.permissions().readonly() {
        return Err(StoreError::Protected {
            path: path.to_owned(),
        });
    }
    Ok(())
}

/// The entries of a folder by name, with their own kinds: a symbolic link is one.
pub(super) fn entries(
    folder: &Path,
) -> Result<BTreeMap<std::ffi::OsString, fs::FileType>, StoreError> {
    let read = || -> io::Result<_> {
        let entries = fs::read_dir(folder)?.map(|entry| {
            let entry = entry?;
            Ok((entry.file_name(), entry.file_type()?))
        });
        entries.collect()
    };
    read().map_err(|error| at(folder, error))
}

fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

fn sha256_of_file(path: &Path) -> io::Result<String> {
    let mut hasher = Sha256::new();
    let mut file = BufReader::with_capacity(1 << 16, File::open(path)?);
    loop {
        let bytes = file.fill_buf()?;
        if bytes.is_empty() {
            break;
        }
        hasher.update(bytes);
        let read = bytes.len();
        file.consume(read);
    }
    Ok(hex(&hasher.finalize()))
}

/// The SHA-256 of a text.
pub(super) fn sha256(text: &str) -> String {
    hex(&Sha256::digest(text))
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
