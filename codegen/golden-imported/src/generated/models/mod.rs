// @generated from codegen/evolve/tests/metadata/hard.json by `cargo xtask generate`; do not edit.

#![allow(deprecated)]
mod actions;
mod enums;
mod error_code;
mod region;
mod release;
mod structs;
#[cfg(test)]
mod tests;

pub use actions::*;
pub use enums::*;
pub use error_code::ErrorCode;
pub use region::Region;
pub use release::Release;
pub use structs::*;

/// Product code on the wire.
pub const PRODUCT: &str = "Hard-Product";

/// Version of the API on the wire.
pub const VERSION: &str = "2021-03-04";
