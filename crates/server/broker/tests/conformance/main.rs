//! Demands of the standards on a server, shown byte for byte. `docs/CONFORMANCE.md` names the case of each.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod connect;
mod disconnect;
mod document;
mod flow;
mod limits;
mod malformed;
mod malformed_connect;
mod publish;
mod quality_of_service;
mod retained;
mod session;
mod shared;
mod subscribe;
mod support;
mod topics;
mod websocket;
mod wills;
