//! From a spec to Rust.
//!
//! ```text
//! text ─ load ─► Spec ─ lower ─► Api ─ render ─► files ─ output ─► written, unchanged, removed
//!        check                   (IR)  templates, format
//! ```
//!
//! Each step is a module. [`load`](load::load) refuses a broken spec with every mistake at once;
//! what it lets through, the later steps can rely on. All decisions (names, types, which file owns
//! what) are taken in [`lower`](mod@lower) and stand in the [`ir`]; templates only lay them out.

mod budget;
mod check;
pub mod diff;
mod generate;
mod graph;
pub mod import;
pub mod ir;
pub mod load;
pub mod lower;
pub mod mistake;
mod names;
pub mod output;
pub mod pretty;
pub mod render;
pub mod schema;
pub mod spec;
pub mod workspace;

pub use generate::{Error, Generated, generate, generate_workspace};
