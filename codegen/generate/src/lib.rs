//! From a spec to Rust.
//!
//! ```text
//! Spec ─ lower ─► Api ─ render ─► files ─ output ─► written, unchanged, removed
//!                 (IR)  templates, format
//! ```
//!
//! Each step is a module. [`lower`](mod@lower) takes all decisions, such as names, types and which
//! file owns an item. The [`ir`] holds them, and templates only lay them out.

mod budget;
mod format;
mod generate;
pub mod ir;
pub mod lower;
pub mod output;
pub mod render;
pub mod runtime;
mod templates;
pub mod workspace;

pub use generate::{Error, Generated, generate, generate_workspace};
