//! `detente plot DIR`

use super::{failed, not_done, print};
use crate::study;
use clap::Args;
use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct PlotArguments {
    /// The result folder of a finished run or comparison
    dir: PathBuf,
    /// Draw only this figure; may be given several times
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
}

pub(super) fn plot(arguments: &PlotArguments) -> ExitCode {
    match study::plot(&arguments.dir, &arguments.only) {
        Ok(figures) => {
            let mut list = String::new();
            for figure in figures {
                // Writing to a string cannot fail.
                let _ = writeln!(list, "{}", figure.display());
            }
            match print(&list) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => failed(&error),
            }
        }
        Err(error) => not_done(&error, &error),
    }
}
