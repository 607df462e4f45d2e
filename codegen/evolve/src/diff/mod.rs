//! What a change of a spec means to those who use what is generated of it.
//!
//! One walk goes through both specs in pairs and notes every difference as a [`Change`]. What a kind
//! of change means to whom stands in one table, [`ChangeKind`]. Whatever decides about Rust is asked of the
//! same code that generates it.

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

/// Every difference of two specs that have passed [`crate::load::load`], in the order of the format.
pub fn diff(old: &Spec, new: &Spec) -> Vec<Change> {
    Walk::new(old, new).run()
}
