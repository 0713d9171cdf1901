//! Figures that commands draw one by one, and the manifest that says how each came about.

use super::error::StoreError;
use super::folder::ResultFolder;
use detente_report::kind::ResultKind;
use detente_report::manifest::Input;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// How a figure came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawnFigure {
    /// Its program's version.
    pub version: String,
    /// What the numbers are not.
    pub honesty: String,
    /// The scenario.
    pub scenario: Input,
    /// The policies.
    pub policies: Vec<Input>,
    /// The command line.
    pub command_line: Vec<String>,
    /// The files that it was made of, as they were read.
    #[serde(skip)]
    pub inputs: Vec<PathBuf>,
}

/// The whole of `manifest.json`, beside the list of files.
#[derive(Debug, Serialize, Deserialize)]
struct FiguresManifest {
    program: String,
    figures: IndexMap<String, DrawnFigure>,
}

impl DrawnFigure {
    /// Puts the figure's files, each by its ending, into a folder of such figures, beside those that it holds already. An earlier
    /// one of the same name is replaced.
    ///
    /// # Errors
    /// Where other results stand there, a file is in the way, or nothing can be written.
    pub fn write(self, path: &Path, name: &str, files: &[(&str, &[u8])]) -> Result<(), StoreError> {
        let kind = ResultKind::Figures;
        let earlier = ResultFolder::open(path).ok().filter(|of| of.kind() == kind);
        let earlier = earlier.map(|folder| folder.read_json("manifest.json"));
        let mut manifest: FiguresManifest = earlier.transpose()?.unwrap_or(FiguresManifest {
            program: "detente".to_owned(),
            figures: IndexMap::new(),
        });
        let folder = ResultFolder::begin(path, kind, &self.inputs)?;
        folder.keep(|_| true)?;
        for (kind, bytes) in files {
            let file = format!("{name}.{kind}");
            folder.refuse_foreign(&file)?;
            folder.write(&file, bytes)?;
        }
        manifest.figures.insert(name.to_owned(), self);
        folder.finish(&manifest)
    }
}
