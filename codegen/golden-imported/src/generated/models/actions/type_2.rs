// @generated from codegen/evolve/tests/metadata/hard.json by `cargo xtask generate`; do not edit.

//! Request and response of `type`.

use pop_rpc::{Action, ActionInfo, ParameterSink};
use crate::*;

/// Request of `type`.
///
/// Has hard names.
#[deprecated(note = "The published metadata marks it as deprecated.")]
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct TypeRequest2 {
    /// A value of `Tag`. `Tag` on the wire.
    #[cfg_attr(test, proptest(strategy = "pop_rpc::arbitrary_list!(Vec<TypeTag>)"))]
    pub tag: Vec<TypeTag>,
    /// Ids, not described. `Ids` on the wire.
    #[cfg_attr(test, proptest(strategy = "pop_rpc::arbitrary_list!(Vec<i32>)"))]
    pub ids: Vec<i32>,
    /// match, not described. `match` on the wire.
    pub r#match: Option<String>,
    /// 2fa.code-x, not described. `2fa.code-x` on the wire.
    pub _2fa_code_x: Option<String>,
    /// Repeated, not described. `Repeated` on the wire.
    #[cfg_attr(test, proptest(strategy = "pop_rpc::arbitrary_list!(Vec<TypeRepeated>)"))]
    pub repeated: Vec<TypeRepeated>,
    /// Flat, not described. `Flat` on the wire.
    pub flat: Option<TypeFlat>,
    /// Json, not described. `Json` on the wire, in the form body.
    pub json: Option<TypeJson>,
    /// JsonList, not described. `JsonList` on the wire.
    #[cfg_attr(test, proptest(strategy = "pop_rpc::arbitrary_list!(Vec<TypeJsonList>)"))]
    pub json_list: Vec<TypeJsonList>,
    /// Simple, not described. `Simple` on the wire, at most 3 items.
    #[cfg_attr(test, proptest(strategy = "pop_rpc::arbitrary_list!(Vec<TypeSimple>)"))]
    pub simple: Vec<TypeSimple>,
    /// SimpleOfStructs, not described. `SimpleOfStructs` on the wire.
    #[cfg_attr(
        test,
        proptest(strategy = "pop_rpc::arbitrary_list!(Vec<TypeSimpleOfStructs>)")
    )]
    pub simple_of_structs: Vec<TypeSimpleOfStructs>,
    /// Map, not described. `Map` on the wire.
    #[cfg_attr(test, proptest(value = "Default::default()"))]
    pub map: std::collections::BTreeMap<String, String>,
    /// FlatMap, not described. `FlatMap` on the wire.
    #[cfg_attr(test, proptest(value = "Default::default()"))]
    pub flat_map: std::collections::BTreeMap<String, String>,
    /// Tree, not described. `Tree` on the wire.
    pub tree: Option<TreeNode>,
    /// Anys, not described. `Anys` on the wire.
    #[cfg_attr(test, proptest(value = "Default::default()"))]
    pub anys: Vec<pop_rpc::Json>,
    /// Odd, not described. `Odd` on the wire.
    pub odd: Option<String>,
    /// NoSchema, not described. `NoSchema` on the wire.
    #[cfg_attr(test, proptest(value = "Default::default()"))]
    pub no_schema: Option<pop_rpc::Json>,
}

impl TypeRequest2 {
    /// Creates a request with the required parameters.
    pub fn new(tag: Vec<TypeTag>) -> Self {
        Self { tag, ..Self::default() }
    }
}

pop_rpc::wire_struct!(
    TypeRequest2, "Tag" => always tag, "Ids" => optional ids, "match" => optional
    r#match, "2fa.code-x" => optional _2fa_code_x, "Repeated" => optional repeated,
    "Flat" => optional flat, "Json" => optional json, "JsonList" => optional json_list,
    "Simple" => optional simple, "SimpleOfStructs" => optional simple_of_structs, "Map"
    => optional map, "FlatMap" => optional flat_map, "Tree" => optional tree, "Anys" =>
    optional anys, "Odd" => optional odd, "NoSchema" => optional no_schema,
);

impl Action for TypeRequest2 {
    const INFO: ActionInfo = ActionInfo::new("type", VERSION).write(false).form();
    const SORTED: bool = false;

    type Response = TypeResponse2;

