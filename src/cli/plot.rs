//! `detente plot DIR`

use super::failed;
use crate::study;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct PlotArguments {
    /// The result folder of a finished run
    dir: PathBuf,
}

pub(super) fn plot(arguments: &PlotArguments) -> ExitCode {
    match study::plot(&arguments.dir) {
        Ok(figures) => {
            for figure in figures {
                println!("{}", figure.display());
            }
            ExitCode::SUCCESS
        }
        Err(error) => failed(&error),
    }
}
