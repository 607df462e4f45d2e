// @generated from codegen/spec/tests/small.json by `cargo xtask generate`; do not edit.

//! The trait that a service implements.

use std::future::Future;
use pop_rpc::error::Failure;
use pop_rpc::service::Context;
use small_models::*;

/// Server side of A product that has everything, version 2020-01-02.
///
/// One method per action, which receives a request that was read and checked. A method that is
/// not implemented answers that there is no such action.
pub trait Service: Send + Sync {
    /// Gets a thing.
    ///
    /// At most 10 calls in 1 seconds for each access key.
    ///
    /// Errors: `THING_NOT_FOUND`, `OutOfRange`.
    fn get_thing(
        &self,
        context: &Context,
        request: GetThingRequest,
    ) -> impl Future<Output = Result<GetThingResponse, Failure>> + Send {
        let _ = (context, request);
        async { Err(ErrorCode::NoSuchAction.into()) }
    }

    /// Takes lists in every style.
    ///
    /// When there are many.
    ///
    /// Only for the large edition.
    fn put_things(
        &self,
        context: &Context,
        request: PutThingsRequest,
    ) -> impl Future<Output = Result<PutThingsResponse, Failure>> + Send {
        let _ = (context, request);
        async { Err(ErrorCode::NoSuchAction.into()) }
    }

    /// Has names that are hard in Rust.
    fn r#type(
        &self,
        context: &Context,
        request: TypeRequest,
    ) -> impl Future<Output = Result<TypeResponse, Failure>> + Send {
        let _ = (context, request);
        async { Err(ErrorCode::NoSuchAction.into()) }
    }

    /// Has no name without the prefix, and no parameters.
    fn small(
        &self,
        context: &Context,
        request: SmallRequest,
    ) -> impl Future<Output = Result<SmallResponse, Failure>> + Send {
        let _ = (context, request);
        async { Err(ErrorCode::NoSuchAction.into()) }
    }

    /// Lists names, in pages with tokens.
    ///
    /// Returns a list in pages: the methods `pages` and `items` of its call read all of it.
    fn list_names(
        &self,
        context: &Context,
        request: ListNamesRequest,
    ) -> impl Future<Output = Result<ListNamesResponse, Failure>> + Send {
        let _ = (context, request);
        async { Err(ErrorCode::NoSuchAction.into()) }
    }

    /// Lists parts, in pages with numbers.
    ///
    /// Returns a list in pages: the methods `pages` and `items` of its call read all of it.
    fn list_parts(
        &self,
        context: &Context,
        request: ListPartsRequest,
    ) -> impl Future<Output = Result<ListPartsResponse, Failure>> + Send {
        let _ = (context, request);
        async { Err(ErrorCode::NoSuchAction.into()) }
    }

    /// Sends a long text in a form.
    fn send_text(
        &self,
        context: &Context,
        request: SendTextRequest,
    ) -> impl Future<Output = Result<SendTextResponse, Failure>> + Send {
        let _ = (context, request);
        async { Err(ErrorCode::NoSuchAction.into()) }
    }

    /// Is called with a method that few actions accept.
    fn forget(
        &self,
        context: &Context,
        request: ForgetRequest,
    ) -> impl Future<Output = Result<ForgetResponse, Failure>> + Send {
        let _ = (context, request);
        async { Err(ErrorCode::NoSuchAction.into()) }
    }

    /// Needs no access key.
    ///
    /// Needs no access key: requests are not signed.
    fn greet(
        &self,
        context: &Context,
        request: GreetRequest,
    ) -> impl Future<Output = Result<GreetResponse, Failure>> + Send {
        let _ = (context, request);
        async { Err(ErrorCode::NoSuchAction.into()) }
    }

    /// Takes maps and structs, which are sent as many parameters.
    fn put_maps(
        &self,
        context: &Context,
        request: PutMapsRequest,
    ) -> impl Future<Output = Result<PutMapsResponse, Failure>> + Send {
        let _ = (context, request);
        async { Err(ErrorCode::NoSuchAction.into()) }
    }

    /// Has parameters named like those that headers carry.
    fn speak(
        &self,
        context: &Context,
        request: SpeakRequest,
    ) -> impl Future<Output = Result<SpeakResponse, Failure>> + Send {
        let _ = (context, request);
        async { Err(ErrorCode::NoSuchAction.into()) }
    }

    /// Answers with a list that is not inside an object.
    fn list_all(
        &self,
        context: &Context,
        request: ListAllRequest,
    ) -> impl Future<Output = Result<ListAllResponse, Failure>> + Send {
        let _ = (context, request);
        async { Err(ErrorCode::NoSuchAction.into()) }
    }
}
