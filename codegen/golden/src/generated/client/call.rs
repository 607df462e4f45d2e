// @generated from codegen/spec/tests/small.json by `cargo xtask generate`; do not edit.

//! Calls that are not sent yet, with setters of optional parameters.

use small_models::*;
use pop_client::Listing;
use pop_rpc::{Action, Paged};
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

/// Lists that arrive in pages.
impl<A> Call<A>
where
    A: Paged<Item: Send, Response: DeserializeOwned + Send> + Send + Sync + 'static,
{
    /// Returns the pages of the list, each of which is requested when it is needed.
    pub fn pages(self) -> Listing<A::Response, Error> {
        let Self { client, request, answer } = self;
        Listing::pages(
            request,
            move |request| Call::new(&client, request, answer).send(),
        )
    }

    /// Returns the items of all pages, each of which is requested when it is needed.
    pub fn items(self) -> Listing<A::Item, Error>
    where
        A::Item: 'static,
    {
        self.pages().items::<A>()
    }

    /// Returns the pages of the list, and blocks the thread while each is requested.
    #[cfg(feature = "blocking")]
    pub fn pages_blocking(self) -> pop_client::BlockingListing<A::Response, Error> {
        self.pages().into()
    }

    /// Returns the items of all pages, and blocks the thread while each page is requested.
    #[cfg(feature = "blocking")]
    pub fn items_blocking(self) -> pop_client::BlockingListing<A::Item, Error>
    where
        A::Item: 'static,
    {
        self.items().into()
    }
}

/// Optional parameters of `SmallGetThing`.
impl Call<GetThingRequest> {
    /// Depth of the search.
    pub fn depth(mut self, depth: i32) -> Self {
        self.request.depth = Some(depth);
        self
    }

    /// Start of the period.
    pub fn since(mut self, since: i64) -> Self {
        self.request.since = Some(since);
        self
    }
}

/// Optional parameters of `SmallPutThings`.
impl Call<PutThingsRequest> {
    /// A list of structs.
    pub fn parts(mut self, parts: Vec<Part>) -> Self {
        self.request.parts = parts;
        self
    }

    /// A list joined by commas.
    pub fn levels(mut self, levels: Vec<Level>) -> Self {
        self.request.levels = levels;
        self
    }

    /// A list as JSON.
    pub fn numbers(mut self, numbers: Vec<i64>) -> Self {
        self.request.numbers = numbers;
        self
    }

    /// A map, as JSON.
    pub fn options(
        mut self,
        options: std::collections::BTreeMap<String, String>,
    ) -> Self {
        self.request.options = options;
        self
    }

    /// A colour that must be known.
    pub fn colour(mut self, colour: Colour) -> Self {
        self.request.colour = Some(colour);
        self
    }

    /// A level that may be unknown.
    pub fn any_level(mut self, any_level: Level) -> Self {
        self.request.any_level = Some(any_level);
        self
    }
}

/// Optional parameters of `type`.
impl Call<TypeRequest> {
    /// Collides with the next.
    pub fn user_name_lower_camel(
        mut self,
        user_name_lower_camel: impl Into<String>,
    ) -> Self {
        self.request.user_name_lower_camel = Some(user_name_lower_camel.into());
        self
    }

    /// Collides with the one before.
    pub fn user_name(mut self, user_name: impl Into<String>) -> Self {
        self.request.user_name = Some(user_name.into());
        self
    }

    /// Digit, dot and dash.
    pub fn _2fa_code_x(mut self, _2fa_code_x: impl Into<String>) -> Self {
        self.request._2fa_code_x = Some(_2fa_code_x.into());
        self
    }

    /// Named like a global option.
    pub fn dry_run(mut self, dry_run: bool) -> Self {
        self.request.dry_run = Some(dry_run);
        self
    }

    /// An old parameter.
    #[deprecated(note = "Ignored.")]
    pub fn old(mut self, old: i32) -> Self {
        self.request.old = Some(old);
        self
    }

    /// Named like a method of calls.
    pub fn send_(mut self, send: impl Into<String>) -> Self {
        self.request.send = Some(send.into());
        self
    }
}

