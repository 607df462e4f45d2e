// @generated from codegen/spec/tests/small.json by `cargo xtask generate`; do not edit.

//! Request and response of `SmallGreet`.

use pop_rpc::{Action, ActionInfo, ParameterSink};
use crate::*;

/// Request of `SmallGreet`.
///
/// Needs no access key.
///
/// Needs no access key: requests are not signed.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct GreetRequest {
    /// Whom to greet. `Name` on the wire, such as `b c`.
    pub name: Option<String>,
}

impl GreetRequest {
    /// Creates a request with the required parameters.
    pub fn new() -> Self {
        Self::default()
    }
}

pop_rpc::wire_struct!(GreetRequest, "Name" => optional name,);

impl Action for GreetRequest {
    const INFO: ActionInfo = ActionInfo::new("SmallGreet", VERSION)
        .anonymous()
        .methods(&[pop_rpc::Method::Get]);
    const SORTED: bool = true;

    type Response = GreetResponse;

    fn query_parameters(&self, sink: &mut dyn ParameterSink) {
        sink.flat("Name", &self.name);
    }
}

/// Response of `SmallGreet`.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct GreetResponse {
    /// ID of the request. `RequestId` on the wire.
    pub request_id: String,
}

impl GreetResponse {
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

pop_rpc::wire_struct!(GreetResponse, "RequestId" => always request_id,);
