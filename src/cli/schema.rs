//! `detente schema`

use super::{failed, print};
use crate::study;
use std::process::ExitCode;

pub(super) fn schema() -> ExitCode {
    match print(study::SCHEMA) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}
