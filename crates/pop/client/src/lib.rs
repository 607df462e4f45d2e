//! HTTP client of Alibaba Cloud's RPC APIs, for any product.
//!
//! Generated clients are built on it: they add the actions of a product.
//!
//! | topic | item |
//! |---|---|
//! | the client, and its builder | [`Client`], [`Builder`] |
//! | access keys: static, and from each source of the vendor's SDKs | [`credentials`] |
//! | errors | [`Error`] |
//! | number of attempts, and waits between them | [`Retry`] |
//! | lists that arrive in pages | [`Listing`] |
//! | HTTP, and its replacement in tests | [`transport`] |

#[cfg(feature = "blocking")]
mod blocking;
pub mod builder;
mod client;
pub mod credentials;
mod endpoint;
mod error;
mod future;
mod limit;
mod mismatch;
mod nonce;
mod paging;
mod renewal;
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
#[cfg(feature = "blocking")]
pub use paging::BlockingListing;
pub use paging::Listing;
pub use retry::Retry;
pub use settings::{Settings, Signature};
pub use transport::{HttpRequest, HttpResponse, Interceptor, Transport, TransportError};
