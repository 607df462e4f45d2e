// @generated from codegen/spec/tests/small.json by `cargo xtask generate`; do not edit.

//! Request and response of `SmallListAll`.

use pop_rpc::{Action, ActionInfo, ParameterSink};
use crate::*;

/// Request of `SmallListAll`.
///
/// Answers with a list that is not inside an object.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct ListAllRequest {}

impl ListAllRequest {
    /// Creates a request with the required parameters.
    pub fn new() -> Self {
        Self::default()
    }
}

pop_rpc::wire_struct!(ListAllRequest,);

impl Action for ListAllRequest {
    const INFO: ActionInfo = ActionInfo::new("SmallListAll", VERSION);
    const SORTED: bool = true;

    type Response = ListAllResponse;

    fn query_parameters(&self, _: &mut dyn ParameterSink) {}
}

/// Response of `SmallListAll`: the value itself, which only JSON can hold.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct ListAllResponse {
    /// All names. `Body` on the wire.
    #[cfg_attr(test, proptest(strategy = "pop_rpc::arbitrary_list!(Vec<String>)"))]
    pub body: Vec<String>,
}

impl ListAllResponse {
    /// Creates a response with the members that are always present.
    pub fn new(body: Vec<String>) -> Self {
        Self { body }
    }
}

pop_rpc::wire_transparent!(ListAllResponse, body);
