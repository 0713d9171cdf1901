//! Results as plain data, in the form in which they are stored: no files, no drawing, no statistics.

pub mod comparison;
pub mod draws;
pub mod game;
pub mod hypotheses;
pub mod kind;
pub mod paired;
pub mod summary;
pub mod trajectory;
