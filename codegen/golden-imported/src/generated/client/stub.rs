// @generated from codegen/evolve/tests/metadata/hard.json by `cargo xtask generate`; do not edit.

//! Replacement of a service in tests.

use std::pin::Pin;
use hard_product_20210304_models::*;
use super::error::Error;

/// A stub's future answer.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// Answers calls instead of a service; implement only the actions that a test needs.
pub trait Stub: Send + Sync {
    /// Answers `Alone`.
    fn alone(&self, _: AloneRequest) -> Answer<'_, AloneResponse> {
        not_implemented("Alone")
    }

    /// Answers `GetThing`.
    fn get_thing(&self, _: GetThingRequest) -> Answer<'_, GetThingResponse> {
        not_implemented("GetThing")
    }

    /// Answers `GetURLs`.
    fn get_ur_ls(&self, _: GetUrLsRequest) -> Answer<'_, GetUrLsResponse> {
        not_implemented("GetURLs")
    }

    /// Answers `ListOrOne`.
    fn list_or_one(&self, _: ListOrOneRequest) -> Answer<'_, ListOrOneResponse> {
        not_implemented("ListOrOne")
    }

    /// Answers `Type`.
    fn r#type(&self, _: TypeRequest) -> Answer<'_, TypeResponse> {
        not_implemented("Type")
    }

    /// Answers `type`.
    fn r#type_2(&self, _: TypeRequest2) -> Answer<'_, TypeResponse2> {
        not_implemented("type")
    }
}

fn not_implemented<T: 'static>(action: &'static str) -> Answer<'static, T> {
    Box::pin(async move { Err(Error::not_implemented(action)) })
}
