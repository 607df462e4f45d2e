//! Random texts that nobody can guess.

use subtle::ConstantTimeEq as _;

/// A random text of 256 bits, in hexadecimal digits.
#[derive(Clone, Eq, Hash, PartialEq)]
pub(crate) struct Token(String);

impl Token {
    /// Returns a new token; `None` if the system has no random numbers.
    pub(crate) fn new() -> Option<Self> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).ok()?;
        Some(Self(
            bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        ))
    }

    /// Returns the text of a token that a browser sent.
    pub(crate) fn from_text(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Compares with a text, in a time that does not depend on where they differ.
    pub(crate) fn is(&self, text: &str) -> bool {
        self.0.as_bytes().ct_eq(text.as_bytes()).into()
    }
}
