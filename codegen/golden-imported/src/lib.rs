//! Code generated from `codegen/evolve/tests/metadata/hard.json`, as one crate: it must compile
//! without warnings, and its generated tests must pass.

// Generated services import their models from a crate of this name.
pub extern crate self as hard_product_20210304_models;
pub extern crate self as hard_product_20210304_service;

include!(concat!(env!("OUT_DIR"), "/golden.rs"));
