//! Code generated from `codegen/evolve/tests/metadata/hard.json`, as one crate: it must compile
//! without warnings, and its generated tests must pass.

// Generated services import their models from a crate of this name.
pub extern crate self as hard_product_20210304_models;
pub extern crate self as hard_product_20210304_service;

/// Generated client.
#[rustfmt::skip]
#[path = "generated/client/mod.rs"]
pub mod generated_client;
/// Generated models.
#[rustfmt::skip]
#[path = "generated/models/mod.rs"]
pub mod generated_models;
/// Generated service.
#[rustfmt::skip]
#[path = "generated/service/mod.rs"]
pub mod generated_service;

pub use generated_client::{
    Answer, Call, Client, Credentials, Error, InProcess, Problem, Stub, examples,
};
pub use generated_models::*;
pub use generated_service::*;
