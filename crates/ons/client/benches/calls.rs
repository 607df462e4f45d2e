//! Cost of a call through the client, compared to a bare request with a ready-made URL.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::thread;

use harness::{Candidate, Goal};
use ons_mqtt_client::{Client, Credentials, Method};
use tokio::runtime::Builder;

/// Body of every answer, so that the bare request reads as many bytes.
const BODY: &str = r#"{"RequestId":"BC0DF068-D028-4C85-8C23-53E2C3A12599","Data":{"MqttGroupIdDo":[{"IndependentNaming":true,"InstanceId":"post-cn-0pp12gl","CreateTime":1555293113000,"UpdateTime":1555293113000,"GroupId":"GID_test"}]}}"#;

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

fn run() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let endpoint = format!("http://{}", listener.local_addr()?);
    thread::spawn(move || {
        for connection in listener.incoming().map_while(Result::ok) {
            thread::spawn(|| serve(connection));
        }
    });

    let runtime = Builder::new_current_thread().enable_all().build()?;
    let builder = || {
        Client::builder()
            .endpoint(&endpoint)
            .credentials(Credentials::new("testid", "testsecret"))
    };
    let client = builder().build()?;
    let with_get = builder().method(Method::Get).build()?;
    let signed = runtime.block_on(with_get.group_id_list().sign())?;
    let url = format!("{endpoint}/?{}", signed.query);
    let bare = reqwest::Client::new();
    let body = || async { bare.get(&url).send().await?.bytes().await };
    if runtime.block_on(body())? != BODY {
        return Err("the server sent an unexpected answer".into());
    }
    Ok(harness::compare(
        "One call at a time to a server in this process",
        400,
        vec![
            Candidate::new("reqwest, ready-made URL", None, || {
                runtime.block_on(body()).map(|body| body.len())
            }),
            Candidate::new("ons-mqtt-client", Some(Goal::AtMost(1.0 / 0.95)), || {
                runtime
                    .block_on(client.group_id_list().send())
                    .map(|list| list.data.len())
            }),
            Candidate::new("ons-mqtt-client with GET", None, || {
                runtime
                    .block_on(with_get.group_id_list().send())
                    .map(|list| list.data.len())
            }),
        ],
    ))
}

/// Answers requests as fast as they arrive.
fn serve(mut connection: TcpStream) {
    let Ok(reader) = connection.try_clone() else {
        return;
    };
    let mut reader = BufReader::new(reader);
    let response = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{BODY}",
        BODY.len()
    );
    while let Some(length) = read_head(&mut reader) {
        let mut body = vec![0; length];
        if reader.read_exact(&mut body).is_err()
            || connection.write_all(response.as_bytes()).is_err()
        {
            return;
        }
    }
}

/// Reads the head of a request and returns the length of its body; `None` at the end.
fn read_head(reader: &mut impl BufRead) -> Option<usize> {
    let mut length = 0;
    for line in reader.lines().map_while(Result::ok) {
        if line.is_empty() {
            return Some(length);
        }
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse().ok()?;
        }
    }
    None
}
