//! What a run leaves: manifest, JSON, Parquet, written whole or not at all.

mod folder;
mod manifest;
mod summarise;
mod summary;
mod trajectory;
mod trials;

pub use folder::{ResultFolder, StoreError};
pub use manifest::{Input, Manifest, Run, SAME_BYTES};
pub use summarise::summarise;
pub use summary::{
    Constant, Incidence, KindSummary, OutcomeSummary, Quantiles, SeriesKind, SeriesSummary,
    Summary, Survival,
};
pub use trajectory::{
    Change, FactorInfo, FactorTurn, Held, LevelChange, Step, StepCause, Trajectory,
};
pub use trials::TrialsWriter;
