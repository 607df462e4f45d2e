//! The code that the API Explorer shows: each snippet runs, or is compared with its snapshot.
//!
//! With `INSTA_UPDATE=always`, the snapshots are written anew.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod example;
mod java;
mod page;
#[path = "../../../../tests/interop/explorer_pages.rs"]
mod pages;
mod rust;
mod shell;
mod snapshot;
#[path = "../support/mod.rs"]
mod support;
