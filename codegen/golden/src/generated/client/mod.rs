// @generated from codegen/spec/tests/small.json by `cargo xtask generate`; do not edit.

#![allow(deprecated)]
mod actions;
mod call;
mod client;
mod error;
#[cfg(feature = "in-process")]
pub mod examples;
#[cfg(feature = "in-process")]
mod in_process;
mod stub;

pub use call::Call;
pub use client::Client;
pub use error::Error;
#[cfg(feature = "in-process")]
pub use in_process::InProcess;
pub use stub::{Answer, Stub};
pub use small_models as models;
pub use small_models::ErrorCode;
pub use pop_client::{
    BoxFuture, BuildError, Builder, Credentials, EndpointError, HttpRequest,
    HttpResponse, Interceptor, Listing, Mismatch, Problem, ProvideCredentials, Retry,
    Settings, Transport, TransportError, credentials,
};
pub use pop_rpc::{Format, Method};
