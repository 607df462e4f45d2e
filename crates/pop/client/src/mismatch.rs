//! Where two strings to sign differ.

use std::fmt;

/// What stands before the service's string to sign in its message.
const SERVER: &str = "string to sign is:";

/// The first difference between what the client signed and what the service did.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mismatch {
    /// Name of the parameter that differs; empty if the difference is before the parameters.
    pub parameter: String,
    /// Byte of the string to sign, from 0.
    pub byte: usize,
    /// The client's string from there on, up to the end of the parameter.
    pub client: String,
    /// The service's string from there on, up to the end of the parameter.
    pub server: String,
}

impl Mismatch {
    /// Compares the client's string with the one in an error's message.
    ///
    /// `None` if the message holds none. If the two are equal, the secrets differ: both parts of
    /// the result are empty then.
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

    /// Whether the strings are equal, so that only the secret can be wrong.
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

/// Parameters are parted by an encoded `&`.
const SEPARATOR: &str = "%26";

/// Name of the parameter that the byte belongs to.
fn parameter_at(text: &str, byte: usize) -> String {
    let start = text[..byte].rfind(SEPARATOR).map(|at| at + SEPARATOR.len());
    let start = start.or_else(|| text[..byte].rfind('&').map(|at| at + 1));
    let pair = &text[start.unwrap_or(byte)..];
    match pair.split_once("%3D") {
        Some((name, _)) => name.to_owned(),
        None => String::new(),
    }
}

/// What stands from the byte to the end of its parameter.
fn rest(text: &str, byte: usize) -> String {
    let rest = &text[byte..];
    rest.split(SEPARATOR).next().unwrap_or(rest).to_owned()
}
