//! From a spec to Rust.
//!
//! ```text
//! Spec ─ lower ─► Api ─ render ─► files ─ output ─► written, unchanged, removed
//!                 (IR)  templates, format
//! ```
//!
//! Each step is a module. All decisions (names, types, which file owns what) are taken in
//! [`lower`](mod@lower) and held by the [`ir`]; templates only lay them out.

mod budget;
mod generate;
pub mod ir;
pub mod lower;
pub mod output;
pub mod render;
pub mod workspace;

pub use generate::{Error, Generated, generate, generate_workspace};
