// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! Control API of Message Queue for MQTT: server side of product `Ons`, version `2019-02-14`.
//!
//! Implement [`Service`], which has one method per action. [`dispatch`] turns the parameters of a
//! request into the bytes of its answer: it reads and checks them, then calls the method. The gateway
//! authenticates and limits requests.
//!
//! ```
//! use ons_mqtt_models as models;
//! use ons_mqtt_service::{Context, Failure, Service, dispatch};
//! use pop_rpc::service::{Answer, ParameterError, read_parameters};
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
//! async fn answer(query: &str, body: &[u8]) -> Result<Answer, ParameterError> {
//!     let parameters = read_parameters(query, body)?;
//!     Ok(dispatch(&Empty, &Context::default(), &parameters).await)
//! }
//! ```

#[rustfmt::skip]
mod generated;

pub use generated::*;
