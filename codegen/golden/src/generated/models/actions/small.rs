// @generated from codegen/spec/tests/small.json by `cargo xtask generate`; do not edit.

//! Request and response of `Small`.

use pop_rpc::{Action, ActionInfo, ParameterSink};
use crate::*;

/// Request of `Small`.
///
/// Has no name without the prefix, and no parameters.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct SmallRequest {}

impl SmallRequest {
    /// Creates a request with the required parameters.
    pub fn new() -> Self {
        Self::default()
    }
}

pop_rpc::wire_struct!(SmallRequest,);

impl Action for SmallRequest {
    const INFO: ActionInfo = ActionInfo::new("Small", VERSION);
    const SORTED: bool = true;

    type Response = SmallResponse;

    fn query_parameters(&self, _: &mut dyn ParameterSink) {}
}

/// Response of `Small`.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct SmallResponse {
    /// ID of the request. `RequestId` on the wire.
    pub request_id: String,
}

impl SmallResponse {
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

pop_rpc::wire_struct!(SmallResponse, "RequestId" => always request_id,);
