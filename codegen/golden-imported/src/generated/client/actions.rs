// @generated from codegen/evolve/tests/metadata/hard.json by `cargo xtask generate`; do not edit.

//! One method per action.

use hard_product_20210304_models::*;
use super::call::Call;
use super::client::Client;
use super::stub::Stub;

impl Client {
    /// Alone, not described.
    ///
    /// `Alone`, see [`AloneRequest`].
    pub fn alone(&self) -> Call<AloneRequest> {
        let request = AloneRequest::new();
        Call::new(self, request, Stub::alone)
    }

    /// Gets a thing.
    ///
    /// `GetThing`, see [`GetThingRequest`].
    pub fn get_thing(
        &self,
        id: impl Into<String>,
        bad: impl Into<String>,
    ) -> Call<GetThingRequest> {
        let request = GetThingRequest::new(
            id,
            bad,
            GetThingRegionId::from(self.region().unwrap_or_default()),
        );
        Call::new(self, request, Stub::get_thing)
    }

    /// GetURLs, not described.
    ///
    /// `GetURLs`, see [`GetUrLsRequest`].
    pub fn get_ur_ls(&self) -> Call<GetUrLsRequest> {
        let request = GetUrLsRequest::new();
        Call::new(self, request, Stub::get_ur_ls)
    }

    /// ListOrOne, not described.
    ///
    /// `ListOrOne`, see [`ListOrOneRequest`].
    pub fn list_or_one(&self) -> Call<ListOrOneRequest> {
        let request = ListOrOneRequest::new();
        Call::new(self, request, Stub::list_or_one)
    }

    /// Type, not described.
    ///
    /// `Type`, see [`TypeRequest`].
    pub fn r#type(&self) -> Call<TypeRequest> {
        let request = TypeRequest::new();
        Call::new(self, request, Stub::r#type)
    }

    /// Has hard names.
    ///
    /// `type`, see [`TypeRequest2`].
    #[deprecated(note = "The published metadata marks it as deprecated.")]
    pub fn r#type_2(&self, tag: Vec<TypeTag>) -> Call<TypeRequest2> {
        let request = TypeRequest2::new(tag);
        Call::new(self, request, Stub::r#type_2)
    }
}
