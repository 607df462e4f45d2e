//! What a call through the client costs above a bare request with a ready-made URL.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::thread;

use harness::{Candidate, Goal};
use ons_mqtt_client::{Client, Credentials, Method};
use tokio::runtime::Builder;

/// A bare request reads as many bytes.
const BODY: &str = r#"{"RequestId":"BC0DF068-D028-4C85-8C23-53E2C3A12599","Data":{"MqttGroupIdDo":[{"IndependentNaming":true,"InstanceId":"post-cn-0pp12gl","CreateTime":1555293113000,"UpdateTime":1555293113000,"GroupId":"GID_test"}]}}"#;

fn main() -> ExitCode {
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
    let client = Client::builder()
        .endpoint(&endpoint)
        .credentials(Credentials::new("testid", "testsecret"))
        .method(Method::Get)
        .build()?;
    let signed = runtime.block_on(client.group_id_list().sign())?;
    let url = format!("{endpoint}/?{}", signed.query);
    let bare = reqwest::Client::new();
    let body = || async { bare.get(&url).send().await?.bytes().await };
    if runtime.block_on(body())? != BODY {
        return Err("the server answers something else".into());
    }
    Ok(harness::compare(
        "One call at a time against a server of this process",
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
        ],
    ))
}

/// Answers requests without a body as fast as they come.
fn serve(mut connection: TcpStream) {
    let Ok(reader) = connection.try_clone() else {
        return;
    };
    let response = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{BODY}",
        BODY.len()
    );
    for line in BufReader::new(reader).lines().map_while(Result::ok) {
        if line.is_empty() && connection.write_all(response.as_bytes()).is_err() {
            return;
        }
    }
}
