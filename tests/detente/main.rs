//! The one integration-test binary: the program as a whole, seen from outside.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::items_after_statements,
    reason = "tests say so by panicking, and count what they have made themselves"
)]

mod architecture;
mod belarus;
mod command_line;
mod compare;
mod coverage;
mod documentation;
mod edges;
mod exact;
mod export;
mod extends;
mod game;
mod gauntlet;
mod hypotheses;
mod known_answer;
mod known_atoms;
mod known_clocks;
mod loading;
mod lowering;
mod model_document;
mod oracle;
mod property;
mod random;
mod rates;
mod regression;
mod results;
mod schema;
mod statistical;
mod support;
mod trial_state;
mod undefined;
