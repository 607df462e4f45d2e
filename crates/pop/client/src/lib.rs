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
mod limit;
mod mismatch;
mod retry;
mod signing;
pub mod transport;

use std::future::Future;
use std::pin::Pin;

#[cfg(feature = "blocking")]
pub use blocking::block_on;
pub use builder::{BuildError, Builder, Product};
pub use client::{Client, Settings};
pub use credentials::{Credentials, ProvideCredentials};
pub use endpoint::EndpointError;
pub use error::{Error, Problem};
pub use mismatch::Mismatch;
pub use retry::Retry;
pub use signing::Signature;
pub use transport::{HttpRequest, HttpResponse, Interceptor, Placement, Transport, TransportError};

/// A future that a trait object returns.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
