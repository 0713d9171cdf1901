//! The `detente` program; everything stands in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    detente::cli::main()
}
