// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

mod call;
mod client;
#[cfg(feature = "in-process")]
pub mod examples;
#[cfg(feature = "in-process")]
mod in_process;
mod stub;

pub use call::Call;
pub use client::{Client, Error};
#[cfg(feature = "in-process")]
pub use in_process::InProcess;
pub use stub::{Answer, Stub};
pub use ons_mqtt_models as models;
pub use ons_mqtt_models::ErrorCode;
pub use pop_client::{
    BoxFuture, BuildError, Builder, Credentials, EndpointError, HttpRequest,
    HttpResponse, Interceptor, Mismatch, Problem, ProvideCredentials, Retry, Settings,
    Transport, TransportError, credentials,
};
pub use pop_rpc::{Format, Method};
