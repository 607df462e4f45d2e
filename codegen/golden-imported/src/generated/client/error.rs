// @generated from codegen/evolve/tests/metadata/hard.json by `cargo xtask generate`; do not edit.

//! Errors of calls.

use hard_product_20210304_models::ErrorCode;

/// Error of a call.
pub type Error = pop_client::Error<ErrorCode>;
