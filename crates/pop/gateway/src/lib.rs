//! The HTTP gateway of RPC APIs, for any product: from a request to the answer of a service.
//!
//! `/` is the API, whatever the method. `/healthz` answers as long as the process does, `/readyz`
//! while it can work, and `/metrics` holds what was counted, for Prometheus. Any other path answers
//! as an action that does not exist.
//!
//! A request is signed in parameters, or in headers with ACS3-HMAC-SHA256; either is taken.
//!
//! ```no_run
//! use std::sync::Arc;
//!
//! use pop_gateway::{Gateway, Secret, serve};
//! use pop_rpc::service::Dispatch;
//! use tokio_util::sync::CancellationToken;
//!
//! # async fn run(service: impl Dispatch) -> std::io::Result<()> {
//! let access_keys = [("testid".to_owned(), Secret::new("testsecret"))];
//! let gateway = Arc::new(Gateway::new(service, access_keys));
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
//! let stop = CancellationToken::new();
//! serve(listener, gateway, stop).await; // until someone calls `stop.cancel()`
//! # Ok(())
//! # }
//! ```

mod admit;
mod gateway;
mod http;
mod limit;
mod listen;
mod metrics;
mod nonce;
mod rejection;
mod routes;
mod secret;
mod timeouts;

pub use gateway::Gateway;
pub use listen::serve;
pub use prometheus_client;
pub use secret::Secret;
pub use timeouts::Timeouts;
