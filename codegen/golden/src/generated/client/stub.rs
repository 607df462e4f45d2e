// @generated from codegen/spec/tests/small.json by `cargo xtask generate`; do not edit.

//! Replacement of a service in tests.

use std::pin::Pin;
use small_models::*;
use super::error::Error;

/// A stub's future answer.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// Answers calls instead of a service; implement only the actions that a test needs.
pub trait Stub: Send + Sync {
    /// Answers `SmallGetThing`.
    fn get_thing(&self, _: GetThingRequest) -> Answer<'_, GetThingResponse> {
        not_implemented("SmallGetThing")
    }

    /// Answers `SmallPutThings`.
    fn put_things(&self, _: PutThingsRequest) -> Answer<'_, PutThingsResponse> {
        not_implemented("SmallPutThings")
    }

    /// Answers `type`.
    fn r#type(&self, _: TypeRequest) -> Answer<'_, TypeResponse> {
        not_implemented("type")
    }

    /// Answers `Small`.
    fn small(&self, _: SmallRequest) -> Answer<'_, SmallResponse> {
        not_implemented("Small")
    }

    /// Answers `SmallListNames`.
    fn list_names(&self, _: ListNamesRequest) -> Answer<'_, ListNamesResponse> {
        not_implemented("SmallListNames")
    }

    /// Answers `SmallListParts`.
    fn list_parts(&self, _: ListPartsRequest) -> Answer<'_, ListPartsResponse> {
        not_implemented("SmallListParts")
    }

    /// Answers `SmallSendText`.
    fn send_text(&self, _: SendTextRequest) -> Answer<'_, SendTextResponse> {
        not_implemented("SmallSendText")
    }

    /// Answers `SmallForget`.
    fn forget(&self, _: ForgetRequest) -> Answer<'_, ForgetResponse> {
        not_implemented("SmallForget")
    }

    /// Answers `SmallGreet`.
    fn greet(&self, _: GreetRequest) -> Answer<'_, GreetResponse> {
        not_implemented("SmallGreet")
    }

    /// Answers `SmallPutMaps`.
    fn put_maps(&self, _: PutMapsRequest) -> Answer<'_, PutMapsResponse> {
        not_implemented("SmallPutMaps")
    }

    /// Answers `SmallSpeak`.
    fn speak(&self, _: SpeakRequest) -> Answer<'_, SpeakResponse> {
        not_implemented("SmallSpeak")
    }

    /// Answers `SmallListAll`.
    fn list_all(&self, _: ListAllRequest) -> Answer<'_, ListAllResponse> {
        not_implemented("SmallListAll")
    }
}

fn not_implemented<T: 'static>(action: &'static str) -> Answer<'static, T> {
    Box::pin(async move { Err(Error::not_implemented(action)) })
}
