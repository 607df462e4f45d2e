//! One difference of two specs.

use serde::Serialize;

use super::kind::{ChangeKind, Class};

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
    pub kind: ChangeKind,
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
