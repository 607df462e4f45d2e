//! HTTP gateway for the RPC API of any product: it checks requests before a service answers them.
//!
//! | path | answer |
//! |---|---|
//! | `/` | the API |
//! | `/healthz` | 200 while the process runs |
//! | `/readyz` | 200 while the service is ready, else 503 with the reason |
//! | `/metrics` | metrics for Prometheus |
//!
//! [`Pages`] of a listener add paths of their own. Any other path answers like an action that does not exist.
//!
//! The gateway accepts signatures both in parameters and in headers (ACS3-HMAC-SHA256). It asks for
//! none if the action is anonymous.
//!
//! ```no_run
//! use std::sync::Arc;
//!
//! use pop_gateway::{Gateway, SecretString, serve};
//! use pop_rpc::service::Dispatch;
//! use tokio_util::sync::CancellationToken;
//!
//! # async fn run(service: impl Dispatch) -> std::io::Result<()> {
//! let access_keys = [("testid".to_owned(), SecretString::from("testsecret"))];
//! let gateway = Arc::new(Gateway::new(service, access_keys));
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
//! let stop = CancellationToken::new();
//! serve(listener, gateway, stop).await; // until `stop.cancel()` is called
//! # Ok(())
//! # }
//! ```

mod admit;
mod bounds;
mod clock;
mod connection;
mod connections;
mod error_pages;
mod forwarded;
mod gateway;
mod head;
mod holder;
mod http;
mod limit;
mod listen;
mod listener;
mod metrics;
mod nonce;
mod pages;
mod refusals;
mod rejection;
mod routes;
mod shared;
mod timeouts;

pub use bounds::Bounds;
pub use clock::{Clock, Moment};
pub use gateway::Gateway;
pub use holder::{Called, Holder};
pub use ipnet::IpNet;
pub use listen::serve;
pub use listener::{Listener, Paths};
pub use pages::{Pages, Visitor};
pub use pop_listen::{CertificateError, CertificateFiles, Encryption, bind};
pub use prometheus_client;
pub use secrecy::{ExposeSecret, SecretString};
pub use shared::{Later, SharedTables, SharedValue, SharedValues, Unavailable, change_shared};
pub use timeouts::Timeouts;
