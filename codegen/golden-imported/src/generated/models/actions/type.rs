// @generated from codegen/evolve/tests/metadata/hard.json by `cargo xtask generate`; do not edit.

//! Request and response of `Type`.

use pop_rpc::{Action, ActionInfo, ParameterSink};
use crate::*;

/// Request of `Type`.
///
/// Type, not described.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct TypeRequest {}

impl TypeRequest {
    /// Creates a request with the required parameters.
    pub fn new() -> Self {
        Self::default()
    }
}

pop_rpc::wire_struct!(TypeRequest,);

impl Action for TypeRequest {
    const INFO: ActionInfo = ActionInfo::new("Type", VERSION).write(false);
    const SORTED: bool = true;

    type Response = TypeResponse;

    fn query_parameters(&self, _: &mut dyn ParameterSink) {}
}

/// Response of `Type`.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct TypeResponse {
    /// ID of the request. `RequestId` on the wire.
    pub request_id: String,
}

impl TypeResponse {
    /// Creates a response with the members that are always present.
    pub fn new() -> Self {
        Self::default()
    }

    /// ID of the request.
    pub fn request_id(mut self, request_id: impl Into<String>) -> Self {
        self.request_id = request_id.into();
        self
    }
}

pop_rpc::wire_struct!(TypeResponse, "RequestId" => always request_id,);
