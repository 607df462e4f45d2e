// @generated from codegen/spec/tests/small.json by `cargo xtask generate`; do not edit.

//! Request and response of `SmallPutThings`.

use pop_rpc::{Action, ActionInfo, ParameterSink};
use crate::*;

/// Request of `SmallPutThings`.
///
/// Takes lists in every style.
///
/// When there are many.
///
/// Only for the large edition.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct PutThingsRequest {
    /// A list sent as `Ids.1`, `Ids.2`. `Ids` on the wire, at most 12 items.
    #[cfg_attr(test, proptest(strategy = "pop_rpc::arbitrary_list!(Vec<String>)"))]
    pub ids: Vec<String>,
    /// A list of structs. `Parts` on the wire.
    #[cfg_attr(test, proptest(strategy = "pop_rpc::arbitrary_list!(Vec<Part>)"))]
    pub parts: Vec<Part>,
    /// A list joined by commas. `Levels` on the wire.
    #[cfg_attr(test, proptest(strategy = "pop_rpc::arbitrary_list!(Vec<Level>)"))]
    pub levels: Vec<Level>,
    /// A list as JSON. `Numbers` on the wire.
    #[cfg_attr(test, proptest(strategy = "pop_rpc::arbitrary_list!(Vec<i64>)"))]
    pub numbers: Vec<i64>,
    /// A map, as JSON. `Options` on the wire.
    #[cfg_attr(test, proptest(value = "Default::default()"))]
    pub options: std::collections::BTreeMap<String, String>,
    /// A colour that must be known. `Colour` on the wire.
    pub colour: Option<Colour>,
    /// A level that may be unknown. `AnyLevel` on the wire.
    pub any_level: Option<Level>,
}

impl PutThingsRequest {
    /// Creates a request with the required parameters.
    pub fn new(ids: Vec<String>) -> Self {
        Self { ids, ..Self::default() }
    }
}

pop_rpc::wire_struct!(
    PutThingsRequest, "Ids" => always ids, "Parts" => optional parts, "Levels" =>
    optional levels, "Numbers" => optional numbers, "Options" => optional options,
    "Colour" => optional colour, "AnyLevel" => optional any_level,
);

impl Action for PutThingsRequest {
    const INFO: ActionInfo = ActionInfo::new("SmallPutThings", VERSION).write(false);
    const SORTED: bool = false;

    type Response = PutThingsResponse;

    fn query_parameters(&self, sink: &mut dyn ParameterSink) {
        sink.flat("AnyLevel", &self.any_level);
        sink.flat("Colour", &self.colour);
        sink.flat("Ids", &self.ids);
        sink.simple("Levels", &self.levels);
        sink.json("Numbers", &self.numbers);
        sink.json("Options", &self.options);
        sink.flat("Parts", &self.parts);
    }
}

/// Response of `SmallPutThings`.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct PutThingsResponse {
    /// ID of the request. `RequestId` on the wire.
    pub request_id: String,
}

impl PutThingsResponse {
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

pop_rpc::wire_struct!(PutThingsResponse, "RequestId" => always request_id,);
