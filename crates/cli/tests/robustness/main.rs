//! `ons-mqtt serve`, the program itself, in the hands of people who kill it and send it rubbish.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod program;

mod bad_input;
mod ends;
mod kill;
