//! Finds the format that a request asks for while its head arrives, which may never be readable.

use pop_rpc::Format;
use pop_rpc::acs3::{self, header};

/// Bytes of a parameter or header that are looked at.
const LOOKED_AT: usize = 64;

/// Facts in the last head of a connection, as far as it has arrived.
#[derive(Clone, Default)]
pub(super) struct Head {
    part: Part,
    /// Start of the parameter or header that is arriving.
    arriving: Vec<u8>,
    asks_for_json: bool,
    names_action: bool,
    is_signed: bool,
    has_action: bool,
    has_hash: bool,
    accepts_xml: bool,
    has_body: bool,
}

/// Part of a head that is arriving.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Part {
    #[default]
    RequestLine,
    Headers,
    /// None: the head has arrived.
    Nothing,
}

impl Head {
    /// Takes the next bytes of the connection.
    ///
    /// Bytes after a head are its body until [`answered`](Self::answered), or the next head if it
    /// has no body.
    pub(super) fn read(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if self.part == Part::Nothing {
                if self.has_body {
                    return;
                }
                *self = Self::default();
            }
            match byte {
                b'\n' => self.end_line(),
                b'?' | b'&' | b' ' if self.part == Part::RequestLine => self.end_parameter(),
                _ if self.arriving.len() < LOOKED_AT => self.arriving.push(*byte),
                _ => {}
            }
        }
    }

    /// Notes that the request was answered: what follows is the next one.
    pub(super) fn answered(&mut self) {
        if self.part == Part::Nothing {
            self.has_body = false;
        }
    }

    /// Returns the format that the head asks for, or the default of its signature.
    pub(super) fn format(&self) -> Format {
        let mut head = self.clone();
        match head.part {
            Part::RequestLine => head.end_parameter(),
            Part::Headers => head.end_header(),
            Part::Nothing => {}
        }
        let names_action = || head.names_action;
        let is_acs3 = is_acs3(head.is_signed, head.has_action, head.has_hash, names_action);
        let is_json = match is_acs3 {
            true => !head.accepts_xml,
            false => head.asks_for_json,
        };
        if is_json { Format::Json } else { Format::Xml }
    }

    fn end_line(&mut self) {
        let is_empty = self.arriving.trim_ascii().is_empty();
        match self.part {
            // Empty lines before a request are allowed.
            Part::RequestLine if is_empty => self.arriving.clear(),
            Part::RequestLine => {
                self.end_parameter();
                self.part = Part::Headers;
            }
            Part::Headers if is_empty => {
                self.arriving = Vec::new();
                self.part = Part::Nothing;
            }
            Part::Headers => self.end_header(),
            Part::Nothing => {}
        }
    }

    fn end_parameter(&mut self) {
        self.arriving.make_ascii_lowercase();
        self.asks_for_json |= self.arriving == b"format=json";
        self.names_action |= self.arriving.starts_with(b"action=");
        self.arriving.clear();
    }

    fn end_header(&mut self) {
        let mut line = std::mem::take(&mut self.arriving);
        line.make_ascii_lowercase();
        if let Some((name, value)) = pair(&line) {
            match name {
                header::AUTHORIZATION => self.is_signed |= is_signature(value),
                header::ACTION => self.has_action = true,
                header::CONTENT_HASH => self.has_hash = true,
                "accept" => self.accepts_xml = is_xml(value),
                "content-length" => self.has_body |= value != "0",
                "transfer-encoding" => self.has_body = true,
                _ => {}
            }
        }
        line.clear();
        self.arriving = line;
    }
}

/// Returns name and value of a header.
fn pair(line: &[u8]) -> Option<(&str, &str)> {
    let (name, value) = std::str::from_utf8(line).ok()?.split_once(':')?;
    Some((name, value.trim()))
}

