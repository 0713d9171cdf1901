//! What a run leaves: result folders and figures.

pub mod figures;
pub mod store;
