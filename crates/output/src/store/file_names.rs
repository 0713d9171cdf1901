//! The names of the files that results may have.

use detente_report::kind::ResultKind;
use std::path::Path;

/// The file whose presence says that the results are complete. It lists the others.
pub(super) const MANIFEST: &str = "manifest.json";

/// Its name in the result folder.
pub(super) const COMPARISON_FILE: &str = "comparison.parquet";
/// The file of the game.
pub(super) const GAME_FILE: &str = "game.json";
/// Outcomes and payoffs of every profile, as a table.
pub(super) const PROFILES_TABLE: &str = "profiles.csv";
/// How choices stand to each other, as a table.
pub(super) const REPLIES_TABLE: &str = "replies.csv";
/// The file of the claims, judged.
pub(super) const HYPOTHESES_FILE: &str = "hypotheses.json";
/// The same as a table.
pub(super) const HYPOTHESES_TABLE: &str = "hypotheses.csv";
/// The claims over draws of the parameters.
pub(super) const HYPOTHESES_DRAWS: &str = "hypotheses-draws.csv";
/// Its name in the result folder.
pub(super) const SERIES_FILE: &str = "series.parquet";
/// Its name in the result folder.
pub(super) const TRIALS_FILE: &str = "trials.parquet";
/// One trial told step by step.
pub(super) const TRAJECTORY_FILE: &str = "trial-0.json";

/// The files that results may have, beside the manifest and the folder of figures.
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

/// The files of a kind of result that are the same bytes for the same inputs, seed and trials done, whatever the number of
/// threads. A comparison has more in the folder of each policy.
#[must_use]
pub fn same_bytes(kind: ResultKind) -> Vec<String> {
    let files: &[&str] = match kind {
        ResultKind::Run => &[
            "summary.json",
            TRAJECTORY_FILE,
            "scenario.toml",
            "policy.toml",
            "figures/*.svg",
            "figures/*.csv",
        ],
        ResultKind::Comparison | ResultKind::Selection => &[
            "comparison.json",
            "comparison.csv",
            "draws.csv",
            "correlations.csv",
            "selection.json",
            "figures/*.svg",
            "figures/*.csv",
        ],
        ResultKind::Hypotheses => &[
            HYPOTHESES_FILE,
            HYPOTHESES_TABLE,
            HYPOTHESES_DRAWS,
            "draws.csv",
            "scenario.toml",
        ],
        ResultKind::Game => &[
            GAME_FILE,
            PROFILES_TABLE,
            REPLIES_TABLE,
            "draws.csv",
            "scenario.toml",
            "figures/*.svg",
            "figures/*.csv",
        ],
        ResultKind::Exact | ResultKind::Figures => &[],
    };
    files.iter().map(|name| (*name).to_owned()).collect()
}

/// Where figures stand.
pub(super) const FIGURES: &str = "figures";

/// Whether results may have a file or folder of this name.
pub(super) fn is_result_file(name: &str) -> bool {
    name == MANIFEST || name == FIGURES || FILES.contains(&name)
}

/// Whether a file, by its path inside the folder, is one of a figure.
pub(super) fn is_drawn(path: &Path) -> bool {
    let kind = path.extension().and_then(|kind| kind.to_str());
    path.starts_with(FIGURES) && kind.is_some_and(|kind| ["svg", "png", "csv"].contains(&kind))
}
