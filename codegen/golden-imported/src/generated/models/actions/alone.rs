// @generated from codegen/evolve/tests/metadata/hard.json by `cargo xtask generate`; do not edit.

//! Request and response of `Alone`.

use pop_rpc::{Action, ActionInfo, ParameterSink};
use crate::*;

/// Request of `Alone`.
///
/// Alone, not described.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct AloneRequest {}

impl AloneRequest {
    /// Creates a request with the required parameters.
    pub fn new() -> Self {
        Self::default()
    }
}

pop_rpc::wire_struct!(AloneRequest,);

impl Action for AloneRequest {
    const INFO: ActionInfo = ActionInfo::new("Alone", VERSION).write(false);
    const SORTED: bool = true;

    type Response = AloneResponse;

    fn query_parameters(&self, _: &mut dyn ParameterSink) {}
}

/// Response of `Alone`.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct AloneResponse {
    /// ID of the request. `RequestId` on the wire.
    pub request_id: String,
    /// Data, not described. `Data` on the wire.
    pub data: Option<AloneData>,
}

impl AloneResponse {
    /// Creates a response with the members that are always present.
    pub fn new() -> Self {
        Self::default()
    }

    /// ID of the request.
    pub fn request_id(mut self, request_id: impl Into<String>) -> Self {
        self.request_id = request_id.into();
        self
    }

    /// Data, not described.
    pub fn data(mut self, data: AloneData) -> Self {
        self.data = Some(data);
        self
    }
}

pop_rpc::wire_struct!(
    AloneResponse, "RequestId" => always request_id, "Data" => optional data,
);

/// A value of `Item`.
///
/// Type `AloneDataItem` of the spec.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct AloneDataItem {
    /// A, not described. `A` on the wire.
    pub a: Option<String>,
}

impl AloneDataItem {
    /// Creates a value with the required members.
    pub fn new() -> Self {
        Self::default()
    }

    /// A, not described.
    pub fn a(mut self, a: impl Into<String>) -> Self {
        self.a = Some(a.into());
        self
    }
}

pop_rpc::wire_struct!(AloneDataItem, "A" => optional a,);

/// A value of `Data`.
///
/// Type `AloneData` of the spec.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct AloneData {
    /// Item, not described. `Item` on the wire.
    pub item: Option<AloneDataItem>,
}

impl AloneData {
    /// Creates a value with the required members.
    pub fn new() -> Self {
        Self::default()
    }

    /// Item, not described.
    pub fn item(mut self, item: AloneDataItem) -> Self {
        self.item = Some(item);
        self
    }
}

pop_rpc::wire_struct!(AloneData, "Item" => optional item,);