/// Returns `true` if a request carries in headers what are common parameters otherwise: by its
/// signature, or by the headers with the action and the hash of the body.
///
/// SDKs that sign in parameters send a header with the action, too, but name it in a parameter as
/// well, and send none with the hash.
pub(super) fn is_acs3(
    is_signed: bool,
    has_action: bool,
    has_hash: bool,
    names_action: impl FnOnce() -> bool,
) -> bool {
    is_signed || has_action && (has_hash || !names_action())
}

/// Returns `true` if the value of `Authorization`, in lower case, is a signature of ACS3.
fn is_signature(value: &str) -> bool {
    let begin = value.get(..acs3::ALGORITHM.len());
    begin.is_some_and(|begin| begin.eq_ignore_ascii_case(acs3::ALGORITHM))
}

/// Returns `true` if the value of `Accept` names XML first.
fn is_xml(value: &str) -> bool {
    let first = value.split([',', ';']).next().map(str::trim);
    matches!(first, Some("application/xml" | "text/xml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACS3: &str = "POST /?GroupId=a HTTP/1.1\r\nHost: h\r\nx-acs-action: Create\r\n";

    /// Returns the format after a connection sent these bytes, however they were cut.
    #[track_caller]
    fn format(sent: &str) -> Format {
        let bytes = sent.as_bytes();
        let mut whole = Head::default();
        whole.read(bytes);
        for at in 0..bytes.len() {
            let mut parts = Head::default();
            parts.read(&bytes[..at]);
            parts.read(&bytes[at..]);
            assert_eq!(parts.format(), whole.format(), "cut at {at}");
        }
        whole.format()
    }

    #[test]
    fn the_parameter_counts_in_any_case_and_nothing_else_that_looks_like_it() {
        for (line, expected) in [
            ("GET /?Format=JSON HTTP/1.1", Format::Json),
            ("GET /?A=b&format=json&C=d HTTP/1.1", Format::Json),
            ("\r\nPOST /?Format=Json", Format::Json),
            ("GET /?Format=XML HTTP/1.1", Format::Xml),
            ("GET /?XFormat=JSON HTTP/1.1", Format::Xml),
            ("GET /?Format=JSONX HTTP/1.1", Format::Xml),
            ("GET / HTTP/1.1\r\nReferer: /?Format=JSON", Format::Xml),
        ] {
            assert_eq!(format(line), expected, "{line}");
        }
    }

    #[test]
    fn a_signature_in_headers_asks_for_json_unless_xml_is_accepted() {
        let signed = "GET / HTTP/1.1\r\nAuthorization: ACS3-HMAC-SHA256 Credential=a";
        for (head, expected) in [
            (signed.to_owned(), Format::Json),
            (ACS3.to_owned(), Format::Json),
            (format!("{ACS3}Accept: application/xml\r\n"), Format::Xml),
            (format!("{ACS3}accept: text/xml;q=1, */*\r\n"), Format::Xml),
            // As SDKs send it that sign in parameters.
            (ACS3.replace("GroupId=a", "Action=Create"), Format::Xml),
        ] {
            assert_eq!(format(&head), expected, "{head}");
        }
    }

    #[test]
    fn each_request_of_a_connection_is_decided_by_its_own_head() {
        let first = "GET /?Format=JSON HTTP/1.1\r\nHost: h\r\n\r\n";
        assert_eq!(format(first), Format::Json);
        assert_eq!(format(&format!("{first}no HTTP\r\n\r\n")), Format::Xml);
        assert_eq!(format(&format!("{first}{ACS3}")), Format::Json);
        let mut head = Head::default();
        head.read(b"POST /?Format=JSON HTTP/1.1\r\nContent-Length: 9\r\n\r\nA=b\n\nGET ");
        assert_eq!(head.format(), Format::Json);
        head.answered();
        head.read(b"GET / HTTP/1.1\r\n");
        assert_eq!(head.format(), Format::Xml);
        // An answer to an earlier request takes nothing from a head that is arriving.
        head.answered();
        head.read(b"x-acs-action: a\r\n");
        assert_eq!(head.format(), Format::Json);
    }
}
