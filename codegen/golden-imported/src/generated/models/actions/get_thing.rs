// @generated from codegen/evolve/tests/metadata/hard.json by `cargo xtask generate`; do not edit.

//! Request and response of `GetThing`.

use pop_rpc::{Action, ActionInfo, ParameterSink};
use crate::*;

/// Request of `GetThing`.
///
/// Gets a thing.
///
/// And more of it.
/// See `code`, **bold**, [link](<https://help.aliyun.com/document_detail/1.html>) and
/// `fences`.
///
/// ```text
/// {"a": 1}
/// ```
///
/// indented
///
/// Errors: `Odd`, `Thing.Bad`, `InvalidParameter.{Value}`, `Two.{Value}`, `Odd:Code`,
/// `Odd|Code,<b>("it's")`, `O∂dCode`, `Number.{Value}`, `Thing.NotFound`, `Denied`,
/// `Missing{Parameter}`.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct GetThingRequest {
    /// Id. `Id` on the wire, 2 to 9 characters, such as `a-1`.
    pub id: String,
    /// Level, not described. `Level` on the wire, in the form body, 1 to 9223372036854775807, `3`
    /// if absent.
    pub level: Option<i32>,
    /// Above, not described. `Above` on the wire, 2 to 7.
    pub above: Option<i64>,
    /// Ratio, not described. `Ratio` on the wire, `0.75` if absent.
    pub ratio: Option<f64>,
    /// Bad, not described. `Bad` on the wire, such as `b`.
    pub bad: String,
    /// Kind, not described. `Kind` on the wire.
    pub kind: Option<GetThingKind>,
    /// Size, not described. `Size` on the wire.
    pub size: Option<GetThingSize>,
    /// Big, not described. `Big` on the wire.
    pub big: Option<i64>,
    /// Signature, not described. `Signature` on the wire.
    pub signature: Option<String>,
    /// RegionId, not described. `RegionId` on the wire, the client's region if not set, such as
    /// `north`.
    pub region_id: GetThingRegionId,
}

impl GetThingRequest {
    /// Creates a request with the required parameters.
    pub fn new(
        id: impl Into<String>,
        bad: impl Into<String>,
        region_id: GetThingRegionId,
    ) -> Self {
        Self {
            id: id.into(),
            bad: bad.into(),
            region_id,
            level: Default::default(),
            above: Default::default(),
            ratio: Default::default(),
            kind: Default::default(),
            size: Default::default(),
            big: Default::default(),
            signature: Default::default(),
        }
    }
}

pop_rpc::wire_struct!(
    GetThingRequest, "Id" => needed id, "Level" => optional level, "Above" => optional
    above, "Ratio" => optional ratio, "Bad" => needed bad, "Kind" => optional kind,
    "Size" => optional size, "Big" => optional big, "Signature" => optional signature,
    "RegionId" => needed region_id,
);

impl Action for GetThingRequest {
    const INFO: ActionInfo = ActionInfo::new("GetThing", VERSION).form();
    const SORTED: bool = true;

    type Response = GetThingResponse;

    fn query_parameters(&self, sink: &mut dyn ParameterSink) {
        sink.flat("Above", &self.above);
        sink.flat("Bad", &self.bad);
        sink.flat("Big", &self.big);
        sink.flat("Id", &self.id);
        sink.flat("Kind", &self.kind);
        sink.flat("Ratio", &self.ratio);
        if !self.region_id.as_str().is_empty() {
            sink.flat("RegionId", &self.region_id);
        }
        sink.flat("Signature", &self.signature);
        sink.flat("Size", &self.size);
    }

    fn form_parameters(&self, sink: &mut dyn ParameterSink) {
        sink.flat("Level", &self.level);
    }
}

