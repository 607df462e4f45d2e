//! Nodes of a cluster, with real servers of NATS. `cargo xtask interop cluster` runs these tests.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "../devices/support/mod.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod support;

mod answers;
mod cutting;
mod discovered;
mod failures;
mod history;
mod jetstream;
mod kept;
mod messages;
mod names;
mod nats;
mod node;
mod proxy;
mod retained;
mod scripts;
mod sessions;
mod shares;
mod stale;
mod wills;
