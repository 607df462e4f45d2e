// @generated from codegen/spec/tests/small.json by `cargo xtask generate`; do not edit.

#![allow(deprecated)]
mod api;
mod dispatch;
mod read;
mod service;

pub use api::Api;
pub use dispatch::{answer, dispatch, refuse};
pub use pop_rpc::error::Failure;
pub use pop_rpc::service::Context;
pub use service::Service;
