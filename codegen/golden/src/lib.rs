//! Code generated from the small spec, as one crate: it must compile without warnings, and its
//! generated tests and those in `tests/` must pass.

// Generated services import their models from a crate of this name.
pub extern crate self as small_models;
pub extern crate self as small_service;

include!(concat!(env!("OUT_DIR"), "/golden.rs"));
