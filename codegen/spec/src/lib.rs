//! The format of a spec: one JSON file that holds every fact of an API version.
//!
//! [`load`] reads the text of a spec and reports all mistakes at once. The generator relies on
//! these checks. `spec/README.md` explains each key.

pub mod check;
mod facts;
pub mod graph;
mod load;
mod mistake;
mod mistakes;
pub mod names;
pub mod pages;
pub mod pointer;
mod position;
pub mod pretty;
pub mod request_example;
pub mod schema;
mod shape;
mod spec;

pub use load::load;
pub use mistake::Mistake;
pub use mistakes::Mistakes;
pub use position::repeated_keys;
pub use spec::*;
