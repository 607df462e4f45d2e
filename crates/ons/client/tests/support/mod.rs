//! A service behind real HTTP, and its clients.

#![allow(clippy::unwrap_used)]
#![allow(dead_code, reason = "each test uses only a part")]

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use ons_mqtt_client::{Builder, Client, Credentials, ErrorCode};
use ons_mqtt_service::{Service, dispatch, refuse};
use pop_rpc::error::Failure;
use pop_rpc::service::{Answer, Context, read_parameters};
use pop_rpc::{Format, Method, SignatureMethod, SigningKey, signature};

pub(crate) const ID: &str = "testid";
pub(crate) const SECRET: &str = "testsecret";

/// A fixed answer that the server sends in place of the service's.
#[derive(Clone, Debug)]
pub(crate) struct Canned {
    pub(crate) status: u16,
    pub(crate) headers: &'static str,
    pub(crate) body: String,
}

/// An HTTP server on a free port of this machine, running as long as the test.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    /// Request lines and bodies, as they were received.
    requests: Arc<Mutex<Vec<String>>>,
    canned: Arc<Mutex<VecDeque<Canned>>>,
}

impl Server {
    pub(crate) fn start(service: impl Service + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            requests: Arc::default(),
            canned: Arc::default(),
        };
        let shared = server.clone();
        let service = Arc::new(service);
        thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                let (shared, service) = (shared.clone(), Arc::clone(&service));
                thread::spawn(move || shared.serve(connection, service.as_ref()));
            }
        });
        server
    }

    /// Sends these answers to the next requests, before the service answers again.
    pub(crate) fn answer_next(&self, canned: impl IntoIterator<Item = Canned>) {
        self.canned.lock().unwrap().extend(canned);
    }

    /// Lets the service answer again at once.
    pub(crate) fn forget_canned(&self) {
        self.canned.lock().unwrap().clear();
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn client(&self) -> Builder<Client> {
        Client::builder()
            .endpoint(self.endpoint())
            .credentials(Credentials::new(ID, SECRET))
    }

    fn serve(&self, mut connection: TcpStream, service: &impl Service) {
        while let Some((line, body)) = read(&mut connection) {
            self.requests
                .lock()
                .unwrap()
                .push(format!("{line}\n{body}"));
            let canned = self.canned.lock().unwrap().pop_front();
            let canned = canned.unwrap_or_else(|| {
                let answer = answer(service, &line, &body);
                Canned {
                    status: answer.status,
                    headers: "",
                    body: String::from_utf8(answer.body).unwrap(),
                }
            });
            let Canned {
                status,
                headers,
                body,
            } = canned;
            let length = body.len();
            let head = format!("HTTP/1.1 {status} X\r\n{headers}content-length: {length}\r\n\r\n");
            if connection.write_all((head + &body).as_bytes()).is_err() {
                return;
            }
        }
    }
}

/// Reads a request line and body; `None` at the end of the connection.
fn read(connection: &mut TcpStream) -> Option<(String, String)> {
    let mut reader = BufReader::new(connection);
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        if header.trim().is_empty() {
            break;
        }
        if let Some(value) = header.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((line.trim().to_owned(), String::from_utf8(body).ok()?))
}

/// Does the work of a gateway: reads, verifies, dispatches.
fn answer(service: &impl Service, line: &str, body: &str) -> Answer {
    let mut words = line.split(' ');
    let method = match words.next() {
        Some("GET") => Method::Get,
        _ => Method::Post,
    };
    let query = words.next().and_then(|path| path.split_once('?'));
    let query = query.map_or("", |(_, query)| query);
    let context = Context {
        request_id: "E4581CCF-62AF-44D9-B5B4-D1DBBC0ED875".to_owned(),
        host: "127.0.0.1".to_owned(),
        ..Context::default()
    };
    let parameters = match read_parameters(query, body.as_bytes()) {
        Ok(parameters) => parameters,
        Err(refusal) => return Answer::failure(Format::Json, &context, refuse(refusal)),
    };
    let to_sign = signature::string_to_sign(method, &parameters);
    let key = SigningKey::new(SignatureMethod::HmacSha1, SECRET);
    if !key.verify(&to_sign, parameters.get("Signature").unwrap_or_default()) {
        let format = Format::from_wire(parameters.get("Format")).unwrap();
        let failure = Failure::from(ErrorCode::SignatureDoesNotMatch).filled(&to_sign);
        return Answer::failure(format, &context, failure);
    }
    pollster::block_on(dispatch(service, &context, &parameters))
}
