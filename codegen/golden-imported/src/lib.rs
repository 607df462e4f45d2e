//! What the generator makes of `tests/metadata/hard.json`, as one crate: it compiles without
//! warnings, and its generated tests pass.

// Generated services name the crate with their models.
extern crate self as hard_product_models;

include!(concat!(env!("OUT_DIR"), "/golden.rs"));
