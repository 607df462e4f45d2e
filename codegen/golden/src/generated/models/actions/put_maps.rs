// @generated from codegen/spec/tests/small.json by `cargo xtask generate`; do not edit.

//! Request and response of `SmallPutMaps`.

use pop_rpc::{Action, ActionInfo, ParameterSink};
use crate::*;

/// Request of `SmallPutMaps`.
///
/// Takes maps and structs, which are sent as many parameters.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct PutMapsRequest {
    /// A struct with a map. `Source` on the wire.
    pub source: Source,
    /// Looks like a member of the struct, but is none. `Source.Size` on the wire.
    pub source_size: Option<i32>,
    /// A map. `Labels` on the wire.
    #[cfg_attr(test, proptest(value = "Default::default()"))]
    pub labels: std::collections::BTreeMap<String, String>,
    /// A map of structs. `Sources` on the wire.
    #[cfg_attr(test, proptest(value = "Default::default()"))]
    pub sources: std::collections::BTreeMap<String, Source>,
    /// A list of maps. `Rows` on the wire.
    #[cfg_attr(test, proptest(value = "Default::default()"))]
    pub rows: Vec<std::collections::BTreeMap<String, i32>>,
    /// Anything. `Extra` on the wire.
    #[cfg_attr(test, proptest(value = "Default::default()"))]
    pub extra: Option<pop_rpc::Json>,
    /// Anything, as JSON. `ExtraText` on the wire.
    #[cfg_attr(test, proptest(value = "Default::default()"))]
    pub extra_text: Option<pop_rpc::Json>,
}

impl PutMapsRequest {
    /// Creates a request with the required parameters.
    pub fn new(source: Source) -> Self {
        Self {
            source,
            source_size: Default::default(),
            labels: Default::default(),
            sources: Default::default(),
            rows: Default::default(),
            extra: Default::default(),
            extra_text: Default::default(),
        }
    }
}

pop_rpc::wire_struct!(
    PutMapsRequest, "Source" => needed source, "Source.Size" => optional source_size,
    "Labels" => optional labels, "Sources" => optional sources, "Rows" => optional rows,
    "Extra" => optional extra, "ExtraText" => optional extra_text,
);

impl Action for PutMapsRequest {
    const INFO: ActionInfo = ActionInfo::new("SmallPutMaps", VERSION).write(true);
    const SORTED: bool = false;

    type Response = PutMapsResponse;

    fn query_parameters(&self, sink: &mut dyn ParameterSink) {
        sink.flat("Extra", &self.extra);
        sink.json("ExtraText", &self.extra_text);
        sink.flat("Labels", &self.labels);
        sink.flat("Rows", &self.rows);
        sink.flat("Source", &self.source);
        sink.flat("Source.Size", &self.source_size);
        sink.flat("Sources", &self.sources);
    }
}

/// Response of `SmallPutMaps`.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct PutMapsResponse {
    /// ID of the request. `RequestId` on the wire.
    pub request_id: String,
}

impl PutMapsResponse {
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

pop_rpc::wire_struct!(PutMapsResponse, "RequestId" => always request_id,);

/// Is only sent, never received.
///
/// Type `SourceDo` of the spec.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct Source {
    /// A type. `Type` on the wire.
    pub r#type: String,
    /// A weight. `Weight` on the wire.
    pub weight: Option<f64>,
    /// A map. `Options` on the wire.
    #[cfg_attr(test, proptest(value = "Default::default()"))]
    pub options: std::collections::BTreeMap<String, String>,
    /// A list of maps. `Rows` on the wire.
    #[cfg_attr(test, proptest(value = "Default::default()"))]
    pub rows: Vec<std::collections::BTreeMap<String, i32>>,
    /// Anything. `Extra` on the wire.
    #[cfg_attr(test, proptest(value = "Default::default()"))]
    pub extra: Option<pop_rpc::Json>,
}

impl Source {
    /// Creates a value with the required members.
    pub fn new(r#type: impl Into<String>) -> Self {
        Self {
            r#type: r#type.into(),
            weight: Default::default(),
            options: Default::default(),
            rows: Default::default(),
            extra: Default::default(),
        }
    }

    /// A weight.
    pub fn weight(mut self, weight: f64) -> Self {
        self.weight = Some(weight);
        self
    }

    /// A map.
    pub fn options(
        mut self,
        options: std::collections::BTreeMap<String, String>,
    ) -> Self {
        self.options = options;
        self
    }

    /// A list of maps.
    pub fn rows(mut self, rows: Vec<std::collections::BTreeMap<String, i32>>) -> Self {
        self.rows = rows;
        self
    }

    /// Anything.
    pub fn extra(mut self, extra: pop_rpc::Json) -> Self {
        self.extra = Some(extra);
        self
    }
}

pop_rpc::wire_struct!(
    Source, "Type" => needed r#type, "Weight" => optional weight, "Options" => optional
    options, "Rows" => optional rows, "Extra" => optional extra,
);

impl pop_rpc::ParameterStruct for Source {
    const MEMBERS: &'static [pop_rpc::Member] = &[
        pop_rpc::member::<String>("Type"),
        pop_rpc::member::<f64>("Weight"),
        pop_rpc::member::<std::collections::BTreeMap<String, String>>("Options"),
        pop_rpc::member::<Vec<std::collections::BTreeMap<String, i32>>>("Rows"),
        pop_rpc::member::<pop_rpc::Json>("Extra"),
    ];

    fn write_members(&self, sink: &mut dyn pop_rpc::ParameterSink) {
        sink.flat("Type", &self.r#type);
        sink.flat("Weight", &self.weight);
        sink.flat("Options", &self.options);
        sink.flat("Rows", &self.rows);
        sink.flat("Extra", &self.extra);
    }

    fn read_members(
        reader: &mut pop_rpc::Reader<'_>,
    ) -> Result<Self, pop_rpc::ParameterError> {
        Ok(Self {
            r#type: reader.flat::<String>("Type").required()?,
            weight: reader.flat("Weight").optional()?,
            options: reader.flat("Options").or_default()?,
            rows: reader.flat("Rows").or_default()?,
            extra: reader.flat("Extra").optional()?,
        })
    }
}
