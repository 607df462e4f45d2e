// @generated from codegen/evolve/tests/metadata/hard.json by `cargo xtask generate`; do not edit.

//! Request and response of `GetURLs`.

use pop_rpc::{Action, ActionInfo, ParameterSink};
use crate::*;

/// Request of `GetURLs`.
///
/// GetURLs, not described.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct GetUrLsRequest {}

impl GetUrLsRequest {
    /// Creates a request with the required parameters.
    pub fn new() -> Self {
        Self::default()
    }
}

pop_rpc::wire_struct!(GetUrLsRequest,);

impl Action for GetUrLsRequest {
    const INFO: ActionInfo = ActionInfo::new("GetURLs", VERSION);
    const SORTED: bool = true;

    type Response = GetUrLsResponse;

    fn query_parameters(&self, _: &mut dyn ParameterSink) {}
}

/// Response of `GetURLs`.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct GetUrLsResponse {
    /// ID of the request. `RequestId` on the wire.
    pub request_id: String,
    /// A member. `A` on the wire.
    pub a: Option<String>,
}

impl GetUrLsResponse {
    /// Creates a response with the members that are always present.
    pub fn new() -> Self {
        Self::default()
    }

    /// ID of the request.
    pub fn request_id(mut self, request_id: impl Into<String>) -> Self {
        self.request_id = request_id.into();
        self
    }

    /// A member.
    pub fn a(mut self, a: impl Into<String>) -> Self {
        self.a = Some(a.into());
        self
    }
}

pop_rpc::wire_struct!(
    GetUrLsResponse, "RequestId" => always request_id, "A" => optional a,
);
