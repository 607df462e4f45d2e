//! HTTP client of Alibaba Cloud's RPC APIs, for any product.
//!
//! Generated clients stand on it: they bring the actions, it brings what calling them takes.
//!
//! | what | where |
//! |---|---|
//! | the client and how it is set up | [`Client`], [`Builder`] |
//! | keys: static, environment, files, ECS role | [`credentials`] |
//! | what an error says | [`Error`] |
//! | tries, and how long to wait between them | [`Retry`] |
//! | HTTP, and how to do without it in tests | [`transport`] |

#[cfg(feature = "blocking")]
mod blocking;
mod builder;
mod client;
pub mod credentials;
mod endpoint;
mod error;
mod future;
mod limit;
mod mismatch;
mod retry;
mod settings;
mod signing;
pub mod transport;

#[cfg(feature = "blocking")]
pub use blocking::block_on;
pub use builder::{BuildError, Builder, Product};
pub use client::Client;
pub use credentials::{Credentials, ProvideCredentials};
pub use endpoint::EndpointError;
pub use error::{Error, Problem};
pub use future::BoxFuture;
pub use mismatch::Mismatch;
pub use retry::Retry;
pub use settings::{Settings, Signature};
pub use transport::{HttpRequest, HttpResponse, Interceptor, Placement, Transport, TransportError};