/// Optional parameters of `SmallListNames`.
impl Call<ListNamesRequest> {
    /// Token of the page.
    pub fn next_token(mut self, next_token: impl Into<String>) -> Self {
        self.request.next_token = Some(next_token.into());
        self
    }

    /// Number of names per page.
    pub fn max_results(mut self, max_results: i32) -> Self {
        self.request.max_results = Some(max_results);
        self
    }
}

/// Optional parameters of `SmallListParts`.
impl Call<ListPartsRequest> {
    /// Region of the parts.
    pub fn region_id(mut self, region_id: impl Into<String>) -> Self {
        self.request.region_id = region_id.into();
        self
    }

    /// Number of the page, from 1.
    pub fn page_number(mut self, page_number: i32) -> Self {
        self.request.page_number = Some(page_number);
        self
    }

    /// Number of parts per page.
    pub fn page_size(mut self, page_size: i64) -> Self {
        self.request.page_size = Some(page_size);
        self
    }
}

/// Optional parameters of `SmallSendText`.
impl Call<SendTextRequest> {
    /// Its lines.
    pub fn lines(mut self, lines: Vec<String>) -> Self {
        self.request.lines = lines;
        self
    }

    /// Places in the text.
    pub fn marks(mut self, marks: Vec<i32>) -> Self {
        self.request.marks = marks;
        self
    }

    /// A map.
    pub fn tags(mut self, tags: std::collections::BTreeMap<String, String>) -> Self {
        self.request.tags = tags;
        self
    }
}

/// Optional parameters of `SmallGreet`.
impl Call<GreetRequest> {
    /// Whom to greet.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.request.name = Some(name.into());
        self
    }
}

/// Optional parameters of `SmallPutMaps`.
impl Call<PutMapsRequest> {
    /// Looks like a member of the struct, but is none.
    pub fn source_size(mut self, source_size: i32) -> Self {
        self.request.source_size = Some(source_size);
        self
    }

    /// A map.
    pub fn labels(mut self, labels: std::collections::BTreeMap<String, String>) -> Self {
        self.request.labels = labels;
        self
    }

    /// A map of structs.
    pub fn sources(
        mut self,
        sources: std::collections::BTreeMap<String, Source>,
    ) -> Self {
        self.request.sources = sources;
        self
    }

    /// A list of maps.
    pub fn rows(mut self, rows: Vec<std::collections::BTreeMap<String, i32>>) -> Self {
        self.request.rows = rows;
        self
    }

    /// Anything.
    pub fn extra(mut self, extra: pop_rpc::Json) -> Self {
        self.request.extra = Some(extra);
        self
    }

    /// Anything, as JSON.
    pub fn extra_text(mut self, extra_text: pop_rpc::Json) -> Self {
        self.request.extra_text = Some(extra_text);
        self
    }
}

/// Optional parameters of `SmallSpeak`.
impl Call<SpeakRequest> {
    /// Version of the voice.
    pub fn version(mut self, version: i32) -> Self {
        self.request.version = Some(version);
        self
    }

    /// Time at which to speak.
    pub fn timestamp(mut self, timestamp: i64) -> Self {
        self.request.timestamp = Some(timestamp);
        self
    }

    /// Gesture while speaking.
    pub fn action(mut self, action: impl Into<String>) -> Self {
        self.request.action = Some(action.into());
        self
    }

    /// Key of the door.
    pub fn access_key_id(mut self, access_key_id: impl Into<String>) -> Self {
        self.request.access_key_id = Some(access_key_id.into());
        self
    }

    /// Token of the door.
    pub fn security_token(mut self, security_token: impl Into<String>) -> Self {
        self.request.security_token = Some(security_token.into());
        self
    }

    /// Name of the speaker.
    pub fn signature(mut self, signature: impl Into<String>) -> Self {
        self.request.signature = Some(signature.into());
        self
    }

    /// Anything.
    pub fn signature_nonce(mut self, signature_nonce: impl Into<String>) -> Self {
        self.request.signature_nonce = Some(signature_nonce.into());
        self
    }
}
