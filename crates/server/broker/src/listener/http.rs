//! The HTTP request that opens a WebSocket, and its answer.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest as _, Sha1};

/// Most bytes of the head of a request.
pub(super) const HEAD_BYTES: usize = 8 << 10;
const HEADERS: usize = 64;
/// Subprotocols that are MQTT; the standard has the first one, which is chosen if it is offered.
const SUBPROTOCOLS: [&str; 2] = ["mqtt", "mqttv3.1"];
/// Suffix of the key in RFC 6455.
const KEY_SUFFIX: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// Verdict on a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Request {
    /// The head is not complete yet.
    Partial,
    /// The connection becomes a WebSocket after `answer`. The head of the request has `length` bytes.
    Upgrade { answer: String, length: usize },
    /// The connection ends after an answer.
    BadRequest(BadRequest),
}

/// Reason why a request does not open a WebSocket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadRequest {
    Malformed,
    Method,
    NotUpgrade,
    Version,
    Key,
    Subprotocol,
    TooLarge,
    HttpVersion,
}

impl BadRequest {
    /// Returns the answer, head and body.
    pub(super) fn answer(self) -> String {
        let body = format!("{self}\n");
        let (status, headers) = match self {
            Self::Malformed | Self::Key | Self::Subprotocol => ("400 Bad Request", ""),
            Self::Method => ("405 Method Not Allowed", "Allow: GET\r\n"),
            Self::NotUpgrade | Self::Version => (
                "426 Upgrade Required",
                "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n",
            ),
            Self::TooLarge => ("431 Request Header Fields Too Large", ""),
            Self::HttpVersion => ("505 HTTP Version Not Supported", ""),
        };
        let connection = match self {
            Self::NotUpgrade | Self::Version => "close, Upgrade",
            _ => "close",
        };
        format!(
            "HTTP/1.1 {status}\r\n{headers}Connection: {connection}\r\n\
             Content-Type: text/plain\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    }
}

impl fmt::Display for BadRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "malformed request",
            Self::Method => "only GET opens a WebSocket",
            Self::NotUpgrade => "this address speaks MQTT over WebSocket",
            Self::Version => "only version 13 of WebSocket is spoken here",
            Self::Key => "Sec-WebSocket-Key must be the base64 text of 16 bytes",
            Self::Subprotocol => "Sec-WebSocket-Protocol must offer mqtt",
            Self::TooLarge => "the head of the request is too large",
            Self::HttpVersion => "only HTTP/1.1 is spoken here",
        })
    }
}

/// Judges what was received of a request.
pub(super) fn request(bytes: &[u8]) -> Request {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    let refused = match request.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => match answer(&request) {
            Ok(answer) => return Request::Upgrade { answer, length },
            Err(refused) => refused,
        },
        Ok(httparse::Status::Partial) if bytes.len() < HEAD_BYTES => return Request::Partial,
        Ok(httparse::Status::Partial) | Err(httparse::Error::TooManyHeaders) => {
            BadRequest::TooLarge
        }
        Err(httparse::Error::Version) => BadRequest::HttpVersion,
        Err(_) => BadRequest::Malformed,
    };
    Request::BadRequest(refused)
}

fn answer(request: &httparse::Request<'_, '_>) -> Result<String, BadRequest> {
    if request.version != Some(1) {
        return Err(BadRequest::HttpVersion);
    }
    if request.method != Some("GET") {
        return Err(BadRequest::Method);
    }
    let headers = Headers(request.headers);
    if !headers.has_token("Upgrade", "websocket")? {
        return Err(BadRequest::NotUpgrade);
    }
    if !headers.has_token("Connection", "upgrade")? {
        return Err(BadRequest::Malformed);
    }
    headers.only("Host")?.ok_or(BadRequest::Malformed)?;
    if headers.only("Sec-WebSocket-Version")? != Some("13") {
        return Err(BadRequest::Version);
    }
    let key = headers
        .only("Sec-WebSocket-Key")
        .map_err(|_| BadRequest::Key)?;
    let key = key.filter(|key| STANDARD.decode(key).is_ok_and(|bytes| bytes.len() == 16));
    let key = key.ok_or(BadRequest::Key)?;
    let offered = headers.tokens("Sec-WebSocket-Protocol")?;
    let mut known = SUBPROTOCOLS.iter();
    let chosen = known.find(|name| offered.contains(name));
    let chosen = chosen.ok_or(BadRequest::Subprotocol)?;
    let accept = STANDARD.encode(Sha1::digest(format!("{key}{KEY_SUFFIX}")));
    Ok(format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: {chosen}\r\n\r\n"
    ))
}

struct Headers<'h>(&'h [httparse::Header<'h>]);

impl<'h> Headers<'h> {
    fn values(&self, name: &str) -> impl Iterator<Item = Result<&'h str, BadRequest>> {
        self.0
            .iter()
            .filter(move |header| header.name.eq_ignore_ascii_case(name))
            .map(|header| std::str::from_utf8(header.value).map_err(|_| BadRequest::Malformed))
    }

    /// Returns the value of a header that may be there once.
    fn only(&self, name: &str) -> Result<Option<&'h str>, BadRequest> {
        let mut values = self.values(name);
        match (values.next(), values.next()) {
            (None, _) => Ok(None),
            (Some(value), None) => value.map(Some),
            (Some(_), Some(_)) => Err(BadRequest::Malformed),
        }
    }

    /// Returns the elements of a header that is a list, in one line or several.
    fn tokens(&self, name: &str) -> Result<Vec<&'h str>, BadRequest> {
        let mut tokens = Vec::new();
        for value in self.values(name) {
            let elements = value?.split(',').map(str::trim);
            tokens.extend(elements.filter(|element| !element.is_empty()));
        }
        Ok(tokens)
    }

    fn has_token(&self, name: &str, token: &str) -> Result<bool, BadRequest> {
        let tokens = self.tokens(name)?;
        Ok(tokens
            .iter()
            .any(|element| element.eq_ignore_ascii_case(token)))
    }
}
