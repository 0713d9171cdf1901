//! A result folder: which files it holds, and how they are written.

use super::error::{StoreError, at};
use super::file_names::{FIGURES, MANIFEST, is_drawn, is_result_file};
use super::listing::Listing;
use super::staging::Staging;
use detente_report::kind::ResultKind;
use serde::Serialize;
use serde_json::{Map, Value};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

/// A folder of results: one that is being filled, or a finished one.
#[derive(Debug)]
pub struct ResultFolder {
    /// Where the results are to stand, or stand.
    path: PathBuf,
    /// Where the files are.
    files: PathBuf,
    kind: ResultKind,
    /// Of results that take their place at the end by themselves.
    staging: Option<Staging>,
}

impl ResultFolder {
    /// Begins results of a kind for `path`, made of the files `inputs`. Earlier ones of that kind stay until these are finished,
    /// and then go; whatever else the folder holds stays.
    ///
    /// # Errors
    /// Where the results would take the place of anything but unchanged earlier results of their kind, or cannot be written.
    pub fn begin(path: &Path, kind: ResultKind, inputs: &[PathBuf]) -> Result<Self, StoreError> {
        let staging = Staging::begin(path, kind, inputs)?;
        staging.refuse_current()?;
        Ok(Self::built_in(staging, path, kind))
    }

    fn built_in(staging: Staging, path: &Path, kind: ResultKind) -> Self {
        Self {
            path: path.to_owned(),
            files: staging.path().to_owned(),
            kind,
            staging: Some(staging),
        }
    }

    /// Begins results inside these, in a folder of their own; they take their place with these.
    ///
    /// # Errors
    /// Where anything but earlier results of such a name stands there, or the folder cannot be made.
    pub fn child(&self, name: &str, kind: ResultKind) -> Result<Self, StoreError> {
        self.refuse_foreign(name)?;
        let files = self.files.join(name);
        fs::create_dir(&files).map_err(|error| at(&files, error))?;
        Ok(Self {
            path: self.path.join(name),
            files,
            kind,
            staging: None,
        })
    }

    /// Finished results.
    ///
    /// # Errors
    /// Where there are none.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        if let Some(listing) = Listing::read(path)? {
            return Ok(Self {
                path: path.to_owned(),
                files: path.to_owned(),
                kind: listing.kind,
                staging: None,
            });
        }
        let problem = if path.join(MANIFEST).is_file() {
            format!(
                "its {MANIFEST} lists no files: it is not this program's, or an earlier version's"
            )
        } else {
            format!("no finished results stand here: there is no {MANIFEST}")
        };
        Err(StoreError::Form {
            path: path.to_owned(),
            problem,
        })
    }

    /// Begins a new version of finished results, with those of their files that `keep` says.
    ///
    /// # Errors
    /// Where there are none, one of their files has changed, or nothing can be written.
    pub fn amend(&self, keep: impl Fn(&Path) -> bool) -> Result<Self, StoreError> {
        let staging = Staging::begin(&self.path, self.kind, &[])?;
        let amended = Self::built_in(staging, &self.path, self.kind);
        amended.keep(keep)?;
        Ok(amended)
    }

    /// Refuses a name at which something stands that no earlier results list.
    pub(super) fn refuse_foreign(&self, name: &str) -> Result<(), StoreError> {
        let staging = self.staging.as_ref();
        staging.map_or(Ok(()), |staging| staging.refuse_foreign(name))
    }

    /// Takes those files of the earlier results over that `keep` says.
    ///
    /// # Errors
    /// Where one has changed since or cannot be taken over.
    pub(super) fn keep(&self, keep: impl Fn(&Path) -> bool) -> Result<(), StoreError> {
        let Some(staging) = &self.staging else {
            return Ok(());
        };
        staging.keep(|path| path != Path::new(MANIFEST) && keep(path))
    }

    /// Whether results may have a file or folder of this name.
    #[must_use]
    pub fn has_file(name: &str) -> bool {
        is_result_file(name)
    }

    /// Whether a file, by its path inside the folder, is one of a figure.
    #[must_use]
    pub fn is_figure(path: &Path) -> bool {
        is_drawn(path)
    }

    /// Where the results stand, or will stand once they are finished.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the results are.
    #[must_use]
    pub fn kind(&self) -> ResultKind {
        self.kind
    }

    /// Where a file of the results is now.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.files.join(name)
    }

    /// Writes a file of the results. It may have been taken over from earlier ones, which keep theirs.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let path = self.file(name);
        let written = (|| {
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            if fs::symlink_metadata(&path).is_ok() {
                fs::remove_file(&path)?;
            }
            let mut file = File::create_new(&path)?;
            file.write_all(bytes)?;
            file.sync_all()
        })();
        written.map_err(|error| at(&path, error))
    }

    /// Writes a value as JSON, indented, with a line's end behind it.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write_json(&self, name: &str, value: &impl Serialize) -> Result<(), StoreError> {
        let mut text = serde_json::to_string_pretty(value)
            .map_err(|error| self.form(name, &error.to_string()))?;
        text.push('\n');
        self.write(name, text.as_bytes())
    }

    /// Reads a file of the results as JSON.
    ///
    /// # Errors
    /// Where it cannot be read or has another form.
    pub fn read_json<T: serde::de::DeserializeOwned>(&self, name: &str) -> Result<T, StoreError> {
        let path = self.file(name);
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

    /// Writes the manifest, with the list of all files behind what it is given, and puts the results in their place.
    ///
    /// # Errors
    /// Where the manifest cannot be written; where the results cannot be put in their place, then they stay beside it.
    pub fn finish(self, manifest: &impl Serialize) -> Result<(), StoreError> {
        let listing = Listing::of(&self.files, self.kind)?;
        let mut told = self.object(manifest)?;
        told.extend(self.object(&listing)?);
        self.write_json(MANIFEST, &told)?;
        self.staging.map_or(Ok(()), Staging::publish)
    }

    /// As [`Self::finish`], with the manifest of the results that these are a new version of; where no file is another, nothing is
    /// put anywhere.
    ///
    /// # Errors
    /// As [`Self::finish`].
    pub fn finish_amended(self, earlier: &Self) -> Result<(), StoreError> {
        let there = |of: &Listing| of.files.keys().all(|name| earlier.file(name).is_file());
        if let Some(listing) = Listing::read(&earlier.files)?.filter(there)
            && listing == Listing::of(&self.files, self.kind)?
        {
            return Ok(());
        }
        if let Some(staging) = &self.staging {
            staging.refuse_current()?;
        }
        let manifest: Map<String, Value> = earlier.read_json(MANIFEST)?;
        self.finish(&manifest)
    }

    fn object(&self, value: &impl Serialize) -> Result<Map<String, Value>, StoreError> {
        match serde_json::to_value(value) {
            Ok(Value::Object(object)) => Ok(object),
            Ok(_) => Err(self.form(MANIFEST, "it is no object")),
            Err(error) => Err(self.form(MANIFEST, &error.to_string())),
        }
    }

    fn form(&self, name: &str, problem: &str) -> StoreError {
        StoreError::Form {
            path: self.path.join(name),
            problem: problem.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
