//! First difference between two strings to sign.

use std::fmt;

/// Text before the service's string to sign in its message.
const SERVER: &str = "string to sign is:";

/// First difference between the string that the client signed and the one that the service expects.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mismatch {
    /// Name of the parameter that differs; empty if the difference is before the parameters.
    pub parameter: String,
    /// Position of the difference in the string to sign, in bytes from 0.
    pub byte: usize,
    /// The client's string from that position to the end of the parameter.
    pub client: String,
    /// The service's string from that position to the end of the parameter.
    pub server: String,
}

impl Mismatch {
    /// Compares the client's string with the one in an error's message.
    ///
    /// Returns `None` if the message contains no string to sign. If the strings are equal, the
    /// secrets differ, and both `client` and `server` are empty.
    pub(crate) fn find(client: &str, message: &str) -> Option<Self> {
        let (_, server) = message.split_once(SERVER)?;
        let equal = client
            .bytes()
            .zip(server.bytes())
            .take_while(|(a, b)| a == b)
            .count();
        let byte = (0..=equal)
            .rev()
            .find(|at| client.is_char_boundary(*at) && server.is_char_boundary(*at))
            .unwrap_or_default();
        Some(Self {
            parameter: parameter_at(client, byte),
            byte,
            client: rest(client, byte),
            server: rest(server, byte),
        })
    }

    /// Returns `true` if the strings are equal, so that only the secret can be wrong.
    pub fn is_secret(&self) -> bool {
        self.client.is_empty() && self.server.is_empty()
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_secret() {
            return f
                .write_str("both sides signed the same string: the access key secret is wrong");
        }
        write!(f, "byte {} differs", self.byte)?;
        if !self.parameter.is_empty() {
            write!(f, ", in parameter {}", self.parameter)?;
        }
        write!(f, ": client `{}`, server `{}`", self.client, self.server)
    }
}

/// Separator of parameters: an encoded `&`.
const SEPARATOR: &str = "%26";

/// Returns the name of the parameter that contains a byte; empty if there is none.
fn parameter_at(text: &str, byte: usize) -> String {
    let start = text[..byte].rfind(SEPARATOR).map(|at| at + SEPARATOR.len());
    let start = start.or_else(|| text[..byte].rfind('&').map(|at| at + 1));
    let pair = &text[start.unwrap_or(byte)..];
    match pair.split_once("%3D") {
        Some((name, _)) => name.to_owned(),
        None => String::new(),
    }
}

/// Returns the text from a byte to the end of its parameter.
fn rest(text: &str, byte: usize) -> String {
    let rest = &text[byte..];
    rest.split(SEPARATOR).next().unwrap_or(rest).to_owned()
}
