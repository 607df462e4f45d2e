// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! Control API of Message Queue for MQTT: models of product `Ons`, version `2019-02-14`.
//!
//! Requests, responses and error codes are plain types without I/O. Each names its counterpart on the
//! wire.
//!
//! ```
//! use ons_mqtt_models::GroupIdListResponse;
//! use pop_rpc::Format;
//!
//! let body = r#"{
//!   "Data": {
//!     "MqttGroupIdDo": [
//!       {
//!         "IndependentNaming": true,
//!         "InstanceId": "post-cn-0pp12gl****",
//!         "CreateTime": 1555293113000,
//!         "UpdateTime": 1555293113000,
//!         "GroupId": "GID_test"
//!       }
//!     ]
//!   },
//!   "RequestId": "BC0DF068-D028-4C85-8C23-53E2C3A12599"
//! }"#;
//! let response: GroupIdListResponse = Format::Json.read(body)?;
//! println!("{response:#?}");
//! # Ok::<_, pop_rpc::format::BodyError>(())
//! ```
//!
//! # Reading is lenient
//!
//! Numbers may come in quotes, members may be missing, and lists may be null. A missing optional
//! member is read as `None`, any other as its default. An enum or [`ErrorCode`] keeps a value that it
//! does not know. A request is read only with everything that it must send.
//!
//! # Structs grow
//!
//! All of them are `#[non_exhaustive]`. Create them with `new`, which takes what is required, and set
//! the rest with the methods named after the members. What is not set is not sent.

#[rustfmt::skip]
mod generated;

pub use generated::*;
