//! What a change of a spec means to those who use what is generated of it.
//!
//! One walk goes through both specs in pairs and notes every difference as a [`Change`]. What a kind
//! of change means to whom stands in one table, [`Kind`]. Whatever decides about Rust is asked of the
//! same code that generates it.

mod actions;
mod definitions;
mod errors;
mod fields;
mod kind;
mod pairs;
mod report;
mod types;
mod values;
mod version;
mod walk;

use codegen_spec::Spec;
pub use kind::{Class, Kind, Policy};
pub use report::Comparison;
use serde::Serialize;
pub use version::{NotAVersion, called_for};

/// A difference of two specs.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Change {
    /// Its place in the new spec, or in the old one if it is gone there: a path of keys, in which an
    /// element of a list is called by its name.
    pub pointer: String,
    /// Its place in the old spec, if both have it and it was called otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was: Option<String>,
    /// What kind of change it is.
    pub kind: Kind,
    /// What it means to programs that use client and models.
    pub callers: Class,
    /// What it means to programs that implement the service trait.
    pub implementers: Class,
    /// What it means to peers of the other version.
    pub wire: Class,
    /// What changed, in one sentence.
    pub sentence: String,
}

impl Change {
    /// What it means to whom it means most.
    pub fn class(&self) -> Class {
        self.callers.max(self.implementers).max(self.wire)
    }
}

/// Every difference of two specs that have passed [`crate::load::load`], in the order of the format.
pub fn diff(old: &Spec, new: &Spec) -> Vec<Change> {
    walk::Walk::new(old, new).run()
}
