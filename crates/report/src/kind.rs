//! Kinds of result.

use serde::{Deserialize, Serialize};

/// What the results in a folder are. Those of one kind do not take the place of another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResultKind {
    /// One policy, by trials.
    Run,
    /// One policy, exactly.
    Exact,
    /// Policies against each other.
    Comparison,
    /// The best policy.
    Selection,
    /// Claims.
    Hypotheses,
    /// Policies against what others choose.
    Game,
    /// Figures that commands have drawn one by one.
    Figures,
}

impl ResultKind {
    /// Results of this kind in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Run => "a run",
            Self::Exact => "an exact solution",
            Self::Comparison => "a comparison",
            Self::Selection => "a selection",
            Self::Hypotheses => "hypotheses",
            Self::Game => "a game",
            Self::Figures => "single figures",
        }
    }

    /// Why no figure can be drawn from results of this kind alone, where it cannot.
    #[must_use]
    pub fn has_no_figures(self) -> Option<&'static str> {
        match self {
            Self::Run | Self::Comparison | Self::Game => None,
            Self::Hypotheses => Some(
                "holds hypotheses, which have no figures; hypotheses.json and hypotheses.csv have the verdicts and estimates",
            ),
            Self::Selection => Some(
                "holds a selection, which has no figures; selection.json has the policies and their means",
            ),
            Self::Exact => Some(
                "holds an exact solution, which has no figures by itself; `detente exact SCENARIO --against RUN` draws it with a run",
            ),
            Self::Figures => {
                Some("holds single figures, which the commands in its manifest.json draw again")
            }
        }
    }
}
