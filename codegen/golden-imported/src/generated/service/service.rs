// @generated from codegen/evolve/tests/metadata/hard.json by `cargo xtask generate`; do not edit.

//! The trait that a service implements.

use std::future::Future;
use pop_rpc::error::Failure;
use pop_rpc::service::Context;
use hard_product_20210304_models::*;

/// Server side of Hard-Product, version 2021-03-04.
///
/// One method per action, which receives a request that was read and checked. A method that is
/// not implemented answers that there is no such action.
pub trait Service: Send + Sync {
    /// Alone, not described.
    fn alone(
        &self,
        context: &Context,
        request: AloneRequest,
    ) -> impl Future<Output = Result<AloneResponse, Failure>> + Send {
        let _ = (context, request);
        async { Err(ErrorCode::NoSuchAction.into()) }
    }

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
    fn get_thing(
        &self,
        context: &Context,
        request: GetThingRequest,
    ) -> impl Future<Output = Result<GetThingResponse, Failure>> + Send {
        let _ = (context, request);
        async { Err(ErrorCode::NoSuchAction.into()) }
    }

    /// GetURLs, not described.
    fn get_ur_ls(
        &self,
        context: &Context,
        request: GetUrLsRequest,
    ) -> impl Future<Output = Result<GetUrLsResponse, Failure>> + Send {
        let _ = (context, request);
        async { Err(ErrorCode::NoSuchAction.into()) }
    }

    /// ListOrOne, not described.
    fn list_or_one(
        &self,
        context: &Context,
        request: ListOrOneRequest,
    ) -> impl Future<Output = Result<ListOrOneResponse, Failure>> + Send {
        let _ = (context, request);
        async { Err(ErrorCode::NoSuchAction.into()) }
    }

    /// Type, not described.
    fn r#type(
        &self,
        context: &Context,
        request: TypeRequest,
    ) -> impl Future<Output = Result<TypeResponse, Failure>> + Send {
        let _ = (context, request);
        async { Err(ErrorCode::NoSuchAction.into()) }
    }

    /// Has hard names.
    fn r#type_2(
        &self,
        context: &Context,
        request: TypeRequest2,
    ) -> impl Future<Output = Result<TypeResponse2, Failure>> + Send {
        let _ = (context, request);
        async { Err(ErrorCode::NoSuchAction.into()) }
    }
}