    fn query_parameters(&self, sink: &mut dyn ParameterSink) {
        sink.flat("2fa.code-x", &self._2fa_code_x);
        sink.flat("Anys", &self.anys);
        sink.flat("Flat", &self.flat);
        sink.flat("FlatMap", &self.flat_map);
        sink.flat("Ids", &self.ids);
        sink.json("JsonList", &self.json_list);
        sink.json("Map", &self.map);
        sink.flat("NoSchema", &self.no_schema);
        sink.flat("Odd", &self.odd);
        sink.flat("Repeated", &self.repeated);
        sink.simple("Simple", &self.simple);
        sink.flat("SimpleOfStructs", &self.simple_of_structs);
        sink.flat("Tag", &self.tag);
        sink.json("Tree", &self.tree);
        sink.flat("match", &self.r#match);
    }

    fn form_parameters(&self, sink: &mut dyn ParameterSink) {
        sink.json("Json", &self.json);
    }
}

/// Response of `type`: the value itself, which only JSON can hold.
#[deprecated(note = "The published metadata marks it as deprecated.")]
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct TypeResponse2 {
    /// Body, not described. `Body` on the wire.
    #[cfg_attr(test, proptest(strategy = "pop_rpc::arbitrary_list!(Vec<String>)"))]
    pub body: Vec<String>,
}

impl TypeResponse2 {
    /// Creates a response with the members that are always present.
    pub fn new(body: Vec<String>) -> Self {
        Self { body }
    }
}

pop_rpc::wire_transparent!(TypeResponse2, body);

/// A value of `Part`.
///
/// Type `TypeTagPart` of the spec.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct TypeTagPart {
    /// Id, not described. `Id` on the wire.
    pub id: Option<String>,
}

impl TypeTagPart {
    /// Creates a value with the required members.
    pub fn new() -> Self {
        Self::default()
    }

    /// Id, not described.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }
}

pop_rpc::wire_struct!(TypeTagPart, "Id" => optional id,);

impl pop_rpc::ParameterStruct for TypeTagPart {
    const MEMBERS: &'static [pop_rpc::Member] = &[pop_rpc::member::<String>("Id")];

    fn write_members(&self, sink: &mut dyn pop_rpc::ParameterSink) {
        sink.flat("Id", &self.id);
    }

    fn read_members(
        reader: &mut pop_rpc::Reader<'_>,
    ) -> Result<Self, pop_rpc::ParameterError> {
        Ok(Self {
            id: reader.flat::<String>("Id").optional()?,
        })
    }
}

/// A value of `Tag`.
///
/// Type `TypeTag` of the spec.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct TypeTag {
    /// Key, not described. `Key` on the wire.
    pub key: String,
    /// Value, not described. `Value` on the wire.
    pub value: Option<String>,
    /// A value of `Part`. `Part` on the wire.
    #[cfg_attr(test, proptest(strategy = "pop_rpc::arbitrary_list!(Vec<TypeTagPart>)"))]
    pub part: Vec<TypeTagPart>,
}

impl TypeTag {
    /// Creates a value with the required members.
    pub fn new(key: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            value: Default::default(),
            part: Default::default(),
        }
    }

    /// Value, not described.
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = Some(value.into());
        self
    }

    /// A value of `Part`.
    pub fn part(mut self, part: Vec<TypeTagPart>) -> Self {
        self.part = part;
        self
    }
}

pop_rpc::wire_struct!(
    TypeTag, "Key" => needed key, "Value" => optional value, "Part" => optional part,
);

impl pop_rpc::ParameterStruct for TypeTag {
    const MEMBERS: &'static [pop_rpc::Member] = &[
        pop_rpc::member::<String>("Key"),
        pop_rpc::member::<String>("Value"),
        pop_rpc::member::<Vec<TypeTagPart>>("Part"),
    ];

    fn write_members(&self, sink: &mut dyn pop_rpc::ParameterSink) {
        sink.flat("Key", &self.key);
        sink.flat("Value", &self.value);
        sink.flat("Part", &self.part);
    }

    fn read_members(
        reader: &mut pop_rpc::Reader<'_>,
    ) -> Result<Self, pop_rpc::ParameterError> {
        Ok(Self {
            key: reader.flat::<String>("Key").required()?,
            value: reader.flat::<String>("Value").optional()?,
            part: reader.flat("Part").or_default()?,
        })
    }
}

/// A value of `Inner`.
///
/// Type `TypeRepeatedInner` of the spec.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct TypeRepeatedInner {
    /// A, not described. `A` on the wire.
    pub a: Option<String>,
}

impl TypeRepeatedInner {
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

pop_rpc::wire_struct!(TypeRepeatedInner, "A" => optional a,);

impl pop_rpc::ParameterStruct for TypeRepeatedInner {
    const MEMBERS: &'static [pop_rpc::Member] = &[pop_rpc::member::<String>("A")];

    fn write_members(&self, sink: &mut dyn pop_rpc::ParameterSink) {
        sink.flat("A", &self.a);
    }

    fn read_members(
        reader: &mut pop_rpc::Reader<'_>,
    ) -> Result<Self, pop_rpc::ParameterError> {
        Ok(Self {
            a: reader.flat::<String>("A").optional()?,
        })
    }
}

/// A value of `Repeated`.
///
/// Type `TypeRepeated` of the spec.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct TypeRepeated {
    /// Anys, not described. `Anys` on the wire.
    #[cfg_attr(test, proptest(value = "Default::default()"))]
    pub anys: Vec<pop_rpc::Json>,
    /// Inner, not described. `Inner` on the wire.
    pub inner: Option<TypeRepeatedInner>,
    /// Key, not described. `Key` on the wire.
    pub key: Option<String>,
}

impl TypeRepeated {
    /// Creates a value with the required members.
    pub fn new() -> Self {
        Self::default()
    }

    /// Anys, not described.
    pub fn anys(mut self, anys: Vec<pop_rpc::Json>) -> Self {
        self.anys = anys;
        self
    }

