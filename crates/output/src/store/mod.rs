//! What a run leaves: manifest, JSON, Parquet, written whole or not at all.

mod columns;
mod comparison;
mod comparison_parquet;
mod comparison_rows;
mod delimited;
mod error;
mod exact;
mod file_names;
mod folder;
mod game;
mod hypotheses;
mod listing;
mod manifest;
mod parquet_file;
mod series;
mod single_figure;
mod staging;
mod summarise;
mod trials;
mod values;

pub use columns::{Columns, StoredColumns};
pub use comparison::{Comparison, ComparisonManifest};
pub use comparison_rows::ComparisonRow;
pub use delimited::Csv;
pub use error::StoreError;
pub use exact::{
    ExactIncidence, ExactKindSummary, ExactManifest, ExactOutcomeSummary, ExactSeriesSummary,
    ExactSolution, ExactSummary, ExactSurvival,
};
pub use folder::ResultFolder;
pub use game::{GameManifest, JudgedOutcome, StoredGame};
pub use hypotheses::{Hypotheses, HypothesesManifest};
pub use manifest::{Input, Manifest, PrecisionReport, Run, SAME_BYTES};
pub use single_figure::DrawnFigure;
pub use staging::abandon;
pub use summarise::summarise;
pub use trials::TrialsWriter;
