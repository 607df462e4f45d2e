//! Calls of the API on one connection, signed by hand.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::error::{Error, contains};
use crate::program::finish;
use crate::service::{INSTANCE, KEY_ID, SECRET, hmac_sha1};

/// A connection to the API, for the 15 minutes that its timestamp is good for.
pub(super) struct Api {
    host: String,
    connection: BufReader<TcpStream>,
    timestamp: String,
    calls: u32,
}

impl Api {
    pub(super) fn connect(host: &str) -> Result<Self, Error> {
        let failed = || Error::io("to connect to the API");
        let connection = TcpStream::connect(host).map_err(failed())?;
        connection.set_nodelay(true).map_err(failed())?;
        let timestamp = finish(Command::new("date").args(["--utc", "+%FT%TZ"]))?;
        Ok(Self {
            host: host.to_owned(),
            connection: BufReader::new(connection),
            timestamp: timestamp.trim().to_owned(),
            calls: 0,
        })
    }

    /// Calls an action, and gives the body of its answer, in JSON, and how long that took.
    pub(super) fn call(
        &mut self,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Result<(String, Duration), Error> {
        let query = self.sign(action, parameters);
        let request = format!("GET /?{query} HTTP/1.1\r\nHost: {}\r\n\r\n", self.host);
        let failed = || Error::io(format!("to call {action}"));
        let start = Instant::now();
        let sent = self.connection.get_mut().write_all(request.as_bytes());
        sent.map_err(failed())?;
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            let read = self.connection.read_line(&mut head).map_err(failed())?;
            contains("an answer", &head, if read == 0 { "\r\n\r\n" } else { "" })?;
        }
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            let is_length = name.eq_ignore_ascii_case("content-length");
            is_length.then(|| value.parse().ok())?
        });
        let mut body = vec![0; length.unwrap_or(0)];
        self.connection.read_exact(&mut body).map_err(failed())?;
        let took = start.elapsed();
        let body = String::from_utf8_lossy(&body).into_owned();
        contains(&body, &head, "200 OK")?;
        Ok((body, took))
    }

    /// The query of a request.
    fn sign(&mut self, action: &str, parameters: &[(&str, &str)]) -> String {
        self.calls += 1;
        let nonce = format!("{}-{}-{}", std::process::id(), self.host, self.calls);
        let common = [
            ("AccessKeyId", KEY_ID),
            ("Action", action),
            ("Format", "JSON"),
            ("InstanceId", INSTANCE),
            ("RegionId", "cn-hangzhou"),
            ("SignatureMethod", "HMAC-SHA1"),
            ("SignatureNonce", &nonce),
            ("SignatureVersion", "1.0"),
            ("Timestamp", &self.timestamp),
            ("Version", "2019-02-14"),
        ];
        let all: BTreeMap<_, _> = common.iter().chain(parameters).copied().collect();
        let pairs = all
            .iter()
            .map(|(name, value)| format!("{name}={}", encode(value)));
        let query = pairs.collect::<Vec<_>>().join("&");
        let string_to_sign = format!("GET&%2F&{}", encode(&query));
        let signature = hmac_sha1(&format!("{SECRET}&"), &string_to_sign);
        format!("{query}&Signature={}", encode(&signature))
    }
}

fn encode(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}
