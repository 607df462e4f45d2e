//! Code generated from the small spec, as one crate: it must compile without warnings, and its
//! generated tests and those in `tests/` must pass.

// Generated services import their models from a crate of this name.
pub extern crate self as small_models;
pub extern crate self as small_service;

/// Generated client.
#[rustfmt::skip]
#[path = "generated/client/mod.rs"]
pub mod generated_client;
/// Generated models.
#[rustfmt::skip]
#[path = "generated/models/mod.rs"]
pub mod generated_models;
/// Generated service.
#[rustfmt::skip]
#[path = "generated/service/mod.rs"]
pub mod generated_service;

pub use generated_client::{
    Answer, Call, Client, Credentials, Error, InProcess, Problem, Stub, examples,
};
pub use generated_models::*;
pub use generated_service::*;

/// Misuse of generated code does not compile. Each program that must not compile stands below one
/// that does, and differs from it only in the misuse.
///
/// A request needs the required parameters:
///
/// ```
/// golden::GetThingRequest::new("abc");
/// ```
///
/// ```compile_fail,E0599
/// golden::GetThingRequest::default();
/// ```
///
/// So does a call:
///
/// ```
/// fn call(client: golden::Client) {
///     let _ = client.get_thing("abc");
/// }
/// ```
///
/// ```compile_fail,E0061
/// fn call(client: golden::Client) {
///     let _ = client.get_thing();
/// }
/// ```
///
/// A value has the type of its parameter:
///
/// ```
/// fn call(client: golden::Client) {
///     let _ = client.get_thing("abc").depth(2);
/// }
/// ```
///
/// ```compile_fail,E0308
/// fn call(client: golden::Client) {
///     let _ = client.get_thing("abc").depth("two");
/// }
/// ```
///
/// A call that is not sent is reported:
///
/// ```
/// #![deny(unused_must_use)]
/// fn call(client: golden::Client) {
///     let _call = client.get_thing("abc");
/// }
/// ```
///
/// ```compile_fail
/// #![deny(unused_must_use)]
/// fn call(client: golden::Client) {
///     client.get_thing("abc");
/// }
/// ```
#[cfg(doctest)]
pub struct Misuse;
