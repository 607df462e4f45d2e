//! Calls the API over one connection, without the overhead of a client.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant, SystemTime};

use pop_rpc::canonical::encode;
use pop_rpc::signature::{SIGNATURE_VERSION, name, string_to_sign};
use pop_rpc::{Method, Parameters, SignatureMethod, SigningKey, timestamp};

use crate::error::{Error, contains};
use crate::service::{INSTANCE, KEY_ID, SECRET};

/// A connection to the API, usable for the 15 minutes that its timestamp is valid.
pub(super) struct Api {
    host: String,
    connection: BufReader<TcpStream>,
    timestamp: String,
    key: SigningKey,
    calls: u32,
}

impl Api {
    pub(super) fn connect(host: &str) -> Result<Self, Error> {
        let failed = || Error::io("to connect to the API");
        let connection = TcpStream::connect(host).map_err(failed())?;
        connection.set_nodelay(true).map_err(failed())?;
        Ok(Self {
            host: host.to_owned(),
            connection: BufReader::new(connection),
            timestamp: timestamp::write(SystemTime::now()),
            key: SigningKey::new(SignatureMethod::HmacSha1, SECRET),
            calls: 0,
        })
    }

    /// Calls an action. Returns the JSON body of the answer and the duration of the call.
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

    /// Returns the signed query of a request.
    fn sign(&mut self, action: &str, parameters: &[(&str, &str)]) -> String {
        self.calls += 1;
        let nonce = format!("{}-{}-{}", std::process::id(), self.host, self.calls);
        let common = [
            (name::ACCESS_KEY_ID, KEY_ID),
            (name::ACTION, action),
            (name::FORMAT, "JSON"),
            ("InstanceId", INSTANCE),
            (name::REGION_ID, "cn-hangzhou"),
            (name::SIGNATURE_METHOD, self.key.method().as_str()),
            (name::SIGNATURE_NONCE, &nonce),
            (name::SIGNATURE_VERSION, SIGNATURE_VERSION),
            (name::TIMESTAMP, &self.timestamp),
            (name::VERSION, "2019-02-14"),
        ];
        let all: Parameters = common.iter().chain(parameters).copied().collect();
        let signature = self.key.sign(&string_to_sign(Method::Get, &all));
        let signature = [(name::SIGNATURE, signature.as_str())];
        let pairs = all.iter().chain(signature);
        let pairs = pairs.map(|(name, value)| format!("{name}={}", encode(value)));
        pairs.collect::<Vec<_>>().join("&")
    }
}
