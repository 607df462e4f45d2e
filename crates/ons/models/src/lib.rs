//! Requests, responses and error codes of the control API of Message Queue for MQTT: product
//! `Ons`, version `2019-02-14`.
//!
//! Plain structs without I/O, generated from `spec/ons-2019-02-14.json`. Every item names what it
//! is on the wire.
//!
//! ```
//! use ons_mqtt_models::GroupIdListResponse;
//! use pop_rpc::Format;
//!
//! let body = r#"{"RequestId": "BC0D", "Data": {"MqttGroupIdDo": [{"GroupId": "GID_test"}]}}"#;
//! let response: GroupIdListResponse = Format::Json.read(body)?;
//! assert_eq!(response.data[0].group_id, "GID_test");
//! # Ok::<_, pop_rpc::format::BodyError>(())
//! ```
//!
//! # Reading is lenient
//!
//! Numbers may come in quotes, members may be missing, lists may be null: an optional member is
//! `None` then, any other its default. A value that an enum or [`ErrorCode`] does not know is kept.
//!
//! # Structs grow
//!
//! All of them are `#[non_exhaustive]`: a request is made with `new`, a response from
//! `Default::default()`, and fields are set from there.

#[rustfmt::skip]
mod generated;

pub use generated::*;
