//! Promises to devices, kept by a real broker for real clients and for sockets that behave badly.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod authentication;
mod deletion;
mod faults;
mod listeners;
mod metering;
mod notifications;
mod point_to_point;
mod presence;
mod quality_of_service;
mod refusals;
mod subscriptions;
mod support;
mod topics;