/// Response of `GetThing`.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct GetThingResponse {
    /// ID of the request. `RequestId` on the wire.
    pub request_id: String,
    /// 2fa, not described. `2fa` on the wire.
    pub _2fa: Option<String>,
    /// Any, not described. `Any` on the wire.
    #[cfg_attr(test, proptest(value = "Default::default()"))]
    pub any: Option<pop_rpc::Json>,
    /// Both, not described. `Both` on the wire.
    pub both: Option<GetThingBoth>,
    /// Empty, not described. `Empty` on the wire.
    #[cfg_attr(test, proptest(value = "Default::default()"))]
    pub empty: Option<pop_rpc::Json>,
    /// Endless, not described. `Endless` on the wire.
    pub endless: Option<Endless>,
    /// File, not described. `File` on the wire.
    #[cfg_attr(test, proptest(value = "Default::default()"))]
    pub file: Option<pop_rpc::Json>,
    /// Free, not described. `Free` on the wire.
    #[cfg_attr(test, proptest(value = "Default::default()"))]
    pub free: Option<pop_rpc::Json>,
    /// Gone, not described. `Gone` on the wire.
    #[cfg_attr(test, proptest(value = "Default::default()"))]
    pub gone: Option<pop_rpc::Json>,
    /// Loop, not described. `Loop` on the wire.
    #[cfg_attr(test, proptest(value = "Default::default()"))]
    pub r#loop: Vec<Vec<Vec<pop_rpc::Json>>>,
    /// Map, not described. `Map` on the wire.
    #[cfg_attr(test, proptest(value = "Default::default()"))]
    pub map: std::collections::BTreeMap<String, Vec<String>>,
    /// Names, not described. `Names` on the wire.
    #[cfg_attr(test, proptest(strategy = "pop_rpc::arbitrary_list!(Vec<String>)"))]
    pub names: Vec<String>,
    /// Nothing, not described. `Nothing` on the wire.
    #[cfg_attr(test, proptest(value = "Default::default()"))]
    pub nothing: Option<pop_rpc::Json>,
    /// OfString, not described. `OfString` on the wire.
    pub of_string: Option<String2>,
    /// Plain, not described. `Plain` on the wire.
    #[cfg_attr(
        test,
        proptest(strategy = "pop_rpc::arbitrary_list!(Vec<GetThingPlain>)")
    )]
    pub plain: Vec<GetThingPlain>,
    /// Rows, not described. `Rows` on the wire.
    #[cfg_attr(test, proptest(strategy = "pop_rpc::arbitrary_list!(Vec<Vec<f64>>)"))]
    pub rows: Vec<Vec<f64>>,
    /// Texts, not described. `Texts` on the wire.
    #[cfg_attr(test, proptest(strategy = "pop_rpc::arbitrary_list!(Vec<String>)"))]
    pub texts: Vec<String>,
    /// Tree, not described. `Tree` on the wire.
    pub tree: Option<TreeNode>,
    /// UserName, not described. `UserName` on the wire.
    pub user_name: Option<String>,
    /// A wrapped list. `Wrapped` on the wire.
    #[cfg_attr(test, proptest(strategy = "pop_rpc::arbitrary_list!(Vec<GetThingItem>)"))]
    pub wrapped: Vec<GetThingItem>,
    /// \_, not described. `_` on the wire.
    pub unnamed: Option<String>,
    /// a $b:c, not described. `a $b:c` on the wire.
    pub a_b_c: Option<String>,
    /// a#b, not described. `a#b` on the wire.
    pub a_b: Option<String>,
    /// a.b, not described. `a.b` on the wire.
    pub a_b_dotted: Option<bool>,
    /// d{e}, not described. `d{e}` on the wire.
    pub d_e: Option<String>,
    /// self, not described. `self` on the wire.
    pub self_: Option<String>,
    /// user-name, not described. `user-name` on the wire.
    pub user_name_kebab: Option<String>,
    /// userName, not described. `userName` on the wire.
    pub user_name_lower_camel: Option<String>,
    /// 名称, not described. `名称` on the wire.
    pub 名称: Option<String>,
}

impl GetThingResponse {
    /// Creates a response with the members that are always present.
    pub fn new() -> Self {
        Self::default()
    }

    /// ID of the request.
    pub fn request_id(mut self, request_id: impl Into<String>) -> Self {
        self.request_id = request_id.into();
        self
    }

    /// 2fa, not described.
    pub fn _2fa(mut self, _2fa: impl Into<String>) -> Self {
        self._2fa = Some(_2fa.into());
        self
    }

    /// Any, not described.
    pub fn any(mut self, any: pop_rpc::Json) -> Self {
        self.any = Some(any);
        self
    }

