//! A difference between two specs.

use serde::Serialize;

use super::kind::{ChangeKind, Class};

/// A difference between two specs.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Change {
    /// Location in the new spec, or in the old spec if it was removed: a path of keys, in which the
    /// elements of lists are identified by their names.
    pub pointer: String,
    /// Location in the old spec, if both specs have it and the location differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was: Option<String>,
    /// Kind of the change.
    pub kind: ChangeKind,
    /// Effect on programs that use the client and the models.
    pub callers: Class,
    /// Effect on programs that implement the service trait.
    pub implementers: Class,
    /// Effect on peers of the other version.
    pub wire: Class,
    /// Description of the change in one sentence.
    pub sentence: String,
}

impl Change {
    /// Returns the strongest effect on any audience.
    pub fn class(&self) -> Class {
        self.callers.max(self.implementers).max(self.wire)
    }
}
