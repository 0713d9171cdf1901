//! What a run leaves: manifest, JSON, Parquet, written whole or not at all.

mod columns;
mod comparison;
mod comparison_parquet;
mod delimited;
mod error;
mod file_names;
mod folder;
mod game;
mod hypotheses;
mod listing;
mod parquet_file;
mod run;
mod series;
mod single_figure;
mod staging;
mod trials;

pub use columns::StoredColumns;
pub use delimited::Csv;
pub use error::StoreError;
pub use file_names::same_bytes;
pub use folder::ResultFolder;
pub use run::input;
pub use single_figure::DrawnFigure;
pub use staging::abandon;
pub use trials::TrialsWriter;
