// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! Control API of Message Queue for MQTT: client for product `Ons`, version `2019-02-14`.
//!
//! ```rust,no_run
//! use ons_mqtt_client::Client;
//!
//! async fn example() -> Result<(), Box<dyn std::error::Error>> {
//!     let client = Client::builder().region("cn-beijing").build()?;
//!     let response = client
//!         .group_id_list()
//!         .instance_id("post-cn-0pp12gl****")
//!         .send()
//!         .await?;
//!     println!("{response:#?}");
//!     Ok(())
//! }
//! ```
//!
//! The client has one method per action, whose arguments are the required parameters. It returns a
//! [`Call`], which has one method per optional parameter.
//!
//! | question | where |
//! |---|---|
//! | How do I set endpoint, key, timeout and number of tries? | [`Client::builder`] |
//! | Where does the access key come from if none is given? | [`credentials::DefaultChain`] |
//! | What does an error contain? | [`Error`] |
//! | How do I test code that makes calls? | [`Client::from_stub`], `InProcess` (feature `in-process`) |
//! | How do I match on errors, or set retries? | programs in `examples/` of the crate |
//! | Can I call without async? | `Call::send_blocking` (feature `blocking`) |
//!
//! # Tests without a service
//!
//! A service in the same process replaces the real one. Requests and responses are written and read as
//! over HTTP:
//!
//! ```
//! use ons_mqtt_client::{Client, Credentials, InProcess, models};
//! use ons_mqtt_service::{Context, Failure, Service};
//!
//! /// Answers `OnsMqttGroupIdList` with an empty response.
//! struct Empty;
//!
//! impl Service for Empty {
//!     async fn group_id_list(
//!         &self,
//!         _: &Context,
//!         _: models::GroupIdListRequest,
//!     ) -> Result<models::GroupIdListResponse, Failure> {
//!         Ok(models::GroupIdListResponse::default())
//!     }
//! }
//!
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let client = Client::builder()
//!         .endpoint("in-process")
//!         .region("cn-beijing")
//!         .credentials(Credentials::new("testid", "testsecret"))
//!         .transport(InProcess(Empty))
//!         .build()?;
//!     let response = client.group_id_list().send().await?;
//!     println!("{response:#?}");
//!     Ok(())
//! }
//! ```

#[rustfmt::skip]
mod generated;

pub use generated::*;
