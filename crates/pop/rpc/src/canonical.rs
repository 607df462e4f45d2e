//! Percent-encoding and the canonical query (`docs/PROTOCOL.md`, “Canonical query”).

use percent_encoding::percent_encode_byte;

use crate::method::Method;
use crate::parameter::{ParameterSink, Parameters};

/// Table of the unreserved bytes, `A-Z a-z 0-9 - _ . ~`; all others are written as `%XX`.
const UNRESERVED: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        table[byte] =
            matches!(byte as u8, b'-' | b'_' | b'.' | b'~') || (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    table
};

/// Returns `true` if `text` needs no encoding, like most texts.
pub(crate) const fn is_unreserved(text: &str) -> bool {
    // One branch per chunk instead of one per byte: measurably faster than a search for the
    // first reserved byte.
    let (chunks, rest) = text.as_bytes().as_chunks::<8>();
    let mut at = 0;
    while at < chunks.len() {
        if !all_unreserved(&chunks[at]) {
            return false;
        }
        at += 1;
    }
    all_unreserved(rest)
}

#[inline]
const fn all_unreserved(bytes: &[u8]) -> bool {
    let mut all = true;
    let mut at = 0;
    while at < bytes.len() {
        all &= UNRESERVED[bytes[at] as usize];
        at += 1;
    }
    all
}

/// Percent-encodes `text` as the protocol requires.
///
/// ```
/// assert_eq!(pop_rpc::canonical::encode("/a b*~"), "%2Fa%20b%2A~");
/// ```
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    encode_into(&mut out, text);
    out
}

#[inline]
fn encode_into(out: &mut String, text: &str) {
    if is_unreserved(text) {
        out.push_str(text);
    } else {
        escape_into(out, text, "%");
    }
}

/// Appends `text`, encoded twice.
#[inline]
fn encode_twice_into(out: &mut String, text: &str) {
    if is_unreserved(text) {
        out.push_str(text);
    } else {
        escape_into(out, text, "%25");
    }
}

/// Appends `text`; each reserved byte becomes `percent` and two hexadecimal digits.
#[inline(never)]
fn escape_into(out: &mut String, text: &str, percent: &str) {
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        if UNRESERVED[usize::from(byte)] {
            continue;
        }
        // A non-empty slice is ASCII, so it begins and ends on a character boundary.
        if plain < at {
            out.push_str(&text[plain..at]);
        }
        plain = at + 1;
        out.push_str(percent);
        out.push_str(&percent_encode_byte(byte)[1..]);
    }
    if plain < text.len() {
        out.push_str(&text[plain..]);
    }
}

/// A name and a value, encoded for a query and for the string to sign, each with the separator
/// before it.
#[derive(Clone)]
pub(crate) struct EncodedPair {
    query: String,
    to_sign: String,
}

impl EncodedPair {
    pub(crate) fn new(name: &str, value: &str) -> Self {
        let (mut query, mut to_sign) = (String::from("&"), String::from("%26"));
        encode_into(&mut query, name);
        query.push('=');
        encode_into(&mut query, value);
        encode_twice_into(&mut to_sign, name);
        to_sign.push_str("%3D");
        encode_twice_into(&mut to_sign, value);
        Self { query, to_sign }
    }
}

/// Writes a query piece by piece, encoded once or twice.
pub(crate) trait Encoder: ParameterSink {
    /// Writes a parameter, or the part of it that is already encoded.
    fn encoded(&mut self, pair: &EncodedPair);

    /// Begins a parameter whose name contains only unreserved characters.
    fn name(&mut self, name: &str);

    /// Writes text that may need escapes.
    fn text(&mut self, text: &str);

    /// Writes text that contains only unreserved characters.
    fn plain(&mut self, text: &str);
}

/// Initial capacity in bytes; most requests with eight to twelve parameters are shorter.
const TYPICAL_LENGTH: usize = 640;

/// Writes parameters as `name=value&…`; expects them in the order of their names.
#[derive(Debug, Default)]
pub struct Query {
    text: String,
}

impl Query {
    /// Returns the query written so far.
    pub fn into_string(self) -> String {
        self.text
    }

    fn begin(&mut self) {
        if self.text.is_empty() {
            self.text.reserve(TYPICAL_LENGTH);
        } else {
            self.text.push('&');
        }
    }
}

impl Encoder for Query {
    #[inline]
    fn encoded(&mut self, pair: &EncodedPair) {
        if self.text.is_empty() {
            self.text.reserve(TYPICAL_LENGTH);
            self.text.push_str(&pair.query[1..]);
        } else {
            self.text.push_str(&pair.query);
        }
    }

    #[inline]
    fn name(&mut self, name: &str) {
        self.begin();
        self.text.push_str(name);
        self.text.push('=');
    }

    #[inline]
    fn text(&mut self, text: &str) {
        encode_into(&mut self.text, text);
    }

    #[inline]
    fn plain(&mut self, text: &str) {
        self.text.push_str(text);
    }
}

impl ParameterSink for Query {
    fn parameter(&mut self, name: &str, value: &str) {
        self.begin();
        encode_into(&mut self.text, name);
        self.text.push('=');
        encode_into(&mut self.text, value);
    }
}

/// Returns parameters as a query or a form body, in the order of their names.
pub fn query_of(parameters: &Parameters) -> String {
    let mut query = Query::default();
    for (name, value) in parameters.iter() {
        query.parameter(name, value);
    }
    query.into_string()
}

/// Writes the string to sign; expects parameters in the order of their names.
///
/// The string contains the method, the path and the encoded canonical query, joined by `&`. The
/// query is encoded the second time while it is written, so it never exists on its own.
#[derive(Debug)]
pub struct StringToSign {
    text: String,
    first: bool,
}

impl StringToSign {
    /// Starts the string to sign of a request with this method.
    pub fn new(method: Method) -> Self {
        let mut text = String::with_capacity(TYPICAL_LENGTH);
        text.push_str(method.as_str());
        text.push_str("&%2F&");
        Self { text, first: true }
    }

    /// Returns the string written so far.
    pub fn into_string(self) -> String {
        self.text
    }

    #[inline]
    fn begin(&mut self) {
        if !std::mem::take(&mut self.first) {
            self.text.push_str("%26");
        }
    }
}

impl Encoder for StringToSign {
    #[inline]
    fn encoded(&mut self, pair: &EncodedPair) {
        let separator = if std::mem::take(&mut self.first) {
            "%26".len()
        } else {
            0
        };
        self.text.push_str(&pair.to_sign[separator..]);
    }

    #[inline]
    fn name(&mut self, name: &str) {
        self.begin();
        self.text.push_str(name);
        self.text.push_str("%3D");
    }

    #[inline]
    fn text(&mut self, text: &str) {
        encode_twice_into(&mut self.text, text);
    }

    #[inline]
    fn plain(&mut self, text: &str) {
        self.text.push_str(text);
    }
}

impl ParameterSink for StringToSign {
    fn parameter(&mut self, name: &str, value: &str) {
        self.begin();
        encode_twice_into(&mut self.text, name);
        self.text.push_str("%3D");
        encode_twice_into(&mut self.text, value);
    }
}
