// @generated from codegen/evolve/tests/metadata/hard.json by `cargo xtask generate`; do not edit.

//! Calls that are not sent yet, with setters of optional parameters.

use hard_product_20210304_models::*;
use pop_rpc::Action;
use pop_rpc::signature::SignedRequest;
use serde::de::DeserializeOwned;
use super::client::{Client, Inner};
use super::error::Error;
use super::stub::{Answer, Stub};

/// A call that is not sent yet.
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `send`"]
pub struct Call<A: Action> {
    client: Client,
    request: A,
    answer: StubMethod<A>,
}

/// Method of a stub that answers `A`.
type StubMethod<A> = for<'a> fn(
    &'a (dyn Stub + 'static),
    A,
) -> Answer<'a, <A as Action>::Response>;

impl<A: Action<Response: DeserializeOwned> + Send + Sync> Call<A> {
    pub(super) fn new(client: &Client, request: A, answer: StubMethod<A>) -> Self {
        Self {
            client: client.clone(),
            request,
            answer,
        }
    }

    /// Returns the request with the parameters set so far.
    pub fn request(&self) -> &A {
        &self.request
    }

    /// Sends the request and waits for the response.
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    pub async fn send(self) -> Result<A::Response, Error> {
        match &self.client.0 {
            Inner::Service(client) => client.call(&self.request).await,
            Inner::Stub(stub) => (self.answer)(stub.as_ref(), self.request).await,
        }
    }

    /// Sends the request and blocks the thread until the response arrives.
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    #[cfg(feature = "blocking")]
    pub fn send_blocking(self) -> Result<A::Response, Error>
    where
        A::Response: Send,
    {
        pop_client::block_on(self.send())
    }

    /// Signs the request without sending it.
    ///
    /// # Errors
    ///
    /// No credentials are available, or a stub answers the client.
    pub async fn sign(&self) -> Result<SignedRequest, Error> {
        match &self.client.0 {
            Inner::Service(client) => client.sign(&self.request).await,
            Inner::Stub(_) => Err(Error::not_implemented(A::INFO.name)),
        }
    }
}

/// Optional parameters of `GetThing`.
impl Call<GetThingRequest> {
    /// Level, not described.
    pub fn level(mut self, level: i32) -> Self {
        self.request.level = Some(level);
        self
    }

    /// Above, not described.
    pub fn above(mut self, above: i64) -> Self {
        self.request.above = Some(above);
        self
    }

    /// Ratio, not described.
    pub fn ratio(mut self, ratio: f64) -> Self {
        self.request.ratio = Some(ratio);
        self
    }

    /// Kind, not described.
    pub fn kind(mut self, kind: GetThingKind) -> Self {
        self.request.kind = Some(kind);
        self
    }

    /// Size, not described.
    pub fn size(mut self, size: GetThingSize) -> Self {
        self.request.size = Some(size);
        self
    }

    /// Big, not described.
    pub fn big(mut self, big: i64) -> Self {
        self.request.big = Some(big);
        self
    }

    /// Signature, not described.
    pub fn signature(mut self, signature: impl Into<String>) -> Self {
        self.request.signature = Some(signature.into());
        self
    }

    /// RegionId, not described.
    pub fn region_id(mut self, region_id: GetThingRegionId) -> Self {
        self.request.region_id = region_id;
        self
    }
}

/// Optional parameters of `ListOrOne`.
impl Call<ListOrOneRequest> {
    /// Id.N, not described.
    pub fn id_n(mut self, id_n: Vec<String>) -> Self {
        self.request.id_n = id_n;
        self
    }

    /// Id, not described.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.request.id = Some(id.into());
        self
    }

    /// Tag, not described.
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.request.tag = Some(tag.into());
        self
    }

    /// A value of `Tag.N`.
    pub fn tag_n(mut self, tag_n: Vec<ListOrOneTagN>) -> Self {
        self.request.tag_n = tag_n;
        self
    }

    /// Sys.Disk, not described.
    pub fn sys_disk(mut self, sys_disk: ListOrOneSysDisk2) -> Self {
        self.request.sys_disk = Some(sys_disk);
        self
    }

    /// A value of `Sys.Data`.
    pub fn sys_data(mut self, sys_data: Vec<ListOrOneSysData2>) -> Self {
        self.request.sys_data = sys_data;
        self
    }

    /// Sys, not described.
    pub fn sys(mut self, sys: ListOrOneSys) -> Self {
        self.request.sys = Some(sys);
        self
    }
}

/// Optional parameters of `type`.
impl Call<TypeRequest2> {
    /// Ids, not described.
    pub fn ids(mut self, ids: Vec<i32>) -> Self {
        self.request.ids = ids;
        self
    }

    /// match, not described.
    pub fn r#match(mut self, r#match: impl Into<String>) -> Self {
        self.request.r#match = Some(r#match.into());
        self
    }

    /// 2fa.code-x, not described.
    pub fn _2fa_code_x(mut self, _2fa_code_x: impl Into<String>) -> Self {
        self.request._2fa_code_x = Some(_2fa_code_x.into());
        self
    }

    /// Repeated, not described.
    pub fn repeated(mut self, repeated: Vec<TypeRepeated>) -> Self {
        self.request.repeated = repeated;
        self
    }

    /// Flat, not described.
    pub fn flat(mut self, flat: TypeFlat) -> Self {
        self.request.flat = Some(flat);
        self
    }

    /// Json, not described.
    pub fn json(mut self, json: TypeJson) -> Self {
        self.request.json = Some(json);
        self
    }

    /// JsonList, not described.
    pub fn json_list(mut self, json_list: Vec<TypeJsonList>) -> Self {
        self.request.json_list = json_list;
        self
    }

    /// Simple, not described.
    pub fn simple(mut self, simple: Vec<TypeSimple>) -> Self {
        self.request.simple = simple;
        self
    }

    /// SimpleOfStructs, not described.
    pub fn simple_of_structs(
        mut self,
        simple_of_structs: Vec<TypeSimpleOfStructs>,
    ) -> Self {
        self.request.simple_of_structs = simple_of_structs;
        self
    }

    /// Map, not described.
    pub fn map(mut self, map: std::collections::BTreeMap<String, String>) -> Self {
        self.request.map = map;
        self
    }

    /// FlatMap, not described.
    pub fn flat_map(
        mut self,
        flat_map: std::collections::BTreeMap<String, String>,
    ) -> Self {
        self.request.flat_map = flat_map;
        self
    }

    /// Tree, not described.
    pub fn tree(mut self, tree: TreeNode) -> Self {
        self.request.tree = Some(tree);
        self
    }

    /// Anys, not described.
    pub fn anys(mut self, anys: Vec<pop_rpc::Json>) -> Self {
        self.request.anys = anys;
        self
    }

    /// Odd, not described.
    pub fn odd(mut self, odd: impl Into<String>) -> Self {
        self.request.odd = Some(odd.into());
        self
    }

    /// NoSchema, not described.
    pub fn no_schema(mut self, no_schema: pop_rpc::Json) -> Self {
        self.request.no_schema = Some(no_schema);
        self
    }
}
