//! A server that records requests, and the parts of a request that tests compare.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// Headers that say what is called.
const HEADERS: [&str; 3] = ["accept", "x-acs-action", "x-acs-version"];

/// A request without its time, nonce and signature.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Encoded names and values of the query, in order of bytes.
    pub(crate) query: Vec<String>,
    /// Those of the form body.
    pub(crate) body: Vec<String>,
    pub(crate) headers: BTreeMap<String, String>,
    /// `true` if it is signed.
    pub(crate) is_signed: bool,
}

impl Request {
    /// Reads the first lines and the body of a request.
    pub(crate) fn read(head: &str, body: &str) -> Self {
        let mut lines = head.lines();
        let mut words = lines.next().expect("a request line").split(' ');
        let method = words.next().expect("a method").to_owned();
        let target = words.next().expect("a target");
        let all = lines.filter_map(|line| line.split_once(':'));
        let all: BTreeMap<String, String> = all
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let kept = |name: &&str| Some(((*name).to_owned(), all.get(*name)?.clone()));
        Self {
            method,
            query: pairs(target.split_once('?').map_or("", |(_, query)| query)),
            body: pairs(body),
            headers: HEADERS.iter().filter_map(kept).collect(),
            is_signed: all.contains_key("authorization"),
        }
    }
}

fn pairs(text: &str) -> Vec<String> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    let mut pairs: Vec<String> = pairs.map(str::to_owned).collect();
    pairs.sort_unstable();
    pairs
}

/// A server that answers every request, and records it.
pub(crate) struct Recorder {
    pub(crate) address: String,
    requests: Receiver<Request>,
}

impl Recorder {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let (sender, requests) = channel();
        // It ends with the process.
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let _ = answer(stream, &sender);
            }
        });
        Self { address, requests }
    }

    /// Returns the only request that has arrived since the last one.
    pub(crate) fn request(&self) -> Request {
        let request = self.requests.try_recv().expect("a request");
        assert!(self.requests.try_recv().is_err(), "one request");
        request
    }
}

/// Reads a request, records it, and answers it; `None` for a connection without one.
fn answer(stream: TcpStream, sender: &Sender<Request>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let start = head.len();
        reader.read_line(&mut head).ok().filter(|read| *read > 0)?;
        let line = head.get(start..)?.trim_end().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let request = Request::read(&head, std::str::from_utf8(&body).ok()?);
    let action = request.headers.get("x-acs-action")?;
    let (kind, body) = match request.headers.get("accept")?.as_str() {
        "application/xml" => (
            "application/xml",
            format!("<{action}Response><RequestId>1</RequestId></{action}Response>"),
        ),
        _ => ("application/json", "{\"RequestId\":\"1\"}".to_owned()),
    };
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    // First, because who has the answer looks for the request.
    sender.send(request).ok()?;
    reader.into_inner().write_all(answer.as_bytes()).ok()
}
