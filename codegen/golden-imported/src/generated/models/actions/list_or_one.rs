// @generated from codegen/evolve/tests/metadata/hard.json by `cargo xtask generate`; do not edit.

//! Request and response of `ListOrOne`.

use pop_rpc::{Action, ActionInfo, ParameterSink};
use crate::*;

/// Request of `ListOrOne`.
///
/// ListOrOne, not described.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct ListOrOneRequest {
    /// Id.N, not described. `Id.N` on the wire.
    #[cfg_attr(test, proptest(strategy = "pop_rpc::arbitrary_list!(Vec<String>)"))]
    pub id_n: Vec<String>,
    /// Id, not described. `Id` on the wire, in the form body.
    pub id: Option<String>,
    /// Tag, not described. `Tag` on the wire.
    pub tag: Option<String>,
    /// A value of `Tag.N`. `Tag.N` on the wire.
    #[cfg_attr(
        test,
        proptest(strategy = "pop_rpc::arbitrary_list!(Vec<ListOrOneTagN>)")
    )]
    pub tag_n: Vec<ListOrOneTagN>,
}

impl ListOrOneRequest {
    /// Creates a request with the required parameters.
    pub fn new() -> Self {
        Self::default()
    }
}

pop_rpc::wire_struct!(
    ListOrOneRequest, "Id.N" => optional id_n, "Id" => optional id, "Tag" => optional
    tag, "Tag.N" => optional tag_n,
);

impl Action for ListOrOneRequest {
    const INFO: ActionInfo = ActionInfo::new("ListOrOne", VERSION).form();
    const SORTED: bool = false;

    type Response = ListOrOneResponse;

    fn query_parameters(&self, sink: &mut dyn ParameterSink) {
        sink.flat("Id", &self.id_n);
        sink.flat("Tag", &self.tag);
        sink.flat("Tag", &self.tag_n);
    }

    fn form_parameters(&self, sink: &mut dyn ParameterSink) {
        sink.flat("Id", &self.id);
    }
}

/// Response of `ListOrOne`.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct ListOrOneResponse {
    /// ID of the request. `RequestId` on the wire.
    pub request_id: String,
}

impl ListOrOneResponse {
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

pop_rpc::wire_struct!(ListOrOneResponse, "RequestId" => always request_id,);

/// A value of `Tag.N`.
///
/// Type `ListOrOneTagN` of the spec.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct ListOrOneTagN {
    /// Key, not described. `Key` on the wire.
    pub key: Option<String>,
    /// Key.N, not described. `Key.N` on the wire.
    #[cfg_attr(test, proptest(strategy = "pop_rpc::arbitrary_list!(Vec<String>)"))]
    pub key_n: Vec<String>,
}

impl ListOrOneTagN {
    /// Creates a value with the required members.
    pub fn new() -> Self {
        Self::default()
    }

    /// Key, not described.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Key.N, not described.
    pub fn key_n(mut self, key_n: Vec<String>) -> Self {
        self.key_n = key_n;
        self
    }
}

pop_rpc::wire_struct!(ListOrOneTagN, "Key" => optional key, "Key.N" => optional key_n,);

impl pop_rpc::ParameterStruct for ListOrOneTagN {
    const MEMBERS: &'static [&'static str] = &["Key", "Key"];

    fn write_members(&self, sink: &mut dyn pop_rpc::ParameterSink) {
        sink.flat("Key", &self.key);
        sink.flat("Key", &self.key_n);
    }

    fn read_members(
        reader: &mut pop_rpc::Reader<'_>,
    ) -> Result<Self, pop_rpc::ParameterError> {
        Ok(Self {
            key: reader.flat::<String>("Key").optional()?,
            key_n: reader.flat("Key").or_default()?,
        })
    }
}
