// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

mod api;
mod dispatch;
mod read;
mod service;

pub use api::Api;
pub use dispatch::{answer, dispatch, refuse};
pub use pop_rpc::error::Failure;
pub use pop_rpc::service::Context;
pub use service::Service;
