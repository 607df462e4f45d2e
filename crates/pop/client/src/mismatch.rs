//! First difference between two strings to sign.

use std::fmt;

use pop_rpc::excerpt;

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
    /// Length of the service's string, if the service cut it and both are equal up to there.
    pub cut: Option<usize>,
}

impl Mismatch {
    /// Compares the client's string with the one in an error's message.
    ///
    /// Returns `None` if the message contains no string to sign. If the strings are equal, the
    /// secrets differ, and both `client` and `server` are empty. The service may have cut its string.
    pub(crate) fn find(client: &str, message: &str) -> Option<Self> {
        let (_, server) = message.split_once(SERVER)?;
        let (server, length) = excerpt::read(server);
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
            cut: length.filter(|_| equal == server.len()),
        })
    }

    /// Returns `true` if the strings are equal, so that only the secret can be wrong.
    pub fn is_secret(&self) -> bool {
        self.cut.is_none() && self.client.is_empty() && self.server.is_empty()
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_secret() {
            return f
                .write_str("both sides signed the same string: the access key secret is wrong");
        }
        if let Some(length) = self.cut {
            let byte = self.byte;
            return write!(
                f,
                "both sides signed the same {byte} bytes; the service shows no more of its \
                 {length}, so the difference is after them, or the access key secret is wrong"
            );
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

#[cfg(test)]
mod tests {
    use super::*;

    fn find(client: &str, server: &str) -> Mismatch {
        let message = format!("it is wrong. {SERVER}{}", excerpt::cut(server));
        Mismatch::find(client, &message).unwrap()
    }

    #[test]
    fn a_difference_before_the_cut_is_shown_and_one_after_it_is_said_to_be_there() {
        let to_sign = |a: &str, z: &str| {
            let padding = "x".repeat(9000);
            format!("GET&%2F&A%3D{a}%26M%3D{padding}%26Z%3D{z}")
        };
        let before = find(&to_sign("1", "1"), &to_sign("2", "1"));
        assert_eq!((&*before.parameter, before.byte), ("A", 12));
        assert_eq!((&*before.client, &*before.server), ("1", "2"));
        assert_eq!(before.cut, None);

        let server = to_sign("1", "2");
        let after = find(&to_sign("1", "1"), &server);
        assert_eq!((after.byte, after.cut), (8192, Some(server.len())));
        assert!(!after.is_secret());
        let same = find(&server, &server);
        assert_eq!(same.cut, Some(server.len()));
        assert!(!same.is_secret());

        let short = find("GET&%2F&A%3D1", "GET&%2F&A%3D1");
        assert!(short.is_secret());
    }
}