    /// Inner, not described.
    pub fn inner(mut self, inner: TypeRepeatedInner) -> Self {
        self.inner = Some(inner);
        self
    }

    /// Key, not described.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }
}

pop_rpc::wire_struct!(
    TypeRepeated, "Anys" => optional anys, "Inner" => optional inner, "Key" => optional
    key,
);

impl pop_rpc::ParameterStruct for TypeRepeated {
    const MEMBERS: &'static [pop_rpc::Member] = &[
        pop_rpc::member::<Vec<pop_rpc::Json>>("Anys"),
        pop_rpc::member::<TypeRepeatedInner>("Inner"),
        pop_rpc::member::<String>("Key"),
    ];

    fn write_members(&self, sink: &mut dyn pop_rpc::ParameterSink) {
        sink.flat("Anys", &self.anys);
        sink.flat("Inner", &self.inner);
        sink.flat("Key", &self.key);
    }

    fn read_members(
        reader: &mut pop_rpc::Reader<'_>,
    ) -> Result<Self, pop_rpc::ParameterError> {
        Ok(Self {
            anys: reader.flat("Anys").or_default()?,
            inner: reader.flat("Inner").optional()?,
            key: reader.flat::<String>("Key").optional()?,
        })
    }
}

/// A value of `Flat`.
///
/// Type `TypeFlat` of the spec.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct TypeFlat {
    /// A, not described. `A` on the wire.
    pub a: Option<String>,
    /// B, not described. `B` on the wire.
    #[cfg_attr(test, proptest(strategy = "pop_rpc::arbitrary_list!(Vec<String>)"))]
    pub b: Vec<String>,
}

impl TypeFlat {
    /// Creates a value with the required members.
    pub fn new() -> Self {
        Self::default()
    }

    /// A, not described.
    pub fn a(mut self, a: impl Into<String>) -> Self {
        self.a = Some(a.into());
        self
    }

    /// B, not described.
    pub fn b(mut self, b: Vec<String>) -> Self {
        self.b = b;
        self
    }
}

pop_rpc::wire_struct!(TypeFlat, "A" => optional a, "B" => optional b,);

impl pop_rpc::ParameterStruct for TypeFlat {
    const MEMBERS: &'static [pop_rpc::Member] = &[
        pop_rpc::member::<String>("A"),
        pop_rpc::member::<Vec<String>>("B"),
    ];

    fn write_members(&self, sink: &mut dyn pop_rpc::ParameterSink) {
        sink.flat("A", &self.a);
        sink.flat("B", &self.b);
    }

    fn read_members(
        reader: &mut pop_rpc::Reader<'_>,
    ) -> Result<Self, pop_rpc::ParameterError> {
        Ok(Self {
            a: reader.flat::<String>("A").optional()?,
            b: reader.flat("B").or_default()?,
        })
    }
}

/// A value of `Json`.
///
/// Type `TypeJson` of the spec.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct TypeJson {
    /// A, not described. `A` on the wire.
    pub a: Option<String>,
    /// Tree, not described. `Tree` on the wire.
    pub tree: Option<TreeNode>,
}

impl TypeJson {
    /// Creates a value with the required members.
    pub fn new() -> Self {
        Self::default()
    }

    /// A, not described.
    pub fn a(mut self, a: impl Into<String>) -> Self {
        self.a = Some(a.into());
        self
    }

    /// Tree, not described.
    pub fn tree(mut self, tree: TreeNode) -> Self {
        self.tree = Some(tree);
        self
    }
}

pop_rpc::wire_struct!(TypeJson, "A" => optional a, "Tree" => optional tree,);

/// A value of `JsonList`.
///
/// Type `TypeJsonList` of the spec.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct TypeJsonList {
    /// A, not described. `A` on the wire.
    pub a: Option<i32>,
}

impl TypeJsonList {
    /// Creates a value with the required members.
    pub fn new() -> Self {
        Self::default()
    }

    /// A, not described.
    pub fn a(mut self, a: i32) -> Self {
        self.a = Some(a);
        self
    }
}

pop_rpc::wire_struct!(TypeJsonList, "A" => optional a,);

/// A value of `SimpleOfStructs`.
///
/// Type `TypeSimpleOfStructs` of the spec.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct TypeSimpleOfStructs {
    /// A, not described. `A` on the wire.
    pub a: Option<String>,
}

impl TypeSimpleOfStructs {
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

pop_rpc::wire_struct!(TypeSimpleOfStructs, "A" => optional a,);

impl pop_rpc::ParameterStruct for TypeSimpleOfStructs {
    const MEMBERS: &'static [pop_rpc::Member] = &[pop_rpc::member::<String>("A")];

    fn write_members(&self, sink: &mut dyn pop_rpc::ParameterSink) {
        sink.flat("A", &self.a);
    }

    fn read_members(
        reader: &mut pop_rpc::Reader<'_>,
    ) -> Result<Self, pop_rpc::ParameterError> {
        Ok(Self {
            a: reader.flat::<String>("A").optional()?,
        })
    }
}
