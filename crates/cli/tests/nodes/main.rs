//! Several `ons-mqtt serve` as nodes of a cluster, with real servers of NATS and PostgreSQL. `cargo xtask interop cluster`
//! runs these tests.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "../robustness/hook.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod hook;
mod machine;
#[path = "../../../server/broker/tests/cluster/nats.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod nats;
#[path = "../robustness/program.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod program;

mod counts;
mod database;
mod drain;
mod groups;
mod joining;
mod killed;
mod notifications;
mod online;
mod requests;
mod secured;
mod sign_in;
mod status;