    /// Both, not described.
    pub fn both(mut self, both: GetThingBoth) -> Self {
        self.both = Some(both);
        self
    }

    /// Empty, not described.
    pub fn empty(mut self, empty: pop_rpc::Json) -> Self {
        self.empty = Some(empty);
        self
    }

    /// Endless, not described.
    pub fn endless(mut self, endless: Endless) -> Self {
        self.endless = Some(endless);
        self
    }

    /// File, not described.
    pub fn file(mut self, file: pop_rpc::Json) -> Self {
        self.file = Some(file);
        self
    }

    /// Free, not described.
    pub fn free(mut self, free: pop_rpc::Json) -> Self {
        self.free = Some(free);
        self
    }

    /// Gone, not described.
    pub fn gone(mut self, gone: pop_rpc::Json) -> Self {
        self.gone = Some(gone);
        self
    }

    /// Loop, not described.
    pub fn r#loop(mut self, r#loop: Vec<Vec<Vec<pop_rpc::Json>>>) -> Self {
        self.r#loop = r#loop;
        self
    }

    /// Map, not described.
    pub fn map(mut self, map: std::collections::BTreeMap<String, Vec<String>>) -> Self {
        self.map = map;
        self
    }

    /// Names, not described.
    pub fn names(mut self, names: Vec<String>) -> Self {
        self.names = names;
        self
    }

    /// Nothing, not described.
    pub fn nothing(mut self, nothing: pop_rpc::Json) -> Self {
        self.nothing = Some(nothing);
        self
    }

    /// OfString, not described.
    pub fn of_string(mut self, of_string: String2) -> Self {
        self.of_string = Some(of_string);
        self
    }

    /// Plain, not described.
    pub fn plain(mut self, plain: Vec<GetThingPlain>) -> Self {
        self.plain = plain;
        self
    }

    /// Rows, not described.
    pub fn rows(mut self, rows: Vec<Vec<f64>>) -> Self {
        self.rows = rows;
        self
    }

    /// Texts, not described.
    pub fn texts(mut self, texts: Vec<String>) -> Self {
        self.texts = texts;
        self
    }

    /// Tree, not described.
    pub fn tree(mut self, tree: TreeNode) -> Self {
        self.tree = Some(tree);
        self
    }

    /// UserName, not described.
    pub fn user_name(mut self, user_name: impl Into<String>) -> Self {
        self.user_name = Some(user_name.into());
        self
    }

    /// A wrapped list.
    pub fn wrapped(mut self, wrapped: Vec<GetThingItem>) -> Self {
        self.wrapped = wrapped;
        self
    }

    /// \_, not described.
    pub fn unnamed(mut self, unnamed: impl Into<String>) -> Self {
        self.unnamed = Some(unnamed.into());
        self
    }

    /// a $b:c, not described.
    pub fn a_b_c(mut self, a_b_c: impl Into<String>) -> Self {
        self.a_b_c = Some(a_b_c.into());
        self
    }

    /// a#b, not described.
    pub fn a_b(mut self, a_b: impl Into<String>) -> Self {
        self.a_b = Some(a_b.into());
        self
    }

    /// a.b, not described.
    pub fn a_b_dotted(mut self, a_b_dotted: bool) -> Self {
        self.a_b_dotted = Some(a_b_dotted);
        self
    }

    /// d{e}, not described.
    pub fn d_e(mut self, d_e: impl Into<String>) -> Self {
        self.d_e = Some(d_e.into());
        self
    }

    /// self, not described.
    pub fn self_(mut self, self_: impl Into<String>) -> Self {
        self.self_ = Some(self_.into());
        self
    }

    /// user-name, not described.
    pub fn user_name_kebab(mut self, user_name_kebab: impl Into<String>) -> Self {
        self.user_name_kebab = Some(user_name_kebab.into());
        self
    }

    /// userName, not described.
    pub fn user_name_lower_camel(
        mut self,
        user_name_lower_camel: impl Into<String>,
    ) -> Self {
        self.user_name_lower_camel = Some(user_name_lower_camel.into());
        self
    }

    /// 名称, not described.
    pub fn 名称(mut self, 名称: impl Into<String>) -> Self {
        self.名称 = Some(名称.into());
        self
    }
}

