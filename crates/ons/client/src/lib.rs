//! Client of the control API of Message Queue for MQTT: product `Ons`, version `2019-02-14`.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use ons_mqtt_client::Client;
//!
//! let client = Client::builder().region("cn-hangzhou").build()?;
//! let groups = client.group_id_list().instance_id("post-cn-0pp12gl").send().await?;
//! for group in groups.data {
//!     println!("{}", group.group_id);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! A method an action; required parameters are its arguments, optional ones methods of the
//! [`Call`] that it returns.
//!
//! | question | where |
//! |---|---|
//! | Which endpoint, key, timeout, how many tries? | [`Client::builder`] |
//! | Where does the access key come from if none is given? | [`credentials::DefaultChain`] |
//! | What does an error say? | [`Error`] |
//! | How do I test code that calls? | [`Client::from_stub`], `InProcess` (feature `in-process`) |
//! | No async? | `Call::send_blocking` (feature `blocking`) |
//!
//! # Tests without a service
//!
//! A service in the same process takes the place of the real one, through the same reading and writing as over HTTP:
//!
//! ```rust
//! use ons_mqtt_client::{Client, Credentials, ErrorCode, InProcess};
//! use ons_mqtt_client::models::{GroupIdCreateRequest, GroupIdCreateResponse};
//! use ons_mqtt_service::{Context, Failure, Service};
//!
//! struct Full;
//!
//! impl Service for Full {
//!     async fn group_id_create(
//!         &self,
//!         _: &Context,
//!         _: GroupIdCreateRequest,
//!     ) -> Result<GroupIdCreateResponse, Failure> {
//!         Err(ErrorCode::BizSubscriptionExisted.into())
//!     }
//! }
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let client = Client::builder()
//!         .endpoint("in-process")
//!         .credentials(Credentials::new("testid", "testsecret"))
//!         .transport(InProcess(Full))
//!         .build()?;
//!     let error = client.group_id_create("GID_test").send().await.unwrap_err();
//!     assert_eq!(error.code(), Some(&ErrorCode::BizSubscriptionExisted));
//!     Ok(())
//! }
//! ```

#[rustfmt::skip]
mod generated;

pub use generated::*;
pub use ons_mqtt_models as models;
pub use ons_mqtt_models::ErrorCode;
pub use pop_client::{
    BoxFuture, BuildError, Builder, Credentials, EndpointError, HttpRequest, HttpResponse,
    Interceptor, Mismatch, Problem, ProvideCredentials, Retry, Settings, Transport, TransportError,
    credentials,
};
pub use pop_rpc::{Format, Method};

/// Keeps the programs in the README compiling and right.
#[cfg(doctest)]
#[doc = include_str!("../../../../README.md")]
struct Readme;
