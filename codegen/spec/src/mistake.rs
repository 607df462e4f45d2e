//! One mistake in a spec.

use serde_json::Value as Json;

/// One mistake in a spec.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mistake {
    /// Location, as a JSON pointer (RFC 6901).
    pub pointer: String,
    /// `true` if the key at the pointer is wrong, not the value.
    pub on_key: bool,
    /// Description of the mistake.
    pub message: String,
    /// Advice on how to fix it.
    pub hint: String,
    /// A valid value for the pointer, if one is known.
    pub instead: Option<Json>,
}

impl Mistake {
    /// Creates a mistake in the value at `pointer`.
    pub(crate) fn new(
        pointer: impl Into<String>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            pointer: pointer.into(),
            on_key: false,
            message: message.into(),
            hint: hint.into(),
            instead: None,
        }
    }

    /// Adds a value that would be valid instead.
    pub(crate) fn instead(mut self, value: impl Into<Json>) -> Self {
        self.instead = Some(value.into());
        self
    }

    /// Marks the key at the pointer as wrong, instead of the value.
    pub(crate) fn on_key(mut self) -> Self {
        self.on_key = true;
        self
    }
}
