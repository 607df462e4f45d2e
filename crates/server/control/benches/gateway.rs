//! Cost of the gateway: compares it with a bare axum handler that answers the same requests with
//! the same bytes.

use std::cell::RefCell;
use std::error::Error;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::SystemTime;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use harness::{Candidate, Goal};
use ons_mqtt_models::{GroupIdListRequest, GroupIdListResponse, MqttGroupId};
use ons_mqtt_server::SecretString;
use ons_mqtt_server::gateway::{Gateway, serve};
use ons_mqtt_service::{Api, Context, Failure, Service};
use pop_rpc::signature::{CommonParameters, Signer, Stamp};
use pop_rpc::{Format, Method, SignatureMethod, SigningKey};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Number of concurrent requests, so that the server is always busy.
const CONNECTIONS: usize = 16;

/// Answers with one group.
struct OneGroup;

impl Service for OneGroup {
    async fn group_id_list(
        &self,
        _: &Context,
        _: GroupIdListRequest,
    ) -> Result<GroupIdListResponse, Failure> {
        let mut group = MqttGroupId::default();
        group.group_id = "GID_test".to_owned();
        group.instance_id = "post-cn-0pp12gl".to_owned();
        group.create_time = 1_555_293_113_000;
        group.update_time = 1_555_293_113_000;
        let mut response = GroupIdListResponse::default();
        response.data = vec![group];
        Ok(response)
    }
}

fn main() -> ExitCode {
    harness::pin_to_one_core();
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let gateway = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
    let bare = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
    let (gateway_address, bare_address) = (gateway.local_addr()?, bare.local_addr()?);
    let keys = [("testid".to_owned(), SecretString::from("testsecret"))];
    let service = Arc::new(Gateway::new(Api(OneGroup), keys));
    runtime.spawn(serve(gateway, service, CancellationToken::new()));

    let sender = RefCell::new(Sender::new());
    let mut signed = Connections::open(gateway_address)?;
    let (head, body) = signed.call(&mut sender.borrow_mut())?;
    if !head.starts_with("HTTP/1.1 200") {
        return Err(format!("the gateway answered {head}").into());
    }
    let answer = move || async move { ([(CONTENT_TYPE, "application/json;charset=utf-8")], body) };
    let router = Router::new().fallback(answer);
    runtime.spawn(async move { axum::serve(bare, router).await });
    let mut bare = Connections::open(bare_address)?;

    // Both get signed requests, so that only the servers differ.
    Ok(harness::compare(
        &format!("{CONNECTIONS} concurrent signed requests, over kept-alive connections"),
        400,
        vec![
            Candidate::new("axum, same bytes, no checks", None, || {
                bare.call(&mut sender.borrow_mut())
                    .map(|(_, body)| body.len())
            }),
            Candidate::new("gateway (half the rate)", Some(Goal::AtMost(2.0)), || {
                signed
                    .call(&mut sender.borrow_mut())
                    .map(|(_, body)| body.len())
            }),
        ],
    ))
}

/// Creates signed requests, each with its own nonce.
struct Sender {
    signer: Signer,
    sent: u64,
}

impl Sender {
    fn new() -> Self {
        let key = SigningKey::new(SignatureMethod::HmacSha1, "testsecret");
        let common = CommonParameters {
            access_key_id: "testid",
            format: Format::Json,
            region_id: None,
            security_token: None,
        };
        Self {
            signer: Signer::new(key, &common),
            sent: 0,
        }
    }

    fn next(&mut self) -> String {
        self.sent += 1;
        let timestamp = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
        let stamp = Stamp {
            nonce: &format!("{:032}", self.sent),
            timestamp: &timestamp,
        };
        let signed = self
            .signer
            .sign(&GroupIdListRequest::new(), Method::Get, stamp);
        format!("GET /?{} HTTP/1.1\r\nHost: localhost\r\n\r\n", signed.query)
    }
}

/// Connections that each send a request before the responses are read.
struct Connections(Vec<TcpStream>);

impl Connections {
    fn open(address: SocketAddr) -> Result<Self, Box<dyn Error>> {
        let streams = (0..CONNECTIONS).map(|_| {
            let stream = TcpStream::connect(address)?;
            stream.set_nodelay(true)?;
            Ok(stream)
        });
        Ok(Self(streams.collect::<Result<_, std::io::Error>>()?))
    }

    /// Sends a request on each connection; returns head and body of the last response. Each
    /// response must arrive in one piece, as short ones do.
    fn call(&mut self, sender: &mut Sender) -> Result<(String, String), Box<dyn Error>> {
        for stream in &mut self.0 {
            stream.write_all(sender.next().as_bytes())?;
        }
        let mut buffer = [0; 4096];
        let mut count = 0;
        for stream in &mut self.0 {
            count = stream.read(&mut buffer)?;
        }
        let text = std::str::from_utf8(&buffer[..count])?;
        let (head, body) = text.split_once("\r\n\r\n").ok_or("incomplete response")?;
        Ok((head.to_owned(), body.to_owned()))
    }
}
