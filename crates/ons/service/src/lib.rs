//! Server side of the control API of Message Queue for MQTT: product `Ons`, version `2019-02-14`.
//!
//! Implement [`Service`], a method an action, and let [`dispatch`] turn the parameters of a request
//! into the bytes of its response. Parameters are read and checked before a method runs; how
//! requests are authenticated and limited is the gateway's matter.
//!
//! ```
//! use ons_mqtt_models::{ErrorCode, GroupIdCreateRequest, GroupIdCreateResponse};
//! use ons_mqtt_service::{Context, Failure, Service, dispatch};
//! use pop_rpc::service::read_parameters;
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
//! let query = "Action=OnsMqttGroupIdCreate&GroupId=GID_test&Format=JSON";
//! let parameters = read_parameters(query, b"")?;
//! let answer = pollster::block_on(dispatch(&Full, &Context::default(), &parameters));
//! assert_eq!(answer.status, 400);
//! # Ok::<_, pop_rpc::service::ParameterError>(())
//! ```

#[rustfmt::skip]
mod generated;

pub use generated::*;
pub use pop_rpc::error::Failure;
pub use pop_rpc::service::Context;
