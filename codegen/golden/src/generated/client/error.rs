// @generated from codegen/spec/tests/small.json by `cargo xtask generate`; do not edit.

//! Errors of calls.

use small_models::ErrorCode;

/// Error of a call.
pub type Error = pop_client::Error<ErrorCode>;
