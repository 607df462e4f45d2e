//! The effects of a change in a spec on the users of the generated code.
//!
//! A single walk compares both specs and records every difference as a [`Change`]. One table,
//! [`ChangeKind`], states the effect of each kind of change on each audience. Names and types in
//! Rust come from the code that generates them.

mod actions;
mod change;
mod comparison;
mod definitions;
mod errors;
mod fields;
mod form;
mod kind;
mod location;
mod owner;
mod pairs;
mod places;
mod types;
mod values;
mod version;
mod walk;

pub use change::Change;
use codegen_spec::Spec;
pub use comparison::Comparison;
pub use kind::{ChangeKind, Class, Policy};
pub use version::{NotAVersion, called_for};
use walk::Walk;

/// Returns all differences of two specs that passed [`codegen_spec::load`], in the order of the
/// format.
pub fn diff(old: &Spec, new: &Spec) -> Vec<Change> {
    Walk::new(old, new).run()
}
