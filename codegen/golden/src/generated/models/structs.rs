// @generated from codegen/spec/tests/small.json by `cargo xtask generate`; do not edit.

//! Structs that several actions use.

use crate::*;

/// Is in a response and in a list parameter, and two actions use it.
///
/// Type `PartDo` of the spec.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct Part {
    /// A key. `Key` on the wire.
    pub key: Option<String>,
    /// A count. `Count` on the wire.
    pub count: Option<i32>,
    /// A colour. `Colour` on the wire.
    pub colour: Option<Colour>,
}

impl Part {
    /// Creates a value with the required members.
    pub fn new(key: impl Into<String>) -> Self {
        Self {
            key: Some(key.into()),
            ..Self::default()
        }
    }

    /// A count.
    pub fn count(mut self, count: i32) -> Self {
        self.count = Some(count);
        self
    }

    /// A colour.
    pub fn colour(mut self, colour: Colour) -> Self {
        self.colour = Some(colour);
        self
    }
}

pop_rpc::wire_struct!(
    Part, "Key" => optional key, "Count" => optional count, "Colour" => optional colour,
);

impl pop_rpc::ParameterStruct for Part {
    const MEMBERS: &'static [pop_rpc::Member] = &[
        pop_rpc::member::<String>("Key"),
        pop_rpc::member::<i32>("Count"),
        pop_rpc::member::<Colour>("Colour"),
    ];

    fn write_members(&self, sink: &mut dyn pop_rpc::ParameterSink) {
        sink.flat("Key", &self.key);
        sink.flat("Count", &self.count);
        sink.flat("Colour", &self.colour);
    }

    fn read_members(
        reader: &mut pop_rpc::Reader<'_>,
    ) -> Result<Self, pop_rpc::ParameterError> {
        Ok(Self {
            key: reader.flat::<String>("Key").given()?,
            count: reader.flat("Count").optional()?,
            colour: reader.flat("Colour").optional()?,
        })
    }
}
