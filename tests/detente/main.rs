//! The one integration-test binary: the program as a whole, seen from outside.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests say so by panicking"
)]

mod architecture;
mod command_line;
mod documentation;
mod known_answer;
mod oracle;
mod property;
mod random;
mod regression;
mod statistical;
mod support;
