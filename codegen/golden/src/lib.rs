//! What the generator makes of the small spec, as one crate: it compiles without warnings, its
//! generated tests pass, and so do those in `tests/`.

// Generated services name the crate with their models.
extern crate self as small_models;

include!(concat!(env!("OUT_DIR"), "/golden.rs"));
