// @generated from spec/ons-2019-02-14.json by `cargo xtask generate`; do not edit.

//! Errors of calls.

use ons_mqtt_models::ErrorCode;

/// Error of a call.
pub type Error = pop_client::Error<ErrorCode>;