pop_rpc::wire_struct!(
    GetThingResponse, "RequestId" => always request_id, "2fa" => optional _2fa, "Any" =>
    optional any, "Both" => optional both, "Empty" => optional empty, "Endless" =>
    optional endless, "File" => optional file, "Free" => optional free, "Gone" =>
    optional gone, "Loop" => optional r#loop, "Map" => optional map, "Names" => optional
    names, "Nothing" => optional nothing, "OfString" => optional of_string, "Plain" =>
    optional plain, "Rows" => optional rows, "Texts" => optional(TextItem) texts, "Tree"
    => optional tree, "UserName" => optional user_name, "Wrapped" => optional(ItemItem)
    wrapped, "_" => optional unnamed, "a $b:c" => optional a_b_c, "a#b" => optional a_b,
    "a.b" => optional a_b_dotted, "d{e}" => optional d_e, "self" => optional self_,
    "user-name" => optional user_name_kebab, "userName" => optional
    user_name_lower_camel, "名称" => optional 名称,
);

/// A value of `Both`.
///
/// Type `GetThingBoth` of the spec.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct GetThingBoth {
    /// A, not described. `A` on the wire.
    pub a: Option<String>,
}

impl GetThingBoth {
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

pop_rpc::wire_struct!(GetThingBoth, "A" => optional a,);

/// A value of `Endless`.
///
/// Type `Endless` of the spec.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct Endless {
    /// Again, not described. `Again` on the wire.
    #[cfg_attr(test, proptest(value = "Default::default()"))]
    pub again: Option<Box<Endless>>,
}

impl Endless {
    /// Creates a value with the required members.
    pub fn new() -> Self {
        Self::default()
    }

    /// Again, not described.
    pub fn again(mut self, again: Endless) -> Self {
        self.again = Some(Box::new(again));
        self
    }
}

pop_rpc::wire_struct!(Endless, "Again" => optional again,);

/// A value of `string`.
///
/// Type `String2` of the spec.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct String2 {
    /// A member. `A` on the wire.
    pub a: Option<String>,
}

impl String2 {
    /// Creates a value with the required members.
    pub fn new() -> Self {
        Self::default()
    }

    /// A member.
    pub fn a(mut self, a: impl Into<String>) -> Self {
        self.a = Some(a.into());
        self
    }
}

pop_rpc::wire_struct!(String2, "A" => optional a,);

/// A value of `Plain`.
///
/// Type `GetThingPlain` of the spec.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct GetThingPlain {
    /// At, not described. `At` on the wire.
    #[deprecated(note = "The published metadata marks it as deprecated.")]
    pub at: Option<i64>,
    /// Key, not described. `Key` on the wire.
    pub key: String,
}

impl GetThingPlain {
    /// Creates a value with the required members.
    pub fn new(key: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            ..Self::default()
        }
    }

    /// At, not described.
    #[deprecated(note = "The published metadata marks it as deprecated.")]
    pub fn at(mut self, at: i64) -> Self {
        self.at = Some(at);
        self
    }
}

pop_rpc::wire_struct!(GetThingPlain, "At" => optional at, "Key" => always key,);

/// A value of `Item`.
///
/// Type `GetThingItem` of the spec.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(proptest_derive::Arbitrary))]
#[non_exhaustive]
pub struct GetThingItem {
    /// At, not described. `At` on the wire.
    #[deprecated(note = "The published metadata marks it as deprecated.")]
    pub at: Option<i64>,
    /// Key, not described. `Key` on the wire.
    pub key: String,
}

impl GetThingItem {
    /// Creates a value with the required members.
    pub fn new(key: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            ..Self::default()
        }
    }

    /// At, not described.
    #[deprecated(note = "The published metadata marks it as deprecated.")]
    pub fn at(mut self, at: i64) -> Self {
        self.at = Some(at);
        self
    }
}

pop_rpc::wire_struct!(GetThingItem, "At" => optional at, "Key" => always key,);

/// Name of list items on the wire: `Item`.
struct ItemItem;

impl pop_rpc::wire::ItemName for ItemItem {
    const NAME: &'static str = "Item";
}

/// Name of list items on the wire: `Text`.
struct TextItem;

impl pop_rpc::wire::ItemName for TextItem {
    const NAME: &'static str = "Text";
}
