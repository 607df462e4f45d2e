// @generated from codegen/spec/tests/small.json by `cargo xtask generate`; do not edit.

//! Request and response of `SmallForget`.

use pop_rpc::{Action, ActionInfo, ParameterSink};
use crate::*;

/// Request of `SmallForget`.
///
/// Is called with a method that few actions accept.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct ForgetRequest {
    /// ID of the thing. `Id` on the wire, such as `abc`.
    pub id: String,
}

impl ForgetRequest {
    /// Creates a request with the required parameters.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into() }
    }
}

pop_rpc::wire_struct!(ForgetRequest, "Id" => needed id,);

impl Action for ForgetRequest {
    const INFO: ActionInfo = ActionInfo::new("SmallForget", VERSION)
        .write(true)
        .methods(&[pop_rpc::Method::Delete]);
    const SORTED: bool = true;

    type Response = ForgetResponse;

    fn query_parameters(&self, sink: &mut dyn ParameterSink) {
        sink.flat("Id", &self.id);
    }
}

/// Response of `SmallForget`.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct ForgetResponse {
    /// ID of the request. `RequestId` on the wire.
    pub request_id: String,
}

impl ForgetResponse {
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

pop_rpc::wire_struct!(ForgetResponse, "RequestId" => always request_id,);
