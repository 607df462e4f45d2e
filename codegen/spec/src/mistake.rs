//! One mistake in a spec.

use serde_json::Value as Json;

/// One mistake in a spec.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mistake {
    /// Where it is, as a JSON pointer (RFC 6901).
    pub pointer: String,
    /// Whether the name at the pointer is wrong, not the value.
    pub on_key: bool,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
    /// What could stand at the pointer, where that is known.
    pub instead: Option<Json>,
}

impl Mistake {
    /// A mistake in the value at `pointer`.
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

    /// The same mistake, with what could stand there instead.
    pub(crate) fn instead(mut self, value: impl Into<Json>) -> Self {
        self.instead = Some(value.into());
        self
    }

    /// The same mistake, in the name at the pointer.
    pub(crate) fn on_key(mut self) -> Self {
        self.on_key = true;
        self
    }
}
