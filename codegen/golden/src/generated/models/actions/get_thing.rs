// @generated from codegen/spec/tests/small.json by `cargo xtask generate`; do not edit.

//! Request and response of `SmallGetThing`.

use pop_rpc::{Action, ActionInfo, ParameterSink};
use crate::*;

/// Request of `SmallGetThing`.
///
/// Gets a thing.
///
/// At most 10 calls in 1 seconds for each access key.
///
/// Errors: `THING_NOT_FOUND`, `OutOfRange`.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct GetThingRequest {
    /// ID of the thing **\[here\]**, see `<code>`. `Id` on the wire, 2 to 8 characters, such as
    /// `abc`.
    pub id: String,
    /// Depth of the search. `Depth` on the wire, 1 to 9, `3` if absent.
    pub depth: Option<i32>,
    /// Start of the period. `Since` on the wire, in milliseconds since 1970-01-01T00:00:00Z.
    ///
    /// Required when the thing is old.
    pub since: Option<i64>,
}

impl GetThingRequest {
    /// Creates a request with the required parameters.
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            depth: Default::default(),
            since: Default::default(),
        }
    }
}

pop_rpc::wire_struct!(
    GetThingRequest, "Id" => needed id, "Depth" => optional depth, "Since" => optional
    since,
);

impl Action for GetThingRequest {
    const INFO: ActionInfo = ActionInfo::new("SmallGetThing", VERSION).limit(10, 1);
    const SORTED: bool = true;

    type Response = GetThingResponse;

    fn query_parameters(&self, sink: &mut dyn ParameterSink) {
        sink.flat("Depth", &self.depth);
        sink.flat("Id", &self.id);
        sink.flat("Since", &self.since);
    }
}

/// Response of `SmallGetThing`.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct GetThingResponse {
    /// ID of the request. `RequestId` on the wire.
    pub request_id: String,
    /// The thing. `ThingDo` on the wire.
    pub thing: Thing,
    /// Anything. `Extra` on the wire.
    #[cfg_attr(test, proptest(value = "Default::default()"))]
    pub extra: Option<pop_rpc::Json>,
}

impl GetThingResponse {
    /// Creates a response with the members that are always present.
    pub fn new(thing: Thing) -> Self {
        Self { thing, ..Self::default() }
    }

    /// ID of the request.
    pub fn request_id(mut self, request_id: impl Into<String>) -> Self {
        self.request_id = request_id.into();
        self
    }

    /// Anything.
    pub fn extra(mut self, extra: pop_rpc::Json) -> Self {
        self.extra = Some(extra);
        self
    }
}

pop_rpc::wire_struct!(
    GetThingResponse, "RequestId" => always request_id, "ThingDo" => always thing,
    "Extra" => optional extra,
);

/// Has a member of each type; only one action uses it.
///
/// Type `ThingDo` of the spec.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct Thing {
    /// A text. `Text` on the wire.
    pub text: String,
    /// A small integer. `Small` on the wire.
    pub small: Option<i32>,
    /// A time. `At` on the wire, in milliseconds since 1970-01-01T00:00:00Z.
    pub at: i64,
    /// A number. `Ratio` on the wire.
    pub ratio: Option<f64>,
    /// A number. `Exact` on the wire.
    pub exact: f64,
    /// A boolean. `On` on the wire.
    pub on: Option<bool>,
    /// A colour. `Colour` on the wire.
    pub colour: Option<Colour>,
    /// A level. `Level` on the wire.
    pub level: Level,
    /// A plain list. `Parts` on the wire.
    #[cfg_attr(test, proptest(strategy = "pop_rpc::arbitrary_list!(Vec<Part>)"))]
    pub parts: Vec<Part>,
    /// A wrapped list of texts. `Names` on the wire.
    #[cfg_attr(test, proptest(strategy = "pop_rpc::arbitrary_list!(Vec<String>)"))]
    pub names: Vec<String>,
    /// A list of lists. `Rows` on the wire.
    #[cfg_attr(test, proptest(strategy = "pop_rpc::arbitrary_list!(Vec<Vec<i64>>)"))]
    pub rows: Vec<Vec<i64>>,
    /// A map. `Tags` on the wire.
    #[cfg_attr(test, proptest(value = "Default::default()"))]
    pub tags: std::collections::BTreeMap<String, String>,
    /// A struct of the same type. `Parent` on the wire.
    #[cfg_attr(test, proptest(value = "Default::default()"))]
    pub parent: Option<Box<Thing>>,
}

impl Thing {
    /// Creates a value with the required members.
    pub fn new(
        text: impl Into<String>,
        at: i64,
        exact: f64,
        level: Level,
        names: Vec<String>,
    ) -> Self {
        Self {
            text: text.into(),
            at,
            exact,
            level,
            names,
            ..Self::default()
        }
    }

    /// A small integer.
    pub fn small(mut self, small: i32) -> Self {
        self.small = Some(small);
        self
    }

    /// A number.
    pub fn ratio(mut self, ratio: f64) -> Self {
        self.ratio = Some(ratio);
        self
    }

    /// A boolean.
    pub fn on(mut self, on: bool) -> Self {
        self.on = Some(on);
        self
    }

    /// A colour.
    pub fn colour(mut self, colour: Colour) -> Self {
        self.colour = Some(colour);
        self
    }

    /// A plain list.
    pub fn parts(mut self, parts: Vec<Part>) -> Self {
        self.parts = parts;
        self
    }

    /// A list of lists.
    pub fn rows(mut self, rows: Vec<Vec<i64>>) -> Self {
        self.rows = rows;
        self
    }

    /// A map.
    pub fn tags(mut self, tags: std::collections::BTreeMap<String, String>) -> Self {
        self.tags = tags;
        self
    }

    /// A struct of the same type.
    pub fn parent(mut self, parent: Thing) -> Self {
        self.parent = Some(Box::new(parent));
        self
    }
}

pop_rpc::wire_struct!(
    Thing, "Text" => always text, "Small" => optional small, "At" => always at, "Ratio"
    => optional ratio, "Exact" => always exact, "On" => optional on, "Colour" => optional
    colour, "Level" => always level, "Parts" => optional parts, "Names" =>
    always(NameItem) names, "Rows" => optional rows, "Tags" => optional tags, "Parent" =>
    optional parent,
);

/// Name of list items on the wire: `Name`.
struct NameItem;

impl pop_rpc::wire::ItemName for NameItem {
    const NAME: &'static str = "Name";
}
