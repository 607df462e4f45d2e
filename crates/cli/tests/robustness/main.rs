//! Kills `ons-mqtt serve` and sends it garbage.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod hook;
mod program;
mod wire;

mod backup;
mod bad_input;
mod descriptors;
mod ends;
mod full_disk;
mod kept;
mod kill;
mod notifications;
mod reload;
