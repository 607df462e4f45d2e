//! Bounds that no client may exceed, each with an attack on it. `docs/RELIABILITY.md` has the figures.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod before_connect;
mod queues;
mod retained;
mod sessions;
mod slow_disk;
mod support;
