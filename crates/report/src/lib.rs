//! Results as plain data, in the form in which they are stored: no files, no drawing, no statistics.

pub mod comparison;
pub mod draws;
pub mod exact;
pub mod game;
pub mod hypotheses;
pub mod kind;
pub mod manifest;
pub mod paired;
pub mod selection;
pub mod summary;
pub mod trajectory;
