// @generated from codegen/spec/tests/small.json by `cargo xtask generate`; do not edit.

//! One method per action.

use small_models::*;
use super::call::Call;
use super::client::Client;
use super::stub::Stub;

impl Client {
    /// Gets a thing.
    ///
    /// `SmallGetThing`, see [`GetThingRequest`].
    pub fn get_thing(&self, id: impl Into<String>) -> Call<GetThingRequest> {
        let request = GetThingRequest::new(id);
        Call::new(self, request, Stub::get_thing)
    }

    /// Takes lists in every style.
    ///
    /// `SmallPutThings`, see [`PutThingsRequest`].
    pub fn put_things(&self, ids: Vec<String>) -> Call<PutThingsRequest> {
        let request = PutThingsRequest::new(ids);
        Call::new(self, request, Stub::put_things)
    }

    /// Has names that are hard in Rust.
    ///
    /// `type`, see [`TypeRequest`].
    #[deprecated(note = "Use \"SmallGetThing\".")]
    pub fn r#type(
        &self,
        self_: impl Into<String>,
        r#match: impl Into<String>,
    ) -> Call<TypeRequest> {
        let request = TypeRequest::new(self_, r#match);
        Call::new(self, request, Stub::r#type)
    }

    /// Has no name without the prefix, and no parameters.
    ///
    /// `Small`, see [`SmallRequest`].
    pub fn small(&self) -> Call<SmallRequest> {
        let request = SmallRequest::new();
        Call::new(self, request, Stub::small)
    }

    /// Lists names, in pages with tokens.
    ///
    /// `SmallListNames`, see [`ListNamesRequest`].
    pub fn list_names(&self) -> Call<ListNamesRequest> {
        let request = ListNamesRequest::new();
        Call::new(self, request, Stub::list_names)
    }

    /// Lists parts, in pages with numbers.
    ///
    /// `SmallListParts`, see [`ListPartsRequest`].
    pub fn list_parts(&self) -> Call<ListPartsRequest> {
        let request = ListPartsRequest::new(self.region().unwrap_or_default());
        Call::new(self, request, Stub::list_parts)
    }

    /// Sends a long text in a form.
    ///
    /// `SmallSendText`, see [`SendTextRequest`].
    pub fn send_text(
        &self,
        id: impl Into<String>,
        text: impl Into<String>,
    ) -> Call<SendTextRequest> {
        let request = SendTextRequest::new(id, text);
        Call::new(self, request, Stub::send_text)
    }

    /// Is called with a method that few actions accept.
    ///
    /// `SmallForget`, see [`ForgetRequest`].
    pub fn forget(&self, id: impl Into<String>) -> Call<ForgetRequest> {
        let request = ForgetRequest::new(id);
        Call::new(self, request, Stub::forget)
    }

    /// Needs no access key.
    ///
    /// `SmallGreet`, see [`GreetRequest`].
    pub fn greet(&self) -> Call<GreetRequest> {
        let request = GreetRequest::new();
        Call::new(self, request, Stub::greet)
    }

    /// Takes maps and structs, which are sent as many parameters.
    ///
    /// `SmallPutMaps`, see [`PutMapsRequest`].
    pub fn put_maps(&self, source: Source) -> Call<PutMapsRequest> {
        let request = PutMapsRequest::new(source);
        Call::new(self, request, Stub::put_maps)
    }

    /// Has parameters named like those that headers carry.
    ///
    /// `SmallSpeak`, see [`SpeakRequest`].
    pub fn speak(&self, format: impl Into<String>) -> Call<SpeakRequest> {
        let request = SpeakRequest::new(format);
        Call::new(self, request, Stub::speak)
    }

    /// Answers with a list that is not inside an object.
    ///
    /// `SmallListAll`, see [`ListAllRequest`].
    pub fn list_all(&self) -> Call<ListAllRequest> {
        let request = ListAllRequest::new();
        Call::new(self, request, Stub::list_all)
    }
}
